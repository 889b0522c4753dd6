"""Connecting, renewing and losing a channel, with a network that answers as it is told."""

from __future__ import annotations

import dataclasses
from datetime import timedelta

import pytest
from django.db import connection as database

from bedside.accounts.caller import Caller
from bedside.channels import registry
from bedside.channels.port import Busy, Connected, Refused, SignInRefused, Unknown
from bedside.connections import actions
from bedside.connections.chores import probe_all, renew_due
from bedside.connections.models import Connection
from bedside.connections.queries import access_connection, health
from bedside.core import clock
from bedside.core.errors import Forbidden, Invalid, NotFound, Unavailable

SHELL = Caller(None, "cli")


class Network:
    def __init__(self) -> None:
        self.answer: object = Connected(
            "@clinic", {"token": "first-secret-of-the-clinic"}, {"software": "drill"}
        )
        self.calls = 0
        self.first = lambda: None

    def __call__(self, *_arguments):
        self.calls += 1
        self.first()
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer


@pytest.fixture
def network(monkeypatch, organization):
    """A channel of kind “drill”: `.connect`, `.renew` and `.probe` answer as they are told."""

    class Drill:
        connect, renew, probe = Network(), Network(), Network()

    declared = dataclasses.replace(
        registry.channel("mastodon"),
        kind="drill",
        connect=Drill.connect,
        renew=Drill.renew,
        probe=Drill.probe,
    )
    Drill.probe.answer = {"software": "drill 2"}
    known = {**registry.channels(), "drill": declared}
    monkeypatch.setattr("bedside.connections.models.channel", known.__getitem__)
    monkeypatch.setattr("bedside.connections.actions.channel", known.__getitem__)
    monkeypatch.setattr("bedside.connections.actions.channels", lambda: known)
    return Drill


@pytest.fixture
def connected(network):
    return actions.add(SHELL, "drill", "Our account", url="https://social.example.org", secret="x")


def fresh(row: Connection) -> Connection:
    return Connection.objects.get(id=row.id)


def test_the_secret_is_encrypted_and_comes_back(connected):
    with database.cursor() as cursor:
        cursor.execute("SELECT secret FROM connections_connection")
        (stored,) = cursor.fetchone()
    assert "first-secret" not in stored
    assert fresh(connected).account().secret == {"token": "first-secret-of-the-clinic"}


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (SignInRefused("The token is wrong."), Invalid),
        (Refused("That is not an address."), Invalid),
        (Unknown("no answer in 20 s"), Unavailable),
        (Busy("connection refused"), Unavailable),
    ],
)
def test_nothing_is_kept_when_connecting_fails(network, answer, error):
    network.connect.answer = answer
    with pytest.raises(error, match="Nothing was kept"):
        actions.add(SHELL, "drill", "Our account", url="https://social.example.org", secret="x")
    assert not Connection.objects.exists()


def test_what_is_missing_is_named_before_the_network_is_asked(network):
    with pytest.raises(Invalid, match="url"):
        actions.add(SHELL, "drill", "Our account", secret="x")
    with pytest.raises(Invalid, match="kind"):
        actions.add(SHELL, "nowhere", "Our account")
    with pytest.raises(Invalid):
        actions.add(SHELL, "drill", " ", url="https://social.example.org", secret="x")
    assert network.connect.calls == 0


def test_only_who_may_connects_channels(network, person):
    with pytest.raises(Forbidden):
        actions.add(person("author"), "drill", "Ours", url="https://social.example.org", secret="x")


def test_a_sign_in_is_renewed_before_it_runs_out_and_not_earlier(network, connected):
    later = clock.now() + timedelta(hours=2)
    Connection.objects.update(expires_at=later)
    renew_due()
    assert network.renew.calls == 0
    Connection.objects.update(expires_at=clock.now() + timedelta(minutes=20))
    network.renew.answer = Connected("@clinic", {"token": "second"}, {}, later)
    renew_due()
    assert fresh(connected).secret == {"token": "second"}
    assert fresh(connected).expires_at == later


def test_two_processes_renew_once(network, connected):
    Connection.objects.update(expires_at=clock.now(), renewing_until=clock.now() + timedelta(minutes=1))
    assert not actions.renew(connected.id)
    assert network.renew.calls == 0
    Connection.objects.update(renewing_until=clock.now() - timedelta(seconds=1))
    network.renew.answer = Connected("@clinic", {"token": "second"}, {})
    assert actions.renew(connected.id)


def test_a_new_sign_in_is_not_written_over_by_a_slow_renewal(network, connected):
    def meanwhile() -> None:
        row = fresh(connected)
        row.secret = {"token": "typed by a person"}
        row.save()

    network.renew.first = meanwhile
    network.renew.answer = Connected("@clinic", {"token": "renewed"}, {})
    assert not actions.renew(connected.id)
    assert fresh(connected).secret == {"token": "typed by a person"}


def test_what_an_administrator_says_during_a_probe_stays_said(network, organization):
    row = Connection.objects.create(
        kind="drill", name="Hook", secret={"token": "x"}, facts={"receiver_deduplicates": True, "host": "old"}
    )

    def meanwhile() -> None:
        changed = fresh(row)
        changed.facts = {**changed.facts, "receiver_deduplicates": False, "since": "now"}
        changed.save()

    network.probe.first = meanwhile
    network.probe.answer = {**row.facts, "host": "new"}
    actions.probe(row.id)
    assert fresh(row).facts == {"receiver_deduplicates": False, "since": "now", "host": "new"}


