"""The rooms without Django speak the language that Django has activated for whoever reads."""

from __future__ import annotations

import pytest
from django.utils import translation
from django.utils.translation import trans_real

from bedside.channels.port import Refused
from bedside.channels.wire import address
from bedside.core import words


def test_words_of_the_pure_rooms_are_in_the_readers_language(monkeypatch: pytest.MonkeyPatch) -> None:
    english = "The address has to begin with https://."
    with translation.override("de"):
        # Django's own catalogue has this one.
        assert words.gettext("Monday") == "Montag"
        german = {english: "Die Adresse beginnt mit https://."}
        monkeypatch.setattr(trans_real.catalog(), "_catalog", german)
        with pytest.raises(Refused, match="Die Adresse beginnt"):
            address("ftp://example.org")
    with translation.override("en"), pytest.raises(Refused, match=english):
        address("ftp://example.org")
