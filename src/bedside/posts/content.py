"""What exactly would leave: the content of each variant as plain data, and its digest.

The digest of a variant covers its channel, text, title, language, options, and each picture's bytes (by
SHA-256) with its description. The digest of a post covers the digests of all its variants. Two contents have
the same digest only when nothing a reader could notice differs.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import Any

from bedside.channels.port import Outgoing, Picture
from bedside.core.text import digest
from bedside.media import store
from bedside.posts.models import Post, PostPicture, Variant

Content = dict[str, Any]


def variant_content(post: Post, variant: Variant, pictures: Sequence[PostPicture]) -> Content:
    """All that would leave through one channel, as JSON. Pictures keep their order in the post."""
    chosen = pictures if variant.media is None else [p for p in pictures if str(p.media_id) in variant.media]
    return {
        "channel": str(variant.connection_id),
        "text": post.text if variant.text is None else variant.text,
        "title": post.title,
        "language": post.language,
        "options": variant.options,
        "pictures": [
            {
                "media": str(picture.media_id),
                "sha256": picture.media.sha256,
                "mime": picture.media.mime,
                "size": picture.media.size,
                "width": picture.media.width,
                "height": picture.media.height,
                "alt": picture.alt,
            }
            for picture in chosen
        ],
    }


def post_content(post: Post, variants: Sequence[Variant], pictures: Sequence[PostPicture]) -> Content:
    """The post as JSON: its own text, and each variant's content by channel id."""
    return {
        "text": post.text,
        "title": post.title,
        "language": post.language,
        "variants": {str(v.connection_id): variant_content(post, v, pictures) for v in variants},
    }


def post_digest(content: Content) -> str:
    """The digest that a decision names. With no channel chosen yet, it covers the post's own text."""
    variants: Mapping[str, Content] = content["variants"]
    return digest(
        {
            "variants": {channel: digest(variant) for channel, variant in variants.items()},
            "text": None if variants else content["text"],
        }
    )


def outgoing(content: Content, key: str, created_at: datetime) -> Outgoing:
    """A variant's content as the channels take it, under the delivery's key."""
    return Outgoing(
        key=key,
        text=content["text"],
        title=content["title"],
        language=content["language"],
        pictures=pictures_of(content),
        options=content["options"],
        created_at=created_at,
    )


def pictures_of(content: Content) -> list[Picture]:
    return [
        Picture(
            sha256=picture["sha256"],
            mime=picture["mime"],
            size=picture["size"],
            width=picture["width"],
            height=picture["height"],
            alt=picture["alt"],
            read=partial(store.read, picture["sha256"]),
        )
        for picture in content["pictures"]
    ]
