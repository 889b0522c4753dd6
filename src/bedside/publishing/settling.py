"""Settling: what the network answered, committed; and from there to the delivery's next step."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from bedside.accounts.caller import Caller
from bedside.audit.actions import record
from bedside.channels.port import Busy, CannotTell, ChannelError, Receipt, Refused, SafeToSend, SignInRefused
from bedside.connections.actions import lose
from bedside.core import clock
from bedside.publishing.checks import lateness_limit
from bedside.publishing.claimed import Claimed, Outcome
from bedside.publishing.models import Attempt, Delivery
from bedside.publishing.turns import hold_posts_of

S = Delivery.State
# When to look again after an outcome that nobody can tell; the last one repeats.
LOOKS = tuple(timedelta(seconds=s) for s in (1, 3, 8, 20, 60, 180, 300))
LOOK_FOR = timedelta(hours=24)
# How often a look that finds nothing and proves nothing is repeated before a person is asked.
FRUITLESS_LOOKS = 3
MOST_SENDS = 50
SYSTEM = Caller(None, "worker").actor
# States in which a receipt is news, however late it comes.
_NOT_KNOWN_TO_BE_OUT = {S.ARMED, S.UNKNOWN, S.UNSURE, S.SCHEDULED, S.HELD, S.FAILED, S.CANCELLED}


def settle(claimed: Claimed, outcome: Outcome, worker: str) -> None:
    """Commit what came back. When the lease was lost in between, only a receipt still counts. Safe to repeat."""
    answer = outcome.answer
    if isinstance(answer, SignInRefused):
        lose(claimed.connection_id, answer.detail, used=claimed.account.secret)
    with transaction.atomic():
        hold_posts_of([claimed.delivery_id])
        now = clock.now()
        delivery = Delivery.objects.select_for_update(no_key=True).get(id=claimed.delivery_id)
        held = delivery.worker == worker and delivery.attempt_count == claimed.attempt
        words = _finish_attempt(claimed, outcome, now)
        if claimed.kind == Attempt.Kind.DELETE:
            # Deleting twice is deleting once, so that it is gone counts from whomever it comes.
            if delivery.state == S.DELETING and (held or answer is None):
                _settle_delete(delivery, answer, now)
        elif isinstance(answer, Receipt):
            _take_receipt(delivery, answer, now)
        elif not held or delivery.state != S.ARMED:
            return
        elif claimed.kind == Attempt.Kind.FIND:
            _settle_find(delivery, answer, words, now)
        else:
            _settle_send(delivery, answer, words, now)


def confirm(delivery: Delivery, remote_id: str, url: str, now: datetime) -> None:
    """There is a receipt. In a transaction."""
    delivery.confirmed_at = now
    delivery.remote_id, delivery.url = remote_id[:500], url[:1000]
    go(delivery, S.CONFIRMED, None, "", "confirmed_at", "remote_id", "url")
    record(
        "delivery.confirmed",
        actor=SYSTEM,
        noun_id=delivery.id,
        detail={"remote_id": delivery.remote_id, "url": delivery.url, "attempt": delivery.attempt_count},
    )


def lapse(delivery: Delivery, now: datetime) -> None:
    """The process that held it is gone: nobody knows what it did last."""
    last = Attempt.objects.filter(delivery=delivery, number=delivery.attempt_count, finished_at=None)
    if not delivery.doubtful and last.filter(kind=Attempt.Kind.SEND).exists():
        delivery.doubtful = True
        delivery.save(update_fields=["doubtful"])
    last.update(
        finished_at=now,
        outcome="lost",
        words=_("The process ended before an answer came; the network is asked what became of it."),
    )


def hold(delivery: Delivery, words: str) -> None:
    """It may not leave as things are: a person decides."""
    wait_for_person(delivery, S.HELD, "delivery.held", words)


def wait_for_person(delivery: Delivery, state: str, verb: str, words: str) -> None:
    go(delivery, state, None, words)
    record(verb, actor=SYSTEM, noun_id=delivery.id, detail={"why": words, "attempts": delivery.attempt_count})


def go(delivery: Delivery, state: str, next_at: datetime | None, words: str, *more: str) -> None:
    """Take the delivery to `state` and write that, with the fields in `more`; it is in nobody's hands then."""
    delivery.state, delivery.next_at, delivery.words = state, next_at, words[:1000]
    delivery.lease_until = None
    delivery.save(update_fields=["state", "next_at", "words", "lease_until", *more])


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
    }.get(type(answer))
    if name is None:
        # A channel may raise an error of its own that is one of ours.
        name = "refused" if isinstance(answer, Refused) else "busy" if isinstance(answer, Busy) else "unknown"
    Attempt.objects.filter(delivery=claimed.delivery_id, number=claimed.attempt).update(
        finished_at=now, outcome=name, words=words[:1000], exchanges=outcome.exchanges
    )
    return words


