"""What changes people: invitations, roles, tokens, the end of an account."""

from __future__ import annotations

import hashlib
import secrets
import uuid
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from allauth.mfa.models import Authenticator
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.utils.translation import gettext as _

from bedside.accounts.caller import Caller
from bedside.accounts.models import ApiToken, Invitation, Person, RoleGrant
from bedside.accounts.roles import Right, Role
from bedside.accounts.scopes import SCOPES
from bedside.accounts.sessions import end_all_sessions
from bedside.audit.actions import record
from bedside.core import clock
from bedside.core.errors import Conflict, Forbidden, Invalid, NotFound

INVITATION_LASTS = timedelta(days=7)
Grant = tuple[Role, uuid.UUID | None]


def token_hash(token: str) -> str:
    """The SHA-256 under which a token of at least 128 random bits is kept; no salt is needed for those."""
    return hashlib.sha256(token.encode()).hexdigest()


def clean_email(email: str) -> str:
    """The address in the form in which it is kept. Raises `Invalid`."""
    email = email.strip()
    try:
        validate_email(email)
    except ValidationError as error:
        raise Invalid(_("“%s” is not an e-mail address.") % email[:100], fields=["email"]) from error
    local, _at, domain = email.rpartition("@")
    return f"{local}@{domain.lower()}"


def clean_roles(roles: Iterable[tuple[str, uuid.UUID | None]]) -> list[Grant]:
    """Known roles, each once. Raises `Invalid` for an unknown one or for none at all."""
    grants: set[Grant] = set()
    for role, channel in roles:
        if role not in Role.values:
            raise Invalid(
                _("There is no role “%(role)s”. The roles are: %(roles)s.")
                % {"role": str(role)[:40], "roles": ", ".join(Role.values)},
                fields=["roles"],
            )
        grants.add((Role(role), channel))
    if not grants:
        raise Invalid(_("Choose at least one role."), fields=["roles"])
    return sorted(grants, key=lambda grant: (grant[0], str(grant[1])))


def clean_person_name(name: str) -> str:
    """The name as it is kept. Raises `Invalid`."""
    name = " ".join(name.split())
    if not 1 <= len(name) <= 200:
        raise Invalid(_("A name has 1 to 200 characters."), fields=["name"])
    return name


@transaction.atomic
def add_person(
    caller: Caller, email: str, roles: Iterable[tuple[str, uuid.UUID | None]], name: str = ""
) -> Person:
    """Make an account without a password; its owner sets one up through a link from `invite`."""
    caller.require(Right.PEOPLE)
    email, grants = clean_email(email), clean_roles(roles)
    if Person.objects.filter(email__iexact=email).exists():
        raise Conflict(_("There is an account for %s already.") % email)
    person = Person(email=email, name=name.strip()[:200])
    person.set_unusable_password()
    person.save()
    RoleGrant.objects.bulk_create(
        [RoleGrant(person=person, role=role, channel=where) for role, where in grants]
    )
    record(
        "person.added",
        actor=caller.actor,
        noun_id=person.id,
        detail={"email": email, "roles": [[role, str(where or "")] for role, where in grants]},
    )
    return person


@transaction.atomic
def invite(
    caller: Caller, email: str, roles: Iterable[tuple[str, uuid.UUID | None]]
) -> tuple[Invitation, str]:
    """An invitation and the token of its link, which is shown once and kept only as a hash."""
    caller.require(Right.PEOPLE)
    email, grants = clean_email(email), clean_roles(roles)
    token = secrets.token_urlsafe(32)
    invitation = Invitation.objects.create(
        token_hash=token_hash(token),
        email=email,
        roles=[[role, str(where) if where else None] for role, where in grants],
        invited_by=caller.person,
        expires_at=clock.now() + INVITATION_LASTS,
    )
    record(
        "person.invited",
        actor=caller.actor,
        noun_id=invitation.id,
        detail={"email": email, "roles": invitation.roles},
    )
    return invitation, token


@transaction.atomic
def revoke_invitation(caller: Caller, invitation_id: uuid.UUID) -> None:
    caller.require(Right.PEOPLE)
    changed = Invitation.objects.filter(id=invitation_id, used_at=None, revoked_at=None).update(
        revoked_at=clock.now()
    )
    if not changed:
        raise NotFound(_("There is no open invitation like that."))
    record("person.invitation_revoked", actor=caller.actor, noun_id=invitation_id)


