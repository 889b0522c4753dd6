"""Setting up the desk, and joining it by an invitation: a few calm pages, each with its own address."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate

from allauth.account.internal.flows.login import perform_login
from allauth.account.models import Login
from django.contrib.auth import logout
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from bedside.accounts.actions import accept_invitation, open_invitation
from bedside.accounts.caller import Caller
from bedside.accounts.doors import client_address, open_to_all, person_of
from bedside.accounts.models import Invitation, Person
from bedside.accounts.roles import Role
from bedside.accounts.setup import finish_setup, is_finished, open_setup
from bedside.core.errors import BedsideError, NotFound
from bedside.organization import actions as organizing
from bedside.organization.queries import departments_everywhere, organization, sites
from bedside.web.signin.forms import EverywhereForm, JoinForm, OrganizationForm, SiteForm
from bedside.web.signin.rows import Rows
from bedside.web.signin.views import by_name

JOINING_KEY = "bedside.joining"
SETUP_STEPS = 5
JOIN_STEPS = 3

View = Callable[Concatenate[HttpRequest, Invitation, str, ...], HttpResponseBase]


def place(request: HttpRequest, step: str) -> str:
    """“Step 3 of 5”, while somebody sets the desk up or joins; else nothing."""
    kind = request.session.get(JOINING_KEY)
    order = {
        "setup": ["organization", "sites", "account", "factor", "codes"],
        "invite": ["account", "factor", "codes"],
    }.get(str(kind), [])
    if step not in order:
        return ""
    return _("Step %(n)d of %(of)d") % {"n": order.index(step) + 1, "of": len(order)}


def _with_link(opened: Callable[[str], Invitation], kind: str) -> Callable[[View], Callable[..., Any]]:
    """Passes the invitation behind the link to the view, or shows that the link cannot be used."""

    def decorate(view: View) -> Callable[..., Any]:
        @wraps(view)
        def guarded(request: HttpRequest, token: str, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if named := by_name(request):
                return named
            person = person_of(request)
            try:
                invitation = opened(token)
            except NotFound:
                if person is not None and request.session.get(JOINING_KEY) == kind:
                    # Back from a later step: the account is made, and the way on is where they were.
                    return redirect("second_factor")
                context = {"finished": is_finished(), "kind": kind}
                return render(request, "signin/link_gone.html", context, status=404)
            if person is not None:
                return render(request, "signin/already_in.html", {"person": person, "here": request.path})
            request.session[JOINING_KEY] = kind
            answer: HttpResponseBase = view(request, invitation, token, *args, **kwargs)
            return answer

        methods = require_http_methods(["GET", "POST"])
        return open_to_all(never_cache(sensitive_post_parameters("password")(methods(guarded))))

    return decorate


def _nobody(request: HttpRequest) -> Caller:
    # Before the first account there is no person to act: the link stands for the right.
    return Caller(None, "web", client_address(request))


def _told(form: Any, error: BedsideError) -> None:
    fields = [field for field in error.extra.get("fields", []) if field in form.fields]
    form.add_error(fields[0] if fields else None, error.detail)


@_with_link(open_setup, "setup")
def setup(request: HttpRequest, invitation: Invitation, token: str) -> HttpResponseBase:
    return redirect("setup_sites" if organization() else "setup_organization", token=token)


@_with_link(open_setup, "setup")
def setup_organization(request: HttpRequest, invitation: Invitation, token: str) -> HttpResponseBase:
    own = organization()
    initial = (
        {
            "name": own.name,
            "is_public_entity": "yes" if own.is_public_entity else "no",
            "time_zone": own.time_zone,
        }
        if own
        else {"time_zone": "UTC"}
    )
    form = OrganizationForm(request.POST or None, initial=initial)
    if own:
        form.fields["time_zone"].widget.attrs.pop("data-zone-guess", None)
    if request.method == "POST" and form.is_valid():
        try:
            if own:
                organizing.change(_nobody(request), **form.cleaned_data)
            else:
                organizing.set_up(_nobody(request), **form.cleaned_data)
            return redirect("setup_sites", token=token)
        except BedsideError as error:
            _told(form, error)
    context = {"form": form, "place": place(request, "organization")}
    return render(request, "signin/setup_organization.html", context)


def _kept_sites() -> list[dict[str, str]]:
    return [
        {
            "name": site.name,
            "place": site.place,
            "departments": "\n".join(department.name for department in site.departments.all()),
        }
        for site in sites()
    ]


@transaction.atomic
def _keep_sites(caller: Caller, wanted: list[dict[str, Any]], everywhere: list[str]) -> None:
    """Make the organisation's sites and departments be exactly these."""
    there = {site.name.casefold(): site for site in sites()}
    names = {one["name"].casefold() for one in wanted}
    for name, old in there.items():
        if name not in names:
            organizing.remove_site(caller, old.id)
    for one in wanted:
        site = there.get(one["name"].casefold())
        if site is not None and (site.name, site.place) != (one["name"], one["place"]):
            organizing.remove_site(caller, site.id)
            site = None
        if site is None:
            site = organizing.add_site(caller, one["name"], one["place"])
        _keep_departments(
            caller, {each.name: each.id for each in site.departments.all()}, one["departments"], site.id
        )
    _keep_departments(caller, {each.name: each.id for each in departments_everywhere()}, everywhere, None)


