"""Screening a text: fold it, let the rules find, weigh what they found, and reach a verdict."""

from __future__ import annotations

from functools import cache

from bedside.core.errors import Invalid
from bedside.guard import weighing
from bedside.guard.folding import Folded
from bedside.guard.patterns import PatternSet
from bedside.guard.policy import AllowList, Policy
from bedside.guard.reading import Reading
from bedside.guard.rule import Hit, Rule
from bedside.guard.rules import rules
from bedside.guard.screening import KINDS, Category, Finding, Kind, Screening, Span, SpanType, Verdict

MAX_LENGTH = 1_000_000
# The best tier that this build has; asking for a higher one is answered by this one, and says so.
BEST_TIER = 0
_NOTHING = Policy(), AllowList()

# Of two identifiers on the same stretch the one that says more stays.
_PRECEDENCE: dict[SpanType | None, int] = {
    "SSN": 0,
    "EMAIL": 1,
    "URL": 2,
    "IP": 3,
    "ID": 4,
    "PHONE": 5,
    "DATE": 6,
    "LOC": 7,
    "AGE": 8,
    "NAME": 9,
}
_BY_PRECEDENCE_ALONE = ("SSN", "EMAIL", "URL", "IP")


@cache
def _patterns() -> PatternSet:
    return PatternSet([pattern for rule in rules() for pattern in rule.patterns] + list(weighing.PATTERNS))


def _kept(hits: list[tuple[Rule, Hit]]) -> list[tuple[Rule, Hit]]:
    """Identifiers without those that lie on another one: certain kinds first, then the longer."""
    ordered = sorted(
        hits,
        key=lambda item: (
            _PRECEDENCE[item[1].type] if item[1].type in _BY_PRECEDENCE_ALONE else 4,
            item[1].start - item[1].end,
            _PRECEDENCE.get(item[1].type, 9),
        ),
    )
    taken = bytearray(max((hit.end for _, hit in hits), default=0))
    kept = []
    for rule, hit in ordered:
        if hit.end > hit.start and not any(taken[hit.start : hit.end]):
            taken[hit.start : hit.end] = b"\x01" * (hit.end - hit.start)
            kept.append((rule, hit))
    return sorted(kept, key=lambda item: item[1].start)


def screen(
    text: str,
    *,
    kind: Kind = "post",
    policy: Policy = _NOTHING[0],
    allow: AllowList = _NOTHING[1],
    tier: int | None = None,
) -> Screening:
    """Judge what the organisation is about to say (`post`, `reply`) or what was said to it (`incoming`).

    `tier` asks for a tier of judgement at most (0 to 2; None: the best there is); the answer says which one
    judged. Raises Invalid for a text over 1,000,000 characters, an unknown kind or tier."""
    if not isinstance(text, str):
        raise Invalid("The text to screen has to be text.")
    if len(text) > MAX_LENGTH:
        raise Invalid(f"The text has {len(text):,} characters; the guard reads up to {MAX_LENGTH:,}.")
    if kind not in KINDS:
        raise Invalid(f"A text is screened as one of {', '.join(KINDS)}.", fields=["kind"])
    if tier is not None and (isinstance(tier, bool) or tier not in (0, 1, 2)):
        raise Invalid("The tier has to be 0, 1 or 2.", fields=["tier"])
    folded = Folded(text)
    reading = Reading(text, kind, policy, allow, folded, _patterns().occurring(folded.plain, folded.lower))
    own = allow.allowed(folded.lower)
    identifiers: list[tuple[Rule, Hit]] = []
    others: list[tuple[Rule, Hit]] = []
    for rule in rules():
        if rule.id in policy.disabled or kind not in rule.kinds:
            continue
        if rule.patterns and not any(map(reading.has, rule.patterns)):
            continue
        for hit in rule.check(reading):
            if hit.type is None:
                others.append((rule, hit))
            elif not any(start <= hit.start and hit.end <= end for start, end in own):
                identifiers.append((rule, hit))
    found: list[Finding] = []
    spans: list[Span] = []
    named = False
    if identifiers:
        weigher = weighing.Weighing(reading)
        for rule, hit in _kept(identifiers):
            assert hit.type is not None
            start, end = folded.span(hit.start, hit.end)
            spans.append(Span(start, end, hit.type))
            severity, why = weigher.weigh(hit.start, hit.end, hit.type, hit.severity or rule.severity)
            found.append(_finding(reading, rule, hit, severity, why))
            named = named or weigher.points_at_a_patient(hit.start, hit.end, hit.type)
    for rule, hit in _once(others):
        severity, why = hit.severity or rule.severity, None
        if named and rule.category is Category.RELATIONSHIP and severity is Verdict.REVIEW:
            severity, why = Verdict.BLOCK, weighing.NAMED_PATIENT
        found.append(_finding(reading, rule, hit, severity, why))
    found = [finding for finding in found if finding.severity is not Verdict.PASS]
    found.sort(key=lambda finding: (finding.start, finding.end, finding.rule))
    return Screening(
        text=text,
        verdict=max(
            (finding.severity for finding in found), key=lambda verdict: verdict.rank, default=Verdict.PASS
        ),
        findings=tuple(found),
        spans=tuple(spans),
        grade=reading.grade,
        tier=BEST_TIER,
    )


def _once(hits: list[tuple[Rule, Hit]]) -> list[tuple[Rule, Hit]]:
    """Each rule's hits without those that overlap an earlier, longer one of the same rule."""
    kept: list[tuple[Rule, Hit]] = []
    reach: dict[str, int] = {}
    for rule, hit in sorted(hits, key=lambda item: (item[1].start, -item[1].end)):
        if hit.start >= reach.get(rule.id, -1):
            kept.append((rule, hit))
            reach[rule.id] = max(hit.end, hit.start + 1)
    return kept


def _finding(reading: Reading, rule: Rule, hit: Hit, severity: Verdict, why: str | None) -> Finding:
    start, end = reading.folded.span(hit.start, hit.end)
    return Finding(
        rule=rule.id,
        severity=reading.policy.severity_of.get(rule.id, severity),
        start=start,
        end=end,
        message=why or hit.message or rule.message,
        source=rule.source,
        suggestion=hit.suggestion or rule.suggestion,
        category=rule.category,
        matched=reading.text[start:end],
    )


__all__ = ["BEST_TIER", "MAX_LENGTH", "Category", "screen"]
