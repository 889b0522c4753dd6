"""What the guard answers: verdicts, spans, findings, and the screening that holds them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Literal

from bedside.core.text import utf16_offsets

Kind = Literal["post", "reply", "incoming"]
KINDS: tuple[Kind, ...] = ("post", "reply", "incoming")
SpanType = Literal["NAME", "LOC", "DATE", "AGE", "PHONE", "EMAIL", "SSN", "ID", "URL", "IP", "ORG"]


class Verdict(StrEnum):
    """How much stands between a text and the public, ordered: pass < note < review < block."""

    PASS = "pass"  # noqa: S105 - a verdict, not a password
    NOTE = "note"
    REVIEW = "review"
    BLOCK = "block"

    @property
    def rank(self) -> int:
        return _RANKS[self.value]

    def __lt__(self, other: str) -> bool:
        return self.rank < Verdict(other).rank

    def __le__(self, other: str) -> bool:
        return self.rank <= Verdict(other).rank

    def __gt__(self, other: str) -> bool:
        return self.rank > Verdict(other).rank

    def __ge__(self, other: str) -> bool:
        return self.rank >= Verdict(other).rank


_RANKS = {"pass": 0, "note": 1, "review": 2, "block": 3}


class Category(StrEnum):
    """The families of rules, in the order in which they are explained to people."""

    IDENTIFIER = "identifier"
    RELATIONSHIP = "relationship"
    ADVICE = "advice"
    HARM = "harm"
    PROMISE = "promise"
    CLAIM = "claim"
    CLARITY = "clarity"


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch that identifies somebody; `start` and `end` are code points into the original text."""

    start: int
    end: int
    type: SpanType


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing a rule found. `start` and `end` are code points into the original text; `source` is the
    law or guideline the rule rests on; `suggestion` is a wording that may take the place of the stretch."""

    rule: str
    severity: Verdict
    start: int
    end: int
    message: str
    source: str
    suggestion: str | None = None
    category: Category = Category.IDENTIFIER
    matched: str = ""

    @property
    def key(self) -> str:
        """Names this finding again after the text around it has changed: the rule and the matched words."""
        return f"{self.rule}:{' '.join(self.matched.casefold().split())}"

    def as_json(self, offsets: Sequence[int] | None = None) -> dict[str, Any]:
        return {
            "rule": self.rule,
            "severity": self.severity.value,
            "start": self.start if offsets is None else offsets[self.start],
            "end": self.end if offsets is None else offsets[self.end],
            "message": self.message,
            "source": self.source,
            "suggestion": self.suggestion,
        }


@dataclass(frozen=True, slots=True)
class Screening:
    """What the guard found in one text, and its verdict. `tier` says which tier judged it."""

    text: str
    verdict: Verdict
    findings: tuple[Finding, ...]
    spans: tuple[Span, ...]
    grade: float | None
    tier: int

    @property
    def claims(self) -> bool:
        """Whether the text makes a medical claim that a clinician has to approve."""
        return any(finding.category is Category.CLAIM for finding in self.findings)

    def as_json(self, offsets: Literal["codepoints", "utf16"] = "codepoints") -> dict[str, Any]:
        """The screening as the command and the API give it; `offsets="utf16"` counts as browsers do."""
        table = utf16_offsets(self.text) if offsets == "utf16" else None
        return {
            "verdict": self.verdict.value,
            "spans": [
                [span.start, span.end, span.type]
                if table is None
                else [table[span.start], table[span.end], span.type]
                for span in self.spans
            ],
            "findings": [finding.as_json(table) for finding in self.findings],
            "grade": self.grade,
            "tier": self.tier,
        }
