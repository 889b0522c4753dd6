from django.utils.translation import gettext_lazy as _

from bedside.audit.verbs import Verb, register

register(
    Verb("person.added", _("made an account for"), "person"),
    Verb("person.invited", _("invited"), "invitation"),
    Verb("person.invitation_revoked", _("withdrew the invitation"), "invitation"),
    Verb("person.joined", _("joined with an invitation:"), "person"),
    Verb("person.roles_changed", _("changed the roles of"), "person"),
    Verb("person.ended", _("closed the account of"), "person"),
    Verb("person.signed_in", _("signed in as"), "person"),
    Verb("person.signed_out", _("signed out as"), "person"),
    Verb("person.timed_out", _("was signed out, after a time without a click, as"), "person"),
    Verb("person.signin_failed", _("failed to sign in as"), "person"),
    Verb("person.locked_out", _("failed to sign in too often as"), "person"),
    Verb("person.password_changed", _("changed the password of"), "person"),
    Verb("person.profile_changed", _("changed the profile of"), "person"),
    Verb("person.signin_reset", _("reset the sign-in of"), "person"),
    Verb("factor.added", _("added the second factor"), "factor"),
    Verb("factor.removed", _("removed the second factor"), "factor"),
    Verb("factor.reset", _("removed all second factors of"), "person"),
    Verb("recovery-codes.made", _("made new recovery codes for"), "person"),
    Verb("recovery-codes.used", _("used a recovery code of"), "person"),
    Verb("session.ended", _("ended the session"), "session"),
    Verb("sessions.ended", _("ended the sessions of"), "person"),
    Verb("setup.link_made", _("made a set-up link"), "invitation"),
    Verb("token.created", _("made a token"), "token"),
    Verb("token.revoked", _("revoked the token"), "token"),
)
