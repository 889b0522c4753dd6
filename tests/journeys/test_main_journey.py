"""The whole job in the browser, by two people: written, screened, approved by somebody else, and out in the
newsroom exactly once. With scripts, without any, and the approval by the keyboard alone."""

from __future__ import annotations

import io
import re
import time
from collections.abc import Callable

import httpx2
from PIL import Image
from playwright.sync_api import Locator, Page, expect

from tests.journeys.conftest import Browse
from tests.marlow import Marlow

WORKER_SECONDS = 30
RISKY = "We loved having your family in for the flu clinic."
REASON = "This looks like a telephone number; make sure it is one of your own."
LIFE = ["First words", "Sent to review", "Approved", "Scheduled", "Newsroom: on its way", "Newsroom: out"]
# The words that the browser has under a wavy line.
UNDERLINED = """(name) => [...CSS.highlights.get(name)].map(
  (range) => range.startContainer.data.slice(range.startOffset, range.endOffset))"""
COLOUR = "(name) => getComputedStyle(document.documentElement).getPropertyValue(name)"
# Whether one sees where the focus is: an outline, in sight, and not under anything else.
FOCUS_SEEN = """() => {
  const one = document.activeElement, box = one.getClientRects()[0], style = getComputedStyle(one);
  const top = document.elementFromPoint(box.left + box.width / 2, box.top + box.height / 2);
  const hidden = top === null || !(one.contains(top) || top.contains(one));
  return {
    what: one.outerHTML.slice(0, 160),
    outline: style.outlineStyle === "none" ? 0 : parseFloat(style.outlineWidth),
    inSight: box.top >= 0 && box.bottom <= innerHeight && box.left >= 0 && box.right <= innerWidth && !hidden,
  };
}"""


def painted(page: Page, field: Locator, token: str) -> int:
    """How many pixels of `field` have the colour of `token`."""
    wanted = page.evaluate(COLOUR, token).strip().removeprefix("#")
    rgb = tuple(bytes.fromhex(wanted))
    image = Image.open(io.BytesIO(field.screenshot())).convert("RGB")
    return sum(amount for amount, colour in image.getcolors(1 << 24) or [] if colour == rgb)


def approve(page: Page, title: str) -> None:
    """As somebody who finds the text among those that wait, reads what the guard found, and agrees."""
    page.get_by_role("main").get_by_role("link", name=title, exact=True).click()
    expect(page.get_by_role("complementary").get_by_text(REASON)).to_be_visible()
    expect(page.get_by_role("complementary").locator(".quote")).to_have_text("“555-0142”")
    page.get_by_role("button", name="Approve this text").click()
    expect(page.get_by_text("You approved this text.")).to_be_visible()


def is_out_once(marlow: Marlow, page: Page, title: str, text: str) -> None:
    """What anybody reads who is not signed in: the text, at one address; and its life as the desk tells it."""
    titles = page.locator("#live-life > ol > li > h3")
    assert [one for one in titles.all_inner_texts() if one != "The text was changed"] == LIFE
    page.get_by_text("1 attempt:").click()
    expect(page.get_by_text("Attempt 1:")).to_have_count(1)
    path = page.locator("#live-life").get_by_role("link", name="Open the post").get_attribute("href")
    assert path
    assert text in httpx2.get(marlow.desk.url + path).text
    news = httpx2.get(f"{marlow.desk.url}/news").text
    assert re.findall(rf'<a href="([^"]+)">{title}</a>', news) == [marlow.desk.url + path]


