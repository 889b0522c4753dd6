"""Tier 1: a small network over words, their pieces and their neighbours, run with NumPy.

A word's vector depends on the word alone and is kept; two layers then look at two words to each side each.
"""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from threading import Lock
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from bedside.guard.models.tokens import Tokens
from bedside.guard.models.words import FLAGS, flags, pieces

LABELS = ("O", "NAME", "LOC", "ORG", "DATE", "CODE")
REACH = 2
# Words whose vectors are kept; when there are as many, it starts over, so memory stays bounded.
KEPT = 1 << 15
# Per token beside its own vector: whether it touches the one before, and how many words have a capital.
SURROUNDINGS = 3

Floats: TypeAlias = NDArray[np.float32]


def windows(rows: Floats) -> Floats:
    """Each row with its neighbours up to REACH to both sides, zeros beyond the ends."""
    count, width = rows.shape
    padded = np.zeros((count + 2 * REACH, width), np.float32)
    padded[REACH:-REACH] = rows
    return np.concatenate([padded[at : at + count] for at in range(2 * REACH + 1)], axis=1)


def surroundings(tokens: Tokens, own: Floats) -> Floats:
    """What a token's place says, from the flags of all words (`own`, as `words.flags` gives them)."""
    out = np.zeros((len(own), SURROUNDINGS), np.float32)
    starts, ends = np.array(tokens.starts), np.array(tokens.ends)
    out[1:, 0] = starts[1:] == ends[:-1]
    title, upper, lower = own[:, 0].sum(), own[:, 1].sum(), own[:, 3].sum()
    out[:, 1] = (title + upper) / max(1.0, title + upper + lower)
    out[:, 2] = upper / max(1.0, title + upper + lower)
    return out


class SequenceModel:
    """The weights, and the vectors of words met so far."""

    def __init__(self, weights: dict[str, NDArray[np.generic]]) -> None:
        self._table = weights["table"]
        self._scale = weights["scale"].astype(np.float32)
        self._layers = [
            (weights[f"weight{number}"].astype(np.float32), weights[f"bias{number}"].astype(np.float32))
            for number in range(3)
        ]
        self._width = self._table.shape[1] + FLAGS
        self._index: dict[bytes, int] = {}
        self._vectors = np.zeros((KEPT, self._width), np.float32)
        self._lock = Lock()

    def _vector(self, word: bytes) -> Floats:
        rows = self._table[pieces(word)].astype(np.float32)
        vector = rows[0] + rows[1:].mean(axis=0) if len(rows) > 1 else rows[0]
        return np.concatenate([vector * self._scale, np.array(flags(word), np.float32)])

    def _known(self, words: list[bytes]) -> Floats:
        with self._lock:
            index = self._index
            for word in words:
                if word not in index:
                    if len(index) == KEPT:
                        index.clear()
                        return np.array([self._vector(each) for each in words], np.float32)
                    self._vectors[len(index)] = self._vector(word)
                    index[word] = len(index)
            return self._vectors[[index[word] for word in words]]

    def probabilities(self, tokens: Tokens) -> Floats:
        """For each token how likely it is each of LABELS; rows sum to 1."""
        rows = self._known(tokens.words)
        rows = np.concatenate([rows, surroundings(tokens, rows[:, -FLAGS:])], axis=1)
        for weight, bias in self._layers[:-1]:
            rows = np.maximum(windows(rows) @ weight + bias, 0)
        weight, bias = self._layers[-1]
        scores = rows @ weight + bias
        scores = np.exp(scores - scores.max(axis=1, keepdims=True))
        return np.asarray(scores / scores.sum(axis=1, keepdims=True), np.float32)


@cache
def model() -> SequenceModel:
    """The model that comes with the package. Raises FileNotFoundError if it was left out."""
    source = files("bedside.guard.models") / "sequence.npz"
    with source.open("rb") as stream, np.load(stream) as weights:
        return SequenceModel(dict(weights))
