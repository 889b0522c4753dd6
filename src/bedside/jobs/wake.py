"""Telling the workers that something will be due, in the transaction that makes it so."""

from __future__ import annotations

import threading
import uuid
from collections.abc import Sequence
from datetime import datetime

from django.conf import settings
from django.db import transaction

# Set when a loop in this process should look again at once.
bell = threading.Event()
# Set when this process is about to end: whoever waits for the database with an answer in hand lets go.
leaving = threading.Event()


def wake(ids: Sequence[uuid.UUID], at: datetime, work: str = "delivery") -> None:
    """`ids` of `work` are due at `at`. A hint and no more: the loop's sweep finds the rows without it.

    On PostgreSQL a Procrastinate job is deferred in the same transaction, so workers on other machines wake
    at once; on SQLite the loop of this process is told after the commit.
    """
    if settings.ON_POSTGRESQL:
        from bedside.jobs.queue import defer

        defer(work, ids, at)
    transaction.on_commit(bell.set)
