"""Tier 2: a small transformer in eight bits, run with ONNX Runtime on one thread."""

from __future__ import annotations

from functools import cache
from importlib.resources import as_file, files
from typing import Any

import numpy as np

from bedside.guard.models.sequence import LABELS, Floats
from bedside.guard.models.tokens import Tokens
from bedside.guard.models.wordpieces import WordPieces, case

# A longer text is read in windows of so many pieces; each window sees so many more on both sides.
WINDOW, MARGIN = 160, 24


class EncoderModel:
    """The network and its vocabulary."""

    def __init__(self, session: Any, pieces: WordPieces) -> None:
        self._session = session
        self._pieces = pieces

    def probabilities(self, tokens: Tokens) -> tuple[Floats, float, float]:
        """For each token how likely it is each of LABELS; then how likely the text speaks of a person's care
        here (`relation`) and advises one person (`advice`), each the highest of its windows."""
        cut = [self._pieces.cut(word) for word in tokens.words]
        out = np.zeros((len(cut), len(LABELS)), np.float32)
        relation = advice = 0.0
        for start, end in _windows([len(pieces) for pieces in cut]):
            low, high = max(0, start - MARGIN), min(len(cut), end + MARGIN)
            scores, said = self._run(tokens.words[low:high], cut[low:high])
            out[start:end] = scores[start - low : end - low]
            relation, advice = max(relation, float(said[0])), max(advice, float(said[1]))
        return out, relation, advice

    def _run(self, words: list[bytes], cut: list[tuple[int, ...]]) -> tuple[Floats, Floats]:
        ids, cases, firsts = [self._pieces.first], [0], []
        for word, pieces in zip(words, cut, strict=True):
            firsts.append(len(ids))
            ids += pieces
            cases += [case(word)] * len(pieces)
        ids, cases = [*ids, self._pieces.last], [*cases, 0]
        inputs = {"ids": np.array([ids], np.int64), "cases": np.array([cases], np.int64)}
        scores, said = self._session.run(None, inputs)
        chosen = scores[0][firsts]
        chosen = np.exp(chosen - chosen.max(axis=1, keepdims=True))
        return chosen / chosen.sum(axis=1, keepdims=True), 1 / (1 + np.exp(-said[0]))


def _windows(sizes: list[int]) -> list[tuple[int, int]]:
    """Runs of words that have at most WINDOW pieces together, or one word of more."""
    windows, start, filled = [], 0, 0
    for at, size in enumerate(sizes):
        if filled and filled + size > WINDOW:
            windows.append((start, at))
            start, filled = at, 0
        filled += size
    return [*windows, (start, len(sizes))]


@cache
def model() -> EncoderModel:
    """The model in the package. Raises ImportError without ONNX Runtime, FileNotFoundError without weights."""
    import onnxruntime  # type: ignore[import-not-found, import-untyped, unused-ignore]

    here = files("bedside.guard.models")
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.log_severity_level = 3
    with as_file(here / "encoder.onnx") as weights, as_file(here / "wordpieces.txt") as words:
        session = onnxruntime.InferenceSession(str(weights), options, providers=["CPUExecutionProvider"])
        return EncoderModel(session, WordPieces.read(words))
