"""Signing in and out, and confirming that it is still you: django-allauth's views behind Bedside's pages."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from allauth.account.models import Login
from allauth.account.utils import get_next_redirect_url
from allauth.account.views import AccountInactiveView, LoginView, LogoutView, ReauthenticateView
from allauth.mfa.base.views import AuthenticateView
from allauth.mfa.base.views import ReauthenticateView as CodeReauthenticateView
from allauth.mfa.models import Authenticator
from allauth.mfa.webauthn.internal import flows
from allauth.mfa.webauthn.views import LoginWebAuthnView, ReauthenticateWebAuthnView
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from bedside.accounts.doors import open_to_all, to_sign_in
from bedside.accounts.setup import is_finished
from bedside.web.notices import say

LOOPBACK = {"127.0.0.1", "[::1]"}


def by_name(request: HttpRequest) -> HttpResponseRedirect | None:
    """The same page under the name localhost: browsers make and use passkeys for names only."""
    host, colon, port = request.get_host().rpartition(":")
    if not colon or host.count("[") != host.count("]"):
        host, colon, port = request.get_host(), "", ""
    if request.method != "GET" or host not in LOOPBACK:
        return None
    return HttpResponseRedirect(f"{request.scheme}://localhost{colon}{port}{request.get_full_path()}")


class SignIn(LoginView):  # type: ignore[misc]
    template_name = "signin/sign_in.html"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        response: HttpResponseBase = by_name(request) or super().dispatch(request, *args, **kwargs)
        return response

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        found: dict[str, Any] = super().get_context_data(**kwargs)
        next_url = get_next_redirect_url(self.request) or ""
        return found | {
            "next_url": next_url,
            "passkey_url": reverse("mfa_login_webauthn") + (f"?next={quote(next_url)}" if next_url else ""),
            "not_set_up": not is_finished(),
        }


@method_decorator(transaction.atomic, name="dispatch")
class SignInByPasskey(LoginWebAuthnView):  # type: ignore[misc]
    def form_valid(self, form: Any) -> HttpResponse:
        authenticator = form.cleaned_data["credential"]
        login = Login(user=authenticator.user, redirect_url=get_next_redirect_url(self.request))
        answer: HttpResponse = flows.perform_passwordless_login(self.request, authenticator, login)
        return answer

    def form_invalid(self, form: Any) -> HttpResponse:
        say(
            self.request,
            _(
                "This passkey does not belong to an account here, or it took too long. Try again, or use your password."
            ),
            "block",
        )
        next_url = get_next_redirect_url(self.request)
        return HttpResponseRedirect(
            reverse("account_login") + (f"?next={quote(next_url)}" if next_url else "")
        )


def kinds_of(user: Any) -> set[str]:
    return set(Authenticator.objects.filter(user=user).values_list("type", flat=True))


@method_decorator(transaction.atomic, name="dispatch")
class SecondFactor(AuthenticateView):  # type: ignore[misc]
    template_name = "signin/second_step.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        found: dict[str, Any] = super().get_context_data(**kwargs)
        kinds = kinds_of(self.stage.login.user)
        return found | {
            "has_passkey": Authenticator.Type.WEBAUTHN in kinds,
            "has_app": Authenticator.Type.TOTP in kinds,
            "request_options": (found.get("js_data") or {}).get("request_options"),
        }


@require_POST
def start_over(request: HttpRequest) -> HttpResponseBase:
    """Leave a sign-in that is half done, to begin with another account."""
    from allauth.account.internal.stagekit import clear_login

    clear_login(request)
    return to_sign_in(request)


def too_many(request: HttpRequest) -> HttpResponse:
    """handler429: more tries from one address than are taken, whoever they are for."""
    answer = render(request, "signin/too_many.html", status=429)
    answer["Retry-After"] = "60"
    return answer


class SignOut(LogoutView):  # type: ignore[misc]
    template_name = "signin/sign_out.html"

    def post(self, *args: Any, **kwargs: Any) -> HttpResponse:
        answer: HttpResponse = super().post(*args, **kwargs)
        say(self.request, _("You are signed out."))
        return answer


class Confirm(ReauthenticateView):  # type: ignore[misc]
    template_name = "signin/confirm.html"


@method_decorator(transaction.atomic, name="dispatch")
class ConfirmByCode(CodeReauthenticateView):  # type: ignore[misc]
    template_name = "signin/confirm_code.html"


@method_decorator(transaction.atomic, name="dispatch")
class ConfirmByPasskey(ReauthenticateWebAuthnView):  # type: ignore[misc]
    template_name = "signin/confirm_passkey.html"

    def form_invalid(self, form: Any) -> HttpResponse:
        say(self.request, _("That did not work. Try the passkey again, or use another way."), "block")
        return HttpResponseRedirect(self.request.get_full_path())

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        found: dict[str, Any] = super().get_context_data(**kwargs)
        return found | {"request_options": found["js_data"]["request_options"]}


sign_in = open_to_all(SignIn.as_view())
sign_in_by_passkey = open_to_all(SignInByPasskey.as_view())
second_factor = open_to_all(SecondFactor.as_view())
sign_out = open_to_all(SignOut.as_view())
closed = open_to_all(AccountInactiveView.as_view(template_name="signin/closed.html"))
confirm = open_to_all(Confirm.as_view())
confirm_by_code = open_to_all(ConfirmByCode.as_view())
confirm_by_passkey = open_to_all(ConfirmByPasskey.as_view())
start_again = open_to_all(start_over)
