"""Clauses: a text as a row of word classes, one letter a word, so that a short grammar can read it.

"Hope the new crown feels right!" becomes `jdacaa.`: a wish, a definite article, any word, a thing of care, and two
more. What the letters stand for, and the words of each, is in data/reply_words.txt.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache, cached_property
from importlib.resources import files

# A reply longer than this is none; reading further costs time without telling more.
MAX_LENGTH = 20_000
# The letter of words for health that the data does not list: a topic, not somebody's own.
_TOPIC = "C"
_MARKS = (
    rb"\b(?:dr|dra|mr|mrs|ms|st)\.|'?[a-z\x02][a-z0-9\x02]*(?:-[a-z0-9\x02]+)*|\d+(?:[.,:/\-]\d+)*|"
    rb"[.!?]+(?:[\s\"')\x03]|$)|[,;:()\"]|\n"
)


class _Classes(dict[bytes, str]):
    """Word to letter. Unknown words are told by their ending: the past, the present participle, any other."""

    def __missing__(self, word: bytes) -> str:
        first = word[:1]
        if first.isdigit():
            letter = "0"
        elif first in b".!?\n":
            letter = "."
        elif first in b',;:()"':
            letter = ","
        elif len(word) > 4 and word.endswith((b"ed", b"aron", b"ieron", b"ado", b"ada", b"ido", b"ida")):
            letter = "v"
        elif word.endswith(b"ing") and len(word) > 4:
            letter = "I"
        else:
            letter = "a"
        if len(self) < 20_000:
            self[word] = letter
        return letter


@cache
def classes() -> _Classes:
    """The letter of every word in data/reply_words.txt, and a guess for the others."""
    found = _Classes()
    source = (files("bedside.guard") / "data" / "reply_words.txt").read_text("ascii")
    for line in source.splitlines():
        letter, colon, words = line.partition(": ")
        if colon and len(letter) == 1:
            for word in words.split():
                found.setdefault(word.replace("_", " ").encode(), letter)
    for line in (files("bedside.guard") / "data" / "health_words.txt").read_text("ascii").splitlines():
        if not line.startswith("#"):
            for word in line.split():
                found.setdefault(word.replace("_", " ").encode(), _TOPIC)
    return found


@cache
def _token() -> re.Pattern[bytes]:
    """An expression for one word or mark; pairs of words that have a class of their own are one."""
    # The standard library's engine, since all of RE2's matches would be objects; no part of it can backtrack far.
    pairs = b"|".join(word.replace(b" ", rb"\s") for word in classes() if b" " in word)
    return re.compile(rb"\b(?:" + pairs + rb")\b|" + _MARKS)


class Clauses:
    """The word classes of one folded, lower-cased text. `letters` has one letter for each word and mark;
    `.` ends a sentence."""

    def __init__(self, lower: bytes) -> None:
        self._lower = lower[:MAX_LENGTH]
        self.words: list[bytes] = _token().findall(self._lower)
        known = classes()
        self.letters = "".join([known[word] for word in self.words]).encode()

    @cached_property
    def _places(self) -> list[tuple[int, int]]:
        return [match.span() for match in _token().finditer(self._lower)]

    def span(self, first: int, last: int) -> tuple[int, int]:
        """Where the words `first` up to but not including `last` stand in the folded text."""
        return self._places[first][0], self._places[last - 1][1]

    def sentences(self) -> Iterator[tuple[int, int]]:
        """Each sentence as its first word and the one after its last, without the mark that ends it."""
        first = 0
        for part in self.letters.split(b"."):
            if part:
                yield first, first + len(part)
            first += len(part) + 1

    def sentence(self, place: int) -> tuple[int, int]:
        """The first word and the one after the last of the sentence around a word."""
        start = self.letters.rfind(b".", 0, place) + 1
        end = self.letters.find(b".", place)
        return start, len(self.letters) if end < 0 else end
