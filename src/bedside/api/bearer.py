"""Who calls: a program with a token, or the person behind a browser's session."""

from __future__ import annotations

from typing import Any, cast

from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja.security.http import HttpAuthBase
from ninja.utils import check_csrf

from bedside.accounts.caller import Caller
from bedside.accounts.doors import client_address, person_of, unfinished
from bedside.accounts.models import ApiToken
from bedside.accounts.queries import token_in_use
from bedside.api.problems import CrossSite, MissingScope, NoSecondFactor, Unauthorized

LONGEST_TOKEN = 200


class Token(HttpAuthBase):
    """`Authorization: Bearer bs_…`. The token has to have one of `scopes`; with none named, any token will do.

    Without that header, a signed-in browser of the same desk is taken for its person, with every scope; what
    changes something then needs the CSRF token that the desk's own pages have.
    """

    openapi_scheme = "bearer"
    openapi_description = "A token made under “Your account” or with `bedside token create`."

    def __init__(self, *scopes: str) -> None:
        super().__init__()
        self.scopes = scopes

    def __call__(self, request: HttpRequest) -> Any:
        header = request.headers.get("Authorization")
        if header is not None:
            return self._by_token(request, header)
        person = person_of(request)
        if person is None:
            raise Unauthorized(_("Send a token as “Authorization: Bearer bs_…”."))
        if check_csrf(request):
            raise CrossSite(_("The CSRF token is missing or old. Load the page again."))
        if unfinished(request):
            raise NoSecondFactor(_("Finish setting up your second factor at the desk first, then go on."))
        return Caller(person, "web", client_address(request))

    def _by_token(self, request: HttpRequest, header: str) -> Caller:
        scheme, _space, text = header.strip().partition(" ")
        token = None
        if scheme.lower() == "bearer" and 0 < len(text) <= LONGEST_TOKEN:
            token = token_in_use(text.strip())
        if token is None:
            raise Unauthorized(
                _("This token is not known here, has run out or was revoked."), ', error="invalid_token"'
            )
        if self.scopes and not set(self.scopes) & set(token.scopes):
            words = _(" or ").join(self.scopes)
            raise MissingScope(_("This needs a token with the scope %s.") % words, self.scopes)
        request.token = token  # type: ignore[attr-defined]
        return Caller(token.person, "api", client_address(request))


def caller_of(request: HttpRequest) -> Caller:
    """The caller that `Token` has let in."""
    return cast(Caller, request.auth)  # type: ignore[attr-defined]


def token_of(request: HttpRequest) -> ApiToken | None:
    """The token in use; None for a browser's session."""
    return getattr(request, "token", None)
