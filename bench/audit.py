"""How fast the record is written and verified: `python bench/audit.py`, on a fresh SQLite database, and on
the empty PostgreSQL database in DATABASE_URL too when that is set. Wanted: 2,000 entries/s, 50,000 verified/s.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

ENTRIES = 20_000
ALONE = 1_000
TIMEOUT_SECONDS = 600


def rate(count: int, work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return count / (time.perf_counter() - start)


def measure() -> None:
    """In a process of its own, so that settings are read anew for each database."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "bedside.settings"
    import django

    django.setup()

    from django.core.management import call_command
    from django.db import connection, transaction
    from rich.console import Console
    from rich.table import Table

    from bedside.audit.actions import Record, record, record_many
    from bedside.audit.actor import Actor
    from bedside.audit.models import Entry
    from bedside.audit.queries import verify
    from bedside.audit.verbs import Verb, register
    from bedside.core.ids import new_id

    call_command("migrate", verbosity=0, interactive=False)
    if Entry.objects.exists():
        sys.exit("The database already holds a record; give an empty one.")
    register(Verb("bench.done", "measured", noun="bench"))
    actor = Actor(new_id(), "ada@example.org", "web", "192.0.2.7")
    detail = {"digest": "0" * 64, "channels": ["newsroom", "bluesky"], "from": "draft", "to": "in review"}

    def one_by_one(count: int, batch: int) -> None:
        for _ in range(count // batch):
            with transaction.atomic():
                for _ in range(batch):
                    record("bench.done", actor=actor, noun_id=new_id(), detail=detail)

    def in_bulk() -> None:
        with transaction.atomic():
            record_many(Record("bench.done", actor, new_id(), detail) for _ in range(ENTRIES))

    table = Table(title=f"The record on {connection.vendor}")
    table.add_column("what")
    table.add_column("per second", justify="right")
    table.add_column("wanted", justify="right")
    table.add_row("record(), a transaction each", f"{rate(ALONE, lambda: one_by_one(ALONE, 1)):,.0f}", "–")
    table.add_row(
        "record(), 100 a transaction", f"{rate(ENTRIES, lambda: one_by_one(ENTRIES, 100)):,.0f}", "2,000"
    )
    table.add_row("record_many()", f"{rate(ENTRIES, in_bulk):,.0f}", "–")
    total = Entry.objects.count()
    verdicts = []
    speed = max(rate(total, lambda: verdicts.append(verify())) for _ in range(3))
    table.add_row(f"verify() of {total:,}, best of 3", f"{speed:,.0f}", "50,000")
    Console().print(table)
    if not all(verdict.ok and verdict.entries == total for verdict in verdicts):
        sys.exit(f"The record does not verify: {verdicts[0]}")


def main() -> None:
    given = os.environ.get("DATABASE_URL", "")
    for url in ["", given] if given else [""]:
        with tempfile.TemporaryDirectory(prefix="bedside-bench-") as home:
            environment = {**os.environ, "BEDSIDE_HOME": home, "DATABASE_URL": url}
            command = [sys.executable, str(Path(__file__).resolve()), "--one"]
            subprocess.run(command, env=environment, check=True, timeout=TIMEOUT_SECONDS)


if __name__ == "__main__":
    measure() if sys.argv[1:] == ["--one"] else main()
