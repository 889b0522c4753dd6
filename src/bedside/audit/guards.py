"""The triggers that make the record append-only in the database itself, against raw SQL too.

Refused are UPDATE and DELETE of entries (and TRUNCATE on PostgreSQL), an entry with any number but the
next one, every change of a detail but its one shredding, and moving the head anywhere but forward onto an
entry that exists.
"""

# ruff: noqa: S608 -- every statement here is built from the constants of this file alone.

from __future__ import annotations

from typing import Any

from django.db import DEFAULT_DB_ALIAS, connections
from django.db.backends.base.base import BaseDatabaseWrapper

from bedside.audit.chain import GENESIS

_APPEND_ONLY = "audit entries are never changed or deleted"
_NEXT = "an audit entry has to have the next number"
_SHRED_ONLY = "an audit detail can be shredded once and not changed otherwise"
_FORWARD = "the head of the audit chain only moves forward onto an entry"

# INSERT OR REPLACE deletes rows without firing DELETE triggers, hence the guards on INSERT, and on rowid.
_SQLITE: dict[str, str] = {
    "audit_entry_update": f"""
        BEFORE UPDATE ON audit_entry BEGIN SELECT RAISE(ABORT, '{_APPEND_ONLY}'); END""",
    "audit_entry_delete": f"""
        BEFORE DELETE ON audit_entry BEGIN SELECT RAISE(ABORT, '{_APPEND_ONLY}'); END""",
    "audit_entry_insert": f"""
        BEFORE INSERT ON audit_entry
        WHEN NEW.seq IS NOT (SELECT coalesce(max(seq), 0) + 1 FROM audit_entry)
        BEGIN SELECT RAISE(ABORT, '{_NEXT}'); END""",
    "audit_detail_update": f"""
        BEFORE UPDATE ON audit_detail
        WHEN NOT (NEW.entry_id IS OLD.entry_id AND NEW.rowid IS OLD.rowid AND OLD.shredded_at IS NULL
            AND NEW.shredded_at IS NOT NULL AND NEW.salt IS '' AND NEW.body IS '')
        BEGIN SELECT RAISE(ABORT, '{_SHRED_ONLY}'); END""",
    "audit_detail_delete": f"""
        BEFORE DELETE ON audit_detail BEGIN SELECT RAISE(ABORT, '{_SHRED_ONLY}'); END""",
    "audit_detail_insert": f"""
        BEFORE INSERT ON audit_detail
        WHEN EXISTS (SELECT 1 FROM audit_detail WHERE entry_id = NEW.entry_id)
            OR EXISTS (SELECT 1 FROM audit_detail WHERE rowid = NEW.rowid)
        BEGIN SELECT RAISE(ABORT, '{_SHRED_ONLY}'); END""",
    "audit_head_update": f"""
        BEFORE UPDATE ON audit_head
        WHEN NOT (NEW.id IS OLD.id AND NEW.rowid IS OLD.rowid AND NEW.seq > OLD.seq
            AND EXISTS (SELECT 1 FROM audit_entry WHERE seq = NEW.seq AND hash = NEW.hash))
        BEGIN SELECT RAISE(ABORT, '{_FORWARD}'); END""",
    "audit_head_delete": f"""
        BEFORE DELETE ON audit_head BEGIN SELECT RAISE(ABORT, '{_FORWARD}'); END""",
    "audit_head_insert": f"""
        BEFORE INSERT ON audit_head WHEN EXISTS (SELECT 1 FROM audit_head)
        BEGIN SELECT RAISE(ABORT, '{_FORWARD}'); END""",
}

