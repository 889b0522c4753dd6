"""What every request to the API goes through before and after its operation."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _

from bedside.accounts.doors import open_to_all
from bedside.api.problems import MethodNotAllowed, WrongMediaType, problem, too_large
from bedside.core.errors import NotFound

JSON, FORM = "application/json", "multipart/form-data"
# What a form adds to the bytes of its file: names, boundaries, the description.
FORM_OVERHEAD = 64 * 1024


def door(view: Callable[..., HttpResponseBase], *, body: str = JSON) -> Callable[..., HttpResponseBase]:
    """`view` behind the checks that need no operation: the size and the type of the body.

    HEAD is answered like GET, whose body the server leaves out. Whatever leaves is not kept by caches.
    """

    @wraps(view)
    def through(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.method == "HEAD":
            request.method = "GET"
        response = _refuse_body(request, body) or view(request, *args, **kwargs)
        if isinstance(response, HttpResponseNotAllowed):
            allowed = response["Allow"]
            response = problem(MethodNotAllowed(_("This address takes %s.") % allowed))
            response["Allow"] = allowed
        response["Cache-Control"] = "no-store"
        return response

    through.csrf_exempt = True  # type: ignore[attr-defined]  # sessions are checked in `bearer.Token`
    return open_to_all(through)


@open_to_all
def nowhere(request: HttpRequest) -> HttpResponse:
    """Every address under /api/v1 that is not one."""
    response = problem(
        NotFound(_("There is nothing at this address. /api/v1/openapi.json lists what there is."))
    )
    response["Cache-Control"] = "no-store"
    return response


nowhere.csrf_exempt = True  # type: ignore[attr-defined]


def _refuse_body(request: HttpRequest, body: str) -> HttpResponse | None:
    try:
        length = int(request.META.get("CONTENT_LENGTH") or 0)
    except ValueError:
        length = 0
    if not length or request.method == "GET":
        return None
    most = settings.DATA_UPLOAD_MAX_MEMORY_SIZE or 0
    if body == FORM:
        most = int(settings.BEDSIDE["BEDSIDE_UPLOAD_MEGABYTES"] * 1_000_000) + FORM_OVERHEAD
    if length > most:
        return problem(too_large())
    if request.content_type != body:
        words = _("This operation reads %(wanted)s, and the body says it is %(given)s.")
        given = (request.content_type or _("nothing"))[:100]
        return problem(WrongMediaType(words % {"wanted": body, "given": given}))
    return None
