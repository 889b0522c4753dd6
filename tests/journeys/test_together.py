"""Several people at the desk at once: what one of them does, the others are told; and nobody writes over anybody."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

from playwright.sync_api import Page, expect

from tests.journeys.conftest import PHONE, Browse
from tests.marlow import Marlow

Address = Callable[[str], str]
WHY = "Water main break at Riverside: we say nothing until we know more."


def test_pausing_everything_on_a_phone(marlow: Marlow, browse: Browse) -> None:
    tess = browse("tess", "/", **PHONE)
    ben = browse("ben", "/write")
    bar = "Everything is paused"
    expect(ben.get_by_role("region", name=bar)).to_have_count(0)
    tess.get_by_text("More", exact=True).tap()
    tess.get_by_role("link", name="Pause everything").tap()
    tess.get_by_label("Why").fill(WHY)
    tess.get_by_role("button", name="Pause everything").tap()
    expect(tess.get_by_role("region", name=bar)).to_contain_text(WHY)
    assert tess.evaluate("document.documentElement.scrollWidth") <= 320

    ben.goto(marlow.desk.url + "/posts")
    told = ben.get_by_role("region", name=bar)
    expect(told).to_be_in_viewport()
    expect(told).to_contain_text(f"Tess Quinn stopped all sending: “{WHY}”")
    expect(told.get_by_role("link", name="Resume")).to_have_count(0)

    tess.get_by_role("link", name="Calendar").tap()
    tess.get_by_role("region", name=bar).get_by_role("link", name="Resume").tap()
    tess.get_by_label("Why").fill("The main is repaired.")
    tess.get_by_role("button", name="Resume").tap()
    expect(tess.get_by_text("Sending goes on.")).to_be_visible()
    expect(tess.get_by_role("region", name=bar)).to_have_count(0)
    ben.reload()
    expect(told).to_have_count(0)


def stays(page: Page) -> None:
    """From now on `stayed` tells whether the page is still the one that was loaded."""
    page.evaluate("window.stays = true")


def stayed(page: Page) -> bool:
    return bool(page.evaluate("window.stays === true"))


def test_an_open_page_shows_what_others_do(browse: Browse, address: Address) -> None:
    ben = browse("ben", address("/posts/{approved}"))
    expect(ben.locator("#live-state")).to_have_text("Approved")
    stays(ben)
    ben.get_by_role("textbox", name="Comment").fill("Half a thought")
    cleo = browse("cleo", address("/posts/{approved}"))
    cleo.get_by_label("Day and time").fill(f"{date.today() + timedelta(days=9)}T09:30")
    cleo.get_by_role("button", name="Schedule it").click()
    expect(cleo.locator("#live-state")).to_have_text("Scheduled")
    expect(ben.locator("#live-state")).to_have_text("Scheduled")
    expect(ben.locator("#live-life")).to_contain_text("Scheduled")
    expect(ben.get_by_role("button", name="Take it from the schedule")).to_be_visible()
    expect(ben.locator("#live-says")).to_have_text("This page has just been brought up to date.")
    expect(ben.get_by_role("textbox", name="Comment")).to_have_value("Half a thought")
    assert stayed(ben)


def test_who_reads_an_old_text_is_told_and_cannot_approve_it(browse: Browse, address: Address) -> None:
    cleo = browse("cleo", address("/approvals/{changed}"))
    queue = browse("cleo", "/approvals")
    expect(queue.get_by_role("link", name="Walk-in clinic opens")).to_be_visible()
    stays(cleo)
    stays(queue)
    sam = browse("sam", address("/posts/{changed}"))
    sam.get_by_role("button", name="Take it back and change it").click()
    text = sam.get_by_label("Text for all channels")
    text.fill("Our new walk-in clinic opens on Tuesday at ten.")
    sam.get_by_role("button", name="Keep the draft").click()
    expect(cleo.get_by_role("alert")).to_contain_text("The text has been changed while you were reading it.")
    expect(queue.get_by_role("link", name="Walk-in clinic opens")).to_have_count(0)
    assert stayed(cleo)
    assert stayed(queue)
    cleo.get_by_role("button", name="Approve this text").click()
    expect(cleo.get_by_role("heading", level=1)).to_have_text("It has changed in the meantime")


def test_two_in_one_draft_are_told_of_each_other(browse: Browse, address: Address) -> None:
    def write(page: Page, text: str) -> None:
        page.get_by_label("Text for all channels").fill(text)

    def field(page: Page) -> str:
        return page.get_by_label("Text for all channels").input_value()

    path = address("/write/{draft}")
    ben, sam = browse("ben", path), browse("sam", path)
    write(ben, "Support group on Tuesday, as Ben has it.")
    expect(ben.locator("#previews")).to_contain_text("as Ben has it")

    # Sam's own words stay in front of Sam; the draft itself holds Ben's.
    write(sam, "Support group on Tuesday, as Sam has it.")
    said = sam.get_by_role("alert")
    expect(said).to_contain_text("Two at once")
    expect(said.locator("del")).to_have_text("Ben")
    expect(said.locator("ins")).to_have_text("Sam")
    expect(sam.locator("#kept")).to_contain_text("Not kept yet")
    assert field(sam) == "Support group on Tuesday, as Sam has it."
    assert field(browse("ben", path)) == "Support group on Tuesday, as Ben has it."

    sam.get_by_role("button", name="Keep mine").click()
    expect(sam.get_by_text("The draft is kept.")).to_be_visible()
    assert field(browse("ben", path)) == "Support group on Tuesday, as Sam has it."

    # And the other way round; this time by the button, and Ben gives way.
    write(ben, "Support group on Wednesday, as Ben has it.")
    ben.get_by_role("button", name="Keep the draft").click()
    expect(ben.get_by_role("alert")).to_contain_text("Two at once")
    assert field(ben) == "Support group on Wednesday, as Ben has it."
    ben.get_by_role("link", name="Take theirs").click()
    expect(ben.get_by_label("Text for all channels")).to_have_value(
        "Support group on Tuesday, as Sam has it."
    )
