"""Who did it: the small value that the doors make and every action passes on to `record`."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass
from typing import Literal, cast, get_args
from uuid import UUID

Door = Literal["web", "api", "cli", "worker"]
DOORS: tuple[Door, ...] = get_args(Door)
LABEL_LIMIT = 254
ADDRESS_LIMIT = 45


def _plain(text: str, limit: int) -> str:
    # Neither database stores lone surrogates, and PostgreSQL no NUL.
    return text.encode("utf-8", "replace").decode("utf-8").replace("\x00", "\ufffd").strip()[:limit]


def _address(text: str) -> str:
    try:
        return str(ipaddress.ip_address(text.strip().partition("%")[0]))
    except ValueError:
        # A proxy may hand over something odd: better written down as it came than lost.
        return _plain(text, ADDRESS_LIMIT)


@dataclass(frozen=True, slots=True)
class Actor:
    """Somebody, or a part of Bedside, acting through one of the doors.

    `id` is the person's, None for Bedside itself; `label` is what a reader of the record sees (an e-mail
    address, “bedside” or “cli”), kept even if the person is renamed later; `address` is the IP address the
    request came from, written in its one canonical form. Raises `ValueError` for an unknown door or an
    empty label.
    """

    id: UUID | None
    label: str
    door: Door
    address: str | None = None

    def __post_init__(self) -> None:
        if self.door not in DOORS:
            raise ValueError(f"“{self.door}” is not a door; there are {', '.join(DOORS)}.")
        label = _plain(self.label, LABEL_LIMIT)
        if not label:
            raise ValueError("An actor needs a label that a reader of the record recognises.")
        object.__setattr__(self, "label", label)
        object.__setattr__(self, "address", (_address(self.address) or None) if self.address else None)

    @classmethod
    def system(cls, door: str = "worker") -> Actor:
        """Bedside acting by itself: a delivery leaving, a schedule falling due."""
        return cls(id=None, label="bedside", door=cast(Door, door))

    @classmethod
    def console(cls) -> Actor:
        """Whoever may run `bedside` on the machine itself."""
        return cls(id=None, label="cli", door="cli")
