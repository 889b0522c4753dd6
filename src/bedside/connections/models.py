"""The organisation's accounts on channels."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from django.db import models
from django.utils.translation import gettext_lazy as _

from bedside.channels.port import Account, Channel
from bedside.channels.registry import channel
from bedside.core.ids import new_id
from bedside.vault.fields import EncryptedJSONField


class Connection(models.Model):
    """One connected account, such as the hospital's Bluesky account. In words on screen: a channel."""

    class State(models.TextChoices):
        CONNECTED = "connected", _("connected")
        # Only a recognised authentication error leads here; a network that is merely away does not.
        SIGN_IN_NEEDED = "sign-in-needed", _("needs a new sign-in")
        REMOVED = "removed", _("removed")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    kind = models.CharField(max_length=32)
    name = models.CharField(_("name"), max_length=100)
    url = models.CharField(max_length=500, blank=True)
    identifier = models.CharField(max_length=254, blank=True)
    handle = models.CharField(max_length=254, blank=True)
    secret = EncryptedJSONField(default=dict)
    facts: models.JSONField[dict[str, Any]] = models.JSONField(default=dict)
    expires_at = models.DateTimeField(null=True)
    state = models.CharField(max_length=16, choices=State.choices, default=State.CONNECTED)
    lateness_minutes = models.PositiveSmallIntegerField(null=True, blank=True)
    checked_at = models.DateTimeField(null=True)
    trouble = models.CharField(max_length=500, blank=True)
    # The row lock of a renewal: whoever moves it from the past into the future renews. A lease and not a
    # database lock, because no transaction may be open during a call to the network.
    renewing_until = models.DateTimeField(null=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["created_at"]

    def __str__(self) -> str:
        return self.name

    @property
    def channel(self) -> Channel:
        return channel(self.kind)

    @property
    def host(self) -> str:
        """The name of the server; empty where there is none. A webhook's whole address often is its secret."""
        return urlsplit(self.url).hostname or ""

    def account(self) -> Account:
        return Account(self.url, self.identifier, self.secret, self.facts, self.expires_at)
