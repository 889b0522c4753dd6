"""Reviews for a reward, or only from the happy."""

from __future__ import annotations

from collections.abc import Iterator

from bedside.core.words import gettext_noop as _
from bedside.guard.patterns import Pattern
from bedside.guard.reading import Reading
from bedside.guard.rule import Hit, Rule
from bedside.guard.screening import Category, Verdict

_REWARD = (
    r"(?:gift ?cards?|discount|coupon|credit|free \w+|\d+ ?% off|reward|prize|raffle|"
    r"drawing|sorteo|descuento|chance to win|enter(?:ed)? to win|win an?|starbucks|amazon card|"
    r"bonus|refund)"
)
_REVIEW = (
    r"(?:(?:google|yelp|facebook|online|5[- ]star|five[- ]star|positive|good|great|"
    r"nice) )*(?:reviews?|ratings?|resenas?|testimonials?|stars)"
)
REWARD = Pattern(
    rf"\b(?:leave|write|post|give|submit|share|for|deja|escribe)(?:ing)? (?:us |a |an |your |me |"
    rf"every |each |una )*{_REVIEW}\b[^.!?\n]{{0,60}}(?:\b{_REWARD}|\$ ?\d+)"
    rf"|(?:\b{_REWARD}|\$ ?\d+)[^.!?\n]{{0,50}}\b(?:for|when you|if you|to (?:anyone|everyone|those) who|"
    rf"por)[^.!?\n]{{0,30}}{_REVIEW}\b"
)
GATING = Pattern(
    rf"\b(?:if you(?:'re| are| were)? (?:happy|satisfied|pleased|had a (?:great|good|positive|"
    rf"wonderful)|loved?|enjoyed)|(?:happy|satisfied|loved|love) (?:with )?(?:your|our|"
    rf"us)\b)[^.!?\n]{{0,60}}\b(?:leave|write|post|give)[^.!?\n]{{0,20}}{_REVIEW}\b"
)
REMOVAL = Pattern(
    rf"\b(?:take down|remove|delete|change|edit|"
    rf"update) your {_REVIEW}\b[^.!?\n]{{0,60}}\b(?:refund|discount|free|credit|or (?:we|our)|"
    rf"legal|lawyers?|attorneys?|sue|court)|\b(?:refund|discount|credit|legal action|sue you|"
    rf"our (?:lawyers?|attorneys?))\b[^.!?\n]{{0,60}}\b(?:take down|remove|delete|change) (?:your|"
    rf"the|this) {_REVIEW}\b"
)


def check(reading: Reading) -> Iterator[Hit]:
    for pattern, message in (
        (
            REWARD,
            _("A reward for a review may not depend on what it says, and has to be told with the review."),
        ),
        (GATING, _("Ask everybody for a review, not only those who are happy.")),
        (REMOVAL, _("A review may not be bought back or threatened away.")),
    ):
        for match in reading.find(pattern):
            yield Hit(match.start(), match.end(), message=message)


RULE = Rule(
    id="promise.review",
    title=_("Reviews for a reward"),
    explanation=_("Reviews may not be bought, asked only from the happy, or threatened away."),
    source="16 CFR 465 (FTC rule on consumer reviews and testimonials)",
    category=Category.PROMISE,
    severity=Verdict.REVIEW,
    message=_("This asks for reviews in a way that the law does not allow."),
    check=check,
    examples=("Leave us a 5-star review and get a gift card",),
    patterns=(REWARD, GATING, REMOVAL),
    kinds=("post", "reply"),
)
