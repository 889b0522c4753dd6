"""Every rule against its table: lines of `+ kind | text` where it applies and `- kind | text` where not."""

from __future__ import annotations

from pathlib import Path

import pytest

from bedside.guard import Category, Policy, Verdict, rules, screen

HERE = Path(__file__).parent
TABLES = sorted((HERE / "tables").glob("*.txt"))
STRICT = Policy(thanking_reviewers=False)


def table(path: Path) -> list[tuple[str, str, str]]:
    rows = []
    for line in path.read_text("utf-8").split("\n"):
        if line and not line.startswith("#"):
            head, text = line.split(" | ", 1)
            sign, kind = head.split(" ")
            rows.append((sign, kind, text))
    return rows


CASES = [(path.stem, *row) for path in TABLES for row in table(path)]


@pytest.mark.parametrize(
    ("rule", "sign", "kind", "text"), CASES, ids=[f"{c[0]} {c[1]} {c[3]}" for c in CASES]
)
def test_table(rule: str, sign: str, kind: str, text: str) -> None:
    found = {finding.rule for finding in screen(text, kind=kind, policy=STRICT, tier=0).findings}
    assert (rule in found) is (sign == "+"), sorted(found)


@pytest.mark.parametrize("rule", rules(), ids=lambda rule: rule.id)
def test_every_rule_has_a_fair_table_and_explains_itself(rule) -> None:
    rows = table(HERE / "tables" / f"{rule.id}.txt")
    hits = sum(sign == "+" for sign, _, _ in rows)
    assert 1 <= hits <= len(rows) - hits
    assert rule.title and rule.explanation and rule.source and rule.message
    assert "!" not in rule.explanation + rule.message + rule.title


def test_no_table_without_a_rule() -> None:
    assert {path.stem for path in TABLES} == {rule.id for rule in rules()}


@pytest.mark.parametrize("rule", rules(), ids=lambda rule: rule.id)
def test_examples_on_the_page_that_explains_a_rule_are_true(rule) -> None:
    for text in rule.examples[:1]:
        found = {f.rule for kind in rule.kinds for f in screen(text, kind=kind, policy=STRICT).findings}
        assert rule.id in found


@pytest.mark.parametrize("name", ["verdicts_reply.txt", "verdicts_post.txt"])
def test_verdicts(name: str) -> None:
    wrong = [
        (sign, text)
        for sign, kind, text in table(HERE / name)
        if (screen(text, kind=kind).verdict >= Verdict.REVIEW) is not (sign == "+")
    ]
    assert wrong == []


def test_claims_and_categories() -> None:
    assert screen("Vitamin D prevents the flu").claims
    assert not screen("Flu shots are here").claims
    assert {rule.category for rule in rules()} == set(Category)
