"""Telephone and fax numbers."""

from __future__ import annotations

from collections.abc import Iterator

from bedside.core.words import gettext_noop as _
from bedside.guard.patterns import Pattern
from bedside.guard.reading import Reading
from bedside.guard.rule import Hit, Rule
from bedside.guard.screening import Category, Verdict

_END = r"(?: ?(?:x|ext\.?|extension) ?\d{1,5}\b|\b)"
NANP = Pattern(
    r"(?:\+?1[ .\-/]{0,2})?(?:\(\d[0-9o]{2}\)[ .\-/]{0,2}|\b[2-9][0-9o]{2}[ .\-/]{1,2}|\b\d{3}[.\-])"
    r"[0-9o]{3}[ .\-]{1,2}[0-9o]{4}" + _END
)
JOINED = Pattern(r"(?:\+1|\b1|\b)[2-9]\d{2}[2-9]\d{6}" + _END)
INTERNATIONAL = Pattern(r"(?:\+|\b00)[1-9]\d{0,2}(?:[ .\-/]{0,2}\(?[0-9o]{1,5}\)?){2,6}" + _END)
# A trunk zero and groups: how most of Europe, Africa, Asia and Oceania writes a number at home.
NATIONAL = Pattern(r"(?:\b|\()0\d{1,4}\)?[ \-/]{1,2}\d{2,8}(?:[ \-]\d{2,4}){0,4}" + _END)
LABELLED_AFTER = Pattern(
    r"((?:\(\d{1,4}\)|\b\d)[0-9 ().\-]{5,16}\d) ?[ \-] ?(?:office|fax|mobile|cell|home|work|desk|oficina|casa)\b"
)
SHORT = Pattern(r"\b[2-9][0-9o]{2}[ .\-][0-9o]{4}\b")
CUED = Pattern(
    r"\b(?:phones?|tel|telephone|telefono|mobile|movil|cell|celular|call(?:ed)?|llam[ae]\w*|"
    r"text(?:ed)?|whatsapp|"
    r"fax|numbers?|numero|ph|reach(?:ed)?|contact|registered|dial|desk|home|work|"
    r"answering(?: at)?|messages?(?: to)?)\b[^a-z0-9(+]{0,4}(?:[a-z']{1,12}[^a-z0-9(+]{1,3}){0,4}"
    r"(\(?[0-9o][0-9o ().\-/]{5,18}[0-9o])\b"
)
SPACED = Pattern(r"\b(?:\(?\d[ .\-)]{1,3}){6,14}\d\b")
_WORD = (
    r"(?:zero|oh|o|one|two|three|four|five|six|seven|eight|nine|cero|uno|dos|tres|cuatro|cinco|"
    r"seis|siete|ocho|nueve|\d)"
)
WORDS = Pattern(rf"\b(?:(?:double |triple )?{_WORD}[ ,.\-]{{1,3}}){{6,14}}{_WORD}\b")

# Toll-free numbers belong to organisations, never to a person.
_TOLL_FREE = frozenset((b"800", b"833", b"844", b"855", b"866", b"877", b"888", b"900"))


def digits_of(matched: bytes) -> bytes:
    """The digits of a folded stretch, with the letter O read as zero."""
    return bytes(byte for byte in matched.replace(b"o", b"0") if 48 <= byte <= 57)


def _number(matched: bytes) -> bytes:
    return digits_of(matched.split(b"x")[0].split(b"e")[0])


def check(reading: Reading) -> Iterator[Hit]:
    allowed = reading.allow.phone_digits
    public: list[tuple[int, int]] = []
    for pattern in _PATTERNS:
        for match in reading.find(pattern):
            group = 1 if pattern in (CUED, LABELLED_AFTER) else 0
            start, end = match.start(group), match.end(group)
            matched = reading.lower[start:end]
            if pattern is WORDS:
                if not any(len(word) > 1 for word in matched.split()):
                    continue
                yield Hit(start, end, "PHONE")
                continue
            digits = _number(matched)
            national = digits[1:] if len(digits) == 11 and digits[:1] == b"1" else digits
            if (len(national) == 10 and national[:3] in _TOLL_FREE) or {digits, digits[-10:]} & allowed:
                public.append((start, end))
            if not 7 <= len(digits) <= 15 or any(low < end and start < high for low, high in public):
                continue
            if pattern is NATIONAL and (
                not 9 <= len(digits) <= 11
                or reading.lower[max(0, start - 4) : start].endswith((b"-", b"ndc "))
            ):
                continue
            if pattern is SPACED and len(digits) not in (7, 10, 11):
                continue
            if pattern is SHORT and not (
                digits[:3] == b"555" or reading.lower[max(0, start - 40) : start].rstrip().endswith(_CUES)
            ):
                continue
            yield Hit(start, end, "PHONE")


_CUES = (
    b"phone",
    b"phone:",
    b"tel",
    b"tel:",
    b"call",
    b"text",
    b"cell",
    b"cell:",
    b"is",
    b"number:",
    b"at",
    b"ph:",
)
_PATTERNS = (NANP, JOINED, INTERNATIONAL, NATIONAL, CUED, LABELLED_AFTER, SHORT, SPACED, WORDS)

RULE = Rule(
    id="identifier.phone",
    title=_("Telephone number"),
    explanation=_(
        "A telephone or fax number leads to one person. Toll-free numbers and hotlines do not count, "
        "and the organisation's own numbers are on the allow-list."
    ),
    source="45 CFR 164.514(b)(2)(i)(D)-(E)",
    category=Category.IDENTIFIER,
    severity=Verdict.NOTE,
    message=_("This looks like a telephone number; make sure it is one of your own."),
    check=check,
    examples=("Her cell is 303-555-0142", "Call our nurse line at 1-800-555-0199"),
    patterns=_PATTERNS,
)
