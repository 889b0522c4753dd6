"""Dates that say more than a year."""

from __future__ import annotations

from collections.abc import Iterator

from bedside.core.words import gettext_noop as _
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
# A part of a day: of somebody's day when the sentence is about somebody.
PART_OF_DAY = Pattern(
    rf"\b(?:(?:last|this past|yesterday|{_WEEKDAY}|christmas|thanksgiving|easter|halloween|"
    rf"new year'?s(?: eve| day)?) "
    r"(?:night|morning|afternoon|evening|weekend)|yesterday|anoche|ayer)\b"
)
_EVENT = Pattern(
    r"\b(?:join|free|wear|register|rsvp|sign up|awareness|fair|race|5k|webinar|workshop|event|open house|stop by|"
    r"drop by|come (?:to|see|by|and)|donate|donors?|blood drive|screenings?|checks|tickets|vaccines?|shots|clinic|"
    r"gratis|unete|acompanenos|venga)\b"
)
_ABOUT = Pattern(
    r"\b(?:he|she|him|his|her|hers|they lost|their (?:boy|girl|son|daughter|baby|mom|dad)|patient|pt|"
    r"admitted|discharged|"
    r"came in|came to|brought|passed|died|was (?:seen|treated|here|in)|overdosed|delivered|born|"
    r"transferred|operated|el|ella|paciente)\b"
)
SHORT = Pattern(
    rf"\b(?:on|since|dated?|dos|dob|born|seen|admitted|discharged|until|from|for|"
    rf"{_WEEKDAY}),?[ :]{{1,2}}((?:0?[1-9]|1[0-2])[/\-]{_DAY})\b"
)
BIRTH = Pattern(
    r"\b(?:dob|d\.o\.b\.?|date of birth|born(?: on)?|birthday|"
    r"fecha de nacimiento)[ :]{1,3}((?:\d{1,2}[/.\- ]){2}\d{2,4}|\d{6,8})\b"
)

# When something is open or happens again and again, the day is nobody's.
_HOURS = Pattern(
    r"\b(?:open|opens|closed|closes|hours|weekly|every|each|classes|class|walk-?ins?|celebrat\w+|"
    r"happy|abiert[oa]|cerrad[oa]|"
    r"abre|cierra|horario|cada|todos los)\b"
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
_TO_COME = (b"on m", b"on t", b"on w", b"on f", b"on s", b"this", b"next", b"unti", b"este")
_COUNTED = (
    b"%",
    b" percent",
    b" days",
    b" weeks",
    b" hours",
    b" month",
    b" minute",
    b" year",
    b" time",
    b" tim",
    b" of ",
)
_RANGE = (b" -", b" to ", b" through ", b" thru ", b"s ", b" a ", b" and weekend")


def _is_no_month(reading: Reading, start: int, end: int) -> bool:
    """Whether a day and a month are a decimal and a verb, as in 'a TSH of 4.5 may need treatment'."""
    before = reading.plain[max(0, start - 1) : start]
    words = reading.plain[start:end].split()
    verb = len(words) == 2 and words[1].rstrip(b".") in (b"may", b"march", b"mar")
    return before == b"." or (verb and not words[0][-1:].isalpha() and reading.lower[end : end + 1] == b" ")


def check(reading: Reading) -> Iterator[Hit]:
    lower, plain = reading.lower, reading.plain
    for pattern in (ISO, NUMERIC, DAY_MONTH, MONTH_YEAR, HOLIDAY):
        for match in reading.find(pattern):
            if pattern is HOLIDAY and _HOURS.compiled.search(reading.sentence_text(match.start())):
                continue
            if pattern is DAY_MONTH and _is_no_month(reading, match.start(), match.end()):
                continue
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
        # 'June 1 is the first day of hurricane season' tells of a day in everybody's calendar.
        if not match.group(4) and lower[end : end + 8].startswith(
            (b" is the ", b" is nati", b" is worl", b" is inte")
        ):
            continue
        yield Hit(start, end, "DATE")
    for match in reading.find(RELATIVE):
        after = lower[match.end() : match.end() + 14]
        before = lower[max(0, match.start() - 12) : match.start()]
        day = match.group(1) or b""
        if (
            after.startswith(_RANGE)
            or b"every" in before
            or b"each" in before
            or reading.lower[match.end() : match.end() + 1] == b"s"
        ):
            continue
        sentence = reading.sentence_text(match.start())
        if _HOURS.compiled.search(sentence):
            continue
        # A day to come is an event's where the sentence invites, unless it is about somebody.
        if (
            lower[match.start() : match.start() + 4] in _TO_COME
            and _EVENT.compiled.search(sentence)
            and not _ABOUT.compiled.search(sentence)
        ):
            continue
        if day in (b"sun", b"sat", b"mon") and not lower[match.start() : match.end()].startswith(
            (b"last", b"this past")
        ):
            continue
        yield Hit(match.start(), match.end(), "DATE")
    for match in reading.find(ORDINAL):
        if not lower[match.end() :].startswith(_NOT_AFTER):
            yield Hit(match.start(), match.end(), "DATE")
    for match in reading.find(PART_OF_DAY):
        if _ABOUT.compiled.search(reading.sentence_text(match.start())):
            yield Hit(match.start(), match.end(), "DATE")
    for pattern in (SHORT, BIRTH):
        for match in reading.find(pattern):
            if pattern is SHORT and lower[match.end() : match.end() + 8].startswith(_COUNTED):
                continue
            yield Hit(match.start(1), match.end(1), "DATE")


_PATTERNS = (
    ISO,
    NUMERIC,
    MONTH_DAY,
    DAY_MONTH,
    MONTH_YEAR,
    RELATIVE,
    ORDINAL,
    HOLIDAY,
    PART_OF_DAY,
    SHORT,
    BIRTH,
)

RULE = Rule(
    id="identifier.date",
    title=_("Date"),
    explanation=_(
        "Every part of a date but the year counts as an identifier when the date belongs to a "
        "person: "
        "birth, visit, admission, discharge, death. The date of a public event is fine."
    ),
    source="45 CFR 164.514(b)(2)(i)(C)",
    category=Category.IDENTIFIER,
    severity=Verdict.NOTE,
    message=_("A date; fine for an event, but not for anything that happened to a patient."),
    check=check,
    examples=("discharged on March 3rd", "last Tuesday"),
    patterns=_PATTERNS,
)
