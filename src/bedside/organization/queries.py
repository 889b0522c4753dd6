"""Reads about the organisation."""

from __future__ import annotations

from django.db.models import QuerySet

from bedside.guard import AllowList, Policy
from bedside.organization.models import Department, Organization, Site


def organization() -> Organization | None:
    """The organisation, or None before set-up."""
    return Organization.objects.first()


def sites() -> QuerySet[Site]:
    return Site.objects.prefetch_related("departments")


def departments_everywhere() -> QuerySet[Department]:
    """Departments that belong to no one site."""
    return Department.objects.filter(site=None)


def guard_rules() -> tuple[Policy, AllowList]:
    """What the guard judges by: the organisation's policy, and its allow-list with its own names and places."""
    own = organization()
    if own is None:
        return Policy(), AllowList()
    allow = dict(own.allow)
    allow["sites"] = [*allow.get("sites", []), own.name, *Site.objects.values_list("name", flat=True)]
    return Policy.from_data(own.policy), AllowList.from_data(allow)
