"""The colours keep their contrast (WCAG 2.2, 1.4.3 and 1.4.11, with the margin that the house asks for)."""

from __future__ import annotations

import re
from itertools import product
from pathlib import Path

import pytest

CSS = (Path(__file__).resolve().parent.parent / "static/web/base.css").read_text("utf-8")


def _block(selector: str) -> dict[str, str]:
    found = re.search(re.escape(selector) + r"\s*\{(.*?)\}", CSS, re.DOTALL)
    assert found, selector
    return dict(re.findall(r"--([\w-]+):\s*(#[0-9a-f]{6})", found[1]))


LIGHT = _block(":root")
DARK = LIGHT | _block(':root[data-theme="dark"]')
THEMES = {"light": LIGHT, "dark": DARK}


def _luminance(colour: str) -> float:
    """Relative luminance as WCAG 2.2 defines it."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("theme", THEMES)
def test_text_on_paper_and_surface(theme: str) -> None:
    colours = THEMES[theme]
    text = ("ink", "muted", "accent", "strong", "note", "review", "block", "ok")
    for word, ground in product(text, ("paper", "surface")):
        ratio = contrast(colours[word], colours[ground])
        assert ratio >= 5.5, f"{word} on {ground}: {ratio:.2f}"


@pytest.mark.parametrize("theme", THEMES)
def test_borders_of_controls(theme: str) -> None:
    colours = THEMES[theme]
    for ground in ("paper", "surface"):
        assert contrast(colours["control"], colours[ground]) >= 3


@pytest.mark.parametrize("theme", THEMES)
def test_words_on_coloured_ground(theme: str) -> None:
    colours = THEMES[theme]
    assert contrast(colours["on-accent"], colours["accent"]) >= 5.5
    assert contrast(colours["on-accent"], colours["strong"]) >= 5.5
    assert contrast(colours["on-pause"], colours["pause"]) >= 7
    assert contrast(colours["paper"], colours["block"]) >= 5.5


def test_the_device_and_the_person_get_the_same_dark() -> None:
    assert _block(':root:not([data-theme="light"])') == _block(':root[data-theme="dark"]')
