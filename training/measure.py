"""Measure a tier by itself:  python -m training.measure [1|2]

The score of shared/tools/score_spans.py for names and places, rules apart from the one for handles left out.
"""

from __future__ import annotations

import sys
import time
from importlib.util import module_from_spec, spec_from_file_location
from types import ModuleType
from typing import Any

from bedside.guard import models
from bedside.guard.folding import Folded
from bedside.guard.models import judgement
from training import corpus

SETS = ("tweets_dev.jsonl", "synthetic_mixed.jsonl", "synthetic_clinical.jsonl", "synthetic_context.jsonl")


def _scorer() -> ModuleType:
    spec = spec_from_file_location("score_spans", corpus.DATA.parents[1] / "tools" / "score_spans.py")
    assert spec and spec.loader
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def rows(examples: list[corpus.Example]) -> list[dict[str, Any]]:
    """Examples as the scorer reads them."""
    return [{"id": item.id, "text": item.text, "spans": [list(span) for span in item.spans],
             "ignore": [list(stretch) for stretch in item.ignore]} for item in examples]  # fmt: skip


def measure(name: str, tier: int) -> dict[str, float]:
    """The scores of one file for names and places (all else counts neither way), and texts a second.
    Handles, which the models leave to rules, are taken for names."""
    examples = corpus.read(corpus.DATA / name)
    if name in ("synthetic_clinical.jsonl", "synthetic_context.jsonl"):
        examples = [example for example in examples if corpus.held_out(example)]
    gold = rows(examples)
    for row in gold:
        row["ignore"] += [span[:2] for span in row["spans"] if span[2] not in judgement.REPORTED]
        row["spans"] = [span for span in row["spans"] if span[2] in judgement.REPORTED]
    began, guesses = time.perf_counter(), {}
    for example in examples:
        folded = Folded(example.text)
        found = [[*folded.span(hit.start, hit.end), hit.type] for hit in models.spans(folded.plain, tier)]
        handles = corpus.HANDLE.finditer(example.text)
        guesses[example.id] = found + [[*match.span(), "NAME"] for match in handles]
    speed = len(examples) / (time.perf_counter() - began)
    return _scorer().score(gold, guesses) | {"texts_per_second": round(speed)}


if __name__ == "__main__":
    for tier in map(int, sys.argv[1:] or ["1"]):
        for name in SETS:
            print(tier, name, measure(name, tier))
