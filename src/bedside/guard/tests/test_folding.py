"""Folding: what is read, and the way back."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bedside.guard.folding import Folded

ANY_TEXT = st.text(st.characters(exclude_categories=[]), max_size=200)


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("plain text\n", b"plain text\n"),
        ("３０３－５５５", b"303-555"),
        ("Јоhn", b"John"),
        ("Јо\u200bhn\u202e", b"John"),
        ("Krisztián Szöllősy", b"Krisztian Szollosy"),
        ("1️⃣2️⃣", b"12"),
        ("①②", b"12"),
        ("𝐉𝐨𝐡𝐧", b"John"),
        ("٣٠٣", b"303"),
        ("“it’s” – ok…", b'"it\'s" - ok...'),
        ("straße", b"strasse"),
        ("привет мир", b"\x02" * 6 + b" " + b"\x02" * 3),
        ("💙", b"\x03"),
        ("\ud800", b"\x03"),
        ("a\x00b\x01c", b"a b c"),
        ("", b""),
    ],
)
def test_fold(text: str, plain: bytes) -> None:
    assert Folded(text).plain == plain


@pytest.mark.parametrize(
    ("text", "found", "original"),
    [
        ("see Јо\u200bhn now", b"John", "Јо\u200bhn"),
        ("n 1️⃣2️⃣ x", b"12", "1️⃣2️⃣"),
        ("die straße", b"strasse", "straße"),
        ("die straße", b"stras", "straß"),
        ("💙 John", b"John", "John"),
    ],
)
def test_the_way_back(text: str, found: bytes, original: str) -> None:
    folded = Folded(text)
    start = folded.plain.index(found)
    first, last = folded.span(start, start + len(found))
    assert text[first:last] == original


def test_words_are_not_joined_across_white_space() -> None:
    assert Folded("Jo\u00a0hn a\u2003b\u3000c").plain == b"Jo hn a b c"


@given(ANY_TEXT)
@settings(max_examples=300, deadline=None)
def test_the_map_is_monotonic_and_within_the_text(text: str) -> None:
    folded = Folded(text)
    assert folded.plain.isascii() and len(folded.plain) == len(folded.lower)
    before = 0
    for place in range(len(folded.plain)):
        start, end = folded.span(place, place + 1)
        assert before <= start < end <= len(text)
        before = start
    for place in range(len(text)):
        assert 0 <= folded.position(place) <= len(folded.plain)


@given(st.text(st.characters(codec="ascii"), max_size=100))
def test_plain_ascii_keeps_its_places(text: str) -> None:
    folded = Folded(text)
    assert len(folded.plain) == len(text)
    assert folded.span(0, len(text)) == (0, len(text))
