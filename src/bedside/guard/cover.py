"""Covering: the text with what identifies somebody taken out of sight."""

from __future__ import annotations

from collections.abc import Iterable

from bedside.core.errors import Invalid
from bedside.core.words import gettext as _
from bedside.guard.screening import Span


def cover(text: str, spans: Iterable[Span], *, mask: str | None = None) -> str:
    """`text` with every span replaced by its type in brackets, such as `[NAME]`, or by `mask` repeated over
    its length if one character is given. Spans that overlap are covered as one, under the first one's type.
    Raises Invalid if a span does not lie within the text."""
    if mask is not None and len(mask) != 1:
        raise Invalid(_("The mask has to be one character."), fields=["mask"])
    parts: list[str] = []
    done = 0
    for span in sorted(spans, key=lambda span: (span.start, -span.end)):
        if not 0 <= span.start <= span.end <= len(text):
            raise Invalid(
                _("The stretch %(start)d-%(end)d does not lie within the text.")
                % {"start": span.start, "end": span.end}
            )
        if span.end <= done:
            continue
        if span.start >= done:
            parts.append(text[done : span.start])
            parts.append(f"[{span.type}]" if mask is None else mask * (span.end - span.start))
        elif mask is not None:
            parts.append(mask * (span.end - done))
        done = span.end
    parts.append(text[done:])
    return "".join(parts)
