"""Streets and addresses, of the United States and of other countries."""

from __future__ import annotations

from collections.abc import Iterator

from bedside.core.words import gettext_noop as _
from bedside.guard.lexicon import cities, city_words, countries, towns, words
from bedside.guard.patterns import Pattern
from bedside.guard.reading import Reading
from bedside.guard.rule import Hit, Rule
from bedside.guard.screening import Category, Verdict

_W = r"[a-z\x02][a-z0-9\x02.'\-]{0,24}"
_C = r"[A-Z\x01][A-Za-z\x01\x02.'\-]{1,24}"
_L = r"[a-z\x01\x02][a-z\x01\x02.'\-]{1,24}"
_SMALL = r"(?:de|del|de la|du|des|da|do|dos|la|le|les|el|van|van der|van den|den|der|di|della|and|y|von|of)"
_TYPE = (
    r"(?:streets?|str|st|avenue|ave|road|rd|drive|dr|lane|ln|boulevard|blvd|court|ct|place|pl|terrace|ter|"
    r"circle|cir|way|parkway|pkwy|highway|hwy|square|sq|trail|trl|crescent|close|gardens|grove|alley|plaza|loop|"
    r"row|union|creek|route|walk|point|ridge|run|pike|turnpike|mews|hill|park)"
)
# What comes before the name of a street in other languages.
_BEFORE = (
    r"(?:ul\.?|ulica|calle|c/|avenida|avda\.?|av\.?|carrera|cra\.?|paseo|camino|plaza|callejon|rua|travessa|"
    r"largo|praca|rue|chemin|allee|impasse|quai|boulevard|bd\.?|via|viale|vicolo|corso|strada|piazza|piazzetta|"
    r"place|al\.|aleja|os\.|pl\.|nam\.|namesti|trg|jalan|jl\.?|av)"
)
# What comes after it, as a word of its own or grown to the name.
_AFTER = (
    r"(?:strasse|strassli|str\.|gasse|platz|allee|weg|ring|damm|ufer|moor|straat|laan|plein|dreef|steenweg|gracht|"
    r"gata|gatan|gate|gaten|vagen|vag|grand|gade|vej|straede|torv|alle|veien|vegen|vei|stien|bakken|bakke|braut|"
    r"straeti|vegur|gotu|gata|katu|tie|kuja|polku|raitti|utca|utja|ut|ter|tere|koz|tee|puiestee|tanav|ulice|"
    r"cesta|prospekt|cad\.?|caddesi|sokak|sokagi)"
)
ENGLISH = Pattern(
    rf"\b\d{{1,6}}[a-z]?(?:[ \-]\d{{1,5}})? (?:(?:[nsew]|north|south|east|west|[ns][ew])\.? )?"
    rf"(?:{_W} ){{1,4}}?{_TYPE}\b\.?"
)
PREFIXED = Pattern(
    rf"(?:\b\d{{1,6}}[a-z]?,? )?(?:\b\d{{1,5}} )?\b{_BEFORE} (?:{_W},? ){{0,4}}?{_W},? (?:#|no\.?|"
    rf"n\.?|num\.?|numero )?"
    r" ?\d{1,5}[a-z]?\b"
)
NUMBER_PREFIXED = Pattern(
    rf"\b\d{{1,6}}(?: ?bis)?,? {_BEFORE} (?:{_SMALL} )?{_W}(?: (?:{_SMALL} )?{_W}){{0,3}}"
)
SUFFIXED = Pattern(
    rf"\b(?:\d{{1,6}} )?(?:{_W} ){{0,3}}?[a-z\x02][a-z\x02'.\-]{{1,30}} ?{_AFTER} \d{{1,5}}[a-z]?\b\.?"
)
# A number, a name, a number: the house stands behind the street in much of the world.
BETWEEN = Pattern(
    rf"\b\d{{1,6}} (?:\d{{1,4}} )?{_C}(?:[ \-](?:{_SMALL} )?{_C}){{0,3}} \d{{1,5}}[A-Za-z]?\b", cased=True
)
FOREIGN = Pattern(r"\b\d{1,6} [\x01\x02][\x01\x02.\-]+(?: [\x01\x02.\-]+){0,4} \d{1,5}\b")
CUED = Pattern(
    r"\b(?:(?:lives?|living|lived|resid(?:es|ing|ed)|stay(?:s|ing)|located|house is|"
    r"home is|meet|party) (?:at|on)|(?:address|direccion)(?: of [\w .,&'\-]{2,60}?)?(?: is| es)?(?: now)? ?:?|"
    r"(?:sent|deliver(?:ed|y)?|moved|mail(?:ed)?) to|vive en|corner of|esquina de) "
    rf"(?:the )?((?:\d{{1,6}},? )?(?:{_SMALL} )?{_L}(?:[ \-](?:{_SMALL} )?{_L}){{0,4}},? \d{{1,5}}[a-z]?\b|"
    rf"\d{{1,6}} (?:\d{{1,5}} )?(?:{_SMALL} )?{_L}(?:[ \-](?:{_SMALL} )?{_L}){{0,4}})"
)
NAMED = Pattern(
    rf"\b(?i:on|off|at|near|down|along|from|in|and|en)[ ]"
    rf"({_C}(?:[ ]{_C}){{0,2}}[ ](?:Street|St|Avenue|Ave|Road|Rd|Drive|Dr|Lane|Ln|Boulevard|Blvd|"
    rf"Court|Ct|Way|Terrace|"
    r"Circle|Place))\b",
    cased=True,
)
UNIT = Pattern(
    r"\b(?:apt|apartment|suite|ste|unit|flat|piso|depto|dpto|appt|wohnung|lgh|byt|box)\.? ?#?\d{1,5}[a-z]?\b"
)
BOX = Pattern(
    r"\b(?:p\.? ?o\.?[ -]?box|post(?:bo(?:x|ks)|fach)|apartado(?: postal)?|psc|cmr|"
    r"unit) \d{1,6}(?:,? box \d{1,5})?\b"
)
MILITARY = Pattern(r"\b(?:apo|fpo|dpo),? (?:aa|ae|ap)(?: \d{5})?\b")
CORNER = Pattern(
    r"\b(?:corner of|intersection of|esquina de) [a-z0-9][a-z0-9 .'\-]{2,40}? (?:and|&|"
    r"y) [a-z0-9][a-z0-9.'\-]{2,20}(?: [a-z][a-z.'\-]{1,20})?"
)
_SEPARATOR = r"^(?:[, ]{1,3}| ?,?[ \t]*\n+[ \t>?|*]{0,8}(?:, )?)"
_POSTCODE = (
    r"(?:[A-Z]{1,2}\d[A-Z\d]? \d[A-Z]{2}|[A-Z]\d[A-Z] ?\d[A-Z]\d|"
    r"(?:[A-Z]{1,2}-)?\d{3,5}(?:[ \-]\d{2,4})?(?: [A-Z]{2})?)"
)
# One more piece of an address: a unit, a short code of a state, a postal code, or words with capitals.
PIECE = Pattern(
    _SEPARATOR
    + r"(?:((?i:apt|apartment|suite|ste|unit|flat|floor|fl|piso|depto|box|#)\.?[ ]?#?[ ]?[A-Za-z0-9\-]{1,6}\b)|"
    rf"([A-Z]{{2,3}}\b)|({_POSTCODE}\b)|((?:The |"
    rf"St\.? )?[A-Z\x01][A-Za-z\x01\x02'\-]*(?:[ \-](?:(?:{_SMALL}|\w{{1,2}}) )?"
    r"[A-Z\x01(][A-Za-z\x01\x02'\-)]*){0,4}))",
    cased=True,
)
LOWER_PIECE = Pattern(
    _SEPARATOR
    + r"(?:((?:apt|apartment|suite|ste|unit|flat|floor|fl|piso|depto|box|#)\.? ?#? ?[a-z0-9\-]{1,6}\b)|"
    rf"([a-z]{{2}}\b)|({_POSTCODE}\b)|([a-z\x02][a-z\x02.'\-]+(?:[ \-][a-z\x02.'\-]+){{0,3}}))".replace(
        "A-Z", "a-z"
    )
)

