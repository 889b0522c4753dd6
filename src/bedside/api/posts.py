"""Posts: writing, review, decisions, the schedule."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import datetime
from typing import Annotated, Literal

from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import Substr
from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja import Router, Schema, Status
from pydantic import Field, StrictBool

from bedside.api.bearer import Token, caller_of
from bedside.api.once import Done, once
from bedside.api.post_shapes import (
    EXCERPT,
    CommentOut,
    PostChange,
    PostIn,
    PostOut,
    PostState,
    PostSummary,
    whole_post,
)
from bedside.api.problems import changing, reading
from bedside.api.reading import Body, Cursor, Limit, Text, Word, read_cursor, write_cursor
from bedside.approvals import actions as approvals
from bedside.core.errors import Invalid
from bedside.posts import actions as posts
from bedside.posts.models import Post, Variant
from bedside.posts.queries import access_post, visible
from bedside.publishing import actions as publishing

router = Router(tags=["posts"])


class PostPage(Schema):
    items: list[PostSummary]
    next: str | None = Field(description="The cursor of the next page; null on the last one.")


class Submission(Body):
    """`answers` say, by the key of a finding, why it is right as it is. `digest`: the text that was read."""

    answers: Annotated[
        dict[Annotated[Text, Field(max_length=400)], Annotated[Text, Field(max_length=1000)]],
        Field(max_length=500),
    ] = Field(default_factory=dict)
    digest: Annotated[Text, Field(max_length=64)] | None = None


class DecisionIn(Body):
    """Yes or no to the text with `digest`. A rejection needs a comment. `role` picks the step, if in doubt."""

    digest: Annotated[Text, Field(max_length=64)]
    decision: Literal["approve", "reject"]
    comment: Annotated[Text, Field(max_length=5000)] = ""
    role: Annotated[Text, Field(max_length=32)] | None = None


class Slot(Body):
    """`at`, a date and time (RFC 3339, or without offset what a clock in `zone` shows), or `now`."""

    at: (
        Annotated[Text, Field(max_length=40, examples=["2030-05-04T09:30", "2030-05-04T09:30:00+02:00"])]
        | None
    ) = None
    now: StrictBool = False
    zone: Annotated[Text, Field(max_length=64, examples=["Europe/Berlin"])] = ""


class CommentIn(Body):
    text: Annotated[Text, Field(max_length=5000)]


@router.get("", auth=Token("posts:read"), response={200: PostPage, **reading()})
def list_posts(
    request: HttpRequest,
    state: PostState | None = None,
    channel: uuid.UUID | None = None,
    author: uuid.UUID | None = None,
    q: Word | None = None,
    cursor: Cursor | None = None,
    limit: Limit = 50,
) -> PostPage:
    """Posts, the last changed first. `q` looks for these words, as they stand, in title and text."""
    rows = visible(caller_of(request))
    if state is not None:
        rows = rows.filter(state=state)
    if channel is not None:
        # Not a join: with one, SQLite gathers and sorts all of the channel's posts for one page.
        rows = rows.filter(Exists(Variant.objects.filter(post=OuterRef("pk"), connection=channel)))
    if author is not None:
        rows = rows.filter(author=author)
    if q is not None and q.strip():
        rows = rows.filter(Q(title__icontains=q.strip()) | Q(text__icontains=q.strip()))
    if cursor is not None:
        at, row = read_cursor(cursor)
        rows = rows.filter(updated_at__lte=at).filter(Q(updated_at__lt=at) | Q(id__lt=row))
    found = list(
        rows.select_related("author")
        .prefetch_related("variants")
        .annotate(excerpt=Substr("text", 1, EXCERPT))
        .defer("text")
        .order_by("-updated_at", "-id")[: limit + 1]
    )
    page = found[:limit]
    more = write_cursor(page[-1].updated_at, page[-1].id) if len(found) > limit else None
    return PostPage(items=[PostSummary.of(post, post.excerpt) for post in page], next=more)


@router.post("", auth=Token("posts:write"), response={201: PostOut, **changing()})
@once
def create_post(request: HttpRequest, body: PostIn) -> Callable[[], Done]:
    """Begin a post. The answer says what the guard finds and what keeps it from a channel."""
    caller = caller_of(request)
    return lambda: (201, whole_post(caller, posts.create(caller, body.draft()).id))


@router.get("/{uuid:post_id}", auth=Token("posts:read"), response={200: PostOut, **reading(404)})
def get_post(request: HttpRequest, post_id: uuid.UUID) -> PostOut:
    """A post and its whole life: findings, review, decisions, deliveries, revisions, comments."""
    return whole_post(caller_of(request), post_id)


@router.patch("/{uuid:post_id}", auth=Token("posts:write"), response={200: PostOut, **changing(404)})
def change_post(request: HttpRequest, post_id: uuid.UUID, body: PostChange) -> PostOut:
    """Change what is given. Any change of what would leave voids the decisions and makes it a draft again.

    `channels`, `media` and each of `variants` that are given take the place of those that are there.
    """
    caller = caller_of(request)
    posts.edit(caller, post_id, body.draft(), body.version)
    return whole_post(caller, post_id)


@router.delete("/{uuid:post_id}", auth=Token("posts:write"), response={204: None, **changing(404)})
def discard_post(request: HttpRequest, post_id: uuid.UUID) -> Status[None]:
    """Discard a post. What is scheduled or out cannot be discarded; people can bring it back at the desk."""
    posts.discard(caller_of(request), post_id)
    return Status(204, None)


@router.post("/{uuid:post_id}/submit", auth=Token("posts:write"), response={200: PostOut, **changing(404)})
@once
def submit_post(
    request: HttpRequest, post_id: uuid.UUID, body: Submission | None = None
) -> Callable[[], Done]:
    """Send a draft to review. 422 with `problems` while a channel cannot take it, with `findings` while a finding
    that blocks has no answer."""
    caller, given = caller_of(request), body or Submission()

    def work() -> Done:
        approvals.submit(caller, post_id, given.answers, given.digest)
        return 200, whole_post(caller, post_id)

    return work


@router.post(
    "/{uuid:post_id}/decisions", auth=Token("posts:decide"), response={200: PostOut, **changing(404)}
)
@once
def decide_on_post(request: HttpRequest, post_id: uuid.UUID, body: DecisionIn) -> Callable[[], Done]:
    """Approve or reject exactly the text with `digest`: 409 when that is not the current one, 403 on one's own."""
    caller = caller_of(request)

    def work() -> Done:
        approvals.decide(caller, post_id, body.digest, body.decision, body.comment, body.role)
        return 200, whole_post(caller, post_id)

    return work


