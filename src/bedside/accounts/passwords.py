"""What a password must not be, beside Django's own validators. Nothing leaves the machine for this."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from bedside.accounts.models import Person

_words: list[Callable[[], Iterable[str]]] = []
_CHECKED = 72
_OF_ITS_OWN = 8


def avoid(words: Callable[[], Iterable[str]]) -> None:
    """Have passwords refused that are built from `words()`: the organisation's name, its sites."""
    _words.append(words)


def _known(user: object) -> set[str]:
    said = [text for words in _words for text in words()]
    if isinstance(user, Person):
        said += [user.email, user.name]
    return {word for text in said for word in re.findall(r"\w{4,}", text.lower())}


class GuessableValidator:
    """Refuses what is guessed early, by the order in which breached passwords are tried (zxcvbn; score below
    3 of 4 is fewer than 10^8 guesses): common ones and their variations, names, dates, repeats, rows of keys.
    """

    def validate(self, password: str, user: object = None) -> None:
        # Imported here: it reads its lists (15 MB), which a desk needs on few days.
        from zxcvbn import zxcvbn  # type: ignore[import-untyped]

        known = _known(user)
        rest = password.lower()
        for word in sorted(known, key=len, reverse=True):
            rest = rest.replace(word, "")
        if rest != password.lower() and len(set(rest)) < _OF_ITS_OWN:
            raise ValidationError(
                _("This is built from a name that others know. Take words that have nothing to do with it."),
                code="password_of_names",
            )
        if zxcvbn(password[:_CHECKED], user_inputs=sorted(known)[:200])["score"] < 3:
            raise ValidationError(
                _(
                    "This is among the passwords that are tried first. Take four words that have nothing to do "
                    "with each other, or have a password manager make one."
                ),
                code="password_guessable",
            )

    def get_help_text(self) -> str:
        return _("Four words that have nothing to do with each other are good, and easy to keep in mind.")
