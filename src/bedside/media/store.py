"""The files of pictures: named by their content, written whole or not at all."""

from __future__ import annotations

import hashlib
import os
import secrets
from pathlib import Path

from django.conf import settings
from django.utils.translation import gettext as _

from bedside.core.errors import Unavailable


def path_of(sha256: str) -> Path:
    home: Path = settings.BEDSIDE["BEDSIDE_HOME"]
    return home / "media" / sha256[:2] / sha256


def write(sha256: str, data: bytes) -> None:
    """Put `data` on the disk and wait until it is there. A full disk leaves nothing half-written behind."""
    path = path_of(sha256)
    if path.exists():
        return
    fresh = path.with_name(f"{path.name}.{secrets.token_hex(4)}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        with fresh.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        fresh.rename(path)
    except OSError as error:
        fresh.unlink(missing_ok=True)
        raise Unavailable(
            _("The picture could not be kept: %s. Make room on the disk and upload it again.")
            % error.strerror
        ) from error


def read(sha256: str) -> bytes:
    """The picture's bytes: those that were approved. Raises `Unavailable` when the file holds anything else."""
    try:
        data = path_of(sha256).read_bytes()
    except OSError as error:
        raise Unavailable(
            _("A picture's file cannot be read: %s. Restore it from the backup.") % error.strerror
        ) from error
    if hashlib.sha256(data).hexdigest() != sha256:
        raise Unavailable(_("A picture's file has been changed on the disk. Restore it from the backup."))
    return data
