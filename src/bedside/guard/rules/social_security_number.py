"""Social security numbers."""

from __future__ import annotations

from collections.abc import Iterator

from bedside.core.words import gettext_noop as _
from bedside.guard.patterns import Pattern
from bedside.guard.reading import Reading
from bedside.guard.rule import Hit, Rule
from bedside.guard.rules.phone import digits_of
from bedside.guard.screening import Category, Verdict

SEPARATED = Pattern(r"\b[0-9o]{3}([ .\-])[ \-]?[0-9o]{2}[ .\-][ \-]?[0-9o]{4}\b")
CUED = Pattern(
    r"\b(?:ssn|social security|seguro social|"
    r"social)\b[^0-9]{0,25}\b([0-9o]{3}[ .\-]?[0-9o]{2}[ .\-]?[0-9o]{4})\b"
)
# Nine single digits, however they are parted.
SPACED = Pattern(r"\b(?:[0-9o](?: ?[.\-,] ?| )){6,14}[0-9o]\b")
LAST_FOUR = Pattern(r"\b(?:ssn|social)\b[^0-9.]{0,12}(?:ending|last (?:four|4))[^0-9.]{0,16}\b(\d{4})\b")


def valid(digits: bytes) -> bool:
    """Whether nine digits can be a number the SSA or, from 900 up, the IRS gives out (20 CFR 422.103)."""
    return (
        len(digits) == 9
        and digits[:3] not in (b"000", b"666")
        and digits[3:5] != b"00"
        and digits[5:] != b"0000"
    )


def check(reading: Reading) -> Iterator[Hit]:
    for pattern, group in ((SEPARATED, 0), (CUED, 1), (SPACED, 0)):
        for match in reading.find(pattern):
            if valid(digits_of(match.group(group) or b"")):
                yield Hit(match.start(group), match.end(group), "SSN")
    for match in reading.find(LAST_FOUR):
        yield Hit(match.start(1), match.end(1), "SSN")


RULE = Rule(
    id="identifier.ssn",
    title=_("Social security number"),
    explanation=_("A social security number belongs to one person and never belongs in a public text."),
    source="45 CFR 164.514(b)(2)(i)(G)",
    category=Category.IDENTIFIER,
    severity=Verdict.REVIEW,
    message=_("This looks like a social security number; take it out."),
    check=check,
    examples=("SSN 219-09-9999",),
    patterns=(SEPARATED, CUED, SPACED, LAST_FOUR),
)
