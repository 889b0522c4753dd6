"""Reading grade: how many years of school a text asks for."""

from __future__ import annotations

from bedside.guard.patterns import Pattern

_WORD = Pattern(r"[a-z\x02][a-z\x02']*")
_VOWELS = Pattern(r"[aeiouy]+")
MIN_WORDS = 12
# Beyond this many characters the grade no longer changes, and measuring costs time on every keystroke.
MAX_LENGTH = 20_000


def _syllables(word: bytes) -> int:
    count = sum(1 for _ in _VOWELS.compiled.finditer(word))
    if (
        count > 1
        and word.endswith((b"e", b"es", b"ed"))
        and not word.endswith((b"le", b"les", b"ted", b"ded"))
    ):
        count -= 1
    return max(1, count)


def grade(lower: bytes) -> float | None:
    """The Flesch-Kincaid grade of a folded, lower-cased text (Kincaid and others, 1975), in school years;
    None for texts too short to have one."""
    words = _WORD.compiled.findall(lower[:MAX_LENGTH])
    if len(words) < MIN_WORDS:
        return None
    sentences = max(1, sum(1 for piece in _pieces(lower[:MAX_LENGTH]) if len(piece.split()) > 1))
    syllables = sum(map(_syllables, words))
    return round(max(0.0, 0.39 * len(words) / sentences + 11.8 * syllables / len(words) - 15.59), 1)


def _pieces(lower: bytes) -> list[bytes]:
    for mark in (b"! ", b"? ", b"\n", b".\n"):
        lower = lower.replace(mark, b". ")
    return lower.split(b". ")
