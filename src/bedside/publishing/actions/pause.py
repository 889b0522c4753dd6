"""Everything stands still, and what happens when it goes on."""

from __future__ import annotations

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from bedside.accounts.caller import Caller
from bedside.accounts.roles import Right
from bedside.audit.actions import record
from bedside.core import clock
from bedside.core.errors import Conflict, Invalid
from bedside.publishing.models import Delivery, Pause
from bedside.publishing.turns import hold_posts_of

S = Delivery.State


def _reason(reason: str) -> str:
    reason = " ".join(reason.split())
    if not 1 <= len(reason) <= 500:
        raise Invalid(_("Say why, in 1 to 500 characters: everybody will see it."), fields=["reason"])
    return reason


def pause(caller: Caller, reason: str) -> Pause:
    """Let nothing more leave until somebody resumes. What is on its way at this moment is still confirmed."""
    caller.require(Right.PAUSE)
    reason = _reason(reason)
    try:
        with transaction.atomic():
            row = Pause.objects.create(
                reason=reason, by=caller.person, by_label=caller.actor.label, at=clock.now()
            )
            record("pause.set", actor=caller.actor, noun_id=row.id, detail={"reason": reason})
    except IntegrityError as error:
        raise Conflict(_("Everything is paused already.")) from error
    return row


def resume(caller: Caller, reason: str) -> int:
    """Lift the pause. What was due in the meantime is held, each for a person to let go; how many those are."""
    caller.require(Right.PAUSE)
    reason = _reason(reason)
    with transaction.atomic():
        # Posts before deliveries, as everybody takes them.
        waiting = Delivery.objects.filter(state=S.SCHEDULED, next_at__lte=clock.now())
        hold_posts_of(list(waiting.values_list("id", flat=True)))
        row = Pause.objects.select_for_update(no_key=True).filter(lifted_at=None).first()
        if row is None:
            raise Conflict(_("Nothing is paused."))
        now = clock.now()
        row.lifted_at, row.lifted_by_label, row.lifted_reason = now, caller.actor.label, reason
        row.save(update_fields=["lifted_at", "lifted_by_label", "lifted_reason"])
        words = _("It was due while everything was paused. Look at it again, then let it go or cancel it.")
        piled = Delivery.objects.filter(state=S.SCHEDULED, next_at__lte=now).update(
            state=S.HELD, next_at=None, words=words
        )
        record("pause.lifted", actor=caller.actor, noun_id=row.id, detail={"reason": reason, "held": piled})
    return piled
