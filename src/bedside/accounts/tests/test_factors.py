from __future__ import annotations

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import generate_totp_secret
from allauth.usersessions.models import UserSession
from django.contrib.sessions.backends.db import SessionStore

from bedside.accounts import factors, sessions
from bedside.accounts.actions import change_password, end_account, open_invitation, reset_sign_in
from bedside.accounts.caller import Caller
from bedside.accounts.models import Person, RoleGrant
from bedside.audit.models import Entry
from bedside.core.errors import Conflict, Forbidden, NotFound
from bedside.vault import keyring
from bedside.vault.places import places

pytestmark = pytest.mark.django_db


def person(email: str, role: str = "author") -> Person:
    made = Person(email=email, name=email.split("@")[0])
    made.set_password("lantern orbit cactus violin")
    made.save()
    RoleGrant.objects.create(person=made, role=role)
    return made


def session_of(somebody: Person) -> str:
    store = SessionStore()
    store["x"] = 1
    store.create()
    assert store.session_key
    UserSession.objects.create(user=somebody, session_key=store.session_key, ip="192.0.2.1", user_agent="")
    return store.session_key


@pytest.fixture
def dana() -> Person:
    return person("dana@example.org", "administrator")


@pytest.fixture
def noor() -> Person:
    return person("noor@example.org")


def verbs() -> list[str]:
    return list(Entry.objects.order_by("seq").values_list("verb", flat=True))


def test_secrets_and_seeds_are_encrypted_and_follow_a_change_of_keys(dana: Person) -> None:
    caller, secret = Caller(dana, "web"), generate_totp_secret()
    app = factors.add_totp(caller, secret)
    codes = factors.renew_recovery_codes(caller)
    kept = Authenticator.objects.get(pk=app.pk)
    assert secret not in str(kept.data)
    assert keyring.decrypt(kept.data["secret"]).decode() == secret
    ring = keyring.current()
    newer = keyring.Keyring((keyring.new_key(), *ring.keys), "a test")
    assert places()["secrets of second factors"](newer.renew) == 2
    assert places()["secrets of second factors"](newer.renew) == 0
    kept.refresh_from_db()
    assert newer.decrypt(kept.data["secret"]).decode() == secret
    assert len(set(codes)) == 10


def test_the_last_factor_stays(dana: Person) -> None:
    caller = Caller(dana, "web")
    app = factors.add_totp(caller, generate_totp_secret())
    factors.renew_recovery_codes(caller)
    with pytest.raises(Conflict):
        factors.remove_factor(caller, app.pk)
    with pytest.raises(Conflict):
        factors.add_totp(caller, generate_totp_secret())
    key = factors.add_passkey(caller, "  My   phone ", {"id": "x"})
    assert key.data["name"] == "My phone"
    factors.remove_factor(caller, app.pk)
    assert [one.pk for one in factors.factors(dana)] == [key.pk]
    assert verbs() == ["factor.added", "recovery-codes.made", "factor.added", "factor.removed"]


def test_somebody_elses_factor_is_not_found(dana: Person, noor: Person) -> None:
    app = factors.add_totp(Caller(noor, "web"), generate_totp_secret())
    factors.add_totp(Caller(dana, "web"), generate_totp_secret())
    with pytest.raises(NotFound):
        factors.remove_factor(Caller(dana, "web"), app.pk)


def test_a_reset_takes_factors_and_sessions_and_is_an_administrators(dana: Person, noor: Person) -> None:
    factors.add_totp(Caller(noor, "web"), generate_totp_secret())
    key = session_of(noor)
    with pytest.raises(Forbidden):
        factors.reset_factors(Caller(noor, "web"), dana.id)
    with pytest.raises(Forbidden):
        factors.reset_factors(Caller(dana, "web"), dana.id)
    factors.reset_factors(Caller(dana, "web"), noor.id)
    assert not factors.has_second_factor(noor)
    assert not SessionStore().exists(key)
    assert verbs()[-1] == "factor.reset"


def test_a_reset_sign_in_leads_back_with_the_roles_of_now(dana: Person, noor: Person) -> None:
    factors.add_totp(Caller(noor, "web"), generate_totp_secret())
    _invitation, token = reset_sign_in(Caller(dana, "web"), noor.id)
    noor.refresh_from_db()
    assert not noor.has_usable_password()
    assert open_invitation(token).roles == []
    end_account(Caller(dana, "web"), noor.id)
    with pytest.raises(NotFound):
        open_invitation(token)


def test_another_password_ends_the_other_sessions(dana: Person) -> None:
    here, there = session_of(dana), session_of(dana)
    change_password(Caller(dana, "web"), "orbit cactus violin lantern", session_key=here)
    assert SessionStore().exists(here)
    assert not SessionStore().exists(there)
    assert Person.objects.get(id=dana.id).check_password("orbit cactus violin lantern")


def test_sessions_are_ended_by_their_owner_only(dana: Person, noor: Person) -> None:
    key = session_of(noor)
    row = UserSession.objects.get(session_key=key)
    with pytest.raises(NotFound):
        sessions.end_session(Caller(dana, "web"), row.pk)
    assert sessions.end_other_sessions(Caller(noor, "web"), key) == 0
    session_of(noor)
    assert sessions.end_other_sessions(Caller(noor, "web"), key) == 1
    assert SessionStore().exists(key)
    assert sessions.end_sessions_of(Caller(dana, "web"), noor.id) == 1
    assert not SessionStore().exists(key)
    with pytest.raises(Forbidden):
        sessions.end_sessions_of(Caller(noor, "web"), dana.id)


def test_the_sweep_drops_what_has_run_out(dana: Person) -> None:
    alive, over = session_of(dana), session_of(dana)
    SessionStore().delete(over)
    assert sessions.sweep() == 1
    assert [one.session_key for one in sessions.sessions(dana)] == [alive]
