"""Ages over 89."""

from __future__ import annotations

from collections.abc import Iterator

from bedside.core.words import gettext_noop as _
from bedside.guard.patterns import Pattern
from bedside.guard.reading import Reading
from bedside.guard.rule import Hit, Rule
from bedside.guard.screening import Category, Verdict

_OLD = r"(?:9\d|1[0-2]\d)"
_WORDS = (
    r"(?:ninety(?:[ \-](?:one|two|three|four|five|six|seven|eight|nine))?|(?:one|a) hundred(?:(?: and)?[ \-]"
    r"(?:one|two|three|four|five|six|seven|eight|nine|ten))?|noventa(?: y (?:uno?|dos|tres|cuatro|"
    r"cinco|seis|siete|"
    r"ocho|nueve))?|cien(?:to (?:uno?|dos|tres|cuatro|cinco))?)"
)
YEARS = Pattern(
    rf"\b(?:{_OLD}|{_WORDS})[ \-]?(?:years?[ \-]?old|years? of age|years? young|yrs?[ \-]?old|y/?o|yo|anos)\b"
)
AGED = Pattern(rf"\b(?:aged?|turn(?:ed|ing|s)|edad|cumpli[oa]|is|was)(?: de)?[ :]{{1,2}}({_OLD}|{_WORDS})\b")
CODED = Pattern(rf"\b{_OLD} ?[mf]\b")
_ELSE = (
    b"hospital",
    b"building",
    b"clinic",
    b"foundation",
    b"campus",
    b"tradition",
    b"company",
    b"institution",
    b"organi",
    b"school",
    b"history",
    b"legacy",
    b"history",
    b"center",
    b"anniversary",
    b"degrees",
    b"percent",
)
_GROUP = (
    b" and older",
    b" and over",
    b" and above",
    b" or older",
    b" or over",
    b"+",
    b" and up",
    b" o mas",
    b" y mas",
)
_AFTER_AGED = (
    b"%",
    b" percent",
    b" degrees",
    b" minutes",
    b" days",
    b" hours",
    b" over",
    b"/",
    b" mg",
    b" of",
    b" people",
    b",",
    b" million",
)


def check(reading: Reading) -> Iterator[Hit]:
    lower = reading.lower
    for pattern in (YEARS, AGED, CODED):
        for match in reading.find(pattern):
            group = 1 if pattern is AGED else 0
            start, end = match.start(group), match.end(group)
            after = lower[end : end + 30]
            if after.startswith(_GROUP):
                continue
            if pattern is AGED and lower[match.start() : start].startswith((b"is", b"was")):
                subject = lower[max(0, match.start() - 12) : match.start()].split()
                if not subject or subject[-1] not in _SUBJECTS or after.startswith(_AFTER_AGED):
                    continue
            if any(word in lower[max(0, start - 40) : end + 30] for word in _ELSE):
                continue
            yield Hit(start, end, "AGE")


_SUBJECTS = (
    b"he",
    b"she",
    b"who",
    b"patient",
    b"mother",
    b"father",
    b"grandmother",
    b"grandfather",
    b"grandma",
    b"grandpa",
    b"mom",
    b"dad",
)

RULE = Rule(
    id="identifier.age",
    title=_("Age over 89"),
    explanation=_(
        "So few people are over 89 that the age itself points at somebody. Write 'in their nineties' "
        "or '90 or older' instead."
    ),
    source="45 CFR 164.514(b)(2)(i)(C)",
    category=Category.IDENTIFIER,
    severity=Verdict.NOTE,
    message=_("An age over 89 points at one person; write '90 or older' instead."),
    check=check,
    examples=("a 93-year-old neighbour", "she turned ninety-four"),
    patterns=(YEARS, AGED, CODED),
    suggestion="90 or older",
)
