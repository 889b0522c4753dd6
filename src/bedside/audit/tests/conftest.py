from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID

import pytest
from django.db import connection, transaction

from bedside.audit import guards, verbs
from bedside.audit.actor import Actor
from bedside.audit.verbs import Verb

ADA = Actor(UUID("01890000-0000-7000-8000-00000000ada0"), "ada@example.org", "web", "192.0.2.7")


@pytest.fixture(autouse=True)
def notes(monkeypatch: pytest.MonkeyPatch) -> None:
    """A verb of the tests' own, unknown outside of them."""
    monkeypatch.setattr(verbs, "_verbs", dict(verbs._verbs))
    verbs.register(Verb("note.written", "wrote", noun="note"), Verb("memo.read", "read", noun="memo"))


@contextmanager
def undone() -> Iterator[None]:
    """Whatever happens inside is taken back."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


@contextmanager
def unguarded() -> Iterator[None]:
    """The guards are gone inside, as if somebody had the run of the database; taken back afterwards."""
    with undone():
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
                guards.remove(connection)
                cursor.execute("SET CONSTRAINTS ALL DEFERRED")
        else:
            guards.remove(connection)
        yield


def sql(statement: str, *parameters: object) -> int:
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        return cursor.rowcount
