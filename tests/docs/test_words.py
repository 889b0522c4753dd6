"""Every audit verb, role, right and scope is documented, and no link in the docs leads nowhere."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from bedside.accounts.roles import RIGHTS, WHOLE_DESK, Right, Role
from bedside.accounts.scopes import SCOPES
from bedside.audit.verbs import all_verbs

ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs"
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", ROOT / "SECURITY.md", *sorted(DOCS.rglob("*.md"))]


def test_every_verb_of_the_record_is_in_the_table_and_none_is_invented() -> None:
    table = re.findall(r"^\| `([a-z._-]+)` \| (.+) \| ([a-z-]+) \|$", (DOCS / "record.md").read_text(), re.M)
    assert table == [(verb.name, str(verb.words), verb.noun) for verb in all_verbs()]


def test_every_role_and_right_is_in_the_table() -> None:
    text = (DOCS / "people.md").read_text()
    for role in Role:
        cells = " | ".join("yes" if right in RIGHTS[role] else "–" for right in Right)
        assert f"| `{role.value}` | {cells} |" in text
    for right in Right:
        assert f"| {right.value} | {right.label} |" in text
        assert (f"`{right.value}`" in text.rsplit("\n\n", 1)[-1]) == (right in WHOLE_DESK)


def test_every_scope_is_documented() -> None:
    text = (DOCS / "api.md").read_text()
    for scope in SCOPES:
        assert f"`{scope}`" in text, scope


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_lead_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\(([^)#\s]+)[^)]*\)", page.read_text()):
        if "://" not in target and not target.startswith("mailto:"):
            assert (page.parent / target).exists(), target
