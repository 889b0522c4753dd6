"""Names of people."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from bedside.core.words import gettext_noop as _
from bedside.guard.lexicon import (
    cities,
    common_first_names,
    countries,
    eponyms,
    first_name_words,
    first_names,
    last_names,
    not_names,
    not_places,
    organisation_words,
    surname_words,
    surnames_too,
    towns,
    words,
)
from bedside.guard.patterns import Pattern
from bedside.guard.reading import Reading
from bedside.guard.rule import Hit, Rule
from bedside.guard.screening import Category, Verdict

# A word that may be a name: letters of any script (\x01 and \x02 stand for those without an ASCII form).
_CAP = r"(?:[A-Z\x01](?:['\-]?[A-Za-z\x01\x02]){1,24}|[A-Z]'[A-Z][a-z]{2,20})"
_PARTICLE = (
    r"(?:(?:de|del|de la|de los|van|van de|van der|van den|von|der|den|di|da|dos|do|bin|al|el|la|ten|"
    r"ter|ibn)[ ])"
)
# Never across a line: what stands below a name is something else.
_INITIAL = r"(?:[A-Z\x01]\b\.?[ ])"
_NAME = rf"{_CAP}(?:[ ]{_INITIAL}?{_PARTICLE}?(?:{_CAP}|[A-Z]\b\.?)){{0,3}}"
# A run of capitalised words, initials and particles: what a written name looks like.
RUN = Pattern(rf"\b{_CAP}(?:[ ]{_INITIAL}?{_PARTICLE}?(?:{_CAP}|[A-Z]\b\.?)){{0,4}}", cased=True)
TITLED = Pattern(
    rf"\b(?:(?i:mr|mrs|ms|miss|mx|dr|prof|sr|sra|srta|sgt|capt|rev)\.?|(?i:professor|doctor|senor|"
    rf"senora|nurse|pastor|"
    rf"father|sister|officer|judge|doctora|uncle|aunt|auntie|grandma|grandpa|tia|tio|don|dona)|RN|NP|PA)[ ]{{1,2}}"
    rf"({_INITIAL}?{_CAP}(?:[ ]{_INITIAL}?{_PARTICLE}?{_CAP}){{0,2}})",
    cased=True,
)
TITLED_LOWER = Pattern(
    r"\b(?:mr|mrs|ms|mx|dr|sra|srta|prof|nurse|doctor|doctora)\.? ([a-z\x02][a-z\x02'\-]{2,24})\b"
)
LABELLED = Pattern(
    rf"\b(?i:patient|pt|paciente|name|nombre|client|resident|next of kin|mother|father|spouse|wife|"
    rf"husband|guardian|attending|provider|physician|surgeon|nurse|signed|signature|from|re|attn|dear|"
    rf"contact|to|cc|"
    rf"by|hi|hello|hey|hola|thanks|radiologist|pathologist|prescriber|employee|member|policyholder|"
    rf"beneficiary|user|"
    rf"customer|kid|son|daughter|named|name is|name was)"
    rf"(?i:[ ]name)?(?:[ ]?[:=|\-,?][ ]?|[ ])\"?({_NAME})",
    cased=True,
)
SPEAKER = Pattern(rf"(?:\]|^|\n|>)[ ]?({_CAP}(?:[ ]{_CAP}){{0,2}})(?:[ ]\([^()\n]{{1,60}}\))?:", cased=True)
FAMILY = Pattern(
    rf"\b(?i:the|la|los)[ ]({_CAP})[ ](?i:family|twins|triplets|baby|household|boys|girls)\b", cased=True
)
REVERSED = Pattern(rf"\b({_CAP}), ({_CAP})(?:[ ][A-Z]\b\.?)?", cased=True)
# A name on a line of its own, above what belongs to it.
LINE = Pattern(
    rf"(?:^|\n)[>?|* \t]*({_CAP}(?:[ ]{_INITIAL}?{_PARTICLE}?{_CAP}){{1,3}})[ \t]*(?:\n|$)", cased=True
)
_DOES = (
    r"(?:said|says|told|tells|asked|replied|wrote|writes|lives?|lived|was born|died|passed away|"
    r"works|worked|joined|"
    r"arrived|texted|emailed|visited|married|graduated|grew up|moved|c/o|complained|reports?|reported|tolerated|"
    r"denie[sd]|endorses|presented|returned|had|gave|recovered|underwent|started|began|needs|loves|loved|"
    r"dice|dijo|vive|murio|nacio|trabaja|tuvo|is our|is my|is from|was from|comes from|"
    r"please|is|was|has|with)\b"
)
DOES = Pattern(rf"\b({_CAP}(?:[ ]{_INITIAL}?{_CAP})?),?[ ](?i:{_DOES})", cased=True)
SAID = Pattern(
    rf"\b(?i:says|said|asked|replied|told|named|including)[ ]({_CAP}(?:[ ]{_CAP})?)",
    cased=True,
)
JOINED = Pattern(rf"\b{_CAP}(?:,[ ]{_CAP}){{0,8}},?[ ](?:and|y|&|or)[ ]{_CAP}\b", cased=True)
CUED = Pattern(
    r"\b(?:patient(?:'s)? name(?: is| was)?|(?:her|his|their|my|whose|maiden|last|first) name(?: is|'s| was)|named|"
    r"name is|called|patient called|meet our patient|se llama|me llamo|mi nombre es|llamad[oa]|(?:this|it) is|"
    r"i'm|i am|soy|under|"
    r"(?:my|her|his|our|your|the) (?:son|daughter|wife|husband|mother|father|mom|dad|brother|sister|"
    r"friend|partner|patient|kid|neighbou?r|coworker|boss|roommate|fiancee?|girlfriend|boyfriend|student|"
    r"aunt|uncle|niece|nephew|cousin|grandson|granddaughter|grandma|grandpa|baby|partner's name|hijo|hija)|"
    r"mi (?:hijo|hija|esposa|esposo|madre|padre|hermana|hermano|vecina|vecino)(?: se llama)?|patient|pt|paciente|"
    r"hi|hello|hey|hola|dear|thanks|gracias)"
    r"[ ,:]{1,3}([a-z\x02][a-z\x02'\-]{1,24})((?:[ ](?:[a-z]\.?[ ])?[a-z\x02][a-z\x02'\-]{1,24})?)"
)
PAIR_LOWER = Pattern(r"\b([a-z][a-z'\-]{2,24})[ ](?:[a-z]\.?[ ])?([a-z][a-z'\-]{2,24})\b")

_GREETINGS = (b"hi", b"hello", b"hey", b"hola", b"thanks", b"dear")
_OPENING = tuple(bytes((byte,)) for byte in b".!?:;\n\"'([{*-|/>\x03")
_KIN = (
    b"sister",
    b"father",
    b"uncle",
    b"aunt",
    b"grand",
    b"officer",
    b"judge",
    b"nurse",
    b"pastor",
    b"tia",
    b"tio",
)
_STRONG_CUES = (b"name", b"named", b"llama", b"llamo", b"llamad", b"nombre", b"patient", b"paciente", b"pt")
_ILLNESS = frozenset(
    b"""disease diseases syndrome syndromes disorder palsy lymphoma sarcoma tumor tumour sign signs test scale score
    scores reflex maneuver paralysis contracture thyroiditis fever virus criteria stage staging classification
    method procedure dementia chorea encephalopathy esophagus phenomenon body bodies nevus anemia ataxia
    catheter clamp tube smear diet apple tendon tubes line maneuver exercises enfermedad sindrome""".split()
)


class _Word(NamedTuple):
    start: int
    end: int
    lower: bytes
    possessive: bool


def _surname(word: bytes) -> bool:
    return word in surnames_too() or word in last_names() or (b"-" in word and _parts_are_surnames(word))


def _parts_are_surnames(word: bytes) -> bool:
    return all(part in last_names() or part in surnames_too() for part in word.split(b"-"))


def _may_be(word: bytes) -> bool:
    """Whether a word may be part of a name at all."""
    return (
        len(word) > 1
        and word not in not_names()
        and not word.startswith((b"i'", b"we'", b"you'", b"it'", b"that'"))
    )


def _unknown(word: bytes) -> bool:
    """Whether a word is neither a common word nor a place, so that it may be a name nobody listed."""
    return (
        len(word) > 2
        and word not in words()
        and word not in cities()
        and word not in countries()
        and word not in eponyms()
        and word not in not_places()
    )


def _length(run: list[_Word], index: int) -> int:
    """How many words from `index` on may belong to one name: up to a possessive, an organisation's word, or
    four."""
    size = 1
    while index + size < len(run) and size < 4 and not run[index + size - 1].possessive:
        word = run[index + size].lower
        if len(word) > 1 and not _may_be(word):
            break
        size += 1
    while size > 1 and len(run[index + size - 1].lower) == 1 and size > 2:
        size -= 1
    if size == 2 and len(run[index + 1].lower) == 1 and run[index].lower not in common_first_names():
        size = 1
    return size


def _is_name(run: list[_Word], index: int, size: int, *, accented: bool, spanish: bool) -> bool:
    """Whether `size` words of a run, two or more, are one person's name."""
    first, last = run[index].lower, run[index + size - 1].lower
    firsts, commons, ambiguous = first_names(), common_first_names(), first_name_words()
    if last in organisation_words():
        return False
    if len(last) == 1:
        return first in commons
    surname = _surname(last) or last in eponyms() or (first not in ambiguous and last in surname_words())
    if first in commons:
        return surname or size == 2 or _unknown(last)
    if (first in firsts or first in ambiguous) and surname:
        return True
    # Surname first: "Lopez Maria".
    if size == 2 and last in commons and _surname(first):
        return True
    initial = any(len(part.lower) == 1 for part in run[index + 1 : index + size - 1])
    if initial and first not in words() and last not in words() and len(first) > 2:
        return True
    place = b" ".join(part.lower for part in run[index : index + size])
    if place in cities() or place in towns() or place in countries() or spanish:
        return False
    if size > 3 or not (_unknown(first) and _unknown(last)):
        return False
    return (
        accented
        or first in firsts
        or last in last_names()
        or any(byte in b"\x01\x02" for byte in first + last)
    )


