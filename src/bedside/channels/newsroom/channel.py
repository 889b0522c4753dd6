"""The newsroom as a channel: nothing goes over a network, so a post is stored and out in one transaction."""

from __future__ import annotations

import base64
import hashlib
import re
import unicodedata
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from bedside.channels.content import problems
from bedside.channels.port import (
    Account,
    Channel,
    Connected,
    Json,
    Limits,
    Outgoing,
    Picture,
    Problem,
    Receipt,
    SafeToSend,
)
from bedside.channels.wire import Wire
from bedside.core.text import graphemes
from bedside.core.words import gettext as _
from bedside.core.words import gettext_noop, ngettext

LIMITS = Limits(text=50_000, pictures=20, picture_bytes=15_000_000, alt_text=2000)
MAX_TITLE = 200
MAX_SLUG = 60


def public_id(key: str) -> str:
    """The page's id: 16 letters and digits that follow from the delivery's key alone (80 bits of SHA-256)."""
    return base64.b32encode(hashlib.sha256(key.encode()).digest()[:10]).decode().lower()


def slug(title: str) -> str:
    """`title` as part of an address: ASCII, at most 60 characters, cut between words; “news” when empty."""
    plain = unicodedata.normalize("NFKD", title.replace("ß", "ss")).encode("ascii", "ignore").decode().lower()
    words = re.findall(r"[a-z0-9]+", plain.replace("'", ""))
    kept: list[str] = []
    for word in words:
        if len("-".join([*kept, word])) > MAX_SLUG:
            break
        kept.append(word)
    return "-".join(kept) or (words[0][:MAX_SLUG] if words else "news")


def headline(outgoing: Outgoing) -> str:
    """The title, or else the text's first line, cut at 120 characters between words."""
    title = " ".join(outgoing.title.split())
    if title:
        return title[:MAX_TITLE]
    first = next((" ".join(line.split()) for line in outgoing.text.splitlines() if line.strip()), "")
    if len(first) <= 120:
        return first
    return first[:119].rsplit(" ", 1)[0].rstrip(" ,;:") + "…"


def limits(facts: Mapping[str, Any]) -> Limits:
    return LIMITS


def check_content(outgoing: Outgoing, facts: Mapping[str, Any]) -> list[Problem]:
    found = problems(outgoing, LIMITS, graphemes(outgoing.text), _("the newsroom"))
    if outgoing.pictures and not outgoing.text.strip():
        found.append(Problem("text", _("There is no text.")))
    if len(outgoing.title) > MAX_TITLE:
        message = ngettext(
            "The title is longer than %(most)s character.",
            "The title is longer than %(most)s characters.",
            MAX_TITLE,
        )
        found.append(Problem("title", message % {"most": MAX_TITLE}))
    return found


def connect(url: str, identifier: str, secret: str, wire: Wire) -> Connected:
    return Connected(handle=identifier.strip() or "Newsroom", secret={}, facts={})


def probe(account: Account, wire: Wire) -> Mapping[str, Any]:
    return dict(account.facts)


def prepare(outgoing: Outgoing, account: Account) -> Json:
    """All that the public page, the feeds and the structured data are made from."""
    title = headline(outgoing)
    return {
        "id": public_id(outgoing.key),
        "slug": slug(title),
        "title": title,
        "text": outgoing.text,
        "language": outgoing.language,
        "created_at": outgoing.created_at.astimezone(UTC).isoformat().replace("+00:00", "Z"),
        "pictures": [
            {
                "sha256": picture.sha256,
                "alt": picture.alt,
                "width": picture.width,
                "height": picture.height,
                "mime": picture.mime,
                "size": picture.size,
            }
            for picture in outgoing.pictures
        ],
    }


def send(prepared: Json, pictures: Sequence[Picture], account: Account, wire: Wire) -> Receipt:
    return Receipt(
        remote_id=prepared["id"],
        url=f"/news/{prepared['id']}-{prepared['slug']}",
        evidence={"stored": "in the same transaction as this receipt"},
    )


def find(prepared: Json, account: Account, first_sent_at: datetime, wire: Wire) -> SafeToSend:
    return SafeToSend(_("The newsroom shows confirmed deliveries only, and this one is not confirmed."))


def delete(remote_id: str, prepared: Json, account: Account, wire: Wire) -> None:
    """Nothing to take back elsewhere: whoever records the deletion withdraws the page (410)."""


CHANNEL = Channel(
    kind="newsroom",
    title=gettext_noop("Newsroom"),
    promise=gettext_noop("Exactly once: the post and its receipt are stored together or not at all."),
    limits=limits,
    count=graphemes,
    check_content=check_content,
    connect=connect,
    probe=probe,
    prepare=prepare,
    send=send,
    find=find,
    delete=delete,
    in_house=True,
)
