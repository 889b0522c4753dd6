"""The audit room."""

from __future__ import annotations

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class AuditConfig(AppConfig):
    name = "bedside.audit"
    label = "audit"
    verbose_name = "Record"

    def ready(self) -> None:
        from bedside.audit import guards, verbs  # noqa: F401

        post_migrate.connect(guards.after_migrate, sender=self, dispatch_uid="bedside.audit.guards")
