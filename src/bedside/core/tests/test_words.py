"""The door to a translator: plain English without one, and core's own words through it."""

from __future__ import annotations

import importlib.util
from collections.abc import Iterator
from datetime import datetime

import pytest

from bedside.core import clock, words
from bedside.core.errors import Invalid, NotFound


class Backwards:
    """A language in which everything is written from the end."""

    def gettext(self, message: str) -> str:
        return message[::-1]

    def ngettext(self, singular: str, plural: str, number: int) -> str:
        return (singular if number == 1 else plural)[::-1]


@pytest.fixture
def backwards() -> Iterator[None]:
    before = words.install(Backwards())
    yield
    words.install(before)


def test_without_a_translator_words_stay_as_they_are() -> None:
    # A fresh module, as those find it who use the pure rooms alone; in this process Django is installed.
    spec = importlib.util.find_spec("bedside.core.words")
    assert spec is not None and spec.loader is not None
    alone = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(alone)
    assert alone.gettext("100 % of “it”") == "100 % of “it”"
    assert [alone.ngettext("day", "days", number) for number in (0, 1, 2)] == ["days", "day", "days"]
    assert alone.gettext_noop("") == alone.gettext("") == ""


@pytest.mark.usefixtures("backwards")
def test_what_is_installed_is_asked() -> None:
    assert words.gettext("abc") == "cba"
    assert [words.ngettext("day", "days", number) for number in (0, 1, 2)] == ["syad", "yad", "syad"]
    with pytest.raises(Invalid) as refused:
        clock.to_utc(datetime.min, "Europe/Berlin")
    assert refused.value.detail == "Choose a time between the years 2 and 9998."[::-1]


def test_who_installs_one_can_put_the_other_back() -> None:
    mine = Backwards()
    before = words.install(mine)
    assert words.install(before) is mine
    assert words.gettext("abc") == "abc"


@pytest.mark.usefixtures("backwards")
def test_titles_are_marked_only() -> None:
    assert words.gettext_noop("abc") == "abc"
    assert NotFound.title == "There is no such thing here"
