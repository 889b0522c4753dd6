"""In the composer: the guard's own words by one key or one click, taken back by one, and a false alarm reported."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.journeys import axe
from tests.journeys.conftest import PHONE, WIDE, Browse

TEXT = "He committed suicide last year. Call us. Help for addicts."
BETTER = TEXT.replace("committed suicide", "died by suicide", 1)


def begun(browse: Browse, **options: object) -> Page:
    page = browse("ben", "/write", **options)
    page.get_by_label("Text for all channels").fill(TEXT)
    # Kept, and its findings listed.
    expect(page.locator("#found-list li")).to_have_count(2)
    return page


def at_start(page: Page) -> None:
    page.get_by_label("Text for all channels").evaluate("field => field.setSelectionRange(0, 0)")


def test_alt_enter_goes_to_a_finding_and_then_writes_what_is_suggested(browse: Browse) -> None:
    page = begun(browse)
    field = page.get_by_label("Text for all channels")
    expect(page.get_by_text("Alt + Enter goes to the next finding")).to_be_visible()
    at_start(page)
    field.press("Alt+Enter")
    assert field.evaluate("field => field.value.slice(field.selectionStart, field.selectionEnd)") == (
        "committed suicide"
    )
    expect(field).to_have_value(TEXT)
    expect(page.get_by_role("button", name="Write “died by suicide” instead").first).to_be_visible()
    field.press("Alt+Enter")
    expect(field).to_have_value(BETTER)
    expect(page.get_by_text("Written: “died by suicide”.")).to_be_visible()
    axe.check(page, "suggestion taken")
    # The browser's own undo knows of it.
    field.press("Control+z")
    expect(field).to_have_value(TEXT)


def test_a_suggestion_is_taken_and_put_back_by_buttons_and_the_draft_keeps_it(browse: Browse) -> None:
    page = begun(browse)
    field = page.get_by_label("Text for all channels")
    at_start(page)
    field.press("Alt+Enter")
    page.locator("[data-suggested-for=text]").get_by_role("button").click()
    expect(field).to_have_value(BETTER)
    page.get_by_role("button", name="Undo", exact=True).click()
    expect(field).to_have_value(TEXT)
    # The guard has read the words that came back: the caret stands in them.
    expect(page.locator("[data-suggested-for=text]").get_by_role("button", name="Write")).to_be_visible()
    field.press("Alt+Enter")
    expect(field).to_have_value(BETTER)
    expect(page.locator("#found-list li")).to_have_count(1)
    page.reload()
    expect(field).to_have_value(BETTER)


@pytest.mark.parametrize("options", [WIDE, PHONE], ids=["wide", "phone"])
def test_the_button_in_the_list_writes_without_leaving_the_page(
    browse: Browse, options: dict[str, object]
) -> None:
    page = begun(browse, **options)
    page.evaluate("window.stayed = true")
    if options is PHONE:
        page.locator(".sheet-button").click()
    page.locator("#found-list").get_by_role("button", name="Write “died by suicide” instead").first.click()
    expect(page.get_by_label("Text for all channels")).to_have_value(BETTER)
    assert page.evaluate("window.stayed") is True


def test_a_false_alarm_is_one_click_and_comes_to_the_privacy_officer(
    browse: Browse, address: Callable[[str], str]
) -> None:
    page = browse("ben", "/write")
    page.get_by_label("Text for all channels").fill("Call our nurse line at 312-555-0199.")
    found = page.locator("#found-list li").filter(has_text="312-555-0199")
    found.get_by_role("button", name="False alarm").click()
    expect(page.get_by_text("Reported as a false alarm").first).to_be_visible()
    expect(found.get_by_role("button", name="False alarm")).to_have_count(0)

    officer = browse("priya", "/")
    officer.get_by_role("link", name="False alarms of the guard").click()
    alarm = officer.locator("li").filter(has_text="“312-555-0199”")
    alarm.get_by_text("These words are ours").click()
    alarm.get_by_label("Why they are ours").fill("Our nurse line.")
    alarm.get_by_role("button", name="Add to the allow-list").click()
    expect(officer.get_by_text("The guard takes “312-555-0199” for yours")).to_be_visible()
    page.reload()
    expect(page.locator("#found-list").get_by_text("312-555-0199")).to_have_count(0)


def test_a_finding_leads_to_what_the_guard_knows_about_it(browse: Browse) -> None:
    page = begun(browse)
    page.locator("#found-list .source a").first.click()
    expect(page.get_by_role("heading", name="What the guard knows")).to_be_visible()
    assert page.url.endswith("#harm.suicide")
    page.get_by_label("Find a rule").fill("suicide")
    page.get_by_role("button", name="Find").click()
    expect(page.locator("[id='harm.suicide']")).to_be_visible()
    expect(page.locator("[id='identifier.phone']")).to_have_count(0)


def test_everything_works_without_scripts(browse: Browse) -> None:
    page = browse("ben", "/write", java_script_enabled=False)
    field = page.get_by_label("Text for all channels")
    field.fill(TEXT)
    page.get_by_role("button", name="Keep the draft").click()
    page.get_by_role("button", name="Write “died by suicide” instead").first.click()
    expect(field).to_have_value(BETTER)
    page.get_by_role("button", name="Undo").click()
    expect(field).to_have_value(TEXT)
    page.get_by_role("button", name="False alarm").first.click()
    expect(page.get_by_text("Reported as a false alarm").first).to_be_visible()
