"""Screening as a whole: contracts, weighing, policy, allow-list, covering."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bedside.core.errors import Invalid
from bedside.guard import MAX_LENGTH, AllowList, Policy, Span, Verdict, cover, screen
from bedside.guard.screener import BEST_TIER

SHARED = Path(__file__).parents[5] / "shared"
KIND = st.sampled_from(["post", "reply", "incoming"])
# Pieces that rules look for, mixed with anything: reaches deeper than plain random text.
PIECES = st.sampled_from(
    [
        "Maria Lopez",
        "your visit",
        "303-555-0142",
        "on March 3rd",
        "MRN 4482913",
        "Mrs. ",
        "patient ",
        "you had a ",
        "💙",
        "\u200b",
        "１",
        "ＳＳＮ 219-09-9999",
        "#breastcancerawareness",
        "cures cancer",
        "\n",
        ". ",
        "@",
        "at example dot com",
        "Јо",
        "a 93-year-old",
        "1️⃣",
        "ﷺ",
        "ß",
        "diagnosed with",
        "in Springfield",
    ]
)
ANY_TEXT = st.text(st.characters(exclude_categories=[]), max_size=120)
MIXED = st.lists(
    st.one_of(PIECES, st.text(st.characters(exclude_categories=[]), max_size=4)), max_size=25
).map("".join)


def check(text: str, kind: str) -> None:
    screening = screen(text, kind=kind)
    reach = 0
    for span in screening.spans:
        assert reach <= span.start < span.end <= len(text)
        reach = span.end
    for finding in screening.findings:
        assert 0 <= finding.start <= finding.end <= len(text)
        assert finding.matched == text[finding.start : finding.end]
        assert finding.severity <= screening.verdict
    assert (screening.verdict is Verdict.PASS) is (not screening.findings)
    for offsets in ("codepoints", "utf16"):
        json.dumps(screening.as_json(offsets))
    assert all(f"[{span.type}]" in cover(text, screening.spans) for span in screening.spans)


@given(ANY_TEXT, KIND)
@settings(max_examples=300, deadline=None)
def test_any_text_is_screened(text: str, kind: str) -> None:
    check(text, kind)


@given(MIXED, KIND)
@settings(max_examples=300, deadline=None)
def test_any_mixture_is_screened(text: str, kind: str) -> None:
    check(text, kind)


def test_json_has_exactly_these_names() -> None:
    text = "💙 Maria Lopez was diagnosed with cancer"
    data = screen(text).as_json()
    assert list(data) == ["verdict", "spans", "findings", "grade", "tier"]
    assert list(data["findings"][0]) == [
        "rule",
        "severity",
        "start",
        "end",
        "message",
        "source",
        "suggestion",
    ]
    assert data["spans"] == [[2, 13, "NAME"]]
    assert screen(text).as_json("utf16")["spans"] == [[3, 14, "NAME"]]
    assert data["verdict"] == "block" and data["tier"] == BEST_TIER


def test_verdicts_are_ordered() -> None:
    assert Verdict.PASS < Verdict.NOTE < Verdict.REVIEW < Verdict.BLOCK
    assert max([Verdict.NOTE, Verdict.BLOCK, Verdict.PASS]) is Verdict.BLOCK
    assert Verdict.REVIEW >= "note" and not Verdict.PASS > "pass"


@pytest.mark.parametrize(
    ("text", "verdict"),
    [
        ("Dr. Sarah Chen speaks about diabetes on May 3 in Springfield. Call 303-555-0142.", "note"),
        ("Maria Lopez is our volunteer", "note"),
        ("Maria Lopez was diagnosed with leukemia", "block"),
        ("Patient Maria Lopez", "block"),
        ("a 93-year-old walked in the park", "note"),
        ("a 93-year-old patient broke her hip", "review"),
        ("account 4482913", "review"),
        ("MRN 4482913", "block"),
        ("MRN 4482913, dx HIV", "block"),
        ("Come in on March 3rd", "note"),
        ("My patient was admitted on March 3rd in Dayton", "review"),
    ],
)
def test_weighing(text: str, verdict: str) -> None:
    assert screen(text).verdict == verdict


def test_a_key_survives_a_change_elsewhere_and_not_a_change_of_words() -> None:
    first = screen("Guaranteed  results for all").findings[0]
    later = screen("Hello everyone. guaranteed results").findings[0]
    assert first.key == later.key == "promise.result:guaranteed results"
    assert screen("100% safe").findings[0].key != first.key


def test_allow_list() -> None:
    text = (
        "Ask Dr. Chen or Sarah Chen at 303-555-0142, desk@riverside.example, "
        "https://riverside.example/x, 14 Alder Lane, Milford. Heart Walk May 3"
    )
    allow = AllowList.from_data(
        {
            "names": ["Sarah L. Chen, MD", "Sarah Chen"],
            "phones": ["+1 (303) 555-0142"],
            "urls": ["https://www.riverside.example"],
            "sites": ["14 Alder Lane, Milford"],
            "events": ["Heart Walk May 3"],
        }
    )
    assert len(screen(text).spans) >= 6
    assert screen(text, allow=allow).spans == ()
    assert AllowList.from_data(allow.as_data()) == allow
    assert screen("Maria Chen was diagnosed with flu", allow=allow).verdict is Verdict.BLOCK


def test_policy() -> None:
    assert screen("Thank you for the kind words", kind="reply").verdict is Verdict.PASS
    policy = Policy.from_data(
        {
            "thanking_reviewers": False,
            "disabled": ["claim.medical"],
            "severities": {"promise.result": "block"},
        }
    )
    assert screen("Thank you for the kind words", kind="reply", policy=policy).verdict is Verdict.REVIEW
    assert screen("Vitamin D prevents the flu", policy=policy).verdict is Verdict.PASS
    assert screen("Guaranteed results", policy=policy).verdict is Verdict.BLOCK
    assert Policy.from_data(policy.as_data()) == policy
    hard = "Wash hands and stay at home in bed if you are sick with the flu this week."
    assert "clarity.grade" in {f.rule for f in screen(hard, policy=Policy(target_grade=1)).findings}


@pytest.mark.parametrize(
    ("kind", "data"),
    [
        (Policy, []),
        (Policy, {"unknown": 1}),
        (Policy, {"disabled": "all"}),
        (Policy, {"disabled": [1]}),
        (Policy, {"severities": {"a": "loud"}}),
        (Policy, {"severities": {"a": ["block"]}}),
        (Policy, {"severities": ["a"]}),
        (Policy, {"thanking_reviewers": 1}),
        (Policy, {"target_grade": True}),
        (Policy, {"target_grade": 99}),
        (AllowList, {"names": [""]}),
        (AllowList, {"names": ["x" * 301]}),
        (AllowList, {"phones": {"a": 1}}),
        (AllowList, {"_cache": []}),
        (AllowList, {"sites": ["x"] * 10_001}),
    ],
)
def test_data_that_cannot_be_used_is_refused(kind, data) -> None:
    with pytest.raises(Invalid):
        kind.from_data(data)


def test_what_cannot_be_screened_is_refused() -> None:
    for arguments in ({"kind": "tweet"}, {"tier": 3}, {"tier": True}):
        with pytest.raises(Invalid):
            screen("x", **arguments)
    with pytest.raises(Invalid, match="1,000,001"):
        screen("x" * (MAX_LENGTH + 1))
    assert [screen("x", tier=tier).tier for tier in (None, 2, 0)] == [BEST_TIER, BEST_TIER, 0]


def test_incoming_text_is_masked_not_judged_as_ours() -> None:
    screening = screen("Thank you for choosing us. I'm Maria Lopez, 303-555-0142", kind="incoming")
    assert {finding.rule for finding in screening.findings} == {"identifier.name", "identifier.phone"}


def test_cover() -> None:
    text = "Maria Lopez, 303-555-0142."
    assert cover(text, screen(text).spans) == "[NAME], [PHONE]."
    assert cover(text, screen(text).spans, mask="█") == "█" * 11 + ", " + "█" * 12 + "."
    assert cover("abcdef", [Span(1, 4, "ID"), Span(2, 6, "URL")], mask="*") == "a*****"
    assert cover("abcdef", [Span(1, 4, "ID"), Span(2, 6, "URL")]) == "a[ID]"
    with pytest.raises(Invalid):
        cover("abc", [Span(1, 9, "ID")])
    with pytest.raises(Invalid):
        cover("abc", [], mask="")


@pytest.mark.parametrize(
    "piece",
    [
        "1",
        "a",
        " ",
        "your visit and patient Maria Lopez ",
        "💙",
        "\n",
        "1 ",
        "A ",
        "you had ",
        "привет ",
        "Јо",
        "call ",
        "3 may ",
        "@",
        "one ",
        "a.",
        "http://",
        "# ",
    ],
)
def test_no_text_takes_long(piece: str) -> None:
    text = (piece * 100_000)[:100_000]
    screen(text[:100], kind="reply")
    begun = time.process_time()
    screen(text, kind="reply")
    # A second is the contract on a free machine; the slack is for a busy one. A pattern that grows with the
    # square of the text takes minutes here.
    assert time.process_time() - begun < 4


def test_importing_is_light() -> None:
    code = "import sys, bedside.guard; print('django' in sys.modules, 're2' in sys.modules)"
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True)
    assert out.stdout.split() == ["False", "True"]


@pytest.mark.skipif(not SHARED.exists(), reason="the shared reply examples are not here")
def test_reply_examples() -> None:
    rows = [
        json.loads(line) for line in (SHARED / "domain/reply_examples.jsonl").read_text("utf-8").splitlines()
    ]
    right = {"block": [], "pass": []}
    for row in rows:
        held = screen(row["text"], kind="reply").verdict >= Verdict.REVIEW
        right[row["verdict"]].append(held is (row["verdict"] == "block"))
    for verdict, marks in right.items():
        assert sum(marks) / len(marks) >= 0.95, verdict
