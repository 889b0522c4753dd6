"""Errors as RFC 9457 problem documents. Every `type` is stable, and listed in docs/api.md."""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping, Sequence
from typing import ClassVar

from django.core.exceptions import BadRequest, RequestDataTooBig, SuspiciousOperation
from django.core.serializers.json import DjangoJSONEncoder
from django.db import IntegrityError, InterfaceError, OperationalError
from django.http import Http404, HttpRequest, HttpResponse, UnreadablePostError
from django.http.multipartparser import MultiPartParserError
from django.utils.translation import gettext as _
from ninja import NinjaAPI, Schema
from ninja.errors import HttpError, ValidationError
from pydantic import ConfigDict

from bedside.core.errors import (
    BedsideError,
    Conflict,
    Forbidden,
    Invalid,
    NotFound,
    OwnText,
    StaleDigest,
    Unavailable,
)
from bedside.operations.health import disk_is_full

_log = logging.getLogger(__name__)

MEDIA_TYPE = "application/problem+json"


class Malformed(BedsideError):
    """The request cannot be read: broken JSON, a broken form."""

    type = "malformed"
    title = "The request cannot be read"
    status = 400


class Unauthorized(BedsideError):
    """There is no token, or none that is good."""

    type = "unauthorized"
    title = "Say who you are"
    status = 401

    def __init__(self, detail: str, challenge: str = "") -> None:
        super().__init__(detail)
        self.headers = {"WWW-Authenticate": f'Bearer realm="bedside"{challenge}'}


class MissingScope(Forbidden):
    """The token is good, but not for this."""

    type = "missing-scope"
    title = "The token is not for this"

    def __init__(self, detail: str, scopes: Sequence[str]) -> None:
        super().__init__(detail, scopes=list(scopes))
        words = " ".join(scopes)
        challenge = f'Bearer realm="bedside", error="insufficient_scope", scope="{words}"'
        self.headers = {"WWW-Authenticate": challenge}


class CrossSite(Forbidden):
    """A browser's session was used without the proof that the desk's own page did it."""

    type = "cross-site"
    title = "The request did not come from a page of this desk"


class NoSecondFactor(Forbidden):
    """A browser's session of somebody without a second factor."""

    type = "no-second-factor"
    title = "Set up a second factor first"


class MethodNotAllowed(BedsideError):
    """The address exists, but not for this method; `Allow` names those it takes."""

    type = "method-not-allowed"
    title = "This address does not take that method"
    status = 405


class TooLarge(BedsideError):
    """The body is larger than is read."""

    type = "too-large"
    title = "The request is too large"
    status = 413


class WrongMediaType(BedsideError):
    """The body is not of the type that this operation reads."""

    type = "unsupported-media-type"
    title = "The body has the wrong type"
    status = 415


class KeyInProgress(Conflict):
    """A request with the same Idempotency-Key is being worked on at this moment."""

    type = "idempotency-in-progress"
    title = "The same request is being worked on"


class KeyReused(Invalid):
    """The Idempotency-Key has been used for another request."""

    type = "idempotency-key-reused"
    title = "This key belongs to another request"


# What an operation may answer with, by type: the documentation and its test read this.
PROBLEMS: dict[str, type[BedsideError]] = {
    error.type: error
    for error in (
        Malformed,
        Unauthorized,
        Forbidden,
        MissingScope,
        OwnText,
        CrossSite,
        NoSecondFactor,
        NotFound,
        MethodNotAllowed,
        Conflict,
        StaleDigest,
        KeyInProgress,
        TooLarge,
        WrongMediaType,
        Invalid,
        KeyReused,
        BedsideError,
        Unavailable,
    )
}


class Problem(Schema):
    """A problem document. Further members say more, such as `fields`, `findings`, `problems` or `version`."""

    model_config: ClassVar[ConfigDict] = ConfigDict(extra="allow")

    type: str
    title: str
    status: int
    detail: str


