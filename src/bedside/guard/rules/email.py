"""E-mail addresses, also spelled out."""

from __future__ import annotations

from collections.abc import Iterator

from bedside.core.words import gettext_noop as _
from bedside.guard.patterns import Pattern
from bedside.guard.reading import Reading
from bedside.guard.rule import Hit, Rule
from bedside.guard.screening import Category, Verdict

PLAIN = Pattern(r"[a-z0-9][a-z0-9._%+'\-]{0,63}(?: ?@ ?)[a-z0-9\-]{1,63}(?:\.[a-z0-9\-]{1,63}){1,5}")
_DOT = r"(?: (?:dot|punto) | ?[\[({<] ?(?:dot|punto|\.) ?[\])}>] ?)"
SPELLED = Pattern(
    r"\b[a-z0-9][a-z0-9._%+\-]{0,63}(?:(?: ?[\[({<] ?(?:at|arroba|@) ?[\])}>] ?)[a-z0-9\-]{1,63}"
    r"(?: ?[\[({<]? ?(?:dot|punto|\.) ?[\])}>]? ?[a-z0-9\-]{2,63}){1,3}"
    rf"|(?: (?:at|arroba) )[a-z0-9\-]{{1,63}}(?:{_DOT}[a-z0-9\-]{{2,63}}){{0,2}}{_DOT}"
    r"(?:com|org|net|edu|gov|io|co|us|info|mx|es|uk|ca|me|de|fr|example)\b)"
)


def check(reading: Reading) -> Iterator[Hit]:
    for pattern in (PLAIN, SPELLED):
        for match in reading.find(pattern):
            start, end = match.start(), match.end()
            while reading.lower[end - 1 : end] in (b".", b"-"):
                end -= 1
            matched = reading.lower[start:end]
            if not matched[matched.rfind(b".") + 1 :].strip().isalpha() and pattern is PLAIN:
                continue
            host = matched.replace(b" ", b"").split(b"@")[-1]
            if any(host == domain or host.endswith(b"." + domain) for domain in reading.allow.domains):
                continue
            yield Hit(start, end, "EMAIL")


RULE = Rule(
    id="identifier.email",
    title=_("E-mail address"),
    explanation=_(
        "An e-mail address leads to one person. Addresses at the organisation's own domains are allowed."
    ),
    source="45 CFR 164.514(b)(2)(i)(F)",
    category=Category.IDENTIFIER,
    severity=Verdict.NOTE,
    message=_("This looks like an e-mail address; make sure it is one of your own."),
    check=check,
    examples=("Write to maria.lopez@example.org", "jsmith at example dot com"),
    patterns=(PLAIN, SPELLED),
)
