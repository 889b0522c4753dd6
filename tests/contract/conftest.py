"""The networks under contract, each a real server behind a proxy that can lose and spoil what passes."""

from __future__ import annotations

import contextlib
import hashlib
import io
import random
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

import pytest
from PIL import Image

from bedside.channels import mastodon as mastodon_channel
from bedside.channels.port import Account, Channel, Connected, Json, Outgoing, Picture
from bedside.channels.registry import channel
from bedside.channels.wire import Wire
from tests.servers import mastodon, pds
from tests.servers.faulty_proxy import FaultyProxy
from tests.servers.install import CannotInstall
from tests.servers.receiver import Receiver


@dataclass
class Network:
    """One channel connected to an account of its own on its server, through `proxy`.

    `publishing` (method, path) picks the one request that publishes. `posts()` are the texts that are out.
    """

    channel: Channel
    account: Account
    proxy: FaultyProxy | None
    posts: Callable[[], list[str]]
    publishing: tuple[str, str] = ("", "")
    revoke: Callable[[], None] | None = None
    alt_texts: Callable[[], list[str]] | None = None
    safe_to_repeat: bool = True  # what is promised about the same request sent twice
    finds: bool = True  # whether the network can be asked what is out
    typed: tuple[str, str, str] = ("", "", "")
    timeout: float = 20.0
    wires: list[Wire] = field(default_factory=list)

    @property
    def faults(self) -> FaultyProxy:
        assert self.proxy is not None
        return self.proxy

    @contextlib.contextmanager
    def wire(self, timeout: float = 0) -> Iterator[Wire]:
        with Wire(timeout or self.timeout, max_answer=1_000_000) as wire:
            self.wires.append(wire)
            yield wire

    def prepare(self, text: str = "", pictures: tuple[Picture, ...] = (), **changes: Any) -> Json:
        return self.channel.prepare(outgoing(text or words(), pictures, **changes), self.account)

    def send(self, prepared: Json, pictures: tuple[Picture, ...] = (), timeout: float = 0) -> Any:
        with self.wire(timeout) as wire:
            return self.channel.send(prepared, pictures, self.account, wire)

    def find(self, prepared: Json, since: datetime | None = None) -> Any:
        with self.wire() as wire:
            return self.channel.find(prepared, self.account, since or datetime.now(UTC), wire)

    def connected(self, made: Connected) -> None:
        self.account = replace(self.account, secret=made.secret, facts=made.facts, expires_at=made.expires_at)


def words() -> str:
    """A text nobody else sends."""
    return f"Walk-in flu shots on Saturday, 9 to 12, building C. {uuid.uuid4().hex[:8]}"


def outgoing(text: str, pictures: tuple[Picture, ...] = (), **changes: Any) -> Outgoing:
    made = Outgoing(
        key=str(uuid.uuid4()),
        text=text,
        title="",
        language="en",
        pictures=pictures,
        options={},
        created_at=datetime.now(UTC),
    )
    return replace(made, **changes)


def picture(alt: str = "Two nurses at a desk with a sign “Flu shots here”", kind: str = "PNG") -> Picture:
    """A real image, different each time."""
    image = Image.frombytes("RGB", (64, 48), random.Random(uuid.uuid4().int).randbytes(64 * 48 * 3))
    stream = io.BytesIO()
    image.save(stream, kind)
    data = stream.getvalue()
    return Picture(
        hashlib.sha256(data).hexdigest(), f"image/{kind.lower()}", len(data), 64, 48, alt, lambda: data
    )


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


@pytest.fixture(scope="session")
def pds_proxy(pds_server: pds.Pds) -> Iterator[FaultyProxy]:
    with FaultyProxy(pds_server.url) as proxy:
        yield proxy


@pytest.fixture(scope="session")
def mastodon_proxy(mastodon_server: mastodon.Mastodon) -> Iterator[FaultyProxy]:
    with FaultyProxy(mastodon_server.url) as proxy:
        yield proxy


