"""Desks that die on command, and the networks they talk to, each behind a proxy that loses and spoils."""

from __future__ import annotations

import base64
import sqlite3
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psycopg
import pytest

from bedside.channels.mastodon.counting import text_of
from tests.conftest import StartDesk
from tests.desk import Desk
from tests.servers import mastodon, pds
from tests.servers.faulty_proxy import FaultyProxy
from tests.servers.install import CannotInstall
from tests.servers.receiver import Receiver

ROOT = Path(__file__).resolve().parents[2]
SECRET = "whsec_" + base64.b64encode(b"a secret of the drill, 32 bytes!").decode()
LEASE = 2.0


@dataclass
class Networks:
    """Bluesky, Mastodon and a webhook receiver, and what of each desk is out on them."""

    stack: ExitStack
    pds: Callable[[], pds.Pds]
    mastodon: mastodon.Mastodon
    receivers: dict[str, Receiver] = field(default_factory=dict)
    proxies: dict[str, FaultyProxy] = field(default_factory=dict)
    accounts: dict[str, Any] = field(default_factory=dict)

    def channels(self, *names: str, latency: float = 0.0) -> dict[str, dict[str, str]]:
        """How to connect to fresh accounts: for `seed`."""
        found: dict[str, dict[str, str]] = {}
        for name in names:
            if name == "newsroom":
                found[name] = {"kind": name}
            elif name == "bluesky":
                account = self.accounts[name] = self.pds().account()
                found[name] = {
                    "kind": name,
                    "url": self._proxy(name, self.pds().url, latency),
                    "identifier": account.handle,
                    "secret": account.app_password,
                }
            elif name == "mastodon":
                account = self.accounts[name] = self.mastodon.account()
                found[name] = {
                    "kind": name,
                    "url": self._proxy(name, self.mastodon.url, latency),
                    "secret": account.token,
                }
            else:
                receiver = self.receivers[name] = self.stack.enter_context(Receiver(SECRET))
                found[name] = {
                    "kind": "webhook",
                    "url": self._proxy(name, receiver.url, latency),
                    "secret": SECRET,
                }
        return found

    def _proxy(self, name: str, upstream: str, latency: float) -> str:
        proxy = self.proxies[name] = self.stack.enter_context(FaultyProxy(upstream, latency=latency, seed=7))
        return proxy.url

    def out(self, name: str) -> Counter[str]:
        """How many copies of each text are out there."""
        if name == "bluesky":
            return Counter(one["value"]["text"] for one in self.pds().posts(self.accounts[name].did))
        if name == "mastodon":
            posts = self.mastodon.posts(self.accounts[name])
            return Counter(text_of(one["content"]).strip() for one in posts)
        return Counter(one.body["data"]["text"] for one in self.receivers[name].accepted)


@pytest.fixture(scope="session")
def pds_server() -> Iterator[pds.Pds]:
    try:
        with pds.running() as server:
            yield server
    except CannotInstall as error:
        pytest.skip(f"The Bluesky PDS cannot be installed: {error}")


@pytest.fixture(scope="session")
def mastodon_server() -> Iterator[mastodon.Mastodon]:
    with mastodon.running() as server:
        yield server


@pytest.fixture
def networks(request: pytest.FixtureRequest, mastodon_server: mastodon.Mastodon) -> Iterator[Networks]:
    with ExitStack() as stack:
        yield Networks(stack, lambda: request.getfixturevalue("pds_server"), mastodon_server)


@dataclass(frozen=True)
class Row:
    """One delivery as the database has it."""

    id: str
    channel: str
    text: str
    state: str
    words: str
    attempts: int


def rows(desk: Desk) -> list[Row]:
    """The deliveries of a desk, read past Bedside."""
    asked = (
        "SELECT d.id, c.name, p.text, d.state, d.words, d.attempt_count FROM publishing_delivery d"
        " JOIN connections_connection c ON c.id = d.connection_id JOIN posts_post p ON p.id = d.post_id"
    )
    return [Row(str(one[0]), *one[1:]) for one in query(desk, asked)]


def query(desk: Desk, statement: str) -> list[Any]:
    if desk.database_url:
        with psycopg.connect(desk.database_url, connect_timeout=5) as connection:
            return connection.execute(statement).fetchall()  # type: ignore[call-overload,no-any-return]
    address = f"file:{desk.home / 'bedside.sqlite3'}?mode=ro"
    with closing(sqlite3.connect(address, uri=True, timeout=30)) as connection:
        return connection.execute(statement).fetchall()


def until(desk: Desk, true: Callable[[], Any], seconds: float = 120) -> None:
    """Wait for something to become true. Fails with the desk's deliveries and log when it does not."""
    ends = time.monotonic() + seconds
    while not true():
        if time.monotonic() > ends:
            found = rows(desk)
            some = [row for row in found if row.state not in {"confirmed", "held", "scheduled"}][:5]
            raise AssertionError(f"{Counter(row.state for row in found)}\n{some}\n{desk.log()}")
        time.sleep(0.2)


@pytest.fixture
def drill(desk: StartDesk, tmp_path: Path) -> Callable[..., Desk]:
    """`drill(database_url)`: a desk that is not running yet, whose processes can be told where to die."""
    command = tmp_path / "bedside-drill"
    command.write_text(
        f"#!{sys.executable}\nimport sys\nsys.path.insert(0, {str(ROOT)!r})\n"
        "from tests.crash.desk_process import main\nmain()\n"
    )
    command.chmod(0o755)

    def make(database_url: str = "", **settings: str) -> Desk:
        made = desk(database_url=database_url, start=False, **settings)
        made.command = command
        made.settings.setdefault("DRILL_LEASE", str(LEASE))
        return made

    return make
