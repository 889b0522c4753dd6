"""The outbox: claim, work, settle. Everything that goes over a network for a post goes through here.

`claim` commits an attempt and a lease before a byte leaves. `work` talks to the network with no transaction
open. `settle` commits what came back. Whatever ends a process between two of these leaves a row that says
where it was: an armed row with a lapsed lease is an unknown outcome and is looked up, never blindly repeated.
"""

from __future__ import annotations

import dataclasses
import logging
import threading
import time
import uuid
from collections.abc import Collection
from datetime import datetime, timedelta

from django.db import Error, connection, transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from bedside.audit.actions import record
from bedside.channels.port import (
    Busy,
    CannotTell,
    ChannelError,
    Receipt,
    Refused,
    SafeToSend,
)
from bedside.connections.actions import open_wire
from bedside.core import clock
from bedside.core.errors import BedsideError
from bedside.jobs.wake import leaving
from bedside.posts.content import outgoing, pictures_of
from bedside.posts.models import Post
from bedside.publishing.checks import why_not
from bedside.publishing.claimed import Claimed, Outcome
from bedside.publishing.models import Attempt, Delivery, Pause
from bedside.publishing.settling import MOST_SENDS, SYSTEM, go, hold, lapse, settle, wait_for_person
from bedside.publishing.turns import hold_posts_of, hold_the_record

_log = logging.getLogger(__name__)
S = Delivery.State
# Renewed every few seconds while the process lives, so it only lapses when the process is gone or frozen.
LEASE = timedelta(seconds=15)
# A lease or a look further ahead than these was written before the clock went back: nobody would wait it out.
FURTHEST_LEASE, FURTHEST_LOOK = timedelta(minutes=3), timedelta(hours=2)
# How long a look that proved absence is good enough for sending once more.
FRESH_LOOK = timedelta(seconds=60)
# How long an answer is kept in hand while the database cannot take it, in seconds.
KEEP_ANSWER = 300.0
_in_hand: set[uuid.UUID] = set()
_hands = threading.Lock()


def due(now: datetime, limit: int, full: Collection[str] = ()) -> list[tuple[uuid.UUID, str]]:
    """The deliveries that want work now, the longest due first, each with its channel as its lane.

    While paused, only what is on its way already. Nothing of the lanes that are `full`.
    """
    working: list[str] = [S.UNKNOWN, S.DELETING]
    if not paused():
        working.insert(0, S.SCHEDULED)
    waiting = Q(state__in=working, next_at__lte=now)
    lapsed = Q(state=S.ARMED, lease_until__lte=now)
    found: list[tuple[uuid.UUID, str]] = []
    # One question for each index.
    for which, order in ((lapsed, "lease_until"), (waiting, "next_at")):
        rows = Delivery.objects.filter(which)
        if full:
            rows = rows.exclude(connection__in=[uuid.UUID(lane) for lane in full])
        some = rows.order_by(order).values_list("id", "connection")[: limit - len(found)]
        found += [(delivery, str(lane)) for delivery, lane in some]
    return found


def paused() -> bool:
    return Pause.objects.filter(lifted_at=None).exists()


def deliver(delivery_id: uuid.UUID, worker: str) -> bool:
    """Take one delivery one step further. False when there was nothing to do, or another worker has it."""
    claimed = claim(delivery_id, worker)
    if claimed is None:
        return False
    with _hands:
        _in_hand.add(delivery_id)
    try:
        outcome = work(claimed)
        _settle_surely(claimed, outcome, worker)
    finally:
        with _hands:
            _in_hand.discard(delivery_id)
    return True


def _settle_surely(claimed: Claimed, outcome: Outcome, worker: str) -> None:
    """An answer is worth keeping while the database is away or full: it may be all that is known of the post."""
    ends = time.monotonic() + KEEP_ANSWER
    while True:
        try:
            settle(claimed, outcome, worker)
        except Error as error:
            _log.error("what became of delivery %s cannot be kept yet: %s", claimed.delivery_id, error)
            connection.close()
            if leaving.is_set() or time.monotonic() > ends:
                raise
            leaving.wait(1.0)
        else:
            return


