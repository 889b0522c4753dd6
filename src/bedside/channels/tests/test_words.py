"""What channels say comes in the language of whoever reads it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime

import pytest

from bedside.channels import content
from bedside.channels.port import Account, Limits, Outgoing, Picture, Refused
from bedside.channels.registry import channel
from bedside.channels.wire import Wire, address
from bedside.core import words
from bedside.core.errors import NotFound

GERMAN = {
    "There is neither text nor picture.": "Es gibt weder Text noch Bild.",
    "%(network)s takes at most %(most)s picture.": "%(network)s: höchstens %(most)s Bild.",
    "%(network)s takes at most %(most)s pictures.": "%(network)s: höchstens %(most)s Bilder.",
    "the newsroom": "Newsroom",
    "The text is %(length)s %(unit)s long; %(network)s takes %(most)s.": "%(length)s %(unit)s; nicht über %(most)s.",
    "characters": "Zeichen",
    "The address has to begin with https://.": "Die Adresse muss mit https:// beginnen.",
    "There is no channel “%(kind)s”. There are: %(kinds)s.": "Es gibt keinen Kanal „%(kind)s“.",
    "This receipt does not belong to a Mastodon post.": "Diese Quittung gehört zu keinem Mastodon-Beitrag.",
}


class German:
    def gettext(self, message: str) -> str:
        return GERMAN[message]

    def ngettext(self, singular: str, plural: str, number: int) -> str:
        return GERMAN[singular if number == 1 else plural]


@pytest.fixture(autouse=True)
def german() -> Iterator[None]:
    before = words.install(German())
    yield
    words.install(before)


def outgoing(text: str, pictures: int = 0) -> Outgoing:
    image = Picture("ab" * 32, "image/png", 10, 64, 48, "A sign", lambda: b"")
    return Outgoing("key", text, "", "en", (image,) * pictures, {}, datetime(2026, 3, 1, tzinfo=UTC))


@pytest.mark.parametrize(
    ("kind", "text", "pictures", "told"),
    [
        ("newsroom", "", 0, "Es gibt weder Text noch Bild."),
        ("newsroom", "Flu shots", 21, "Newsroom: höchstens 20 Bilder."),
        ("bluesky", "ab" * 200, 0, "400 Zeichen; nicht über 300."),
    ],
)
def test_a_problem_comes_translated(kind: str, text: str, pictures: int, told: str) -> None:
    facts: Mapping[str, object] = {}
    (problem,) = channel(kind).check_content(outgoing(text, pictures), facts)
    assert problem.message == told


def test_one_and_more_than_one_are_told_apart() -> None:
    (problem,) = content.problems(outgoing("Hi", 2), Limits(text=None, pictures=1), 2, "Bluesky")
    assert problem.message == "Bluesky: höchstens 1 Bild."


def test_refusals_come_translated() -> None:
    with pytest.raises(Refused, match="Die Adresse muss"):
        address("ftp://example.org")
    with pytest.raises(NotFound, match="keinen Kanal „fax“"):
        channel("fax")
    delete = channel("mastodon").delete
    assert delete is not None
    with Wire(1) as wire, pytest.raises(Refused, match="Diese Quittung"):
        delete("at://x", {}, Account("https://social.example.org"), wire)


def test_what_is_declared_is_marked_and_stays_english() -> None:
    declared = channel("newsroom")
    assert (declared.title, declared.limits({}).unit) == ("Newsroom", "characters")
    assert declared.promise.startswith("Exactly once")
