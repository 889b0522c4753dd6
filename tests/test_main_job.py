"""The main job through the command line and the API alone: written, screened, approved by a second person, out
exactly once on the newsroom, a real Bluesky server, a Mastodon-API server and a signed webhook, and verified.
On both databases; on PostgreSQL with a web process and a worker of its own."""

from __future__ import annotations

import base64
import io
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx2
import pytest
from PIL import Image

from tests.conftest import StartDesk
from tests.desk import Desk
from tests.servers import mastodon, pds
from tests.servers.install import CannotInstall
from tests.servers.receiver import Receiver

SECRET = "whsec_" + base64.b64encode(b"a secret for tests, 32 bytes long").decode()
TEXT = "Walk-in flu shots on Saturday from nine to noon, building C. #FluShots"


@pytest.fixture(scope="module")
def bluesky() -> Iterator[pds.Pds]:
    try:
        with pds.running() as server:
            yield server
    except CannotInstall as error:
        pytest.skip(f"The Bluesky PDS cannot be installed: {error}")


@pytest.fixture(scope="module")
def fediverse() -> Iterator[mastodon.Mastodon]:
    with mastodon.running() as server:
        yield server


class Api:
    """One person's program."""

    def __init__(self, desk: Desk, email: str) -> None:
        token = desk.cli("token", "create", "--user", email, "--scopes", "all").stdout.strip()
        self.client = httpx2.Client(
            base_url=f"{desk.url}/api/v1", headers={"Authorization": f"Bearer {token}"}, timeout=30
        )

    def __call__(self, method: str, path: str, status: int = 200, **more: Any) -> Any:
        answer = self.client.request(method, path, **more)
        assert answer.status_code == status, answer.text
        return answer.json() if answer.content else None


def until(true: Callable[[], Any], seconds: float = 60) -> Any:
    """Wait for something to become true, with a limit."""
    ends = time.monotonic() + seconds
    while not (value := true()):
        assert time.monotonic() < ends, "it did not happen in time"
        time.sleep(0.2)
    return value


def test_from_a_blank_page_to_a_confirmed_post(
    database: str, desk: StartDesk, bluesky: pds.Pds, fediverse: mastodon.Mastodon, tmp_path: Path
) -> None:
    here = desk(database_url=database, start=False)
    link = here.cli(
        "init", "--organisation", "Marlow Valley Health", "--admin", "ada@example.org", "--no-input"
    )
    assert f"{here.url}/invite/" in link.stdout
    here.cli("user", "add", "lena@example.org", "--role", "communications-lead")
    account, toot = bluesky.account(), fediverse.account()
    secrets = {"bluesky": account.app_password, "mastodon": toot.token, "webhook": SECRET}
    for kind, secret in secrets.items():
        (tmp_path / kind).write_text(secret)
    with Receiver(SECRET) as receiver:
        add = ("channel", "add")
        channels = {
            "newsroom": here.cli(*add, "newsroom", "--name", "Newsroom"),
            "bluesky": here.cli(
                *add, "bluesky", "--name", "Bluesky", "--url", bluesky.url,
                "--identifier", account.handle, "--secret-file", str(tmp_path / "bluesky"),
            ),
            "mastodon": here.cli(
                *add, "mastodon", "--name", "Mastodon", "--url", fediverse.url,
                "--secret-file", str(tmp_path / "mastodon"),
            ),
            "webhook": here.cli(
                *add, "webhook", "--name", "Intranet", "--url", receiver.url,
                "--secret-file", str(tmp_path / "webhook"),
            ),
        }  # fmt: skip
        ids = {kind: done.stdout.strip() for kind, done in channels.items()}
        if database:
            here.start("--web-only", wait=False)
            here.start_worker()
            here.wait()
        else:
            here.start()
        ada, lena = Api(here, "ada@example.org"), Api(here, "lena@example.org")

        picture = io.BytesIO()
        Image.new("RGB", (64, 48), "teal").save(picture, "PNG")
        media = ada(
            "POST", "/media", 201,
            files={"file": ("door.png", picture.getvalue(), "image/png")}, data={"alt": "The open door of building C."},
        )  # fmt: skip
        draft = {
            "title": "Flu shots on Saturday",
            "text": TEXT,
            "channels": list(ids.values()),
            "media": [media["id"]],
            "variants": {ids["mastodon"]: {"text": TEXT + " Masks are welcome."}},
        }
        post = ada("POST", "/posts", 201, json=draft)
        assert post["digest"]
        ada("POST", f"/posts/{post['id']}/submit")
        yes = {"digest": post["digest"], "decision": "approve"}
        assert ada("POST", f"/posts/{post['id']}/decisions", 403, json=yes)["type"] == "/problems/own-text"
        old = {"digest": "0" * 64, "decision": "approve"}
        assert (
            lena("POST", f"/posts/{post['id']}/decisions", 409, json=old)["type"] == "/problems/stale-digest"
        )
        review = ada("GET", f"/posts/{post['id']}")["review"]
        if "clinician-reviewer" in review["steps"] or len(review["steps"]) > 1:
            pytest.fail(f"a notice of opening hours took the route {review['steps']}")
        lena("POST", f"/posts/{post['id']}/decisions", json=yes)
        ada("POST", f"/posts/{post['id']}/schedule", json={"now": True})

        def deliveries() -> list[dict[str, Any]]:
            items: list[dict[str, Any]] = ada("GET", f"/deliveries?post={post['id']}")["items"]
            return items

        until(lambda: all(one["state"] == "confirmed" for one in deliveries()))

        assert [one["value"]["text"] for one in bluesky.posts(account.did)] == [TEXT]
        assert [one["value"]["embed"]["images"][0]["alt"] for one in bluesky.posts(account.did)] == [
            "The open door of building C."
        ]
        assert len(fediverse.posts(toot)) == 1
        assert "Masks are welcome." in str(fediverse.posts(toot)[0])
        assert [
            one.body["data"]["text"] if "data" in one.body else one.body["text"] for one in receiver.accepted
        ] == [TEXT]
        feed = httpx2.get(f"{here.url}/news/feed.json", timeout=30).json()
        assert [item["title"] for item in feed["items"]] == ["Flu shots on Saturday"]

        urls = {one["channel"]: one["url"] for one in deliveries()}
        public = httpx2.get(f"{here.url}{urls[ids['newsroom']]}", timeout=30)
        assert "building C" in public.text
        assert here.cli("audit", "verify").returncode == 0
        verbs = {entry["verb"] for entry in ada("GET", "/audit?limit=100")["items"]}
        assert {
            "post.created",
            "post.submitted",
            "post.approved",
            "post.scheduled",
            "delivery.confirmed",
        } <= verbs
