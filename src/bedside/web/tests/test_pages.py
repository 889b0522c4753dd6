"""Every page for every role, how many queries it takes, and what each button does."""

from __future__ import annotations

import pytest
from django.test import Client

from bedside.accounts.doors import FACTOR_KEY
from bedside.accounts.roles import Role
from bedside.approvals.actions import decide, submit
from bedside.core import clock
from bedside.posts.actions import Draft, edit
from bedside.posts.models import Post
from bedside.posts.queries import access_post
from bedside.publishing import actions
from bedside.publishing.models import Delivery, Pause
from bedside.publishing.outbox import deliver
from bedside.web.signin.presence import SEEN_KEY, SINCE_KEY

PAGES = [
    "/",
    "/write",
    "/posts",
    "/posts?show=wrong&q=clinic",
    "/approvals",
    "/calendar",
    "/calendar/list",
    "/settings",
    "/settings/channels",
    "/settings/organisation",
    "/settings/routes",
    "/settings/guard",
    "/settings/guard/false-alarms",
    "/settings/channels/connect/bluesky",
    "/settings/channels/connect/newsroom",
    "/pause",
    "/record",
    "/account",
    "/settings/people",
]


@pytest.fixture
def browse(client: Client):
    """`browse(caller)` gives a browser in which that person has signed in with a second factor."""

    def sign_in(caller):
        client.force_login(caller.person)
        session = client.session
        session[FACTOR_KEY] = True
        session[SINCE_KEY] = session[SEEN_KEY] = clock.now().timestamp()
        session.save()
        return client

    return sign_in


def test_nobody_gets_in_without_signing_in(client, organization):
    for page in PAGES:
        answer = client.get(page)
        assert answer.status_code == 302, page
        assert "/signin" in answer["Location"]


@pytest.mark.parametrize("role", Role.values)
def test_every_page_opens_or_says_why_not(browse, person, write, role):
    author = person("author")
    submit(author, write(author).id)
    browser = browse(person(role))
    for page in PAGES:
        answer = browser.get(page)
        assert answer.status_code in {200, 403, 404}, page
        if answer.status_code == 200:
            assert b"<h1" in answer.content, page
        else:
            assert "load" in answer.content.decode().lower(), page


def test_an_administrator_sees_every_page(browse, person, write):
    browser = browse(person("administrator"))
    for page in PAGES:
        assert browser.get(page).status_code == 200, page


def test_pages_take_few_queries(browse, person, write, newsroom, django_assert_max_num_queries):
    author = person("author")
    for number in range(30):
        post = write(author, f"Number {number} of our notices.")
        if number % 2:
            submit(author, post.id)
    browser = browse(person("administrator", "communications-lead"))
    browser.get("/")
    for page in ["/", "/posts", "/approvals", "/calendar", "/calendar/list", "/settings/channels", "/record"]:
        with django_assert_max_num_queries(15):
            assert browser.get(page).status_code == 200
    for page in [f"/posts/{post.id}", f"/approvals/{post.id}", f"/write/{post.id}"]:
        with django_assert_max_num_queries(25):
            assert browser.get(page).status_code == 200


def test_writing_keeping_and_sending_to_review(browse, person, newsroom):
    author = person("author")
    browser = browse(author)
    form = {
        "text": "Our clinic opens at nine.",
        "title": "Hours",
        "channel": str(newsroom.id),
        "language": "en",
    }
    kept = browser.post("/write", {**form, "do": "save"})
    post = Post.objects.get()
    assert kept["Location"] == f"/write/{post.id}"
    page = browser.get(kept["Location"]).content.decode()
    assert "Our clinic opens at nine." in page
    sent = browser.post(kept["Location"], {**form, "version": post.version, "do": "submit"})
    assert sent["Location"] == f"/posts/{post.id}"
    assert access_post(author, post.id).state == "in_review"


def test_autosave_makes_the_post_and_then_keeps_it(browse, person, newsroom):
    browser = browse(person("author"))
    empty = browser.post("/write/save", {"text": " ", "post": ""}, headers={"HX-Request": "true"})
    assert empty.status_code == 204
    first = browser.post("/write/save", {"text": "Our", "post": ""}, headers={"HX-Request": "true"})
    post = Post.objects.get()
    assert first["HX-Replace-Url"] == f"/write/{post.id}"
    assert f'value="{post.id}"' in first.content.decode()
    sent = {"text": "Our clinic", "post": str(post.id), "version": post.version}
    browser.post("/write/save", sent, headers={"HX-Request": "true"})
    assert Post.objects.get().text == "Our clinic"


