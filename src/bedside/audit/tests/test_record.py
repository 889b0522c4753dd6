from __future__ import annotations

import hashlib
import threading
from datetime import UTC, date, datetime
from enum import StrEnum
from uuid import UUID

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils.translation import gettext_lazy
from hypothesis import given
from hypothesis import strategies as st

from bedside.audit import chain
from bedside.audit.actions import Record, record, record_many
from bedside.audit.actor import Actor
from bedside.audit.models import Detail, Entry, Head
from bedside.audit.queries import verify
from bedside.core.errors import Unavailable
from bedside.core.text import canonical_json

from .conftest import ADA, sql


class Shade(StrEnum):
    BLUE = "blue"


@pytest.mark.django_db
def test_an_entry_is_stored_as_it_was_returned() -> None:
    first = record("note.written", actor=ADA, noun_id=7, detail={"words": 3})
    second = record("memo.read", actor=Actor.system("cli"), noun_id=UUID(int=5))

    for entry in (first, second):
        stored = Entry.objects.get(seq=entry.seq)
        for field in Entry._meta.concrete_fields:
            assert getattr(stored, field.attname) == getattr(entry, field.attname), field.name
    assert (first.seq, first.previous, first.noun, first.noun_id) == (1, chain.GENESIS, "note", "7")
    assert (second.seq, second.previous, second.actor_id, second.address) == (2, first.hash, None, "")
    assert first.facts == {"words": 3}
    assert second.facts == {}
    assert not Detail.objects.filter(entry=second).exists()
    assert (Head.objects.get().seq, Head.objects.get().hash) == (2, second.hash)
    assert verify().ok


@pytest.mark.django_db
def test_the_documented_digest_of_a_detail_is_the_one_in_the_chain() -> None:
    entry = record("note.written", actor=ADA, noun_id=1, detail={"b": "é", "a": 1})

    detail = Detail.objects.get()
    assert detail.body == '{"a":1,"b":"é"}'
    assert hashlib.sha256((detail.salt + detail.body).encode()).hexdigest() == entry.detail_digest


@pytest.mark.django_db
def test_values_that_json_does_not_know_are_written_in_their_plain_form() -> None:
    entry = record(
        "note.written",
        actor=ADA,
        noun_id=1,
        detail={
            "id": UUID(int=1),
            "at": datetime(2026, 3, 1, 9, tzinfo=UTC),
            "on": date(2026, 3, 2),
            "shade": Shade.BLUE,
            "words": gettext_lazy("quiet"),
            "some": {"b", "a"},
            "pair": (1, 2),
            "odd": "\ud800\x00",
        },
    )

    assert Entry.objects.get(seq=entry.seq).facts == {
        "id": str(UUID(int=1)),
        "at": "2026-03-01T09:00:00+00:00",
        "on": "2026-03-02",
        "shade": "blue",
        "words": "quiet",
        "some": ["a", "b"],
        "pair": [1, 2],
        "odd": "?\x00",
    }
    assert verify().ok


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        ({"verb": "note.burnt"}, LookupError),
        ({"noun_id": ""}, ValueError),
        ({"noun_id": "x" * 201}, ValueError),
        ({"noun_id": "a\nb"}, ValueError),
        ({"noun_id": "a\x00"}, ValueError),
        ({"detail": {"x": "y" * 262_144}}, ValueError),
        ({"detail": {"x": float("nan")}}, ValueError),
        ({"detail": {"x": object()}}, TypeError),
    ],
)
def test_what_cannot_be_recorded_is_refused_and_leaves_nothing(
    arguments: dict[str, object], error: type[Exception]
) -> None:
    given_ = {"verb": "note.written", "noun_id": 1, "detail": {}, **arguments}
    with pytest.raises(error):
        record(given_.pop("verb"), actor=ADA, **given_)  # type: ignore[arg-type]
    assert not Entry.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_outside_a_transaction_nothing_is_recorded() -> None:
    with pytest.raises(RuntimeError, match="transaction"):
        record("note.written", actor=ADA, noun_id=1)
    assert not Entry.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_an_action_that_fails_leaves_no_entry() -> None:
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        record("note.written", actor=ADA, noun_id=1, detail={"x": 1})
        raise ZeroDivisionError
    with transaction.atomic():
        record("note.written", actor=ADA, noun_id=2)
    assert list(Entry.objects.values_list("seq", "noun_id")) == [(1, "2")]
    assert verify().ok


