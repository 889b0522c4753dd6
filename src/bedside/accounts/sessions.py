"""The sessions of people: where somebody is signed in, since when, and how that is ended from elsewhere."""

from __future__ import annotations

import uuid
from datetime import timedelta

from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from bedside.accounts.caller import Caller
from bedside.accounts.models import Person
from bedside.accounts.roles import Right
from bedside.audit.actions import record
from bedside.core import clock
from bedside.core.errors import NotFound


def sessions(person: Person) -> QuerySet[UserSession]:
    """Where a person is signed in now, last used first."""
    alive = Session.objects.filter(expire_date__gt=clock.now()).values("session_key")
    found: QuerySet[UserSession] = UserSession.objects.filter(user=person, session_key__in=alive)
    return found.order_by("-last_seen_at", "pk")


def note_use(session_key: str, address: str | None) -> None:
    """Note that a session was used now, and from where."""
    changes = {"last_seen_at": clock.now()} | ({"ip": address} if address else {})
    UserSession.objects.filter(session_key=session_key).update(**changes)


def rename(old: str | None, new: str | None) -> None:
    """A session goes on under another key."""
    if old and new:
        UserSession.objects.filter(session_key=old).update(session_key=new)


def forget(session_key: str) -> None:
    """Drop what was known about a session that has ended."""
    UserSession.objects.filter(session_key=session_key).delete()


def _end(found: QuerySet[UserSession]) -> int:
    keys = list(found.values_list("session_key", flat=True))
    for start in range(0, len(keys), 500):
        part = keys[start : start + 500]
        Session.objects.filter(session_key__in=part).delete()
        UserSession.objects.filter(session_key__in=part).delete()
    return len(keys)


def end_all_sessions(person: Person, but: str | None = None) -> int:
    """End every session of a person, save the one of the key `but`, in the caller's transaction; how many."""
    return _end(UserSession.objects.filter(user=person).exclude(session_key=but or ""))


@transaction.atomic
def end_session(caller: Caller, session_id: int) -> None:
    """End one of one's own sessions."""
    if caller.person is None or not _end(UserSession.objects.filter(user=caller.person, pk=session_id)):
        raise NotFound(_("There is no such session here; it may have ended by itself."))
    record("session.ended", actor=caller.actor, noun_id=session_id, detail={"for": caller.person.email})


@transaction.atomic
def end_other_sessions(caller: Caller, session_key: str | None) -> int:
    """End all of one's own sessions but the one of this key; how many."""
    if caller.person is None:
        return 0
    ended = end_all_sessions(caller.person, but=session_key)
    if ended:
        detail = {"for": caller.person.email, "sessions": ended}
        record("sessions.ended", actor=caller.actor, noun_id=caller.person.id, detail=detail)
    return ended


@transaction.atomic
def end_sessions_of(caller: Caller, person_id: uuid.UUID) -> int:
    """End all sessions of somebody; how many."""
    caller.require(Right.PEOPLE)
    person = Person.objects.filter(id=person_id).first()
    if person is None:
        raise NotFound(_("There is no such person here."))
    ended = end_all_sessions(person)
    detail = {"for": person.email, "sessions": ended}
    record("sessions.ended", actor=caller.actor, noun_id=person.id, detail=detail)
    return ended


def sweep(older_than: timedelta = timedelta(0)) -> int:
    """Drop sessions that have run out; how many."""
    Session.objects.filter(expire_date__lt=clock.now() - older_than).delete()
    gone = UserSession.objects.exclude(session_key__in=Session.objects.values("session_key"))
    return int(gone.delete()[0])
