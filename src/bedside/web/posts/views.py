"""The list of posts, and one post's page."""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode

from django.db.models import Q
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from bedside.accounts.caller import Caller
from bedside.accounts.doors import caller_of, signed_in
from bedside.accounts.models import Person
from bedside.accounts.roles import Right
from bedside.approvals.alarms import reported_in
from bedside.approvals.models import Review
from bedside.approvals.queries import last_word, live_review, open_step_for, steps
from bedside.approvals.risk import finding_rows
from bedside.audit.models import Entry
from bedside.audit.queries import entries_about_several
from bedside.core import clock
from bedside.core.errors import NotFound
from bedside.media import store
from bedside.posts.content import Content
from bedside.posts.models import Post
from bedside.posts.queries import access_post, content, screened, visible
from bedside.publishing.models import WAITS_FOR_A_PERSON, Delivery
from bedside.publishing.queries import states_of
from bedside.publishing.queries import visible as visible_deliveries
from bedside.web.guard.words import shown_findings, with_alarm_buttons
from bedside.web.posts.forms import CommentForm, ResolveForm, SlotForm
from bedside.web.posts.life import MOST, attempts_of, life_of
from bedside.web.posts.words import delivery_kind, post_kind, post_word

A_PAGE = 25
UNREACHED = 10_000
SHOWS: dict[str, Any] = {
    "all": None,
    "draft": [Post.State.DRAFT],
    "review": [Post.State.IN_REVIEW],
    "approved": [Post.State.APPROVED],
    "scheduled": [Post.State.SCHEDULED],
    "out": [Post.State.OUT],
    "wrong": None,
    "discarded": [Post.State.DISCARDED],
}


def _labels() -> dict[str, str]:
    return {
        "all": _("All"),
        "draft": _("Drafts"),
        "review": _("In review"),
        "approved": _("Approved"),
        "scheduled": _("Scheduled"),
        "out": _("Out"),
        "wrong": _("Waits for a person"),
        "discarded": _("Discarded"),
    }


@require_safe
@signed_in
def index(request: HttpRequest) -> HttpResponse:
    """Every post one may see, the last changed first; `show` and `q` narrow it, `before` leads to older ones."""
    caller = caller_of(request)
    show = request.GET.get("show", "all")
    show = show if show in SHOWS else "all"
    words = request.GET.get("q", "").strip()[:200]
    posts = visible(caller)
    if show == "wrong":
        posts = posts.filter(id__in=Delivery.objects.filter(state__in=WAITS_FOR_A_PERSON).values("post"))
    elif show == "all":
        posts = posts.exclude(state=Post.State.DISCARDED)
    else:
        posts = posts.filter(state__in=SHOWS[show])
    for word in words.split()[:8]:
        posts = posts.filter(Q(title__icontains=word) | Q(text__icontains=word))
    before = request.GET.get("before", "")[:40]
    if before:
        try:
            at = datetime.fromisoformat(before)
            at = at.astimezone(UTC) if at.tzinfo else at.replace(tzinfo=UTC)
        except (ValueError, OverflowError):
            raise NotFound(_("This page of the list does not exist.")) from None
        posts = posts.filter(updated_at__lt=at)
    rows = list(
        posts.select_related("author")
        .prefetch_related("variants__connection")
        .order_by("-updated_at")[: A_PAGE + 1]
    )
    states = states_of(rows)
    kept = {key: value for key, value in (("show", show), ("q", words)) if value and value != "all"}
    older = ""
    if len(rows) > A_PAGE:
        older = "?" + urlencode({**kept, "before": rows[A_PAGE - 1].updated_at.isoformat()})
    return render(
        request,
        "posts/index.html",
        {
            "title": _("Posts"),
            "rows": [
                {"post": row, "kind": post_kind(row, states[row.id]), "word": post_word(row, states[row.id])}
                for row in rows[:A_PAGE]
            ],
            "chips": [
                {
                    "url": "?" + urlencode({"show": key, **({"q": words} if words else {})}),
                    "label": label,
                    "current": key == show,
                    "amount": None,
                }
                for key, label in _labels().items()
            ],
            "q": words,
            "show": show,
            "older": older,
            "newer": ("?" + urlencode(kept)) if before else "",
            "may_write": caller.may(Right.WRITE),
        },
    )


