from __future__ import annotations

import pytest
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction

from bedside.audit import guards
from bedside.audit.actions import record
from bedside.audit.models import Detail, Entry, Head
from bedside.audit.queries import verify

from .conftest import ADA, sql, unguarded

COPY = "seq, at, actor_id, actor_label, verb, noun, noun_id, door, address, detail_digest, previous, hash"

REFUSED = [
    "UPDATE audit_entry SET actor_label = 'eve@example.org' WHERE seq = 1",
    "UPDATE audit_entry SET seq = 9 WHERE seq = 2",
    "DELETE FROM audit_entry WHERE seq = 2",
    "DELETE FROM audit_entry",
    f"INSERT INTO audit_entry ({COPY}) SELECT 9, {COPY[5:]} FROM audit_entry WHERE seq = 1",
    f"INSERT INTO audit_entry ({COPY}) SELECT 0, {COPY[5:]} FROM audit_entry WHERE seq = 1",
    "UPDATE audit_detail SET body = '{}'",
    "UPDATE audit_detail SET salt = ''",
    "UPDATE audit_detail SET body = '', salt = ''",
    "UPDATE audit_detail SET body = '', salt = 'x', shredded_at = '2026-01-01 00:00:00+00:00'",
    "UPDATE audit_detail SET shredded_at = '2026-01-01 00:00:00+00:00'",
    "UPDATE audit_detail SET body='', salt='', entry_id=2, shredded_at='2026-01-01 00:00:00+00:00'",
    "DELETE FROM audit_detail",
    "UPDATE audit_head SET seq = 1, hash = (SELECT hash FROM audit_entry WHERE seq = 1)",
    "UPDATE audit_head SET seq = 3",
    "UPDATE audit_head SET hash = repeat('0', 64)",
    "UPDATE audit_head SET id = 2",
    "DELETE FROM audit_head",
    "INSERT INTO audit_head (id, seq, hash) VALUES (2, 0, '')",
]
ON_SQLITE = [
    f"INSERT OR REPLACE INTO audit_entry ({COPY}) SELECT {COPY} FROM audit_entry WHERE seq = 1",
    "UPDATE OR REPLACE audit_entry SET seq = 1 WHERE seq = 2",
    "INSERT OR REPLACE INTO audit_detail (entry_id, salt, body) VALUES (1, '', '{}')",
    "INSERT OR REPLACE INTO audit_detail (rowid, entry_id, salt, body) VALUES (1, 2, '', '{}')",
    "UPDATE audit_detail SET rowid = 9, body = '', salt = '', shredded_at = '2026-01-01 00:00:00'",
    "INSERT OR REPLACE INTO audit_head (id, seq, hash) VALUES (1, 0, '')",
]
ON_POSTGRESQL = [
    "TRUNCATE audit_entry CASCADE",
    "TRUNCATE audit_detail",
    "TRUNCATE audit_head",
    f"INSERT INTO audit_entry ({COPY}) SELECT {COPY} FROM audit_entry WHERE seq = 1"
    " ON CONFLICT (seq) DO UPDATE SET door = 'cli'",
    "INSERT INTO audit_detail (entry_id, salt, body) VALUES (1, '', '')"
    " ON CONFLICT (entry_id) DO UPDATE SET body = 'x'",
]


@pytest.fixture
def two(db: None) -> None:
    record("note.written", actor=ADA, noun_id=1, detail={"x": 1})
    record("note.written", actor=ADA, noun_id=2)
    assert guards.missing(connection) == []


def refuse(statement: str) -> None:
    if connection.vendor == "sqlite":
        statement = statement.replace("repeat('0', 64)", f"'{'0' * 64}'")
    else:
        # Otherwise PostgreSQL would refuse for its pending foreign keys, and not for ours.
        sql("SET CONSTRAINTS ALL IMMEDIATE")
    with pytest.raises(IntegrityError, match="audit"), transaction.atomic():
        sql(statement)
    verdict = verify()
    assert verdict.ok
    assert verdict.entries == 2


@pytest.mark.usefixtures("two")
@pytest.mark.parametrize("statement", REFUSED)
def test_raw_sql_is_refused(statement: str) -> None:
    refuse(statement)


@pytest.mark.usefixtures("two")
@pytest.mark.skipif(connection.vendor != "sqlite", reason="statements that only SQLite has")
@pytest.mark.parametrize("statement", ON_SQLITE)
def test_raw_sql_is_refused_on_sqlite(statement: str) -> None:
    refuse(statement)


@pytest.mark.usefixtures("two")
@pytest.mark.skipif(connection.vendor != "postgresql", reason="statements that only PostgreSQL has")
@pytest.mark.parametrize("statement", ON_POSTGRESQL)
def test_raw_sql_is_refused_on_postgresql(statement: str) -> None:
    refuse(statement)


@pytest.mark.usefixtures("two")
def test_the_object_mapper_is_refused_too() -> None:
    entry = Entry.objects.get(seq=2)
    entry.actor_label = "eve@example.org"
    for change in (
        entry.save,
        entry.delete,
        Entry.objects.all().delete,
        lambda: Entry.objects.update(door="cli"),
        Detail.objects.all().delete,
        Head.objects.all().delete,
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            change()


@pytest.mark.usefixtures("two")
def test_a_detail_is_shredded_once() -> None:
    shred = "UPDATE audit_detail SET body = '', salt = '', shredded_at = '2026-01-01 00:00:00+00:00'"
    assert sql(shred) == 1
    with pytest.raises(IntegrityError), transaction.atomic():
        sql(shred)
    with pytest.raises(IntegrityError), transaction.atomic():
        sql("UPDATE audit_detail SET shredded_at = NULL")


@pytest.mark.usefixtures("two")
def test_missing_guards_are_named_and_put_back() -> None:
    with unguarded():
        assert len(guards.missing(connection)) >= 6
        assert verify().unguarded
        if connection.vendor == "postgresql":
            sql("SET CONSTRAINTS ALL IMMEDIATE")
        guards.after_migrate(using=connection.alias)
        assert guards.missing(connection) == []
    assert verify().unguarded == ()


@pytest.mark.django_db(transaction=True)
def test_a_desk_cannot_be_flushed() -> None:
    with transaction.atomic():
        record("note.written", actor=ADA, noun_id=1)
    with pytest.raises(Exception, match=r"audit|flush"):
        call_command("flush", interactive=False, verbosity=0)
    assert Entry.objects.count() == 1
    assert verify().ok
