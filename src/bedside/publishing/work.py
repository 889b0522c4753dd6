"""What publishing asks of the workers."""

from __future__ import annotations

from datetime import timedelta

from bedside.approvals.chores import expire_approvals
from bedside.connections.chores import probe_all, renew_due
from bedside.jobs.registry import Chore, Work
from bedside.jobs.registry import register as register_work
from bedside.publishing.actions.schedule import realign_slots
from bedside.publishing.outbox import deliver, due, extend_leases, follow_the_clock


def register() -> None:
    register_work(
        Work("delivery", due, deliver, extend_leases),
        Chore("follow the clock", timedelta(seconds=20), follow_the_clock),
        Chore("renew sign-ins", timedelta(minutes=1), renew_due),
        Chore("probe channels", timedelta(minutes=15), probe_all),
        Chore("expire approvals", timedelta(minutes=5), expire_approvals),
        Chore("realign slots", timedelta(hours=24), realign_slots),
    )
