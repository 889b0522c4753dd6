"""Too many emojis, or emojis in the middle of a sentence."""

from __future__ import annotations

from collections.abc import Iterator

from bedside.core.words import gettext_noop as _
from bedside.guard.patterns import Pattern
from bedside.guard.reading import Reading
from bedside.guard.rule import Hit, Rule
from bedside.guard.screening import Category, Verdict

MAX_EMOJIS = 3
SYMBOLS = Pattern(r"\x03")


def _is_emoji(character: str) -> bool:
    code = ord(character)
    return 0x1F000 <= code <= 0x1FAFF or 0x2600 <= code <= 0x27BF or 0x2B00 <= code <= 0x2BFF


def check(reading: Reading) -> Iterator[Hit]:
    places: list[tuple[int, int]] = []
    for match in reading.find(SYMBOLS):
        start, _ = reading.folded.span(match.start(), match.end())
        character = reading.text[start : start + 1]
        # Two regional letters make one flag, and what is joined to the one before is part of it.
        joined = start and reading.text[start - 1] == "\u200d"
        flag = 0x1F1E6 <= ord(character) <= 0x1F1FF and places and places[-1][1] == match.start()
        tone = 0x1F3FB <= ord(character) <= 0x1F3FF
        if _is_emoji(character) and not joined and not tone:
            if flag:
                places[-1] = (places[-1][0], -1)
            else:
                places.append((match.start(), match.end()))
    if len(places) > MAX_EMOJIS:
        yield Hit(places[MAX_EMOJIS][0], max(place for pair in places for place in pair))


RULE = Rule(
    id="clarity.emoji",
    title=_("Many emojis"),
    explanation=_("A screen reader says every emoji aloud. Use few, and put them at the end."),
    source="HHS Section 504 (45 CFR 84.84); WCAG 2.1 1.1.1 (advisory)",
    category=Category.CLARITY,
    severity=Verdict.NOTE,
    message=_("More than three emojis: screen readers say each one aloud."),
    check=check,
    examples=("Wash your hands 🧼🧼🧼🧼",),
    patterns=(SYMBOLS,),
    kinds=("post", "reply"),
)
