"""The first link of a desk: whoever opens it names the organisation and becomes its first administrator."""

from __future__ import annotations

import secrets

from django.db import transaction
from django.utils.translation import gettext as _

from bedside.accounts.actions import INVITATION_LASTS, clean_email, open_invitation, token_hash
from bedside.accounts.caller import Caller
from bedside.accounts.models import Invitation, RoleGrant
from bedside.accounts.roles import Role
from bedside.audit.actions import record
from bedside.core import clock
from bedside.core.errors import Conflict, NotFound


def is_finished() -> bool:
    """Whether somebody has become administrator of the whole desk and can sign in."""
    people = RoleGrant.objects.filter(role=Role.ADMINISTRATOR, channel=None, person__is_active=True)
    return people.exclude(person__password="").exclude(person__password__startswith="!").exists()


@transaction.atomic
def setup_token(email: str = "", door: str = "cli") -> str:
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
    if is_finished() or invitation.invited_by_id is not None:
        raise NotFound(_("This link has been used, withdrawn or has run out. Ask for a new one."))
    return invitation
