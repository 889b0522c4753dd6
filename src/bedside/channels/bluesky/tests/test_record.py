from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bedside.channels.bluesky.record import blob_id, facets, record, tid
from bedside.channels.bluesky.session import expiry
from bedside.channels.port import Outgoing

AT = datetime(2026, 3, 1, 12, tzinfo=UTC)
OUTGOING = Outgoing("key", "Text", "", "en", (), {}, AT)


def features(text: str) -> list[tuple[str, str]]:
    """Each facet as (the bytes it covers, what it is)."""
    raw = text.encode()
    return [
        (
            raw[one["index"]["byteStart"] : one["index"]["byteEnd"]].decode(),
            one["features"][0].get("uri") or one["features"][0]["tag"],
        )
        for one in facets(text)
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("nothing", []),
        ("#FluShots now", [("#FluShots", "FluShots")]),
        ("a #tag, b #tag2.", [("#tag", "tag"), ("#tag2", "tag2")]),
        ("#1 #42 #", []),
        ("#1st", [("#1st", "1st")]),
        ("not#atag", []),
        ("🩺 #Grüße 漢 https://example.org/ü.", [("#Grüße", "Grüße"), ("https://example.org/ü",) * 2]),
        ("https://example.org/#anchor", [("https://example.org/#anchor",) * 2]),
        ("＃全角", [("＃全角", "全角")]),
        ("#" + "x" * 65, []),
        ("line\n#start", [("#start", "start")]),
        ("@clinic.example.org hello", []),
    ],
)
def test_facets(text: str, expected: list[tuple[str, str]]) -> None:
    assert features(text) == expected


@given(st.text(max_size=80))
def test_facets_cover_whole_characters_and_do_not_overlap(text: str) -> None:
    text = text.encode("utf-8", "ignore").decode() + " https://example.org/é #tag"
    end = 0
    for one in facets(text):
        start, stop = one["index"]["byteStart"], one["index"]["byteEnd"]
        assert end <= start < stop <= len(text.encode())
        text.encode()[start:stop].decode()
        end = stop


def test_a_tid_is_as_the_specification_says_and_follows_from_its_key() -> None:
    one = tid(AT, "key")
    assert (
        len(one) == 13
        and set(one) <= set("234567abcdefghijklmnopqrstuvwxyz")
        and one[0] in "234567abcdefghij"
    )
    assert one == tid(AT, "key") != tid(AT, "other")
    assert one < tid(AT + timedelta(milliseconds=1), "another")
    assert len({tid(AT, str(number)) for number in range(300)}) == 300


def test_blob_id_is_the_cid_of_the_content() -> None:
    # The CID of the empty raw block.
    empty = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    assert blob_id(empty) == "bafkreihdwdcefgh4dqkjv67uzcmw7ojee6xedzdetojuzjevtenxquvyku"


def test_record_is_whole_before_sending() -> None:
    made = record(replace(OUTGOING, text="Hello #World", language="pt-BR"))
    assert made["createdAt"] == "2026-03-01T12:00:00.000Z"
    assert made["langs"] == ["pt-BR"] and len(made["facets"]) == 1 and "embed" not in made
    assert "langs" not in record(replace(OUTGOING, language="not a language"))


@pytest.mark.parametrize(
    ("token", "expected"),
    [
        ("eyJhbGciOiJub25lIn0.eyJleHAiOiAxNzcyMzY2NDAwfQ.x", datetime(2026, 3, 1, 12, tzinfo=UTC)),
        ("eyJhbGciOiJub25lIn0.eyJleHAiOiAiYSJ9.x", None),
        ("eyJhbGciOiJub25lIn0.eyJleHAiOiAxZTk5OX0.x", None),
        ("eyJhbGciOiJub25lIn0.bnVsbA.x", None),
        ("opaque", None),
        ("a.b.c", None),
        ("é.é.é", None),
        ("a." + "A" * 9000 + ".c", None),
    ],
)
def test_expiry(token: str, expected: Any) -> None:
    assert expiry(token) == expected
