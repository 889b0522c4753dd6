"""The registry of everything that can stand in the record, each verb with its words.

A room lists its verbs in its own `verbs.py` and imports that in `AppConfig.ready`:

    register(Verb("post.approved", _("approved the text of"), noun="post"))

The words stand between who did it and what it was done to: “Ada approved the text of post 12”.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

_NAME = re.compile(r"[a-z]+(?:[-_][a-z]+)*\.[a-z]+(?:[-_][a-z]+)*")
_NOUN = re.compile(r"[a-z]+(?:[-_][a-z]+)*")


@dataclass(frozen=True, slots=True)
class Verb:
    """One thing that can be done: `name` (room or noun, a dot, past tense), `words`, and the `noun` it is
    done to. Raises `ValueError` when the name or the noun is not of this form, or too long."""

    name: str
    words: str | Promise
    noun: str

    def __post_init__(self) -> None:
        if not _NAME.fullmatch(self.name) or len(self.name) > 100:
            raise ValueError(f"“{self.name}” is not a verb's name; write one such as post.approved.")
        if not _NOUN.fullmatch(self.noun) or len(self.noun) > 50:
            raise ValueError(f"“{self.noun}” is not a noun; write one such as post.")


_verbs: dict[str, Verb] = {}


def register(*verbs: Verb) -> None:
    """Make verbs known. Raises `ValueError` when a name is taken by another verb."""
    for verb in verbs:
        known = _verbs.setdefault(verb.name, verb)
        if (known.noun, known.words) != (verb.noun, verb.words):
            raise ValueError(f"The verb {verb.name} is registered twice with different words.")


def verb_named(name: str) -> Verb:
    """The verb of that name. Raises `LookupError` when no room has registered it."""
    try:
        return _verbs[name]
    except KeyError:
        raise LookupError(f"The verb {name} is not registered; add it to its room's verbs.py.") from None


def all_verbs() -> tuple[Verb, ...]:
    """Every registered verb, by name."""
    return tuple(_verbs[name] for name in sorted(_verbs))


def words_of(name: str) -> str:
    """The words for a stored verb, and its name itself when the room that knew it is gone."""
    verb = _verbs.get(name)
    return str(verb.words) if verb else name


SHREDDED = Verb("audit.shredded", _("shredded the details of"), noun="entries")

register(
    SHREDDED,
    Verb("audit.exported", _("exported the record through"), noun="entries"),
    Verb("keys.rotated", _("changed the encryption key in"), noun="key-file"),
)
