"""What the newsroom shows, made from plain values: safe HTML, RSS 2.0, Atom, JSON Feed and schema.org.

Everything here is well-formed whatever the text holds; nothing in it is trusted to be harmless.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime
from html import escape
from typing import Any
from xml.etree import ElementTree as xml

from bedside.channels.links import links

ATOM = "http://www.w3.org/2005/Atom"
DUBLIN_CORE = "http://purl.org/dc/elements/1.1/"
CONTENT = "http://purl.org/rss/1.0/modules/content/"
XML = "http://www.w3.org/XML/1998/namespace"

xml.register_namespace("dc", DUBLIN_CORE)
xml.register_namespace("content", CONTENT)

# What XML 1.0 (2.2 Char) cannot hold, and the controls that HTML and JSON readers stumble over.
_UNFIT = re.compile("[^\t\n\r\u0020-\u007e\u0085\u00a0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(frozen=True)
class Image:
    """A picture of an item, at its absolute public address. `size` in bytes; 0: not known."""

    url: str
    mime: str
    alt: str
    width: int
    height: int
    size: int = 0


@dataclass(frozen=True)
class Item:
    """One published post. `url` is absolute and permanent; times are aware; `updated` None: never changed."""

    id: str
    url: str
    title: str
    text: str
    language: str
    published: datetime
    updated: datetime | None = None
    pictures: Sequence[Image] = ()


@dataclass(frozen=True)
class Feed:
    """What a feed says of itself. All addresses are absolute; `organisation` is the publisher's name."""

    title: str
    organisation: str
    home: str
    rss: str
    atom: str
    json: str
    description: str
    language: str
    updated: datetime
    logo: str = ""


def clean(text: str) -> str:
    """`text` without the characters that XML 1.0 cannot hold, line ends as \\n."""
    return _UNFIT.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))


def to_html(text: str) -> str:
    """`text` as paragraphs (an empty line parts two) with line breaks and links; all else is escaped."""
    paragraphs = [part for part in re.split(r"\n[ \t]*(?:\n[ \t]*)+", clean(text).strip()) if part.strip()]
    return "\n".join(f"<p>{_linked(part).replace(chr(10), '<br>')}</p>" for part in paragraphs)


def _linked(text: str) -> str:
    out, end = [], 0
    for start, stop in links(text):
        url = escape(text[start:stop])
        out.append(escape(text[end:start]))
        out.append(f'<a href="{url}" rel="nofollow noopener">{url}</a>')
        end = stop
    return "".join(out) + escape(text[end:])


def summary(text: str, limit: int = 280) -> str:
    """The beginning of `text` on one line, at most `limit` characters, cut between words."""
    line = " ".join(clean(text).split())
    if len(line) <= limit:
        return line
    return (line[: limit - 1].rsplit(" ", 1)[0] or line[: limit - 1]) + "…"


def _html_of(item: Item) -> str:
    figures = [
        f'<p><img src="{escape(clean(image.url))}" alt="{escape(clean(image.alt))}" '
        f'width="{image.width}" height="{image.height}"></p>'
        for image in item.pictures
    ]
    return "\n".join([to_html(item.text), *figures])


def _stamp(moment: datetime) -> str:
    """RFC 3339 in UTC, whole seconds."""
    return moment.astimezone(UTC).replace(microsecond=0).isoformat().replace("+00:00", "Z")


def _add(parent: xml.Element, tag: str, text: str = "", **attributes: str) -> xml.Element:
    element = xml.SubElement(parent, tag, {name: clean(value) for name, value in attributes.items()})
    if text:
        element.text = clean(text)
    return element


def _document(root: xml.Element) -> bytes:
    document: bytes = xml.tostring(root, encoding="utf-8", xml_declaration=True)
    return document


def rss(feed: Feed, items: Iterable[Item]) -> bytes:
    """An RSS 2.0 document (RSS Advisory Board profile), with full HTML in content:encoded."""
    root = xml.Element("rss", {"version": "2.0"})
    channel = xml.SubElement(root, "channel")
    _add(channel, "title", feed.title)
    _add(channel, "link", feed.home)
    _add(channel, "description", feed.description or feed.title)
    _add(channel, "language", feed.language)
    _add(channel, "lastBuildDate", format_datetime(feed.updated.astimezone(UTC), usegmt=True))
    _add(channel, "generator", "Bedside")
    _add(channel, f"{{{ATOM}}}link", rel="self", type="application/rss+xml", href=feed.rss)
    for item in items:
        entry = xml.SubElement(channel, "item")
        _add(entry, "title", item.title)
        _add(entry, "link", item.url)
        _add(entry, "guid", item.url, isPermaLink="true")
        _add(entry, "pubDate", format_datetime(item.published.astimezone(UTC), usegmt=True))
        _add(entry, f"{{{DUBLIN_CORE}}}creator", feed.organisation)
        _add(entry, "description", summary(item.text))
        _add(entry, f"{{{CONTENT}}}encoded", _html_of(item))
        for image in item.pictures[:1]:  # the profile advises one enclosure an item
            _add(entry, "enclosure", url=image.url, type=image.mime, length=str(image.size))
    return _document(root)


