"""Tokens: words and single marks of the folded text, as both models read them."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

SPACE, WORD, MARK = 0, 1, 2


def _classes() -> NDArray[np.uint8]:
    classes = np.full(256, MARK, np.uint8)
    classes[[9, 32]] = SPACE
    for first, last in (("0", "9"), ("A", "Z"), ("a", "z"), ("\x01", "\x02")):
        classes[ord(first) : ord(last) + 1] = WORD
    return classes


_CLASSES = _classes()


class Tokens:
    """The words of a folded text, and each mark and line break as a token of its own."""

    __slots__ = ("ends", "starts", "words")

    def __init__(self, plain: bytes) -> None:
        kinds = np.zeros(len(plain) + 2, np.uint8)
        kinds[1:-1] = _CLASSES[np.frombuffer(plain, np.uint8)]
        here, before, after = kinds[1:-1], kinds[:-2], kinds[2:]
        edge = here != SPACE
        self.starts: list[int] = np.flatnonzero(edge & ((here == MARK) | (before != WORD))).tolist()
        self.ends: list[int] = (np.flatnonzero(edge & ((here == MARK) | (after != WORD))) + 1).tolist()
        self.words = [plain[start:end] for start, end in zip(self.starts, self.ends, strict=True)]
