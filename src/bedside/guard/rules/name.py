"""Names of people."""

from __future__ import annotations

from collections.abc import Iterator

from bedside.guard.lexicon import common_first_names, first_names, last_names
from bedside.guard.patterns import Pattern
from bedside.guard.reading import Reading
from bedside.guard.rule import Hit, Rule
from bedside.guard.screening import Category, Verdict

# A word that may be a name: letters of any script (\x01 and \x02 stand for those without an ASCII form).
_CAP = r"(?:[A-Z\x01](?:['\-]?[A-Za-z\x01\x02]){1,24}|[A-Z]'[A-Z][a-z]{2,20})"
_ANY = r"[A-Za-z\x01\x02](?:['\-]?[A-Za-z\x01\x02]){1,24}"
_PARTICLE = r"(?:(?:de|del|de la|van|von|der|den|di|da|bin|al|el|la|ten|ter|dos) )"
# A run of capitalised words, initials and particles: what a written name looks like.
RUN = Pattern(rf"\b{_CAP}(?:[ ](?:[A-Z]\.? )?{_PARTICLE}?(?:{_CAP}|[A-Z]\b\.?)){{0,4}}", cased=True)
TITLED = Pattern(
    rf"\b(?i:mr|mrs|ms|miss|mx|dr|prof|professor|doctor|sr|sra|srta|senor|senora|nurse|pastor|father|sister|"
    rf"officer|judge|sgt|capt|rn|doctora)\.? ((?:[A-Z]\.? )?{_CAP}(?:[ ](?:[A-Z]\.? )?{_PARTICLE}?{_CAP}){{0,2}})",
    cased=True,
)
TITLED_LOWER = Pattern(r"\b(?:mr|mrs|ms|mx|dr|sra|srta|prof)\.? ([a-z\x02][a-z\x02'\-]{2,24})\b")
LABELLED = Pattern(
    rf"\b(?i:patient|pt|paciente|name|nombre|client|resident|next of kin|mother|father|spouse|wife|husband|guardian|"
    rf"attending|provider|physician|surgeon|nurse|signed|signature|from|re|attn|dear|contact|to|cc|by|"
    rf"radiologist|pathologist|prescriber|employee|member|policyholder|beneficiary|user|customer)"
    rf"(?i: name)?(?: ?[:=|\-] ?|[ ])\"?({_CAP}(?:,? (?:[A-Z]\.? )?{_PARTICLE}?(?:{_CAP}|[A-Z]\b\.?)){{0,3}})",
    cased=True,
)
CUED = Pattern(
    r"\b(?:patient(?:'s)? name(?: is| was)?|(?:her|his|their|my|whose) name(?: is|'s| was)|named|name is|called|"
    r"patient called|meet our patient|se llama|me llamo|mi nombre es|llamad[oa]|(?:this|it) is|i'm|i am|soy|under|"
    r"(?:my|her|his|our|your) (?:son|daughter|wife|husband|mother|father|mom|dad|brother|sister|friend|partner|patient|"
    rf"aunt|uncle|niece|nephew|cousin|grandson|granddaughter|grandma|grandpa|baby|partner's name|hijo|hija)|"
    r"mi (?:hijo|hija|esposa|esposo|madre|padre)|patient|pt|paciente|hi|hello|hey|hola|dear|thanks|gracias)"
    r"[ ,:]{1,3}([a-z\x02][a-z\x02'\-]{1,24})((?: (?:[a-z]\.? )?[a-z\x02][a-z\x02'\-]{1,24})?)"
)
PAIR_LOWER = Pattern(r"\b([a-z][a-z'\-]{2,24}) (?:[a-z]\.? )?([a-z][a-z'\-]{2,24})\b")

