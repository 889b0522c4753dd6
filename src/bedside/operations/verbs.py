from django.utils.translation import gettext_lazy as _

from bedside.audit.verbs import Verb, register

register(
    Verb("desk.backed_up", _("made a backup of"), "desk"),
    Verb("desk.restored", _("restored from a backup"), "desk"),
    Verb("desk.moved", _("moved to PostgreSQL"), "desk"),
)
