from __future__ import annotations

import base64
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from bedside.channels.port import Account, Busy, CannotTell, Refused, Unknown
from bedside.channels.webhook.channel import CHANNEL, signing_secret
from bedside.channels.wire import Wire
from bedside.core import clock


def test_a_secret_is_made_when_none_is_given() -> None:
    with Wire(1) as wire:
        one = CHANNEL.connect("https://hooks.example.org/in", "", "", wire)
        two = CHANNEL.connect("https://hooks.example.org/in", "Intranet", "", wire)
        assert wire.exchanges == []  # nothing is sent by connecting
    assert one.secret["signing_secret"].startswith("whsec_")
    assert one.secret != two.secret
    assert (one.handle, two.handle) == ("hooks.example.org", "Intranet")
    assert len(base64.b64decode(one.secret["signing_secret"].removeprefix("whsec_"))) == 32


@pytest.mark.parametrize("text", ["secret", "whsec_", "whsec_!!!", "whsec_c2hvcnQ=", "whsec_" + "A" * 200])
def test_secrets_that_are_none(text: str) -> None:
    with pytest.raises(Refused):
        signing_secret(text)


def test_a_given_secret_is_kept() -> None:
    given = "whsec_" + base64.b64encode(b"k" * 24).decode()
    assert signing_secret(f" {given}\n") == given


@pytest.mark.parametrize("url", ["http://hooks.example.org/in", "https://me:pw@hooks.example.org/", "hooks"])
def test_probe_says_what_it_can_and_no_more(url: str) -> None:
    secret = {"signing_secret": signing_secret("")}
    with Wire(1) as wire, pytest.raises((Refused, Busy)):
        CHANNEL.probe(Account(url, secret=secret), wire)
    with Wire(1) as wire:
        facts = CHANNEL.probe(
            Account("http://127.0.0.1:9/in", secret=secret, facts={"receiver_deduplicates": True}), wire
        )
    assert facts["receiver_deduplicates"] is True and "no sign-in" in facts["probed"]


def test_the_path_of_the_address_is_not_recorded() -> None:
    secret = signing_secret("")
    account = Account("http://127.0.0.1:9/services/T000/B000/hush-hush", secret={"signing_secret": secret})
    prepared = {"webhook_id": "k", "body": {"type": "post.published"}}
    with Wire(timeout=2) as wire:
        with pytest.raises(Busy):
            CHANNEL.send(prepared, (), account, wire)
        assert wire.exchanges
        assert "hush-hush" not in str(wire.exchanges)


@pytest.fixture
def receiver() -> Iterator[ThreadingHTTPServer]:
    """A receiver that notes each body and then answers with `reply`: a status and a Location."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            server.taken.append(self.rfile.read(int(self.headers["content-length"])))
            status, location = server.reply
            self.send_response(status)
            if location:
                self.send_header("Location", location)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    class Server(ThreadingHTTPServer):
        reply = (200, "")
        taken: list[bytes] = []

    server = Server(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


@pytest.mark.parametrize("location", ["", "/thanks", "https://elsewhere.example.org/steal"])
@pytest.mark.parametrize("status", [300, 301, 302, 303, 304, 307, 308])
def test_a_redirect_may_come_from_a_receiver_that_has_taken_the_post(
    receiver: ThreadingHTTPServer, status: int, location: str
) -> None:
    receiver.reply = (status, location)
    account = Account(
        f"http://127.0.0.1:{receiver.server_port}/in", secret={"signing_secret": signing_secret("")}
    )
    prepared = {"webhook_id": "k", "body": {"type": "post.published"}}
    with Wire(timeout=5) as wire:
        with pytest.raises(Unknown, match=f"answered {status}.*It may have this post already") as caught:
            CHANNEL.send(prepared, (), account, wire)
        found = CHANNEL.find(prepared, account, clock.now(), wire)
    assert location in caught.value.detail
    assert len(receiver.taken) == 1  # taken, and not sent on to anywhere else
    assert isinstance(found, CannotTell) and found.final
