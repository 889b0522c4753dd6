"""Who is let in, and how each error looks."""

from __future__ import annotations

import json
import re
import uuid
from datetime import timedelta

import pytest
from django.db import OperationalError
from django.test import Client

from bedside.accounts.actions import create_token, end_account, revoke_token
from bedside.accounts.caller import Caller
from bedside.accounts.doors import FACTOR_KEY
from bedside.accounts.scopes import SCOPES
from bedside.api.tests.conftest import Program
from bedside.api.urls import api
from bedside.audit.models import Entry
from bedside.core import clock
from bedside.posts.models import Post

SHELL = Caller(None, "cli")


# Tokens.


@pytest.mark.parametrize(
    "header",
    [None, "", "Bearer", "Bearer ", "Bearer bs_wrong", "Basic YTpi", "bs_wrong", "Bearer " + "x" * 5000, "é"],
)
def test_without_a_good_token_nobody_is_let_in(db, header):
    headers = {} if header is None else {"Authorization": header}
    answer = Client().get("/api/v1/posts", headers=headers)
    assert answer.status_code == 401
    assert answer["WWW-Authenticate"].startswith('Bearer realm="bedside"')
    assert answer.json()["type"] == "/problems/unauthorized"


def test_a_token_ends_with_its_time_its_revocation_and_its_person(person, program, later):
    caller = person("author")
    program(caller).get("/me")
    token, text = create_token(caller, caller.person, ["all"], expires_at=clock.now() + timedelta(hours=1))
    expiring = Program(text, Client())
    expiring.get("/me")
    later(timedelta(hours=2))
    expiring.get("/me", status=401)
    later(timedelta(0))
    revoke_token(caller, token.id)
    expiring.get("/me", status=401)
    other = program(caller)
    other.get("/me")
    end_account(SHELL, caller.person.id)
    other.get("/me", status=401)


def test_a_bad_token_is_not_replaced_by_a_session(person):
    client = signed_in(person("author"))
    answer = client.get("/api/v1/me", headers={"Authorization": "Bearer bs_wrong"})
    assert answer.status_code == 401


def test_each_operation_asks_for_its_scope(person, program):
    """A token with every scope but those an operation names is refused by it, and nothing happens."""
    caller = person("administrator")
    asked = 0
    for router in api._get_bound_routers():
        for path, view in router.path_operations.items():
            for operation in view.operations:
                (guard,) = operation.auth_callbacks
                if not guard.scopes:
                    continue
                assert set(guard.scopes) <= set(SCOPES)
                without = program(caller, *sorted(set(SCOPES) - set(guard.scopes)))
                place = re.sub(r"\{[^}]*\}", str(uuid.uuid4()), router.prefix + path)
                for method in operation.methods:
                    refused = without.send(method, place, status=403)
                    assert refused["type"] == "/problems/missing-scope", (method, place)
                    assert refused["scopes"] == list(guard.scopes)
                    assert 'error="insufficient_scope"' in without.last["WWW-Authenticate"]
                    asked += 1
    assert asked >= 20
    assert not Post.objects.exists()


def test_a_right_is_needed_beside_the_scope(person, program):
    auditor = program(person("auditor"))
    assert auditor.post("/pause", {"reason": "Drill"}, status=403)["type"] == "/problems/forbidden"
    program(person("author")).get("/audit", status=403)


# Sessions.


def signed_in(caller: Caller, *, finished: bool = True) -> Client:
    client = Client(enforce_csrf_checks=True)
    client.force_login(caller.person)
    if finished:
        session = client.session
        session[FACTOR_KEY] = True
        session.save()
    return client


def test_a_session_reads(person):
    answer = signed_in(person("author")).get("/api/v1/me")
    assert answer.status_code == 200
    assert answer.json()["scopes"] == sorted(SCOPES)


