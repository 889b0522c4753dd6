"""What was answered to requests that may come again."""

from __future__ import annotations

from django.db import models

from bedside.accounts.models import Person


class Answer(models.Model):
    """The answer to one request with an `Idempotency-Key`, kept for a day so that a repetition gets it again.

    `request` is the digest of what was asked; the same key with another one is refused.
    """

    person = models.ForeignKey(Person, models.CASCADE, related_name="+")
    method = models.CharField(max_length=8)
    path = models.CharField(max_length=200)
    key = models.CharField(max_length=255)
    request = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField()
    content_type = models.CharField(max_length=100)
    body = models.TextField()
    created_at = models.DateTimeField(db_index=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person", "method", "path", "key"], name="answer_once_a_key")
        ]