def _people(reading: Reading, run: list[_Word], spanish: bool) -> Iterator[tuple[int, int]]:
    """The people in one run of capitalised words."""
    commons = common_first_names()
    index, count = 0, len(run)
    if count > 1 and run[-1].lower in organisation_words():
        return
    while index < count:
        word = run[index].lower
        if not _may_be(word):
            index += 1
            continue
        size = _length(run, index)
        last = run[index + size - 1]
        if _illness(reading, last):
            index += size
            continue
        accented = not reading.text.isascii() and not reading.original(run[index].start, last.end).isascii()
        if size > 1:
            taken = next(
                (
                    n
                    for n in range(size, 1, -1)
                    if _is_name(run, index, n, accented=accented, spanish=spanish)
                ),
                0,
            )
            if taken:
                yield run[index].start, run[index + taken - 1].end
                index += taken
                continue
        if word in commons and (size == 1 or last.lower not in organisation_words()):
            if word not in first_name_words() or not _begins(reading, run[index].start):
                yield run[index].start, run[index].end
            index += 1
            continue
        if (
            index == 0
            and size == 1
            and word in first_names()
            and _unknown(word)
            and word not in towns()
            and not spanish
            and not _begins(reading, run[0].start)
            and not reading.plain[run[0].start : run[0].end].isupper()
        ):
            yield run[0].start, run[0].end
        index += 1 if size == 1 or last.lower not in organisation_words() else size


