"""kill -9 at every point of the outbox, over networks that lose and spoil answers, on both databases."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable

import pytest

from tests.crash.conftest import Networks, Row, query, rows
from tests.crash.desk_process import POINTS
from tests.crash.seed import seed
from tests.desk import Desk
from tests.servers.faulty_proxy import Fault, bad_gateway_after

POSTS = 50  # for four channels: 200 deliveries on each database
SETTLED = {"confirmed", "unsure"}
PUBLISHING = {"bluesky": r"repo\.putRecord", "mastodon": r"/api/v1/statuses$", "webhook": "/hook"}


def left(desk: Desk) -> list[Row]:
    return [row for row in rows(desk) if row.state not in SETTLED]


def run_until_death(desk: Desk, point: str, number: int, *, as_worker: bool, seconds: float = 40) -> bool:
    """Start it with the trap set; True when it died of it, False when nothing was left to die at."""
    desk.settings["DRILL_POINT"] = f"{point}:{number}"
    if as_worker:
        process = desk.start_worker()
    else:
        desk.start(wait=False)
        assert desk.process is not None
        process = desk.process
    ends = time.monotonic() + seconds
    while time.monotonic() < ends:
        if process.poll() is not None:
            assert process.returncode == -9, desk.log()
            return True
        if time.monotonic() - ends + seconds > 5 and not left(desk):
            break
        time.sleep(0.05)
    desk.stop()
    return False


def run_until_settled(desk: Desk, seconds: float = 90) -> None:
    """Two processes work side by side until nothing is left to do."""
    desk.settings.pop("DRILL_POINT", None)
    desk.start()
    desk.start_worker()
    ends = time.monotonic() + seconds
    while time.monotonic() < ends and left(desk):
        time.sleep(0.2)
    assert not left(desk), f"{left(desk)[:5]}\n{desk.log()}"


@pytest.mark.slow
def test_killed_at_every_point_nothing_is_lost_and_nothing_doubled(
    database: str, drill: Callable[..., Desk], networks: Networks
) -> None:
    desk = drill(database, BEDSIDE_SENDERS="8", BEDSIDE_NETWORK_SECONDS="2")
    made = seed(desk, networks.channels("newsroom", "bluesky", "mastodon", "webhook", latency=0.1), POSTS)
    for name, path in PUBLISHING.items():
        which = {"method": "POST", "path": path, "times": None}
        networks.proxies[name].add(
            Fault("drop-request", chance=0.06, **which),
            Fault("drop-answer", chance=0.06, **which),
            Fault("late", chance=0.04, seconds=3.5, **which),
            bad_gateway_after(chance=0.06, **which),
        )
    deaths: Counter[str] = Counter()
    for turn, point in enumerate([*POINTS, *POINTS]):
        number = 2 if point == "while-finding" else 5 if turn < len(POINTS) else 9
        deaths[point] += run_until_death(desk, point, number, as_worker=turn % 2 == 1)
    run_until_settled(desk)

    # A test that killed nobody would prove nothing.
    assert all(deaths[point] for point in POINTS), deaths
    assert sum(deaths.values()) >= 10, deaths
    found = {name: [row for row in rows(desk) if row.channel == name] for name in made.channels}
    assert all(len(rows_) == POSTS for rows_ in found.values())
    # None lost and none twice where the channel can promise it.
    for name in ("bluesky", "mastodon"):
        assert {row.state for row in found[name]} == {"confirmed"}, [
            r for r in found[name] if r.state == "unsure"
        ]
        assert networks.out(name) == Counter(made.texts)
    assert {row.state for row in found["newsroom"]} == {"confirmed"}
    # Where it cannot: never a second request, what was confirmed is there, and a person is asked about the rest.
    webhook = networks.receivers["webhook"]
    asked = networks.proxies["webhook"].count("POST", "/hook")
    assert asked <= POSTS
    assert max(Counter(one.id for one in webhook.received).values()) == 1
    out = networks.out("webhook")
    assert all(out[row.text] == 1 for row in found["webhook"] if row.state == "confirmed")
    unsure = [row for row in found["webhook"] if row.state == "unsure"]
    assert unsure and all(row.words for row in unsure)
    # What a person then says after looking is the last of it.
    for row in unsure[:2]:
        desk.cli("deliveries", "resolve", row.id, "--as", "sent" if out[row.text] else "not-sent")
    told = (
        f"{deaths.total()} deaths, {len(unsure)} unsure, {sum(row.attempts for row in rows(desk))} attempts"
    )
    print(f"{'postgresql' if database else 'sqlite'}: {4 * POSTS} deliveries, {told}")
    open_ended = query(desk, "SELECT count(*) FROM publishing_attempt WHERE finished_at IS NULL")[0][0]
    assert open_ended == 0
    desk.cli("audit", "verify")
