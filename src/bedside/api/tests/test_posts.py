"""The contract of posts, sentence by sentence, as a program sees it."""

from __future__ import annotations

import uuid
from datetime import timedelta

import pytest

from bedside.audit.models import Entry
from bedside.connections.models import Connection
from bedside.core import clock
from bedside.posts.models import Post, Revision
from bedside.publishing.models import Delivery
from bedside.publishing.outbox import deliver

HARMFUL = "Maria Lopez, SSN 219-09-9999, had knee surgery here on March 3rd."


def test_a_post_is_begun(author, draft, newsroom):
    post = author.post("/posts", draft, status=201)
    assert len(post["digest"]) == 64
    assert post["version"] == 1
    assert post["state"] == "draft"
    assert post["channels"] == [str(newsroom.id)]
    assert post["variants"][str(newsroom.id)]["leaves"] == draft["text"]
    assert post["variants"][str(newsroom.id)]["text"] is None
    assert post["findings"] == []
    assert post["problems"] == {}
    assert post == author.get(f"/posts/{post['id']}")
    entry = Entry.objects.get(verb="post.created")
    assert (entry.door, entry.noun_id, entry.address) == ("api", post["id"], "127.0.0.1")


def test_an_empty_body_is_an_empty_draft(author):
    post = author.post("/posts", {})
    assert (post["text"], post["channels"], post["media"]) == ("", [], [])


def test_findings_come_with_the_post(author, draft):
    post = author.post("/posts", draft | {"text": HARMFUL})
    assert post["verdict"] == "block"
    assert {finding["severity"] for finding in post["findings"]} >= {"block"}
    found = post["findings"][0]
    assert HARMFUL[found["start"] : found["end"]] == found["excerpt"]


def test_problems_of_a_channel_come_with_the_post(author, draft, newsroom):
    post = author.post("/posts", draft | {"text": ""})
    assert [problem["field"] for problem in post["problems"][str(newsroom.id)]]


def test_a_channel_may_differ(author, draft, newsroom):
    variants = {str(newsroom.id): {"text": "We open at nine."}}
    post = author.post("/posts", draft | {"variants": variants})
    own = post["variants"][str(newsroom.id)]
    assert (own["text"], own["leaves"]) == ("We open at nine.", "We open at nine.")
    cleared = author.patch(f"/posts/{post['id']}", {"variants": {str(newsroom.id): {}}})
    assert cleared["variants"][str(newsroom.id)]["text"] is None
    assert cleared["digest"] != post["digest"]


def test_what_patch_leaves_out_stays(author, draft):
    post = author.post("/posts", draft)
    changed = author.patch(f"/posts/{post['id']}", {"title": "Other"})
    assert (changed["title"], changed["text"], changed["version"]) == ("Other", draft["text"], 2)


def test_an_old_version_is_refused_and_says_which_is_current(author, draft):
    post = author.post("/posts", draft)
    author.patch(f"/posts/{post['id']}", {"text": "Two.", "version": 1})
    refused = author.patch(f"/posts/{post['id']}", {"text": "Three.", "version": 1}, status=409)
    assert refused["type"] == "/problems/conflict"
    assert refused["version"] == 2
    assert author.get(f"/posts/{post['id']}")["text"] == "Two."


@pytest.mark.parametrize(
    "body",
    [
        {"text": "x" * 100_001},
        {"text": 5},
        {"title": "x" * 1001},
        {"title": "x" * 201},
        {"language": "x"},
        {"channels": ["nonsense"]},
        {"channels": [str(uuid.uuid4())]},
        {"channels": [str(uuid.uuid4())] * 51},
        {"media": [str(uuid.uuid4())]},
        {"variants": {str(uuid.uuid4()): {"text": "x"}}},
        {"variants": {"x": {}}},
        {"wrong": 1},
        {"text": "a\x00b"},
        {"text": "half \ud800"},
        {"variants": {"a\x00": {}}},
        [],
        "text",
    ],
)
def test_what_cannot_be_used_is_refused_and_nothing_is_written(author, body):
    refused = author.post("/posts", body, status=422)
    assert refused["type"] == "/problems/invalid"
    assert not Post.objects.exists()