def _begins(reading: Reading, start: int) -> bool:
    """Whether a word stands where every word has a capital: at the start of a sentence, a line or a quotation."""
    before = reading.plain[max(0, start - 3) : start].rstrip(b" \t")
    return not before or before[-1:] in _OPENING


def _illness(reading: Reading, last: _Word) -> bool:
    """Whether the word after a name makes it an eponym: 'Alexander disease', "Todd's paralysis"."""
    after = reading.lower[last.end : last.end + 24].removeprefix(b"'s").split(None, 1)[:1]
    return bool(after) and after[0].strip(b".,;:)!?") in _ILLNESS


def _words(reading: Reading, start: int, end: int) -> list[_Word]:
    found, at, plain = [], start, reading.plain
    for word in plain[start:end].split():
        begin = plain.find(word, at)
        bare = word.rstrip(b".,'-")
        possessive = bare[-2:].lower() == b"'s"
        if possessive:
            bare = bare[:-2]
        found.append(_Word(begin, begin + len(bare), bare.lower(), possessive))
        at = begin + len(word)
    return found


def _after_title(reading: Reading, start: int, end: int) -> tuple[int, int] | None:
    run = _words(reading, start, end)
    while len(run) > 1 and (run[-1].lower in organisation_words() or not _may_be(run[-1].lower)):
        run.pop()
    if not run or not _may_be(run[0].lower) or _illness(reading, run[-1]):
        return None
    if len(run) == 1 and run[0].lower in words() and not _surname(run[0].lower):
        return None
    size = _length(run, 0)
    return run[0].start, run[size - 1].end


