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
from django.db.models import Q

from bedside.core import clock
from bedside.jobs import trouble
from bedside.jobs.models import Heartbeat
from bedside.jobs.registry import Work, chores, works
from bedside.jobs.wake import bell, leaving

_log = logging.getLogger(__name__)

WORKER = f"{socket.gethostname()[:24]}-{os.getpid()}-{secrets.token_hex(4)}"
# How long the loop rests when nothing rings, in seconds. On PostgreSQL jobs bring the work and this only
# sweeps up what was missed; on SQLite it is the only way work is found.
REST_ALONE, REST_SWEEPING = 0.25, 1.0
KNOWN_FOR = 0.25
HEARTBEAT = 2.0
LEASES = 4.0
# A row whose step did not get through (the database was away, say) is left alone for this long.
AFTER_TROUBLE = 1.0
# How long the heartbeat tells of what went wrong last, in seconds.
TELL_OF_TROUBLE = 30.0


class Loop:
    """Runs until `stop`. `turn` is one round, for tests and for whoever drives it by hand."""

    def __init__(self, worker: str = WORKER) -> None:
        self.worker = worker
        self.hands = int(settings.BEDSIDE["BEDSIDE_SENDERS"])
        self._pool = ThreadPoolExecutor(self.hands, thread_name_prefix="bedside-hand")
        self._busy: dict[uuid.UUID, str] = {}
        # What was due when it was last asked, by work, and has not been handed out yet.
        self._known: dict[str, tuple[float, list[tuple[uuid.UUID, str]]]] = {}
        self._lock = threading.Lock()
        self._stopping = threading.Event()
        self._last_beat = self._last_keep = -1e9
        self._chore_at: dict[str, float] = {}
        self._started = clock.now()
        # What went wrong last, and when; the heartbeat tells of it for a while.
        self._trouble, self._trouble_at = "", -1e9
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        leaving.clear()
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
            try:
                self._keep_leases()
            except Error as error:
                self._cannot_write(error)
                time.sleep(AFTER_TROUBLE)
            time.sleep(0.05)
        leaving.set()
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
            except Error as error:
                # The database is away or the disk is full. Nothing is lost: look again until it is back.
                _log.error("the delivery loop cannot reach its database: %s", self._cannot_write(error))
                self._stopping.wait(AFTER_TROUBLE)
            except Exception:
                self._note("an error in the loop; see the log")
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
        """Give free hands something to do. What is known to be due is asked for again after a quarter second and
        not after every step: the step itself looks whether its row still wants it."""
        given = 0
        most = max(1, self.hands // 2)
        while True:
            with self._lock:
                lanes, busy = Counter(self._busy.values()), set(self._busy)
            if len(busy) >= self.hands:
                return given
            full = {lane for lane, count in lanes.items() if count >= most}
            asked_at, known = self._known.get(work.name, (-1e9, []))
            known = [one for one in known if one[0] not in busy]
            recent = time.monotonic() - asked_at < KNOWN_FOR
            if not (recent and any(lane not in full for _row, lane in known)):
                if recent and full:
                    return given
                # What waits in a full lane is still known; behind it another lane may have something.
                kept = [one for one in known if one[1] in full]
                asked_at = time.monotonic()
                found = work.due(clock.now(), 4 * self.hands, full)
                known = [*kept, *(one for one in found if one[0] not in busy)]
            rest: list[tuple[uuid.UUID, str]] = []
            before = given
            for row, lane in known:
                if len(busy) >= self.hands or lanes[lane] >= most:
                    rest.append((row, lane))
                    continue
                with self._lock:
                    self._busy[row] = lane
                busy.add(row)
                lanes[lane] += 1
                given += 1
                self._pool.submit(self._do, work, row).add_done_callback(self._noted)
            self._known[work.name] = (asked_at, rest)
            if given == before:
                return given

    def _do(self, work: Work, row: uuid.UUID) -> None:
        stumbled = False
        try:
            close_old_connections()
            work.do(row, self.worker)
        except Error as error:
            stumbled = True
            _log.error("a step of %s did not get through: %s", work.name, self._cannot_write(error))
        except Exception:
            stumbled = True
            self._note("an error in a step; see the log")
            _log.exception("a step of %s stumbled over row %s", work.name, row)
        finally:
            if stumbled:
                self._stopping.wait(AFTER_TROUBLE)
            with self._lock:
                self._busy.pop(row, None)

    def _cannot_write(self, error: Error) -> str:
        """The database is away, locked or full: say so, and let go of a connection that may be broken."""
        words = " ".join(f"{type(error).__name__}: {error}".split())[:500]
        trouble.note(words)
        self._note(words)
        connection.close()
        return words

    def _note(self, words: str) -> None:
        self._trouble, self._trouble_at = words, time.monotonic()

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
        now = clock.now()
        told = self._trouble if time.monotonic() - self._trouble_at < TELL_OF_TROUBLE else ""
        Heartbeat.objects.update_or_create(
            worker=self.worker, defaults={"at": now, "trouble": told, "started_at": self._started}
        )
        # Long silent, or from before the clock went back; who lives and is meant writes the next one in time.
        Heartbeat.objects.filter(
            Q(at__lt=now - timedelta(hours=1)) | Q(at__gt=now + timedelta(minutes=1))
        ).delete()
        self._last_beat = time.monotonic()
        trouble.over()

    def _keep_leases(self) -> None:
        if time.monotonic() - self._last_keep >= LEASES:
            for work in works.values():
                work.keep(self.worker)
            self._last_keep = time.monotonic()
