"""What tier 0 finds in texts that were written before its rules were tuned on anything like them.

The floors lie a little under what was measured, so that a change that loses something is seen.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest

from bedside.guard import screen
from tests.blind.make_adversarial import BLIND, DEV, HARMLESS, SPELLINGS, clean_rows, rows
from tests.blind.marks import rows as marked
from tests.blind.marks import unmark

HERE = Path(__file__).parent


def found(row: dict[str, Any]) -> tuple[list[bool], list[tuple[int, int]]]:
    """For each marked span whether at least half of it was found, and the spans that lie on no marked one."""
    guesses = [(span.start, span.end) for span in screen(row["text"], kind="incoming", tier=0).spans]

    def under(span: tuple[int, int], others: Iterable[tuple[int, int]]) -> bool:
        inside = sum(max(0, min(span[1], end) - max(span[0], start)) for start, end in others)
        return inside * 2 >= span[1] - span[0]

    wanted = [(start, end) for start, end, _ in row["spans"]]
    return [under(span, guesses) for span in wanted], [guess for guess in guesses if not under(guess, wanted)]


def measure(texts: Iterable[dict[str, Any]]) -> tuple[float, float, float]:
    """Recall, precision, and the share of texts without a mark in which something was found."""
    hits: list[bool] = []
    wrong = clean = flagged = 0
    for row in texts:
        right, false = found(row)
        hits += right
        wrong += len(false)
        clean += not row["spans"]
        flagged += not row["spans"] and bool(false)
    return sum(hits) / max(1, len(hits)), sum(hits) / max(1, sum(hits) + wrong), flagged / max(1, clean)


def test_enough_texts_half_of_them_clean() -> None:
    later = list(marked(HERE / "later.txt"))
    clean = [*marked(HERE / "clean.txt"), *clean_rows("blind"), *(row for row in later if not row["spans"])]
    leaks = [*marked(HERE / "leaks.txt"), *rows(BLIND, 1), *(row for row in later if row["spans"])]
    assert len(clean) >= 180 and len(leaks) >= 180
    assert not any(row["spans"] for row in clean) and all(row["spans"] for row in leaks)


def test_short_texts() -> None:
    files = ("clean.txt", "leaks.txt", "later.txt")
    recall, precision, flagged = measure([row for name in files for row in marked(HERE / name)])
    assert recall >= 0.95 and precision >= 0.97 and flagged <= 0.03


def test_odd_spellings() -> None:
    recall, precision, flagged = measure([*rows(BLIND, 8), *clean_rows("blind", 8)])
    assert recall >= 0.98 and precision >= 0.98 and flagged <= 0.05


@pytest.mark.parametrize("spelling", [name for name, _, _ in SPELLINGS])
def test_no_spelling_is_lost(spelling: str) -> None:
    recall, _, _ = measure(row for row in rows(BLIND, 8) if row["spelling"] == spelling)
    assert recall >= 0.85


def test_the_seeds_share_nothing() -> None:
    for name in ("names", "phones", "emails", "numbers", "socials", "ips", "urls"):
        assert not set(getattr(DEV, name)) & set(getattr(BLIND, name))
    for kind in DEV.carriers:
        assert not set(DEV.carriers[kind]) & set(BLIND.carriers[kind])
    assert not set(HARMLESS["dev"]) & set(HARMLESS["blind"])


def test_rows_are_the_same_each_time_and_their_spans_fit() -> None:
    first = list(rows(BLIND))
    assert first == list(rows(BLIND))
    for row in first:
        ((start, end, _),) = row["spans"]
        assert 0 <= start < end <= len(row["text"])
    assert len(Counter(row["id"] for row in first)) == len(first)


def test_unmark() -> None:
    assert unmark("a {NAME:B c} d {AGE:97}") == ("a B c d 97", [[2, 5, "NAME"], [8, 10, "AGE"]])
