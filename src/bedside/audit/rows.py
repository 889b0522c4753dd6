"""The record as it lies in the database, streamed in order: what verification and export read.

Read as text with a plain cursor: nothing between the stored bytes and the check may put a value right.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple

from django.db import OperationalError, connection

_BATCH = 2_000
_BEFORE_ALL = -(2**63)

_COLUMNS = (
    "SELECT e.seq, {at}, {actor}, e.actor_label, e.verb, e.noun, e.noun_id, e.door, e.address,"
    " e.detail_digest, e.previous, e.hash, d.entry_id, d.salt, d.body, {shredded}"
    " FROM audit_entry e LEFT JOIN audit_detail d ON d.entry_id = e.seq"
    " WHERE e.seq > %s AND e.seq <= %s ORDER BY e.seq LIMIT %s"
)
_ISO = """to_char({} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')"""
_SELECT_POSTGRESQL = _COLUMNS.format(
    at=_ISO.format("e.at"), actor="e.actor_id::text", shredded=_ISO.format("d.shredded_at")
)
# The empty string takes the declared type away, so that the driver does not parse the time.
_SELECT_SQLITE = _COLUMNS.format(at="e.at || ''", actor="e.actor_id", shredded="d.shredded_at || ''")
_SHREDDED = (
    "SELECT entry_id, {} FROM audit_detail WHERE shredded_at IS NOT NULL AND entry_id > %s"
    " ORDER BY entry_id LIMIT %s"
)


class Row(NamedTuple):
    """One entry and its detail, as stored, times and ids in the canonical form."""

    seq: int
    at: str
    actor_id: str | None
    actor_label: str
    verb: str
    noun: str
    noun_id: str
    door: str
    address: str
    detail_digest: str
    previous: str
    hash: str
    detail_of: int | None
    salt: str | None
    body: str | None
    shredded_at: str | None


@dataclass(frozen=True, slots=True)
class Ends:
    """Where the head says that the chain ends, and where its rows do; all of one moment."""

    seq: int
    hash: str
    last: int
    stray_detail: int | None


class Unreadable(Exception):
    """The database cannot give the row after `after`."""

    def __init__(self, after: int) -> None:
        super().__init__(f"the entry after {after} cannot be read")
        self.after = after


def ends() -> Ends | None:
    """The two ends; None when there is no head, or more than one."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT h.seq, h.hash, (SELECT coalesce(max(seq), 0) FROM audit_entry),"
            " coalesce((SELECT min(entry_id) FROM audit_detail WHERE entry_id < 1),"
            " (SELECT max(entry_id) FROM audit_detail"
            " WHERE entry_id > (SELECT coalesce(max(seq), 0) FROM audit_entry)))"
            " FROM audit_head h"
        )
        found = cursor.fetchall()
    return Ends(*found[0]) if len(found) == 1 else None


def batches(through: int, after: int = _BEFORE_ALL) -> Iterator[list[Row]]:
    """The rows after number `after` up to number `through`, in order, some thousands at a time.

    Raises `Unreadable` at a row that the database cannot decode.
    """
    if connection.vendor == "postgresql":
        for rows in _read(_SELECT_POSTGRESQL, after, through):
            yield [Row._make(row) for row in rows]
        return
    for rows in _read(_SELECT_SQLITE, after, through):
        yield [
            Row._make(
                (row[0], _iso(row[1]), _dashed(row[2]), *row[3:15], _iso(row[15]) if row[15] else row[15])
            )
            for row in rows
        ]


def shredded() -> Iterator[list[tuple[int, str]]]:
    """The number and the moment of every shredded detail, in order, some thousands at a time."""
    on_postgresql = connection.vendor == "postgresql"
    select = _SHREDDED.format(_ISO.format("shredded_at") if on_postgresql else "shredded_at || ''")
    after = _BEFORE_ALL
    while True:
        with connection.cursor() as cursor:
            cursor.execute(select, [after, _BATCH])
            found = cursor.fetchall()
        if not found:
            return
        yield found if on_postgresql else [(seq, _iso(when)) for seq, when in found]
        after = found[-1][0]


def _read(select: str, after: int, through: int) -> Iterator[list[tuple[Any, ...]]]:
    size = _BATCH
    while after < through:
        try:
            with connection.cursor() as cursor:
                cursor.execute(select, [after, through, size])
                rows = cursor.fetchall()
        except OperationalError as error:
            if "decode" not in str(error):
                raise
            if size == 1:
                raise Unreadable(after) from error
            size = 1
            continue
        if not rows:
            return
        yield rows
        after, size = rows[-1][0], _BATCH if size == _BATCH else 1


def _iso(stored: str) -> str:
    if len(stored) == 19:
        stored += ".000000"
    return f"{stored[:10]}T{stored[11:]}Z" if stored[10:11] == " " else stored


def _dashed(stored: str | None) -> str | None:
    if stored is None or len(stored) != 32:
        return stored
    return f"{stored[:8]}-{stored[8:12]}-{stored[12:16]}-{stored[16:20]}-{stored[20:]}"
