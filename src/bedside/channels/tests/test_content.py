"""What every channel checks of a content in the same way."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from bedside.channels.port import Outgoing, Picture
from bedside.channels.registry import channel

CHANNELS = ["newsroom", "bluesky", "mastodon", "webhook"]


def wrong(kind: str, *descriptions: str) -> list[tuple[str, str]]:
    pictures = tuple(Picture("ab" * 32, "image/png", 10, 64, 48, alt, lambda: b"") for alt in descriptions)
    outgoing = Outgoing(
        "key", "Flu shots on Saturday", "", "en", pictures, {}, datetime(2026, 3, 1, tzinfo=UTC)
    )
    return [(one.field, one.message) for one in channel(kind).check_content(outgoing, {})]


@pytest.mark.parametrize("kind", CHANNELS)
@pytest.mark.parametrize("empty", ["", " ", "\u00a0\t\n"])
def test_a_picture_goes_nowhere_without_a_description(kind: str, empty: str) -> None:
    found = wrong(kind, "A sign", empty)
    assert [field for field, _message in found] == ["alt"]
    assert "Picture 2" in found[0][1]


@pytest.mark.parametrize("kind", CHANNELS)
@pytest.mark.parametrize("alt", ["A sign", "image of a sign", "Picture of the door", "."])
def test_how_it_is_worded_is_left_to_people(kind: str, alt: str) -> None:
    assert wrong(kind, alt) == []
