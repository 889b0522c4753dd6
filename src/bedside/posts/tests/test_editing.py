"""Every change of a post is in the record, also one that no channel shows."""

from __future__ import annotations

import io

import pytest
from PIL import Image

from bedside.audit.models import Entry
from bedside.core.errors import Conflict
from bedside.media.actions import upload
from bedside.posts.actions import Draft, PictureChoice, VariantChoice, edit
from bedside.posts.queries import access_post


def edits() -> int:
    return Entry.objects.filter(verb="post.edited").count()


@pytest.fixture
def picture(person):
    file = io.BytesIO()
    Image.new("RGB", (8, 6), "teal").save(file, "PNG")
    return upload(person("author"), file.getvalue(), "door.png", "The door")


def test_a_shared_text_that_no_channel_shows_is_recorded_and_voids_nothing(write, person, newsroom):
    author = person("author")
    post = write(author)
    edit(author, post.id, Draft(variants={newsroom.id: VariantChoice(text="We open at nine.")}))
    before, counted = access_post(author, post.id), edits()
    after = edit(author, post.id, Draft(text="Nobody reads this."))
    assert (after.digest, after.version) == (before.digest, before.version + 1)
    assert edits() == counted + 1
    entry = Entry.objects.filter(verb="post.edited").latest("seq")
    assert entry.facts == {"before": before.digest, "digest": before.digest}


def test_a_picture_that_no_channel_shows_is_recorded_too(person, write, newsroom, picture):
    author = person("author")
    post = write(author, variants={newsroom.id: VariantChoice(media=[])})
    after = edit(author, post.id, Draft(pictures=[PictureChoice(picture.id)]))
    assert (after.digest, after.version, edits()) == (post.digest, post.version + 1, 1)
    described = edit(author, post.id, Draft(pictures=[PictureChoice(picture.id, "The blue door")]))
    assert (described.version, edits()) == (post.version + 2, 2)
    with pytest.raises(Conflict):
        edit(author, post.id, Draft(pictures=[]), version=post.version)


def test_writing_the_same_again_is_no_change(person, write, newsroom, picture):
    author = person("author")
    same = Draft(
        text="Our clinic opens at nine.",
        pictures=[PictureChoice(picture.id, "The door")],
        channels=[newsroom.id],
        variants={newsroom.id: VariantChoice(text="We open at nine.")},
    )
    post = edit(author, write(author).id, same)
    counted = edits()
    again = edit(author, post.id, same)
    assert (again.digest, again.version, again.updated_at) == (post.digest, post.version, post.updated_at)
    assert edits() == counted
