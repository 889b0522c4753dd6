"""Reads about channels."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from bedside.accounts.caller import Caller
from bedside.connections.models import Connection
from bedside.core import clock
from bedside.core.errors import NotFound


def visible(caller: Caller) -> QuerySet[Connection]:
    """The channels the caller may see."""
    channels = Connection.objects.exclude(state=Connection.State.REMOVED)
    confined = caller.channels()
    return channels if confined is None else channels.filter(id__in=confined)


def access_connection(caller: Caller, connection_id: uuid.UUID) -> Connection:
    connection = visible(caller).filter(id=connection_id).first()
    if connection is None:
        raise NotFound(_("There is no such channel here."))
    return connection


def due_for_renewal(now: datetime) -> QuerySet[Connection]:
    """Channels whose sign-in runs out within the time that their lifetime calls for, and nobody renews now."""
    return Connection.objects.filter(
        state=Connection.State.CONNECTED, expires_at__lte=now + timedelta(minutes=30)
    )


def health(connection: Connection) -> tuple[str, str]:
    """(ok | review | block, one sentence): how good the connection is, until when, and what to do if not."""
    if connection.state == Connection.State.SIGN_IN_NEEDED:
        return "block", _("%(trouble)s Sign in again to go on; nothing that waits is lost.") % {
            "trouble": connection.trouble
        }
    if connection.trouble:
        return "review", _("%(trouble)s Bedside tries again by itself.") % {"trouble": connection.trouble}
    if connection.expires_at and connection.channel.renew is None:
        days = max(0, (connection.expires_at - clock.now()).days)
        words = ngettext(
            "Good for %d more day; then sign in again.", "Good for %d more days; then sign in again.", days
        )
        return ("review" if days < 14 else "ok"), words % days
    if connection.expires_at:
        return "ok", _("Good. The sign-in is renewed by itself before it runs out.")
    return "ok", _("Good. The sign-in does not run out.")
