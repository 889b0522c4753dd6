"""The wire against a real socket server: what is recorded, bounded, and told apart."""

from __future__ import annotations

import contextlib
import json
import socket
import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from bedside.channels.port import Busy, Refused, Unknown
from bedside.channels.wire import Redirected, Wire, address, plain, retry_at

Talk = Callable[[socket.socket], None]


@pytest.fixture
def serve() -> Iterator[Callable[[Talk], str]]:
    """`serve(talk)` gives an address; each connection there is handed to `talk` once its request has come."""
    listeners = []

    def start(talk: Talk) -> str:
        listener = socket.create_server(("127.0.0.1", 0))
        listeners.append(listener)

        def run() -> None:
            while True:
                try:
                    connection, _ = listener.accept()
                except OSError:
                    return
                with connection:
                    data = b""
                    while b"\r\n\r\n" not in data:
                        data += connection.recv(65536)
                    with contextlib.suppress(OSError):
                        talk(connection)

        threading.Thread(target=run, daemon=True).start()
        return f"http://127.0.0.1:{listener.getsockname()[1]}/x"

    yield start
    for listener in listeners:
        listener.close()


def answer(status: int, body: bytes = b"{}", *headers: str) -> Talk:
    lines = [f"HTTP/1.1 {status} X", f"Content-Length: {len(body)}", "Connection: close", *headers, "", ""]

    def talk(connection: socket.socket) -> None:
        connection.sendall("\r\n".join(lines).encode() + body)

    return talk


