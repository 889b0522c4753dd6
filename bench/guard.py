"""What the guard finds and how fast, tier by tier: `python -m bench.guard [--presidio PYTHON] [--rows N]`.

Texts of tests/blind, and the shared labelled data where it lies beside the checkout. `--presidio` names the Python
of an environment that holds Presidio (bench/peers/presidio.py says how to make one); it reads the same texts in the
same run. Times are CPU seconds, so that other work on the machine counts less.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table
from tests.blind import make_adversarial, test_replies
from tests.blind.marks import rows as marked

from bedside.guard import Kind, Verdict, screen
from bedside.guard.models import best_tier

BLIND = Path(test_replies.__file__).parent
POSTS = [
    "Flu shots are here. Walk in any weekday from 9 to 5 at our Main Street clinic, no appointment needed. #FluShot",
    "High blood pressure often has no symptoms. Know your numbers and talk to your doctor. https://www.cdc.gov/heart",
    "Join us Saturday, May 3 for our Heart Walk in Springfield. Dr. Sarah Chen will talk about heart health.",
    "Thank you for your feedback. Please call our patient relations team at 555-0134 so that we can learn more.",
    "Our new cardiology wing opens in March. We’re proud to care for our community 💙",
    "In crisis? Call or text 988, day and night.",
    "Maria Lopez from Milford was diagnosed with leukemia last Tuesday.",
]
Rows = list[dict[str, Any]]


def score(gold: Rows, found: dict[str, list[list[Any]]]) -> dict[str, float]:
    """As the project's scorer does it: a span is found when predictions cover at least half of it."""
    hits = total = right = claimed = leaks = flagged = texts = clean = 0
    for row in gold:
        wanted = [span for span in row["spans"] if identifies(span, row["text"])]
        neutral = [span for span in row["spans"] if span not in wanted] + row.get("ignore", [])
        guesses = [span for span in found.get(row["id"], []) if span[2] != "ORG"]
        guesses = [one for one in guesses if half_under(one, wanted) or not half_under(one, neutral)]
        got = sum(half_under(span, guesses) for span in wanted)
        hits, total = hits + got, total + len(wanted)
        right, claimed = right + sum(half_under(one, wanted) for one in guesses), claimed + len(guesses)
        texts, leaks = texts + bool(wanted), leaks + (got < len(wanted))
        clean, flagged = clean + (not wanted), flagged + (not wanted and bool(guesses))
    recall, precision = hits / max(1, total), right / max(1, claimed)
    return {
        "recall": recall,
        "F1": 2 * precision * recall / max(1e-9, precision + recall),
        "texts with a leak": leaks / max(1, texts),
        "clean texts flagged": flagged / max(1, clean),
    }


def identifies(span: list[Any], text: str) -> bool:
    """ORG and ages under 90 are not identifiers."""
    numbers = [
        int(part) for part in "".join(c if c.isdigit() else " " for c in text[span[0] : span[1]]).split()
    ]
    return span[2] != "ORG" and (span[2] != "AGE" or max(numbers, default=0) > 89)


def half_under(span: list[Any], others: Rows | list[list[Any]]) -> bool:
    under: set[int] = set()
    for other in others:
        under.update(range(max(other[0], span[0]), min(other[1], span[1])))  # type: ignore[index]
    return 2 * len(under) >= span[1] - span[0]


def lines(path: Path, limit: int) -> Rows:
    with path.open(encoding="utf-8") as stream:
        return [json.loads(line) for line in stream if line.strip()][:limit]


def labelled(shared: Path, limit: int) -> Iterator[tuple[str, Rows, list[tuple[str, str]]]]:
    """Each set of labelled texts, with what is shown of it and what is wanted there."""
    short = [row for name in ("clean", "leaks", "later") for row in marked(BLIND / f"{name}.txt")]
    yield "own short texts", short, [
        ("recall", "≥ .99"), ("F1", "≥ .97"), ("texts with a leak", "≤ .02"), ("clean texts flagged", "≤ .10"),
    ]  # fmt: skip
    odd = list(make_adversarial.rows(make_adversarial.BLIND))
    yield "adversarial spellings", odd, [("recall", "≥ .97")]
    data = shared / "data/guard"
    if not data.exists():
        return
    yield "synthetic_mixed", lines(data / "synthetic_mixed.jsonl", limit), [("F1", "≥ .88")]
    yield "synthetic_clinical", lines(data / "synthetic_clinical.jsonl", limit), [("F1", "")]
    yield "synthetic_context", lines(data / "synthetic_context.jsonl", limit), [("F1", "")]
    yield "real tweets, names and places", lines(data / "tweets_dev.jsonl", limit), [("F1", "≥ .83")]


def ours(gold: Rows, tier: int, types: set[str] | None) -> tuple[dict[str, list[list[Any]]], list[float]]:
    found, seconds = {}, []
    for row in gold:
        begun = time.process_time()
        spans = screen(row["text"], kind="incoming", tier=tier).spans
        seconds.append(time.process_time() - begun)
        found[row["id"]] = [[s.start, s.end, s.type] for s in spans if types is None or s.type in types]
    return found, seconds


