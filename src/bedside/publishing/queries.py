"""Reads about deliveries."""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext as _

from bedside.accounts.caller import Caller
from bedside.accounts.roles import Right
from bedside.connections.models import Connection
from bedside.core.errors import NotFound
from bedside.posts.models import Post, PostPicture
from bedside.posts.queries import visible as visible_posts
from bedside.publishing.models import WAITS_FOR_A_PERSON, Delivery, Pause

S = Delivery.State


def visible(caller: Caller) -> QuerySet[Delivery]:
    """The deliveries the caller may see: those for their channels, and those of their own posts."""
    if not caller.may(Right.READ):
        return Delivery.objects.none()
    confined = caller.channels()
    if confined is None:
        return Delivery.objects.all()
    return Delivery.objects.filter(Q(connection__in=confined) | Q(post__author=caller.person))


def access_delivery(caller: Caller, delivery_id: uuid.UUID) -> Delivery:
    delivery = visible(caller).select_related("post", "connection").filter(id=delivery_id).first()
    if delivery is None:
        raise NotFound(_("There is no such delivery here."))
    return delivery


def waiting_for_a_person(caller: Caller) -> QuerySet[Delivery]:
    """What went wrong and waits for somebody, the oldest first."""
    return (
        visible(caller)
        .filter(state__in=WAITS_FOR_A_PERSON)
        .select_related("post", "connection", "post__author")
        .order_by("due_at")
    )


def calendar(caller: Caller, start: datetime, end: datetime) -> QuerySet[Post]:
    """The posts with a slot from `start` up to `end` (aware), in order.

    Only what a calendar shows is read, since a busy month has hundreds of them.
    """
    return (
        visible_posts(caller)
        .filter(due_at__gte=start, due_at__lt=end, state__in=[Post.State.SCHEDULED, Post.State.OUT])
        .only("title", "text", "state", "due_at")
        .order_by("due_at")
    )


def states_of(posts: Iterable[Post]) -> dict[uuid.UUID, Counter[str]]:
    """How many of each post's deliveries are in which state, by the post's id. For lists of posts."""
    found: dict[uuid.UUID, Counter[str]] = {post.id: Counter() for post in posts}
    rows = Delivery.objects.filter(post__in=list(found)).values_list("post", "state")
    for post, state, many in rows.annotate(many=Count("id")):
        found[post][state] = many
    return found


def current_pause() -> Pause | None:
    return Pause.objects.filter(lifted_at=None).first()


def oldest_due(now: datetime) -> timedelta:
    """How far the outbox lags: the age of the oldest delivery that should be on its way and is not.

    Zero while everything is paused: then standing still is what was asked for.
    """
    if current_pause():
        return timedelta(0)
    waiting = Delivery.objects.filter(state=S.SCHEDULED, next_at__lte=now).order_by("next_at")
    next_at = waiting.values_list("next_at", flat=True).first()
    return now - next_at if next_at else timedelta(0)


def newest_news(limit: int, before: datetime | None = None) -> list[Delivery]:
    """What the newsroom shows the public, the newest first, from before a moment if one is given.

    Asked of each newsroom by itself, since the index gives the newest of one in order and not of several.
    """
    found: list[Delivery] = []
    for connection in Connection.objects.filter(kind="newsroom").values_list("id", flat=True):
        shown = Delivery.objects.filter(connection=connection, state=S.CONFIRMED).exclude(remote_id="")
        if before is not None:
            shown = shown.filter(confirmed_at__lt=before)
        found += shown.order_by("-confirmed_at")[:limit]
    return sorted(found, key=lambda one: one.confirmed_at or one.due_at, reverse=True)[:limit]


def news_item(remote_id: str) -> Delivery | None:
    """The newsroom's item with this public id, also one taken back (its state says so)."""
    if not remote_id:
        return None
    return Delivery.objects.filter(
        connection__kind="newsroom", state__in=[S.CONFIRMED, S.DELETING, S.DELETED], remote_id=remote_id
    ).first()


def public_picture(sha256: str) -> str | None:
    """The MIME type of a picture that a public post of the newsroom shows; None for any other."""
    uses = PostPicture.objects.filter(
        media__sha256=sha256,
        post__deliveries__connection__kind="newsroom",
        post__deliveries__state=S.CONFIRMED,
    ).values_list("media__mime", "post__deliveries__content")
    for mime, content in uses[:50]:
        if any(picture["sha256"] == sha256 for picture in content["pictures"]):
            return str(mime)
    return None
