"""The small forms on a post's page."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.utils.translation import gettext_lazy as _

from bedside.web.templatetags.bedside import zone_words


class SlotForm(forms.Form):
    """When to publish: now, or at a time on the reader's wall."""

    at = forms.CharField(
        label=_("Day and time"),
        max_length=16,
        required=False,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}),
    )

    def __init__(self, *args: Any, zone: ZoneInfo, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["at"].help_text = _("As clocks show it: %(zone)s.") % {"zone": zone_words(zone)}

    def clean_at(self) -> datetime | None:
        written = self.cleaned_data["at"].strip()
        if not written:
            return None
        try:
            return datetime.fromisoformat(written).replace(tzinfo=None)
        except ValueError:
            raise forms.ValidationError(_("Write the day and time as 2026-12-24 09:30.")) from None


class CommentForm(forms.Form):
    text = forms.CharField(
        label=_("Comment"), max_length=5000, widget=forms.Textarea(attrs={"rows": 3, "maxlength": 5000})
    )


class ResolveForm(forms.Form):
    """What a person found when they looked."""

    outcome = forms.ChoiceField(
        label=_("What did you find?"),
        choices=[("sent", _("It is out")), ("not-sent", _("It is not out"))],
        widget=forms.RadioSelect,
    )
    url = forms.CharField(label=_("Its address, if you have it"), max_length=500, required=False)
    comment = forms.CharField(label=_("How you know"), max_length=500, required=False)
