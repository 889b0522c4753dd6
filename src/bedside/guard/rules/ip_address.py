"""Internet addresses of computers."""

from __future__ import annotations

from collections.abc import Iterator
from ipaddress import IPv6Address

from bedside.core.words import gettext_noop as _
from bedside.guard.patterns import Pattern
from bedside.guard.reading import Reading
from bedside.guard.rule import Hit, Rule
from bedside.guard.screening import Category, Verdict

_DOT = r"(?: ?[\[({]? ?(?:\.|dot) ?[\])}]? ?)"
V4 = Pattern(rf"\b\d{{1,3}}{_DOT}\d{{1,3}}{_DOT}\d{{1,3}}{_DOT}\d{{1,3}}\b")
V6 = Pattern(r"(?:\b[0-9a-f]{1,4}(?::{1,2}[0-9a-f]{1,4}){2,7}|::(?:[0-9a-f]{1,4}:){1,6}[0-9a-f]{1,4})\b")


def check(reading: Reading) -> Iterator[Hit]:
    for match in reading.find(V4):
        octets = "".join(chr(b) if 48 <= b <= 57 else " " for b in match.group() or b"").split()
        if all(int(octet) < 256 for octet in octets):
            yield Hit(match.start(), match.end(), "IP")
    for match in reading.find(V6):
        try:
            IPv6Address((match.group() or b"").decode())
        except ValueError:
            continue
        yield Hit(match.start(), match.end(), "IP")


RULE = Rule(
    id="identifier.ip",
    title=_("Internet address"),
    explanation=_("The address of a computer on the internet can be traced to one household."),
    source="45 CFR 164.514(b)(2)(i)(O)",
    category=Category.IDENTIFIER,
    severity=Verdict.NOTE,
    message=_("This looks like the internet address of somebody's computer; take it out."),
    check=check,
    examples=("203[.]0[.]113[.]9",),
    patterns=(V4, V6),
)
