"""Through the door in a real browser: set-up, joining, signing in by every way, and being kept out."""

from __future__ import annotations

import base64
import hashlib
import hmac
import os
import re
import struct
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.conftest import BROWSER_SECONDS, OpenContext, StartDesk
from tests.desk import Desk
from tests.journeys import axe
from tests.passkeys import Passkeys

PASSWORD = "lantern orbit cactus violin"
EMAIL = "dana.whitfield@example.org"
WIDE = {"viewport": {"width": 1280, "height": 900}}
PHONE = {"viewport": {"width": 320, "height": 640}, "has_touch": True, "is_mobile": True}
LOOK = os.environ.get("BEDSIDE_TEST_LOOK", "")
SOON = re.compile(r"/(?:\?.*)?$")
BACK_LATER = re.compile(r"/signin\?next=")


def code_of(secret: str, at: float | None = None) -> str:
    """The code of an app that holds `secret` (RFC 6238: SHA-1, six digits, 30 s)."""
    counter = struct.pack(">Q", int((time.time() if at is None else at) // 30))
    digest = hmac.new(base64.b32decode(secret.replace(" ", "")), counter, hashlib.sha1).digest()
    start = digest[-1] & 15
    value = int.from_bytes(digest[start : start + 4], "big") & 0x7FFF_FFFF
    return f"{value % 1_000_000:06}"


@dataclass
class Somebody:
    """A person at the desk: what they know and hold."""

    email: str
    codes: list[str] = field(default_factory=list)
    passkeys: list[dict[str, Any]] = field(default_factory=list)
    secret: str = ""
    state: Any = None


@dataclass
class Hospital:
    desk: Desk
    dana: Somebody


def watched(page: Page) -> list[str]:
    """What the browser complains about; what the policy blocks among it."""
    said: list[str] = []
    page.on("console", lambda line: said.append(line.text) if line.type == "error" else None)
    page.on("pageerror", lambda error: said.append(str(error)))
    return said


def setup_link(desk: Desk) -> str:
    """The address that `bedside serve` has printed."""
    end = time.monotonic() + 20
    while time.monotonic() < end:
        if found := re.search(r"/setup/[\w-]+", desk.log()):
            return desk.url + found[0]
        time.sleep(0.1)
    raise AssertionError(f"no set-up link was printed\n{desk.log()}")


def seen(page: Page, name: str) -> None:
    """Keep a picture of the page for people to look at, where BEDSIDE_TEST_LOOK names a folder."""
    if LOOK:
        Path(LOOK).mkdir(parents=True, exist_ok=True)
        page.screenshot(path=str(Path(LOOK) / f"{name}.png"), full_page=True)


def everywhere(page: Page, name: str) -> None:
    """The page as it stands now, in both themes, wide and at 320 px: without fault."""
    for theme in ("light", "dark"):
        page.emulate_media(color_scheme=theme, reduced_motion="reduce")
        for size, options in (("wide", WIDE), ("phone", PHONE)):
            page.set_viewport_size(options["viewport"])  # type: ignore[arg-type]
            axe.check(page, f"{name} {theme} {size}")
            seen(page, f"{name}-{theme}-{size}")
    page.set_viewport_size(WIDE["viewport"])  # type: ignore[arg-type]


def describe_organisation(page: Page, name: str = "Marlow Valley Health") -> None:
    page.get_by_label("Name of the organisation").fill(name)
    page.get_by_label("Yes, for example").check()
    page.get_by_role("button", name="Go on to the sites").click()
    page.wait_for_url("**/sites")


def fill_account(page: Page, name: str, email: str = "", password: str = PASSWORD) -> None:
    page.get_by_label("Your name").fill(name)
    if email:
        page.get_by_label("E-mail").fill(email)
    page.get_by_label("Password").first.fill(password)
    page.get_by_label("Show the password").check()
    expect(page.get_by_label("Password").first).to_have_attribute("type", "text")
    page.get_by_role("button", name="Make my account").click()


def make_passkey(page: Page) -> None:
    page.get_by_role("link", name="Use a passkey").click()
    page.get_by_role("button", name="Make a passkey").click()
    page.wait_for_url("**/account/recovery-codes")


def add_app(page: Page) -> str:
    page.get_by_role("link", name="Use an app").click()
    page.get_by_text("I cannot scan it").click()
    secret = page.locator(".fixed").inner_text()
    page.get_by_label("Code that the app shows").fill(code_of(secret))
    page.get_by_role("button", name="Add this app").click()
    return secret


def keep_codes(page: Page) -> list[str]:
    codes = page.locator("ol.codes li").all_inner_texts()
    assert len(codes) == 10
    assert all(re.fullmatch(r"\d{4}-\d{4}", code) for code in codes)
    page.get_by_label("I have kept these codes").check()
    page.get_by_role("button", name=re.compile("^(Finish|Go on)")).click()
    return codes


def sign_in_with_password(page: Page, desk: Desk, email: str, password: str = PASSWORD) -> None:
    page.goto(desk.url + "/signin")
    page.get_by_label("E-mail").fill(email)
    page.get_by_label("Password").fill(password)
    page.get_by_role("button", name="Sign in", exact=True).click()


@contextmanager
def _a_context(browser: Browser, **options: Any) -> Iterator[BrowserContext]:
    context = browser.new_context(locale="en-US", reduced_motion="reduce", **options)
    context.set_default_timeout(BROWSER_SECONDS * 1000)
    yield context
    context.close()


@pytest.fixture(scope="module")
def hospital(browser: Browser, module_desk: StartDesk) -> Hospital:
    """A desk set up from its link, with a passkey, by Dana, who keeps her recovery codes."""
    desk = module_desk()
    dana = Somebody(EMAIL)
    with _a_context(browser, timezone_id="America/Chicago") as context:
        page = context.new_page()
        device = Passkeys.plug_into(page)
        said = watched(page)
        page.goto(setup_link(desk))
        assert page.get_by_label("Time zone").input_value() == "America/Chicago"
        describe_organisation(page)
        page.get_by_label("Name of the site").fill("Riverside")
        page.get_by_label("Town or address").fill("Marlow")
        page.get_by_label("Departments", exact=True).fill("Cardiology\nMaternity")
        page.get_by_role("button", name="Add another site").click()
        page.get_by_label("Name of the site").nth(1).fill("Hillside")
        page.get_by_label("Departments of no one site").fill("Communications")
        page.get_by_role("button", name="Go on to your account").click()
        page.wait_for_url("**/account")
        # Back through the steps: everything is still there.
        page.get_by_role("link", name="Back to the sites").click()
        names = page.get_by_label("Name of the site")
        assert [names.nth(at).input_value() for at in range(2)] == ["Hillside", "Riverside"]
        assert page.get_by_label("Departments", exact=True).nth(1).input_value() == "Cardiology\nMaternity"
        page.get_by_role("link", name="Back to the organisation").click()
        assert page.get_by_label("Name of the organisation").input_value() == "Marlow Valley Health"
        assert page.get_by_label("Yes, for example").is_checked()
        page.get_by_role("button", name="Go on to the sites").click()
        page.get_by_role("button", name="Go on to your account").click()
        fill_account(page, "Dana Whitfield", EMAIL)
        page.wait_for_url("**/account/second-factor")
        # Nothing else opens before there is a second factor.
        page.goto(desk.url + "/")
        page.wait_for_url("**/account/second-factor")
        make_passkey(page)
        page.goto(desk.url + "/account")
        page.wait_for_url("**/account/recovery-codes")
        dana.codes = keep_codes(page)
        page.wait_for_url(SOON)
        assert not said, said
        dana.passkeys = device.credentials()
        dana.state = context.storage_state()
    return Hospital(desk, dana)


@pytest.fixture
def as_dana(hospital: Hospital, open_context: OpenContext) -> Callable[..., Page]:
    """`as_dana(**options)`: a page on which Dana is signed in, her passkey at hand."""

    def signed_in(**options: Any) -> Page:
        page = open_context(**options).new_page()
        Passkeys.plug_into(page).put(hospital.dana.passkeys)
        page.goto(hospital.desk.url + "/signin")
        page.get_by_role("button", name="Sign in with a passkey").click()
        page.wait_for_url(SOON)
        return page

    return signed_in


def record_of(desk: Desk) -> str:
    done = desk.cli("audit", "export", "--help", check=False)
    assert done.returncode == 0
    import sqlite3

    with sqlite3.connect(f"file:{desk.home}/bedside.sqlite3?mode=ro", uri=True) as database:
        rows = database.execute("SELECT verb, actor_label FROM audit_entry ORDER BY seq").fetchall()
    return "\n".join(f"{verb} {label}" for verb, label in rows)


def test_set_up_from_the_link(hospital: Hospital, open_context: OpenContext) -> None:
    page = open_context().new_page()
    answer = page.goto(setup_link(hospital.desk))
    assert answer is not None
    assert answer.status == 404
    expect(page.get_by_role("heading", level=1)).to_have_text("This link does nothing any more")
    expect(page.get_by_text("This desk has been set up already")).to_be_visible()
    told = record_of(hospital.desk)
    for verb in ("organization.set_up", "site.added", "person.joined", "factor.added", "person.signed_in"):
        assert verb in told


def test_sign_in_by_passkey_alone_and_out(hospital: Hospital, as_dana: Callable[..., Page]) -> None:
    page = as_dana()
    page.goto(hospital.desk.url + "/account")
    expect(page.get_by_role("heading", level=1)).to_have_text("Your account")
    page.get_by_role("button", name="Sign out").first.click()
    page.wait_for_url("**/signin")
    expect(page.get_by_text("You are signed out")).to_be_visible()
    page.goto(hospital.desk.url + "/account")
    page.wait_for_url(BACK_LATER)


def test_a_strange_passkey_is_refused(hospital: Hospital, page: Page, passkeys: Passkeys) -> None:
    page.goto(hospital.desk.url + "/signin")
    page.get_by_role("button", name="Sign in with a passkey").click()
    expect(page.locator("[data-passkey-says]")).to_contain_text("Nothing was done")


def test_password_then_passkey_then_back_to_where_it_began(
    hospital: Hospital, page: Page, passkeys: Passkeys
) -> None:
    passkeys.put(hospital.dana.passkeys)
    page.goto(hospital.desk.url + "/account/sessions")
    page.get_by_label("E-mail").fill(EMAIL.upper())
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.wait_for_url("**/signin/second-factor")
    # Half signed in is not signed in.
    page.goto(hospital.desk.url + "/account")
    page.wait_for_url("**/signin/second-factor")
    page.get_by_role("button", name="Use my passkey").click()
    page.wait_for_url("**/account**")


def test_a_recovery_code_works_once(hospital: Hospital, open_context: OpenContext) -> None:
    code = hospital.dana.codes[3]
    page = open_context().new_page()
    sign_in_with_password(page, hospital.desk, EMAIL)
    page.get_by_label("Code").fill(code)
    page.get_by_role("button", name="Go on with this code").click()
    page.wait_for_url(SOON)
    page.goto(hospital.desk.url + "/account")
    expect(page.get_by_text("9 left")).to_be_visible()
    other = open_context().new_page()
    sign_in_with_password(other, hospital.desk, EMAIL)
    other.get_by_label("Code").fill(code)
    other.get_by_role("button", name="Go on with this code").click()
    expect(other.locator(".summary-of-errors")).to_contain_text("This code is not right")
    everywhere(other, "second-step-wrong")
    assert "recovery-codes.used " + EMAIL in record_of(hospital.desk)


def test_invite_a_colleague_who_joins_with_an_app(
    hospital: Hospital, as_dana: Callable[..., Page], open_context: OpenContext
) -> None:
    page = as_dana()
    page.goto(hospital.desk.url + "/settings/people")
    page.get_by_role("link", name="Invite somebody").click()
    page.get_by_label("E-mail").fill("noor.haddad@example.org")
    page.get_by_label("Role", exact=True).select_option("author")
    page.get_by_role("button", name="Add another role").click()
    assert page.get_by_label("E-mail").input_value() == "noor.haddad@example.org"
    page.get_by_label("Role", exact=True).nth(1).select_option("community-manager")
    page.get_by_role("button", name="Make the invitation").click()
    link = page.get_by_label("Link").input_value()
    everywhere(page, "invited")

    theirs = open_context().new_page()
    said = watched(theirs)
    theirs.goto(link)
    expect(
        theirs.get_by_text("Dana Whitfield has invited you. Your role: Author, Community manager.")
    ).to_be_visible()
    everywhere(theirs, "join")
    fill_account(theirs, "Noor Haddad")
    theirs.wait_for_url("**/account/second-factor")
    secret = add_app(theirs)
    theirs.wait_for_url("**/account/recovery-codes")
    with theirs.expect_download() as download:
        theirs.get_by_role("link", name="Download").click()
    text = Path(download.value.path()).read_text()
    codes = keep_codes(theirs)
    assert all(code in text for code in codes)
    theirs.wait_for_url(SOON)
    assert not said, said
    # Not their business.
    answer = theirs.goto(hospital.desk.url + "/settings/people")
    assert answer is not None
    assert answer.status == 404

    gone = open_context().new_page()
    gone.goto(link)
    expect(gone.get_by_role("heading", level=1)).to_have_text("This link does nothing any more")

    again = open_context().new_page()
    sign_in_with_password(again, hospital.desk, "noor.haddad@example.org")
    again.get_by_label("Code").fill(code_of(secret, time.time() + 30))
    again.get_by_role("button", name="Go on with this code").click()
    again.wait_for_url(SOON)


def test_a_breached_password_is_refused_and_the_rest_is_kept(
    hospital: Hospital, as_dana: Callable[..., Page], open_context: OpenContext
) -> None:
    page = as_dana()
    page.goto(hospital.desk.url + "/settings/people/invite")
    page.get_by_label("E-mail").fill("milan.kovac@example.org")
    page.get_by_label("Role", exact=True).select_option("privacy-officer")
    page.get_by_role("button", name="Make the invitation").click()
    theirs = open_context().new_page()
    theirs.goto(page.get_by_label("Link").input_value())
    for password, why in (
        ("short", "at least 12"),
        ("p@ssw0rd1234", "tried first"),
        ("marlowvalleyhealth", "others know"),
        ("milankovac1234", "tried first"),
    ):
        fill_account(theirs, "Milan Kovač", password=password)
        expect(theirs.locator(".summary-of-errors")).to_contain_text(
            re.compile(why + "|too similar|others know")
        )
        assert theirs.get_by_label("Your name").input_value() == "Milan Kovač"
        assert theirs.get_by_label("Password").first.input_value() == ""
    axe.check(theirs)


def test_too_many_wrong_passwords(
    hospital: Hospital, open_context: OpenContext, as_dana: Callable[..., Page]
) -> None:
    says = []
    for email in ("tries.often@example.org", EMAIL):
        page = open_context().new_page()
        for _attempt in range(5):
            sign_in_with_password(page, hospital.desk, email, "not the right one at all")
            expect(page.locator(".summary-of-errors")).to_contain_text("do not belong together")
        sign_in_with_password(page, hospital.desk, email, PASSWORD)
        summary = page.locator(".summary-of-errors")
        expect(summary).to_contain_text(re.compile(r"try again in (9|10) minutes"))
        everywhere(page, "locked-out")
        says.append(re.sub(r"\d+", "N", summary.inner_text()))
    # The same words, whether there is an account or not.
    assert says[0] == says[1]
    told = record_of(hospital.desk)
    assert f"person.locked_out {EMAIL}" in told
    assert "person.locked_out nobody known here" in told
    assert "tries.often" not in told
    # A passkey cannot be guessed, and works.
    as_dana()


def test_a_session_is_ended_from_elsewhere(hospital: Hospital, as_dana: Callable[..., Page]) -> None:
    lost, here = as_dana(), as_dana()
    here.goto(hospital.desk.url + "/account/sessions")
    expect(here.locator("tbody tr").first).to_contain_text("This one")
    before = here.locator("tbody tr").count()
    assert before >= 2
    here.get_by_role("button", name=re.compile("^End Chrome")).first.click()
    expect(here.get_by_text("That session has ended")).to_be_visible()
    here.get_by_role("button", name="End all others").click() if before > 2 else None
    lost.goto(hospital.desk.url + "/account")
    lost.wait_for_url(BACK_LATER)
    here.goto(hospital.desk.url + "/account")
    expect(here.get_by_role("heading", level=1)).to_have_text("Your account")


def test_factors_are_added_and_removed_but_never_the_last(
    hospital: Hospital, as_dana: Callable[..., Page]
) -> None:
    page = as_dana()
    page.goto(hospital.desk.url + "/account")
    expect(page.get_by_text("Your only second factor")).to_be_visible()
    page.get_by_role("link", name="Add a second factor").click()
    add_app(page)
    page.wait_for_url("**/account")
    page.get_by_role("link", name="Remove App with codes").click()
    page.get_by_role("button", name="Remove it").click()
    expect(page.get_by_text("The second factor was removed")).to_be_visible()
    expect(page.get_by_text("Your only second factor")).to_be_visible()


def test_the_page_warns_before_it_signs_out(hospital: Hospital, as_dana: Callable[..., Page]) -> None:
    page = as_dana()
    page.clock.install()
    page.goto(hospital.desk.url + "/account")
    dialog = page.get_by_role("alertdialog")
    page.clock.fast_forward("27:00")
    expect(dialog).to_be_hidden()
    page.clock.fast_forward("01:40")
    expect(dialog).to_be_visible()
    axe.check(page)
    seen(page, "idle")
    dialog.get_by_role("button", name="Stay signed in").click()
    expect(dialog).to_be_hidden()
    page.clock.fast_forward("29:00")
    page.clock.fast_forward("02:00")
    page.wait_for_url(BACK_LATER)
    expect(page.get_by_text("You were signed out after 30 minutes without a click")).to_be_visible()


def test_keyboard_alone(hospital: Hospital, page: Page, passkeys: Passkeys) -> None:
    passkeys.put(hospital.dana.passkeys)
    page.goto(hospital.desk.url + "/signin")
    for _press in range(12):
        page.keyboard.press("Tab")
        if "passkey" in page.evaluate("document.activeElement.textContent").lower():
            break
    page.keyboard.press("Enter")
    page.wait_for_url(SOON)


def test_idle_sign_out_on_the_server(open_context: OpenContext, desk: StartDesk) -> None:
    """On a desk of its own, the clock of which is moved; set up with an app instead of a passkey."""
    own = desk()
    page = open_context().new_page()
    page.goto(setup_link(own))
    everywhere(page, "setup-organization")
    page.get_by_role("button", name="Go on to the sites").click()
    expect(page.locator(".summary-of-errors")).to_be_focused()
    everywhere(page, "setup-organization-wrong")
    describe_organisation(page, "Elm Street Dental")
    page.get_by_role("button", name="Add another site").click()
    page.get_by_label("Town or address").first.fill("Marlow")
    page.get_by_role("button", name="Go on to your account").click()
    expect(page.get_by_text("What is this site called?")).to_be_visible()
    everywhere(page, "setup-sites-wrong")
    page.get_by_label("Town or address").first.fill("")
    page.get_by_role("button", name="Go on to your account").click()
    page.wait_for_url("**/account")
    everywhere(page, "setup-account")
    fill_account(page, "Kim Baker", "kim.baker@example.org")
    page.wait_for_url("**/second-factor")
    everywhere(page, "setup-second-factor")
    secret = add_app(page)
    page.wait_for_url("**/recovery-codes")
    everywhere(page, "setup-codes")
    page.get_by_role("button", name="Finish").click()
    # The browser itself asks for the tick; without it, the page does.
    assert page.url.endswith("/recovery-codes")
    keep_codes(page)
    page.wait_for_url(SOON)
    state = (own.home / "bedside.sqlite3").read_bytes()
    assert secret.replace(" ", "").encode() not in state
    for minutes, still in ((20, True), (40, True), (75, False)):
        own.stop()
        own.settings["BEDSIDE_CLOCK_OFFSET"] = str(minutes * 60)
        own.start()
        page.goto(own.url + "/account")
        if still:
            expect(page.get_by_role("heading", level=1)).to_have_text("Your account")
        else:
            page.wait_for_url(BACK_LATER)
            expect(page.get_by_text("You were signed out after 30 minutes without a click")).to_be_visible()
    assert "person.timed_out kim.baker@example.org" in record_of(own)


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("size", ["wide", "phone"])
def test_every_page_is_without_fault(
    hospital: Hospital, as_dana: Callable[..., Page], open_context: OpenContext, theme: str, size: str
) -> None:
    options = {"color_scheme": theme, **(WIDE if size == "wide" else PHONE)}
    page = as_dana(**options)
    said = watched(page)
    url = hospital.desk.url
    for name in (
        "account",
        "account/password",
        "account/second-factor",
        "account/second-factor/passkey",
        "account/second-factor/app",
        "account/recovery-codes",
        "account/sessions",
        "account/tokens/new",
        "confirm/passkey",
        "confirm/code",
        "confirm",
        "settings/people",
        "settings/people?state=invited",
        "settings/people?state=ended",
        "settings/people?q=nobody-at-all",
        "settings/people/invite",
        "signout",
    ):
        page.goto(f"{url}/{name}")
        axe.check(page, f"{name} {theme} {size}")
        seen(page, f"{re.sub('[^a-z]+', '-', name)}-{theme}-{size}")
    page.goto(f"{url}/settings/people")
    page.locator("tbody a").last.click()
    axe.check(page, f"a person {theme} {size}")
    seen(page, f"person-{theme}-{size}")
    assert not said, said
    page = open_context(**options).new_page()
    for name in ("signin", "setup/not-a-link", "invite/not-a-link", "signin/closed"):
        page.goto(f"{url}/{name}")
        axe.check(page, f"{name} {theme} {size}")
        seen(page, f"{re.sub('[^a-z]+', '-', name)}-{theme}-{size}")
