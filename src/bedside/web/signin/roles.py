"""Roles as people read them, and the rows in which an administrator gives them."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bedside.accounts.roles import RIGHTS, WHOLE_DESK, Role


def role_words(
    grants: Iterable[tuple[str, uuid.UUID | None]], channels: Mapping[uuid.UUID, str]
) -> list[dict[str, str]]:
    """Each grant as `role`, `where` and `may`, in words."""
    return [
        {
            "role": str(Role(role).label),
            "where": channels.get(where, _("a channel that is gone")) if where else _("all channels"),
            "may": may_words(Role(role), everywhere=where is None),
        }
        for role, where in grants
        if role in Role.values
    ]


def may_words(role: Role, everywhere: bool = True) -> str:
    """What a role may do, as the end of “may …”."""
    rights = [right for right in RIGHTS[role] if everywhere or right not in WHOLE_DESK]
    order = list(type(rights[0])) if rights else []
    return "; ".join(str(right.label) for right in sorted(rights, key=order.index))


class GrantForm(forms.Form):
    """One role, for all channels or for one. Without a role, it is none."""

    role = forms.ChoiceField(
        label=gettext_lazy("Role"), required=False, choices=[("", gettext_lazy("No role")), *Role.choices]
    )
    where = forms.ChoiceField(label=gettext_lazy("Where"), required=False)

    def __init__(self, *args: Any, channels: Mapping[uuid.UUID, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [("", _("All channels")), *((str(key), name) for key, name in channels.items())]
        self.fields["where"].choices = choices  # type: ignore[attr-defined]

    def grant(self) -> tuple[str, uuid.UUID | None] | None:
        """The grant that this row gives, once it is valid."""
        role, where = self.cleaned_data["role"], self.cleaned_data["where"]
        return (role, uuid.UUID(where) if where else None) if role else None
