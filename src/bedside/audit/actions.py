"""Writing to the record. Every action of every room calls `record` once, as its last step."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from itertools import islice
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.backends.utils import CursorWrapper
from django.utils.functional import Promise

from bedside.audit import chain
from bedside.audit.actor import Actor
from bedside.audit.models import Entry
from bedside.audit.verbs import Verb, verb_named
from bedside.core import clock
from bedside.core.errors import Unavailable

DETAIL_LIMIT = 262_144
NOUN_ID_LIMIT = 200
_BATCH = 500

_READ_HEAD = "SELECT seq, hash FROM audit_head WHERE id = 1"
_LOCK_HEAD = "SELECT seq, hash FROM audit_head WHERE id = 1 FOR UPDATE"
_ENTRY = (
    "INSERT INTO audit_entry (seq, at, actor_id, actor_label, verb, noun, noun_id, door, address,"
    " detail_digest, previous, hash) VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)"
)
_DETAIL = "INSERT INTO audit_detail (entry_id, salt, body, shredded_at) VALUES (%s, %s, %s, NULL)"
_ALL_BUT_DETAIL = (
    f"WITH e AS ({_ENTRY} RETURNING seq, hash)"  # noqa: S608 -- made of the constant above
    " UPDATE audit_head SET seq = e.seq, hash = e.hash FROM e WHERE audit_head.id = 1"
)
_ALL = (
    f"WITH e AS ({_ENTRY} RETURNING seq, hash), d AS (INSERT INTO audit_detail"  # noqa: S608 -- likewise
    " (entry_id, salt, body, shredded_at) SELECT seq, %s, %s, NULL FROM e)"
    " UPDATE audit_head SET seq = e.seq, hash = e.hash FROM e WHERE audit_head.id = 1"
)


@dataclass(frozen=True, slots=True)
class Record:
    """One entry to be written by `record_many`; the fields are `record`'s arguments."""

    verb: str
    actor: Actor
    noun_id: object
    detail: Mapping[str, Any] = field(default_factory=dict)


def record(verb: str, *, actor: Actor, noun_id: object, detail: Mapping[str, Any] | None = None) -> Entry:
    """Append one entry to the record and return it.

    `verb` is a registered verb's name, `noun_id` the id of what it was done to (written with `str`, at most
    200 characters), `detail` what else a reader should know: JSON values, UUIDs, dates and enums, at most
    256 KiB; never the text of a message or anything secret that an authorised reader should not see.

    Has to be called inside the transaction that makes the change, as its last step: from here to the commit
    this transaction holds the end of the chain, and other writers wait. Raises `RuntimeError` outside a
    transaction, `LookupError` for a verb that no room registered, `ValueError` or `TypeError` for a noun_id
    or detail that cannot be stored, `Unavailable` when the chain's head is missing.
    """
    return _append([Record(verb, actor, noun_id, detail or {})])[0]


def record_many(records: Iterable[Record]) -> int:
    """Append many entries in one go, in order; how many. Conditions and errors as for `record`."""
    rest, count = iter(records), 0
    while batch := list(islice(rest, _BATCH)):
        count += len(_append(batch))
    return count


def _append(records: Sequence[Record]) -> list[Entry]:
    if not connection.in_atomic_block:
        raise RuntimeError("An entry is recorded in the transaction that makes the change; open one first.")
    prepared = [
        (verb_named(item.verb), item.actor, _noun_id(item.noun_id), _body(item.detail)) for item in records
    ]
    entries: list[Entry] = []
    details: list[tuple[int, str, str]] = []
    with connection.cursor() as cursor:
        cursor.execute(_LOCK_HEAD if connection.features.has_select_for_update else _READ_HEAD)
        head = cursor.fetchone()
        if head is None:
            raise Unavailable(
                "The end of the record is missing, so nothing can be recorded; run bedside audit verify."
            )
        seq, previous = head
        # Taken once the lock is held, so that the times in the chain rise with the numbers.
        at = clock.now()
        for verb, actor, noun_id, body in prepared:
            seq += 1
            entry, detail = _entry(seq, previous, at, verb, actor, noun_id, body)
            previous = entry.hash
            entries.append(entry)
            details += detail
        if len(entries) == 1 and connection.vendor == "postgresql":
            cursor.execute(*_in_one(entries[0], details))
            return entries
        _insert(cursor, _ENTRY, [_row(entry) for entry in entries])
        _insert(cursor, _DETAIL, details)
        cursor.execute("UPDATE audit_head SET seq = %s, hash = %s WHERE id = 1", [seq, previous])
    return entries


