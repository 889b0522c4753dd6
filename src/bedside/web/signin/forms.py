"""The forms of the door: signing in, confirming, setting up, joining, and one's own account."""

from __future__ import annotations

import re
from typing import Any
from zoneinfo import available_timezones

from allauth.account.forms import LoginForm, ReauthenticateForm
from allauth.mfa.base.forms import AuthenticateForm
from allauth.mfa.base.forms import ReauthenticateForm as ReauthenticateCodeForm
from allauth.mfa.base.internal.flows import check_rate_limit
from allauth.mfa.totp.internal.auth import validate_totp_code
from django import forms
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.utils.functional import lazy
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from bedside.accounts.models import Person
from bedside.accounts.scopes import SCOPES
from bedside.core import clock
from bedside.core.errors import Invalid

LONGEST_PASSWORD = 4096
# Old names that stand for a place which has a newer one, and names without a place.
_NOT_PLACES = re.compile(r"^(Etc/|SystemV/|US/|Canada/|Brazil/|Chile/|Mexico/|posix|right|[^/]+$)")


def _zones() -> list[tuple[str, str]]:
    places = sorted(name for name in available_timezones() if not _NOT_PLACES.match(name))
    return [("UTC", "UTC"), *((name, name.replace("_", " ")) for name in places)]


zones = lazy(_zones, list)


class ZoneField(forms.ChoiceField):
    """A time zone from the list; with JavaScript the browser's own is chosen while none has been."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(choices=_zones, **kwargs)
        self.widget.attrs["data-zone-guess"] = "yes"

    def valid_value(self, value: Any) -> bool:
        # The browser may know a zone by a name that is not in the list.
        try:
            clock.zone(str(value))
        except Invalid:
            return False
        return True


def _code_field() -> forms.CharField:
    return forms.CharField(
        label=_("Code"),
        max_length=40,
        widget=forms.TextInput(
            attrs={"autocomplete": "one-time-code", "autocapitalize": "none", "spellcheck": "false"}
        ),
    )


class SignInForm(LoginForm):  # type: ignore[misc]
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["login"] = forms.EmailField(
            label=_("E-mail"),
            max_length=254,
            widget=forms.EmailInput(attrs={"autocomplete": "username", "autocapitalize": "none"}),
        )
        self.fields["password"] = forms.CharField(
            label=_("Password"),
            strip=False,
            max_length=LONGEST_PASSWORD,
            widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
        )


class ConfirmForm(ReauthenticateForm):  # type: ignore[misc]
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["password"] = forms.CharField(
            label=_("Password"),
            strip=False,
            max_length=LONGEST_PASSWORD,
            widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
        )


class CodeForm(AuthenticateForm):  # type: ignore[misc]
    """A code from the app, or a recovery code."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"] = _code_field()


class ConfirmCodeForm(ReauthenticateCodeForm):  # type: ignore[misc]
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"] = _code_field()


