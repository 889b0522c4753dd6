from __future__ import annotations

import asyncio
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from allauth.mfa.totp.internal.auth import generate_totp_secret
from django.conf import settings
from django.test import Client
from django.urls import reverse

from bedside.accounts import factors
from bedside.accounts.actions import end_account
from bedside.accounts.caller import Caller
from bedside.accounts.models import Person, RoleGrant
from bedside.accounts.sessions import sessions
from bedside.audit.models import Entry
from bedside.core import clock
from bedside.web.events import Events

pytestmark = pytest.mark.django_db
PASSWORD = "lantern orbit cactus violin"


@pytest.fixture(autouse=True)
def own_clock() -> Iterator[None]:
    yield
    clock.shift(timedelta(0))


def person(email: str, *roles: str, factor: bool = True) -> Person:
    made = Person(email=email, name=email.split("@")[0].title())
    made.set_password(PASSWORD)
    made.save()
    for role in roles:
        RoleGrant.objects.create(person=made, role=role)
    if factor:
        caller = Caller(made, "web")
        factors.add_totp(caller, generate_totp_secret())
        factors.renew_recovery_codes(caller)
        held = factors.recovery_codes(made)
        assert held
        held.mark_as_viewed()
    return made


def signed_in(somebody: Person) -> Client:
    client = Client()
    client.force_login(somebody)
    return client


def test_a_click_keeps_a_session_and_its_want_ends_it() -> None:
    client = signed_in(person("dana@example.org", "author"))
    for minutes in (0, 25, 50, 75):
        clock.shift(timedelta(minutes=minutes))
        assert client.get("/account").status_code == 200
    clock.shift(timedelta(minutes=75 + 31, seconds=1))
    answer = client.get("/account")
    assert answer.status_code == 302
    assert answer["Location"] == "/signin?next=/account"
    entry = Entry.objects.filter(verb="person.timed_out").get()
    assert entry.actor_label == "dana@example.org"


def test_what_a_page_asks_for_by_itself_does_not_keep_a_session() -> None:
    client = signed_in(person("dana@example.org", "author"))
    client.get("/account")
    clock.shift(timedelta(minutes=20))
    client.get("/account", headers={"X-Bedside-Quiet": "yes"})
    client.get("/account", headers={"Accept": "text/event-stream"})
    clock.shift(timedelta(minutes=40))
    assert client.get("/account").status_code == 302


def test_no_session_lasts_longer_than_twelve_hours() -> None:
    client = signed_in(person("dana@example.org", "author"))
    for minutes in range(0, 12 * 60, 25):
        clock.shift(timedelta(minutes=minutes))
        assert client.get("/account").status_code == 200
    clock.shift(timedelta(hours=12, seconds=1))
    assert client.get("/account").status_code == 302


def test_an_ended_account_is_out_at_once() -> None:
    boss, noor = person("dana@example.org", "administrator"), person("noor@example.org", "author")
    client = signed_in(noor)
    assert client.get("/account").status_code == 200
    end_account(Caller(boss, "web"), noor.id)
    assert client.get("/account").status_code == 302


def test_nothing_opens_before_the_second_factor() -> None:
    client = signed_in(person("dana@example.org", "administrator", factor=False))
    for address in ("/", "/account", "/settings/people", "/account/sessions"):
        assert client.get(address)["Location"] == "/account/second-factor", address
    assert client.get("/account/second-factor").status_code == 200
    assert client.post("/signout").status_code == 302


def test_part_of_a_page_is_sent_to_sign_in_as_a_whole() -> None:
    answer = Client().get("/account", headers={"HX-Request": "true"})
    assert answer.status_code == 401
    assert answer["HX-Redirect"] == "/signin"


def test_every_answer_carries_the_policy() -> None:
    answer = Client().get("/signin")
    policy = answer["Content-Security-Policy"]
    assert "script-src 'self'" in policy
    assert "unsafe" not in policy
    assert "require-trusted-types-for 'script'" in policy
    assert answer["Referrer-Policy"] == "same-origin"
    assert answer["Cross-Origin-Opener-Policy"] == "same-origin"
    assert "Strict-Transport-Security" not in answer
    answer = signed_in(person("dana@example.org", "author")).get("/account")
    assert answer["Cache-Control"] == "private, no-store"


