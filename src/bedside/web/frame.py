"""What the frame around every page shows: the ways through the desk, the pause, and who is signed in."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from django.http import HttpRequest, HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bedside.accounts.doors import caller_of, person_of
from bedside.accounts.models import Person
from bedside.accounts.roles import Right, Role
from bedside.approvals.queries import how_many_wait_for
from bedside.core import clock
from bedside.core.errors import Invalid
from bedside.organization.models import Organization
from bedside.organization.queries import organization
from bedside.publishing.queries import current_pause


@dataclass(frozen=True)
class Way:
    """One word of the rail: where it leads, its icon on a phone, and the right that shows it."""

    label: Any
    name: str
    icon: str
    right: Right = Right.READ


WAYS = (
    Way(gettext_lazy("Today"), "today", "house"),
    Way(gettext_lazy("Write"), "write", "pen-line", Right.WRITE),
    Way(gettext_lazy("Posts"), "posts", "file-text"),
    Way(gettext_lazy("Calendar"), "calendar", "calendar"),
    Way(gettext_lazy("Approvals"), "approvals", "circle-check"),
    Way(gettext_lazy("Record"), "record", "history", Right.AUDIT),
    Way(gettext_lazy("Settings"), "settings", "settings"),
)
# The four that matter on a phone to whoever holds one of the roles; the first match counts.
ON_A_PHONE: tuple[tuple[frozenset[Role], tuple[str, ...]], ...] = (
    (frozenset({Role.AUDITOR}), ("today", "posts", "calendar", "record")),
    (
        frozenset({Role.PRIVACY_OFFICER, Role.LEGAL, Role.EXECUTIVE, Role.CLINICIAN_REVIEWER}),
        ("today", "approvals", "calendar", "posts"),
    ),
)
OTHERWISE = ("today", "write", "approvals", "calendar")


def organisation_of(request: HttpRequest) -> Organization | None:
    """The organisation, read once a request."""
    if not hasattr(request, "bedside_organisation"):
        request.bedside_organisation = organization()  # type: ignore[attr-defined]
    own: Organization | None = request.bedside_organisation  # type: ignore[attr-defined]
    return own


def zone_of(person: Person | None, own: Organization | None) -> ZoneInfo:
    """The zone a person reads times in: their own, else the organisation's, else UTC."""
    name = (person.time_zone if person else "") or (own.time_zone if own else "UTC")
    try:
        return clock.zone(name)
    except Invalid:
        return clock.zone("UTC")


class ReaderZone:
    """Middleware: `request.person_zone`, in which every time on the page is told."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        person = person_of(request) if request.session.session_key else None
        zone = zone_of(person, organisation_of(request)) if person else None
        request.person_zone = zone  # type: ignore[attr-defined]
        return self.get_response(request)


def frame(request: HttpRequest) -> dict[str, Any]:
    """Context processor for every page."""
    person = person_of(request) if hasattr(request, "user") else None
    own = organisation_of(request)
    shared: dict[str, Any] = {"organisation_name": own.name if own else ""}
    if person is None:
        return shared
    standing = current_pause()
    waiting = how_many_wait_for(caller_of(request))
    may_pause = person.may(Right.PAUSE)
    here = request.path
    ways = [
        {
            "name": way.name,
            "url": reverse(way.name),
            "label": way.label,
            "icon": way.icon,
            "current": here == reverse(way.name)
            or (way.name != "today" and here.startswith(reverse(way.name))),
            "count": waiting if way.name == "approvals" else 0,
        }
        for way in WAYS
        if person.may(way.right)
    ]
    roles = {role for role, _where in person.held}
    phone = next((names for who, names in ON_A_PHONE if roles & who), OTHERWISE)
    return {
        **shared,
        "home_url": reverse("today"),
        "nav": ways,
        "nav_phone": [way for name in phone for way in ways if way["name"] == name][:4],
        "pause_url": reverse("pause") if may_pause else "",
        "pause": standing
        and {
            "who": str(standing.by or standing.by_label),
            "why": standing.reason,
            "since": standing.at,
            "resume_url": reverse("pause") if may_pause else "",
        },
        "signed_in": {
            "name": str(person),
            "url": reverse("account"),
            "role": ", ".join(sorted(str(role.label) for role in roles)) or _("no role yet"),
        },
        "sign_out_url": reverse("account_logout"),
        "theme": person.theme,
    }