def claim(delivery_id: uuid.UUID, worker: str) -> Claimed | None:
    """Take the delivery and commit what is about to be done; None when it is not to be worked on now.

    In this order: post and delivery are locked, everything is checked again, the request is prepared (once in
    its life), the attempt is written with a lease. An in-house channel is settled right here, in the same
    transaction.
    """
    with transaction.atomic():
        hold_posts_of([delivery_id])
        if connection.features.has_select_for_update:
            list(Delivery.objects.select_for_update(no_key=True).filter(id=delivery_id).values_list("id"))
        delivery, objection = _read(delivery_id)
        now = clock.now()
        kind = _wanted(delivery, now) if delivery is not None else None
        if delivery is None or kind is None:
            return None
        if kind == Attempt.Kind.FIND and delivery.state == S.ARMED:
            lapse(delivery, now)
        if kind == Attempt.Kind.SEND:
            # What may stop it is read when nobody can change it any more until this is committed.
            hold_the_record()
            if connection.features.has_select_for_update:
                delivery, objection = _read(delivery_id)
                assert delivery is not None
            if paused():
                return None
            # A look-up that proved absence has set first_sent_at; the checks hold for a repetition as well.
            objection = objection or why_not(delivery, now)
            # Whoever lets it go again clears its words, and with that it has as many tries again.
            worn = delivery.attempt_count and delivery.attempt_count % MOST_SENDS == 0
            if objection is None and worn and delivery.words:
                objection = _("It has been tried %d times.") % delivery.attempt_count
        if objection is not None:
            _give_up(delivery, kind, objection)
            return None
        return _arm(delivery, kind, worker, now)


def _read(delivery_id: uuid.UUID) -> tuple[Delivery | None, str | None]:
    """The delivery with its post and channel, and why it cannot be used, if the channel's secret is not legible."""
    rows = Delivery.objects.filter(id=delivery_id).select_related("post", "connection")
    try:
        return rows.first(), None
    except BedsideError as error:
        return rows.defer("connection__secret").first(), error.detail


def _wanted(delivery: Delivery, now: datetime) -> Attempt.Kind | None:
    if delivery.state == S.ARMED:
        lapsed = delivery.lease_until is not None and delivery.lease_until <= now
        return Attempt.Kind.FIND if lapsed else None
    if delivery.next_at is None or delivery.next_at > now:
        return None
    kinds: dict[str, Attempt.Kind] = {
        S.SCHEDULED: Attempt.Kind.FIND if _in_doubt(delivery, now) else Attempt.Kind.SEND,
        S.UNKNOWN: Attempt.Kind.FIND,
        S.DELETING: Attempt.Kind.DELETE,
    }
    return kinds.get(delivery.state)


def _in_doubt(delivery: Delivery, now: datetime) -> bool:
    """Whether an earlier sending may have got through, as far as was last seen. An in-house one never has."""
    if not delivery.doubtful or delivery.connection.channel.in_house:
        return False
    return delivery.absent_at is None or not timedelta(0) <= now - delivery.absent_at <= FRESH_LOOK


def _give_up(delivery: Delivery, kind: str, words: str) -> None:
    """It cannot be worked on: a person is told, and where it stays depends on what may be out."""
    if kind == Attempt.Kind.SEND:
        hold(delivery, words)
    elif kind == Attempt.Kind.FIND:
        wait_for_person(delivery, S.UNSURE, "delivery.unsure", words)
    else:
        go(delivery, S.CONFIRMED, None, _("It could not be deleted: %s") % words[:900])
        record("delivery.delete_failed", actor=SYSTEM, noun_id=delivery.id, detail={"why": words})


