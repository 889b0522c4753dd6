from __future__ import annotations

import hashlib
import io
import json
import os
import stat
import subprocess
import sys
import tracemalloc
import zipfile
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction

from bedside.audit import export as exporting
from bedside.audit.actions import Record, record_many
from bedside.audit.export import Manifest, export
from bedside.audit.models import Entry
from bedside.audit.queries import entries
from bedside.audit.retention import shred
from bedside.core import clock
from bedside.core.errors import Conflict, Unavailable

from .conftest import ADA

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def exported(tmp_path: Path) -> tuple[Path, Manifest]:
    with transaction.atomic():
        record_many(
            Record(
                "note.written", ADA, number, {"n": number, "odd": '"\\/\x07\u2028é😀'} if number % 3 else {}
            )
            for number in range(40)
        )
    shred(before=clock.now(), actor=ADA, held=lambda noun, noun_id: noun_id in {"7", "8"})
    with transaction.atomic():
        record_many(Record("memo.read", ADA, number, {"n": number}) for number in range(5))
    path = tmp_path / "record.zip"
    return path, export(path, actor=ADA)


def check(path: Path, *arguments: str) -> tuple[int, str]:
    """Run the script that lies in the archive, with nothing but a bare Python."""
    script = path.with_name("verify.py")
    with zipfile.ZipFile(path) as archive:
        script.write_bytes(archive.read("verify.py"))
    ran = subprocess.run(
        [sys.executable, "-I", "-S", str(script), str(path), *arguments],
        capture_output=True,
        text=True,
        timeout=60,
        env={"PATH": os.environ["PATH"], "PYTHONIOENCODING": "utf-8"},
    )
    return ran.returncode, ran.stdout + ran.stderr


def altered(path: Path, change: Callable[[str, bytes], bytes | None], *, honest_manifest: bool) -> Path:
    """A copy with files changed or left out (None); with a manifest made to fit, if somebody took the care."""
    copy = path.with_name("altered.zip")
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(copy, "w") as new:
        manifest = json.loads(old.read("manifest.json"))
        kept = []
        for file in manifest["files"]:
            content = change(file["name"], old.read(file["name"]))
            if content is not None:
                new.writestr(file["name"], content)
                kept.append({**file, "sha256": hashlib.sha256(content).hexdigest()})
        if honest_manifest:
            manifest["files"] = kept
        new.writestr("manifest.json", json.dumps(manifest))
    return copy


def test_a_third_party_can_verify_it(exported: tuple[Path, Manifest]) -> None:
    path, manifest = exported
    code, said = check(path)
    assert (code, said.split()[1]) == (0, str(manifest.entries)), said
    assert manifest.head in said
    assert check(path, manifest.head)[0] == 0
    third = Entry.objects.get(seq=3)
    assert check(path, f"3:{third.hash}")[0] == 0
    assert check(path, f"4:{third.hash}")[0] == 1


def test_the_manifest_says_what_is_in_it(exported: tuple[Path, Manifest]) -> None:
    path, made = exported
    with zipfile.ZipFile(path) as archive:
        raw = archive.read("manifest.json")
        manifest = json.loads(raw)
        assert archive.testzip() is None
        assert "SHA-256" in archive.read("README.txt").decode()
        names = [file["name"] for file in manifest["files"]]
        assert sorted([*names, "manifest.json"]) == sorted(archive.namelist())
        lines = [json.loads(line) for name in names if "entries" in name for line in archive.open(name)]
    assert hashlib.sha256(raw).hexdigest() == made.sha256
    assert f"{manifest['head']['seq']}:{manifest['head']['hash']}" == made.head
    assert [line["seq"] for line in lines] == list(range(1, made.entries + 1))
    assert manifest["entries"] == made.entries == len(lines)
    assert (
        manifest["shredded_details"] == sum("shredded_at" in (line["detail"] or {}) for line in lines) == 24
    )
    assert "bedside" in manifest["made_by"]
    # The export is recorded too, after what it holds.
    last = entries(limit=1)[0]
    assert (last.verb, last.noun_id, last.seq) == ("audit.exported", str(made.entries), made.entries + 1)
    assert last.facts == {"head": made.head, "manifest_sha256": made.sha256}


def change_line(number: int, **fields: Any) -> Callable[[str, bytes], bytes]:
    def change(name: str, content: bytes) -> bytes:
        if not name.startswith("entries/"):
            return content
        lines = [json.loads(line) for line in content.splitlines()]
        lines[number - 1].update(fields)
        return "".join(json.dumps(line) + "\n" for line in lines).encode()

    return change


