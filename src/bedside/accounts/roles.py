"""Roles and what each may do: data, read as a table."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Role(models.TextChoices):
    AUTHOR = "author", _("Author")
    CLINICIAN_REVIEWER = "clinician-reviewer", _("Clinician reviewer")
    PRIVACY_OFFICER = "privacy-officer", _("Privacy officer")
    LEGAL = "legal", _("Legal")
    EXECUTIVE = "executive", _("Executive")
    COMMUNICATIONS_LEAD = "communications-lead", _("Communications lead")
    COMMUNITY_MANAGER = "community-manager", _("Community manager")
    CRISIS_LEAD = "crisis-lead", _("Crisis lead")
    ADMINISTRATOR = "administrator", _("Administrator")
    AUDITOR = "auditor", _("Auditor")


class Right(models.TextChoices):
    READ = "read", _("read posts and deliveries")
    WRITE = "write", _("write and send to review")
    COMMENT = "comment", _("comment on drafts")
    SCHEDULE = "schedule", _("schedule, reschedule and cancel")
    RESOLVE = "resolve", _("resolve and repeat deliveries, delete what is out")
    PAUSE = "pause", _("pause everything and resume")
    CHANNELS = "channels", _("connect and disconnect channels")
    PEOPLE = "people", _("invite people and change their roles")
    SEE_SETTINGS = "see-settings", _("read the settings and who holds which role")
    SETTINGS = "settings", _("change the organisation, its rules and its approval routes")
    AUDIT = "audit", _("read the audit trail")
    GUARD = "guard", _("settle false alarms and add to the guard's allow-list")


_REVIEWER = frozenset({Right.READ, Right.COMMENT})
_WRITER = _REVIEWER | {Right.WRITE, Right.SCHEDULE}

RIGHTS: dict[Role, frozenset[Right]] = {
    Role.AUTHOR: _WRITER,
    Role.CLINICIAN_REVIEWER: _REVIEWER,
    Role.PRIVACY_OFFICER: _REVIEWER | {Right.PAUSE, Right.AUDIT, Right.GUARD},
    Role.LEGAL: _REVIEWER,
    Role.EXECUTIVE: _REVIEWER | {Right.PAUSE},
    Role.COMMUNICATIONS_LEAD: _WRITER | {Right.RESOLVE, Right.PAUSE},
    Role.COMMUNITY_MANAGER: _WRITER | {Right.RESOLVE, Right.PAUSE},
    Role.CRISIS_LEAD: _WRITER | {Right.RESOLVE, Right.PAUSE},
    Role.ADMINISTRATOR: frozenset(Right),
    Role.AUDITOR: frozenset({Right.READ, Right.SEE_SETTINGS, Right.AUDIT}),
}

# What belongs to the whole desk: a grant for one channel never carries these.
WHOLE_DESK = frozenset(
    {
        Right.PAUSE,
        Right.CHANNELS,
        Right.PEOPLE,
        Right.SEE_SETTINGS,
        Right.SETTINGS,
        Right.AUDIT,
        Right.GUARD,
    }
)
