"""`bedside serve` and `bedside worker`: one process each, from the first look at the schema to a clean stop."""

from __future__ import annotations

import fcntl
import gc
import hashlib
import logging
import os
import signal
import socket
import threading
import time
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from types import FrameType
from typing import Any

from bedside.core.errors import Invalid, Unavailable

_log = logging.getLogger("bedside.server")
STOP_SECONDS = 25.0
# What requests get of those to finish; a page takes milliseconds, an upload may take longer.
REQUEST_SECONDS = 10
_MARK = "collected"
_TURN = "collecting.lock"


def serve(
    host: str, port: int, *, web_only: bool, tell: Callable[[str], None], on_start: Callable[[], None]
) -> None:
    """Serve pages, API and live events, and unless `web_only` do the work too, until SIGTERM or SIGINT.

    Django has to be set up. `on_start` is called once the address is taken, `tell` with where the desk is.
    Raises `Unavailable` when the address cannot be taken.
    """
    import uvicorn
    from django.conf import settings

    from bedside.jobs.crew import Crew
    from bedside.operations.occupancy import in_use

    with in_use(settings.HOME), _bound(host, port) as listener:
        prepare_static()
        # By its name, as any ASGI server is given it.
        application: Any = import_module("bedside.asgi").application

        crew = None if web_only else Crew()
        stopped: list[threading.Thread] = []

        class Server(uvicorn.Server):
            def handle_exit(self, sig: int, frame: FrameType | None) -> None:
                # Workers and pages finish side by side, within the time of the one that takes longer.
                application.events.stop()
                if crew is not None and not stopped:
                    stopped.append(
                        threading.Thread(target=crew.stop, args=[STOP_SECONDS], name="bedside-stop")
                    )
                    stopped[0].start()
                self.should_exit = True

        config = uvicorn.Config(
            application,
            log_config=None,
            access_log=False,
            lifespan="off",
            ws="none",
            loop="asyncio",
            server_header=False,
            # Doors read what a proxy says by themselves, and only with BEDSIDE_TRUST_PROXY.
            proxy_headers=False,
            timeout_graceful_shutdown=REQUEST_SECONDS,
            backlog=512,
        )
        server = Server(config)
        # uvicorn raises the signal again when it has stopped: then it must not end us before we have.
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: None)
        on_start()
        if crew is not None:
            crew.start()
        threading.Thread(target=_warm_up, name="bedside-warm-up", daemon=True).start()
        tell(f"http://{_shown(host)}:{listener.getsockname()[1]}")
        try:
            server.run(sockets=[listener])
        finally:
            if crew is not None:
                if not stopped:
                    crew.stop(STOP_SECONDS)
                for thread in stopped:
                    thread.join(STOP_SECONDS + 1)
        _log.info("stopped")


def _warm_up() -> None:
    """Read what the first page needs while nobody waits for it.

    All of that stays until the end, so the garbage collector need not look through it again and again: it
    would take as long as some pages do.
    """
    from django.urls import get_resolver

    try:
        _ = get_resolver().url_patterns
    except Exception:
        _log.exception("the pages cannot be read")
    gc.collect()
    gc.freeze()


def work(tell: Callable[[str], None]) -> None:
    """Do the work of the desk without its pages, until SIGTERM or SIGINT."""
    from django.conf import settings

    from bedside.jobs.crew import Crew
    from bedside.operations.occupancy import in_use

    asked = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: asked.set())
    with in_use(settings.HOME):
        crew = Crew()
        crew.start()
        tell(crew.loop.worker)
        while not asked.wait(1.0):
            pass
        crew.stop(STOP_SECONDS)
    _log.info("stopped")


def prepare_static() -> None:
    """Have the static files lie ready: named by their content, compressed, to be kept by browsers for good.

    Done anew only when one has changed, which takes a second; where the data folder cannot be written to,
    they are served from the package as they are.
    """
    from django.conf import settings
    from django.contrib.staticfiles.finders import get_finders

    digest = hashlib.sha256()
    for finder in get_finders():
        for name, storage in finder.list([]):
            found = Path(storage.path(name)).stat()
            digest.update(f"{name} {found.st_size} {found.st_mtime_ns}\n".encode())
    folder = Path(settings.STATIC_ROOT) / digest.hexdigest()[:16]
    settings.STATIC_ROOT = str(folder)
    settings.WHITENOISE_USE_FINDERS = False
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
    }
    from django.core.management import call_command

    started = time.monotonic()
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        # Web processes that start together take turns: each would take away the files under the other's hands.
        with (folder.parent / _TURN).open("w") as turn:
            fcntl.flock(turn, fcntl.LOCK_EX)
            if (folder / _MARK).exists():
                return
            call_command("collectstatic", interactive=False, verbosity=0)
            (folder / _MARK).touch()
    except OSError as error:
        raise Unavailable(
            f"The static files cannot be laid out in {folder}: {error.strerror}. Make room on the disk."
        ) from error
    for old in folder.parent.iterdir():
        if old.is_dir() and old != folder:
            _remove_later(old)
    _log.info("laid out the static files in %.1f s", time.monotonic() - started)


def _remove_later(folder: Path) -> None:
    """Remove an older version's files, unless another process may be serving them since today."""
    import shutil

    if time.time() - folder.stat().st_mtime > 86_400:
        shutil.rmtree(folder, ignore_errors=True)


class _bound:
    """A listening socket on the address."""

    def __init__(self, host: str, port: int) -> None:
        if not 0 <= port <= 65_535:
            raise Invalid("A port is a number from 0 to 65535.")
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        # With TCP by its name: asyncio sends small answers at once only then, and 40 ms later else.
        self._socket = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
        try:
            self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            self._socket.bind((host, port))
        except OSError as error:
            self._socket.close()
            raise Unavailable(
                f"Port {port} on {host} cannot be used: {os.strerror(error.errno or 0)}. "
                "Is a desk running there already? Choose another with --port."
            ) from error

    def __enter__(self) -> socket.socket:
        return self._socket

    def __exit__(self, *_: object) -> None:
        self._socket.close()


def _shown(host: str) -> str:
    if host in {"0.0.0.0", "::"}:  # noqa: S104 - compared, not bound
        return "127.0.0.1"
    return f"[{host}]" if ":" in host else host
