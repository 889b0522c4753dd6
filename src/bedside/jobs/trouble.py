"""What this process cannot get past the database just now: kept in memory, since the database is what fails."""

from __future__ import annotations

import threading
import time

# How long after the last failure it still counts, in seconds: the loop tries again every second.
LASTS = 5.0
_lock = threading.Lock()
_words, _at = "", float("-inf")


def note(words: str) -> None:
    global _words, _at
    with _lock:
        _words, _at = words[:500], time.monotonic()


def over() -> None:
    """It has just worked."""
    global _words
    with _lock:
        _words = ""


def now() -> str:
    """What the database answered last, in its own words; empty when all is well."""
    with _lock:
        return _words if time.monotonic() - _at < LASTS else ""