def test_an_option_holds_text_or_yes_and_no(author, draft, newsroom):
    for options in ({"a": [1]}, {"a": 5}, {"a": "x" * 1001}, {"a\ud800": "x"}, {"a": "\x00"}):
        body = draft | {"variants": {str(newsroom.id): {"options": options}}}
        author.post("/posts", body, status=422)


def test_a_slip_in_a_field_names_it(author):
    refused = author.post("/posts", {"txet": "x"}, status=422)
    assert refused["fields"] == ["txet"]


# Review.


def test_from_draft_to_out(author, lead, draft):
    post = author.post("/posts", draft)
    submitted = author.post(f"/posts/{post['id']}/submit", {"digest": post["digest"]})
    assert submitted["state"] == "in_review"
    assert submitted["review"]["steps"] == [
        {"number": 0, "role": "communications-lead", "decision": None, "by": None}
    ]
    decision = {"digest": post["digest"], "decision": "approve", "comment": "Good."}
    approved = lead.post(f"/posts/{post['id']}/decisions", decision)
    assert approved["state"] == "approved"
    assert approved["decisions"][0]["comment"] == "Good."
    assert approved["decisions"][0]["digest"] == post["digest"]
    scheduled = author.post(f"/posts/{post['id']}/schedule", {"now": True})
    (delivery,) = scheduled["deliveries"]
    assert delivery["state"] == "scheduled"
    deliver(uuid.UUID(delivery["id"]), "w")
    out = author.get(f"/posts/{post['id']}")
    assert out["state"] == "out"
    assert out["deliveries"][0]["state"] == "confirmed"
    assert out["deliveries"][0]["url"].startswith("/news/")
    assert len(out["revisions"]) == 1


def test_a_decision_on_another_digest_is_refused(author, lead, draft):
    post = author.post("/posts", draft)
    author.post(f"/posts/{post['id']}/submit")
    body = {"digest": "0" * 64, "decision": "approve"}
    refused = lead.post(f"/posts/{post['id']}/decisions", body, status=409)
    assert refused["type"] == "/problems/stale-digest"
    assert refused["digest"] == post["digest"]


def test_nobody_decides_on_their_own_text(person, program, draft):
    both = program(person("author", "communications-lead"))
    post = both.post("/posts", draft)
    both.post(f"/posts/{post['id']}/submit")
    body = {"digest": post["digest"], "decision": "approve"}
    assert both.post(f"/posts/{post['id']}/decisions", body, status=403)["type"] == "/problems/own-text"


def test_a_rejection_needs_a_reason(author, lead, draft):
    post = author.post("/posts", draft)
    author.post(f"/posts/{post['id']}/submit")
    body = {"digest": post["digest"], "decision": "reject"}
    lead.post(f"/posts/{post['id']}/decisions", body, status=422)
    back = lead.post(f"/posts/{post['id']}/decisions", body | {"comment": "Which clinic?"})
    assert back["state"] == "draft"
    assert back["review"]["state"] == "rejected"


def test_a_finding_that_blocks_needs_an_answer(author, draft):
    post = author.post("/posts", draft | {"text": HARMFUL})
    refused = author.post(f"/posts/{post['id']}/submit", status=422)
    answers = {finding["key"]: "She signed an authorization." for finding in refused["findings"]}
    submitted = author.post(f"/posts/{post['id']}/submit", {"answers": answers})
    assert submitted["review"]["risk"] == "high"
    assert submitted["review"]["answers"] == answers


def test_what_a_channel_cannot_take_is_not_sent_to_review(author, draft, newsroom):
    post = author.post("/posts", draft | {"text": ""})
    refused = author.post(f"/posts/{post['id']}/submit", status=422)
    assert str(newsroom.id) in refused["problems"]


def test_withdraw_takes_it_back(author, draft):
    post = author.post("/posts", draft)
    author.post(f"/posts/{post['id']}/withdraw", status=409)
    author.post(f"/posts/{post['id']}/submit")
    assert author.post(f"/posts/{post['id']}/withdraw")["state"] == "draft"


