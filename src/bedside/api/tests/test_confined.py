"""What somebody sees who works on one channel only: posts whole, but deliveries and pictures of their own."""

from __future__ import annotations

import io

import pytest
from PIL import Image

from bedside.connections.models import Connection
from bedside.core.errors import Invalid
from bedside.media.actions import upload
from bedside.posts.actions import Draft, PictureChoice, create
from bedside.posts.models import Post
from bedside.publishing.models import Delivery

SECRET_ADDRESS = "https://hooks.example.org:8443/services/T000/B000/verysecret?key=1"


@pytest.fixture
def intranet(organization):
    return Connection.objects.create(
        kind="webhook", name="Intranet", url=SECRET_ADDRESS, handle="hooks.example.org", facts={}
    )


def picture(owner):
    file = io.BytesIO()
    Image.new("RGB", (8, 6), "teal").save(file, "PNG")
    return upload(owner, file.getvalue(), "door.png", "The door")


def test_deliveries_of_other_channels_are_not_shown_with_a_post(person, program, newsroom, intranet):
    writer = person("author")
    post = create(writer, Draft(text="We open at nine.", channels=[newsroom.id, intranet.id]))
    for channel in (newsroom, intranet):
        Delivery.objects.create(
            post=post, connection=channel, digest=post.digest, content={}, due_at=post.created_at
        )
    here = program(person("author", channel=newsroom.id)).get(f"/posts/{post.id}")
    assert [one["channel"] for one in here["deliveries"]] == [str(newsroom.id)]
    assert set(here["variants"]) == {str(newsroom.id), str(intranet.id)}
    # Everything of one's own post, and everything for who works on all channels.
    assert len(program(writer).get(f"/posts/{post.id}")["deliveries"]) == 2
    confined = person("author", channel=newsroom.id)
    Post.objects.filter(id=post.id).update(author=confined.person)
    assert len(program(confined).get(f"/posts/{post.id}")["deliveries"]) == 2


def test_pictures_are_for_who_uploaded_them_or_sees_their_post(person, program, newsroom, intranet):
    here, there = person("author", channel=newsroom.id), person("author", channel=intranet.id)
    lead = person("communications-lead")
    media = picture(here)
    path = f"/media/{media.id}"
    program(here).get(path)
    program(lead).get(path)
    program(there).get(path, status=404)
    with pytest.raises(Invalid):
        create(there, Draft(text="x", channels=[intranet.id], pictures=[PictureChoice(media.id)]))
    post = create(here, Draft(text="x", channels=[newsroom.id], pictures=[PictureChoice(media.id)]))
    program(there).get(path, status=404)
    Post.objects.filter(id=post.id).update(author=lead.person)
    other = create(lead, Draft(text="x", channels=[intranet.id], pictures=[PictureChoice(media.id)]))
    program(there).get(path)
    other.delete()
    program(there).get(path, status=404)
    Post.objects.filter(id=post.id).update(author=there.person)
    program(there).get(path)


def test_no_token_reads_the_address_of_a_webhook(person, program, newsroom, intranet):
    desk = program(person("administrator"), "screen")
    shown = {one["id"]: one for one in desk.get("/channels")["items"]}
    assert shown[str(intranet.id)]["host"] == "hooks.example.org"
    assert shown[str(newsroom.id)]["host"] == ""
    assert b"verysecret" not in desk.last.content
