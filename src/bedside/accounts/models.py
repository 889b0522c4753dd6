"""People, the roles they hold, the invitations that brought them, and the tokens of their programs."""

from __future__ import annotations

import uuid
from functools import cached_property
from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from bedside.accounts.roles import RIGHTS, WHOLE_DESK, Right, Role
from bedside.core.ids import new_id


class People(BaseUserManager["Person"]):
    """Finds a person by e-mail, whatever its case."""

    def get_by_natural_key(self, username: str | None) -> Person:
        return self.get(email__iexact=username)


class Person(AbstractBaseUser):
    """Somebody with an account. Never deleted: their name stays in the record, only `is_active` ends."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    email = models.EmailField(_("e-mail"), max_length=254, unique=True)
    name = models.CharField(_("name"), max_length=200, blank=True)
    time_zone = models.CharField(_("time zone"), max_length=64, blank=True)
    theme = models.CharField(
        _("appearance"),
        max_length=5,
        default="auto",
        choices=[("auto", _("As the device")), ("light", _("Light")), ("dark", _("Dark"))],
    )
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField(auto_now_add=True)

    objects: ClassVar[People] = People()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"

    class Meta:
        constraints = [models.UniqueConstraint(Lower("email"), name="person_email_once")]

    def __str__(self) -> str:
        return self.name or self.email

    @cached_property
    def held(self) -> frozenset[tuple[Role, uuid.UUID | None]]:
        """The roles held now, each for one channel or (None) for all; none once the account has ended."""
        if not self.is_active:
            return frozenset()
        return frozenset(
            (Role(role), channel) for role, channel in self.grants.values_list("role", "channel")
        )

    def roles(self, channel: uuid.UUID | None = None) -> set[Role]:
        """The roles held for every channel, and those held for `channel`."""
        return {role for role, where in self.held if where is None or (channel and where == channel)}

    def may(self, right: Right, channel: uuid.UUID | None = None) -> bool:
        """Whether a role gives `right`: for `channel`, or with None for at least one channel or the desk."""
        for role, where in self.held:
            if right not in RIGHTS[role]:
                continue
            if where is None:
                return True
            if right not in WHOLE_DESK and (channel is None or where == channel):
                return True
        return False

    def channels(self) -> set[uuid.UUID] | None:
        """The channels this person is confined to; None where one of the roles is for all."""
        if any(where is None for _role, where in self.held):
            return None
        return {where for _role, where in self.held if where}


class RoleGrant(models.Model):
    """One role of one person. `channel` is a connection's id; a plain value, since connections lie above."""

    person = models.ForeignKey(Person, models.CASCADE, related_name="grants")
    role = models.CharField(max_length=32, choices=Role.choices)
    channel = models.UUIDField(null=True, blank=True)
    granted_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person", "role", "channel"], name="role_once_a_channel"),
            models.UniqueConstraint(
                fields=["person", "role"], condition=models.Q(channel=None), name="role_once_for_all"
            ),
        ]


class Invitation(models.Model):
    """A single-use link that makes an account. Only the hash of its token is kept."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    token_hash = models.CharField(max_length=64, unique=True)
    email = models.EmailField(max_length=254)
    # [[role, channel id or null], …]
    roles: models.JSONField[list[list[str | None]]] = models.JSONField(default=list)
    invited_by = models.ForeignKey(Person, models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)


class ApiToken(models.Model):
    """A token with which a program acts for a person, within `scopes`. Only its hash is kept."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    person = models.ForeignKey(Person, models.CASCADE, related_name="tokens")
    name = models.CharField(max_length=100, blank=True)
    token_hash = models.CharField(max_length=64, unique=True)
    scopes: models.JSONField[list[str]] = models.JSONField(default=list)
    created_at = models.DateTimeField(auto_now_add=True)
    last_used_at = models.DateTimeField(null=True)
    expires_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)
