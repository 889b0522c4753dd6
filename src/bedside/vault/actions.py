"""Changing the keys under which Bedside encrypts."""

# ruff: noqa: S608 -- names of tables and columns come from the models, quoted by Django.

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.db import connection, transaction

from bedside.core.errors import Conflict, Invalid, Unavailable
from bedside.vault import keyring
from bedside.vault.fields import Encrypted
from bedside.vault.keyring import Keyring
from bedside.vault.places import places

Progress = Callable[[int, int], None]
"""Called with how many rows are done, and of how many."""

_BATCH = 500
_NAMED = 5
_SETTLE_SECONDS = 1.0


@dataclass(frozen=True)
class Column:
    """One encrypted column: where its tokens are."""

    table: str
    key: str
    name: str


def columns() -> list[Column]:
    """Every encrypted column of every installed app, sorted."""
    found = [
        Column(model._meta.db_table, str(model._meta.pk.column), str(field.column))
        for model in apps.get_models(include_auto_created=True)
        if model._meta.managed and not model._meta.proxy
        for field in model._meta.local_concrete_fields
        if isinstance(field, Encrypted)
    ]
    return sorted(found, key=lambda column: (column.table, column.name))


def rotate_keys(progress: Progress | None = None, *, drop_old: bool = False, add: bool = True) -> int:
    """Put a new key in front, and encrypt with it everything that is stored; how many values were renewed.

    Work may go on meanwhile: older keys still open what is under way. It can be cut off and run again (with
    `add=False`, no further key is made). `drop_old` then removes every key but the newest, after a last pass
    that holds all writers; without it they stay, so that older backups can still be read.

    Keys in BEDSIDE_VAULT_KEYS are not Bedside's to change: put the new one in front there and start again,
    and this only renews. Raises `Invalid` when asked to drop those, `Conflict` when another process is
    changing keys, `Unavailable` when something cannot be opened by any key; then no key is dropped, and
    everything else has been renewed.
    """
    if keyring.keys_from_settings():
        if drop_old:
            raise Invalid(
                "The keys are in the setting BEDSIDE_VAULT_KEYS. Run this without dropping keys first; when "
                "it is done, remove the older ones from the setting yourself."
            )
        return _renew_all(keyring.current(), progress)
    if connection.in_atomic_block:
        raise RuntimeError("Keys are changed in transactions of their own.")
    ring = keyring.current()
    path = keyring.key_file()
    with keyring.changing(path):
        ring = keyring.read(path)
        if add:
            ring = keyring.replace(path, [keyring.new_key(), *ring.keys])
        renewed = _renew_all(ring, progress)
        if drop_old:
            # A writer may just have encrypted with an older key, and not stored it yet.
            time.sleep(_SETTLE_SECONDS)
            with transaction.atomic():
                _hold_writers()
                renewed += _renew_all(ring, None)
                if _renew_all(ring, None):
                    raise Conflict("Something is being written all the time; no key was dropped. Try again.")
            keyring.replace(path, ring.keys[:1])
    return renewed


def _hold_writers() -> None:
    # On SQLite the transaction itself keeps other writers out. On PostgreSQL the lock also waits for those
    # whose rows, encrypted with an older key, are written but not yet committed.
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            for table in sorted({column.table for column in columns()}):
                cursor.execute(f"LOCK TABLE {_quoted(table)} IN SHARE ROW EXCLUSIVE MODE")


def _renew_all(ring: Keyring, progress: Progress | None) -> int:
    wanted = columns()
    total = sum(_count(column) for column in wanted) if progress else 0
    done = renewed = 0
    unopened: list[str] = []
    for column in wanted:
        for rows in _batches(column):
            renewed += _renew_rows(ring, column, rows, unopened)
            done += len(rows)
            if progress:
                progress(done, max(total, done))
    for name, renew_all in places().items():
        try:
            renewed += renew_all(ring.renew)
        except Unavailable:
            unopened.append(name)
    if unopened:
        more = f" and {len(unopened) - _NAMED} more" if len(unopened) > _NAMED else ""
        raise Unavailable(
            f"{renewed} values were renewed, but these cannot be opened with the keys in {ring.source}: "
            f"{', '.join(unopened[:_NAMED])}{more}. No key was dropped. Put the key back under which they "
            "were stored, or enter them anew."
        )
    return renewed


def _renew_rows(ring: Keyring, column: Column, rows: list[tuple[Any, str]], unopened: list[str]) -> int:
    changes = []
    for key, token in rows:
        try:
            new = ring.renew(token)
        except Unavailable:
            unopened.append(f"{column.table} {key}")
            continue
        if new is not None:
            changes.append((new, key, token))
    if not changes:
        return 0
    table, key_name, name = _quoted(column.table), _quoted(column.key), _quoted(column.name)
    with transaction.atomic(), connection.cursor() as cursor:
        renewed = 0
        for change in changes:
            # Only where it is still the value that was read: a token refreshed meanwhile is not lost.
            cursor.execute(f"UPDATE {table} SET {name} = %s WHERE {key_name} = %s AND {name} = %s", change)
            renewed += cursor.rowcount
    return renewed


def _batches(column: Column) -> Iterator[list[tuple[Any, str]]]:
    table, key, name = _quoted(column.table), _quoted(column.key), _quoted(column.name)
    select = f"SELECT {key}, {name} FROM {table} WHERE {name} IS NOT NULL"
    last: list[Any] = []
    while True:
        after = f" AND {key} > %s" if last else ""
        with connection.cursor() as cursor:
            cursor.execute(f"{select}{after} ORDER BY {key} LIMIT {_BATCH}", last)
            rows = cursor.fetchall()
        if not rows:
            return
        yield rows
        last = [rows[-1][0]]


def _count(column: Column) -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT count(*) FROM {_quoted(column.table)} WHERE {_quoted(column.name)} IS NOT NULL"
        )
        return int(cursor.fetchone()[0])


def _quoted(name: str) -> str:
    return connection.ops.quote_name(name)