@require_safe
@signed_in
def post(request: HttpRequest, post_id: uuid.UUID) -> HttpResponse:
    """One post: the text for each channel, where it stands, what one may do now, and its whole life."""
    return post_page(request, access_post(caller_of(request), post_id))


def post_page(request: HttpRequest, post: Post, **forms: Any) -> HttpResponse:
    """The page of one post; `forms` are those that came back with errors."""
    caller = caller_of(request)
    whole = content(post)
    deliveries = list(
        visible_deliveries(caller)
        .filter(post=post)
        .select_related("connection")
        .prefetch_related("attempts")
        .order_by("created_at")
    )
    states = Counter(one.state for one in deliveries)
    entries = entries_about_several(
        [("post", [post.id]), ("delivery", [one.id for one in deliveries[:100]])], limit=MOST
    )
    review = live_review(post)
    channels = [variant.connection_id for variant in post.variants.all()]
    may_write = caller.may(Right.WRITE) and all(caller.may(Right.WRITE, one) for one in channels)
    may_schedule = caller.may(Right.SCHEDULE) and all(caller.may(Right.SCHEDULE, one) for one in channels)
    person = caller.person
    status = 422 if forms else 200
    return render(
        request,
        "posts/post.html",
        {
            "title": str(post),
            "post": post,
            "post_key": str(post.id),
            "kind": post_kind(post, states),
            "word": post_word(post, states),
            "steps": way_of(post, review, deliveries),
            "variants": previews(post, whole),
            "deliveries": [_delivery(one, caller) for one in deliveries],
            "life": life_of(entries, {str(one.id): one for one in deliveries}, names_of(entries)),
            "review": review,
            "may_write": may_write,
            "may_schedule": may_schedule,
            "my_step": open_step_for(person, review, post)
            if person and review and review.state == "open"
            else None,
            "may_comment": caller.may(Right.COMMENT),
            "slot_form": forms.get("slot_form") or SlotForm(zone=request.person_zone),  # type: ignore[attr-defined]
            "comment_form": forms.get("comment_form") or CommentForm(),
            "states": {state.name.lower(): state.value for state in Post.State},
            "comments": list(post.comments.select_related("person")[:200]),
            "findings": _findings(caller, post, review, whole),
            "sent_back": last_word(post),
            "passed": post.due_at is not None and post.due_at < clock.now(),
        },
        status=status,
    )


def _findings(caller: Caller, post: Post, review: Review | None, whole: Content) -> list[dict[str, Any]]:
    """What the guard found: as it was when the text was sent in, with the author's answers, or else as it is now."""
    names = {str(variant.connection_id): variant.connection.name for variant in post.variants.all()}
    rows = review.findings if review else finding_rows(screened(whole))
    answers, who = (review.answers, str(review.submitted_by or "")) if review else ({}, "")
    shown = shown_findings(rows, answers, who, names, reported_in(post))
    if post.state in {Post.State.OUT, Post.State.DISCARDED}:
        return shown
    return with_alarm_buttons(shown, caller, post, "post")


def _delivery(delivery: Delivery, caller: Caller) -> dict[str, Any]:
    may = caller.may(Right.RESOLVE, delivery.connection_id)
    state = Delivery.State(delivery.state)
    return {
        "row": delivery,
        "key": str(delivery.id),
        "kind": delivery_kind(delivery),
        "word": state.label,
        "attempts": attempts_of(delivery),
        "promise": _(delivery.connection.channel.promise),
        "may_resolve": may and state == Delivery.State.UNSURE,
        "may_release": may and state in {Delivery.State.HELD, Delivery.State.FAILED},
        "may_cancel": may and state in {Delivery.State.HELD, Delivery.State.FAILED},
        "may_delete": may
        and state == Delivery.State.CONFIRMED
        and delivery.connection.channel.delete is not None,
        "resolve_form": ResolveForm(auto_id=f"{delivery.id}-%s"),
    }