# Capitalised words that stand beside names or look like them, and are none.
_NOT_NAMES = frozenset(
    b"""the a an and or but if when where why how what who is are was were be do does did can could should would will
    may might must have has had not no yes our your my his her their its this that these those we you they he she it
    i in on at to from for of by with about as into over after before during please thank thanks dear hi hello hey
    monday tuesday wednesday thursday friday saturday sunday january february march april may june july august
    september october november december today tomorrow yesterday spring summer autumn winter easter christmas
    thanksgiving halloween hospital clinic center centre medical health healthcare care university college school
    institute foundation association department street avenue road county city state national american america
    united states north south east west new old great saint general memorial community regional children children's
    women women's men's team staff family patient patients doctor doctors nurse nurses emergency room covid covid-19
    alzheimer's alzheimer parkinson's parkinson hodgkin hodgkin's lymphoma crohn's crohn huntington's huntington
    syndrome disease apgar glasgow tourette tourette's marfan bell's hashimoto's graves sjogren's raynaud's tylenol
    advil motrin aleve medicare medicaid facebook instagram twitter linkedin youtube tiktok google amazon zoom
    free join learn call visit talk get help support happy meet see read click book schedule ask know stay keep
    mental awareness month week day year heart cancer breast flu vaccine shot shots walk run care act blue cross
    english spanish french latino hispanic asian african black white native pacific mexican christian
    god lord jesus christ mass bible thanks senior junior chief director president ceo manager nursing
    hola gracias el la los las un una su sus nuestro nuestra para por con sin como cuando donde que si no
    narcan naloxone pfizer moderna zika ebola lyme rsv hpv hiv aids mri ct icu nicu er ed or usa uk us pt
    congressman senator governor mayor secretary dr mr mrs ms prof sr sra st mt ave blvd note notes date time
    chest pain blood pressure sugar brain lung liver kidney skin bone joint stroke diabetes asthma""".split()
)
_ORGANISATION = frozenset(
    b"""hospital clinic center centre medical health healthcare university college school institute foundation
    association department street avenue road drive lane boulevard court county city park library church inc llc corp
    corporation company industries technologies group hall building tower plaza pharmacy dental dentistry
    pediatrics cardiology oncology orthopedics systems consulting partners services solutions bank award scale score
    test law act syndrome disease lymphoma society network center's trust fund labs enterprises hotel school
    elementary stadium field airport bridge beach island lake river mountain st ave blvd rd ln""".split()
)
_SUFFIX = (b"md", b"rn", b"do", b"np", b"phd", b"dds", b"dmd", b"pa-c", b"jr", b"sr", b"ii", b"iii")
_STRONG_CUES = (b"name", b"named", b"llama", b"llamo", b"llamad", b"nombre", b"patient", b"paciente", b"pt")


def _known_surname(word: bytes) -> bool:
    return word in last_names() or word.removesuffix(b"s").rstrip(b"'") in last_names()


def _bare(word: bytes) -> bytes:
    return word.lower().strip(b".,'-").removesuffix(b"'s").removesuffix(b"'")


def _person(words: list[tuple[int, int, bytes]], *, sentence_start: bool) -> Iterator[tuple[int, int]]:
    """The people in one run of capitalised words."""
    firsts, commons = first_names(), common_first_names()
    index, count = 0, len(words)
    if count > 1 and words[-1][2] in _ORGANISATION:
        return
    while index < count:
        start, end, word = words[index]
        if word in _NOT_NAMES or len(word) < 2:
            index += 1
            continue
        last = index
        while last + 1 < count and words[last + 1][2] not in _NOT_NAMES and last - index < 4:
            last += 1
        foreign = any(byte in (1, 2) for byte in word)
        if last > index:
            family = words[last][2]
            if word in firsts or (foreign and len(word) > 2):
                yield start, words[last][1]
                index = last + 1
                continue
            # An unknown word before a surname is a given name if what follows is surely one.
            if word in last_names() and family in firsts and family in commons:
                yield start, words[last][1]
                index = last + 1
                continue
        if word in commons and (not sentence_start or index or count > 1 or word not in _NOT_NAMES):
            yield start, words[last][1] if last > index else end
            index = last + 1
            continue
        index += 1


