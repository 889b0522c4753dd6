"""Number plates and vehicle identification numbers."""

from __future__ import annotations

from collections.abc import Iterator

from bedside.core.words import gettext_noop as _
from bedside.guard.patterns import Pattern
from bedside.guard.reading import Reading
from bedside.guard.rule import Hit, Rule
from bedside.guard.screening import Category, Verdict

VIN = Pattern(r"\b[a-hj-npr-z0-9]{17}\b")
PLATE = Pattern(
    r"\b(?:licen[sc]e plates?|number plate|plates?|plate number|tags?|reg|matricula|placas?|patente)"
    r"(?: (?:number|no\.?|is|was|were|es))?[ :#]{1,3}([a-z0-9]{1,4}[ \-]?[a-z0-9]{2,5}(?:[ \-][a-z0-9]{1,4})?)\b"
)
_VALUES = dict(
    zip(
        b"abcdefghjklmnprstuvwxyz",
        (1, 2, 3, 4, 5, 6, 7, 8, 1, 2, 3, 4, 5, 7, 9, 2, 3, 4, 5, 6, 7, 8, 9),
        strict=True,
    )
)
_WEIGHTS = (8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2)


def _vin(text: bytes) -> bool:
    """The check digit of 49 CFR 565.15(c)."""
    total = sum(
        weight * (byte - 48 if byte < 58 else _VALUES[byte])
        for weight, byte in zip(_WEIGHTS, text, strict=True)
    )
    return text[8:9] == b"0123456789x"[total % 11 : total % 11 + 1]


def check(reading: Reading) -> Iterator[Hit]:
    for match in reading.find(VIN):
        matched = match.group() or b""
        if not matched.isalpha() and not matched.isdigit() and _vin(matched):
            yield Hit(match.start(), match.end(), "ID")
    for match in reading.find(PLATE):
        start, code = match.start(1), match.group(1) or b""
        # A word of four letters or more after the plate is none of it.
        kept = b""
        for part in code.replace(b"-", b" ").split(b" "):
            if kept and not any(48 <= byte <= 57 for byte in part) and len(part) > 3:
                break
            kept = code[: len(kept) + (1 if kept else 0) + len(part)]
        capital = any(65 <= byte <= 90 for byte in reading.plain[start : start + len(kept)])
        figures = sum(48 <= byte <= 57 for byte in kept)
        if figures >= 2 and (capital or 97 <= kept[0] <= 122):
            yield Hit(start, start + len(kept), "ID")


RULE = Rule(
    id="identifier.vehicle",
    title=_("Number plate or vehicle number"),
    explanation=_("A plate or a vehicle identification number leads to the owner."),
    source="45 CFR 164.514(b)(2)(i)(L)",
    category=Category.IDENTIFIER,
    severity=Verdict.REVIEW,
    message=_("This looks like a number plate or the number of a vehicle; take it out."),
    check=check,
    examples=("plate: KTM 4821",),
    patterns=(VIN, PLATE),
)
