"""Payment cards and bank accounts."""

from __future__ import annotations

from collections.abc import Iterator

from bedside.core.words import gettext_noop as _
from bedside.guard.patterns import Pattern
from bedside.guard.reading import Reading
from bedside.guard.rule import Hit, Rule
from bedside.guard.screening import Category, Verdict

CARD = Pattern(r"\b\d{4}(?:[ \-]?\d{4}){2}[ \-]?\d{1,7}\b|\b\d{4}[ \-]\d{6}[ \-]\d{5}\b|\b\d{12,20}\b")
IBAN = Pattern(r"\b[a-z]{2}\d{2}(?:[ ]?[a-z0-9]{4}){2,7}(?:[ ]?[a-z0-9]{1,3})?\b")
LAST_FOUR = Pattern(
    r"\b(?:card|visa|mastercard|amex|tarjeta)\b[^0-9.]{0,16}(?:ending|ends|last (?:four|4)|"
    r"terminada)[^0-9.]{0,12}\b(\d{4})\b"
)
NAMED = Pattern(
    r"\b(?:iban|bic|swift|routing(?: number)?|sort code)(?: is)?[ :#]{1,3}([a-z0-9][a-z0-9 \-]{5,32}[0-9])\b"
)


def luhn(digits: bytes) -> bool:
    """The check of ISO/IEC 7812: card numbers, and NPIs after the prefix 80840."""
    total = 0
    for index, byte in enumerate(reversed(digits)):
        value = byte - 48
        if index % 2:
            value = value * 2 - 9 if value > 4 else value * 2
        total += value
    return total % 10 == 0


def _iban(text: bytes) -> bool:
    moved = text[4:] + text[:4]
    return int("".join(str(int(chr(byte), 36)) for byte in moved)) % 97 == 1


def check(reading: Reading) -> Iterator[Hit]:
    for match in reading.find(CARD):
        matched = match.group() or b""
        digits = bytes(byte for byte in matched if 48 <= byte <= 57)
        if len(digits) >= 12 and (luhn(digits) or b" " not in matched):
            yield Hit(match.start(), match.end(), "ID")
    for match in reading.find(IBAN):
        squeezed = (match.group() or b"").replace(b" ", b"")
        if 15 <= len(squeezed) <= 34 and _iban(squeezed):
            yield Hit(match.start(), match.end(), "ID")
    for pattern in (LAST_FOUR, NAMED):
        for match in reading.find(pattern):
            digits = bytes(byte for byte in match.group(1) or b"" if 48 <= byte <= 57)
            if len(digits) >= 4:
                yield Hit(match.start(1), match.end(1), "ID")


RULE = Rule(
    id="identifier.card",
    title=_("Payment card or bank account"),
    explanation=_("The number of a card or a bank account belongs to one person."),
    source="45 CFR 164.514(b)(2)(i)(J)",
    category=Category.IDENTIFIER,
    severity=Verdict.REVIEW,
    message=_("This looks like the number of a payment card or a bank account; take it out."),
    check=check,
    examples=("card 4111 1111 1111 1111",),
    patterns=(CARD, IBAN, LAST_FOUR, NAMED),
)
