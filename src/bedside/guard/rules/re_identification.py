"""Re-identification by combination: a rare condition times a place, a time, an age and a role.

No one detail names a person, but their product may. The arithmetic is an estimate and says so:

    such people ~ population x rate x the share of each detail told

The population is that of the place: 50,000 for a town or a school that is named, 100,000 for a county, 250,000 for
"our ER" and no place, as the people a hospital serves. The rate of the condition is in data/prevalences.csv. A
condition that one has counts as it is; one that one gets within a year is also cut by the time told (a day 1/365, a
week 1/52, a month 1/12). An exact age leaves 1/80 of the people, an age group 1/10, a family role 1/10, an
occupation 1/50, a post that one person in a town holds one in 20,000. Below 11 people, the smallest number that US
public health tables print (CMS cell size policy), the text is held; two details besides the condition are needed,
and one person has to be spoken of. The estimate errs on the side of privacy: it takes the details as independent.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from typing import NamedTuple

import re2  # type: ignore[import-untyped]

from bedside.core.words import gettext
from bedside.core.words import gettext_noop as _
from bedside.guard.patterns import Pattern
from bedside.guard.reading import Reading
from bedside.guard.rule import Hit, Rule
from bedside.guard.screening import Category, Verdict

SMALLEST = 11
CATCHMENT = 250_000


class Condition(NamedTuple):
    """`rate` is the share of people who have it or get it within a year; `yearly` says which."""

    rate: float
    yearly: bool


@cache
def conditions() -> dict[str, Condition]:
    """Each name a condition goes by in data/prevalences.csv."""
    lines = (files("bedside.guard") / "data" / "prevalences.csv").read_text("utf-8").splitlines()
    rows = csv.reader(line for line in lines if line and not line.startswith("#"))
    next(rows)
    return {
        name: Condition(float(rate) / 100_000, kind == "year")
        for names, rate, kind, _ in rows
        for name in names.split("|")
    }


CONDITION = Pattern(
    r"\b(?:"
    + "|".join(re2.escape(name).replace("\\ ", " ") for name in sorted(conditions(), key=len, reverse=True))
    + r")\b"
)
PERSON = Pattern(
    r"\b(?:he|she|him|her|his|hers|(?:a|an|our|the|this|that|my) (?:[\w\-]+ ){0,3}?(?:patient|man|woman|"
    r"boy|girl|"
    r"mother|father|mom|dad|teen(?:ager)?|toddler|baby|child|kid|infant|teacher|nurse|firefighter|"
    r"farmer|pastor|"
    r"officer|coach|quarterback|player|veteran|student|resident|survivor|grandmother|grandfather|twins|"
    r"triplets|guy|lady|neighbor))\b"
)
# Each detail with the share of people that it leaves.
SHARES: tuple[tuple[str, float, Pattern], ...] = (
    (
        _("an exact age"),
        1 / 80,
        Pattern(
            r"\b(?:\d{1,3}[ \-]?(?:year|yr|month)s?[ \-]?old|"
            r"aged? \d{1,3}|\d{1,3} ?y/?o)\b"
        ),
    ),
    (
        _("an age group"),
        1 / 10,
        Pattern(
            r"\b(?:teen(?:ager)?s?|toddler|"
            r"in (?:his|her) (?:early |late |mid-?)?\d0s|elderly)\b"
        ),
    ),
    (
        _("a role in a family"),
        1 / 10,
        Pattern(
            r"\b(?:(?:mother|father|mom|dad|grandmother|grandfather) of (?:two|three|four|five|six|seven|\d+|twins)|"
            r"newlywed|pregnant|expecting|widow(?:er)?|only child|twins?)\b"
        ),
    ),
    (
        _("an occupation"),
        1 / 50,
        Pattern(
            r"\b(?:teacher|nurse|firefighter|farmer|officer|trooper|veteran|engineer|lawyer|bus driver|barber|"
            r"baker|chef|paramedic|doctor from|soldier|mechanic|rancher)\b"
        ),
    ),
    (
        _("a post that few hold"),
        1 / 20_000,
        Pattern(
            r"\b(?:quarterback|mayor|sheriff|pastor|senator|principal|homecoming queen|valedictorian|"
            r"(?:football|basketball|baseball|soccer|track|high school) (?:star|coach|captain)|"
            r"fire chief|police chief)\b"
        ),
    ),
)
DAY = Pattern(
    r"\b(?:last night|yesterday|today|tonight|this (?:morning|afternoon|evening)|(?:on )?(?:mon|tues|"
    r"wednes|thurs|fri|"
    r"satur|sun)day(?:'s)?|new year's (?:day|eve)|christmas (?:day|eve))\b"
)
WEEK = Pattern(r"\b(?:this week(?:end)?|last week(?:end)?|over the weekend|earlier this week)\b")
MONTH = Pattern(
    r"\b(?:this month|last month|(?:in|last|since) (?:january|february|march|april|may|june|july|august|"
    r"september|"
    r"october|november|december))\b"
)
TIMES = ((_("a day"), 1 / 365, DAY), (_("a week"), 1 / 52, WEEK), (_("a month"), 1 / 12, MONTH))
COUNTY = Pattern(r"\b(?:our|the|[a-z]+) county\b|\bin (?:our|the) (?:state|region)\b")
# A town is told by its capital: "in Milford", "from Golden", "Lincoln High".
TOWN = Pattern(
    r"\b(?:in|from|of|near) (?:[A-Z][a-z]{2,}(?: [A-Z][a-z]+)?)\b|\b[A-Z][a-z]+ (?:High|Elementary|"
    r"Middle School|Academy)\b",
    cased=True,
)
# Months and days are written with a capital too, and general words begin sentences.
_NOT_TOWNS = frozenset(
    b"""january february march april may june july august september october november december monday tuesday
    wednesday thursday friday saturday sunday medicare medicaid covid america american the our my your""".split()
)


def _town(reading: Reading, low: int, high: int) -> bool:
    for match in reading.find(TOWN):
        words = (match.group() or b"").lower().split()
        if (
            low <= match.start() < high
            and words[-1] not in _NOT_TOWNS
            and words[min(1, len(words) - 1)] not in _NOT_TOWNS
        ):
            return True
    return False


def _count(people: float) -> str:
    if people < 1.5:
        return gettext("one person at most")
    return gettext("about %(number)s people") % {"number": f"{people:,.0f}"}


def check(reading: Reading) -> Iterator[Hit]:
    for match in reading.find(CONDITION):
        low, high = reading.around(match.start(), match.end(), 200)

        def near(pattern: Pattern, low: int = low, high: int = high) -> bool:
            return any(low <= found.start() < high for found in reading.find(pattern))

        if not near(PERSON):
            continue
        condition = conditions()[" ".join((match.group() or b"").decode().split())]
        people, told = float(CATCHMENT), []
        if _town(reading, low, high):
            people, told = 50_000.0, [_("a town")]
        elif near(COUNTY):
            people, told = 100_000.0, [_("a county")]
        people *= condition.rate
        time = next(((name, share) for name, share, pattern in TIMES if near(pattern)), None)
        if time is not None:
            told.append(time[0])
            people *= time[1] if condition.yearly else 1.0
        for name, share, pattern in SHARES:
            if near(pattern):
                told.append(name)
                people *= share
        if len(told) >= 2 and people < SMALLEST:
            *first, last = map(gettext, told)
            details = gettext("%(details)s and %(last)s") % {"details": ", ".join(first), "last": last}
            yield Hit(
                match.start(), match.end(),
                message=gettext(
                    "With %(details)s this points at %(people)s; leave details out or get an authorization."
                ) % {"details": details, "people": _count(people)},
            )  # fmt: skip


RULE = Rule(
    id="relationship.rare",
    title=_("Few people fit this"),
    explanation=_(
        "A rare condition, a place, a week, an age and a role are each harmless, and together they are one "
        "person. The guard multiplies how common each is and says how many such people there are, roughly."
    ),
    source="45 CFR 164.514(b)(1), (b)(2)(ii); CMS cell size suppression policy (fewer than 11); Thran (2011)",
    category=Category.RELATIONSHIP,
    severity=Verdict.REVIEW,
    message=_("These details together fit very few people; leave some out or get an authorization."),
    check=check,
    examples=("A patient with Huntington disease in Milford, a father of four, joined our study in June",),
    patterns=(CONDITION, PERSON, DAY, WEEK, MONTH, COUNTY, TOWN, *(pattern for _, _, pattern in SHARES)),
    kinds=("post", "reply"),
)
