"""The disk fills under a desk that has posts to send, and is given room again."""

from __future__ import annotations

import shutil
import sqlite3
import subprocess
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import httpx2
import pytest
from PIL import Image

from tests.crash.clock import Clock
from tests.crash.conftest import Networks, query, rows, until
from tests.crash.seed import seed
from tests.crash.visitor import visitor
from tests.desk import Desk

MEGABYTES = 24
BLOCK = 4096
POSTS, EVERY = 3, 240
WORDS = "The disk is full"


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of its own, so that it can be filled to its last byte without harm to anybody."""
    mounted = tmp_path / "small"
    mounted.mkdir()
    mount, options = shutil.which("mount"), f"size={MEGABYTES}m,mode=700"
    command = [mount or "mount", "-t", "tmpfs", "-o", options, "bedside-test", str(mounted)]
    if mount is None or subprocess.run(command, capture_output=True, check=False).returncode:
        pytest.skip("A small file system cannot be mounted here: that takes root and the right to mount.")
    yield mounted
    subprocess.run(["umount", "--lazy", str(mounted)], check=True)


@pytest.fixture
def desk(drill: Callable[..., Desk], small_disk: Path) -> Iterator[Desk]:
    """A desk whose data folder is the small disk; the log lies beside it, as with most service managers."""
    desk = replace(drill(), home=small_disk)
    yield desk
    desk.stop()
    print(desk.log())


def fill(desk: Desk) -> Path:
    """Take every block that is left. What SQLite holds in reserve goes first, as it would in a longer while."""
    with closing(sqlite3.connect(desk.home / "bedside.sqlite3", timeout=30)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    ballast = desk.home / "ballast"
    with ballast.open("ab", buffering=0) as file, suppress(OSError):
        while True:
            file.write(bytes(BLOCK))
    return ballast


def test_a_disk_that_fills(desk: Desk, networks: Networks) -> None:
    clock = Clock(desk)
    # One every four minutes: the first is due now.
    made = seed(desk, networks.channels("newsroom", "mastodon"), POSTS, spread=EVERY * POSTS)
    desk.start()
    person, program = visitor(desk), {"Authorization": f"Bearer {made.token}"}
    until(desk, lambda: [row.state for row in rows(desk) if row.text == made.texts[0]] == ["confirmed"] * 2)

    ballast = fill(desk)
    clock.jump(EVERY * (POSTS - 1) + 20)
    # What was typed is refused whole, with words that say what to do.
    before = query(desk, "SELECT count(*) FROM posts_post")
    typed = {"text": "Typed on a full disk. " * 3000}
    refused = person.post("/write", data=typed)
    assert (refused.status_code, WORDS in refused.text, "make room" in refused.text) == (503, True, True)
    asked = httpx2.post(f"{desk.url}/api/v1/posts", json=typed, headers=program, timeout=30)
    assert (asked.status_code, WORDS in asked.json()["detail"]) == (503, True), asked.text
    picture = BytesIO()
    Image.effect_noise((400, 400), 90).save(picture, "PNG")
    files = {"file": ("noise.png", picture.getvalue(), "image/png")}
    sent = httpx2.post(
        f"{desk.url}/api/v1/media", files=files, data={"alt": "Noise."}, headers=program, timeout=30
    )
    assert (sent.status_code, "room" in sent.json()["detail"]) == (503, True), sent.text
    assert query(desk, "SELECT count(*) FROM posts_post") == before
    assert not [file for file in (desk.home / "media").rglob("*") if file.is_file()]
    # Reading goes on, and who watches is told why nothing leaves.
    assert person.get("/posts").status_code == 200
    until(desk, lambda: any("disk is full" in why for why in person.get("/healthz").json()["reasons"]))
    assert person.get("/healthz").status_code == 503
    assert networks.out("mastodon") == Counter(made.texts[:1])

    ballast.unlink()
    until(desk, lambda: {row.state for row in rows(desk)} == {"confirmed"})
    until(desk, lambda: person.get("/healthz").status_code == 200)
    assert networks.out("mastodon") == Counter(made.texts)
    assert person.post("/write", data=typed).status_code == 302
    desk.cli("audit", "verify")
