"""Word lists, read when first needed. Their sources and licences are in data/README.md."""

from __future__ import annotations

import gzip
from functools import cache
from importlib.resources import files

import re2  # type: ignore[import-untyped]


def _read(name: str) -> bytes:
    return (files("bedside.guard") / "data" / name).read_bytes()


def _packed(name: str) -> frozenset[bytes]:
    return frozenset(gzip.decompress(_read(name)).split(b"\n"))


def _listed(name: str) -> list[str]:
    lines = _read(name).decode("ascii").splitlines()
    return [word for line in lines if not line.startswith("#") for word in line.split()]


@cache
def first_names() -> frozenset[bytes]:
    """Given names that are not also common words, lower case."""
    return _packed("first_names.txt.gz") | common_first_names()


@cache
def common_first_names() -> frozenset[bytes]:
    """Given names frequent enough to be taken for a name even alone."""
    return frozenset(name.encode() for name in _listed("first_names_common.txt"))


@cache
def last_names() -> frozenset[bytes]:
    """Surnames that are not also common words, lower case."""
    return _packed("last_names.txt.gz")


@cache
def surname_words() -> frozenset[bytes]:
    """Surnames that are also common words, lower case: names only after a given name."""
    return _packed("last_names_words.txt.gz")


@cache
def surnames_too() -> frozenset[bytes]:
    """The commonest of the surnames that are also words: surnames after any given name."""
    return frozenset(name.encode() for name in _listed("last_names_more.txt"))


@cache
def first_name_words() -> frozenset[bytes]:
    """Given names that are also words: names in front of a surname or after a greeting."""
    return frozenset(name.encode() for name in _listed("first_names_words.txt"))


@cache
def not_names() -> frozenset[bytes]:
    """Words that are written with a capital and are no part of a name, lower case."""
    return frozenset(word.encode() for word in _listed("not_names.txt"))


@cache
def organisation_words() -> frozenset[bytes]:
    """Words that make what stands in front of them an organisation, a place or a disease, lower case."""
    return frozenset(word.encode() for word in _listed("organisation_words.txt"))


@cache
def eponyms() -> frozenset[bytes]:
    """Surnames that mostly stand for a disease, a sign or a score, lower case."""
    return frozenset(word.encode() for word in _listed("eponyms.txt"))


@cache
def words() -> frozenset[bytes]:
    """Words of four to fourteen letters, English and medical ones, that are no names, lower case."""
    return _packed("words.txt.gz")


@cache
def cities() -> frozenset[bytes]:
    """Places with 15,000 or more inhabitants whose name is not a common word; a space parts two words."""
    return _packed("cities.txt.gz") - not_places()


@cache
def city_words() -> frozenset[bytes]:
    """Places with 15,000 or more inhabitants whose name is also a common word: places only where one lives."""
    return _packed("cities_words.txt.gz") - not_places()


@cache
def towns() -> frozenset[bytes]:
    """Places with 500 to 15,000 inhabitants whose name is not a common word; a space parts two words."""
    return _packed("towns.txt.gz") - not_places()


@cache
def not_places() -> frozenset[bytes]:
    """States, continents and words that are no town although one is called so; a space parts two words."""
    return frozenset(name.replace("_", " ").encode() for name in _listed("not_places.txt"))


@cache
def countries() -> frozenset[bytes]:
    """Countries as English and Spanish call them, without the United States; `_` in the file is a space."""
    return frozenset(name.replace("_", " ").encode() for name in _listed("countries.txt"))


@cache
def town_heads() -> frozenset[bytes]:
    """The first word of every city and town."""
    return frozenset(
        [
            name.split(b" ", 1)[0]
            for known in (cities(), towns(), city_words())
            for name in known
            if len(name) > 2
        ]
    )


def health_source() -> str:
    """An expression for every word that makes a text one about somebody's health."""
    words = sorted(set(_listed("health_words.txt")))
    return (
        r"\b(?:" + "|".join(re2.escape(word.replace("_", " ")).replace("\\ ", " ") for word in words) + r")\b"
    )
