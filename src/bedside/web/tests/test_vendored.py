"""What others made is what the list says, and the pages ask for nothing that is not there."""

from __future__ import annotations

import hashlib
import re
import tomllib
from pathlib import Path

import pytest

WEB = Path(__file__).resolve().parent.parent
VENDOR = WEB / "static/web/vendor"
PACKAGES = tomllib.loads((WEB / "vendored.toml").read_text("utf-8"))["package"]
FILES = {file["path"]: file["sha256"] for package in PACKAGES for file in package["file"]}


@pytest.mark.parametrize("path", sorted(FILES))
def test_file_is_the_recorded_one(path: str) -> None:
    assert hashlib.sha256((VENDOR / path).read_bytes()).hexdigest() == FILES[path]


def test_nothing_lies_there_unrecorded() -> None:
    there = {str(path.relative_to(VENDOR)) for path in VENDOR.rglob("*") if path.is_file()}
    assert there == set(FILES)


def test_every_package_has_its_licence_beside_it() -> None:
    for package in PACKAGES:
        assert package["licence"] in {"0BSD", "ISC", "MIT", "OFL-1.1"}
        assert any(file["path"].startswith("licences/") for file in package["file"]), package["package"]


def test_sprite_holds_exactly_the_listed_icons() -> None:
    listed = next(package["icons"] for package in PACKAGES if "icons" in package)
    found = re.findall(r'<symbol id="([^"]+)"', (VENDOR / "icons.svg").read_text("utf-8"))
    assert sorted(found) == sorted(listed)


def test_templates_and_code_hold_no_inline_code_or_style() -> None:
    wrong = re.compile(
        r"<style|\sstyle=|\son[a-z]+=|javascript:|<script(?![^>]*\ssrc=)(?![^>]*ld\+json)", re.IGNORECASE
    )
    for path in (WEB / "templates").rglob("*.html"):
        assert not wrong.search(path.read_text("utf-8")), path


def test_own_scripts_are_short() -> None:
    for path in (WEB / "static/web/js").glob("*.js"):
        assert len(path.read_text("utf-8").splitlines()) < 150, path
