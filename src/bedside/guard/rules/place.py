"""Places smaller than a State, and the country somebody comes from."""

from __future__ import annotations

from collections.abc import Iterator

from bedside.core.words import gettext_noop as _
from bedside.guard.lexicon import (
    cities,
    city_words,
    countries,
    first_names,
    last_names,
    town_heads,
    towns,
    words,
)
from bedside.guard.patterns import Pattern
from bedside.guard.reading import Reading
from bedside.guard.rule import Hit, Rule
from bedside.guard.screening import Category, Verdict

STATES = frozenset(
    b"""AL AK AZ AR CA CO CT DE FL GA HI ID IL IN IA KS KY LA ME MD MA MI MN MS MO MT NE NV NH NJ NM NY
    NC ND OH OK OR PA RI SC SD TN TX UT VT VA WA WV WI WY DC PR""".split()
)
_WORD = r"[A-Z\x01](?:['\-]?[A-Za-z\x01\x02]){2,24}"
RUN = Pattern(
    rf"\b(?:[A-Z\x01]['.]?[ ]?)?{_WORD}(?:[ \-](?:(?:de|da|do|la|del|of|u|nad|am|an|der|"
    rf"sur)[ \-])?(?:{_WORD}|[A-Z]\b)){{0,3}}",
    cased=True,
)
STATE = Pattern(
    r"\b((?:[A-Z][A-Za-z.'\-]+ ){0,3}[A-Z][A-Za-z.'\-]+), ?([A-Z]{2})\b(?:,? \d{5}(?:-\d{4})?)?", cased=True
)
# Somebody is, lives or comes there.
LIVED = Pattern(
    r"\b(?i:(?:(?:lives?|living|lived|resid\w+|raised|born|based|stuck|working|works|stay\w*|"
    r"a? ?(?:small )?house|moved|"
    r"moving|relocated|arrived|arriving|return(?:ed|ing)|flew|flying|fly|drove|driving|travel(?:s|ed|"
    r"ing|led|ling)?|going|traveled|"
    r"comes?|came|hails?|originally|grew up|holiday|vacation|vive[ns]?|vivo|viven|nacio|nacid[oa]|"
    r"trip|visited|visiting|i'm|i am|we're|we are|he's|she's|he is|she is|home city|home town|hometown|native)"
    r"(?: (?:here|back|out|over))?(?: (?:in|from|to|at|near|outside|of|en|de|a))?|"
    r"\b(?:city|town|village|municipality|suburb|ciudad|pueblo) of))[ ]((?:[A-Z\x01]['.]?[ ]?)?"
    rf"{_WORD}(?:[ \-](?:(?:de|da|do|la|del|of|u|nad|am|an|der)[ \-])?(?:{_WORD}|[A-Z]\b)){{0,3}})",
    cased=True,
)
LIVED_LOWER = Pattern(
    r"\b(?:lives?|living|lived|residing|raised|born|moved|relocated|flew|grew up|vive|vivo|"
    r"nacio)(?: (?:here|back))?"
    r" (?:in|from|to|at|near|outside|en|de|a) ([a-z\x02][a-z\x02'\-]{2,24}(?: [a-z\x02][a-z\x02'\-]{2,24}){0,2})\b"
)
_BEFORE = (
    b"in", b"near", b"from", b"of", b"at", b"to", b"visit", b"visited", b"visiting", b"outside", b"around", b"en",
    b"de", b"across", b"downtown", b"southern",
    b"northern", b"eastern", b"western", b"where:", b"city:", b"city",
    b"town:", b"location:", b"desde", b"through", b"via", b"toward", b"towards", b"between", b"in:",
)  # fmt: skip
_TO = (b"in", b"from", b"to", b"at", b"near", b"outside", b"of", b"en", b"de", b"a", b"city", b"town")
_ARE = (
    b"i'm",
    b"i",
    b"am",
    b"we're",
    b"are",
    b"is",
    b"he's",
    b"she's",
    b"originally",
    b"born",
    b"comes",
    b"came",
)
_INSIDE = (b"in", b"from", b"near", b"outside", b"around", b"en")
_ORGANISATION = frozenset(
    b"""hospital clinic medical health general memorial university college school county children children's community
    regional center centre institute department public city police fire times protocol scale disease virus
    marathon declaration study trial coma syndrome fever sign test score street avenue st ave press post news
    cathedral airport""".split()
)


