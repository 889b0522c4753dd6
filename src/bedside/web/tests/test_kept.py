"""What the composer does not show stays as it is, and an auditor reads every setting and changes none."""

from __future__ import annotations

import io
import uuid

import pytest
from django.test import Client
from PIL import Image

from bedside.accounts.doors import FACTOR_KEY
from bedside.core import clock
from bedside.media.actions import upload
from bedside.posts.actions import Draft, PictureChoice, VariantChoice, create, edit
from bedside.posts.queries import access_post
from bedside.web.signin.presence import SEEN_KEY, SINCE_KEY


@pytest.fixture
def browse(client: Client):
    def sign_in(caller):
        client.force_login(caller.person)
        session = client.session
        session[FACTOR_KEY] = True
        session[SINCE_KEY] = session[SEEN_KEY] = clock.now().timestamp()
        session.save()
        return client

    return sign_in


def _picture(author):
    out = io.BytesIO()
    Image.new("RGB", (20, 10), (uuid.uuid4().int % 255, 1, 2)).save(out, "PNG")
    return upload(author, out.getvalue(), "door.png", "The new door.")


def test_saving_keeps_what_a_program_set(browse, person, newsroom):
    author = person("author")
    media = _picture(author)
    post = create(
        author,
        Draft(
            text="A door.",
            channels=[newsroom.id],
            pictures=[PictureChoice(media.id)],
            variants={newsroom.id: VariantChoice(media=[], options={"sensitive": True})},
        ),
    )
    sent = {
        "text": "A door.",
        "post": str(post.id),
        "version": post.version,
        "channel": str(newsroom.id),
        "picture": str(media.id),
        f"alt-{media.id}": "The new door.",
        "language": "en",
    }
    browse(author).post("/write/save", sent, headers={"HX-Request": "true"})
    fresh = access_post(author, post.id)
    assert fresh.digest == post.digest
    assert fresh.variants.get().media == []
    assert fresh.variants.get().options == {"sensitive": True}


def test_a_picture_button_does_not_undo_what_a_colleague_did(browse, person, newsroom, monkeypatch):
    author, other = person("author"), person("author")
    first, second = _picture(author), _picture(author)
    post = create(author, Draft(text="A door.", pictures=[PictureChoice(first.id), PictureChoice(second.id)]))
    from bedside.web.write import pictures

    def read_then_changed(caller, post_id):
        read = access_post(caller, post_id)
        list(read.pictures.all())
        edit(other, post_id, Draft(text="Two doors."))
        return read

    monkeypatch.setattr(pictures, "access_post", read_then_changed)
    answer = browse(author).post(f"/write/{post.id}/pictures/{first.id}/remove")
    assert answer.status_code == 409
    assert access_post(author, post.id).pictures.count() == 2


@pytest.mark.parametrize(
    "page",
    [
        "/settings",
        "/settings/organisation",
        "/settings/routes",
        "/settings/people",
        "/settings/channels",
        "/record",
        "/posts",
    ],
)
def test_an_auditor_reads_everything(browse, person, newsroom, page):
    assert browse(person("auditor")).get(page).status_code == 200


@pytest.mark.parametrize(
    ("page", "sent"),
    [
        ("/settings/organisation", {"name": "Other", "time_zone": "UTC", "language": "en"}),
        ("/settings/routes", {"route": "low", "low-step0": "legal"}),
        ("/settings/sites", {"name": "Riverside"}),
        ("/settings/people/invite", {"email": "x@example.org"}),
        ("/pause", {"reason": "x"}),
        ("/write", {"text": "x"}),
    ],
)
def test_an_auditor_writes_nothing(browse, person, page, sent):
    assert browse(person("auditor")).post(page, sent).status_code in {403, 404}


def test_who_approves_sees_all_that_leaves_and_all_that_changed(browse, person, newsroom):
    from bedside.approvals.actions import decide, submit

    author, lead = person("author"), person("communications-lead")
    media = _picture(author)
    toots = type(newsroom).objects.create(kind="mastodon", name="Mastodon")
    choice = {toots.id: VariantChoice(options={"spoiler_text": "About needles"})}
    post = create(
        author,
        Draft(
            text="A door.",
            channels=[newsroom.id, toots.id],
            pictures=[PictureChoice(media.id)],
            variants=choice,
        ),
    )
    submit(author, post.id)
    page = browse(lead).get(f"/approvals/{post.id}").content.decode()
    assert "About needles" in page
    assert "The new door." in page
    decide(lead, post.id, post.digest, "reject", "Say which door.")
    edit(author, post.id, Draft(pictures=[PictureChoice(media.id, "The new green door.")]))
    submit(author, post.id)
    assert "<ins>" in browse(lead).get(f"/approvals/{post.id}").content.decode()
