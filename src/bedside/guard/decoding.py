"""Decoding: stretches in base64 or with percent signs (RFC 3986), read as what they stand for."""

from __future__ import annotations

import binascii
import re
from base64 import b64decode
from collections.abc import Iterator

from bedside.guard.patterns import Pattern

# What makes a second look worth it: most texts have neither.
PERCENT = Pattern(r"%[2-7c-e][0-9a-f]")
BASE64 = Pattern(r"[A-Za-z0-9+/]*[a-z0-9][A-Z][A-Za-z0-9+/]{6,}={0,2}", cased=True)
MAX_STRETCHES = 2_000

_ESCAPES = re.compile(r"(?:%[0-9A-Fa-f]{2})+")
_TOKEN = re.compile(r"[A-Za-z0-9+/]{12,4000}={0,2}")


def _escaped(text: str) -> Iterator[tuple[int, int, str]]:
    for match in _ESCAPES.finditer(text):
        start, end = match.span()
        # '100%20' may be a share of something and a number; an escape follows letters or other escapes.
        if end - start == 3 and text[start - 1 : start].isdigit() and not text[end : end + 1].isalnum():
            continue
        at = start
        try:
            characters = bytes.fromhex(match[0].replace("%", "")).decode()
        except UnicodeDecodeError:
            continue
        for character in characters:
            size = 3 * len(character.encode())
            yield at, at + size, character if character.isprintable() else " "
            at += size


def _base64(text: str) -> Iterator[tuple[int, int, str]]:
    for match in _TOKEN.finditer(text):
        token = match[0]
        if len(token) % 4 or token.islower() or token.isupper() or token.isdigit():
            continue
        try:
            plain = b64decode(token, validate=True).decode()
        except (binascii.Error, UnicodeDecodeError):
            continue
        readable = sum(character.isalnum() or character in " .,@+-_()'" for character in plain)
        if plain.isprintable() and readable >= 0.9 * len(plain):
            yield *match.span(), plain


def encoded(text: str) -> list[tuple[int, int, str]]:
    """The encoded stretches of a text as (start, end, what they stand for), in order, none on another."""
    found: list[tuple[int, int, str]] = []
    for stretch in sorted([*_escaped(text), *_base64(text)]):
        if (not found or stretch[0] >= found[-1][1]) and len(found) < MAX_STRETCHES:
            found.append(stretch)
    return found
