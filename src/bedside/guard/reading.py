"""A reading: one text as the rules see it, and what they share about it."""

from __future__ import annotations

from bisect import bisect_right
from functools import cached_property

from bedside.guard import grade
from bedside.guard.folding import Folded
from bedside.guard.patterns import Match, Pattern
from bedside.guard.policy import AllowList, Policy
from bedside.guard.screening import Kind

# No rule reports more than this many places in one text: enough for any document, and it bounds the work.
MAX_HITS = 20_000
# A sentence longer than this is none; looking further would cost time that grows with the square of the text.
MAX_SENTENCE = 400


class Reading:
    """One text on its way through the rules."""

    def __init__(
        self, text: str, kind: Kind, policy: Policy, allow: AllowList, folded: Folded, occurring: set[Pattern]
    ) -> None:
        self.text = text
        self.kind = kind
        self.policy = policy
        self.allow = allow
        self.folded = folded
        self.plain = folded.plain
        self.lower = folded.lower
        self._occurring = occurring

    def find(self, pattern: Pattern) -> list[Match]:
        """Every place where `pattern`, one of the rule's own, matches."""
        if pattern not in self._occurring:
            return []
        return pattern.places(self.plain if pattern.cased else self.lower, MAX_HITS)

    def has(self, pattern: Pattern) -> bool:
        """Whether `pattern`, one of the rule's own, matches anywhere."""
        return pattern in self._occurring

    @cached_property
    def words(self) -> frozenset[bytes]:
        """The words of the text, lower case."""
        return frozenset(self.lower.translate(_LETTERS).split())

    @cached_property
    def capitalised(self) -> frozenset[bytes]:
        """The words of three letters and more that begin with a capital, lower case; \x01 is a capital too."""
        words = self.plain.translate(_LETTERS).split()
        return frozenset([word.lower() for word in words if (word[0] < 91) and len(word) > 2])

    @cached_property
    def _breaks(self) -> list[int]:
        """Where sentences begin: after an end mark and white space, after a line break, at the start."""
        breaks, lower, length = [0], self.lower, len(self.lower)
        for mark in (b". ", b"? ", b"! ", b"\n", b".\n", b'" '):
            at = lower.find(mark)
            while at >= 0:
                wrapped = mark == b"\n" and lower[at + 1 : at + 2].isalpha() and self.plain[at + 1] > 96
                if not wrapped and not (
                    mark == b". " and lower[max(0, at - 3) : at].split(b" ")[-1] in _ABBREVIATIONS
                ):
                    breaks.append(min(length, at + len(mark)))
                at = lower.find(mark, at + 1)
        return sorted(set(breaks))

    @cached_property
    def grade(self) -> float | None:
        """The reading grade, in school years; None for texts too short to have one."""
        return grade.grade(self.lower)

    def sentence(self, position: int) -> tuple[int, int]:
        """Start and end of the sentence around a place, at most MAX_SENTENCE away on each side."""
        index = bisect_right(self._breaks, position)
        end = self._breaks[index] if index < len(self._breaks) else len(self.lower)
        return max(self._breaks[index - 1], position - MAX_SENTENCE), min(end, position + MAX_SENTENCE)

    def sentence_text(self, position: int) -> bytes:
        """The lower-cased sentence around a place in the folded text."""
        start, end = self.sentence(position)
        return self.lower[start:end]

    def around(self, start: int, end: int, reach: int = 250) -> tuple[int, int]:
        """A stretch of up to `reach` characters to both sides: what belongs to the same thought."""
        return max(0, start - reach), min(len(self.lower), end + reach)

    def original(self, start: int, end: int) -> str:
        """The original text behind a stretch of the folded text."""
        first, last = self.folded.span(start, end)
        return self.text[first:last]


_LETTERS = bytes(
    byte if (chr(byte).isalpha() and byte < 128) or byte in (1, 2, 39) else 32 for byte in range(256)
)
_ABBREVIATIONS = frozenset((b"dr", b"mr", b"mrs", b"ms", b"st", b"sr", b"jr", b"sra", b"no", b"vs", b"ave"))