def _known(name: bytes) -> bool:
    return name in cities() or name in towns() or name in city_words()


def _towns(reading: Reading) -> Iterator[Hit]:
    lower, plain = reading.lower, reading.plain
    heads = town_heads()
    if heads.isdisjoint(reading.capitalised):
        return
    for match in reading.find(RUN):
        start = match.start()
        run = lower[start : match.end()].replace(b"-", b" ")
        parts = run.split(b" ")
        if heads.isdisjoint(parts):
            continue
        index = 0
        while index < len(parts):
            place = start + len(b" ".join(parts[:index])) + (index > 0)
            for size in range(min(4, len(parts) - index), 0, -1):
                town = b" ".join(parts[index : index + size])
                big = town in cities()
                if not (big or town in towns() or (town in city_words() and index == 0)):
                    continue
                end = place + len(town)
                after = lower[end : end + 14].split()
                if after and after[0].strip(b",.") in _ORGANISATION:
                    break
                before = lower[max(0, place - 14) : place].split()
                cued = bool(before) and before[-1] in _BEFORE and plain[place - 1 : place] == b" "
                if town in city_words() and (
                    len(before) < 2 or before[-1] not in _INSIDE or size < len(parts)
                ):
                    break
                a_name = size == 1 and (town in first_names() or town in last_names())
                if cued or (big and not a_name) or (big and size > 1):
                    yield Hit(place, end, "LOC")
                    index += size - 1
                break
            index += 1


def check(reading: Reading) -> Iterator[Hit]:
    for match in reading.find(STATE):
        if match.group(2) in STATES:
            yield Hit(match.start(), match.end(), "LOC")
    if not reading.plain.isupper():
        for match in reading.find(LIVED):
            name = match.group(1) or b""
            parts = name.lower().split()
            if (
                parts[-1] in _ORGANISATION
                or reading.lower[match.end() : match.end() + 12].lstrip().split(b" ")[0] in _ORGANISATION
            ):
                continue
            folded = name.lower().replace(b"-", b" ")
            before = reading.lower[match.start() : match.start(1)].split()[-1]
            listed = folded in countries() or _known(folded)
            # 'moved to X' names a place whatever X is; 'visited X' does only if X is one.
            new = before in _TO and not any(part in words() or len(part) < 4 for part in parts)
            if new or (listed and before not in _ARE):
                yield Hit(match.start(1), match.end(1), "LOC")
    for match in reading.find(LIVED_LOWER):
        found = (match.group(1) or b"").split()
        for size in range(len(found), 0, -1):
            town = b" ".join(found[:size])
            if _known(town) or town in countries():
                yield Hit(match.start(1), match.start(1) + len(town), "LOC")
                break
    yield from _towns(reading)


RULE = Rule(
    id="identifier.place",
    title=_("Place smaller than a State"),
    explanation=_(
        "A town together with an illness and a time can point at one person. The organisation's own "
        "sites are on the allow-list."
    ),
    source="45 CFR 164.514(b)(2)(i)(B)",
    category=Category.IDENTIFIER,
    severity=Verdict.NOTE,
    message=_(
        "A place; fine for your own sites and events, but not for where a patient lives or was treated."
    ),
    check=check,
    examples=("a neighbour who lives in Milford", "she moved here from Estonia"),
    patterns=(RUN, STATE, LIVED, LIVED_LOWER),
)
