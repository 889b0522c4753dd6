"""What people do at the very moment at which a delivery is claimed: on PostgreSQL, in threads.

On SQLite a transaction that writes has the database to itself, so there is nothing to race. What came first is
what the record says: every test reads the order of things from it.
"""

from __future__ import annotations

import contextlib
import random
import threading
import time
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import Error, connection

from bedside.accounts.actions import change_roles, end_account
from bedside.accounts.caller import Caller
from bedside.approvals.actions import decide, submit
from bedside.approvals.chores import expire_approvals
from bedside.audit import actions as audit
from bedside.audit.models import Entry
from bedside.audit.queries import verify
from bedside.channels.port import CannotTell, Receipt, Unknown
from bedside.connections.actions import lose, remove
from bedside.connections.models import Connection
from bedside.core import clock
from bedside.core.errors import BedsideError, Conflict
from bedside.posts.actions import Draft, create, edit
from bedside.publishing import actions, outbox
from bedside.publishing.models import Delivery, Pause
from bedside.publishing.outbox import LEASE, claim, deliver, due, settle, work

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(
        "connection.vendor != 'postgresql'", reason="on SQLite writers take turns by themselves"
    ),
]
S = Delivery.State
SHELL = Caller(None, "cli")
WAIT = 20


class Thread(threading.Thread):
    """Runs `do` beside the test; `result` is what it returned or raised."""

    def __init__(self, do: Callable[[], object]) -> None:
        super().__init__(daemon=True)
        self.do, self.result = do, None
        self.start()

    def run(self) -> None:
        try:
            self.result = self.do()
        except Exception as error:
            self.result = error
        finally:
            connection.close()

    def done(self) -> object:
        self.join(WAIT)
        assert not self.is_alive(), "it hangs"
        return self.result


class Gate:
    """A place in a transaction where a thread waits, with its locks, until the test lets it go on."""

    def __init__(self) -> None:
        self.reached, self.go_on = threading.Event(), threading.Event()

    def __call__(self) -> None:
        self.reached.set()
        assert self.go_on.wait(WAIT)


@pytest.fixture
def checked(monkeypatch):
    """The gate in a claim where all has been checked, and nothing committed."""
    gate, whole = Gate(), outbox.why_not

    def why_not(*args):
        found = whole(*args)
        if not gate.reached.is_set():
            gate()
        return found

    monkeypatch.setattr(outbox, "why_not", why_not)
    return gate


@pytest.fixture
def recorded(monkeypatch):
    """The gate at the end of an action, where all is written, and nothing committed."""
    gate, whole = Gate(), audit._append

    def append(records):
        found = whole(records)
        if threading.current_thread() is not threading.main_thread() and not gate.reached.is_set():
            gate()
        return found

    monkeypatch.setattr(audit, "_append", append)
    return gate


def entries() -> list[str]:
    return list(Entry.objects.order_by("seq").values_list("verb", flat=True))


def _lead(delivery):
    return delivery.post.reviews.get(state="approved").decisions.get().person


ACTIONS = {
    "edit": lambda d, who: edit(who("author"), d.post_id, Draft(text="Other words.")),
    "unschedule": lambda d, who: actions.unschedule(who("author"), d.post_id),
    "reschedule": lambda d, who: actions.reschedule(
        who("author"), d.post_id, clock.now() + timedelta(hours=2)
    ),
    "cancel": lambda d, who: actions.cancel(who("communications-lead"), d.id),
    "pause": lambda d, who: actions.pause(who("crisis-lead"), "A fire in the east wing"),
    "roles": lambda d, who: change_roles(SHELL, _lead(d).id, [("author", None)]),
    "account": lambda d, who: end_account(SHELL, _lead(d).id),
    "lost": lambda d, who: lose(d.connection_id, "The token was taken away."),
    "removed": lambda d, who: remove(SHELL, d.connection_id),
}
# What is refused once the post is on its way; all else is done, and counts for the next.
TOO_LATE = {"edit", "unschedule", "reschedule", "cancel"}


@pytest.mark.parametrize("name", ACTIONS)
def test_what_comes_while_a_delivery_is_claimed_comes_after_it(name, scheduled, person, checked):
    delivery = scheduled()
    people = {role: person(role) for role in ("author", "communications-lead", "crisis-lead")}
    before = len(entries())
    claiming = Thread(lambda: claim(delivery.id, "w1"))
    assert checked.reached.wait(WAIT)
    acting = Thread(lambda: ACTIONS[name](Delivery.objects.get(id=delivery.id), people.__getitem__))
    time.sleep(0.3)
    assert acting.is_alive(), f"it did not wait: {acting.result!r}"
    checked.go_on.set()
    assert claiming.done() is not None
    result = acting.done()
    assert Delivery.objects.get(id=delivery.id).state == S.ARMED
    assert entries()[before] == "delivery.armed"
    if name in TOO_LATE:
        assert isinstance(result, Conflict)
        assert len(entries()) == before + 1
    else:
        assert not isinstance(result, Exception), result
        assert len(entries()) == before + 2


