"""Details that together point at one person, though none of them does alone."""

from __future__ import annotations

from collections.abc import Iterator

from bedside.core.words import gettext_noop as _
from bedside.guard.lexicon import health_source
from bedside.guard.patterns import Pattern
from bedside.guard.reading import Reading
from bedside.guard.rule import Hit, Rule
from bedside.guard.screening import Category, Verdict

PERSON = Pattern(
    r"\b(?:(?:a|an|our|the|this|una?) (?:\w+ ){0,2}?\d{1,3}[ \-]?(?:year|yr|month|"
    r"week)s?[ \-]?old(?: \w+)?|(?:a|an|the) (?:\w+ ){0,2}(?:mother|father|mom|dad) of (?:two|"
    r"three|four|five|six|twins|triplets|\d)|"
    r"(?:a|an|the|our) (?:local|young|well-known|retired|high school|star) (?:\w+ )?(?:teacher|"
    r"coach|pastor|firefighter|officer|athlete|player|quarterback|student|mayor|farmer|nurse|"
    r"veteran|man|woman|boy|girl|teen(?:ager)?)|una? (?:nin[oa]|senor|senora|hombre|"
    r"mujer) de \d{1,3} anos)\b"
)
WHEN = Pattern(
    r"\b(?:last (?:night|week|month|weekend|monday|tuesday|wednesday|thursday|friday|saturday|"
    r"sunday)|yesterday|this (?:morning|week|weekend|afternoon)|earlier today|tonight|"
    r"over the weekend|ayer|anoche|la semana pasada|"
    r"on (?:monday|tuesday|wednesday|thursday|friday|saturday|sunday)|in (?:january|february|"
    r"march|april|june|july|august|september|october|november|december))\b"
)
CARE = Pattern(
    r"\b(?:came (?:in|to (?:us|our|the))|(?:was|were) (?:admitted|rushed|flown|treated|brought|"
    r"airlifted|diagnosed|discharged|operated)|arrived|walked (?:in|out)|surviv(?:ed|es)|died|"
    r"passed away|our (?:er|ed|icu|nicu|trauma|emergency)|presented|delivered|received|underwent|"
    r"went home|is recovering|llego|ingreso|fue atendid[oa])\b"
)
HEALTH = Pattern(health_source())


def check(reading: Reading) -> Iterator[Hit]:
    if not reading.has(CARE):
        return
    care = [match.start() for match in reading.find(CARE)]
    when = [match.start() for match in reading.find(WHEN)]
    for match in reading.find(PERSON):
        low, high = reading.around(match.start(), match.end(), 200)
        near = [place for place in care if low <= place < high]
        details = (
            1
            + any(low <= place < high for place in when)
            + bool(HEALTH.compiled.search(reading.lower[low:high]))
        )
        if near and details >= 2:
            yield Hit(match.start(), match.end())


RULE = Rule(
    id="relationship.story",
    title=_("Details that add up to one person"),
    explanation=_(
        "An age, a role in the family, an illness and a week together point at one person in a town, "
        "even "
        "without a name. Leave details out, change them, or get an authorization."
    ),
    source="45 CFR 164.514(b)(2)(ii); Thran (2011)",
    category=Category.RELATIONSHIP,
    severity=Verdict.REVIEW,
    message=_("These details together may show who this is; leave some out or get an authorization."),
    check=check,
    examples=("A 34-year-old mother of four was rushed to our ER last night",),
    patterns=(PERSON, WHEN, CARE),
    kinds=("post", "reply"),
)
