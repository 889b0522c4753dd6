"""The one place that reads the time of day, so that a test can set it and every room agrees."""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from bedside.core.errors import Invalid
from bedside.core.words import gettext as _

_offset = timedelta(0)


def now() -> datetime:
    """The current time, aware, in UTC. `BEDSIDE_CLOCK_OFFSET` (seconds) shifts it: for drills and tests."""
    return datetime.now(UTC) + _offset


def shift(by: timedelta) -> None:
    """Move Bedside's clock by `by` against the machine's; `timedelta(0)` puts it back."""
    global _offset
    _offset = by


def zone(name: str) -> ZoneInfo:
    """The IANA time zone `name`. Raises `Invalid` when there is none of that name."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        words = _("“%(name)s” is not a time zone; write one such as Europe/Berlin or UTC.")
        raise Invalid(words % {"name": name}) from error


def to_utc(wall: datetime, zone_name: str) -> datetime:
    """The moment at which a clock on the wall in `zone_name` shows `wall` (naive).

    Raises `Invalid` for a zone that does not exist, or a time at the ends of the calendar (years 1 and 9999).
    In the hour that a change of clocks repeats, the first of the two is meant; a time that the change
    skips is moved forward by the skipped hour (the reading of PEP 495 for fold=0, and RFC 5545 3.3.5).
    """
    try:
        return wall.replace(tzinfo=zone(zone_name), fold=0).astimezone(UTC)
    except OverflowError as error:
        raise Invalid(_("Choose a time between the years 2 and 9998."), fields=["at"]) from error


if os.environ.get("BEDSIDE_CLOCK_OFFSET"):
    shift(timedelta(seconds=float(os.environ["BEDSIDE_CLOCK_OFFSET"])))
