"""Decoding: what is in base64 or behind percent signs is read, and found where the code stands."""

from __future__ import annotations

import base64

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bedside.guard import screen
from bedside.guard.decoding import encoded
from bedside.guard.folding import Folded

MARIA = base64.b64encode(b"Maria Lopez").decode()


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (f"ask {MARIA} now", MARIA),
        ("ask Maria%20Lopez now", "Maria%20Lopez"),
        ("ask %4D%61%72%69%61%20%4C%6F%70%65%7A now", "%4D%61%72%69%61%20%4C%6F%70%65%7A"),
        ("to maria.lopez%40example.org", "maria.lopez%40example.org"),
        ("💙 ask Krisztián%20Szöllősy said", "Krisztián%20Szöllősy"),
        (f"💙 {base64.b64encode('José Hernández'.encode()).decode()}", "Sm9zw6kgSGVybsOhbmRleg=="),
    ],
)
def test_found_where_the_code_stands(text: str, found: str) -> None:
    spans = screen(text, kind="incoming").spans
    assert [text[span.start : span.end] for span in spans] == [found]


@pytest.mark.parametrize(
    "text",
    [
        "100% of people, 50%20 in all",
        "#BreastCancerAwareness and #KnowYourNumbers",
        "InternationalNursesDayCelebration",
        "d2FzaCB5b3VyIGhhbmRz",
        "wash%20your%20hands",
        "%zz %2 % %%",
        "ABCDEFGHIJKLMNOP",
        "%FF%FE",
    ],
)
def test_nothing_is_read_into_what_is_no_code(text: str) -> None:
    assert screen(text, kind="incoming").spans == ()


@given(
    st.lists(
        st.sampled_from([MARIA, "%4D", "%C3%A9", "%", "é", "Јо", "💙", " ", "=", "x", "％４１"]), max_size=30
    ).map("".join)
)
@settings(max_examples=200, deadline=None)
def test_the_way_back_lies_within_the_text(text: str) -> None:
    folded = Folded(text, encoded(text))
    before = 0
    for place in range(len(folded.plain)):
        start, end = folded.span(place, place + 1)
        assert before <= start < end <= len(text)
        before = start
