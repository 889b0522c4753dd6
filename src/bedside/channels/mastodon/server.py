"""Which server this is and what it takes: /api/v2/instance (or v1) and nodeinfo.

Only Mastodon itself is known to honour an Idempotency-Key: others speak the same API, name a Mastodon version
in it, and post twice (measured with Takahē and snac; GoToSocial reads no key). So the software's own name in
nodeinfo decides, never the API's version text alone.
"""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import urlsplit

from bedside.channels.port import Busy, Json, Refused, SignInRefused
from bedside.channels.wire import Answer, Wire, plain
from bedside.core.words import gettext as _

DEFAULTS: Json = {
    "max_characters": 500,
    "url_length": 23,
    "max_media": 4,
    "image_bytes": 16_777_216,
    "image_pixels": 33_177_600,
    "alt_text": 1500,
    "mime_types": ["image/jpeg", "image/png", "image/gif", "image/webp"],
}

# What Mastodon and Doorkeeper say when a token or an account is no longer good.
_DEAD = (
    "the access token is invalid",
    "the access token was revoked",
    "the access token expired",
    "this method requires an authenticated user",
    "your login is currently disabled",
    "invalid_token",
)


def refusal(answer: Answer, doing: str) -> Refused:
    """The exception for a 4xx answer; `SignInRefused` only for words that are known to mean it.

    `doing` is what was refused, in the reader's language.
    """
    said = answer.words("error_description", "error", "message")
    told = {"doing": doing, "status": answer.status, "said": said}
    words = (
        _("The server refused %(doing)s (%(status)s): %(said)s")
        if said
        else _("The server refused %(doing)s (%(status)s)")
    ) % told
    spoken = " ".join(str(answer.object().get(field, "")).lower() for field in ("error", "error_description"))
    if answer.status in {401, 403} and any(dead in spoken for dead in _DEAD):
        return SignInRefused(words)
    return Refused(words)


def _number(value: Any, default: int, highest: int) -> int:
    return (
        value if isinstance(value, int) and not isinstance(value, bool) and 0 < value <= highest else default
    )


def _part(value: Any, name: str) -> Json:
    part = value.get(name) if isinstance(value, dict) else None
    return part if isinstance(part, dict) else {}


def _limits(instance: Json) -> Json:
    configuration = _part(instance, "configuration")
    statuses, media = _part(configuration, "statuses"), _part(configuration, "media_attachments")
    mimes = media.get("supported_mime_types")
    images = [
        mime
        for mime in (mimes if isinstance(mimes, list) else [])[:200]
        if isinstance(mime, str) and re.fullmatch(r"image/[a-z0-9.+-]{1,40}", mime)
    ]
    # Pleroma and Akkoma say max_toot_chars, at the top.
    longest = _number(instance.get("max_toot_chars"), DEFAULTS["max_characters"], 1_000_000)
    return {
        "max_characters": _number(statuses.get("max_characters"), longest, 1_000_000),
        "url_length": _number(statuses.get("characters_reserved_per_url"), DEFAULTS["url_length"], 1000),
        "max_media": _number(statuses.get("max_media_attachments"), DEFAULTS["max_media"], 100),
        "image_bytes": _number(media.get("image_size_limit"), DEFAULTS["image_bytes"], 1_000_000_000),
        "image_pixels": _number(media.get("image_matrix_limit"), DEFAULTS["image_pixels"], 10_000_000_000),
        "alt_text": _number(media.get("description_limit"), DEFAULTS["alt_text"], 100_000),
        "mime_types": images or DEFAULTS["mime_types"],
    }


def _nodeinfo(base: str, wire: Wire) -> tuple[str, str]:
    """Name (lower case) and version of the software, from nodeinfo on the same host; empty when not told."""
    try:
        index = wire.ask("GET", f"{base}/.well-known/nodeinfo", writes=False).object().get("links")
        for link in index[:10] if isinstance(index, list) else []:
            href = link.get("href") if isinstance(link, dict) else None
            # Never follow it elsewhere: only the path counts, on the host that the administrator named.
            path = urlsplit(href).path if isinstance(href, str) and len(href) < 2000 else ""
            if re.fullmatch(r"/[\w./-]{1,200}", path):
                software = _part(wire.ask("GET", f"{base}{path}", writes=False).object(), "software")
                name, version = software.get("name"), software.get("version")
                if isinstance(name, str) and isinstance(version, str):
                    return plain(name, 60).lower(), plain(version, 60)
    except (Busy, Refused, ValueError):
        pass
    return "", ""


def honours_key(name: str, version: str, instance_version: str) -> bool:
    """Whether a repeated Idempotency-Key makes no second post here.

    True only for software that calls itself mastodon in nodeinfo, of major version 4 or later (forks such as
    4.5.1+glitch included: they share that code), and whose API does not claim mere compatibility.
    """
    number = re.match(r"(\d{1,3})\.", version)
    return (
        name == "mastodon"
        and number is not None
        and int(number[1]) >= 4
        and "compatible" not in f"{version} {instance_version}".lower()
    )


def facts(base: str, wire: Wire) -> Json:
    """What this server is and takes. Raises `Refused` when nothing there speaks Mastodon's API."""
    answer = wire.ask("GET", f"{base}/api/v2/instance", writes=False)
    if not answer.ok:
        answer = wire.ask("GET", f"{base}/api/v1/instance", writes=False)
    instance = answer.object() if answer.ok else {}
    said = instance.get("version")
    if not isinstance(said, str):
        words = _("Nothing at %(address)s answers like a Mastodon server. Is the address right?")
        raise Refused(words % {"address": base})
    name, version = _nodeinfo(base, wire)
    domain = instance.get("domain") or instance.get("uri")
    return {
        "software": name or "unknown",
        "version": version or plain(said, 60),
        "domain": plain(domain, 253) if isinstance(domain, str) else "",
        "honours_key": honours_key(name, version, said),
        **_limits(instance),
    }
