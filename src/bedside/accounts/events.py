"""What django-allauth tells of second factors, written into the record; and their part in a change of keys."""

from __future__ import annotations

from typing import Any

from allauth.mfa.models import Authenticator
from allauth.mfa.signals import authentication_failed, authenticator_used
from django.db import transaction
from django.dispatch import receiver
from django.http import HttpRequest

from bedside.accounts.caller import Caller
from bedside.accounts.doors import client_address
from bedside.accounts.models import Person
from bedside.audit.actions import record
from bedside.audit.actor import Actor
from bedside.vault.places import Renew, register_place

_SECRETS = {Authenticator.Type.TOTP: "secret", Authenticator.Type.RECOVERY_CODES: "seed"}


@receiver(authenticator_used, dispatch_uid="bedside.accounts.used")
def _used(request: HttpRequest, user: Person, authenticator: Authenticator, **more: Any) -> None:
    if authenticator.type == Authenticator.Type.RECOVERY_CODES:
        left = len(authenticator.wrap().get_unused_codes())
        with transaction.atomic():
            caller = Caller(user, "web", client_address(request))
            record("recovery-codes.used", actor=caller.actor, noun_id=user.id, detail={"left": left})


@receiver(authentication_failed, dispatch_uid="bedside.accounts.failed")
def _failed(request: HttpRequest, user: Person, authenticator: Authenticator, **more: Any) -> None:
    # Not the person: somebody who says to be them.
    actor = Actor(id=None, label=user.email, door="web", address=client_address(request))
    with transaction.atomic():
        detail = {"with": "code", "while": "confirming" if more.get("reauthentication") else "signing in"}
        record("person.signin_failed", actor=actor, noun_id=user.id, detail=detail)


def _renew_all(renew: Renew) -> int:
    stored = 0
    for key in Authenticator.objects.filter(type__in=_SECRETS).values_list("pk", flat=True).iterator():
        with transaction.atomic():
            held = Authenticator.objects.select_for_update(no_key=True).filter(pk=key).first()
            place = _SECRETS.get(Authenticator.Type(held.type)) if held else None
            if held is None or place is None or place not in held.data:
                continue
            renewed = renew(held.data[place])
            if renewed is not None:
                held.data[place] = renewed
                held.save(update_fields=["data"])
                stored += 1
    return stored


register_place("secrets of second factors", _renew_all)
