"""Second factors: passkeys, codes from an app (TOTP), and the recovery codes that replace either once.

They are django-allauth's; secrets and seeds are encrypted by the adapter in `MFA_ADAPTER`.
"""

from __future__ import annotations

import uuid
from typing import Any

from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP
from allauth.mfa.webauthn.internal.auth import WebAuthn
from django.db import transaction
from django.utils.translation import gettext as _

from bedside.accounts.caller import Caller
from bedside.accounts.models import Person
from bedside.accounts.roles import Right
from bedside.accounts.sessions import end_all_sessions
from bedside.audit.actions import record
from bedside.core.errors import Conflict, Forbidden, NotFound

MOST_PASSKEYS = 20
KINDS = (Authenticator.Type.WEBAUTHN, Authenticator.Type.TOTP)


def has_second_factor(person: Person) -> bool:
    return bool(Authenticator.objects.filter(user=person, type__in=KINDS).exists())


def factors(person: Person) -> list[Authenticator]:
    """The passkeys and the app of a person, oldest first."""
    return list(Authenticator.objects.filter(user=person, type__in=KINDS).order_by("created_at", "pk"))


def recovery_codes(person: Person) -> RecoveryCodes | None:
    held = Authenticator.objects.filter(user=person, type=Authenticator.Type.RECOVERY_CODES).first()
    return RecoveryCodes(held) if held else None


def _own(caller: Caller) -> Person:
    # Locked, so that two windows cannot each take away what the other one counts on.
    if caller.person is None:
        raise Forbidden(_("Only a person has second factors."))
    return Person.objects.select_for_update(no_key=True).get(id=caller.person.id)


@transaction.atomic
def add_passkey(caller: Caller, name: str, credential: dict[str, Any]) -> Authenticator:
    """Keep a passkey whose registration has been checked."""
    person = _own(caller)
    if Authenticator.objects.filter(user=person, type=Authenticator.Type.WEBAUTHN).count() >= MOST_PASSKEYS:
        raise Conflict(_("You have %d passkeys already. Remove one that you no longer use.") % MOST_PASSKEYS)
    name = " ".join(name.split())[:100] or _("Passkey")
    added: Authenticator = WebAuthn.add(person, name, credential).instance
    _recorded(caller, "factor.added", added)
    return added


@transaction.atomic
def add_totp(caller: Caller, secret: str) -> Authenticator:
    """Keep the secret shared with an app, a code of which has been checked."""
    person = _own(caller)
    if Authenticator.objects.filter(user=person, type=Authenticator.Type.TOTP).exists():
        raise Conflict(_("An app is set up already. Remove it first to set up another."))
    added: Authenticator = TOTP.activate(person, secret).instance
    _recorded(caller, "factor.added", added)
    return added


@transaction.atomic
def remove_factor(caller: Caller, factor_id: int) -> None:
    """Take a passkey or the app away. Raises `Conflict` for the last one."""
    person = _own(caller)
    held = factors(person)
    found = next((one for one in held if one.pk == factor_id), None)
    if found is None:
        raise NotFound(_("There is no such passkey or app here."))
    if len(held) == 1:
        raise Conflict(_("This is your only second factor. Add another one first, then remove this."))
    _recorded(caller, "factor.removed", found)
    found.delete()


@transaction.atomic
def renew_recovery_codes(caller: Caller) -> list[str]:
    """Ten new codes in place of the old ones. They are returned this once."""
    person = _own(caller)
    Authenticator.objects.filter(user=person, type=Authenticator.Type.RECOVERY_CODES).delete()
    codes: list[str] = RecoveryCodes.activate(person).generate_codes()
    record("recovery-codes.made", actor=caller.actor, noun_id=person.id)
    return codes


@transaction.atomic
def reset_factors(caller: Caller, person_id: uuid.UUID) -> Person:
    """Take all second factors from somebody who has lost theirs, and end their sessions: at the next sign-in
    with their password they set up a new one."""
    caller.require(Right.PEOPLE)
    person = Person.objects.select_for_update(no_key=True).filter(id=person_id, is_active=True).first()
    if person is None:
        raise NotFound(_("There is no such person here."))
    if person == caller.person:
        raise Forbidden(_("Your own second factors are changed on your account page."))
    Authenticator.objects.filter(user=person).delete()
    end_all_sessions(person)
    record("factor.reset", actor=caller.actor, noun_id=person.id, detail={"for": person.email})
    return person


def words_of_kind(kind: str) -> str:
    return {
        Authenticator.Type.WEBAUTHN: _("Passkey"),
        Authenticator.Type.TOTP: _("App with codes"),
        Authenticator.Type.RECOVERY_CODES: _("Recovery code"),
    }.get(Authenticator.Type(kind), kind)


def _recorded(caller: Caller, verb: str, factor: Authenticator) -> None:
    detail = {"kind": factor.type, "name": factor.data.get("name", "")}
    record(verb, actor=caller.actor, noun_id=factor.pk, detail=detail)
