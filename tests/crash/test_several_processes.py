"""Two web processes and two workers share one desk, and one worker is killed in the middle of its work."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import replace

import httpx2

from tests.crash.conftest import Networks, query, rows, until
from tests.crash.seed import seed
from tests.crash.visitor import visitor
from tests.desk import Desk
from tests.postgres import Cluster, free_port
from tests.servers.faulty_proxy import Fault

POSTS = 40


def on_the_network(desk: Desk, process: int) -> int:
    """How many requests of this worker process are open at this moment, as the database knows."""
    worker = f"worker LIKE '%-{process}-%' AND kind = 'send' AND finished_at IS NULL"
    found: int = query(desk, f"SELECT count(*) FROM publishing_attempt WHERE {worker}")[0][0]
    return found


def test_two_webs_two_workers_and_one_is_killed(
    postgres: Cluster, drill: Callable[..., Desk], networks: Networks
) -> None:
    desk = drill(postgres.create_database(), BEDSIDE_SENDERS="4")
    other = replace(desk, port=free_port(), process=None, workers=[])
    channels = networks.channels("newsroom", "mastodon")
    slow = Fault("late", method="POST", path=r"/api/v1/statuses$", times=None, seconds=1)
    networks.proxies["mastodon"].add(slow)
    try:
        desk.start("--web-only", wait=False)
        other.start("--web-only", wait=False)
        doomed, survivor = desk.start_worker(), desk.start_worker()
        desk.wait()
        other.wait()
        made = seed(desk, channels, POSTS, seconds=1)

        def confirmed() -> int:
            return sum(row.state == "confirmed" and row.channel == "mastodon" for row in rows(desk))

        def both_answer() -> bool:
            return all(
                httpx2.get(f"{one.url}/signin", timeout=30).status_code == 200 for one in (desk, other)
            )

        until(desk, lambda: both_answer() and confirmed() > POSTS // 8 and on_the_network(desk, doomed.pid))
        doomed.kill()
        assert doomed.wait(20) == -9
        assert confirmed() < POSTS, "it died too late to prove anything"
        until(desk, lambda: both_answer() and all(row.state == "confirmed" for row in rows(desk)))

        assert networks.out("mastodon") == Counter(made.texts)
        assert Counter(row.channel for row in rows(desk)) == {"newsroom": POSTS, "mastodon": POSTS}
        # What the dead one had in hand was looked up, and the work was really shared.
        lost = query(desk, "SELECT worker FROM publishing_attempt WHERE outcome = 'lost'")
        assert lost and all(f"-{doomed.pid}-" in worker for (worker,) in lost)
        assert len(query(desk, "SELECT DISTINCT worker FROM publishing_attempt")) == 2
        assert survivor.poll() is None
        # Both webs tell the same, and each keeps what it is given.
        person = visitor(desk)
        for one, another in ((desk, other), (other, desk)):
            assert person.get(f"{one.url}/healthz").json()["reasons"] == []
            kept = person.post(f"{one.url}/write", data={"text": f"Typed at {one.port}."})
            assert kept.status_code == 302, kept.text
            assert f"Typed at {one.port}." in person.get(another.url + kept.headers["location"]).text
        desk.cli("audit", "verify")
    finally:
        other.stop()
