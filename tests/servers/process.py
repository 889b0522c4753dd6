"""Starting and stopping one child process that serves on loopback."""

from __future__ import annotations

import contextlib
import os
import socket
import subprocess
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path


class NotStarted(Exception):
    """The server did not come up; the message ends with its last output."""


def free_port() -> int:
    """A loopback port that is free at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextlib.contextmanager
def child(
    command: Sequence[str], log: Path, environment: Mapping[str, str] | None = None
) -> Iterator[subprocess.Popen[bytes]]:
    """Runs `command` with its output in `log`; ends it (and only it) at the end, by force after 5 s.

    Its standard input is a pipe that closes when this process dies, so that it can notice.
    """
    with log.open("wb") as output:
        process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=output,
            stderr=subprocess.STDOUT,
            env={**os.environ, **(environment or {})},
            cwd=log.parent,
        )
        try:
            yield process
        finally:
            if process.stdin:
                process.stdin.close()
            process.terminate()
            try:
                process.wait(5)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait(5)


def wait_for_line(process: subprocess.Popen[bytes], log: Path, start: str, seconds: float) -> str:
    """The first line of `log` that begins with `start`. Raises `NotStarted`."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        for line in log.read_text("utf-8", "replace").splitlines():
            if line.startswith(start):
                return line
        if process.poll() is not None:
            break
        time.sleep(0.05)
    raise NotStarted(f"{process.args!r} did not start:\n{log.read_text('utf-8', 'replace')[-3000:]}")


def wait_for_http(process: subprocess.Popen[bytes], log: Path, url: str, seconds: float) -> None:
    """Waits until `url` answers 200. Raises `NotStarted`."""
    end = time.monotonic() + seconds
    while time.monotonic() < end and process.poll() is None:
        with contextlib.suppress(OSError, urllib.error.URLError):
            if urllib.request.urlopen(url, timeout=2).status == 200:
                return
        time.sleep(0.05)
    raise NotStarted(f"{process.args!r} did not start:\n{log.read_text('utf-8', 'replace')[-3000:]}")


class Counter:
    """Numbers 1, 2, 3 … handed out once each, also to several threads."""

    def __init__(self) -> None:
        self._lock, self._last = threading.Lock(), 0

    def next(self) -> int:
        with self._lock:
            self._last += 1
            return self._last
