"""Web addresses."""

from __future__ import annotations

from collections.abc import Iterator

from bedside.core.words import gettext_noop as _
from bedside.guard.patterns import Pattern
from bedside.guard.reading import Reading
from bedside.guard.rule import Hit, Rule
from bedside.guard.screening import Category, Verdict

_DOT = r"(?:\.|\[\.\]|\(\.\)|\{\.\}|[\[(]dot[\])])"
SCHEME = Pattern(rf"\b(?:h(?:tt|xx)ps?(?:://|\[:\]//|\[:/{{2}}\])|www{_DOT})[^\s<>\"]+")
SPELLED = Pattern(r"\b(?:h(?:tt|xx)ps?://|www )(?:[a-z0-9\-]{1,63} dot ){1,4}[a-z]{2,10}\b(?:/[^\s<>\"]*)?")
BARE = Pattern(
    rf"\b(?:[a-z0-9\-]{{1,63}}{_DOT}){{1,4}}(?:com|org|net|edu|gov|info|biz|me|io|co|us|ca|uk|es|mx|de|"
    r"fr|it|nl|se|no|dk|fi|pl|ch|at|au|br|ar|blog|site|online|health|app|link|page|ly|dev|example)\b"
    r"(?:/[^\s<>\"]*)?"
)
# Public bodies and the sources named in the rules of the field; a link to them points at nobody.
CREDIBLE = (
    b"cdc.gov", b"nih.gov", b"medlineplus.gov", b"who.int", b"nhs.uk", b"cochrane.org", b"mayoclinic.org",
    b"heart.org", b"cancer.org", b"fda.gov", b"hhs.gov", b"cancer.gov", b"988lifeline.org", b"samhsa.gov",
    b"vaccines.gov", b"healthcare.gov", b"medicare.gov", b"redcross.org", b"aap.org", b"healthychildren.org",
)  # fmt: skip


def host_of(address: bytes) -> bytes:
    """The host of a folded, lower-cased web address, without `www.`."""
    rest = address.replace(b"[:]", b":").split(b"://")[-1]
    for dot in (b"[.]", b"(.)", b"{.}", b"[dot]", b"(dot)", b" dot "):
        rest = rest.replace(dot, b".")
    for mark in (b"/", b"?", b"#"):
        rest = rest.split(mark)[0]
    return rest.split(b"@")[-1].split(b":")[0].removeprefix(b"www.")


def check(reading: Reading) -> Iterator[Hit]:
    own = CREDIBLE + reading.allow.domains
    for pattern in (SCHEME, SPELLED, BARE):
        for match in reading.find(pattern):
            start, end = match.start(), match.end()
            if reading.lower[max(0, start - 1) : start] in (b"@", b"."):
                continue
            while end > start and reading.lower[end - 1 : end] in _TRAILING:
                end -= 1
            host = host_of(reading.lower[start:end])
            if b"." in host and not any(host == name or host.endswith(b"." + name) for name in own):
                yield Hit(start, end, "URL")


_TRAILING = tuple(bytes((byte,)) for byte in b".,;:!?)]}'\"*\x03")

RULE = Rule(
    id="identifier.url",
    title=_("Web address"),
    explanation=_(
        "A web address can lead to one person's page. The organisation's own sites and well-known "
        "public health sources do not count."
    ),
    source="45 CFR 164.514(b)(2)(i)(N)",
    category=Category.IDENTIFIER,
    severity=Verdict.NOTE,
    message=_("A web address that is neither yours nor a known health source; check where it leads."),
    check=check,
    examples=("https://www.example.org/people/maria",),
    patterns=(SCHEME, SPELLED, BARE),
)
