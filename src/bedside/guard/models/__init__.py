"""The guard's models: tier 1, a small network in the package, and tier 2, a transformer. Without what a tier
needs (NumPy; ONNX Runtime) or without its weights, the tier below judges."""

from __future__ import annotations

from collections.abc import Collection
from functools import cache
from importlib.resources import files
from importlib.util import find_spec
from typing import TYPE_CHECKING

from bedside.guard.rule import Hit
from bedside.guard.screening import Kind

if TYPE_CHECKING:
    from bedside.guard.models.judgement import Judgement

# A longer text is judged by tier 1: reading it with tier 2 would take seconds.
LONGEST_FOR_TIER_2 = 8_000
# From how likely on each tier reports a name or a place, and tier 2 what a reply says. Chosen so that hardly any
# clean health text or harmless reply is flagged.
THRESHOLDS = {1: 0.7, 2: 0.5}
SAID_THRESHOLD = 0.995
_RULE_OF = {"NAME": "identifier.name", "LOC": "identifier.place"}


@cache
def best_tier() -> int:
    """The highest tier that can judge here: 0 without NumPy or weights, 1, or 2."""
    here = files("bedside.guard.models")
    if find_spec("numpy") is None or not (here / "sequence.npz").is_file():
        return 0
    if find_spec("onnxruntime") is None or not (here / "encoder.onnx").is_file():
        return 1
    return 2


def tier_for(plain: bytes, wanted: int | None) -> int:
    """The tier that judges this folded text when `wanted` (None: the best) is asked for."""
    tier = best_tier() if wanted is None else min(wanted, best_tier())
    return min(tier, 1) if len(plain) > LONGEST_FOR_TIER_2 else tier


def judge(plain: bytes, tier: int) -> Judgement | None:
    """What the models of `tier_for(plain, tier)` think of a folded text; None in tier 0 and for no words."""
    tier = tier_for(plain, tier)
    if tier == 0:
        return None
    from bedside.guard.models import sequence
    from bedside.guard.models.judgement import Judgement, together
    from bedside.guard.models.tokens import Tokens

    tokens = Tokens(plain)
    if not tokens.words:
        return None
    first = sequence.model().probabilities(tokens)
    if tier == 1:
        return Judgement(tokens, first)
    from bedside.guard.models import encoder

    second, relation, advice = encoder.model().probabilities(tokens)
    return Judgement(tokens, together(first, second), relation, advice)


def spans(plain: bytes, tier: int) -> list[Hit]:
    """Names and places that the models find in a folded text, in its offsets; none in tier 0."""
    judged = judge(plain, tier)
    return judged.spans(THRESHOLDS[tier_for(plain, tier)]) if judged else []


def hits(
    plain: bytes, kind: Kind, tier: int, taken: Collection[tuple[int, int]] = ()
) -> list[tuple[str, Hit]]:
    """What the models find in a folded text, each with the id of the rule that it speaks for: names and places
    outside the stretches `taken`, where rules found identifiers; and, in a reply that tier 2 reads, a
    relationship told or advice given to one person."""
    judged = judge(plain, tier)
    if judged is None:
        return []
    names = judged.spans(THRESHOLDS[tier_for(plain, tier)], taken)
    found = [(_RULE_OF[hit.type], hit) for hit in names if hit.type]
    if kind == "reply":
        said = (("relationship.confirmed", judged.relation), ("advice.targeted", judged.advice))
        found += [(rule, Hit(0, len(plain))) for rule, share in said if (share or 0.0) >= SAID_THRESHOLD]
    return found
