"""The vault room."""

from __future__ import annotations

from django.apps import AppConfig


class VaultConfig(AppConfig):
    name = "bedside.vault"
    label = "vault"
    verbose_name = "Vault"
