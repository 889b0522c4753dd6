"""From the guard's findings to a risk, a route and what an author must answer."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from bedside.approvals.models import Risk
from bedside.guard import Verdict
from bedside.posts.queries import Screened, verdict


def risk_of(results: Sequence[Screened]) -> Risk:
    """pass and note → low, review → medium, block → high (domain rules, “How teams work”)."""
    gravest = verdict(results)
    if gravest >= Verdict.BLOCK:
        return Risk.HIGH
    return Risk.MEDIUM if gravest >= Verdict.REVIEW else Risk.LOW


def has_claim(results: Sequence[Screened]) -> bool:
    """Whether a medical claim is made, which a clinician has to confirm."""
    return any(result.screening.claims for result in results)


def finding_rows(results: Sequence[Screened]) -> list[dict[str, Any]]:
    """Every finding as plain data, with the place it was found in and a key that survives screening again."""
    return [
        {
            "channel": result.channel,
            "part": result.part,
            "key": finding.key,
            "rule": finding.rule,
            "severity": str(finding.severity),
            "start": finding.start,
            "end": finding.end,
            "excerpt": result.text[finding.start : finding.end][:200],
            "message": finding.message,
            "source": finding.source,
            "suggestion": finding.suggestion,
        }
        for result in results
        for finding in result.screening.findings
    ]
