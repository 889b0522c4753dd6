"""Whether a page can be used by everybody, as far as a program can tell: axe-core over WCAG 2.2 AA and its best
practices, and no sideways scrolling."""

from __future__ import annotations

from typing import Any

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page

TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]

_RUN = """async (tags) => {
  const found = await axe.run(document, {runOnly: {type: "tag", values: tags}, resultTypes: ["violations"]});
  return found.violations;
}"""
_TOO_WIDE = """() => [...document.querySelectorAll("body *")]
  .filter((one) => one.checkVisibility() && one.getBoundingClientRect().right > window.innerWidth + 1)
  .slice(0, 5).map((one) => one.outerHTML.slice(0, 120))"""


def violations(page: Page) -> list[dict[str, Any]]:
    """axe's own list of what is wrong with `page` as it stands now."""
    page.evaluate(AXE_SCRIPT)
    found: list[dict[str, Any]] = page.evaluate(_RUN, TAGS)
    return found


def check(page: Page, where: str = "") -> None:
    """Fail, in words, when `page` has a fault that axe can see, or scrolls sideways."""
    lines = []
    for rule in violations(page):
        lines.append(f"{rule['impact']}: {rule['help']} ({rule['id']})")
        for node in rule["nodes"][:5]:
            lines.append(f"    {node['html'][:160]}")
            lines += [f"      {line}" for line in node["failureSummary"].splitlines()[1:]]
    wide = page.evaluate("document.documentElement.scrollWidth") - page.evaluate("window.innerWidth")
    if wide > 0:
        lines.append(f"It scrolls sideways by {wide} px:")
        lines += [f"    {one}" for one in page.evaluate(_TOO_WIDE)]
    assert not lines, f"{where or page.url}\n" + "\n".join(lines)