@router.post("/{uuid:post_id}/withdraw", auth=Token("posts:write"), response={200: PostOut, **changing(404)})
@once
def withdraw_post(request: HttpRequest, post_id: uuid.UUID) -> Callable[[], Done]:
    """Take a post back from review or approval to go on writing. Its decisions no longer count."""
    caller = caller_of(request)

    def work() -> Done:
        approvals.withdraw(caller, post_id)
        return 200, whole_post(caller, post_id)

    return work


@router.post(
    "/{uuid:post_id}/schedule", auth=Token("posts:schedule"), response={200: PostOut, **changing(404)}
)
@once
def schedule_post(request: HttpRequest, post_id: uuid.UUID, body: Slot) -> Callable[[], Done]:
    """Schedule an approved post, or give a scheduled one another time. 409 while it is not approved."""
    caller, at = caller_of(request), _moment(body)

    def work() -> Done:
        if access_post(caller, post_id).state == Post.State.SCHEDULED:
            publishing.reschedule(caller, post_id, at, body.zone)
        else:
            publishing.schedule(caller, post_id, at, body.zone)
        return 200, whole_post(caller, post_id)

    return work


@router.delete(
    "/{uuid:post_id}/schedule", auth=Token("posts:schedule"), response={200: PostOut, **changing(404)}
)
def unschedule_post(request: HttpRequest, post_id: uuid.UUID) -> PostOut:
    """Take a post from the schedule; it stays approved."""
    caller = caller_of(request)
    publishing.unschedule(caller, post_id)
    return whole_post(caller, post_id)


@router.post(
    "/{uuid:post_id}/comments",
    auth=Token("posts:write", "posts:decide"),
    response={201: CommentOut, **changing(404)},
)
@once
def comment_on_post(request: HttpRequest, post_id: uuid.UUID, body: CommentIn) -> Callable[[], Done]:
    """Remark on a post, beside the text it has now."""
    caller = caller_of(request)
    return lambda: (201, CommentOut.of(approvals.comment(caller, post_id, body.text)))


def _moment(slot: Slot) -> datetime | None:
    """The time asked for; None for now."""
    if slot.now == (slot.at is not None):
        raise Invalid(_("Give either “at” or “now”: true."), fields=["at"])
    if slot.at is None:
        return None
    try:
        at = datetime.fromisoformat(slot.at)
    except ValueError as error:
        raise Invalid(
            _("Write the time as in 2030-05-04T09:30 or 2030-05-04T09:30:00+02:00."), fields=["at"]
        ) from error
    # Far from where any calendar of people ends, so that no zone can carry it beyond year 1 or 9999.
    if not 1900 <= at.year <= 2900:
        raise Invalid(_("That year is not within reach."), fields=["at"])
    return at