def test_a_session_changes_something_only_with_the_csrf_token(person, draft):
    client = signed_in(person("author"))
    refused = client.post("/api/v1/posts", json.dumps(draft), content_type="application/json")
    assert (refused.status_code, refused.json()["type"]) == (403, "/problems/cross-site")
    assert not Post.objects.exists()
    client.cookies["csrftoken"] = "a" * 32
    headers = {"X-CSRFToken": "a" * 32}
    made = client.post("/api/v1/posts", json.dumps(draft), content_type="application/json", headers=headers)
    assert made.status_code == 201
    assert Entry.objects.get(verb="post.created").door == "web"


def test_a_session_without_second_factor_is_not_enough(person):
    answer = signed_in(person("author"), finished=False).get("/api/v1/me")
    assert (answer.status_code, answer.json()["type"]) == (403, "/problems/no-second-factor")


# Errors.


@pytest.mark.parametrize(
    "body",
    [
        b"{",
        b"nonsense",
        b'{"text": NaN}',
        b"\xff",
        b'{"text": ' + b"9" * 5000 + b"}",
        b"[" * 100_000,
        b'"\xed\xa0\x80"',
    ],
)
def test_what_is_no_json_is_malformed(author, body):
    answer = author.client.post(
        "/api/v1/posts",
        body,
        content_type="application/json",
        headers={"Authorization": f"Bearer {author.token}"},
    )
    assert (answer.status_code, answer.json()["type"]) == (400, "/problems/malformed")
    assert answer["Content-Type"] == "application/problem+json"


def test_a_body_of_another_type_is_refused(author):
    headers = {"Authorization": f"Bearer {author.token}"}
    for kind in ("application/x-www-form-urlencoded", "text/plain", "multipart/form-data; boundary=x"):
        answer = author.client.post("/api/v1/posts", b"text=x", content_type=kind, headers=headers)
        assert (answer.status_code, answer.json()["type"]) == (415, "/problems/unsupported-media-type")


def test_a_body_that_is_too_large_is_not_read(author):
    headers = {"Authorization": f"Bearer {author.token}"}
    answer = author.client.post(
        "/api/v1/posts", b" " * 2_700_000, content_type="application/json", headers=headers
    )
    assert (answer.status_code, answer.json()["type"]) == (413, "/problems/too-large")


@pytest.mark.parametrize(
    "path", ["", "/", "/nothing", "/posts/", "/posts/x", "/posts/x/submit", "/me/x", "/docs"]
)
def test_an_unknown_address(author, path):
    for method in ("GET", "POST"):
        assert author.send(method, path, status=404)["type"] == "/problems/not-found"


def test_a_method_that_an_address_does_not_take(author):
    refused = author.send("PUT", "/posts", status=405)
    assert refused["type"] == "/problems/method-not-allowed"
    assert set(author.last["Allow"].split(", ")) == {"GET", "POST"}
    author.send("OPTIONS", "/me", status=405)


def test_head_is_get_without_a_body(author):
    author.send("HEAD", "/me", status=200)


def test_a_database_that_is_away(author, monkeypatch):
    def away(*args, **kwargs):
        raise OperationalError("could not connect to server")

    monkeypatch.setattr("bedside.api.posts.visible", away)
    refused = author.get("/posts", status=503)
    assert refused["type"] == "/problems/unavailable"
    assert "could not connect" not in json.dumps(refused)
    assert author.last["Retry-After"]


def test_a_fault_of_ours_is_logged_and_says_nothing_of_the_inside(author, monkeypatch, caplog):
    def broken(*args, **kwargs):
        raise RuntimeError("secret detail")

    monkeypatch.setattr("bedside.api.posts.visible", broken)
    refused = author.get("/posts", status=500)
    assert refused["type"] == "/problems/error"
    assert "secret detail" not in json.dumps(refused)
    assert "secret detail" in caplog.text


def test_nothing_is_kept_by_caches(author):
    author.get("/me")
    assert author.last["Cache-Control"] == "no-store"


def test_a_refusal_never_repeats_what_was_sent(author):
    refused = author.post("/posts", {"text": 5, "title": ["Maria Lopez"]}, status=422)
    assert "Maria" not in json.dumps(refused)
