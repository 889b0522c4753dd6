"""An HTTP proxy in front of one server that loses and spoils what it is told to, in threads of its process.

    with FaultyProxy(pds.url) as proxy:
        proxy.add(Fault("drop-answer", path=r"putRecord", times=3))
        ...  # talk to proxy.url
        proxy.seen  # every request: method, path, the fault it met, whether it reached the server

The first fault whose method, path and counts fit is used up once. A process under test that is killed and
started again keeps talking to the same `proxy.url`.
"""

from __future__ import annotations

import contextlib
import http.client
import random
import re
import socket
import struct
import threading
import time
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import urlsplit

KINDS = {
    "drop-request": "cut the connection; the server never hears of it",
    "drop-answer": "hand it on, then cut the connection instead of answering",
    "cut-answer": "hand it on, then cut the connection in the middle of the answer's body",
    "late": "hand it on, then answer only after `seconds`",
    "hang": "the server never hears of it, and no answer comes for `seconds`; then the connection is cut",
    "answer": "the server never hears of it; answer `status`, `headers`, `body`",
    "answer-after": "hand it on, then answer `status`, `headers`, `body` instead of what the server said",
}


@dataclass
class Fault:
    """What to do to which requests. `kind`: one of `KINDS`.

    `method` and `path` (a regular expression, searched in path and query) choose; empty fits all. The first
    `skip` that fit pass unharmed, then `times` are hit (None: all), each with probability `chance`.
    """

    kind: str
    method: str = ""
    path: str = ""
    times: int | None = 1
    skip: int = 0
    chance: float = 1.0
    seconds: float = 5.0
    status: int = 502
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b"<html><body><h1>502 Bad Gateway</h1></body></html>"

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise ValueError(f"{self.kind} is none of {', '.join(KINDS)}")


def bad_gateway_after(**which: Any) -> Fault:
    """The server does it, and the caller is told 502."""
    return Fault("answer-after", status=502, headers={"Content-Type": "text/html"}, **which)


def too_many(seconds: int = 30, **which: Any) -> Fault:
    """429 with Retry-After; the server never hears of it."""
    body = b'{"error": "RateLimitExceeded", "message": "Rate Limit Exceeded"}'
    headers = {"Content-Type": "application/json", "Retry-After": str(seconds)}
    return Fault("answer", status=429, headers=headers, body=body, **which)


def says(status: int, body: bytes, content_type: str = "application/json", **which: Any) -> Fault:
    """An answer of your own; the server never hears of the request."""
    return Fault("answer", status=status, body=body, headers={"Content-Type": content_type}, **which)


@dataclass(frozen=True)
class Seen:
    """One request that came. `fault`: the kind it met, or empty. `forwarded`: whether the server heard of it."""

    method: str
    path: str
    fault: str
    forwarded: bool


