"""A stateful Mastodon API (mastodon-mock) in its own process on loopback."""

from __future__ import annotations

import contextlib
import json
import sys
import tempfile
import urllib.parse
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.servers.process import Counter, NotStarted, child, free_port, wait_for_http

ACCOUNTS = 200
ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class MastodonAccount:
    """One seeded account: its name, and a token that may do everything."""

    name: str
    token: str


class Mastodon:
    """A running server at `url`. `account()` hands out an account nobody else has; `posts()` reads its posts."""

    def __init__(self, url: str) -> None:
        self.url = url
        self._count = Counter()
        self._revoked: set[str] = set()

    def call(self, method: str, path: str, token: str = "", form: dict[str, str] | None = None) -> Any:
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        data = None
        if form is not None:
            data = urllib.parse.urlencode(form).encode()
        request = urllib.request.Request(f"{self.url}{path}", data, headers, method=method)
        with urllib.request.urlopen(request, timeout=30) as answer:
            return json.loads(answer.read())

    def account(self) -> MastodonAccount:
        """The next unused account (200 a server)."""
        number = self._count.next()
        assert number <= ACCOUNTS, "this server has no more accounts"
        return MastodonAccount(f"clinic{number}", f"token-{number}")

    def posts(self, account: MastodonAccount) -> list[dict[str, Any]]:
        """Every post of an account, newest first; without its token, those that everyone may read."""
        me = self.call("GET", f"/api/v1/accounts/lookup?acct={account.name}")["id"]
        token = "" if account.token in self._revoked else account.token
        found: list[dict[str, Any]] = []
        last = ""
        for _ in range(200):
            older = f"&max_id={last}" if last else ""
            page = self.call("GET", f"/api/v1/accounts/{me}/statuses?limit=40{older}", token)
            if not page:
                break
            found += page
            last = page[-1]["id"]
        return found

    def revoke(self, account: MastodonAccount) -> None:
        """Takes the token away."""
        self.call("POST", "/oauth/revoke", account.token, {"token": account.token})
        self._revoked.add(account.token)


@contextlib.contextmanager
def running(**settings: str) -> Iterator[Mastodon]:
    """Starts the server with its own data folder and stops it at the end. `settings` go into its configuration."""
    for attempt in range(3):
        with tempfile.TemporaryDirectory(prefix="bedside-mastodon-") as home, contextlib.ExitStack() as stack:
            port = free_port()
            lines = [
                f'domain = "127.0.0.1:{port}"',
                'url_scheme = "http"',
                f'media_storage_path = "{home}/media"',
                *(f'{name} = "{value}"' for name, value in settings.items()),
                "[database]",
                f'path = "{home}/mastodon.sqlite"',
            ]
            for number in range(1, ACCOUNTS + 1):
                lines += [
                    "[[seed.accounts]]",
                    f'username = "clinic{number}"',
                    f'display_name = "Clinic {number}"',
                    f'access_token = "token-{number}"',
                ]
            config, log = Path(home) / "mastodon.toml", Path(home) / "mastodon.log"
            config.write_text("\n".join(lines))
            command = [sys.executable, "-m", "tests.servers.mastodon_process", "--config", str(config)]
            command += ["--host", "127.0.0.1", "--port", str(port), "--log-level", "warning"]
            process = stack.enter_context(child(command, log, {"PYTHONPATH": str(ROOT)}))
            try:
                wait_for_http(process, log, f"http://127.0.0.1:{port}/api/v2/instance", 60)
            except NotStarted:
                if attempt == 2:
                    raise
                continue  # somebody else took the port in between
            yield Mastodon(f"http://127.0.0.1:{port}")
            return
