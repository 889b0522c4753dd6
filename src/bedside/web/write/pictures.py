"""Pictures of a draft: add, take out, move. Each by a button, so also without JavaScript."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from bedside.accounts.caller import Caller
from bedside.accounts.doors import caller_of, signed_in
from bedside.core.errors import Invalid
from bedside.media.actions import upload
from bedside.media.models import Media
from bedside.posts.actions import Draft, PictureChoice, edit
from bedside.posts.models import Post
from bedside.posts.queries import access_post
from bedside.web.notices import say


def _choices(post: Post) -> list[PictureChoice]:
    return [PictureChoice(picture.media_id, picture.alt) for picture in post.pictures.all()]


def _back(post_id: uuid.UUID) -> HttpResponse:
    return redirect(f"{reverse('write_post', args=[post_id])}#pictures")


@require_POST
@signed_in
def add(request: HttpRequest, post_id: uuid.UUID) -> HttpResponse:
    """Upload a picture and put it at the end."""
    caller = caller_of(request)
    post = access_post(caller, post_id)
    try:
        media = _uploaded(request, caller)
        edit(caller, post_id, Draft(pictures=[*_choices(post), PictureChoice(media.id)]), post.version)
    except Invalid as error:
        say(request, _("The picture was not added. %s") % error.detail, "block")
        return _back(post_id)
    if not media.alt_text:
        say(request, _("The picture is in. Describe it for people who cannot see it."), "note")
    return _back(post_id)


def _uploaded(request: HttpRequest, caller: Caller) -> Media:
    file = request.FILES.get("file")
    if file is None:
        raise Invalid(_("Choose a picture first."))
    if (file.size or 0) > settings.BEDSIDE["BEDSIDE_UPLOAD_MEGABYTES"] * 1_000_000:
        raise Invalid(_("It is too large. Make it smaller."))
    return upload(caller, file.read(), file.name or "", request.POST.get("alt", ""))


@require_POST
@signed_in
def remove(request: HttpRequest, post_id: uuid.UUID, media_id: uuid.UUID) -> HttpResponse:
    caller = caller_of(request)
    post = access_post(caller, post_id)
    kept = [one for one in _choices(post) if one.media != media_id]
    edit(caller, post_id, Draft(pictures=kept), post.version)
    return _back(post_id)


@require_POST
@signed_in
def earlier(request: HttpRequest, post_id: uuid.UUID, media_id: uuid.UUID) -> HttpResponse:
    """Move a picture one place forward."""
    caller = caller_of(request)
    post = access_post(caller, post_id)
    order = _choices(post)
    at = next((number for number, one in enumerate(order) if one.media == media_id), 0)
    if at > 0:
        order[at - 1], order[at] = order[at], order[at - 1]
        edit(caller, post_id, Draft(pictures=order), post.version)
    return _back(post_id)
