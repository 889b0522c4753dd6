"""The parts: what they say, what they escape, what they refuse."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django import forms
from django.http import HttpRequest
from django.template import Context, Template, TemplateSyntaxError
from django.test import RequestFactory

from bedside.core import clock
from bedside.web.templatetags.bedside import relative_words, zone_words

MOMENT = datetime(2026, 3, 29, 0, 30, tzinfo=UTC)


@pytest.fixture
def request_of_a_reader(rf: RequestFactory) -> HttpRequest:
    request = rf.get("/")
    request.person_zone = ZoneInfo("Europe/Berlin")  # type: ignore[attr-defined]
    return request


@pytest.fixture(autouse=True)
def _a_known_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: MOMENT)


def shown(source: str, **context: Any) -> str:
    return Template("{% load bedside %}" + source).render(Context(context)).strip()


def test_time_is_told_in_the_zone_of_the_reader(request_of_a_reader: HttpRequest) -> None:
    html = shown("{% when moment %}", moment=MOMENT + timedelta(hours=2), request=request_of_a_reader)
    assert ">Sun 29 Mar, 04:30<" in html
    assert 'datetime="2026-03-29T04:30:00+02:00"' in html
    assert 'title="in 2 hours"' in html


@pytest.mark.parametrize(
    ("moment", "zone", "words"),
    [
        (MOMENT, "Europe/Berlin", "Sun 29 Mar, 01:30"),
        (MOMENT, "Europe/Paris", "Sun 29 Mar, 01:30"),  # another name, the same clocks
        (MOMENT, "America/New_York", "Sat 28 Mar, 20:30 New York time"),
        (MOMENT, "UTC", "Sun 29 Mar, 00:30 UTC"),
        (datetime(2025, 7, 1, 12, tzinfo=UTC), "Asia/Tokyo", "Tue 1 Jul 2025, 21:00 Tokyo time"),
        (MOMENT, "No/Such_Place", "Sun 29 Mar, 01:30"),
    ],
)
def test_another_zone_is_named_when_its_clocks_differ(
    request_of_a_reader: HttpRequest, moment: datetime, zone: str, words: str
) -> None:
    html = shown("{% when moment zone=zone %}", moment=moment, zone=zone, request=request_of_a_reader)
    assert f">{words}<" in html


@pytest.mark.parametrize(
    ("show", "words"),
    [("date", "Sun 29 Mar"), ("time", "01:30"), ("ago", "just now"), ("both", "Sun 29 Mar, 01:30")],
)
def test_ways_to_show_a_time(request_of_a_reader: HttpRequest, show: str, words: str) -> None:
    assert f">{words}<" in shown(
        "{% when moment show=show %}", moment=MOMENT, show=show, request=request_of_a_reader
    )


def test_no_time_is_a_dash_and_no_reader_is_utc() -> None:
    assert "–" in shown("{% when moment %}", moment=None)
    assert ">Sun 29 Mar, 00:30<" in shown("{% when moment %}", moment=MOMENT)


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0, "just now"),
        (-59, "just now"),
        (30, "in less than a minute"),
        (60, "in 1 minute"),
        (-3599, "59 minutes ago"),
        (-3600, "1 hour ago"),
        (47 * 3600, "in 47 hours"),
        (-48 * 3600, "2 days ago"),
    ],
)
def test_relative_words(seconds: int, words: str) -> None:
    assert relative_words(MOMENT + timedelta(seconds=seconds), MOMENT) == words


def test_zone_words() -> None:
    assert zone_words(ZoneInfo("America/Argentina/Buenos_Aires")) == "Buenos Aires time"
    assert zone_words(ZoneInfo("Etc/GMT+3")) == "GMT+3"


@pytest.mark.parametrize(
    "source", ['{% icon "no-such-icon" %}', '{% state "green" "Good" %}', '{% when moment show="week" %}']
)
def test_what_is_not_known_is_refused(source: str) -> None:
    with pytest.raises(TemplateSyntaxError):
        shown(source, moment=MOMENT)


def test_a_state_has_its_icon_and_its_word_escaped() -> None:
    html = shown("{% state 'block' word %}", word="<b>Failed</b>")
    assert "#octagon-x" in html
    assert "&lt;b&gt;Failed" in html


def test_links_are_coloured_and_everything_is_escaped() -> None:
    html = shown(
        "{{ text|linked }}",
        text="<img src=x> see https://example.org/a?b=1&c=2. #FluShot a@b @desk.example.org",
    )
    assert "<img" not in html
    assert '<span class="preview-link">https://example.org/a?b=1&amp;c=2</span>.' in html
    assert '<span class="preview-link">#FluShot</span>' in html
    assert "a@b " in html
    assert '<span class="preview-link">@desk.example.org</span>' in html


@pytest.mark.parametrize(
    ("name", "initials"),
    [
        ("Dana Whitfield", "DW"),
        ("noor", "N"),
        ("Ana María de la Cruz", "AC"),
        ("…", "–"),
        ("sam@example.org", "SO"),
    ],
)
def test_initials(name: str, initials: str) -> None:
    assert f">{initials}<" in shown("{% avatar name %}", name=name)


@pytest.mark.parametrize(
    ("cookie", "saved", "theme"),
    [("dark", "light", "dark"), ("auto", "dark", "auto"), ("", "dark", "dark"), ("x' onload", "", "auto")],
)
def test_theme_of_this_browser_then_of_the_person(
    rf: RequestFactory, cookie: str, saved: str, theme: str
) -> None:
    request = rf.get("/")
    request.COOKIES = {"theme": cookie} if cookie else {}
    assert shown("{% theme %}", request=request, theme=saved) == theme


class Small(forms.Form):
    name = forms.CharField(label="Name & place", help_text="As on the door.")
    sure = forms.ChoiceField(label="Sure", choices=[("y", "Yes")], widget=forms.RadioSelect)

    def clean(self) -> None:
        raise forms.ValidationError("The two do not fit.")


def test_a_field_is_tied_to_its_hint_and_error() -> None:
    form = Small({"name": ""})
    html = shown("{% field form.name %}", form=form)
    assert 'aria-describedby="id_name_helptext id_name_error"' in html
    assert 'id="id_name_helptext"' in html
    assert 'id="id_name_error"' in html
    assert "Name &amp; place" in html
    assert "required" in html


def test_the_summary_leads_to_each_field_and_tells_what_was_kept() -> None:
    html = shown("{% error_summary form kept='It was kept.' %}", form=Small({"name": ""}))
    assert 'href="#id_name"' in html
    assert 'href="#id_sure_0"' in html  # the first choice, as the group itself takes no focus
    assert "The two do not fit." in html
    assert "It was kept." in html
    assert shown("{% error_summary form %}", form=Small()) == ""


def test_an_undo_is_a_post_with_the_token() -> None:
    class Said:
        message, level_tag, extra_tags = "Moved.", "success", "undo=/posts/1/undo"

    html = shown("{% messages_area %}", messages=[Said()], csrf_token="token-of-the-session")
    assert '<form method="post" action="/posts/1/undo">' in html
    assert 'value="token-of-the-session"' in html
