from django.utils.translation import gettext_lazy as _

from bedside.audit.verbs import Verb, register

register(
    Verb("post.scheduled", _("scheduled"), "post"),
    Verb("post.unscheduled", _("took from the schedule"), "post"),
    Verb("delivery.armed", _("armed the delivery"), "delivery"),
    Verb("delivery.confirmed", _("has the receipt of the delivery"), "delivery"),
    Verb("delivery.unknown", _("could not tell what became of the delivery"), "delivery"),
    Verb("delivery.unsure", _("asked a person about the delivery"), "delivery"),
    Verb("delivery.held", _("held the delivery"), "delivery"),
    Verb("delivery.failed", _("was refused the delivery"), "delivery"),
    Verb("delivery.deferred", _("put off the delivery"), "delivery"),
    Verb("delivery.resolved", _("resolved the delivery"), "delivery"),
    Verb("delivery.released", _("let go the delivery"), "delivery"),
    Verb("delivery.cancelled", _("cancelled the delivery"), "delivery"),
    Verb("delivery.delete_asked", _("asked to delete what went out with the delivery"), "delivery"),
    Verb("delivery.deleted", _("deleted what went out with the delivery"), "delivery"),
    Verb("delivery.delete_failed", _("could not delete what went out with the delivery"), "delivery"),
    Verb("pause.set", _("paused everything"), "pause"),
    Verb("pause.lifted", _("lifted the pause"), "pause"),
)
