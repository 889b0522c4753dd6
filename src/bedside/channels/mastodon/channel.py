"""Mastodon as a channel. Every post carries our key as Idempotency-Key, which Mastodon keeps for an hour, and
can be looked for among the account's own posts. `scheduled_at` is never sent: some servers ignore it."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import urlsplit

from bedside.channels.content import problems
from bedside.channels.mastodon.counting import alike, count, text_of
from bedside.channels.mastodon.server import DEFAULTS, facts, refusal
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
from bedside.channels.wire import Answer, Wire, address, plain
from bedside.core import clock
from bedside.core.text import graphemes
from bedside.core.words import gettext as _
from bedside.core.words import gettext_noop, ngettext

KEY_KEPT = timedelta(minutes=55)  # Mastodon forgets a key after an hour
# Mastodon stores a key when the post is finished, not when it arrives (app/services/post_status_service.rb):
# a request still being worked on is not recognised, so an absence counts only when it lasts this long (s).
STILL_WORKING = 4.0
MARGIN = timedelta(seconds=3)
SKEW = timedelta(seconds=30)  # where a server does not tell its time
PAGES, PAGE = 5, 40
MEDIA_CHECKS = 30
VISIBILITIES = ("public", "unlisted", "private")
_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")


def limits(found: Mapping[str, Any]) -> Limits:
    known = {**DEFAULTS, **{name: found[name] for name in DEFAULTS if name in found}}
    return Limits(
        text=known["max_characters"],
        pictures=known["max_media"],
        picture_bytes=known["image_bytes"],
        picture_types=tuple(known["mime_types"]),
        alt_text=known["alt_text"],
    )


def check_content(outgoing: Outgoing, found: Mapping[str, Any]) -> list[Problem]:
    allowed = limits(found)
    options = outgoing.options
    warning = options.get("spoiler_text", "")
    length = count(outgoing.text, int(found.get("url_length", DEFAULTS["url_length"])))
    if isinstance(warning, str):
        length += graphemes(warning)
    wrong = problems(outgoing, allowed, length, _("this server"), {"visibility", "sensitive", "spoiler_text"})
    if not isinstance(warning, str):
        wrong.append(Problem("spoiler_text", _("A content warning is text.")))
    if options.get("visibility", "public") not in VISIBILITIES:
        message = _("Choose one of %(choices)s.") % {"choices": ", ".join(VISIBILITIES)}
        wrong.append(Problem("visibility", message))
    if not isinstance(options.get("sensitive", False), bool):
        wrong.append(Problem("sensitive", _("Sensitive is yes or no.")))
    pixels = int(found.get("image_pixels", DEFAULTS["image_pixels"]))
    words = ngettext(
        "Picture %(number)s has more than %(most)s pixel.",
        "Picture %(number)s has more than %(most)s pixels.",
        pixels,
    )
    wrong += [
        Problem("pictures", words % {"number": number, "most": f"{pixels:,}"})
        for number, picture in enumerate(outgoing.pictures, 1)
        if picture.width * picture.height > pixels
    ]
    return wrong


def _who(base: str, token: str, wire: Wire) -> Json:
    """The account behind the token. Raises `SignInRefused` when the token is no good."""
    answer = wire.ask("GET", f"{base}/api/v1/accounts/verify_credentials", writes=False, token=token)
    if not answer.ok:
        raise refusal(answer, _("the access token"))
    body = answer.object()
    number, name = body.get("id"), body.get("acct")
    if not (isinstance(number, str) and _ID.fullmatch(number) and isinstance(name, str) and name):
        raise Refused(_("The server's answer about the account was not understood."))
    return {"account_id": number, "acct": plain(name, 200)}


def connect(url: str, identifier: str, secret: str, wire: Wire) -> Connected:
    """Takes an access token made in the account's Preferences, Development (read, write:statuses,
    write:media)."""
    base = address(url)
    token = secret.strip()
    if not token or any(c.isspace() or not c.isascii() or not c.isprintable() for c in token):
        raise Refused(_("Write an access token; Mastodon makes one under Preferences, Development."))
    wire.hide(token)
    found = {**facts(base, wire), **_who(base, token, wire)}
    if identifier.strip() and not _same_person(identifier, found["acct"]):
        words = _("This token belongs to @%(owner)s, not to %(typed)s.")
        raise Refused(words % {"owner": found["acct"], "typed": plain(identifier, 100)})
    host = found["domain"] or urlsplit(base).netloc
    return Connected(handle=f"@{found['acct']}@{host}", secret={"access_token": token}, facts=found)


def _same_person(typed: str, acct: str) -> bool:
    return typed.strip().removeprefix("@").split("@")[0].lower() == acct.split("@")[0].lower()


def probe(account: Account, wire: Wire) -> Mapping[str, Any]:
    base = address(account.url)
    wire.hide(*account.secret.values())
    who = _who(base, account.secret.get("access_token", ""), wire)
    if who["account_id"] != account.facts.get("account_id", who["account_id"]):
        raise Refused(_("The access token belongs to another account than the one connected here."))
    return {**account.facts, **facts(base, wire), **who}


def _language(tag: str) -> str:
    """A language as Mastodon lists them: ISO 639, with a script or region for Chinese alone."""
    if not re.fullmatch(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8})*", tag):
        return ""
    return tag if tag.lower().startswith("zh-") else tag.split("-")[0].lower()


def prepare(outgoing: Outgoing, account: Account) -> Json:
    status: Json = {
        "status": outgoing.text,
        "visibility": outgoing.options.get("visibility", "public"),
        "sensitive": bool(outgoing.options.get("sensitive", False)),
    }
    if language := _language(outgoing.language):
        status["language"] = language
    if warning := outgoing.options.get("spoiler_text", ""):
        status["spoiler_text"] = warning
    return {
        "account_id": account.facts["account_id"],
        "idempotency_key": outgoing.key,
        "status": status,
        "pictures": [
            {"sha256": picture.sha256, "mime": picture.mime, "alt": picture.alt}
            for picture in outgoing.pictures
        ],
    }


def _upload(base: str, token: str, prepared: Json, pictures: Sequence[Picture], wire: Wire) -> list[str]:
    """Uploads the pictures and waits until each is ready. Failures are `Busy`: nothing is published."""
    wanted = prepared["pictures"]
    if len(wanted) != len(pictures):
        raise Refused(_("The pictures are not those of the prepared post."))
    numbers = []
    for place, (one, picture) in enumerate(zip(wanted, pictures, strict=True), 1):
        data = picture.read()
        if hashlib.sha256(data).hexdigest() != one["sha256"]:
            words = _("Picture %(number)s has changed since the post was prepared.")
            raise Refused(words % {"number": place})
        answer = wire.ask(
            "POST",
            f"{base}/api/v2/media",
            writes=False,
            token=token,
            form={"description": one["alt"]},
            files={"file": (f"picture.{one['mime'].split('/')[-1]}", data, one["mime"])},
        )
        if not answer.ok:
            raise refusal(answer, _("picture %(number)s") % {"number": place})
        number = _identity(answer)
        for tries in range(MEDIA_CHECKS):
            if answer.status == 200:
                break
            wire.pause(min(0.5 * (tries + 1), 3.0))
            answer = wire.ask("GET", f"{base}/api/v1/media/{number}", writes=False, token=token)
            if not answer.ok:
                raise refusal(answer, _("picture %(number)s") % {"number": place})
        else:
            words = _("The server is still working on picture %(number)s. The post was not sent.")
            raise Busy(words % {"number": place})
        numbers.append(number)
    return numbers


def _identity(answer: Answer) -> str:
    number = answer.object().get("id")
    if not isinstance(number, str) or not _ID.fullmatch(number):
        raise Busy(_("The server's answer to a picture was not understood. The post was not sent."))
    return number


def _receipt(status: Any, base: str, account: Account) -> Receipt | None:
    """A receipt for `status` when it is a post of this account, complete and on this server's host."""
    if not isinstance(status, dict) or not isinstance(status.get("account"), dict):
        return None
    number, url = status.get("id"), status.get("url") or status.get("uri")
    if status["account"].get("id") != account.facts.get("account_id") or not isinstance(number, str):
        return None
    if not _ID.fullmatch(number):
        return None
    return Receipt(
        remote_id=number,
        url=_own_url(url, base, account) or f"{base}/@{account.facts.get('acct', '')}/{number}",
        evidence={
            "id": number,
            "created_at": plain(str(status.get("created_at")), 40),
            "visibility": plain(str(status.get("visibility")), 20),
        },
    )


