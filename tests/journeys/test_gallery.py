"""Every part in every state: faults, both themes, wide and narrow, weight, policy, and what the scripts do."""

from __future__ import annotations

import gzip
import socketserver
import threading
from collections.abc import Iterator
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

import pytest
from django.contrib.staticfiles.handlers import StaticFilesHandler
from django.core.handlers.wsgi import WSGIHandler
from django.test import override_settings
from playwright.sync_api import Dialog, Page, Response

from bedside.web.gallery import PAGES
from bedside.web.security import CONTENT_SECURITY_POLICY
from tests.conftest import OpenContext
from tests.journeys import axe

# Without the desk's own context processors: the gallery gives its pages everything and reads no database.
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {"context_processors": ["django.template.context_processors.request"]},
    }
]
WIDE = {"viewport": {"width": 1280, "height": 900}}
PHONE = {"viewport": {"width": 320, "height": 640}, "has_touch": True, "is_mobile": True}
KILOBYTE = 1024


class _Server(socketserver.ThreadingMixIn, WSGIServer):
    daemon_threads = True


class _Quiet(WSGIRequestHandler):
    def log_message(self, format: str, *args: Any) -> None: ...


@pytest.fixture(scope="module")
def gallery() -> Iterator[str]:
    """The gallery served on loopback under the desk's strict policy; its address."""
    with override_settings(
        ROOT_URLCONF="bedside.web.gallery", MIDDLEWARE=[], ALLOWED_HOSTS=["*"], TEMPLATES=TEMPLATES
    ):
        django = StaticFilesHandler(WSGIHandler())

        def with_policy(environment: Any, start: Any) -> Any:
            def started(status: str, headers: list[tuple[str, str]], error: Any = None) -> Any:
                return start(status, [*headers, ("Content-Security-Policy", CONTENT_SECURITY_POLICY)], error)

            return django(environment, started)

        server = make_server("127.0.0.1", 0, with_policy, _Server, _Quiet)
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        server.server_close()
        thread.join(5)


def watched(page: Page) -> list[str]:
    """Everything the browser complains about on `page`; blocked code and styles among it."""
    said: list[str] = []
    page.on("console", lambda line: said.append(line.text) if line.type in {"error", "warning"} else None)
    page.on("pageerror", lambda error: said.append(str(error)))
    return said


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("size", ["wide", "phone"])
def test_every_part_is_without_fault(gallery: str, open_context: OpenContext, theme: str, size: str) -> None:
    page = open_context(color_scheme=theme, **(WIDE if size == "wide" else PHONE)).new_page()
    said = watched(page)
    for name in PAGES:
        for query in ("", "?pause") if name in {"today", "calendar"} else ("",):
            page.goto(f"{gallery}/{name}/{query}")
            axe.check(page, f"{name}{query}, {theme}, {size}")
    assert said == []


def test_a_page_without_words_for_a_field_is_a_fault(gallery: str, page: Page) -> None:
    page.goto(f"{gallery}/forms/")
    page.evaluate("document.querySelector('label[for=id_name]').remove()")
    with pytest.raises(AssertionError, match="label"):
        axe.check(page)


def test_the_chosen_theme_wins_over_the_device_and_stays(gallery: str, open_context: OpenContext) -> None:
    page = open_context(color_scheme="light", **WIDE).new_page()
    page.goto(f"{gallery}/today/")
    paper = "getComputedStyle(document.body).backgroundColor"
    assert page.evaluate(paper) == "rgb(251, 250, 247)"
    page.locator("#theme-rail").select_option("dark")
    assert page.evaluate(paper) == "rgb(18, 24, 29)"
    page.goto(f"{gallery}/nothing/")
    assert page.evaluate(paper) == "rgb(18, 24, 29)"
    axe.check(page)


def test_touch_targets_are_44_px(gallery: str, open_context: OpenContext) -> None:
    page = open_context(**PHONE).new_page()
    small = """() => [...document.querySelectorAll(
        "button, .button, select, summary, textarea, .phone-bar a, .chips a, .tabs a, .pause-bar a, .choice,"
        + " input:not([type=checkbox], [type=radio], [type=hidden])")]
      .filter((one) => one.checkVisibility() && one.getBoundingClientRect().height < 43.5)
      .map((one) => one.outerHTML.slice(0, 100))"""
    for name in PAGES:
        page.goto(f"{gallery}/{name}/?pause")
        assert page.evaluate(small) == [], name


@pytest.mark.parametrize("name", PAGES)
def test_weight(gallery: str, page: Page, name: str) -> None:
    """In KB as sent compressed: a page 150 at most, its scripts 60."""
    answers: list[Response] = []
    page.on("response", lambda answer: answers.append(answer))
    page.goto(f"{gallery}/{name}/", wait_until="networkidle")
    weights = {}
    for answer in answers:
        if answer.url.startswith("data:"):
            continue
        body = answer.body()
        fixed = "font" in answer.headers.get("content-type", "")
        weights[answer.url] = len(body if fixed else gzip.compress(body, 6))
    assert sum(weights.values()) <= 150 * KILOBYTE, weights
    assert sum(size for url, size in weights.items() if url.endswith(".js")) <= 60 * KILOBYTE, weights
    assert any(url.endswith("base.css") for url in weights)


@pytest.mark.parametrize("name", ["public", "release"])
def test_the_newsroom_needs_no_script(gallery: str, open_context: OpenContext, name: str) -> None:
    page = open_context(java_script_enabled=False).new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(f"{gallery}/{name}/")
    assert page.get_by_role("heading", level=1).is_visible()
    assert page.locator("script").count() == 0
    assert not [url for url in asked if url.endswith(".js")]


