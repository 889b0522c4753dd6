"""Thanks for a review, where the organisation's policy does not allow it."""

from __future__ import annotations

from collections.abc import Iterator

from bedside.core.words import gettext_noop as _
from bedside.guard.patterns import Pattern
from bedside.guard.reading import Reading
from bedside.guard.rule import Hit, Rule
from bedside.guard.screening import Category, Verdict

THANKS = Pattern(
    r"\b(?:thanks?|thank you|grateful|appreciate|gracias)(?: \w+){0,4} (?:(?:kind|great|wonderful|"
    r"positive|lovely|five[- ]star|5[- ]star|sweet|glowing|nice|generous|buena|amables?) (?:words|"
    r"review|feedback|comments?|rating|palabras)|review|resena|recommendation)\b"
)


def check(reading: Reading) -> Iterator[Hit]:
    if not reading.policy.thanking_reviewers:
        for match in reading.find(THANKS):
            yield Hit(match.start(), match.end())


RULE = Rule(
    id="relationship.thanks",
    title=_("Thanks a reviewer"),
    explanation=_(
        "Some organisations do not thank reviewers in public at all, because only patients write "
        "reviews. "
        "This rule speaks up only where the policy says so."
    ),
    source="45 CFR 164.502(a); the organisation's policy",
    category=Category.RELATIONSHIP,
    severity=Verdict.REVIEW,
    message=_("Your policy does not allow thanking a reviewer in public."),
    check=check,
    examples=("Thank you for the kind words",),
    patterns=(THANKS,),
    kinds=("reply",),
)
