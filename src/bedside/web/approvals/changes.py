"""What changed between two texts, word by word."""

from __future__ import annotations

import difflib
from dataclasses import dataclass

import regex

_WORDS = regex.compile(r"\s+|\w+|[^\w\s]")
# Above this many words the comparison, which takes their square, is made by line.
MOST_WORDS = 4000


@dataclass(frozen=True)
class Piece:
    """A run of text: `kind` is same, added or removed."""

    kind: str
    text: str


def changes(before: str, after: str) -> list[Piece]:
    """The pieces that lead from `before` to `after`, in reading order."""
    old, new = _WORDS.findall(before), _WORDS.findall(after)
    if len(old) + len(new) > MOST_WORDS:
        old, new = before.splitlines(keepends=True), after.splitlines(keepends=True)
    pieces: list[Piece] = []
    for kind, a, b, c, d in difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if kind == "equal":
            pieces.append(Piece("same", "".join(old[a:b])))
            continue
        if b > a:
            pieces.append(Piece("removed", "".join(old[a:b])))
        if d > c:
            pieces.append(Piece("added", "".join(new[c:d])))
    return pieces
