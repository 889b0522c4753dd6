"""Every page and state of the desk: axe without a fault in both themes, wide and at 320 px, no sideways scroll,
nothing the strict policy had to block, and no more weight than a page may have."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, Response

from tests.conftest import OpenContext, StartDesk
from tests.journeys import axe
from tests.journeys.conftest import PHONE, WIDE, Browse, watched
from tests.marlow import Marlow, seed

KILOBYTE = 1024
LOOK = os.environ.get("BEDSIDE_TEST_LOOK", "")
# (name, who, path); the states are those that `tests.marlow` makes.
PAGES = (
    ("today", "cleo", "/"),
    ("today-author", "ben", "/"),
    ("write-new", "ben", "/write"),
    ("write", "ben", "/write/{draft}"),
    ("write-sent-back", "ben", "/write/{rejected}"),
    ("write-voids", "ben", "/write/{approved}"),
    ("posts", "ben", "/posts"),
    ("posts-none", "ben", "/posts?q=nothing-says-this"),
    ("posts-wrong", "cleo", "/posts?show=wrong"),
    ("post-draft", "ben", "/posts/{draft}"),
    ("post-sent-back", "ben", "/posts/{rejected}"),
    ("post-in-review", "ben", "/posts/{review}"),
    ("post-approved", "ben", "/posts/{approved}"),
    ("post-scheduled", "ben", "/posts/{scheduled2}"),
    ("post-held", "cleo", "/posts/{held}"),
    ("post-unsure", "cleo", "/posts/{unsure}"),
    ("post-failed", "cleo", "/posts/{failed}"),
    ("post-out", "cleo", "/posts/{out-picture}"),
    ("post-deleted", "ivo", "/posts/{deleted}"),
    ("post-discarded", "ben", "/posts/{discarded}"),
    ("approvals", "cleo", "/approvals"),
    ("approvals-none", "ivo", "/approvals"),
    ("approval", "cleo", "/approvals/{risky}"),
    ("approval-changed", "cleo", "/approvals/{changed}"),
    ("approval-own", "sam", "/approvals/{changed}"),
    ("calendar", "cleo", "/calendar"),
    ("calendar-empty", "cleo", "/calendar?month=2031-02"),
    ("calendar-list", "cleo", "/calendar/list"),
    ("pause", "tess", "/pause"),
    ("settings", "ana", "/settings"),
    ("settings-few", "ben", "/settings"),
    ("channels", "ana", "/settings/channels"),
    ("channel", "ana", "/settings/channels/{on_asleep}"),
    ("channel-webhook", "ana", "/settings/channels/{on_intranet}"),
    ("connect", "ana", "/settings/channels/connect/bluesky"),
    ("organisation", "ana", "/settings/organisation"),
    ("routes", "ana", "/settings/routes"),
    ("guard-rules", "ben", "/settings/guard"),
    ("guard-rules-none", "ben", "/settings/guard?q=nothing-says-this"),
    ("false-alarms", "priya", "/settings/guard/false-alarms"),
    ("false-alarms-settled", "priya", "/settings/guard/false-alarms?show=settled"),
    ("post-reported", "sam", "/posts/{risky}"),
    ("today-privacy", "priya", "/"),
    ("record", "ivo", "/record"),
    ("forbidden", "ben", "/record"),
    ("nowhere", "ben", "/nowhere"),
    ("news", "", "/news"),
    ("problem", "", "/problems/stale-digest"),
)


def seen(page: Page, name: str) -> None:
    """Keep a picture for people to look at, where BEDSIDE_TEST_LOOK names a folder."""
    if LOOK:
        Path(LOOK).mkdir(parents=True, exist_ok=True)
        page.screenshot(path=str(Path(LOOK) / f"{name}.png"), full_page=True)


def check(page: Page, name: str, size: str) -> None:
    for theme in ("light", "dark"):
        page.emulate_media(color_scheme=theme, reduced_motion="reduce")
        axe.check(page, f"{name}, {size}, {theme}")
        seen(page, f"{name}-{size}-{theme}")


@pytest.mark.parametrize("size", ["wide", "phone"])
def test_every_page_is_without_fault(
    marlow: Marlow, open_context: OpenContext, address: Callable[[str], str], size: str
) -> None:
    contexts = {}
    for name, who, path in PAGES:
        if who not in contexts:
            contexts[who] = open_context(timezone_id="America/Chicago", **(WIDE if size == "wide" else PHONE))
            if who:
                contexts[who].add_cookies(marlow.cookies(who))
        page = contexts[who].new_page()
        said = watched(page)
        page.goto(marlow.desk.url + address(path))
        check(page, name, size)
        assert not [line for line in said if "Failed to load resource" not in line], (name, said)
        page.close()


@pytest.mark.parametrize("size", ["wide", "phone"])
def test_states_that_a_click_brings_about(browse: Browse, address: Callable[[str], str], size: str) -> None:
    options = WIDE if size == "wide" else PHONE
    page = browse("ben", "/write", **options)
    page.get_by_role("button", name="Send to review").click()
    check(page, "write-refused", size)

    page = browse("cleo", address("/approvals/{risky}"), **options)
    page.get_by_role("button", name="Send back").click()
    assert page.get_by_text("Say why you send it back").first.is_visible()
    check(page, "approval-refused", size)

    page = browse("cleo", address("/posts/{out-picture}"), **options)
    page.get_by_role("button", name="Delete on Newsroom").click()
    check(page, "post-delete", size)
    page.keyboard.press("Escape")
    page.get_by_text("1 attempt:").click()
    page.get_by_text("Attempt 1:").click()
    check(page, "post-attempts", size)

    page = browse("ivo", "/record", **options)
    page.get_by_role("button", name="Verify the record").click()
    assert page.get_by_text("fit the chain").is_visible()
    page.locator("summary").filter(has_text="Details").first.click()
    check(page, "record-verified", size)

    page = browse("priya", "/settings/guard/false-alarms", **options)
    page.locator("summary", has_text="These words are ours").first.click()
    page.get_by_label("The words that are ours").first.fill("…")
    page.get_by_label("Why they are ours").first.fill("They are.")
    page.get_by_role("button", name="Add to the allow-list").first.click()
    assert page.get_by_text("Write which words are yours").first.is_visible()
    check(page, "false-alarm-refused", size)

    page = browse("ben", address("/posts/{approved}"), **options)
    page.get_by_role("button", name="Schedule it").click()
    assert page.get_by_text("Choose a day and a time").first.is_visible()
    check(page, "schedule-refused", size)


def test_an_empty_desk_says_that_this_is_good(module_desk: StartDesk, open_context: OpenContext) -> None:
    made = seed(module_desk(start=False), world="empty")
    made.desk.start()
    for options, size in ((WIDE, "wide"), (PHONE, "phone")):
        context = open_context(**options)
        context.add_cookies(made.cookies("ana"))
        page = context.new_page()
        for name, path in (
            ("today", "/"),
            ("posts", "/posts"),
            ("approvals", "/approvals"),
            ("calendar", "/calendar"),
            ("calendar-list", "/calendar/list"),
            ("channels", "/settings/channels"),
            ("write", "/write"),
            ("organisation", "/settings/organisation"),
            ("false-alarms", "/settings/guard/false-alarms"),
            ("news", "/news"),
        ):
            page.goto(made.desk.url + path)
            check(page, f"empty-{name}", size)


@pytest.mark.parametrize(
    "path", ["/", "/write/{draft}", "/posts/{unsure}", "/approvals/{risky}", "/calendar"]
)
def test_weight(marlow: Marlow, browse: Browse, address: Callable[[str], str], path: str) -> None:
    """As sent, compressed, without pictures of posts: a page 150 KB at most, its scripts 60."""
    page = browse("cleo")
    answers: list[Response] = []
    page.on("response", lambda answer: answers.append(answer))
    page.goto(marlow.desk.url + address(path))
    page.wait_for_timeout(500)
    weights = {
        answer.url: answer.request.sizes()["responseBodySize"]
        for answer in answers
        if "/picture/" not in answer.url and "/events" not in answer.url
    }
    assert sum(weights.values()) <= 150 * KILOBYTE, weights
    assert sum(size for url, size in weights.items() if url.endswith(".js")) <= 60 * KILOBYTE, weights
    assert any(url.endswith(".css") for url in weights)
