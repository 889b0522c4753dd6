"""Pictures, screening, the pause, the record, channels and who one is."""

from __future__ import annotations

import io
import uuid
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from bedside.audit.models import Entry
from bedside.core import clock
from bedside.guard import screen
from bedside.media.models import Media
from bedside.organization.queries import guard_rules
from bedside.publishing.models import Delivery


def png(color: str = "white") -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (8, 6), color).save(out, "PNG")
    return out.getvalue()


def upload(program, data: bytes, name: str = "door.png", status: int = 201, key: str | None = None, **fields):
    headers = {"Authorization": f"Bearer {program.token}"} | ({"Idempotency-Key": key} if key else {})
    answer = program.client.post(
        "/api/v1/media", {"file": SimpleUploadedFile(name, data), **fields}, headers=headers
    )
    assert answer.status_code == status, answer.content
    program.last = answer
    return answer.json()


# Pictures.


def test_a_picture_is_uploaded_and_shown(author, draft):
    media = upload(author, png(), alt="The door of the clinic")
    assert (media["mime"], media["width"], media["height"]) == ("image/png", 8, 6)
    assert media["alt"] == "The door of the clinic"
    assert author.get(f"/media/{media['id']}") == media
    post = author.post("/posts", draft | {"media": [media["id"]]})
    assert [(one["id"], one["alt"]) for one in post["media"]] == [(media["id"], "The door of the clinic")]
    changed = author.patch(f"/posts/{post['id']}", {"media": [{"id": media["id"], "alt": "A door"}]})
    assert changed["media"][0]["alt"] == "A door"
    assert changed["digest"] != post["digest"]
    kept = author.patch(f"/posts/{post['id']}", {"media": [media["id"]]})
    assert kept["media"][0]["alt"] == "A door"


@pytest.mark.parametrize(
    "data",
    [b"", b"no picture", png()[:45], b"GIF89a" + b"\x00" * 20],
    ids=["empty", "text", "cut off", "no pixels"],
)
def test_what_is_no_picture_is_refused(author, data):
    assert upload(author, data, status=422)["fields"] == ["file"]
    assert not Media.objects.exists()


def test_a_broken_form(author):
    headers = {"Authorization": f"Bearer {author.token}"}
    for body, kind in ((b"x", "multipart/form-data"), (b"x", "multipart/form-data; boundary=\xff")):
        answer = author.client.generic("POST", "/api/v1/media", body, content_type=kind, headers=headers)
        assert answer.status_code in {400, 422}
        assert answer["Content-Type"] == "application/problem+json"
    author.post("/media", {"file": "x"}, status=415)
    answer = author.client.post("/api/v1/media", {"alt": "x"}, headers=headers)
    assert (answer.status_code, answer.json()["fields"]) == (422, ["file"])
    upload(author, png(), alt="a\x00b", status=422)
    upload(author, png(), alt="x" * 2001, status=422)


def test_a_picture_that_is_too_large(author, settings):
    settings.BEDSIDE = settings.BEDSIDE | {"BEDSIDE_UPLOAD_MEGABYTES": 0.001}
    upload(author, png() + b"\x00" * 1200, status=422)
    upload(author, png() + b"\x00" * 100_000, status=413)


def test_the_same_upload_twice_is_one_picture(author):
    first = upload(author, png(), key="k1")
    assert upload(author, png(), key="k1") == first
    assert author.last["Idempotent-Replayed"] == "true"
    assert Media.objects.count() == 1
    assert upload(author, png("black"), key="k1", status=422)["type"] == "/problems/idempotency-key-reused"


def test_pictures_are_for_those_who_write(author, person, program):
    media = upload(author, png())
    auditor = program(person("auditor"))
    auditor.get(f"/media/{media['id']}", status=404)
    upload(auditor, png(), status=403)


# Screening.


TEXT = "😀 Call Maria Lopez, SSN 219-09-9999, about her surgery on March 3rd."


