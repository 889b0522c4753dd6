"""Deliveries: what became of each text on its way to a channel, and what people decide about it."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Annotated, Literal

from django.db.models import Q
from django.http import HttpRequest
from ninja import Router, Schema, Status
from pydantic import Field

from bedside.accounts.caller import Caller
from bedside.api.bearer import Token, caller_of
from bedside.api.once import Done, once
from bedside.api.problems import changing, reading
from bedside.api.reading import Body, Cursor, Limit, Reason, Text, read_cursor, write_cursor
from bedside.api.shapes import AttemptOut, DeliveryOut, DeliveryState, DeliveryWithAttempts
from bedside.publishing import actions
from bedside.publishing.queries import access_delivery, visible

router = Router(tags=["deliveries"])
MOST_ATTEMPTS = 100


class DeliveryPage(Schema):
    items: list[DeliveryOut]
    next: str | None = Field(description="The cursor of the next page; null on the last one.")


class Resolution(Body):
    """What a person saw: the post is out (`sent`, with its address if known), or it is not."""

    as_: Literal["sent", "not-sent"] = Field(alias="as")
    url: Annotated[Text, Field(max_length=1000)] = ""
    comment: Annotated[Text, Field(max_length=1000)] = ""


@router.get("", auth=Token("deliveries:read"), response={200: DeliveryPage, **reading()})
def list_deliveries(
    request: HttpRequest,
    post: uuid.UUID | None = None,
    state: DeliveryState | None = None,
    channel: uuid.UUID | None = None,
    cursor: Cursor | None = None,
    limit: Limit = 50,
) -> DeliveryPage:
    """Deliveries, those with the latest slot first."""
    rows = visible(caller_of(request))
    if post is not None:
        rows = rows.filter(post=post)
    if state is not None:
        rows = rows.filter(state=state)
    if channel is not None:
        rows = rows.filter(connection=channel)
    if cursor is not None:
        at, row = read_cursor(cursor)
        rows = rows.filter(due_at__lte=at).filter(Q(due_at__lt=at) | Q(id__lt=row))
    found = list(rows.defer("content", "prepared").order_by("-due_at", "-id")[: limit + 1])
    page = found[:limit]
    more = write_cursor(page[-1].due_at, page[-1].id) if len(found) > limit else None
    return DeliveryPage(items=[DeliveryOut.of(delivery) for delivery in page], next=more)


@router.get(
    "/{uuid:delivery_id}",
    auth=Token("deliveries:read"),
    response={200: DeliveryWithAttempts, **reading(404)},
)
def get_delivery(request: HttpRequest, delivery_id: uuid.UUID) -> DeliveryWithAttempts:
    """A delivery with each attempt: what was sent, what came back."""
    return _with_attempts(caller_of(request), delivery_id)


@router.post(
    "/{uuid:delivery_id}/resolve",
    auth=Token("deliveries:write"),
    response={200: DeliveryOut, **changing(404)},
)
@once
def resolve_delivery(request: HttpRequest, delivery_id: uuid.UUID, body: Resolution) -> Callable[[], Done]:
    """Say what became of a delivery that is unsure, after having looked."""
    caller = caller_of(request)
    return lambda: (
        200,
        DeliveryOut.of(actions.resolve(caller, delivery_id, body.as_, url=body.url, comment=body.comment)),
    )


@router.post(
    "/{uuid:delivery_id}/look",
    auth=Token("deliveries:write"),
    response={200: DeliveryOut, **changing(404)},
)
@once
def look_again(request: HttpRequest, delivery_id: uuid.UUID) -> Callable[[], Done]:
    """Have the network asked once more about a delivery that is unsure."""
    caller = caller_of(request)
    return lambda: (200, DeliveryOut.of(actions.look_again(caller, delivery_id)))


@router.post(
    "/{uuid:delivery_id}/release",
    auth=Token("deliveries:write"),
    response={200: DeliveryOut, **changing(404)},
)
@once
def release_delivery(request: HttpRequest, delivery_id: uuid.UUID) -> Callable[[], Done]:
    """Let a held or refused delivery go now, although its slot has passed. All else is checked again."""
    caller = caller_of(request)
    return lambda: (200, DeliveryOut.of(actions.release(caller, delivery_id)))


@router.post(
    "/{uuid:delivery_id}/cancel",
    auth=Token("deliveries:write"),
    response={200: DeliveryOut, **changing(404)},
)
@once
def cancel_delivery(request: HttpRequest, delivery_id: uuid.UUID) -> Callable[[], Done]:
    """Give up a delivery that has not left. The post's others go on."""
    caller = caller_of(request)
    return lambda: (200, DeliveryOut.of(actions.cancel(caller, delivery_id)))


@router.delete(
    "/{uuid:delivery_id}",
    auth=Token("deliveries:write"),
    response={202: DeliveryOut, **changing(404)},
)
def delete_delivery(
    request: HttpRequest,
    delivery_id: uuid.UUID,
    body: Reason | None = None,
    reason: Annotated[Text, Field(max_length=500)] | None = None,
) -> Status[DeliveryOut]:
    """Ask the network to delete what is out. The record of it stays, with the reason.

    The reason is in the body, or for programs that send none with DELETE in the query.
    """
    words = body.reason if body else reason or ""
    return Status(202, DeliveryOut.of(actions.delete(caller_of(request), delivery_id, words)))


def _with_attempts(caller: Caller, delivery_id: uuid.UUID) -> DeliveryWithAttempts:
    delivery = access_delivery(caller, delivery_id)
    attempts = reversed(delivery.attempts.order_by("-number")[:MOST_ATTEMPTS])
    return DeliveryWithAttempts(
        **DeliveryOut.facts(delivery),
        content=delivery.content,
        attempts=[AttemptOut.of(attempt) for attempt in attempts],
    )
