"""The loop that does the work: looks for due rows, hands them to a pool of threads, keeps their leases alive.

One loop runs inside `bedside serve`, or in each `bedside worker`. It holds nothing that matters: killed at
any point, the rows say where to go on.
"""

from __future__ import annotations

import logging
import os
import secrets
import socket
import threading
import time
import uuid
from collections import Counter
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import timedelta

from django.conf import settings
from django.db import Error, close_old_connections, connection

from bedside.core import clock
from bedside.jobs.models import Heartbeat
from bedside.jobs.registry import Work, chores, works
from bedside.jobs.wake import bell

_log = logging.getLogger(__name__)

WORKER = f"{socket.gethostname()[:24]}-{os.getpid()}-{secrets.token_hex(4)}"
# How long the loop rests when nothing rings, in seconds. On PostgreSQL jobs bring the work and this only
# sweeps up what was missed; on SQLite it is the only way work is found.
REST_ALONE, REST_SWEEPING = 0.25, 1.0
HEARTBEAT = 2.0
LEASES = 4.0
MOST_AT_ONCE = 1000
# A row whose step did not get through (the database was away, say) is left alone for this long.
AFTER_TROUBLE = 1.0


class Loop:
    """Runs until `stop`. `turn` is one round, for tests and for whoever drives it by hand."""

    def __init__(self, worker: str = WORKER) -> None:
        self.worker = worker
        self.hands = int(settings.BEDSIDE["BEDSIDE_SENDERS"])
        self._pool = ThreadPoolExecutor(self.hands, thread_name_prefix="bedside-hand")
        self._busy: dict[uuid.UUID, str] = {}
        self._lock = threading.Lock()
        self._stopping = threading.Event()
        self._last_beat = self._last_keep = -1e9
        self._chore_at: dict[str, float] = {}
        self._started = clock.now()
        self._trouble = ""
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        self._thread = threading.Thread(target=self.run, name="bedside-loop", daemon=True)
        self._thread.start()

    def stop(self, patience: float = 25.0) -> None:
        """Take nothing new, let what is on the network finish for `patience` seconds, and go."""
        self._stopping.set()
        bell.set()
        if self._thread is not None:
            self._thread.join(5)
        ends = time.monotonic() + patience
        while self._busy and time.monotonic() < ends:
            self._keep_leases()
            time.sleep(0.05)
        self._pool.shutdown(wait=False, cancel_futures=True)
        try:
            Heartbeat.objects.filter(worker=self.worker).delete()
        except Error:
            _log.warning("the heartbeat could not be taken back")

    def run(self) -> None:
        rest = REST_SWEEPING if settings.ON_POSTGRESQL else REST_ALONE
        while not self._stopping.is_set():
            bell.clear()
            try:
                self.turn()
                self._trouble = ""
            except Error as error:
                # The database is away or the disk is full. Nothing is lost: look again until it is back.
                self._trouble = f"{type(error).__name__}: {error}"[:500]
                _log.error("the delivery loop cannot reach its database: %s", self._trouble)
                connection.close()
                self._stopping.wait(AFTER_TROUBLE)
            except Exception:
                self._trouble = "an error in the loop; see the log"
                _log.exception("the delivery loop stumbled")
                self._stopping.wait(AFTER_TROUBLE)
            bell.wait(rest)
        connection.close()

    def turn(self) -> int:
        """Look once at everything; how many rows were handed out."""
        close_old_connections()
        self._beat()
        self._keep_leases()
        for chore in chores.values():
            self._maybe(chore.name, chore.every, chore.do)
        return sum(self._hand_out(work) for work in works.values())

    def idle(self) -> bool:
        with self._lock:
            return not self._busy

    def _hand_out(self, work: Work) -> int:
        given = 0
        with self._lock:
            lanes, busy = Counter(self._busy.values()), set(self._busy)
        if len(busy) >= self.hands:
            return 0
        for row, lane in work.due(clock.now(), MOST_AT_ONCE):
            if len(busy) >= self.hands:
                break
            if row in busy or lanes[lane] >= max(1, self.hands // 2):
                continue
            with self._lock:
                self._busy[row] = lane
            busy.add(row)
            lanes[lane] += 1
            given += 1
            self._pool.submit(self._do, work, row).add_done_callback(self._noted)
        return given

    def _do(self, work: Work, row: uuid.UUID) -> None:
        stumbled = False
        try:
            close_old_connections()
            work.do(row, self.worker)
        except Error as error:
            stumbled = True
            self._trouble = f"{type(error).__name__}: {error}"[:500]
            _log.error("a step of %s did not get through: %s", work.name, self._trouble)
            connection.close()
        except Exception:
            stumbled = True
            self._trouble = "an error in a step; see the log"
            _log.exception("a step of %s stumbled over row %s", work.name, row)
        finally:
            if stumbled:
                self._stopping.wait(AFTER_TROUBLE)
            with self._lock:
                self._busy.pop(row, None)

    def _noted(self, future: Future[None]) -> None:
        if not future.cancelled() and future.exception():  # pragma: no cover - _do catches everything
            _log.error("a step ended badly", exc_info=future.exception())
        bell.set()

    def _maybe(self, name: str, every: timedelta, do: object) -> None:
        now = time.monotonic()
        if now - self._chore_at.get(name, -1e9) < every.total_seconds() or name in self._busy.values():
            return
        self._chore_at[name] = now
        token = uuid.uuid4()
        with self._lock:
            self._busy[token] = name
        self._pool.submit(self._chore, name, do, token)

    def _chore(self, name: str, do: object, token: uuid.UUID) -> None:
        try:
            close_old_connections()
            assert callable(do)
            do()
        except Exception:
            _log.exception("the chore %s stumbled", name)
            connection.close()
        finally:
            with self._lock:
                self._busy.pop(token, None)

    def _beat(self) -> None:
        if time.monotonic() - self._last_beat < HEARTBEAT:
            return
        Heartbeat.objects.update_or_create(
            worker=self.worker,
            defaults={"at": clock.now(), "trouble": self._trouble, "started_at": self._started},
        )
        Heartbeat.objects.filter(at__lt=clock.now() - timedelta(hours=1)).delete()
        self._last_beat = time.monotonic()

    def _keep_leases(self) -> None:
        # On PostgreSQL jobs hold rows under the same name, beside this loop.
        if (self._busy or settings.ON_POSTGRESQL) and time.monotonic() - self._last_keep >= LEASES:
            for work in works.values():
                work.keep(self.worker)
            self._last_keep = time.monotonic()
