"""Write texts whose identifiers are spelled so that a reader sees them and a filter may not.

    python -m tests.blind.make_adversarial [--seeds dev|blind] [--count N]

One JSON object a line: `id`, `text`, `spans` in code points, and `spelling`, the way it was spelled. The seeds for
development and those for the blind test share no person, number, sentence or address; the same arguments give the
same lines. All people are made up, and the numbers are those set aside for examples where there are such.
"""

from __future__ import annotations

import argparse
import base64
import json
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote


@dataclass(frozen=True)
class Seeds:
    """What one set is made of: carriers with `{}` for the identifier, and the identifiers."""

    carriers: dict[str, tuple[str, ...]]
    names: tuple[str, ...]
    phones: tuple[str, ...]
    emails: tuple[str, ...]
    numbers: tuple[str, ...]
    socials: tuple[str, ...]
    ips: tuple[str, ...]
    urls: tuple[str, ...]


DEV = Seeds(
    carriers={
        "NAME": (
            "We are praying for {} today.",
            "Her name is {} and she is in our unit",
            "patient {} was seen again",
        ),
        "PHONE": ("Call her husband at {} please", "his cell is {}", "llame al {} hoy"),
        "EMAIL": ("write to {} about the results", "her e-mail: {}"),
        "ID": ("MRN {} is still in the hall", "medical record {} was left open"),
        "SSN": ("his SSN is {}", "SSN: {} on the whiteboard"),
        "IP": ("she posted from {} last time", "login from {} at the clinic"),
        "URL": ("see {} for her story", "fundraiser: {}"),
    },
    names=(
        "Maria Lopez",
        "Robert Kowalski",
        "Aaliyah Jenkins",
        "Peter Novak",
        "Susan Whitaker",
        "Diego Hernandez",
    ),
    phones=("303-555-0142", "(415) 555-0107", "212.555.0188", "555-010-0134"),
    emails=("maria.lopez@example.org", "r.kowalski7@example.com"),
    numbers=("4482913", "20750318"),
    socials=("219-09-9999", "457-55-5462"),
    ips=("203.0.113.9", "198.51.100.23"),
    urls=("https://www.example.org/people/maria", "http://example.net/u/8812"),
)
BLIND = Seeds(
    carriers={
        "NAME": (
            "Huge thanks to {} for being so brave",
            "{} was diagnosed with lupus",
            "we treated {} in the ER",
            "my neighbor {} had a stroke",
        ),
        "PHONE": (
            "Text his daughter, {}, before noon",
            "mom's number is {}",
            "su celular es {}",
            "you can dial {} instead",
        ),
        "EMAIL": ("the family can be reached at {} tonight", "cc {} on the biopsy", "mail me: {}"),
        "ID": (
            "chart number {} belongs to the boy in 4",
            "her member ID is {}",
            "account {} went to collections",
        ),
        "SSN": ("somebody wrote SSN {} on a napkin", "social security number {}"),
        "IP": ("the reviewer's address is {} btw", "traffic came from {}"),
        "URL": ("her diary is at {} if you care", "video here {}"),
    },
    names=(
        "Theresa Vandermeer",
        "Jamal Whitfield",
        "Ingrid Solberg",
        "Carlos Mendoza",
        "Rebecca Goldstein",
        "Patrick Flanagan",
        "Leticia Barrera",
        "Gregory Hutchins",
        "Samantha Petrov",
        "Dennis Okafor",
    ),
    phones=("503-555-0163", "(617) 555-0121", "904.555.0177", "+1 206 555 0190", "702 555 0155"),
    emails=("t.vandermeer@example.com", "jamal_w@example.net", "carlos.mendoza88@example.org"),
    numbers=("7710426", "30915582", "660418273"),
    socials=("123-45-6788", "509-42-1187", "321-07-4456"),
    ips=("192.0.2.146", "198.51.100.77", "203.0.113.201"),
    urls=("https://www.example.com/profile/ingrid-s", "http://diary.example.net/2024/my-week"),
)

_CYRILLIC = dict(zip("aceiopxyABCEHKMOPTXs", "асеіорхуАВСЕНКМОРТХѕ", strict=True))
_GREEK = dict(zip("ovAEZHIKMNOPTYX", "ονΑΕΖΗΙΚΜΝΟΡΤΥΧ", strict=True))
_ENGLISH = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
_SPANISH = ("cero", "uno", "dos", "tres", "cuatro", "cinco", "seis", "siete", "ocho", "nueve")
Spelling = Callable[[str, random.Random], str]