def test_an_edit_after_approval_voids_it(author, lead, draft):
    post = author.post("/posts", draft)
    author.post(f"/posts/{post['id']}/submit")
    lead.post(f"/posts/{post['id']}/decisions", {"digest": post["digest"], "decision": "approve"})
    edited = author.patch(f"/posts/{post['id']}", {"text": "Our clinic opens at ten."})
    assert (edited["state"], edited["review"]["state"]) == ("draft", "void")
    author.post(f"/posts/{post['id']}/schedule", {"now": True}, status=409)


def test_comments(author, lead, draft):
    post = author.post("/posts", draft)
    remark = lead.post(f"/posts/{post['id']}/comments", {"text": "Which door?"}, status=201)
    assert remark["digest"] == post["digest"]
    assert author.get(f"/posts/{post['id']}")["comments"] == [remark]
    lead.post(f"/posts/{post['id']}/comments", {"text": " "}, status=422)


def test_discard(author, draft):
    post = author.post("/posts", draft)
    assert author.delete(f"/posts/{post['id']}", status=204) is None
    assert author.get(f"/posts/{post['id']}")["state"] == "discarded"
    author.delete(f"/posts/{post['id']}", status=409)


# The schedule.


@pytest.fixture
def approved_post(author, lead, draft):
    post = author.post("/posts", draft)
    author.post(f"/posts/{post['id']}/submit")
    return lead.post(f"/posts/{post['id']}/decisions", {"digest": post["digest"], "decision": "approve"})


def test_a_slot_is_what_the_clock_on_the_wall_shows(author, approved_post):
    day = (clock.now() + timedelta(days=30)).date().isoformat()
    path = f"/posts/{approved_post['id']}/schedule"
    post = author.post(path, {"at": f"{day}T09:30", "zone": "America/New_York"})
    assert (post["slot"], post["zone"], post["state"]) == (f"{day}T09:30", "America/New_York", "scheduled")
    moved = author.post(path, {"at": f"{day}T10:30:00+00:00", "zone": "UTC"})
    assert moved["due_at"] == f"{day}T10:30:00Z"
    assert [one["due_at"] for one in moved["deliveries"]] == [f"{day}T10:30:00Z"]
    assert len(moved["deliveries"]) == 1
    freed = author.delete(path)
    assert (freed["state"], freed["slot"], freed["due_at"]) == ("approved", "", None)
    author.delete(path, status=409)


def test_the_organisations_zone_counts_where_none_is_given(author, approved_post):
    day = (clock.now() + timedelta(days=30)).date().isoformat()
    post = author.post(f"/posts/{approved_post['id']}/schedule", {"at": f"{day}T09:30"})
    assert post["zone"] == "Europe/Berlin"


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"now": False},
        {"at": "2999-01-01T00:00", "now": True},
        {"at": "tomorrow"},
        {"at": "0001-01-01T00:00:00+14:00"},
        {"at": "9999-12-31T23:59:59-12:00"},
        {"at": "2001-01-01T00:00"},
        {"at": 1_900_000_000},
        {"at": "2030-01-01T00:00", "zone": "Mars/Olympus"},
        {"at": "2030-01-01T00:00", "zone": "../../etc"},
        {"now": True, "zone": "x" * 65},
        {"now": "yes"},
    ],
)
def test_a_time_that_cannot_be_used(author, approved_post, body):
    author.post(f"/posts/{approved_post['id']}/schedule", body, status=422)
    assert not Delivery.objects.exists()


# Lists.


def test_a_list_comes_in_pages_without_gaps_or_repetitions(author, draft):
    made = [author.post("/posts", draft | {"text": f"Text {number}."})["id"] for number in range(7)]
    seen, cursor = [], None
    while True:
        page = author.get("/posts?limit=3" + (f"&cursor={cursor}" if cursor else ""))
        assert len(page["items"]) <= 3
        seen += [item["id"] for item in page["items"]]
        cursor = page["next"]
        if cursor is None:
            break
    assert seen == made[::-1]


def test_a_page_that_ends_with_rows_of_one_moment(author, draft):
    made = {author.post("/posts", draft)["id"] for _ in range(4)}
    Post.objects.update(updated_at=clock.now())
    first = author.get("/posts?limit=2")
    second = author.get(f"/posts?limit=2&cursor={first['next']}")
    assert {item["id"] for item in first["items"] + second["items"]} == made
    assert second["next"] is None


