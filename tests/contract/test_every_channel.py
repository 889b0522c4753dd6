"""What every channel owes, against its real server: see the port for the words used here."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bedside.channels import registry
from bedside.channels.port import (
    Busy,
    CannotTell,
    ChannelError,
    Connected,
    Receipt,
    Refused,
    SafeToSend,
    SignInRefused,
    Unknown,
)
from tests.contract.conftest import Network, outgoing, picture, words
from tests.servers.faulty_proxy import Fault, bad_gateway_after, says, too_many


def hit(network: Network, make: Callable[..., Fault], *arguments: Any, **more: Any) -> None:
    """Has the next publishing request meet a fault."""
    method, path = network.publishing
    network.faults.add(make(*arguments, method=method, path=path, **more))


def test_every_channel_is_under_contract() -> None:
    assert set(registry.channels()) == {"newsroom", "bluesky", "mastodon", "webhook"}
    assert not registry.broken()


# The plain road.


def test_connect_says_who_it_is_and_what_it_takes(any_network: Network) -> None:
    channel, account = any_network.channel, any_network.account
    with any_network.wire() as wire:
        made = channel.connect(*any_network.typed, wire)
    assert isinstance(made, Connected) and made.handle
    assert json.loads(json.dumps(dict(made.facts))) == made.facts
    limits = channel.limits(account.facts)
    assert limits.pictures >= 1 and limits.picture_bytes > 0


def test_probe_is_content_and_loses_no_fact(any_network: Network) -> None:
    with any_network.wire() as wire:
        fresh = any_network.channel.probe(any_network.account, wire)
    assert set(any_network.account.facts) <= set(fresh)


def test_text_goes_out_once(network: Network) -> None:
    text = f"{words()}\n\nHow to find us: https://example.org/building-c?x=1&y=2. See you! #FluShots"
    receipt = network.send(network.prepare(text))
    assert isinstance(receipt, Receipt) and receipt.remote_id
    assert [" ".join(post.split()) for post in network.posts()] == [" ".join(text.split())]


def test_prepared_requests_survive_storage(any_network: Network) -> None:
    prepared = any_network.prepare(pictures=(picture(),))
    assert json.loads(json.dumps(prepared)) == prepared


def test_picture_goes_out_with_its_alt_text(network: Network) -> None:
    pictures = (picture("A <b>bold</b> sign & a “quote” 🩺"), picture("Second", "JPEG"))
    network.send(network.prepare(pictures=pictures), pictures)
    assert network.alt_texts is not None
    assert network.alt_texts() == ["A <b>bold</b> sign & a “quote” 🩺", "Second"]
    assert len(network.posts()) == 1


@pytest.mark.parametrize("letter", ["a", "é", "ж", "漢", "🩺"])
def test_at_the_limit_fits_and_one_over_is_a_problem(network: Network, letter: str) -> None:
    channel, facts = network.channel, network.account.facts
    most = channel.limits(facts).text
    assert most is not None
    fits, over = outgoing(letter * most), outgoing(letter * (most + 1))
    assert channel.count(fits.text) == most
    assert channel.check_content(fits, facts) == []
    assert [problem.field for problem in channel.check_content(over, facts)] == ["text"]
    network.send(channel.prepare(fits, network.account))
    assert network.posts() == [fits.text]


def test_families_and_flags_count_as_the_network_counts_them(bluesky_network: Network) -> None:
    # 100 clusters of 25 bytes each: 300 of them would pass the limit of characters, but not that of bytes.
    family = "👩‍👩‍👧‍👦"
    assert bluesky_network.channel.count(family * 100) == 100
    fits, over = outgoing(family * 120), outgoing(family * 121)
    assert bluesky_network.channel.check_content(fits, {}) == []
    assert [one.field for one in bluesky_network.channel.check_content(over, {})] == ["text"]
    bluesky_network.send(bluesky_network.channel.prepare(fits, bluesky_network.account))
    assert bluesky_network.posts() == [fits.text]


def test_content_that_cannot_go_is_said_before(any_network: Network) -> None:
    channel, facts = any_network.channel, any_network.account.facts
    most = channel.limits(facts).pictures
    many = tuple(picture() for _ in range(most + 1))
    assert "pictures" in {one.field for one in channel.check_content(outgoing(words(), many), facts)}
    assert "text" in {one.field for one in channel.check_content(outgoing("  \n "), facts)}
    long = picture("x" * (channel.limits(facts).alt_text + 1))
    assert "alt" in {one.field for one in channel.check_content(outgoing(words(), (long,)), facts)}
    bare = outgoing(words(), (picture(), picture(" ")))
    assert [one.field for one in channel.check_content(bare, facts)] == ["alt"]
    wrong = outgoing(words(), options={"colour": "green"})
    assert "colour" in {one.field for one in channel.check_content(wrong, facts)}


# What is out can be found, and the same is not made twice.


def test_find_gives_the_same_receipt(network: Network) -> None:
    began, prepared = datetime.now(UTC), network.prepare()
    receipt = network.send(prepared)
    found = network.find(prepared, began)
    if network.finds:
        assert isinstance(found, Receipt)
        assert (found.remote_id, found.url) == (receipt.remote_id, receipt.url)
    else:
        assert isinstance(found, CannotTell) and found.final


def test_find_is_not_misled_by_an_equal_text_of_before(network: Network) -> None:
    text = words()
    network.send(network.prepare(text))
    again = network.prepare(text)
    found = network.find(again, datetime.now(UTC) + timedelta(seconds=30))
    assert isinstance(found, SafeToSend if network.finds else CannotTell)


def test_the_same_request_twice_is_one_post_where_promised(network: Network) -> None:
    pictures = (picture(),)
    prepared = network.prepare(pictures=pictures)
    first = network.send(prepared, pictures)
    if network.safe_to_repeat:
        assert network.send(prepared, pictures).remote_id == first.remote_id
        assert len(network.posts()) == 1


def test_equal_texts_are_two_posts(network: Network) -> None:
    text = words()
    first, second = network.send(network.prepare(text)), network.send(network.prepare(text))
    assert first.remote_id != second.remote_id
    assert len(network.posts()) == 2


def test_what_is_deleted_is_gone_and_may_be_deleted_again(network: Network) -> None:
    if network.channel.delete is None:
        pytest.skip(f"{network.channel.title} promises no deleting")
    prepared = network.prepare()
    receipt = network.send(prepared)
    for _ in range(2):
        with network.wire() as wire:
            network.channel.delete(receipt.remote_id, prepared, network.account, wire)
    assert network.posts() == []
    assert isinstance(network.find(prepared), SafeToSend)


# Lost and spoilt answers.


def lost(network: Network, expected: type[ChannelError], *, timeout: float = 0, out: int) -> None:
    """Sends, gets `expected`, finds what became of it, and ends with exactly one post where promised."""
    began, prepared = datetime.now(UTC), network.prepare()
    with pytest.raises(expected) as caught:
        network.send(prepared, timeout=timeout)
    assert type(caught.value) is expected, caught.value
    assert len(network.posts()) == out
    found = network.find(prepared, began)
    if not network.finds:
        assert isinstance(found, CannotTell)
        return
    if out:
        assert isinstance(found, Receipt), found
    elif network.safe_to_repeat:
        assert isinstance(found, SafeToSend), found
        assert isinstance(network.send(prepared), Receipt)
    else:
        assert isinstance(found, CannotTell), found
        return
    assert len(network.posts()) == 1
    assert isinstance(network.find(prepared, began), Receipt)


def test_answer_lost(network: Network) -> None:
    hit(network, Fault, "drop-answer")
    lost(network, Unknown, out=1)


def test_answer_cut_in_the_middle(network: Network) -> None:
    hit(network, Fault, "cut-answer")
    if network.channel.kind == "webhook":
        # The status is all that counts there, and it came.
        assert isinstance(network.send(network.prepare()), Receipt)
    else:
        lost(network, Unknown, out=1)


def test_request_lost(network: Network) -> None:
    hit(network, Fault, "drop-request")
    lost(network, Unknown, out=0)


def test_answer_too_late(network: Network) -> None:
    hit(network, Fault, "late", seconds=2.5)
    lost(network, Unknown, timeout=0.8, out=1)


def test_no_answer_at_all(network: Network) -> None:
    hit(network, Fault, "hang", seconds=2.5)
    lost(network, Unknown, timeout=0.8, out=0)


def test_502_though_it_is_out(network: Network) -> None:
    hit(network, bad_gateway_after)
    lost(network, Unknown, out=1)


def test_503_though_it_is_not(network: Network) -> None:
    hit(network, says, 503, b"<html>Maintenance</html>", "text/html")
    lost(network, Unknown, out=0)


def test_server_without_keys_is_never_sent_to_twice(other_network: Network) -> None:
    hit(other_network, Fault, "drop-request")
    lost(other_network, Unknown, out=0)
    hit(other_network, Fault, "drop-answer")
    prepared, began = other_network.prepare(), datetime.now(UTC)
    with pytest.raises(Unknown):
        other_network.send(prepared)
    assert isinstance(other_network.find(prepared, began), Receipt)


def test_key_forgotten_after_an_hour(mastodon_network: Network) -> None:
    prepared = mastodon_network.prepare()
    assert isinstance(mastodon_network.find(prepared), SafeToSend)
    found = mastodon_network.find(prepared, datetime.now(UTC) - timedelta(minutes=56))
    assert isinstance(found, CannotTell)


def test_clock_that_has_gone_back_since(mastodon_network: Network) -> None:
    prepared, began = mastodon_network.prepare(), datetime.now(UTC) + timedelta(hours=1)
    found = mastodon_network.find(prepared, began)
    assert isinstance(found, CannotTell) and found.final
    mastodon_network.send(prepared)
    assert isinstance(mastodon_network.find(prepared, began), Receipt)


def test_two_equal_posts_are_for_a_person(mastodon_network: Network) -> None:
    text, began = words(), datetime.now(UTC)
    prepared = mastodon_network.prepare(text)
    mastodon_network.send(prepared)
    mastodon_network.send(mastodon_network.prepare(text))
    found = mastodon_network.find(prepared, began)
    assert isinstance(found, CannotTell) and found.final and len(found.evidence["ids"]) == 2


def test_receiver_declared_to_drop_doubles(webhook_network: Network) -> None:
    facts = {**webhook_network.account.facts, "receiver_deduplicates": True}
    webhook_network.account = replace(webhook_network.account, facts=facts)
    assert isinstance(webhook_network.find(webhook_network.prepare()), SafeToSend)


# Refusals.


def test_429_is_busy_and_says_when(network: Network) -> None:
    hit(network, too_many, 30)
    with pytest.raises(Busy) as caught:
        network.send(network.prepare())
    assert caught.value.retry_at is not None
    assert 25 < (caught.value.retry_at - datetime.now(UTC)).total_seconds() < 31
    assert network.posts() == []


def test_nobody_there_is_busy(network: Network) -> None:
    prepared = network.prepare()
    network.account = replace(network.account, url="http://127.0.0.1:1")
    with pytest.raises(Busy):
        network.send(prepared)


def test_revoked_sign_in(network: Network) -> None:
    if network.revoke is None:
        pytest.skip(f"{network.channel.title} has no sign-in to lose")
    prepared = network.prepare()
    network.revoke()
    with pytest.raises(SignInRefused), network.wire() as wire:
        network.channel.connect(*network.typed, wire)
    if network.channel.renew is not None:
        with pytest.raises(SignInRefused), network.wire() as wire:
            network.channel.renew(network.account, wire)
    else:
        with pytest.raises(SignInRefused):
            network.send(prepared)
        with pytest.raises(SignInRefused), network.wire() as wire:
            network.channel.probe(network.account, wire)
    assert network.posts() == []


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (403, b'{"error": "Forbidden", "message": "The administrator does not like this"}'),
        (401, b"<html><title>401 Authorization Required</title></html>"),
        (403, b""),
        (404, b'{"error": "NotFound"}'),
        (422, b'{"error": "Validation failed: the moon is not full"}'),
        (400, b'{"error": {"deep": [1, 2]}, "message": 7}'),
        (413, b"[]"),
    ],
)
def test_unrecognised_refusal_does_not_disconnect(network: Network, status: int, body: bytes) -> None:
    hit(network, says, status, body)
    with pytest.raises(Refused) as caught:
        network.send(network.prepare())
    assert type(caught.value) is Refused
    assert str(status) in caught.value.detail
    assert "<" not in caught.value.detail


def test_refusal_comes_in_the_networks_own_words(network: Network) -> None:
    hit(network, says, 422, b'{"error": "Invalid", "message": "The moon is not full"}')
    with pytest.raises(Refused, match=r"The moon is not full|Invalid"):
        network.send(network.prepare())


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_redirects_are_not_followed(network: Network, status: int) -> None:
    # A network's API publishes nothing with one; whatever stands behind a webhook may have taken the post.
    meaning = Refused if network.finds else Unknown
    elsewhere = {"Location": "https://elsewhere.example.org/steal"}
    hit(network, Fault, "answer", status=status, headers=elsewhere, body=b"")
    with pytest.raises(meaning, match=r"elsewhere\.example\.org"):
        network.send(network.prepare())


GARBAGE = {
    "html": b"<!doctype html><html><body>Welcome to the hotel's network</body></html>",
    "empty": b"",
    "null": b"null",
    "list": b"[1, 2, 3]",
    "object": b"{}",
    "wrong types": b'{"uri": 7, "cid": null, "id": {"a": 1}, "url": [], "account": "no"}',
    "another post": b'{"uri": "at://did:plc:other/app.bsky.feed.post/3k", "cid": "x", "id": "1", '
    b'"account": {"id": "999999"}, "url": "https://elsewhere.example.org/1"}',
    "not utf-8": b"\xff\xfe\x00\x80" * 50,
    "deep": b"[" * 20_000 + b"]" * 20_000,
    "huge": b'{"id": "' + b"9" * 1_500_000 + b'"}',
    "number": b"9" * 5000,
}


@pytest.mark.parametrize("name", GARBAGE)
def test_garbage_proves_nothing(network: Network, name: str) -> None:
    hit(network, says, 200, GARBAGE[name])
    if network.channel.kind == "webhook":
        assert isinstance(network.send(network.prepare()), Receipt)  # 200 is all a receiver has to say
        return
    with pytest.raises(Unknown):
        network.send(network.prepare())


@pytest.mark.parametrize("name", GARBAGE)
def test_garbage_to_every_other_question_is_an_outcome_and_no_crash(network: Network, name: str) -> None:
    pictures = (picture(),)
    prepared = network.prepare(pictures=pictures)
    network.faults.add(says(200, GARBAGE[name], times=None))
    for call in (
        lambda wire: network.channel.connect(*network.typed, wire),
        lambda wire: network.channel.probe(network.account, wire),
        lambda wire: network.channel.find(prepared, network.account, datetime.now(UTC), wire),
        lambda wire: network.channel.send(prepared, pictures, network.account, wire),
        lambda wire: network.channel.renew and network.channel.renew(network.account, wire),
    ):
        try:
            with network.wire() as wire:
                answer = call(wire)
        except ChannelError:
            continue
        # Only what needs no answer may succeed; an empty list of posts is a look-up that found nothing.
        assert (
            network.channel.kind == "webhook" or answer is None or isinstance(answer, SafeToSend | CannotTell)
        )


def test_nothing_secret_is_recorded(network: Network) -> None:
    pictures = (picture(),)
    prepared = network.prepare(pictures=pictures)
    network.send(prepared, pictures)
    network.find(prepared)
    with network.wire() as wire:
        network.channel.probe(network.account, wire)
        if network.channel.renew is not None:
            network.channel.renew(network.account, wire)
    recorded = repr([exchange for wire in network.wires for exchange in wire.exchanges])
    assert recorded.count("Exchange(") >= 1
    for name, value in network.account.secret.items():
        assert value not in recorded, name
    assert "eyJ" not in recorded
    assert "Flu" in recorded or "flu" in recorded  # the text itself is what a person wants to see


# Bluesky's tokens, which run out every two hours.


def dead_access(network: Network, **secret: str) -> None:
    network.account = replace(network.account, secret={**network.account.secret, **secret})


def test_a_dead_access_token_is_replaced_on_the_way(bluesky_network: Network) -> None:
    expired = b'{"error": "ExpiredToken", "message": "Token has expired"}'
    hit(bluesky_network, says, 400, expired)
    began, prepared = datetime.now(UTC), bluesky_network.prepare()
    bluesky_network.send(prepared)
    dead_access(bluesky_network, accessJwt="eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJ4In0.c2ln")
    assert isinstance(bluesky_network.find(prepared, began), Receipt)
    assert len(bluesky_network.posts()) == 1


def test_a_dead_access_token_with_a_dead_password_disconnects(bluesky_network: Network) -> None:
    dead_access(bluesky_network, accessJwt="x.y.z", app_password="abcd-abcd-abcd-abcd")
    with pytest.raises(SignInRefused):
        bluesky_network.send(bluesky_network.prepare())


def test_renewing_gives_a_sign_in_that_works(bluesky_network: Network) -> None:
    for refresh in (bluesky_network.account.secret["refreshJwt"], "x.y.z", ""):
        dead_access(bluesky_network, accessJwt="x.y.z", refreshJwt=refresh)
        assert bluesky_network.channel.renew is not None
        with bluesky_network.wire() as wire:
            made = bluesky_network.channel.renew(bluesky_network.account, wire)
        assert made.expires_at is not None and made.expires_at > datetime.now(UTC) + timedelta(minutes=5)
        assert made.secret["app_password"] == bluesky_network.account.secret["app_password"]
        bluesky_network.connected(made)
        bluesky_network.send(bluesky_network.prepare())
    assert len(bluesky_network.posts()) == 3


def test_renewing_while_the_network_is_busy_does_not_disconnect(bluesky_network: Network) -> None:
    assert bluesky_network.channel.renew is not None
    for fault in (too_many(path="refreshSession"), says(500, b"", path="refreshSession")):
        bluesky_network.faults.add(fault)
        with pytest.raises(Busy), bluesky_network.wire() as wire:
            bluesky_network.channel.renew(bluesky_network.account, wire)


def test_a_record_under_our_key_that_is_not_ours_is_for_a_person(bluesky_network: Network) -> None:
    prepared = bluesky_network.prepare()
    other = {**prepared, "record": {**prepared["record"], "text": "Somebody else wrote this"}}
    bluesky_network.send(other)
    with pytest.raises(Unknown):
        bluesky_network.send(prepared)
    found = bluesky_network.find(prepared)
    assert isinstance(found, CannotTell) and found.final
    assert bluesky_network.posts() == ["Somebody else wrote this"]


def test_a_post_for_another_account_is_refused(bluesky_network: Network, mastodon_network: Network) -> None:
    for network, name in ((bluesky_network, "did"), (mastodon_network, "account_id")):
        prepared = network.prepare()
        network.account = replace(network.account, facts={**network.account.facts, name: "another"})
        with pytest.raises(Refused):
            network.send(prepared)
        assert network.posts() == []


def test_a_picture_that_changed_is_refused(bluesky_network: Network, mastodon_network: Network) -> None:
    one, other = picture(), picture()
    for network in (bluesky_network, mastodon_network):
        with pytest.raises(Refused):
            network.send(network.prepare(pictures=(one,)), (replace(one, read=other.read),))
        assert network.posts() == []


def test_a_lost_picture_upload_is_busy_and_nothing_is_out(
    bluesky_network: Network, mastodon_network: Network
) -> None:
    pictures = (picture(),)
    for network, path in ((bluesky_network, "uploadBlob"), (mastodon_network, "/media")):
        network.faults.add(Fault("drop-answer", path=path))
        prepared = network.prepare(pictures=pictures)
        with pytest.raises(Busy):
            network.send(prepared, pictures)
        assert network.posts() == []
        network.send(prepared, pictures)
        assert len(network.posts()) == 1


def test_a_media_file_still_being_worked_on_is_waited_for(mastodon_network: Network) -> None:
    pictures = (picture(),)
    path = r"/api/v2/media"
    mastodon_network.faults.add(Fault("answer", path=path, status=202, body=b'{"id": "77", "url": null}'))
    mastodon_network.faults.add(says(206, b'{"id": "77", "url": null}', path="/api/v1/media/77"))
    mastodon_network.faults.add(
        says(422, b'{"error": "Error processing thumbnail"}', path="/api/v1/media/77")
    )
    with pytest.raises(Refused, match="Error processing thumbnail"):
        mastodon_network.send(mastodon_network.prepare(pictures=pictures), pictures)
    assert mastodon_network.faults.count(path="/api/v1/media/77$") >= 2


# Which server it is.


@pytest.mark.parametrize(
    ("software", "version", "trusted"),
    [("takahe", "0.11.0", False), ("mastodon", "4.4.1", True), ("mastodon", "3.5.0", False)],
)
def test_the_software_says_whether_it_honours_keys(
    mastodon_network: Network, software: str, version: str, trusted: bool
) -> None:
    body = json.dumps({"software": {"name": software, "version": version}}).encode()
    mastodon_network.faults.add(says(200, body, path=r"^/nodeinfo/"))
    with mastodon_network.wire() as wire:
        facts = mastodon_network.channel.probe(mastodon_network.account, wire)
    assert (facts["software"], facts["honours_key"]) == (software, trusted)


def test_an_old_server_without_v2_is_read_by_v1_and_not_trusted_without_nodeinfo(
    mastodon_network: Network,
) -> None:
    mastodon_network.faults.add(says(404, b'{"error": "Record not found"}', path="/api/v2/instance"))
    mastodon_network.faults.add(says(404, b"", path="nodeinfo"))
    with mastodon_network.wire() as wire:
        made = mastodon_network.channel.connect(*mastodon_network.typed, wire)
    assert made.facts["honours_key"] is False and made.facts["max_characters"] == 500


# The newsroom, which goes over no network.


def test_newsroom_receipt_follows_from_the_key(newsroom_network: Network) -> None:
    prepared = newsroom_network.prepare(
        "Flu shots on Saturday\n\nCome to building C.", key="0198f2d4-0000-7000-8000-000000000001"
    )
    first, second = newsroom_network.send(prepared), newsroom_network.send(prepared)
    assert first == second
    assert first.url == f"/news/{first.remote_id}-flu-shots-on-saturday"
    assert newsroom_network.channel.in_house
    assert isinstance(newsroom_network.find(prepared), SafeToSend)
    assert newsroom_network.prepare().get("id") != first.remote_id
    assert newsroom_network.wires[-1].exchanges == []
