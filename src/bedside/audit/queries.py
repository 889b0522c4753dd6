"""Reading the record. Who may read what is for the caller to decide."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Q

from bedside.audit.models import Entry
from bedside.audit.verification import Progress, Verdict, verify

__all__ = [
    "LIMIT",
    "Progress",
    "Verdict",
    "entries",
    "entries_about",
    "entries_about_several",
    "entry",
    "head",
    "verify",
]

LIMIT = 500
_SEQ_LIMIT = 2**63 - 1


def entries_about(noun: str, noun_id: object, *, limit: int = 100) -> list[Entry]:
    """What was done to one thing, newest first, at most `limit` (1 to 500), with details."""
    return entries(noun=noun, noun_id=noun_id, limit=limit)


def entries_about_several(
    things: Sequence[tuple[str, Sequence[object]]], *, limit: int = LIMIT
) -> list[Entry]:
    """What was done to any of several things, (noun, its ids), newest first, at most `limit` (1 to 500)."""
    about = Q()
    for noun, ids in things:
        about |= Q(noun=noun, noun_id__in=[str(one) for one in ids])
    if not about:
        return []
    found = Entry.objects.filter(about).select_related("detail")
    return list(found.order_by("-seq")[: max(1, min(limit, LIMIT))])


def entries(
    *,
    actor_id: UUID | None = None,
    verb: str | None = None,
    noun: str | None = None,
    noun_id: object | None = None,
    door: str | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
    before_seq: int | None = None,
    limit: int = 50,
) -> list[Entry]:
    """Entries that fit everything given, newest first, at most `limit` (1 to 500), with details.

    `since` is included, `until` is not. For the next page give the last one's `seq` as `before_seq`.
    """
    wanted: dict[str, Any] = {
        "actor_id": actor_id,
        "verb": verb,
        "noun": noun,
        "noun_id": None if noun_id is None else str(noun_id),
        "door": door,
        "at__gte": since,
        "at__lt": until,
        "seq__lt": None if before_seq is None else max(0, min(before_seq, _SEQ_LIMIT)),
    }
    found = Entry.objects.filter(**{name: value for name, value in wanted.items() if value is not None})
    return list(found.select_related("detail").order_by("-seq")[: max(1, min(limit, LIMIT))])


def entry(seq: int) -> Entry | None:
    """The entry of that number, with its detail."""
    if not 0 < seq <= _SEQ_LIMIT:
        return None
    return Entry.objects.select_related("detail").filter(seq=seq).first()


def head() -> str:
    """The end of the record as `seq:hash`: to be noted elsewhere, and given to `verify` as an anchor."""
    last = Entry.objects.order_by("-seq").only("seq", "hash").first()
    return f"{last.seq}:{last.hash}" if last else ""
