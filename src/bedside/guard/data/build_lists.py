"""Build the name and place lists from their sources; see README.md beside this file.

    python -m bedside.guard.data.build_lists PHILTER_SET_TOML GEONAMES_CITIES15000_JSON

Writes first_names, last_names, last_names_words and cities (.txt.gz); the same input gives the same bytes.
"""

from __future__ import annotations

import gzip
import json
import sys
import tomllib
import unicodedata
from collections.abc import Iterable
from pathlib import Path

HERE = Path(__file__).parent


def _ascii(word: str) -> str:
    decomposed = unicodedata.normalize("NFKD", word.replace("’", "'"))
    return "".join(c for c in decomposed if not unicodedata.combining(c)).casefold()


def _write(name: str, words: Iterable[str]) -> None:
    body = "\n".join(sorted(set(words))).encode("ascii")
    (HERE / name).write_bytes(gzip.compress(body, 9, mtime=0))


def build(philter_sets: Path, cities: Path) -> None:
    """Names that are not also common words, and places with 15,000 or more inhabitants."""
    sets = tomllib.loads(philter_sets.read_text("utf-8"))
    words = frozenset(sets["nonames"])
    for source, target in (("firstnames", "first_names.txt.gz"), ("lastnames", "last_names.txt.gz")):
        names = {name for name in sets[source] if len(name) > 1 and name.isascii() and name.isalpha()}
        _write(target, names - words)
    _write("last_names_words.txt.gz", names & words)
    places = set()
    for city in json.loads(cities.read_text("utf-8")).values():
        name = _ascii(city["name"])
        if name == "new york city":
            places.add("new york")
        if name.isascii() and len(name) > 3 and name not in words and name.replace(" ", "").isalpha():
            places.add(name)
    _write("cities.txt.gz", places)


if __name__ == "__main__":
    build(Path(sys.argv[1]), Path(sys.argv[2]))
