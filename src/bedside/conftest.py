"""The small world the rooms' tests live in: an organisation, people with roles, a newsroom, a post."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest

from bedside.core import clock


@pytest.fixture
def organization(db: None) -> Any:
    from bedside.organization.models import Organization

    return Organization.objects.create(name="Marlow Valley Health", time_zone="Europe/Berlin")


@pytest.fixture
def person(organization: Any) -> Callable[..., Any]:
    """`person("author")` makes a caller with these roles: `.person` is the person behind it."""
    from bedside.accounts.caller import Caller
    from bedside.accounts.models import Person, RoleGrant

    def make(*roles: str, name: str = "", channel: Any = None) -> Caller:
        number = Person.objects.count() + 1
        made = Person(email=f"{(roles or ('nobody',))[0]}{number}@example.org", name=name)
        made.set_unusable_password()
        made.save()
        for role in roles:
            RoleGrant.objects.create(person=made, role=role, channel=channel)
        return Caller(made, "api", "127.0.0.1")

    return make


@pytest.fixture
def newsroom(organization: Any) -> Any:
    from bedside.connections.models import Connection

    return Connection.objects.create(kind="newsroom", name="Newsroom", handle="newsroom")


@pytest.fixture
def write(newsroom: Any) -> Callable[..., Any]:
    """`write(author, "text")` makes a draft for the newsroom."""
    from bedside.posts.actions import Draft, create

    def make(author: Any, text: str = "Our clinic opens at nine.", **more: Any) -> Any:
        return create(author, Draft(text=text, title="News", channels=[newsroom.id], **more))

    return make


@pytest.fixture
def approved(write: Callable[..., Any], person: Callable[..., Any]) -> Callable[..., Any]:
    """`approved(author)` makes a post that a communications lead has approved."""
    from bedside.approvals.actions import decide, submit
    from bedside.posts.queries import access_post

    def make(author: Any, text: str = "Our clinic opens at nine.", lead: Any = None) -> Any:
        post = write(author, text)
        submit(author, post.id)
        decide(lead or person("communications-lead"), post.id, post.digest, "approve")
        return access_post(author, post.id)

    return make


@pytest.fixture
def later() -> Iterator[Callable[[timedelta], None]]:
    """`later(timedelta(hours=1))` moves Bedside's clock on; it is put back after the test."""
    yield clock.shift
    clock.shift(timedelta(0))
