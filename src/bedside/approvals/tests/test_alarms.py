"""False alarms: reported once, settled by who may, and in the record."""

from __future__ import annotations

from typing import Any

import pytest

from bedside.approvals.alarms import alarms, allow, dismiss, how_many_wait, report, reported_in
from bedside.approvals.models import FalseAlarm
from bedside.approvals.risk import finding_rows
from bedside.audit.models import Entry
from bedside.core.errors import Conflict, Forbidden, Invalid, NotFound
from bedside.core.text import digest
from bedside.posts.actions import Draft, edit
from bedside.posts.queries import access_post, content, screened

TEXT = "Call the nurse line at 312-555-0142. Guaranteed results for everybody."


def keys(author: Any, post: Any) -> dict[str, str]:
    rows = finding_rows(screened(content(access_post(author, post.id))))
    return {row["rule"]: row["key"] for row in rows}


def entries(verb: str) -> list[Any]:
    return list(Entry.objects.filter(verb=verb))


def test_an_alarm_is_reported_once_and_keeps_the_surroundings(person: Any, write: Any) -> None:
    author, reviewer = person("author"), person("clinician-reviewer")
    post = write(author, TEXT)
    key = keys(author, post)["identifier.phone"]
    first = report(author, post.id, key, "  Our own\nline. ")
    assert report(reviewer, post.id, key).id == first.id
    row = FalseAlarm.objects.get()
    assert (row.words, row.why, row.by, row.state) == ("312-555-0142", "Our own line.", author.person, "open")
    assert "nurse line at 312-555-0142" in row.around
    assert reported_in(post) == {digest(key)}
    (entry,) = entries("post.alarm_reported")
    assert (entry.noun_id, entry.facts["rule"]) == (str(post.id), "identifier.phone")
    # The record keeps no words of which nobody has said yet that they are no identifier.
    assert "0142" not in str(entry.facts)


def test_what_the_guard_does_not_find_cannot_be_reported(person: Any, write: Any) -> None:
    author = person("author")
    post = write(author, TEXT)
    key = keys(author, post)["identifier.phone"]
    with pytest.raises(Conflict):
        report(author, post.id, "identifier.name:maria")
    edit(author, post.id, Draft(text="Our clinic opens at nine."))
    with pytest.raises(Conflict):
        report(author, post.id, key)
    with pytest.raises(Invalid):
        report(author, post.id, key, "x" * 1001)
    assert not FalseAlarm.objects.exists()


def test_who_may_report_and_who_may_settle(person: Any, write: Any) -> None:
    from bedside.connections.models import Connection

    author = person("author")
    post = write(author, TEXT)
    key = keys(author, post)["identifier.phone"]
    with pytest.raises(Forbidden):
        report(person("auditor"), post.id, key)
    elsewhere = Connection.objects.create(kind="newsroom", name="Other")
    with pytest.raises(NotFound):
        report(person("author", channel=elsewhere.id), post.id, key)
    alarm = report(author, post.id, key)
    for role in ("author", "communications-lead", "legal", "auditor", "crisis-lead"):
        caller = person(role)
        assert how_many_wait(caller) == 0
        with pytest.raises(Forbidden):
            alarms(caller)
        with pytest.raises(Forbidden):
            allow(caller, alarm.id, "phones", alarm.words, "Ours")
        with pytest.raises(Forbidden):
            dismiss(caller, alarm.id, "No")
    # The allow-list counts for every channel, so a role for one does not reach it.
    with pytest.raises(Forbidden):
        alarms(person("privacy-officer", channel=elsewhere.id))
    assert how_many_wait(person("privacy-officer")) == how_many_wait(person("administrator")) == 1


def test_words_on_the_allow_list_are_not_found_again_and_settle_the_same_alarm_everywhere(
    person: Any, write: Any, organization: Any
) -> None:
    author, officer = person("author"), person("privacy-officer")
    post, other = write(author, TEXT), write(author, "Another one: 312-555-0142.")
    key = keys(author, post)["identifier.phone"]
    alarm = report(author, post.id, key)
    report(author, other.id, key)
    settled = allow(officer, alarm.id, "phones", " 312-555-0142 ", "Our nurse line, in every brochure.")
    assert (settled.id, settled.state, settled.settled_by) == (alarm.id, "allowed", officer.person)
    organization.refresh_from_db()
    assert organization.allow == {"phones": ["312-555-0142"]}
    assert "identifier.phone" not in keys(author, post)
    assert not alarms(officer).exists()
    assert [row.reason for row in alarms(officer, settled=True)] == ["Our nurse line, in every brochure."] * 2
    (entry,) = entries("organization.allowed")
    assert entry.facts == {
        "kind": "phones",
        "words": "312-555-0142",
        "reason": "Our nurse line, in every brochure.",
    }
    assert {entry.noun_id for entry in entries("post.alarm_allowed")} == {str(post.id), str(other.id)}
    with pytest.raises(Conflict):
        dismiss(officer, alarm.id, "Too late")


def test_a_dismissed_alarm_changes_nothing_and_may_be_reported_again(
    person: Any, write: Any, organization: Any
) -> None:
    author, officer = person("author"), person("privacy-officer")
    post = write(author, TEXT)
    key = keys(author, post)["promise.result"]
    alarm = report(author, post.id, key)
    with pytest.raises(Invalid, match="does not reach it"):
        allow(officer, alarm.id, "campaigns", "Guaranteed results", "We say so")
    dismiss(officer, alarm.id, "The board does not want promises.")
    organization.refresh_from_db()
    assert organization.allow == {}
    assert key in keys(author, post).values()
    (entry,) = entries("post.alarm_dismissed")
    assert entry.facts["reason"] == "The board does not want promises."
    assert report(author, post.id, key).id != alarm.id


@pytest.mark.parametrize(
    ("kind", "words", "reason", "field"),
    [
        ("phones", "312-555-0142", " ", "reason"),
        ("phones", "the nurse line", "Ours", "words"),
        ("urls", "example", "Ours", "words"),
        ("names", " ", "Ours", "words"),
        ("names", "…", "Ours", "words"),
        ("names", "x" * 301, "Ours", "words"),
        ("everything", "312-555-0142", "Ours", "kind"),
        ("names", "312-555-0142", "x" * 501, "reason"),
    ],
)
def test_what_the_allow_list_cannot_hold_is_refused_and_leaves_the_alarm_open(
    person: Any, write: Any, organization: Any, kind: str, words: str, reason: str, field: str
) -> None:
    author = person("author")
    post = write(author, TEXT)
    alarm = report(author, post.id, keys(author, post)["identifier.phone"])
    with pytest.raises(Invalid) as error:
        allow(person("privacy-officer"), alarm.id, kind, words, reason)
    assert error.value.extra["fields"] == [field]
    organization.refresh_from_db()
    assert organization.allow == {}
    assert FalseAlarm.objects.get().state == "open"
    assert not entries("organization.allowed")
