"""`bedside …` that dies where it is told: SIGKILL to itself, as if the power went.

`DRILL_POINT` is `name:number`, one of `POINTS` and at which of its passings. Empty: it lives. `DRILL_LEASE` shortens
the lease (seconds), so that a test need not wait for the real one. SIGUSR1 moves Bedside's clock by the seconds
written in the file `DRILL_CLOCK`.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

POINTS = {
    "before-claim-commit": "the attempt is written but not committed",
    "after-claim": "the attempt is committed, nothing has been sent",
    "while-sending": "the request is on the network, no answer has come",
    "after-send": "the answer has come, nothing is written",
    "before-settle-commit": "the receipt is written but not committed",
    "after-settle": "the receipt is committed, nobody has been told",
    "while-finding": "the network is being asked what became of it",
}


class Trap:
    """Dies at the `number`th passing."""

    def __init__(self, number: int) -> None:
        self._left, self._lock = number, threading.Lock()

    def spring(self, after: float = 0.0) -> None:
        with self._lock:
            self._left -= 1
            if self._left:
                return
        if after:
            timer = threading.Timer(after, os.kill, (os.getpid(), signal.SIGKILL))
            timer.daemon = True
            timer.start()
        else:
            os.kill(os.getpid(), signal.SIGKILL)


def set_trap(point: str, number: int) -> None:
    from bedside.publishing import outbox, settling

    trap = Trap(number)

    def wrap(
        module: Any, name: str, before: Callable[..., None] | None, after: Callable[..., None] | None
    ) -> None:
        whole = getattr(module, name)

        def wrapped(*args: Any, **more: Any) -> Any:
            if before:
                before(*args)
            result = whole(*args, **more)
            if after:
                after(result, *args)
            return result

        setattr(module, name, wrapped)

    def sending(claimed: Any, *_: Any) -> bool:
        return bool(claimed.kind == "send" and not claimed.channel.in_house)

    match point:
        case "before-claim-commit":
            wrap(outbox, "_arm", None, lambda *_: trap.spring())
        case "after-claim":
            wrap(
                outbox,
                "claim",
                None,
                lambda claimed, *_: claimed and claimed.kind == "send" and trap.spring(),
            )
        case "while-sending":
            wrap(outbox, "work", lambda claimed: sending(claimed) and trap.spring(0.04), None)
        case "after-send":
            wrap(outbox, "work", None, lambda _, claimed: sending(claimed) and trap.spring())
        case "before-settle-commit":
            wrap(settling, "confirm", None, lambda *_: trap.spring())
        case "after-settle":
            wrap(outbox, "settle", None, lambda *_: trap.spring())
        case "while-finding":
            wrap(outbox, "work", lambda claimed: claimed.kind == "find" and trap.spring(0.02), None)
        case _:
            raise SystemExit(f"There is no point “{point}”.")


def shorten(lease: float) -> None:
    from bedside.channels.mastodon import channel as mastodon
    from bedside.jobs import loop
    from bedside.publishing import outbox

    outbox.LEASE = timedelta(seconds=lease)
    loop.LEASES = lease / 4
    mastodon.STILL_WORKING = 0.3


def follow(path: Path) -> None:
    from bedside.core import clock

    def jump(*_: Any) -> None:
        seconds = float(path.read_text())
        clock.shift(timedelta(seconds=seconds))
        print(f"The clock is {seconds:g} s ahead.", flush=True)

    signal.signal(signal.SIGUSR1, jump)


def main() -> None:
    import django

    whole = django.setup

    def setup(*args: Any, **more: Any) -> None:
        whole(*args, **more)
        if lease := os.environ.get("DRILL_LEASE"):
            shorten(float(lease))
        if clock := os.environ.get("DRILL_CLOCK"):
            follow(Path(clock))
        if point := os.environ.get("DRILL_POINT"):
            name, _, number = point.partition(":")
            set_trap(name, int(number))

    django.setup = setup
    from bedside.cli import main as command

    sys.argv[0] = "bedside"
    command()


if __name__ == "__main__":
    main()
