"""The key ring: what Bedside keeps encrypted is encrypted with its newest key, and read with any of them.

The keys are Fernet's (AES-128-CBC with HMAC-SHA-256). They come from the setting BEDSIDE_VAULT_KEYS, or
from the file `vault.keys` in the data folder: one key a line, newest first, readable by its owner alone.
Only `current` and what builds on it know Django; the rest can be used alone.
"""

from __future__ import annotations

import fcntl
import os
import secrets
import stat
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path

from cryptography.fernet import Fernet, InvalidToken, MultiFernet

from bedside.core.errors import Conflict, Invalid, Unavailable

FILE_NAME = "vault.keys"
_KEYS_LIMIT = 100
_FILE_LIMIT = 16_384


@dataclass(frozen=True)
class Keyring:
    """Some keys, newest first, and in words where they came from. Raises `Invalid` when one is no key."""

    keys: tuple[str, ...]
    source: str

    def __post_init__(self) -> None:
        if not 1 <= len(self.keys) <= _KEYS_LIMIT:
            raise Invalid(f"{self.source} has to hold 1 to {_KEYS_LIMIT} keys, one a line, newest first.")
        for number, key in enumerate(self.keys, 1):
            try:
                Fernet(key)
            except ValueError as error:
                raise Invalid(
                    f"Key {number} in {self.source} is not a key: it has to be 32 bytes in URL-safe base64."
                ) from error

    def __repr__(self) -> str:
        return f"<Keyring of {len(self.keys)} from {self.source}>"

    @cached_property
    def _all(self) -> MultiFernet:
        return MultiFernet([Fernet(key) for key in self.keys])

    @cached_property
    def _newest(self) -> Fernet:
        return Fernet(self.keys[0])

    def encrypt(self, plain: bytes | str) -> str:
        """A token (ASCII text) that holds `plain`, encrypted with the newest key."""
        return self._newest.encrypt(plain.encode() if isinstance(plain, str) else plain).decode("ascii")

    def decrypt(self, token: str | bytes) -> bytes:
        """What `encrypt` was given, as bytes. Raises `Unavailable`, naming where the keys came from, when
        none of them opens the token."""
        try:
            return self._all.decrypt(token)
        except (InvalidToken, ValueError) as error:
            raise Unavailable(
                f"Something stored encrypted cannot be opened with the keys in {self.source}. Nothing was "
                "changed. Put the keys back that were in use when it was stored; a backup of the data "
                "folder holds them."
            ) from error

    def renew(self, token: str) -> str | None:
        """The same content under the newest key; None when it is under the newest already."""
        try:
            self._newest.decrypt(token)
        except (InvalidToken, ValueError):
            return self.encrypt(self.decrypt(token))
        return None


def read(path: Path) -> Keyring:
    """The ring in a key file. Raises `Unavailable` when others may read the file, or nobody can."""
    try:
        with path.open("rb") as file:
            mode = os.fstat(file.fileno()).st_mode
            content = file.read(_FILE_LIMIT + 1)
    except OSError as error:
        raise Unavailable(f"The key file {path} cannot be read: {error.strerror}.") from error
    if stat.S_IMODE(mode) & 0o077:
        raise Unavailable(
            f"The key file {path} can be read by others than its owner, so it is not used. "
            f"Run: chmod 600 {path}. If somebody may have read it, change the key: bedside keys rotate."
        )
    if len(content) > _FILE_LIMIT:
        raise Invalid(f"{path} is too long to be a key file.")
    lines = content.decode("utf-8", "replace").splitlines()
    return Keyring(tuple(line.strip() for line in lines if line.strip()), str(path))


def make(path: Path) -> None:
    """A key file with one new key. When another process makes it at the same time, the first one's stays."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    new = _written_beside(path, [new_key()])
    try:
        # A link, not a rename: it never replaces a key with which something may be encrypted already.
        with suppress(FileExistsError):
            os.link(new, path)
    finally:
        new.unlink()
    _settle(path.parent)


def replace(path: Path, keys: Sequence[str]) -> Keyring:
    """Write other keys, newest first, into a key file in one step, and read them back."""
    checked = Keyring(tuple(keys), str(path))
    new = _written_beside(path, checked.keys)
    new.replace(path)
    _settle(path.parent)
    return read(path)


def new_key() -> str:
    """A new key: 32 random bytes in URL-safe base64."""
    return Fernet.generate_key().decode("ascii")


@contextmanager
def changing(path: Path) -> Iterator[None]:
    """Held while keys are changed. Raises `Conflict` when another process holds it."""
    handle = os.open(path.parent, os.O_RDONLY)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise Conflict("The keys are being changed by another process; wait until it is done.") from error
        yield
    finally:
        os.close(handle)


def _written_beside(path: Path, keys: Sequence[str]) -> Path:
    new = path.with_name(f"{path.name}.{secrets.token_hex(8)}")
    try:
        handle = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w", encoding="ascii") as file:
            file.write("".join(f"{key}\n" for key in keys))
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        with suppress(OSError):
            new.unlink()
        raise Unavailable(f"The key file {path} cannot be written: {error.strerror}.") from error
    return new


def _settle(folder: Path) -> None:
    # Until the folder is on the disk, a power cut could forget a key that data already depends on.
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def key_file() -> Path:
    """The key file in the data folder, whether it is in use or not."""
    from django.conf import settings

    return Path(settings.BEDSIDE["BEDSIDE_HOME"]) / FILE_NAME


def keys_from_settings() -> tuple[str, ...]:
    """The keys in BEDSIDE_VAULT_KEYS; empty when the key file is in use."""
    from django.conf import settings

    return tuple(settings.BEDSIDE["BEDSIDE_VAULT_KEYS"])


def current() -> Keyring:
    """The ring in use now; the key file is made on first use, and read again whenever it has changed, so
    that every process follows a change of keys at once."""
    if given := keys_from_settings():
        return _given(given)
    path = key_file()
    try:
        found = path.stat()
    except FileNotFoundError:
        make(path)
        found = path.stat()
    except OSError as error:
        raise Unavailable(f"The key file {path} cannot be read: {error.strerror}.") from error
    return _read_once(path, found.st_ino, found.st_mtime_ns, found.st_ctime_ns)


@lru_cache(maxsize=4)
def _given(keys: tuple[str, ...]) -> Keyring:
    return Keyring(keys, "the setting BEDSIDE_VAULT_KEYS")


@lru_cache(maxsize=4)
def _read_once(path: Path, inode: int, changed: int, touched: int) -> Keyring:
    return read(path)


def encrypt(plain: bytes | str) -> str:
    """A token that holds `plain`, under the newest key in use."""
    return current().encrypt(plain)


def decrypt(token: str | bytes) -> bytes:
    """What `encrypt` was given, as bytes. Raises `Unavailable` when no key in use opens the token."""
    return current().decrypt(token)
