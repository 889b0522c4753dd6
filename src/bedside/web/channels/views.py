"""The pages of channels."""

from __future__ import annotations

import uuid

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from bedside.accounts.doors import caller_of, signed_in
from bedside.accounts.roles import Right
from bedside.channels.registry import channel as channel_of
from bedside.channels.registry import channels as known_channels
from bedside.connections import actions
from bedside.connections.models import Connection
from bedside.connections.queries import access_connection, health, visible
from bedside.core.errors import Invalid, Unavailable
from bedside.web.channels.forms import ChannelForm, ConnectForm, SignInForm
from bedside.web.notices import say


@require_safe
@signed_in
def index(request: HttpRequest) -> HttpResponse:
    """Every channel with its health in words, and the kinds that can be connected."""
    caller = caller_of(request)
    rows = []
    for connection in visible(caller):
        kind, words = health(connection)
        rows.append({"row": connection, "kind": kind, "words": words, "channel": connection.channel})
    return render(
        request,
        "channels/index.html",
        {
            "title": _("Channels"),
            "rows": rows,
            "kinds": list(known_channels().values()),
            "may_connect": caller.may(Right.CHANNELS),
        },
    )


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def connect(request: HttpRequest, kind: str) -> HttpResponse:
    """Sign in to a channel. The network is asked before anything is kept."""
    caller = caller_of(request)
    caller.require(Right.CHANNELS)
    channel = channel_of(kind)
    form = ConnectForm(
        request.POST if request.method == "POST" else None,
        channel=channel,
        initial={"name": _(channel.title)},
    )
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            connection = actions.add(
                caller,
                kind,
                said["name"],
                url=said.get("url", ""),
                identifier=said.get("identifier", ""),
                secret=said.get("secret", ""),
            )
        except (Invalid, Unavailable) as error:
            fields = [name for name in error.extra.get("fields", []) if name in form.fields]
            form.add_error(fields[0] if fields else None, error.detail)
        else:
            if kind == "webhook" and not said.get("secret"):
                # Shown this once; from now on it is kept encrypted and never shown again.
                return render(
                    request,
                    "channels/secret.html",
                    {
                        "title": _("The signing secret"),
                        "connection": connection,
                        "secret": connection.secret["signing_secret"],
                    },
                )
            say(request, _("%(name)s is connected.") % {"name": connection.name})
            return redirect("channels")
    return render(
        request,
        "channels/connect.html",
        {"title": _("Connect %(channel)s") % {"channel": channel.title}, "form": form, "channel": channel},
        status=422 if form.is_bound else 200,
    )


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def one(request: HttpRequest, connection_id: uuid.UUID) -> HttpResponse:
    """One channel: its health, what it can do, and what may be changed."""
    caller = caller_of(request)
    connection = access_connection(caller, connection_id)
    may = caller.may(Right.CHANNELS)
    posted = request.method == "POST"
    if posted:
        caller.require(Right.CHANNELS)
    anew = posted and "secret" in request.POST
    initial = {
        "name": connection.name,
        "lateness_minutes": connection.lateness_minutes,
        "receiver_deduplicates": connection.facts.get("receiver_deduplicates", False),
    }
    form = ChannelForm(request.POST if posted and not anew else None, initial=initial)
    if connection.kind != "webhook":
        del form.fields["receiver_deduplicates"]
    sign_in = SignInForm(request.POST if anew else None)
    if posted and form.is_bound and form.is_valid():
        actions.change(
            caller,
            connection.id,
            name=form.cleaned_data["name"],
            lateness_minutes=form.cleaned_data["lateness_minutes"],
            receiver_deduplicates=form.cleaned_data.get("receiver_deduplicates"),
        )
        say(request, _("Kept."))
        return redirect("channel", connection.id)
    if anew and sign_in.is_valid():
        try:
            actions.sign_in_again(caller, connection.id, sign_in.cleaned_data["secret"])
        except (Invalid, Unavailable) as error:
            sign_in.add_error("secret", error.detail)
        else:
            say(request, _("Signed in again. What waited for it goes on."))
            return redirect("channel", connection.id)
    kind, words = health(connection)
    limits = connection.channel.limits(connection.facts)
    return render(
        request,
        "channels/one.html",
        {
            "title": connection.name,
            "connection": connection,
            "channel": connection.channel,
            "kind": kind,
            "words": words,
            "form": form,
            "sign_in": sign_in,
            "may_change": may,
            "facts": [
                (_("Kind"), _(connection.channel.title)),
                (_("Account"), connection.handle or "–"),
                (_("Server"), connection.host or "–"),
                (_("Longest text"), f"{limits.text} {_(limits.unit)}" if limits.text else _("no limit")),
                (_("Pictures"), limits.pictures),
                (_("Good until"), connection.expires_at or _("no end named")),
                (_("Last checked"), connection.checked_at or _("not yet")),
            ],
        },
        status=422 if posted else 200,
    )


@require_POST
@signed_in
def check(request: HttpRequest, connection_id: uuid.UUID) -> HttpResponse:
    caller = caller_of(request)
    caller.require(Right.CHANNELS)
    connection = access_connection(caller, connection_id)
    actions.probe(connection.id)
    kind, words = health(Connection.objects.get(id=connection.id))
    say(request, words, kind)
    return redirect("channel", connection.id)


@require_POST
@signed_in
def remove(request: HttpRequest, connection_id: uuid.UUID) -> HttpResponse:
    caller = caller_of(request)
    connection = access_connection(caller, connection_id)
    actions.remove(caller, connection.id)
    say(request, _("%(name)s is removed, and its secret forgotten.") % {"name": connection.name})
    return redirect("channels")