def _words(reading: Reading, start: int, end: int) -> list[tuple[int, int, bytes]]:
    words, at, plain = [], start, reading.plain
    for word in plain[start:end].split():
        begin = plain.find(word, at)
        bare = word.rstrip(b".,'-")
        if bare.lower().endswith(b"'s"):
            bare = bare[:-2]
        words.append((begin, begin + len(bare), bare.lower()))
        at = begin + len(word)
    return words


def check(reading: Reading) -> Iterator[Hit]:
    plain, lower = reading.plain, reading.lower
    firsts, lasts, commons = first_names(), last_names(), common_first_names()
    shouting = plain.isupper()
    if not shouting:
        for match in reading.find(TITLED):
            words = _words(reading, match.start(1), match.end(1))
            while words and words[-1][2] in _NOT_NAMES | _ORGANISATION:
                words.pop()
            if words and words[0][2] not in _NOT_NAMES:
                yield Hit(words[0][0], words[-1][1], "NAME")
        for match in reading.find(LABELLED):
            words = _words(reading, match.start(1), match.end(1))
            while words and words[-1][2] in _NOT_NAMES:
                words.pop()
            if not words or words[0][2] in _NOT_NAMES or words[-1][2] in _ORGANISATION:
                continue
            known = any(word in firsts or word in lasts for _, _, word in words)
            if known and (len(words) > 1 or words[0][2] in firsts):
                yield Hit(words[0][0], words[-1][1], "NAME")
        for match in reading.find(RUN):
            words = _words(reading, match.start(), match.end())
            starts_sentence = reading.sentence(match.start())[0] == match.start()
            for start, end in _person(words, sentence_start=starts_sentence):
                yield Hit(start, end, "NAME")
    for match in reading.find(TITLED_LOWER):
        if (match.group(1) or b"") not in _NOT_NAMES and _known_surname(match.group(1) or b""):
            yield Hit(match.start(1), match.end(1), "NAME")
    for match in reading.find(CUED):
        given, family = match.group(1) or b"", (match.group(2) or b"").split()[-1:]
        given = given.removesuffix(b"'s")
        strong = any(cue in lower[match.start() : match.start(1)] for cue in _STRONG_CUES)
        if given in _NOT_NAMES or not (given in commons or (strong and given in firsts and len(given) > 3)):
            continue
        end = match.start(1) + len(given)
        if family and family[0] not in _NOT_NAMES and family[0] in lasts:
            end = match.end(2)
        yield Hit(match.start(1), end, "NAME")
    if shouting or sum(65 <= byte <= 90 for byte in plain[:400]) * 40 < len(plain[:400]):
        yield from _pairs(reading)


def _pairs(reading: Reading) -> Iterator[Hit]:
    """Given name and surname in a text without useful capitals."""
    lower, lasts, commons = reading.lower, last_names(), common_first_names()
    for match in reading.find(PAIR_LOWER):
        for given, family in ((1, 2), (2, 0)):
            word = match.group(given) or b""
            if word not in commons:
                continue
            if family and (match.group(family) or b"") in lasts:
                yield Hit(match.start(given), match.end(family), "NAME")
            elif not family:
                after = lower[match.end(given) :].split(None, 1)[:1] if match.end(given) < len(lower) else []
                following = after[0].strip(b".,!?") if after else b""
                if following in lasts and lower[match.end(given) : match.end(given) + 1] == b" ":
                    yield Hit(match.start(given), match.end(given) + 1 + len(following), "NAME")


_PATTERNS = (RUN, TITLED, TITLED_LOWER, LABELLED, CUED, PAIR_LOWER)

RULE = Rule(
    id="identifier.name",
    title="Name of a person",
    explanation="A name identifies a patient, a relative, an employer. The organisation's own clinicians are on "
    "the allow-list.",
    source="45 CFR 164.514(b)(2)(i)(A)",
    category=Category.IDENTIFIER,
    severity=Verdict.NOTE,
    message="This looks like somebody's name; make sure it is not a patient's or a relative's.",
    check=check,
    examples=("Mrs. Alvarez was discharged", "patient john smith"),
    patterns=_PATTERNS,
)
