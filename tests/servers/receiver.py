"""A webhook receiver that checks signatures as the Standard Webhooks specification asks, in a thread."""

from __future__ import annotations

import json
import threading
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from standardwebhooks.webhooks import Webhook, WebhookVerificationError


@dataclass(frozen=True)
class Received:
    """One call: its webhook-id, the body as JSON (None when it is none), and whether the signature was good."""

    id: str
    body: Any
    valid: bool
    headers: dict[str, str]


class Receiver:
    """Listens at `url` while in its `with` block. Set `secret` to the channel's signing secret.

    `received` is every call; `accepted` those with a good signature, one a webhook-id when `deduplicates`.
    `status` and `answer` are what it replies to good calls; a bad signature gets 401.
    """

    def __init__(self, secret: str = "", *, deduplicates: bool = False) -> None:
        self.secret = secret
        self.deduplicates = deduplicates
        self.status, self.answer = 200, b'{"ok": true}'
        self.received: list[Received] = []
        self.accepted: list[Received] = []
        self._lock = threading.Lock()
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            timeout = 30

            def do_POST(self) -> None:
                size = min(int(self.headers.get("Content-Length") or 0), 10_000_000)
                status, answer = receiver._take(dict(self.headers.items()), self.rfile.read(size))
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(answer)))
                self.end_headers()
                self.wfile.write(answer)

            def log_message(self, format: str, *args: Any) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}/hook"

    def _take(self, headers: dict[str, str], data: bytes) -> tuple[int, bytes]:
        names = {name.lower(): value for name, value in headers.items()}
        try:
            Webhook(self.secret).verify(data, names)
            valid = True
        except (WebhookVerificationError, ValueError, RuntimeError):
            valid = False
        try:
            body = json.loads(data)
        except ValueError:
            body = None
        one = Received(names.get("webhook-id", ""), body, valid, names)
        with self._lock:
            self.received.append(one)
            if not valid:
                return 401, b'{"error": "bad signature"}'
            seen = any(other.id == one.id for other in self.accepted)
            if 200 <= self.status < 300 and not (self.deduplicates and seen):
                self.accepted.append(one)
        return self.status, self.answer

    def __enter__(self) -> Receiver:
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()
