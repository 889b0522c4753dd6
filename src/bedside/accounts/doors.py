"""What a web door needs to know about who stands in it: the caller, their address, and whether to let them in."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec, TypeVar
from urllib.parse import quote

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.urls import reverse

from bedside.accounts.caller import Caller
from bedside.accounts.factors import has_second_factor, recovery_codes
from bedside.accounts.models import Person

P = ParamSpec("P")
V = TypeVar("V", bound=Callable[..., Any])

# Set in a session once its person is known to have a second factor and recovery codes, which spares queries on
# every page. Whatever takes factors away from somebody ends their sessions too.
FACTOR_KEY = "bedside.factor"


def client_address(request: HttpRequest) -> str | None:
    """The address the request came from. With BEDSIDE_TRUST_PROXY it is the last one in X-Forwarded-For, the one
    that the proxy in front saw itself; what stands before it was written by the client."""
    if settings.BEDSIDE["BEDSIDE_TRUST_PROXY"]:
        forwarded = request.META.get("HTTP_X_FORWARDED_FOR", "").rpartition(",")[2].strip()
        if forwarded:
            return str(forwarded)[:45]
    return str(request.META.get("REMOTE_ADDR") or "") or None


def person_of(request: HttpRequest) -> Person | None:
    """Who is signed in; None for nobody."""
    return request.user if request.user.is_authenticated else None


def caller_of(request: HttpRequest) -> Caller:
    """The caller for actions. Only behind `signed_in`: a request of nobody's is a mistake, never the system."""
    person = person_of(request)
    if person is None:
        raise RuntimeError("caller_of was asked about a request that nobody signed in for.")
    return Caller(person, "web", client_address(request))


def sent_to(request: HttpRequest, url: str) -> HttpResponse:
    """Send the browser to `url`: by a redirect, or for a part of a page by the header that htmx follows."""
    if request.headers.get("HX-Request") == "true":
        answer = HttpResponse(status=401)
        answer["HX-Redirect"] = url
        return answer
    return HttpResponseRedirect(url)


def to_sign_in(request: HttpRequest) -> HttpResponse:
    """Send the browser to sign in, and from there back to where it wanted to go."""
    back = request.get_full_path() if request.method in {"GET", "HEAD"} else ""
    if request.headers.get("HX-Request") == "true":
        back = ""
    url = reverse("account_login")
    return sent_to(request, f"{url}?next={quote(back)}" if back and back != "/" else url)


def open_to_all(view: V) -> V:
    """Marks a view that is for everybody, whether signed in, half signed in or not at all."""
    view.open_to_all = True  # type: ignore[attr-defined]
    return view


def unfinished(request: HttpRequest) -> str | None:
    """The name of the page that somebody who is signed in has to go through first: `second_factor` while they
    have none, `recovery_codes` while they have not kept theirs, or None."""
    if request.session.get(FACTOR_KEY):
        return None
    person = person_of(request)
    if person is None:
        return None
    if not has_second_factor(person):
        return "second_factor"
    codes = recovery_codes(person)
    if codes is None or not codes.did_view:
        return "recovery_codes"
    request.session[FACTOR_KEY] = True
    return None


def has_factor(request: HttpRequest) -> bool:
    """Whether the person who is signed in has gone through all of that."""
    return person_of(request) is not None and unfinished(request) is None


def signed_in(
    view: Callable[Concatenate[HttpRequest, P], HttpResponseBase],
) -> Callable[Concatenate[HttpRequest, P], HttpResponseBase]:
    """Lets a view be reached only by somebody who has signed in and has a second factor."""

    @wraps(view)
    def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        if person_of(request) is None:
            return to_sign_in(request)
        step = unfinished(request)
        return sent_to(request, reverse(step)) if step else view(request, *args, **kwargs)

    return guarded


class SignedIn:
    """`signed_in` for views that are classes."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        parent: Any = super()
        return signed_in(parent.dispatch)(request, *args, **kwargs)
