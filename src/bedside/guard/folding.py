"""Folding: the text as rules read it, and the way back to the original.

The folded text is plain ASCII: compatibility forms, full-width letters, accents, look-alike letters, dashes
and quotes are replaced by what they stand for; zero-width, bidi and combining characters disappear. What has
no ASCII form becomes one of three marks, so that one byte is one character and words keep their edges.
"""

from __future__ import annotations

import unicodedata
from bisect import bisect_right
from collections.abc import Sequence

UPPER, LOWER, SYMBOL = "\x01", "\x02", "\x03"

# Letters of other scripts that a reader takes for a Latin letter (after Unicode UTS #39 confusables).
_LOOKALIKES = {
    pair[0]: pair[1]
    for pair in [
        "АA",
        "ВB",
        "ЕE",
        "ЅS",
        "ІI",
        "ЈJ",
        "КK",
        "МM",
        "НH",
        "ОO",
        "РP",
        "СC",
        "ТT",
        "УY",
        "ХX",
        "аa",
        "еe",
        "ѕs",
        "іi",
        "јj",
        "оo",
        "рp",
        "сc",
        "уy",
        "хx",
        "ԁd",
        "ԛq",
        "ԝw",
        "һh",
        "ӏl",
        "ԚQ",
        "ԜW",
        "вb",
        "кk",
        "мm",
        "нh",
        "тt",
        "ΑA",
        "ΒB",
        "ΕE",
        "ΖZ",
        "ΗH",
        "ΙI",
        "ΚK",
        "ΜM",
        "ΝN",
        "ΟO",
        "ΡP",
        "ΤT",
        "ΥY",
        "ΧX",
        "αa",
        "ιi",
        "οo",
        "ρp",
        "γy",
        "κk",
        "νv",
        "υu",
        "ɑa",
        "ɡg",
        "ɩi",
        "օo",
        "սu",
        "հh",
        "ցg",
        "զq",
        "ոn",
        "ꓐB",
        "ꓑP",
        "ꓒd",
        "ꓓD",
        "ꓖG",
        "ꓗK",
        "ꓙJ",
        "ꓚC",
        "ꓜZ",
        "ꓝF",
        "ꓟM",
        "ꓠN",
        "ꓡL",
        "ꓢS",
        "ꓣR",
        "ꓤR",
        "ꓦV",
        "ꓧH",
        "ꓪW",
        "ꓫX",
        "ꓬY",
        "ꓮA",
        "ꓰE",
        "ꓲI",
        "ꓳO",
        "ꓴU",
        "ʀr",
        "ʏy",
        "ɴn",
        "ʟl",
        "ᴀa",
        "ᴄc",
        "ᴅd",
        "ᴇe",
        "ᴊj",
        "ᴋk",
        "ᴍm",
        "ᴏo",
        "ᴘp",
        "ᴛt",
        "ᴜu",
        "ᴠv",
        "ᴡw",
        "ᴢz",
    ]
}
_SPECIAL = {
    "ß": "ss", "ẞ": "SS", "æ": "ae", "Æ": "AE", "œ": "oe", "Œ": "OE", "ø": "o", "Ø": "O", "ł": "l", "Ł": "L",
    "đ": "d", "Đ": "D", "ð": "d", "Ð": "D", "þ": "th", "Þ": "Th", "ı": "i", "ħ": "h", "Ħ": "H", "ŧ": "t",
    "ĸ": "k", "ŋ": "n", "‘": "'", "’": "'", "‚": "'", "‛": "'", "′": "'", "ʼ": "'", "`": "'", "´": "'",
    "“": '"', "”": '"', "„": '"', "«": '"', "»": '"', "″": '"', "•": "*", "·": ".", "…": "...", "©": SYMBOL,
    "\u2028": "\n", "\u2029": "\n", "\x85": "\n", "\x0b": "\n", "\x0c": "\n", "\r": " ", "。": ".", "、": ",",
    "│": "|", "×": "x",
}  # fmt: skip
# U+3164 and its kin are letters by category, but are drawn as nothing.
_INVISIBLE = frozenset("\u00ad\u034f\u115f\u1160\u17b4\u17b5\u180e\u2800\u3164\uffa0\ufeff")
_CONTROLS = dict.fromkeys((*range(9), *range(11, 32), 127), " ")
_CONTROLS |= {11: "\n", 12: "\n"}