class FaultyProxy:
    """Listens at `url` while in its `with` block and hands everything on to `upstream`.

    `latency` seconds are added to every answer (a network's round trip). `seed` makes `chance` repeatable.
    """

    def __init__(self, upstream: str, *, latency: float = 0.0, seed: int = 0) -> None:
        self.upstream = upstream
        self.latency = latency
        self.seen: list[Seen] = []
        self._faults: list[Fault] = []
        self._lock = threading.Lock()
        self._random = random.Random(seed)
        target = urlsplit(upstream)
        self._host, self._port = target.hostname or "127.0.0.1", target.port or 80
        proxy = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            timeout = 60

            def handle_one_request(self) -> None:
                with contextlib.suppress(OSError):
                    super().handle_one_request()
                    return
                self.close_connection = True

            def __getattr__(self, name: str) -> Any:
                if name.startswith("do_"):
                    return lambda: proxy._handle(self)
                raise AttributeError(name)

            def log_message(self, format: str, *args: Any) -> None:
                pass

        class Server(ThreadingHTTPServer):
            daemon_threads = True
            request_queue_size = 256

        self._server = Server(("127.0.0.1", 0), Handler)
        # The same path prefix as the upstream's, so that its whole address can be swapped for ours.
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}{target.path}"

    def add(self, *faults: Fault) -> None:
        """Adds faults behind those there are."""
        with self._lock:
            self._faults += faults

    def clear(self) -> None:
        """Everything passes again; `seen` stays."""
        with self._lock:
            self._faults.clear()

    def count(self, method: str = "", path: str = "", *, forwarded: bool | None = None) -> int:
        """How many requests came that fit."""
        return sum(
            (not method or one.method == method)
            and bool(re.search(path, one.path))
            and (forwarded is None or one.forwarded == forwarded)
            for one in list(self.seen)
        )

    def __enter__(self) -> FaultyProxy:
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()

    def _choose(self, method: str, path: str) -> Fault | None:
        with self._lock:
            for fault in self._faults:
                if (fault.method and fault.method != method) or not re.search(fault.path, path):
                    continue
                if fault.skip > 0:
                    fault.skip -= 1
                    continue
                if fault.times == 0 or self._random.random() >= fault.chance:
                    continue
                if fault.times is not None:
                    fault.times -= 1
                return fault
        return None

    def _handle(self, caller: BaseHTTPRequestHandler) -> None:
        body = _read_body(caller)
        method, path = caller.command, caller.path
        fault = self._choose(method, path)
        kind = fault.kind if fault else ""
        forwarded = kind not in {"drop-request", "hang", "answer"}
        self.seen.append(Seen(method, path, kind, forwarded))
        status, headers, data = 0, {}, b""
        if forwarded:
            try:
                status, headers, data = self._forward(method, path, dict(caller.headers.items()), body)
            except OSError:
                status, headers, data = 502, {"Content-Type": "text/plain"}, b"upstream is away"
        if fault is not None:
            if kind in {"drop-request", "drop-answer"}:
                return _cut(caller)
            if kind in {"late", "hang"}:
                time.sleep(fault.seconds)
                if kind == "hang":
                    return _cut(caller)
            if kind in {"answer", "answer-after"}:
                status, headers, data = fault.status, fault.headers, fault.body
        if self.latency:
            time.sleep(self.latency)
        caller.send_response(status)
        for name, value in headers.items():
            if name.lower() not in {
                "connection",
                "transfer-encoding",
                "content-length",
                "keep-alive",
                "date",
            }:
                caller.send_header(name, value)
        caller.send_header("Content-Length", str(len(data)))
        caller.end_headers()
        if method == "HEAD":
            return None
        if kind == "cut-answer":
            caller.wfile.write(data[: len(data) // 2])
            caller.wfile.flush()
            return _cut(caller)
        caller.wfile.write(data)
        return None

    def _forward(
        self, method: str, path: str, headers: dict[str, str], body: bytes
    ) -> tuple[int, dict[str, str], bytes]:
        drop = {"connection", "transfer-encoding", "content-length", "keep-alive"}
        kept = {name: value for name, value in headers.items() if name.lower() not in drop}
        connection = http.client.HTTPConnection(self._host, self._port, timeout=60)
        try:
            connection.request(method, path, body or None, kept)
            answer = connection.getresponse()
            return answer.status, dict(answer.getheaders()), answer.read()
        except http.client.HTTPException as error:
            raise OSError(str(error)) from error
        finally:
            connection.close()


def _read_body(caller: BaseHTTPRequestHandler) -> bytes:
    if caller.headers.get("Transfer-Encoding", "").lower() == "chunked":
        parts = []
        while size := int(caller.rfile.readline().split(b";")[0], 16):
            parts.append(caller.rfile.read(size))
            caller.rfile.readline()
        caller.rfile.readline()
        return b"".join(parts)
    return caller.rfile.read(int(caller.headers.get("Content-Length") or 0))


def _cut(caller: BaseHTTPRequestHandler) -> None:
    """Resets the connection: the caller sees neither answer nor orderly end."""
    caller.close_connection = True
    with contextlib.suppress(OSError):
        caller.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        caller.connection.shutdown(socket.SHUT_RDWR)