def _labelled(reading: Reading) -> Iterator[tuple[int, int]]:
    plain, lower = reading.plain, reading.lower
    firsts, commons, ambiguous = first_names(), common_first_names(), first_name_words()
    for pattern in (LABELLED, SPEAKER):
        for match in reading.find(pattern):
            run = _words(reading, match.start(1), match.end(1))
            if not run or not _may_be(run[0].lower) or run[-1].lower in organisation_words():
                continue
            if _illness(reading, run[-1]):
                continue
            size = _length(run, 0)
            if pattern is SPEAKER and size < len(run):
                continue
            first, last = run[0].lower, run[size - 1].lower
            given = first in commons or first in firsts
            given = given or (
                first in ambiguous
                and ((size > 1 and _surname(last)) or plain[match.start() : match.start() + 1] == b"]")
            )
            before = lower[match.start() : match.start(1)]
            given = given or (before.startswith((b"name", b"kid", b"nombre", b"patient")) and _unknown(first))
            if size == 1 and (
                (before.startswith((b"patient", b"pt", b"paciente", b"name", b"kid")) and _surname(first))
                or (first in ambiguous and before.startswith(_GREETINGS))
                or (before.startswith((b"son", b"daughter")) and _unknown(first))
            ):
                given = True
            if (
                size == 1
                and not _unknown(first)
                and first not in commons
                and first not in ambiguous
                and first in words()
            ):
                given = False
            if (size == 1 and given and (first in commons or first not in cities())) or (
                size > 1
                and (given or _surname(first))
                and (_surname(last) or first in commons or _unknown(last))
            ):
                yield run[0].start, run[size - 1].end


