"""Where a link leads: to a site known for false reports, or behind a shortener to nobody knows where."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from importlib.resources import files

from bedside.core.words import gettext_noop as _
from bedside.guard.reading import Reading
from bedside.guard.rule import Hit, Rule
from bedside.guard.rules.web_address import BARE, SCHEME, host_of
from bedside.guard.screening import Category, Verdict

_SHORT = frozenset(
    b"bit.ly tinyurl.com t.ly ow.ly is.gd buff.ly rebrand.ly cutt.ly shorturl.at goo.gl lnkd.in rb.gy".split()
)


@cache
def known_bad() -> frozenset[bytes]:
    """The hosts in data/links_bad.txt."""
    lines = (files("bedside.guard") / "data" / "links_bad.txt").read_bytes().split(b"\n")
    return frozenset(line.strip() for line in lines if line and not line.startswith(b"#"))


@cache
def credible() -> tuple[bytes, ...]:
    """The hosts in data/links_credible.txt."""
    lines = (files("bedside.guard") / "data" / "links_credible.txt").read_bytes().split(b"\n")
    return tuple(line.split(b" ", 1)[0] for line in lines if line and not line.startswith(b"#"))


def _within(host: bytes, hosts: frozenset[bytes]) -> bool:
    parts = host.split(b".")
    return any(b".".join(parts[place:]) in hosts for place in range(len(parts) - 1))


def check(reading: Reading) -> Iterator[Hit]:
    for pattern in (SCHEME, BARE):
        for match in reading.find(pattern):
            if reading.lower[max(0, match.start() - 1) : match.start()] == b"@":
                continue
            host = host_of(reading.lower[match.start() : match.end()]).rstrip(b".,;:!?)'\"")
            if _within(host, known_bad()):
                yield Hit(match.start(), match.end())
            elif host in _SHORT:
                yield Hit(
                    match.start(), match.end(), severity=Verdict.NOTE,
                    message=_("A shortened link hides where it leads; give the address itself."),
                )  # fmt: skip


RULE = Rule(
    id="harm.link",
    title=_("Where a link leads"),
    explanation=_(
        "A link lends your name to what is behind it. Sites known for false reports are held, short links are "
        "shown; a site that is on no list is unknown, never bad."
    ),
    source="CRED-1 (Loth, CC BY 4.0); NAM, Identifying Credible Sources of Health Information (2021)",
    category=Category.HARM,
    severity=Verdict.REVIEW,
    message=_("This site is known for false reports; link to a credible source instead."),
    check=check,
    examples=("Read more: https://activistpost.com/vaccines",),
    patterns=(SCHEME, BARE),
    kinds=("post", "reply"),
)
