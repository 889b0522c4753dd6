"""False alarms as a program reports, lists and settles them."""

from __future__ import annotations

from typing import Any

import pytest

from bedside.approvals.models import FalseAlarm

TEXT = "Call the nurse line at 312-555-0142. Guaranteed results for everybody."


@pytest.fixture
def officer(person: Any, program: Any) -> Any:
    return program(person("privacy-officer"))


def begun(author: Any, draft: dict[str, Any], text: str = TEXT) -> tuple[str, dict[str, str]]:
    post = author.post("/posts", draft | {"text": text})
    return post["id"], {finding["rule"]: finding["key"] for finding in post["findings"]}


def test_an_alarm_is_reported_listed_and_settled(author, officer, draft):
    post, keys = begun(author, draft)
    body = {"key": keys["identifier.phone"], "why": "It is ours."}
    alarm = author.post(f"/posts/{post}/false-alarms", body, status=201)
    assert (alarm["words"], alarm["state"], alarm["why"]) == ("312-555-0142", "open", "It is ours.")
    assert alarm["by"]["email"].startswith("author")
    assert officer.post(f"/posts/{post}/false-alarms", body)["id"] == alarm["id"]
    assert officer.get("/false-alarms") == {"items": [alarm], "next": None}
    said = {"kind": "phones", "words": "312-555-0142", "reason": "Our nurse line."}
    settled = officer.post(f"/false-alarms/{alarm['id']}/allow", said)
    assert (settled["state"], settled["reason"]) == ("allowed", "Our nurse line.")
    assert officer.get("/false-alarms")["items"] == []
    assert officer.get("/false-alarms?state=settled")["items"] == [settled]
    assert officer.post(f"/false-alarms/{alarm['id']}/dismiss", {"reason": "No"}, status=409)
    assert "identifier.phone" not in {one["rule"] for one in author.get(f"/posts/{post}")["findings"]}
    again = author.post(f"/posts/{post}/false-alarms", body, status=409)
    assert again["type"] == "/problems/conflict"


def test_what_the_allow_list_does_not_reach_can_only_be_dismissed(author, officer, draft):
    post, keys = begun(author, draft)
    alarm = author.post(f"/posts/{post}/false-alarms", {"key": keys["promise.result"]})["id"]
    said = {"kind": "campaigns", "words": "Guaranteed results", "reason": "We say so."}
    assert "does not reach it" in officer.post(f"/false-alarms/{alarm}/allow", said, status=422)["detail"]
    assert officer.post(f"/false-alarms/{alarm}/dismiss", {"reason": " "}, status=422)["fields"] == ["reason"]
    assert officer.post(f"/false-alarms/{alarm}/dismiss", {"reason": "It stands."})["state"] == "dismissed"


def test_pages_follow_each_other_without_gap_or_double(author, officer, draft):
    for number in range(5):
        post, keys = begun(author, draft, f"Call 312-555-01{number:02}.")
        author.post(f"/posts/{post}/false-alarms", {"key": keys["identifier.phone"]})

    def every(state: str) -> list[str]:
        words, cursor = [], ""
        while cursor is not None:
            page = officer.get(f"/false-alarms?state={state}&limit=2" + (cursor and f"&cursor={cursor}"))
            words += [one["words"][-1] for one in page["items"]]
            cursor = page["next"]
        return words

    assert every("open") == list("01234")
    for alarm in FalseAlarm.objects.order_by("at"):
        officer.post(f"/false-alarms/{alarm.id}/dismiss", {"reason": "It stands."})
    assert every("open") == []
    assert every("settled") == list("43210")


def test_who_may(author, lead, officer, draft, person, program):
    post, keys = begun(author, draft)
    body = {"key": keys["identifier.phone"]}
    path = f"/posts/{post}/false-alarms"
    assert program(person("auditor")).post(path, body, status=403)["type"] == "/problems/forbidden"
    reader = program(person("author"), "posts:read").post(path, body, status=403)
    assert reader["scopes"] == ["posts:write", "posts:decide"]
    assert program(person("communications-lead"), "posts:decide").post(path, body, status=201)
    assert lead.get("/false-alarms", status=403)["type"] == "/problems/forbidden"
    short = program(person("privacy-officer"), "posts:read", "posts:write").get("/false-alarms", status=403)
    assert short["scopes"] == ["guard"]
    alarm = officer.get("/false-alarms")["items"][0]["id"]
    assert lead.post(f"/false-alarms/{alarm}/dismiss", {"reason": "No"}, status=403)


def test_the_same_request_is_done_once(author, draft):
    post, keys = begun(author, draft)
    body = {"key": keys["identifier.phone"]}
    first = author.post(f"/posts/{post}/false-alarms", body, Idempotency_Key="a")
    assert author.post(f"/posts/{post}/false-alarms", body, Idempotency_Key="a") == first
    assert author.last["Idempotent-Replayed"] == "true"
