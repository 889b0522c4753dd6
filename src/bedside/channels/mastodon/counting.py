"""Text as Mastodon counts it, and its HTML back as text.

Source: app/validators/status_length_validator.rb: grapheme clusters; an address counts 23 whatever its
length; of a mention the part before the second @.
"""

from __future__ import annotations

import re
from html.parser import HTMLParser

from bedside.channels.links import links
from bedside.core.text import graphemes

URL_LENGTH = 23

_MENTION = re.compile(r"(?<![\w/@])@([a-zA-Z0-9_]+(?:[a-zA-Z0-9_.-]+[a-zA-Z0-9_]+)?)@[\w-]+(?:\.[\w-]+)+")


def count(text: str, url_length: int = URL_LENGTH) -> int:
    """How many of its characters Mastodon counts for `text`."""
    parts, end = [], 0
    for start, stop in links(text):
        parts += [text[end:start], "x" * url_length]
        end = stop
    return graphemes(_MENTION.sub(r"@\1", "".join(parts) + text[end:]))


class _Text(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in {"p", "br", "div", "li", "blockquote"}:
            self.parts.append("\n")

    def handle_data(self, data: str) -> None:
        self.parts.append(data)


def text_of(html: str) -> str:
    """The words of a status's HTML (at most its first 200,000 characters)."""
    parser = _Text()
    parser.feed(html[:200_000])
    parser.close()
    return "".join(parser.parts)


def alike(text: str) -> str:
    """`text` in a form in which what was sent and what came back are equal: spaces folded, mentions short."""
    return " ".join(_MENTION.sub(r"@\1", text).split())
