"""What is done for channels every so often."""

from __future__ import annotations

from datetime import timedelta

from django.db.models import Q

from bedside.connections.actions import probe, renew
from bedside.connections.models import Connection
from bedside.connections.queries import due_for_renewal
from bedside.core import clock

PROBE_EVERY = timedelta(hours=1)


def renew_due() -> None:
    """Renew every sign-in that runs out soon."""
    for connection_id in due_for_renewal(clock.now()).values_list("id", flat=True)[:200]:
        renew(connection_id)


def probe_all() -> None:
    """Ask each network once an hour whether the sign-in is still good."""
    stale = Q(checked_at=None) | Q(checked_at__lte=clock.now() - PROBE_EVERY)
    live = Connection.objects.filter(stale, state=Connection.State.CONNECTED)
    for connection_id in live.values_list("id", flat=True)[:200]:
        probe(connection_id)
