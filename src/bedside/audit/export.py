"""The record as one zip that a third party can verify without Bedside."""

from __future__ import annotations

import hashlib
import json
import os
import zipfile
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from importlib import metadata
from pathlib import Path
from typing import Any, BinaryIO

from django.db import transaction

from bedside.audit import rows
from bedside.audit.actions import record
from bedside.audit.actor import Actor
from bedside.audit.chain import GENESIS, moment
from bedside.audit.rows import Row
from bedside.core import clock
from bedside.core.errors import Conflict, Unavailable

FORMAT = "bedside-audit-export/1"
_PER_FILE = 100_000

Progress = Callable[[int, int], None]
"""Called with how many entries are done, and of how many."""

_README = """\
This is the record of a Bedside desk: who did what, when and from where.

To verify it, with Python 3.8 or later and nothing else:

    python3 verify.py THIS.zip [SEQ:HASH]

(verify.py lies in this archive; take it from a copy of Bedside that you trust if you do not trust this one.)
SEQ:HASH is the end of the record, or any entry of it, as somebody noted it elsewhere.

To verify it by hand, all you need is SHA-256:

manifest.json        names every other file with its SHA-256, and the last entry's number and hash ("head").
entries/*.jsonl      hold one entry a line, in order, numbered from 1 without a gap.

"hash" of an entry is the SHA-256 of the UTF-8 of one JSON object with exactly these members of the entry:
actor_id, actor_label, address, at, detail_digest, door, noun, noun_id, previous, seq, verb. They are
sorted by name, without spaces or line breaks; in strings only the quotation mark, the backslash and control
characters are escaped (\\b \\f \\n \\r \\t, others as \\u00xx with small letters); all else stays as it is.
"previous" is the hash of the entry before; the first one's is 64 zeros.

"detail_digest" is the SHA-256 of the detail's "salt", directly followed by its "body"; it is empty for an
entry that was written without a detail ("detail" is null). When retention has ended, salt and body are
shredded ("detail" holds "shredded_at" alone). Then an entry with the verb audit.shredded, made at that very
moment, has a noun_id FIRST-LAST that takes in the number of the entry whose detail is gone.
"""


@dataclass(frozen=True, slots=True)
class Manifest:
    """What was exported: how many entries, the last one as `seq:hash`, and the SHA-256 of manifest.json."""

    entries: int
    head: str
    sha256: str


def export(to: Path | BinaryIO, *, actor: Actor, progress: Progress | None = None) -> Manifest:
    """Write the whole record, details included, as a zip to a new file or a stream; then record that.

    Streams: memory does not grow with the record. The file is for its owner alone (0600), and there only
    when it is complete. Raises `Conflict` when there is a file of that name, `Unavailable` when the disk
    refuses. A record that does not verify is exported as it is.
    """
    manifest = _export_file(to, progress) if isinstance(to, Path) else _write(to, progress)
    with transaction.atomic():
        record(
            "audit.exported",
            actor=actor,
            noun_id=manifest.entries,
            detail={"head": manifest.head, "manifest_sha256": manifest.sha256},
        )
    return manifest


def _export_file(path: Path, progress: Progress | None) -> Manifest:
    part = path.with_name(f".{path.name}.part-{os.getpid()}")
    try:
        handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            with os.fdopen(handle, "wb") as file:
                manifest = _write(file, progress)
                file.flush()
                os.fsync(file.fileno())
            # A link, not a rename: it never replaces a file that is there.
            os.link(part, path)
        finally:
            with suppress(FileNotFoundError):
                part.unlink()
    except FileExistsError as error:
        raise Conflict(
            f"There is a file {error.filename2 or error.filename}; choose another name."
        ) from error
    except OSError as error:
        raise Unavailable(f"{path} cannot be written: {error.strerror}. Nothing was kept of it.") from error
    return manifest


def _write(to: BinaryIO, progress: Progress | None) -> Manifest:
    with zipfile.ZipFile(to, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive:
        try:
            return _Export(archive, progress).write()
        except rows.Unreadable as error:
            raise Unavailable(
                f"The record cannot be read after entry {error.after}; run bedside audit verify."
            ) from error


@dataclass
class _Export:
    archive: zipfile.ZipFile
    progress: Progress | None
    written: int = 0
    seq: int = 0
    hash: str = GENESIS
    count: int = 0
    shredded: int = 0
    files: list[dict[str, Any]] = field(default_factory=list)

    def write(self) -> Manifest:
        made_at = clock.now()
        self._text("README.txt", _README)
        self._text("verify.py", Path(__file__).with_name("verify_export.py").read_text("utf-8"))
        # Twice: a detail that was shredded meanwhile is accounted for by an entry at the new end.
        for _pass in range(2):
            self._entries()
        manifest = json.dumps(
            {
                "format": FORMAT,
                "made_at": moment(made_at),
                "made_by": f"bedside {metadata.version('bedside')}",
                "entries": self.count,
                "shredded_details": self.shredded,
                "head": {"seq": self.seq, "hash": self.hash},
                "files": self.files,
            },
            indent=2,
        ).encode()
        with self._open("manifest.json") as file:
            file.write(manifest)
        return Manifest(self.count, f"{self.seq}:{self.hash}", hashlib.sha256(manifest).hexdigest())

    def _entries(self) -> None:
        end = rows.ends()
        through = max(end.seq, end.last) if end else 0
        while self.written < through:
            last = min(through, self.written + _PER_FILE)
            self._file_of_entries(last, through)
            self.written = last

    def _file_of_entries(self, last: int, through: int) -> None:
        name, digest, size, first = f"entries/{self.written + 1:012d}.jsonl", hashlib.sha256(), 0, self.count
        after = {"after": self.written} if self.written else {}
        with self._open(name) as file:
            for batch in rows.batches(last, **after):
                block = "".join(_line(row) for row in batch).encode("utf-8", "replace")
                digest.update(block)
                size += file.write(block)
                self.seq, self.hash = batch[-1].seq, batch[-1].hash
                self.count += len(batch)
                self.shredded += sum(row.shredded_at is not None for row in batch)
                if self.progress:
                    self.progress(min(self.seq, through), through)
        self._list(name, digest.hexdigest(), size, entries=self.count - first)

    def _text(self, name: str, text: str) -> None:
        content = text.encode()
        with self._open(name) as file:
            file.write(content)
        self._list(name, hashlib.sha256(content).hexdigest(), len(content))

    def _list(self, name: str, digest: str, size: int, **more: int) -> None:
        self.files.append({"name": name, "sha256": digest, "bytes": size, **more})

    def _open(self, name: str) -> Any:
        info = zipfile.ZipInfo(name, clock.now().timetuple()[:6])
        info.compress_type = zipfile.ZIP_DEFLATED
        info.external_attr = 0o600 << 16
        return self.archive.open(info, "w", force_zip64=True)


def _line(row: Row) -> str:
    detail: dict[str, Any] | None = None
    if row.shredded_at is not None:
        detail = {"shredded_at": row.shredded_at}
    elif row.detail_of is not None:
        detail = {"salt": row.salt, "body": row.body}
    entry = {name: getattr(row, name) for name in _EXPORTED}
    return json.dumps({**entry, "detail": detail}, ensure_ascii=False, separators=(",", ":")) + "\n"


_EXPORTED = tuple(name for name in Row._fields if name not in {"detail_of", "salt", "body", "shredded_at"})
