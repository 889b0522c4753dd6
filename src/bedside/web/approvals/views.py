"""The queue of texts that wait for one's decision, and the page on which one decides."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from bedside.accounts.doors import caller_of, signed_in
from bedside.approvals.actions import decide
from bedside.approvals.alarms import reported_in
from bedside.approvals.models import Decision, Review
from bedside.approvals.queries import live_review, open_step_for, steps, waiting_for
from bedside.core.errors import Conflict, Invalid, StaleDigest
from bedside.posts.models import Post
from bedside.posts.queries import access_post, content
from bedside.web.approvals.changes import Piece, changes
from bedside.web.guard.words import shown_findings, with_alarm_buttons
from bedside.web.notices import say
from bedside.web.posts.views import previews

_OPTIONS = {
    "spoiler_text": gettext_lazy("content warning"),
    "visibility": gettext_lazy("who sees it"),
    "sensitive": gettext_lazy("marked as sensitive"),
}


class DecisionForm(forms.Form):
    """Yes or no, to the text with `digest`."""

    digest = forms.CharField(max_length=64, widget=forms.HiddenInput)
    decision = forms.ChoiceField(choices=Decision.Kind.choices)
    comment = forms.CharField(
        label=gettext_lazy("Words for the author"),
        help_text=gettext_lazy("Needed when you send it back; welcome otherwise."),
        max_length=5000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3, "maxlength": 5000}),
    )


@require_safe
@signed_in
def index(request: HttpRequest) -> HttpResponse:
    """What waits for this person, the oldest first."""
    waiting = waiting_for(caller_of(request))
    return render(request, "approvals/index.html", {"title": _("Approvals"), "waiting": waiting})


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def approval(request: HttpRequest, post_id: uuid.UUID) -> HttpResponse:
    """Read one text and decide on exactly this one. Afterwards the next one that waits comes up."""
    caller = caller_of(request)
    form = DecisionForm(request.POST if request.method == "POST" else None)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            said = form.cleaned_data
            try:
                decide(caller, post_id, said["digest"], said["decision"], said["comment"])
            except StaleDigest as error:
                form.add_error(None, error.detail)
                status = 409
            except Invalid as error:
                form.add_error("comment", error.detail)
            else:
                yes = said["decision"] == Decision.Kind.APPROVE
                say(request, _("You approved this text.") if yes else _("You sent it back, with your words."))
                following = next((one for one in waiting_for(caller) if one.post_id != post_id), None)
                return redirect("approval", following.post_id) if following else redirect("approvals")
    post = access_post(caller, post_id)
    review = live_review(post)
    if request.method != "POST" and (seen := request.GET.get("seen", "")):
        return _news(request, post, review, seen)
    if review is None or review.state != Review.State.OPEN:
        if request.method == "POST":
            raise Conflict(
                _(
                    "This post is not waiting for a decision any more: it was decided, or taken back to be changed."
                )
            )
        return redirect("post", post_id)
    whole = content(post)
    others = [one for one in waiting_for(caller) if one.post_id != post_id]
    mine = open_step_for(caller.person, review, post) if caller.person else None
    return render(
        request,
        "approvals/approval.html",
        {
            "title": str(post),
            "post": post,
            "watched": f"post={post.id}",
            "ask": f"seen={post.digest}",
            "review": review,
            "route": steps(review),
            "mine": mine,
            "texts": _texts(post, whole),
            "besides": _besides(whole, _names(post)),
            "previews": previews(post, whole),
            "pictures": [
                {"url": reverse("post_picture", args=[post.id, one.media.sha256]), "alt": one.alt}
                for one in post.pictures.all()
            ],
            "findings": with_alarm_buttons(
                shown_findings(
                    review.findings,
                    review.answers,
                    str(review.submitted_by or ""),
                    _names(post),
                    reported_in(post),
                ),
                caller,
                post,
                "approval",
            ),
            "changed": _changed(post, review, whole),
            "waiting_more": len(others),
            "form": form,
            "comments": list(post.comments.select_related("person")[:200]),
        },
        status=status,
    )


def _news(request: HttpRequest, post: Post, review: Review | None, seen: str) -> HttpResponse:
    """What whoever reads the text with digest `seen` has to know: that it is another one now, or decided."""
    shown: dict[str, str] = {}
    if post.digest != seen:
        shown = {
            "word": _("Changed"),
            "news": _("The text has been changed while you were reading it."),
            "url": reverse("approval", args=[post.id]),
            "verb": _("Read the new one"),
        }
    elif review is None or review.state != Review.State.OPEN:
        shown = {
            "word": _("Decided"),
            "news": _("This text does not wait for a decision any more."),
            "url": reverse("post", args=[post.id]),
            "verb": _("See what became of it"),
        }
    return render(request, "approvals/news.html", shown)


def _texts(post: Post, whole: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Every different text that would leave, with the channels it leaves for; and the pictures' words."""
    names = _names(post)
    texts: dict[str, list[str]] = {}
    for channel, variant in whole["variants"].items():
        texts.setdefault(variant["text"], []).append(names[channel])
    return [{"text": text, "channels": ", ".join(channels)} for text, channels in texts.items()]


def _names(post: Post) -> dict[str, str]:
    return {str(variant.connection_id): variant.connection.name for variant in post.variants.all()}


def _changed(post: Post, review: Review, whole: Mapping[str, Any]) -> list[Piece]:
    """What changed since the text that was last decided on or sent in; empty for a first review."""
    earlier = post.reviews.exclude(id=review.id).order_by("-submitted_at").first()
    if earlier is None or earlier.digest == review.digest:
        return []
    seen = post.revisions.filter(digest=earlier.digest).last()
    if seen is None:
        return []
    names = _names(post)
    return changes(_all_text(seen.content, names), _all_text(whole, names))


def _all_text(whole: Mapping[str, Any], names: Mapping[str, str]) -> str:
    """All that would leave, in words: the texts, each once, and what belongs to them for each channel."""
    different = dict.fromkeys(variant["text"] for variant in whole["variants"].values())
    return "\n\n".join(
        part for part in (whole["title"], *different, "\n".join(_besides(whole, names))) if part
    )


def _besides(whole: Mapping[str, Any], names: Mapping[str, str]) -> list[str]:
    """What leaves for each channel besides its text, a line each: language, options, pictures in their order."""
    lines = []
    for channel, variant in whole["variants"].items():
        name = names.get(channel, channel[:8])
        said = [_("language: %s") % variant["language"]]
        said += [
            f"{_OPTIONS.get(option, option)}: {value}" for option, value in sorted(variant["options"].items())
        ]
        said += [
            _("picture %(which)s: “%(alt)s”") % {"which": picture["sha256"][:8], "alt": picture["alt"]}
            for picture in variant["pictures"]
        ]
        lines.append(f"{name}: {'; '.join(map(str, said))}")
    return lines
