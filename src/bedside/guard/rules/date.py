"""Dates that say more than a year."""

from __future__ import annotations

from collections.abc import Iterator

from bedside.guard.patterns import Pattern
from bedside.guard.reading import Reading
from bedside.guard.rule import Hit, Rule
from bedside.guard.screening import Category, Verdict

_MONTH = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|"
    r"sept?(?:ember)?|oct(?:ober)?|"
    r"nov(?:ember)?|dec(?:ember)?|enero|febrero|marzo|abril|mayo|junio|julio|agosto|septiembre|"
    r"octubre|noviembre|"
    r"diciembre)"
)
_DAY = r"(?:3[01]|[12]\d|0?[1-9])"
_WEEKDAY = r"(?:mon|tues?|wed(?:nes)?|weds|thu(?:rs)?|thur|fri|sat(?:ur)?|sun)(?:day)?"
_TIME = r"(?:[t ]{1,2}\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:z| ?[ap]\.?m\.?)?)?"
ISO = Pattern(rf"\b(?:19|20)\d{{2}}[\-/.](?:0?[1-9]|1[0-2])[\-/.]{_DAY}{_TIME}\b")
NUMERIC = Pattern(rf"\b(?:{_DAY}[/.\-]{_DAY}[/.\-](?:(?:19|20)\d{{2}}|\d{{2}})){_TIME}\b")
MONTH_DAY = Pattern(
    rf"\b(?:{_WEEKDAY},? )?({_MONTH})\b\.? (?:the )?({_DAY})(st|nd|rd|th)?\b(?:,? ((?:19|"
    rf"20)\d{{2}})\b)?{_TIME}"
)
DAY_MONTH = Pattern(
    rf"\b(?:{_WEEKDAY},? )?{_DAY}(?:st|nd|rd|th)?(?: (?:of|de) | |-){_MONTH}\b\.?(?:,?(?: (?:of|de|"
    rf"del))?[ \-](?:19|20)\d{{2}})?{_TIME}"
)
MONTH_YEAR = Pattern(
    rf"\b(?:(?:early|mid|late)[ \-])?{_MONTH}\.?,?(?: (?:of|de|del))? (?:of )?(?:19|20)\d{{2}}\b"
)
RELATIVE = Pattern(
    rf"\b(?:(?:last|this past|this|on|since|until|next|el|el pasado|este)) ({_WEEKDAY}|lunes|"
    rf"martes|miercoles|jueves|viernes|sabado|domingo)"
    r"(?: (?:morning|afternoon|evening|night|pasado|por la manana|por la noche))?\b"
)
ORDINAL = Pattern(r"\b(?:on|since|until|by) the (?:[12]?\d|3[01])(?:st|nd|rd|th)\b")
HOLIDAY = Pattern(
    r"\b(?:on|last|over|this past) (?:christmas|thanksgiving|new year'?s|easter|halloween|"
    r"valentine'?s|mother'?s|father'?s|"
    r"memorial|labor|independence|july 4th|the fourth of july)(?: (?:day|eve|morning|night|sunday|"
    r"weekend))*\b"
)
SHORT = Pattern(
    rf"\b(?:on|since|dated?|dos|dob|born|seen|admitted|discharged|until|from|for|"
    rf"{_WEEKDAY}),?[ :]{{1,2}}((?:0?[1-9]|1[0-2])[/\-]{_DAY})\b"
)
BIRTH = Pattern(
    r"\b(?:dob|d\.o\.b\.?|date of birth|born(?: on)?|birthday|"
    r"fecha de nacimiento)[ :]{1,3}((?:\d{1,2}[/.\- ]){2}\d{2,4}|\d{6,8})\b"
)

_NOT_AFTER = (
    b" floor",
    b" grade",
    b" trimester",
    b" annual",
    b" percentile",
    b" street",
    b" week",
    b" time",
    b" cancer",
    b" hour",
)
_RANGE = (b" -", b" to ", b" through ", b" thru ", b"s ", b" a ", b" and weekend")


def check(reading: Reading) -> Iterator[Hit]:
    lower, plain = reading.lower, reading.plain
    for pattern in (ISO, NUMERIC, DAY_MONTH, MONTH_YEAR, HOLIDAY):
        for match in reading.find(pattern):
            yield Hit(match.start(), match.end(), "DATE")
    for match in reading.find(MONTH_DAY):
        start, end = match.start(), match.end()
        # "may" and "march" are also verbs: there the capital, an ordinal or a year decides.
        verb = match.group(1) in (b"may", b"march", b"mar") and not 65 <= plain[match.start(1)] <= 90
        if verb and not match.group(3) and not match.group(4):
            continue
        if lower[end : end + 1] in (b"%", b":") or lower[end : end + 9].startswith(
            (b"-year", b" percent", b",000")
        ):
            continue
        yield Hit(start, end, "DATE")
    for match in reading.find(RELATIVE):
        after = lower[match.end() : match.end() + 14]
        before = lower[max(0, match.start() - 12) : match.start()]
        day = match.group(1) or b""
        if after.startswith(_RANGE) or b"every" in before or b"each" in before:
            continue
        if day in (b"sun", b"sat", b"mon") and not lower[match.start() : match.end()].startswith(
            (b"last", b"this past")
        ):
            continue
        yield Hit(match.start(), match.end(), "DATE")
    for match in reading.find(ORDINAL):
        if not lower[match.end() :].startswith(_NOT_AFTER):
            yield Hit(match.start(), match.end(), "DATE")
    for pattern in (SHORT, BIRTH):
        for match in reading.find(pattern):
            yield Hit(match.start(1), match.end(1), "DATE")


_PATTERNS = (ISO, NUMERIC, MONTH_DAY, DAY_MONTH, MONTH_YEAR, RELATIVE, ORDINAL, HOLIDAY, SHORT, BIRTH)

RULE = Rule(
    id="identifier.date",
    title="Date",
    explanation="Every part of a date but the year counts as an identifier when the date belongs to a "
    "person: "
    "birth, visit, admission, discharge, death. The date of a public event is fine.",
    source="45 CFR 164.514(b)(2)(i)(C)",
    category=Category.IDENTIFIER,
    severity=Verdict.NOTE,
    message="A date; fine for an event, but not for anything that happened to a patient.",
    check=check,
    examples=("discharged on March 3rd", "last Tuesday"),
    patterns=_PATTERNS,
)