def open_invitation(token: str) -> Invitation:
    """The invitation behind a link. Raises `NotFound`, without saying why, for one that cannot be used."""
    invitation = Invitation.objects.filter(
        token_hash=token_hash(token), used_at=None, revoked_at=None, expires_at__gt=clock.now()
    ).first()
    if invitation is None:
        raise NotFound(_("This link has been used, withdrawn or has run out. Ask for a new one."))
    return invitation


@transaction.atomic
def accept_invitation(
    token: str,
    *,
    name: str,
    password: str,
    address: str | None,
    email: str = "",
    time_zone: str = "",
) -> Person:
    """Turn an invitation into an account, or complete the account made for its address. Single use.

    An account that exists keeps the roles it has: they may have been changed since the invitation was written.
    `email` counts only where the invitation names none. The password must have passed
    `django.contrib.auth.password_validation` at the door.
    """
    invitation = open_invitation(token)
    email = invitation.email or clean_email(email)
    if time_zone:
        clock.zone(time_zone)
    used = Invitation.objects.filter(id=invitation.id, used_at=None).update(used_at=clock.now())
    if not used:
        raise NotFound(_("This link has been used, withdrawn or has run out. Ask for a new one."))
    person = Person.objects.select_for_update(no_key=True).filter(email__iexact=email).first()
    roles = invitation.roles if person is None else []
    if person is None:
        person = Person(email=email)
    elif person.has_usable_password():
        raise Conflict(_("There is an account for %s already. Sign in with it.") % email)
    elif not person.is_active:
        raise Forbidden(_("This account has been closed. Ask an administrator."))
    person.name = clean_person_name(name)
    person.time_zone = time_zone or person.time_zone
    person.set_password(password)
    person.save()
    for role, where in roles:
        RoleGrant.objects.get_or_create(person=person, role=role, channel=uuid.UUID(where) if where else None)
    record(
        "person.joined",
        actor=Caller(person, "web", address).actor,
        noun_id=person.id,
        detail={"invitation": str(invitation.id)},
    )
    return person


def _keep_one_administrator(person: Person) -> None:
    administrators = RoleGrant.objects.filter(role=Role.ADMINISTRATOR, channel=None, person__is_active=True)
    holders = set(administrators.values_list("person", flat=True))
    if holders == {person.id}:
        raise Conflict(_("The desk needs one administrator. Make somebody else administrator first."))


@transaction.atomic
def change_roles(
    caller: Caller, person_id: uuid.UUID, roles: Iterable[tuple[str, uuid.UUID | None]]
) -> Person:
    """Give a person exactly these roles. What they approved earlier no longer counts without the role."""
    caller.require(Right.PEOPLE)
    grants = clean_roles(roles)
    person = Person.objects.select_for_update(no_key=True).filter(id=person_id).first()
    if person is None:
        raise NotFound(_("There is no such person here."))
    if (Role.ADMINISTRATOR, None) not in grants:
        _keep_one_administrator(person)
    before = sorted([role, str(where or "")] for role, where in person.grants.values_list("role", "channel"))
    person.grants.all().delete()
    RoleGrant.objects.bulk_create(
        [RoleGrant(person=person, role=role, channel=where) for role, where in grants]
    )
    after = [[str(role), str(where or "")] for role, where in grants]
    record(
        "person.roles_changed",
        actor=caller.actor,
        noun_id=person.id,
        detail={"before": before, "after": after},
    )
    return person


@transaction.atomic
def end_account(caller: Caller, person_id: uuid.UUID) -> None:
    """Close an account: no sign-in, no token, no right, and no standing for earlier decisions."""
    caller.require(Right.PEOPLE)
    person = Person.objects.select_for_update(no_key=True).filter(id=person_id, is_active=True).first()
    if person is None:
        raise NotFound(_("There is no such person here."))
    _keep_one_administrator(person)
    person.is_active = False
    person.save(update_fields=["is_active"])
    _shut_out(person)
    record("person.ended", actor=caller.actor, noun_id=person.id)


def _shut_out(person: Person) -> None:
    """End everything by which somebody could act as `person` now: sessions, tokens, links of invitations."""
    now = clock.now()
    person.tokens.filter(revoked_at=None).update(revoked_at=now)
    Invitation.objects.filter(email__iexact=person.email, used_at=None, revoked_at=None).update(
        revoked_at=now
    )
    end_all_sessions(person)


