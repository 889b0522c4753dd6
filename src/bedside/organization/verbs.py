from django.utils.translation import gettext_lazy as _

from bedside.audit.verbs import Verb, register

register(
    Verb("organization.set_up", _("set up"), "organization"),
    Verb("organization.changed", _("changed the settings of"), "organization"),
    Verb("organization.allowed", _("added to the guard's allow-list of"), "organization"),
    Verb("site.added", _("added the site"), "site"),
    Verb("site.removed", _("removed the site"), "site"),
    Verb("department.added", _("added the department"), "department"),
    Verb("department.removed", _("removed the department"), "department"),
)
