"""The check at sending: the one that counts. Pure of side effects; called inside the claim's transaction."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings
from django.utils.translation import gettext as _

from bedside.approvals.queries import live_review, objections
from bedside.approvals.risk import finding_rows
from bedside.connections.models import Connection
from bedside.core.text import digest
from bedside.guard import Verdict
from bedside.posts.content import post_digest
from bedside.posts.models import Post
from bedside.posts.queries import content, screened
from bedside.publishing.models import Delivery


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
    whole = content(post)
    if post_digest(whole) != delivery.digest or post.digest != delivery.digest:
        return _("The text is not the one that was approved.")
    if digest(whole["variants"].get(str(delivery.connection_id))) != digest(delivery.content):
        return _("What was to leave for this channel is not what was approved.")
    if wrong := objections(post, delivery.digest):
        return " ".join(wrong)
    if delivery.connection.state != Connection.State.CONNECTED:
        return _("The channel has to be signed in to again.")
    if not delivery.late_allowed and now > delivery.due_at + lateness_limit(delivery.connection):
        return _("Its slot has passed. Nothing is published late unless a person says so.")
    return _new_findings(post, whole)


def _new_findings(post: Post, whole: dict[str, object]) -> str | None:
    review = live_review(post)
    known = {row["key"] for row in review.findings} if review else set()
    for row in finding_rows(screened(whole)):
        if Verdict(row["severity"]) >= Verdict.REVIEW and row["key"] not in known:
            return str(_("The guard has found something that nobody has looked at: %s") % row["message"])
    return None
