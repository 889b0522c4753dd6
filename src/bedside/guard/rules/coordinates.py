"""Coordinates on a map."""

from __future__ import annotations

from collections.abc import Iterator

from bedside.core.words import gettext_noop as _
from bedside.guard.patterns import Pattern
from bedside.guard.reading import Reading
from bedside.guard.rule import Hit, Rule
from bedside.guard.screening import Category, Verdict

DECIMAL = Pattern(
    r"[+\-]?\b\d{1,2}\.\d{4,8}(?: ?\x03| ?deg(?:rees)?)?(?: ?[ns]\b)?[, ]{1,3}[+\-]?\d{1,3}\.\d{4,8}"
    r"(?: ?\x03| ?deg(?:rees)?)?(?: ?[ew]\b)?"
)
# Degrees, minutes, seconds; the sign of a degree folds to a symbol.
SEXAGESIMAL = Pattern(
    r"\b\d{1,3}(?:\x03| ?deg) ?\d{1,2}(?:\.\d+)?' ?(?:\d{1,2}(?:\.\d+)?(?:''|\") ?)?[ns][, ]{1,3}"
    r"\d{1,3}(?:\x03| ?deg) ?\d{1,2}(?:\.\d+)?' ?(?:\d{1,2}(?:\.\d+)?(?:''|\") ?)?[ewo]\b"
)


def check(reading: Reading) -> Iterator[Hit]:
    for match in reading.find(DECIMAL):
        numbers = "".join(chr(b) if 48 <= b <= 57 or b == 46 else " " for b in match.group() or b"").split()
        if float(numbers[0]) <= 90 and float(numbers[-1]) <= 180:
            yield Hit(match.start(), match.end(), "LOC")
    for match in reading.find(SEXAGESIMAL):
        yield Hit(match.start(), match.end(), "LOC")


RULE = Rule(
    id="identifier.coordinates",
    title=_("Coordinates"),
    explanation=_("Coordinates point at one building, and photographs often carry them."),
    source="45 CFR 164.514(b)(2)(i)(B)",
    category=Category.IDENTIFIER,
    severity=Verdict.NOTE,
    message=_("These look like coordinates on a map; take them out unless they are of your own site."),
    check=check,
    examples=("seen at 39.7392, -104.9903",),
    patterns=(DECIMAL, SEXAGESIMAL),
)
