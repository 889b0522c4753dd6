from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from html.parser import HTMLParser
from xml.etree import ElementTree as xml

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bedside.channels.newsroom.rendering import (
    ATOM,
    CONTENT,
    Feed,
    Image,
    Item,
    atom,
    clean,
    json_feed,
    json_ld,
    rss,
    schema_org,
    summary,
    to_html,
)

FEED = Feed(
    title="Riverside & Partners",
    organisation="Riverside Clinic",
    home="https://desk.example.org/news/",
    rss="https://desk.example.org/news/rss.xml",
    atom="https://desk.example.org/news/atom.xml",
    json="https://desk.example.org/news/feed.json",
    description="News",
    language="en",
    updated=datetime(2026, 3, 1, 9, 30, tzinfo=UTC),
)
ITEM = Item(
    id="abc",
    url="https://desk.example.org/news/abc-flu-shots",
    title="Flu shots <today>",
    text="Come by.\n\nhttps://example.org/a?b=1&c=2 #FluShots",
    language="en",
    published=datetime(2026, 3, 1, 9, 0, 0, 123, tzinfo=UTC),
    pictures=(Image("https://desk.example.org/m/1.png", "image/png", 'A "sign" & more', 64, 48, 999),),
)


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("", ""),
        ("One", "<p>One</p>"),
        ("One\nTwo\n\n\nThree", "<p>One<br>Two</p>\n<p>Three</p>"),
        ("One\r\n \r\nTwo", "<p>One</p>\n<p>Two</p>"),
        ("<script>alert(1)</script>", "<p>&lt;script&gt;alert(1)&lt;/script&gt;</p>"),
        ("a & b \"c\" 'd'", "<p>a &amp; b &quot;c&quot; &#x27;d&#x27;</p>"),
        (
            "See https://example.org/a?b=1&c=2.",
            '<p>See <a href="https://example.org/a?b=1&amp;c=2" rel="nofollow noopener">'
            "https://example.org/a?b=1&amp;c=2</a>.</p>",
        ),
        ("javascript:alert(1) data:text/html,x", "<p>javascript:alert(1) data:text/html,x</p>"),
        ("#FluShots @clinic", "<p>#FluShots @clinic</p>"),
        ("a\x00b\x0bc\ud800d\ufffee", "<p>abcde</p>"),
    ],
)
def test_text_as_html(text: str, html: str) -> None:
    assert to_html(text) == html


class Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.seen: set[str] = set()
        self.attributes: set[tuple[str, str]] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.add(tag)
        self.attributes |= {(tag, name) for name, _ in attrs}


HOSTILE = st.text(
    st.one_of(st.characters(), st.sampled_from("<>&\"'\n\r\x00\x08\ud800\ufffe]!/:.")), max_size=80
)


@given(HOSTILE)
def test_html_holds_nothing_but_paragraphs_breaks_and_links(text: str) -> None:
    tags = Tags()
    tags.feed(to_html(f"{text}https://example.org/{text}"))
    assert tags.seen <= {"p", "br", "a"}
    assert tags.attributes <= {("a", "href"), ("a", "rel")}


@given(HOSTILE)
def test_feeds_are_well_formed_whatever_the_text(text: str) -> None:
    image = replace(ITEM.pictures[0], alt=text)
    item = replace(ITEM, title=text, text=text, pictures=(image,))
    feed = replace(FEED, title=text, organisation=text, description=text)
    channel = xml.fromstring(rss(feed, [item])).find("channel")
    assert channel is not None
    assert (channel.findtext("title") or "") == clean(text)
    xml.fromstring(atom(feed, [item]))
    assert json.loads(json_feed(feed, [item]))["items"][0]["title"] == clean(text)
    script = json_ld(schema_org(feed, item))
    assert "<" not in script and json.loads(script)["articleBody"] == clean(text)
    script.encode()


def test_rss_as_the_specification_and_the_profile_ask() -> None:
    root = xml.fromstring(rss(FEED, [ITEM, replace(ITEM, url=ITEM.url + "2", pictures=())]))
    assert root.tag == "rss" and root.get("version") == "2.0"
    (channel,) = root
    for name in ("title", "link", "description"):
        assert len(channel.findall(name)) == 1
    itself = channel.find(f"{{{ATOM}}}link")
    assert itself is not None and itself.get("rel") == "self" and itself.get("href") == FEED.rss
    first, second = channel.findall("item")
    guid = first.find("guid")
    assert guid is not None and guid.text == ITEM.url and guid.get("isPermaLink") == "true"
    assert parsedate_to_datetime(first.findtext("pubDate") or "") == ITEM.published.replace(microsecond=0)
    assert re.fullmatch(r"\w{3}, \d\d \w{3} \d{4} \d\d:\d\d:\d\d GMT", first.findtext("pubDate") or "")
    enclosures = first.findall("enclosure")
    assert [one.attrib for one in enclosures] == [
        {"url": "https://desk.example.org/m/1.png", "type": "image/png", "length": "999"}
    ]
    assert "<p>Come by.</p>" in (first.findtext(f"{{{CONTENT}}}encoded") or "")
    assert second.find("enclosure") is None


def test_atom_as_rfc_4287_asks() -> None:
    root = xml.fromstring(atom(FEED, [ITEM]))
    space = {"a": ATOM}
    assert root.tag == f"{{{ATOM}}}feed"
    for parent in (root, *root.findall("a:entry", space)):
        for name in ("id", "title", "updated"):
            assert len(parent.findall(f"a:{name}", space)) == 1, name
        for name in ("updated", "published"):
            for one in parent.findall(f"a:{name}", space):
                assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", one.text or "")
    assert root.findtext("a:author/a:name", namespaces=space) == "Riverside Clinic"
    links = {(one.get("rel"), one.get("href")) for one in root.findall("a:link", space)}
    assert links == {("self", FEED.atom), ("alternate", FEED.home)}
    content = root.find("a:entry/a:content", space)
    assert content is not None and content.get("type") == "html"
    pictured = 'alt="A &quot;sign&quot; &amp; more"'
    assert content.text is not None and pictured in content.text


def test_json_feed_as_version_1_1_asks() -> None:
    feed = json.loads(json_feed(FEED, [ITEM]))
    assert feed["version"] == "https://jsonfeed.org/version/1.1" and feed["title"]
    (item,) = feed["items"]
    assert isinstance(item["id"], str) and item["content_html"]
    assert item["date_published"] == "2026-03-01T09:00:00Z"
    assert item["attachments"] == [
        {
            "url": "https://desk.example.org/m/1.png",
            "mime_type": "image/png",
            "title": 'A "sign" & more',
            "size_in_bytes": 999,
        }
    ]


def test_schema_org_names_article_and_publisher() -> None:
    article = schema_org(FEED, ITEM)
    assert article["@context"] == "https://schema.org" and article["@type"] == "NewsArticle"
    assert len(article["headline"]) <= 110
    assert article["publisher"]["name"] == "Riverside Clinic"
    assert article["image"][0]["caption"] == 'A "sign" & more'


def test_summary_cuts_between_words() -> None:
    assert summary("one two three", 9) == "one two…"
    assert summary("x" * 50, 10) == "x" * 9 + "…"
