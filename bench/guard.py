"""Measure the guard: speed, start, memory, and what it finds in the shared labelled text.

    python -m bench.guard [--shared ../shared] [--rows N] [--json]

Times are CPU seconds of one core, so that other work on the machine counts less.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import resource
import subprocess
import sys
import time
from pathlib import Path
from types import ModuleType
from typing import Any

from bedside.guard import Verdict, screen

HERE = Path(__file__).parent
POSTS = (
    "Flu shots are here. Walk in any weekday from 9 to 5 at our Main Street clinic, no appointment needed. #FluShot",
    "High blood pressure often has no symptoms. Know your numbers and talk to your doctor. https://www.cdc.gov/heart",
    "Join us Saturday, May 3 for our Heart Walk in Springfield. Dr. Sarah Chen will talk about heart health.",
    "Thank you for your feedback. Please call our patient relations team at 555-0134 so that we can learn more.",
    "Our new cardiology wing opens in March. We’re proud to care for our community 💙",
    "In crisis? Call or text 988, day and night.",
    "Maria Lopez from Milford was diagnosed with leukemia last Tuesday.",
)


def speed(texts: list[str], kind: str, seconds: float) -> dict[str, float]:
    """Texts per second, and the time within which 99 of 100 texts were judged, in milliseconds."""
    for text in texts[:200]:
        screen(text, kind=kind)
    taken: list[float] = []
    begun = time.process_time()
    while time.process_time() - begun < seconds:
        for text in texts:
            at = time.process_time()
            screen(text, kind=kind)
            taken.append(time.process_time() - at)
    taken.sort()
    return {"texts/s": len(taken) / sum(taken), "p99 ms": taken[int(len(taken) * 0.99)] * 1000}


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


def memory() -> float:
    """The memory a fresh process holds after it screened the posts as every kind, in MiB (Linux)."""
    code = (
        "import json, sys; from bedside.guard import screen;"
        "[screen(t, kind=k) for t in json.load(sys.stdin) for k in ('post', 'reply', 'incoming')];"
        "print(next(line.split()[1] for line in open('/proc/self/status') if line.startswith('VmHWM')))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        input=json.dumps(POSTS), capture_output=True, text=True, check=True, timeout=60,
    )  # fmt: skip
    return float(done.stdout) / 1024


def scorer(shared: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location("score_spans", shared / "tools/score_spans.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def lines(path: Path, limit: int | None = None) -> list[dict[str, Any]]:
    with path.open(encoding="utf-8") as rows:
        return [json.loads(row) for row in rows if row.strip()][:limit]


def spans(shared: Path, name: str, limit: int | None) -> dict[str, Any]:
    gold = lines(shared / f"data/guard/{name}.jsonl", limit)
    found = {
        row["id"]: [[span.start, span.end, span.type] for span in screen(row["text"], kind="incoming").spans]
        for row in gold
    }
    return dict(scorer(shared).score(gold, found))


def held(rows: list[tuple[str, str]]) -> float:
    """The share of (kind, text) pairs judged review or block."""
    return sum(screen(text, kind=kind).verdict >= Verdict.REVIEW for kind, text in rows) / max(1, len(rows))


def table(path: Path, sign: str) -> list[tuple[str, str]]:
    rows = (line.split(" | ", 1) for line in path.read_text("utf-8").split("\n") if line.startswith(sign))
    return [(head.split(" ")[1], text) for head, text in rows]


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--shared", type=Path, default=Path("../shared"))
    arguments.add_argument("--rows", type=int, default=None, help="at most this many rows of each file")
    arguments.add_argument("--seconds", type=float, default=3.0)
    arguments.add_argument("--json", action="store_true")
    options = arguments.parse_args()
    results: dict[str, float] = {"import s": import_seconds()}
    begun = time.process_time()
    screen("first")
    results["first screen s"] = time.process_time() - begun
    results |= {
        f"short posts, {key}": value for key, value in speed(list(POSTS), "post", options.seconds).items()
    }
    begun = time.process_time()
    screen(("Your visit on March 3rd, Maria Lopez. " * 3000)[:100_000], kind="reply")
    results["100 KB text s"] = time.process_time() - begun
    own = HERE.parent / "src/bedside/guard/tests"
    for name in ("reply", "post"):
        path = own / f"verdicts_{name}.txt"
        results[f"own {name} set, disclosing held"] = held(table(path, "+"))
        results[f"own {name} set, fine ones held"] = held(table(path, "-"))
    if options.shared.exists():
        examples = lines(options.shared / "domain/reply_examples.jsonl")
        for verdict in ("block", "pass"):
            rows = [("reply", row["text"]) for row in examples if row["verdict"] == verdict]
            results[f"reply examples to {verdict}, held"] = held(rows)
        answers = lines(options.shared / "data/signals/health_questions.jsonl", options.rows)
        rows = [("post", ". ".join(row["answer"].split(". ")[1:4])) for row in answers]
        results["health education as posts, held"] = held(rows)
        for name in ("synthetic_mixed", "synthetic_clinical", "synthetic_context"):
            for key, value in spans(options.shared, name, options.rows).items():
                results[f"{name}, {key}"] = value
    results["memory MiB, fresh process"] = memory()
    if options.json:
        print(json.dumps({key: round(value, 4) for key, value in results.items()}, indent=1))
        return
    for key, value in results.items():
        print(f"{key:48} {value:>12,.4g}")
    print(
        "\nTier 0 (rules). The own sets were used while the rules were written: they show that nothing was lost,"
    )
    print("not how well unseen text is judged. Presidio beside it in one run is not here yet.")


if __name__ == "__main__":
    main()
