"""WordPiece: words of the folded text as numbers, the way BERT's uncased vocabulary cuts them."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

LONGEST_WORD = 60


class WordPieces:
    """A vocabulary, one piece a line; a piece that continues a word begins with `##`."""

    def __init__(self, lines: list[str]) -> None:
        self._numbers = {line: number for number, line in enumerate(lines)}
        self.first, self.last = self._numbers["[CLS]"], self._numbers["[SEP]"]
        self._unknown = (self._numbers["[UNK]"],)
        self.cut = lru_cache(1 << 15)(self._cut)

    @classmethod
    def read(cls, path: Path) -> WordPieces:
        """The vocabulary in a file."""
        return cls(path.read_text("utf-8").splitlines())

    def _cut(self, word: bytes) -> tuple[int, ...]:
        """The numbers of a word's pieces, the longest first; that of `[UNK]` for a word it cannot cut."""
        letters = word.lower().decode("latin-1")
        if len(letters) > LONGEST_WORD:
            return self._unknown
        found, start = [], 0
        while start < len(letters):
            for end in range(len(letters), start, -1):
                number = self._numbers.get(("##" if start else "") + letters[start:end])
                if number is not None:
                    found.append(number)
                    start = end
                    break
            else:
                return self._unknown
        return tuple(found)


def case(word: bytes) -> int:
    """How a word is written, which the vocabulary forgets: 0 small letters or none, 1 one capital first,
    2 capitals, 3 mixed."""
    if not word.isalpha() or word.islower():
        return 0
    if word.istitle():
        return 1
    return 2 if word.isupper() else 3
