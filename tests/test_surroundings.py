"""The ground under the other tests: nothing of theirs may reach a real desk or outlive the run."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import psycopg
import pytest
from django.conf import settings
from playwright.sync_api import Page

from tests.passkeys import Passkeys
from tests.postgres import Cluster

ROOT = Path(__file__).parents[1]


def _alive(pid: int) -> bool:
    """Whether the process runs (one that has ended but was not yet collected does not)."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"


def test_django_writes_into_a_folder_of_this_process() -> None:
    assert Path(os.environ["BEDSIDE_HOME"]).resolve() == settings.HOME
    assert settings.HOME.name.startswith("bedside-test-")
    assert ROOT not in settings.HOME.parents


@pytest.mark.parametrize("asked", ["sqlite", "postgresql"])
def test_a_run_takes_no_setting_from_its_caller(asked: str, tmp_path: Path) -> None:
    caller = {
        **os.environ,
        "BEDSIDE_TEST_DATABASE": asked,
        "BEDSIDE_HOME": str(tmp_path / "desk"),
        "DATABASE_URL": "postgres://nobody@127.0.0.1:1/real",
        "BEDSIDE_LATENESS_MINUTES": "99",
    }
    caller = {name: value for name, value in caller.items() if not name.startswith("PYTEST_")}
    test = tmp_path / "test_inside.py"
    test.write_text(
        textwrap.dedent(f"""
        from django.conf import settings
        from django.db import connection

        def test_inside(db):
            assert connection.vendor == {asked!r}
            assert settings.BEDSIDE["BEDSIDE_LATENESS_MINUTES"] == 10
            with connection.cursor() as cursor:
                cursor.execute("SELECT 1")
        """)
    )
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-c", "pyproject.toml"]
    run = subprocess.run(
        [*command, "--rootdir", str(ROOT), str(test)],
        cwd=ROOT,
        env=caller,
        capture_output=True,
        encoding="utf-8",
        timeout=180,
        check=False,
    )
    assert run.returncode == 0, run.stdout + run.stderr
    assert not (tmp_path / "desk").exists()


def test_a_cluster_serves_stops_and_comes_back(postgres: Cluster) -> None:
    url = postgres.create_database()
    with psycopg.connect(url, autocommit=True) as connection:
        assert connection.execute("SHOW fsync").fetchone() == ("on",)
        connection.execute("CREATE TABLE kept (n int)")
    postgres.stop_server()
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(url, connect_timeout=2)
    postgres.begin()
    with psycopg.connect(url) as connection:
        assert connection.execute("SELECT count(*) FROM kept").fetchone() == (0,)
    postgres.drop_database(url)


def test_a_cluster_dies_with_the_run_that_started_it() -> None:
    code = (
        "import os, signal; from tests.postgres import Cluster; cluster = Cluster.start(durable=False); "
        "print(cluster.process.pid, cluster.folder, flush=True); os.kill(os.getpid(), signal.SIGKILL)"
    )
    run = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, encoding="utf-8", timeout=60, check=False
    )
    assert run.returncode == -9, run.stderr
    pid, folder = run.stdout.split()
    end = time.monotonic() + 15
    while _alive(int(pid)) and time.monotonic() < end:
        time.sleep(0.05)
    shutil.rmtree(folder)
    assert not _alive(int(pid))


def test_chromium_makes_and_uses_a_passkey(page: Page, passkeys: Passkeys) -> None:
    page.route("http://localhost:9/**", lambda route: route.fulfill(body="<!doctype html><title>x</title>"))
    page.goto("http://localhost:9/")
    used = page.evaluate(
        """async () => {
            const challenge = new Uint8Array(32);
            const made = await navigator.credentials.create({publicKey: {
                challenge, rp: {name: "Desk", id: "localhost"},
                user: {id: new Uint8Array(8), name: "ana@example.org", displayName: "Ana"},
                pubKeyCredParams: [{type: "public-key", alg: -7}],
                authenticatorSelection: {residentKey: "required", userVerification: "required"}}});
            const got = await navigator.credentials.get({publicKey: {challenge, rpId: "localhost"}});
            return made.id === got.id;
        }"""
    )
    assert used
    assert [held["rpId"] for held in passkeys.credentials()] == ["localhost"]