def test_two_people_in_one_draft_never_overwrite_each_other_silently(browse, person, write):
    author, other = person("author"), person("author", name="Sam Okafor")
    post = write(author)
    edit(other, post.id, Draft(text="Our clinic opens at ten."))
    browser = browse(author)
    sent = {"text": "Our clinic opens at eight.", "post": str(post.id), "version": post.version}
    answer = browser.post("/write/save", sent, headers={"HX-Request": "true"}).content.decode()
    assert "Sam Okafor changed this post" in answer
    assert "<del>ten</del>" in answer
    assert Post.objects.get().text == "Our clinic opens at ten."
    whole = browser.post(f"/write/{post.id}", sent | {"do": "save"})
    assert whole.status_code == 409
    assert "Our clinic opens at eight." in whole.content.decode()
    over = sent | {
        "over": Post.objects.get().version,
        "do": "save",
        "channel": post.variants.get().connection_id,
    }
    browser.post(f"/write/{post.id}", over)
    assert Post.objects.get().text == "Our clinic opens at eight."
    assert [one.content["text"] for one in post.revisions.all()][-2:] == [
        "Our clinic opens at ten.",
        "Our clinic opens at eight.",
    ]


def test_a_finding_that_blocks_is_answered_on_the_page(browse, person, newsroom):
    browser = browse(person("author"))
    text = "Maria Lopez, we loved having your family in for your knee surgery on March 3rd."
    form = {"text": text, "title": "Thanks", "channel": str(newsroom.id)}
    refused = browser.post("/write", {**form, "do": "submit"})
    assert refused.status_code == 422
    page = refused.content.decode()
    assert 'name="answer-to"' in page
    post = Post.objects.get()
    keys = [row["key"] for row in refused.context["unanswered"]]
    answers = {f"answer-{number}": "She signed an authorization." for number in range(len(keys))}
    sent = {**form, "version": post.version, "do": "submit", "answer-to": keys, **answers}
    assert browser.post(f"/write/{post.id}", sent).status_code == 302
    assert Post.objects.get().state == "in_review"


def test_underlines_come_in_utf16_units(browse, person, newsroom):
    browser = browse(person("author"))
    body = {"text": "😀 We loved having your family in.", "channels": [str(newsroom.id)]}
    answer = browser.post("/write/screen", body, content_type="application/json").json()
    assert answer["marks"]
    assert all(mark["end"] <= len(body["text"]) + 1 for mark in answer["marks"])
    assert answer["marks"][0]["start"] >= 3
    assert answer["counts"][str(newsroom.id)]["count"] == len(body["text"])
    assert browser.post("/write/screen", "[]", content_type="application/json").status_code == 400


def test_approving_from_the_page_is_bound_to_the_text_that_was_read(browse, person, write):
    author, lead = person("author"), person("communications-lead")
    post = write(author)
    submit(author, post.id)
    browser = browse(lead)
    assert "Approve this text" in browser.get(f"/approvals/{post.id}").content.decode()
    old = browser.post(f"/approvals/{post.id}", {"digest": "0" * 64, "decision": "approve"})
    assert old.status_code == 409
    empty = browser.post(f"/approvals/{post.id}", {"digest": post.digest, "decision": "reject"})
    assert empty.status_code == 422
    assert (
        browser.post(f"/approvals/{post.id}", {"digest": post.digest, "decision": "approve"}).status_code
        == 302
    )
    assert access_post(author, post.id).state == "approved"


def test_what_changed_since_the_last_review_is_shown(browse, person, write):
    author, lead = person("author"), person("communications-lead")
    post = write(author)
    submit(author, post.id)
    decide(lead, post.id, post.digest, "reject", "At ten, surely?")
    edit(author, post.id, Draft(text="Our clinic opens at ten."))
    submit(author, post.id)
    page = browse(lead).get(f"/approvals/{post.id}").content.decode()
    assert "<del>nine</del>" in page
    assert "<ins>ten</ins>" in page


