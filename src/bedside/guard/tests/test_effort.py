"""The work grows with the text and not with its square, and words keep their edges whatever stands between."""

from __future__ import annotations

import gc
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bedside.guard import screen
from bedside.guard.folding import Folded

PIECES = [
    "Maria Lopez ", "said Maria, ", "Apt. 4 ", "14 Alder Lane, ", "%41", "%4", "TWFyaWEg", "Aa1", "0 ", "0o", "@maria.",
    "#PrayForMaria", "in Springfield ", "Calle Mayor 14, ", "12 May ", "x" * 30 + " ", "\u200b", "é", "ß", "1️⃣", "A. ",
    "\n", "Name: ", "> Ana Ruiz\n", "one two ", "a@b.", "192.168.", "::1:", "lives in ", "12345678Z ", "Dr. ",
    "Suite 1\n",
]  # fmt: skip


def effort(text: str) -> float:
    """The least CPU time of three, in seconds; without the collector of garbage, whose work is not the guard's."""
    taken = []
    gc.disable()
    try:
        for _ in range(3):
            begun = time.process_time()
            screen(text, kind="reply")
            taken.append(time.process_time() - begun)
    finally:
        gc.enable()
    return min(taken)


@pytest.mark.parametrize("piece", PIECES)
def test_ten_times_the_text_takes_no_more_than_twenty_times_the_work(piece: str) -> None:
    small = (piece * 10_000)[:10_000]
    screen(small, kind="reply")
    assert effort((piece * 100_000)[:100_000]) <= 20 * max(effort(small), 0.002)


@given(
    st.lists(st.text(st.characters(categories=["L", "Nd"]), min_size=1, max_size=6), min_size=2, max_size=6),
    st.sampled_from(" \t\n\u00a0\u2003\u3000\u2028"),
)
@settings(max_examples=300, deadline=None)
def test_folding_never_joins_words(words: list[str], space: str) -> None:
    folded = Folded(space.join(words)).plain
    assert folded.split() == b" ".join(Folded(word).plain for word in words).split()
