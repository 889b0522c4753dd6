"""The outbox: claim, work, settle. Everything that goes over a network for a post goes through here.

`claim` commits an attempt and a lease before a byte leaves. `work` talks to the network with no transaction
open. `settle` commits what came back. Whatever ends a process between two of these leaves a row that says
where it was: an armed row with a lapsed lease is an unknown outcome and is looked up, never blindly repeated.
"""

from __future__ import annotations

import dataclasses
import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from bedside.accounts.caller import Caller
from bedside.audit.actions import record
from bedside.channels.port import (
    Account,
    Busy,
    CannotTell,
    Channel,
    ChannelError,
    Receipt,
    Refused,
    SafeToSend,
    SignInRefused,
)
from bedside.connections.actions import lose, open_wire
from bedside.core import clock
from bedside.core.errors import BedsideError
from bedside.posts.content import outgoing, pictures_of
from bedside.posts.models import Post
from bedside.publishing.checks import lateness_limit, why_not
from bedside.publishing.models import Attempt, Delivery, Pause

S = Delivery.State
# Renewed every few seconds while the process lives, so it only lapses when the process is gone or frozen.
LEASE = timedelta(seconds=15)
# When to look again after an outcome that nobody can tell; the last one repeats.
LOOKS = tuple(timedelta(seconds=s) for s in (1, 3, 8, 20, 60, 180, 300))
LOOK_FOR = timedelta(hours=24)
# How often a look that finds nothing and proves nothing is repeated before a person is asked.
FRUITLESS_LOOKS = 3
MOST_SENDS = 50
SYSTEM = Caller(None, "worker").actor


@dataclass(frozen=True)
class Claimed:
    """A piece of work that this worker alone holds: all values, nothing that touches the database."""

    delivery_id: uuid.UUID
    attempt: int
    kind: str
    channel: Channel
    account: Account
    connection_id: uuid.UUID
    prepared: dict[str, Any]
    content: dict[str, Any]
    first_sent_at: datetime
    remote_id: str


@dataclass(frozen=True)
class Outcome:
    """What the network answered (a port value or error), and the exchanges to keep."""

    answer: Receipt | SafeToSend | CannotTell | ChannelError | None
    exchanges: list[dict[str, Any]]


def due(now: datetime, limit: int) -> list[tuple[uuid.UUID, str]]:
    """The deliveries that want work now, the longest due first, each with its channel as its lane.

    While paused, only what is on its way already.
    """
    working: list[str] = [S.UNKNOWN, S.DELETING]
    if not paused():
        working.append(S.SCHEDULED)
    rows = Delivery.objects.filter(
        Q(state__in=working, next_at__lte=now) | Q(state=S.ARMED, lease_until__lte=now)
    )
    found = rows.order_by("due_at", "id").values_list("id", "connection")[:limit]
    return [(delivery, str(connection)) for delivery, connection in found]


def paused() -> bool:
    return Pause.objects.filter(lifted_at=None).exists()


def deliver(delivery_id: uuid.UUID, worker: str) -> bool:
    """Take one delivery one step further. False when there was nothing to do, or another worker has it."""
    claimed = claim(delivery_id, worker)
    if claimed is None:
        return False
    outcome = work(claimed)
    settle(claimed, outcome, worker)
    return True


def claim(delivery_id: uuid.UUID, worker: str) -> Claimed | None:
    """Take the delivery and commit what is about to be done; None when it is not to be worked on now.

    In this order: the lease is taken by one conditional update, everything is checked again, the request is
    prepared (once in its life), the attempt is written. An in-house channel is settled right here, in the
    same transaction.
    """
    with transaction.atomic():
        now = clock.now()
        delivery = Delivery.objects.select_for_update().filter(id=delivery_id).first()
        if delivery is None:
            return None
        state = delivery.state
        if state == S.ARMED and delivery.lease_until and delivery.lease_until <= now:
            _lapse(delivery, now)
            kind = Attempt.Kind.FIND
        elif state == S.UNKNOWN and delivery.next_at and delivery.next_at <= now:
            kind = Attempt.Kind.FIND
        elif state == S.DELETING and delivery.next_at and delivery.next_at <= now:
            kind = Attempt.Kind.DELETE
        elif state == S.SCHEDULED and delivery.next_at and delivery.next_at <= now and not paused():
            kind = Attempt.Kind.SEND
        else:
            return None
        delivery = (
            Delivery.objects.select_related("post", "connection")
            .prefetch_related("post__variants__connection", "post__pictures__media")
            .get(id=delivery_id)
        )
        if kind == Attempt.Kind.SEND:
            # A lookup that proved absence has set first_sent_at; the checks hold for a repetition as well.
            objection = why_not(delivery, now)
            if objection is None and delivery.attempt_count >= MOST_SENDS:
                objection = _("It has been tried %d times.") % MOST_SENDS
            if objection is not None:
                _hold(delivery, objection)
                return None
        return _arm(delivery, kind, worker, now)


