from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connection, transaction

from bedside.audit import retention
from bedside.audit.actions import Record, record, record_many
from bedside.audit.models import Detail, Entry
from bedside.audit.queries import entries_about, verify
from bedside.audit.retention import shred
from bedside.core import clock
from bedside.core.errors import Invalid

from .conftest import ADA

pytestmark = pytest.mark.django_db(transaction=True)
YEARS = timedelta(days=6 * 365)


@pytest.fixture(autouse=True)
def old_and_new() -> None:
    """30 entries of seven years ago, every third without a detail, and 10 of today."""
    clock.shift(-timedelta(days=7 * 365))
    with transaction.atomic():
        record_many(
            Record("note.written", ADA, number, {"n": number} if number % 3 else {}) for number in range(30)
        )
    clock.shift(timedelta(0))
    with transaction.atomic():
        record_many(Record("note.written", ADA, f"new{number}", {"n": number}) for number in range(10))


def test_what_is_past_retention_is_shredded_and_the_rest_is_kept() -> None:
    calls: list[tuple[int, int]] = []
    done = shred(
        before=clock.now() - YEARS, actor=ADA, progress=lambda done, total: calls.append((done, total))
    )

    assert done == 20
    assert calls == [(20, 20)]
    assert Detail.objects.filter(shredded_at=None).count() == 11
    assert set(Detail.objects.exclude(shredded_at=None).values_list("salt", "body")) == {("", "")}
    verdict = verify()
    assert verdict.ok, verdict.problem
    assert verdict.shredded == 20
    assert entries_about("note", 1)[0].facts is None
    assert entries_about("note", 0)[0].facts == {}
    assert entries_about("note", "new1")[0].facts == {"n": 1}
    assert shred(before=clock.now() - YEARS, actor=ADA) == 0


def test_the_record_says_which_were_shredded() -> None:
    shred(before=clock.now() - YEARS, actor=ADA)
    entry = Entry.objects.order_by("-seq")[0]
    assert (entry.verb, entry.noun, entry.noun_id) == ("audit.shredded", "entries", "2-30")
    assert entry.facts is not None
    assert entry.facts["count"] == 20


@pytest.mark.parametrize("batch", [1, 3, 1000])
def test_what_a_legal_hold_keeps_is_kept(batch: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retention, "_BATCH", batch)
    held = {"7", "8", "11", "29"}
    assert shred(before=clock.now() - YEARS, actor=ADA, held=lambda noun, key: key in held) == 16
    kept_details = Detail.objects.filter(shredded_at=None, entry_id__lte=30)
    assert set(kept_details.values_list("entry__noun_id", flat=True)) == held
    assert verify().ok
    # Nothing in the record allows what is held to disappear.
    kept = entries_about("note", 7)[0]
    Detail.objects.filter(entry_id=kept.seq).update(salt="", body="", shredded_at=clock.now())
    assert verify().broken_seq == kept.seq


def test_a_moment_that_is_accounted_for_covers_only_what_the_record_names() -> None:
    shred(before=clock.now() - YEARS, actor=ADA, held=lambda noun, key: key in {"7", "8"})
    when = Entry.objects.filter(verb="audit.shredded").latest("seq").at
    held = entries_about("note", 8)[0].seq
    Detail.objects.filter(entry_id=held).update(salt="", body="", shredded_at=when)
    assert verify().broken_seq == held


def test_a_hold_that_has_ended() -> None:
    shred(before=clock.now() - YEARS, actor=ADA, held=lambda noun, key: key == "7")
    assert shred(before=clock.now() - YEARS, actor=ADA) == 1
    assert verify().ok


def test_a_frozen_clock_confuses_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retention, "_BATCH", 2)
    now = clock.now()
    monkeypatch.setattr(clock, "now", lambda: now)
    assert shred(before=now - YEARS, actor=ADA, held=lambda noun, key: key in {"4", "17"}) == 18
    assert verify().ok


def test_when_it_fails_in_the_middle_the_record_is_sound(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retention, "_BATCH", 5)

    def stop(noun: str, key: str) -> bool:
        if key == "20":
            raise KeyboardInterrupt
        return False

    with pytest.raises(KeyboardInterrupt):
        shred(before=clock.now() - YEARS, actor=ADA, held=stop)
    verdict = verify()
    assert verdict.ok
    assert 0 < verdict.shredded < 20
    assert shred(before=clock.now() - YEARS, actor=ADA) == 20 - verdict.shredded


def test_only_the_past_can_be_shredded() -> None:
    with pytest.raises(Invalid):
        shred(before=clock.now() + timedelta(seconds=5), actor=ADA)
    with transaction.atomic(), pytest.raises(RuntimeError):
        shred(before=clock.now() - YEARS, actor=ADA)


def test_a_desk_without_old_entries() -> None:
    assert shred(before=clock.now() - 10 * YEARS, actor=ADA) == 0


@pytest.mark.skipif(connection.vendor != "sqlite", reason="about the file that SQLite keeps")
def test_on_sqlite_the_bytes_are_gone_from_the_file(tmp_path: Path) -> None:
    with transaction.atomic():
        record("note.written", actor=ADA, noun_id="secret", detail={"n": "unmistakable" * 2_000})
    shred(before=clock.now(), actor=ADA)
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA freelist_count")
        assert cursor.fetchone()[0] > 0
    content: bytes = connection.connection.serialize()
    assert b"note.written" in content
    assert b"unmistakable" not in content
