"""Forms about channels."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from bedside.channels.port import Channel

# What each kind asks for, and how it is said; (label, hint).
ASKS: dict[str, dict[str, tuple[Any, Any]]] = {
    "bluesky": {
        "identifier": (_("Handle"), _("Such as clinic.bsky.social.")),
        "secret": (
            _("App password"),
            _("Make one in Bluesky under Settings, App passwords; not the account's own."),
        ),
        "url": (_("Server"), _("Leave it empty for bsky.social.")),
    },
    "mastodon": {
        "url": (_("Server"), _("Such as https://mastodon.example.org.")),
        "secret": (
            _("Access token"),
            _("Make one on the server under Preferences, Development, with read and write."),
        ),
    },
    "webhook": {
        "url": (_("Address"), _("Every post is sent there, signed as Standard Webhooks says.")),
        "secret": (
            _("Signing secret"),
            _("Begins with whsec_. Leave it empty and one is made and shown once."),
        ),
    },
    "newsroom": {},
}


class ConnectForm(forms.Form):
    """What connecting a channel of one kind asks for."""

    name = forms.CharField(label=_("Name at this desk"), max_length=100)

    def __init__(self, *args: Any, channel: Channel, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        asks = ASKS.get(channel.kind) or {need: (need.capitalize(), "") for need in channel.needs}
        for field, (label, hint) in asks.items():
            self.fields[field] = forms.CharField(
                label=label,
                help_text=hint,
                max_length=2000,
                required=field in channel.needs,
                widget=forms.PasswordInput(attrs={"autocomplete": "off"})
                if field == "secret"
                else forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
            )


class ChannelForm(forms.Form):
    """What may be changed about a connected channel."""

    name = forms.CharField(label=_("Name at this desk"), max_length=100)
    lateness_minutes = forms.IntegerField(
        label=_("How late a post may still leave by itself, in minutes"),
        min_value=1,
        max_value=1440,
        required=False,
        help_text=_("Empty: the desk's own limit. Later than this, a person has to let it go."),
    )
    receiver_deduplicates = forms.BooleanField(
        label=_("The receiver drops a message whose webhook-id it has seen"),
        required=False,
        help_text=_("Then an unknown outcome is sent again under the same id. If unsure, leave it off."),
    )


class SignInForm(forms.Form):
    secret = forms.CharField(
        label=_("New secret"), max_length=2000, widget=forms.PasswordInput(attrs={"autocomplete": "off"})
    )
