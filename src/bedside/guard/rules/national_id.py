"""Numbers that other countries give to a person, each with its own check."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from bedside.core.words import gettext_noop as _
from bedside.guard.patterns import Pattern
from bedside.guard.reading import Reading
from bedside.guard.rule import Hit, Rule
from bedside.guard.rules.bank_card import luhn
from bedside.guard.screening import Category, Verdict

_DNI_LETTERS = b"trwagmyfpdxbnjzsqvhlcke"


def _dni(code: bytes) -> bool:
    """Spain, DNI and NIE: the letter is the number modulo 23."""
    digits = code[:-1].replace(b"x", b"0", 1).replace(b"y", b"1", 1).replace(b"z", b"2", 1)
    return digits.isdigit() and _DNI_LETTERS[int(digits) % 23] == code[-1]


def _weighted(code: bytes, weights: tuple[int, ...]) -> int:
    return sum(weight * (byte - 48) for weight, byte in zip(weights, code, strict=False))


def _nhs(code: bytes) -> bool:
    """United Kingdom, NHS number: weights 10 to 2, modulo 11."""
    rest = 11 - _weighted(code, (10, 9, 8, 7, 6, 5, 4, 3, 2)) % 11
    return rest != 10 and rest % 11 == code[9] - 48


def _pesel(code: bytes) -> bool:
    """Poland, PESEL: weights 1, 3, 7, 9, modulo 10, and a month that exists."""
    month = int(code[2:4]) % 20
    return (
        1 <= month <= 12 and (10 - _weighted(code, (1, 3, 7, 9, 1, 3, 7, 9, 1, 3)) % 10) % 10 == code[10] - 48
    )


def _cpf(code: bytes) -> bool:
    """Brazil, CPF: two check digits, modulo 11."""
    one = _weighted(code, tuple(range(10, 1, -1))) * 10 % 11 % 10
    two = _weighted(code, tuple(range(11, 1, -1))) * 10 % 11 % 10
    return len(set(code)) > 1 and (one, two) == (code[9] - 48, code[10] - 48)


def _insee(code: bytes) -> bool:
    """France, social security: 97 less the number modulo 97."""
    return 97 - int(code[:13]) % 97 == int(code[13:])


def _always(code: bytes) -> bool:
    return True


# The form, whether it counts without a word that names it, and the check on it without spaces and dashes.
_FORMS: tuple[tuple[Pattern, Callable[[bytes], bool]], ...] = (
    (Pattern(r"\b(?:\d{8}|[xyz] ?-?\d{7})[ \-]?[a-hj-np-tv-z]\b"), _dni),
    (Pattern(r"\b(?:nhs|health service)[^0-9.]{0,20}(\d{3}[ \-]?\d{3}[ \-]?\d{4})\b"), _nhs),
    (Pattern(r"\b\d{3} \d{3} \d{4}\b"), _nhs),
    (Pattern(r"\b(?:sin|social insurance)[^0-9.]{0,20}(\d{3}[ \-]?\d{3}[ \-]?\d{3})\b"), luhn),
    (Pattern(r"\b(?:tfn|medicare|tax file)[^0-9.]{0,20}(\d{3} ?\d{3} ?\d{3})\b"), _always),
    (Pattern(r"\b\d{11}\b"), _pesel),
    (Pattern(r"\b\d{3}\.\d{3}\.\d{3}-\d{2}\b"), _cpf),
    (Pattern(r"\b[12] ?\d{2} ?(?:0[1-9]|1[0-2]) ?\d{2} ?\d{3} ?\d{3} ?\d{2}\b"), _insee),
    # Mexico: CURP and RFC; Italy: codice fiscale; India: PAN; United Kingdom: National Insurance.
    (Pattern(r"\b[a-z][aeioux][a-z]{2}\d{6}[hmx][a-z]{5}[a-z0-9]\d\b"), _always),
    (Pattern(r"\b[a-z]{6}\d{2}[a-ehlmprst]\d{2}[a-z]\d{3}[a-z]\b"), _always),
    (Pattern(r"\b[a-z]{3}[abcfghljpt][a-z]\d{4}[a-z]\b"), _always),
    (Pattern(r"\b[abceghj-prstw-z][abceghj-nprstw-z] ?\d{2} ?\d{2} ?\d{2} ?[abcd]\b"), _always),
    (Pattern(r"\b(?:aadhaar|aadhar)[^0-9.]{0,20}(\d{4} ?\d{4} ?\d{4})\b"), _always),
    (Pattern(r"\b(?:dni|nie|curp|rut|cedula|passport|pasaporte|pesel|cpf|bsn|steuer-?id|personnummer)"
             r"(?: (?:no\.?|number|numero|is|es))?[ :#]{1,3}([a-z]{0,3}\d[0-9a-z.\-]{5,18})\b"), _always),
)  # fmt: skip


def check(reading: Reading) -> Iterator[Hit]:
    for pattern, valid in _FORMS:
        for match in reading.find(pattern):
            group = 1 if b"(" in pattern.source.replace(b"(?:", b"") else 0
            code = (match.group(group) or b"").translate(None, b" -.")
            if valid(code):
                yield Hit(match.start(group), match.end(group), "ID")


RULE = Rule(
    id="identifier.national_id",
    title=_("Identity number of another country"),
    explanation=_(
        "Identity, health and tax numbers of other countries point at one person like a social security "
        "number does."
    ),
    source="45 CFR 164.514(b)(2)(i)(R)",
    category=Category.IDENTIFIER,
    severity=Verdict.REVIEW,
    message=_("This looks like an identity or health number of another country; take it out."),
    check=check,
    examples=("DNI 12345678Z",),
    patterns=tuple(pattern for pattern, _ in _FORMS),
)
