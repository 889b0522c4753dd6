"""A channel whose network does as it is told, and deliveries for it."""

from __future__ import annotations

import dataclasses

import pytest

from bedside.approvals.actions import decide, submit
from bedside.channels import registry
from bedside.channels.port import Receipt, SafeToSend
from bedside.connections.models import Connection
from bedside.posts.actions import Draft, create
from bedside.publishing import actions
from bedside.publishing.models import Delivery


class Network:
    """What the next calls answer, and what was asked."""

    def __init__(self) -> None:
        self.send_answers: list[object] = []
        self.find_answers: list[object] = []
        self.sent: list[dict] = []
        self.found = 0

    def _give(self, answers: list[object], otherwise: object) -> object:
        answer = answers.pop(0) if answers else otherwise
        if isinstance(answer, Exception):
            raise answer
        return answer

    def send(self, prepared, pictures, account, wire):
        self.sent.append(prepared)
        return self._give(self.send_answers, Receipt("r1", "https://social.example.org/1"))

    def find(self, prepared, account, first_sent_at, wire):
        self.found += 1
        return self._give(self.find_answers, SafeToSend("nothing is there"))


@pytest.fixture
def network(monkeypatch):
    """A channel of kind “drill” that is declared like any other."""
    net = Network()
    drill = dataclasses.replace(
        registry.channel("webhook"),
        kind="drill",
        send=net.send,
        find=net.find,
        prepare=lambda outgoing, account: {"key": outgoing.key, "text": outgoing.text},
        check_content=lambda outgoing, facts: [],
        delete=lambda remote_id, prepared, account, wire: None,
    )
    known = {**registry.channels(), "drill": drill}
    monkeypatch.setattr("bedside.connections.models.channel", known.__getitem__)
    return net


@pytest.fixture
def scheduled(network, person, organization):
    """A delivery of an approved post to the drill channel, due now."""

    def make(text="Our clinic opens at nine.", at=None) -> Delivery:
        connection = Connection.objects.filter(kind="drill").first() or Connection.objects.create(
            kind="drill", name="Drill"
        )
        author, lead = person("author"), person("communications-lead")
        post = create(author, Draft(text=text, channels=[connection.id]))
        submit(author, post.id)
        decide(lead, post.id, post.digest, "approve")
        return actions.schedule(author, post.id, at)[0]

    return make
