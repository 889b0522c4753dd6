"""The public pages, as a browser and a feed reader see them."""

from __future__ import annotations

import json
from xml.etree import ElementTree

import pytest

from bedside.posts.actions import Draft, PictureChoice, create
from bedside.publishing import actions
from bedside.publishing.models import Delivery
from bedside.publishing.outbox import deliver


@pytest.fixture
def published(person, approved):
    def publish(text="Our clinic opens at nine. See https://example.org/hours"):
        author = person("author")
        post = approved(author, text)
        (delivery,) = actions.schedule(author, post.id)
        deliver(delivery.id, "w")
        return Delivery.objects.get(id=delivery.id)

    return publish


def test_it_is_empty_and_says_so(client, newsroom):
    answer = client.get("/news")
    assert answer.status_code == 200
    assert "There is no news yet" in answer.content.decode()


def test_a_post_is_not_there_until_it_is_confirmed(client, person, approved):
    author = person("author")
    post = approved(author)
    (delivery,) = actions.schedule(author, post.id)
    assert "opens at nine" not in client.get("/news").content.decode()
    deliver(delivery.id, "w")
    assert "opens at nine" in client.get("/news").content.decode()


def test_a_post_has_a_permanent_address_opengraph_and_schema_org(client, published):
    delivery = published("<script>alert(1)</script> Our clinic opens at nine. https://example.org/hours")
    page = client.get(delivery.url)
    body = page.content.decode()
    assert page.status_code == 200
    assert "<script>alert" not in body
    assert 'href="https://example.org/hours"' in body
    assert 'property="og:title" content="News"' in body
    data = json.loads(body.split('application/ld+json">')[1].split("</script>")[0])
    assert data["@context"] == "https://schema.org"
    assert "Set-Cookie" not in page.headers
    wrong_words = client.get(delivery.url.partition("-")[0] + "-other-words")
    assert (wrong_words.status_code, wrong_words["Location"]) == (301, delivery.url)
    assert client.get("/news/aaaaaaaaaaaaaaaa-nothing").status_code == 404


@pytest.mark.parametrize("name", ["rss.xml", "atom.xml", "feed.json"])
def test_feeds_are_well_formed_and_answer_304(client, published, name):
    published("Ampersands & <angles> \x0b and controls")
    first = client.get(f"/news/{name}")
    assert first.status_code == 200
    if name.endswith("xml"):
        ElementTree.fromstring(first.content)
    else:
        assert len(json.loads(first.content)["items"]) == 1
    assert client.get(f"/news/{name}", headers={"If-None-Match": first["ETag"]}).status_code == 304


def test_a_post_taken_back_is_gone_and_its_address_says_so(client, published, person):
    delivery = published()
    actions.delete(person("communications-lead"), delivery.id, "It named a ward.")
    deliver(delivery.id, "w")
    assert client.get(delivery.url).status_code == 410
    assert "opens at nine" not in client.get("/news").content.decode()
    assert "opens at nine" not in client.get("/news/rss.xml").content.decode()


def test_only_pictures_of_public_posts_are_public(client, person, newsroom):
    import io

    from PIL import Image

    from bedside.approvals.actions import decide, submit
    from bedside.media.actions import upload

    author = person("author")
    out = io.BytesIO()
    Image.new("RGB", (20, 10), "teal").save(out, "PNG")
    shown = upload(author, out.getvalue(), "door.png", "The new door of the clinic.")
    post = create(author, Draft(text="A door.", channels=[newsroom.id], pictures=[PictureChoice(shown.id)]))
    assert client.get(f"/news/picture/{shown.sha256}").status_code == 404
    submit(author, post.id)
    decide(person("communications-lead"), post.id, post.digest, "approve")
    (delivery,) = actions.schedule(author, post.id)
    deliver(delivery.id, "w")
    answer = client.get(f"/news/picture/{shown.sha256}")
    assert (answer.status_code, answer["Content-Type"]) == (200, "image/png")
    assert "The new door of the clinic." in client.get(Delivery.objects.get().url).content.decode()
    assert client.get(f"/news/picture/{'0' * 64}").status_code == 404


def test_older_posts_are_one_page_on(client, published):
    for number in range(22):
        published(f"Number {number} of our notices.")
    first = client.get("/news").content.decode()
    assert "Number 21" in first
    assert "Number 0 " not in first
    link = first.split('rel="next"')[0].rsplit('href="', 1)[1].split('"')[0]
    assert "Number 0 " in client.get(f"/news{link}").content.decode()
    assert client.get("/news?before=yesterday").status_code == 404


def test_a_takedown_reaches_who_holds_an_older_feed(client, published, person):
    published("The first notice.")
    older = published("The second notice.")
    published("The third notice.")
    held = client.get("/news/atom.xml")
    actions.delete(person("communications-lead"), older.id, "It named a ward.")
    deliver(older.id, "w")
    since = {"If-None-Match": held["ETag"], "If-Modified-Since": "Fri, 01 Jan 2100 00:00:00 GMT"}
    assert client.get("/news/atom.xml", headers=since).status_code == 200


@pytest.mark.parametrize("when", ["0001-01-01T00:00:00%2B14:00", "9999-12-31T23:59:59-14:00", "x"])
def test_a_time_that_cannot_be_is_not_found(client, newsroom, when):
    assert client.get(f"/news?before={when}").status_code == 404


def test_a_delivery_without_a_receipt_of_ours_is_not_shown_and_leads_nowhere(client, published):
    delivery = published()
    Delivery.objects.filter(id=delivery.id).update(
        remote_id="", prepared=None, url="https://elsewhere.example.org/"
    )
    assert client.get("/news").status_code == 200
    assert client.get("/news/rss.xml").status_code == 200
    assert client.get("/news/-x").status_code == 404
    Delivery.objects.filter(id=delivery.id).update(remote_id="abc")
    assert client.get("/news/abc-x").status_code in {301, 404}
    assert "elsewhere" not in client.get("/news/abc-x").get("Location", "")


def test_a_picture_that_was_changed_on_the_disk_is_not_shown(client, person, newsroom):
    import io

    from PIL import Image

    from bedside.core.errors import Unavailable
    from bedside.media import store
    from bedside.media.actions import upload

    out = io.BytesIO()
    Image.new("RGB", (20, 10), "teal").save(out, "PNG")
    shown = upload(person("author"), out.getvalue(), "door.png", "The new door of the clinic.")
    store.path_of(shown.sha256).write_bytes(b"swapped")
    with pytest.raises(Unavailable):
        store.read(shown.sha256)
    store.path_of(shown.sha256).unlink()
