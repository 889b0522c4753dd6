from __future__ import annotations

from datetime import timedelta

import pytest

from bedside.accounts.actions import invite
from bedside.accounts.caller import Caller
from bedside.accounts.models import Invitation, Person
from bedside.accounts.roles import Role
from bedside.accounts.setup import finish_setup, is_finished, open_setup, setup_token
from bedside.audit.models import Entry
from bedside.core import clock
from bedside.core.errors import Conflict, Invalid, NotFound

pytestmark = pytest.mark.django_db
GIVEN = {"name": "Dana Whitfield", "password": "x" * 20, "time_zone": "Europe/Berlin", "address": "192.0.2.7"}


def test_the_first_administrator_comes_by_the_link_and_closes_all_others() -> None:
    earlier, token = setup_token(), setup_token()
    assert not is_finished()
    person = finish_setup(token, email=" Dana@Example.ORG ", **GIVEN)
    assert person.email == "Dana@example.org"
    assert person.roles() == {Role.ADMINISTRATOR}
    assert person.time_zone == "Europe/Berlin"
    assert is_finished()
    for used in (token, earlier):
        with pytest.raises(NotFound):
            open_setup(used)
    with pytest.raises(Conflict):
        setup_token()
    entry = Entry.objects.get(verb="person.joined")
    assert (entry.actor_label, entry.address, entry.door) == ("Dana@example.org", "192.0.2.7", "web")


def test_two_links_do_not_make_two_first_administrators() -> None:
    one, other = setup_token(), setup_token()
    finish_setup(one, email="one@example.org", **GIVEN)
    with pytest.raises(NotFound):
        finish_setup(other, email="other@example.org", **GIVEN)
    assert Person.objects.count() == 1


def test_a_link_runs_out_after_seven_days() -> None:
    token = setup_token()
    clock.shift(timedelta(days=7, seconds=1))
    try:
        with pytest.raises(NotFound):
            open_setup(token)
    finally:
        clock.shift(timedelta(0))
    assert open_setup(token)


def test_only_a_hash_of_the_link_is_kept() -> None:
    token = setup_token()
    kept = Invitation.objects.get()
    assert token not in str(vars(kept))


def test_an_invitation_to_write_does_not_set_up() -> None:
    _invitation, token = invite(Caller(None, "cli"), "a@example.org", [("author", None)])
    with pytest.raises(NotFound):
        open_setup(token)


def test_what_is_wrong_with_an_address_or_name_is_said_and_the_link_stays_good() -> None:
    token = setup_token()
    with pytest.raises(Invalid):
        finish_setup(token, email="no address", **GIVEN)
    with pytest.raises(Invalid):
        finish_setup(token, email="dana@example.org", **{**GIVEN, "name": "  "})
    with pytest.raises(Invalid):
        finish_setup(token, email="dana@example.org", **{**GIVEN, "time_zone": "Mars/Olympus"})
    assert not Person.objects.exists()
    assert open_setup(token)
