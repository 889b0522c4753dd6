"""Patients or reviewers run down in public."""

from __future__ import annotations

from collections.abc import Iterator

from bedside.core.words import gettext_noop as _
from bedside.guard.patterns import Pattern
from bedside.guard.reading import Reading
from bedside.guard.rule import Hit, Rule
from bedside.guard.screening import Category, Verdict

_BAD = (
    r"(?:crazy|stupid|dumb|idiots?|annoying|gross|disgusting|smell\w*|nasty|lazy|entitled|"
    r"whin(?:y|ing|ers?)|liars?|lying|rude|ridiculous|insane|nuts|psychos?|difficult|"
    r"drama queens?|"
    r"clueless|ignorant|obnoxious|needy|demanding|drug[ -]seek(?:ers?|ing)|complainers?|karens?|"
    r"worst|fat|ungrateful|impossible|a pain|losers?|trash|morons?|hate|can't stand|sick of|"
    r"tired of|fed up with)"
)
PATIENTS = Pattern(
    rf"\b{_BAD}(?:,? (?:\w+ ){{0,2}})?patients\b|\bpatients (?:\w+ ){{0,3}}(?:are|can be|being|is|"
    rf"act) (?:\w+ ){{0,3}}{_BAD}\b|\b(?:hate|can't stand|sick of|tired of|fed up with|"
    rf"ugh) (?:\w+ ){{0,3}}patients?\b"
    rf"|\bpatients who [^.!?\n]{{0,60}}\b(?:are|deserve|should|make|need to|is) (?:\w+ ){{0,3}}{_BAD}\b|"
    rf"\bpatients (?:always |all |so |just ){{1,3}}{_BAD}\b|"
    rf"\b(?:drug seekers?|frequent flyers?|addicts|junkies|anti-?vaxxers?),? (?:stop|go|stay|please|"
    rf"should|need to|are|keep)\b"
    rf"|\bpacientes (?:\w+ ){{0,2}}(?:locos|tontos|estupidos|groseros|insoportables|molestos)\b"
)
YOU = Pattern(
    r"\byou(?:'re| are| were)? (?:\w+ )?(?:a |an |just |being |clearly |obviously |such a |"
    r"so )*(?:liar|lying|crazy|stupid|rude|ridiculous|dishonest|delusional|a drug seeker|"
    r"drug seeking|belligerent|abusive|hostile|unreasonable|difficult|entitled|unhinged|"
    r"mentally ill|hysterical|not (?:telling|being) (?:the truth|honest|truthful))\b"
    r"|\byour (?:behaviou?r|lies|attitude|rudeness|tantrum|outburst)\b|\byour (?:review|story|"
    r"claims?|account|statement) is (?:\w+ )?(?:false|fake|a lie|untrue|fabricated|fraudulent|"
    r"slander\w*|libel\w*|dishonest|bogus|full of)"
)


def check(reading: Reading) -> Iterator[Hit]:
    for match in reading.find(PATIENTS):
        yield Hit(match.start(), match.end())
    if reading.kind == "reply":
        for match in reading.find(YOU):
            yield Hit(
                match.start(),
                match.end(),
                message=_("This blames or runs down the person who wrote; stay with your policy."),
            )


RULE = Rule(
    id="harm.disparagement",
    title=_("Runs down patients"),
    explanation=_("Speaking ill of patients, even of nobody in particular, breaks the trust of all of them."),
    source="ANA Principles for Social Networking (2011); AMA Code of Medical Ethics 2.3.2",
    category=Category.HARM,
    severity=Verdict.REVIEW,
    message=_("This runs patients down; speak of them with respect, even when nobody is named."),
    check=check,
    examples=("So tired of whiny patients",),
    patterns=(PATIENTS, YOU),
    kinds=("post", "reply"),
)
