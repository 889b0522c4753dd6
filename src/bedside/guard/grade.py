"""Reading grade: how many years of school a text asks for."""

from __future__ import annotations

from functools import lru_cache

MIN_WORDS = 12
# Beyond this many characters the grade no longer changes, and measuring costs time on every keystroke.
MAX_LENGTH = 20_000
_LETTERS = frozenset(b"abcdefghijklmnopqrstuvwxyz\x02'")
_ONLY_LETTERS = bytes(byte if byte in _LETTERS else 32 for byte in range(256))
_VOWELS = frozenset(b"aeiouy\x02")


@lru_cache(maxsize=20_000)
def _syllables(word: bytes) -> int:
    count, inside = 0, False
    for byte in word:
        vowel = byte in _VOWELS
        count += vowel and not inside
        inside = vowel
    if (
        count > 1
        and word.endswith((b"e", b"es", b"ed"))
        and not word.endswith((b"le", b"les", b"ted", b"ded"))
    ):
        count -= 1
    return max(1, count)


def _sentences(lower: bytes) -> int:
    for mark in (b"! ", b"? ", b"\n", b".\n"):
        lower = lower.replace(mark, b". ")
    return max(1, sum(1 for piece in lower.split(b". ") if len(piece.split(None, 2)) > 1))


def grade(lower: bytes) -> float | None:
    """The Flesch-Kincaid grade of a folded, lower-cased text (Kincaid and others, 1975), in school years;
    None for texts too short to have one."""
    lower = lower[:MAX_LENGTH]
    words = lower.translate(_ONLY_LETTERS).split()
    if len(words) < MIN_WORDS:
        return None
    syllables = sum(map(_syllables, words))
    return round(max(0.0, 0.39 * len(words) / _sentences(lower) + 11.8 * syllables / len(words) - 15.59), 1)
