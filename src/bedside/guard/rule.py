"""What a rule is: a declaration, and one function that says where it applies.

Plug-ins declare theirs under the entry point `bedside.guard_rules`; built-in rules load the same way.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from bedside.guard.patterns import Pattern
from bedside.guard.screening import KINDS, Category, Kind, SpanType, Verdict

if TYPE_CHECKING:
    from bedside.guard.reading import Reading


class Hit(NamedTuple):
    """Where a rule applies, in offsets of the folded text; what is None comes from the rule."""

    start: int
    end: int
    type: SpanType | None = None
    message: str | None = None
    suggestion: str | None = None
    severity: Verdict | None = None


@dataclass(frozen=True)
class Rule:
    """One thing the guard knows. `check` is called when one of `patterns` occurs, or always if there are
    none. `message` is one sentence that a community manager understands; `explanation` and `examples` are
    for the page that explains the rule; `source` is the law or guideline behind it."""

    id: str
    title: str
    explanation: str
    source: str
    category: Category
    severity: Verdict
    message: str
    check: Callable[[Reading], Iterable[Hit]]
    examples: tuple[str, ...] = ()
    patterns: tuple[Pattern, ...] = ()
    kinds: tuple[Kind, ...] = KINDS
    suggestion: str | None = None
