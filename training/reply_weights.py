"""Fit the weights by which a reply leans towards a disclosure (bedside.guard.leaning).

    python -m training.reply_weights [--health ../shared/data/signals/health_questions.jsonl]

Logistic regression over sentences, with an L2 penalty, by Adagrad; plain Python, a minute on one core, the same
weights every time. Learns from training/replies, the guard's own table of verdicts, made replies
(training.generate) and, as far as there are any, health answers, which disclose nothing. Never reads tests/blind.
"""

from __future__ import annotations

import argparse
import gzip
import json
import math
from pathlib import Path
from random import Random

from bedside.guard.clauses import Clauses
from bedside.guard.folding import Folded
from bedside.guard.leaning import Feature, features, written
from training.generate import generate

HERE = Path(__file__).parent
GUARD = HERE.parent / "src/bedside/guard"
ROUNDS, RATE, PENALTY, RARE = 30, 0.12, 1.0, 3
# One hundredth of a point is the smallest weight kept.
UNIT = 100

Sentence = tuple[list[Feature], float, float]


def sentences(text: str, discloses: bool, weight: float) -> list[Sentence]:
    """What can be learnt from a text: of one that discloses, only if it has one sentence, for which of
    several did is not known."""
    clauses = Clauses(Folded(text).lower)
    found = [
        sorted(features(clauses.letters[a:b], clauses.words[a:b]), key=written)
        for a, b in clauses.sentences()
    ]
    if discloses and len(found) != 1:
        return []
    return [(feature, float(discloses), weight) for feature in found]


def lines(path: Path) -> list[str]:
    return [line for line in path.read_text("utf-8").splitlines() if line.strip()]


def material(health: Path | None) -> list[Sentence]:
    rows: list[Sentence] = []
    for text in lines(HERE / "replies/disclosing.txt"):
        rows += sentences(text, True, 1.0)
    for text in lines(HERE / "replies/general.txt"):
        rows += sentences(text, False, 1.0)
    for line in lines(GUARD / "tests/verdicts_reply.txt"):
        if line[:1] in "+-":
            rows += sentences(line.split(" | ", 1)[1], line.startswith("+"), 1.0)
    for example in generate(4000):
        if example.relation is not None and not example.advice:
            rows += sentences(example.text, example.relation > 0.5, 0.1)
    if health is not None and health.exists():
        with health.open(encoding="utf-8") as answers:
            for _, line in zip(range(1500), answers, strict=False):
                for text in json.loads(line)["answer"].split(". ")[1:3]:
                    rows += sentences(text[:400], False, 0.05)
    return rows


def fit(rows: list[Sentence]) -> dict[Feature, float]:
    counts: dict[Feature, int] = {}
    for found, _, _ in rows:
        for feature in found:
            counts[feature] = counts.get(feature, 0) + 1
    kept = {feature for feature, count in counts.items() if count >= RARE}
    cut = [
        ([feature for feature in found if feature in kept] + [b""], y, weight) for found, y, weight in rows
    ]
    total = sum(weight for _, _, weight in rows)
    points = dict.fromkeys([b"", *sorted(kept, key=written)], 0.0)
    slopes = dict.fromkeys(points, 1e-6)
    random = Random(5)
    for _ in range(ROUNDS):
        random.shuffle(cut)
        for found, y, weight in cut:
            slope = weight * (1 / (1 + math.exp(-sum([points[feature] for feature in found]))) - y)
            for feature in found:
                step = slope + weight * PENALTY * points[feature] / total**0.5
                slopes[feature] += step * step
                points[feature] -= RATE * step / math.sqrt(slopes[feature])
    return points


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument(
        "--health", type=Path, default=Path("../shared/data/signals/health_questions.jsonl")
    )
    points = fit(material(arguments.parse_args().health))
    body = b"".join(
        written(feature) + b"\t" + str(round(weight * UNIT)).encode() + b"\n"
        for feature, weight in sorted(points.items(), key=lambda item: written(item[0]))
        if round(weight * UNIT)
    )
    (GUARD / "data/reply_weights.txt.gz").write_bytes(gzip.compress(body, 9, mtime=0))
    print(f"{body.count(10):,} weights, {len(gzip.compress(body, 9, mtime=0)):,} bytes")


if __name__ == "__main__":
    main()
