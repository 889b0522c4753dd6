"""What the composer's form sends, as a draft."""

from __future__ import annotations

import uuid
from typing import Any

from django.http import QueryDict

from bedside.core.errors import Invalid
from bedside.posts.actions import Draft, PictureChoice, VariantChoice
from bedside.posts.models import Post

MOST = 50
# The options a channel has in the composer: form name → option name.
OPTIONS: dict[str, tuple[str, ...]] = {"mastodon": ("visibility", "spoiler_text")}


def _id(text: str) -> uuid.UUID:
    try:
        return uuid.UUID(text)
    except ValueError:
        raise Invalid("The page sent something that is not an id. Load it again.") from None


def draft_of(sent: QueryDict, kinds: dict[uuid.UUID, str], post: Post | None = None) -> Draft:
    """The whole draft; `kinds` are the kinds of the channels one may choose, by id.

    What the page does not show of `post` (which pictures a channel leaves out, options set by a program, channels
    that this person may not write for) stays as it is.
    """
    there = {variant.connection_id: variant for variant in post.variants.all()} if post else {}
    channels = [_id(text) for text in sent.getlist("channel")[:MOST]]
    pictures = [_id(text) for text in sent.getlist("picture")[:MOST]]
    variants: dict[uuid.UUID, VariantChoice] = {}
    for channel in channels:
        own = sent.get(f"own-{channel}", "")
        options: dict[str, Any] = {
            option: value
            for option in OPTIONS.get(kinds.get(channel, ""), ())
            if (value := sent.get(f"{option}-{channel}", "").strip())
        }
        shown = OPTIONS.get(kinds.get(channel, ""), ())
        if channel in there:
            options |= {name: value for name, value in there[channel].options.items() if name not in shown}
        media = there[channel].media if channel in there else None
        variants[channel] = VariantChoice(
            text=own if own.strip() else None,
            media=None if media is None else [one for one in pictures if str(one) in media],
            options=options,
        )
    channels += [one for one in there if one not in kinds and one not in channels]
    return Draft(
        text=sent.get("text", ""),
        title=sent.get("title", ""),
        language=sent.get("language") or None,
        channels=channels,
        variants=variants,
        pictures=[PictureChoice(media, sent.get(f"alt-{media}", "")) for media in pictures],
    )


def version_of(sent: QueryDict) -> int | None:
    """The version the page was made from, or the one that the person chose to write over; None for a new post."""
    text = sent.get("over") or sent.get("version", "")
    return int(text) if text.isdigit() and len(text) < 10 else None


def answers_of(sent: QueryDict) -> dict[str, str]:
    """The author's answers by finding key."""
    keys = sent.getlist("answer-to")[:200]
    return {key: sent.get(f"answer-{number}", "") for number, key in enumerate(keys)}
