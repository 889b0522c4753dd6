"""After a desk was put back from a backup: it may be older than what really happened."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import F, Q
from django.utils.translation import gettext as _

from bedside.accounts.caller import Caller
from bedside.accounts.roles import Right
from bedside.audit.actions import Record, record_many
from bedside.channels.registry import channels
from bedside.core import clock
from bedside.posts.models import Post
from bedside.publishing.models import Attempt, Delivery

S = Delivery.State


@dataclass(frozen=True)
class Distrusted:
    """How many deliveries wait for a person now, and how many approved posts might be out already."""

    unsure: int
    held: int
    approved: int


@transaction.atomic
def distrust(caller: Caller, made_at: datetime) -> Distrusted:
    """Let nothing leave by itself that may have left since the backup of `made_at` was made.

    What was on its way, or has fallen due since, becomes unsure: somebody looks whether it is out. What is still
    to come is held, because it may have been sent early, or been called off. Nothing else is touched.
    """
    caller.require(Right.RESOLVE)
    now = clock.now()
    when = f"{made_at:%Y-%m-%d %H:%M} UTC"
    may_be_out = Q(state__in=[S.ARMED, S.UNKNOWN]) | Q(state=S.SCHEDULED) & (
        Q(due_at__lte=now) | ~Q(first_sent_at=None) | Q(attempt_count__gt=0)
    )
    # Whether something is in the newsroom is known here: what the backup does not show as out is not out.
    in_house = [kind for kind, channel in channels().items() if channel.in_house]
    Delivery.objects.filter(may_be_out, connection__kind__in=in_house).update(
        state=S.SCHEDULED, lease_until=None
    )
    elsewhere = Delivery.objects.exclude(connection__kind__in=in_house)
    unsure = list(elsewhere.filter(may_be_out).values_list("id", flat=True))
    Attempt.objects.filter(delivery__in=unsure, finished_at=None).update(
        finished_at=now, outcome="lost", words=_("The desk was put back from a backup before an answer came.")
    )
    rows = Delivery.objects.filter(id__in=unsure)
    # A look-up searches from the first sending on, which cannot have been before it was due.
    rows.filter(first_sent_at=None).update(first_sent_at=F("due_at"))
    rows.update(
        state=S.UNSURE,
        doubtful=True,
        next_at=None,
        lease_until=None,
        words=_("This desk was put back from a backup of %s. It may have gone out since then: look there.")
        % when,
    )
    # It may be out, so its text can be changed no more.
    Post.objects.filter(deliveries__in=unsure, state=Post.State.SCHEDULED).update(state=Post.State.OUT)
    held = list(Delivery.objects.filter(state=S.SCHEDULED).values_list("id", flat=True))
    Delivery.objects.filter(id__in=held).update(
        state=S.HELD,
        next_at=None,
        words=_("This desk was put back from a backup of %s. Choose its time again, let it go, or cancel it.")
        % when,
    )
    record_many(_records(caller, "delivery.unsure", unsure, when))
    record_many(_records(caller, "delivery.held", held, when))
    return Distrusted(len(unsure), len(held), Post.objects.filter(state=Post.State.APPROVED).count())


def _records(caller: Caller, verb: str, ids: Iterable[object], when: str) -> Iterable[Record]:
    why = f"restored from a backup of {when}"
    return (Record(verb, caller.actor, one, {"why": why}) for one in ids)