def _fold(character: str) -> str:
    """The ASCII that stands for one character; empty when it is drawn as nothing."""
    if character in _SPECIAL:
        return _SPECIAL[character]
    if character.isascii():
        return character if character.isprintable() or character in "\n\t" else " "
    if character in _INVISIBLE:
        return ""
    category = unicodedata.category(character)
    if category in ("Cf", "Mn", "Me", "Mc"):
        return ""
    if category == "Nd":
        return str(unicodedata.digit(character))
    if category == "Pd":
        return "-"
    if category in ("Zs", "Cc", "Cn", "Cs", "Co"):
        return " " if category in ("Zs", "Cc") else SYMBOL
    decomposed = unicodedata.normalize("NFKD", character)
    if decomposed != character:
        folded = "".join(_FOLDS[part] for part in decomposed)
        if folded.strip(UPPER + LOWER + SYMBOL):
            return folded
    if category in ("Lu", "Lt"):
        return UPPER
    return LOWER if category.startswith("L") else SYMBOL


class _Folds(dict[str, str]):
    def __missing__(self, character: str) -> str:
        folded = _fold(character)
        if len(self) < 20_000:
            self[character] = folded
        return folded


_FOLDS = _Folds()


def _lookalike_words(text: str, parts: list[str]) -> None:
    """Replace look-alikes in words that are Latin but for them; words of another script are left alone."""
    index, length = 0, len(text)
    while index < length:
        if parts[index] not in (UPPER, LOWER):
            index += 1
            continue
        start = index
        while start and (parts[start - 1].isalpha() or parts[start - 1] in ("", UPPER, LOWER)):
            start -= 1
        end = index
        while end < length and (parts[end].isalnum() or parts[end] in ("", UPPER, LOWER)):
            end += 1
        places = [place for place in range(start, end) if parts[place] in (UPPER, LOWER)]
        if all(text[place] in _LOOKALIKES for place in places):
            for place in places:
                parts[place] = _LOOKALIKES[text[place]]
        index = end


class Folded:
    """`plain` is the folded text in ASCII, `lower` the same in lower case (and of the same length). `encoded`
    are stretches (start, end, meaning) that are read as what they stand for; places in them lead back to the
    whole stretch."""

    __slots__ = ("_ends", "_starts", "_wholes", "length", "lower", "plain")

    def __init__(self, text: str, encoded: Sequence[tuple[int, int, str]] = ()) -> None:
        self.length = len(text)
        self._starts: list[int] | None = None
        self._wholes = [start for start, _, _ in encoded]
        self._ends = [end for _, end, _ in encoded]
        origins: list[int] | None = None
        if encoded:
            text, origins = _replaced(text, encoded)
        if text.isascii():
            plain = text if text.isprintable() else text.translate(_CONTROLS)
            self._starts = origins
        else:
            parts = [_FOLDS[character] for character in text]
            if UPPER in parts or LOWER in parts:
                _lookalike_words(text, parts)
            plain = "".join(parts)
            if origins is not None or len(plain) != len(text) or "" in parts:
                starts = [place for place, part in enumerate(parts) for _ in part]
                starts.append(len(text))
                self._starts = starts if origins is None else [origins[start] for start in starts]
        self.plain = plain.encode("ascii")
        self.lower = self.plain.lower()

    def span(self, start: int, end: int) -> tuple[int, int]:
        """The stretch of the original text that `start`…`end` of the folded text came from."""
        if self._starts is None:
            return start, end
        starts = self._starts
        if end <= start:
            return starts[start], starts[start]
        first, last = starts[start], max(starts[end], starts[end - 1] + 1)
        if self._wholes:
            before = bisect_right(self._wholes, first) - 1
            if before >= 0 and first < self._ends[before]:
                first = self._wholes[before]
            after = bisect_right(self._wholes, last - 1) - 1
            if after >= 0 and last <= self._ends[after]:
                last = self._ends[after]
        return first, last

    def position(self, original: int) -> int:
        """The first place in the folded text that came from the code point `original` or a later one."""
        if self._starts is None:
            return original
        return max(0, bisect_right(self._starts, original - 1))


def _replaced(text: str, encoded: Sequence[tuple[int, int, str]]) -> tuple[str, list[int]]:
    """The text with the encoded stretches replaced, and where each character of it came from."""
    parts: list[str] = []
    origins: list[int] = []
    at = 0
    for start, end, meaning in encoded:
        parts += (text[at:start], meaning)
        origins += range(at, start)
        origins += [start] * len(meaning)
        at = end
    parts.append(text[at:])
    origins += range(at, len(text) + 1)
    return "".join(parts), origins