def _arm(delivery: Delivery, kind: str, worker: str, now: datetime) -> Claimed | None:
    written = ["attempt_count", "worker", "lease_until", "first_sent_at", "state", "next_at"]
    try:
        channel, account = delivery.connection.channel, delivery.connection.account()
        if delivery.prepared is None and kind == Attempt.Kind.FIND:
            # A request made anew would ask for something that was never sent.
            _give_up(delivery, kind, _("What was sent is not known here, so only a person can look for it."))
            return None
        if delivery.prepared is None:
            delivery.prepared = channel.prepare(outgoing(delivery.content, str(delivery.id), now), account)
            written.append("prepared")
    except (ChannelError, BedsideError) as error:
        _give_up(delivery, kind, error.detail)
        return None
    except Exception as error:
        # A bug in a channel must not hold up the line behind this delivery.
        _log.exception("delivery %s cannot be prepared", delivery.id)
        _give_up(
            delivery, kind, _("It could not be prepared (%s); the log says more.") % type(error).__name__
        )
        return None
    delivery.attempt_count += 1
    delivery.worker = worker
    delivery.lease_until = now + LEASE
    if kind == Attempt.Kind.SEND:
        delivery.first_sent_at = delivery.first_sent_at or now
    if kind != Attempt.Kind.DELETE:
        delivery.state = S.ARMED
    else:
        delivery.next_at = now + LEASE
    delivery.save(update_fields=written)
    Attempt.objects.create(
        delivery=delivery, number=delivery.attempt_count, kind=kind, worker=worker, started_at=now
    )
    if kind == Attempt.Kind.SEND:
        if delivery.post.state == Post.State.SCHEDULED:
            Post.objects.filter(id=delivery.post_id, state=Post.State.SCHEDULED).update(state=Post.State.OUT)
        record(
            "delivery.armed",
            actor=SYSTEM,
            noun_id=delivery.id,
            detail={
                "post": str(delivery.post_id),
                "digest": delivery.digest,
                "attempt": delivery.attempt_count,
            },
        )
    claimed = Claimed(
        delivery_id=delivery.id,
        attempt=delivery.attempt_count,
        kind=kind,
        channel=channel,
        account=account,
        connection_id=delivery.connection_id,
        prepared=delivery.prepared,
        content=delivery.content,
        first_sent_at=delivery.first_sent_at or now,
        remote_id=delivery.remote_id,
    )
    if channel.in_house:
        settle(claimed, work(claimed), worker)
        return None
    return claimed


def work(claimed: Claimed) -> Outcome:
    """Talk to the network. Never raises: what goes wrong is the outcome."""
    channel = claimed.channel
    answer: Receipt | SafeToSend | CannotTell | ChannelError | None
    with open_wire() as wire:
        try:
            if claimed.kind == Attempt.Kind.SEND:
                answer = channel.send(claimed.prepared, pictures_of(claimed.content), claimed.account, wire)
            elif claimed.kind == Attempt.Kind.FIND:
                answer = channel.find(claimed.prepared, claimed.account, claimed.first_sent_at, wire)
            elif channel.delete is None:
                answer = Refused(_("This network has no way to delete."))
            else:
                channel.delete(claimed.remote_id, claimed.prepared, claimed.account, wire)
                answer = None
        except ChannelError as error:
            answer = error
        except BedsideError as error:
            # A picture's file that cannot be read: nothing of the post has left.
            answer = Busy(error.detail)
        except Exception as error:
            # A bug in a channel tells nothing about what the network did: look it up.
            answer = ChannelError(f"{type(error).__name__}: {error}"[:500])
        exchanges = [dataclasses.asdict(exchange) for exchange in wire.exchanges]
    for exchange in exchanges:
        exchange["at"] = exchange["at"].isoformat()
    return Outcome(answer, exchanges)


def extend_leases(worker: str) -> None:
    """Say that this worker is alive and still busy with what it has in hand at this moment.

    With that alone: a row that it armed and then lost hold of has to lapse, or nobody would ever look at it.
    """
    with _hands:
        mine = list(_in_hand)
    if mine:
        until = clock.now() + LEASE
        held = Delivery.objects.filter(id__in=mine, worker=worker)
        held.filter(state=S.ARMED).update(lease_until=until)
        held.filter(state=S.DELETING).exclude(lease_until=None).update(lease_until=until, next_at=until)


def follow_the_clock() -> None:
    """After the clock went back: bring near again what was to be looked at soon and now lies far ahead."""
    now = clock.now()
    Delivery.objects.filter(state=S.ARMED, lease_until__gt=now + FURTHEST_LEASE).update(lease_until=now)
    Delivery.objects.filter(state__in=[S.UNKNOWN, S.DELETING], next_at__gt=now + FURTHEST_LOOK).update(
        next_at=now
    )


__all__ = [
    "LEASE",
    "Claimed",
    "Outcome",
    "claim",
    "deliver",
    "due",
    "extend_leases",
    "follow_the_clock",
    "paused",
    "settle",
    "work",
]
