"""Postal codes, named as such or in a form that nothing else has."""

from __future__ import annotations

from collections.abc import Iterator

from bedside.core.words import gettext_noop as _
from bedside.guard.patterns import Pattern
from bedside.guard.reading import Reading
from bedside.guard.rule import Hit, Rule
from bedside.guard.rules.place import STATES
from bedside.guard.screening import Category, Verdict

CUED = Pattern(
    r"\b(?:zip(?: ?code)?|postal code|post ?code|codigo postal|"
    r"c\.?p\.?)(?: is| es)?[ :#]{1,3}([a-z0-9][a-z0-9\- ]{2,8}[a-z0-9])\b"
)
AFTER_STATE = Pattern(r"\b([A-Z]{2})[ ,]{1,2}(\d{5}(?:-\d{4})?)\b", cased=True)
PLUS_FOUR = Pattern(r"\b\d{5}-\d{4}\b")
BRITISH = Pattern(r"\b[A-Z]{1,2}\d[A-Z\d]? \d[A-Z]{2}\b", cased=True)
CANADIAN = Pattern(r"\b[A-CEGHJ-NPR-TVXY]\d[A-Z] ?\d[A-Z]\d\b", cased=True)


def check(reading: Reading) -> Iterator[Hit]:
    for match in reading.find(CUED):
        code = match.group(1) or b""
        # What follows the code is not part of it: '35857 near us'.
        end = match.start(1)
        for word in code.split(b" "):
            if not any(48 <= byte <= 57 for byte in word):
                break
            end += len(word) + (end > match.start(1))
        if end > match.start(1):
            yield Hit(match.start(1), end, "LOC")
    for match in reading.find(AFTER_STATE):
        if match.group(1) in STATES:
            yield Hit(match.start(), match.end(), "LOC")
    for pattern in (PLUS_FOUR, BRITISH, CANADIAN):
        for match in reading.find(pattern):
            yield Hit(match.start(), match.end(), "LOC")


RULE = Rule(
    id="identifier.zip",
    title=_("Postal code"),
    explanation=_(
        "A postal code stands for so few people that only its first three digits may stay, and those "
        "only where 20,000 or more people live."
    ),
    source="45 CFR 164.514(b)(2)(i)(B)",
    category=Category.IDENTIFIER,
    severity=Verdict.NOTE,
    message=_("A postal code; fine for your own sites, but not for where a patient lives."),
    check=check,
    examples=("ZIP 35857",),
    patterns=(CUED, AFTER_STATE, PLUS_FOUR, BRITISH, CANADIAN),
)