def _own_url(url: Any, base: str, account: Account) -> str:
    """`url` when it is an address on the connected server or its domain, else empty."""
    if not isinstance(url, str) or len(url) > 2000:
        return ""
    try:
        address(url, query=True)
        host = urlsplit(url).hostname
    except (Refused, ValueError):
        return ""
    return url if host in {urlsplit(base).hostname, account.facts.get("domain")} else ""


def send(prepared: Json, pictures: Sequence[Picture], account: Account, wire: Wire) -> Receipt:
    if prepared["account_id"] != account.facts.get("account_id"):
        raise Refused(_("This post was prepared for another account than the one connected now."))
    base = address(account.url)
    token = account.secret.get("access_token", "")
    body = dict(prepared["status"])
    if numbers := _upload(base, token, prepared, pictures, wire):
        body["media_ids"] = numbers
    answer = wire.ask(
        "POST",
        f"{base}/api/v1/statuses",
        writes=True,
        token=token,
        json_body=body,
        headers={"Idempotency-Key": prepared["idempotency_key"]},
    )
    if not answer.ok:
        raise refusal(answer, _("the post"))
    receipt = _receipt(answer.json(), base, account)
    if receipt is None:
        raise Unknown(_("The server said yes, but not in a form that proves that the post is out."))
    return receipt


