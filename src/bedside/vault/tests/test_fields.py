from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from cryptography.fernet import Fernet
from django.core import serializers
from django.core.exceptions import FieldError
from django.db import connection, models
from django.db.migrations.writer import MigrationWriter
from django.db.models import F
from django.test.utils import isolate_apps

from bedside.core.errors import Unavailable
from bedside.vault.fields import EncryptedJSONField, EncryptedTextField


@pytest.fixture
def letters(transactional_db: None) -> Iterator[type[Any]]:
    with isolate_apps("bedside.vault"):

        class Letter(models.Model):
            secret = EncryptedTextField(blank=True, default="")
            more = EncryptedTextField(null=True)
            facts = EncryptedJSONField(null=True, default=dict)

            class Meta:
                app_label = "vault"

        with connection.schema_editor() as editor:
            editor.create_model(Letter)
        yield Letter
        with connection.schema_editor() as editor:
            editor.delete_model(Letter)


def stored(column: str) -> list[str | None]:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {column} FROM vault_letter ORDER BY id")
        return [row[0] for row in cursor.fetchall()]


def test_plain_in_python_and_encrypted_in_the_database(letters: type[Any]) -> None:
    letters.objects.create(secret="quiet é", more=None, facts={"a": [1, None, "é"]})
    letter = letters.objects.get()
    assert (letter.secret, letter.more, letter.facts) == ("quiet é", None, {"a": [1, None, "é"]})
    assert stored("more") == [None]
    for column in ("secret", "facts"):
        (token,) = stored(column)
        assert token is not None
        assert token.startswith("gAAAA")
        assert "quiet" not in token


def test_every_way_of_writing_encrypts(letters: type[Any]) -> None:
    letters.objects.create(secret="one")
    letters.objects.update(secret="two", facts=[2])
    assert letters.objects.get().facts == [2]
    letter = letters.objects.get()
    letter.secret = "three"
    letters.objects.bulk_update([letter], ["secret"])
    letters.objects.bulk_create([letters(secret="four"), letters(secret="")])
    letters.objects.filter(secret__isnull=False).update(more=F("secret"))
    assert list(letters.objects.order_by("pk").values_list("secret", "more")) == [
        ("three", "three"),
        ("four", "four"),
        ("", ""),
    ]
    assert all(token and token.startswith("gAAAA") for token in stored("secret") + stored("more"))


@pytest.mark.parametrize(
    "lookup", ["", "__exact", "__in", "__contains", "__iexact", "__gt", "__regex", "__a", "__length"]
)
@pytest.mark.parametrize("name", ["secret", "facts"])
def test_content_cannot_be_asked_for(letters: type[Any], name: str, lookup: str) -> None:
    with pytest.raises(FieldError, match="encrypted"):
        letters.objects.filter(**{f"{name}{lookup}": ["x"]})


def test_whether_there_is_something_can_be_asked(letters: type[Any]) -> None:
    letters.objects.create(secret="x", more="y")
    letters.objects.create(secret="x")
    assert letters.objects.filter(more__isnull=True).count() == 1
    assert letters.objects.exclude(more__isnull=True).count() == 1


def test_secrets_are_not_dumped(letters: type[Any]) -> None:
    letters.objects.create(secret="x")
    with pytest.raises(Exception, match="backup"):
        serializers.serialize("json", letters.objects.all())


def test_without_its_key_a_row_says_which_keys_were_tried(letters: type[Any], settings: Any) -> None:
    letters.objects.create(secret="x")
    settings.BEDSIDE = {**settings.BEDSIDE, "BEDSIDE_VAULT_KEYS": [Fernet.generate_key().decode()]}
    with pytest.raises(Unavailable, match="BEDSIDE_VAULT_KEYS"):
        letters.objects.get()
    # What does not need the content still works, so that it can be entered anew.
    assert letters.objects.defer("secret", "more", "facts").get().pk
    letters.objects.update(secret="new")


def test_migrations_write_them_down_as_they_are() -> None:
    text, imports = MigrationWriter.serialize(EncryptedTextField(blank=True, null=True))
    assert text == "bedside.vault.fields.EncryptedTextField(blank=True, null=True)"
    assert imports == {"import bedside.vault.fields"}
    assert MigrationWriter.serialize(EncryptedJSONField(default=dict))[0].startswith("bedside.vault.fields.")


@isolate_apps("bedside.vault")
def test_an_index_on_one_is_found_at_start() -> None:
    class Wrong(models.Model):
        first = EncryptedTextField(unique=True)
        second = EncryptedJSONField(db_index=True)
        third = EncryptedTextField()

        class Meta:
            app_label = "vault"

    assert [error.id for error in Wrong.check() if error.id == "vault.E001"] == ["vault.E001"] * 2
