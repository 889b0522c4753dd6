"""Names of people inside handles and hashtags."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from itertools import pairwise

from bedside.core.words import gettext_noop as _
from bedside.guard.lexicon import (
    common_first_names,
    eponyms,
    first_name_words,
    first_names,
    last_names,
    not_names,
    organisation_words,
    surnames_too,
    words,
)
from bedside.guard.patterns import Pattern
from bedside.guard.reading import Reading
from bedside.guard.rule import Hit, Rule
from bedside.guard.screening import Category, Verdict

HANDLE = Pattern(r"(?:^|[^A-Za-z0-9._%+@\-])(@[A-Za-z][A-Za-z0-9_.\-]{2,38})", cased=True)
HASHTAG = Pattern(r"(?:^|[^A-Za-z0-9])(#[A-Za-z][A-Za-z0-9_]{2,60})", cased=True)

# What people put around a name in a hashtag.
_BEFORE = (
    b"prayersfor", b"prayfor", b"praying4", b"pray4", b"prayingfor", b"justicefor", b"justice4", b"team", b"teamof",
    b"getwell", b"getwellsoon", b"remembering", b"rip", b"ripbaby",
    b"hopefor", b"hope4", b"fightfor", b"saving", b"savebaby",
    b"baby", b"happybirthday", b"welcomehome", b"welcome",
    b"thankyou", b"thanks", b"gracias", b"oracionespor", b"fuerza",
    b"missing", b"find", b"bring", b"loveyou", b"meet", b"for", b"dr",
    b"nurse", b"its", b"iam", b"iamthe", b"real", b"the", b"lil",
)  # fmt: skip
_AFTER = (
    b"strong", b"strongs", b"sfight", b"fights", b"fight",
    b"sjourney", b"journey", b"sarmy", b"army", b"swarriors", b"warriors",
    b"warrior", b"sstory", b"story", b"fund", b"cares", b"beatscancer",
    b"fightscancer", b"rn", b"md", b"np", b"mom", b"dad",
    b"official", b"lives", b"home", b"shome", b"wedding", b"forever", b"rocks", b"s", b"xo", b"jr",
)  # fmt: skip


def _last(word: bytes) -> bool:
    return (
        len(word) > 3
        and (word in last_names() or word in surnames_too())
        and word not in organisation_words()
    )


def _first(word: bytes) -> bool:
    return (word in common_first_names() or word in first_name_words()) and word not in not_names()


@lru_cache(maxsize=5_000)
def _is_person(word: bytes, *, alone: bool) -> bool:
    """Whether small letters without a space are a given name and a surname, or (`alone`) a given name."""
    if word in not_names() or word in words() or word in eponyms():
        return alone and word in common_first_names() and word not in not_names()
    if alone and len(word) > 2 and word in common_first_names():
        return True
    for size in range(3, len(word) - 3):
        given, family = word[:size], word[size:]
        if _first(given) and _last(family):
            return True
        if given in first_names() and len(given) > 3 and _last(family) and len(family) > 4:
            return True
    return False


@lru_cache(maxsize=5_000)
def _parts(name: bytes) -> tuple[bytes, ...]:
    """The words of a handle or hashtag, as its capitals, digits and marks part them; lower case."""
    parts, at = [], 0
    for place in range(1, len(name) + 1):
        if (
            place == len(name)
            or not name[place : place + 1].isalpha()
            or (name[place : place + 1].isupper() and name[place - 1 : place].islower())
            or not name[place - 1 : place].isalpha()
        ):
            piece = name[at:place].strip(b"_.-0123456789").lower()
            if piece:
                parts.append(piece)
            at = place
    return tuple(parts)


def _tagged(word: bytes) -> bytes:
    for mark in sorted(_BEFORE, key=len, reverse=True):
        if word.startswith(mark) and len(word) > len(mark) + 2 and mark not in (b"the", b"for", b"its"):
            word = word[len(mark) :]
            break
    for mark in sorted(_AFTER, key=len, reverse=True):
        if word.endswith(mark) and len(word) > len(mark) + 2 and len(mark) > 1:
            return word[: -len(mark)]
    return word


@lru_cache(maxsize=5_000)
def names_person(name: bytes, hashtag: bool) -> bool:
    """Whether a handle or hashtag, without its mark, is made of a person's name."""
    parts = _parts(name)
    if any((part in organisation_words() and part != b"team") or part in eponyms() for part in parts):
        return False
    for first, second in pairwise(parts):
        if (_first(first) or (first in first_names() and first not in words())) and (
            _last(second) or (len(second) == 1 and _first(first))
        ):
            return True
        if len(first) == 1 and second in last_names() and len(second) > 3 and not hashtag:
            return True
    if len(parts) == 1 or not hashtag:
        for part in parts:
            if _is_person(part, alone=not hashtag or (len(parts) == 1 and part in common_first_names())):
                return True
            inner = _tagged(part)
            if inner != part and _is_person(inner, alone=inner in common_first_names()):
                return True
            if (
                not hashtag
                and len(part) > 5
                and part[1:] in last_names()
                and part not in words()
                and part[1:] not in words()
            ):
                return True
    marked = frozenset((*_BEFORE, *_AFTER))
    around = [
        part
        for part in parts
        if part not in marked and part not in (b"pray", b"prayers", b"justice", b"get", b"well", b"soon")
    ]
    if len(around) < len(parts):
        return any(part in common_first_names() or _is_person(part, alone=False) for part in around)
    return False


def check(reading: Reading) -> Iterator[Hit]:
    for pattern, hashtag in ((HANDLE, False), (HASHTAG, True)):
        for match in reading.find(pattern):
            name = (match.group(1) or b"")[1:].rstrip(b".-_")
            if names_person(name, hashtag):
                yield Hit(match.start(1), match.start(1) + 1 + len(name), "NAME")


RULE = Rule(
    id="identifier.handle",
    title=_("Handle or hashtag made of a name"),
    explanation=_("A handle leads to one person, and a hashtag such as #PrayForMaria names one."),
    source="45 CFR 164.514(b)(2)(i)(A), (R)",
    category=Category.IDENTIFIER,
    severity=Verdict.NOTE,
    message=_("This handle or hashtag is made of somebody's name; make sure it is not a patient's."),
    check=check,
    examples=("#PrayForMaria", "@maria_lopez31"),
    patterns=(HANDLE, HASHTAG),
)