def _keep_departments(
    caller: Caller, there: dict[str, uuid.UUID], wanted: list[str], site: uuid.UUID | None
) -> None:
    for name, department in there.items():
        if name not in wanted:
            organizing.remove_department(caller, department)
    for name in wanted:
        if name not in there:
            organizing.add_department(caller, name, site)


@_with_link(open_setup, "setup")
def setup_sites(request: HttpRequest, invitation: Invitation, token: str) -> HttpResponseBase:
    if organization() is None:
        return redirect("setup_organization", token=token)
    posted = request.POST if request.method == "POST" else None
    rows = Rows(SiteForm, "site", posted, _kept_sites(), spare=0 if sites().exists() else 1)
    rest = EverywhereForm(
        posted, initial={"departments": "\n".join(one.name for one in departments_everywhere())}
    )
    trouble = ""
    if posted is not None and not rows.adding:
        if rows.is_valid() & rest.is_valid():
            wanted = [form.cleaned_data for form in rows.forms if form.cleaned_data.get("name")]
            names = [one["name"].casefold() for one in wanted]
            if len(set(names)) < len(names):
                trouble = _("Two sites have the same name. Tell them apart, for example by their town.")
            else:
                try:
                    _keep_sites(_nobody(request), wanted, rest.cleaned_data["departments"])
                    return redirect("setup_account", token=token)
                except BedsideError as error:
                    trouble = error.detail
        else:
            trouble = _("Look at the sites below. What you wrote was kept.")
    context = {"rows": rows, "rest": rest, "trouble": trouble, "token": token}
    return render(request, "signin/setup_sites.html", context | {"place": place(request, "sites")})


@_with_link(open_setup, "setup")
def setup_account(request: HttpRequest, invitation: Invitation, token: str) -> HttpResponseBase:
    own = organization()
    if own is None:
        return redirect("setup_organization", token=token)
    form = JoinForm(
        request.POST or None, email=invitation.email, person=Person(), initial={"time_zone": own.time_zone}
    )
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            person = finish_setup(
                token,
                name=given["name"],
                email=given["email"],
                password=given["password"],
                time_zone=given["time_zone"] or own.time_zone,
                address=client_address(request),
            )
            return _let_in(request, person, "setup")
        except BedsideError as error:
            _told(form, error)
    context = {"form": form, "place": place(request, "account"), "token": token, "own": own}
    return render(request, "signin/setup_account.html", context)


@_with_link(open_invitation, "invite")
def join(request: HttpRequest, invitation: Invitation, token: str) -> HttpResponseBase:
    own = organization()
    if not invitation.email:
        return redirect("setup", token=token)
    zone = own.time_zone if own else "UTC"
    form = JoinForm(
        request.POST or None, email=invitation.email, person=Person(), initial={"time_zone": zone}
    )
    known = Person.objects.filter(email__iexact=invitation.email).first()
    if known is not None and known.name:
        form.fields["name"].initial = known.name
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            person = accept_invitation(
                token,
                name=given["name"],
                password=given["password"],
                time_zone=given["time_zone"] or zone,
                address=client_address(request),
            )
            return _let_in(request, person, "invite")
        except BedsideError as error:
            _told(form, error)
    roles = [str(Role(role).label) for role, _where in invitation.roles if role in Role.values]
    context = {
        "form": form,
        "place": place(request, "account"),
        "invited_by": invitation.invited_by,
        "roles": list(dict.fromkeys(roles)),
    }
    return render(request, "signin/join.html", context)


def _let_in(request: HttpRequest, person: Person, kind: str) -> HttpResponse:
    """Sign the new person in and lead them to their second factor."""
    perform_login(request, Login(user=person))
    request.session[JOINING_KEY] = kind
    return redirect("second_factor")


@open_to_all
@require_http_methods(["POST"])
def leave_and_join(request: HttpRequest) -> HttpResponseBase:
    """Sign out the person who is in, so that somebody else can use a link on this computer."""
    here = request.POST.get("here", "")
    from allauth.account.adapter import get_adapter

    if person_of(request) is not None:
        get_adapter().logout(request)
    else:
        logout(request)
    safe = here.startswith(("/invite/", "/setup/")) and "//" not in here and "\\" not in here
    return redirect(here if safe else "account_login")
