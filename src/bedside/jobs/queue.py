"""Jobs on Procrastinate, for desks on PostgreSQL: enqueued in the transaction, fetched with SKIP LOCKED.

A job carries only the name of the work and a row's id. The row is the truth: a job that comes late, twice
or never changes nothing but how soon the row is looked at.
"""

from __future__ import annotations

import logging
import uuid
from collections.abc import Sequence
from datetime import datetime

from django.db import Error, close_old_connections, connection
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

from bedside.jobs.registry import works

_log = logging.getLogger(__name__)
# How often a worker asks for jobs whose time has come, in seconds; new ones are announced at once.
POLLING = 0.5


@app.task(name="bedside.do", queue="bedside")
def do(work: str, row: str, worker: str = "procrastinate") -> None:
    """One step with one row, if it is due."""
    from bedside.jobs.loop import WORKER

    known = works.get(work)
    if known is None:
        _log.error("a job asks for the unknown work %s", work)
        return
    # The threads of the consumer live on when the database was away, with connections that do not.
    close_old_connections()
    try:
        known.do(uuid.UUID(row), WORKER)
    except Error as error:
        _log.error("a job of %s did not get through; the sweep finds its row: %s", work, error)
        connection.close()


def defer(work: str, ids: Sequence[uuid.UUID], at: datetime) -> None:
    """Enqueue one job for each row, in the current transaction."""
    for one in ids:
        try:
            do.configure(schedule_at=at).defer(work=work, row=str(one))
        except AlreadyEnqueued:  # pragma: no cover - no queueing locks are used
            continue


def forget_stalled() -> None:
    """Drop the jobs of workers that were killed. Their rows are found by the sweep, so none is missed."""
    with connection.cursor() as cursor:
        cursor.execute(
            "DELETE FROM procrastinate_jobs WHERE status = 'doing' AND queue_name = 'bedside' AND (worker_id IS NULL"
            " OR worker_id IN (SELECT id FROM procrastinate_workers WHERE last_heartbeat < now() - interval '2 min'))"
        )
