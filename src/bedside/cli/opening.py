"""Opening the desk for a command: settings, Django, the schema, and on whose behalf the command acts."""

from __future__ import annotations

import logging
import os
import uuid
from typing import TYPE_CHECKING

import click

from bedside.core import settings as own
from bedside.core.errors import Invalid, NotFound

if TYPE_CHECKING:
    from bedside.accounts.caller import Caller
    from bedside.accounts.models import Person


def open_desk(*, current: bool = True) -> None:
    """Start Django on the desk's settings. Raises `Invalid` for a setting that cannot be used, and with
    `current` `Conflict` when the database is not up to date."""
    own.load(os.environ)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bedside.settings")
    import django
    from django.apps import apps

    if not apps.ready:
        django.setup()
        logging.getLogger().setLevel(logging.WARNING)
    if current:
        from bedside.operations.schema import require_current

        require_current()


def console() -> Caller:
    """Whoever has the machine's shell: may what an administrator may, but decides on no text."""
    from bedside.accounts.caller import Caller

    return Caller(None, "cli")


def person_called(email: str) -> Person:
    """The person with this e-mail. Raises `NotFound`."""
    from bedside.accounts.queries import person_of_email

    person = person_of_email(email)
    if person is None:
        raise NotFound(f"There is nobody with the e-mail {email[:100]} here.")
    return person


def acting(email: str | None) -> Caller:
    """The person with this e-mail, at the door of the shell; without one, the shell itself."""
    if email is None:
        return console()
    from bedside.accounts.caller import Caller

    person = person_called(email)
    if not person.is_active:
        raise Invalid(f"The account of {person.email} has been closed.")
    return Caller(person, "cli")


class Id(click.ParamType[uuid.UUID]):
    """An id as Bedside prints it."""

    name = "ID"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> uuid.UUID:
        if isinstance(value, uuid.UUID):
            return value
        try:
            return uuid.UUID(str(value))
        except ValueError:
            self.fail(f"“{str(value)[:60]}” is not an id.", param, ctx)


ID = Id()


def link(path: str, port: int = 0) -> str:
    """The full address of a page of this desk.

    `port` is where the desk listens, if known: as long as nobody has set BEDSIDE_URL, the link leads there.
    """
    from django.conf import settings

    from bedside.core.settings import SETTINGS

    url: str = settings.BEDSIDE["BEDSIDE_URL"]
    untouched = next(one.default for one in SETTINGS if one.name == "BEDSIDE_URL")
    if port and url == untouched:
        url = f"http://localhost:{port}"
    return f"{url}{path}"
