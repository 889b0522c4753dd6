"""Moving a desk from SQLite into PostgreSQL: all of it in one transaction, every row checked, or nothing."""

# ruff: noqa: S608 -- names of tables and columns come from the models, quoted by Django.

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.apps import apps
from django.conf import settings
from django.core.management.color import no_style
from django.db import connection, connections, models, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.utils import DatabaseError, DataError, IntegrityError, OperationalError

from bedside.accounts.caller import Caller
from bedside.audit.actions import record
from bedside.audit.models import Head
from bedside.core import clock
from bedside.core import settings as own
from bedside.core.errors import BedsideError, Conflict, Invalid, Unavailable
from bedside.jobs.queries import freshest
from bedside.operations.occupancy import alone

Progress = Callable[[int, int], None]
_TARGET = "target"
_BATCH = 1000
_LIVING = timedelta(seconds=15)
# What every migrated database fills by itself, and what is of the moment.
_NOT_COPIED = ("contenttypes.contenttype", "auth.permission", "jobs.heartbeat")


@dataclass(frozen=True)
class Moved:
    """How many rows of how many tables, the record's end, and where the SQLite file lies now."""

    rows: int
    tables: int
    head: str
    aside: str


class _Different(BedsideError):
    title = "The copy is not the original"


def move(url: str, progress: Progress) -> Moved:
    """Copy this desk into the empty PostgreSQL database at `url`, and set the SQLite file aside.

    Raises `Invalid` for a wrong address, `Conflict` when the desk is running, is on PostgreSQL already or the
    target holds something, `Unavailable` when the target does not answer. Until the last step, which renames the
    SQLite file, nothing is changed here, and a failed copy leaves nothing there but empty tables.
    """
    if settings.ON_POSTGRESQL:
        raise Conflict("This desk is on PostgreSQL already (DATABASE_URL is set).")
    try:
        target = own.load({**os.environ, "DATABASE_URL": url})["DATABASE_URL"]
    except Invalid as error:
        raise Invalid(f"--to cannot be used: {error.detail}") from error
    if not target:
        raise Invalid("Say where to: --to postgres://user@host/name")
    database = Path(connection.settings_dict["NAME"])
    with alone(settings.HOME):
        age = freshest(clock.now())
        if age is not None and age < _LIVING:
            raise Conflict("A worker is alive on this desk. Stop it first; nothing was changed.")
        with _second(url) as there:
            _must_be_empty(there)
            _bedside(url, "db", "migrate")
            _must_be_empty(there)
            rows, tables = _copy(there, progress)
        head = Head.objects.get()
        anchor = ["--anchor", f"{head.seq}:{head.hash}"] if head.seq else []
        verdict = json.loads(_bedside(url, "audit", "verify", "--json", *anchor))
        aside = _set_aside(database)
    return Moved(rows, tables, verdict["head"], str(aside))


@contextmanager
def _second(url: str) -> Iterator[BaseDatabaseWrapper]:
    from bedside.settings import database_of

    connections.databases[_TARGET] = {**connections.databases["default"], **database_of(url)}
    there = connections[_TARGET]
    try:
        try:
            there.ensure_connection()
        except OperationalError as error:
            first = str(error).strip().splitlines()[0]
            raise Unavailable(f"The new database does not answer: {first}") from error
        yield there
    finally:
        there.close()
        del connections[_TARGET]
        del connections.databases[_TARGET]


def _bedside(url: str, *arguments: str) -> str:
    """Run a command on the new database, in a process that has it as its own."""
    done = subprocess.run(  # noqa: S603 - our own command
        [sys.executable, "-c", "import bedside.cli; bedside.cli.main()", *arguments],
        env={**os.environ, "DATABASE_URL": url, "BEDSIDE_HOME": str(settings.HOME)},
        capture_output=True,
        encoding="utf-8",
        timeout=3600,
        check=False,
    )
    if done.returncode:
        raise _Different(
            f"bedside {' '.join(arguments[:2])} on the new database ended with {done.returncode}: "
            f"{(done.stderr or done.stdout).strip()[:1000]} This desk was not changed."
        )
    return done.stdout


def _models() -> list[type[models.Model]]:
    """Every table's model, each after those it refers to."""
    left = {
        model._meta.label_lower: model
        for model in apps.get_models(include_auto_created=True)
        if model._meta.managed and not model._meta.proxy and model._meta.label_lower not in _NOT_COPIED
    }
    ordered: list[type[models.Model]] = []
    while left:
        ready = [
            model
            for model in left.values()
            if not any(
                field.is_relation
                and field.related_model is not model
                and getattr(field.related_model, "_meta").label_lower in left  # noqa: B009
                for field in model._meta.local_concrete_fields
            )
        ]
        if not ready:
            raise RuntimeError(f"Tables refer to each other in a circle: {', '.join(sorted(left))}")
        for model in sorted(ready, key=lambda model: model._meta.label_lower):
            ordered.append(left.pop(model._meta.label_lower))
    return ordered