def test_two_people_do_the_whole_job(marlow: Marlow, browse: Browse) -> None:
    title, text = "Walk-in flu shots", "Walk-in flu shots from nine to noon, building C. Call 555-0142."
    ben = browse("ben", "/")
    ben.get_by_role("link", name="Write a post").click()
    ben.get_by_label("Title").fill(title)
    field = ben.get_by_label("Text for all channels")
    field.press_sequentially(RISKY, delay=5)
    expect(ben.locator("[data-marks-for=text]")).to_have_attribute("data-count", "1")
    assert ben.evaluate(UNDERLINED, "guard-review") == ["loved having your family"]
    assert painted(ben, field, "--review") > 50

    # It keeps itself, and what the guard has to say stands at the side.
    expect(ben.locator("#kept")).to_contain_text("Kept ")
    ben.wait_for_url(re.compile(r"/write/[0-9a-f-]{36}$"))
    found = ben.get_by_role("complementary")
    expect(found.get_by_text("confirms or implies that the person is or was a patient")).to_be_visible()
    field.fill(text)
    ben.get_by_role("checkbox", name="Newsroom").check()
    expect(found.get_by_text(REASON)).to_be_visible()
    expect(ben.locator("[data-marks-for=text]")).to_have_attribute("data-count", "1")
    assert ben.evaluate(UNDERLINED, "guard-review") == []
    assert ben.evaluate(UNDERLINED, "guard-note") == ["555-0142"]
    preview = ben.locator("figure.preview.of-newsroom")
    expect(preview).to_contain_text(title)
    expect(preview).to_contain_text(text)
    address = ben.url
    ben.goto(marlow.desk.url + "/posts?show=draft")
    ben.get_by_role("link", name=title).click()
    ben.get_by_role("link", name="Go on writing").click()
    assert ben.url == address
    expect(field).to_have_value(text)

    ben.get_by_role("button", name="Send to review").click()
    expect(ben.locator("#live-state")).to_have_text("In review")
    expect(ben.get_by_role("button", name="Publish now")).to_have_count(0)
    approve(browse("cleo", "/approvals"), title)

    # The author's page, open all the while, shows what has become of the text.
    ben.get_by_role("button", name="Publish now").click()
    expect(ben.locator("#live-state")).to_have_text("Out", timeout=WORKER_SECONDS * 1000)
    is_out_once(marlow, ben, title, text)


def test_the_whole_job_without_scripts(marlow: Marlow, browse: Browse) -> None:
    title, text = "Masks on request", "Masks on request at every door. Call 555-0142."
    ben = browse("ben", "/", java_script_enabled=False)
    ben.get_by_role("link", name="Write a post").click()
    ben.get_by_label("Title").fill(title)
    ben.get_by_label("Text for all channels").fill(text)
    ben.get_by_role("checkbox", name="Newsroom").check()
    ben.get_by_role("button", name="Keep the draft").click()
    expect(ben.get_by_text("The draft is kept.")).to_be_visible()
    expect(ben.locator("figure.preview.of-newsroom")).to_contain_text(text)
    expect(ben.get_by_role("complementary").get_by_text(REASON)).to_be_visible()
    ben.get_by_role("button", name="Send to review").click()
    expect(ben.locator("#live-state")).to_have_text("In review")
    approve(browse("cleo", "/approvals", java_script_enabled=False), title)
    ben.reload()
    ben.get_by_role("button", name="Publish now").click()
    until(lambda: ben.reload() is not None and ben.locator("#live-state").inner_text() == "Out")
    is_out_once(marlow, ben, title, text)


def until(true: Callable[[], bool]) -> None:
    """Ask again and again, as somebody without scripts does, with a limit."""
    ends = time.monotonic() + WORKER_SECONDS
    while not true():
        assert time.monotonic() < ends, "it did not happen in time"
        time.sleep(0.3)


def tab_to(page: Page, goal: Locator) -> None:
    """Tab by tab to `goal`; wherever the focus rests on the way, one sees it."""
    for _tab in range(80):
        page.keyboard.press("Tab")
        seen = page.evaluate(FOCUS_SEEN)
        assert seen["outline"] >= 2, f"one does not see the focus on {seen['what']}"
        assert seen["inSight"], f"the focus is out of sight on {seen['what']}"
        if goal.evaluate("(one) => one === document.activeElement"):
            return
    raise AssertionError("80 tabs did not lead there")


def test_approving_by_the_keyboard_alone(browse: Browse) -> None:
    title = "Flu shots from Monday"
    page = browse("cleo", "/")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the content")).to_be_focused()
    page.keyboard.press("Enter")
    tab_to(page, page.locator("#live-today").get_by_role("link", name=title, exact=True))
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text(title)
    tab_to(page, page.get_by_label("Words for the author"))
    page.keyboard.type("Good to go.")
    tab_to(page, page.get_by_role("button", name="Approve this text"))
    page.keyboard.press("Enter")
    expect(page.get_by_text("You approved this text.")).to_be_visible()
    page = browse("ben", "/posts?show=approved")
    page.get_by_role("link", name=title).click()
    expect(page.locator("#live-life")).to_contain_text("“Good to go.”")
