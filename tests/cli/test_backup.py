"""A backup holds everything, a restore checks everything, and nothing leaves twice because of it."""

from __future__ import annotations

import json
import shutil
import zipfile
from pathlib import Path
from typing import Any

import pytest

from tests.cli.inside import init, inside
from tests.conftest import StartDesk
from tests.desk import Desk

# One of each kind: out, to come, overdue while nobody worked, on its way when the power went, approved.
STATES = """
from datetime import timedelta
from bedside.media.actions import upload
from PIL import Image
import io
data = io.BytesIO()
Image.new("RGB", (8, 8), "teal").save(data, "PNG")
upload(ben, data.getvalue(), "door.png", "Our door")
out = scheduled("Already out.")
from bedside.publishing.outbox import deliver
deliver(out.id, "hand")
to_come = scheduled("Next week.", timedelta(days=7))
overdue = scheduled("Due now.")
under_way = scheduled("On its way.")
Delivery.objects.filter(id=under_way.id).update(state="armed", attempt_count=1, lease_until=clock.now())
approved("Not yet scheduled.")
# What is out in the newsroom is known here; about somebody else's server a copy may be behind the times.
type(out.connection).objects.update(kind="webhook")
print(out.id, to_come.id, overdue.id, under_way.id)
"""


def _states(desk: Desk) -> dict[str, str]:
    return {row["id"]: row["state"] for row in desk.cli_json("deliveries", "list")["items"]}


def _wipe(home: Path) -> None:
    shutil.rmtree(home)
    home.mkdir(mode=0o700)


def test_a_backup_made_while_the_desk_runs_comes_back_and_lets_nothing_leave(
    database: str, desk: StartDesk, tmp_path: Path
) -> None:
    one = init(desk(database_url=database, start=False))
    ids = inside(one, STATES).split()
    # The pages run; the deliveries do not, so that each stays as it was made.
    one.start("--web-only", wait=False)
    file = tmp_path / "desk.zip"
    made = one.cli_json("backup", str(file), timeout=120)
    assert file.stat().st_mode & 0o777 == 0o600
    assert one.cli("backup", str(file), check=False).returncode == 5
    running = one.cli("restore", str(file), "--force", check=False)
    assert running.returncode == 5
    assert "running" in running.stderr
    one.stop()
    assert one.cli("restore", str(file), check=False).returncode == 5

    told = one.cli_json("restore", str(file), "--force", timeout=180)
    assert (told["unsure"], told["held"], told["approved"]) == (2, 1, 1)
    assert told["record_ok"]
    assert told["keys_ok"]
    assert told["files"] == made["files"]
    assert told["aside"]
    assert dict(zip(ids, ["confirmed", "held", "unsure", "unsure"], strict=True)) == _states(one)
    assert one.cli_json("audit", "verify", "--anchor", made["head"])["ok"]
    assert (
        inside(
            one,
            "from bedside.media import store\nfrom bedside.media.models import Media\n"
            "print(len(store.read(Media.objects.get().sha256)) > 50)",
        )
        == "True"
    )
    # A desk that starts on it now sends nothing.
    one.start()
    assert dict(zip(ids, ["confirmed", "held", "unsure", "unsure"], strict=True)) == _states(one)


def test_a_restore_into_an_empty_folder_needs_no_force(desk: StartDesk, tmp_path: Path) -> None:
    one = init(desk(start=False))
    file = tmp_path / "desk.zip"
    one.cli("backup", str(file))
    _wipe(one.home)
    assert one.cli_json("restore", str(file))["aside"] == []
    assert [row["email"] for row in one.cli_json("user", "list")["items"]] == ["ana@example.org"]
    assert not list(one.home.glob(".restore-*"))


@pytest.mark.parametrize("harm", ["changed", "short", "no zip", "strange name"])
def test_a_damaged_backup_is_refused_and_the_desk_stays_as_it_was(
    harm: str, desk: StartDesk, tmp_path: Path
) -> None:
    one = desk(start=False)
    file = tmp_path / "desk.zip"
    content = {"bedside.sqlite3": b"not a database", "vault.keys": b"k"}
    files = [{"name": n, "sha256": "0" * 64, "bytes": len(c)} for n, c in content.items()]
    manifest: dict[str, Any] = {
        "format": "bedside-backup/1",
        "made_at": "2026-11-24T09:00:00+00:00",
        "made_by": "bedside",
        "database": "sqlite",
        "head": "",
        "notes": [],
        "files": files,
    }
    if harm == "strange name":
        content["../outside"] = b"x"
        files.append({"name": "../outside", "sha256": "0" * 64, "bytes": 1})
    with zipfile.ZipFile(file, "w") as archive:
        for name, data in content.items():
            archive.writestr(name, data)
        archive.writestr("manifest.json", json.dumps(manifest))
    if harm == "short":
        file.write_bytes(file.read_bytes()[:-200])
    if harm == "no zip":
        file.write_bytes(b"hello")
    done = one.cli("restore", str(file), check=False)
    assert done.returncode == 2
    assert "Traceback" not in done.stderr
    assert {path.name for path in one.home.iterdir()} <= {"desk.lock"}
    assert not (tmp_path / "outside").exists()
