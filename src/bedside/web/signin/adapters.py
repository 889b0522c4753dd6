"""How Bedside fits django-allauth to itself: what it asks of accounts and of second factors."""

from __future__ import annotations

import time
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.flows.login import get_authentication_records, record_authentication
from allauth.core import context
from allauth.core.internal import ratelimit
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from bedside.accounts.actions import token_hash
from bedside.accounts.caller import Caller
from bedside.accounts.doors import client_address
from bedside.accounts.factors import words_of_kind
from bedside.accounts.models import Person
from bedside.accounts.queries import person_of_email
from bedside.accounts.sessions import forget
from bedside.audit.actions import record
from bedside.audit.actor import Actor
from bedside.organization.queries import organization
from bedside.vault import keyring
from bedside.web.signin import presence


def wait_words(seconds: float) -> str:
    """How long to wait, rounded up to whole minutes."""
    minutes = max(1, -int(-seconds // 60))
    return ngettext("in %d minute", "in %d minutes", minutes) % minutes


def _wait(request: HttpRequest, key: str) -> float:
    """Seconds until another failed sign-in for `key` from this address is counted again; 0 for now."""
    longest, now = 0.0, time.time()
    for rate in ratelimit.get_rates(app="allauth.account", action="login_failed"):
        place = ratelimit.get_cache_key(
            request, app="allauth.account", action="login_failed", rate=rate, key=key
        )
        history = [at for at in cache.get(place, []) if at > now - rate.duration]
        if len(history) >= rate.amount:
            longest = max(longest, history[rate.amount - 1] + rate.duration - now)
    return longest


def _somebody(request: HttpRequest, person: Person | None) -> Actor:
    # Not the person: somebody who says to be them.
    label = person.email if person else _("nobody known here")
    return Actor(id=None, label=label, door="web", address=client_address(request))


class DoorAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Accounts: nobody signs up by themselves, every sign-in is recorded, and who must wait is told how long."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def add_message(self, *args: Any, **kwargs: Any) -> None:
        """allauth's own announcements are not shown: the pages say what happened in Bedside's words."""

    def get_client_ip(self, request: HttpRequest) -> str:
        return client_address(request) or "0.0.0.0"  # noqa: S104  # no network address at all: a local socket

    def validation_error(self, code: str, *args: Any) -> ValidationError:
        request = context.request
        if code in {"too_many_login_attempts", "rate_limited"} and request is not None:
            return self._locked_out(request)
        if code.endswith("_password_mismatch") or code == "incorrect_password":
            words = {
                "incorrect_password": _("This is not your password."),
            }.get(code, _("E-mail and password do not belong together. Look at both, and try again."))
            return ValidationError(words, code=code)
        error: ValidationError = super().validation_error(code, *args)
        return error

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        request.bedside_tried = credentials.get("email", "")  # type: ignore[attr-defined]
        request.bedside_key = self._get_login_attempts_cache_key(request, **credentials)  # type: ignore[attr-defined]
        super().pre_authenticate(request, **credentials)

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        self.record_failure(request, "password")

    def reauthenticate(self, user: Person, password: str) -> bool:
        found = self.authenticate(context.request, email=user.email, password=password)
        return found is not None and found.pk == user.pk

    def login(self, request: HttpRequest, user: Person) -> None:
        with transaction.atomic():
            super().login(request, user)
            presence.begin(request)
            methods = [
                str(one.get("type") or one.get("method"))
                for one in get_authentication_records(request, user)
                if not one.get("reauthenticated")  # what it was confirmed with later
            ]
            caller = Caller(user, "web", client_address(request))
            record("person.signed_in", actor=caller.actor, noun_id=user.id, detail={"with": methods})

    def post_login(self, request: HttpRequest, user: Person, **kwargs: Any) -> HttpResponse:
        # Who has just signed in need not show again that it is them.
        record_authentication(request, user, method="signed_in", reauthenticated=True)
        answer: HttpResponse = super().post_login(request, user, **kwargs)
        if user.theme != "auto":
            keep_theme(request, answer, user.theme)
        return answer

    def logout(self, request: HttpRequest) -> None:
        user, key = request.user, request.session.session_key
        with transaction.atomic():
            super().logout(request)
            if key:
                forget(key)
            if isinstance(user, Person):
                caller = Caller(user, "web", client_address(request))
                record("person.signed_out", actor=caller.actor, noun_id=user.id)

    def record_failure(self, request: HttpRequest, method: str, person: Person | None = None) -> None:
        # What was typed is not kept: it happens that a password is typed in the place of the address.
        person = person or person_of_email(getattr(request, "bedside_tried", ""))
        with transaction.atomic():
            record(
                "person.signin_failed",
                actor=_somebody(request, person),
                noun_id=person.id if person else "unknown",
                detail={"with": method},
            )

    def _locked_out(self, request: HttpRequest) -> ValidationError:
        key = getattr(request, "bedside_key", None)
        stage = getattr(request, "_login_stage", None)
        user = stage.login.user if stage else request.user
        person = user if isinstance(user, Person) else None
        if key is None and person is not None:
            key = f"mfa-auth-user-{person.pk}"
        wait = _wait(request, key) if key else 60.0
        # Once for each time of waiting, so that whoever keeps trying does not fill the record.
        if cache.add(f"bedside:told:{token_hash(key or '')}", True, max(int(wait), 60)):
            person = person or person_of_email(getattr(request, "bedside_tried", ""))
            with transaction.atomic():
                noun_id = person.id if person else "unknown"
                record("person.locked_out", actor=_somebody(request, person), noun_id=noun_id)
        return ValidationError(
            _("That was wrong too often. Wait, and try again %(wait)s. A passkey works at once.")
            % {"wait": wait_words(wait)},
            code="too_many_login_attempts",
        )


class FactorAdapter(DefaultMFAAdapter):  # type: ignore[misc]
    """Second factors: their secrets are encrypted with the desk's key ring."""

    error_messages = DefaultMFAAdapter.error_messages | {
        "incorrect_code": _(
            "This code is not right, or was used before. Wait for the next one, and try that."
        ),
    }

    def encrypt(self, text: str) -> str:
        return keyring.encrypt(text)

    def decrypt(self, encrypted_text: str) -> str:
        return keyring.decrypt(encrypted_text).decode()

    def _get_site_name(self) -> str:
        own = organization()
        return own.name if own else "Bedside"

    def generate_authenticator_name(self, user: Person, type: Authenticator.Type) -> str:
        return words_of_kind(type)

    def send_notification_mail(self, *args: Any, **kwargs: Any) -> None:
        """There may be no mail server; the record and the account page show what changed."""


def keep_theme(request: HttpRequest, answer: HttpResponse, theme: str) -> None:
    """Have this browser get its pages in `theme` from now on."""
    answer.set_cookie("theme", theme, max_age=31_536_000, samesite="Lax", secure=request.is_secure())
