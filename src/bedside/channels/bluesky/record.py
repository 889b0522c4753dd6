"""The record of a post, complete before anything is sent: key, time, facets and the pictures' content ids.

Sources: atproto.com/specs/tid, /specs/data-model (blobs, CIDs), lexicon app.bsky.richtext.facet.
"""

from __future__ import annotations

import base64
import hashlib
from datetime import UTC, datetime
from typing import Any

import regex

from bedside.channels.links import links
from bedside.channels.port import Json, Outgoing

COLLECTION = "app.bsky.feed.post"

_TID_DIGITS = "234567abcdefghijklmnopqrstuvwxyz"
# As the reference client finds tags (@atproto/api rich-text/util.ts).
_INVISIBLE = r"\u00AD\u2060\u200A\u200B\u200C\u200D\u20e2"
_TAG = regex.compile(
    rf"(?:^|\s)([#＃]((?!\ufe0f)[^\s{_INVISIBLE}]*[^\d\s\p{{P}}{_INVISIBLE}]+[^\s{_INVISIBLE}]*))",
    regex.MULTILINE,
)
_TAG_ENDING = regex.compile(r"\p{P}+$")
_LANGUAGE = regex.compile(r"[a-zA-Z]{2,3}(-[a-zA-Z0-9]{2,8})*")


def tid(at: datetime, key: str) -> str:
    """A TID that follows from the moment (milliseconds) and the delivery's key alone.

    The microseconds below a millisecond and the 10 bits of clock id come from the key's hash, so that two
    deliveries of one millisecond differ.
    """
    noise = int.from_bytes(hashlib.sha256(key.encode()).digest()[:8], "big")
    milliseconds = int(at.timestamp() * 1000)
    number = (milliseconds * 1000 + noise % 1000) << 10 | (noise // 1000) % 1024
    return "".join(_TID_DIGITS[number >> shift & 31] for shift in range(60, -1, -5))


def blob_id(sha256: str) -> str:
    """The CID a blob gets: version 1, raw codec, SHA-256; base32."""
    raw = bytes((1, 0x55, 0x12, 0x20)) + bytes.fromhex(sha256)
    return "b" + base64.b32encode(raw).decode().lower().rstrip("=")


def facets(text: str) -> list[Json]:
    """Links and hashtags in `text` placed in UTF-8 bytes. Mentions need a look-up and stay text."""
    found: list[tuple[int, int, Json]] = []
    for start, end in links(text):
        found.append((start, end, {"$type": "app.bsky.richtext.facet#link", "uri": text[start:end]}))
    for match in _TAG.finditer(text):
        tag = _TAG_ENDING.sub("", match.group(2))
        start = match.start(1)
        if 0 < len(tag) <= 64 and not any(begin <= start < end for begin, end, _ in found):
            found.append((start, start + 1 + len(tag), {"$type": "app.bsky.richtext.facet#tag", "tag": tag}))

    def place(offset: int) -> int:
        return len(text[:offset].encode())

    return [
        {"index": {"byteStart": place(start), "byteEnd": place(end)}, "features": [feature]}
        for start, end, feature in sorted(found, key=lambda one: one[0])
    ]


def record(outgoing: Outgoing) -> Json:
    """The whole `app.bsky.feed.post` record. The same content gives the same record, byte for byte."""
    made: dict[str, Any] = {
        "$type": COLLECTION,
        "text": outgoing.text,
        "createdAt": outgoing.created_at.astimezone(UTC)
        .isoformat(timespec="milliseconds")
        .replace("+00:00", "Z"),
    }
    if _LANGUAGE.fullmatch(outgoing.language):
        made["langs"] = [outgoing.language]
    if marks := facets(outgoing.text):
        made["facets"] = marks
    if outgoing.pictures:
        made["embed"] = {
            "$type": "app.bsky.embed.images",
            "images": [
                {
                    "alt": picture.alt,
                    "aspectRatio": {"width": picture.width, "height": picture.height},
                    "image": {
                        "$type": "blob",
                        "ref": {"$link": blob_id(picture.sha256)},
                        "mimeType": picture.mime,
                        "size": picture.size,
                    },
                }
                for picture in outgoing.pictures
            ],
        }
    return made
