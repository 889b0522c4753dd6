"""Which channels there are: everything behind an entry point of group `bedside.channels`."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from functools import lru_cache
from importlib.metadata import EntryPoint, entry_points
from types import MappingProxyType

from bedside.channels.port import Channel
from bedside.core.errors import NotFound
from bedside.core.words import gettext as _

GROUP = "bedside.channels"

# Also declared in pyproject.toml; repeated so that a source checkout works whose metadata is missing or old.
BUILT_IN = tuple(
    EntryPoint(name, f"bedside.channels.{name}:CHANNEL", GROUP)
    for name in ("newsroom", "bluesky", "mastodon", "webhook")
)

_log = logging.getLogger(__name__)


def channels() -> Mapping[str, Channel]:
    """Every channel by its kind, the built-in ones first. One that cannot be loaded is in `broken()`."""
    return _load()[0]


def channel(kind: str) -> Channel:
    """The channel of this kind. Raises `NotFound` with the kinds there are."""
    found = channels().get(kind)
    if found is None:
        words = _("There is no channel “%(kind)s”. There are: %(kinds)s.")
        raise NotFound(words % {"kind": kind, "kinds": ", ".join(channels())})
    return found


def broken() -> Mapping[str, str]:
    """The plug-ins that could not be loaded, by entry point name, and why: for `bedside check`."""
    return _load()[1]


@lru_cache(maxsize=1)
def _load() -> tuple[Mapping[str, Channel], Mapping[str, str]]:
    good: dict[str, Channel] = {}
    bad: dict[str, str] = {}
    own = {entry.name: entry.value for entry in BUILT_IN}
    plugged = [entry for entry in entry_points(group=GROUP) if own.get(entry.name) != entry.value]
    for entry in (*BUILT_IN, *plugged):
        try:
            declared = entry.load()
            if not isinstance(declared, Channel) or declared.kind != entry.name:
                raise TypeError(f"{entry.value} is not a Channel of kind “{entry.name}”")
            if entry.name in good:
                raise ValueError(f"“{entry.name}” is declared twice; {entry.value} is left out")
        except Exception as error:
            # A broken plug-in must not keep the desk from starting; `bedside check` names it.
            _log.exception("The channel %s cannot be loaded", entry.name)
            bad[f"{entry.name} ({entry.value})"] = f"{type(error).__name__}: {error}"
        else:
            good[entry.name] = declared
    return MappingProxyType(good), MappingProxyType(bad)
