"""What one does to a post or a delivery by a button: one action each, then back to the post."""

from __future__ import annotations

import uuid

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from bedside.accounts.doors import caller_of, signed_in
from bedside.approvals import actions as approvals
from bedside.core.errors import Invalid
from bedside.posts import actions as posts
from bedside.posts.models import Post
from bedside.posts.queries import access_post
from bedside.publishing import actions as publishing
from bedside.publishing.models import Delivery
from bedside.web.notices import say
from bedside.web.posts.forms import CommentForm, ResolveForm, SlotForm
from bedside.web.posts.views import post_page


def _back(post_id: uuid.UUID) -> HttpResponse:
    return redirect("post", post_id)


@require_POST
@signed_in
def schedule(request: HttpRequest, post_id: uuid.UUID) -> HttpResponse:
    """Publish now (button `now`) or at the time given; a post that has a slot gets the new one."""
    caller = caller_of(request)
    post = access_post(caller, post_id)
    zone = request.person_zone  # type: ignore[attr-defined]
    form = SlotForm(request.POST, zone=zone)
    now = "now" in request.POST
    if not form.is_valid():
        return post_page(request, post, slot_form=form)
    at = None if now else form.cleaned_data["at"]
    if at is None and not now:
        form.add_error("at", _("Choose a day and a time, or publish now."))
        return post_page(request, post, slot_form=form)
    try:
        if post.state == Post.State.SCHEDULED:
            publishing.reschedule(caller, post_id, at, zone.key)
        else:
            publishing.schedule(caller, post_id, at, zone.key)
    except Invalid as error:
        form.add_error("at", error.detail)
        return post_page(request, post, slot_form=form)
    if now:
        say(request, _("It is on its way. This page shows each receipt as it comes."))
    else:
        say(request, _("It is scheduled."), undo=reverse("post_unschedule", args=[post_id]))
    return _back(post_id)


@require_POST
@signed_in
def unschedule(request: HttpRequest, post_id: uuid.UUID) -> HttpResponse:
    publishing.unschedule(caller_of(request), post_id)
    say(request, _("It is off the schedule, and still approved."))
    return _back(post_id)


@require_POST
@signed_in
def withdraw(request: HttpRequest, post_id: uuid.UUID) -> HttpResponse:
    approvals.withdraw(caller_of(request), post_id)
    say(request, _("It is a draft again. What had been decided no longer counts."))
    return redirect("write_post", post_id)


@require_POST
@signed_in
def discard(request: HttpRequest, post_id: uuid.UUID) -> HttpResponse:
    posts.discard(caller_of(request), post_id)
    say(request, _("The post has been discarded."), undo=reverse("post_restore", args=[post_id]))
    return redirect("posts")


@require_POST
@signed_in
def restore(request: HttpRequest, post_id: uuid.UUID) -> HttpResponse:
    posts.restore(caller_of(request), post_id)
    say(request, _("The post is a draft again."))
    return _back(post_id)


@require_POST
@signed_in
def comment(request: HttpRequest, post_id: uuid.UUID) -> HttpResponse:
    caller = caller_of(request)
    form = CommentForm(request.POST)
    if not form.is_valid():
        return post_page(request, access_post(caller, post_id), comment_form=form)
    approvals.comment(caller, post_id, form.cleaned_data["text"])
    return redirect(f"{reverse('post', args=[post_id])}#comments")


def _about(delivery: Delivery) -> HttpResponse:
    return redirect(f"{reverse('post', args=[delivery.post_id])}#delivery-{delivery.id}")


@require_POST
@signed_in
def resolve(request: HttpRequest, delivery_id: uuid.UUID) -> HttpResponse:
    form = ResolveForm(request.POST)
    if not form.is_valid():
        raise Invalid(" ".join(str(error) for errors in form.errors.values() for error in errors))
    said = form.cleaned_data
    delivery = publishing.resolve(
        caller_of(request), delivery_id, said["outcome"], url=said["url"].strip(), comment=said["comment"]
    )
    say(request, _("Noted, with your name beside it."))
    return _about(delivery)


@require_POST
@signed_in
def look_again(request: HttpRequest, delivery_id: uuid.UUID) -> HttpResponse:
    delivery = publishing.look_again(caller_of(request), delivery_id)
    say(request, _("The network is asked once more. The answer appears here."))
    return _about(delivery)


@require_POST
@signed_in
def release(request: HttpRequest, delivery_id: uuid.UUID) -> HttpResponse:
    delivery = publishing.release(caller_of(request), delivery_id)
    say(request, _("It may leave now. Everything is checked once more before it does."))
    return _about(delivery)


@require_POST
@signed_in
def cancel(request: HttpRequest, delivery_id: uuid.UUID) -> HttpResponse:
    delivery = publishing.cancel(caller_of(request), delivery_id)
    say(request, _("It does not leave for this channel."))
    return _about(delivery)


@require_POST
@signed_in
def delete(request: HttpRequest, delivery_id: uuid.UUID) -> HttpResponse:
    delivery = publishing.delete(caller_of(request), delivery_id, request.POST.get("reason", ""))
    say(request, _("The network is asked to delete it. Our own record of it stays."))
    return _about(delivery)
