"""A backup's file: what may be in it, checking it, and putting its files into a data folder. Needs no Django,
because a restore has to be complete before anything looks at the data folder as a desk's."""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bedside.core import clock
from bedside.core.errors import Conflict, Invalid, Unavailable

FORMAT = "bedside-backup/1"
DATABASE = {"sqlite": "bedside.sqlite3", "postgresql": "database.dump"}
KEYS = ("vault.keys", "secret.key")
CONFIG = "bedside.toml"
PICTURE = re.compile(r"media/[0-9a-f]{2}/[0-9a-f]{64}")
# What a desk leaves in its folder beside these, and what a restore does not touch.
_ASIDE = "before-restore-"
_WAL = ("bedside.sqlite3-wal", "bedside.sqlite3-shm")
_MANIFEST_BYTES = 512_000_000
_BLOCK = 1 << 20

Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Manifest:
    """What a backup says of itself."""

    made_at: datetime
    made_by: str
    database: str
    head: str
    notes: tuple[str, ...]
    files: tuple[dict[str, Any], ...]


def unpack(backup: Path, folder: Path, progress: Progress) -> Manifest:
    """Put the files of a backup into `folder`, each checked against its hash.

    Raises `Invalid` when the file is not a whole backup, `Unavailable` when the disk refuses.
    """
    try:
        with zipfile.ZipFile(backup) as archive:
            manifest = _manifest(archive)
            total = sum(one["bytes"] for one in manifest.files)
            if shutil.disk_usage(folder).free < total + _BLOCK:
                raise Unavailable(f"There is not enough room in {folder.parent} for {total:,} bytes.")
            done = 0
            for one in manifest.files:
                done = _extract(archive, one, folder, done, lambda now: progress(now, total))
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError) as error:
        raise Invalid(f"{backup} is damaged, or is no backup: {error}.") from error
    except FileNotFoundError as error:
        raise Invalid(f"There is no file {backup}.") from error
    except OSError as error:
        raise Unavailable(f"{error.filename or backup} cannot be used: {error.strerror}.") from error
    return manifest


def _manifest(archive: zipfile.ZipFile) -> Manifest:
    try:
        info = archive.getinfo("manifest.json")
        if info.file_size > _MANIFEST_BYTES:
            raise ValueError
        data = json.loads(archive.read(info))
        if data["format"] != FORMAT:
            raise Invalid(f"This is a backup of the form “{str(data['format'])[:40]}”, not {FORMAT}.")
        found = Manifest(
            datetime.fromisoformat(data["made_at"]).astimezone(UTC),
            str(data["made_by"]),
            str(data["database"]),
            str(data["head"]),
            tuple(map(str, data["notes"])),
            tuple(
                {"name": str(f["name"]), "sha256": str(f["sha256"]), "bytes": int(f["bytes"])}
                for f in data["files"]
            ),
        )
    except (KeyError, TypeError, ValueError) as error:
        raise Invalid("The file has no manifest that can be read: it is no backup of Bedside's.") from error
    names = [one["name"] for one in found.files]
    allowed = {*KEYS, CONFIG, DATABASE.get(found.database, "")}
    if (
        found.database not in DATABASE
        or DATABASE[found.database] not in names
        or len(set(names)) != len(names)
        or not all(name in allowed or PICTURE.fullmatch(name) for name in names)
        or sorted([*names, "manifest.json"]) != sorted(archive.namelist())
    ):
        raise Invalid("The files in the archive are not those of its manifest; nothing was restored.")
    return found


def _extract(
    archive: zipfile.ZipFile, one: dict[str, Any], folder: Path, done: int, tell: Callable[[int], None]
) -> int:
    path = folder / one["name"]
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    digest, size = hashlib.sha256(), 0
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as to, archive.open(one["name"]) as source:
        while size <= one["bytes"] and (block := source.read(_BLOCK)):
            digest.update(block)
            size += len(block)
            to.write(block)
            tell(done + size)
        to.flush()
        os.fsync(to.fileno())
    if size != one["bytes"] or digest.hexdigest() != one["sha256"]:
        raise Invalid(f"{one['name']} in the backup is not what was backed up; nothing was restored.")
    return done + size


def holds_a_desk(home: Path) -> list[str]:
    """What there is of a desk in a data folder; empty when there is none."""
    names = [DATABASE["sqlite"], "media", *KEYS]
    return [name for name in names if (home / name).exists()]


def put_in_place(staged: Path, home: Path) -> Path | None:
    """Move the files of `staged` into the data folder; where the older ones lie now, None when there were none.

    Older files are never overwritten and never deleted. The database comes last, so that whatever is cut off in
    between leaves no desk that would start.
    """
    aside: Path | None = None
    old = [name for name in (*_WAL, DATABASE["sqlite"], "media", *KEYS) if (home / name).exists()]
    if (staged / CONFIG).exists() and (home / CONFIG).exists():
        old.append(CONFIG)
    if old:
        aside = home / f"{_ASIDE}{clock.now():%Y%m%d-%H%M%S}"
        aside.mkdir(mode=0o700)
        for name in sorted(old, key=lambda name: name != DATABASE["sqlite"]):
            (home / name).rename(aside / name)
    new = [
        path.name for path in staged.iterdir() if path.name in {"media", *KEYS, CONFIG, DATABASE["sqlite"]}
    ]
    for name in sorted(new, key=lambda name: name == DATABASE["sqlite"]):
        (staged / name).rename(home / name)
    handle = os.open(home, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
    return aside


def refuse_to_overwrite(home: Path) -> None:
    """Raises `Conflict` when there is a desk in the data folder."""
    if found := holds_a_desk(home):
        raise Conflict(
            f"There is a desk in {home} already ({', '.join(found)}). "
            "With --force it is set aside, not deleted, and the backup takes its place."
        )
