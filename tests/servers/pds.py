"""A real Bluesky PDS (with its PLC directory) on loopback."""

from __future__ import annotations

import contextlib
import json
import tempfile
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.servers.install import install, node
from tests.servers.process import Counter, child, wait_for_line

SCRIPT = Path(__file__).resolve().parent / "pds" / "serve.mjs"
COLLECTION = "app.bsky.feed.post"


@dataclass(frozen=True)
class PdsAccount:
    """An account with its main password and one app password."""

    handle: str
    did: str
    password: str
    app_password: str


class Pds:
    """A running server at `url`. `account()` makes a new account; `posts(did)` reads what is out."""

    def __init__(self, url: str) -> None:
        self.url = url
        self._count = Counter()

    def call(
        self, name: str, body: Any = None, token: str = "", query: dict[str, str] | None = None
    ) -> dict[str, Any]:
        """One XRPC call: a procedure when there is a body, else a query."""
        url = f"{self.url}/xrpc/{name}" + (f"?{urllib.parse.urlencode(query)}" if query else "")
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        data = None
        if body is not None:
            data, headers["Content-Type"] = json.dumps(body).encode(), "application/json"
        request = urllib.request.Request(url, data, headers)
        try:
            with urllib.request.urlopen(request, timeout=30) as answer:
                text = answer.read()
        except urllib.error.HTTPError as error:
            raise AssertionError(f"{name}: {error.code} {error.read()[:500]!r}") from error
        return dict(json.loads(text)) if text else {}

    def account(self) -> PdsAccount:
        """A new account with an app password."""
        handle, password = f"clinic{self._count.next()}.test", "correct horse battery"
        made = self.call(
            "com.atproto.server.createAccount",
            {"handle": handle, "email": f"{handle}@example.org", "password": password},
        )
        app = self.call("com.atproto.server.createAppPassword", {"name": "desk"}, made["accessJwt"])
        return PdsAccount(handle, made["did"], password, app["password"])

    def posts(self, did: str) -> list[dict[str, Any]]:
        """Every post record of an account: dicts with `uri`, `cid` and `value`."""
        found: list[dict[str, Any]] = []
        cursor = ""
        for _ in range(100):
            query = {"repo": did, "collection": COLLECTION, "limit": "100"}
            page = self.call(
                "com.atproto.repo.listRecords", query=query | ({"cursor": cursor} if cursor else {})
            )
            found += page["records"]
            cursor = page.get("cursor", "")
            if not cursor or not page["records"]:
                break
        return found

    def revoke(self, account: PdsAccount) -> None:
        """Takes the app password away, with every session made with it."""
        session = self.call(
            "com.atproto.server.createSession", {"identifier": account.did, "password": account.password}
        )
        self.call("com.atproto.server.revokeAppPassword", {"name": "desk"}, session["accessJwt"])


@contextlib.contextmanager
def running() -> Iterator[Pds]:
    """Starts a PDS with its own data folder and stops it at the end. Raises `CannotInstall`."""
    folder = install()
    with tempfile.TemporaryDirectory(prefix="bedside-pds-", ignore_cleanup_errors=True) as home:
        log = Path(home) / "pds.log"
        # The server keeps its repositories and blobs under TMPDIR, so they go with the folder.
        environment = {"TMPDIR": home, "LOG_ENABLED": "false", "NODE_ENV": "test"}
        command = [str(node()), str(SCRIPT), str(folder)]
        with child(command, log, environment) as process:
            ports = json.loads(wait_for_line(process, log, '{"pds"', 60))
            yield Pds(f"http://127.0.0.1:{ports['pds']}")
