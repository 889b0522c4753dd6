from __future__ import annotations

import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from django.db import connection
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from bedside.audit import chain
from bedside.audit.actions import record
from bedside.audit.models import Detail, Entry, Head
from bedside.audit.queries import head, verify
from bedside.core.errors import Invalid

from .conftest import ADA, sql, unguarded

ENTRIES = 7
MOMENT = datetime(2026, 1, 2, 3, 4, 5, 678_900, tzinfo=UTC)
text = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=32)
moments = st.timedeltas(timedelta(days=-900), timedelta(days=900)).map(lambda by: MOMENT + by)

COLUMNS: dict[tuple[type[Any], str], st.SearchStrategy[Any]] = {
    (Entry, "at"): moments,
    (Entry, "actor_id"): st.none() | st.uuids(),
    (Entry, "actor_label"): text,
    (Entry, "verb"): text,
    (Entry, "noun"): text,
    (Entry, "noun_id"): text,
    (Entry, "door"): st.sampled_from(["web", "api", "cli", "worker", ""]),
    (Entry, "address"): text,
    (Entry, "detail_digest"): text | st.just("0" * 64),
    (Entry, "previous"): text | st.just("0" * 64),
    (Entry, "hash"): text | st.just("0" * 64),
    (Entry, "seq"): st.integers(-3, ENTRIES + 3) | st.integers(-(2**63), 2**63 - 1),
    (Detail, "salt"): text | st.just("0" * 32),
    (Detail, "body"): text,
    (Detail, "shredded_at"): st.none() | moments,
    (Detail, "entry_id"): st.integers(-3, ENTRIES + 3),
    (Head, "seq"): st.integers(0, ENTRIES + 3),
    (Head, "hash"): text | st.just("0" * 64),
}


@pytest.fixture
def chained(db: None) -> None:
    """Seven entries: with details, without, one shredded and accounted for."""
    record("note.written", actor=ADA, noun_id=1, detail={"x": 1})
    record("note.written", actor=ADA, noun_id=2)
    record("memo.read", actor=ADA, noun_id=3, detail={"x": "é"})
    record("note.written", actor=ADA, noun_id=1, detail={"x": 1})
    record("note.written", actor=ADA, noun_id=1, detail={"x": 1})
    shredding = record("audit.shredded", actor=ADA, noun_id="3-3")
    Detail.objects.filter(entry_id=3).update(salt="", body="", shredded_at=shredding.at)
    record("memo.read", actor=ADA, noun_id=4)


many_in_one = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)


def problem(*, at_most: int = ENTRIES + 1) -> str:
    verdict = verify()
    assert not verdict.ok
    assert verdict.problem
    assert verdict.broken_seq is not None
    assert verdict.broken_seq <= at_most
    return verdict.problem


@pytest.mark.usefixtures("chained")
def test_a_sound_record_is_sound() -> None:
    calls: list[tuple[int, int]] = []
    verdict = verify(lambda done, total: calls.append((done, total)))
    assert verdict.ok
    assert (verdict.entries, verdict.shredded, verdict.unguarded) == (ENTRIES, 1, ())
    assert verdict.head == head() == f"{ENTRIES}:{Entry.objects.get(seq=ENTRIES).hash}"
    assert calls == [(ENTRIES, ENTRIES)]


@pytest.mark.django_db
def test_an_empty_record_is_sound() -> None:
    assert verify().ok
    assert verify().entries == 0
    assert head() == ""


@pytest.mark.parametrize("column", COLUMNS, ids=lambda column: f"{column[0].__name__}.{column[1]}")
@pytest.mark.usefixtures("chained")
def test_any_change_of_any_column_is_found(column: tuple[type[Any], str]) -> None:
    model, name = column

    @given(st.data())
    @settings(many_in_one, max_examples=25)
    def change(data: st.DataObject) -> None:
        rows = list(model.objects.order_by("pk"))
        row = data.draw(st.sampled_from(rows))
        value = data.draw(COLUMNS[column])
        assume(value != getattr(row, name))
        keys = [getattr(other, name) for other in rows]
        assume(model._meta.pk.attname != name or value not in keys)
        with unguarded():
            model.objects.filter(pk=row.pk).update(**{name: value})
            problem()

    change()


@pytest.mark.usefixtures("chained")
@pytest.mark.parametrize("model", [Entry, Detail, Head])
def test_any_deletion_is_found(model: type[Any]) -> None:
    for key in model.objects.values_list("pk", flat=True):
        with unguarded():
            model.objects.filter(pk=key)._raw_delete("default")
            words = problem()
            if model is Entry:
                assert "missing" in words


