"""Bluesky as a channel. The record's key and the whole record are fixed before sending, and it is put only
where nothing is yet (`swapRecord: null`): the same request sent again finds itself and changes nothing."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from bedside.channels.bluesky.record import COLLECTION, record, tid
from bedside.channels.bluesky.session import (
    DEFAULT_SERVICE,
    Session,
    create,
    name_of,
    refresh,
    refusal,
    version,
)
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
from bedside.channels.wire import Wire, address, is_loopback, plain
from bedside.core.text import graphemes
from bedside.core.words import gettext as _
from bedside.core.words import gettext_noop

MAX_GRAPHEMES = 300
MAX_BYTES = 3000
IMAGE_BYTES = 1_000_000  # what every server takes; facts["image_bytes"] where one is known to take more
IMAGE_BYTES_FROM_0_5 = 2_000_000


def limits(facts: Mapping[str, Any]) -> Limits:
    allowed = facts.get("image_bytes")
    return Limits(
        text=MAX_GRAPHEMES,
        text_bytes=MAX_BYTES,
        pictures=4,
        picture_bytes=allowed if isinstance(allowed, int) and 0 < allowed <= 50_000_000 else IMAGE_BYTES,
    )


def check_content(outgoing: Outgoing, facts: Mapping[str, Any]) -> list[Problem]:
    return problems(outgoing, limits(facts), graphemes(outgoing.text), "Bluesky")


def _facts(service: str, wire: Wire) -> dict[str, Any]:
    said = version(service, wire)
    number = re.match(r"(\d{1,4})\.(\d{1,4})\.", said)
    recent = number is not None and (int(number[1]), int(number[2])) >= (0, 5)
    return {
        "service": service,
        "software": "Bluesky PDS",
        "version": said,
        "image_bytes": IMAGE_BYTES_FROM_0_5 if recent else IMAGE_BYTES,
    }


def connect(url: str, identifier: str, secret: str, wire: Wire) -> Connected:
    """Signs in with a handle (or DID) and an app password; without an address, at bsky.social."""
    service = address(url or DEFAULT_SERVICE)
    name = identifier.strip().removeprefix("@")
    if not name or len(name) > 300:
        raise Refused(_("Write the account's handle, such as clinic.bsky.social."))
    if not secret.strip():
        raise Refused(_("Write an app password; Bluesky makes one under Settings, Privacy and security."))
    return create(service, name, secret.strip(), _facts(service, wire), wire)


def renew(account: Account, wire: Wire) -> Connected:
    return refresh(account, wire)


def probe(account: Account, wire: Wire) -> Mapping[str, Any]:
    session = Session(account, wire)
    answer = session.call("GET", "com.atproto.server.getSession", _("to show the account"), writes=False)
    if not answer.ok:
        raise refusal(answer, _("to show the account"))
    body = answer.object()
    if body.get("did") != account.facts.get("did"):
        raise Refused(_("The server answered for another account than the one connected here."))
    handle = body.get("handle")
    return {
        **account.facts,
        **_facts(session.service, wire),
        **({"handle": plain(handle, 253)} if isinstance(handle, str) else {}),
    }


def prepare(outgoing: Outgoing, account: Account) -> Json:
    """The putRecord request. Pictures stand in it by their content ids, which are known without uploading."""
    return {
        "repo": account.facts["did"],
        "collection": COLLECTION,
        "rkey": tid(outgoing.created_at, outgoing.key),
        "swapRecord": None,
        "record": record(outgoing),
    }


def _uri(prepared: Json) -> str:
    return f"at://{prepared['repo']}/{prepared['collection']}/{prepared['rkey']}"


def _receipt(prepared: Json, service: str, evidence: Mapping[str, Any]) -> Receipt:
    repo, rkey = prepared["repo"], prepared["rkey"]
    url = f"https://bsky.app/profile/{repo}/post/{rkey}"
    if is_loopback(service.split("://")[-1].split("/")[0].rsplit(":", 1)[0]):
        # A server on this machine has no place at bsky.app; its own record is what can be shown.
        url = f"{service}/xrpc/com.atproto.repo.getRecord?repo={repo}&collection={COLLECTION}&rkey={rkey}"
    return Receipt(remote_id=_uri(prepared), url=url, evidence=evidence)


def _upload(session: Session, prepared: Json, pictures: Sequence[Picture]) -> None:
    wanted = [image["image"] for image in prepared["record"].get("embed", {}).get("images", [])]
    if len(wanted) != len(pictures):
        raise Refused(_("The pictures are not those of the prepared post."))
    for number, (blob, picture) in enumerate(zip(wanted, pictures, strict=True), 1):
        data = picture.read()
        if picture.sha256 != hashlib.sha256(data).hexdigest():
            words = _("Picture %(number)s has changed since the post was prepared.")
            raise Refused(words % {"number": number})
        doing = _("picture %(number)s") % {"number": number}
        answer = session.call(
            "POST",
            "com.atproto.repo.uploadBlob",
            doing,
            writes=False,
            content=data,
            content_type=picture.mime,
        )
        if not answer.ok:
            raise refusal(answer, doing)
        stored = answer.object().get("blob")
        reference = stored.get("ref") if isinstance(stored, dict) else None
        if not isinstance(stored, dict) or not isinstance(reference, dict):
            raise Busy(_("Bluesky's answer to a picture was not understood. The post was not sent."))
        if reference.get("$link") != blob["ref"]["$link"] or stored.get("mimeType") != blob["mimeType"]:
            mime = plain(str(stored.get("mimeType")), 60)
            words = _("Bluesky stored picture %(number)s as something else (%(mime)s).")
            raise Refused(words % {"number": number, "mime": mime})


def send(prepared: Json, pictures: Sequence[Picture], account: Account, wire: Wire) -> Receipt:
    if prepared["repo"] != account.facts.get("did"):
        raise Refused(_("This post was prepared for another Bluesky account than the one connected now."))
    session = Session(account, wire)
    _upload(session, prepared, pictures)
    answer = session.call(
        "POST", "com.atproto.repo.putRecord", _("the post"), writes=True, json_body=dict(prepared)
    )
    if not answer.ok:
        if name_of(answer) == "InvalidSwap":
            raise Unknown(_("Something else stands under this post's key on Bluesky already."))
        raise refusal(answer, _("the post"))
    body = answer.object()
    if body.get("uri") != _uri(prepared) or not isinstance(body.get("cid"), str):
        raise Unknown(_("Bluesky said yes, but not in a form that proves that the post is out."))
    return _receipt(prepared, session.service, {"uri": body["uri"], "cid": plain(body["cid"], 200)})


def find(
    prepared: Json, account: Account, first_sent_at: datetime, wire: Wire
) -> Receipt | SafeToSend | CannotTell:
    """Asks for the record under our key. Absent: the same request may go again, it can only ever make one."""
    session = Session(account, wire)
    answer = session.call(
        "GET",
        "com.atproto.repo.getRecord",
        _("to show the post"),
        writes=False,
        query={name: prepared[name] for name in ("repo", "collection", "rkey")},
    )
    if not answer.ok:
        if name_of(answer) == "RecordNotFound":
            return SafeToSend(
                _("Bluesky has no record under this post's key, and the key can be used only once.")
            )
        raise refusal(answer, _("to show the post"))
    body = answer.object()
    value = body.get("value")
    if body.get("uri") != _uri(prepared) or not isinstance(value, dict):
        raise Busy(_("Bluesky's answer was not understood."))
    ours = prepared["record"]
    if value.get("text") != ours["text"] or value.get("createdAt") != ours["createdAt"]:
        return CannotTell(
            _("Another text stands under this post's key on Bluesky."),
            {"uri": _uri(prepared), "text": plain(str(value.get("text")), 500)},
            final=True,
        )
    return _receipt(prepared, session.service, {"uri": body["uri"], "cid": plain(str(body.get("cid")), 200)})


def delete(remote_id: str, prepared: Json, account: Account, wire: Wire) -> None:
    """Removes the record; one that is gone already stays gone (the call is idempotent by specification)."""
    if remote_id != _uri(prepared):
        raise Refused(_("This receipt does not belong to this post."))
    session = Session(account, wire)
    body = {name: prepared[name] for name in ("repo", "collection", "rkey")}
    answer = session.call(
        "POST", "com.atproto.repo.deleteRecord", _("to delete the post"), writes=True, json_body=body
    )
    if not answer.ok:
        raise refusal(answer, _("to delete the post"))


CHANNEL = Channel(
    kind="bluesky",
    title="Bluesky",
    promise=gettext_noop(
        "Exactly once: each post has a key of its own, and Bluesky keeps one record under it."
    ),
    limits=limits,
    count=graphemes,
    check_content=check_content,
    connect=connect,
    probe=probe,
    prepare=prepare,
    send=send,
    find=find,
    delete=delete,
    renew=renew,
    needs=("identifier", "secret"),
)