def _must_be_empty(there: BaseDatabaseWrapper) -> None:
    with there.cursor() as cursor:
        known = set(there.introspection.table_names(cursor))
        if known and "django_migrations" not in known:
            raise Conflict(
                f"The new database holds tables of something else ({sorted(known)[0]}). Give an empty one."
            )
        for model in _models():
            table = model._meta.db_table
            if table not in known or model is Head:
                continue
            cursor.execute(f"SELECT 1 FROM {there.ops.quote_name(table)} LIMIT 1")
            if cursor.fetchone():
                raise Conflict(
                    f"The new database is not empty: there are rows in {table}. Give an empty one."
                )


def _copy(there: BaseDatabaseWrapper, progress: Progress) -> tuple[int, int]:
    found = _models()
    total = sum(model._base_manager.count() for model in found) * 2
    done = 0

    def step(count: int) -> None:
        nonlocal done
        done += count
        progress(done, total)

    rows = 0
    # One read of the original for all: nothing can slip in between two tables. Committed only when checked.
    with transaction.atomic(), transaction.atomic(using=_TARGET):
        # In both records, so that each says where the other came from.
        record("desk.moved", actor=Caller(None, "cli").actor, noun_id="desk")
        for model in found:
            here = _write_table(model, there, step)
            copied = _digest(model, _TARGET, step)
            if here != copied:
                raise _Different(
                    f"{model._meta.db_table} arrived with {copied[0]:,} rows that are not the {here[0]:,} here. "
                    "Nothing was kept there; this desk was not changed."
                )
            rows += here[0]
        with there.cursor() as cursor:
            for statement in there.ops.sequence_reset_sql(no_style(), found):
                cursor.execute(statement)
    return rows, len(found)


def _fields(model: type[models.Model]) -> list[Any]:
    return list(model._meta.local_concrete_fields)


def _read(model: type[models.Model], using: str) -> Iterator[tuple[Any, ...]]:
    names = [field.attname for field in _fields(model)]
    found = model._base_manager.using(using).order_by("pk").values_list(*names)
    return iter(found.iterator(chunk_size=_BATCH))


def _write_table(
    model: type[models.Model], there: BaseDatabaseWrapper, step: Callable[[int], None]
) -> tuple[int, int]:
    """Copy one table; its row count and digest as it was read."""
    fields, quote = _fields(model), there.ops.quote_name
    table = quote(model._meta.db_table)
    if model is Head:
        insert = f"UPDATE {table} SET seq = %s, hash = %s WHERE id = %s AND seq <> %s"
    else:
        columns = ", ".join(quote(field.column) for field in fields)
        insert = f"INSERT INTO {table} ({columns}) VALUES ({', '.join(['%s'] * len(fields))})"
    count = total = 0
    batch: list[list[Any]] = []

    def flush() -> None:
        if not batch:
            return
        try:
            with there.cursor() as cursor:
                cursor.executemany(insert, batch)
        except (DataError, IntegrityError, DatabaseError, ValueError) as error:
            first = str(error).strip().splitlines()[0]
            raise _Different(
                f"PostgreSQL refuses a row of {model._meta.db_table}: {first}. "
                "Nothing was kept there; this desk was not changed."
            ) from error
        step(len(batch))
        batch.clear()

    for row in _read(model, "default"):
        count, total = count + 1, total + _row_digest(row)
        if model is Head:
            id_, seq, digest = row
            batch.append([seq, digest, id_, seq])
        else:
            batch.append(
                [f.get_db_prep_save(value, connection=there) for f, value in zip(fields, row, strict=True)]
            )
        if len(batch) >= _BATCH:
            flush()
    flush()
    return count, total % (1 << 256)


def _digest(model: type[models.Model], using: str, step: Callable[[int], None]) -> tuple[int, int]:
    count = total = 0
    for row in _read(model, using):
        count, total = count + 1, total + _row_digest(row)
        if count % _BATCH == 0:
            step(_BATCH)
    step(count % _BATCH)
    return count, total % (1 << 256)


def _row_digest(row: tuple[Any, ...]) -> int:
    """The row's SHA-256 as a number. Sums of them do not depend on the order in which a database sorts."""
    plain = json.dumps(_same(row), sort_keys=True, ensure_ascii=True, separators=(",", ":"), default=_plain)
    return int.from_bytes(hashlib.sha256(plain.encode()).digest(), "big")


def _same(value: Any) -> Any:
    """Numbers in JSON in one form: PostgreSQL keeps 1e3 as 1000."""
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, dict):
        return {key: _same(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_same(item) for item in value]
    return value


def _plain(value: object) -> str:
    return bytes(value).hex() if isinstance(value, bytes | memoryview) else str(value)


def _set_aside(database: Path) -> Path:
    """Take the SQLite file out of use: a desk that started on it by mistake would send again what leaves there."""
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        cursor.fetchall()
    connection.close()
    aside = database.with_name(f"{database.name}.moved-{clock.now():%Y%m%d-%H%M%S}")
    database.rename(aside)
    for suffix in ("-wal", "-shm"):
        database.with_name(database.name + suffix).unlink(missing_ok=True)
    return aside