@pytest.mark.parametrize(
    ("talk", "write", "read"),
    [
        (answer(500), Unknown, Busy),
        (answer(502, b"<html>"), Unknown, Busy),
        (answer(408), Unknown, Busy),
        (answer(429), Busy, Busy),
        (answer(302, b"", "Location: https://elsewhere.example.org/"), Redirected, Redirected),
        (answer(304, b""), Redirected, Redirected),
        (lambda connection: None, Unknown, Busy),
        (
            lambda connection: connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{"),
            Unknown,
            Busy,
        ),
        (lambda connection: connection.sendall(b"SSH-2.0-OpenSSH_9.2\r\n"), Unknown, Busy),
        (answer(200, b"x" * 20_000), Unknown, Busy),
    ],
)
def test_outcomes(
    serve: Callable[[Talk], str], talk: Talk, write: type[Exception], read: type[Exception]
) -> None:
    url = serve(talk)
    for writes, expected in ((True, write), (False, read)):
        with Wire(2, max_answer=10_000) as wire:
            with pytest.raises(expected) as caught:
                wire.ask("POST", url, writes=writes, json_body={"a": 1})
            assert type(caught.value) is expected
            assert len(wire.exchanges) == 1
            assert wire.exchanges[0].request == '{"a": 1}'


def test_what_was_never_sent_is_busy() -> None:
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        port = silent.getsockname()[1]
    for url in (f"http://127.0.0.1:{port}/", f"https://127.0.0.1:{port}/", "https://name.invalid/"):
        with Wire(2) as wire:
            with pytest.raises(Busy, match="nothing was sent"):
                wire.ask("POST", url, writes=True)
            assert wire.exchanges[0].status is None and wire.exchanges[0].error


def test_tls_that_fails_is_busy(serve: Callable[[Talk], str]) -> None:
    listener = socket.create_server(("127.0.0.1", 0))

    def plain_text() -> None:
        connection, _ = listener.accept()
        with connection:
            connection.recv(100)
            connection.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")

    threading.Thread(target=plain_text, daemon=True).start()
    with listener, Wire(2) as wire, pytest.raises(Busy, match="nothing was sent"):
        wire.ask("POST", f"https://127.0.0.1:{listener.getsockname()[1]}/", writes=True)


def test_an_answer_that_drips_is_cut_off(serve: Callable[[Talk], str]) -> None:
    def drip(connection: socket.socket) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\n")
        for number in range(200):
            connection.sendall(f"X-{number}: slow\r\n".encode())
            time.sleep(0.1)

    began = time.monotonic()
    with Wire(0.4) as wire, pytest.raises(Unknown):
        wire.ask("POST", serve(drip), writes=True)
    assert time.monotonic() - began < 5


def test_status_alone_may_count(serve: Callable[[Talk], str]) -> None:
    cut = b"HTTP/1.1 202 Accepted\r\nContent-Length: 900\r\n\r\n{"
    with Wire(2) as wire:
        got = wire.ask(
            "POST", serve(lambda connection: connection.sendall(cut)), writes=True, body_needed=False
        )
    assert got.status == 202


def test_secrets_are_covered_wherever_they_turn_up(serve: Callable[[Talk], str]) -> None:
    said = {
        "accessJwt": "abc",
        "nested": [{"refresh_token": "def", "ok": "hunter2hunter2"}],
        "note": "Bearer abcdefghijklmnopqrstuvw",
        "jwt": None,
        "text": "Basic hygiene saves lives",
    }
    url = serve(answer(200, json.dumps(said).encode(), "Set-Cookie: session=crumbs"))
    with Wire(2) as wire:
        wire.hide("hunter2hunter2", "abc")
        wire.ask(
            "POST",
            f"{url}?api_key=key123&page=2",
            writes=False,
            token="tok-123456",
            json_body={
                "password": "pw",
                "identifier": "clinic",
                "text": "tok-123456 eyJhbGciOiJI.eyJzdWIi.c2ln",
            },
            headers={"Idempotency-Key": "k"},
        )
        (one,) = wire.exchanges
    recorded = repr(one)
    for secret in ("hunter2hunter2", "tok-123456", "eyJ", "key123", "def", "crumbs", '"pw"', "abcdefghij"):
        assert secret not in recorded, secret
    assert "page=2" in one.url and "clinic" in one.request and "Basic hygiene saves lives" in one.response


def test_records_are_bounded_and_can_be_stored(serve: Callable[[Talk], str]) -> None:
    url = serve(answer(400, b'{"token": "' + b"s" * 300_000 + b'", "x": "\x00\\ud800'))
    with Wire(2) as wire:
        wire.ask("POST", url, writes=True, content=b"\x00" * 9000, content_type="image/png")
        wire.ask("POST", url, writes=True, json_body={"text": "y" * 9000})
        first, second = wire.exchanges
    assert first.request == "[9000 bytes of image/png]"
    assert len(second.request) <= 4096 and len(second.response) <= 4096
    assert "sss" not in second.response
    assert "\x00" not in repr(wire.exchanges).replace("\\x00", "\x00")


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("social.example.org", "https://social.example.org"),
        (" https://social.example.org/ ", "https://social.example.org"),
        ("https://example.org:8443/a/", "https://example.org:8443/a"),
        ("http://127.0.0.1:3000", "http://127.0.0.1:3000"),
        ("http://localhost:3000", "http://localhost:3000"),
        ("http://[::1]:3000", "http://[::1]:3000"),
    ],
)
def test_addresses(typed: str, read: str) -> None:
    assert address(typed) == read


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "http://social.example.org",
        "http://127.0.0.1.example.org",
        "http://localhost.example.org",
        "http://10.0.0.1",
        "https://name:word@example.org",
        "https://name@example.org",
        "https://example.org/#x",
        "https://example.org/?q=1",
        "https://exa mple.org",
        "https://example.org/\n",
        "https://example.org:99999",
        "https://[::1",
        "ftp://example.org",
        "file:///etc/passwd",
        "https://",
        "https://" + "a" * 3000,
    ],
)
def test_addresses_that_are_refused(typed: str) -> None:
    with pytest.raises(Refused):
        address(typed) if typed != "https://example.org/\n" else address("https://example.org/\nx")


def test_a_webhooks_address_keeps_slash_and_query() -> None:
    assert address("https://example.org/hook/?a=b", query=True) == "https://example.org/hook/?a=b"


def test_retry_times() -> None:
    now = datetime.now(UTC)

    def ahead(**headers: str) -> float:
        at = retry_at({name.replace("_", "-"): value for name, value in headers.items()})
        assert at is not None
        return (at - now).total_seconds()

    assert 119 < ahead(retry_after="120") < 122
    assert 58 < ahead(retry_after=format_datetime(now + timedelta(seconds=60), usegmt=False)) < 62
    assert 299 < ahead(ratelimit_reset=str(int(now.timestamp()) + 301)) < 303
    assert 599 < ahead(x_ratelimit_reset=(now + timedelta(seconds=600)).isoformat()) < 602
    assert ahead(retry_after="99999999") < 3602  # capped
    assert ahead(retry_after="0") > 0.9
    assert ahead(ratelimit_reset="1000000001") > 0.9  # long past
    for useless in ("", "soon", "-5", "NaN", "9" * 13, "٣"):
        assert retry_at({"retry-after": useless}) is None
    assert retry_at({}) is None


def test_plain_words() -> None:
    assert plain("a\n\t b\x00\x1b[31m" + "c" * 10, 12) == "a b [31mccc…"
