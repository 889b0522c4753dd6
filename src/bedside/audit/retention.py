"""Shredding details when their retention has ended. The entries stay, and the chain still verifies."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime

from django.db import connection, transaction

from bedside.audit.actions import record
from bedside.audit.actor import Actor
from bedside.audit.models import Detail, Entry
from bedside.audit.verbs import SHREDDED
from bedside.core import clock
from bedside.core.errors import Invalid

_BATCH = 1_000


def shred(
    *,
    before: datetime,
    actor: Actor,
    held: Callable[[str, str], bool] = lambda noun, noun_id: False,
    progress: Callable[[int, int], None] | None = None,
) -> int:
    """Blank every detail of an entry made before `before`, but those of which `held(noun, noun_id)` says
    that a legal hold keeps them; how many were blanked.

    Works in transactions of its own, some at a time, each with an entry that says which were shredded: a
    detail that is gone without one fails verification. Raises `Invalid` when `before` is not in the past.
    On SQLite the bytes are overwritten in the file too; on PostgreSQL they are gone after the next vacuum.
    """
    if before >= clock.now():
        raise Invalid("Only details from before now can be shredded.")
    if connection.in_atomic_block:
        raise RuntimeError("Details are shredded in transactions of their own.")
    boundary = Entry.objects.filter(at__lt=before).order_by("-at").values_list("seq", flat=True).first()
    if boundary is None:
        return 0
    waiting = Detail.objects.filter(shredded_at=None, entry_id__lte=boundary)
    total = waiting.count() if progress else 0
    overwriting = connection.vendor == "sqlite"
    if overwriting:
        _pragma("secure_delete = ON")
    done = seen = after = 0
    while batch := list(
        waiting.filter(entry_id__gt=after)
        .order_by("entry_id")
        .values_list("entry_id", "entry__at", "entry__noun", "entry__noun_id")[:_BATCH]
    ):
        runs = list(_runs((seq, at < before and not held(noun, key)) for seq, at, noun, key in batch))
        if runs:
            done += _shred_runs(runs, actor, before)
        after, seen = batch[-1][0], seen + len(batch)
        if progress:
            progress(seen, max(seen, total))
    if overwriting:
        _pragma("wal_checkpoint(TRUNCATE)")
    return done


def _runs(rows: Iterator[tuple[int, bool]]) -> Iterator[list[int]]:
    """The numbers to be shredded, in runs that no kept detail interrupts."""
    run: list[int] = []
    for seq, gone in rows:
        if gone:
            run.append(seq)
        elif run:
            yield run
            run = []
    if run:
        yield run


def _shred_runs(runs: list[list[int]], actor: Actor, before: datetime) -> int:
    with transaction.atomic():
        done = 0
        for run in runs:
            entry = record(
                SHREDDED.name,
                actor=actor,
                noun_id=f"{run[0]}-{run[-1]}",
                detail={"before": before, "count": len(run)},
            )
            done += Detail.objects.filter(entry_id__in=run, shredded_at=None).update(
                salt="", body="", shredded_at=entry.at
            )
        return done


def _pragma(text: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"PRAGMA {text}")
        cursor.fetchall()