_NOT_STREET = frozenset(
    b"""a the and or of to for in on at is are was were we you our your they with from minutes hours days weeks
    months years people patients percent mg ml ounces miles steps reasons ways tips cups am pm as by that this
    it may can will take took takes be been not if into when which who has have had every each per times about
    and/or grams units doses tablets pills beds staff nurses doctors calories hour minute day week year new more
    email e-mail zoom phone fax text mychart portal jan january feb february mar march apr april june
    july aug august sept september oct october nov november dec
    december monday tuesday wednesday thursday friday saturday sunday""".split()
)
_NOT_TAIL = frozenset(
    b"""tel phone telephone fax mobile cell office email e-mail mail web website www name contact date dob ssn mrn
    the this that please call visit we our you i he she they it and or but if when dear hi hello thanks thank id
    account invoice total amount balance order patient diagnosis doctor dr note notes re from to subject sincerely
    regards birth phone: email: dob: member policy allergies medications chief history plan insurance emergency
    provider signature tel: fax: website: user assistant customer agent transaction description gender age sex
    occupation nationality passport driver's license credit card number status type payment method""".split()
)
MAX_PIECES = 7


def _real(reading: Reading, start: int, end: int) -> bool:
    """Whether the words of a foreign street are names and not common words."""
    if reading.plain[start:end].islower() and not reading.plain.islower():
        return False
    names = [word.strip(b".,'-") for word in reading.lower[start:end].split() if not 48 <= word[0] <= 57]
    if not names or any(word in _NOT_STREET for word in names):
        return False
    return any(word not in words() and len(word) > 2 for word in names)