def _doing(reading: Reading) -> Iterator[tuple[int, int]]:
    """Names that only what their bearers do or say gives away."""
    for pattern in (DOES, SAID):
        for match in reading.find(pattern):
            run = _words(reading, match.start(1), match.end(1))
            if all(
                _may_be(part.lower) and (len(part.lower) == 1 or _unknown(part.lower)) for part in run
            ) and not (
                run[-1].lower in organisation_words() or reading.plain[run[0].start : run[-1].end].isupper()
            ):
                known = any(part.lower in first_names() or part.lower in last_names() for part in run)
                if _illness(reading, run[-1]):
                    continue
                if known or not reading.original(run[0].start, run[-1].end).isascii():
                    yield run[0].start, run[-1].end
    for match in reading.find(JOINED):
        run = _words(reading, match.start(), match.end())
        if _illness(reading, run[-1]):
            continue
        run = [part for part in run if part.lower not in (b"and", b"y", b"&", b"or")]
        commons = sum(part.lower in common_first_names() for part in run)
        surnames = all(_surname(part.lower) and _may_be(part.lower) for part in run)
        unlisted = sum(_unknown(part.lower) for part in run)
        if commons * 2 >= len(run) or (surnames and unlisted * 2 >= len(run)):
            for part in run:
                if _may_be(part.lower) and (
                    _unknown(part.lower)
                    or part.lower in common_first_names()
                    or part.lower in first_names()
                    or surnames
                ):
                    yield part.start, part.end


def _lines(reading: Reading) -> Iterator[tuple[int, int]]:
    for match in reading.find(LINE):
        run = _words(reading, match.start(1), match.end(1))
        if all(_may_be(part.lower) for part in run) and run[-1].lower not in organisation_words():
            around = reading.lower[match.end() : match.end() + 160]
            parts = [part.lower for part in run if len(part.lower) > 1]
            known = any(part in first_names() or part in last_names() for part in parts)
            if (
                known
                and any(48 <= byte <= 57 or byte == 64 for byte in around)
                and all(part not in words() or _surname(part) for part in parts)
            ):
                yield run[0].start, run[-1].end


