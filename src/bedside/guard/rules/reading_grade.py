"""A text that asks for more years of school than the public has."""

from __future__ import annotations

from collections.abc import Iterator

from bedside.core.words import gettext
from bedside.core.words import gettext_noop as _
from bedside.guard.reading import Reading
from bedside.guard.rule import Hit, Rule
from bedside.guard.screening import Category, Verdict


def check(reading: Reading) -> Iterator[Hit]:
    # An empty stretch: the finding is about the whole text, and keeps its key when the text changes.
    measured = reading.grade
    if measured is not None and measured > reading.policy.target_grade:
        yield Hit(
            0,
            0,
            message=gettext(
                "This reads at grade %(grade).0f; aim for %(aim).0f or below with shorter sentences and shorter words."
            )
            % {"grade": measured, "aim": reading.policy.target_grade},
        )


RULE = Rule(
    id="clarity.grade",
    title=_("Reading grade"),
    explanation=_(
        "Public health texts aim for grade 6 to 8. The grade is shown, not enforced, unless your "
        "policy says so."
    ),
    source="CDC Clear Communication Index; Plain Writing Act of 2010; Flesch-Kincaid grade (1975)",
    category=Category.CLARITY,
    severity=Verdict.NOTE,
    message=_("This is harder to read than it needs to be."),
    check=check,
    examples=(),
    kinds=("post", "reply"),
)
