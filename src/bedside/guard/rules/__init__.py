"""The rules that come with Bedside, and those that plug-ins bring."""

from __future__ import annotations

from functools import cache
from importlib.metadata import entry_points

from bedside.guard.rule import Rule
from bedside.guard.rules import (
    age,
    bank_card,
    bed,
    benefit_without_risk,
    comparison,
    coordinates,
    date,
    device,
    disparagement,
    email,
    emoji,
    handle,
    hashtag,
    health_plan,
    individual_patient,
    insider_review,
    ip_address,
    jargon,
    link_source,
    medical_claim,
    name,
    national_id,
    phone,
    place,
    postal_code,
    promise,
    re_identification,
    reading_grade,
    record_number,
    relationship_confirmed,
    relationship_denied,
    relationship_implied,
    relationship_told,
    review_incentive,
    shouting,
    social_security_number,
    stigma_words,
    story_details,
    street,
    suicide_language,
    targeted_advice,
    thanking_reviewer,
    vehicle,
    web_address,
)

BUILT_IN: tuple[Rule, ...] = (
    social_security_number.RULE,
    # Of two rules that find the same stretch the one that says more precisely what it is comes first.
    health_plan.RULE,
    device.RULE,
    bank_card.RULE,
    national_id.RULE,
    vehicle.RULE,
    bed.RULE,
    record_number.RULE,
    email.RULE,
    web_address.RULE,
    ip_address.RULE,
    phone.RULE,
    date.RULE,
    age.RULE,
    street.RULE,
    postal_code.RULE,
    coordinates.RULE,
    place.RULE,
    name.RULE,
    handle.RULE,
    relationship_confirmed.RULE,
    relationship_denied.RULE,
    relationship_told.RULE,
    relationship_implied.RULE,
    individual_patient.RULE,
    thanking_reviewer.RULE,
    story_details.RULE,
    re_identification.RULE,
    targeted_advice.RULE,
    disparagement.RULE,
    suicide_language.RULE,
    stigma_words.RULE,
    link_source.RULE,
    promise.RULE,
    comparison.RULE,
    review_incentive.RULE,
    insider_review.RULE,
    medical_claim.RULE,
    benefit_without_risk.RULE,
    reading_grade.RULE,
    jargon.RULE,
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
