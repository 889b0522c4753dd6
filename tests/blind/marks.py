"""Marked text: `{TYPE:words}` around what identifies somebody, read into text and spans."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

_MARK = re.compile(r"\{([A-Z]{2,5}):([^{}]*)\}")


def unmark(marked: str) -> tuple[str, list[list[Any]]]:
    """The plain text, and its spans as `[start, end, type]` in code points."""
    parts: list[str] = []
    spans: list[list[Any]] = []
    at = length = 0
    for mark in _MARK.finditer(marked):
        parts.append(marked[at : mark.start()])
        length += len(parts[-1])
        parts.append(mark[2])
        spans.append([length, length + len(mark[2]), mark[1]])
        length += len(mark[2])
        at = mark.end()
    parts.append(marked[at:])
    return "".join(parts), spans


def rows(path: Path) -> Iterator[dict[str, Any]]:
    """The texts of a file, one a line, in the form that labelled data has; lines with `#` and a space are notes."""
    for number, line in enumerate(path.read_text("utf-8").splitlines()):
        if line and not line.startswith("# "):
            text, spans = unmark(line)
            yield {"id": f"{path.stem}{number}", "text": text, "spans": spans}
