"""The check at sending: the one that counts. Called inside the claim's transaction; changes nothing."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db.models import prefetch_related_objects
from django.utils.translation import gettext as _

from bedside.approvals.models import Review
from bedside.approvals.queries import live_review, objections, routes
from bedside.approvals.risk import finding_rows, has_claim
from bedside.connections.models import Connection
from bedside.core.text import digest
from bedside.guard import AllowList, Policy, Verdict
from bedside.organization.queries import guard_rules
from bedside.posts.content import post_digest
from bedside.posts.models import Post
from bedside.posts.queries import content, screened
from bedside.publishing.models import Delivery

# The guard's word by text and rules, the oldest first.
_kept: dict[tuple[str, Policy, AllowList], _Judged] = {}
_kept_by = threading.Lock()
_MOST_KEPT = 500


def lateness_limit(connection: Connection) -> timedelta:
    """How long after its slot a post may still leave by itself."""
    own = connection.lateness_minutes
    return timedelta(minutes=own if own is not None else settings.BEDSIDE["BEDSIDE_LATENESS_MINUTES"])


def why_not(delivery: Delivery, now: datetime) -> str | None:
    """One sentence why this delivery may not leave now; None when it may.

    Everything that was checked at scheduling is checked again: the text, the approvals and the roles behind
    them, the guard, the connection and the time. (Authorizations join when stories do; the pause is
    checked by the claim itself.)
    """
    post: Post = delivery.post
    prefetch_related_objects([post], "variants", "pictures__media")
    whole = content(post)
    if post_digest(whole) != delivery.digest or post.digest != delivery.digest:
        return _("The text is not the one that was approved.")
    if digest(whole["variants"].get(str(delivery.connection_id))) != digest(delivery.content):
        return _("What was to leave for this channel is not what was approved.")
    review = live_review(post)
    if wrong := objections(post, delivery.digest, review):
        return " ".join(wrong)
    if delivery.connection.state != Connection.State.CONNECTED:
        return _("The channel has to be signed in to again.")
    if not delivery.late_allowed and now > delivery.due_at + lateness_limit(delivery.connection):
        return _("Its slot has passed. Nothing is published late unless a person says so.")
    return _new_findings(review, whole)


def _new_findings(review: Review | None, whole: dict[str, Any]) -> str | None:
    judged = _judge(whole)
    known = {row["key"]: Verdict(row["severity"]) for row in review.findings} if review else {}
    answers = review.answers if review else {}
    for key, message, severity in judged.grave:
        if key not in known or severity > known[key] or (severity is Verdict.BLOCK and key not in answers):
            return _("The guard has found something that nobody has looked at: %s") % message
    if judged.claim and review and not set(routes()["claims"]) <= set(review.steps):
        return _("It makes a medical claim, and no clinician has been asked.")
    return None


@dataclass(frozen=True)
class _Judged:
    """The guard's word on a whole post: key, message and severity of each grave finding; is there a claim?"""

    grave: tuple[tuple[str, str, Verdict], ...]
    claim: bool


def _judge(whole: dict[str, Any]) -> _Judged:
    """What somebody has to have looked at.

    What the guard says follows from the text and the organisation's rules alone, and both are part of the key
    under which it is kept; so a post for five channels is screened once, and a repetition not at all.
    """
    rules = guard_rules()
    key = (digest(whole), *rules)
    with _kept_by:
        found = _kept.get(key)
    if found is None:
        results = screened(whole, rules=rules)
        found = _Judged(
            tuple(
                (row["key"], row["message"], Verdict(row["severity"]))
                for row in finding_rows(results)
                if Verdict(row["severity"]) >= Verdict.REVIEW
            ),
            has_claim(results),
        )
        with _kept_by:
            while len(_kept) >= _MOST_KEPT:
                _kept.pop(next(iter(_kept)))
            _kept[key] = found
    return found
