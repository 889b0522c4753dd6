"""Moving the clock of a drill's running processes."""

from __future__ import annotations

import os
import signal
from dataclasses import dataclass, field
from pathlib import Path

from tests.crash.conftest import until
from tests.desk import Desk


@dataclass
class Clock:
    """The clock that all processes of `desk` follow; to be made before they start."""

    desk: Desk
    file: Path = field(init=False)

    def __post_init__(self) -> None:
        self.file = self.desk.home.with_name(self.desk.home.name + ".clock")
        self.desk.settings["DRILL_CLOCK"] = str(self.file)

    def jump(self, seconds: float) -> None:
        """From now on every process is that far ahead of the machine's clock, or behind."""
        self.file.write_text(str(seconds))
        running = [one for one in (self.desk.process, *self.desk.workers) if one and one.poll() is None]
        assert running, "no process would notice"
        heard = f"The clock is {seconds:g} s ahead."
        told = self._log().count(heard)
        for process in running:
            os.kill(process.pid, signal.SIGUSR1)
        until(self.desk, lambda: self._log().count(heard) == told + len(running))

    def _log(self) -> str:
        # All of it: `Desk.log` is its end only.
        return self.desk.home.with_name(self.desk.home.name + ".log").read_text("utf-8", "replace")