def way_of(post: Post, review: Review | None, deliveries: list[Delivery]) -> list[dict[str, Any]]:
    """The line at the top: draft → review → approved → out, with names and times."""
    S = Post.State
    order = [S.DRAFT, S.IN_REVIEW, S.APPROVED, S.OUT]
    at = {S.SCHEDULED: 2, S.DISCARDED: -1}.get(
        S(post.state), order.index(S(post.state)) if post.state in order else 0
    )
    missing = [step.role.label for step in steps(review) if step.decision is None] if review else []
    deciders = [str(step.decision.person) for step in steps(review) if step.decision] if review else []
    confirmed = [one.confirmed_at for one in deliveries if one.confirmed_at]
    words: list[dict[str, Any]] = [
        {"word": _("Draft"), "who": str(post.author or ""), "when": post.created_at},
        {
            "word": _("Review"),
            "when": review.submitted_at if review else None,
            "say": _("waits for: %s") % ", ".join(map(str, missing))
            if missing and post.state == S.IN_REVIEW
            else "",
        },
        {
            "word": _("Approved"),
            "who": ", ".join(deciders) if post.state in {S.APPROVED, S.SCHEDULED, S.OUT} else "",
            "when": review.closed_at if review and review.state == "approved" else None,
        },
        {
            "word": _("Out"),
            "when": min(confirmed) if confirmed else post.due_at,
            "say": (_("was planned") if post.due_at and post.due_at < clock.now() else _("planned"))
            if post.state == S.SCHEDULED and not confirmed
            else "",
        },
    ]
    for number, item in enumerate(words):
        item["state"] = "done" if number < at else "now" if number == at else "next"
    return words


def names_of(entries: Iterable[Entry]) -> dict[uuid.UUID, str]:
    """The names of everybody who acted in `entries`, by their id."""
    people = Person.objects.filter(id__in={entry.actor_id for entry in entries if entry.actor_id})
    return {person.id: str(person) for person in people}


def length_words(count: int, limit: int | None) -> str:
    """How long a text is, against what the network takes; the limit is left out where nobody reaches it."""
    if limit and limit < UNREACHED:
        return _("%(count)s of %(limit)s") % {
            "count": number_format(count, force_grouping=True),
            "limit": number_format(limit, force_grouping=True),
        }
    return ngettext("%s character", "%s characters", count) % number_format(count, force_grouping=True)


def previews(post: Post, whole: Content) -> list[dict[str, Any]]:
    """What each channel's card shows."""
    shown = []
    for variant in post.variants.all():
        connection = variant.connection
        channel = connection.channel
        said = whole["variants"][str(connection.id)]
        limit = channel.limits(connection.facts).text
        count = channel.count(said["text"])
        shown.append(
            {
                "kind": connection.kind,
                "name": connection.name,
                "handle": connection.handle if connection.handle != connection.name else "",
                "text": said["text"],
                "title": said["title"],
                "lang": said["language"],
                "amount": length_words(count, limit),
                "pictures": [
                    {"url": reverse("post_picture", args=[post.id, picture["sha256"]]), "alt": picture["alt"]}
                    for picture in said["pictures"]
                ],
            }
        )
    return shown


@require_safe
@signed_in
def picture(request: HttpRequest, post_id: uuid.UUID, sha256: str) -> HttpResponseBase:
    """A picture of a post, for who may see the post."""
    post = access_post(caller_of(request), post_id)
    for shown in post.pictures.all():
        if shown.media.sha256 == sha256:
            answer = HttpResponse(store.read(sha256), content_type=shown.media.mime)
            answer["Cache-Control"] = "private, max-age=86400, immutable"
            return answer
    raise NotFound(_("There is no such picture in this post."))
