"""Desks full of people and posts, and browsers in which one of them has signed in."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, Protocol

import pytest
from playwright.sync_api import Page, expect

from tests.conftest import BROWSER_SECONDS, OpenContext, StartDesk
from tests.marlow import Marlow, seed
from tests.servers import mastodon

WIDE = {"viewport": {"width": 1280, "height": 900}}
PHONE = {"viewport": {"width": 320, "height": 640}, "has_touch": True, "is_mobile": True}
POCKET = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}

# As patient as the pages of a context are: nothing here is about speed.
expect.set_options(timeout=BROWSER_SECONDS * 1000)


class Browse(Protocol):
    def __call__(self, who: str, path: str = "", **options: Any) -> Page: ...


def watched(page: Page) -> list[str]:
    """What the browser complains about on `page`, blocked scripts and styles among it."""
    said: list[str] = []
    page.on("console", lambda line: said.append(line.text) if line.type in {"error", "warning"} else None)
    page.on("pageerror", lambda error: said.append(str(error)))
    return said


@pytest.fixture(scope="module")
def mastodon_server() -> Iterator[mastodon.Mastodon]:
    with mastodon.running() as server:
        yield server


@pytest.fixture(scope="module")
def marlow(module_desk: StartDesk, mastodon_server: mastodon.Mastodon) -> Marlow:
    """A desk in full use, shared by a module."""
    desk = module_desk(start=False)
    made = seed(desk, mastodon=(mastodon_server.url, mastodon_server.account().token))
    desk.start()
    return made


@pytest.fixture
def browse(marlow: Marlow, open_context: OpenContext) -> Iterator[Browse]:
    """`browse("cleo", "/approvals")`: a page in a browser of its own, on which Cleo has signed in.

    After the test, no page may have complained about anything but a refused request.
    """
    complaints: list[list[str]] = []

    def one(who: str, path: str = "", **options: Any) -> Page:
        context = open_context(**{"timezone_id": "America/Chicago", **WIDE, **options})
        if who:
            context.add_cookies(marlow.cookies(who))
        page = context.new_page()
        complaints.append(watched(page))
        if path:
            page.goto(marlow.desk.url + path)
        return page

    yield one
    said = [line for page in complaints for line in page if "Failed to load resource" not in line]
    assert said == []


@pytest.fixture
def address(marlow: Marlow) -> Callable[[str], str]:
    """`address("/posts/{draft}")`: a path with the ids of seeded posts and channels put in."""

    def of(path: str) -> str:
        return path.format(**marlow.posts, **{f"on_{key}": one for key, one in marlow.channels.items()})

    return of
