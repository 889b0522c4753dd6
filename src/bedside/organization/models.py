"""The organisation, its sites and departments."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from bedside.core.ids import new_id


class Organization(models.Model):
    """The one organisation whose desk this is (a single row)."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1, editable=False)
    name = models.CharField(_("name"), max_length=200)
    # Decides what may be hidden: a public entity may not delete by viewpoint (domain rule 21).
    is_public_entity = models.BooleanField(_("is a public entity"), default=False)
    time_zone = models.CharField(_("time zone"), max_length=64, default="UTC")
    language = models.CharField(_("language"), max_length=16, default="en")
    # What `guard.Policy.from_data` and `guard.AllowList.from_data` read.
    policy: models.JSONField[dict[str, Any]] = models.JSONField(default=dict)
    allow: models.JSONField[dict[str, Any]] = models.JSONField(default=dict)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(id=1), name="one_organization")]

    def __str__(self) -> str:
        return self.name


class Site(models.Model):
    """A place where the organisation works: a hospital, a clinic, a practice."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    name = models.CharField(_("name"), max_length=200, unique=True)
    place = models.CharField(_("town or address"), max_length=300, blank=True)

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class Department(models.Model):
    """A department, at one site or across all of them."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    name = models.CharField(_("name"), max_length=200)
    site = models.ForeignKey(Site, models.CASCADE, null=True, blank=True, related_name="departments")

    class Meta:
        ordering = ["name"]
        constraints = [models.UniqueConstraint(fields=["name", "site"], name="department_once_a_site")]

    def __str__(self) -> str:
        return self.name
