"""What may have got through is looked for just before every repetition, however long that took."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from bedside.accounts.caller import Caller
from bedside.approvals.actions import decide, submit
from bedside.approvals.chores import expire_approvals
from bedside.channels.port import Busy, CannotTell, Receipt, Refused, SafeToSend, Unknown
from bedside.connections.models import Connection
from bedside.core import clock
from bedside.core.errors import Conflict
from bedside.posts.models import Post
from bedside.posts.queries import access_post
from bedside.publishing import actions
from bedside.publishing.actions.distrust import distrust
from bedside.publishing.models import Delivery
from bedside.publishing.outbox import LEASE, claim, deliver

S = Delivery.State
SHELL = Caller(None, "cli")
ABSENT = SafeToSend("nothing is there")
THERE = Receipt("r9", "https://social.example.org/9")


def fresh(delivery: Delivery) -> Delivery:
    return Delivery.objects.get(id=delivery.id)


def test_absence_proved_before_a_pause_is_proved_again_after_it(scheduled, network, later):
    delivery = scheduled()
    network.send_answers = [Unknown("no answer in 20 s")]
    deliver(delivery.id, "w")
    later(timedelta(seconds=5))
    deliver(delivery.id, "w")
    assert fresh(delivery).state == S.SCHEDULED
    actions.pause(SHELL, "A shooting in town")
    later(timedelta(hours=3))
    actions.resume(SHELL, "All clear")
    actions.release(SHELL, delivery.id)
    network.find_answers = [THERE]  # the slow request had landed meanwhile
    deliver(delivery.id, "w")
    assert (fresh(delivery).state, fresh(delivery).remote_id) == (S.CONFIRMED, "r9")
    assert len(network.sent) == 1


def test_a_busy_network_after_an_unknown_outcome_is_asked_first(scheduled, network, later):
    delivery = scheduled()
    network.send_answers = [Unknown("cut"), Busy("try later", clock.now() + timedelta(minutes=8))]
    deliver(delivery.id, "w")
    later(timedelta(seconds=5))
    deliver(delivery.id, "w")  # absent
    deliver(delivery.id, "w")  # busy
    assert len(network.sent) == 2
    later(timedelta(minutes=9))
    network.find_answers = [THERE]
    deliver(delivery.id, "w")
    assert fresh(delivery).state == S.CONFIRMED
    assert len(network.sent) == 2


def test_a_refusal_does_not_answer_what_became_of_the_time_before(scheduled, network, later):
    delivery = scheduled()
    network.send_answers = [Unknown("cut"), Refused("duplicate")]
    deliver(delivery.id, "w")
    later(timedelta(seconds=5))
    deliver(delivery.id, "w")
    deliver(delivery.id, "w")
    assert fresh(delivery).state == S.UNSURE


def test_a_killed_sender_leaves_a_doubt(scheduled, network, later):
    delivery = scheduled()
    claim(delivery.id, "dead")
    later(LEASE + timedelta(seconds=1))
    deliver(delivery.id, "w")
    assert fresh(delivery).doubtful


def test_a_person_who_looked_ends_the_doubt(scheduled, network, later):
    delivery = scheduled()
    network.send_answers = [Unknown("cut")]
    network.find_answers = [CannotTell("it is not in the list", final=True)]
    deliver(delivery.id, "w")
    later(timedelta(seconds=5))
    deliver(delivery.id, "w")
    actions.resolve(SHELL, delivery.id, "not-sent")
    actions.release(SHELL, delivery.id)
    deliver(delivery.id, "w")
    assert fresh(delivery).state == S.CONFIRMED


def test_one_post_on_the_network_is_the_receipt_of_one_delivery(scheduled, network, later):
    first, second = scheduled(), scheduled()
    network.send_answers = [THERE, Unknown("cut")]
    deliver(first.id, "w")
    deliver(second.id, "w")
    network.find_answers = [THERE]
    later(timedelta(seconds=5))
    deliver(second.id, "w")
    assert (fresh(first).state, fresh(second).state) == (S.CONFIRMED, S.UNSURE)


def test_what_was_sent_before_the_backup_is_never_made_anew_to_look_for_it(scheduled, network):
    delivery = scheduled()
    distrust(SHELL, clock.now() - timedelta(hours=1))
    assert fresh(delivery).state == S.UNSURE
    actions.look_again(SHELL, delivery.id)
    deliver(delivery.id, "w")
    assert fresh(delivery).state == S.UNSURE
    assert fresh(delivery).prepared is None
    assert (network.found, network.sent) == (0, [])


def test_after_a_restore_the_newsroom_is_held_and_needs_nobody_to_look(person, approved):
    author = person("author")
    (delivery,) = actions.schedule(author, approved(author).id)
    distrust(SHELL, clock.now() - timedelta(hours=1))
    assert fresh(delivery).state == S.HELD
    Delivery.objects.update(state=S.UNSURE)
    with pytest.raises(Conflict):
        actions.resolve(SHELL, delivery.id, "sent", url="https://elsewhere.example.org/")
    Delivery.objects.update(state=S.HELD)
    actions.release(SHELL, delivery.id)
    deliver(delivery.id, "w")
    assert fresh(delivery).state == S.CONFIRMED


def test_a_day_after_its_slot_an_approval_no_longer_lets_anything_go(scheduled, network, later):
    delivery = scheduled()
    network.send_answers = [Refused("too long")]
    deliver(delivery.id, "w")
    later(timedelta(hours=25))
    with pytest.raises(Conflict, match="slot"):
        actions.release(SHELL, delivery.id)


def test_an_approval_without_a_slot_does_not_last_for_ever(person, approved, later):
    author = person("author")
    post = approved(author)
    later(timedelta(days=89))
    expire_approvals()
    assert access_post(author, post.id).state == Post.State.APPROVED
    later(timedelta(days=91))
    expire_approvals()
    assert access_post(author, post.id).state == Post.State.DRAFT
    assert post.reviews.get().state == "expired"


def test_the_second_of_two_equal_hours_is_kept(person, approved):
    author = person("author")
    post = approved(author)
    year = clock.now().year + 1
    # The last Sunday of October: at 03:00 clocks in Berlin go back to 02:00.
    last = datetime(year, 10, 31, tzinfo=UTC)
    sunday = last - timedelta(days=(last.weekday() + 1) % 7)
    second = sunday.replace(hour=1, minute=30)
    actions.schedule(author, post.id, second)
    actions.realign_slots()
    assert access_post(author, post.id).due_at == second


def test_a_rule_that_has_become_graver_stops_what_was_approved(person, write, newsroom):
    from bedside.organization.actions import change

    author = person("author")
    post = write(author, "We loved having your family in.")
    review = submit(author, post.id)
    assert review.risk == "medium"
    for role in ("communications-lead", "privacy-officer"):
        decide(person(role), post.id, post.digest, "approve")
    (delivery,) = actions.schedule(author, post.id)
    rule = next(row["rule"] for row in review.findings if row["severity"] == "review")
    change(SHELL, policy={"severities": {rule: "block"}})
    deliver(delivery.id, "w")
    assert fresh(delivery).state == S.HELD
    assert not Connection.objects.filter(deliveries__state=S.CONFIRMED).exists()
