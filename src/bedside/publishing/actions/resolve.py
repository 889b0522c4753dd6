"""A person decides about one delivery: what became of it, whether it may leave after all, that it has to go."""

from __future__ import annotations

import uuid

from django.db import transaction
from django.utils.translation import gettext as _

from bedside.accounts.caller import Caller
from bedside.accounts.roles import Right
from bedside.approvals.chores import AFTER_ITS_SLOT
from bedside.audit.actions import record
from bedside.channels.wire import address
from bedside.core import clock
from bedside.core.errors import Conflict, Forbidden, Invalid
from bedside.jobs.wake import wake
from bedside.publishing.models import Delivery
from bedside.publishing.outbox import paused
from bedside.publishing.queries import access_delivery
from bedside.publishing.turns import hold_posts_of

S = Delivery.State
AS_SENT, AS_NOT_SENT = "sent", "not-sent"


def resolve(
    caller: Caller, delivery_id: uuid.UUID, outcome: str, *, url: str = "", comment: str = ""
) -> Delivery:
    """Say of an unsure delivery that it was "sent" (with its `url`, if known) or "not-sent"."""
    if outcome not in {AS_SENT, AS_NOT_SENT}:
        raise Invalid(_("Resolve it as sent or as not-sent."), fields=["as"])
    if url:
        try:
            url = address(url, query=True)
        except Exception as error:
            raise Invalid(_("The address of the post has to begin with https://."), fields=["url"]) from error
    with transaction.atomic():
        delivery = _locked(caller, delivery_id, S.UNSURE)
        now = clock.now()
        if delivery.connection.channel.in_house:
            raise Conflict(_("Whether this is out is known here. Cancel it, or let it go."))
        if outcome == AS_SENT:
            delivery.state, delivery.confirmed_at, delivery.url = S.CONFIRMED, now, url
            delivery.words = _("%s looked, and it is out.") % caller.actor.label
        else:
            delivery.state, delivery.doubtful = S.FAILED, False
            delivery.words = _("%s looked, and it is not out.") % caller.actor.label
        delivery.next_at = None
        delivery.save()
        record(
            "delivery.resolved",
            actor=caller.actor,
            noun_id=delivery.id,
            detail={"as": outcome, "url": url, "comment": comment[:1000]},
        )
    return delivery


def look_again(caller: Caller, delivery_id: uuid.UUID) -> Delivery:
    """Ask the network about an unsure delivery once more, now."""
    with transaction.atomic():
        delivery = _locked(caller, delivery_id, S.UNSURE)
        delivery.state, delivery.next_at, delivery.looks = S.UNKNOWN, clock.now(), 0
        delivery.save()
        record(
            "delivery.unknown", actor=caller.actor, noun_id=delivery.id, detail={"why": "asked to look again"}
        )
        wake([delivery.id], delivery.next_at)
    return delivery


def release(caller: Caller, delivery_id: uuid.UUID) -> Delivery:
    """Let a held or refused delivery go now, although its slot has passed. All else is still checked."""
    with transaction.atomic():
        delivery = _locked(caller, delivery_id, S.HELD, S.FAILED)
        if paused():
            raise Conflict(_("Everything is paused. Resume first, then let it go."))
        now = clock.now()
        if now > delivery.due_at + AFTER_ITS_SLOT:
            raise Conflict(
                _("The approval was for its slot, which passed more than a day ago. Write it anew.")
            )
        delivery.state, delivery.next_at = S.SCHEDULED, now
        delivery.late_allowed, delivery.late_by, delivery.words = True, caller.person, ""
        delivery.save()
        record("delivery.released", actor=caller.actor, noun_id=delivery.id)
        wake([delivery.id], now)
    return delivery


def cancel(caller: Caller, delivery_id: uuid.UUID) -> Delivery:
    """Give up one delivery that has not left; the post's others go on."""
    with transaction.atomic():
        delivery = _locked(caller, delivery_id, S.SCHEDULED, S.HELD, S.FAILED)
        delivery.state, delivery.next_at = S.CANCELLED, None
        delivery.words = _("%s cancelled it.") % caller.actor.label
        delivery.save()
        record("delivery.cancelled", actor=caller.actor, noun_id=delivery.id)
    return delivery


def delete(caller: Caller, delivery_id: uuid.UUID, reason: str) -> Delivery:
    """Ask the network to delete what is out. Our own record of it stays, with the reason."""
    reason = " ".join(reason.split())
    if not 1 <= len(reason) <= 500:
        raise Invalid(_("Say why it has to go, in 1 to 500 characters."), fields=["reason"])
    with transaction.atomic():
        delivery = _locked(caller, delivery_id, S.CONFIRMED)
        if delivery.connection.channel.delete is None:
            raise Conflict(
                _("%s has no way to delete. Delete it there by hand.") % _(delivery.connection.channel.title)
            )
        if not delivery.remote_id:
            raise Conflict(_("Its id on the network is not known. Delete it there by hand."))
        now = clock.now()
        delivery.state, delivery.next_at, delivery.words = S.DELETING, now, ""
        delivery.save()
        record(
            "delivery.delete_asked",
            actor=caller.actor,
            noun_id=delivery.id,
            detail={"reason": reason, "url": delivery.url, "content": delivery.digest},
        )
        wake([delivery.id], now)
    return delivery


def _locked(caller: Caller, delivery_id: uuid.UUID, *states: str) -> Delivery:
    access_delivery(caller, delivery_id)
    hold_posts_of([delivery_id])
    delivery = Delivery.objects.select_for_update(no_key=True).get(id=delivery_id)
    if not caller.may(Right.RESOLVE, delivery.connection_id):
        raise Forbidden(_("Your role does not allow you to decide about deliveries of this channel."))
    if delivery.state not in states:
        raise Conflict(
            _("This delivery is “%s”, so there is nothing to decide.") % S(delivery.state).label,
            state=delivery.state,
        )
    return delivery
