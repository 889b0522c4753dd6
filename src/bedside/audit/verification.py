"""Checking the record: that no entry was changed, taken out, put in or moved, and no detail either.

What the database alone cannot show is a chain that somebody rewrote as a whole, head included. For that,
note the head (`seq:hash`) now and then somewhere else, and give it back as an anchor.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from hashlib import sha256

from django.db import connection
from django.utils.translation import gettext as _

from bedside.audit import guards, rows
from bedside.audit.chain import GENESIS, SALT_LENGTH, entry_hash
from bedside.audit.rows import Row
from bedside.audit.verbs import SHREDDED
from bedside.core.errors import Invalid

Progress = Callable[[int, int], None]
"""Called with how many entries are done, and of how many."""

_ANCHOR = re.compile(r"([1-9][0-9]{0,18}):([0-9a-f]{64})")
_RANGE = re.compile(r"([1-9][0-9]{0,18})-([1-9][0-9]{0,18})")


@dataclass(frozen=True, slots=True)
class Verdict:
    """What verification found.

    `ok`: everything fits. `entries`: how many were checked and fit. `head`: the last of them as `seq:hash`,
    to be noted elsewhere as an anchor. `broken_seq` and `problem`: the first entry that does not fit, and
    in words what is wrong. `shredded`: how many details are gone as the record itself says.
    `unguarded`: triggers that are not in place, so that the database would not refuse a change.
    """

    ok: bool
    entries: int
    head: str
    broken_seq: int | None = None
    problem: str = ""
    shredded: int = 0
    unguarded: tuple[str, ...] = ()


def verify(progress: Progress | None = None, *, anchor: str | None = None) -> Verdict:
    """Check every entry and detail, the head, and, when given, an anchor noted before (`seq:hash`).

    Streams: memory does not grow with the record, and writers are not held up. Entries that are written
    meanwhile may be left for the next time. Raises `Invalid` for an anchor that is not `seq:hash`.
    """
    checker = _Checker(*_anchor(anchor))
    unguarded = tuple(guards.missing(connection))
    try:
        checker.follow(progress)
        checker.finish()
    except _Broken as broken:
        return Verdict(
            False, checker.seq, checker.head, broken.seq, broken.words, checker.shredded, unguarded
        )
    return Verdict(True, checker.seq, checker.head, None, "", checker.shredded, unguarded)


class _Broken(Exception):
    def __init__(self, seq: int, words: str) -> None:
        super().__init__(words)
        self.seq = seq
        self.words = words


def _anchor(text: str | None) -> tuple[int, str]:
    if text is None:
        return 0, ""
    found = _ANCHOR.fullmatch(text.strip().lower())
    if not found:
        raise Invalid("An anchor is the number of an entry, a colon and its 64-digit hash.")
    return int(found[1]), found[2]


@dataclass
class _Checker:
    anchor_seq: int
    anchor_hash: str
    seq: int = 0
    hash: str = GENESIS
    shredded: int = 0
    # By moment, the ranges of entries whose details the chain says were shredded then.
    accounted: dict[str, list[tuple[int, int]]] = field(default_factory=dict)

    @property
    def head(self) -> str:
        return f"{self.seq}:{self.hash}"

    def follow(self, progress: Progress | None) -> None:
        """Check from where the last pass ended to the head as it stands now."""
        end = rows.ends()
        if end is None:
            raise _Broken(self.seq, _("The end of the record is not noted any more: its one row is missing."))
        before = {"after": self.seq} if self.seq else {}
        try:
            for batch in rows.batches(max(end.last, end.seq), **before):
                for row in batch:
                    self._check(row)
                if progress:
                    progress(min(self.seq, end.seq), end.seq)
        except rows.Unreadable as error:
            raise _Broken(
                self.seq + 1, _("Entry %d cannot be read: it was changed.") % (self.seq + 1)
            ) from error
        if end.seq > self.seq:
            raise _Broken(
                self.seq + 1,
                _("The record ends at entry %(last)d, but %(written)d were written: the rest is missing.")
                % {"last": self.seq, "written": end.seq},
            )
        if end.seq < self.seq:
            raise _Broken(
                end.seq + 1,
                _("Entry %d stands after the noted end of the record: it was put in from outside.")
                % (end.seq + 1),
            )
        if end.seq == self.seq and end.hash != self.hash:
            raise _Broken(
                self.seq, _("The noted end of the record does not fit entry %d, its last.") % self.seq
            )
        if end.stray_detail is not None:
            raise _Broken(
                end.stray_detail, _("There is a detail of entry %d, which does not exist.") % end.stray_detail
            )

    def finish(self) -> None:
        """What can only be said at the end: shredded details nobody accounts for, and the anchor."""
        if self._unaccounted():
            # Shredded since the end was read: then an entry beyond it says so.
            self.follow(None)
            if seqs := self._unaccounted():
                raise _Broken(
                    seqs[0], _("The detail of entry %d was shredded, but no entry says so.") % seqs[0]
                )
        if self.anchor_seq > self.seq:
            raise _Broken(
                self.seq + 1,
                _("Entry %(noted)d was noted before, but the record ends at %(last)d: it was rewritten.")
                % {"noted": self.anchor_seq, "last": self.seq},
            )

    def _unaccounted(self) -> list[int]:
        """The first detail that is shredded though no entry says so; none, when all are accounted for."""
        self.shredded = 0
        for batch in rows.shredded():
            for seq, when in batch:
                if not any(first <= seq <= last for first, last in self.accounted.get(when, ())):
                    return [seq]
                self.shredded += 1
        return []

    def _check(self, row: Row) -> None:
        seq = row.seq
        if seq != self.seq + 1:
            if seq <= self.seq:
                raise _Broken(seq, _("Entry %d does not belong to the record: it was put in.") % seq)
            raise _Broken(
                self.seq + 1,
                _("Entry %(missing)d is missing: after %(last)d comes %(next)d.")
                % {"missing": self.seq + 1, "last": self.seq, "next": seq},
            )
        if row.previous != self.hash:
            raise _Broken(
                seq,
                _(
                    "Entry %d does not follow from the one before: one of them was changed, taken out or put in."
                )
                % seq,
            )
        try:
            computed = entry_hash(
                previous=row.previous,
                seq=seq,
                at=row.at,
                actor_id=row.actor_id,
                actor_label=row.actor_label,
                verb=row.verb,
                noun=row.noun,
                noun_id=row.noun_id,
                door=row.door,
                address=row.address,
                detail_digest=row.detail_digest,
            )
        except (TypeError, ValueError):
            computed = ""
        if computed != row.hash:
            raise _Broken(seq, _("Entry %d was changed after it was written.") % seq)
        self._check_detail(row)
        if seq == self.anchor_seq and computed != self.anchor_hash:
            raise _Broken(
                seq, _("Entry %d is not the one that was noted before: the record was rewritten.") % seq
            )
        if row.verb == SHREDDED.name and (found := _RANGE.fullmatch(row.noun_id)):
            self.accounted.setdefault(row.at, []).append((int(found[1]), int(found[2])))
        self.seq, self.hash = seq, computed

    def _check_detail(self, row: Row) -> None:
        seq, salt, body = row.seq, row.salt, row.body
        if row.detail_of is None:
            if row.detail_digest:
                raise _Broken(seq, _("The detail of entry %d is missing.") % seq)
            return
        if not row.detail_digest:
            raise _Broken(seq, _("Entry %d was written without a detail, but now has one.") % seq)
        if row.shredded_at is not None:
            if salt or body:
                raise _Broken(seq, _("The detail of entry %d is marked as shredded, but is there.") % seq)
            return
        try:
            fits = (
                len(salt or "") == SALT_LENGTH
                and sha256(f"{salt}{body}".encode()).hexdigest() == row.detail_digest
            )
        except (TypeError, ValueError):
            fits = False
        if not fits:
            raise _Broken(seq, _("The detail of entry %d was changed after it was written.") % seq)
