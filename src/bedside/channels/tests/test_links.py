from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bedside.channels.links import links


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("no link here, example.org neither", []),
        ("https://example.org", ["https://example.org"]),
        ("See https://example.org/a.", ["https://example.org/a"]),
        ("(https://example.org/a_(b))", ["https://example.org/a_(b)"]),
        ("[https://example.org/a]!", ["https://example.org/a"]),
        ("HTTPS://EXAMPLE.ORG/x?y=1&z=2#f, and", ["HTTPS://EXAMPLE.ORG/x?y=1&z=2#f"]),
        ("“https://example.org/q”", ["https://example.org/q"]),
        ("https:// and http://", []),
        ("http://[broken", []),
        ("https://例え.jp/パス。", ["https://例え.jp/パス。"]),
        ("ftp://example.org javascript:alert(1)", []),
        ("<https://example.org/x>", ["https://example.org/x"]),
    ],
)
def test_links(text: str, found: list[str]) -> None:
    assert [text[start:end] for start, end in links(text)] == found


@given(st.text(st.sampled_from("htps:/.()[]<> \n\"'ab1%é🩺#?"), max_size=60))
def test_places_are_in_order_and_apart(text: str) -> None:
    end = 0
    for start, stop in links(f"https://a.example {text}"):
        assert end <= start < stop
        end = stop
