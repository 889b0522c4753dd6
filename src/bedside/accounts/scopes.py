"""What a token may be limited to: data."""

from django.utils.translation import gettext_lazy as _

SCOPES = {
    "posts:read": _("read posts, their history and their findings"),
    "posts:write": _("write drafts and send them to review"),
    "posts:decide": _("approve and reject"),
    "posts:schedule": _("schedule, send now, reschedule and cancel"),
    "deliveries:read": _("read deliveries and their attempts"),
    "deliveries:write": _("resolve and repeat deliveries, delete what is out"),
    "media:write": _("upload pictures"),
    "screen": _("screen a text"),
    "guard": _("settle false alarms and add to the guard's allow-list"),
    "pause": _("pause everything and resume"),
    "audit:read": _("read the audit trail"),
}