class AppForm(forms.Form):
    """The first code of an app, which shows that it has the secret."""

    code = _code_field()

    def __init__(self, *args: Any, person: Person, secret: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.person, self.secret = person, secret
        self.fields["code"].label = gettext("Code that the app shows")
        self.fields["code"].widget.attrs["inputmode"] = "numeric"

    def clean_code(self) -> str:
        code: str = self.cleaned_data["code"]
        done = check_rate_limit(self.person, error_key="rate_limited")
        if not validate_totp_code(self.secret, code):
            raise ValidationError(
                gettext(
                    "This code is not right. Look whether the clock of your phone is right, and type the code "
                    "that the app shows now."
                )
            )
        done()
        return code


class PasskeyForm(forms.Form):
    name = forms.CharField(
        label=_("Name of this passkey"),
        required=False,
        max_length=100,
        help_text=_("So that you know later which device it is on."),
    )
    credential = forms.JSONField(widget=forms.HiddenInput)


class PasswordForm(forms.Form):
    """A new password, checked for `person` and typed once, in a field that can show it."""

    password = forms.CharField(
        label=_("Password"),
        strip=False,
        max_length=LONGEST_PASSWORD,
        help_text=_("At least 12 characters. Four words that have nothing to do with each other are good."),
        widget=forms.PasswordInput(
            attrs={"autocomplete": "new-password", "data-shows": _("Show the password")}
        ),
    )

    def __init__(self, *args: Any, person: Person | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.person = person or Person()

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        self.person.email = cleaned.get("email") or self.person.email
        self.person.name = cleaned.get("name") or self.person.name
        if password := cleaned.get("password"):
            try:
                validate_password(password, self.person)
            except ValidationError as error:
                self.add_error("password", error)
        return cleaned


class JoinForm(PasswordForm):
    name = forms.CharField(
        label=_("Your name"),
        max_length=200,
        help_text=_("As your colleagues know you. It stands beside what you write and approve."),
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    email = forms.EmailField(
        label=_("E-mail"),
        max_length=254,
        help_text=_("You sign in with it."),
        widget=forms.EmailInput(attrs={"autocomplete": "username", "autocapitalize": "none"}),
    )
    time_zone = forms.CharField(required=False, widget=forms.HiddenInput(attrs={"data-zone-guess": "yes"}))
    field_order = ("name", "email", "password", "time_zone")

    def __init__(self, *args: Any, email: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if email:
            self.fields["email"].initial = email
            self.fields["email"].disabled = True
            self.fields["email"].help_text = gettext("You sign in with it. It was named in the invitation.")

    def clean_time_zone(self) -> str:
        name = str(self.cleaned_data["time_zone"])
        try:
            return clock.zone(name).key if name else ""
        except Invalid:
            return ""


class OrganizationForm(forms.Form):
    name = forms.CharField(
        label=_("Name of the organisation"),
        max_length=200,
        help_text=_("As it stands on your front door."),
        widget=forms.TextInput(attrs={"autocomplete": "organization"}),
    )
    is_public_entity = forms.TypedChoiceField(
        label=_("Is it a public entity?"),
        choices=[("no", _("No")), ("yes", _("Yes, for example a county hospital or a university clinic"))],
        coerce=lambda value: value == "yes",
        widget=forms.RadioSelect,
        help_text=_(
            "It matters because a public entity may not hide or delete what people say for the view they take, "
            "and Bedside then keeps to that."
        ),
    )
    time_zone = ZoneField(label=_("Time zone"), help_text=_("In which posts are scheduled."))


class SiteForm(forms.Form):
    """One site; left empty, it is none."""

    name = forms.CharField(label=_("Name of the site"), max_length=200, required=False)
    place = forms.CharField(label=_("Town or address"), max_length=300, required=False)
    departments = forms.CharField(
        label=_("Departments"),
        required=False,
        max_length=20_000,
        help_text=_("One on each line. They can be added later."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def clean_departments(self) -> list[str]:
        return lines(str(self.cleaned_data["departments"]))

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if not cleaned.get("name") and (cleaned.get("place") or cleaned.get("departments")):
            self.add_error("name", gettext("What is this site called?"))
        return cleaned


def lines(text: str) -> list[str]:
    """The lines of a text, tidied, each once whatever its case. Raises `ValidationError` for a long one."""
    found: dict[str, str] = {}
    for line in text.splitlines():
        tidy = " ".join(line.split())
        if len(tidy) > 200:
            raise ValidationError(gettext("A name has up to 200 characters; “%s…” is longer.") % tidy[:40])
        if tidy:
            found.setdefault(tidy.casefold(), tidy)
    if len(found) > 500:
        raise ValidationError(gettext("Up to 500 can be named here."))
    return list(found.values())


class EverywhereForm(forms.Form):
    departments = forms.CharField(
        label=_("Departments of no one site"),
        required=False,
        max_length=20_000,
        help_text=_("Such as communications or human resources. One on each line."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def clean_departments(self) -> list[str]:
        return lines(str(self.cleaned_data["departments"]))


class ProfileForm(forms.Form):
    name = forms.CharField(
        label=_("Your name"), max_length=200, widget=forms.TextInput(attrs={"autocomplete": "name"})
    )
    time_zone = ZoneField(label=_("Time zone"), help_text=_("In which times are shown to you."))
    theme = forms.ChoiceField(
        label=_("Light or dark"),
        choices=[("auto", _("As the device")), ("light", _("Light")), ("dark", _("Dark"))],
    )


class TokenForm(forms.Form):
    name = forms.CharField(
        label=_("What is it for?"), max_length=100, help_text=_("So that you know later which one to revoke.")
    )
    days = forms.TypedChoiceField(
        label=_("Good for"),
        choices=[
            ("30", _("30 days")),
            ("90", _("90 days")),
            ("365", _("One year")),
            ("0", _("Until revoked")),
        ],
        coerce=int,
        initial="90",
    )
    scopes = forms.MultipleChoiceField(
        label=_("What it may do"),
        choices=[(scope, words) for scope, words in SCOPES.items()],
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Never more than you may do yourself."),
    )
