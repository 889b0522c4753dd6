"""Who uses a data folder: every server and worker holds a shared lock on it, so that what needs the folder to
itself (a restore, a move) finds out for certain, also when a process was killed."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bedside.core.errors import Conflict, Unavailable

FILE_NAME = "desk.lock"


@contextmanager
def in_use(home: Path) -> Iterator[None]:
    """Held by whoever works on the folder. Raises `Conflict` while somebody has it to themselves."""
    with _locked(
        home,
        fcntl.LOCK_SH,
        f"{home} is being restored or moved right now. Start Bedside again when that is done.",
    ):
        yield


@contextmanager
def alone(home: Path) -> Iterator[None]:
    """Held by whoever needs the folder to themselves. Raises `Conflict` while a desk or worker runs on it."""
    with _locked(
        home,
        fcntl.LOCK_EX,
        f"A desk or a worker is running on {home}. Stop it first; nothing was changed.",
    ):
        yield


@contextmanager
def _locked(home: Path, kind: int, refusal: str) -> Iterator[None]:
    try:
        home.mkdir(parents=True, exist_ok=True, mode=0o700)
        handle = os.open(home / FILE_NAME, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise Unavailable(
            f"The data folder {home} cannot be used: {error.strerror}. "
            "Set BEDSIDE_HOME to a folder that this account may write to."
        ) from error
    try:
        try:
            fcntl.flock(handle, kind | fcntl.LOCK_NB)
        except OSError as error:
            raise Conflict(refusal) from error
        yield
    finally:
        os.close(handle)