def _arm(delivery: Delivery, kind: str, worker: str, now: datetime) -> Claimed | None:
    connection = delivery.connection
    channel = connection.channel
    account = connection.account()
    if delivery.prepared is None:
        try:
            delivery.prepared = channel.prepare(outgoing(delivery.content, str(delivery.id), now), account)
        except ChannelError as error:
            _hold(delivery, error.detail)
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
    delivery.save(
        update_fields=[
            "prepared",
            "attempt_count",
            "worker",
            "lease_until",
            "first_sent_at",
            "state",
            "next_at",
        ]
    )
    Attempt.objects.create(
        delivery=delivery, number=delivery.attempt_count, kind=kind, worker=worker, started_at=now
    )
    if kind == Attempt.Kind.SEND:
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
        connection_id=connection.id,
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


def settle(claimed: Claimed, outcome: Outcome, worker: str) -> None:
    """Commit what came back. When the lease was lost in between, only a receipt still counts."""
    answer = outcome.answer
    if isinstance(answer, SignInRefused):
        lose(claimed.connection_id, answer.detail)
    with transaction.atomic():
        now = clock.now()
        delivery = (
            Delivery.objects.select_for_update().select_related("connection").get(id=claimed.delivery_id)
        )
        held = delivery.worker == worker and delivery.attempt_count == claimed.attempt
        words = _finish_attempt(claimed, outcome, now)
        if claimed.kind == Attempt.Kind.DELETE:
            if held and delivery.state == S.DELETING:
                _settle_delete(delivery, answer, now)
        elif isinstance(answer, Receipt):
            if delivery.state in {S.ARMED, S.UNKNOWN, S.UNSURE}:
                confirm(delivery, answer.remote_id, answer.url, now)
        elif not held or delivery.state != S.ARMED:
            return
        elif claimed.kind == Attempt.Kind.FIND:
            _settle_find(delivery, answer, words, now)
        else:
            _settle_send(delivery, answer, words, now)


def extend_leases(worker: str) -> None:
    """Say that this worker is alive and still busy with what it holds."""
    Delivery.objects.filter(worker=worker, state=S.ARMED).update(lease_until=clock.now() + LEASE)


def confirm(delivery: Delivery, remote_id: str, url: str, now: datetime) -> None:
    """There is a receipt. In a transaction."""
    delivery.state, delivery.confirmed_at = S.CONFIRMED, now
    delivery.remote_id, delivery.url = remote_id[:500], url[:1000]
    delivery.next_at = delivery.lease_until = None
    delivery.words = ""
    delivery.save()
    record(
        "delivery.confirmed",
        actor=SYSTEM,
        noun_id=delivery.id,
        detail={"remote_id": delivery.remote_id, "url": delivery.url, "attempt": delivery.attempt_count},
    )


def _finish_attempt(claimed: Claimed, outcome: Outcome, now: datetime) -> str:
    answer = outcome.answer
    if isinstance(answer, ChannelError):
        words = answer.detail
    elif isinstance(answer, SafeToSend | CannotTell):
        words = answer.why
    else:
        words = ""
    name = {
        Receipt: "confirmed",
        SafeToSend: "absent",
        CannotTell: "cannot-tell",
        Busy: "busy",
        Refused: "refused",
        SignInRefused: "refused",
        type(None): "deleted",
    }.get(type(answer), "unknown")
    Attempt.objects.filter(delivery=claimed.delivery_id, number=claimed.attempt).update(
        finished_at=now, outcome=name, words=words[:1000], exchanges=outcome.exchanges
    )
    return words


