from django.utils.translation import gettext_lazy as _

from bedside.audit.verbs import Verb, register

register(
    Verb("media.uploaded", _("uploaded the picture"), "media"),
    Verb("media.described", _("described the picture"), "media"),
)
