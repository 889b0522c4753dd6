"""Reads about people."""

from __future__ import annotations

from datetime import timedelta

from django.db.models import Q, QuerySet

from bedside.accounts.actions import token_hash
from bedside.accounts.models import ApiToken, Invitation, Person
from bedside.core import clock


def person_of_email(email: str) -> Person | None:
    return Person.objects.filter(email__iexact=email.strip()).first()


def token_in_use(text: str) -> ApiToken | None:
    """The live token with this text, its person loaded, and its last use noted (to the minute)."""
    now = clock.now()
    token = (
        ApiToken.objects.select_related("person").filter(token_hash=token_hash(text), revoked_at=None).first()
    )
    if token is None or not token.person.is_active or (token.expires_at and token.expires_at <= now):
        return None
    if token.last_used_at is None or now - token.last_used_at > timedelta(minutes=1):
        ApiToken.objects.filter(id=token.id).update(last_used_at=now)
    return token


def people() -> QuerySet[Person]:
    return Person.objects.prefetch_related("grants").order_by("-is_active", "email")


def open_invitations() -> QuerySet[Invitation]:
    return Invitation.objects.filter(used_at=None, revoked_at=None, expires_at__gt=clock.now()).order_by(
        "-created_at"
    )


def tokens_of(person: Person) -> QuerySet[ApiToken]:
    """A person's tokens that are in use, newest first."""
    return person.tokens.filter(revoked_at=None).order_by("-created_at")


def people_found(words: str, state: str) -> QuerySet[Person]:
    """People by a part of name or address; `state` is active (have signed in at least once or can), or ended."""
    found = people().filter(is_active=state != "ended")
    for word in words.split()[:5]:
        found = found.filter(Q(name__icontains=word) | Q(email__icontains=word))
    return found