@pytest.mark.usefixtures("chained")
@given(st.sets(st.integers(1, ENTRIES), min_size=1))
@settings(many_in_one, max_examples=40)
def test_any_set_of_deletions_is_found(gone: set[int]) -> None:
    with unguarded():
        sql(f"DELETE FROM audit_detail WHERE entry_id IN ({', '.join(map(str, gone))})")
        sql(f"DELETE FROM audit_entry WHERE seq IN ({', '.join(map(str, gone))})")
        assert verify().broken_seq == min(gone)


@pytest.mark.usefixtures("chained")
@given(st.permutations(range(1, ENTRIES + 1)))
@settings(many_in_one, max_examples=40)
def test_any_new_order_is_found(order: list[int]) -> None:
    assume(order != sorted(order))
    first = next(place for place, seq in enumerate(order, 1) if place != seq)
    with unguarded():
        for place, seq in enumerate(order, 1):
            sql("UPDATE audit_entry SET seq = %s WHERE seq = %s", 1000 + place, seq)
            sql("UPDATE audit_detail SET entry_id = %s WHERE entry_id = %s", 1000 + place, seq)
        sql("UPDATE audit_entry SET seq = seq - 1000")
        sql("UPDATE audit_detail SET entry_id = entry_id - 1000")
        problem(at_most=first)


def forged(seq: int, previous: str) -> Entry:
    """An entry that fits its place in every respect: what somebody with the whole database can make."""
    entry = Entry(seq=seq, at=MOMENT, actor_label="eve@example.org", verb="note.written", noun="note")
    entry.noun_id, entry.door, entry.previous = "1", "web", previous
    entry.hash = chain.entry_hash(
        previous=previous,
        seq=seq,
        at=chain.moment(MOMENT),
        actor_id=None,
        actor_label=entry.actor_label,
        verb=entry.verb,
        noun=entry.noun,
        noun_id=entry.noun_id,
        door=entry.door,
        address="",
        detail_digest="",
    )
    return entry


@pytest.mark.usefixtures("chained")
@pytest.mark.parametrize("place", range(1, ENTRIES + 2))
def test_a_well_made_insertion_is_found(place: int) -> None:
    with unguarded():
        sql("UPDATE audit_entry SET seq = seq + 1000 WHERE seq >= %s", place)
        sql("UPDATE audit_entry SET seq = seq - 999 WHERE seq > 1000")
        sql("UPDATE audit_detail SET entry_id = entry_id + 1000 WHERE entry_id >= %s", place)
        sql("UPDATE audit_detail SET entry_id = entry_id - 999 WHERE entry_id > 1000")
        before = Entry.objects.filter(seq=place - 1).first()
        forged(place, before.hash if before else chain.GENESIS).save(force_insert=True)
        problem(at_most=place + 1)


@pytest.mark.usefixtures("chained")
@pytest.mark.parametrize("seq", [0, -5, ENTRIES + 1, ENTRIES + 2])
def test_an_entry_outside_the_record_is_found(seq: int) -> None:
    last = Entry.objects.get(seq=ENTRIES)
    with unguarded():
        forged(seq, last.hash).save(force_insert=True)
        problem()


@pytest.mark.usefixtures("chained")
def test_the_words_say_what_is_wrong() -> None:
    with unguarded():
        Entry.objects.filter(seq=4).update(actor_label="eve@example.org")
        assert problem() == "Entry 4 was changed after it was written."
    with unguarded():
        Entry.objects.filter(seq__gte=6)._raw_delete("default")
        assert problem() == "The record ends at entry 5, but 7 were written: the rest is missing."
    with unguarded():
        Entry.objects.filter(seq=2)._raw_delete("default")
        assert problem() == "Entry 2 is missing: after 1 comes 3."
    with unguarded():
        Detail.objects.filter(entry_id=4).update(body='{"x":2}')
        assert problem() == "The detail of entry 4 was changed after it was written."
    with unguarded():
        Detail.objects.filter(entry_id=5).update(body="", salt="", shredded_at=MOMENT)
        assert problem() == "The detail of entry 5 was shredded, but no entry says so."
    with unguarded():
        Detail(entry_id=2, salt="0" * 32, body="{}").save(force_insert=True)
        assert problem() == "Entry 2 was written without a detail, but now has one."


