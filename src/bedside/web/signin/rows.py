"""Repeatable rows of a form that work without JavaScript: "add another" is a button that sends the form."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Generic, TypeVar

from django import forms
from django.http import QueryDict

F = TypeVar("F", bound=forms.Form)
MOST = 500
ADD = "add-row"


class Rows(Generic[F]):
    """Forms of one kind, `prefix-0`, `prefix-1` and so on; how many there are stands in `prefix-count`.

    Pressing the button named `add-row` asks for one more empty row and for nothing else (`adding`).
    """

    def __init__(
        self,
        kind: type[F],
        prefix: str,
        data: QueryDict | None = None,
        initial: Sequence[Mapping[str, Any]] = (),
        spare: int = 1,
        **options: Any,
    ) -> None:
        self.prefix = prefix
        self.adding = data is not None and data.get(ADD) == prefix
        count = len(initial) + spare
        if data is not None:
            given = data.get(f"{prefix}-count", "")
            count = (
                min(int(given), MOST) if given.isascii() and given.isdecimal() and len(given) < 6 else count
            )
        self.forms: list[F] = [
            kind(
                data,
                prefix=f"{prefix}-{at}",
                initial=dict(initial[at]) if at < len(initial) else None,
                use_required_attribute=False,
                **options,
            )
            for at in range(max(count, 1))
        ]
        if self.adding and len(self.forms) < MOST:
            self.forms.append(
                kind(prefix=f"{prefix}-{len(self.forms)}", use_required_attribute=False, **options)
            )

    @property
    def count(self) -> int:
        return len(self.forms)

    def is_valid(self) -> bool:
        # Every row is looked at, so that every row shows its own errors.
        wrong = [form for form in self.forms if not form.is_valid()]
        return not wrong
