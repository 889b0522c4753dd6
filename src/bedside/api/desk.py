"""The desk as a whole: screening a text, the pause, the record, the channels, and who one is."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import datetime
from typing import Annotated, Any, Literal

from django.http import HttpRequest
from ninja import Router, Schema
from pydantic import Field, StrictInt

from bedside.accounts.roles import RIGHTS, Right
from bedside.accounts.scopes import SCOPES
from bedside.api.bearer import Token, caller_of, token_of
from bedside.api.once import Done, once
from bedside.api.problems import changing, reading
from bedside.api.reading import Body, Limit, Reason, Text
from bedside.api.shapes import ChannelOut, PauseOut, PersonOut
from bedside.audit.queries import entries
from bedside.connections.queries import visible
from bedside.guard import screen
from bedside.organization.queries import guard_rules, organization
from bedside.posts.actions import LONGEST_TEXT
from bedside.publishing import actions
from bedside.publishing.queries import current_pause

router = Router()
Offsets = Literal["codepoints", "utf16"]
MOST_CHANNELS = 200


# Screening.


class ScreenIn(Body):
    """`kind`: what the text is. `tier`: the highest tier that may judge. `offsets` as in the query."""

    text: Annotated[Text, Field(max_length=LONGEST_TEXT)]
    kind: Literal["post", "reply", "incoming"] = "post"
    tier: Annotated[StrictInt, Field(ge=0, le=2)] | None = None
    offsets: Offsets | None = None


class ScreenOut(Schema):
    """What the guard says: see docs/guard.md."""

    verdict: str
    spans: list[list[Any]]
    findings: list[dict[str, Any]]
    grade: float | None
    tier: int


@router.post("/screen", tags=["guard"], auth=Token("screen"), response={200: ScreenOut, **changing()})
@once
def screen_text(request: HttpRequest, body: ScreenIn, offsets: Offsets | None = None) -> Callable[[], Done]:
    """Screen a text. Nothing is stored. `offsets=utf16` counts as browsers do."""
    policy, allow = guard_rules()
    screening = screen(body.text, kind=body.kind, policy=policy, allow=allow, tier=body.tier)
    answer = screening.as_json(body.offsets or offsets or "codepoints")
    return lambda: (200, ScreenOut(**answer))


# The pause.


@router.get("/pause", tags=["pause"], auth=Token(), response={200: PauseOut, **reading()})
def get_pause(request: HttpRequest) -> PauseOut:
    """Whether everything is paused, by whom, why."""
    return PauseOut.of(current_pause())


@router.post("/pause", tags=["pause"], auth=Token("pause"), response={200: PauseOut, **changing()})
@once
def pause_everything(request: HttpRequest, body: Reason) -> Callable[[], Done]:
    """Let nothing more leave until somebody resumes. 409 when everything is paused already."""
    caller = caller_of(request)
    return lambda: (200, PauseOut.of(actions.pause(caller, body.reason)))


@router.delete("/pause", tags=["pause"], auth=Token("pause"), response={200: PauseOut, **changing()})
def resume(
    request: HttpRequest,
    body: Reason | None = None,
    reason: Annotated[Text, Field(max_length=500)] | None = None,
) -> PauseOut:
    """Resume. What was due in the meantime is held; a person lets each go.

    The reason is in the body, or for programs that send none with DELETE in the query.
    """
    held = actions.resume(caller_of(request), body.reason if body else reason or "")
    return PauseOut(paused=False, held=held)


# The record.


class EntryOut(Schema):
    """One entry of the record. `detail` is null once its retention has ended and it was shredded."""

    seq: int
    at: datetime
    actor: uuid.UUID | None
    actor_label: str
    verb: str
    noun: str
    noun_id: str
    door: str
    address: str
    detail: dict[str, Any] | None
    hash: str


class EntryPage(Schema):
    items: list[EntryOut]
    next: str | None = Field(description="The cursor of the next page; null on the last one.")


@router.get("/audit", tags=["audit"], auth=Token("audit:read"), response={200: EntryPage, **reading()})
def list_audit(
    request: HttpRequest,
    actor: uuid.UUID | None = None,
    verb: Annotated[Text, Field(max_length=100)] | None = None,
    noun: Annotated[Text, Field(max_length=50)] | None = None,
    noun_id: Annotated[Text, Field(max_length=200)] | None = None,
    cursor: Annotated[str, Field(pattern=r"^[0-9]{1,18}$", description="`next` of the page before.")]
    | None = None,
    limit: Limit = 50,
) -> EntryPage:
    """Who did what, when and from where; the newest first."""
    caller_of(request).require(Right.AUDIT)
    found = entries(
        actor_id=actor,
        verb=verb,
        noun=noun,
        noun_id=noun_id,
        before_seq=int(cursor) if cursor else None,
        limit=limit + 1,
    )
    items = [
        EntryOut(
            seq=entry.seq,
            at=entry.at,
            actor=entry.actor_id,
            actor_label=entry.actor_label,
            verb=entry.verb,
            noun=entry.noun,
            noun_id=entry.noun_id,
            door=entry.door,
            address=entry.address,
            detail=entry.facts,
            hash=entry.hash,
        )
        for entry in found[:limit]
    ]
    return EntryPage(items=items, next=str(items[-1].seq) if len(found) > limit else None)


# Channels, and who one is.


class ChannelPage(Schema):
    items: list[ChannelOut]
    next: str | None = Field(description="Always null: a desk has at most 200 channels.")


@router.get("/channels", tags=["channels"], auth=Token(), response={200: ChannelPage, **reading()})
def list_channels(request: HttpRequest) -> ChannelPage:
    """The channels one may see, what they take, and how good their sign-in is."""
    rows = visible(caller_of(request))[:MOST_CHANNELS]
    return ChannelPage(items=[ChannelOut.of(connection) for connection in rows], next=None)


class RoleOut(Schema):
    """A role, for one channel or with null for all."""

    role: str
    channel: uuid.UUID | None


class MeOut(Schema):
    person: PersonOut
    organization: str
    time_zone: str
    roles: list[RoleOut]
    rights: list[str]
    scopes: list[str]
    expires_at: datetime | None


@router.get("/me", tags=["me"], auth=Token(), response={200: MeOut, **reading()})
def get_me(request: HttpRequest) -> MeOut:
    """Whom the token acts for, and what it may do: the rights of the person, within the scopes of the token."""
    person, token, own = caller_of(request).person, token_of(request), organization()
    assert person is not None
    rights = {right for role, _channel in person.held for right in RIGHTS[role]}
    return MeOut(
        person=PersonOut(id=person.id, name=str(person), email=person.email),
        organization=own.name if own else "",
        time_zone=person.time_zone or (own.time_zone if own else "UTC"),
        roles=[
            RoleOut(role=role, channel=channel)
            for role, channel in sorted(person.held, key=lambda held: (held[0], str(held[1])))
        ],
        rights=sorted(right for right in rights if person.may(right)),
        scopes=sorted(SCOPES) if token is None else sorted(token.scopes),
        expires_at=token.expires_at if token else None,
    )