def _is_place(words_of: bytes) -> bool:
    name = words_of.strip(b" .()").replace(b"-", b" ")
    return name in cities() or name in towns() or name in city_words() or name in countries()


def tail(reading: Reading, end: int) -> int:
    """Where an address ends whose street ends at `end`: units, towns, states, codes and countries after it."""
    lowered = reading.plain.islower()
    pattern, text = (LOWER_PIECE, reading.lower) if lowered else (PIECE, reading.plain)
    for _piece in range(MAX_PIECES):
        found = pattern.compiled.search(text[end : end + 90])
        if not found:
            break
        whole = found.group() or b""
        after = text[end + len(whole) : end + len(whole) + 1]
        fresh = b"\n" in whole or b"," in whole
        below = whole.count(b"\n") > 1
        if found.group(1) is not None or found.group(2) is not None:
            if found.group(2) is not None and found.group(2).lower() in (
                b"i",
                b"we",
                b"he",
                b"she",
                b"it",
                b"is",
            ):
                break
        elif found.group(3) is not None:
            code = found.group(3)
            # A telephone number goes on; a code ends.
            rest = text[end + len(whole) : end + len(whole) + 2]
            if (
                rest[:1].isalnum()
                or (rest[:1] in (b"-", b".", b"/", b" ") and rest[1:2].isdigit())
                or len(code) < 3
            ):
                break
        else:
            name = found.group(4) or b""
            parts = name.lower().split()
            keep = [part for part in parts if part.strip(b".") not in _NOT_TAIL]
            if len(keep) < len(parts):
                cut = next(i for i, part in enumerate(parts) if part.strip(b".") in _NOT_TAIL)
                if cut == 0 or b" " not in whole:
                    break
                name = b" ".join(name.split(b" ")[:cut])
                whole = whole[: whole.find(name) + len(name)]
                after = b" "
            if after == b":" or (below and not _is_place(name.lower())):
                break
            if not _is_place(name.lower()) and not fresh and not name.isupper():
                # Without a comma only the first words can be the town.
                first = name.split(b" ")[0]
                if not _is_place(first.lower()):
                    break
                whole = whole[: whole.find(first) + len(first)]
            elif lowered and not _is_place(name):
                break
        end += len(whole.rstrip(b" ,."))
    return end


def _head(reading: Reading, start: int) -> int:
    """Where the street begins whose unit begins at `start`: back over numbers and names on the line."""
    low = max(0, start - 80)
    line = reading.plain[low:start]
    stripped = line.rstrip(b" ,\n>?")
    if line.count(b"\n", len(stripped)) > 1:
        return start
    begin = low + len(stripped)
    for size in range(8):
        cut = max(stripped.rfind(b" "), stripped.rfind(b"\n"), stripped.rfind(b"\t"))
        word = stripped[cut + 1 :]
        bare = word.strip(b"(),")
        if not bare or (
            word.endswith((b":", b".", b"!", b"?", b";")) and not bare[:-1].isdigit() and len(bare) > 4
        ):
            break
        numeral = bare[:1].isdigit()
        named = (
            bare[:1].isupper()
            or bare[:1] == b"\x01"
            or bare.lower() in (b"de", b"del", b"la", b"du", b"van", b"rue")
        )
        if not numeral and (
            not named or bare.lower() in _NOT_STREET or bare.lower().rstrip(b":") in _NOT_TAIL
        ):
            break
        begin = low + cut + 1
        if cut < 0 or stripped[cut : cut + 1] == b"\n" or (numeral and size and len(bare) > 2):
            break
        stripped = stripped[:cut].rstrip(b" ,")
    return begin


