"""Doing a request once, however often it is sent: `Idempotency-Key`.

The action and its answer are committed in one transaction, so a crash leaves either both or neither. Kept are
answers of requests that were understood: what was done, and what an action refused. A request that could not be
read, or that met a fault of ours, may come again under its key.
"""

from __future__ import annotations

import hashlib
import inspect
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import timedelta
from functools import wraps
from typing import Any, Concatenate, ParamSpec, cast

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.db import connection, transaction
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import Schema
from ninja.params.functions import Header
from ninja.utils import contribute_operation_args
from pydantic import BaseModel

from bedside.accounts.caller import Caller
from bedside.api.bearer import caller_of
from bedside.api.models import Answer
from bedside.api.problems import KeyInProgress, KeyReused, problem
from bedside.core import clock
from bedside.core.errors import BedsideError
from bedside.core.text import digest

P = ParamSpec("P")
Done = tuple[int, Schema]
KEPT = timedelta(hours=24)
# Printable ASCII without spaces, which HTTP may take away at the ends.
KEY_PATTERN = r"^[!-~]{1,255}$"
REPLAYED = "Idempotent-Replayed"

_here: set[str] = set()
_here_lock = threading.Lock()


def once(
    view: Callable[Concatenate[HttpRequest, P], Callable[[], Done]],
) -> Callable[Concatenate[HttpRequest, P], HttpResponse]:
    """For operations that change something: with an `Idempotency-Key` they are done once.

    The view does what needs no transaction and returns what remains: a function that acts and returns status
    and body. That one runs in the transaction in which its answer is kept.
    """

    @wraps(view)
    def run(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        key = kwargs.pop("idempotency_key", None)
        if key is None:
            return _answer(view(request, *args, **kwargs))
        asked = digest({name: _plain(value) for name, value in kwargs.items()})
        return _once(caller_of(request), request, str(key), asked, lambda: view(request, *args, **kwargs))

    # Ninja would look up the names of the view's annotations in this module.
    run.__signature__ = inspect.signature(view, eval_str=True)  # type: ignore[attr-defined]
    contribute_operation_args(
        run,
        "idempotency_key",
        cast("type[str]", str | None),
        Header(
            None,
            alias="Idempotency-Key",
            pattern=KEY_PATTERN,
            description="Your own name for this request. Sent again within 24 hours, it is not done again: "
            f"the first answer comes back, with the header {REPLAYED}.",
        ),
    )
    return cast(Callable[Concatenate[HttpRequest, P], HttpResponse], run)


def sweep() -> None:
    """Forget the answers that are older than a day."""
    Answer.objects.filter(created_at__lt=clock.now() - KEPT).delete()


def _answer(work: Callable[[], Done]) -> HttpResponse:
    status, body = work()
    return HttpResponse(body.model_dump_json(by_alias=True), status=status, content_type="application/json")


def _once(
    caller: Caller, request: HttpRequest, key: str, asked: str, view: Callable[[], Callable[[], Done]]
) -> HttpResponse:
    assert caller.person is not None
    place = {"person": caller.person, "method": request.method, "path": request.path, "key": key}
    name = digest([str(caller.person.id), request.method, request.path, key])
    with _alone(name):
        if kept := _kept(place, asked):
            return kept
        work = view()
        with transaction.atomic():
            _alone_everywhere(name)
            # Another process may have come first while this one prepared.
            if kept := _kept(place, asked):
                return kept
            try:
                with transaction.atomic():
                    response = _answer(work)
            except BedsideError as error:
                if error.status >= 500:
                    raise
                response = problem(error)
            Answer.objects.filter(**place).delete()
            Answer.objects.create(
                **place,
                request=asked,
                status=response.status_code,
                content_type=response["Content-Type"],
                body=response.content.decode(),
                created_at=clock.now(),
            )
    return response


def _kept(place: Mapping[str, Any], asked: str) -> HttpResponse | None:
    kept = Answer.objects.filter(**place, created_at__gte=clock.now() - KEPT).first()
    if kept is None:
        return None
    if kept.request != asked:
        raise KeyReused(
            _("This Idempotency-Key was used for a request that said something else. Nothing was done."),
            fields=["Idempotency-Key"],
        )
    response = HttpResponse(kept.body, status=kept.status, content_type=kept.content_type)
    response[REPLAYED] = "true"
    return response


@contextmanager
def _alone(name: str) -> Iterator[None]:
    """One at a time in this process, which on SQLite is the only one that serves."""
    with _here_lock:
        if name in _here:
            raise _in_progress()
        _here.add(name)
    try:
        yield
    finally:
        with _here_lock:
            _here.discard(name)


def _alone_everywhere(name: str) -> None:
    """One at a time among all processes on one PostgreSQL, until the end of the transaction."""
    if not settings.ON_POSTGRESQL:
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [int(name[:16], 16) - (1 << 63)])
        if not cursor.fetchone()[0]:
            raise _in_progress()


def _in_progress() -> KeyInProgress:
    return KeyInProgress(
        _("A request with this Idempotency-Key is being worked on. Ask again in a moment for its answer.")
    )


def _plain(value: object) -> object:
    match value:
        case BaseModel():
            return value.model_dump(mode="json")
        case UploadedFile():
            held = hashlib.sha256()
            for chunk in value.chunks():
                held.update(chunk)
            value.seek(0)
            return [value.name, held.hexdigest()]
    return str(value)