def _again(reading: Reading, found: list[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """Parts of the names found that stand elsewhere in the text alone."""
    parts = set()
    for start, end in found:
        name = reading.lower[start:end].replace(b".", b" ").split()
        for part in name:
            listed = part in words() or part in first_name_words() or part in eponyms()
            if (
                len(part) > 2
                and _may_be(part)
                and (not listed or (len(name) == 1 and part in first_name_words()))
            ):
                parts.add(part)
    if not parts or len(parts) > 400:
        return
    taken = {place for start, end in found for place in range(start, end)}
    for match in reading.find(RUN):
        for word in _words(reading, match.start(), match.end()):
            if word.lower in parts and word.start not in taken and not _illness(reading, word):
                yield word.start, word.end


_CAPITALS = bytes(range(65, 91))
_SPANISH = frozenset(
    (b"el", b"los", b"las", b"para", b"con", b"por", b"una", b"que", b"su", b"del", b"nuestro", b"nuestra")
)


def _promising(reading: Reading) -> bool:
    """Whether any capitalised word may be a name; most texts have none, and need no closer look."""
    found = reading.capitalised - not_names()
    return not (
        found <= words()
        and found.isdisjoint(first_names())
        and found.isdisjoint(first_name_words())
        and found.isdisjoint(surnames_too())
    )


def check(reading: Reading) -> Iterator[Hit]:
    plain, lower = reading.plain, reading.lower
    shouting = plain.isupper()
    found: list[tuple[int, int]] = []
    promising = not shouting and _promising(reading)
    if not shouting:
        for match in reading.find(TITLED):
            titled = _after_title(reading, match.start(1), match.end(1))
            if titled:
                # 'my sister Lisa' is kin, 'Sister Mary' a title.
                kin = 97 <= plain[match.start()] <= 122 and lower[match.start() :].startswith(_KIN)
                found.append((titled[0] if kin else match.start(), titled[1]))
    if promising:
        spanish = len(_SPANISH.intersection(lower.split())) > 1
        found.extend(_labelled(reading))
        for match in reading.find(FAMILY):
            surname = (match.group(1) or b"").lower()
            if _may_be(surname) and _surname(surname) and surname not in cities():
                found.append((match.start(1), match.end(1)))
        for match in reading.find(RUN):
            found.extend(_people(reading, _words(reading, match.start(), match.end()), spanish))
        for match in reading.find(REVERSED):
            surname, given = (match.group(1) or b"").lower(), (match.group(2) or b"").lower()
            if (
                given in first_names()
                and _surname(surname)
                and _may_be(surname)
                and _may_be(given)
                and surname not in cities()
            ):
                found.append((match.start(), match.end()))
        found.extend(_doing(reading))
        found.extend(_lines(reading))
    if found:
        found.extend(_again(reading, found))
    for match in reading.find(TITLED_LOWER):
        word = match.group(1) or b""
        if _may_be(word) and _surname(word) and word not in words():
            found.append((match.start(1), match.end(1)))
    found.extend(_cued(reading))
    head = plain[:400]
    if shouting or (len(head) - len(head.translate(None, _CAPITALS))) * 40 < len(head):
        found.extend(_pairs(reading))
    for start, end in found:
        yield Hit(start, end, "NAME")


def _cued(reading: Reading) -> Iterator[tuple[int, int]]:
    firsts, commons = first_names(), common_first_names()
    for match in reading.find(CUED):
        given, family = (match.group(1) or b"").removesuffix(b"'s"), (match.group(2) or b"").split()[-1:]
        strong = any(cue in reading.lower[match.start() : match.start(1)] for cue in _STRONG_CUES)
        named = strong and b"pati" not in reading.lower[match.start() : match.start(1)]
        known = given in commons or (strong and given in firsts and len(given) > 3)
        if not _may_be(given) or not (known or (named and given in first_name_words())):
            continue
        end = match.start(1) + len(given)
        surname = family[0].removesuffix(b"'s") if family else b""
        if family and _may_be(surname) and _surname(surname):
            end = match.end(2) - 2 * family[0].endswith(b"'s")
        yield match.start(1), end


def _pairs(reading: Reading) -> Iterator[tuple[int, int]]:
    """Given name and surname in a text without useful capitals."""
    lower, commons = reading.lower, common_first_names()
    if first_names().isdisjoint(reading.words):
        return
    for match in reading.find(PAIR_LOWER):
        for given, family in ((1, 2), (2, 0)):
            word = match.group(given) or b""
            rare = family and word in first_names() and len(word) > 3 and _unknown(word)
            if not (word in commons or rare) or not _may_be(word):
                continue
            if rare and (match.group(family) or b"").removesuffix(b"'s") not in last_names():
                continue
            if family:
                surname = (match.group(family) or b"").removesuffix(b"'s")
                if _surname(surname) and _may_be(surname):
                    yield match.start(given), match.start(family) + len(surname)
            else:
                after = lower[match.end(given) : match.end(given) + 30].split(None, 1)[:1]
                following = after[0].strip(b".,!?").removesuffix(b"'s") if after else b""
                if (
                    _surname(following)
                    and _may_be(following)
                    and lower[match.end(given) : match.end(given) + 1] == b" "
                ):
                    yield match.start(given), match.end(given) + 1 + len(following)


RULE = Rule(
    id="identifier.name",
    title=_("Name of a person"),
    explanation=_(
        "A name identifies a patient, a relative, an employer. The organisation's own clinicians are "
        "on the allow-list."
    ),
    source="45 CFR 164.514(b)(2)(i)(A)",
    category=Category.IDENTIFIER,
    severity=Verdict.NOTE,
    message=_("This looks like somebody's name; make sure it is not a patient's or a relative's."),
    check=check,
    examples=("Mrs. Alvarez was discharged", "patient john smith"),
    patterns=(
        RUN,
        TITLED,
        TITLED_LOWER,
        LABELLED,
        SPEAKER,
        FAMILY,
        LINE,
        DOES,
        SAID,
        JOINED,
        REVERSED,
        CUED,
        PAIR_LOWER,
    ),
)
