"""Ends sessions that nobody uses, notes those that are used, and leads who has no second factor to get one."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import timedelta
from typing import Any, Literal

from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.contrib.auth import logout as end
from django.contrib.sessions.backends.base import SessionBase, UpdateError
from django.db import DatabaseError, transaction
from django.http import HttpRequest, HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from bedside.accounts.caller import Caller
from bedside.accounts.doors import client_address, person_of, sent_to, to_sign_in, unfinished
from bedside.accounts.sessions import forget, note_use
from bedside.audit.actions import record
from bedside.core import clock
from bedside.web.notices import say

_log = logging.getLogger(__name__)
SINCE_KEY = "bedside.since"
SEEN_KEY = "bedside.seen"
LONGEST = timedelta(hours=12)
NOTED_EVERY = 60.0
QUIET_HEADER = "X-Bedside-Quiet"


def idle_seconds() -> float:
    """Seconds without a click after which a session ends."""
    return float(settings.BEDSIDE["BEDSIDE_IDLE_MINUTES"]) * 60


def _noted_every() -> float:
    return min(NOTED_EVERY, idle_seconds() / 4)


def over(session: SessionBase) -> Literal["idle", "longest"] | None:
    """Why a session whose clocks run has ended by now; None while it goes on."""
    now = clock.now().timestamp()
    # A click may have come just before it would have been noted again.
    if now - session.get(SEEN_KEY, now) > idle_seconds() + _noted_every():
        return "idle"
    return "longest" if now - session.get(SINCE_KEY, now) > LONGEST.total_seconds() else None


def begin(request: HttpRequest) -> None:
    """Start both clocks of a session, at signing in."""
    request.session[SINCE_KEY] = request.session[SEEN_KEY] = clock.now().timestamp()


def _is_quiet(request: HttpRequest) -> bool:
    # What a page asks for by itself is not a person at the desk.
    return QUIET_HEADER in request.headers or "text/event-stream" in request.headers.get("Accept", "")


def time_out(request: HttpRequest, *, idle: bool) -> None:
    """End the session of a request, for want of a click (`idle`) or because it has lasted its longest."""
    person, key = person_of(request), request.session.session_key
    with transaction.atomic():
        end(request)
        if key:
            forget(key)
        if person is not None:
            caller = Caller(person, "web", client_address(request))
            detail = {"after": "idle" if idle else "longest"}
            record("person.timed_out", actor=caller.actor, noun_id=person.id, detail=detail)
    request.bedside_ended = True  # type: ignore[attr-defined]
    if idle:
        minutes = round(idle_seconds() / 60)
        words = ngettext(
            "You were signed out after %d minute without a click. Sign in to go on.",
            "You were signed out after %d minutes without a click. Sign in to go on.",
            minutes,
        )
        say(request, words % minutes, "note")
    else:
        say(request, _("You were signed out, as always after 12 hours. Sign in to go on."), "note")


class Presence:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if request.session.get(SESSION_KEY) is not None:
            self._mind(request)
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], args: Any, kwargs: Any
    ) -> HttpResponseBase | None:
        if request.path.startswith("/api/"):
            return None  # it answers programs in their own way
        ended = getattr(request, "bedside_ended", False)
        if ended and not getattr(view, "open_to_all", False):
            return to_sign_in(request)
        if getattr(view, "open_to_all", False) or request.session.get(SESSION_KEY) is None:
            return None
        step = unfinished(request)
        return sent_to(request, reverse(step)) if step else None

    def _mind(self, request: HttpRequest) -> None:
        now = clock.now().timestamp()
        since = request.session.get(SINCE_KEY)
        seen = request.session.get(SEEN_KEY)
        if since is None or seen is None:
            begin(request)
            return
        ended = over(request.session)
        if ended:
            time_out(request, idle=ended == "idle")
            return
        if _is_quiet(request) or now - seen < _noted_every():
            return
        self._note(request, seen, now)

    def _note(self, request: HttpRequest, before: float, now: float) -> None:
        """Keep that somebody is there, now and not with the answer: a full disk must not take reading away."""
        session, changed = request.session, request.session.modified
        try:
            with transaction.atomic():
                session[SEEN_KEY] = now
                session.save()
                if session.session_key:
                    note_use(session.session_key, client_address(request))
        except (DatabaseError, UpdateError) as error:
            session[SEEN_KEY] = before
            _log.warning("a click could not be noted: %s", type(error).__name__)
        session.modified = changed
