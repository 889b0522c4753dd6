"""Who calls an action, and through which door."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from django.utils.translation import gettext as _

from bedside.accounts.models import Person
from bedside.accounts.roles import Right
from bedside.audit.actor import Actor, Door
from bedside.core.errors import Forbidden


@dataclass(frozen=True)
class Caller:
    """A person at a door ("web", "api"), or with `person` None Bedside itself ("worker") or whoever has the
    machine's shell ("cli"). The shell may do what an administrator may; nobody decides without being a person.
    """

    person: Person | None
    door: Door
    address: str | None = None

    @property
    def actor(self) -> Actor:
        if self.person is None:
            return Actor(id=None, label="bedside", door=self.door, address=self.address)
        return Actor(id=self.person.id, label=self.person.email, door=self.door, address=self.address)

    def may(self, right: Right, channel: uuid.UUID | None = None) -> bool:
        return self.person is None or self.person.may(right, channel)

    def require(self, right: Right, channel: uuid.UUID | None = None) -> None:
        """Raises `Forbidden` unless the caller has `right` (for `channel`, or anywhere when None)."""
        if not self.may(right, channel):
            raise Forbidden(
                _("Your role does not allow you to %(what)s. An administrator can give you one that does.")
                % {"what": right.label}
            )

    def channels(self) -> set[uuid.UUID] | None:
        """The channels the caller is confined to; None for no confinement."""
        return None if self.person is None else self.person.channels()
