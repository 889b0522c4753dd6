"""What the tests outside `src` share: a PostgreSQL cluster, real desks, and Chromium."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Protocol

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from tests.desk import Desk
from tests.passkeys import Passkeys
from tests.postgres import Cluster

CHROMIUM_FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
BROWSER_SECONDS = 40


# Databases.


@pytest.fixture(scope="session")
def postgres() -> Iterator[Cluster]:
    """A PostgreSQL cluster (fsync on), one for each test process; `create_database()` gives an address."""
    cluster = Cluster.start()
    yield cluster
    cluster.stop()


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest) -> Iterator[str]:
    """Runs the test on both databases. The value is a DATABASE_URL of an empty database, "" for SQLite."""
    if request.param == "sqlite":
        yield ""
        return
    cluster: Cluster = request.getfixturevalue("postgres")
    url = cluster.create_database()
    yield url
    cluster.drop_database(url)


# Desks.


class StartDesk(Protocol):
    def __call__(self, *, database_url: str = "", start: bool = True, **settings: str) -> Desk: ...


@contextmanager
def _desks(folder: Callable[[str], Path]) -> Generator[StartDesk]:
    made: list[Desk] = []

    def start_desk(*, database_url: str = "", start: bool = True, **settings: str) -> Desk:
        desk = Desk(folder("desk"), settings, database_url)
        made.append(desk)
        return desk.start() if start else desk

    try:
        yield start_desk
    finally:
        for desk in made:
            desk.stop()
            print(f"--- log of the desk in {desk.home}\n{desk.log()}")


@pytest.fixture
def bedside_home(tmp_path: Path) -> Path:
    """An empty data folder."""
    home = tmp_path / "bedside-data"
    home.mkdir(mode=0o700)
    return home


@pytest.fixture
def desk(tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> Iterator[StartDesk]:
    """`desk(database_url=…, start=True, BEDSIDE_…="…")` starts a real desk on an empty data folder.

    Every call starts another one; all are stopped after the test, and a failing test shows their logs. Ask
    for `database` before `desk` to run on both databases.
    """
    with _desks(lambda name: tmp_path_factory.mktemp(name)) as start_desk:
        yield start_desk


@pytest.fixture(scope="module")
def module_desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[StartDesk]:
    """As `desk`, for desks that a whole module shares."""
    with _desks(lambda name: tmp_path_factory.mktemp(name)) as start_desk:
        yield start_desk


# The browser.


def _chromium() -> str:
    for name in ("chromium", "chromium-browser", "google-chrome"):
        if found := shutil.which(name):
            return found
    raise RuntimeError("Chromium is not installed. `make tools` installs it (Debian package: chromium).")


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Debian's Chromium, driven by Playwright.

    For a module and not for the session: while Playwright runs, its event loop runs in this thread, and
    neither Django's ORM nor `asyncio.run` works beside it.
    """
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(
            executable_path=_chromium(),
            args=list(CHROMIUM_FLAGS),
            chromium_sandbox=False,
            timeout=60_000,
        )
        yield chromium
        chromium.close()


class OpenContext(Protocol):
    def __call__(self, **options: Any) -> BrowserContext: ...


@pytest.fixture
def open_context(browser: Browser) -> Iterator[OpenContext]:
    """`open_context(color_scheme="dark", viewport={…})`: a fresh profile, as another person has it."""
    made: list[BrowserContext] = []

    def open_one(**options: Any) -> BrowserContext:
        context = browser.new_context(**{"locale": "en-US", "reduced_motion": "reduce", **options})
        context.set_default_timeout(BROWSER_SECONDS * 1000)
        made.append(context)
        return context

    yield open_one
    for context in made:
        context.close()


@pytest.fixture
def context(open_context: OpenContext) -> BrowserContext:
    """A fresh browser profile."""
    return open_context()


@pytest.fixture
def page(context: BrowserContext) -> Page:
    """A page in a fresh browser profile."""
    return context.new_page()


@pytest.fixture
def passkeys(page: Page) -> Passkeys:
    """A passkey device plugged into `page`; `Passkeys.plug_into(other_page)` for further people."""
    return Passkeys.plug_into(page)
