"""Whether the desk does its work: that the delivery loop really turns, and nothing that is due stays behind."""

from __future__ import annotations

import logging
from dataclasses import dataclass

from django.conf import settings
from django.db import Error
from django.db.models import Count
from django.utils.translation import gettext as _

from bedside.core import clock
from bedside.jobs import queries as jobs
from bedside.jobs import trouble
from bedside.publishing import queries as publishing
from bedside.publishing.models import Delivery

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Health:
    """`well`, and in words what is not; ages in seconds, None for “never” or “cannot be told”."""

    well: bool
    reasons: tuple[str, ...]
    loop_age: float | None = None
    oldest_due: float | None = None
    paused: bool = False


def health() -> Health:
    """How it stands now. Never raises: a database that does not answer is a reason like any other."""
    now = clock.now()
    limit = settings.BEDSIDE["BEDSIDE_STALL_SECONDS"]
    try:
        age = jobs.freshest(now)
        late = publishing.oldest_due(now).total_seconds()
        paused = publishing.current_pause() is not None
    except Error as error:
        _log.error("the database does not answer: %s", type(error).__name__)
        return Health(False, (_("The database does not answer."),))
    reasons: list[str] = []
    if words := trouble.now():
        reasons.append(_("The delivery loop cannot write to the database: %s") % words)
    seconds = None if age is None else age.total_seconds()
    if seconds is None:
        reasons.append(_("No delivery loop is running: start bedside worker."))
    elif seconds > limit:
        reasons.append(
            _("The delivery loop has not turned for %(age)d seconds (limit: %(limit)d).")
            % {"age": seconds, "limit": limit}
        )
    if late > limit:
        reasons.append(
            _("The oldest delivery has been due for %(age)d seconds (limit: %(limit)d).")
            % {"age": late, "limit": limit}
        )
    return Health(not reasons, tuple(reasons), seconds, late, paused)


def disk_is_full(error: Exception) -> bool:
    """Whether a database error is for want of room, in the words of SQLite or of PostgreSQL."""
    words = str(error).lower()
    return "disk is full" in words or "no space left" in words


def metrics() -> str:
    """The desk in Prometheus' text format (version 0.0.4). Raises `django.db.Error` without a database."""
    found = health()
    states = dict.fromkeys(Delivery.State.values, 0)
    states |= dict(Delivery.objects.values_list("state").annotate(Count("id")))
    lines = [
        "# HELP bedside_up Whether the desk does its work (what /healthz answers).",
        "# TYPE bedside_up gauge",
        f"bedside_up {int(found.well)}",
        "# HELP bedside_deliveries Deliveries by state.",
        "# TYPE bedside_deliveries gauge",
        *(f'bedside_deliveries{{state="{state}"}} {count}' for state, count in sorted(states.items())),
        "# HELP bedside_oldest_due_seconds Age of the oldest delivery that should be on its way and is not.",
        "# TYPE bedside_oldest_due_seconds gauge",
        f"bedside_oldest_due_seconds {found.oldest_due or 0:.3f}",
        "# HELP bedside_paused Whether everything is paused.",
        "# TYPE bedside_paused gauge",
        f"bedside_paused {int(found.paused)}",
    ]
    if found.loop_age is not None:
        lines += [
            "# HELP bedside_loop_age_seconds Seconds since the liveliest delivery loop turned.",
            "# TYPE bedside_loop_age_seconds gauge",
            f"bedside_loop_age_seconds {found.loop_age:.3f}",
        ]
    return "\n".join(lines) + "\n"
