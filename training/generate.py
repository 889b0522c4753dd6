"""Made-up texts: templates filled with names, places, dates and numbers, each labelled as it is written.

Names come from the lists of the guard (see src/bedside/guard/data/README.md), the rest is ours; the same seed
gives the same texts.
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from random import Random

from bedside.guard import lexicon
from training import slots
from training.corpus import Example

TEMPLATES = Path(__file__).parent / "templates"
CHOICE = re.compile(r"\(([^()]*)\)")
PART = re.compile(r"\{(\w+)\}")


@cache
def _listed(name: str) -> tuple[str, ...]:
    return tuple(sorted(word.decode() for word in getattr(lexicon, name)()))


@cache
def _templates(file: str) -> tuple[tuple[str, str], ...]:
    lines = (TEMPLATES / file).read_text("utf-8").splitlines()
    parts = (line.split(" | ", 1) for line in lines if line and not line.startswith("#"))
    return tuple((marks, text) for marks, text in parts)


def _cased(word: str) -> str:
    for start in ("mc", "o'"):
        if word.startswith(start) and len(word) > len(start) + 2:
            return start.capitalize() + word[len(start) :].capitalize()
    return " ".join(part.capitalize() for part in word.split())


class Filler:
    """Fills slots; `label` is what each slot's text is marked as, None for nothing."""

    def __init__(self, random: Random) -> None:
        self.random = random

    def pick(self, options: str) -> str:
        return self.random.choice(options.split("|"))

    def first(self) -> str:
        chance = self.random.random()
        if chance < 0.5:
            return _cased(self.random.choice(_listed("common_first_names")))
        if chance < 0.93:
            return _cased(self.random.choice(_listed("first_names")))
        return self._invented()

    def last(self) -> str:
        chance = self.random.random()
        if chance < 0.25:
            return self.pick(
                "Smith|Johnson|Garcia|Lopez|Nguyen|Lee|Patel|Brown|Kim|Chen|Davis|Miller|Young|King|White|Green"
                "|Baker|Cook|Hill|Reed|Gray|Price|Long|Bell|Wood|Rivera|Torres|Khan|Singh|Ali|Cohen|Rossi|Novak"
            )
        if chance < 0.35:
            return _cased(self.random.choice(_listed("surname_words")))
        if chance < 0.9:
            return _cased(self.random.choice(_listed("last_names")))
        if chance < 0.95:
            return f"{self._invented()}-{_cased(self.random.choice(_listed('last_names')))}"
        return self._invented()

    def _invented(self) -> str:
        parts = (self.pick("b|d|f|k|l|m|n|r|s|t|v|z|ch|sh|th|kw|br|") + self.pick("a|e|i|o|u|ai|ee|ou")
                 for _ in range(self.random.randint(2, 3)))  # fmt: skip
        return ("".join(parts) + self.pick("|n|s|r|k|l")).capitalize()

    def name(self) -> str:
        middle = f" {self.random.choice('ABCDEFGHJKLMNPRSTW')}." if self.random.random() < 0.1 else ""
        return f"{self.first()}{middle} {self.last()}"

    def name_any(self) -> str:
        chance = self.random.random()
        name = self.first() if chance < 0.3 else self.name()
        if chance > 0.9:
            return f"{self.first()} {self.random.choice('ABCDEFGHJKLMNPRSTW')}" + self.pick("|.")
        return name.lower() if self.random.random() < 0.35 else name

    def date(self) -> str:
        draw = self.random.randint
        day, month, year = draw(1, 28), draw(1, 12), draw(1930, 2026)
        word = slots.SLOTS["month"].split("|")[month - 1]
        return self.random.choice((
            f"{month}/{day}/{year}", f"{month}/{day}", f"{year}-{month:02}-{day:02}", f"{word} {day}",
            f"{word} {day}, {year}",
            f"{word[:3]} {day}{self.pick('st|nd|rd|th')}", f"{day} {word} {year}", f"{month}-{day}-{year % 100:02}",
            f"the {day}{self.pick('th|st')} of {word}", f"{day}.{month}.{year}", f"{word.lower()} {day}",
        ))  # fmt: skip

    def number(self) -> str:
        digits = "".join(self.random.choice("0123456789") for _ in range(self.random.randint(6, 10)))
        return self.random.choice(
            (digits, f"{digits[:3]}-{digits[3:]}", f"{self.pick('A|MRN|XK|H')}{digits}")
        )

    def address(self) -> str:
        street = self.random.choice((self.last(), self.pick("Oak|Main|Elm|Maple|Park|5th|2nd|Lake|Church")))
        kind = self.pick("St|Street|Ave|Avenue|Rd|Road|Lane|Ln|Drive|Dr|Blvd|Court|Way")
        flat = self.pick("||, Apt 4| #12|, Unit 3B")
        return f"{self.random.randint(2, 9800)} {street} {kind}{flat}"

    def city(self) -> str:
        chance = self.random.random()
        if chance < 0.15:
            return self.pick(slots.COUNTRIES)
        if chance < 0.25:
            return self.pick(slots.STATES)
        return _cased(self.random.choice(_listed("cities")))

    def fill(self, slot: str) -> tuple[str, str | None]:
        """The text for a slot, and its label."""
        if slot in slots.SLOTS:
            return self.pick(slots.SLOTS[slot]), None
        random, pick = self.random, self.pick
        match slot:
            case "name" | "name_es":
                return self.name(), "NAME"
            case "name_any":
                return self.name_any(), "NAME"
            case "first_label" | "first_es_label" | "first":
                return self.first(), "NAME"
            case "last_label" | "last_es_label" | "last":
                return self.last(), "NAME"
            case "last_comma_label":
                return f"{self.last()}, {self.first()}", "NAME"
            case "initial":
                return random.choice("ABCDEFGHJKLMNPRSTW") + pick("|."), "NAME"
            case "initial_dot":
                return random.choice("ABCDEFGHJKLMNPRSTW") + pick(".|"), "NAME"
            case "handle_label":
                between, after = pick("|_|.|the"), pick("||7|88|1985")
                return f"@{self.first()}{between}{self.last()}{after}".lower(), "NAME"
            case "handle_o":
                return self.first().lower() + self.last().lower() + pick("||7|88"), "NAME"
            case "hashname_label":
                return self.first() + pick("Strong|Fights|" + self.last()), "NAME"
            case "hashcity_label":
                return self.city().replace(" ", ""), "LOC"
            case "city_label":
                return self.city(), "LOC"
            case "state_label":
                return pick(slots.STATES), "LOC"
            case "road_label":
                return pick(slots.SLOTS["road"]), "LOC"
            case "addr_label":
                return self.address(), "LOC"
            case "addr_es_label":
                return f"{pick('Calle|Avenida|Av.|C/')} {self.last()} {random.randint(1, 300)}", "LOC"
            case "zip_label":
                return f"{random.randint(10000, 99999)}", "LOC"
            case "date_label":
                return self.date(), "DATE"
            case "date_es_label":
                month, year = pick(slots.SLOTS["month_es"]), pick("| de 2024| de 1961")
                return f"{random.randint(1, 28)} de {month}{year}", "DATE"
            case "weekday_label":
                return pick(slots.SLOTS["weekday"]), "DATE"
            case "relday_label":
                return pick("yesterday|last Tuesday|on Friday|last weds|Monday night|this morning|last week|on the 3rd"
                            "|tonight|Sunday|over the weekend|on Christmas Eve|last month"), "DATE"  # fmt: skip
            case "relday_es_label":
                return pick("ayer|el martes|anoche|el lunes pasado|hoy|la semana pasada"), "DATE"
            case "id_label":
                return self.number(), "CODE"
            case "phone_label":
                return f"{random.randint(201, 989)}-555-01{random.randint(0, 99):02}", "CODE"
            case "org":
                return f"{pick(slots.ORG_HEADS)} {pick(slots.ORG_TAILS)}", "ORG"
        raise KeyError(slot)

    def template(self, text: str) -> tuple[str, list[tuple[int, int, str]]]:
        """One template with its choices made and its slots filled, and the labelled stretches."""
        while CHOICE.search(text):
            text = CHOICE.sub(lambda match: self.pick(match.group(1)), text)
        text = text.replace("\\n", "\n")
        out, spans, at = "", [], 0
        for match in PART.finditer(text):
            out += text[at : match.start()]
            filled, label = self.fill(match.group(1))
            if label:
                spans.append((len(out), len(out) + len(filled), label))
            out, at = out + filled, match.end()
        return out + text[at:], spans