def without_line(number: int) -> Callable[[str, bytes], bytes]:
    def change(name: str, content: bytes) -> bytes:
        lines = content.splitlines(keepends=True)
        return b"".join(lines[: number - 1] + lines[number:]) if name.startswith("entries/") else content

    return change


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (change_line(5, actor_label="eve@example.org"), "entry 5 was changed"),
        (change_line(5, actor_id=None), "entry 5 was changed"),
        (change_line(5, hash="0" * 64), "entry 5 was changed"),
        (change_line(5, previous="0" * 64), "entry 5 does not follow"),
        (change_line(5, more="x"), "fields of an entry"),
        (change_line(9, detail=None), "detail of entry 9 is missing"),
        (change_line(9, detail={"salt": "0" * 32, "body": "{}"}), "detail of entry 9 was changed"),
        (change_line(9, detail={"shredded_at": "2026-01-01T00:00:00.000000Z"}), "no entry says so"),
        (change_line(1, detail={"salt": "0" * 32, "body": "{}"}), "without a detail"),
        (without_line(5), "entry 5 is missing"),
        (without_line(47), "the manifest says otherwise"),
        (lambda name, content: None if name == "README.txt" else content, ""),
    ],
)
def test_any_change_of_the_archive_is_found(
    exported: tuple[Path, Manifest], change: Callable[[str, bytes], bytes | None], said: str
) -> None:
    path, manifest = exported
    assert manifest.entries == 47
    sloppy = check(altered(path, change, honest_manifest=False))
    assert sloppy[0] == 1, sloppy
    assert "BROKEN" in sloppy[1]
    if said:
        careful = check(altered(path, change, honest_manifest=True))
        assert careful[0] == 1, careful
        assert said in careful[1]


def test_what_is_no_export_is_said_to_be_none(tmp_path: Path, exported: tuple[Path, Manifest]) -> None:
    path, _manifest = exported
    script = path.with_name("verify.py")
    check(path)
    for content in (b"", b"PK\x03\x04nonsense", b"x" * 100):
        bad = tmp_path / "bad.zip"
        bad.write_bytes(content)
        ran = subprocess.run([sys.executable, str(script), str(bad)], capture_output=True, timeout=60)
        assert ran.returncode == 2
        assert b"cannot be read" in ran.stdout


def test_a_file_that_is_there_is_never_replaced(tmp_path: Path) -> None:
    path = tmp_path / "record.zip"
    path.write_text("precious")
    with pytest.raises(Conflict, match=r"record\.zip"):
        export(path, actor=ADA)
    assert path.read_text() == "precious"
    assert list(tmp_path.iterdir()) == [path]
    assert not Entry.objects.exists()


def test_a_folder_that_is_not_there_is_an_error_in_words(tmp_path: Path) -> None:
    with pytest.raises(Unavailable, match="cannot be written"):
        export(tmp_path / "nowhere" / "record.zip", actor=ADA)


def test_a_full_disk_leaves_nothing_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(exporting._Export, "write", full)
    with pytest.raises(Unavailable, match="No space left"):
        export(tmp_path / "record.zip", actor=ADA)
    assert list(tmp_path.iterdir()) == []


def test_the_file_is_for_its_owner_alone(exported: tuple[Path, Manifest]) -> None:
    path, _manifest = exported
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert list(path.parent.iterdir()) == [path]


def test_a_stream_that_cannot_seek_is_enough(tmp_path: Path) -> None:
    class Pipe(io.RawIOBase):
        def __init__(self) -> None:
            self.blocks: list[bytes] = []

        def writable(self) -> bool:
            return True

        def write(self, block: Any) -> int:
            self.blocks.append(bytes(block))
            return len(block)

    with transaction.atomic():
        record_many(Record("note.written", ADA, number) for number in range(3))
    pipe = Pipe()
    export(pipe, actor=ADA)  # type: ignore[arg-type]
    path = tmp_path / "piped.zip"
    path.write_bytes(b"".join(pipe.blocks))
    assert check(path)[0] == 0


def test_many_files_and_batches(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exporting, "_PER_FILE", 10)
    monkeypatch.setattr("bedside.audit.rows._BATCH", 4)
    with transaction.atomic():
        record_many(Record("note.written", ADA, number, {"n": number}) for number in range(35))
    calls: list[tuple[int, int]] = []
    path = tmp_path / "record.zip"
    export(path, actor=ADA, progress=lambda done, total: calls.append((done, total)))
    with zipfile.ZipFile(path) as archive:
        assert len([name for name in archive.namelist() if name.startswith("entries/")]) == 4
    assert check(path)[0] == 0
    assert calls[-1] == (35, 35)


def test_an_empty_record_can_be_exported(tmp_path: Path) -> None:
    path = tmp_path / "record.zip"
    assert export(path, actor=ADA).entries == 0
    assert check(path) == (0, f"All 0 entries fit. The record ends at 0:{'0' * 64}\n")


def test_memory_does_not_grow_with_the_record(tmp_path: Path) -> None:
    def peak(more: int, name: str) -> int:
        with transaction.atomic():
            record_many(Record("note.written", ADA, n, {"n": "x" * 500}) for n in range(more))
        tracemalloc.start()
        try:
            export(tmp_path / name, actor=ADA)
            return tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()

    small = peak(4_000, "small.zip")
    assert peak(8_000, "large.zip") < small * 1.3


def test_the_clock_of_the_desk_is_the_one_in_the_manifest(tmp_path: Path) -> None:
    clock.shift(timedelta(days=3650))
    try:
        export(tmp_path / "record.zip", actor=ADA)
        year = clock.now().year
    finally:
        clock.shift(timedelta(0))
    with zipfile.ZipFile(tmp_path / "record.zip") as archive:
        assert json.loads(archive.read("manifest.json"))["made_at"].startswith(str(year))
