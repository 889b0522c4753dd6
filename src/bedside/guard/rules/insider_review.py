"""Reviews and ratings by one's own people, asked for or boasted of."""

from __future__ import annotations

from collections.abc import Iterator

from bedside.core.words import gettext_noop as _
from bedside.guard.patterns import Pattern
from bedside.guard.reading import Reading
from bedside.guard.rule import Hit, Rule
from bedside.guard.screening import Category, Verdict

_REVIEW = (
    r"(?:(?:google|yelp|facebook|online|healthgrades|5[- ]star|five[- ]star|positive|good|great|nice) )*"
    r"(?:reviews?|ratings?|resenas?|testimonials?|stars)"
)
_OURS = (
    r"(?:staff|employees?|team members?|our (?:\w+ )?team|nurses|colleagues|co-?workers|volunteers|"
    r"family and friends|friends and family|relatives|my (?:wife|husband|mom|sister|brother)|empleados|"
    r"familiares)"
)
ASKED = Pattern(
    rf"\b{_OURS}\b[^.!?\n]{{0,40}}\b(?:leave|write|post|give|submit|dejen|"
    rf"escriban)(?: us)?[^.!?\n]{{0,24}}{_REVIEW}\b"
)
BOASTED = Pattern(
    rf"\b{_OURS}\b[^.!?\n]{{0,30}}\b(?:rated|reviewed|gave) (?:us|our|themselves)\b|"
    r"\b(?:i|we) (?:work|worked) (?:here|there|at)[^.!?\n]{0,60}\b(?:5|five)[ -]stars?\b|"
    r"\b(?:pretend|pose|act) (?:to be|as) (?:a )?(?:patients?|customers?)\b"
)
# An insider who says so may speak.
_DISCLOSED = (b"i work for", b"i work at", b"disclos", b"as an employee", b"our own staff", b"staff member, ")


def check(reading: Reading) -> Iterator[Hit]:
    for pattern in (ASKED, BOASTED):
        for match in reading.find(pattern):
            sentence = reading.sentence_text(match.start())
            if (
                not any(words in sentence for words in _DISCLOSED)
                and b"do not" not in sentence
                and b"may not" not in sentence
            ):
                yield Hit(match.start(), match.end())


RULE = Rule(
    id="promise.insider",
    title=_("Reviews by insiders"),
    explanation=_(
        "A review by staff, family or friends misleads unless it says in the review who wrote it, and asking "
        "for one without that is forbidden."
    ),
    source="16 CFR 465.5 (FTC rule on consumer reviews and testimonials)",
    category=Category.PROMISE,
    severity=Verdict.REVIEW,
    message=_("Reviews by staff, friends or family have to say so."),
    check=check,
    examples=("Staff, please leave us a five-star review",),
    patterns=(ASKED, BOASTED),
    kinds=("post", "reply"),
)