@pytest.mark.django_db(transaction=True)
def test_writers_at_the_same_time_take_their_turn() -> None:
    failures: list[BaseException] = []

    def write(name: str) -> None:
        try:
            for number in range(15):
                with transaction.atomic():
                    record("note.written", actor=ADA, noun_id=f"{name}{number}", detail={"n": number})
        except BaseException as error:
            failures.append(error)
        finally:
            connection.close()

    # An in-memory SQLite database is one connection shared by all threads, so there two would be one.
    names = "abcd" if connection.vendor == "postgresql" else "a"
    threads = [threading.Thread(target=write, args=(name,)) for name in names]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)

    assert not failures
    assert Entry.objects.count() == 15 * len(names)
    assert verify().ok


@pytest.mark.django_db
def test_many_entries_continue_the_chain() -> None:
    record("note.written", actor=ADA, noun_id=0)
    count = record_many(
        Record("memo.read", ADA, number, {"n": number} if number % 2 else {}) for number in range(1, 1203)
    )
    record("note.written", actor=ADA, noun_id=9)
    assert count == 1202
    assert Entry.objects.count() == 1204
    assert verify().ok
    assert record_many([]) == 0


@pytest.mark.django_db
def test_an_entry_takes_few_queries() -> None:
    with CaptureQueriesContext(connection) as queries:
        record("note.written", actor=ADA, noun_id=1, detail={"x": 1})
    assert len(queries) <= (2 if connection.vendor == "postgresql" else 4)


@pytest.mark.django_db
def test_without_a_head_nothing_is_recorded() -> None:
    from .conftest import unguarded

    with unguarded():
        sql("DELETE FROM audit_head")
        with pytest.raises(Unavailable, match="end of the record"):
            record("note.written", actor=ADA, noun_id=1)


@given(
    actor_id=st.none() | st.uuids().map(str),
    texts=st.lists(st.text(st.characters(exclude_categories=["Cs"])), min_size=9, max_size=9),
    seq=st.integers(1, 2**63 - 1),
)
def test_the_hash_is_that_of_the_canonical_json(actor_id: str | None, texts: list[str], seq: int) -> None:
    names = (
        "previous",
        "at",
        "actor_label",
        "verb",
        "noun",
        "noun_id",
        "door",
        "address",
        "detail_digest",
    )
    fields = {**dict(zip(names, texts, strict=True)), "actor_id": actor_id, "seq": seq}
    expected = hashlib.sha256(canonical_json(fields).encode()).hexdigest()
    assert chain.entry_hash(**fields) == expected  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("given_", "address"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("2001:DB8:0::1", "2001:db8::1"),
        ("fe80::1%eth0", "fe80::1"),
        ("", None),
        (None, None),
        ("unknown\x00", "unknown\ufffd"),
        ("x" * 99, "x" * 45),
    ],
)
def test_an_address_is_kept_in_one_form(given_: str | None, address: str | None) -> None:
    assert Actor(None, "ada@example.org", "api", given_).address == address


def test_an_actor_needs_a_label_and_a_door_of_ours() -> None:
    with pytest.raises(ValueError, match="door"):
        Actor(None, "ada@example.org", "window")  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="label"):
        Actor(None, "  ", "web")
    assert len(Actor(None, "é" * 300, "web").label) == 254
    assert (Actor.system().label, Actor.system().door) == ("bedside", "worker")
    assert (Actor.console().label, Actor.console().door) == ("cli", "cli")
