"""Somebody at the desk without a browser: `python -m tests.crash.visitor EMAIL` prints a session."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import httpx2

from tests.desk import Desk

ROOT = Path(__file__).resolve().parents[2]
SAME_SITE = "c" * 32  # the cookie and the header have to say the same, and any 32 letters do


def visitor(desk: Desk, email: str = "author@example.org") -> httpx2.Client:
    """A client in which `email` has signed in with a second factor, for any web process of this desk."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.crash.visitor", email],
        env={**desk.environment, "PYTHONPATH": str(ROOT)},
        cwd=ROOT,
        capture_output=True,
        encoding="utf-8",
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    cookies = {"sessionid": done.stdout.split()[-1], "csrftoken": SAME_SITE}
    return httpx2.Client(cookies=cookies, headers={"X-CSRFToken": SAME_SITE}, base_url=desk.url, timeout=30)


def main(email: str) -> None:
    from bedside.cli.opening import open_desk, person_called

    open_desk()
    from tests.marlow import _session

    print(_session(person_called(email)))


if __name__ == "__main__":
    main(sys.argv[1])
