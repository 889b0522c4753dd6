from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import OperationalError
from django.test import Client

from bedside.core import clock
from bedside.jobs.models import Heartbeat
from bedside.operations.health import health, metrics
from bedside.publishing.actions.schedule import schedule
from bedside.publishing.models import Delivery

pytestmark = pytest.mark.django_db


def _beat(age: float) -> None:
    at = clock.now() - timedelta(seconds=age)
    Heartbeat.objects.update_or_create(worker="w", defaults={"at": at, "started_at": at})


def test_no_loop_an_old_loop_and_a_loop(client: Client) -> None:
    assert not health().well
    assert client.get("/healthz").status_code == 503
    _beat(31)
    assert "has not turned for 31 seconds" in health().reasons[0]
    _beat(3)
    assert health().well
    assert client.get("/healthz").json()["status"] == "ok"


def test_a_delivery_that_stays_behind_is_told_but_not_while_paused(person: Any, approved: Any) -> None:
    from bedside.publishing.actions.pause import pause

    _beat(1)
    author = person("author")
    one = schedule(author, approved(author).id)[0]
    Delivery.objects.filter(id=one.id).update(next_at=clock.now() - timedelta(seconds=40))
    assert "has been due for 40 seconds" in health().reasons[0]
    pause(person("executive"), "A drill")
    assert health().well


def test_a_database_that_is_away_is_a_reason(monkeypatch: pytest.MonkeyPatch, client: Client) -> None:
    from bedside.operations import health as module

    def away(_now: object) -> None:
        raise OperationalError("gone")

    monkeypatch.setattr(module.jobs, "freshest", away)
    answer = client.get("/healthz")
    assert answer.status_code == 503
    assert answer.json()["reasons"] == ["The database does not answer."]


def test_metrics_count_deliveries_by_state(person: Any, approved: Any) -> None:
    author = person("author")
    schedule(author, approved(author).id)
    _beat(1)
    text = metrics()
    assert 'bedside_deliveries{state="scheduled"} 1' in text
    assert all(line.startswith(("#", "bedside_")) for line in text.splitlines())
