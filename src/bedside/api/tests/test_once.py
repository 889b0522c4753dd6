"""The same request twice is one action."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from django.conf import settings
from django.db import OperationalError, connections
from django.test import Client

from bedside.api import once
from bedside.api.models import Answer
from bedside.audit.models import Entry
from bedside.posts.models import Post
from bedside.publishing.models import Pause


def test_the_same_request_gets_the_same_answer(author, draft):
    first = author.post("/posts", draft, Idempotency_Key="k1", status=201)
    assert "Idempotent-Replayed" not in author.last
    raw = author.last.content
    again = author.post("/posts", draft, Idempotency_Key="k1", status=201)
    assert author.last["Idempotent-Replayed"] == "true"
    assert author.last["Content-Type"] == "application/json"
    assert again == first
    assert author.last.content == raw
    assert Post.objects.count() == 1
    assert Entry.objects.filter(verb="post.created").count() == 1


def test_without_a_key_there_are_two(author, draft):
    author.post("/posts", draft)
    author.post("/posts", draft)
    assert Post.objects.count() == 2
    assert not Answer.objects.exists()


def test_another_request_under_the_same_key_is_refused(author, draft):
    author.post("/posts", draft, Idempotency_Key="k1")
    refused = author.post("/posts", draft | {"text": "Other."}, Idempotency_Key="k1", status=422)
    assert refused["type"] == "/problems/idempotency-key-reused"
    assert Post.objects.count() == 1


def test_the_order_of_fields_makes_no_other_request(author, draft):
    first = author.post("/posts", draft, Idempotency_Key="k1")
    assert author.post("/posts", dict(reversed(draft.items())), Idempotency_Key="k1") == first


def test_a_key_is_ones_own_and_of_one_address(author, lead, draft):
    author.post("/posts", draft, Idempotency_Key="k1")
    lead.post("/posts", draft, Idempotency_Key="k1")
    lead.post("/pause", {"reason": "Drill"}, Idempotency_Key="k1")
    assert Post.objects.count() == 2


def test_a_refusal_is_kept_too(lead):
    lead.post("/pause", {"reason": "Drill"})
    lead.post("/pause", {"reason": "Again"}, Idempotency_Key="k1", status=409)
    lead.delete("/pause", {"reason": "Over"})
    lead.post("/pause", {"reason": "Again"}, Idempotency_Key="k1", status=409)
    assert lead.last["Idempotent-Replayed"] == "true"
    assert not Pause.objects.filter(lifted_at=None).exists()


def test_what_was_not_understood_may_come_again(author, draft):
    author.post("/posts", {"text": 5}, Idempotency_Key="k1", status=422)
    author.post("/posts", draft, Idempotency_Key="k1", status=201)


@pytest.mark.parametrize("key", ["", "x" * 256, "with space", "ü"])
def test_a_key_that_cannot_be_used(author, draft, key):
    author.post("/posts", draft, Idempotency_Key=key, status=422)
    assert not Post.objects.exists()


def test_a_fault_undoes_the_action_and_the_request_may_come_again(author, draft, monkeypatch):
    real = Answer.objects.create

    def broken(**fields):
        raise OperationalError("disk full")

    monkeypatch.setattr(Answer.objects, "create", broken)
    author.post("/posts", draft, Idempotency_Key="k1", status=503)
    assert not Post.objects.exists()
    assert not Entry.objects.filter(verb="post.created").exists()
    monkeypatch.setattr(Answer.objects, "create", real)
    author.post("/posts", draft, Idempotency_Key="k1", status=201)
    assert Post.objects.count() == 1


def test_the_second_of_two_at_the_same_time_is_told_to_wait(author, draft, monkeypatch):
    """While the first is inside, the second comes in, as from another connection of the same program."""
    seen = []
    real = once._answer

    def slow(work):
        if not seen:
            seen.append(None)
            seen.append(author.post("/posts", draft, Idempotency_Key="k1", status=409)["type"])
        return real(work)

    monkeypatch.setattr(once, "_answer", slow)
    author.post("/posts", draft, Idempotency_Key="k1", status=201)
    assert seen[1] == "/problems/idempotency-in-progress"
    assert Post.objects.count() == 1


@pytest.mark.skipif(not settings.ON_POSTGRESQL, reason="SQLite in memory takes no two connections at once")
@pytest.mark.django_db(transaction=True)
def test_many_at_the_same_time_make_one(author, draft):
    statuses: list[int] = []
    barrier = threading.Barrier(6)

    def ask() -> None:
        headers = {"Authorization": f"Bearer {author.token}", "Idempotency-Key": "k1"}
        try:
            barrier.wait(10)
            answer = Client().post("/api/v1/posts", draft, content_type="application/json", headers=headers)
            statuses.append(answer.status_code)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=ask) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert len(statuses) == 6
    assert set(statuses) <= {201, 409}
    assert 201 in statuses
    assert Post.objects.count() == 1


@pytest.mark.skipif(not settings.ON_POSTGRESQL, reason="on SQLite one process serves, and holds its own list")
@pytest.mark.django_db(transaction=True)
def test_another_process_is_told_to_wait(author, draft, monkeypatch):
    """As above, with the other request in a process that knows nothing of this one's list."""
    seen = []
    real = once._answer

    def ask() -> None:
        headers = {"Authorization": f"Bearer {author.token}", "Idempotency-Key": "k1"}
        answer = Client().post("/api/v1/posts", draft, content_type="application/json", headers=headers)
        seen.append(answer.json()["type"])
        connections.close_all()

    def slow(work):
        if not seen:
            once._here.clear()
            other = threading.Thread(target=ask)
            other.start()
            other.join(30)
        return real(work)

    monkeypatch.setattr(once, "_answer", slow)
    author.post("/posts", draft, Idempotency_Key="k1", status=201)
    assert seen == ["/problems/idempotency-in-progress"]
    assert Post.objects.count() == 1


def test_an_answer_is_kept_for_a_day(author, draft, later):
    author.post("/posts", draft, Idempotency_Key="k1")
    later(timedelta(hours=23))
    once.sweep()
    author.post("/posts", draft, Idempotency_Key="k1")
    assert Post.objects.count() == 1
    later(timedelta(hours=25))
    author.post("/posts", draft, Idempotency_Key="k1")
    assert Post.objects.count() == 2
    assert Answer.objects.count() == 1
    later(timedelta(hours=50))
    once.sweep()
    assert not Answer.objects.exists()


def test_every_post_takes_a_key():
    from bedside.api.urls import api

    for path, methods in api.get_openapi_schema(path_prefix="/api/v1/")["paths"].items():
        if "post" in methods:
            names = {parameter["name"] for parameter in methods["post"]["parameters"]}
            assert "Idempotency-Key" in names, path
