"""The contract of deliveries."""

from __future__ import annotations

import uuid
from datetime import timedelta

import pytest

from bedside.audit.models import Entry
from bedside.core import clock
from bedside.publishing.models import Delivery
from bedside.publishing.outbox import deliver

S = Delivery.State


@pytest.fixture
def delivery(person, approved) -> Delivery:
    """One that is scheduled for now, to the newsroom."""
    from bedside.publishing.actions import schedule

    writer = person("author")
    return schedule(writer, approved(writer).id)[0]


def put(delivery: Delivery, state: str) -> None:
    if state == S.UNSURE:
        # Nobody is ever unsure about the newsroom; about somebody else's server one may be.
        type(delivery.connection).objects.update(kind="webhook")
    Delivery.objects.filter(id=delivery.id).update(state=state)


def test_a_delivery_with_its_attempts(lead, delivery):
    deliver(delivery.id, "w")
    shown = lead.get(f"/deliveries/{delivery.id}")
    assert shown["state"] == "confirmed"
    assert shown["url"].startswith("/news/")
    assert shown["content"]["text"] == "Our clinic opens at nine."
    (attempt,) = shown["attempts"]
    assert (attempt["number"], attempt["kind"], attempt["outcome"]) == (1, "send", "confirmed")


def test_filters_and_pages(lead, delivery, approved, person):
    from bedside.publishing.actions import schedule

    writer = person("author")
    other = schedule(writer, approved(writer).id, clock.now() + timedelta(days=1))[0]
    deliver(delivery.id, "w")

    def ids(query: str) -> list[str]:
        return [item["id"] for item in lead.get(f"/deliveries?{query}")["items"]]

    assert ids("") == [str(other.id), str(delivery.id)]
    assert ids(f"post={delivery.post_id}") == [str(delivery.id)]
    assert ids("state=scheduled") == [str(other.id)]
    assert ids(f"state=confirmed&post={other.post_id}") == []
    assert ids(f"channel={delivery.connection_id}&limit=100") == ids("")
    first = lead.get("/deliveries?limit=1")
    second = lead.get(f"/deliveries?limit=1&cursor={first['next']}")
    assert [page["items"][0]["id"] for page in (first, second)] == ids("")
    assert second["next"] is None
    for query in ("state=wrong", "post=x", "limit=0", "cursor=x"):
        lead.get(f"/deliveries?{query}", status=422)


def test_lists_take_few_queries(lead, delivery, django_assert_max_num_queries):
    with django_assert_max_num_queries(8):
        lead.get("/deliveries")
    with django_assert_max_num_queries(8):
        lead.get(f"/deliveries/{delivery.id}")


def test_resolve_as_sent(lead, delivery):
    put(delivery, S.UNSURE)
    body = {"as": "sent", "url": "https://social.example.org/1", "comment": "I looked."}
    resolved = lead.post(f"/deliveries/{delivery.id}/resolve", body)
    assert (resolved["state"], resolved["url"]) == ("confirmed", "https://social.example.org/1")
    assert Entry.objects.get(verb="delivery.resolved").facts["comment"] == "I looked."
    lead.post(f"/deliveries/{delivery.id}/resolve", body, status=409)


def test_resolve_as_not_sent(lead, delivery):
    put(delivery, S.UNSURE)
    assert lead.post(f"/deliveries/{delivery.id}/resolve", {"as": "not-sent"})["state"] == "failed"


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"as": "perhaps"},
        {"as": "sent", "url": "javascript:alert(1)"},
        {"as": "sent", "url": "https://x.example.org/" + "a" * 1000},
        {"as": "sent", "comment": "x" * 1001},
        {"as_": "sent"},
    ],
)
def test_a_resolution_that_cannot_be_used(lead, delivery, body):
    put(delivery, S.UNSURE)
    lead.post(f"/deliveries/{delivery.id}/resolve", body, status=422)
    assert Delivery.objects.get().state == S.UNSURE


def test_look_release_cancel(lead, delivery):
    put(delivery, S.UNSURE)
    assert lead.post(f"/deliveries/{delivery.id}/look")["state"] == "unknown"
    put(delivery, S.HELD)
    assert lead.post(f"/deliveries/{delivery.id}/release")["state"] == "scheduled"
    assert lead.post(f"/deliveries/{delivery.id}/cancel")["state"] == "cancelled"
    for verb in ("look", "release", "cancel"):
        assert lead.post(f"/deliveries/{delivery.id}/{verb}", status=409)["state"] == "cancelled"


def test_nothing_is_released_while_everything_is_paused(lead, delivery):
    put(delivery, S.HELD)
    lead.post("/pause", {"reason": "Drill"})
    lead.post(f"/deliveries/{delivery.id}/release", status=409)


@pytest.mark.parametrize("way", ["body", "query"])
def test_delete_with_a_reason(lead, delivery, way):
    deliver(delivery.id, "w")
    lead.delete(f"/deliveries/{delivery.id}", status=422)
    if way == "body":
        gone = lead.delete(f"/deliveries/{delivery.id}", {"reason": "Wrong hours."}, status=202)
    else:
        gone = lead.delete(f"/deliveries/{delivery.id}?reason=Wrong+hours.", status=202)
    assert gone["state"] == "deleting"
    assert Entry.objects.get(verb="delivery.delete_asked").facts["reason"] == "Wrong hours."


def test_deliveries_of_other_channels_do_not_exist(delivery, person, program):
    stranger = program(person("communications-lead", channel=uuid.uuid4()))
    assert stranger.get("/deliveries")["items"] == []
    for method, path, body in (
        ("GET", "", None),
        ("POST", "/resolve", {"as": "sent"}),
        ("POST", "/look", None),
        ("POST", "/release", None),
        ("POST", "/cancel", None),
        ("DELETE", "", {"reason": "x"}),
    ):
        stranger.send(method, f"/deliveries/{delivery.id}{path}", body, status=404)
    assert Delivery.objects.get().state == S.SCHEDULED


def test_an_author_does_not_resolve(author, delivery):
    put(delivery, S.UNSURE)
    author.post(f"/deliveries/{delivery.id}/resolve", {"as": "sent"}, status=403)