_POSTGRESQL_FUNCTIONS: dict[str, str] = {
    "audit_refuse": """
        BEGIN
            RAISE EXCEPTION '%', TG_ARGV[0] USING ERRCODE = 'integrity_constraint_violation';
        END""",
    "audit_next": f"""
        BEGIN
            IF NEW.seq IS DISTINCT FROM (SELECT coalesce(max(seq), 0) + 1 FROM audit_entry) THEN
                RAISE EXCEPTION '{_NEXT}' USING ERRCODE = 'integrity_constraint_violation';
            END IF;
            RETURN NEW;
        END""",
    "audit_shred": f"""
        BEGIN
            IF NEW.entry_id IS DISTINCT FROM OLD.entry_id OR OLD.shredded_at IS NOT NULL
                OR NEW.shredded_at IS NULL OR NEW.salt IS DISTINCT FROM '' OR NEW.body IS DISTINCT FROM ''
            THEN
                RAISE EXCEPTION '{_SHRED_ONLY}' USING ERRCODE = 'integrity_constraint_violation';
            END IF;
            RETURN NEW;
        END""",
    "audit_forward": f"""
        BEGIN
            IF NEW.id IS DISTINCT FROM OLD.id OR NEW.seq <= OLD.seq
                OR NOT EXISTS (SELECT 1 FROM audit_entry WHERE seq = NEW.seq AND hash = NEW.hash)
            THEN
                RAISE EXCEPTION '{_FORWARD}' USING ERRCODE = 'integrity_constraint_violation';
            END IF;
            RETURN NEW;
        END""",
}

_POSTGRESQL: dict[str, tuple[str, str]] = {
    "audit_entry_keep": (
        "audit_entry",
        f"BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_entry "
        f"FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse('{_APPEND_ONLY}')",
    ),
    "audit_entry_next": (
        "audit_entry",
        "BEFORE INSERT ON audit_entry FOR EACH ROW EXECUTE FUNCTION audit_next()",
    ),
    "audit_detail_keep": (
        "audit_detail",
        f"BEFORE DELETE OR TRUNCATE ON audit_detail "
        f"FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse('{_SHRED_ONLY}')",
    ),
    "audit_detail_shred": (
        "audit_detail",
        "BEFORE UPDATE ON audit_detail FOR EACH ROW EXECUTE FUNCTION audit_shred()",
    ),
    "audit_head_keep": (
        "audit_head",
        f"BEFORE DELETE OR TRUNCATE ON audit_head "
        f"FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse('{_FORWARD}')",
    ),
    "audit_head_forward": (
        "audit_head",
        "BEFORE UPDATE ON audit_head FOR EACH ROW EXECUTE FUNCTION audit_forward()",
    ),
}


def install(connection: BaseDatabaseWrapper) -> None:
    """Put every guard in place, replacing what stands there."""
    remove(connection)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            for name, body in _POSTGRESQL_FUNCTIONS.items():
                cursor.execute(
                    f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $${body}$$"
                )
            for name, (_table, event) in _POSTGRESQL.items():
                cursor.execute(f"CREATE TRIGGER {name} {event}")
        else:
            for name, text in _SQLITE.items():
                cursor.execute(f"CREATE TRIGGER {name} {text}")


def remove(connection: BaseDatabaseWrapper) -> None:
    """Take every guard away: only to take the migration back."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            for name, (table, _event) in _POSTGRESQL.items():
                cursor.execute(f"DROP TRIGGER IF EXISTS {name} ON {table}")
            for name in _POSTGRESQL_FUNCTIONS:
                cursor.execute(f"DROP FUNCTION IF EXISTS {name}()")
        else:
            for name in _SQLITE:
                cursor.execute(f"DROP TRIGGER IF EXISTS {name}")


def missing(connection: BaseDatabaseWrapper) -> list[str]:
    """The names of guards that are not in place, or switched off: for `bedside check` and `verify`."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal AND tgenabled IN ('O', 'A') AND tgrelid"
                " IN ('audit_entry'::regclass, 'audit_detail'::regclass, 'audit_head'::regclass)"
            )
            wanted = set(_POSTGRESQL)
        else:
            cursor.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")
            wanted = set(_SQLITE)
        return sorted(wanted - {row[0] for row in cursor.fetchall()})


def after_migrate(using: str = DEFAULT_DB_ALIAS, **_: Any) -> None:
    """A migration that rebuilds a table on SQLite loses its triggers; an emptied database loses the head."""
    connection = connections[using]
    with connection.cursor() as cursor:
        tables = set(connection.introspection.table_names(cursor))
        if not {"audit_entry", "audit_detail", "audit_head"} <= tables:
            return
        cursor.execute(
            "INSERT INTO audit_head (id, seq, hash) SELECT 1, 0, %s WHERE NOT EXISTS"
            " (SELECT 1 FROM audit_head) AND NOT EXISTS (SELECT 1 FROM audit_entry)",
            [GENESIS],
        )
    if missing(connection):
        install(connection)
