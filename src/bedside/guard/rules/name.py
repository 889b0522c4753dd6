"""Names of people."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from bedside.guard.lexicon import common_first_names, first_names, last_names, surname_words
from bedside.guard.patterns import Pattern
from bedside.guard.reading import Reading
from bedside.guard.rule import Hit, Rule
from bedside.guard.screening import Category, Verdict

# A word that may be a name: letters of any script (\x01 and \x02 stand for those without an ASCII form).
_CAP = r"(?:[A-Z\x01](?:['\-]?[A-Za-z\x01\x02]){1,24}|[A-Z]'[A-Z][a-z]{2,20})"
_ANY = r"[A-Za-z\x01\x02](?:['\-]?[A-Za-z\x01\x02]){1,24}"
_PARTICLE = r"(?:(?:de|del|de la|van|von|der|den|di|da|bin|al|el|la|ten|ter|dos)[ ])"
# A run of capitalised words, initials and particles: what a written name looks like.
# Never across a line: what stands below a name is something else.
_INITIAL = r"(?:[A-Z]\b\.?[ ])"
RUN = Pattern(
    rf"\b{_CAP}(?:[ ]{_INITIAL}?{_PARTICLE}?(?:{_CAP}|[A-Z]\b\.?)){{0,4}}",
    cased=True,
)
TITLED = Pattern(
    rf"\b(?i:mr|mrs|ms|miss|mx|dr|prof|professor|doctor|sr|sra|srta|senor|senora|nurse|pastor|father|sister|"
    rf"officer|judge|sgt|capt|rn|"
    rf"doctora)\.?[ ]{{1,2}}({_INITIAL}?{_CAP}(?:[ ]{_INITIAL}?{_PARTICLE}?{_CAP}){{0,2}})",
    cased=True,
)
TITLED_LOWER = Pattern(r"\b(?:mr|mrs|ms|mx|dr|sra|srta|prof)\.? ([a-z\x02][a-z\x02'\-]{2,24})\b")
LABELLED = Pattern(
    rf"\b(?i:patient|pt|paciente|name|nombre|client|resident|next of kin|mother|father|spouse|wife|"
    rf"husband|guardian|"
    rf"attending|provider|physician|surgeon|nurse|signed|signature|from|re|attn|dear|contact|to|cc|"
    rf"by|hi|hello|hey|hola|thanks|"
    rf"radiologist|pathologist|prescriber|employee|member|policyholder|beneficiary|user|customer)"
    rf"(?i:[ ]name)?(?:[ ]?[:=|\-,][ ]?|[ ])\"?({_CAP}(?:[ ]{_INITIAL}?{_PARTICLE}?(?:{_CAP}|"
    rf"[A-Z]\b\.?)){{0,3}})",
    cased=True,
)
SPEAKER = Pattern(rf"(?:\]|^|\n|>)[ ]?({_CAP}(?:[ ]{_CAP}){{0,2}})(?:[ ]\([^()\n]{{1,60}}\))?:", cased=True)
FAMILY = Pattern(rf"\b(?i:the)[ ]({_CAP})[ ](?i:family|twins|triplets|baby)\b", cased=True)
CUED = Pattern(
    r"\b(?:patient(?:'s)? name(?: is| was)?|(?:her|his|their|my|whose) name(?: is|'s| was)|named|"
    r"name is|called|"
    r"patient called|meet our patient|se llama|me llamo|mi nombre es|llamad[oa]|(?:this|it) is|"
    r"i'm|i am|soy|under|"
    r"(?:my|her|his|our|your) (?:son|daughter|wife|husband|mother|father|mom|dad|brother|sister|"
    r"friend|partner|patient|"
    r"aunt|uncle|niece|nephew|cousin|grandson|granddaughter|grandma|grandpa|baby|partner's name|hijo|hija)|"
    r"mi (?:hijo|hija|esposa|esposo|madre|padre)(?: se llama)?|patient|pt|paciente|hi|hello|hey|"
    r"hola|dear|thanks|gracias)"
    r"[ ,:]{1,3}([a-z\x02][a-z\x02'\-]{1,24})((?:[ ](?:[a-z]\.?[ ])?[a-z\x02][a-z\x02'\-]{1,24})?)"
)
PAIR_LOWER = Pattern(r"\b([a-z][a-z'\-]{2,24})[ ](?:[a-z]\.?[ ])?([a-z][a-z'\-]{2,24})\b")

# Capitalised words that stand beside names or look like them, and are none.
_NOT_NAMES = frozenset(
    b"""the a an and or but if when where why how what who is are was were be do does did can could
    should would will may might must have has had not no yes our your my his her their its this that
    these those we you they he she it i in on at to from for of by with about as into over after
    before during please thank thanks dear hi hello hey monday tuesday wednesday thursday friday
    saturday sunday january february march april may june july august september october november
    december today tomorrow yesterday spring summer autumn winter easter christmas thanksgiving
    halloween hospital clinic center centre medical health healthcare care university college school
    institute foundation association department street avenue road county city state national
    american america united states north south east west new old great saint general memorial
    community regional children children's women women's men's team staff family patient patients
    doctor doctors nurse nurses emergency room covid covid-19 alzheimer's alzheimer parkinson's
    parkinson hodgkin hodgkin's lymphoma crohn's crohn huntington's huntington syndrome disease
    apgar glasgow tourette tourette's marfan bell's hashimoto's graves sjogren's raynaud's tylenol
    advil motrin aleve medicare medicaid facebook instagram twitter linkedin youtube tiktok google
    amazon zoom free join learn call visit talk get help support happy meet see read click book
    schedule ask know stay keep mental awareness month week day year heart cancer breast flu vaccine
    shot shots walk run care act blue cross english spanish french latino hispanic asian african
    native pacific mexican mrn dob ssn id dl npi dea rn md dds tv god lord jesus christ mass bible
    thanks senior junior chief director president ceo manager nursing hola gracias el la los las un
    una su sus nuestro nuestra para por con sin como cuando donde que si no narcan naloxone pfizer
    moderna zika ebola lyme rsv hpv hiv aids mri ct icu nicu er ed or usa uk us pt congressman
    senator governor mayor secretary dr mr mrs ms prof sr sra st mt ave blvd note notes date time
    chest pain blood pressure sugar loan lung liver kidney skin bone joint stroke diabetes asthma""".split()
)
_ORGANISATION = frozenset(
    b"""hospital clinic center centre medical health healthcare university college school institute
    foundation association department street avenue road drive lane boulevard court county city park
    library church inc llc corp corporation company industries technologies group hall building
    tower plaza pharmacy dental dentistry pediatrics cardiology oncology orthopedics systems
    consulting partners services solutions bank award scale score test law act syndrome disease
    lymphoma society network center's trust fund labs enterprises hotel school elementary stadium
    field airport bridge beach island lake river mountain st ave blvd rd ln""".split()
)
_GREETINGS = (b"hi", b"hello", b"hey", b"hola", b"thanks", b"dear")
_STRONG_CUES = (b"name", b"named", b"llama", b"llamo", b"llamad", b"nombre", b"patient", b"paciente", b"pt")


# Given names that are also words: they count in front of a surname or after a greeting.
_AMBIGUOUS = frozenset(
    b"""mark will rose may grace hope june august april bill jack drew joe rob tim chase rich dawn faith
    joy art jess summer autumn amber brandy candy chance chip cliff dean don duke earl frank gene
    glen grant guy harmony iris ivy jasmine jewel josh lance lee max melody mercy miles nick pat
    patience pearl penny ray reed robin rod ruby rusty sandy sky skip sterling sunny tab terry
    trinity van victor ward wade young olive violet lily daisy hazel christian angel jesus destiny
    star stone king prince drake scout hunter fisher mason carter cooper taylor logan parker""".split()
)
# Surnames that are also words; after a given name they are surnames.
_SURNAMES_TOO = frozenset(
    b"""white black green brown gray grey young king hill cook walker baker carter cooper parker turner
    ward wood woods stone rice long price bell bush field fields fox day may banks berry bird bishop
    booth bond brooks burns butler carpenter chase church clay cross dean english fisher ford forest
    foster french gardener glass golden good grant graves hall hardy hart hawk head hope hunt hunter
    knight lamb lane lee little love mason may mills moon moore moss nice north page palmer park
    pope porter potter powers reed reeves rivers roads rose rush sharp shepherd short silver singer
    small snow south sparks spears spring starr steel strong summers swan sweet taylor tucker vance
    wall walls waters weaver webb weeks wells west wheeler wise wolf workman york smith johnson
    williams jones miller lewis scott allen adams brooks foster gray hayes howard james kelly
    marshall mason murray myers owens perry porter ross russell simmons stevens stewart sullivan
    thomas thompson wallace watson webb""".split()
)


class _Word(NamedTuple):
    start: int
    end: int
    lower: bytes
    possessive: bool


def _surname(word: bytes) -> bool:
    return word in _SURNAMES_TOO or word in last_names()


def _may_be(word: bytes) -> bool:
    """Whether a word may be part of a name at all."""
    return (
        len(word) > 1
        and word not in _NOT_NAMES
        and not word.startswith((b"i'", b"we'", b"you'", b"it'", b"that'"))
    )


def _length(words: list[_Word], index: int) -> int:
    """How many words from `index` on may belong to one name: up to a possessive, an organisation's word, or
    four."""
    size = 1
    while index + size < len(words) and size < 4 and not words[index + size - 1].possessive:
        word = words[index + size].lower
        if len(word) > 1 and not _may_be(word):
            break
        size += 1
    while size > 1 and len(words[index + size - 1].lower) == 1:
        size -= 1
    return size


def _people(words: list[_Word]) -> Iterator[tuple[int, int]]:
    """The people in one run of capitalised words."""
    firsts, commons = first_names(), common_first_names()
    index, count = 0, len(words)
    if count > 1 and words[-1].lower in _ORGANISATION:
        return
    while index < count:
        word = words[index].lower
        if not _may_be(word):
            index += 1
            continue
        size = _length(words, index)
        last = words[index + size - 1]
        initial = size > 2 and any(len(part.lower) == 1 for part in words[index + 1 : index + size - 1])
        foreign = len(word) > 2 and any(byte in b"\x01\x02" for byte in word)
        if size > 1 and last.lower not in _ORGANISATION:
            surname = _surname(last.lower) or (word not in _AMBIGUOUS and last.lower in surname_words())
            known = word in commons or ((word in firsts or word in _AMBIGUOUS or initial) and surname)
            # Surname first: "Lopez Maria".
            turned = size == 2 and last.lower in commons and _surname(word)
            if (
                known
                or turned
                or (initial and len(word) > 2)
                or (foreign and (size == 2 or _surname(last.lower)))
            ):
                yield words[index].start, last.end
                index += size
                continue
        if word in commons and (size == 1 or last.lower not in _ORGANISATION):
            yield words[index].start, words[index].end
            index += 1
            continue
        index += 1 if size == 1 or last.lower not in _ORGANISATION else size


def _words(reading: Reading, start: int, end: int) -> list[_Word]:
    words, at, plain = [], start, reading.plain
    for word in plain[start:end].split():
        begin = plain.find(word, at)
        bare = word.rstrip(b".,'-")
        possessive = bare[-2:].lower() == b"'s"
        if possessive:
            bare = bare[:-2]
        words.append(_Word(begin, begin + len(bare), bare.lower(), possessive))
        at = begin + len(word)
    return words


def _after_title(reading: Reading, start: int, end: int) -> tuple[int, int] | None:
    words = _words(reading, start, end)
    while len(words) > 1 and (words[-1].lower in _ORGANISATION or not _may_be(words[-1].lower)):
        words.pop()
    if not words or not _may_be(words[0].lower):
        return None
    size = _length(words, 0)
    return words[0].start, words[size - 1].end


def check(reading: Reading) -> Iterator[Hit]:
    plain, lower = reading.plain, reading.lower
    firsts, commons = first_names(), common_first_names()
    shouting = plain.isupper()
    if not shouting:
        for match in reading.find(TITLED):
            titled = _after_title(reading, match.start(1), match.end(1))
            if titled:
                yield Hit(match.start(), titled[1], "NAME")
        for pattern in (LABELLED, SPEAKER):
            for match in reading.find(pattern):
                words = _words(reading, match.start(1), match.end(1))
                if not words or not _may_be(words[0].lower) or words[-1].lower in _ORGANISATION:
                    continue
                size = _length(words, 0)
                first, last = words[0].lower, words[size - 1].lower
                is_given = first in commons or (first in firsts and pattern is LABELLED)
                is_given = is_given or (
                    first in _AMBIGUOUS and (size > 1 or plain[match.start() : match.start() + 1] == b"]")
                )
                before = lower[match.start() : match.start(1)]
                if (
                    size == 1 and before.startswith((b"patient", b"pt", b"paciente")) and _surname(first)
                ) or (size == 1 and first in _AMBIGUOUS and before.startswith(_GREETINGS)):
                    is_given = True
                if (size == 1 and is_given) or (
                    size > 1 and (is_given or _surname(first)) and (_surname(last) or first in commons)
                ):
                    yield Hit(words[0].start, words[size - 1].end, "NAME")
        for match in reading.find(FAMILY):
            surname = (match.group(1) or b"").lower()
            if _may_be(surname) and surname in last_names():
                yield Hit(match.start(1), match.end(1), "NAME")
        for match in reading.find(RUN):
            for start, end in _people(_words(reading, match.start(), match.end())):
                yield Hit(start, end, "NAME")
    for match in reading.find(TITLED_LOWER):
        if _may_be(match.group(1) or b"") and _surname(match.group(1) or b""):
            yield Hit(match.start(1), match.end(1), "NAME")
    for match in reading.find(CUED):
        given, family = (match.group(1) or b"").removesuffix(b"'s"), (match.group(2) or b"").split()[-1:]
        strong = any(cue in lower[match.start() : match.start(1)] for cue in _STRONG_CUES)
        if not _may_be(given) or not (given in commons or (strong and given in firsts and len(given) > 3)):
            continue
        end = match.start(1) + len(given)
        if family and _may_be(family[0]) and _surname(family[0]):
            end = match.end(2)
        yield Hit(match.start(1), end, "NAME")
    if shouting or sum(65 <= byte <= 90 for byte in plain[:400]) * 40 < len(plain[:400]):
        yield from _pairs(reading)


def _pairs(reading: Reading) -> Iterator[Hit]:
    """Given name and surname in a text without useful capitals."""
    lower, commons = reading.lower, common_first_names()
    for match in reading.find(PAIR_LOWER):
        for given, family in ((1, 2), (2, 0)):
            word = match.group(given) or b""
            if word not in commons:
                continue
            if family and _surname(match.group(family) or b""):
                yield Hit(match.start(given), match.end(family), "NAME")
            elif not family:
                after = lower[match.end(given) :].split(None, 1)[:1] if match.end(given) < len(lower) else []
                following = after[0].strip(b".,!?") if after else b""
                if _surname(following) and lower[match.end(given) : match.end(given) + 1] == b" ":
                    yield Hit(match.start(given), match.end(given) + 1 + len(following), "NAME")


_PATTERNS = (RUN, TITLED, TITLED_LOWER, LABELLED, SPEAKER, FAMILY, CUED, PAIR_LOWER)

RULE = Rule(
    id="identifier.name",
    title="Name of a person",
    explanation="A name identifies a patient, a relative, an employer. The organisation's own clinicians are "
    "on "
    "the allow-list.",
    source="45 CFR 164.514(b)(2)(i)(A)",
    category=Category.IDENTIFIER,
    severity=Verdict.NOTE,
    message="This looks like somebody's name; make sure it is not a patient's or a relative's.",
    check=check,
    examples=("Mrs. Alvarez was discharged", "patient john smith"),
    patterns=_PATTERNS,
)
