"""How quickly pages come: `python -m bench.pages`, on SQLite with 50,000 posts and 200,000 deliveries.

Wanted: a page's 95th percentile at most 60 ms and at most 15 queries; a page at most 150 KB compressed with its
style, letters and scripts, scripts at most 60 KB of it; the first answer of an existing desk within 2 s, in at most
200 MiB. The peer is a Django tool measured on such a machine with 5,000 posts: calendar 646 ms at the 95th percentile
with 161 queries; 321 MiB. `--posts` makes a smaller desk.
"""

from __future__ import annotations

import argparse
import gzip
import http.client
import os
import re
import signal
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

PAGES = ["/", "/posts", "/posts?q=clinic", "/posts?show=wrong", "/calendar", "/calendar/list", "/approvals"]
PEER = {"/calendar": (646.0, 161)}
ROUNDS = 60


def percentile(values: list[float], share: float) -> float:
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, round(share * (len(ordered) - 1)))]


def fill(posts: int) -> Any:
    """A desk of that many posts with four deliveries each, over two years; the person who looks at it."""
    from bedside.accounts.models import Person, RoleGrant
    from bedside.connections.models import Connection
    from bedside.core import clock
    from bedside.organization.models import Organization
    from bedside.posts.models import Post, Revision, Variant
    from bedside.publishing.models import Delivery

    Organization.objects.create(name="Marlow Valley Health", time_zone="Europe/Berlin")
    lead, author = (
        Person.objects.create(email=f"{name}@example.org", name=name) for name in ("Lena", "Noor")
    )
    for role in ("administrator", "communications-lead"):
        RoleGrant.objects.create(person=lead, role=role)
    kinds = ["newsroom", "bluesky", "mastodon", "webhook"]
    channels = [Connection.objects.create(kind=kind, name=kind) for kind in kinds]
    now = clock.now()
    step = timedelta(days=730) / posts
    for first in range(0, posts, 5000):
        made = []
        for number in range(first, min(first + 5000, posts)):
            due = now + timedelta(days=30) - step * number
            state = "scheduled" if due > now else "out"
            title = f"Notice {number} of the clinic"
            made.append(
                Post(
                    title=title, text=f"{title}: the clinic opens at nine.", author=author, state=state,
                    digest=f"{number:064x}", due_at=due, updated_at=due - timedelta(days=1),
                )
            )  # fmt: skip
        Post.objects.bulk_create(made)
        Revision.objects.bulk_create(
            [
                Revision(post=p, number=1, digest=p.digest, content={}, by=author, at=p.updated_at)
                for p in made
            ]
        )
        Variant.objects.bulk_create(
            [Variant(post=p, connection=c, digest=p.digest) for p in made for c in channels], batch_size=5000
        )
        Delivery.objects.bulk_create(
            [
                Delivery(
                    post=p, connection=c, digest=p.digest, content={}, due_at=p.due_at,
                    state="scheduled" if p.state == "scheduled" else "confirmed",
                    next_at=p.due_at if p.state == "scheduled" else None,
                    confirmed_at=None if p.state == "scheduled" else p.due_at,
                    prepared={"title": p.title, "text": p.text, "language": "en", "pictures": []},
                    url=f"/news/{c.id.hex[-6:]}{p.id.hex[-20:]}-notice",
                    remote_id="" if p.state == "scheduled" else f"{c.id.hex[-6:]}{p.id.hex[-20:]}",
                )
                for p in made
                for c in channels
            ],
            batch_size=5000,
        )  # fmt: skip
    return lead


def browser(person: Any) -> Any:
    """A client in which that person has signed in with a second factor."""
    from django.test import Client

    from bedside.accounts.doors import FACTOR_KEY
    from bedside.core import clock
    from bedside.web.signin.presence import SEEN_KEY, SINCE_KEY

    client = Client(HTTP_HOST="localhost")
    client.force_login(person)
    session = client.session
    session[FACTOR_KEY] = True
    session[SINCE_KEY] = session[SEEN_KEY] = clock.now().timestamp()
    session.save()
    return client