def _moment(status: Json) -> datetime | None:
    try:
        moment = datetime.fromisoformat(str(status.get("created_at"))[:40])
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _is_ours(status: Json, prepared: Json, base: str, token: str, wire: Wire) -> bool:
    ours = prepared["status"]
    media = status.get("media_attachments")
    if len(media if isinstance(media, list) else []) != len(prepared["pictures"]):
        return False
    if alike(str(status.get("spoiler_text") or "")) != alike(ours.get("spoiler_text", "")):
        return False
    if alike(text_of(str(status.get("content") or ""))) == alike(ours["status"]):
        return True
    # A server that renders markup changes the text; the source of the post shows what was sent.
    answer = wire.ask("GET", f"{base}/api/v1/statuses/{status['id']}/source", writes=False, token=token)
    source = answer.object().get("text") if answer.ok else None
    return isinstance(source, str) and alike(source) == alike(ours["status"])


def _server_time(answer: Answer, ours: datetime) -> timedelta | None:
    """How far the server's clock is ahead of ours, from the Date of an answer; None when it has none."""
    try:
        at = parsedate_to_datetime(answer.headers.get("date", "")[:64])
    except (ValueError, TypeError, OverflowError):
        return None
    return (at if at.tzinfo else at.replace(tzinfo=UTC)) - ours