def _cores(reading: Reading) -> Iterator[tuple[int, int]]:
    for match in reading.find(ENGLISH):
        parts = (match.group() or b"").split()
        if len(parts) > 2 and not any(part in _NOT_STREET for part in parts[1:-1]):
            yield match.start(), match.end()
    for pattern in (PREFIXED, NUMBER_PREFIXED, SUFFIXED, BETWEEN):
        for match in reading.find(pattern):
            start, end = match.start(), match.end()
            if pattern is not BETWEEN:
                start, end = _trimmed(reading, start, end)
            real = start < end and _real(reading, start, end)
            if real and (pattern is not SUFFIXED or _suffixed(reading, start, end)):
                yield start, end
    for match in reading.find(CUED):
        start, end = match.start(1), match.end(1)
        if _real(reading, start, end) or reading.plain[start:end].strip(b"0123456789 ,").istitle():
            parts = reading.lower[start:end].split()
            if not any(part in _NOT_STREET for part in parts):
                yield start, end
    for pattern in (FOREIGN, BOX, MILITARY, CORNER):
        for match in reading.find(pattern):
            yield match.start(), match.end()
    for match in reading.find(NAMED):
        yield match.start(1), match.end(1)
    for match in reading.find(UNIT):
        start = _head(reading, match.start())
        if start < match.start() and any(48 <= byte <= 57 for byte in reading.plain[start : match.start()]):
            yield start, match.end()


def _suffixed(reading: Reading, start: int, end: int) -> bool:
    """Whether the word that ends like a street is no common word, such as 'committee' or 'chapter'."""
    parts = reading.lower[start:end].split()
    word = parts[-2].strip(b".")
    before = parts[-3].strip(b".") if len(parts) > 2 else b""
    plain = reading.plain[start:end].split()
    lowered = reading.plain.islower()
    if word in _ALONE:
        return len(before) > 2 and before not in words() and (lowered or plain[-3][:1].isupper())
    return word not in words() and len(word) > 5 and (lowered or plain[-2][:1].isupper())


def _trimmed(reading: Reading, start: int, end: int) -> tuple[int, int]:
    """Without the common words, written small, in front of the first name or number."""
    text = reading.plain
    while start < end:
        word = text[start:end].split(None, 1)[0]
        low = word.lower().strip(b".,")
        if word[:1].isdigit() or word[:1].isupper() or word[:1] == b"\x01" or low in _PREFIXES:
            break
        if text.islower() and low not in words() and low not in _NOT_STREET and len(low) > 2:
            break
        start += len(word)
        while start < end and text[start : start + 1] in (b" ", b"\n", b"\t"):
            start += 1
    return start, end


_ALONE = frozenset(
    b"""gate gaten ring weg ut ter tere koz tee tie vei vag vej ulice utca utja puiestee tanav cesta gade gata
    alle allee platz plein laan grand moor damm torv katu kuja caddesi sokak prospekt bakke str""".split()
)
_PREFIXES = frozenset(
    b"""ul ulica calle avenida avda av carrera paseo camino plaza rua travessa largo praca rue chemin allee impasse
    quai boulevard bd via viale vicolo corso strada piazza piazzetta place al os pl nam namesti trg jalan jl""".split()
)


def check(reading: Reading) -> Iterator[Hit]:
    for start, end in _cores(reading):
        yield Hit(start, tail(reading, end), "LOC")


RULE = Rule(
    id="identifier.street",
    title=_("Street address"),
    explanation=_(
        "A street and a number say where somebody lives. The organisation's own sites are on the allow-list."
    ),
    source="45 CFR 164.514(b)(2)(i)(B)",
    category=Category.IDENTIFIER,
    severity=Verdict.NOTE,
    message=_("A street address; fine for your own sites, but not for where a patient lives."),
    check=check,
    examples=("lives at 14 Alder Lane, Milford",),
    patterns=(
        ENGLISH,
        PREFIXED,
        NUMBER_PREFIXED,
        SUFFIXED,
        BETWEEN,
        FOREIGN,
        CUED,
        NAMED,
        UNIT,
        BOX,
        MILITARY,
        CORNER,
    ),
)
