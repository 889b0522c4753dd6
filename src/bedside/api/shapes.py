"""What the API says of a person, a channel, a picture, a delivery: the bodies of its answers."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any, Literal

from ninja import Schema

from bedside.accounts.models import Person
from bedside.connections.models import Connection
from bedside.connections.queries import health
from bedside.core.errors import NotFound
from bedside.media.models import Media
from bedside.publishing.models import Attempt, Delivery, Pause

DeliveryState = Literal[
    "scheduled",
    "armed",
    "unknown",
    "confirmed",
    "unsure",
    "held",
    "failed",
    "cancelled",
    "deleting",
    "deleted",
]


class PersonOut(Schema):
    id: uuid.UUID
    name: str
    email: str

    @classmethod
    def of(cls, person: Person | None) -> PersonOut | None:
        """None where Bedside itself or the machine's shell did it."""
        return None if person is None else cls(id=person.id, name=str(person), email=person.email)


class HealthOut(Schema):
    """How good a sign-in is: `level` is ok, review or block; `words` say until when, and what to do if not."""

    level: str
    words: str


class LimitsOut(Schema):
    """What the channel takes. `text` None: any length; it is counted in `unit`."""

    text: int | None
    unit: str
    text_bytes: int | None
    pictures: int
    picture_bytes: int
    picture_types: list[str]
    alt_text: int


class ChannelOut(Schema):
    """A channel. `host` is the name of its server: a webhook's whole address often is its secret."""

    id: uuid.UUID
    kind: str
    name: str
    handle: str
    host: str
    state: str
    health: HealthOut
    promise: str
    limits: LimitsOut | None
    expires_at: datetime | None
    checked_at: datetime | None

    @classmethod
    def of(cls, connection: Connection) -> ChannelOut:
        try:
            declared = connection.channel
            limits = declared.limits(connection.facts)
            level, words = health(connection)
        except NotFound as error:
            # Its plug-in is gone. The channel is still there and has to be seen.
            return cls._of(connection, HealthOut(level="block", words=error.detail), "", None)
        return cls._of(
            connection,
            HealthOut(level=level, words=words),
            declared.promise,
            LimitsOut(
                text=limits.text,
                unit=limits.unit,
                text_bytes=limits.text_bytes,
                pictures=limits.pictures,
                picture_bytes=limits.picture_bytes,
                picture_types=list(limits.picture_types),
                alt_text=limits.alt_text,
            ),
        )

    @classmethod
    def _of(
        cls, connection: Connection, good: HealthOut, promise: str, limits: LimitsOut | None
    ) -> ChannelOut:
        return cls(
            id=connection.id,
            kind=connection.kind,
            name=connection.name,
            handle=connection.handle,
            host=connection.host,
            state=connection.state,
            health=good,
            promise=promise,
            limits=limits,
            expires_at=connection.expires_at,
            checked_at=connection.checked_at,
        )


class MediaOut(Schema):
    """A picture. `alt` is the description proposed wherever it is used."""

    id: uuid.UUID
    name: str
    alt: str
    mime: str
    size: int
    width: int
    height: int
    sha256: str
    created_at: datetime

    @classmethod
    def of(cls, media: Media) -> MediaOut:
        return cls(
            id=media.id,
            name=media.name,
            alt=media.alt_text,
            mime=media.mime,
            size=media.size,
            width=media.width,
            height=media.height,
            sha256=media.sha256,
            created_at=media.created_at,
        )


class DeliveryOut(Schema):
    """One text on its way to one channel. `words` say why it is where it is, and what comes next."""

    id: uuid.UUID
    post: uuid.UUID
    channel: uuid.UUID
    digest: str
    state: DeliveryState
    words: str
    due_at: datetime
    next_at: datetime | None
    attempt_count: int
    first_sent_at: datetime | None
    confirmed_at: datetime | None
    remote_id: str
    url: str

    @classmethod
    def facts(cls, delivery: Delivery) -> dict[str, Any]:
        """The fields that this and `DeliveryWithAttempts` have in common."""
        return {
            "id": delivery.id,
            "post": delivery.post_id,
            "channel": delivery.connection_id,
            "digest": delivery.digest,
            "state": delivery.state,
            "words": delivery.words,
            "due_at": delivery.due_at,
            "next_at": delivery.next_at,
            "attempt_count": delivery.attempt_count,
            "first_sent_at": delivery.first_sent_at,
            "confirmed_at": delivery.confirmed_at,
            "remote_id": delivery.remote_id,
            "url": delivery.url,
        }

    @classmethod
    def of(cls, delivery: Delivery) -> DeliveryOut:
        return cls(**cls.facts(delivery))


class AttemptOut(Schema):
    """One piece of work on the network. `exchanges` are the requests and answers, without secrets."""

    number: int
    kind: str
    started_at: datetime
    finished_at: datetime | None
    outcome: str
    words: str
    exchanges: list[dict[str, Any]]

    @classmethod
    def of(cls, attempt: Attempt) -> AttemptOut:
        return cls(
            number=attempt.number,
            kind=attempt.kind,
            started_at=attempt.started_at,
            finished_at=attempt.finished_at,
            outcome=attempt.outcome,
            words=attempt.words,
            exchanges=attempt.exchanges,
        )


class DeliveryWithAttempts(DeliveryOut):
    """A delivery, the exact content that leaves, and what was tried, the latest 100 attempts."""

    content: dict[str, Any]
    attempts: list[AttemptOut]


class PauseOut(Schema):
    """Whether everything stands still, and why. `held` counts what a resume left for people to decide."""

    paused: bool
    reason: str | None = None
    by: str | None = None
    at: datetime | None = None
    held: int | None = None

    @classmethod
    def of(cls, row: Pause | None) -> PauseOut:
        if row is None:
            return cls(paused=False)
        return cls(paused=True, reason=row.reason, by=row.by_label, at=row.at)
