"""The labelled texts that the models learn from and are measured on."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, replace
from pathlib import Path
from zlib import crc32

from bedside.guard.folding import Folded
from bedside.guard.models.sequence import LABELS
from bedside.guard.models.tokens import Tokens

# The label CODE stands for every number or address that rules recognise, lest it be taken for a name.
_LABEL_OF = {
    "AGE": "O",
    "PHONE": "CODE",
    "EMAIL": "CODE",
    "SSN": "CODE",
    "ID": "CODE",
    "URL": "CODE",
    "IP": "CODE",
}
DATA = Path(__file__).resolve().parents[2] / "shared" / "data" / "guard"
# Real tweets and WNUT17 label names, places and organisations only: what else is in them is unknown, not absent.
_NAMES_ONLY = frozenset(("DATE", "CODE"))
_TRAINED = {
    "tweets_train.jsonl": _NAMES_ONLY,
    "rare_names_train.jsonl": _NAMES_ONLY,
    "synthetic_clinical.jsonl": frozenset[str](),
    "synthetic_context.jsonl": frozenset(("CODE", "ORG")),
}


# Whether an account is a person's cannot be told from the text, so handles teach nothing; rules decide on them.
HANDLE = re.compile(r"(?<!\w)@\w+")


@dataclass(frozen=True)
class Example:
    """One text. `unlabelled` names the labels that its source never gives; `relation` and `advice` are 1 or 0
    for what it says to a person, None where nobody has judged it."""

    id: str
    text: str
    spans: tuple[tuple[int, int, str], ...]
    ignore: tuple[tuple[int, int], ...] = ()
    unlabelled: frozenset[str] = frozenset()
    relation: float | None = None
    advice: float | None = None

    def plain(self) -> Example:
        """The same example over its folded text, as the models read it."""
        folded = Folded(self.text)
        at, text = folded.position, folded.plain.decode("ascii")
        handles = [match.span() for match in HANDLE.finditer(text)]
        spans = tuple((at(start), at(end), label) for start, end, label in self.spans)
        spans = tuple(span for span in spans if not any(a <= span[0] < b for a, b in handles))
        ignore = [(at(start), at(end)) for start, end in self.ignore]
        return replace(self, text=text, spans=spans, ignore=(*ignore, *handles))


def read(path: Path, unlabelled: frozenset[str] = frozenset()) -> list[Example]:
    """The examples of one file of shared/data/guard."""
    rows = [json.loads(line) for line in path.read_text("utf-8").splitlines() if line.strip()]
    return [
        Example(
            row["id"],
            row["text"],
            tuple((start, end, _LABEL_OF.get(label, label)) for start, end, label in row["spans"]),
            tuple((start, end) for start, end in row.get("ignore", ())),
            unlabelled,
        )
        for row in rows
    ]


def held_out(example: Example) -> bool:
    """Whether an example of a file without a split of its own is kept for measuring: one in ten, by its text."""
    return crc32(example.text.encode()) % 10 == 0


def training(data: Path = DATA) -> list[Example]:
    """Every labelled example that may be learnt from."""
    examples = []
    for name, unlabelled in _TRAINED.items():
        read_all = read(data / name, unlabelled)
        whole = name in ("tweets_train.jsonl", "rare_names_train.jsonl")
        examples += read_all if whole else [example for example in read_all if not held_out(example)]
    return examples


def targets(example: Example, tokens: Tokens) -> list[int]:
    """For each token a bit mask of the labels it may have; 0 where it counts for nothing."""
    everything = (1 << len(LABELS)) - 1
    nothing = 1 | sum(1 << LABELS.index(label) for label in example.unlabelled)
    masks = []
    for start, end in zip(tokens.starts, tokens.ends, strict=True):
        label = next((label for a, b, label in example.spans if a < end and start < b), None)
        ignored = any(a < end and start < b for a, b in example.ignore)
        masks.append(1 << LABELS.index(label) if label else everything if ignored else nothing)
    return masks


def recased(example: Example, *, upper: bool) -> Example:
    """The example in capitals or without any; offsets stay, so texts that would change length are kept."""
    text = example.text.upper() if upper else example.text.lower()
    return replace(example, text=text) if len(text) == len(example.text) else example