@pytest.mark.usefixtures("chained")
def test_a_character_moved_from_the_body_to_the_salt_is_found() -> None:
    detail = Detail.objects.get(entry_id=4)
    with unguarded():
        Detail.objects.filter(entry_id=4).update(salt=detail.salt[:-1], body=detail.salt[-1] + detail.body)
        problem()


@pytest.mark.usefixtures("chained")
@pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL stores no such bytes")
def test_bytes_that_are_no_text_are_found() -> None:
    with unguarded():
        sql("UPDATE audit_entry SET actor_label = CAST(x'ff' AS TEXT) WHERE seq = 4")
        assert "Entry 4" in problem(at_most=4)
    with unguarded():
        sql("UPDATE audit_entry SET verb = x'ff' WHERE seq = 4")
        assert "Entry 4" in problem(at_most=4)
    with unguarded():
        sql("UPDATE audit_detail SET body = x'7b7d' WHERE entry_id = 4")
        assert "entry 4" in problem(at_most=4)


@pytest.mark.usefixtures("chained")
def test_a_record_rewritten_as_a_whole_is_found_by_an_anchor() -> None:
    anchors = [f"{entry.seq}:{entry.hash}" for entry in Entry.objects.order_by("seq")]
    assert all(verify(anchor=anchor).ok for anchor in anchors)
    with unguarded():
        previous = Entry.objects.get(seq=3).hash
        Detail.objects.filter(entry_id__gte=4)._raw_delete("default")
        Entry.objects.filter(seq__gte=4)._raw_delete("default")
        for seq in range(4, 7):
            entry = forged(seq, previous)
            entry.verb, entry.noun_id = ("audit.shredded", "3-3") if seq == 4 else ("note.written", "1")
            entry.hash = chain.entry_hash(
                previous=previous,
                seq=seq,
                at=chain.moment(entry.at),
                actor_id=None,
                actor_label=entry.actor_label,
                verb=entry.verb,
                noun=entry.noun,
                noun_id=entry.noun_id,
                door=entry.door,
                address="",
                detail_digest="",
            )
            entry.save(force_insert=True)
            previous = entry.hash
        Detail.objects.filter(entry_id=3).update(shredded_at=MOMENT)
        Head.objects.update(seq=6, hash=previous)

        assert verify().ok
        assert [verify(anchor=anchor).ok for anchor in anchors] == [True] * 3 + [False] * 4
        assert verify(anchor=anchors[4]).broken_seq == 5
        assert "noted before" in verify(anchor=anchors[6]).problem


@pytest.mark.django_db
@pytest.mark.parametrize("anchor", ["", "7", "0:" + "0" * 64, "7:" + "g" * 64, "7:" + "0" * 63, "x"])
def test_an_anchor_has_a_form(anchor: str) -> None:
    with pytest.raises(Invalid, match="anchor"):
        verify(anchor=anchor)


@pytest.mark.usefixtures("chained")
def test_verification_asks_in_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bedside.audit.rows._BATCH", 2)
    assert verify().ok
    with unguarded():
        Entry.objects.filter(seq=5).update(actor_id=UUID(int=9))
        assert verify().broken_seq == 5


WRITER = """
import django; django.setup()
from django.db import transaction
from bedside.audit.actions import record
from bedside.audit.actor import Actor
from bedside.audit.verbs import Verb, register
register(Verb("note.written", "wrote", noun="note"))
for number in range(25):
    with transaction.atomic():
        record("note.written", actor=Actor.system(), noun_id=number, detail={"n": number})
"""
READER = """
import django; django.setup()
from bedside.audit.queries import verify
verdict = verify()
print(verdict.ok, verdict.entries, verdict.problem)
"""


@pytest.mark.skipif(connection.vendor != "sqlite", reason="test_record has it for PostgreSQL")
def test_processes_writing_one_file_keep_one_chain(tmp_path: Path) -> None:
    environment = {**os.environ, "BEDSIDE_HOME": str(tmp_path), "DATABASE_URL": ""}

    def run(*arguments: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [sys.executable, *arguments], env=environment, stdout=subprocess.PIPE, text=True
        )

    assert run("-m", "django", "migrate", "audit", "-v0").wait(60) == 0
    writers = [run("-c", WRITER) for _ in range(2)]
    assert [writer.wait(60) for writer in writers] == [0, 0]
    answer, _ = run("-c", READER).communicate(timeout=60)
    assert answer == "True 50 \n"