def _connect(network: Network, url: str, identifier: str, secret: str) -> Network:
    network.typed = (url, identifier, secret)
    network.account = Account(url, identifier)
    with network.wire() as wire:
        network.connected(network.channel.connect(url, identifier, secret, wire))
    return network


@pytest.fixture
def bluesky_network(pds_server: pds.Pds, pds_proxy: FaultyProxy) -> Iterator[Network]:
    account = pds_server.account()

    def alt_texts() -> list[str]:
        records = [one["value"] for one in pds_server.posts(account.did)]
        return [image["alt"] for value in records for image in value.get("embed", {}).get("images", [])]

    network = Network(
        channel("bluesky"),
        Account(""),
        pds_proxy,
        posts=lambda: [one["value"]["text"] for one in pds_server.posts(account.did)],
        publishing=("POST", r"repo\.putRecord"),
        revoke=lambda: pds_server.revoke(account),
        alt_texts=alt_texts,
    )
    yield _connect(network, pds_proxy.url, f"@{account.handle}", account.app_password)
    pds_proxy.clear()


def _mastodon(server: mastodon.Mastodon, proxy: FaultyProxy) -> Network:
    account = server.account()
    network = Network(
        channel("mastodon"),
        Account(""),
        proxy,
        posts=lambda: [
            mastodon_channel.channel.text_of(one["content"]).strip() for one in server.posts(account)
        ],
        publishing=("POST", r"/api/v1/statuses$"),
        revoke=lambda: server.revoke(account),
        alt_texts=lambda: [
            media["description"] for one in server.posts(account) for media in one["media_attachments"]
        ],
    )
    return _connect(network, proxy.url, "", account.token)


@pytest.fixture
def mastodon_network(
    mastodon_server: mastodon.Mastodon, mastodon_proxy: FaultyProxy, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Network]:
    monkeypatch.setattr(mastodon_channel.channel, "STILL_WORKING", 0.2)
    yield _mastodon(mastodon_server, mastodon_proxy)
    mastodon_proxy.clear()


@pytest.fixture
def other_network(mastodon_network: Network) -> Network:
    """The same API, from a server of which nobody knows whether it honours keys."""
    facts = {**mastodon_network.account.facts, "software": "gotosocial", "honours_key": False}
    mastodon_network.account = replace(mastodon_network.account, facts=facts)
    mastodon_network.safe_to_repeat = False
    return mastodon_network


@pytest.fixture
def webhook_network() -> Iterator[Network]:
    with Receiver() as receiver, FaultyProxy(receiver.url) as proxy:
        network = Network(
            channel("webhook"),
            Account(""),
            proxy,
            posts=lambda: [one.body["data"]["text"] for one in receiver.accepted],
            publishing=("POST", "/hook"),
            alt_texts=lambda: [
                one["alt"] for call in receiver.accepted for one in call.body["data"]["pictures"]
            ],
            safe_to_repeat=False,
            finds=False,
        )
        _connect(network, proxy.url, "", "")
        receiver.secret = network.account.secret["signing_secret"]
        yield network


@pytest.fixture
def newsroom_network() -> Network:
    """The newsroom: what is out is what was sent and confirmed, so the test keeps the confirmed ones."""
    network = Network(channel("newsroom"), Account(""), None, posts=list)
    return _connect(network, "", "", "")


NETWORKS = ["bluesky", "mastodon", "webhook"]


@pytest.fixture(params=NETWORKS)
def network(request: pytest.FixtureRequest) -> Network:
    """Each channel that goes over a network."""
    found: Network = request.getfixturevalue(f"{request.param}_network")
    return found


@pytest.fixture(params=["newsroom", *NETWORKS])
def any_network(request: pytest.FixtureRequest) -> Network:
    """Each channel there is."""
    found: Network = request.getfixturevalue(f"{request.param}_network")
    return found