@pytest.mark.parametrize("name", ACTIONS)
def test_what_came_before_the_claim_stops_it(name, scheduled, person, recorded, network):
    delivery = scheduled()
    people = {role: person(role) for role in ("author", "communications-lead", "crisis-lead")}
    acting = Thread(lambda: ACTIONS[name](Delivery.objects.get(id=delivery.id), people.__getitem__))
    assert recorded.reached.wait(WAIT), acting.result
    claiming = Thread(lambda: claim(delivery.id, "w1"))
    time.sleep(0.3)
    assert claiming.is_alive(), "it did not wait"
    recorded.go_on.set()
    assert not isinstance(acting.done(), Exception), acting.result
    assert claiming.done() is None
    now = Delivery.objects.get(id=delivery.id)
    assert now.state in {S.SCHEDULED, S.HELD, S.CANCELLED}
    assert now.state != S.SCHEDULED or name in {"pause", "reschedule"}
    assert "delivery.armed" not in entries()
    assert network.sent == []


def test_one_of_many_workers_gets_it(scheduled, network):
    delivery = scheduled()
    start = threading.Barrier(8)

    def take(number):
        start.wait(WAIT)
        return claim(delivery.id, f"w{number}")

    threads = [Thread(lambda n=n: take(n)) for n in range(8)]
    results = [thread.done() for thread in threads]
    assert sum(result is not None for result in results) == 1
    assert delivery.attempts.count() == 1


def test_one_of_many_workers_looks_up_what_another_left(scheduled, network, later):
    delivery = scheduled()
    claim(delivery.id, "dead")
    later(LEASE + timedelta(seconds=1))
    start = threading.Barrier(6)

    def take(number):
        start.wait(WAIT)
        return claim(delivery.id, f"w{number}")

    results = [thread.done() for thread in [Thread(lambda n=n: take(n)) for n in range(6)]]
    (found,) = [result for result in results if result is not None]
    assert found.kind == "find"


def test_a_resume_holds_back_what_waits_for_it_to_end(scheduled, person, recorded):
    delivery, crisis = scheduled(), person("crisis-lead")
    actions.pause(crisis, "A fire in the east wing")
    resuming = Thread(lambda: actions.resume(crisis, "All clear"))
    assert recorded.reached.wait(WAIT), resuming.result
    claiming = Thread(lambda: claim(delivery.id, "w1"))
    time.sleep(0.2)
    recorded.go_on.set()
    assert resuming.done() == 1
    assert claiming.done() is None
    assert Delivery.objects.get(id=delivery.id).state == S.HELD


@pytest.mark.parametrize("first", ["receipt", "person"])
def test_a_late_receipt_and_a_person_who_says_not_sent(scheduled, network, person, later, first):
    delivery, lead = scheduled(), person("communications-lead")
    claimed = claim(delivery.id, "frozen")
    outcome = work(claimed)
    later(LEASE + timedelta(seconds=1))
    network.find_answers = [CannotTell("it is not in the list", final=True)]
    deliver(delivery.id, "w2")
    assert Delivery.objects.get(id=delivery.id).state == S.UNSURE
    steps = [
        lambda: settle(claimed, outcome, "frozen"),
        lambda: actions.resolve(lead, delivery.id, "not-sent"),
    ]
    for step in steps if first == "receipt" else reversed(steps):
        with contextlib.suppress(Conflict):
            step()
    now = Delivery.objects.get(id=delivery.id)
    assert (now.state, now.remote_id) == (S.CONFIRMED, "r1")
    with pytest.raises(Conflict):
        actions.release(lead, delivery.id)
    assert len(network.sent) == 1


def test_settling_and_deciding_at_once_never_deadlock(scheduled, network, person):
    """A late receipt, an edit and a cancel all want the same post, its delivery and the end of the record."""
    author, lead = person("author"), person("communications-lead")
    for number in range(6):
        delivery = scheduled(f"Words for day {number}.", clock.now() + timedelta(hours=1))
        threads = [
            Thread(lambda d=delivery: actions.cancel(lead, d.id)),
            Thread(lambda d=delivery: edit(author, d.post_id, Draft(text="Other words."))),
            Thread(
                lambda d=delivery: actions.reschedule(author, d.post_id, clock.now() + timedelta(hours=3))
            ),
            Thread(expire_approvals),
        ]
        results = [thread.done() for thread in threads]
        assert not [r for r in results if isinstance(r, Error)], results


