from __future__ import annotations

import stat
import threading
from pathlib import Path

import pytest
from cryptography.fernet import Fernet
from hypothesis import given
from hypothesis import strategies as st

from bedside.core.errors import Conflict, Invalid, Unavailable
from bedside.vault import keyring
from bedside.vault.keyring import Keyring

OLD, NEW = (Fernet.generate_key().decode() for _ in range(2))


@pytest.fixture
def home(tmp_path: Path, settings) -> Path:  # type: ignore[no-untyped-def]
    settings.BEDSIDE = {**settings.BEDSIDE, "BEDSIDE_HOME": tmp_path, "BEDSIDE_VAULT_KEYS": []}
    return tmp_path


@given(st.binary(max_size=200) | st.text(st.characters(exclude_categories=["Cs"]), max_size=100))
def test_what_goes_in_comes_out(plain: bytes | str) -> None:
    ring = Keyring((OLD,), "here")
    token = ring.encrypt(plain)
    assert token.isascii()
    assert ring.decrypt(token) == (plain.encode() if isinstance(plain, str) else plain)
    assert ring.encrypt(plain) != token


def test_older_keys_still_open_and_the_newest_encrypts() -> None:
    token = Keyring((OLD,), "here").encrypt("x")
    both = Keyring((NEW, OLD), "here")
    assert both.decrypt(token) == b"x"
    renewed = both.renew(token)
    assert renewed is not None
    assert both.renew(renewed) is None
    assert Keyring((NEW,), "here").decrypt(renewed) == b"x"


@pytest.mark.parametrize("token", ["", "x", "é", "gAAAAA", "a" * 500])
def test_what_no_key_opens_is_an_error_that_names_the_keys(token: str) -> None:
    with pytest.raises(Unavailable, match=r"vault\.keys"):
        Keyring((NEW,), "/desk/vault.keys").decrypt(token)
    with pytest.raises(Unavailable):
        Keyring((NEW,), "here").renew(Keyring((OLD,), "here").encrypt("x"))


@pytest.mark.parametrize("keys", [(), ("short",), (OLD, "é" * 44), (OLD, "")])
def test_what_is_no_key_is_refused_without_being_repeated(keys: tuple[str, ...]) -> None:
    with pytest.raises(Invalid, match="here") as caught:
        Keyring(keys, "here")
    assert "short" not in caught.value.detail
    assert OLD not in repr(Keyring((OLD,), "here"))


def test_the_file_is_made_on_first_use_for_its_owner_alone(home: Path) -> None:
    token = keyring.encrypt("secret")
    path = home / "vault.keys"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert len(path.read_text().split()) == 1
    assert keyring.decrypt(token) == b"secret"
    assert list(home.iterdir()) == [path]


def test_the_folder_is_made_too(home: Path, settings) -> None:  # type: ignore[no-untyped-def]
    settings.BEDSIDE = {**settings.BEDSIDE, "BEDSIDE_HOME": home / "a" / "b"}
    keyring.encrypt("x")
    assert (home / "a" / "b" / "vault.keys").is_file()


def test_processes_that_start_together_use_one_key(home: Path) -> None:
    start, tokens = threading.Barrier(8), []

    def first_use() -> None:
        start.wait(20)
        tokens.append(keyring.encrypt("x"))

    threads = [threading.Thread(target=first_use) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert [keyring.decrypt(token) for token in tokens] == [b"x"] * 8


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660, 0o601])
def test_a_file_that_others_may_read_is_not_used(home: Path, mode: int) -> None:
    keyring.encrypt("x")
    (home / "vault.keys").chmod(mode)
    with pytest.raises(Unavailable, match="chmod 600"):
        keyring.encrypt("x")
    (home / "vault.keys").chmod(0o600)
    keyring.encrypt("x")


@pytest.mark.parametrize(
    "content",
    ["", "nonsense\n", f"{OLD}\nnonsense\n", "x" * 20_000],
    ids=["empty", "nonsense", "half nonsense", "huge"],
)
def test_a_broken_file_is_an_error_and_is_left_alone(home: Path, content: str) -> None:
    path = home / "vault.keys"
    path.touch(0o600)
    path.write_text(content)
    with pytest.raises(Invalid, match=r"vault\.keys"):
        keyring.encrypt("x")
    assert path.read_text() == content


def test_a_file_that_cannot_be_read_is_an_error_in_words(home: Path) -> None:
    (home / "vault.keys").mkdir(0o700)
    with pytest.raises(Unavailable, match="cannot be read"):
        keyring.encrypt("x")


def test_a_change_of_the_file_is_followed_at_once(home: Path) -> None:
    path = home / "vault.keys"
    token = keyring.encrypt("x")
    before = path.read_text().strip()
    keyring.replace(path, [NEW, before])
    assert keyring.decrypt(token) == b"x"
    assert Keyring((NEW,), "").decrypt(keyring.encrypt("y")) == b"y"
    keyring.replace(path, [NEW])
    with pytest.raises(Unavailable):
        keyring.decrypt(token)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_keys_in_the_settings_come_first(home: Path, settings) -> None:  # type: ignore[no-untyped-def]
    settings.BEDSIDE = {**settings.BEDSIDE, "BEDSIDE_VAULT_KEYS": [NEW, OLD]}
    token = keyring.encrypt("x")
    assert Keyring((NEW,), "").decrypt(token) == b"x"
    assert not (home / "vault.keys").exists()
    settings.BEDSIDE = {**settings.BEDSIDE, "BEDSIDE_VAULT_KEYS": [OLD]}
    with pytest.raises(Unavailable, match="BEDSIDE_VAULT_KEYS"):
        keyring.decrypt(token)


def test_one_process_at_a_time_changes_keys(home: Path) -> None:
    path = home / "vault.keys"
    with keyring.changing(path), pytest.raises(Conflict), keyring.changing(path):
        raise AssertionError("two hold it")
    with keyring.changing(path):
        pass