def _in_one(entry: Entry, details: Sequence[tuple[int, str, str]]) -> tuple[str, tuple[Any, ...]]:
    """One statement for the usual single entry: on PostgreSQL each round trip counts."""
    if not details:
        return _ALL_BUT_DETAIL, _row(entry)
    return _ALL, (*_row(entry), *details[0][1:])


def _insert(cursor: CursorWrapper, statement: str, rows: Sequence[tuple[Any, ...]]) -> None:
    # One row alone is quicker without what PostgreSQL's driver sets up for many.
    if len(rows) == 1:
        cursor.execute(statement, rows[0])
    elif rows:
        cursor.executemany(statement, rows)


def _entry(
    seq: int, previous: str, at: datetime, verb: Verb, actor: Actor, noun_id: str, body: str
) -> tuple[Entry, list[tuple[int, str, str]]]:
    salt = chain.new_salt() if body else ""
    entry = Entry(
        seq=seq,
        at=at,
        actor_id=actor.id,
        actor_label=actor.label,
        verb=verb.name,
        noun=verb.noun,
        noun_id=noun_id,
        door=actor.door,
        address=actor.address or "",
        detail_digest=chain.detail_digest(salt, body) if body else "",
        previous=previous,
    )
    entry.hash = chain.entry_hash(
        previous=previous,
        seq=seq,
        at=chain.moment(at),
        actor_id=str(actor.id) if actor.id else None,
        actor_label=entry.actor_label,
        verb=entry.verb,
        noun=entry.noun,
        noun_id=noun_id,
        door=entry.door,
        address=entry.address,
        detail_digest=entry.detail_digest,
    )
    entry._state.adding, entry._state.db = False, connection.alias
    return entry, [(seq, salt, body)] if body else []


def _row(entry: Entry) -> tuple[Any, ...]:
    adapt = connection.ops
    return (
        entry.seq,
        adapt.adapt_datetimefield_value(entry.at),
        entry.actor_id
        if entry.actor_id is None or connection.features.has_native_uuid_field
        else entry.actor_id.hex,
        entry.actor_label,
        entry.verb,
        entry.noun,
        entry.noun_id,
        entry.door,
        entry.address,
        entry.detail_digest,
        entry.previous,
        entry.hash,
    )


def _noun_id(value: object) -> str:
    text = str(value)
    if not text or len(text) > NOUN_ID_LIMIT or not text.isprintable():
        raise ValueError(
            f"“{text[:40]}” cannot be the id of a noun: 1 to {NOUN_ID_LIMIT} printable characters."
        )
    return text


def _plain(value: object) -> object:
    match value:
        case datetime() | date():
            return value.isoformat()
        case UUID() | Promise() | Decimal():
            return str(value)
        case Enum():
            return value.value
        case set() | frozenset():
            return sorted(value, key=str)
        case tuple() | Mapping():
            return dict(value) if isinstance(value, Mapping) else list(value)
    raise TypeError(f"A detail of an audit entry cannot hold a {type(value).__name__}.")


_encode = json.JSONEncoder(
    sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False, default=_plain
).encode


def _body(detail: Mapping[str, Any]) -> str:
    if not detail:
        return ""
    body = _encode(dict(detail)).encode("utf-8", "replace")
    if len(body) > DETAIL_LIMIT:
        raise ValueError(f"The detail of an audit entry has {len(body)} bytes; the limit is {DETAIL_LIMIT}.")
    return body.decode()
