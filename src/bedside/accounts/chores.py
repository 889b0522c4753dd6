"""What is done for accounts every so often."""

from __future__ import annotations

from datetime import timedelta

from bedside.accounts.sessions import sweep
from bedside.jobs.registry import Chore, register


def sweep_sessions() -> None:
    """Drop sessions that have run out."""
    sweep()


register(Chore("sweep-sessions", timedelta(hours=1), sweep_sessions))
