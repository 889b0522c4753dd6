"""Reads about the workers."""

from __future__ import annotations

from datetime import datetime, timedelta

from bedside.jobs.models import Heartbeat


def freshest(now: datetime) -> timedelta | None:
    """How long ago the liveliest worker's loop turned; None when there has been no worker in the last hour."""
    # One from the future was written before the clock went back, and says nothing about now.
    rows = Heartbeat.objects.filter(at__lte=now + timedelta(minutes=1))
    row = rows.order_by("-at").values("at").first()
    return max(now - row["at"], timedelta(0)) if row else None


def troubles() -> list[str]:
    """What the workers say is wrong, each once."""
    return sorted(set(Heartbeat.objects.exclude(trouble="").values_list("trouble", flat=True)))