def test_what_is_said_of_a_receiver_outlives_a_new_sign_in(network, connected):
    Connection.objects.update(facts={"receiver_deduplicates": True})
    network.connect.answer = Connected("@clinic", {"token": "new"}, {"receiver_deduplicates": False})
    actions.sign_in_again(SHELL, connected.id, "fresh")
    assert fresh(connected).facts == {"receiver_deduplicates": True}


def test_a_channel_removed_during_a_sign_in_stays_removed(network, connected):
    network.connect.first = lambda: actions.remove(SHELL, connected.id)
    with pytest.raises(NotFound):
        actions.sign_in_again(SHELL, connected.id, "fresh")
    assert (fresh(connected).state, fresh(connected).secret) == ("removed", {})


def test_a_channel_removed_during_a_renewal_or_a_probe_stays_as_it_is(network, connected):
    network.renew.first = lambda: actions.remove(SHELL, connected.id)
    network.renew.answer = Connected("@clinic", {"token": "renewed"}, {})
    assert not actions.renew(connected.id)
    assert (fresh(connected).state, fresh(connected).secret) == ("removed", {})
    Connection.objects.update(state="connected", secret={"token": "again"}, facts={})
    network.probe.first = network.renew.first
    for answer in ({"software": "drill 3"}, Busy("connection refused"), SignInRefused("Revoked.")):
        Connection.objects.update(state="connected", secret={"token": "again"})
        network.probe.answer = answer
        actions.probe(connected.id)
        assert (fresh(connected).state, fresh(connected).trouble, fresh(connected).facts) == (
            "removed",
            "",
            {},
        )


@pytest.mark.parametrize("late", [SignInRefused("The token has been revoked."), Busy("connection refused")])
@pytest.mark.parametrize("asks", ["probe", "renew"])
def test_a_late_answer_to_the_old_sign_in_says_nothing_of_the_new_one(network, connected, late, asks):
    network.connect.answer = Connected("@clinic", {"token": "typed by a person"}, {})
    question = getattr(network, asks)
    question.first = lambda: actions.sign_in_again(SHELL, connected.id, "fresh")
    question.answer = late
    getattr(actions, asks)(connected.id)
    assert (fresh(connected).state, fresh(connected).trouble) == ("connected", "")


def test_only_the_secret_that_was_refused_is_lost(network, connected):
    actions.lose(connected.id, "Revoked.", used={"token": "an older one"})
    assert fresh(connected).state == "connected"
    actions.lose(connected.id, "Revoked.", used={"token": "first-secret-of-the-clinic"})
    assert fresh(connected).state == "sign-in-needed"


def test_a_network_that_is_away_does_not_disconnect(network, connected):
    for trouble in (Unknown("no answer in 20 s"), Busy("connection refused"), Refused("403 from a proxy")):
        network.probe.answer = trouble
        actions.probe(connected.id)
        assert fresh(connected).state == "connected"
        assert health(fresh(connected))[0] == "review"
    network.probe.answer = {"software": "drill 3"}
    actions.probe(connected.id)
    assert health(fresh(connected))[0] == "ok"
    assert fresh(connected).facts["software"] == "drill 3"


def test_only_a_recognised_sign_in_error_disconnects_and_says_what_to_do(network, connected):
    network.probe.answer = SignInRefused("The token has been revoked.")
    actions.probe(connected.id)
    assert fresh(connected).state == "sign-in-needed"
    kind, words = health(fresh(connected))
    assert kind == "block"
    assert "Sign in again" in words
    actions.sign_in_again(SHELL, connected.id, "fresh")
    assert fresh(connected).state == "connected"


def test_signing_in_again_as_somebody_else_is_refused(network, connected):
    network.connect.answer = Connected("@stranger", {"token": "t"}, {})
    with pytest.raises(Invalid, match="@stranger"):
        actions.sign_in_again(SHELL, connected.id, "fresh")
    assert fresh(connected).handle == "@clinic"


def test_each_network_is_asked_once_an_hour(network, connected):
    probe_all()
    assert network.probe.calls == 0
    Connection.objects.update(checked_at=clock.now() - timedelta(hours=2))
    probe_all()
    probe_all()
    assert network.probe.calls == 1


def test_a_removed_channel_forgets_its_secret_and_is_not_there_any_more(network, connected):
    actions.remove(SHELL, connected.id)
    assert fresh(connected).secret == {}
    with pytest.raises(NotFound):
        access_connection(SHELL, connected.id)
    with pytest.raises(NotFound):
        actions.remove(SHELL, connected.id)


def test_a_person_confined_to_another_channel_does_not_see_it(network, connected, person):
    other = actions.add(SHELL, "drill", "Another", url="https://social.example.org", secret="x")
    with pytest.raises(NotFound):
        access_connection(person("author", channel=other.id), connected.id)


def test_an_address_is_kept_as_it_was_typed(network):
    row = actions.add(SHELL, "drill", "Hook", url=" https://hooks.example.org/in/ ", secret="x")
    assert row.url == "https://hooks.example.org/in/"
