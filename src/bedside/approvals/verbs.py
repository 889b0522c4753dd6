from django.utils.translation import gettext_lazy as _

from bedside.audit.verbs import Verb, register

register(
    Verb("post.submitted", _("sent to review"), "post"),
    Verb("post.approved", _("approved the text of"), "post"),
    Verb("post.rejected", _("sent back"), "post"),
    Verb("post.review_voided", _("changed the text, which voided the decisions on"), "post"),
    Verb("post.review_withdrawn", _("took back from review"), "post"),
    Verb("post.approval_expired", _("let the approval expire of"), "post"),
    Verb("post.commented", _("commented on"), "post"),
    Verb("post.alarm_reported", _("reported a false alarm of the guard in"), "post"),
    Verb("post.alarm_allowed", _("took for our own what had been a false alarm in"), "post"),
    Verb("post.alarm_dismissed", _("dismissed a false alarm that had been reported in"), "post"),
    Verb("route.changed", _("changed the approval route"), "route"),
)