def test_screening_is_exactly_the_guards(author):
    policy, allow = guard_rules()
    wanted = screen(TEXT, policy=policy, allow=allow)
    assert author.post("/screen", {"text": TEXT}) == wanted.as_json()
    browsers = wanted.as_json("utf16")
    assert author.post("/screen", {"text": TEXT, "offsets": "utf16"}) == browsers
    assert author.post("/screen?offsets=utf16", {"text": TEXT}) == browsers
    assert browsers != wanted.as_json()
    incoming = screen(TEXT, kind="incoming", policy=policy, allow=allow, tier=0).as_json()
    assert author.post("/screen", {"text": TEXT, "kind": "incoming", "tier": 0}) == incoming


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"text": None},
        {"text": "x", "kind": "letter"},
        {"text": "x", "tier": 3},
        {"text": "x", "tier": "0"},
        {"text": "x", "offsets": "bytes"},
        {"text": "x" * 100_001},
    ],
)
def test_a_screening_that_cannot_be_asked(author, body):
    author.post("/screen", body, status=422)


# The pause.


def test_pause_and_resume(lead, author, approved, person):
    from bedside.publishing.actions import schedule

    writer = person("author")
    assert author.get("/pause") == {"paused": False, "reason": None, "by": None, "at": None, "held": None}
    set_ = lead.post("/pause", {"reason": "Drill"})
    assert (set_["paused"], set_["reason"]) == (True, "Drill")
    assert author.get("/pause") == set_
    lead.post("/pause", {"reason": "Drill"}, status=409)
    schedule(writer, approved(writer).id)
    assert lead.delete("/pause", {"reason": "Over"})["held"] == 1
    assert Delivery.objects.get().state == "held"
    lead.delete("/pause?reason=Over", status=409)
    lead.post("/pause", {"reason": " "}, status=422)
    lead.post("/pause", {"reason": "x" * 501}, status=422)
    lead.post("/pause", status=422)
    lead.delete("/pause", status=422)


# The record.


def test_the_record_in_pages(person, program, author, draft):
    auditor = program(person("auditor"))
    for _ in range(5):
        author.post("/posts", draft)
    whole = auditor.get("/audit?limit=100")
    assert whole["next"] is None
    seen, cursor = [], ""
    while cursor is not None:
        page = auditor.get(f"/audit?limit=2{cursor and '&cursor=' + cursor}")
        seen += page["items"]
        cursor = page["next"]
    assert seen == whole["items"]
    assert len(seen) == Entry.objects.count()
    first = auditor.get("/audit?verb=post.created")["items"][0]
    assert (first["noun"], first["door"], list(first["detail"])) == ("post", "api", ["digest"])
    assert auditor.get(f"/audit?noun=post&noun_id={first['noun_id']}")["items"] == [first]
    assert auditor.get(f"/audit?actor={uuid.uuid4()}")["items"] == []
    for query in ("cursor=x", "cursor=-1", "cursor=" + "9" * 19, "limit=0", "actor=x", "verb=%00"):
        auditor.get(f"/audit?{query}", status=422)


# Channels and who one is.


def test_channels(author, newsroom):
    (channel,) = author.get("/channels")["items"]
    assert (channel["id"], channel["kind"], channel["state"]) == (str(newsroom.id), "newsroom", "connected")
    assert channel["health"]["level"] == "ok"
    assert channel["limits"]["picture_types"]
    assert "secret" not in channel


def test_a_channel_whose_plug_in_is_gone_is_still_shown(author, newsroom, draft):
    from bedside.connections.models import Connection

    Connection.objects.create(kind="gone", name="Gone")
    gone = author.get("/channels")["items"][1]
    assert (gone["health"]["level"], gone["limits"]) == ("block", None)


def test_me(person, program, newsroom):
    caller = person("author", name="Ada Example", channel=newsroom.id)
    me = program(caller, "posts:read", "screen").get("/me")
    assert me["person"] == {"id": str(caller.person.id), "name": "Ada Example", "email": caller.person.email}
    assert me["roles"] == [{"role": "author", "channel": str(newsroom.id)}]
    assert me["scopes"] == ["posts:read", "screen"]
    assert "write" in me["rights"]
    assert "pause" not in me["rights"]
    assert (me["organization"], me["time_zone"]) == ("Marlow Valley Health", "Europe/Berlin")


def test_a_token_that_ends_says_when(person):
    from bedside.accounts.actions import create_token
    from bedside.api.tests.conftest import Client, Program

    caller, end = person("author"), clock.now() + timedelta(days=1)
    _token, text = create_token(caller, caller.person, ["screen"], expires_at=end)
    assert Program(text, Client()).get("/me")["expires_at"].startswith(end.date().isoformat())
