from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from cryptography.fernet import Fernet
from django.apps import apps as installed
from django.db import connection, models, transaction
from django.test.utils import isolate_apps

from bedside.core.errors import Conflict, Invalid, Unavailable
from bedside.vault import actions, keyring, places
from bedside.vault.actions import Column, columns, rotate_keys
from bedside.vault.fields import EncryptedJSONField, EncryptedTextField
from bedside.vault.keyring import Keyring

ROWS = 23


@pytest.fixture
def home(tmp_path: Path, settings: Any, monkeypatch: pytest.MonkeyPatch) -> Path:
    settings.BEDSIDE = {**settings.BEDSIDE, "BEDSIDE_HOME": tmp_path, "BEDSIDE_VAULT_KEYS": []}
    monkeypatch.setattr(actions, "_BATCH", 5)
    monkeypatch.setattr(actions, "_SETTLE_SECONDS", 0.01)
    monkeypatch.setattr(places, "_places", {})
    return tmp_path


@pytest.fixture
def letters(home: Path, transactional_db: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[type[Any]]:
    with isolate_apps("bedside.vault") as apps:

        class Letter(models.Model):
            code = models.CharField(primary_key=True, max_length=10)
            secret = EncryptedTextField(db_column="hidden")
            facts = EncryptedJSONField(null=True)

            class Meta:
                app_label = "vault"

        monkeypatch.setattr(installed, "get_models", apps.get_models)
        with connection.schema_editor() as editor:
            editor.create_model(Letter)
        for number in range(ROWS):
            Letter.objects.create(
                code=f"c{number}", secret=f"s{number}", facts={"n": number} if number % 2 else None
            )
        yield Letter
        with connection.schema_editor() as editor:
            editor.delete_model(Letter)


VALUES = ROWS + ROWS // 2


def tokens() -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT hidden FROM vault_letter UNION ALL SELECT facts FROM vault_letter")
        return [row[0] for row in cursor.fetchall() if row[0] is not None]


def opened_by(key: str) -> int:
    ring, count = Keyring((key,), ""), 0
    for token in tokens():
        try:
            ring.decrypt(token)
            count += 1
        except Unavailable:
            pass
    return count


def keys(home: Path) -> list[str]:
    return (home / "vault.keys").read_text().split()


def test_the_encrypted_columns_are_found_by_themselves(letters: type[Any]) -> None:
    assert columns() == [
        Column("vault_letter", "code", "facts"),
        Column("vault_letter", "code", "hidden"),
    ]


def test_everything_moves_to_a_new_key_and_older_ones_stay(letters: type[Any], home: Path) -> None:
    (old,) = keys(home)
    calls: list[tuple[int, int]] = []

    assert rotate_keys(lambda done, total: calls.append((done, total))) == VALUES

    new, kept = keys(home)
    assert kept == old
    assert opened_by(new) == VALUES
    assert opened_by(old) == 0
    assert letters.objects.get(code="c7").secret == "s7"
    assert letters.objects.get(code="c7").facts == {"n": 7}
    assert calls[-1] == (VALUES, VALUES)
    assert [done for done, _ in calls] == sorted(done for done, _ in calls)
    assert (home / "vault.keys").stat().st_mode & 0o777 == 0o600


def test_dropping_leaves_the_newest_alone(letters: type[Any], home: Path) -> None:
    rotate_keys()
    rotate_keys()
    assert len(keys(home)) == 3
    assert rotate_keys(drop_old=True, add=False) == 0
    (left,) = keys(home)
    assert opened_by(left) == VALUES
    assert rotate_keys(drop_old=True) == VALUES
    assert len(keys(home)) == 1
    assert keys(home) != [left]
    assert letters.objects.get(code="c9").facts == {"n": 9}


def test_cut_off_in_the_middle_it_is_finished_by_the_next(letters: type[Any], home: Path) -> None:
    def stop(done: int, total: int) -> None:
        if done > 15:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        rotate_keys(stop)
    new = keys(home)[0]
    moved = opened_by(new)
    assert 0 < moved < VALUES
    assert {letter.secret for letter in letters.objects.all()} == {f"s{n}" for n in range(ROWS)}
    assert rotate_keys(add=False) == VALUES - moved
    assert keys(home)[0] == new
    assert opened_by(new) == VALUES


def test_what_no_key_opens_is_named_and_no_key_is_dropped(letters: type[Any], home: Path) -> None:
    lost = Keyring((Fernet.generate_key().decode(),), "").encrypt("lost")
    with connection.cursor() as cursor:
        cursor.execute("UPDATE vault_letter SET hidden = %s WHERE code = 'c4'", [lost])

    with pytest.raises(Unavailable, match="vault_letter c4"):
        rotate_keys(drop_old=True)

    assert len(keys(home)) == 2
    assert opened_by(keys(home)[0]) == VALUES - 1
    assert lost in tokens()


def test_a_value_that_changes_meanwhile_is_not_overwritten(
    letters: type[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    renew = Keyring.renew

    def renew_late(ring: Keyring, token: str) -> str | None:
        if ring.decrypt(token) == b"s3":
            letters.objects.filter(code="c3").update(secret="refreshed")
        return renew(ring, token)

    monkeypatch.setattr(Keyring, "renew", renew_late)
    rotate_keys(drop_old=True)
    assert letters.objects.get(code="c3").secret == "refreshed"


def test_other_places_are_renewed_too_and_hold_a_key_back(letters: type[Any], home: Path) -> None:
    safe = {"one": keyring.encrypt("1"), "two": keyring.encrypt("2")}

    def renew_all(renew: places.Renew) -> int:
        renewed = {name: new for name, token in safe.items() if (new := renew(token))}
        safe.update(renewed)
        return len(renewed)

    places.register_place("one-time codes", renew_all)
    assert rotate_keys(drop_old=True) == VALUES + 2
    assert [keyring.decrypt(token) for token in safe.values()] == [b"1", b"2"]

    safe["two"] = Keyring((Fernet.generate_key().decode(),), "").encrypt("lost")
    with pytest.raises(Unavailable, match="one-time codes"):
        rotate_keys(drop_old=True)
    assert len(keys(home)) == 2
    assert keyring.decrypt(safe["one"]) == b"1"


def test_keys_in_the_settings_are_only_renewed(letters: type[Any], home: Path, settings: Any) -> None:
    old, new = keys(home)[0], Fernet.generate_key().decode()
    settings.BEDSIDE = {**settings.BEDSIDE, "BEDSIDE_VAULT_KEYS": [new, old]}
    with pytest.raises(Invalid, match="BEDSIDE_VAULT_KEYS"):
        rotate_keys(drop_old=True)
    assert rotate_keys() == VALUES
    assert opened_by(new) == VALUES
    assert keys(home) == [old]


def test_it_is_not_done_twice_at_once_or_inside_a_transaction(letters: type[Any], home: Path) -> None:
    with keyring.changing(home / "vault.keys"), pytest.raises(Conflict):
        rotate_keys()
    with transaction.atomic(), pytest.raises(RuntimeError):
        rotate_keys()
    assert len(keys(home)) == 1


@pytest.mark.skipif(connection.vendor != "postgresql", reason="on SQLite there is one writer at a time")
def test_a_key_is_not_dropped_under_a_row_not_yet_committed(
    letters: type[Any], home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import threading

    written, go = threading.Event(), threading.Event()

    def write() -> None:
        try:
            with transaction.atomic():
                letters.objects.create(code="late", secret="late")
                written.set()
                go.wait(20)
        finally:
            connection.close()

    writer = threading.Thread(target=write)
    writer.start()
    assert written.wait(20)
    # The row is there, under the old key, and nobody can see it until the last pass has waited for it.
    threading.Timer(1, go.set).start()
    assert rotate_keys(drop_old=True) == VALUES + 1
    writer.join(20)
    assert letters.objects.get(code="late").secret == "late"
