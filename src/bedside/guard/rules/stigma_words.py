"""Words that put a label on people, and the words to use instead."""

from __future__ import annotations

from collections.abc import Iterator

from bedside.core.words import gettext_noop as _
from bedside.guard.patterns import Pattern
from bedside.guard.reading import Reading
from bedside.guard.rule import Hit, Rule
from bedside.guard.screening import Category, Verdict

# After NIDA "Words matter", the CDC health equity guiding principles and the AP stylebook.
BETTER = {
    "addict": "person with a substance use disorder",
    "addicts": "people with a substance use disorder",
    "drug addict": "person with a substance use disorder",
    "drug addicts": "people with a substance use disorder",
    "junkie": "person with a substance use disorder",
    "junkies": "people with a substance use disorder",
    "drug abuser": "person who uses drugs",
    "drug abusers": "people who use drugs",
    "drug abuse": "drug use",
    "substance abuse": "substance use",
    "substance abuser": "person with a substance use disorder",
    "substance abusers": "people with a substance use disorder",
    "drug habit": "substance use disorder",
    "alcoholics": "people with alcohol use disorder",
    "clean and sober": "in recovery",
    "crack baby": "newborn exposed to substances",
    "crack babies": "newborns exposed to substances",
    "addicted baby": "newborn exposed to substances",
    "addicted babies": "newborns exposed to substances",
    "schizophrenics": "people with schizophrenia",
    "a schizophrenic": "a person with schizophrenia",
    "the mentally ill": "people with a mental illness",
    "mentally ill people": "people with a mental illness",
    "psycho": None,
    "psychos": None,
    "lunatic": None,
    "lunatics": None,
    "crazy people": "people with a mental illness",
    "insane people": "people with a mental illness",
    "diabetics": "people with diabetes",
    "epileptics": "people with epilepsy",
    "wheelchair bound": "uses a wheelchair",
    "wheelchair-bound": "uses a wheelchair",
    "confined to a wheelchair": "uses a wheelchair",
    "bound to a wheelchair": "uses a wheelchair",
    "the handicapped": "people with disabilities",
    "handicapped people": "people with disabilities",
    "the disabled": "people with disabilities",
    "cripple": None,
    "cripples": None,
    "retarded": "with an intellectual disability",
    "mentally retarded": "with an intellectual disability",
    "midget": "person of short stature",
    "suffers from": "has",
    "suffering from": "living with",
    "afflicted with": "living with",
    "victim of cancer": "person with cancer",
    "cancer victim": "person with cancer",
    "cancer victims": "people with cancer",
    "stroke victim": "person who had a stroke",
    "stroke victims": "people who had a stroke",
    "aids victim": "person with AIDS",
    "aids victims": "people with AIDS",
    "hiv infected": "living with HIV",
    "hiv-infected": "living with HIV",
    "the obese": "people with obesity",
    "obese people": "people with obesity",
    "morbidly obese": "with severe obesity",
    "fat people": "people with a larger body",
    "the homeless": "people without housing",
    "homeless people": "people without housing",
    "illegal aliens": "people without documents",
    "illegals": "people without documents",
    "non-compliant patients": "patients who face barriers to treatment",
    "noncompliant": None,
    "non-compliant": None,
    "frequent flyer": None,
    "frequent flyers": None,
    "drug seeker": None,
    "drug seekers": None,
    "drug-seeking": None,
    "drogadictos": "personas con trastorno por consumo de sustancias",
    "drogadicto": "persona con trastorno por consumo de sustancias",
    "minusvalidos": "personas con discapacidad",
    "discapacitados": "personas con discapacidad",
    "los enfermos mentales": "las personas con una enfermedad mental",
}
WORDS = Pattern(r"\b(?:" + "|".join(sorted(BETTER, key=lambda words: -len(words))) + r")\b")
_FINE = (b"national institute on", b"substance abuse and mental", b"substance abuse services", b"hipaa")


def check(reading: Reading) -> Iterator[Hit]:
    for match in reading.find(WORDS):
        start, end = match.start(), match.end()
        around = reading.lower[max(0, start - 30) : end + 30]
        if any(name in around for name in _FINE):
            continue
        words = " ".join((match.group() or b"").decode().split())
        # "the disabled toilet", "the homeless shelter": here the word describes a thing.
        if words.startswith("the ") and reading.lower[end : end + 12].split()[:1] in _THINGS:
            continue
        yield Hit(start, end, suggestion=BETTER.get(words))


_THINGS = tuple(
    [word]
    for word in (
        b"parking",
        b"shelter",
        b"shelters",
        b"toilet",
        b"population",
        b"community",
        b"person",
        b"veteran",
    )
)

RULE = Rule(
    id="harm.stigma",
    title=_("Words that label people"),
    explanation=_(
        "Labels keep people from seeking care. Put the person first and say what they have, not what "
        "they are."
    ),
    source="NIDA, Words Matter (2021); CDC Health Equity Guiding Principles for Inclusive Communication "
    "(2021)",
    category=Category.HARM,
    severity=Verdict.NOTE,
    message=_("This word puts a label on people; put the person first."),
    check=check,
    examples=("Help for addicts", "confined to a wheelchair"),
    patterns=(WORDS,),
    kinds=("post", "reply"),
)
