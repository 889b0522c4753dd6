"""The benefit of a prescription product told without its risk."""

from __future__ import annotations

from collections.abc import Iterator

from bedside.core.words import gettext_noop as _
from bedside.guard.patterns import Pattern
from bedside.guard.reading import Reading
from bedside.guard.rule import Hit, Rule
from bedside.guard.screening import Category, Verdict

# Brand names and classes of what only a prescriber or a clinic gives; vaccines are public health and left out.
PRODUCT = Pattern(
    r"\b(?:ozempic|wegovy|mounjaro|zepbound|semaglutide|tirzepatide|botox|dysport|xeomin|juvederm|"
    r"restylane|humira|"
    r"stelara|skyrizi|dupixent|keytruda|opdivo|eliquis|xarelto|lipitor|crestor|viagra|cialis|sildenafil|"
    r"adderall|"
    r"vyvanse|ketamine|spravato|accutane|propecia|finasteride|kybella|coolsculpting|lasik|testosterone|hrt|"
    r"hormone pellets?|stem cells?(?: (?:shots?|injections?|therapy))?|prp|exosomes?|nad\+?|"
    r"iv (?:vitamin )?drips?|"
    r"breast implants?|liposuction|gastric (?:bypass|sleeve|balloon)|dental implants?|laser (?:hair removal|"
    r"resurfacing)|tms|glp-1s?)\b"
)
BENEFIT = Pattern(
    r"\b(?:melts?|burns?|lose|loses|losing|shed|sheds|drop|erases?|smooth(?:s|es)?|tightens?|restores?|boosts?|"
    r"relieves?|works?|gives? (?:you )?(?:back)?|look (?:\d+ years )?younger|feel (?:like new|better|younger|"
    r"amazing|great)|helps? you|lowers?|reduces?|improves?|treats?|fixes?|ends?|stops?|gets? rid of|"
    r"transforms?|"
    r"life[- ]changing|effective|results|confidence|slimmer|say goodbye|ask us|is here|now available|"
    r"book (?:now|today|yours))\b"
)
RISK = Pattern(
    r"\b(?:risks?|side effects?|warnings?|complications?|not (?:right )?for everyone|may cause|"
    r"can cause|common "
    r"(?:reactions|effects)|talk (?:to|with) (?:your|a) (?:doctor|provider|pharmacist|surgeon|"
    r"care team)|ask your "
    r"(?:doctor|provider|pharmacist)|safety information|see full|shortage|recall|counterfeit|riesgos?|"
    r"efectos secundarios|downsides?|pros and cons|clinical trial|webinar|class|what to know|questions?)\b"
)
OFFER = Pattern(
    r"\b(?:ask us|book (?:now|today|yours|your)|call (?:us|now|today)|\d+ ?% off|special|deal|sale|"
    r"\$ ?\d+|get yours|"
    r"limited time|order|prescription today)\b"
)


def check(reading: Reading) -> Iterator[Hit]:
    if reading.has(RISK) or not reading.has(BENEFIT):
        return
    for match in reading.find(PRODUCT)[:1]:
        sentence = reading.sentence(match.start())
        if any(sentence[0] <= found.start() < sentence[1] + 80 for found in reading.find(BENEFIT)):
            yield Hit(
                match.start(), match.end(), severity=Verdict.REVIEW if reading.has(OFFER) else Verdict.NOTE
            )


RULE = Rule(
    id="claim.balance",
    title=_("A benefit without its risk"),
    explanation=_(
        "Whoever says what a drug, device or procedure does for people also says what it may do to them, in "
        "the same post and as easy to see."
    ),
    source="21 CFR 202.1(e)(5) (fair balance); FDA guidance on character-limited media (2014)",
    category=Category.CLAIM,
    severity=Verdict.NOTE,
    message=_("This tells the benefit of a treatment and not its risk; put the main risk next to it."),
    check=check,
    examples=("Ozempic melts the fat away. Ask us for a prescription today",),
    patterns=(PRODUCT, BENEFIT, RISK, OFFER),
    kinds=("post", "reply"),
)
