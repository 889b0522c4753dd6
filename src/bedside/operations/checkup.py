"""One look at every part of a desk: each is good, or the words say what to do."""

from __future__ import annotations

import os
import shutil
import time
import zoneinfo
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

from django.conf import settings
from django.db import Error, connection

from bedside.core import clock
from bedside.core.errors import BedsideError

_LEAST_FREE = 1_000_000_000
# The release this was written for is younger: a clock before it is certainly wrong.
_FIRST_YEAR = 2026


@dataclass(frozen=True)
class Line:
    """One part. `state`: good, look (somebody should look at it), bad (something does not work)."""

    part: str
    state: Literal["good", "look", "bad"]
    words: str


def checkup() -> list[Line]:
    """Every part in turn. Never raises: what cannot be looked at is bad, and says why."""
    parts: list[tuple[str, Callable[[], Iterator[Line]]]] = [
        ("settings", _settings),
        ("data folder", _home),
        ("clock", _clock),
        ("database", _database),
        ("keys", _keys),
        ("record", _record),
        ("deliveries", _deliveries),
        ("channels", _channels),
    ]
    lines: list[Line] = []
    for name, look in parts:
        try:
            lines += look()
        except BedsideError as error:
            lines.append(Line(name, "bad", error.detail))
        except Error as error:
            first = (str(error).strip().splitlines() or [""])[0]
            lines.append(Line(name, "bad", f"The database does not answer: {first}"))
        except OSError as error:
            lines.append(Line(name, "bad", f"{error.strerror}: {error.filename}"))
    return lines


def _settings() -> Iterator[Line]:
    own = settings.BEDSIDE
    if own["BEDSIDE_DEBUG"]:
        yield Line("settings", "bad", "BEDSIDE_DEBUG shows tracebacks to everybody. Switch it off.")
    url = own["BEDSIDE_URL"]
    if url.startswith("http://") and not any(
        f"//{host}" in url for host in ("127.0.0.1", "localhost", "[::1]")
    ):
        yield Line(
            "settings",
            "bad",
            f"BEDSIDE_URL is {url}: passwords would travel in the clear. Put a proxy with https in front.",
        )
    if own["BEDSIDE_CLOCK_OFFSET"]:
        yield Line("settings", "look", "BEDSIDE_CLOCK_OFFSET shifts the clock: this is a drill.")
    yield Line("settings", "good", f"Read without a fault. People reach the desk at {url}.")


def _home() -> Iterator[Line]:
    home: Path = settings.HOME
    probe = home / f".check-{os.getpid()}"
    probe.write_bytes(b"\0" * 4096)
    probe.unlink()
    free = shutil.disk_usage(home).free
    mode = home.stat().st_mode
    if (
        mode & 0o077
        and (home / "bedside.sqlite3").exists()
        and (home / "bedside.sqlite3").stat().st_mode & 0o044
    ):
        yield Line("data folder", "look", f"Others on this machine can read {home}. Run: chmod 700 {home}")
    words = f"{home} can be written to; {free / 1e9:.1f} GB are free."
    if free < _LEAST_FREE:
        yield Line("data folder", "bad", f"{words} Make room: below 1 GB deliveries may stop.")
    else:
        yield Line("data folder", "good", words)


def _clock() -> Iterator[Line]:
    now = clock.now()
    if not settings.BEDSIDE["BEDSIDE_CLOCK_OFFSET"] and not _FIRST_YEAR <= now.year < _FIRST_YEAR + 100:
        yield Line("clock", "bad", f"It says {now:%Y-%m-%d}. Set the machine's clock; posts leave by it.")
    if "Europe/Berlin" not in zoneinfo.available_timezones():
        yield Line("clock", "bad", "The time zone data is missing. Install the package tzdata.")
    wall, steady = time.time(), time.monotonic()
    time.sleep(0.2)
    jump = abs((time.time() - wall) - (time.monotonic() - steady))
    if jump > 0.1:
        yield Line("clock", "look", "It is being moved right now. Let the machine keep its time by NTP.")
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT clock_timestamp()")
            there = cursor.fetchone()[0]
        apart = abs((datetime.now(UTC) - there).total_seconds())
        if apart > 2:
            yield Line(
                "clock", "bad", f"It is {apart:.0f} seconds off the database's. Let both keep time by NTP."
            )
    yield Line("clock", "good", f"It says {now:%Y-%m-%d %H:%M:%S} UTC.")


