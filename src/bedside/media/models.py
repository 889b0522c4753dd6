"""Pictures. The bytes lie in the data folder under their SHA-256; the row says what they show."""

from __future__ import annotations

from django.db import models

from bedside.accounts.models import Person
from bedside.core.ids import new_id


class Media(models.Model):
    """One uploaded picture, cleaned of everything but its pixels."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    sha256 = models.CharField(max_length=64, db_index=True)
    mime = models.CharField(max_length=40)
    size = models.PositiveIntegerField(help_text="bytes")
    width = models.PositiveIntegerField(help_text="pixels")
    height = models.PositiveIntegerField(help_text="pixels")
    name = models.CharField(max_length=200)
    alt_text = models.CharField(max_length=2000, blank=True)
    uploaded_by = models.ForeignKey(Person, models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-created_at"]
