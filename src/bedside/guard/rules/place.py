"""Places smaller than a State: streets, postal codes, towns, coordinates."""

from __future__ import annotations

from collections.abc import Iterator

from bedside.guard.lexicon import cities, first_names, last_names
from bedside.guard.patterns import Pattern
from bedside.guard.reading import Reading
from bedside.guard.rule import Hit, Rule
from bedside.guard.screening import Category, Verdict

STATES = frozenset(
    b"""AL AK AZ AR CA CO CT DE FL GA HI ID IL IN IA KS KY LA ME MD MA MI MN MS MO MT NE NV NH NJ NM NY
    NC ND OH OK OR PA RI SC SD TN TX UT VT VA WA WV WI WY DC PR""".split()
)
_TYPE = (
    r"(?:street|str|st|avenue|avenida|avda|ave|road|rd|drive|dr|lane|ln|boulevard|blvd|court|ct|"
    r"place|pl|terrace|ter|"
    r"circle|cir|way|parkway|pkwy|highway|hwy|square|sq|trail|trl|crescent|close|gardens|grove|"
    r"alley|plaza|loop|row|"
    r"union|creek|route|walk|point|ridge|run|pike|turnpike|mews|hill|park)"
)
_UNIT = r"(?:,? ?(?:suite|ste|apt|apartment|unit|floor|piso|#)\.? ?[a-z0-9\-]{1,6})?"
_REST = r"(?:,? [a-z][a-z .'\-]{1,30})?(?:,? [a-z]{2}\b,? ?\d{5}(?:-\d{4})?| \d{5}(?:-\d{4})?|,? [a-z]{2}\b)?"
STREET = Pattern(
    rf"\b\d{{1,6}}[a-z]?(?:[ \-]\d{{1,5}})? (?:(?:[nsew]|north|south|east|"
    rf"west)\.? )?(?:[a-z\x02][a-z0-9\x02.'\-]{{0,24}} ){{1,4}}?{_TYPE}\b\.?{_UNIT}"
)
TAIL = Pattern(
    r"^[,\s]{1,3}(?:[A-Z][A-Za-z'\-]+[ ]?){1,3},? ?(?:[A-Z]{2}\b)?,? ?(?:\d{5}(?:-\d{4})?)?", cased=True
)
SPANISH_STREET = Pattern(
    r"\b(?:calle|avenida|avda|av\.|carrera|plaza|paseo|camino|rua|rue|via|strada|"
    r"piazza) (?:[a-z][a-z'.\-]*,? ){1,5}#?\d{1,5}\b"
)
EUROPEAN_STREET = Pattern(
    r"\b[a-z\x02][a-z\x02'.\-]{2,30}(?:strasse|straat|stra?t|gata|gatan|gade|vej|veien|vagen|laan|"
    r"weg|platz|plein|utca|katu|tie|ulica|utja)\.? \d{1,4}[a-z]?\b"
)
BOX = Pattern(r"\b(?:p\.? ?o\.?[ -]?box|postbox|apartado(?: postal)?|psc|cmr) \d{1,6}(?:, box \d{1,5})?\b")
MILITARY = Pattern(r"\b(?:apo|fpo|dpo),? (?:aa|ae|ap)(?: \d{5})?\b")
STATE_ZIP = Pattern(
    r"\b((?:[A-Z][A-Za-z.'\-]+ ){0,3}[A-Z][A-Za-z.'\-]+), ?([A-Z]{2})\b(?:,? \d{5}(?:-\d{4})?)?", cased=True
)
ZIP = Pattern(
    r"\b(?:zip(?: ?code)?|postal code|postcode|codigo postal|"
    r"c\.?p\.?)(?: is)?[ :#]{1,3}([a-z0-9][a-z0-9\- ]{2,8}[a-z0-9])\b"
)
ZIP_ALONE = Pattern(r"\b([A-Z]{2}) (\d{5}(?:-\d{4})?)\b", cased=True)
UK = Pattern(r"\b[A-Z]{1,2}\d[A-Z\d]? \d[A-Z]{2}\b", cased=True)
COORDINATES = Pattern(r"[+\-]?\d{1,2}\.\d{3,8} ?(?:deg)?[ns]?, ?[+\-]?\d{1,3}\.\d{3,8}(?: ?[ew]\b)?")
CORNER = Pattern(
    r"\b(?:corner of|intersection of|esquina de) [a-z0-9][a-z0-9 .'\-]{2,40}? (?:and|&|"
    r"y) [a-z0-9][a-z0-9.'\-]{2,20}(?: [a-z][a-z.'\-]{1,20})?"
)
TOWN = Pattern(r"\b[A-Z][a-z\x02]{2,20}(?:[ \-](?:[A-Z][a-z\x02]{1,20}|de|la|del|of)){0,3}", cased=True)
BEFORE = Pattern(
    r"\b(?:[Ii]n|[Nn]ear|[Ff]rom|[Oo]f|[Aa]t|[Tt]o|[Vv]isit(?:ed|ing)?|[Ll]ives? in|[Oo]utside|"
    r"[Aa]round|[Ee]n|[Dd]e) $",
    cased=True,
)

