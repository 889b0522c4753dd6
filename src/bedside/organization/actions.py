"""What changes the organisation."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from bedside.accounts.caller import Caller
from bedside.accounts.roles import Right
from bedside.audit.actions import record
from bedside.core import clock
from bedside.core.errors import Conflict, Invalid, NotFound
from bedside.guard import AllowList, Policy
from bedside.guard.policy import MAX_ENTRY_LENGTH
from bedside.organization.models import Department, Organization, Site

CHANGEABLE = ("name", "is_public_entity", "time_zone", "language", "policy", "allow")
ALLOWED = tuple(AllowList().as_data())
MOST_SITES = 500
LONGEST_REASON = 500


def clean_name(name: str) -> str:
    name = " ".join(name.split())
    if not 1 <= len(name) <= 200:
        raise Invalid(_("A name has 1 to 200 characters."), fields=["name"])
    return name


def clean_reason(reason: str) -> str:
    """Raises `Invalid` when nobody could learn from it why this was done."""
    reason = " ".join(reason.split())
    if not 1 <= len(reason) <= LONGEST_REASON:
        raise Invalid(_("Say why, in 1 to %d characters.") % LONGEST_REASON, fields=["reason"])
    return reason


def _clean(changes: Mapping[str, Any]) -> dict[str, Any]:
    unknown = set(changes) - set(CHANGEABLE)
    if unknown:
        raise Invalid(_("The organisation has no “%s”.") % sorted(unknown)[0], fields=sorted(unknown))
    cleaned = dict(changes)
    if "name" in cleaned:
        cleaned["name"] = clean_name(cleaned["name"])
    if "time_zone" in cleaned:
        clock.zone(cleaned["time_zone"])
    if "policy" in cleaned:
        Policy.from_data(cleaned["policy"])
    if "allow" in cleaned:
        AllowList.from_data(cleaned["allow"])
    return cleaned


@transaction.atomic
def set_up(caller: Caller, name: str, **changes: Any) -> Organization:
    """Name the organisation, once. Raises `Conflict` when the desk has been set up before."""
    if Organization.objects.exists():
        raise Conflict(_("This desk has been set up already."))
    organization = Organization.objects.create(**_clean({"name": name, **changes}))
    record(
        "organization.set_up", actor=caller.actor, noun_id=organization.id, detail={"name": organization.name}
    )
    return organization


@transaction.atomic
def change(caller: Caller, **changes: Any) -> Organization:
    """Change what is given of name, time zone, language, public entity, guard policy and allow-list."""
    caller.require(Right.SETTINGS)
    organization = Organization.objects.select_for_update(no_key=True).first()
    if organization is None:
        raise NotFound(_("This desk has not been set up yet."))
    cleaned = _clean(changes)
    before = {
        key: getattr(organization, key) for key in cleaned if getattr(organization, key) != cleaned[key]
    }
    for key in before:
        setattr(organization, key, cleaned[key])
    if before:
        organization.save(update_fields=list(before))
        record(
            "organization.changed",
            actor=caller.actor,
            noun_id=organization.id,
            detail={"before": before, "after": {key: cleaned[key] for key in before}},
        )
    return organization


@transaction.atomic
def allow_words(caller: Caller, kind: str, words: str, reason: str) -> Organization:
    """Add words to the guard's allow-list: from now on it takes them for the organisation's own, in every text.

    `kind` is a list of `guard.AllowList`, such as names or phones. Raises `Invalid` for another one, for words that
    it cannot hold (1 to 300 characters; a number for phones, a host for urls) and without a `reason`. What is on the
    list already stays there once, and nothing is recorded.
    """
    caller.require(Right.GUARD)
    words, reason = " ".join(words.split()), clean_reason(reason)
    if kind not in ALLOWED:
        raise Invalid(_("The allow-list has no “%s”.") % kind[:40], fields=["kind"])
    if not 1 <= len(words) <= MAX_ENTRY_LENGTH or not any(one.isalnum() for one in words):
        raise Invalid(
            _("Write which words are yours: 1 to %d characters.") % MAX_ENTRY_LENGTH, fields=["words"]
        )
    if kind == "phones" and not AllowList(phones=(words,)).phone_digits:
        raise Invalid(_("There is no telephone number in these words."), fields=["words"])
    if kind == "urls" and not any("." in host.decode() for host in AllowList(urls=(words,)).domains):
        raise Invalid(_("There is no web address in these words."), fields=["words"])
    organization = Organization.objects.select_for_update(no_key=True).first()
    if organization is None:
        raise NotFound(_("This desk has not been set up yet."))
    there = organization.allow.get(kind, [])
    if words in there:
        return organization
    organization.allow = {**organization.allow, kind: [*there, words]}
    AllowList.from_data(organization.allow)
    organization.save(update_fields=["allow"])
    record(
        "organization.allowed",
        actor=caller.actor,
        noun_id=organization.id,
        detail={"kind": kind, "words": words, "reason": reason},
    )
    return organization


@transaction.atomic
def add_site(caller: Caller, name: str, place: str = "") -> Site:
    caller.require(Right.SETTINGS)
    name = clean_name(name)
    if Site.objects.filter(name__iexact=name).exists():
        raise Conflict(_("There is a site “%s” already.") % name)
    if Site.objects.count() >= MOST_SITES:
        raise Invalid(_("A desk holds up to %d sites.") % MOST_SITES)
    site = Site.objects.create(name=name, place=place.strip()[:300])
    record("site.added", actor=caller.actor, noun_id=site.id, detail={"name": name, "place": site.place})
    return site


@transaction.atomic
def remove_site(caller: Caller, site_id: uuid.UUID) -> None:
    caller.require(Right.SETTINGS)
    site = Site.objects.filter(id=site_id).first()
    if site is None:
        raise NotFound(_("There is no such site here."))
    record(
        "site.removed",
        actor=caller.actor,
        noun_id=site.id,
        detail={"name": site.name, "departments": list(site.departments.values_list("name", flat=True))},
    )
    site.delete()


@transaction.atomic
def add_department(caller: Caller, name: str, site_id: uuid.UUID | None = None) -> Department:
    """A department of one site, or with no site of the whole organisation."""
    caller.require(Right.SETTINGS)
    name = clean_name(name)
    site = None
    if site_id is not None:
        site = Site.objects.filter(id=site_id).first()
        if site is None:
            raise NotFound(_("There is no such site here."))
    if Department.objects.filter(name__iexact=name, site=site).exists():
        raise Conflict(_("There is a department “%s” there already.") % name)
    if Department.objects.count() >= MOST_SITES * 10:
        raise Invalid(_("A desk holds up to %d departments.") % (MOST_SITES * 10))
    department = Department.objects.create(name=name, site=site)
    record(
        "department.added",
        actor=caller.actor,
        noun_id=department.id,
        detail={"name": name, "site": site.name if site else None},
    )
    return department


@transaction.atomic
def remove_department(caller: Caller, department_id: uuid.UUID) -> None:
    caller.require(Right.SETTINGS)
    department = Department.objects.filter(id=department_id).first()
    if department is None:
        raise NotFound(_("There is no such department here."))
    record("department.removed", actor=caller.actor, noun_id=department.id, detail={"name": department.name})
    department.delete()