def _look(prepared: Json, account: Account, first_sent_at: datetime, wire: Wire) -> tuple[list[Json], Json]:
    """The account's posts since `first_sent_at` that are this one by text and media, and what was seen."""
    base, token = address(account.url), account.secret.get("access_token", "")
    since = first_sent_at - SKEW
    matches: list[Json] = []
    seen, complete, last = 0, False, ""
    for _page in range(PAGES):
        asked_at = clock.now()
        answer = wire.ask(
            "GET",
            f"{base}/api/v1/accounts/{prepared['account_id']}/statuses",
            writes=False,
            token=token,
            query={"limit": str(PAGE), "exclude_reblogs": "true", **({"max_id": last} if last else {})},
        )
        if not answer.ok:
            raise refusal(answer, _("to show the account's posts"))
        page = answer.list()
        if page is None:
            raise Busy(_("The server's list of posts was not understood."))
        if not last and (ahead := _server_time(answer, asked_at)) is not None:
            # In the server's own time the margin can be small, and an equal text of before stays outside.
            since = first_sent_at + ahead - MARGIN
        for status in page[:PAGE]:
            number = status.get("id") if isinstance(status, dict) else None
            moment = _moment(status) if isinstance(status, dict) else None
            if not isinstance(number, str) or not _ID.fullmatch(number) or moment is None or number == last:
                raise Busy(_("The server's list of posts was not understood."))
            last = number
            seen += 1
            if moment < since:
                complete = complete or not status.get("pinned")
            elif not status.get("reblog") and _is_ours(status, prepared, base, token, wire):
                matches.append(status)
        complete = complete or not page
        if complete:
            break
    return matches, {"looked_at": seen, "since": since.isoformat(), "complete": complete}


def find(
    prepared: Json, account: Account, first_sent_at: datetime, wire: Wire
) -> Receipt | SafeToSend | CannotTell:
    """Looks through the account's own posts since `first_sent_at` for this text; twice, some seconds apart,
    before it calls one absent."""
    wire.hide(*account.secret.values())
    # Sent in the future: our clock has gone back since, and says no more when that was. What the last hour shows
    # is proof, but what it does not show may be older, and so may be the key.
    went_back = first_sent_at > clock.now() + SKEW
    since = clock.now() - KEY_KEPT if went_back else first_sent_at
    matches, evidence = _look(prepared, account, since, wire)
    if not matches:
        wire.pause(STILL_WORKING)
        matches, evidence = _look(prepared, account, since, wire)
    if len(matches) > 1:
        return CannotTell(
            ngettext(
                "%(count)s post with this text was made since it was sent.",
                "%(count)s posts with this text were made since it was sent.",
                len(matches),
            )
            % {"count": len(matches)},
            {**evidence, "ids": [one["id"] for one in matches[:20]]},
            final=True,
        )
    if matches:
        receipt = _receipt(matches[0], address(account.url), account)
        if receipt is not None:
            return receipt
        return CannotTell(_("A post with this text was found, but it is not this account's."), evidence)
    if account.facts.get("honours_key") is not True:
        return CannotTell(
            _("The post was not found, which proves nothing: this server honours no keys."), evidence
        )
    if went_back:
        words = _("The post was not found, and this desk's clock has gone back since it was sent.")
        return CannotTell(words, evidence, final=True)
    if clock.now() - first_sent_at >= KEY_KEPT:
        return CannotTell(_("The post was not found, and the server has forgotten its key by now."), evidence)
    return SafeToSend(_("The post was not found, and this server makes no second post under the same key."))


def delete(remote_id: str, prepared: Json, account: Account, wire: Wire) -> None:
    """Deletes the post; one that is gone already stays gone."""
    if not _ID.fullmatch(remote_id):
        raise Refused(_("This receipt does not belong to a Mastodon post."))
    token = account.secret.get("access_token", "")
    base = address(account.url)
    answer = wire.ask("DELETE", f"{base}/api/v1/statuses/{remote_id}", writes=True, token=token)
    if not answer.ok and answer.status not in {404, 410}:
        raise refusal(answer, _("to delete the post"))


CHANNEL = Channel(
    kind="mastodon",
    title="Mastodon",
    promise=gettext_noop(
        "Once on Mastodon itself, by key and look-up, for an hour; else by look-up, then a person."
    ),
    limits=limits,
    count=count,
    check_content=check_content,
    connect=connect,
    probe=probe,
    prepare=prepare,
    send=send,
    find=find,
    delete=delete,
    needs=("url", "secret"),
)
