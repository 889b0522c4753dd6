"""Old links, resets and ends: what they bring back (nothing) and what they leave open (nothing)."""

from __future__ import annotations

import uuid

import pytest
from django.utils import timezone

from bedside.accounts.actions import (
    accept_invitation,
    add_person,
    change_roles,
    create_token,
    end_account,
    invite,
    open_invitation,
    reset_sign_in,
)
from bedside.accounts.caller import Caller
from bedside.accounts.models import Person
from bedside.accounts.queries import token_in_use
from bedside.accounts.setup import finish_setup, is_finished, open_setup, setup_token
from bedside.core.errors import Conflict, NotFound

pytestmark = pytest.mark.django_db
SHELL = Caller(None, "cli")
NOOR = "noor@example.org"
GIVEN = {"name": "Noor Haddad", "password": "lantern orbit cactus violin", "address": "192.0.2.7"}


def roles(person: Person) -> set[str]:
    return set(person.grants.values_list("role", flat=True))


def test_a_new_account_gets_the_roles_of_its_invitation() -> None:
    channel = uuid.uuid4()
    _invitation, token = invite(SHELL, NOOR, [("author", None), ("legal", channel)])
    person = accept_invitation(token, **GIVEN)
    assert set(person.grants.values_list("role", "channel")) == {("author", None), ("legal", channel)}


def test_an_old_invitation_does_not_bring_back_a_role_taken_away_since() -> None:
    person = add_person(SHELL, NOOR, [("administrator", None)])
    _invitation, token = invite(SHELL, NOOR, [("administrator", None)])
    add_person(SHELL, "dana@example.org", [("administrator", None)])
    change_roles(SHELL, person.id, [("author", None)])
    accept_invitation(token, **GIVEN)
    assert roles(person) == {"author"}


def test_an_invitation_from_before_a_reset_neither_opens_the_account_nor_adds_a_role() -> None:
    _first, used = invite(SHELL, NOOR, [("author", None)])
    _second, old = invite(SHELL, NOOR, [("administrator", None)])
    person = accept_invitation(used, **GIVEN)
    with pytest.raises(Conflict):
        accept_invitation(old, **GIVEN)
    _invitation, fresh = reset_sign_in(SHELL, person.id)
    with pytest.raises(NotFound):
        open_invitation(old)
    accept_invitation(fresh, **GIVEN)
    assert roles(person) == {"author"}


@pytest.mark.parametrize("end", [reset_sign_in, end_account])
def test_the_programs_of_somebody_who_is_shut_out_are_too(end) -> None:
    person = add_person(SHELL, NOOR, [("author", None)])
    _token, text = create_token(Caller(person, "web"), person, ["all"])
    assert token_in_use(text)
    end(SHELL, person.id)
    # Also when the account is opened again.
    Person.objects.update(is_active=True)
    assert token_in_use(text) is None


def test_the_only_administrator_is_let_in_again_from_the_shell_alone() -> None:
    invitation = setup_token("dana@example.org")
    stale = setup_token("eve@example.org")
    dana = finish_setup(invitation, email="", time_zone="", **GIVEN)
    Person.objects.filter(id=dana.id).update(last_login=timezone.now())
    with pytest.raises(Conflict):
        reset_sign_in(Caller(None, "web"), dana.id)
    _invitation, token = reset_sign_in(SHELL, dana.id)
    assert is_finished()
    with pytest.raises(NotFound):
        open_setup(stale)
    with pytest.raises(Conflict):
        setup_token()
    accept_invitation(token, **GIVEN)
    assert roles(dana) == {"administrator"}


def test_the_first_administrator_may_have_an_account_already() -> None:
    person = add_person(SHELL, NOOR, [("author", None)])
    finish_setup(setup_token(), email=NOOR, time_zone="", **GIVEN)
    assert roles(person) == {"author", "administrator"}
