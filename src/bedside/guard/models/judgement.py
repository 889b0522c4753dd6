"""What a model thinks of a text: of each token, and in tier 2 of the whole."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Collection
from functools import cache

import numpy as np

from bedside.guard import lexicon
from bedside.guard.models.sequence import LABELS, Floats
from bedside.guard.models.tokens import Tokens
from bedside.guard.rule import Hit
from bedside.guard.screening import SpanType

# What a model may report by itself. Dates and codes are better left to rules (a model's dates cost more in false
# alarms than they find), and organisations identify nobody.
REPORTED: tuple[SpanType, ...] = ("NAME", "LOC")
_COLUMNS = [LABELS.index(label) for label in REPORTED]
_MARKS = frozenset(bytes([mark]) for mark in b".,'-_/:;!?()[]<>|*\"\n")
_JOINING = frozenset((b"'", b"-", b"_", b"/"))
# Small words that join others; the word list begins at four letters.
_SMALL = frozenset(b"of the and in at on for to a an de del la las el los y en".split())


class Judgement:
    """Tokens of one folded text with, for each, how likely it is each of `sequence.LABELS`. `relation` and
    `advice` say how likely the text speaks of somebody's care here, and advises one person; None in tier 1."""

    __slots__ = ("_probabilities", "_tokens", "advice", "relation")

    def __init__(
        self,
        tokens: Tokens,
        probabilities: Floats,
        relation: float | None = None,
        advice: float | None = None,
    ) -> None:
        self._tokens = tokens
        self._probabilities = probabilities
        self.relation = relation
        self.advice = advice

    def spans(self, threshold: float, taken: Collection[tuple[int, int]] = ()) -> list[Hit]:
        """Names and places at least that likely outside the stretches `taken`, in offsets of the folded text."""
        tokens, found = self._tokens, self._probabilities[:, _COLUMNS]
        best = found.argmax(axis=1)
        sure = found.max(axis=1) >= threshold
        sure[_handles(tokens)] = False
        for start, end in taken:
            sure[bisect_right(tokens.ends, start) : bisect_left(tokens.starts, end)] = False
        hits: list[Hit] = []
        last = -2
        for at in np.flatnonzero(sure).tolist():
            kind, start, end = REPORTED[best[at]], tokens.starts[at], tokens.ends[at]
            mark = tokens.words[at] in _MARKS
            joined = bool(hits) and hits[-1].type == kind and _joined(tokens, last, at)
            if mark and not joined:
                continue
            if not joined:
                hits.append(Hit(start, end, kind))
            elif not mark:
                hits[-1] = hits[-1]._replace(end=end)
            last = at
        edges = {edge for start, end in taken for edge in (start - 1, start, end, end + 1)}
        return [hit for hit in hits if not _plain_words(tokens, hit) and not _leftover(tokens, hit, edges)]


def _joined(tokens: Tokens, before: int, after: int) -> bool:
    """Whether two tokens are neighbours but for one mark that names have inside, such as in "J. O'Neil"."""
    if before < after - 2:
        return False
    mark = tokens.words[after - 1] if before == after - 2 else b"-"
    return mark in _JOINING or (mark == b"." and len(tokens.words[before]) < 3)


@cache
def _known_words() -> frozenset[bytes]:
    large = b" ".join(lexicon.countries() | lexicon.not_places()).split()
    return _SMALL.union(
        lexicon.words(), lexicon.not_names(), lexicon.eponyms(), lexicon.organisation_words(), large
    )


def _plain_words(tokens: Tokens, hit: Hit) -> bool:
    """Whether a stretch is digits, a letter or two, or only words that the lists know as words: a model takes
    "Grace" or "Lassa" for a name more often than it is one, the rules know their own cues for those, and a
    country or a State identifies nobody."""
    inside = tokens.words[bisect_left(tokens.starts, hit.start) : bisect_left(tokens.starts, hit.end)]
    parts = [word.lower() for word in inside if word.isalnum()]
    whole = b"".join(parts)
    return len(whole) < 3 or whole.isdigit() or _known_words().issuperset(parts)


def _leftover(tokens: Tokens, hit: Hit, edges: set[int]) -> bool:
    """Whether a stretch stands beside what a rule found and has no capital first, such as "lil" before a name or
    "VIN" before a number: the rule has found where the identifier begins."""
    beside = hit.start in edges or hit.end in edges
    return beside and not tokens.words[bisect_left(tokens.starts, hit.start)].istitle()


def together(first: Floats, second: Floats) -> Floats:
    """The probabilities of tier 1 and tier 2 as one: the transformer knows more, the small network has seen more
    names, and together they err less than either."""
    return np.asarray((first + 3 * second) / 4, np.float32)


def _handles(tokens: Tokens) -> list[int]:
    """The tokens of `@handles`: whose account it is cannot be told from the text, so rules decide on them."""
    found: list[int] = []
    if b"@" not in tokens.words:
        return found
    for at, word in enumerate(tokens.words):
        touches = at > 0 and tokens.starts[at] == tokens.ends[at - 1]
        follows = bool(found) and found[-1] == at - 1 and touches and (word == b"_" or word.isalnum())
        if follows or (word == b"@" and not (touches and tokens.words[at - 1].isalnum())):
            found.append(at)
    return found