def _lapse(delivery: Delivery, now: datetime) -> None:
    """The process that held it is gone: nobody knows what it did last."""
    Attempt.objects.filter(delivery=delivery, number=delivery.attempt_count, finished_at=None).update(
        finished_at=now,
        outcome="lost",
        words=_("The process ended before an answer came; the network is asked what became of it."),
    )


def _settle_send(delivery: Delivery, answer: object, words: str, now: datetime) -> None:
    if isinstance(answer, Refused):
        _wait_for_person(delivery, S.FAILED, "delivery.failed", words)
    elif isinstance(answer, Busy):
        again = answer.retry_at or now + _step(delivery.attempt_count)
        delivery.state, delivery.next_at, delivery.lease_until = S.SCHEDULED, again, None
        delivery.words = _("%s Nothing was sent; it is tried again.") % words[:900]
        delivery.save()
        record("delivery.deferred", actor=SYSTEM, noun_id=delivery.id, detail={"why": words, "until": again})
    else:
        delivery.state, delivery.looks, delivery.lease_until = S.UNKNOWN, 0, None
        delivery.next_at = now + LOOKS[0]
        delivery.words = _("%s Nothing is sent twice: the network is asked whether it is out.") % words[:900]
        delivery.save()
        record("delivery.unknown", actor=SYSTEM, noun_id=delivery.id, detail={"why": words})


def _settle_find(delivery: Delivery, answer: object, words: str, now: datetime) -> None:
    delivery.looks += 1
    delivery.lease_until = None
    first = delivery.first_sent_at or now
    if isinstance(answer, SafeToSend):
        if not delivery.late_allowed and now > delivery.due_at + lateness_limit(delivery.connection):
            _hold(delivery, _("It is not out (%s), and its slot has passed meanwhile.") % words)
            return
        delivery.state, delivery.next_at = S.SCHEDULED, now
        delivery.words = _("It is not out: %s It is sent again under the same key.") % words
        delivery.save()
        record("delivery.deferred", actor=SYSTEM, noun_id=delivery.id, detail={"why": words, "until": now})
        return
    fruitless = isinstance(answer, CannotTell) and (answer.final or delivery.looks >= FRUITLESS_LOOKS)
    if fruitless or isinstance(answer, Refused) or now > first + LOOK_FOR:
        _wait_for_person(delivery, S.UNSURE, "delivery.unsure", words)
        return
    delivery.state = S.UNKNOWN
    delivery.next_at = now + LOOKS[min(delivery.looks, len(LOOKS) - 1)]
    delivery.words = _("%s It is looked up again.") % words[:900]
    delivery.save()


def _settle_delete(delivery: Delivery, answer: object, now: datetime) -> None:
    if answer is None:
        delivery.state, delivery.next_at, delivery.lease_until, delivery.words = S.DELETED, None, None, ""
        delivery.save()
        record("delivery.deleted", actor=SYSTEM, noun_id=delivery.id)
    elif isinstance(answer, Refused) or delivery.attempt_count >= MOST_SENDS:
        delivery.state, delivery.next_at, delivery.lease_until = S.CONFIRMED, None, None
        delivery.words = _("It could not be deleted: %s") % getattr(answer, "detail", "")[:900]
        delivery.save()
        record("delivery.delete_failed", actor=SYSTEM, noun_id=delivery.id, detail={"why": delivery.words})
    else:
        # Deleting twice is deleting once, so a failed try is simply repeated.
        again = answer.retry_at if isinstance(answer, Busy) else None
        delivery.next_at = again or now + _step(delivery.attempt_count)
        delivery.words = _("%s It is tried again.") % getattr(answer, "detail", "")[:900]
        delivery.save()


def _step(count: int) -> timedelta:
    return LOOKS[min(max(count - 1, 0), len(LOOKS) - 1)]


def _hold(delivery: Delivery, words: str) -> None:
    _wait_for_person(delivery, S.HELD, "delivery.held", words)


def _wait_for_person(delivery: Delivery, state: str, verb: str, words: str) -> None:
    delivery.state, delivery.words = state, words[:1000]
    delivery.next_at = delivery.lease_until = None
    delivery.save()
    record(verb, actor=SYSTEM, noun_id=delivery.id, detail={"why": words, "attempts": delivery.attempt_count})
