"""Signing in to an AT Protocol server (PDS) and calling it: XRPC with its error names."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from bedside.channels.port import Account, Busy, Connected, Refused, SignInRefused
from bedside.channels.wire import Answer, Wire, address, plain
from bedside.core.words import gettext as _

DEFAULT_SERVICE = "https://bsky.social"

# The names that mean that a token or password is no longer good (atproto.com/specs/xrpc, PDS source).
DEAD_TOKEN = {"ExpiredToken", "InvalidToken", "BadJwt", "BadJwtSignature", "AuthMissing"}
DEAD_ACCOUNT = {"AuthenticationRequired", "AccountTakedown", "AccountDeactivated", "AccountSuspended"}
_DID = re.compile(r"did:[a-z]+:[a-zA-Z0-9._:%-]{1,200}")
_HANDLE = re.compile(r"[a-zA-Z0-9.-]{1,253}")


class TokenDead(SignInRefused):
    """The access token is no longer good; the app password may still be."""


def name_of(answer: Answer) -> str:
    name = answer.object().get("error")
    return name if isinstance(name, str) else ""


def refusal(answer: Answer, doing: str) -> Refused:
    """The exception for a 4xx answer: a dead sign-in only where the server names one we recognise.

    `doing` is what was refused, in the reader's language.
    """
    name = name_of(answer)
    said = answer.words("message", "error")
    told = {"doing": doing, "code": f"{answer.status} {plain(name, 60)}".rstrip(), "said": said}
    words = (
        _("Bluesky refused %(doing)s (%(code)s): %(said)s")
        if said
        else _("Bluesky refused %(doing)s (%(code)s)")
    ) % told
    if answer.status in {400, 401, 403}:
        if name in DEAD_TOKEN:
            return TokenDead(words)
        if name in DEAD_ACCOUNT:
            return SignInRefused(words)
    return Refused(words)


def expiry(token: str) -> datetime | None:
    """When a JWT runs out, from its unverified payload (RFC 7519 4.1.4); None when it does not say."""
    parts = token.split(".")
    if len(parts) != 3 or len(token) > 8000:
        return None
    try:
        payload = json.loads(base64.urlsafe_b64decode(parts[1] + "=" * (-len(parts[1]) % 4)))
        return datetime.fromtimestamp(int(payload["exp"]), UTC)
    except (ValueError, KeyError, TypeError, OverflowError, OSError, RecursionError):
        return None


def connected(answer: Answer, password: str, facts: Mapping[str, Any]) -> Connected:
    """Reads the answer of createSession or refreshSession, field by field."""
    body = answer.object()
    access, refresh = body.get("accessJwt"), body.get("refreshJwt")
    did, handle = body.get("did"), body.get("handle")
    good = (
        isinstance(access, str)
        and isinstance(refresh, str)
        and 0 < len(access) <= 8000
        and 0 < len(refresh) <= 8000
        and isinstance(did, str)
        and _DID.fullmatch(did)
        and isinstance(handle, str)
        and _HANDLE.fullmatch(handle)
    )
    if not good:
        raise Refused(_("The server's answer is not that of a Bluesky server. Is the address right?"))
    if body.get("active") is False:
        status = body.get("status")
        why = plain(status, 40) if isinstance(status, str) else _("no reason given")
        raise SignInRefused(_("This account is not active (%(why)s).") % {"why": why})
    if facts.get("did", did) != did:
        raise Refused(_("This sign-in belongs to another account than the one connected here."))
    return Connected(
        handle=f"@{handle}",
        secret={"app_password": password, "accessJwt": str(access), "refreshJwt": str(refresh)},
        facts={**facts, "did": did, "handle": handle},
        expires_at=expiry(str(access)),
    )


def create(service: str, identifier: str, password: str, facts: Mapping[str, Any], wire: Wire) -> Connected:
    """Sign in with handle or DID and app password. Raises `SignInRefused` when they are wrong."""
    wire.hide(password)
    answer = wire.ask(
        "POST",
        f"{service}/xrpc/com.atproto.server.createSession",
        writes=False,
        json_body={"identifier": identifier, "password": password},
    )
    if not answer.ok:
        if name_of(answer) == "AuthFactorTokenRequired":
            raise Refused(
                _("This account asks for a code by e-mail. Make an app password in Bluesky's settings.")
            )
        raise refusal(answer, _("the sign-in"))
    return connected(answer, password, facts)


def _name(account: Account) -> str:
    # The DID stays when a handle changes.
    return str(account.facts.get("did") or account.identifier.strip().removeprefix("@"))


def refresh(account: Account, wire: Wire) -> Connected:
    """Trade the refresh token for new ones; where it is no longer good, sign in with the app password."""
    service = address(account.url or DEFAULT_SERVICE)
    wire.hide(*account.secret.values())
    password = account.secret.get("app_password", "")
    token = account.secret.get("refreshJwt", "")
    if token:
        answer = wire.ask(
            "POST", f"{service}/xrpc/com.atproto.server.refreshSession", writes=False, token=token
        )
        if answer.ok:
            return connected(answer, password, account.facts)
        error = refusal(answer, _("to renew the sign-in"))
        if not isinstance(error, TokenDead):
            raise error
    return create(service, _name(account), password, account.facts, wire)


class Session:
    """Calls in one account's name. An access token that is no longer good is replaced once, for this piece
    of work, by signing in with the app password: only when that fails too is the sign-in dead."""

    def __init__(self, account: Account, wire: Wire) -> None:
        self.account = account
        self.wire = wire
        self.service = address(account.url or DEFAULT_SERVICE)
        self.token = account.secret.get("accessJwt", "")
        self._renewed = False
        wire.hide(*account.secret.values())

    def call(self, method: str, name: str, doing: str, *, writes: bool, **request: Any) -> Answer:
        """One XRPC call; `doing` names it in errors. Returns 2xx answers and raises `Refused` for the rest,
        except that 4xx answers not about the sign-in are returned as they are."""
        while True:
            answer = self.wire.ask(
                method, f"{self.service}/xrpc/{name}", writes=writes, token=self.token, **request
            )
            if answer.ok:
                return answer
            error = refusal(answer, doing)
            if isinstance(error, TokenDead) and not self._renewed and self.account.secret.get("app_password"):
                self._renewed = True
                password = self.account.secret["app_password"]
                made = create(self.service, _name(self.account), password, self.account.facts, self.wire)
                self.token = made.secret["accessJwt"]
                continue
            if isinstance(error, SignInRefused):
                raise error
            return answer


def version(service: str, wire: Wire) -> str:
    """The server's own version, or empty when it does not say."""
    try:
        answer = wire.ask("GET", f"{service}/xrpc/_health", writes=False)
    except (Busy, Refused):
        return ""
    found = answer.object().get("version") if answer.ok else None
    return plain(found, 40) if isinstance(found, str) else ""
