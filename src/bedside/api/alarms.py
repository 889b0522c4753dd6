"""False alarms of the guard: reported about a post, settled by who keeps the allow-list."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import datetime
from typing import Annotated, Literal, cast

from django.db.models import Q
from django.http import HttpRequest
from ninja import Router, Schema
from pydantic import Field

from bedside.api.bearer import Token, caller_of
from bedside.api.once import Done, once
from bedside.api.problems import changing, reading
from bedside.api.reading import Body, Cursor, Limit, Reason, Text, read_cursor, write_cursor
from bedside.api.shapes import PersonOut
from bedside.approvals import alarms
from bedside.approvals.models import FalseAlarm

router = Router(tags=["guard"])
AlarmState = Literal["open", "allowed", "dismissed"]


class AlarmIn(Body):
    """`key`: that of the finding, among the post's `findings`. `why` it is wrong, if there is more to say."""

    key: Annotated[Text, Field(max_length=100_200)]
    why: Annotated[Text, Field(max_length=alarms.LONGEST_WHY)] = ""


class AllowIn(Body):
    """The words that are the organisation's own, what they are, and how one knows."""

    kind: Literal["names", "phones", "sites", "places", "campaigns", "urls", "events"]
    words: Annotated[Text, Field(max_length=300)]
    reason: Annotated[Text, Field(max_length=500)]


class AlarmOut(Schema):
    """A false alarm: `words` as they stood in the post, `around` with what stood beside them."""

    id: uuid.UUID
    post: uuid.UUID
    rule: str
    severity: str
    message: str
    words: str
    around: str
    why: str
    by: PersonOut | None
    at: datetime
    state: AlarmState
    settled_by: PersonOut | None
    settled_at: datetime | None
    reason: str

    @classmethod
    def of(cls, alarm: FalseAlarm) -> AlarmOut:
        return cls(
            id=alarm.id,
            post=alarm.post_id,
            rule=alarm.rule,
            severity=alarm.severity,
            message=alarm.message,
            words=alarm.words,
            around=alarm.around,
            why=alarm.why,
            by=PersonOut.of(alarm.by),
            at=alarm.at,
            state=cast(AlarmState, alarm.state),
            settled_by=PersonOut.of(alarm.settled_by),
            settled_at=alarm.settled_at,
            reason=alarm.reason,
        )


class AlarmPage(Schema):
    items: list[AlarmOut]
    next: str | None = Field(description="The cursor of the next page; null on the last one.")


@router.post(
    "/posts/{uuid:post_id}/false-alarms",
    auth=Token("posts:write", "posts:decide"),
    response={201: AlarmOut, **changing(404)},
)
@once
def report_false_alarm(request: HttpRequest, post_id: uuid.UUID, body: AlarmIn) -> Callable[[], Done]:
    """Say that the guard is wrong about a finding. Reported twice, it is one alarm; 409 when it is found no more."""
    caller = caller_of(request)
    return lambda: (201, AlarmOut.of(alarms.report(caller, post_id, body.key, body.why)))


@router.get("/false-alarms", auth=Token("guard"), response={200: AlarmPage, **reading()})
def list_false_alarms(
    request: HttpRequest,
    state: Literal["open", "settled"] = "open",
    cursor: Cursor | None = None,
    limit: Limit = 50,
) -> AlarmPage:
    """The alarms that wait, the oldest first; or those that are settled, the latest first."""
    settled = state == "settled"
    rows = alarms.alarms(caller_of(request), settled=settled)
    if cursor is not None:
        at, row = read_cursor(cursor)
        rows = (
            rows.filter(Q(settled_at__lt=at) | Q(settled_at=at, id__lt=row))
            if settled
            else rows.filter(Q(at__gt=at) | Q(at=at, id__gt=row))
        )
    found = list(rows[: limit + 1])
    last = found[limit - 1] if len(found) > limit else None
    return AlarmPage(
        items=[AlarmOut.of(alarm) for alarm in found[:limit]],
        next=write_cursor(last.settled_at or last.at, last.id) if last else None,
    )


@router.post(
    "/false-alarms/{uuid:alarm_id}/allow", auth=Token("guard"), response={200: AlarmOut, **changing(404)}
)
@once
def allow_words(request: HttpRequest, alarm_id: uuid.UUID, body: AllowIn) -> Callable[[], Done]:
    """Add words to the guard's allow-list, which settles the alarm and every open one about the same words."""
    caller = caller_of(request)
    return lambda: (200, AlarmOut.of(alarms.allow(caller, alarm_id, body.kind, body.words, body.reason)))


@router.post(
    "/false-alarms/{uuid:alarm_id}/dismiss", auth=Token("guard"), response={200: AlarmOut, **changing(404)}
)
@once
def dismiss_false_alarm(request: HttpRequest, alarm_id: uuid.UUID, body: Reason) -> Callable[[], Done]:
    """Settle the alarm, and every open one about the same words: the guard goes on finding this."""
    caller = caller_of(request)
    return lambda: (200, AlarmOut.of(alarms.dismiss(caller, alarm_id, body.reason)))
