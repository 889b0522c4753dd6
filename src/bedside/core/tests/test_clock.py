"""What a clock on the wall shows, and when that is, where clocks change."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from bedside.core import clock
from bedside.core.errors import Invalid

BERLIN, NEW_YORK = "Europe/Berlin", "America/New_York"


@pytest.mark.parametrize(
    ("zone", "wall", "moment"),
    [
        # Clocks go forward: 02:00 to 03:00. What is skipped comes an hour later, as 03:…
        (BERLIN, "2026-03-29T01:59", "2026-03-29T00:59"),
        (BERLIN, "2026-03-29T02:00", "2026-03-29T01:00"),
        (BERLIN, "2026-03-29T02:30", "2026-03-29T01:30"),
        (BERLIN, "2026-03-29T03:00", "2026-03-29T01:00"),
        (NEW_YORK, "2026-03-08T01:59", "2026-03-08T06:59"),
        (NEW_YORK, "2026-03-08T02:30", "2026-03-08T07:30"),
        (NEW_YORK, "2026-03-08T03:00", "2026-03-08T07:00"),
        # Clocks go back: 03:00 to 02:00 in Berlin, 02:00 to 01:00 in New York. The first of the two is meant.
        (BERLIN, "2026-10-25T01:59", "2026-10-24T23:59"),
        (BERLIN, "2026-10-25T02:00", "2026-10-25T00:00"),
        (BERLIN, "2026-10-25T02:59", "2026-10-25T00:59"),
        (BERLIN, "2026-10-25T03:00", "2026-10-25T02:00"),
        (NEW_YORK, "2026-11-01T01:00", "2026-11-01T05:00"),
        (NEW_YORK, "2026-11-01T01:59", "2026-11-01T05:59"),
        (NEW_YORK, "2026-11-01T02:00", "2026-11-01T07:00"),
        # And where nothing changes, or by something else than an hour.
        ("UTC", "2026-03-29T02:30", "2026-03-29T02:30"),
        ("Asia/Kathmandu", "2026-03-29T02:30", "2026-03-28T20:45"),
        ("Australia/Lord_Howe", "2026-10-04T02:15", "2026-10-03T15:45"),
    ],
)
def test_the_moment_of_a_time_on_the_wall(zone: str, wall: str, moment: str) -> None:
    found = clock.to_utc(datetime.fromisoformat(wall), zone)
    assert found == datetime.fromisoformat(moment).replace(tzinfo=UTC)
    assert found.tzinfo is UTC


@pytest.mark.parametrize(("zone", "day"), [(BERLIN, "2026-10-25T02:30"), (NEW_YORK, "2026-11-01T01:30")])
def test_which_of_two_equal_times_is_meant_is_not_the_callers_to_say(zone: str, day: str) -> None:
    wall = datetime.fromisoformat(day)
    assert clock.to_utc(wall.replace(fold=1), zone) == clock.to_utc(wall, zone)


@pytest.mark.parametrize(("zone", "day"), [(BERLIN, "2026-03-29T02:30"), (NEW_YORK, "2026-03-08T02:30")])
def test_a_skipped_time_is_shown_an_hour_later(zone: str, day: str) -> None:
    wall = datetime.fromisoformat(day)
    shown = clock.to_utc(wall, zone).astimezone(clock.zone(zone)).replace(tzinfo=None)
    assert shown == wall + timedelta(hours=1)


@pytest.mark.parametrize(
    ("wall", "zone"),
    [(datetime.min, BERLIN), (datetime.min, "Asia/Tokyo"), (datetime.max, NEW_YORK)],
)
def test_the_ends_of_the_calendar_are_refused_in_words(wall: datetime, zone: str) -> None:
    with pytest.raises(Invalid, match="Choose a time") as refused:
        clock.to_utc(wall, zone)
    assert refused.value.extra["fields"] == ["at"]


@pytest.mark.parametrize("name", ["Europe/Nowhere", "", "/etc/localtime", "../UTC", "x" * 5000, "Europe\0"])
def test_what_is_no_zone(name: str) -> None:
    with pytest.raises(Invalid):
        clock.to_utc(datetime(2026, 1, 1, 12), name)
