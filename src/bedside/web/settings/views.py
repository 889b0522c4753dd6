"""Settings pages."""

from __future__ import annotations

import uuid
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from bedside.accounts.doors import caller_of, signed_in
from bedside.accounts.roles import Right
from bedside.approvals.actions import change_route
from bedside.approvals.alarms import how_many_wait
from bedside.approvals.queries import routes as all_routes
from bedside.core.errors import Invalid
from bedside.organization import actions
from bedside.organization.queries import departments_everywhere, organization, sites
from bedside.web.notices import say
from bedside.web.settings.forms import OUR_OWN, ROUTE_WORDS, OrganisationForm, PlaceForm, RouteForm


@require_safe
@signed_in
def index(request: HttpRequest) -> HttpResponse:
    """The ways to every setting this person may see."""
    caller = caller_of(request)
    return render(
        request,
        "settings/index.html",
        {
            "title": _("Settings"),
            "may_see": caller.may(Right.SEE_SETTINGS),
            "may_audit": caller.may(Right.AUDIT),
            "may_read": caller.may(Right.READ),
            "may_settle": caller.may(Right.GUARD),
            "alarms": how_many_wait(caller),
        },
    )


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def organisation(request: HttpRequest) -> HttpResponse:
    """Name, time zone, what is its own; and its sites and departments."""
    caller = caller_of(request)
    caller.require(Right.SETTINGS if request.method == "POST" else Right.SEE_SETTINGS)
    own = organization()
    if own is None:
        return redirect("today")
    form = OrganisationForm(
        request.POST if request.method == "POST" else None,
        initial={
            "name": own.name,
            "is_public_entity": own.is_public_entity,
            "time_zone": own.time_zone,
            "language": own.language,
            **{key: "\n".join(own.allow.get(key, [])) for key in OUR_OWN},
        },
    )
    if request.method == "POST" and form.is_valid():
        said = {key: value for key, value in form.cleaned_data.items() if key not in OUR_OWN}
        try:
            actions.change(caller, **said, allow={**own.allow, **form.allow()})
        except Invalid as error:
            form.add_error(None, error.detail)
        else:
            say(request, _("Kept. The guard judges by it from now on."))
            return redirect("settings_organisation")
    return _organisation_page(request, form)


def _organisation_page(request: HttpRequest, form: OrganisationForm, **more: Any) -> HttpResponse:
    wrong = form.is_bound or bool(more)
    return render(
        request,
        "settings/organisation.html",
        {
            "title": _("The organisation"),
            "form": form,
            "plain": [bound for bound in form if bound.name not in OUR_OWN],
            "own": [bound for bound in form if bound.name in OUR_OWN],
            "may_change": caller_of(request).may(Right.SETTINGS),
            "sites": sites(),
            "everywhere": departments_everywhere(),
            **more,
        },
        status=422 if wrong else 200,
    )


def _place(request: HttpRequest) -> dict[str, Any]:
    form = PlaceForm(request.POST)
    if not form.is_valid():
        raise Invalid(" ".join(str(error) for errors in form.errors.values() for error in errors))
    return form.cleaned_data


@require_POST
@signed_in
def add_site(request: HttpRequest) -> HttpResponse:
    said = _place(request)
    actions.add_site(caller_of(request), said["name"], said["place"])
    say(request, _("The site has been added."))
    return redirect("settings_organisation")


@require_POST
@signed_in
def remove_site(request: HttpRequest, site_id: uuid.UUID) -> HttpResponse:
    actions.remove_site(caller_of(request), site_id)
    say(request, _("The site has been removed, with its departments."))
    return redirect("settings_organisation")


@require_POST
@signed_in
def add_department(request: HttpRequest) -> HttpResponse:
    said = _place(request)
    actions.add_department(caller_of(request), said["name"], said["site"])
    say(request, _("The department has been added."))
    return redirect("settings_organisation")


@require_POST
@signed_in
def remove_department(request: HttpRequest, department_id: uuid.UUID) -> HttpResponse:
    actions.remove_department(caller_of(request), department_id)
    say(request, _("The department has been removed."))
    return redirect("settings_organisation")


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def routes(request: HttpRequest) -> HttpResponse:
    """Who has to say yes to what: one form a route."""
    caller = caller_of(request)
    caller.require(Right.SETTINGS if request.method == "POST" else Right.SEE_SETTINGS)
    known = all_routes()
    chosen = request.POST.get("route", "") if request.method == "POST" else ""
    forms = [
        RouteForm(request.POST if name == chosen else None, name=name, now=known[name])
        for name in ROUTE_WORDS
    ]
    status = 200
    for form in forms:
        if form.name == chosen:
            status = 422
            if form.is_valid():
                try:
                    change_route(caller, form.name, form.wanted())
                except Invalid as error:
                    form.add_error(None, error.detail)
                else:
                    say(request, _("Kept. Texts that are in review keep the steps they began with."))
                    return redirect("settings_routes")
    return render(
        request,
        "settings/routes.html",
        {
            "title": _("Approval routes"),
            "may_change": caller.may(Right.SETTINGS),
            "forms": [{"form": form, "words": ROUTE_WORDS[form.name]} for form in forms],
        },
        status=status,
    )
