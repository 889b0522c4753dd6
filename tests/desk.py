"""A real desk for tests: `bedside serve` in its own process, on a random port, with its own data folder."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx2

from tests.postgres import free_port, tied_to_us

START_SECONDS = 60
STOP_SECONDS = 20
COMMAND = Path(sys.executable).with_name("bedside")


@dataclass
class Desk:
    """One desk. `settings` are Bedside's settings by their environment name; they count from the next start.

    `url` says localhost and not 127.0.0.1, because a browser makes passkeys for names only.
    """

    home: Path
    settings: dict[str, str] = field(default_factory=dict)
    database_url: str = ""
    port: int = field(default_factory=free_port)
    command: Path = COMMAND
    process: subprocess.Popen[bytes] | None = None
    workers: list[subprocess.Popen[bytes]] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"http://localhost:{self.port}"

    @property
    def environment(self) -> dict[str, str]:
        """The environment of the desk's processes: ours without any setting of Bedside's, and its own."""
        ours = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith(("BEDSIDE_", "DATABASE_URL", "DJANGO_", "COV_", "PYTEST_"))
        }
        own = {"BEDSIDE_HOME": str(self.home), "BEDSIDE_URL": self.url, "DATABASE_URL": self.database_url}
        return {**ours, "PYTHONUNBUFFERED": "1", **own, **self.settings}

    # The command line.

    def cli(
        self, *args: str, check: bool = True, stdin: str = "", timeout: float = 60
    ) -> subprocess.CompletedProcess[str]:
        """Run `bedside …` on this desk's data. With `check`, a non-zero exit fails the test."""
        done = subprocess.run(
            [str(self.command), *args],
            env=self.environment,
            cwd=self.home,
            input=stdin,
            capture_output=True,
            encoding="utf-8",
            timeout=timeout,
            check=False,
        )
        if check and done.returncode:
            raise AssertionError(
                f"bedside {' '.join(args)} ended with {done.returncode}\n{done.stdout}\n{done.stderr}"
            )
        return done

    def cli_json(self, *args: str, timeout: float = 60) -> Any:
        """What `bedside … --json` prints, parsed."""
        return json.loads(self.cli(*args, "--json", timeout=timeout).stdout)

    # The server.

    def start(self, *args: str, wait: bool = True) -> Desk:
        """`bedside serve` with further options; with `wait`, until /healthz answers 200."""
        assert self.process is None or self.process.poll() is not None, "this desk is running already"
        self.process = self._spawn("serve", "--host", "127.0.0.1", "--port", str(self.port), *args)
        if wait:
            self.wait()
        return self

    def start_worker(self, *args: str) -> subprocess.Popen[bytes]:
        """One `bedside worker` on the same data; `stop` ends it too."""
        worker = self._spawn("worker", *args)
        self.workers.append(worker)
        return worker

    def wait(self, seconds: float = START_SECONDS) -> None:
        """Until /healthz answers 200. Fails with the log when the process ends or the time is over."""
        assert self.process is not None
        end = time.monotonic() + seconds
        last = "nothing answered"
        while time.monotonic() < end:
            if self.process.poll() is not None:
                raise AssertionError(f"bedside serve ended with {self.process.returncode}\n{self.log()}")
            try:
                answer = httpx2.get(f"http://127.0.0.1:{self.port}/healthz", timeout=5)
            except httpx2.TransportError as error:
                last = str(error)
            else:
                if answer.status_code == 200:
                    return
                last = f"{answer.status_code} {answer.text[:500]}"
            time.sleep(0.05)
        raise AssertionError(f"/healthz is not well after {seconds:g} s: {last}\n{self.log()}")

    def kill9(self) -> None:
        """SIGKILL to the server and whatever it started: as if the power went. Workers keep running."""
        if self.process is not None:
            _signal_group(self.process, signal.SIGKILL)
            self.process.wait(STOP_SECONDS)

    def stop(self) -> None:
        """Ask the server and the workers to end, and insist after a while. The data stays."""
        running: Sequence[subprocess.Popen[bytes]] = [
            p for p in (self.process, *self.workers) if p is not None
        ]
        self.workers = []
        for process in running:
            if process.poll() is None:
                process.terminate()
        for process in running:
            try:
                process.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                _signal_group(process, signal.SIGKILL)
                process.wait(STOP_SECONDS)

    def log(self) -> str:
        """The end of what server and workers have printed since the desk was made."""
        path = self.home.with_name(self.home.name + ".log")
        return path.read_text("utf-8", "replace")[-12_000:] if path.exists() else ""

    def _spawn(self, *args: str) -> subprocess.Popen[bytes]:
        # A group of its own, so that kill9 reaches children; tied to us, so that nothing outlives the tests.
        with self.home.with_name(self.home.name + ".log").open("ab") as log:
            return subprocess.Popen(
                [*tied_to_us(), str(self.command), *args],
                env=self.environment,
                cwd=self.home,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )


def _signal_group(process: subprocess.Popen[bytes], number: signal.Signals) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, number)
