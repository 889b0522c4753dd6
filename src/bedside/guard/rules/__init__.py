"""The rules that come with Bedside, and those that plug-ins bring."""

from __future__ import annotations

from functools import cache
from importlib.metadata import entry_points

from bedside.guard.rule import Rule
from bedside.guard.rules import (
    age,
    date,
    disparagement,
    email,
    emoji,
    hashtag,
    individual_patient,
    ip_address,
    medical_claim,
    name,
    phone,
    place,
    promise,
    reading_grade,
    record_number,
    relationship_confirmed,
    relationship_denied,
    relationship_told,
    review_incentive,
    shouting,
    social_security_number,
    stigma_words,
    story_details,
    suicide_language,
    targeted_advice,
    thanking_reviewer,
    web_address,
)

BUILT_IN: tuple[Rule, ...] = (
    social_security_number.RULE,
    record_number.RULE,
    email.RULE,
    web_address.RULE,
    ip_address.RULE,
    phone.RULE,
    date.RULE,
    age.RULE,
    place.RULE,
    name.RULE,
    relationship_confirmed.RULE,
    relationship_denied.RULE,
    relationship_told.RULE,
    individual_patient.RULE,
    thanking_reviewer.RULE,
    story_details.RULE,
    targeted_advice.RULE,
    disparagement.RULE,
    suicide_language.RULE,
    stigma_words.RULE,
    promise.RULE,
    review_incentive.RULE,
    medical_claim.RULE,
    reading_grade.RULE,
    shouting.RULE,
    hashtag.RULE,
    emoji.RULE,
)


@cache
def rules() -> tuple[Rule, ...]:
    """Every rule: the built-in ones and those under the entry point `bedside.guard_rules`, each id once."""
    found = {rule.id: rule for rule in BUILT_IN}
    for point in entry_points(group="bedside.guard_rules"):
        loaded = point.load()
        for rule in loaded if isinstance(loaded, (tuple, list)) else (loaded,):
            if not isinstance(rule, Rule) or rule.id in found:
                raise TypeError(f"The plug-in {point.name} has to give rules with ids of their own.")
            found[rule.id] = rule
    return tuple(found.values())
