"""How soon what is due leaves: `python -m bench.outbox`, with `bedside serve` on SQLite and a webhook receiver
50 ms away. Wanted: due to armed p99 at most 2 s; of 100 posts due at once a median lag of 2 s and a 95th
percentile of 4 s at most; 1,000 posts due in one minute all out within 60 s.

The peer is a Django tool measured with 100 posts due at once: 74 s median, 142 s at the 95th percentile.
"""

from __future__ import annotations

import argparse
import sqlite3
import sys
import tempfile
import time
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

from rich.console import Console
from rich.table import Table

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from tests.crash.conftest import SECRET
from tests.crash.seed import seed
from tests.desk import Desk
from tests.servers.faulty_proxy import FaultyProxy
from tests.servers.receiver import Receiver

LATENCY = 0.05
PEER_MEDIAN, PEER_P95 = 74.0, 142.0
LONGEST = 300.0


def percentile(values: list[float], share: float) -> float:
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, round(share * (len(ordered) - 1)))]


def measure(
    posts: int, *, seconds: float, spread: float, command: Path | None = None
) -> dict[str, list[float]]:
    """Lags in seconds of `posts` posts on a desk of their own: from due to armed, and from due to confirmed."""
    with tempfile.TemporaryDirectory(prefix="bedside-bench-") as folder:
        home = Path(folder) / "desk"
        home.mkdir(mode=0o700)
        desk = Desk(home, {"BEDSIDE_LATENESS_MINUTES": "60"})
        if command:
            desk.command = command
        with Receiver(SECRET) as receiver, FaultyProxy(receiver.url, latency=LATENCY) as proxy:
            channels = {"webhook": {"kind": "webhook", "url": proxy.url, "secret": SECRET}}
            seed(desk, channels, posts, seconds=seconds, spread=spread)
            desk.start()
            try:
                ends = time.monotonic() + LONGEST
                while len(receiver.accepted) < posts and time.monotonic() < ends:
                    time.sleep(0.5)
                time.sleep(1)
                desk.stop()
            finally:
                desk.kill9()
            if len(receiver.accepted) != posts:
                sys.exit(f"{len(receiver.accepted)} of {posts} came.\n{desk.log()}")
        asked = (
            "SELECT d.due_at, a.started_at, d.confirmed_at FROM publishing_delivery d"
            " JOIN publishing_attempt a ON a.delivery_id = d.id AND a.number = 1"
        )
        with closing(sqlite3.connect(home / "bedside.sqlite3")) as connection:
            rows = [[_time(value) for value in row] for row in connection.execute(asked)]
    first = min(due for due, _armed, _out in rows)
    return {
        "armed": [armed - due for due, armed, _out in rows],
        "out": [out - due for due, _armed, out in rows],
        "all": [max(out for _due, _armed, out in rows) - first],
    }


def _time(text: str) -> float:
    return datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp()


def main() -> None:
    reader = argparse.ArgumentParser(description=__doc__)
    reader.add_argument("--quick", action="store_true", help="the first two tables' rows alone, in a minute")
    quick = reader.parse_args().quick
    table = Table(title="The outbox on SQLite, 50 ms from the network")
    for column in ("what", "measured", "wanted", "peer", "times quicker"):
        table.add_column(column, justify="left" if column == "what" else "right")
    one = measure(60, seconds=8, spread=20)
    table.add_row("due to armed, median", f"{percentile(one['armed'], 0.5):.2f} s", "–", "–", "–")
    table.add_row("due to armed, p99", f"{percentile(one['armed'], 0.99):.2f} s", "2 s", "–", "–")
    many = measure(100, seconds=8, spread=0)
    for words, share, wanted, peer in (("median", 0.5, "2 s", PEER_MEDIAN), ("p95", 0.95, "4 s", PEER_P95)):
        lag = percentile(many["out"], share)
        table.add_row(
            f"100 due at once, lag, {words}", f"{lag:.2f} s", wanted, f"{peer:.0f} s", f"{peer / lag:.0f}"
        )
    if not quick:
        burst = measure(1000, seconds=12, spread=0)
        table.add_row("1,000 due at once, all out after", f"{burst['all'][0]:.1f} s", "60 s", "–", "–")
    Console().print(table)


if __name__ == "__main__":
    main()
