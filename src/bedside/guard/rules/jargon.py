"""Words of the trade, and the plain words for them."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from importlib.resources import files

import re2  # type: ignore[import-untyped]

from bedside.core.words import gettext_noop as _
from bedside.guard.patterns import Pattern
from bedside.guard.reading import Reading
from bedside.guard.rule import Hit, Rule
from bedside.guard.screening import Category, Verdict


@cache
def plain_words() -> dict[str, str]:
    """Jargon and the plain words for it, from data/plain_words.txt."""
    lines = (files("bedside.guard") / "data" / "plain_words.txt").read_text("utf-8").splitlines()
    pairs = (line.split(" = ", 1) for line in lines if " = " in line and not line.startswith("#"))
    return {jargon.strip(): plain.strip() for jargon, plain in pairs}


WORDS = Pattern(
    r"\b(?:" + "|".join(re2.escape(word).replace("\\ ", " ") for word in sorted(plain_words(), key=len, reverse=True))
    + r")\b"
)  # fmt: skip


def check(reading: Reading) -> Iterator[Hit]:
    for match in reading.find(WORDS):
        start, end = match.start(), match.end()
        plain = plain_words()[" ".join((match.group() or b"").decode().split())]
        around = reading.lower[max(0, start - 40) : end + 40]
        # Whoever says both explains: "hypertension (high blood pressure)". Tags and names are not prose.
        if plain.encode() in around or reading.lower[max(0, start - 1) : start] in (
            b"#",
            b"@",
            b"/",
            b"-",
            b".",
        ):
            continue
        yield Hit(start, end, suggestion=plain)


RULE = Rule(
    id="clarity.jargon",
    title=_("Words of the trade"),
    explanation=_("Nine in ten adults find medical words hard. Say it in plain words, or say both."),
    source="CDC, Everyday Words for Public Health Communication (2016); Plain Writing Act of 2010",
    category=Category.CLARITY,
    severity=Verdict.NOTE,
    message=_("Not everybody knows this word; there is a plain one."),
    check=check,
    examples=("Hypertension often has no signs",),
    patterns=(WORDS,),
    kinds=("post", "reply"),
)
