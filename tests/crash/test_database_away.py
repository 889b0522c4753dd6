"""PostgreSQL falls over while posts fall due, and stays away."""

from __future__ import annotations

import signal
import time
from collections import Counter
from collections.abc import Callable

import httpx2

from tests.crash.clock import Clock
from tests.crash.conftest import Networks, rows, until
from tests.crash.seed import seed
from tests.crash.visitor import visitor
from tests.desk import Desk
from tests.postgres import Cluster
from tests.servers.faulty_proxy import Fault

POSTS, EVERY = 20, 20
STATUSES = r"/api/v1/statuses$"
# A minute shows nothing more than this: every wait in between, for a connection, a job or a look, is shorter.
AWAY = 15
WORDS = "The database does not answer"


def fall_over(cluster: Cluster) -> None:
    """As `pg_ctl stop -m immediate`: nothing is written to its end, nobody is told."""
    assert cluster.process is not None
    cluster.process.send_signal(signal.SIGQUIT)
    cluster.process.wait(20)


def test_a_database_that_is_away(postgres: Cluster, drill: Callable[..., Desk], networks: Networks) -> None:
    desk = drill(postgres.create_database())
    clock = Clock(desk)
    desk.start("--web-only", wait=False)
    workers = [desk.start_worker(), desk.start_worker()]
    desk.wait()
    channels = networks.channels("newsroom", "mastodon")
    networks.proxies["mastodon"].add(Fault("late", method="POST", path=STATUSES, seconds=10))
    # One every twenty seconds: the first is due now.
    made = seed(desk, channels, POSTS, spread=EVERY * POSTS)
    person, program = visitor(desk), {"Authorization": f"Bearer {made.token}"}

    # The answer to the first comes when nobody can keep it, and the others fall due then.
    until(desk, lambda: networks.proxies["mastodon"].count("POST", STATUSES))
    fall_over(postgres)
    try:
        assert len(networks.out("mastodon")) < POSTS
        clock.jump(EVERY * POSTS)
        away = time.monotonic() + AWAY
        while time.monotonic() < away:
            for page in ("/", "/write", "/posts", "/signin"):
                answer = person.get(page)
                assert answer.status_code == 503, (page, answer.status_code, answer.text)
                assert WORDS in answer.text and "nothing is lost" in answer.text
            kept = person.post("/write", data={"text": "Typed while the database was away."})
            assert (kept.status_code, WORDS in kept.text) == (503, True)
            assert person.get("/events?list=today").status_code == 503
            asked = httpx2.get(f"{desk.url}/api/v1/posts", headers=program, timeout=30)
            assert (asked.status_code, WORDS in asked.json()["detail"]) == (503, True)
            health = person.get("/healthz")
            assert (health.status_code, health.json()["reasons"]) == (503, [f"{WORDS}."])
            assert [worker.poll() for worker in workers] == [None, None]
            time.sleep(1)
    finally:
        postgres.begin()

    until(desk, lambda: {row.state for row in rows(desk)} == {"confirmed"})
    assert networks.out("mastodon") == Counter(made.texts)
    assert Counter(row.channel for row in rows(desk)) == {"newsroom": POSTS, "mastodon": POSTS}
    assert [worker.poll() for worker in workers] == [None, None]
    until(desk, lambda: person.get("/healthz").status_code == 200)
    assert person.get("/").status_code == 200
    desk.cli("audit", "verify")
