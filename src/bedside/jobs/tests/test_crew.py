from __future__ import annotations

import uuid

import pytest
from django.conf import settings
from django.db import connection

from bedside.core import clock

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(not settings.ON_POSTGRESQL, reason="there are jobs on PostgreSQL only"),
]


def test_jobs_of_killed_workers_are_forgotten_and_waiting_ones_stay() -> None:
    from bedside.jobs.queue import defer, forget_stalled

    defer("delivery", [uuid.uuid4(), uuid.uuid4(), uuid.uuid4()], clock.now())
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO procrastinate_workers DEFAULT VALUES RETURNING id")
        living = cursor.fetchone()[0]
        cursor.execute("SELECT id FROM procrastinate_jobs ORDER BY id")
        lost, held, _waiting = [row[0] for row in cursor.fetchall()]
        cursor.execute("UPDATE procrastinate_jobs SET status = 'doing' WHERE id = %s", [lost])
        cursor.execute(
            "UPDATE procrastinate_jobs SET status = 'doing', worker_id = %s WHERE id = %s", [living, held]
        )
        forget_stalled()
        cursor.execute("SELECT id FROM procrastinate_jobs ORDER BY id")
        assert [row[0] for row in cursor.fetchall()] == [held, _waiting]
