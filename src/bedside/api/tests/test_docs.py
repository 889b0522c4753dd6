"""docs/api.md names every operation, scope and problem there is, and no other."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from bedside.accounts.scopes import SCOPES
from bedside.api.problems import PROBLEMS
from bedside.api.urls import api

DOCS = (Path(__file__).parents[4] / "docs" / "api.md").read_text("utf-8")


def operations() -> set[str]:
    paths: dict[str, Any] = api.get_openapi_schema(path_prefix="/api/v1/")["paths"]
    return {
        f"{method.upper()} {re.sub(r'{[a-z_]+}', '{id}', path.removeprefix('/api/v1'))}"
        for path, methods in paths.items()
        for method in methods
    }


def test_every_operation_is_named_and_no_other() -> None:
    named = {match.rstrip("/") for match in re.findall(r"`((?:GET|POST|PATCH|PUT|DELETE) /[a-z/{}-]*)", DOCS)}
    assert named == operations()


def test_every_problem_is_listed_with_its_status() -> None:
    listed = {
        (kind, int(status)) for kind, status in re.findall(r"\| `/problems/([a-z-]+)` \| (\d+) \|", DOCS)
    }
    assert listed == {(kind, error.status) for kind, error in PROBLEMS.items()}


def test_every_scope_is_listed() -> None:
    assert set(re.findall(r"^\| `([a-z]+(?::[a-z]+)?)` \|", DOCS, re.MULTILINE)) == set(SCOPES)
