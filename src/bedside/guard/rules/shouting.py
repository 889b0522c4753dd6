"""Whole stretches in capitals."""

from __future__ import annotations

from collections.abc import Iterator

from bedside.core.words import gettext_noop as _
from bedside.guard.patterns import Pattern
from bedside.guard.reading import Reading
from bedside.guard.rule import Hit, Rule
from bedside.guard.screening import Category, Verdict

CAPITALS = Pattern(r"\b[A-Z]{2,}(?:[ ,!'\-&]{1,3}(?:[A-Z]{2,}|[AI]\b)){3,}", cased=True)


def check(reading: Reading) -> Iterator[Hit]:
    for match in reading.find(CAPITALS):
        words = (match.group() or b"").split()
        # A row of abbreviations (MRI CT EKG) is not shouting; shouted words are longer.
        if sum(len(word) > 3 for word in words) * 2 >= len(words):
            yield Hit(match.start(), match.end())


RULE = Rule(
    id="clarity.capitals",
    title=_("All capitals"),
    explanation=_(
        "Capitals are harder to read for everybody, and some screen readers spell them letter by letter."
    ),
    source="HHS Section 504 (45 CFR 84.84); plainlanguage.gov",
    category=Category.CLARITY,
    severity=Verdict.NOTE,
    message=_("Words in capitals are hard to read; use them for abbreviations only."),
    check=check,
    examples=("GET YOUR FLU SHOT TODAY",),
    patterns=(CAPITALS,),
    kinds=("post", "reply"),
)
