"""A clock that jumps by an hour, forward and back, under running processes, over a restart, and on one of two."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

from tests.crash.clock import Clock
from tests.crash.conftest import Networks, query, rows, until
from tests.crash.seed import seed
from tests.desk import Desk
from tests.postgres import Cluster
from tests.servers.faulty_proxy import Fault

HOUR = 3600
LEASE = "15"  # the real one: here it is the clock that ends it, and no busy machine
PUBLISHING = {"mastodon": r"/api/v1/statuses$", "webhook": "/hook"}
EVERY = 600  # a post every ten minutes, which is also how late one may leave by itself


def states(desk: Desk, text: str) -> dict[str, str]:
    return {row.channel: row.state for row in rows(desk) if row.text == text}


def turned(desk: Desk) -> None:
    """Until every process that works has looked at what is due."""
    asked = "SELECT worker, at FROM jobs_heartbeat"
    waiting = dict(query(desk, asked))

    def all_have() -> bool:
        # One that is missing was dropped by a process whose clock differs, and its worker writes it again.
        for who, at in query(desk, asked):
            if waiting.get(who, at) != at:
                del waiting[who]
        return not waiting

    until(desk, all_have)


def test_forward_and_back_under_two_processes(drill: Callable[..., Desk], networks: Networks) -> None:
    desk = drill(DRILL_LEASE=LEASE)
    clock = Clock(desk)
    channels = networks.channels("newsroom", "mastodon", "webhook")
    for name, path in PUBLISHING.items():
        networks.proxies[name].add(Fault("late", method="POST", path=path, seconds=8))
    made = seed(desk, channels, 10, spread=10 * EVERY)
    desk.start_worker()
    desk.start()
    first, passed, now_due, later = made.texts[0], made.texts[1:6], made.texts[6], made.texts[7:]
    # It jumps while the first is on the network, so each process finds the other's leases long lapsed.
    on_the_way = {"newsroom": "confirmed", "mastodon": "armed", "webhook": "armed"}
    asked = [(networks.proxies[name], path) for name, path in PUBLISHING.items()]
    until(desk, lambda: all(proxy.count("POST", path) for proxy, path in asked))
    assert states(desk, first) == on_the_way
    clock.jump(HOUR)
    out = {"newsroom": "confirmed", "mastodon": "confirmed"}
    until(desk, lambda: states(desk, first) == {**out, "webhook": "confirmed"})
    # A signature from the future is refused by its receiver, which is not a reason to send it twice.
    until(desk, lambda: states(desk, now_due) == {**out, "webhook": "failed"})
    # What should have left within the hour that never was: a person is asked, and told why.
    until(desk, lambda: all(set(states(desk, text).values()) == {"held"} for text in passed))
    assert all("slot has passed" in row.words for row in rows(desk) if row.text in passed)

    clock.jump(0)
    turned(desk)
    assert all(set(states(desk, text).values()) == {"scheduled"} for text in later)
    assert networks.out("mastodon") == Counter([first, now_due])
    assert networks.out("webhook") == Counter([first])
    held = next(row for row in rows(desk) if row.text == passed[0] and row.channel == "mastodon")
    desk.cli("deliveries", "release", held.id)
    until(desk, lambda: states(desk, passed[0])["mastodon"] == "confirmed")
    assert networks.out("mastodon") == Counter([first, now_due, passed[0]])
    assert networks.out("webhook") == Counter([first])
    desk.cli("audit", "verify")


def test_an_hour_back_over_a_restart(drill: Callable[..., Desk], networks: Networks) -> None:
    desk = drill(BEDSIDE_SENDERS="1")
    made = seed(desk, networks.channels("newsroom", "mastodon"), 4, spread=2)
    # The power goes before the answer is kept, and the machine comes back an hour behind.
    desk.settings["DRILL_POINT"] = "after-send:1"
    desk.start(wait=False)
    assert desk.process is not None
    assert desk.process.wait(60) == -9
    del desk.settings["DRILL_POINT"]
    begun = [row.text for row in rows(desk) if row.attempts and row.channel == "mastodon"]
    assert begun and networks.out("mastodon") == Counter(begun)

    desk.settings["BEDSIDE_CLOCK_OFFSET"] = str(-HOUR)
    desk.start()
    until(desk, lambda: all(states(desk, text)["mastodon"] == "confirmed" for text in begun))
    turned(desk)
    for row in rows(desk):
        assert row.state == "confirmed" if row.attempts else row.state == "scheduled", row
    assert networks.out("mastodon") == Counter(begun)
    desk.stop()

    desk.settings["BEDSIDE_CLOCK_OFFSET"] = "0"
    desk.start()
    until(desk, lambda: {row.state for row in rows(desk)} == {"confirmed"})
    assert networks.out("mastodon") == Counter(made.texts)
    desk.cli("audit", "verify")


def test_two_machines_an_hour_apart(
    postgres: Cluster, drill: Callable[..., Desk], networks: Networks
) -> None:
    desk = drill(postgres.create_database(), BEDSIDE_SENDERS="4", DRILL_LEASE=LEASE)
    channels = networks.channels("newsroom", "mastodon", "webhook", latency=0.3)
    made = seed(desk, channels, 12, spread=12 * EVERY)
    desk.start_worker()
    desk.settings["BEDSIDE_CLOCK_OFFSET"] = str(HOUR)
    desk.start_worker()
    due = made.texts[:7]
    waiting = {"held": "slot has passed", "failed": "401", "unsure": "cannot be looked up"}

    def out_or_waiting() -> bool:
        """Each post that is due went its way once: out, or with words before a person."""
        found = [row for row in rows(desk) if row.text in due]
        out = [row for row in found if row.state == "confirmed"]
        return all(
            networks.out(name) == Counter(row.text for row in out if row.channel == name)
            for name in PUBLISHING
        ) and all(waiting.get(row.state, "nothing") in row.words for row in found if row not in out)

    until(desk, out_or_waiting)
    turned(desk)
    assert out_or_waiting()
    assert {row.state for row in rows(desk) if row.text not in due} == {"scheduled"}
    # Each of the two had a part in it.
    assert networks.out("mastodon")[due[-1]] == 1
    assert any(row.state == "held" for row in rows(desk))
    desk.cli("audit", "verify")
