#!/usr/bin/env python3
# ruff: noqa: T201, UP035 -- a script for the terminal, for older Pythons too.
"""Verify an export of a Bedside record with nothing but Python 3.8 or later.

    python3 verify.py EXPORT.zip [SEQ:HASH]

SEQ:HASH is the end of the record, or any entry of it, as somebody noted it elsewhere. Exit code 0: all of
it fits; 1: something does not, and the last line says what; 2: the file cannot be read as an export.
"""

from __future__ import annotations

import hashlib
import json
import re
import sys
import zipfile
from typing import Any, Iterator

CHAINED = (
    "actor_id",
    "actor_label",
    "address",
    "at",
    "detail_digest",
    "door",
    "noun",
    "noun_id",
    "previous",
    "seq",
    "verb",
)


class Broken(Exception):
    pass


def sha256(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


def canonical(value: Any) -> str:
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def check_files(archive: zipfile.ZipFile, manifest: dict[str, Any]) -> None:
    listed = {file["name"]: file for file in manifest["files"]}
    there = set(archive.namelist()) - {"manifest.json"}
    if there != set(listed) or len(archive.namelist()) != len(listed) + 1:
        raise Broken("the files in the archive are not those of the manifest")
    for name, file in listed.items():
        digest = hashlib.sha256()
        with archive.open(name) as content:
            for block in iter(lambda: content.read(1 << 20), b""):
                digest.update(block)
        if digest.hexdigest() != file["sha256"]:
            raise Broken(name + " is not the file that was exported")


def entries(archive: zipfile.ZipFile, manifest: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for file in manifest["files"]:
        if file["name"].startswith("entries/"):
            with archive.open(file["name"]) as lines:
                for line in lines:
                    yield json.loads(line.decode("utf-8"))


def check_detail(entry: dict[str, Any]) -> str | None:
    detail = entry["detail"]
    if detail is None:
        if entry["detail_digest"]:
            raise Broken(f"the detail of entry {entry['seq']} is missing")
    elif not entry["detail_digest"]:
        raise Broken(f"entry {entry['seq']} was written without a detail, but has one")
    elif "shredded_at" in detail:
        if set(detail) != {"shredded_at"}:
            raise Broken(f"the detail of entry {entry['seq']} is marked as shredded, but is there")
        return str(detail["shredded_at"])
    elif len(detail["salt"]) != 32 or sha256(detail["salt"] + detail["body"]) != entry["detail_digest"]:
        raise Broken(f"the detail of entry {entry['seq']} was changed")
    return None


def accounted_for(archive: zipfile.ZipFile, manifest: dict[str, Any]) -> dict[str, list[tuple[int, int]]]:
    """By moment, the ranges of entries whose details were shredded then, as entries of the record say."""
    ranges: dict[str, list[tuple[int, int]]] = {}
    for entry in entries(archive, manifest):
        if entry["verb"] == "audit.shredded":
            found = re.fullmatch("([0-9]+)-([0-9]+)", entry["noun_id"])
            if found:
                ranges.setdefault(entry["at"], []).append((int(found.group(1)), int(found.group(2))))
    return ranges


def verify(archive: zipfile.ZipFile, anchor: str | None = None) -> tuple[int, str]:
    manifest = json.loads(archive.read("manifest.json").decode("utf-8"))
    if manifest.get("format") != "bedside-audit-export/1":
        raise Broken("this is not an export of a Bedside record, version 1")
    check_files(archive, manifest)
    ranges = accounted_for(archive, manifest)
    seq, previous, seen = 0, "0" * 64, anchor is None
    for entry in entries(archive, manifest):
        seq += 1
        if entry["seq"] != seq:
            raise Broken(f"entry {seq} is missing")
        if entry["previous"] != previous:
            raise Broken(f"entry {seq} does not follow from the one before")
        if set(entry) != set(CHAINED) | {"hash", "detail"}:
            raise Broken(f"entry {seq} does not have the fields of an entry")
        previous = sha256(canonical({name: entry[name] for name in CHAINED}))
        if entry["hash"] != previous:
            raise Broken(f"entry {seq} was changed")
        when = check_detail(entry)
        if when and not any(first <= seq <= last for first, last in ranges.get(when, ())):
            raise Broken(f"the detail of entry {seq} was shredded, but no entry says so")
        seen = seen or anchor == f"{seq}:{previous}"
    if manifest["head"] != {"seq": seq, "hash": previous} or manifest["entries"] != seq:
        raise Broken(f"the record ends at entry {seq}, the manifest says otherwise")
    if not seen:
        raise Broken(f"entry {anchor} is not in this record")
    return seq, previous


def main(arguments: list[str]) -> int:
    if len(arguments) not in (1, 2) or arguments[0] in ("-h", "--help"):
        print((__doc__ or "").strip())
        return 2
    try:
        with zipfile.ZipFile(arguments[0]) as archive:
            seq, head = verify(archive, arguments[1] if len(arguments) == 2 else None)
    except Broken as broken:
        print(f"BROKEN: {broken}.")
        return 1
    except (OSError, zipfile.BadZipFile, KeyError, TypeError, ValueError) as error:
        print(f"This cannot be read as an export: {error!r}")
        return 2
    print(f"All {seq} entries fit. The record ends at {seq}:{head}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
