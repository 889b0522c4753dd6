"""Everything a desk holds as one zip: the database as of one moment, pictures, keys, settings, and a manifest
with the SHA-256 of each file. Made while the desk runs."""

from __future__ import annotations

import hashlib
import json
import os
import sqlite3
import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from importlib import metadata
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection, transaction

from bedside.accounts.caller import Caller
from bedside.audit.actions import record
from bedside.audit.queries import head as record_head
from bedside.core import clock
from bedside.core.errors import Conflict, Unavailable
from bedside.operations import postgresql
from bedside.operations.unpacking import CONFIG, DATABASE, FORMAT, KEYS, PICTURE, Progress
from bedside.vault import keyring

_BLOCK = 1 << 20
_PAGES = 2_000


@dataclass(frozen=True)
class Backup:
    """What was written: how many files and bytes, the record's end at that moment, and what is not in it."""

    path: Path
    files: int
    size: int
    head: str
    made_at: datetime
    notes: tuple[str, ...] = ()


def back_up(path: Path, progress: Progress) -> Backup:
    """Write a backup to a new file, for its owner alone (it holds the keys), there only when it is complete.

    Raises `Conflict` when there is a file of that name or keys are being changed, `Unavailable` when the disk
    refuses or, on PostgreSQL, its client is missing.
    """
    if path.exists():
        raise Conflict(f"There is a file {path} already; choose another name.")
    try:
        with tempfile.TemporaryDirectory(prefix=".bedside-backup-", dir=path.parent) as name:
            part = Path(name) / "backup.zip"
            # So that the keys are those with which this state of the database is encrypted.
            with keyring.changing(keyring.key_file()):
                writing = _Writing(Path(name), progress)
                with _private(part) as file, zipfile.ZipFile(file, "w", allowZip64=True) as archive:
                    made = writing.write(archive, path)
            # A link, not a rename: it never replaces a file that is there.
            os.link(part, path)
    except FileExistsError as error:
        raise Conflict(f"There is a file {path} already; choose another name.") from error
    except (OSError, sqlite3.Error) as error:
        words = error.strerror if isinstance(error, OSError) else str(error)
        raise Unavailable(f"{path} cannot be written: {words}. Nothing was kept of it.") from error
    with transaction.atomic():
        record(
            "desk.backed_up",
            actor=Caller(None, "cli").actor,
            noun_id="desk",
            detail={"files": made.files, "bytes": made.size, "head": made.head},
        )
    return made


@contextmanager
def _private(path: Path) -> Iterator[Any]:
    with os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600), "w+b") as file:
        yield file
        file.flush()
        os.fsync(file.fileno())


def _pictures(home: Path) -> list[str]:
    found = (str(path.relative_to(home)) for path in (home / "media").glob("??/*"))
    return sorted(name for name in found if PICTURE.fullmatch(name))


@dataclass
class _Writing:
    folder: Path
    progress: Progress
    files: list[dict[str, Any]] = field(default_factory=list)
    done: int = 0
    total: int = 0

    def write(self, archive: zipfile.ZipFile, path: Path) -> Backup:
        home: Path = settings.HOME
        made_at, head = clock.now(), record_head()
        vendor = connection.vendor
        keyring.current()
        pictures = _pictures(home)
        database = self.folder / DATABASE[vendor]
        if vendor == "sqlite":
            source = home / DATABASE["sqlite"]
            self.total = 2 * source.stat().st_size + sum((home / name).stat().st_size for name in pictures)
            self._snapshot(source, database)
        else:
            self.total = sum((home / name).stat().st_size for name in pictures) + 1
            postgresql.dump(database)
        # Compressed already by pg_dump; SQLite's pages become a fifth.
        self._add(archive, DATABASE[vendor], database, compressed=vendor == "sqlite")
        database.unlink()
        # Looked for once more: a picture that the database names was written before its row.
        for name in _pictures(home):
            self._add(archive, name, home / name, compressed=False)
        notes = []
        for name in (*KEYS, CONFIG):
            if (home / name).is_file():
                self._add(archive, name, home / name, compressed=True)
        if settings.BEDSIDE["BEDSIDE_VAULT_KEYS"]:
            notes.append(
                "The encryption keys are in BEDSIDE_VAULT_KEYS and not in the backup: keep them too."
            )
        if settings.BEDSIDE["BEDSIDE_SECRET_KEY"]:
            notes.append("The signing key is in BEDSIDE_SECRET_KEY and not in the backup.")
        manifest = {
            "format": FORMAT,
            "made_at": made_at.isoformat(),
            "made_by": f"bedside {metadata.version('bedside')}",
            "database": vendor,
            "head": head,
            "notes": notes,
            "files": self.files,
        }
        archive.writestr("manifest.json", json.dumps(manifest, indent=2))
        size = sum(one["bytes"] for one in self.files)
        return Backup(path, len(self.files), size, head, made_at, tuple(notes))

    def _snapshot(self, source: Path, to: Path) -> None:
        """The database as of one moment; the desk goes on writing meanwhile."""
        reading, writing = sqlite3.connect(source, timeout=20), sqlite3.connect(to)
        try:
            # An open read holds the moment fast; without it, every write of the desk would begin the copy anew.
            reading.execute("BEGIN")
            reading.execute("SELECT count(*) FROM sqlite_master").fetchone()
            page = reading.execute("PRAGMA page_size").fetchone()[0]

            def step(_status: int, left: int, pages: int) -> None:
                self.progress((pages - left) * page, max(self.total, 1))

            reading.backup(writing, pages=_PAGES, progress=step)
            writing.execute("PRAGMA journal_mode=DELETE")
            found = writing.execute("PRAGMA quick_check(1)").fetchone()[0]
            if found != "ok":
                raise Unavailable(
                    f"The database is damaged ({found}), so no backup was made. Keep older ones."
                )
        finally:
            reading.close()
            writing.close()
        self.done += to.stat().st_size

    def _add(self, archive: zipfile.ZipFile, name: str, path: Path, *, compressed: bool) -> None:
        info = zipfile.ZipInfo(name, clock.now().timetuple()[:6])
        info.compress_type = zipfile.ZIP_DEFLATED if compressed else zipfile.ZIP_STORED
        info.external_attr = 0o600 << 16
        digest, size = hashlib.sha256(), 0
        with path.open("rb") as source, archive.open(info, "w", force_zip64=True) as to:
            while block := source.read(_BLOCK):
                digest.update(block)
                size += len(block)
                to.write(block)
                self.done += len(block)
                self.progress(min(self.done, self.total), max(self.total, 1))
        if PICTURE.fullmatch(name) and digest.hexdigest() != name.rpartition("/")[2]:
            raise Unavailable(f"The picture {name} is damaged on the disk, so no backup was made.")
        self.files.append({"name": name, "sha256": digest.hexdigest(), "bytes": size})
