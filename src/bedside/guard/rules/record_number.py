"""Numbers that exist for one person: records, accounts, plans, licences, cards, devices, plates, rooms."""

from __future__ import annotations

from collections.abc import Iterator

from bedside.guard.patterns import Pattern
from bedside.guard.reading import Reading
from bedside.guard.rule import Hit, Rule
from bedside.guard.screening import Category, Verdict

CUED = Pattern(
    r"\b(?:mrn|med(?:ical)? rec(?:ord)?s?|records?|chart|charts|accounts?|acct|policy|poliza|"
    r"member|membership|"
    r"subscriber|group|claim|case|accession|visit|encounter|csn|patient|beneficiary|insurance|"
    r"medicare|medicaid|"
    r"licen[sc]e|licencia|dea|npi|rx|prescription|employee|passport|pasaporte|cards?|cc|serial|device|imei|"
    r"udi|implant|lot|specimen|referral|ticket|order|expediente|historia|cuenta|invoice|id|dni|"
    r"nie|curp|nhs|sin)"
    r"(?: ?(?:id|number|no\.?|num\.?|nr\.?|code|numero|de))?[ :#.=\-]{1,5}(?:(?:is|was|es|number|"
    r"no\.?|id)[ :#]{1,3})?#?"
    r"((?:[a-z]{1,5}-?){0,2}\d[0-9a-z]*(?:[\-.]\d[0-9a-z]*){0,6})\b"
)
PREFIXED = Pattern(
    r"\b(?:mrn|ins|pol|clm|nid|emp|rx|nh|acct|acc|dl|pt|mem|csn|bio-fp|lic|sub|ref|"
    r"case)[\-#:][a-z]?\d[0-9a-z]{3,}(?:-\d+)*\b|\bbio-fp-[0-9a-f]{6,}\b"
)
CARD = Pattern(r"\b\d{4}(?:[ \-]?\d{4}){2}[ \-]?\d{1,7}\b|\b\d{4}[ \-]\d{6}[ \-]\d{5}\b|\b\d{12,20}\b")
IBAN = Pattern(r"\b[a-z]{2}\d{2}(?:[ ]?[a-z0-9]{4}){3,7}(?:[ ]?[a-z0-9]{1,3})?\b")
MBI = Pattern(
    r"\b[1-9][ac-hj-km-np-rt-y][ac-hj-km-np-rt-y0-9]\d-?[ac-hj-km-np-rt-y][ac-hj-km-np-rt-y0-9]\d-?"
    r"[ac-hj-km-np-rt-y]{2}\d{2}\b"
)
NPI = Pattern(r"\b[12]\d{9}\b")
MAC = Pattern(r"\b(?:[0-9a-f]{2}[:\-]){5}[0-9a-f]{2}\b")
VIN = Pattern(r"\b[a-hj-npr-z0-9]{17}\b")
PLATE = Pattern(
    r"\b(?:license plate|licence plate|plates?|tag|matricula|placa)(?: (?:number|no\.?|is|"
    r"was))?[ :#]{1,3}([a-z0-9]{1,4}[ \-]?[a-z0-9]{2,5})\b"
)
BED = Pattern(
    r"\b(?:(?:room|rm|habitacion|cuarto) ?#? ?\d{1,4}[a-z]?(?:[ ,\-]{1,3}(?:bed|"
    r"cama) ?[a-d0-9]{1,2})?|(?:bed|bay|cama) ?#? ?\d{1,3}[a-d]?)\b"
)
_PERSON = Pattern(
    r"\b(?:patients?|pt|he|she|him|her|his|guy|lady|woman|man|girl|boy|mom|dad|mother|father|"
    r"grandm\w+|grandp\w+|"
    r"resident|mr|mrs|ms|paciente|senor|senora|el|ella|gentleman|frequent flyer)\b"
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


def _vin(text: bytes) -> bool:
    values = dict(
        zip(
            b"abcdefghjklmnprstuvwxyz",
            (1, 2, 3, 4, 5, 6, 7, 8, 1, 2, 3, 4, 5, 7, 9, 2, 3, 4, 5, 6, 7, 8, 9),
            strict=True,
        )
    )
    weights = (8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2)
    total = sum(
        weight * (byte - 48 if byte < 58 else values[byte])
        for weight, byte in zip(weights, text, strict=True)
    )
    return text[8:9] == b"0123456789x"[total % 11 : total % 11 + 1]


def check(reading: Reading) -> Iterator[Hit]:
    lower = reading.lower
    for match in reading.find(CUED):
        matched = match.group(1) or b""
        size = sum(48 <= byte <= 57 for byte in matched)
        # A cue such as "case" or "group" also counts things; a number of a person is longer than a count.
        if size >= 5 or (size >= 4 and lower[match.start() : match.start() + 3] == b"mrn"):
            yield Hit(match.start(1), match.end(1), "ID")
    for pattern in (PREFIXED, MBI, MAC):
        for match in reading.find(pattern):
            yield Hit(match.start(), match.end(), "ID")
    for match in reading.find(CARD):
        digits = bytes(byte for byte in match.group() or b"" if 48 <= byte <= 57)
        if len(digits) >= 12 and (luhn(digits) or b" " not in (match.group() or b"")):
            yield Hit(match.start(), match.end(), "ID")
    for match in reading.find(IBAN):
        squeezed = (match.group() or b"").replace(b" ", b"")
        if 15 <= len(squeezed) <= 34 and _iban(squeezed):
            yield Hit(match.start(), match.end(), "ID")
    for match in reading.find(NPI):
        if luhn(b"80840" + (match.group() or b"")):
            yield Hit(match.start(), match.end(), "ID")
    for match in reading.find(VIN):
        matched = match.group() or b""
        if not matched.isalpha() and not matched.isdigit() and _vin(matched):
            yield Hit(match.start(), match.end(), "ID")
    for match in reading.find(PLATE):
        if any(48 <= byte <= 57 for byte in match.group(1) or b""):
            yield Hit(match.start(1), match.end(1), "ID")
    if reading.has(_PERSON):
        for match in reading.find(BED):
            if _PERSON.compiled.search(reading.sentence_text(match.start())):
                yield Hit(match.start(), match.end(), "ID", severity=Verdict.NOTE)


RULE = Rule(
    id="identifier.number",
    title="Record, account or device number",
    explanation="Numbers of records, accounts, health plans, licences, cards, vehicles and devices exist for "
    "one "
    "person. So does a bed or a room in which somebody lies.",
    source="45 CFR 164.514(b)(2)(i)(H)-(M), (R)",
    category=Category.IDENTIFIER,
    severity=Verdict.REVIEW,
    message="This number seems to belong to one person's record, account, card or device; take it out.",
    check=check,
    examples=("MRN 4482913", "the patient in bed 4"),
    patterns=(CUED, PREFIXED, CARD, IBAN, MBI, NPI, MAC, VIN, PLATE, BED, _PERSON),
)
