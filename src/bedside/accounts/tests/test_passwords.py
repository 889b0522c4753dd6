from __future__ import annotations

import pytest
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError

from bedside.accounts import passwords
from bedside.accounts.models import Person

DANA = Person(email="dana.whitfield@example.org", name="Dana Whitfield")


@pytest.fixture(autouse=True)
def known(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(passwords, "_words", [lambda: ["Marlow Valley Health", "Riverside"]])


@pytest.mark.parametrize(
    ("password", "code"),
    [
        ("short", "password_too_short"),
        ("passwordpassword", "password_guessable"),
        ("P@ssw0rd1234", "password_guessable"),
        ("aaaaaaaaaaaaaaaaaa", "password_guessable"),
        ("123456789012345", "password_guessable"),
        ("qwertyuiop12", "password_guessable"),
        ("marlowvalley2026", "password_of_names"),
        ("Riverside!!2026", "password_of_names"),
        ("dana.whitfield@example.org", "password_of_names"),
        ("whitfield-1234", "password_of_names"),
    ],
)
def test_refused(password: str, code: str) -> None:
    with pytest.raises(ValidationError) as refused:
        validate_password(password, DANA)
    assert code in {error.code for error in refused.value.error_list}


@pytest.mark.parametrize(
    "password",
    ["lantern orbit cactus violin", "xk2-ploum-9dra", "Ölbaum trägt sieben Hüte", "n" + "é7-Qw_" * 700],
)
def test_accepted(password: str) -> None:
    validate_password(password, DANA)
