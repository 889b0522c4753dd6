"""The errors an action may end with. Each has a stable `type` (RFC 9457), and says what happened,
what was kept and what to do next; the doors only translate them into a page, a problem document or an
exit code. Titles are marked here and put into a language where they are shown."""

from __future__ import annotations

from typing import Any, ClassVar

from bedside.core.words import gettext_noop


class BedsideError(Exception):
    """An action was refused or could not be done. Nothing was changed."""

    type: ClassVar[str] = "error"
    title: ClassVar[str] = gettext_noop("Bedside could not do that")
    status: ClassVar[int] = 500
    exit_code: ClassVar[int] = 1

    def __init__(self, detail: str, **extra: Any) -> None:
        super().__init__(detail)
        self.detail = detail
        self.extra = extra


class Invalid(BedsideError):
    """What was given cannot be used; `extra["fields"]` names the places, where there are any."""

    type = "invalid"
    title = gettext_noop("Something in this needs to be put right")
    status = 422
    exit_code = 2


class NotFound(BedsideError):
    """It does not exist, or not for this person: the two are never told apart."""

    type = "not-found"
    title = gettext_noop("There is no such thing here")
    status = 404
    exit_code = 3


class Forbidden(BedsideError):
    """The person sees it, but may not do this to it."""

    type = "forbidden"
    title = gettext_noop("You may not do this")
    status = 403
    exit_code = 4


class Conflict(BedsideError):
    """It has changed since it was read, or is not in a state in which this can be done."""

    type = "conflict"
    title = gettext_noop("It has changed in the meantime")
    status = 409
    exit_code = 5


class StaleDigest(Conflict):
    """A decision named a digest that is not the current one."""

    type = "stale-digest"
    title = gettext_noop("The text has changed since you read it")


class OwnText(Forbidden):
    """Nobody approves their own text."""

    type = "own-text"
    title = gettext_noop("Somebody else has to approve this text")


class Unavailable(BedsideError):
    """A part Bedside needs (database, disk, network) does not answer. Try again later."""

    type = "unavailable"
    title = gettext_noop("A part that is needed does not answer")
    status = 503
    exit_code = 6