FILES = (
    ("replies_en.txt", 0.36),
    ("posts_personal_en.txt", 0.3),
    ("posts_clean_en.txt", 0.22),
    ("spanish.txt", 0.12),
)


def _flags(marks: str, unknown: float | None = None) -> tuple[float | None, float | None]:
    return (unknown, unknown) if marks == "?" else (float("r" in marks), float("a" in marks))


def _example(filler: Filler, number: int) -> Example:
    random = filler.random
    file = random.choices([file for file, _ in FILES], [weight for _, weight in FILES])[0]
    templates = _templates(file)
    marks, template = random.choice(templates)
    text, spans = filler.template(template)
    relation, advice = _flags(marks)
    # "last week" in a reply may be the date of a visit or not; replies teach nothing about dates.
    unlabelled = frozenset(("DATE",)) if "r" in marks or "a" in marks else frozenset[str]()
    if random.random() < 0.4:
        # A second sentence; clean texts stay clean, so that innocence is learnt at every length.
        same = [item for item in templates if item[0] == "-" or marks != "-"]
        other, more = random.choice(same)
        addition, added = filler.template(more)
        if random.random() < 0.5:
            text, spans, addition, added = addition, added, text, spans
        offset = len(text) + 1
        text += " " + addition
        spans = spans + [(start + offset, end + offset, label) for start, end, label in added]
        second = _flags(other)
        if relation is not None and advice is not None:
            relation, advice = max(relation, second[0] or 0.0), max(advice, second[1] or 0.0)
    if random.random() < 0.12:
        text += " " + filler.pick(slots.EMOJI)
    if random.random() < 0.1:
        text += " " + filler.pick(slots.HASHTAGS)
    chance = random.random()
    text = text.lower() if chance < 0.12 else text.upper() if chance < 0.17 else text
    return Example(f"made{number}", text, tuple(spans), (), unlabelled, relation, advice)


def generate(count: int, seed: int = 7) -> list[Example]:
    """`count` texts, each with labelled stretches and, where known, what it says about a relationship."""
    filler = Filler(Random(seed))
    return [_example(filler, number) for number in range(count)]
