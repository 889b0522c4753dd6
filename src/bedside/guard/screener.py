"""Screening a text: fold it, let the rules find, weigh what they found, and reach a verdict."""

from __future__ import annotations

from functools import cache, lru_cache

from bedside.core.errors import Invalid
from bedside.core.words import gettext
from bedside.guard import models, weighing
from bedside.guard.decoding import BASE64, PERCENT, encoded
from bedside.guard.folding import Folded
from bedside.guard.patterns import Pattern, PatternSet
from bedside.guard.policy import AllowList, Policy
from bedside.guard.reading import Reading
from bedside.guard.rule import Hit, Rule
from bedside.guard.rules import rules
from bedside.guard.screening import KINDS, Category, Finding, Kind, Screening, Span, SpanType, Verdict

MAX_LENGTH = 1_000_000
# The best tier that can judge here; asking for a higher one is answered by this one, and says so.
BEST_TIER = models.best_tier()
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
MIN_URL = 8
_ENCODED = frozenset((BASE64, PERCENT))
_BY_PRECEDENCE_ALONE = ("SSN", "EMAIL", "URL", "IP")


@cache
def _patterns() -> PatternSet:
    own = [*weighing.PATTERNS, *_ENCODED]
    return PatternSet([pattern for rule in rules() for pattern in rule.patterns] + own)


@cache
def _callers() -> tuple[dict[Pattern, int], int]:
    """The rules that each pattern calls, and those that are always called: a bit for each rule's place."""
    by_pattern: dict[Pattern, int] = {}
    for place, rule in enumerate(rules()):
        for pattern in rule.patterns:
            by_pattern[pattern] = by_pattern.get(pattern, 0) | 1 << place
    return by_pattern, sum(1 << place for place, rule in enumerate(rules()) if not rule.patterns)


@lru_cache(maxsize=5_000)
def _chosen(bits: int, kind: Kind) -> tuple[Rule, ...]:
    return tuple(rule for place, rule in enumerate(rules()) if bits >> place & 1 and kind in rule.kinds)


def _called(occurring: set[Pattern], kind: Kind) -> tuple[Rule, ...]:
    """The rules to ask about a text of this kind in which these patterns occur, in their order."""
    by_pattern, bits = _callers()
    for pattern in occurring:
        bits |= by_pattern.get(pattern, 0)
    return _chosen(bits, kind)


def _folded(text: str) -> tuple[Folded, set[Pattern]]:
    """The folded text and the patterns in it; once more with what is encoded decoded, if anything is."""
    folded = Folded(text)
    occurring = _patterns().occurring(folded.plain, folded.lower)
    if not occurring.isdisjoint(_ENCODED):
        stretches = encoded(text)
        if stretches:
            folded = Folded(text, stretches)
            occurring = _patterns().occurring(folded.plain, folded.lower)
    return folded, occurring


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
        if hit.end <= hit.start:
            continue
        over = taken.find(1, hit.start, hit.end)
        if over < 0:
            kept.append((rule, hit))
        elif hit.type == "URL" and over - hit.start >= MIN_URL:
            # A link that carries a number or an address in its parameters: what leads up to it stays a link.
            kept.append((rule, hit._replace(end=over)))
        else:
            continue
        taken[hit.start : hit.end] = b"\x01" * (hit.end - hit.start)
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
        raise Invalid(gettext("The text to screen has to be text."))
    if len(text) > MAX_LENGTH:
        raise Invalid(
            gettext("The text has %(length)s characters; the guard reads up to %(most)s.")
            % {"length": f"{len(text):,}", "most": f"{MAX_LENGTH:,}"}
        )
    if kind not in KINDS:
        raise Invalid(
            gettext("A text is screened as one of %(kinds)s.") % {"kinds": ", ".join(KINDS)}, fields=["kind"]
        )
    if tier is not None and (isinstance(tier, bool) or tier not in (0, 1, 2)):
        raise Invalid(gettext("The tier has to be 0, 1 or 2."), fields=["tier"])
    folded, occurring = _folded(text)
    reading = Reading(text, kind, policy, allow, folded, occurring)
    own = allow.allowed(folded.lower)
    identifiers: list[tuple[Rule, Hit]] = []
    others: list[tuple[Rule, Hit]] = []
    for rule in _called(occurring, kind):
        if rule.id in policy.disabled:
            continue
        for hit in rule.check(reading):
            if hit.type is None:
                others.append((rule, hit))
            elif not any(start <= hit.start and hit.end <= end for start, end in own):
                identifiers.append((rule, hit))
    judged = models.tier_for(folded.plain, tier)
    if judged:
        told = {rule.category for rule, _ in others}
        taken = own + [(hit.start, hit.end) for _, hit in identifiers]
        speaking = {
            rule.id: rule for rule in rules() if rule.id not in policy.disabled and kind in rule.kinds
        }
        for rule_id, hit in models.hits(folded.plain, kind, judged, taken):
            if hit.type and rule_id in speaking:
                identifiers.append((speaking[rule_id], hit))
            elif rule_id in speaking and speaking[rule_id].category not in told:
                others.append((speaking[rule_id], hit))
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
        tier=judged,
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
        message=gettext(why or hit.message or rule.message),
        source=rule.source,
        suggestion=hit.suggestion or rule.suggestion,
        category=rule.category,
        matched=reading.text[start:end],
    )


__all__ = ["BEST_TIER", "MAX_LENGTH", "Category", "screen"]
