"""Numbers of devices: network cards, telephones, implants."""

from __future__ import annotations

from collections.abc import Iterator

from bedside.core.words import gettext_noop as _
from bedside.guard.patterns import Pattern
from bedside.guard.reading import Reading
from bedside.guard.rule import Hit, Rule
from bedside.guard.rules.bank_card import luhn
from bedside.guard.screening import Category, Verdict

MAC = Pattern(r"\b(?:[0-9a-f]{2}[:\-]){5}[0-9a-f]{2}\b|\b[0-9a-f]{4}\.[0-9a-f]{4}\.[0-9a-f]{4}\b")
IMEI = Pattern(r"\b\d{2}[ \-]?\d{6}[ \-]?\d{6}[ \-]?\d\b")
# Unique device identification as GS1 prints it on an implant.
UDI = Pattern(r"\(01\)\d{14}(?:\(\d{2}\)[0-9a-z\-]{1,20}){1,4}")
SERIAL = Pattern(
    r"\b(?:serial|s/n|sn|device|implant|pacemaker|pump|meter|monitor)(?: ?(?:id|number|no\.?|nr\.?|#|serial number))?"
    r"(?: (?:is|was))?[ :#]{1,3}((?:[a-z]{1,4}[\-]?)?\d[0-9a-z]*(?:-[0-9a-z]+){0,4})\b"
)


def check(reading: Reading) -> Iterator[Hit]:
    for pattern in (MAC, UDI):
        for match in reading.find(pattern):
            yield Hit(match.start(), match.end(), "ID")
    for match in reading.find(IMEI):
        digits = bytes(byte for byte in match.group() or b"" if 48 <= byte <= 57)
        if len(digits) == 15 and luhn(digits):
            yield Hit(match.start(), match.end(), "ID")
    for match in reading.find(SERIAL):
        code = match.group(1) or b""
        if sum(48 <= byte <= 57 for byte in code) >= 5 and len(code) >= 6:
            yield Hit(match.start(1), match.end(1), "ID")


RULE = Rule(
    id="identifier.device",
    title=_("Device or serial number"),
    explanation=_("The serial number of an implant, a meter or a telephone exists once."),
    source="45 CFR 164.514(b)(2)(i)(M)",
    category=Category.IDENTIFIER,
    severity=Verdict.REVIEW,
    message=_("This looks like the number of somebody's device; take it out."),
    check=check,
    examples=("pacemaker serial number PJN418822H",),
    patterns=(MAC, IMEI, UDI, SERIAL),
)
