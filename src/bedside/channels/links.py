"""Where web addresses stand in a text: one reading for links, for counting and for pages."""

from __future__ import annotations

from urllib.parse import urlsplit

import regex

_LINK = regex.compile(r"https?://[^\s<>\"“”«»]+", regex.IGNORECASE)
_ENDING = ".,;:!?'’*_…"


def links(text: str) -> list[tuple[int, int]]:
    """The http(s) addresses in `text` as (start, end) in code points; closing punctuation is left out."""
    found = []
    for match in _LINK.finditer(text):
        url = match.group().rstrip(_ENDING)
        while url.endswith((")", "]")) and url.count(url[-1]) > url.count("(" if url[-1] == ")" else "["):
            url = url[:-1].rstrip(_ENDING)
        try:
            host = urlsplit(url).hostname
        except ValueError:
            continue
        if host:
            found.append((match.start(), match.start() + len(url)))
    return found