def reading(*statuses: int) -> dict[frozenset[int], type[Problem]]:
    """The problems that an operation which only reads may end with: those of all, and `statuses`."""
    return {frozenset({400, 401, 403, 422, 500, 503, *statuses}): Problem}


def changing(*statuses: int) -> dict[frozenset[int], type[Problem]]:
    """As `reading`, for an operation that takes a body and changes something."""
    return reading(409, 413, 415, *statuses)


def problem(error: BedsideError) -> HttpResponse:
    """`error` as a response; its `extra` become further members, which never displace the standard ones."""
    document = {
        **error.extra,
        "type": f"/problems/{error.type}",
        "title": _(error.title),
        "status": error.status,
        "detail": error.detail,
    }
    response = HttpResponse(
        json.dumps(document, cls=DjangoJSONEncoder), status=error.status, content_type=MEDIA_TYPE
    )
    if error.status == Unavailable.status:
        response["Retry-After"] = "5"
    headers: Mapping[str, str] = getattr(error, "headers", {})
    for name, value in headers.items():
        response[name] = value
    return response


def too_large() -> TooLarge:
    return TooLarge(_("The body is larger than this operation takes. Nothing was read."))


def translate(exception: Exception) -> BedsideError:
    """Whatever went wrong, as one of the problems; what nobody foresaw is logged with its trace."""
    match exception:
        case BedsideError():
            return exception
        case ValidationError():
            return _invalid(exception)
        case HttpError():
            return _unreadable(exception.__cause__)
        case Http404():
            return NotFound(_("There is nothing at this address."))
        case RequestDataTooBig():
            return too_large()
        case BadRequest() | SuspiciousOperation() | MultiPartParserError() | UnreadablePostError():
            return _unreadable(exception)
        case IntegrityError():
            _log.warning("two requests met: %s", exception)
            return Conflict(_("Somebody else was quicker at the same place. Load it again."))
        case OperationalError() | InterfaceError():
            _log.error("the database does not answer: %s", exception)
            if disk_is_full(exception):
                return Unavailable(_("The disk is full. Nothing was changed: make room, then try again."))
            return Unavailable(_("The database does not answer. Nothing was changed; try again soon."))
    _log.error("an operation failed", exc_info=exception)
    return BedsideError(_("Something went wrong in Bedside. Nothing was changed; the log says more."))


def _unreadable(cause: BaseException | None) -> BedsideError:
    """What is wrong with a body that did not become JSON or a form."""
    match cause:
        case BedsideError():
            return cause
        case UnicodeDecodeError():
            return Malformed(_("The body is not UTF-8."))
        case json.JSONDecodeError():
            return Malformed(
                _("The body is not JSON: line %(line)d, column %(column)d.")
                % {"line": cause.lineno, "column": cause.colno}
            )
    return Malformed(_("The body cannot be read. Nothing was changed."))


def _invalid(exception: ValidationError) -> Invalid:
    errors = [
        {
            "at": [part if isinstance(part, int) else str(part)[:100] for part in error["loc"]],
            "message": str(error["msg"])[:300],
            "type": error["type"],
        }
        for error in exception.errors[:20]
    ]
    names = [[str(part) for part in error["at"] if not isinstance(part, int)] for error in errors]
    fields = sorted({parts[2] if len(parts) > 2 and parts[0] == "body" else parts[-1] for parts in names})
    words = "; ".join(f"{'.'.join(map(str, error['at'][1:]))}: {error['message']}" for error in errors[:5])
    return Invalid(words or _("Something in the request cannot be used."), errors=errors, fields=fields)


def install(api: NinjaAPI) -> None:
    """Have every exception of an operation answered with its problem document."""

    def answer(request: HttpRequest, exception: Exception | type[Exception]) -> HttpResponse:
        assert isinstance(exception, Exception)
        return problem(translate(exception))

    for kind in (Exception, BedsideError, ValidationError, HttpError, Http404):
        api.add_exception_handler(kind, answer)