def _database() -> Iterator[Line]:
    from bedside.operations.schema import pending

    missing = pending()
    if missing:
        yield Line("database", "bad", f"{len(missing)} migrations are missing. Run: bedside db migrate")
        return
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SHOW server_version")
            name = f"PostgreSQL {cursor.fetchone()[0].split()[0]}"
        else:
            cursor.execute("PRAGMA quick_check(1)")
            found = cursor.fetchone()[0]
            if found != "ok":
                yield Line("database", "bad", f"The file is damaged ({found}). Restore the last backup.")
                return
            cursor.execute("SELECT sqlite_version()")
            name = f"SQLite {cursor.fetchone()[0]}"
    yield Line("database", "good", f"{name} answers, and is up to date.")


def _keys() -> Iterator[Line]:
    from bedside.connections.models import Connection
    from bedside.vault import keyring

    ring = keyring.current()
    for one in Connection.objects.exclude(state=Connection.State.REMOVED)[:200]:
        _ = one.secret
    yield Line("keys", "good", f"{len(ring.keys)} from {ring.source}; every channel's secret can be opened.")


def _record() -> Iterator[Line]:
    from bedside.audit import guards
    from bedside.audit.models import Entry, Head

    gone = guards.missing(connection)
    if gone:
        yield Line("record", "bad", f"Triggers are missing: {', '.join(gone)}. Run: bedside db migrate")
    head, last = Head.objects.first(), Entry.objects.order_by("-seq").first()
    if head is None or (head.seq, head.hash) != ((last.seq, last.hash) if last else (0, "0" * 64)):
        yield Line("record", "bad", "Its end is not the one noted. Run: bedside audit verify")
    else:
        yield Line("record", "good", f"It ends at entry {head.seq}. bedside audit verify checks all of it.")


def _deliveries() -> Iterator[Line]:
    from bedside.jobs.queries import troubles
    from bedside.operations.health import health
    from bedside.publishing.models import WAITS_FOR_A_PERSON, Delivery
    from bedside.publishing.queries import current_pause

    found = health()
    for reason in found.reasons:
        yield Line("deliveries", "bad", reason)
    for trouble in troubles():
        yield Line("deliveries", "bad", f"A worker says: {trouble}")
    if pause := current_pause():
        yield Line("deliveries", "look", f"Everything is paused by {pause.by_label}: {pause.reason}")
    waiting = Delivery.objects.filter(state__in=WAITS_FOR_A_PERSON).count()
    if waiting:
        yield Line("deliveries", "look", f"{waiting} wait for a person: bedside deliveries list")
    if found.well:
        yield Line("deliveries", "good", "The delivery loop turns, and nothing is overdue.")


def _channels() -> Iterator[Line]:
    from bedside.channels.registry import broken
    from bedside.connections.models import Connection
    from bedside.connections.queries import health

    for name, why in broken().items():
        yield Line("channels", "bad", f"The plug-in {name} cannot be loaded: {why}")
    states: dict[str, Literal["good", "look", "bad"]] = {"ok": "good", "review": "look", "block": "bad"}
    live = list(Connection.objects.exclude(state=Connection.State.REMOVED))
    for one in live:
        level, words = health(one)
        yield Line(f"channel {one.name}", states.get(level, "look"), words)
    if not live:
        yield Line("channels", "look", "None is connected yet: bedside channel add newsroom --name Newsroom")