def _mapped(table: dict[str, str]) -> Spelling:
    def spell(text: str, luck: random.Random) -> str:
        places = [place for place, letter in enumerate(text) if letter in table]
        chosen = set(luck.sample(places, max(1, len(places) * 2 // 3))) if places else set()
        return "".join(table[letter] if place in chosen else letter for place, letter in enumerate(text))

    return spell


def _between(*marks: str) -> Spelling:
    def spell(text: str, luck: random.Random) -> str:
        inside = [letter + (luck.choice(marks) if luck.random() < 0.4 else "") for letter in text[:-1]]
        inside[0] = text[0] + marks[0]
        return "".join(inside) + text[-1]

    return spell


def _wide(text: str, luck: random.Random) -> str:
    return "".join(chr(ord(letter) + 0xFEE0) if "!" <= letter <= "~" else letter for letter in text)


def _styled(first: int, digit: int) -> Spelling:
    def one(letter: str) -> str:
        if letter.isdigit():
            return chr(digit + int(letter)) if digit else letter
        if "a" <= letter <= "z":
            return chr(first + 26 + ord(letter) - 97)
        return chr(first + ord(letter) - 65) if "A" <= letter <= "Z" else letter

    return lambda text, luck: "".join(map(one, text))


def _keycap(text: str, luck: random.Random) -> str:
    return "".join(letter + "\ufe0f\u20e3" if letter.isdigit() else letter for letter in text)


def _spaced(text: str, luck: random.Random) -> str:
    mark = luck.choice((" ", ".", "-", " . "))
    return mark.join(letter for letter in text if letter.isdigit())


def _words(table: tuple[str, ...], zero: str = "") -> Spelling:
    def spell(text: str, luck: random.Random) -> str:
        mark = luck.choice((" ", ", ", "-"))
        words = [table[int(letter)] for letter in text if letter.isdigit()]
        return mark.join(zero if zero and word == table[0] else word for word in words)

    return spell


def _at_dot(text: str, luck: random.Random) -> str:
    at = luck.choice((" at ", " [at] ", "(at)", " AT ", " arroba ", "[@]", " {at} "))
    dot = luck.choice((" dot ", " [dot] ", "(dot)", "[.]")) if "arroba" not in at else " punto "
    name, host = text.split("@")
    return name + at + host.replace(".", dot)


def _defanged(text: str, luck: random.Random) -> str:
    dot = luck.choice(("[.]", "(.)", "[dot]", " dot "))
    if "//" in text:
        head, rest = text.split("//", 1)
        host, slash, path = rest.partition("/")
        return (
            head.replace("tt", "xx")
            + "//"
            + host.replace(".", dot if " " not in dot else "[.]")
            + slash
            + path
        )
    return text.replace(".", dot)


def _letter_o(text: str, luck: random.Random) -> str:
    return text.replace("0", luck.choice("Oo"))


def _tag(text: str, luck: random.Random) -> str:
    joined = text.replace(" ", "")
    return luck.choice(("#PrayFor", "#Team", "#Justice4", "#")) + joined


def _handle(text: str, luck: random.Random) -> str:
    return "@" + text.replace(" ", luck.choice(("", "_", "."))).lower() + luck.choice(("", "92", "_rn"))


def _base64(text: str, luck: random.Random) -> str:
    return base64.b64encode(text.encode()).decode()


def _percent(text: str, luck: random.Random) -> str:
    some = luck.random() < 0.5
    return quote(text, safe="") if some else "".join(f"%{byte:02X}" for byte in text.encode())


ANY = ("NAME", "PHONE", "EMAIL", "ID", "SSN", "IP", "URL")
NUMBERS = ("PHONE", "SSN")
# How each spelling is called, what it is tried on, and how it is done.
SPELLINGS: tuple[tuple[str, tuple[str, ...], Spelling], ...] = (
    ("plain", ANY, lambda text, luck: text),
    ("cyrillic", ("NAME", "EMAIL"), _mapped(_CYRILLIC)),
    ("greek", ("NAME",), _mapped(_GREEK)),
    ("zero-width", ANY, _between("\u200b", "\u200c", "\u200d", "\u2060", "\ufeff", "\u00ad")),
    ("bidi", ANY, _between("\u202e", "\u202c", "\u2066", "\u2069", "\u200f")),
    ("full-width", ANY, _wide),
    ("bold", ("NAME", "PHONE", "ID"), _styled(0x1D400, 0x1D7CE)),
    ("script", ("NAME",), _styled(0x1D4D0, 0)),
    ("monospace", ("NAME", "PHONE", "SSN"), _styled(0x1D670, 0x1D7F6)),
    ("keycap", ("PHONE", "SSN", "ID"), _keycap),
    ("spaced", NUMBERS, _spaced),
    ("english words", NUMBERS, _words(_ENGLISH)),
    ("oh for zero", ("PHONE",), _words(_ENGLISH, "oh")),
    ("spanish words", NUMBERS, _words(_SPANISH)),
    ("at and dot", ("EMAIL",), _at_dot),
    ("defanged", ("IP", "URL"), _defanged),
    ("letter o", ("PHONE", "SSN", "ID"), _letter_o),
    ("capitals", ("NAME", "EMAIL"), lambda text, luck: text.upper()),
    ("small letters", ("NAME",), lambda text, luck: text.lower()),
    ("hashtag", ("NAME",), _tag),
    ("handle", ("NAME",), _handle),
    ("base64", ("NAME", "PHONE", "EMAIL", "SSN"), _base64),
    ("percent", ("NAME", "PHONE", "EMAIL", "SSN"), _percent),
)


def _pool(seeds: Seeds, kind: str) -> tuple[str, ...]:
    return {
        "NAME": seeds.names, "PHONE": seeds.phones, "EMAIL": seeds.emails, "ID": seeds.numbers,
        "SSN": seeds.socials, "IP": seeds.ips, "URL": seeds.urls,
    }[kind]  # fmt: skip


def rows(seeds: Seeds, count: int = 3) -> Iterator[dict[str, Any]]:
    """`count` texts for every spelling and type, the same ones each time."""
    luck = random.Random(20240501)
    for spelling, kinds, spell in SPELLINGS:
        for kind in kinds:
            for number in range(count):
                value = spell(luck.choice(_pool(seeds, kind)), luck)
                before, after = luck.choice(seeds.carriers[kind]).split("{}")
                text = before + value + after
                if spelling == "capitals":
                    text = text.upper()
                elif spelling == "small letters":
                    text = text.lower()
                yield {
                    "id": f"{spelling} {kind} {number}",
                    "text": text,
                    "spans": [[len(before), len(before) + len(value), kind]],
                    "spelling": spelling,
                }


# Words that nobody has to hide, and numbers that belong to everybody.
HARMLESS = {
    "dev": ("wash your hands", "flu shots are free", "Parkinson's disease", "call 911", "blood pressure 120/80"),
    "blind": (
        "talk to your doctor", "Crohn's disease", "sleep eight hours", "call or text 988", "masks are optional",
        "1-800-222-1222", "drink more water", "Down syndrome", "A1C below 5.7", "open 8 to 5",
    ),
}  # fmt: skip
_HARMLESS_CARRIERS = ("Remember: {}", "{} and stay well", "Our tip of the week is {}!", "Today: {}")
_HARMLESS_SPELLINGS = frozenset(
    (
        "plain",
        "cyrillic",
        "zero-width",
        "bidi",
        "full-width",
        "bold",
        "keycap",
        "capitals",
        "small letters",
        "base64",
        "percent",
    )
)


def clean_rows(seeds: str, count: int = 3) -> Iterator[dict[str, Any]]:
    """Texts that identify nobody, in the same odd spellings."""
    luck = random.Random(20240502)
    for spelling, _, spell in SPELLINGS:
        if spelling in _HARMLESS_SPELLINGS:
            for number in range(count):
                value = spell(luck.choice(HARMLESS[seeds]), luck)
                text = luck.choice(_HARMLESS_CARRIERS).replace("{}", value)
                yield {"id": f"clean {spelling} {number}", "text": text, "spans": [], "spelling": spelling}


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--seeds", choices=("dev", "blind"), default="dev")
    arguments.add_argument("--count", type=int, default=3)
    options = arguments.parse_args()
    for row in rows(DEV if options.seeds == "dev" else BLIND, options.count):
        print(json.dumps(row, ensure_ascii=False))
    for row in clean_rows(options.seeds, options.count):
        print(json.dumps(row, ensure_ascii=False))


if __name__ == "__main__":
    main()