def _take_receipt(delivery: Delivery, receipt: Receipt, now: datetime) -> None:
    """What is proved to be out is out, whatever was believed meanwhile: a process may have been frozen between
    sending and settling while others looked, gave up, or a person decided."""
    others = Delivery.objects.filter(connection=delivery.connection_id, remote_id=receipt.remote_id[:500])
    if receipt.remote_id and others.exclude(id=delivery.id).exists():
        if delivery.state in {S.ARMED, S.UNKNOWN}:
            words = _("The network shows one post with this text, and it is the receipt of another delivery.")
            wait_for_person(delivery, S.UNSURE, "delivery.unsure", words)
    elif delivery.state in _NOT_KNOWN_TO_BE_OUT:
        confirm(delivery, receipt.remote_id, receipt.url, now)
    elif delivery.state == S.CONFIRMED and not delivery.remote_id:
        # A person had said that it is out; now there is proof, and it can be deleted from here.
        confirm(delivery, receipt.remote_id, receipt.url, delivery.confirmed_at or now)


def _settle_send(delivery: Delivery, answer: object, words: str, now: datetime) -> None:
    if isinstance(answer, Refused) and delivery.doubtful:
        # This time it was refused; what became of the time before is not answered by that.
        wait_for_person(delivery, S.UNSURE, "delivery.unsure", words)
    elif isinstance(answer, Refused):
        wait_for_person(delivery, S.FAILED, "delivery.failed", words)
    elif isinstance(answer, Busy):
        again = answer.retry_at or now + _step(delivery.attempt_count)
        go(delivery, S.SCHEDULED, again, _("%s Nothing was sent; it is tried again.") % words[:900])
        record("delivery.deferred", actor=SYSTEM, noun_id=delivery.id, detail={"why": words, "until": again})
    else:
        delivery.looks, delivery.doubtful = 0, True
        told = _("%s Nothing is sent twice: the network is asked whether it is out.") % words[:900]
        go(delivery, S.UNKNOWN, now + LOOKS[0], told, "looks", "doubtful")
        record("delivery.unknown", actor=SYSTEM, noun_id=delivery.id, detail={"why": words})


def _settle_find(delivery: Delivery, answer: object, words: str, now: datetime) -> None:
    delivery.looks += 1
    first = delivery.first_sent_at or now
    if isinstance(answer, SafeToSend):
        delivery.absent_at = now
        delivery.save(update_fields=["absent_at"])
        if not delivery.late_allowed and now > delivery.due_at + lateness_limit(delivery.connection):
            hold(delivery, _("It is not out (%s), and its slot has passed meanwhile.") % words)
            return
        told = _("It is not out: %s It is sent again under the same key.") % words[:900]
        go(delivery, S.SCHEDULED, now, told, "looks")
        record("delivery.deferred", actor=SYSTEM, noun_id=delivery.id, detail={"why": words, "until": now})
        return
    fruitless = isinstance(answer, CannotTell) and (answer.final or delivery.looks >= FRUITLESS_LOOKS)
    if fruitless or isinstance(answer, Refused) or now > first + LOOK_FOR:
        wait_for_person(delivery, S.UNSURE, "delivery.unsure", words)
        return
    again = now + LOOKS[min(delivery.looks, len(LOOKS) - 1)]
    if isinstance(answer, Busy) and answer.retry_at:
        again = max(again, answer.retry_at)
    go(delivery, S.UNKNOWN, again, _("%s It is looked up again.") % words[:900], "looks")


def _settle_delete(delivery: Delivery, answer: object, now: datetime) -> None:
    if answer is None:
        go(delivery, S.DELETED, None, "")
        record("delivery.deleted", actor=SYSTEM, noun_id=delivery.id)
    elif isinstance(answer, Refused) or delivery.attempt_count % MOST_SENDS == 0:
        told = _("It could not be deleted: %s") % getattr(answer, "detail", "")[:900]
        go(delivery, S.CONFIRMED, None, told)
        record("delivery.delete_failed", actor=SYSTEM, noun_id=delivery.id, detail={"why": delivery.words})
    else:
        # Deleting twice is deleting once, so a failed try is simply repeated.
        again = answer.retry_at if isinstance(answer, Busy) else None
        told = _("%s It is tried again.") % getattr(answer, "detail", "")[:900]
        go(delivery, S.DELETING, again or now + _step(delivery.attempt_count), told)


def _step(count: int) -> timedelta:
    return LOOKS[min(max(count - 1, 0), len(LOOKS) - 1)]
