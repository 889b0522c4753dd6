"""One's own account: profile, password, second factors, recovery codes, sessions and tokens."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, cast

import segno
from allauth.mfa.adapter import get_adapter as get_mfa_adapter
from allauth.mfa.totp.internal.auth import generate_totp_secret
from allauth.mfa.webauthn.internal import auth as webauthn
from django.contrib.auth import update_session_auth_hash
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from bedside.accounts import factors
from bedside.accounts.actions import change_password, change_profile, create_token, revoke_token
from bedside.accounts.doors import caller_of, open_to_all, person_of, signed_in, to_sign_in
from bedside.accounts.models import Person
from bedside.accounts.queries import tokens_of
from bedside.accounts.sessions import end_other_sessions, end_session, rename, sessions
from bedside.connections.models import Connection
from bedside.core import clock
from bedside.core.errors import BedsideError
from bedside.vault import keyring
from bedside.web.notices import say
from bedside.web.signin.adapters import keep_theme
from bedside.web.signin.confirming import confirmed
from bedside.web.signin.devices import device_words
from bedside.web.signin.forms import AppForm, PasskeyForm, PasswordForm, ProfileForm, TokenForm
from bedside.web.signin.joining import JOINING_KEY, place
from bedside.web.signin.presence import time_out
from bedside.web.signin.roles import role_words

TOTP_KEY = "bedside.totp"


def _me(request: HttpRequest) -> Person:
    return cast(Person, request.user)


@signed_in
@require_http_methods(["GET", "POST"])
def account(request: HttpRequest) -> HttpResponseBase:
    person = _me(request)
    initial = {"name": person.name, "time_zone": person.time_zone or "UTC", "theme": person.theme}
    form = ProfileForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            change_profile(caller_of(request), **form.cleaned_data)
        except BedsideError as error:
            form.add_error(None, error.detail)
        else:
            say(request, _("Your account was changed."))
            answer = redirect("account")
            keep_theme(request, answer, form.cleaned_data["theme"])
            return answer
    channels = {one.id: one.name for one in Connection.objects.all()}
    held = factors.factors(person)
    codes = factors.recovery_codes(person)
    context = {
        "form": form,
        "factors": [
            {
                "id": one.pk,
                "name": one.data.get("name") or factors.words_of_kind(one.type),
                "kind": factors.words_of_kind(one.type),
                "since": one.created_at,
                "used": one.last_used_at,
            }
            for one in held
        ],
        "only_one": len(held) == 1,
        "has_app": any(one.type == "totp" for one in held),
        "codes_left": len(codes.get_unused_codes()) if codes else 0,
        "sessions": sessions(person).count(),
        "tokens": tokens_of(person),
        "roles": role_words(sorted(person.held, key=lambda grant: (grant[0], str(grant[1]))), channels),
    }
    return render(request, "signin/account.html", context)


@signed_in
@confirmed
@sensitive_post_parameters("password")
@require_http_methods(["GET", "POST"])
def password(request: HttpRequest) -> HttpResponseBase:
    form = PasswordForm(request.POST or None, person=Person.objects.get(id=_me(request).id))
    form.fields["password"].label = _("New password")
    if request.method == "POST" and form.is_valid():
        old_key = request.session.session_key
        with transaction.atomic():
            person = change_password(caller_of(request), form.cleaned_data["password"], session_key=old_key)
            update_session_auth_hash(request, person)
            request.session.save()
            rename(old_key, request.session.session_key)
        say(request, _("Your password was changed. Everywhere else you are signed out."))
        return redirect("account")
    return render(request, "signin/password.html", {"form": form})


# Second factors. They are open to somebody who has none yet, and to nobody who is not signed in.


def _half_open(view: Any) -> Any:
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if person_of(request) is None:
            return to_sign_in(request)
        answer: HttpResponseBase = view(request, *args, **kwargs)
        return answer

    return open_to_all(never_cache(guarded))


@_half_open
@require_GET
def second_factor(request: HttpRequest) -> HttpResponseBase:
    """The choice between a passkey and an app."""
    held = factors.factors(_me(request))
    codes = factors.recovery_codes(_me(request))
    if held and (codes is None or not codes.did_view):
        return redirect("recovery_codes")
    context = {
        "place": place(request, "factor"),
        "first": not held,
        "has_app": any(one.type == "totp" for one in held),
        "by_address": not _has_name(request),
    }
    return render(request, "signin/second_factor.html", context)


def _has_name(request: HttpRequest) -> bool:
    host = request.get_host().rpartition(":")[0] or request.get_host()
    return not host.replace(".", "").isdecimal() and not host.startswith("[")


def _first_added(request: HttpRequest) -> HttpResponse:
    codes = factors.recovery_codes(_me(request))
    if codes is None:
        factors.renew_recovery_codes(caller_of(request))
    if codes is None or not codes.did_view:
        return redirect("recovery_codes")
    return redirect("account")


@_half_open
@confirmed
@require_http_methods(["GET", "POST"])
def add_passkey(request: HttpRequest) -> HttpResponseBase:
    person = _me(request)
    initial = {"name": device_words(request.META.get("HTTP_USER_AGENT", ""))}
    form = PasskeyForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            credential = form.cleaned_data["credential"]
            webauthn.parse_registration_response(credential)
            binding = webauthn.complete_registration(credential)
            if not binding.is_user_verified():
                raise ValidationError(
                    _("This device did not ask who you are. Use one with a PIN, a fingerprint or a face.")
                )
            factors.add_passkey(caller_of(request), form.cleaned_data["name"], credential)
        except ValidationError as error:
            wrong = error.code == "incorrect_code"
            form.add_error(None, _("That did not work, or took too long. Try again.") if wrong else error)
        except (ValueError, KeyError, TypeError, AttributeError):
            form.add_error(None, _("That did not work, or took too long. Try again."))
        except BedsideError as error:
            form.add_error(None, error.detail)
        else:
            say(request, _("The passkey was added."))
            return _first_added(request)
    context = {
        "form": form,
        "place": place(request, "factor"),
        "options": webauthn.begin_registration(person, passwordless=True),
        "by_address": not _has_name(request),
    }
    return render(request, "signin/add_passkey.html", context)


def _pending_secret(request: HttpRequest) -> str:
    # Kept until it is used, so that going back and forth does not make the scanned picture worthless.
    kept = request.session.get(TOTP_KEY)
    if kept:
        return keyring.decrypt(kept).decode()
    secret: str = generate_totp_secret()
    request.session[TOTP_KEY] = keyring.encrypt(secret)
    return secret


@_half_open
@confirmed
@require_http_methods(["GET", "POST"])
def add_app(request: HttpRequest) -> HttpResponseBase:
    person, secret = _me(request), _pending_secret(request)
    form = AppForm(request.POST or None, person=person, secret=secret)
    if request.method == "POST" and form.is_valid():
        try:
            factors.add_totp(caller_of(request), secret)
        except BedsideError as error:
            form.add_error(None, error.detail)
        else:
            del request.session[TOTP_KEY]
            say(request, _("The app was added."))
            return _first_added(request)
    url = get_mfa_adapter().build_totp_url(person, secret)
    context = {
        "form": form,
        "place": place(request, "factor"),
        "picture": segno.make(url, error="m").svg_data_uri(scale=4, border=3, dark="#000", light="#fff"),
        "url": url,
        "secret": " ".join(secret[at : at + 4] for at in range(0, len(secret), 4)),
    }
    return render(request, "signin/add_app.html", context)


@signed_in
@confirmed
@require_http_methods(["GET", "POST"])
def remove_factor(request: HttpRequest, factor_id: int) -> HttpResponseBase:
    person = _me(request)
    found = next((one for one in factors.factors(person) if one.pk == factor_id), None)
    if request.method == "POST" or found is None:
        try:
            factors.remove_factor(caller_of(request), factor_id)
            say(request, _("The second factor was removed."))
        except BedsideError as error:
            say(request, error.detail, "block")
        return redirect("account")
    name = found.data.get("name") or factors.words_of_kind(found.type)
    return render(request, "signin/remove_factor.html", {"name": name})


@_half_open
@confirmed
@require_http_methods(["GET", "POST"])
def recovery_codes(request: HttpRequest) -> HttpResponseBase:
    """The codes, for as long as their owner has not said that they are kept."""
    person = _me(request)
    if not factors.has_second_factor(person):
        return redirect("second_factor")
    codes = factors.recovery_codes(person)
    if request.method == "POST":
        if request.POST.get("do") == "make":
            factors.renew_recovery_codes(caller_of(request))
            return redirect("recovery_codes")
        if codes is not None and request.POST.get("kept") == "yes":
            codes.mark_as_viewed()
            if request.session.pop(JOINING_KEY, None):
                return redirect("/")
            say(request, _("Your recovery codes are kept. They are not shown again."))
            return redirect("account")
    show = codes is not None and not codes.did_view
    listed = codes.generate_codes() if codes is not None and show else []
    context = {
        "place": place(request, "codes"),
        "codes": [f"{code[:4]}-{code[4:]}" for code in listed],
        "left": len(codes.get_unused_codes()) if codes else 0,
        "asked": request.method == "POST",
        "person": person,
    }
    return render(request, "signin/recovery_codes.html", context)


@_half_open
@confirmed
@require_GET
def recovery_codes_file(request: HttpRequest) -> HttpResponseBase:
    codes = factors.recovery_codes(_me(request))
    if codes is None or codes.did_view:
        return redirect("recovery_codes")
    head = _("Recovery codes for %(who)s at %(where)s. Each works once.") % {
        "who": _me(request).email,
        "where": request.get_host(),
    }
    text = "\r\n".join([head, "", *(f"{code[:4]}-{code[4:]}" for code in codes.generate_codes()), ""])
    answer = HttpResponse(text, content_type="text/plain; charset=utf-8")
    answer["Content-Disposition"] = 'attachment; filename="bedside-recovery-codes.txt"'
    return answer


# Sessions.


@signed_in
@require_GET
def session_list(request: HttpRequest) -> HttpResponseBase:
    listed = [
        {
            "id": one.pk,
            "device": device_words(one.user_agent),
            "address": one.ip,
            "since": one.created_at,
            "used": one.last_seen_at,
            "here": one.session_key == request.session.session_key,
        }
        for one in sessions(_me(request))[:200]
    ]
    listed.sort(key=lambda one: not one["here"])
    return render(request, "signin/sessions.html", {"sessions": listed})


@signed_in
@require_POST
def session_end(request: HttpRequest, session_id: int) -> HttpResponseBase:
    try:
        end_session(caller_of(request), session_id)
        say(request, _("That session has ended."))
    except BedsideError as error:
        say(request, error.detail, "block")
    return redirect("sessions")


@signed_in
@require_POST
def session_end_others(request: HttpRequest) -> HttpResponseBase:
    ended = end_other_sessions(caller_of(request), request.session.session_key)
    words = ngettext("%d other session has ended.", "%d other sessions have ended.", ended) % ended
    say(request, words)
    return redirect("sessions")


@signed_in
@require_POST
def stay(request: HttpRequest) -> HttpResponseBase:
    """A click on “Stay signed in”: it counts as a click anywhere else does."""
    return HttpResponse(status=204)


@open_to_all
@require_POST
def idle(request: HttpRequest) -> HttpResponseBase:
    """The page saw the time run out that a session may go without a click."""
    if person_of(request) is not None:
        time_out(request, idle=True)
    return HttpResponse(status=204)


# Tokens.


@signed_in
@confirmed
@require_http_methods(["GET", "POST"])
def new_token(request: HttpRequest) -> HttpResponseBase:
    form = TokenForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        until = clock.now() + timedelta(days=given["days"]) if given["days"] else None
        try:
            caller = caller_of(request)
            token, text = create_token(
                caller, _me(request), given["scopes"], name=given["name"], expires_at=until
            )
        except BedsideError as error:
            form.add_error(None, error.detail)
        else:
            return render(request, "signin/token_made.html", {"token": token, "text": text})
    return render(request, "signin/new_token.html", {"form": form})


@signed_in
@require_POST
def token_revoke(request: HttpRequest, token_id: Any) -> HttpResponseBase:
    try:
        revoke_token(caller_of(request), token_id)
        say(request, _("The token was revoked. What used it gets no answer any more."))
    except BedsideError as error:
        say(request, error.detail, "block")
    return redirect("account")
