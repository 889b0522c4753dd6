from django.utils.translation import gettext_lazy as _

from bedside.audit.verbs import Verb, register

register(
    Verb("post.created", _("began the post"), "post"),
    Verb("post.edited", _("changed the text of"), "post"),
    Verb("post.discarded", _("discarded the post"), "post"),
    Verb("post.restored", _("brought back the post"), "post"),
)
