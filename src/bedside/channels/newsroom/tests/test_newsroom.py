from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from bedside.channels.newsroom.channel import CHANNEL, headline, public_id, slug
from bedside.channels.port import Account, Outgoing, Picture

OUTGOING = Outgoing(
    "key-1", "Flu shots on Saturday\n\nCome by.", "", "en", (), {}, datetime(2026, 3, 1, tzinfo=UTC)
)


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("Flu shots on Saturday!", "flu-shots-on-saturday"),
        ("Große Öffnung für Ärzte", "grosse-offnung-fur-arzte"),
        ("It's open", "its-open"),
        ("健康", "news"),
        ("", "news"),
        ("../../etc/passwd?x=<y>", "etc-passwd-x-y"),
        ("word " * 40, "word-word-word-word-word-word-word-word-word-word-word-word"),
        ("x" * 100, "x" * 60),
    ],
)
def test_slugs(title: str, expected: str) -> None:
    assert slug(title) == expected


def test_public_id_follows_from_the_key_and_gives_nothing_away() -> None:
    assert public_id("key-1") == public_id("key-1") != public_id("key-2")
    assert len(public_id("key-1")) == 16 and public_id("key-1").isalnum() and "key" not in public_id("key-1")


def test_headline_is_the_title_or_the_first_line() -> None:
    assert headline(replace(OUTGOING, title=" A  title ")) == "A title"
    assert headline(OUTGOING) == "Flu shots on Saturday"
    assert headline(replace(OUTGOING, text="\n\n" + "word " * 60)).endswith("word…")
    assert len(headline(replace(OUTGOING, text="word " * 60))) <= 120


def test_prepared_page() -> None:
    picture = Picture("ab" * 32, "image/png", 10, 64, 48, "A sign", lambda: b"")
    prepared = CHANNEL.prepare(replace(OUTGOING, pictures=(picture,)), Account(""))
    assert prepared["slug"] == "flu-shots-on-saturday"
    assert prepared["created_at"] == "2026-03-01T00:00:00Z"
    assert prepared["pictures"] == [
        {"sha256": "ab" * 32, "alt": "A sign", "width": 64, "height": 48, "mime": "image/png", "size": 10}
    ]


def test_a_picture_alone_is_no_news() -> None:
    picture = Picture("ab" * 32, "image/png", 10, 64, 48, "A sign", lambda: b"")
    problems = CHANNEL.check_content(replace(OUTGOING, text=" ", pictures=(picture,)), {})
    assert [one.field for one in problems] == ["text"]
