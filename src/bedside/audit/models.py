"""The record of who did what, when and from where: a chain of entries, and details that can be shredded."""

from __future__ import annotations

import json
from typing import Any

from django.db import models

from bedside.audit.chain import GENESIS


class Entry(models.Model):
    """One thing somebody did. Never changed and never deleted: the database itself refuses both."""

    # An auto field although `record` always gives the number: on SQLite it is then the row's own key.
    seq = models.BigAutoField(primary_key=True)
    at = models.DateTimeField()
    actor_id = models.UUIDField(null=True)
    actor_label = models.CharField(max_length=254)
    verb = models.CharField(max_length=100)
    noun = models.CharField(max_length=50)
    noun_id = models.CharField(max_length=200)
    door = models.CharField(max_length=10)
    address = models.CharField(max_length=45, blank=True)
    detail_digest = models.CharField(max_length=64, blank=True)
    previous = models.CharField(max_length=64)
    hash = models.CharField(max_length=64)

    class Meta:
        indexes = [
            models.Index(fields=["noun", "noun_id", "seq"], name="audit_entry_about"),
            models.Index(fields=["actor_id", "seq"], name="audit_entry_by_actor"),
            models.Index(fields=["verb", "seq"], name="audit_entry_by_verb"),
            models.Index(fields=["at"], name="audit_entry_at"),
        ]

    def __str__(self) -> str:
        return f"{self.seq} {self.actor_label} {self.verb} {self.noun_id}"

    @property
    def facts(self) -> dict[str, Any] | None:
        """The detail: {} when there was none, None when it has been shredded."""
        if not self.detail_digest:
            return {}
        detail: Detail = self.detail
        return None if detail.shredded_at else json.loads(detail.body)


class Detail(models.Model):
    """What an entry says beyond who and what. It may be shredded once, and never changed otherwise."""

    entry = models.OneToOneField(Entry, models.PROTECT, primary_key=True, related_name="detail")
    salt = models.CharField(max_length=32, blank=True)
    body = models.TextField(blank=True)
    shredded_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["entry"], name="audit_detail_kept", condition=models.Q(shredded_at__isnull=True)
            ),
        ]

    def __str__(self) -> str:
        return f"detail of entry {self.entry_id}"


class Head(models.Model):
    """The end of the chain, in one row: the lock that writers take in turn, and the proof that no entry
    was cut off at the end."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    seq = models.BigIntegerField(default=0)
    hash = models.CharField(max_length=64, default=GENESIS)

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(id=1), name="audit_head_single")]

    def __str__(self) -> str:
        return f"{self.seq}:{self.hash}"
