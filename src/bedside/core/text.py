"""Measures of text: the ways networks count it, and offsets as browsers count them."""

from __future__ import annotations

import hashlib
import json
from itertools import accumulate
from typing import Any

import regex

_GRAPHEME = regex.compile(r"\X")


def graphemes(text: str) -> int:
    """How many user-perceived characters `text` has (Unicode UAX #29 extended grapheme clusters)."""
    return len(text) if text.isascii() and "\r" not in text else len(_GRAPHEME.findall(text))


def utf8_length(text: str) -> int:
    """How many bytes `text` has in UTF-8."""
    return len(text.encode("utf-8", "surrogatepass"))


def utf16_offsets(text: str) -> list[int]:
    """For each code point offset 0…len(text), the same place in UTF-16 code units, as browsers count."""
    if text.isascii():
        return list(range(len(text) + 1))
    return [0, *accumulate(2 if ord(character) > 0xFFFF else 1 for character in text)]


def canonical_json(value: Any) -> str:
    """One spelling for one value (sorted keys, no spaces, UTF-8 kept): what digests are taken over."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def digest(value: Any) -> str:
    """The SHA-256 of `canonical_json(value)`, as 64 hexadecimal digits."""
    return hashlib.sha256(canonical_json(value).encode("utf-8", "surrogatepass")).hexdigest()
