"""A picture needs words for those who cannot see it before anybody is asked to approve it."""

from __future__ import annotations

import io

import pytest
from PIL import Image

from bedside.approvals.actions import submit
from bedside.core.errors import Invalid
from bedside.media.actions import upload
from bedside.posts.actions import Draft, PictureChoice, edit


def test_a_post_with_a_picture_without_description_is_not_sent_to_review(write, person, newsroom):
    author, file = person("author"), io.BytesIO()
    Image.new("RGB", (8, 6), "teal").save(file, "PNG")
    post, media = write(author), upload(author, file.getvalue(), "door.png")
    edit(author, post.id, Draft(pictures=[PictureChoice(media.id)]))
    with pytest.raises(Invalid) as refused:
        submit(author, post.id)
    (problem,) = refused.value.extra["problems"][str(newsroom.id)]
    assert problem["field"] == "alt"
    edit(author, post.id, Draft(pictures=[PictureChoice(media.id, "The blue door of the clinic")]))
    submit(author, post.id)
