from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from bedside.channels.mastodon.channel import CHANNEL, _language
from bedside.channels.mastodon.counting import alike, count, text_of
from bedside.channels.mastodon.server import _limits, honours_key, refusal
from bedside.channels.port import Account, Outgoing, Refused, SignInRefused
from bedside.channels.wire import Answer

OUTGOING = Outgoing("key", "Text", "", "en", (), {}, datetime(2026, 3, 1, tzinfo=UTC))


@pytest.mark.parametrize(
    ("text", "length"),
    [
        ("", 0),
        ("hello", 5),
        ("👩‍👩‍👧‍👦", 1),
        ("https://example.org/" + "x" * 300, 23),
        ("http://a.io", 23),
        ("(https://example.org/a).", 26),
        ("@nurse@social.example.org hi", 9),
        ("@nurse hi", 9),
        ("desk@example.org", 16),
        ("https://social.example.org/@nurse@other.example.org", 23),
        ("a https://example.org b https://example.org", 51),
    ],
)
def test_count(text: str, length: int) -> None:
    assert count(text) == length


@pytest.mark.parametrize(
    ("name", "version", "instance", "expected"),
    [
        ("mastodon", "4.3.2", "4.3.2", True),
        ("mastodon", "4.5.1+glitch", "4.5.1+glitch", True),
        ("mastodon", "10.0.0", "10.0.0", True),
        ("mastodon", "3.5.19", "3.5.19", False),
        ("mastodon", "4.2.0", "4.2.0 (compatible; Something 1.0)", False),
        ("takahe", "0.11.0", "4.0.0 (compatible; Takahe 0.11.0)", False),
        ("gotosocial", "0.17.0", "0.17.0", False),
        ("snac", "2.60", "4.0.0 (not true; snac 2.60)", False),
        ("pleroma", "2.6.0", "2.7.2 (compatible; Pleroma 2.6.0)", False),
        ("", "", "4.3.0", False),
        ("mastodon", "nightly", "nightly", False),
    ],
)
def test_only_mastodon_itself_is_trusted_with_a_key(
    name: str, version: str, instance: str, expected: bool
) -> None:
    assert honours_key(name, version, instance) is expected


@pytest.mark.parametrize(
    ("instance", "expected"),
    [
        ({}, {"max_characters": 500, "max_media": 4, "alt_text": 1500}),
        ({"max_toot_chars": 5000}, {"max_characters": 5000}),
        ({"configuration": {"statuses": {"max_characters": 11_000}}}, {"max_characters": 11_000}),
        ({"configuration": {"statuses": {"max_characters": -1}}}, {"max_characters": 500}),
        ({"configuration": {"statuses": {"max_characters": "500"}}}, {"max_characters": 500}),
        ({"configuration": {"statuses": {"max_characters": True}}}, {"max_characters": 500}),
        ({"configuration": {"statuses": {"max_characters": 10**30}}}, {"max_characters": 500}),
        ({"configuration": []}, {"max_characters": 500}),
        (
            {"configuration": {"media_attachments": {"supported_mime_types": ["image/png", 7, "video/mp4"]}}},
            {"mime_types": ["image/png"]},
        ),
    ],
)
def test_limits_are_read_and_not_believed(instance: dict[str, Any], expected: Mapping[str, Any]) -> None:
    found = _limits(instance)
    assert {name: found[name] for name in expected} == expected


@pytest.mark.parametrize(
    ("status", "body", "dead"),
    [
        (401, b'{"error": "The access token is invalid"}', True),
        (401, b'{"error": "The access token was revoked"}', True),
        (401, b'{"error":"invalid_token","error_description":"The access token expired"}', True),
        (403, b'{"error": "Your login is currently disabled"}', True),
        (403, b'{"error": "This action is not allowed"}', False),
        (403, b'{"error": "This action is outside the authorized scopes"}', False),
        (401, b"<html>401</html>", False),
        (401, b'{"error": ["The access token is invalid"]}', True),
        (422, b'{"error": "The access token is invalid"}', False),
    ],
)
def test_only_known_words_mean_that_a_token_is_dead(status: int, body: bytes, dead: bool) -> None:
    assert type(refusal(Answer(status, {}, body), "the post")) is (SignInRefused if dead else Refused)


@pytest.mark.parametrize(
    ("sent", "html"),
    [
        ("One\n\nTwo & three", "<p>One</p><p>Two &amp; three</p>"),
        ("a\nb", "<p>a<br />b</p>"),
        (
            "see https://example.org/a-long-way",
            '<p>see <a href="https://example.org/a-long-way"><span class="invisible">https://</span>'
            '<span class="ellipsis">example.org/a-long</span><span class="invisible">-way</span></a></p>',
        ),
        (
            "#FluShots for @nurse@social.example.org",
            '<p><a href="x" class="mention hashtag" rel="tag">#<span>FluShots</span></a> for '
            '<span class="h-card"><a href="y" class="u-url mention">@<span>nurse</span></a></span></p>',
        ),
        ("1 < 2 > 0", "<p>1 &lt; 2 &gt; 0</p>"),
    ],
)
def test_what_comes_back_is_known_again(sent: str, html: str) -> None:
    assert alike(text_of(html)) == alike(sent)


def problems(**options: Any) -> list[str]:
    return [one.field for one in CHANNEL.check_content(replace(OUTGOING, options=options), {})]


def test_options() -> None:
    assert problems(visibility="unlisted", sensitive=True, spoiler_text="Needles") == []
    assert problems(visibility="direct") == ["visibility"]
    assert problems(sensitive="yes") == ["sensitive"]
    assert problems(spoiler_text=7) == ["spoiler_text"]
    assert problems(spoiler_text="x" * 497) == ["text"]
    assert problems(scheduled_at="2026-03-01") == ["scheduled_at"]


def test_nothing_is_ever_scheduled_over_there() -> None:
    options = {"visibility": "private", "spoiler_text": "Needles", "scheduled_at": "2030-01-01"}
    prepared = CHANNEL.prepare(replace(OUTGOING, options=options), Account("", facts={"account_id": "1"}))
    assert prepared["status"] == {
        "status": "Text",
        "visibility": "private",
        "sensitive": False,
        "language": "en",
        "spoiler_text": "Needles",
    }


@pytest.mark.parametrize(
    ("tag", "sent"),
    [
        ("en", "en"),
        ("en-US", "en"),
        ("pt-BR", "pt"),
        ("zh-TW", "zh-TW"),
        ("gsw", "gsw"),
        ("", ""),
        ("<x>", ""),
    ],
)
def test_languages(tag: str, sent: str) -> None:
    assert _language(tag) == sent
