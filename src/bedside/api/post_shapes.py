"""Posts as the API takes and gives them."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Annotated, Any, Literal

from django.db.models import Prefetch
from ninja import Schema
from pydantic import Field, StrictBool, StrictInt

from bedside.accounts.caller import Caller
from bedside.api.reading import Body, Text
from bedside.api.shapes import DeliveryOut, PersonOut
from bedside.approvals.models import Comment, Decision, Review
from bedside.approvals.queries import steps
from bedside.approvals.risk import finding_rows
from bedside.core.errors import NotFound
from bedside.posts.actions import (
    LONGEST_TEXT,
    MOST_CHANNELS,
    MOST_PICTURES,
    Draft,
    PictureChoice,
    VariantChoice,
)
from bedside.posts.models import Post
from bedside.posts.queries import access_post, content, problems, screened, verdict
from bedside.publishing.queries import visible as visible_deliveries

PostState = Literal["draft", "in_review", "approved", "scheduled", "out", "discarded"]
MOST_REMEMBERED = 100
EXCERPT = 280

LongText = Annotated[Text, Field(max_length=LONGEST_TEXT)]
Alt = Annotated[Text, Field(max_length=2000)]
OptionName = Annotated[Text, Field(min_length=1, max_length=100)]
OptionText = Annotated[Text, Field(max_length=1000)]


class PictureIn(Body):
    """A picture in a post; without `alt` it keeps the description it has."""

    id: uuid.UUID
    alt: Alt | None = None


class VariantIn(Body):
    """How one channel differs. What is left out or null is as in the post itself."""

    text: LongText | None = None
    media: Annotated[list[uuid.UUID], Field(max_length=MOST_PICTURES)] | None = None
    options: Annotated[dict[OptionName, StrictBool | OptionText], Field(max_length=20)] = Field(
        default_factory=dict
    )


class PostIn(Body):
    """What to write. What is left out or null stays as it is; in a new post it is empty."""

    text: LongText | None = None
    title: Annotated[Text, Field(max_length=1000)] | None = None
    language: Annotated[Text, Field(min_length=2, max_length=16)] | None = None
    channels: Annotated[list[uuid.UUID], Field(max_length=MOST_CHANNELS)] | None = None
    media: Annotated[list[uuid.UUID | PictureIn], Field(max_length=MOST_PICTURES)] | None = None
    variants: Annotated[dict[uuid.UUID, VariantIn], Field(max_length=MOST_CHANNELS)] | None = None

    def draft(self) -> Draft:
        return Draft(
            text=self.text,
            title=self.title,
            language=self.language,
            channels=self.channels,
            pictures=None if self.media is None else [_choice(one) for one in self.media],
            variants=None
            if self.variants is None
            else {
                channel: VariantChoice(text=one.text, media=one.media, options=one.options)
                for channel, one in self.variants.items()
            },
        )


class PostChange(PostIn):
    """`version`: the one that was read. When somebody has changed the post since, nothing is written."""

    version: Annotated[StrictInt, Field(ge=1, le=2_147_483_647)] | None = None


def _choice(given: uuid.UUID | PictureIn) -> PictureChoice:
    return PictureChoice(given.id, given.alt) if isinstance(given, PictureIn) else PictureChoice(given)


class FindingOut(Schema):
    """One thing the guard found. `channel` null: in what all channels share; offsets are code points."""

    channel: str | None
    part: str
    key: str
    rule: str
    severity: str
    start: int
    end: int
    excerpt: str
    message: str
    source: str
    suggestion: str | None


class ProblemOut(Schema):
    """Why the post cannot go to a channel as it is."""

    field: str
    message: str


class PostPictureOut(Schema):
    id: uuid.UUID
    alt: str
    name: str
    mime: str
    size: int
    width: int
    height: int
    sha256: str


class VariantOut(Schema):
    """The post for one channel: `text`, `media` null where it is as the post; `leaves` is the text that leaves."""

    text: str | None
    media: list[str] | None
    options: dict[str, Any]
    leaves: str
    length: int | None
    digest: str


class StepOut(Schema):
    """One step of a review: who it wants, and what was decided."""

    number: int
    role: str
    decision: str | None
    by: PersonOut | None


class ReviewOut(Schema):
    """One round of decisions, on the text with `digest`."""

    id: uuid.UUID
    state: str
    risk: str
    digest: str
    steps: list[StepOut]
    findings: list[FindingOut]
    answers: dict[str, str]
    submitted_by: PersonOut | None
    submitted_at: datetime
    closed_at: datetime | None


class DecisionOut(Schema):
    step: int
    role: str
    decision: str
    digest: str
    comment: str
    by: PersonOut | None
    at: datetime


class CommentOut(Schema):
    id: uuid.UUID
    text: str
    digest: str
    by: PersonOut | None
    at: datetime

    @classmethod
    def of(cls, comment: Comment) -> CommentOut:
        return cls(
            id=comment.id,
            text=comment.text,
            digest=comment.digest,
            by=PersonOut.of(comment.person),
            at=comment.at,
        )


class RevisionOut(Schema):
    number: int
    digest: str
    by: PersonOut | None
    at: datetime


class PostSummary(Schema):
    """A post in a list. `excerpt` is the beginning of its text."""

    id: uuid.UUID
    title: str
    excerpt: str
    language: str
    state: PostState
    digest: str
    version: int
    author: PersonOut | None
    channels: list[uuid.UUID]
    due_at: datetime | None
    zone: str
    created_at: datetime
    updated_at: datetime

    @classmethod
    def of(cls, post: Post, excerpt: str) -> PostSummary:
        return cls(**_common(post), excerpt=excerpt, channels=[v.connection_id for v in post.variants.all()])


class PostOut(Schema):
    """A post with all that has happened to it.

    `verdict` is the gravest of `findings`; `problems` name, by channel, what keeps the post from going there.
    `slot` is what the clock in `zone` shows when it leaves, `due_at` the moment. Of decisions, deliveries,
    revisions and comments there are the latest 100 each, oldest first.
    """

    id: uuid.UUID
    title: str
    text: str
    language: str
    state: PostState
    digest: str
    version: int
    author: PersonOut | None
    channels: list[uuid.UUID]
    media: list[PostPictureOut]
    variants: dict[str, VariantOut]
    verdict: str
    findings: list[FindingOut]
    problems: dict[str, list[ProblemOut]]
    slot: str
    zone: str
    due_at: datetime | None
    review: ReviewOut | None
    decisions: list[DecisionOut]
    deliveries: list[DeliveryOut]
    revisions: list[RevisionOut]
    comments: list[CommentOut]
    created_at: datetime
    updated_at: datetime


def whole_post(caller: Caller, post_id: uuid.UUID) -> PostOut:
    """The post as it is now. Raises `NotFound` for who may not see it."""
    post = access_post(caller, post_id)
    whole = content(post)
    found = screened(whole)
    reviews = _latest(
        post.reviews.select_related("submitted_by")
        .prefetch_related(Prefetch("decisions", Decision.objects.select_related("person")))
        .order_by("-submitted_at")
    )
    # Each is one channel's business; the text is everybody's who has a hand in the post.
    deliveries = visible_deliveries(caller).filter(post=post)
    variants = sorted(post.variants.all(), key=lambda v: (v.connection.created_at, v.connection_id))
    return PostOut(
        **_common(post),
        text=post.text,
        channels=[variant.connection_id for variant in variants],
        media=[
            PostPictureOut(
                id=picture.media_id,
                alt=picture.alt,
                name=picture.media.name,
                mime=picture.media.mime,
                size=picture.media.size,
                width=picture.media.width,
                height=picture.media.height,
                sha256=picture.media.sha256,
            )
            for picture in post.pictures.all()
        ],
        variants={
            str(variant.connection_id): VariantOut(
                text=variant.text,
                media=variant.media,
                options=variant.options,
                leaves=whole["variants"][str(variant.connection_id)]["text"],
                length=_length(variant, whole["variants"][str(variant.connection_id)]["text"]),
                digest=variant.digest,
            )
            for variant in variants
        },
        verdict=str(verdict(found)),
        findings=[FindingOut(**row) for row in finding_rows(found)],
        problems={
            channel: [ProblemOut(field=one.field, message=one.message) for one in wrong]
            for channel, wrong in problems(post).items()
        },
        slot=post.slot,
        review=_review(reviews[-1]) if reviews else None,
        decisions=sorted(
            (
                DecisionOut(
                    step=decision.step,
                    role=decision.role,
                    decision=decision.decision,
                    digest=decision.digest,
                    comment=decision.comment,
                    by=PersonOut.of(decision.person),
                    at=decision.at,
                )
                for review in reviews
                for decision in review.decisions.all()
            ),
            key=lambda decision: decision.at,
        )[-MOST_REMEMBERED:],
        deliveries=[DeliveryOut.of(one) for one in _latest(deliveries.defer("content").order_by("-id"))],
        revisions=[
            RevisionOut(number=one.number, digest=one.digest, by=PersonOut.of(one.by), at=one.at)
            for one in _latest(post.revisions.select_related("by").defer("content").order_by("-number"))
        ],
        comments=[
            CommentOut.of(one) for one in _latest(post.comments.select_related("person").order_by("-at"))
        ],
    )


def _common(post: Post) -> dict[str, Any]:
    return {
        "id": post.id,
        "title": post.title,
        "language": post.language,
        "state": post.state,
        "digest": post.digest,
        "version": post.version,
        "author": PersonOut.of(post.author),
        "due_at": post.due_at,
        "zone": post.slot_zone,
        "created_at": post.created_at,
        "updated_at": post.updated_at,
    }


def _latest(rows: Any) -> list[Any]:
    return list(reversed(rows[:MOST_REMEMBERED]))


def _length(variant: Any, text: str) -> int | None:
    """How long the channel finds the text; None where its plug-in is gone."""
    try:
        return int(variant.connection.channel.count(text))
    except NotFound:
        return None


def _review(review: Review) -> ReviewOut:
    return ReviewOut(
        id=review.id,
        state=review.state,
        risk=review.risk,
        digest=review.digest,
        steps=[
            StepOut(
                number=step.number,
                role=step.role,
                decision=step.decision.decision if step.decision else None,
                by=PersonOut.of(step.decision.person) if step.decision else None,
            )
            for step in steps(review)
        ],
        findings=[FindingOut(**row) for row in review.findings],
        answers=review.answers,
        submitted_by=PersonOut.of(review.submitted_by),
        submitted_at=review.submitted_at,
        closed_at=review.closed_at,
    )