def theirs(python: str, gold: Rows, types: set[str] | None) -> tuple[dict[str, list[list[Any]]], list[float]]:
    told = "".join(json.dumps({"id": row["id"], "text": row["text"]}) + "\n" for row in gold)
    script = Path(__file__).parent / "peers/presidio.py"
    one_thread = {**os.environ, "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
    done = subprocess.run(
        [python, str(script)],
        input=told, capture_output=True, text=True, check=True, timeout=1800, env=one_thread,
    )  # fmt: skip
    answers = [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]
    found = {row["id"]: [s for s in row["spans"] if types is None or s[2] in types] for row in answers[:-1]}
    return found, answers[-1]["seconds"]


def held(texts: list[str], kind: Kind, tier: int) -> float:
    """The share judged review or block."""
    judged = [screen(text, kind=kind, tier=tier).verdict >= Verdict.REVIEW for text in texts]
    return sum(judged) / max(1, len(judged))


def verdicts(shared: Path, limit: int) -> Iterator[tuple[str, list[str], Kind, bool, str]]:
    for name, kind, expect, what, wanted in (
        ("replies", "reply", "hold", "disclosing replies held", "≥ .98"),
        ("replies", "reply", "let", "policy-true replies let through", "≥ .95"),
        ("public_posts", "post", "hold", "harmful posts held", ""),
        ("public_posts", "post", "let", "own clean posts held", "≤ .02"),
    ):
        texts = [
            row["text"]
            for row in test_replies.rows(name)
            if row["expect"] == expect and test_replies.half(row["text"]) == "blind"
        ]
        yield f"{what} (blind half)", texts, kind, "let" not in what, wanted  # type: ignore[misc]
    questions = shared / "data/signals/health_questions.jsonl"
    if questions.exists():
        answers = [". ".join(row["answer"].split(". ")[1:4]) for row in lines(questions, limit)]
        yield "real health education held", answers, "post", True, "≤ .02"


def speed(tier: int, seconds: float) -> tuple[float, float]:
    """Short posts a second, and the milliseconds within which 99 of 100 are judged."""
    for text in POSTS * 20:
        screen(text, tier=tier)
    taken: list[float] = []
    while sum(taken) < seconds:
        for text in POSTS:
            at = time.process_time()
            screen(text, tier=tier)
            taken.append(time.process_time() - at)
    return len(taken) / sum(taken), sorted(taken)[int(len(taken) * 0.99)] * 1000


def import_seconds() -> float:
    """The best of five: `import bedside.guard` in a fresh interpreter, less an empty one."""

    def run(code: str) -> float:
        best = 9.0
        for _ in range(5):
            before = resource.getrusage(resource.RUSAGE_CHILDREN)
            subprocess.run([sys.executable, "-c", code], check=True, timeout=60)
            after = resource.getrusage(resource.RUSAGE_CHILDREN)
            best = min(best, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
        return best

    return run("import bedside.guard") - run("pass")


def memory(tier: int) -> float:
    """The most memory a fresh process held while it screened the posts, in MiB (Linux)."""
    code = (
        f"import json, sys; from bedside.guard import screen; [screen(t, tier={tier}) for t in json.load(sys.stdin)];"
        "print(next(line.split()[1] for line in open('/proc/self/status') if line.startswith('VmHWM')))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        input=json.dumps(POSTS), capture_output=True, text=True, check=True, timeout=60,
    )  # fmt: skip
    return float(done.stdout) / 1024


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    arguments.add_argument("--shared", type=Path, default=Path("../shared"))
    arguments.add_argument("--rows", type=int, default=5000, help="at most this many rows of each file")
    arguments.add_argument("--seconds", type=float, default=3.0, help="how long speed is measured")
    arguments.add_argument("--presidio", help="the Python of an environment with Presidio")
    options = arguments.parse_args()
    tiers = range(best_tier() + 1)
    table = Table(title="The guard, tier by tier")
    table.add_column("what")
    for name in (
        "Presidio",
        *(f"tier {tier}" if tier == 0 else f"tiers 0-{tier}" for tier in tiers),
        "wanted",
    ):
        table.add_column(name, justify="right")
    peer_seconds: list[float] = []
    for name, gold, shown in labelled(options.shared, options.rows):
        types = {"NAME", "LOC"} if "tweets" in name else None
        scores = [score(gold, ours(gold, tier, types)[0]) for tier in tiers]
        peer: dict[str, float] = {}
        if options.presidio:
            found, seconds = theirs(options.presidio, gold, types)
            peer, peer_seconds = score(gold, found), peer_seconds + seconds
        for measure, wanted in shown:
            cells = [f"{one[measure]:.3f}" for one in scores]
            table.add_row(
                f"{name} ({len(gold):,}): {measure}",
                f"{peer[measure]:.3f}" if peer else "–", *cells, wanted,
            )  # fmt: skip
    for what, texts, kind, as_held, wanted in verdicts(options.shared, options.rows):
        shares = [held(texts, kind, tier) for tier in tiers]
        cells = [f"{share if as_held else 1 - share:.3f}" for share in shares]
        table.add_row(f"{what} ({len(texts):,})", "cannot", *cells, wanted)
    speeds = [speed(tier, options.seconds) for tier in tiers]
    peer_speed = f"{len(peer_seconds) / sum(peer_seconds):,.0f}" if peer_seconds else "–"
    peer_p99 = f"{sorted(peer_seconds)[int(len(peer_seconds) * 0.99)] * 1000:.0f}" if peer_seconds else "–"
    table.add_row(
        "texts/s, one core", peer_speed, *(f"{one:,.0f}" for one, _ in speeds), "30,000 / 4,000 / 300"
    )
    table.add_row("p99 of a text, ms", peer_p99, *(f"{late:.1f}" for _, late in speeds), "≤ 10")
    table.add_row("import, s", "–", f"{import_seconds():.2f}", *("" for _ in tiers[1:]), "≤ 0.3")
    table.add_row("memory, MiB", "–", *(f"{memory(tier):.0f}" for tier in tiers), "≤ 130 without model")
    table.caption = (
        "own sets were written by us: the blind halves were not tuned on, but share our imagination"
    )
    Console(width=130).print(table)


if __name__ == "__main__":
    main()
