"""Numbers of the US health system that have a form of their own: Medicare, NPI, DEA."""

from __future__ import annotations

from collections.abc import Iterator

from bedside.core.words import gettext_noop as _
from bedside.guard.patterns import Pattern
from bedside.guard.reading import Reading
from bedside.guard.rule import Hit, Rule
from bedside.guard.rules.bank_card import luhn
from bedside.guard.screening import Category, Verdict

_LETTER = "[ac-hj-km-np-rt-y]"
# The Medicare Beneficiary Identifier: eleven places, no S, L, O, I, B or Z (CMS, 2018).
MBI = Pattern(
    rf"\b[1-9]{_LETTER}[ac-hj-km-np-rt-y0-9]\d[ \-]?{_LETTER}[ac-hj-km-np-rt-y0-9]\d[ \-]?{_LETTER}{{2}}\d{{2}}\b"
)
NPI = Pattern(r"\b[12]\d{9}\b")
DEA = Pattern(r"\b[abfgmpr][a-z9](\d{7})\b")


def _dea(digits: bytes) -> bool:
    numbers = [byte - 48 for byte in digits]
    return (sum(numbers[:5:2]) + 2 * sum(numbers[1:6:2])) % 10 == numbers[6]


def check(reading: Reading) -> Iterator[Hit]:
    for match in reading.find(MBI):
        yield Hit(match.start(), match.end(), "ID")
    for match in reading.find(NPI):
        if luhn(b"80840" + (match.group() or b"")):
            yield Hit(match.start(), match.end(), "ID")
    for match in reading.find(DEA):
        if _dea(match.group(1) or b""):
            yield Hit(match.start(), match.end(), "ID")


RULE = Rule(
    id="identifier.health_plan",
    title=_("Medicare number, NPI or DEA number"),
    explanation=_("A Medicare number belongs to one patient, an NPI or DEA number to one clinician."),
    source="45 CFR 164.514(b)(2)(i)(I), (K)",
    category=Category.IDENTIFIER,
    severity=Verdict.REVIEW,
    message=_("This looks like a Medicare, NPI or DEA number; take it out."),
    check=check,
    examples=("Medicare 1EG4-TE5-MK73",),
    patterns=(MBI, NPI, DEA),
)