def test_the_page_of_a_post_tells_its_whole_life(browse, person, approved):
    author = person("author")
    post = approved(author)
    browser = browse(author)
    assert "When should it leave?" in browser.get(f"/posts/{post.id}").content.decode()
    wrong = browser.post(f"/posts/{post.id}/schedule", {"at": "2001-01-01T09:00"})
    assert wrong.status_code == 422
    assert browser.post(f"/posts/{post.id}/schedule", {"now": "1"}).status_code == 302
    deliver(Delivery.objects.get().id, "w")
    page = browser.get(f"/posts/{post.id}").content.decode()
    for word in (
        "First words",
        "Sent to review",
        "Approved",
        "Scheduled",
        "Newsroom: on its way",
        "Newsroom: out",
    ):
        assert word in page


def test_a_slot_is_read_in_the_zone_of_who_chose_it(browse, person, approved):
    author = person("author")
    author.person.time_zone = "America/New_York"
    author.person.save()
    post = approved(author)
    year = clock.now().year + 1
    browse(author).post(f"/posts/{post.id}/schedule", {"at": f"{year}-01-15T09:00"})
    kept = access_post(author, post.id)
    assert (kept.slot_zone, kept.due_at.hour) == ("America/New_York", 14)


def test_pausing_is_one_field_and_one_button_and_shows_everywhere(browse, person):
    lead = person("crisis-lead")
    browser = browse(lead)
    assert browser.post("/pause", {"reason": ""}).status_code == 422
    browser.post("/pause", {"reason": "A shooting in town"})
    assert Pause.objects.get().reason == "A shooting in town"
    for page in ["/", "/posts", "/calendar", "/settings"]:
        assert "A shooting in town" in browser.get(page).content.decode()
    browser.post("/pause", {"reason": "All clear"})
    assert Pause.objects.get().lifted_at
    assert "A shooting in town" not in browser.get("/calendar").content.decode()


def test_what_one_may_not_see_does_not_exist(browse, person, write):
    from bedside.connections.models import Connection

    other = Connection.objects.create(kind="newsroom", name="Other")
    post = write(person("author"))
    browser = browse(person("author", channel=other.id))
    for page in [f"/posts/{post.id}", f"/write/{post.id}", f"/approvals/{post.id}"]:
        assert browser.get(page).status_code == 404
    assert browser.post(f"/posts/{post.id}/schedule", {"now": "1"}).status_code == 404
    assert str(post) not in browser.get("/posts").content.decode()


def test_an_unsure_delivery_is_resolved_with_the_evidence_beside_it(browse, person, approved):
    author, lead = person("author"), person("communications-lead")
    post = approved(author)
    (delivery,) = actions.schedule(author, post.id)
    # Nobody is ever unsure about the newsroom; about somebody else's server one may be.
    type(delivery.connection).objects.update(kind="webhook")
    Delivery.objects.filter(id=delivery.id).update(state="unsure", words="The server did not answer.")
    browser = browse(lead)
    assert "What did you find?" in browser.get(f"/posts/{post.id}").content.decode()
    browser.post(f"/deliveries/{delivery.id}/resolve", {"outcome": "sent", "url": "https://example.org/1"})
    assert Delivery.objects.get().state == "confirmed"
    assert Delivery.objects.get().url == "https://example.org/1"


def test_the_record_verifies_from_the_page(browse, person, write):
    write(person("author"))
    browser = browse(person("auditor"))
    assert "fits the chain" in browser.post("/record/verify").content.decode()
    assert browse(person("author")).get("/record").status_code == 403


def test_routes_and_sites_are_set_on_pages(browse, person):
    from bedside.approvals.queries import routes
    from bedside.organization.models import Site

    browser = browse(person("administrator"))
    browser.post("/settings/routes", {"route": "low", "low-step0": "legal", "low-step1": "executive"})
    assert routes()["low"] == ["legal", "executive"]
    assert browser.post("/settings/routes", {"route": "low", "low-step0": ""}).status_code == 422
    browser.post("/settings/sites", {"name": "Riverside", "place": "Marlow"})
    site = Site.objects.get()
    browser.post("/settings/departments", {"name": "Cardiology", "site": str(site.id)})
    assert "Cardiology" in browser.get("/settings/organisation").content.decode()
    form = {
        "name": "Marlow Valley Health",
        "time_zone": "Europe/Berlin",
        "language": "en",
        "names": "Dr. Ada Moss",
    }
    browser.post("/settings/organisation", form)
    assert "Dr. Ada Moss" in browser.get("/settings/organisation").content.decode()
