"""Comparisons with others that name no source."""

from __future__ import annotations

from collections.abc import Iterator

from bedside.core.words import gettext_noop as _
from bedside.guard.patterns import Pattern
from bedside.guard.reading import Reading
from bedside.guard.rule import Hit, Rule
from bedside.guard.screening import Category, Verdict

COMPARATIVE = Pattern(
    r"\b(?:(?:the |our |your )?(?:#1|number one|no\. ?1|best|leading|top|safest|most (?:advanced|"
    r"trusted|experienced|effective|skilled)|finest|premier|unrivaled|"
    r"unmatched) (?:\w+ ){0,3}(?:hospital|clinic|surgeons?|doctors?|physicians?|dentists?|"
    r"practice|team|cancer center|heart center|care|treatment|provider|therapy|outcomes?|results?|"
    r"specialists?|program|er)\b(?: in (?:the )?\w+)?|"
    r"(?:better|safer|faster|more (?:effective|advanced|accurate|experienced)|fewer complications|"
    r"lower (?:infection|mortality|complication) rates?|higher (?:survival|"
    r"success) rates?) than (?:any |other |all |the |"
    r"every )?(?:other )?(?:\w+ ){0,2}(?:hospitals?|clinics?|doctors?|surgeons?|practices?|"
    r"centers?|treatments?|providers?|dentists?|competitors?|surgery|therapy|medications?|drugs?|"
    r"vaccines?)|"
    r"unlike other (?:hospitals|clinics|doctors|practices|surgeons|dentists)|no other (?:hospital|"
    r"clinic|doctor|practice|center) (?:can|offers|has|does)|el mejor (?:hospital|medico|cirujano|"
    r"dentista)|la mejor (?:clinica|atencion))"
)
# What can be counted, and so has to be: safety, outcomes, and being above all others.
MEASURED = Pattern(
    r"\b(?:safest|fewer (?:complications|infections|deaths|errors)|(?:lower|lowest) (?:infection|"
    r"mortality|complication|"
    r"readmission) rates?|(?:higher|highest|best) (?:survival|success|cure) rates?|(?:safer|"
    r"more effective|more accurate) than|"
    r"better (?:outcomes?|results?) than|no other \w+ comes close|menos complicaciones)\b"
)
_SOURCED = (
    b"according to",
    b"ranked",
    b"ranking",
    b"rated",
    b"named",
    b"u.s. news",
    b"us news",
    b"newsweek",
    b"award",
    b"leapfrog",
    b"healthgrades",
    b"voted",
    b"recogni",
)
_FINE = (
    b"the best care",
    b"best care possible",
    b"best possible",
    b"best practice",
    b"do our best",
    b"not the best",
    b"strive",
    b"best way",
    b"deserve",
)


def check(reading: Reading) -> Iterator[Hit]:
    # Only a comparison of oneself is one: "masks are more effective than ..." teaches.
    measured = reading.find(MEASURED) if reading.has(OURSELVES) else []
    for match in (*reading.find(COMPARATIVE), *measured):
        sentence = reading.sentence_text(match.start())
        if any(words in sentence for words in _SOURCED) or any(words in sentence for words in _FINE):
            continue
        held = any(found.start() < match.end() and match.start() < found.end() for found in measured)
        yield Hit(match.start(), match.end(), severity=Verdict.REVIEW if held else Verdict.NOTE)


OURSELVES = Pattern(r"\b(?:we|our|us|nuestr[oa]s?|i|my|hospital|clinic|practice)\b")
RULE = Rule(
    id="promise.comparison",
    title=_("Comparisons without a source"),
    explanation=_(
        "'The best' cannot be checked, and 'fewer complications than others' can: name who measured it, and "
        "when."
    ),
    source="FTC Act section 5; FTC policy on advertising substantiation (1984)",
    category=Category.PROMISE,
    severity=Verdict.NOTE,
    message=_("This compares you with others; name the source of the comparison."),
    check=check,
    examples=(
        "the best surgeons in the country",
        "Our surgeons have fewer complications than any other hospital",
    ),
    patterns=(COMPARATIVE, MEASURED, OURSELVES),
    kinds=("post", "reply"),
)