def test_people_are_looked_after_by_whom_it_concerns_and_hidden_from_others() -> None:
    noor = person("noor@example.org", "author", "communications-lead")
    client = signed_in(noor)
    for name, arguments in (
        ("people", []),
        ("invite_person", []),
        ("person", [noor.id]),
    ):
        assert client.get(reverse(name, args=arguments)).status_code == 404
    for name in ("person_end", "person_sessions_end", "person_factors_reset", "person_signin_reset"):
        assert client.post(reverse(name, args=[noor.id])).status_code == 404
    assert Person.objects.get(id=noor.id).is_active


def test_what_protects_an_account_is_confirmed_and_then_done() -> None:
    boss, noor = person("dana@example.org", "administrator"), person("noor@example.org", "author")
    client = signed_in(boss)
    asked = client.post(reverse("person_end", args=[noor.id]))
    assert asked["Location"].startswith("/confirm")
    assert Person.objects.get(id=noor.id).is_active
    wrong = client.post(asked["Location"], {"password": "not mine at all, this one"})
    assert "This is not your password." in wrong.content.decode()
    done = client.post(asked["Location"], {"password": PASSWORD})
    assert done.status_code == 302
    assert not Person.objects.get(id=noor.id).is_active


def test_locked_out_by_count_for_an_account_and_told_how_long() -> None:
    person("dana@example.org", "author")
    for attempt in range(6):
        # From ever other addresses: the account is counted, not only the address.
        answer = Client(REMOTE_ADDR=f"192.0.2.{attempt}").post(
            "/signin", {"login": "Dana@example.org", "password": "wrong wrong wrong"}
        )
    assert "try again in 10 minutes" in answer.content.decode()
    right = Client().post("/signin", {"login": "dana@example.org", "password": PASSWORD})
    assert "try again in" in right.content.decode()
    kept = Entry.objects.filter(verb__in=["person.signin_failed", "person.locked_out"]).order_by("seq")
    assert [entry.verb for entry in kept] == ["person.signin_failed"] * 5 + ["person.locked_out"]


def test_what_was_typed_is_not_recorded() -> None:
    Client().post("/signin", {"login": "hunter2@secret.example.org", "password": "wrong wrong wrong"})
    entry = Entry.objects.get(verb="person.signin_failed")
    assert entry.actor_label == "nobody known here"
    assert entry.noun_id == "unknown"


def test_the_address_of_a_proxy_is_trusted_only_when_said() -> None:
    from django.conf import settings as live
    from django.test import RequestFactory

    from bedside.accounts.doors import client_address

    request = RequestFactory().get(
        "/", HTTP_X_FORWARDED_FOR="203.0.113.9, 198.51.100.4", REMOTE_ADDR="10.0.0.1"
    )
    assert client_address(request) == "10.0.0.1"
    before = live.BEDSIDE["BEDSIDE_TRUST_PROXY"]
    live.BEDSIDE["BEDSIDE_TRUST_PROXY"] = True
    try:
        assert client_address(request) == "198.51.100.4"
    finally:
        live.BEDSIDE["BEDSIDE_TRUST_PROXY"] = before


def test_no_link_leads_away_from_the_desk() -> None:
    dana = person("dana@example.org", "author", factor=False)
    client = Client()
    answer = client.post(
        "/signin?next=https://evil.example.org/",
        {"login": dana.email, "password": PASSWORD, "next": "//evil.example.org/"},
    )
    assert answer.status_code == 302
    assert "evil" not in answer["Location"]
    assert sessions(dana).count() == 1
    away = client.post("/join/as-another", {"here": "//evil.example.org/invite/"})
    assert away["Location"] == "/signin"


@pytest.mark.django_db(transaction=True)
def test_live_events_neither_keep_a_session_nor_outlive_it() -> None:
    client = signed_in(person("iris@example.org", "author"))
    assert client.get("/account").status_code == 200
    cookie = f"{settings.SESSION_COOKIE_NAME}={client.cookies[settings.SESSION_COOKIE_NAME].value}"
    clock.shift(timedelta(minutes=20))
    assert _status_of_events(cookie) == 200
    clock.shift(timedelta(minutes=31, seconds=1))
    assert _status_of_events(cookie) == 401


def _status_of_events(cookie: str) -> int:
    said: list[dict[str, Any]] = []

    async def hear(message: dict[str, Any]) -> None:
        said.append(message)

    async def leave() -> dict[str, Any]:
        return {"type": "http.disconnect"}

    scope = {"method": "GET", "headers": [(b"cookie", cookie.encode())], "query_string": b"list=today"}
    asyncio.run(Events()(scope, leave, hear))
    return int(said[0]["status"])
