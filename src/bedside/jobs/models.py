"""Signs of life of the processes that do the work."""

from __future__ import annotations

from django.db import models


class Heartbeat(models.Model):
    """One working process: when its loop last turned. What `/healthz` judges by."""

    worker = models.CharField(max_length=64, primary_key=True)
    started_at = models.DateTimeField()
    at = models.DateTimeField()
    # What went wrong in the last turn, in one line; empty when it was well.
    trouble = models.CharField(max_length=500, blank=True)