def atom(feed: Feed, items: Iterable[Item]) -> bytes:
    """An Atom document (RFC 4287)."""
    root = xml.Element(f"{{{ATOM}}}feed", {f"{{{XML}}}lang": clean(feed.language)})
    _add(root, f"{{{ATOM}}}title", feed.title)
    _add(root, f"{{{ATOM}}}subtitle", feed.description)
    _add(root, f"{{{ATOM}}}id", feed.atom)
    _add(root, f"{{{ATOM}}}updated", _stamp(feed.updated))
    _add(root, f"{{{ATOM}}}link", rel="self", type="application/atom+xml", href=feed.atom)
    _add(root, f"{{{ATOM}}}link", rel="alternate", type="text/html", href=feed.home)
    _add(root, f"{{{ATOM}}}generator", "Bedside")
    if feed.logo:
        _add(root, f"{{{ATOM}}}logo", feed.logo)
    _add(_add(root, f"{{{ATOM}}}author"), f"{{{ATOM}}}name", feed.organisation)
    for item in items:
        entry = _add(root, f"{{{ATOM}}}entry")
        entry.set(f"{{{XML}}}lang", clean(item.language or feed.language))
        _add(entry, f"{{{ATOM}}}title", item.title)
        _add(entry, f"{{{ATOM}}}id", item.url)
        _add(entry, f"{{{ATOM}}}published", _stamp(item.published))
        _add(entry, f"{{{ATOM}}}updated", _stamp(item.updated or item.published))
        _add(entry, f"{{{ATOM}}}link", rel="alternate", type="text/html", href=item.url)
        _add(entry, f"{{{ATOM}}}summary", summary(item.text))
        _add(entry, f"{{{ATOM}}}content", _html_of(item), type="html")
        for image in item.pictures:
            size = {"length": str(image.size)} if image.size else {}
            _add(entry, f"{{{ATOM}}}link", rel="enclosure", href=image.url, type=image.mime, **size)
    return _document(root)


def json_feed(feed: Feed, items: Iterable[Item]) -> bytes:
    """A JSON Feed 1.1 document."""
    document: dict[str, Any] = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": clean(feed.title),
        "home_page_url": feed.home,
        "feed_url": feed.json,
        "description": clean(feed.description),
        "language": feed.language,
        "authors": [{"name": clean(feed.organisation), "url": feed.home}],
    }
    if feed.logo:
        document["icon"] = feed.logo
    document["items"] = [
        {
            "id": item.url,
            "url": item.url,
            "title": clean(item.title),
            "content_html": _html_of(item),
            "summary": summary(item.text),
            "date_published": _stamp(item.published),
            "date_modified": _stamp(item.updated or item.published),
            "language": item.language or feed.language,
            **({"image": item.pictures[0].url} if item.pictures else {}),
            "attachments": [
                {
                    "url": image.url,
                    "mime_type": image.mime,
                    **({"title": clean(image.alt)} if image.alt else {}),
                    **({"size_in_bytes": image.size} if image.size else {}),
                }
                for image in item.pictures
            ],
        }
        for item in items
    ]
    return json.dumps(document, ensure_ascii=False).encode()


def schema_org(feed: Feed, item: Item) -> dict[str, Any]:
    """The item as a schema.org NewsArticle, to be set as JSON-LD (with `json_ld`)."""
    publisher: dict[str, Any] = {"@type": "Organization", "name": clean(feed.organisation), "url": feed.home}
    if feed.logo:
        publisher["logo"] = {"@type": "ImageObject", "url": feed.logo}
    article: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": "NewsArticle",
        "mainEntityOfPage": {"@type": "WebPage", "@id": item.url},
        "url": item.url,
        "headline": summary(item.title, 110),
        "description": summary(item.text),
        "articleBody": clean(item.text),
        "inLanguage": item.language or feed.language,
        "datePublished": _stamp(item.published),
        "dateModified": _stamp(item.updated or item.published),
        "author": {"@type": "Organization", "name": clean(feed.organisation), "url": feed.home},
        "publisher": publisher,
    }
    if item.pictures:
        article["image"] = [
            {
                "@type": "ImageObject",
                "url": image.url,
                "width": image.width,
                "height": image.height,
                "caption": clean(image.alt),
            }
            for image in item.pictures
        ]
    return article


def json_ld(value: dict[str, Any]) -> str:
    """`value` as JSON that can stand inside a script element whatever its texts hold."""
    text = json.dumps(value, ensure_ascii=False)
    return text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")