def test_filters(author, lead, draft, newsroom):
    other = Connection.objects.create(kind="newsroom", name="Other")
    one = author.post("/posts", draft | {"text": "Flu vaccines from Monday."})
    two = lead.post("/posts", draft | {"channels": [str(other.id)], "title": "Parking"})
    author.post(f"/posts/{one['id']}/submit")

    def ids(query):
        return {item["id"] for item in author.get(f"/posts?{query}")["items"]}

    assert ids("") == {one["id"], two["id"]}
    assert ids("state=in_review") == {one["id"]}
    assert ids(f"channel={other.id}") == {two["id"]}
    assert ids("q=VACCINES") == {one["id"]}
    assert ids("q=parking") == {two["id"]}
    assert ids(f"author={two['author']['id']}") == {two["id"]}
    assert ids("q=nothing+like+this") == set()


@pytest.mark.parametrize(
    "query",
    [
        "state=wrong",
        "channel=x",
        "author=x",
        "limit=0",
        "limit=101",
        "limit=x",
        "cursor=x",
        "cursor=%00",
        "cursor=MjAwMQ",
        "cursor=é",
        "q=%00",
        "q=" + "x" * 201,
        f"limit={10**400}",
    ],
)
def test_a_filter_that_cannot_be_used(author, query):
    assert author.get(f"/posts?{query}", status=422)["fields"]


# What one may not see, and how many queries it takes.


def test_posts_of_other_channels_do_not_exist(author, draft, person, program, newsroom):
    other = Connection.objects.create(kind="newsroom", name="Other")
    post = author.post("/posts", draft)
    stranger = program(person("communications-lead", channel=other.id))
    assert stranger.get("/posts")["items"] == []
    missing = stranger.get(f"/posts/{uuid.uuid4()}", status=404)
    for method, path, body in (
        ("GET", "", None),
        ("PATCH", "", {"text": "x"}),
        ("DELETE", "", None),
        ("POST", "/submit", None),
        ("POST", "/decisions", {"digest": post["digest"], "decision": "approve"}),
        ("POST", "/withdraw", None),
        ("POST", "/schedule", {"now": True}),
        ("DELETE", "/schedule", None),
        ("POST", "/comments", {"text": "x"}),
    ):
        assert stranger.send(method, f"/posts/{post['id']}{path}", body, status=404) == missing
    assert [channel["id"] for channel in stranger.get("/channels")["items"]] == [str(other.id)]
    refused = stranger.post("/posts", draft, status=422)
    assert refused["detail"] == f"There is no channel {newsroom.id}."


def test_an_auditor_reads_and_writes_nothing(author, draft, person, program):
    post = author.post("/posts", draft)
    auditor = program(person("auditor"))
    auditor.get(f"/posts/{post['id']}")
    auditor.post("/posts", draft, status=403)
    auditor.patch(f"/posts/{post['id']}", {"text": "x"}, status=403)
    auditor.post(f"/posts/{post['id']}/comments", {"text": "x"}, status=403)


def test_a_list_takes_few_queries(author, draft, django_assert_max_num_queries):
    for number in range(30):
        author.post("/posts", draft | {"text": f"Text {number}."})
    with django_assert_max_num_queries(8):
        assert len(author.get("/posts?limit=30")["items"]) == 30


def test_a_post_takes_few_queries(author, lead, draft, django_assert_max_num_queries):
    for number in range(5):
        Connection.objects.create(kind="newsroom", name=f"Newsroom {number}")
    everywhere = [str(one.id) for one in Connection.objects.all()]
    post = author.post("/posts", draft | {"channels": everywhere})
    author.post(f"/posts/{post['id']}/submit")
    lead.post(f"/posts/{post['id']}/comments", {"text": "x"})
    lead.post(f"/posts/{post['id']}/decisions", {"digest": post["digest"], "decision": "approve"})
    author.post(f"/posts/{post['id']}/schedule", {"now": True})
    with django_assert_max_num_queries(15):
        assert len(author.get(f"/posts/{post['id']}")["deliveries"]) == 6
    assert Revision.objects.count() == 1
