"""The guard: screens what a healthcare organisation says in public, and masks what is said to it. Pure."""

from bedside.guard.cover import cover
from bedside.guard.policy import AllowList, Policy
from bedside.guard.rule import Hit, Rule
from bedside.guard.rules import rules
from bedside.guard.screener import MAX_LENGTH, screen
from bedside.guard.screening import Category, Finding, Kind, Screening, Span, SpanType, Verdict

__all__ = [
    "MAX_LENGTH",
    "AllowList",
    "Category",
    "Finding",
    "Hit",
    "Kind",
    "Policy",
    "Rule",
    "Screening",
    "Span",
    "SpanType",
    "Verdict",
    "cover",
    "rules",
    "screen",
]
