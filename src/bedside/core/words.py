"""The words people read, on their way through a translator. Pure rooms may not import Django, so they say
`_("…")` to this module, with the same names as gettext's (and Django's, so that `makemessages` finds them).

Nothing is translated until somebody installs a translator: the rooms can be used alone, in English.
"""

from __future__ import annotations

from gettext import NullTranslations
from typing import Protocol


class Translator(Protocol):
    """What gettext's translations have, and Django's `translation` module."""

    def gettext(self, message: str, /) -> str: ...

    def ngettext(self, singular: str, plural: str, number: int, /) -> str: ...


_translator: Translator = NullTranslations()


def install(translator: Translator) -> Translator:
    """Ask `translator` from now on, in every thread. Returns the one asked before, to put it back."""
    global _translator
    before, _translator = _translator, translator
    return before


def gettext(message: str) -> str:
    """`message` in the language of whoever reads it. Fill `%(name)s` in afterwards, never before."""
    return _translator.gettext(message)


def ngettext(singular: str, plural: str, number: int) -> str:
    """The form of the message for `number` things."""
    return _translator.ngettext(singular, plural, number)


def gettext_noop(message: str) -> str:
    """`message` as it is, marked for translators; whoever shows it calls `gettext` on it."""
    return message
