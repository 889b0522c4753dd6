"""The outbox against the newsroom (settled in its claim) and a channel whose network does as it is told."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from bedside.accounts.actions import change_roles
from bedside.accounts.caller import Caller
from bedside.channels.port import Busy, CannotTell, Receipt, Refused, SignInRefused, Unknown
from bedside.connections.models import Connection
from bedside.core import clock
from bedside.core.errors import Conflict, Forbidden, Invalid
from bedside.posts.actions import Draft, edit
from bedside.posts.models import Post
from bedside.posts.queries import access_post
from bedside.publishing import actions
from bedside.publishing.models import MOVES, Delivery
from bedside.publishing.outbox import LEASE, claim, deliver, due, settle, work

S = Delivery.State
SHELL = Caller(None, "cli")


def fresh(delivery: Delivery) -> Delivery:
    return Delivery.objects.get(id=delivery.id)


def test_a_newsroom_post_is_confirmed_in_the_transaction_that_claims_it(person, approved):
    author = person("author")
    post = approved(author)
    (delivery,) = actions.schedule(author, post.id)
    assert claim(delivery.id, "w") is None
    delivery = fresh(delivery)
    assert delivery.state == S.CONFIRMED
    assert delivery.url.startswith("/news/")
    assert access_post(author, post.id).state == Post.State.OUT
    assert delivery.attempts.get().outcome == "confirmed"


def test_the_attempt_is_committed_before_anything_is_sent(scheduled, network):
    delivery = scheduled()
    claimed = claim(delivery.id, "w1")
    assert network.sent == []
    assert fresh(delivery).state == S.ARMED
    assert fresh(delivery).prepared == {"key": str(delivery.id), "text": "Our clinic opens at nine."}
    settle(claimed, work(claimed), "w1")
    assert fresh(delivery).state == S.CONFIRMED
    assert len(network.sent) == 1


def test_only_one_worker_gets_it(scheduled):
    delivery = scheduled()
    assert claim(delivery.id, "w1") is not None
    assert claim(delivery.id, "w2") is None
    assert due(clock.now(), 10) == []


def test_a_lapsed_lease_is_looked_up_and_never_sent_blindly(scheduled, network, later):
    delivery = scheduled()
    claim(delivery.id, "dead")
    later(LEASE + timedelta(seconds=1))
    network.find_answers = [Receipt("r9", "https://social.example.org/9")]
    assert deliver(delivery.id, "w2")
    assert fresh(delivery).state == S.CONFIRMED
    assert fresh(delivery).remote_id == "r9"
    assert network.sent == []
    assert fresh(delivery).attempts.first().outcome == "lost"


def test_what_is_provably_absent_is_sent_again_as_the_same_request(scheduled, network, later):
    delivery = scheduled()
    network.send_answers = [Unknown("the connection was cut")]
    deliver(delivery.id, "w")
    assert fresh(delivery).state == S.UNKNOWN
    later(timedelta(seconds=30))
    deliver(delivery.id, "w")
    assert fresh(delivery).state == S.SCHEDULED
    deliver(delivery.id, "w")
    assert fresh(delivery).state == S.CONFIRMED
    assert network.sent[0] == network.sent[1]


def test_what_nobody_can_tell_is_asked_of_a_person_and_not_sent_again(scheduled, network, later, person):
    delivery = scheduled()
    network.send_answers = [Unknown("no answer in 20 s")]
    network.find_answers = [CannotTell("it is not in the list")] * 3
    deliver(delivery.id, "w")
    for minutes in (1, 2, 3):
        later(timedelta(minutes=minutes))
        deliver(delivery.id, "w")
    assert fresh(delivery).state == S.UNSURE
    assert len(network.sent) == 1
    lead = person("communications-lead")
    with pytest.raises(Forbidden):
        actions.resolve(person("author"), delivery.id, "sent")
    actions.resolve(lead, delivery.id, "not-sent")
    assert fresh(delivery).state == S.FAILED
    actions.release(lead, delivery.id)
    deliver(delivery.id, "w")
    assert fresh(delivery).state == S.CONFIRMED
    with pytest.raises(Conflict):
        actions.resolve(lead, delivery.id, "sent")


def test_an_answer_that_comes_after_the_lease_was_lost_still_counts_as_a_receipt(scheduled, network, later):
    delivery = scheduled()
    claimed = claim(delivery.id, "slow")
    outcome = work(claimed)
    later(LEASE + timedelta(seconds=1))
    network.find_answers = [CannotTell("it is not in the list", final=True)]
    deliver(delivery.id, "w2")
    assert fresh(delivery).state == S.UNSURE
    settle(claimed, outcome, "slow")
    assert fresh(delivery).state == S.CONFIRMED


def test_a_late_failure_of_a_worker_that_lost_its_lease_changes_nothing(scheduled, network, later):
    delivery = scheduled()
    network.send_answers = [Refused("too long")]
    claimed = claim(delivery.id, "slow")
    outcome = work(claimed)
    later(LEASE + timedelta(seconds=1))
    network.find_answers = [Receipt("r9", "https://social.example.org/9")]
    deliver(delivery.id, "w2")
    settle(claimed, outcome, "slow")
    assert fresh(delivery).state == S.CONFIRMED


def test_a_busy_network_is_asked_again_when_it_says(scheduled, network, later):
    delivery = scheduled()
    at = clock.now() + timedelta(seconds=90)
    network.send_answers = [Busy("too many requests", at)]
    deliver(delivery.id, "w")
    assert (fresh(delivery).state, fresh(delivery).next_at) == (S.SCHEDULED, at)
    assert due(clock.now(), 10) == []
    later(timedelta(seconds=91))
    deliver(delivery.id, "w")
    assert fresh(delivery).state == S.CONFIRMED


def test_a_refusal_waits_for_a_person(scheduled, network):
    delivery = scheduled()
    network.send_answers = [Refused("The text is too long.")]
    deliver(delivery.id, "w")
    assert (fresh(delivery).state, fresh(delivery).words) == (S.FAILED, "The text is too long.")


def test_only_a_recognised_sign_in_error_disconnects(scheduled, network):
    delivery = scheduled()
    network.send_answers = [Refused("403 from a proxy")]
    deliver(delivery.id, "w")
    assert Connection.objects.get(kind="drill").state == "connected"
    other = scheduled("Another text.")
    network.send_answers = [SignInRefused("The token has expired.")]
    deliver(other.id, "w")
    assert Connection.objects.get(kind="drill").state == "sign-in-needed"


def test_a_bug_in_a_channel_is_an_unknown_outcome(scheduled, network):
    delivery = scheduled()
    network.send_answers = [ZeroDivisionError("oops")]
    deliver(delivery.id, "w")
    assert fresh(delivery).state == S.UNKNOWN


@pytest.mark.parametrize("what", ["text", "role", "approval", "channel", "late", "guard"])
def test_what_was_checked_at_scheduling_is_checked_again_at_sending(
    scheduled, network, person, later, monkeypatch, what
):
    delivery = scheduled(at=clock.now() + timedelta(hours=1))
    post = delivery.post
    after = timedelta(hours=1, seconds=1)
    if what == "text":  # past every action, as a hand in the database would
        Post.objects.filter(id=post.id).update(text="Another text.")
    elif what == "role":
        decider = post.reviews.get().decisions.get().person
        change_roles(SHELL, decider.id, [("author", None)])
    elif what == "approval":
        post.reviews.update(state="void")
    elif what == "channel":
        Connection.objects.update(state="sign-in-needed")
    elif what == "late":
        after = timedelta(hours=1, minutes=10, seconds=1)
    elif what == "guard":
        from bedside.organization.actions import change

        change(SHELL, name="Our")
        from bedside.publishing import checks

        monkeypatch.setattr(
            checks,
            "finding_rows",
            lambda results: [{"severity": "block", "key": "new", "message": "A new rule says no."}],
        )
    later(after)
    deliver(delivery.id, "w")
    assert fresh(delivery).state == S.HELD
    assert fresh(delivery).words
    assert network.sent == []


def test_an_edit_takes_a_scheduled_post_back(scheduled, network, person, later):
    delivery = scheduled(at=clock.now() + timedelta(hours=1))
    edit(Caller(delivery.post.author, "api"), delivery.post_id, Draft(text="Other words."))
    assert fresh(delivery).state == S.CANCELLED
    later(timedelta(hours=1, seconds=1))
    assert due(clock.now(), 10) == []
    assert not deliver(delivery.id, "w")
    assert network.sent == []


def test_what_is_on_its_way_cannot_be_changed(scheduled):
    delivery = scheduled()
    claim(delivery.id, "w")
    with pytest.raises(Conflict):
        edit(Caller(delivery.post.author, "api"), delivery.post_id, Draft(text="Other words."))


def test_a_pause_stops_everything_and_nothing_piled_up_leaves_by_itself(scheduled, network, person, later):
    delivery = scheduled(at=clock.now() + timedelta(minutes=5))
    tomorrow = scheduled("Tomorrow.", at=clock.now() + timedelta(days=1))
    lead = person("crisis-lead")
    with pytest.raises(Forbidden):
        actions.pause(person("author"), "because")
    with pytest.raises(Invalid):
        actions.pause(lead, " ")
    actions.pause(lead, "A shooting in town")
    with pytest.raises(Conflict):
        actions.pause(lead, "again")
    later(timedelta(minutes=6))
    assert due(clock.now(), 10) == []
    assert claim(delivery.id, "w") is None
    assert actions.resume(lead, "All clear") == 1
    assert fresh(delivery).state == S.HELD
    assert fresh(tomorrow).state == S.SCHEDULED
    assert due(clock.now(), 10) == []
    actions.release(lead, delivery.id)
    deliver(delivery.id, "w")
    assert fresh(delivery).state == S.CONFIRMED


def test_a_pause_does_not_leave_in_doubt_what_is_on_its_way(scheduled, network, person, later):
    delivery = scheduled()
    network.send_answers = [Unknown("cut")]
    deliver(delivery.id, "w")
    actions.pause(person("crisis-lead"), "A shooting in town")
    later(timedelta(seconds=10))
    assert due(clock.now(), 10)
    deliver(delivery.id, "w")  # absent: it would be sent again, were it not for the pause
    assert fresh(delivery).state == S.SCHEDULED
    assert claim(delivery.id, "w") is None
    assert len(network.sent) == 1


def test_deleting_is_asked_of_the_network_and_kept_in_our_record(scheduled, network, person):
    delivery = scheduled()
    deliver(delivery.id, "w")
    lead = person("communications-lead")
    with pytest.raises(Invalid):
        actions.delete(lead, delivery.id, "")
    actions.delete(lead, delivery.id, "It named a ward.")
    assert fresh(delivery).state == S.DELETING
    deliver(delivery.id, "w")
    assert fresh(delivery).state == S.DELETED
    assert fresh(delivery).content["text"] == "Our clinic opens at nine."


def test_a_slot_is_a_time_on_the_wall(person, approved):
    author = person("author")
    winter = datetime(clock.now().year + 1, 1, 15, 9, 0)
    summer = datetime(clock.now().year + 1, 7, 15, 9, 0)
    for wall, utc_hour in ((winter, 8), (summer, 7)):
        post = approved(author)
        actions.schedule(author, post.id, wall)
        kept = access_post(author, post.id)
        assert (kept.slot, kept.slot_zone) == (wall.isoformat(timespec="minutes"), "Europe/Berlin")
        assert kept.due_at.hour == utc_hour


def test_a_time_that_has_passed_or_is_years_away_is_refused(person, approved):
    author = person("author")
    post = approved(author)
    for wrong in (timedelta(hours=-1), timedelta(days=800)):
        with pytest.raises(Invalid):
            actions.schedule(author, post.id, clock.now() + wrong)


def test_a_draft_cannot_be_scheduled_and_an_auditor_schedules_nothing(person, write, approved):
    author = person("author")
    with pytest.raises(Conflict):
        actions.schedule(author, write(author).id)
    with pytest.raises(Forbidden):
        actions.schedule(person("auditor"), approved(author).id)


def test_unscheduled_and_scheduled_again_it_leaves_once(person, approved):
    author = person("author")
    post = approved(author)
    (first,) = actions.schedule(author, post.id, clock.now() + timedelta(hours=1))
    actions.unschedule(author, post.id)
    (second,) = actions.schedule(author, post.id)
    assert (fresh(first).state, fresh(second).state) == (S.CANCELLED, S.SCHEDULED)
    deliver(first.id, "w")
    deliver(second.id, "w")
    assert list(Delivery.objects.filter(state=S.CONFIRMED)) == [second]


def test_an_approval_expires_a_day_after_its_slot(person, approved, later):
    from bedside.approvals.chores import expire_approvals

    author = person("author")
    post = approved(author)
    (delivery,) = actions.schedule(author, post.id, clock.now() + timedelta(hours=1))
    later(timedelta(hours=25, minutes=1))
    expire_approvals()
    assert access_post(author, post.id).state == Post.State.DRAFT
    assert fresh(delivery).state == S.CANCELLED
    assert post.reviews.get().state == "expired"


def test_every_state_is_in_the_graph():
    assert set(MOVES) == set(S.values)
    assert {to for targets in MOVES.values() for to in targets} <= set(S.values)
