"""Leaning: how far a sentence of a reply leans towards speaking of somebody's own care.

A sum of weights: one for each word, each word class and each two classes within five words of each other (see
clauses.py). The weights are fitted by training/reply_weights.py; what they were fitted on is in
data/README.md. Above zero leans towards a disclosure.
"""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from functools import cache
from importlib.resources import files

from bedside.guard.clauses import Clauses

REACH = 4
# A word, a word class, or two classes with the first before the second.
Feature = bytes | int | tuple[int, int]


def features(letters: bytes, words: list[bytes]) -> set[Feature]:
    """What is weighed in one sentence, given its word classes and its words."""
    found: set[Feature] = set(words)
    found.update(letters)
    for distance in range(1, REACH + 1):
        found.update(zip(letters, letters[distance:], strict=False))
    # How it begins: the class after nothing, and the word after a space.
    found.add((0, letters[0]))
    found.add(b" " + words[0])
    return found


class _Weights(dict[Feature, int]):
    def __missing__(self, feature: Feature) -> int:
        return 0


def written(feature: Feature) -> bytes:
    """A feature as it stands in the data: a class after `.`, two classes after `:`, a word as it is."""
    if isinstance(feature, bytes):
        return feature
    if isinstance(feature, int):
        return b"." + bytes((feature,))
    return b":" + bytes(feature)


def _read(text: bytes) -> Feature:
    if text[:1] == b"." and len(text) == 2:
        return text[1]
    if text[:1] == b":" and len(text) == 3:
        return text[1], text[2]
    return text


@cache
def weights() -> dict[Feature, int]:
    """Hundredths of a point for each feature; the empty one is what every sentence begins with."""
    body = gzip.decompress((files("bedside.guard") / "data" / "reply_weights.txt.gz").read_bytes())
    lines = (line.rpartition(b"\t") for line in body.split(b"\n") if line)
    return _Weights({_read(feature): int(weight) for feature, _, weight in lines})


def leanings(clauses: Clauses) -> Iterator[tuple[int, int, float]]:
    """Each sentence as its first word, the one after its last, and how far it leans, in points."""
    known = weights()
    for first, last in clauses.sentences():
        found = features(clauses.letters[first:last], clauses.words[first:last])
        yield first, last, (known[b""] + sum(map(known.__getitem__, found))) / 100