def test_a_fetched_part_arrives_and_its_code_does_not_run(gallery: str, page: Page) -> None:
    page.goto(f"{gallery}/parts/")
    said = watched(page)
    page.get_by_role("button", name="Look again now").click()
    arrived = page.locator("#arrived")
    arrived.wait_for()
    title = page.title()
    arrived.click()
    assert page.evaluate("typeof window.leaked") == "undefined"
    assert page.title() == title
    # The browser names the refused handler; nothing else went wrong.
    assert all("inline event handler" in line for line in said), said


def test_a_dialog_opens_by_its_button_and_closes_by_escape(gallery: str, page: Page) -> None:
    page.goto(f"{gallery}/parts/")
    button = page.get_by_role("button", name="Delete", exact=True)
    button.click()
    dialog = page.get_by_role("dialog", name="Delete this post?")
    assert dialog.is_visible()
    axe.check(page, "with the dialog open")
    page.keyboard.press("Escape")
    assert not dialog.is_visible()
    assert button.evaluate("one => one === document.activeElement")


def test_keys_press_what_they_name_and_can_be_switched_off(gallery: str, page: Page) -> None:
    page.goto(f"{gallery}/approve/")
    page.evaluate(
        "document.querySelector('[data-key=a]').addEventListener('click', () => document.body.dataset.hit = 'a')"
    )
    hit = "document.body.dataset.hit"
    page.keyboard.press("?")
    dialog = page.get_by_role("dialog", name="Keys on this page")
    assert "Send back" in dialog.inner_text()
    axe.check(page, "with the list of keys open")
    page.keyboard.press("a")
    assert page.evaluate(hit) is None
    dialog.get_by_label("Single keys work").uncheck()
    page.keyboard.press("Escape")
    dialog.wait_for(state="hidden")
    page.keyboard.press("a")
    assert page.evaluate(hit) is None
    page.keyboard.press("?")
    dialog.get_by_label("Single keys work").check()
    page.keyboard.press("Escape")
    dialog.wait_for(state="hidden")
    page.keyboard.press("a")
    assert page.evaluate(hit) == "a"


def test_a_key_typed_into_a_field_is_only_a_letter(gallery: str, page: Page) -> None:
    page.goto(f"{gallery}/write/")
    field = page.get_by_label("Text for all channels")
    field.fill("")
    field.press_sequentially("ha?")
    assert field.input_value() == "ha?"
    assert not page.get_by_role("dialog").is_visible()


def test_a_changed_form_is_not_left_by_accident(gallery: str, page: Page) -> None:
    page.goto(f"{gallery}/write/")
    asked: list[str] = []

    def answer(dialog: Dialog) -> None:
        asked.append(dialog.type)
        dialog.accept()

    page.on("dialog", answer)
    page.goto(f"{gallery}/write/?unchanged")
    assert asked == []
    page.get_by_label("Text for all channels").press_sequentially("More.")
    page.goto(f"{gallery}/today/")
    assert asked == ["beforeunload"]


def test_messages_stay_until_they_are_closed(gallery: str, page: Page) -> None:
    page.goto(f"{gallery}/parts/")
    area = page.get_by_role("status")
    assert area.get_by_role("button", name="Undo").count() == 1
    before = area.locator(".message").count()
    area.get_by_role("button", name="Close").first.click()
    assert area.locator(".message").count() == before - 1
    assert area.get_by_role("button", name="Close").first.evaluate("one => one === document.activeElement")


def test_an_error_is_read_first_and_leads_to_its_field(gallery: str, page: Page) -> None:
    page.goto(f"{gallery}/forms/")
    summary = page.get_by_role("group", name="Something needs to be put right")
    assert summary.evaluate("one => one === document.activeElement")
    for link in summary.get_by_role("link").all():
        target = link.get_attribute("href")
        assert target and page.locator(target).count() == 1, target
    name = page.get_by_label("Name of the organisation").first
    described = (name.get_attribute("aria-describedby") or "").split()
    words = " ".join(page.locator(f"#{one}").inner_text() for one in described)
    assert "As it stands on your front door." in words
    assert "required" in words


def test_findings_are_a_sheet_on_a_phone_and_beside_the_text_on_a_desk(
    gallery: str, open_context: OpenContext
) -> None:
    wide = open_context(**WIDE).new_page()
    wide.goto(f"{gallery}/write/")
    assert wide.get_by_role("heading", name="What the guard found").is_visible()
    assert not wide.get_by_role("button", name="3 findings").is_visible()
    phone = open_context(**PHONE).new_page()
    phone.goto(f"{gallery}/write/")
    heading = phone.get_by_role("heading", name="What the guard found")
    assert not heading.is_visible()
    phone.get_by_role("button", name="3 findings").click()
    assert heading.is_visible()
    axe.check(phone, "with the sheet open")
    phone.get_by_role("button", name="Close").click()
    assert not heading.is_visible()


def test_more_on_a_phone_holds_the_rest(gallery: str, open_context: OpenContext) -> None:
    page = open_context(**PHONE).new_page()
    page.goto(f"{gallery}/today/")
    bar = page.get_by_role("navigation", name="Main, on a phone")
    assert bar.get_by_role("link", name="Reports").count() == 0
    bar.get_by_text("More").click()
    assert bar.get_by_role("link", name="Reports").is_visible()
    axe.check(page, "with More open")
    page.keyboard.press("Escape")
    assert not bar.get_by_role("link", name="Reports").is_visible()
