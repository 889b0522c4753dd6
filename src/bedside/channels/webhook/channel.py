"""Posts as signed webhooks. What a receiver does with one cannot be looked up, so a lost answer stays open
unless the administrator has declared that the receiver drops what it has seen (`receiver_deduplicates`)."""

from __future__ import annotations

import base64
import binascii
import secrets
import socket
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

from standardwebhooks.webhooks import Webhook

from bedside.channels.content import problems
from bedside.channels.port import (
    Account,
    Busy,
    CannotTell,
    Channel,
    Connected,
    Json,
    Limits,
    Outgoing,
    Picture,
    Problem,
    Receipt,
    Refused,
    SafeToSend,
    Unknown,
)
from bedside.channels.wire import Answer, Redirected, Wire, address
from bedside.core import clock
from bedside.core.text import canonical_json, graphemes
from bedside.core.words import gettext as _
from bedside.core.words import gettext_noop

PREFIX = "whsec_"
LIMITS = Limits(text=50_000, pictures=20, picture_bytes=15_000_000, alt_text=2000)


def limits(facts: Mapping[str, Any]) -> Limits:
    return LIMITS


def check_content(outgoing: Outgoing, facts: Mapping[str, Any]) -> list[Problem]:
    return problems(outgoing, LIMITS, graphemes(outgoing.text), _("a webhook"))


def signing_secret(text: str) -> str:
    """A Standard Webhooks secret: the one given, checked (24 to 64 bytes), or a new one of 32 bytes."""
    text = text.strip()
    if not text:
        return PREFIX + base64.b64encode(secrets.token_bytes(32)).decode()
    try:
        raw = base64.b64decode(text.removeprefix(PREFIX) + "==", validate=False)
    except (binascii.Error, ValueError) as error:
        words = _("A signing secret is %(prefix)s and then base64; leave it empty to get one.")
        raise Refused(words % {"prefix": PREFIX}) from error
    if not text.startswith(PREFIX) or not 24 <= len(raw) <= 64:
        words = _(
            "A signing secret is %(prefix)s and then 24 to 64 bytes in base64; leave it empty to get one."
        )
        raise Refused(words % {"prefix": PREFIX})
    return text


def connect(url: str, identifier: str, secret: str, wire: Wire) -> Connected:
    """Keeps address and signing secret; nothing is sent before the first post."""
    where = address(url, query=True)
    host = urlsplit(where).hostname or ""
    return Connected(
        handle=identifier.strip() or host,
        secret={"signing_secret": signing_secret(secret)},
        facts={"host": host, "receiver_deduplicates": False},
    )


def probe(account: Account, wire: Wire) -> Mapping[str, Any]:
    """A webhook has no sign-in to try: that its address is valid and its name resolves is all there is."""
    parts = urlsplit(address(account.url, query=True))
    signing_secret(account.secret.get("signing_secret", "") or "missing")
    try:
        socket.getaddrinfo(parts.hostname, parts.port or 443, type=socket.SOCK_STREAM)
    except OSError as error:
        words = _("The name %(host)s cannot be resolved at the moment.")
        raise Busy(words % {"host": parts.hostname}) from error
    return {
        **account.facts,
        "host": parts.hostname,
        "probed": _(
            "The address is valid and its name resolves. "
            "More cannot be checked without sending a post: a webhook has no sign-in."
        ),
    }


def prepare(outgoing: Outgoing, account: Account) -> Json:
    made = outgoing.created_at.astimezone(UTC).isoformat().replace("+00:00", "Z")
    return {
        "webhook_id": outgoing.key,
        "body": {
            "type": "post.published",
            "timestamp": made,
            "data": {
                "id": outgoing.key,
                "title": outgoing.title,
                "text": outgoing.text,
                "language": outgoing.language,
                "created_at": made,
                "pictures": [
                    {
                        "sha256": picture.sha256,
                        "mime": picture.mime,
                        "alt": picture.alt,
                        "width": picture.width,
                        "height": picture.height,
                    }
                    for picture in outgoing.pictures
                ],
            },
        },
    }


def send(prepared: Json, pictures: Sequence[Picture], account: Account, wire: Wire) -> Receipt:
    # Many receivers know a sender by the path alone, so it is as good as a secret.
    wire.hide(*account.secret.values(), urlsplit(account.url).path.strip("/"))
    key: str = prepared["webhook_id"]
    body = canonical_json(prepared["body"])
    at = clock.now()
    signature = Webhook(account.secret["signing_secret"]).sign(key, at, body)
    try:
        answer = wire.ask(
            "POST",
            address(account.url, query=True),
            writes=True,
            content=body.encode(),
            content_type="application/json; charset=utf-8",
            headers={
                "webhook-id": key,
                "webhook-timestamp": str(int(at.timestamp())),
                "webhook-signature": signature,
            },
            body_needed=False,
        )
    except Redirected as error:
        # Any software may stand here, and much of it answers what it has taken with a redirect (RFC 9110 15.4.4).
        raise Unknown(_("%(answer)s It may have this post already.") % {"answer": error.detail}) from error
    if answer.ok:
        return Receipt(
            remote_id=key,
            url="",
            evidence={"status": answer.status, "webhook_id": key, "signed_at": at.isoformat()},
        )
    words = _answered(answer)
    if answer.status == 409:
        # A receiver that knows the id may say so with a conflict: that is no proof that nothing came of it.
        raise Unknown(_("%(answer)s It may have this post already.") % {"answer": words})
    if answer.status == 410:
        raise Refused(_("%(answer)s It wants no more posts at this address.") % {"answer": words})
    raise Refused(words)


def _answered(answer: Answer) -> str:
    said = answer.words("message", "error", "detail", "title")
    if not said:
        return _("The receiver answered %(status)s.") % {"status": answer.status}
    return _("The receiver answered %(status)s: %(said)s.") % {"status": answer.status, "said": said}


def find(prepared: Json, account: Account, first_sent_at: datetime, wire: Wire) -> SafeToSend | CannotTell:
    if account.facts.get("receiver_deduplicates") is True:
        return SafeToSend(_("The receiver is declared to drop a webhook-id it has seen before."))
    return CannotTell(
        _("A webhook cannot be looked up. Ask at the receiver whether this webhook-id arrived."),
        {"webhook_id": prepared["webhook_id"], "first_sent_at": first_sent_at.isoformat()},
        final=True,
    )


CHANNEL = Channel(
    kind="webhook",
    title=gettext_noop("Webhook"),
    promise=gettext_noop(
        "Never sent a second time after a lost answer, unless the receiver is declared to drop doubles."
    ),
    limits=limits,
    count=graphemes,
    check_content=check_content,
    connect=connect,
    probe=probe,
    prepare=prepare,
    send=send,
    find=find,
    needs=("url",),
)
