"""Whatever people, clocks and kills do in whatever order: nothing leaves unapproved, nothing twice, nothing is lost.

The network is the smallest one that can lie: it publishes or not, and answers or not, and tells the truth when it is
looked at. Each publication is checked in the moment in which it happens.
"""

from __future__ import annotations

import dataclasses
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from bedside.accounts.actions import change_roles, end_account
from bedside.accounts.caller import Caller
from bedside.accounts.models import Person, RoleGrant
from bedside.approvals.actions import decide, submit, withdraw
from bedside.approvals.queries import contributors, live_review, objections
from bedside.audit.queries import verify
from bedside.channels import registry
from bedside.channels.port import Busy, CannotTell, Receipt, Refused, SafeToSend, Unknown
from bedside.connections.actions import lose
from bedside.connections.models import Connection
from bedside.core import clock
from bedside.core.errors import BedsideError
from bedside.organization.models import Organization
from bedside.posts.actions import Draft, create, discard, edit, restore
from bedside.posts.models import Post
from bedside.posts.queries import access_post
from bedside.publishing import actions
from bedside.publishing.claimed import Claimed, Outcome
from bedside.publishing.models import WAITS_FOR_A_PERSON, Delivery
from bedside.publishing.outbox import claim, deliver, due, paused, settle, work

S = Delivery.State
SHELL = Caller(None, "cli")
TEXTS = ["Our clinic opens at nine.", "Our clinic opens at ten.", "We loved having your family in."]
ROLES = ["author", "author", "communications-lead", "communications-lead", "privacy-officer", "crisis-lead"]
FATES = ["out", "out", "out, unanswered", "lost", "busy", "refused"]
PICK = st.integers(0, 1000)


class Network:
    """What is published, by the delivery's key; `fate` is how the next sending ends."""

    def __init__(self) -> None:
        self.published: dict[str, int] = {}
        self.fate = "out"
        self.blind = False
        # What should never have left. Kept and not raised: the outbox takes any error of a channel for an
        # unknown outcome, as it should.
        self.wrong: list[str] = []

    def prepare(self, outgoing: Any, account: Any) -> dict[str, str]:
        return {"key": outgoing.key, "text": outgoing.text}

    def send(self, prepared: dict[str, str], pictures: Any, account: Any, wire: Any) -> Receipt:
        fate, self.fate = self.fate, "out"
        if fate == "busy":
            raise Busy("too many requests", clock.now() + timedelta(seconds=30))
        if fate == "refused":
            raise Refused("not like this")
        if fate == "lost":
            raise Unknown("cut before it arrived")
        self._publish(prepared)
        if fate == "out, unanswered":
            raise Unknown("cut before the answer")
        return Receipt(prepared["key"], f"https://social.example.org/{prepared['key']}")

    def _publish(self, prepared: dict[str, str]) -> None:
        delivery = Delivery.objects.select_related("post").get(id=prepared["key"])
        post = delivery.post
        review = live_review(post)
        people = [decision.person_id for decision in review.decisions.all()] if review else []
        self.published[prepared["key"]] = self.published.get(prepared["key"], 0) + 1
        checks = {
            "another text": delivery.content["text"] == prepared["text"] and post.digest == delivery.digest,
            "without a standing approval": objections(post, delivery.digest) == [],
            "with too few people": review is not None
            and len(people) == len(set(people)) == len(review.steps),
            "approved by who wrote it": not set(people) & contributors(post),
            "during a pause": not paused(),
            "through a channel that is signed out": delivery.connection.state == "connected",
            "late": delivery.late_allowed or clock.now() <= delivery.due_at + timedelta(minutes=10),
            "twice": self.published[prepared["key"]] == 1,
        }
        self.wrong += [f"it left {how}" for how, fine in checks.items() if not fine]

    def find(self, prepared: dict[str, str], account: Any, since: datetime, wire: Any) -> Any:
        if prepared["key"] in self.published:
            return Receipt(prepared["key"], f"https://social.example.org/{prepared['key']}")
        if self.blind:
            return CannotTell("the list does not go back so far")
        return SafeToSend("it is not there")