def test_in_the_order_of_the_record_only_what_was_approved_has_left(scheduled, network, person, monkeypatch):
    """Workers, authors, a lead who loses and gains the role, and a pause that comes and goes, all at once.

    The record is written in the order in which things came to count, so going through it once tells for every
    delivery that was armed whether at that moment it might.
    """
    monkeypatch.setattr(network, "_give", _mostly_well(random.Random(11), network._give))
    lead, crisis, author = person("communications-lead"), person("crisis-lead"), person("author")
    connection_id = Connection.objects.create(kind="drill", name="Drill").id
    posts = []
    for number in range(24):
        post = create(author, Draft(text=f"Song {number} in the garden.", channels=[connection_id]))
        submit(author, post.id)
        decide(lead, post.id, post.digest, "approve")
        actions.schedule(author, post.id, clock.now() + timedelta(seconds=0.5 + number * 0.08))
        posts.append(post.id)
    ends = time.monotonic() + 5
    troubles: list[object] = []

    def repeat(do: Callable[[random.Random], object], seed: int, rest: float) -> Callable[[], None]:
        def run() -> None:
            dice = random.Random(seed)
            while time.monotonic() < ends:
                try:
                    do(dice)
                except BedsideError:
                    pass
                except Exception as error:
                    troubles.append(error)
                time.sleep(rest * dice.random())

        return run

    def deliver_some(dice: random.Random) -> None:
        for row, _lane in due(clock.now(), 10):
            deliver(row, f"w{threading.get_ident()}")

    def write(dice: random.Random) -> None:
        chosen = dice.choice(posts)
        if dice.random() < 0.5:
            edit(author, chosen, Draft(text=f"Song {dice.random()} in the garden."))
            return
        submit(author, chosen)

    def approve(dice: random.Random) -> None:
        chosen = dice.choice(posts)
        fresh = Caller(type(lead.person).objects.get(id=lead.person.id), "api")
        decide(fresh, chosen, create.__globals__["Post"].objects.get(id=chosen).digest, "approve")
        actions.schedule(author, chosen)

    def change(dice: random.Random) -> None:
        change_roles(SHELL, lead.person.id, [("communications-lead", None)] if dice.random() < 0.7 else [])

    def stop_and_go(dice: random.Random) -> None:
        if Pause.objects.filter(lifted_at=None).exists():
            actions.resume(crisis, "All clear")
            for row in Delivery.objects.filter(state=S.HELD)[:5]:
                actions.release(Caller(None, "cli"), row.id)
        else:
            actions.pause(crisis, "A fire in the east wing")

    jobs = [(deliver_some, 0.02), (deliver_some, 0.02), (deliver_some, 0.02)]
    jobs += [(write, 0.05), (approve, 0.05), (change, 0.2), (stop_and_go, 0.4)]
    threads = [Thread(repeat(do, seed, rest)) for seed, (do, rest) in enumerate(jobs)]
    for thread in threads:
        thread.join(60)
        assert not thread.is_alive()
    assert not troubles, troubles[:3]
    assert verify().ok
    armed = _go_through_the_record(lead.person.id)
    assert armed >= 5, f"only {armed} were armed: the test shows too little"


def _mostly_well(dice: random.Random, whole: Callable[..., object]) -> Callable[..., object]:
    def give(answers: list[object], otherwise: object) -> object:
        time.sleep(0.005)
        if isinstance(otherwise, Receipt) and dice.random() < 0.2:
            raise Unknown("cut off")
        return whole(answers, otherwise)

    return give


def _go_through_the_record(lead_id: object) -> int:
    """Raises when something was armed that might not be at that moment; how many were."""
    paused, is_lead, armed = False, True, 0
    digest: dict[str, str] = {}
    approved: dict[str, str] = {}
    for entry in Entry.objects.order_by("seq").select_related("detail"):
        facts = entry.facts or {}
        match entry.verb:
            case "post.created" | "post.edited":
                digest[entry.noun_id] = facts["digest"]
                approved.pop(entry.noun_id, None)
            case "post.approved":
                approved[entry.noun_id] = facts["digest"]
            case "pause.set":
                paused = True
            case "pause.lifted":
                paused = False
            case "person.roles_changed":
                if entry.noun_id == str(lead_id):
                    is_lead = bool(facts["after"])
            case "delivery.armed":
                armed += 1
                post = facts["post"]
                assert not paused, f"entry {entry.seq}: armed while paused"
                assert is_lead, f"entry {entry.seq}: armed while the approver had lost the role"
                assert facts["digest"] == digest[post] == approved.get(post), (
                    f"entry {entry.seq}: not approved"
                )
    return armed