_ORGANISATION = (
    b"hospital",
    b"clinic",
    b"medical",
    b"health",
    b"general",
    b"memorial",
    b"university",
    b"college",
    b"school",
    b"county",
    b"children",
    b"community",
    b"regional",
    b"center",
    b"centre",
    b"institute",
    b"department",
    b"public",
    b"city",
    b"police",
    b"fire",
    b"times",
    b"protocol",
    b"scale",
    b"disease",
    b"virus",
    b"marathon",
    b"declaration",
)


def _town_hits(reading: Reading) -> Iterator[Hit]:
    known, names, surnames = cities(), first_names(), last_names()
    for match in reading.find(TOWN):
        start = match.start()
        words = reading.lower[start : match.end()].split()
        for size in range(min(4, len(words)), 0, -1):
            town = b" ".join(words[:size])
            if town not in known:
                continue
            end = start + len(town) if size < len(words) else match.end()
            after = reading.lower[end : end + 14].lstrip(b" ")
            if after.startswith(_ORGANISATION):
                break
            if size == 1 and (town in names or town in surnames):
                before = reading.plain[max(0, start - 12) : start]
                if not BEFORE.compiled.search(before):
                    break
            yield Hit(start, end, "LOC")
            break


def check(reading: Reading) -> Iterator[Hit]:
    for match in reading.find(STREET):
        words = (match.group() or b"").split()
        if len(words) < 3 or any(word in _NOT_STREET for word in words[1:-1]):
            continue
        end = match.end()
        tail = TAIL.compiled.search(reading.plain[end : end + 60])
        if tail:
            end += len((tail.group() or b"").rstrip(b" ,\n"))
        yield Hit(match.start(), end, "LOC")
    for pattern in (SPANISH_STREET, EUROPEAN_STREET, BOX, MILITARY, COORDINATES, CORNER, UK):
        for match in reading.find(pattern):
            yield Hit(match.start(), match.end(), "LOC")
    for match in reading.find(STATE_ZIP):
        if match.group(2) in STATES:
            yield Hit(match.start(), match.end(), "LOC")
    for match in reading.find(ZIP):
        if any(48 <= byte <= 57 for byte in match.group(1) or b""):
            yield Hit(match.start(1), match.end(1), "LOC")
    for match in reading.find(ZIP_ALONE):
        if match.group(1) in STATES:
            yield Hit(match.start(), match.end(), "LOC")
    yield from _town_hits(reading)


_NOT_STREET = frozenset(
    b"a the and or of to for in on at is are was were we you our your they with from minutes "
    b"hours days weeks months "
    b"years people patients percent mg ml ounces miles steps reasons ways tips cups am pm as by "
    b"that this it may can will take took takes be been not if into when which who has have had".split()
)
_PATTERNS = (
    STREET,
    SPANISH_STREET,
    EUROPEAN_STREET,
    BOX,
    MILITARY,
    STATE_ZIP,
    ZIP,
    ZIP_ALONE,
    UK,
    COORDINATES,
    CORNER,
    TOWN,
)

RULE = Rule(
    id="identifier.place",
    title="Place smaller than a State",
    explanation="A street, a town or a postal code together with an illness and a time can point at one "
    "person. "
    "The organisation's own sites are on the allow-list.",
    source="45 CFR 164.514(b)(2)(i)(B)",
    category=Category.IDENTIFIER,
    severity=Verdict.NOTE,
    message="A place; fine for your own sites and events, but not for where a patient lives or was treated.",
    check=check,
    examples=("lives at 14 Alder Lane, Milford", "ZIP 35857"),
    patterns=_PATTERNS,
)
