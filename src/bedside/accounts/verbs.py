from django.utils.translation import gettext_lazy as _

from bedside.audit.verbs import Verb, register

register(
    Verb("person.added", _("made an account for"), "person"),
    Verb("person.invited", _("invited"), "invitation"),
    Verb("person.invitation_revoked", _("withdrew the invitation"), "invitation"),
    Verb("person.joined", _("joined with an invitation:"), "person"),
    Verb("person.roles_changed", _("changed the roles of"), "person"),
    Verb("person.ended", _("closed the account of"), "person"),
    Verb("setup.link_made", _("made a set-up link"), "invitation"),
    Verb("token.created", _("made a token"), "token"),
    Verb("token.revoked", _("revoked the token"), "token"),
)
