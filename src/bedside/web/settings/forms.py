"""Forms about the organisation."""

from __future__ import annotations

from typing import Any
from zoneinfo import available_timezones

from django import forms
from django.utils.translation import gettext_lazy as _

from bedside.accounts.roles import Role
from bedside.approvals.models import Risk

APPROVERS = [(role.value, role.label) for role in Role if role not in {Role.AUDITOR, Role.ADMINISTRATOR}]


# What the guard does not take for a patient's: keys of its allow-list.
OUR_OWN = {
    "names": _("Our clinicians and speakers, one a line"),
    "phones": _("Our telephone numbers, one a line"),
    "places": _("Our places and addresses, one a line"),
    "campaigns": _("Our campaigns, one a line"),
    "events": _("Our public events, one a line"),
    "urls": _("Our web addresses, one a line"),
}


class OrganisationForm(forms.Form):
    name = forms.CharField(label=_("Name"), max_length=200)
    is_public_entity = forms.BooleanField(
        label=_("We are a public entity"),
        required=False,
        help_text=_("A public entity may not remove comments for their viewpoint."),
    )
    time_zone = forms.ChoiceField(label=_("Time zone"))
    language = forms.CharField(
        label=_("Language of new posts"), max_length=16, help_text=_("Such as en or es.")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for key, label in OUR_OWN.items():
            self.fields[key] = forms.CharField(
                label=label, required=False, max_length=20_000, widget=forms.Textarea(attrs={"rows": 3})
            )
        zone = self.fields["time_zone"]
        assert isinstance(zone, forms.ChoiceField)
        zone.choices = [(name, name.replace("_", " ")) for name in sorted(available_timezones())]

    def allow(self) -> dict[str, list[str]]:
        """What is the organisation's own, by kind, one entry for each line written."""
        return {
            key: [line.strip() for line in self.cleaned_data[key].splitlines() if line.strip()]
            for key in OUR_OWN
        }


class PlaceForm(forms.Form):
    """A site, or a department at one."""

    name = forms.CharField(label=_("Name"), max_length=200)
    place = forms.CharField(label=_("Town or address"), max_length=300, required=False)
    site = forms.UUIDField(required=False)


class RouteForm(forms.Form):
    """The steps of one route, in order; an empty choice is no step."""

    steps = 6

    def __init__(self, *args: Any, name: str, now: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **{**kwargs, "prefix": name})
        self.name = name
        for number in range(self.steps):
            self.fields[f"step{number}"] = forms.ChoiceField(
                label=_("Step %d") % (number + 1),
                required=False,
                choices=[("", _("no step")), *APPROVERS],
                initial=now[number] if number < len(now) else "",
            )

    def wanted(self) -> list[str]:
        """The roles chosen, without the gaps."""
        return [self.cleaned_data[f"step{n}"] for n in range(self.steps) if self.cleaned_data[f"step{n}"]]


ROUTE_WORDS = {
    Risk.LOW: _("Low risk: the guard found nothing, or only notes"),
    Risk.MEDIUM: _("Medium risk: the guard found something to look at"),
    Risk.HIGH: _("High risk: the guard would not let it out"),
    "claims": _("Added for a medical claim"),
}
