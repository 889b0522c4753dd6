"""Model fields whose content is encrypted in the database, and plain in Python.

They are text columns of tokens. They cannot be searched, compared, indexed or made unique: the same content
gives another token every time. Only `__isnull` may be asked.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Generic, NoReturn, TypeVar

from django.core import checks
from django.core.exceptions import FieldError
from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models.expressions import Combinable, Expression
from django.db.models.lookups import Lookup

from bedside.vault import keyring

_ST = TypeVar("_ST", contravariant=True)
_GT = TypeVar("_GT", covariant=True)

if TYPE_CHECKING:

    class _TextField(models.TextField[_ST, _GT]): ...

else:

    class _TextField(models.TextField, Generic[_ST, _GT]): ...


class Encrypted(_TextField[_ST, _GT]):
    """What encrypted fields share; `vault.actions.rotate_keys` finds them by it."""

    def _to_text(self, value: Any) -> str:
        raise NotImplementedError

    def _from_text(self, text: str) -> Any:
        raise NotImplementedError

    def from_db_value(
        self, value: str | None, expression: Expression, connection: BaseDatabaseWrapper
    ) -> Any:
        return None if value is None else self._from_text(keyring.decrypt(value).decode())

    def get_prep_value(self, value: Any) -> Any:
        return value

    def get_db_prep_value(self, value: Any, connection: BaseDatabaseWrapper, prepared: bool = False) -> Any:
        if value is None or hasattr(value, "as_sql"):
            return value
        return keyring.encrypt(self._to_text(value))

    def get_lookup(self, lookup_name: str) -> type[Lookup[Any]] | None:
        if lookup_name != "isnull":
            self._refuse(lookup_name)
        return super().get_lookup(lookup_name)

    def get_transform(self, lookup_name: str) -> NoReturn:
        self._refuse(lookup_name)

    def _refuse(self, lookup_name: str) -> NoReturn:
        raise FieldError(
            f"“{self.name}” is encrypted and cannot be asked for by {lookup_name}; only by isnull."
        )

    def value_to_string(self, obj: models.Model) -> NoReturn:
        # Otherwise dumpdata would write secrets in plain text.
        raise FieldError(f"“{self.name}” is encrypted and is not serialised; take a backup instead.")

    def check(self, **kwargs: Any) -> list[checks.CheckMessage]:
        found = super().check(**kwargs)
        if getattr(self, "db_index", False) or self.unique or self.has_db_default():
            found.append(
                checks.Error(
                    "An encrypted field cannot have an index, be unique or have a default in the database.",
                    obj=self,
                    id="vault.E001",
                )
            )
        return found


class EncryptedTextField(Encrypted[_ST, _GT]):
    """Text, encrypted where it is stored. Reading raises `Unavailable` when its key is not there."""

    _pyi_private_set_type: str | Combinable
    _pyi_private_get_type: str

    def _to_text(self, value: Any) -> str:
        return str(value)

    def _from_text(self, text: str) -> str:
        return text


class EncryptedJSONField(Encrypted[_ST, _GT]):
    """A JSON value, encrypted where it is stored. Reading raises `Unavailable` when its key is not there;
    None is stored as NULL."""

    _pyi_private_set_type: Any
    _pyi_private_get_type: Any

    def to_python(self, value: Any) -> Any:
        return value

    def _to_text(self, value: Any) -> str:
        return json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)

    def _from_text(self, text: str) -> Any:
        return json.loads(text)
