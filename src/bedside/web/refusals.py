"""Middleware: what an action refuses becomes a page that says what happened, what was kept, what to do."""

from __future__ import annotations

import logging
import sys
from collections.abc import Callable
from urllib.parse import urlsplit

from django.db import DatabaseError, InterfaceError
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.template.loader import get_template
from django.utils.translation import gettext as _

from bedside.core.errors import BedsideError
from bedside.operations.health import disk_is_full

_log = logging.getLogger(__name__)


class Refusals:
    """Turns `BedsideError` into its page (or, for a part of a page, into a line to show), and a database that
    does not answer into a plain page that needs none."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        if isinstance(error, BedsideError):
            return refusal(request, error)
        if isinstance(error, DatabaseError | InterfaceError):
            _log.error("the database did not answer: %s: %s", type(error).__name__, error)
            return without_database(error)
        return None


def refusal(request: HttpRequest, error: BedsideError) -> HttpResponse:
    """The page of one refusal, with its status."""
    if request.headers.get("HX-Request") == "true":
        return render(request, "web/refused_part.html", {"error": error}, status=error.status)
    shown = {"error": error, "title": _(error.title), "again": _again(request, error)}
    return render(request, "web/refused.html", shown, status=error.status)


def _again(request: HttpRequest, error: BedsideError) -> str:
    """Where the page that was refused can be loaded afresh; empty where that would be refused again."""
    if error.status in {403, 404}:
        return ""
    if request.method in {"GET", "HEAD"}:
        return request.get_full_path()
    came_from = urlsplit(request.headers.get("Referer", ""))
    return came_from.path if came_from.netloc == request.get_host() and came_from.path else ""


def without_database(error: Exception) -> HttpResponse:
    """503 and a page that asks the database for nothing."""
    what = (
        _("The disk is full, so nothing can be kept. Nothing was sent twice and nothing is lost: make room.")
        if disk_is_full(error)
        else _("The database does not answer. Nothing was sent twice and nothing is lost: it is tried again.")
    )
    page = get_template("web/without_database.html").render({"what": what, "detail": type(error).__name__})
    answer = HttpResponse(page, status=503)
    answer["Retry-After"] = "10"
    return answer


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """handler404: an address that leads nowhere."""
    from bedside.core.errors import NotFound

    return refusal(request, NotFound(_("This address leads nowhere. It may have been mistyped.")))


def broken(request: HttpRequest) -> HttpResponse:
    """handler500: a mistake of ours; the log has it, without any text of a post.

    Or a database that failed outside of every view, where sessions are read and kept; Django calls this while
    it handles the error.
    """
    error = sys.exception()
    if isinstance(error, DatabaseError | InterfaceError):
        return without_database(error)
    what = _("Bedside made a mistake. What you had saved is kept; the log says more.")
    page = get_template("web/without_database.html").render({"what": what, "detail": ""})
    return HttpResponse(page, status=500)
