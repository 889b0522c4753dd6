"""The first link of a desk: whoever opens it names the organisation and becomes its first administrator."""

from __future__ import annotations

import secrets

from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from bedside.accounts.actions import (
    INVITATION_LASTS,
    accept_invitation,
    clean_email,
    open_invitation,
    token_hash,
)
from bedside.accounts.caller import Caller
from bedside.accounts.models import Invitation, Person, RoleGrant
from bedside.accounts.roles import Role
from bedside.audit.actions import record
from bedside.audit.actor import Door
from bedside.core import clock
from bedside.core.errors import Conflict, NotFound


def is_finished() -> bool:
    """Whether somebody has become administrator of the whole desk and can sign in, or could before their
    sign-in was reset: that does not open the desk to whoever holds a set-up link."""
    people = RoleGrant.objects.filter(role=Role.ADMINISTRATOR, channel=None, person__is_active=True)
    no_password = Q(person__password="") | Q(person__password__startswith=UNUSABLE_PASSWORD_PREFIX)
    return people.exclude(no_password, person__last_login=None).exists()


@transaction.atomic
def setup_token(email: str = "", door: Door = "cli") -> str:
    """The token of a new set-up link, `/setup/<token>`: good for seven days, once, until the desk is set up.

    It is an invitation to be administrator, for `email` or, when empty, for whoever opens it. Earlier links
    stay good, so that a restart does not take it from somebody in the middle of it. Raises `Conflict` when the
    desk has an administrator, `Invalid` for something that is no address.
    """
    if is_finished():
        raise Conflict(_("This desk has been set up already. Sign in, or have an administrator invite you."))
    token = secrets.token_urlsafe(32)
    invitation = Invitation.objects.create(
        token_hash=token_hash(token),
        email=clean_email(email) if email else "",
        roles=[[Role.ADMINISTRATOR, None]],
        expires_at=clock.now() + INVITATION_LASTS,
    )
    record("setup.link_made", actor=Caller(None, door).actor, noun_id=invitation.id, detail={"for": email})
    return token


def open_setup(token: str) -> Invitation:
    """The invitation behind a set-up link. Raises `NotFound` for one that cannot be used (any more)."""
    invitation = open_invitation(token)
    if is_finished() or [Role.ADMINISTRATOR, None] not in invitation.roles:
        raise NotFound(_("This link has been used, withdrawn or has run out. Ask for a new one."))
    return invitation


@transaction.atomic
def finish_setup(
    token: str, *, name: str, email: str, password: str, time_zone: str, address: str | None
) -> Person:
    """Make the first administrator, and withdraw every other set-up link. As `accept_invitation`."""
    # Locked, so that two people with two links do not both become the first one.
    list(
        Invitation.objects.select_for_update(no_key=True)
        .filter(used_at=None, revoked_at=None)
        .values_list("id")
    )
    open_setup(token)
    person = accept_invitation(
        token, name=name, password=password, address=address, email=email, time_zone=time_zone
    )
    # An account made for the address before keeps the roles it has; this link is for one role, to be the first.
    RoleGrant.objects.get_or_create(person=person, role=Role.ADMINISTRATOR, channel=None)
    Invitation.objects.filter(email="", used_at=None, revoked_at=None).update(revoked_at=clock.now())
    return person
