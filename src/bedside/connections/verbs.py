from django.utils.translation import gettext_lazy as _

from bedside.audit.verbs import Verb, register

register(
    Verb("channel.connected", _("connected the channel"), "channel"),
    Verb("channel.signed_in", _("signed in again to the channel"), "channel"),
    Verb("channel.renewed", _("renewed the sign-in of the channel"), "channel"),
    Verb("channel.lost", _("lost the sign-in of the channel"), "channel"),
    Verb("channel.changed", _("changed the channel"), "channel"),
    Verb("channel.removed", _("removed the channel"), "channel"),
)
