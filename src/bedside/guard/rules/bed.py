"""The room or bed in which somebody lies."""

from __future__ import annotations

from collections.abc import Iterator

from bedside.core.words import gettext_noop as _
from bedside.guard.patterns import Pattern
from bedside.guard.reading import Reading
from bedside.guard.rule import Hit, Rule
from bedside.guard.screening import Category, Verdict

BED = Pattern(
    r"\b(?:(?:room|rm|habitacion|cuarto|bay) ?#? ?\d{1,4}[a-z]?(?:[ ,\-]{1,3}(?:bed|"
    r"cama) ?#? ?[a-d0-9]{1,2})?|(?:bed|cama) ?#? ?\d{1,3}[a-d]?)\b"
)
_PERSON = Pattern(
    r"\b(?:patients?|pt|he|she|him|her|his|guy|lady|woman|man|girl|boy|kid|baby|mom|dad|mother|father|"
    r"grandm\w+|grandp\w+|resident|mr|mrs|ms|paciente|senor|senora|el|ella|gentleman|frequent flyer)\b"
)


def check(reading: Reading) -> Iterator[Hit]:
    if reading.has(_PERSON):
        for match in reading.find(BED):
            if _PERSON.compiled.search(reading.sentence_text(match.start())):
                yield Hit(match.start(), match.end(), "ID")


RULE = Rule(
    id="identifier.bed",
    title=_("Room or bed"),
    explanation=_("On a given day a bed holds one person; everybody on the ward knows who it is."),
    source="45 CFR 164.514(b)(2)(i)(R)",
    category=Category.IDENTIFIER,
    severity=Verdict.NOTE,
    message=_("A room or bed next to words about a person says who it is; take it out."),
    check=check,
    examples=("the patient in bed 4",),
    patterns=(BED, _PERSON),
)
