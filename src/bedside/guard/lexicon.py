"""Word lists, read when first needed. Their sources and licences are in data/README.md."""

from __future__ import annotations

import gzip
from functools import cache
from importlib.resources import files

import re2  # type: ignore[import-untyped]


def _read(name: str) -> bytes:
    return (files("bedside.guard") / "data" / name).read_bytes()


def _listed(name: str) -> list[str]:
    lines = _read(name).decode("ascii").splitlines()
    return [word for line in lines if not line.startswith("#") for word in line.split()]


@cache
def first_names() -> frozenset[bytes]:
    """Given names that are not also common words, lower case."""
    return frozenset(gzip.decompress(_read("first_names.txt.gz")).split(b"\n")) | common_first_names()


@cache
def common_first_names() -> frozenset[bytes]:
    """Given names frequent enough to be taken for a name even alone."""
    return frozenset(name.encode() for name in _listed("first_names_common.txt"))


@cache
def last_names() -> frozenset[bytes]:
    """Surnames that are not also common words, lower case."""
    return frozenset(gzip.decompress(_read("last_names.txt.gz")).split(b"\n"))


@cache
def surname_words() -> frozenset[bytes]:
    """Surnames that are also common words, lower case: names only after a given name."""
    return frozenset(gzip.decompress(_read("last_names_words.txt.gz")).split(b"\n"))


@cache
def cities() -> frozenset[bytes]:
    """Places with 15,000 or more inhabitants whose name is not a common word; a space parts two words."""
    return frozenset(gzip.decompress(_read("cities.txt.gz")).split(b"\n"))


def health_source() -> str:
    """An expression for every word that makes a text one about somebody's health."""
    words = sorted(set(_listed("health_words.txt")))
    return (
        r"\b(?:" + "|".join(re2.escape(word.replace("_", " ")).replace("\\ ", " ") for word in words) + r")\b"
    )