@transaction.atomic
def change_profile(
    caller: Caller, *, name: str | None = None, time_zone: str | None = None, theme: str | None = None
) -> Person:
    """Change one's own name, time zone or appearance."""
    if caller.person is None:
        raise Forbidden(_("Only a person has an account page."))
    person = Person.objects.select_for_update(no_key=True).get(id=caller.person.id)
    wanted: dict[str, str] = {}
    if name is not None:
        wanted["name"] = clean_person_name(name)
    if time_zone is not None:
        wanted["time_zone"] = clock.zone(time_zone).key
    if theme is not None:
        if theme not in {"auto", "light", "dark"}:
            raise Invalid(_("The appearance is auto, light or dark."), fields=["theme"])
        wanted["theme"] = theme
    before = {key: getattr(person, key) for key in wanted if getattr(person, key) != wanted[key]}
    for key in before:
        setattr(person, key, wanted[key])
    if before:
        person.save(update_fields=list(before))
        after = {key: wanted[key] for key in before}
        detail = {"before": before, "after": after}
        record("person.profile_changed", actor=caller.actor, noun_id=person.id, detail=detail)
    return person


@transaction.atomic
def change_password(caller: Caller, password: str, *, session_key: str | None) -> Person:
    """Give oneself another password and end one's sessions everywhere but here (`session_key`).

    The password must have passed `django.contrib.auth.password_validation`, and the person must have shown
    just now that it is them, at the door.
    """
    if caller.person is None:
        raise Forbidden(_("Only a person has a password."))
    person = Person.objects.select_for_update(no_key=True).get(id=caller.person.id)
    person.set_password(password)
    person.save(update_fields=["password"])
    end_all_sessions(person, but=session_key)
    record("person.password_changed", actor=caller.actor, noun_id=person.id)
    return person


@transaction.atomic
def reset_sign_in(caller: Caller, person_id: uuid.UUID) -> tuple[Invitation, str]:
    """For somebody who cannot get in any more: take password and second factors away, end sessions, API tokens
    and open invitations, and return an invitation and the token of its link, with which they choose new ones.
    Roles stay. The only administrator's sign-in is reset from the machine's shell, whose owner can do without."""
    caller.require(Right.PEOPLE)
    person = Person.objects.select_for_update(no_key=True).filter(id=person_id, is_active=True).first()
    if person is None:
        raise NotFound(_("There is no such person here."))
    if person == caller.person:
        raise Forbidden(_("Your own sign-in is changed on your account page."))
    if caller.door != "cli":
        _keep_one_administrator(person)
    person.set_unusable_password()
    person.save(update_fields=["password"])
    Authenticator.objects.filter(user=person).delete()
    _shut_out(person)
    token = secrets.token_urlsafe(32)
    invitation = Invitation.objects.create(
        token_hash=token_hash(token),
        email=person.email,
        roles=[],
        invited_by=caller.person,
        expires_at=clock.now() + INVITATION_LASTS,
    )
    record("person.signin_reset", actor=caller.actor, noun_id=person.id, detail={"for": person.email})
    return invitation, token


@transaction.atomic
def create_token(
    caller: Caller,
    person: Person,
    scopes: Sequence[str],
    *,
    name: str = "",
    expires_at: datetime | None = None,
) -> tuple[ApiToken, str]:
    """A token for a program that acts for `person`; its text is returned once and kept only as a hash."""
    if caller.person != person:
        caller.require(Right.PEOPLE)
    if not person.is_active:
        raise Invalid(_("This account has been closed."))
    wanted = sorted(SCOPES) if list(scopes) == ["all"] else sorted(set(scopes))
    unknown = [scope for scope in wanted if scope not in SCOPES]
    if unknown or not wanted:
        raise Invalid(
            _("There is no scope “%(scope)s”. The scopes are: %(scopes)s, or all.")
            % {"scope": (unknown or [""])[0][:40], "scopes": ", ".join(sorted(SCOPES))},
            fields=["scopes"],
        )
    text = "bs_" + secrets.token_urlsafe(32)
    token = ApiToken.objects.create(
        person=person, name=name[:100], token_hash=token_hash(text), scopes=wanted, expires_at=expires_at
    )
    record(
        "token.created", actor=caller.actor, noun_id=token.id, detail={"for": person.email, "scopes": wanted}
    )
    return token, text


@transaction.atomic
def revoke_token(caller: Caller, token_id: uuid.UUID) -> None:
    token = ApiToken.objects.filter(id=token_id, revoked_at=None).first()
    if token is None or (token.person != caller.person and not caller.may(Right.PEOPLE)):
        raise NotFound(_("There is no such token here."))
    token.revoked_at = clock.now()
    token.save(update_fields=["revoked_at"])
    record("token.revoked", actor=caller.actor, noun_id=token.id)
