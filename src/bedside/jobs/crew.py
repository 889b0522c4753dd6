"""Everything that works in one process: the loop, and on PostgreSQL the consumer of jobs beside it."""

from __future__ import annotations

import asyncio
import logging
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

from django.conf import settings

from bedside.jobs.loop import LEASES, Loop
from bedside.jobs.registry import Chore, register, works

_log = logging.getLogger(__name__)
_TRY_AGAIN_SECONDS = 2.0


class Crew:
    """`start`, and `stop` within `patience` seconds: nothing new is begun, what is on the network finishes."""

    def __init__(self) -> None:
        self.loop = Loop()
        self._consumer = _Consumer(self.loop.hands) if settings.ON_POSTGRESQL else None

    def start(self) -> None:
        if self._consumer:
            from bedside.jobs.queue import forget_stalled

            register(Chore("forget stalled jobs", timedelta(minutes=10), forget_stalled))
            self._consumer.start()
        self.loop.start()

    def stop(self, patience: float = 25.0) -> None:
        ends = time.monotonic() + patience
        if self._consumer:
            self._consumer.ask_to_stop(patience)
        self.loop.stop(patience)
        while self._consumer and self._consumer.is_alive() and time.monotonic() < ends:
            # The loop keeps leases alive no more, and what the jobs have in hand is not lost yet.
            for work in works.values():
                work.keep(self.loop.worker)
            self._consumer.join(min(LEASES, max(0.1, ends - time.monotonic())))


class _Consumer(threading.Thread):
    """Procrastinate's worker in a thread with an event loop of its own; started anew when it falls over."""

    def __init__(self, hands: int) -> None:
        super().__init__(name="bedside-jobs", daemon=True)
        self._hands = hands
        self._stopping = threading.Event()
        self._patience = 25.0
        self._events: asyncio.AbstractEventLoop | None = None
        self._task: asyncio.Task[None] | None = None

    def run(self) -> None:
        while not self._stopping.is_set():
            try:
                asyncio.run(self._consume())
            except asyncio.CancelledError:
                break
            except Exception as error:
                # The database is away, say. The rows are the truth, so nothing is lost meanwhile.
                _log.error("the consumer of jobs fell over: %s", type(error).__name__)
                self._stopping.wait(_TRY_AGAIN_SECONDS)

    async def _consume(self) -> None:
        from procrastinate.contrib.django import app

        from bedside.jobs.queue import POLLING

        self._events, self._task = asyncio.get_running_loop(), asyncio.current_task()
        if self._stopping.is_set():
            return
        # Tasks run in the default executor, which would have six threads on two cores.
        self._events.set_default_executor(ThreadPoolExecutor(self._hands, thread_name_prefix="bedside-job"))
        # An app of its own, not `replace_connector`: the rooms go on enqueuing in Django's transactions.
        working = app.with_connector(app.connector.get_worker_connector())  # type: ignore[attr-defined]
        async with working.open_async():
            await working.run_worker_async(
                queues=["bedside"],
                concurrency=self._hands,
                install_signal_handlers=False,
                fetch_job_polling_interval=POLLING,
                # A job is a hint: whatever came of it, the row knows, and nobody looks at it again.
                delete_jobs="always",
                shutdown_graceful_timeout=self._patience,
            )

    def ask_to_stop(self, patience: float) -> None:
        self._patience = patience
        self._stopping.set()
        if self._events and self._task and not self._events.is_closed():
            # Cancelled once, Procrastinate's worker takes nothing new and lets its jobs finish.
            self._events.call_soon_threadsafe(self._task.cancel)
