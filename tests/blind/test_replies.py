"""Replies and public posts that were written before the rules they test, judged as a whole.

Each row says whether it should be held (`review` or `block`) or let through (`pass` or `note`). A hash of the text
puts it into the development half, on which thresholds were chosen, or the blind half, which nobody looks at when a
rule misses. The floors stand a little below what was measured when they were set; raise them, never lower them.
"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest

from bedside.guard import Verdict, screen
from bedside.guard.models import best_tier

HERE = Path(__file__).parent
# (file, kind, half, expected): the share judged as expected, at least.
FLOORS = {
    ("replies", "reply", "dev", "hold"): 0.95,
    ("replies", "reply", "dev", "let"): 0.97,
    ("replies", "reply", "blind", "hold"): 0.91,
    ("replies", "reply", "blind", "let"): 0.94,
    ("public_posts", "post", "dev", "hold"): 0.95,
    ("public_posts", "post", "dev", "let"): 0.98,
    ("public_posts", "post", "blind", "hold"): 0.85,
    ("public_posts", "post", "blind", "let"): 0.98,
}


def half(text: str) -> str:
    return "blind" if hashlib.sha256(text.encode()).digest()[0] % 2 else "dev"


def rows(name: str) -> list[dict[str, str]]:
    return [json.loads(line) for line in (HERE / f"{name}.jsonl").read_text("utf-8").splitlines()]


@pytest.mark.parametrize("tier", [1, 2])
@pytest.mark.parametrize(
    ("name", "kind", "part", "expect"),
    list(FLOORS),
    ids=lambda value: value if isinstance(value, str) else None,
)
def test_floors(name: str, kind: str, part: str, expect: str, tier: int) -> None:
    if tier > best_tier():
        pytest.skip("ONNX Runtime is not installed")
    texts = [row["text"] for row in rows(name) if row["expect"] == expect and half(row["text"]) == part]
    right = [
        (screen(text, kind=kind, tier=tier).verdict >= Verdict.REVIEW) is (expect == "hold") for text in texts
    ]
    floor = FLOORS[name, kind, part, expect] - (0.02 if tier == 2 and expect == "let" else 0)
    assert sum(right) / len(right) >= floor, f"{sum(right)} of {len(right)}"


def test_the_sets_are_large_and_fair() -> None:
    replies, posts = rows("replies"), rows("public_posts")
    held = [row for row in replies if row["expect"] == "hold"]
    assert len(held) >= 250 and len(replies) - len(held) >= 250 and len(posts) >= 300
    assert sum(row["language"] == "es" for row in held) >= 40
    for part in (replies, posts):
        assert len({row["text"] for row in part}) == len(part)


def test_nothing_blind_was_learnt_from() -> None:
    learnt = set()
    for name in ("disclosing", "general"):
        source = HERE.parents[1] / f"training/replies/{name}.txt"
        learnt.update(line.strip() for line in source.read_text("utf-8").splitlines())
    shared = {
        row["text"] for row in rows("replies") + rows("public_posts") if half(row["text"]) == "blind"
    } & learnt
    assert not shared
