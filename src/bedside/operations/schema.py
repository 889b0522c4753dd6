"""The database's schema: whether it fits this version of Bedside, and bringing it up to date."""

from __future__ import annotations

import fcntl
import os
import pkgutil
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.apps import apps
from django.conf import settings
from django.core.management import call_command
from django.db import DatabaseError, OperationalError, connection

from bedside.core import clock
from bedside.core.errors import Conflict, Unavailable

# A session lock on PostgreSQL: one process migrates, the others wait and find nothing left to do.
_ADVISORY = 0x6265_6473_6964_65
_PATIENCE_SECONDS = 120
_COPIES_KEPT = 3


def pending() -> set[tuple[str, str]]:
    """The migrations (app, name) that the database lacks; names alone, so that a start costs one query.

    Raises `Conflict` when the database was written by a newer Bedside, `Unavailable` when it does not answer.
    """
    wanted = {
        (config.label, module.name)
        for config in apps.get_app_configs()
        for module in pkgutil.iter_modules([os.path.join(config.path, "migrations")])  # noqa: PTH118
        if module.name[0] not in "_~"
    }
    applied = _applied()
    own = {config.label for config in apps.get_app_configs() if config.name.startswith("bedside.")}
    newer = sorted(f"{app}.{name}" for app, name in applied - wanted if app in own)
    if newer:
        raise Conflict(
            f"The database was written by a newer Bedside ({newer[-1]}). "
            "Install that version again, or restore a backup made before it."
        )
    return wanted - applied


def migrate() -> bool:
    """Bring the database up to date; whether there was anything to do.

    Safe when several processes start at once. On SQLite a copy of the data is kept first, as
    `before-upgrade-….sqlite3` in the data folder.
    """
    if not pending():
        return False
    with _one_at_a_time():
        missing = pending()
        if not missing:
            return False
        if connection.vendor == "sqlite" and _applied():
            _keep_copy(Path(connection.settings_dict["NAME"]))
        call_command("migrate", verbosity=0, interactive=False)
    return True


def require_current() -> None:
    """Raises `Conflict` with what to do when the database is not up to date."""
    if pending():
        raise Conflict(
            "The database is not set up for this version of Bedside yet. Run: bedside db migrate"
            " (bedside serve does it by itself)."
        )


def _applied() -> set[tuple[str, str]]:
    try:
        with connection.cursor() as cursor:
            if "django_migrations" not in connection.introspection.table_names(cursor):
                return set()
            cursor.execute("SELECT app, name FROM django_migrations")
            return {(app, name) for app, name in cursor.fetchall()}
    except OperationalError as error:
        raise Unavailable(f"The database does not answer: {_first_line(error)}") from error
    except DatabaseError as error:
        raise Unavailable(f"The database cannot be read: {_first_line(error)}") from error


def _first_line(error: Exception) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[0]


@contextmanager
def _one_at_a_time() -> Iterator[None]:
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT set_config('lock_timeout', %s, false)", [f"{_PATIENCE_SECONDS}s"])
            cursor.execute("SELECT pg_advisory_lock(%s)", [_ADVISORY])
        try:
            yield
        finally:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s)", [_ADVISORY])
                cursor.execute("SET lock_timeout TO DEFAULT")
        return
    handle = os.open(settings.HOME / "migrating.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def _keep_copy(database: Path) -> None:
    stamp = clock.now().strftime("%Y%m%d-%H%M%S")
    copy = database.with_name(f"before-upgrade-{stamp}.sqlite3")
    try:
        with sqlite3.connect(database) as source:
            source.execute("VACUUM INTO ?", [str(copy)])
        source.close()
        copy.chmod(0o600)
    except (sqlite3.Error, OSError) as error:
        copy.unlink(missing_ok=True)
        raise Unavailable(
            f"The database has to be upgraded, but the copy that is kept first could not be made: {error}. "
            "Nothing was changed. Make room on the disk and start again."
        ) from error
    for old in sorted(database.parent.glob("before-upgrade-*.sqlite3"))[:-_COPIES_KEPT]:
        old.unlink(missing_ok=True)