class Desk(RuleBasedStateMachine):
    @initialize()
    def open(self) -> None:
        self.block = transaction.atomic()
        self.block.__enter__()
        clock.shift(timedelta(0))
        self.ahead = timedelta(0)
        self.network = NETWORK
        self.network.__init__()  # type: ignore[misc]
        Organization.objects.create(name="Marlow Valley Health")
        self.channel = Connection.objects.create(kind="drill", name="Drill")
        self.people = []
        for number, role in enumerate(ROLES):
            person = Person.objects.create(email=f"{role}{number}@example.org")
            RoleGrant.objects.create(person=person, role=role)
            self.people.append(person.id)
        self.posts: list[UUID] = []
        self.digests: list[str] = ["0" * 64]
        self.held: list[tuple[Claimed, Outcome | None, str]] = []
        self.workers = 0

    def teardown(self) -> None:
        try:
            self._to_rest()
        finally:
            clock.shift(timedelta(0))
            transaction.set_rollback(True)
            self.block.__exit__(None, None, None)

    def _to_rest(self) -> None:
        """Everybody goes home, the workers go on: what is due settles, and nothing is lost."""
        self.network.fate, self.network.blind = "out", False
        assert self.network.wrong == []
        if paused():
            actions.resume(SHELL, "All clear")
        for _round in range(60):
            self._later(timedelta(minutes=10))
            for delivery, _lane in due(clock.now(), 100):
                deliver(delivery, "last")
        assert self.network.wrong == []
        for delivery in Delivery.objects.all():
            out = str(delivery.id) in self.network.published
            assert delivery.state in {S.CONFIRMED, S.CANCELLED, S.SCHEDULED, *WAITS_FOR_A_PERSON}, (
                delivery.state
            )
            if delivery.state == S.SCHEDULED:
                assert delivery.next_at is not None and delivery.next_at > clock.now(), "it was forgotten"
            assert out == (delivery.state == S.CONFIRMED), (delivery.state, out)
            assert delivery.words or delivery.state not in WAITS_FOR_A_PERSON, "nobody is told why it waits"
        assert verify().ok

    def _later(self, by: timedelta) -> None:
        self.ahead += by
        clock.shift(self.ahead)

    def _who(self, pick: int) -> Caller:
        return Caller(Person.objects.get(id=self.people[pick % len(self.people)]), "api")

    def _post(self, pick: int) -> UUID | None:
        return self.posts[pick % len(self.posts)] if self.posts else None

    def _try(self, deed: Any, *args: Any) -> Any:
        try:
            with transaction.atomic():
                return deed(*args)
        except BedsideError:
            return None

    @rule(who=PICK, text=st.sampled_from(TEXTS))
    def writes(self, who: int, text: str) -> None:
        post = self._try(create, self._who(who), Draft(text=text, channels=[self.channel.id]))
        if post:
            self.posts.append(post.id)
            self.digests.append(post.digest)

    @rule(who=PICK, which=PICK, text=st.sampled_from(TEXTS))
    def edits(self, who: int, which: int, text: str) -> None:
        if post_id := self._post(which):
            post = self._try(edit, self._who(who), post_id, Draft(text=text))
            if post:
                self.digests.append(post.digest)

    @rule(who=PICK, which=PICK)
    def submits(self, who: int, which: int) -> None:
        if post_id := self._post(which):
            self._try(submit, self._who(who), post_id)

    @rule(who=PICK, which=PICK, digest=PICK, stale=st.booleans(), yes=st.integers(0, 5))
    def decides(self, who: int, which: int, digest: int, stale: bool, yes: int) -> None:
        if post_id := self._post(which):
            seen = self.digests[digest % len(self.digests)] if stale else Post.objects.get(id=post_id).digest
            self._try(decide, self._who(who), post_id, seen, "approve" if yes else "reject", "Because.")

    @rule(which=PICK, minutes=st.sampled_from([None, 5, 60]))
    def goes_all_the_way(self, which: int, minutes: int | None) -> None:
        """What usually happens, so that the rest has something to happen to."""
        post_id = self._post(which)
        if post_id is None:
            return
        post = access_post(SHELL, post_id)
        self._try(submit, Caller(post.author, "api"), post_id)
        for person in self.people:
            self._try(decide, Caller(Person.objects.get(id=person), "api"), post_id, post.digest, "approve")
        at = clock.now() + timedelta(minutes=minutes) if minutes else None
        self._try(actions.schedule, SHELL, post_id, at)

    @rule(which=PICK, deed=st.sampled_from([withdraw, discard, restore, actions.unschedule]), who=PICK)
    def turns_back(self, which: int, deed: Any, who: int) -> None:
        if post_id := self._post(which):
            self._try(deed, self._who(who), post_id)

    @rule(which=PICK, minutes=st.sampled_from([1, 30]))
    def reschedules(self, which: int, minutes: int) -> None:
        if post_id := self._post(which):
            self._try(actions.reschedule, SHELL, post_id, clock.now() + timedelta(minutes=minutes))

    @rule()
    def pauses(self) -> None:
        self._try(actions.pause, SHELL, "A shooting in town")

    @rule()
    def resumes(self) -> None:
        self._try(actions.resume, SHELL, "All clear")

    @rule(which=PICK, deed=st.sampled_from([actions.release, actions.cancel, actions.look_again]))
    def decides_about_a_delivery(self, which: int, deed: Any) -> None:
        waiting = list(Delivery.objects.filter(state__in=[*WAITS_FOR_A_PERSON, S.SCHEDULED]))
        if waiting:
            self._try(deed, SHELL, waiting[which % len(waiting)].id)

    @rule(who=PICK, role=st.sampled_from(["author", "communications-lead", "auditor"]))
    def changes_a_role(self, who: int, role: str) -> None:
        self._try(change_roles, SHELL, self.people[who % len(self.people)], [(role, None)])

    @rule(who=st.integers(0, 40))
    def leaves_the_house(self, who: int) -> None:
        if who < len(self.people):
            self._try(end_account, SHELL, self.people[who])

    @rule(back=st.booleans())
    def sign_in_is_lost_and_found(self, back: bool) -> None:
        if back:
            Connection.objects.update(state=Connection.State.CONNECTED)
        else:
            lose(self.channel.id, "The token has been revoked.")

    @rule(
        by=st.sampled_from(
            [timedelta(seconds=2), timedelta(seconds=20), timedelta(minutes=6), timedelta(hours=2)]
        )
    )
    def time_passes(self, by: timedelta) -> None:
        self._later(by)

    @rule(fate=st.sampled_from(FATES), blind=st.booleans())
    def network_changes_its_mind(self, fate: str, blind: bool) -> None:
        self.network.fate, self.network.blind = fate, blind

    @rule(which=PICK, how_far=st.sampled_from(["all the way", "all the way", "claim", "work"]))
    def works(self, which: int, how_far: str) -> None:
        """A worker takes one step; killed after the claim or after the network's answer, it never settles."""
        rows = due(clock.now(), 100)
        if not rows:
            return
        self.workers += 1
        worker, row = f"w{self.workers}", rows[which % len(rows)][0]
        standing = paused()
        if how_far == "all the way":
            before = dict(self.network.published)
            deliver(row, worker)
            assert not standing or self.network.published == before, "it left during a pause"
            return
        claimed = claim(row, worker)
        if claimed is not None:
            outcome = work(claimed) if how_far == "work" else None
            self.held.append((claimed, outcome, worker))

    @rule(which=PICK)
    def a_frozen_worker_wakes(self, which: int) -> None:
        """It settles what it had learned, however late."""
        if self.held:
            claimed, outcome, worker = self.held.pop(which % len(self.held))
            if outcome is not None:
                settle(claimed, outcome, worker)

    @invariant()
    def nothing_left_that_should_not(self) -> None:
        if hasattr(self, "network"):
            assert self.network.wrong == []


NETWORK = Network()


@pytest.mark.django_db
def test_no_path_leads_to_an_unapproved_text_leaving(monkeypatch: pytest.MonkeyPatch) -> None:
    drill = dataclasses.replace(
        registry.channel("webhook"),
        kind="drill",
        prepare=NETWORK.prepare,
        send=NETWORK.send,
        find=NETWORK.find,
        check_content=lambda outgoing, facts: [],
    )
    known = {**registry.channels(), "drill": drill}
    monkeypatch.setattr("bedside.connections.models.channel", known.__getitem__)
    run_state_machine_as_test(
        Desk,
        settings=settings(
            max_examples=40,
            stateful_step_count=40,
            derandomize=True,
            deadline=None,
            database=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
