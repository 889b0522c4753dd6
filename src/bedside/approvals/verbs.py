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
    Verb("route.changed", _("changed the approval route"), "route"),
)