def weight(page: bytes) -> tuple[int, int]:
    """The compressed bytes of a page with all that it loads, and of its scripts alone."""
    from django.contrib.staticfiles import finders

    total, scripts, seen = len(gzip.compress(page)), 0, set[str]()
    queue = re.findall(r'(?:src|href)="/static/([^"#]+)"', page.decode())
    while queue:
        name = queue.pop()
        found = finders.find(name)
        if name in seen or not found or Path(str(found)).is_dir():
            continue
        seen.add(name)
        data = Path(str(found)).read_bytes()
        size = len(data) if name.endswith("woff2") else len(gzip.compress(data))
        total += size
        if name.endswith(".js"):
            scripts += size
            folder = name.rsplit("/", 1)[0]
            queue += [f"{folder}/{part}" for part in re.findall(r'import "\./([^"]+)"', data.decode())]
    return total, scripts


@contextmanager
def desk() -> Iterator[tuple[int, float, float]]:
    """A running `bedside serve`: its port, the seconds to its first answer, and its memory then in MiB."""
    from tests.postgres import free_port

    port = free_port()
    command = str(Path(sys.executable).with_name("bedside"))
    began = time.perf_counter()
    process = subprocess.Popen(
        [command, "serve", "--port", str(port)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        while True:
            try:
                urllib.request.urlopen(f"http://127.0.0.1:{port}/signin", timeout=5)
            except (urllib.error.URLError, ConnectionError):
                if time.perf_counter() - began > 60:
                    sys.exit("the desk did not start")
                time.sleep(0.01)
            else:
                break
        seconds = time.perf_counter() - began
        status = Path(f"/proc/{process.pid}/status").read_text()
        kilobytes = int(re.findall(r"VmRSS:\s+(\d+)", status)[0])
        yield port, seconds, kilobytes / 1024
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(40)


def pages(posts: int) -> None:
    """Queries are counted in this process; times are those of a running desk, over one connection."""
    import django

    django.setup()
    from django.conf import settings
    from django.core.management import call_command
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    call_command("migrate", verbosity=0)
    client = browser(fill(posts))
    cookie = {
        "Cookie": f"{settings.SESSION_COOKIE_NAME}={client.cookies[settings.SESSION_COOKIE_NAME].value}"
    }
    from bedside.posts.models import Post

    some = Post.objects.order_by("-due_at")[posts // 2]
    table = Table(title=f"Pages on SQLite with {posts:,} posts and {posts * 4:,} deliveries")
    for name in ("page", "p50 ms", "p95 ms", "queries", "KB", "KB of scripts", "times quicker than the peer"):
        table.add_column(name, justify="right" if name != "page" else "left")
    with desk() as (port, _seconds, _memory):
        line = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        for page in [*PAGES, f"/posts/{some.id}", "/write", "/news"]:
            with CaptureQueriesContext(connection) as queries:
                answer = client.get(page)
            count = len(queries)  # counted now: the next request empties the log
            times = []
            for _round in range(ROUNDS):
                began = time.perf_counter()
                line.request("GET", page, headers=cookie)
                reply = line.getresponse()
                reply.read()
                times.append((time.perf_counter() - began) * 1000)
                if reply.status != 200 or answer.status_code != 200:
                    sys.exit(f"{page} answered {reply.status}")
            total, scripts = weight(answer.content)
            p95 = percentile(times, 0.95)
            peer = f"{PEER[page][0] / p95:.0f}" if page in PEER else "–"
            shown = re.sub(r"[0-9a-f-]{36}", "…", page)
            table.add_row(
                shown, f"{percentile(times, 0.5):.0f}", f"{p95:.0f}", str(count),
                f"{total / 1000:.0f}", f"{scripts / 1000:.0f}", peer,
            )  # fmt: skip
    table.caption = "wanted: p95 at most 60 ms, 15 queries, 150 KB, 60 KB of scripts"
    Console(width=110).print(table)


def start() -> None:
    """From the command to the first answer, and the memory then."""
    table = Table(title="Start of an existing desk")
    table.add_column("first answer, s", justify="right")
    table.add_column("memory, MiB", justify="right")
    for _round in range(3):
        with desk() as (_port, seconds, memory):
            table.add_row(f"{seconds:.1f}", f"{memory:.0f}")
    table.caption = "wanted: 2 s, 200 MiB (peer: 321 MiB and PostgreSQL)"
    Console(width=110).print(table)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--posts", type=int, default=50_000)
    posts = max(100, min(parser.parse_args().posts, 500_000))
    with tempfile.TemporaryDirectory(prefix="bedside-bench-") as home:
        os.environ.update(BEDSIDE_HOME=home, DJANGO_SETTINGS_MODULE="bedside.settings")
        os.environ.pop("DATABASE_URL", None)
        pages(posts)
        start()


if __name__ == "__main__":
    main()
