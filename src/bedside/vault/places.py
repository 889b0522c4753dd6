"""Where else something is encrypted with the key ring than in an encrypted field: each such place says here
how its tokens are renewed, so that no key is dropped that something still needs."""

from __future__ import annotations

from collections.abc import Callable

Renew = Callable[[str], str | None]
"""Takes a token; gives the one to store instead, or None when it is under the newest key already. Raises
`Unavailable` when no key opens it."""

_places: dict[str, Callable[[Renew], int]] = {}


def register_place(name: str, renew_all: Callable[[Renew], int]) -> None:
    """Have `renew_all` called whenever keys change. It passes every token of its place through the function
    it is given, stores what comes back in transactions of its own, never over a value that has changed in
    the meantime, and returns how many it stored. `name` says in words what is kept there."""
    _places[name] = renew_all


def places() -> dict[str, Callable[[Renew], int]]:
    """Every registered place by name."""
    return dict(_places)
