"""People: who is here, who is invited, what each may do. For whoever has the right to look after people."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from functools import wraps
from typing import Any

from django import forms
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from bedside.accounts.actions import (
    change_roles,
    clean_roles,
    end_account,
    invite,
    reset_sign_in,
    revoke_invitation,
)
from bedside.accounts.doors import caller_of, signed_in
from bedside.accounts.factors import factors, reset_factors, words_of_kind
from bedside.accounts.models import Invitation, Person
from bedside.accounts.queries import open_invitations, people_found, person_of_email
from bedside.accounts.roles import Right, Role
from bedside.accounts.sessions import end_sessions_of, sessions
from bedside.connections.queries import visible
from bedside.core.errors import BedsideError
from bedside.web.notices import say
from bedside.web.signin.confirming import confirmed
from bedside.web.signin.roles import GrantForm, may_words, role_words
from bedside.web.signin.rows import Rows

PAGE = 50
STATES = (
    ("active", gettext_lazy("Active")),
    ("invited", gettext_lazy("Invited")),
    ("ended", gettext_lazy("Ended")),
)


class InviteForm(forms.Form):
    email = forms.EmailField(
        label=gettext_lazy("E-mail"),
        max_length=254,
        help_text=gettext_lazy(
            "Your colleague signs in with it. Bedside sends nothing: you hand over the link."
        ),
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
    )


def _for_who_may_see(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """Auditors read who holds which role; others find nothing here."""

    @signed_in
    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not caller_of(request).may(Right.SEE_SETTINGS):
            raise Http404
        return view(request, *args, **kwargs)

    return guarded


def _for_people(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """Who may not look after people finds nothing here."""

    @signed_in
    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not caller_of(request).may(Right.PEOPLE):
            raise Http404
        return view(request, *args, **kwargs)

    return guarded


def _channels(request: HttpRequest) -> dict[uuid.UUID, str]:
    return {one.id: one.name for one in visible(caller_of(request)).order_by("name")}


def _person(person_id: uuid.UUID) -> Person:
    person = Person.objects.filter(id=person_id).first()
    if person is None:
        raise Http404
    return person


def _all_roles() -> list[tuple[str, str]]:
    return [(str(role.label), may_words(role)) for role in Role]


@_for_who_may_see
@require_GET
def people(request: HttpRequest) -> HttpResponseBase:
    state = request.GET.get("state", "active")
    state = state if state in dict(STATES) else "active"
    words = request.GET.get("q", "").strip()[:200]
    channels = _channels(request)
    listed: list[dict[str, Any]]
    number = request.GET.get("page", "1")
    number = number if number.isascii() and number.isdecimal() and len(number) < 7 else "1"
    if state == "invited":
        found = open_invitations().select_related("invited_by")
        for word in words.split()[:5]:
            found = found.filter(email__icontains=word)
        page: Any = Paginator(found, PAGE).get_page(number)
        listed = [{"invitation": one, "roles": _roles_of(one, channels)} for one in page]
    else:
        page = Paginator(people_found(words, state), PAGE).get_page(number)
        listed = [
            {
                "person": one,
                "roles": role_words([(grant.role, grant.channel) for grant in one.grants.all()], channels),
                "joined": one.has_usable_password(),
            }
            for one in page
        ]
    amounts = {
        "active": people_found("", "active").count(),
        "invited": open_invitations().count(),
        "ended": people_found("", "ended").count(),
    }
    here = reverse("people")
    context = {
        "listed": listed,
        "may_change": caller_of(request).may(Right.PEOPLE),
        "state": state,
        "q": words,
        "chips": [
            {"url": f"{here}?state={key}", "label": label, "amount": amounts[key], "current": key == state}
            for key, label in STATES
        ],
        "page": page,
        "newer": f"?state={state}&q={words}&page={page.previous_page_number()}"
        if page.has_previous()
        else "",
        "older": f"?state={state}&q={words}&page={page.next_page_number()}" if page.has_next() else "",
    }
    return render(request, "signin/people.html", context)


def _roles_of(invitation: Invitation, channels: dict[uuid.UUID, str]) -> list[dict[str, str]]:
    pairs = [(str(role), uuid.UUID(where) if where else None) for role, where in invitation.roles]
    return role_words(pairs, channels)


def _link(request: HttpRequest, token: str) -> str:
    return request.build_absolute_uri(reverse("invite", args=[token]))


@_for_people
@require_http_methods(["GET", "POST"])
def invite_person(request: HttpRequest) -> HttpResponseBase:
    channels = _channels(request)
    posted = request.POST if request.method == "POST" else None
    rows = Rows(GrantForm, "role", posted, channels=channels)
    form = InviteForm(None if rows.adding else posted, initial={"email": request.POST.get("email", "")})
    trouble = ""
    if posted is not None and not rows.adding and form.is_valid() & rows.is_valid():
        try:
            grants = clean_roles(grant for row in rows.forms if (grant := row.grant()))
            known = person_of_email(form.cleaned_data["email"])
            if known is not None and (known.has_usable_password() or not known.is_active):
                form.add_error("email", _("There is an account for this address already."))
            else:
                made, token = invite(caller_of(request), form.cleaned_data["email"], grants)
                context = {"invitation": made, "link": _link(request, token), "again": False}
                return render(request, "signin/invited.html", context)
        except BedsideError as error:
            trouble = error.detail
    context = {"form": form, "rows": rows, "trouble": trouble, "all_roles": _all_roles()}
    return render(request, "signin/invite_person.html", context)


@_for_people
@require_POST
def invitation_revoke(request: HttpRequest, invitation_id: uuid.UUID) -> HttpResponseBase:
    try:
        revoke_invitation(caller_of(request), invitation_id)
        say(request, _("The invitation was withdrawn. Its link does nothing any more."))
    except BedsideError as error:
        say(request, error.detail, "block")
    return redirect(f"{reverse('people')}?state=invited")


@_for_people
@require_http_methods(["GET", "POST"])
def person_page(request: HttpRequest, person_id: uuid.UUID) -> HttpResponseBase:
    person, channels = _person(person_id), _channels(request)
    held = [
        {"role": grant.role, "where": str(grant.channel) if grant.channel else ""}
        for grant in person.grants.all().order_by("role", "channel")
    ]
    posted = request.POST if request.method == "POST" else None
    rows = Rows(GrantForm, "role", posted, held, spare=0 if held else 1, channels=channels)
    trouble = ""
    if posted is not None and not rows.adding and rows.is_valid():
        try:
            change_roles(caller_of(request), person.id, [g for row in rows.forms if (g := row.grant())])
            say(request, _("The roles of %s were changed.") % person)
            return redirect("person", person_id=person.id)
        except BedsideError as error:
            trouble = error.detail
    context = {
        "person": person,
        "rows": rows,
        "trouble": trouble,
        "all_roles": _all_roles(),
        "me": person == request.user,
        "joined": person.has_usable_password(),
        "factors": [words_of_kind(one.type) for one in factors(person)],
        "sessions": sessions(person).count(),
        "tokens": person.tokens.filter(revoked_at=None).count(),
    }
    return render(request, "signin/person.html", context)


def _done_to(request: HttpRequest, person_id: uuid.UUID, do: Callable[[], str]) -> HttpResponseBase:
    try:
        say(request, do())
    except BedsideError as error:
        say(request, error.detail, "block")
    return redirect("person", person_id=person_id)


@_for_people
@confirmed
@require_POST
def person_end(request: HttpRequest, person_id: uuid.UUID) -> HttpResponseBase:
    def do() -> str:
        end_account(caller_of(request), person_id)
        return _("The account was closed. What this person did stays in the record.")

    return _done_to(request, person_id, do)


@_for_people
@require_POST
def person_sessions_end(request: HttpRequest, person_id: uuid.UUID) -> HttpResponseBase:
    def do() -> str:
        ended = end_sessions_of(caller_of(request), person_id)
        return ngettext("%d session has ended.", "%d sessions have ended.", ended) % ended

    return _done_to(request, person_id, do)


@_for_people
@confirmed
@require_POST
def person_factors_reset(request: HttpRequest, person_id: uuid.UUID) -> HttpResponseBase:
    def do() -> str:
        reset_factors(caller_of(request), person_id)
        return _("The second factors were removed. At the next sign-in, a new one is set up.")

    return _done_to(request, person_id, do)


@_for_people
@confirmed
@require_POST
def person_signin_reset(request: HttpRequest, person_id: uuid.UUID) -> HttpResponseBase:
    try:
        made, token = reset_sign_in(caller_of(request), person_id)
    except BedsideError as error:
        say(request, error.detail, "block")
        return redirect("person", person_id=person_id)
    context = {"invitation": made, "link": _link(request, token), "again": True}
    return render(request, "signin/invited.html", context)
