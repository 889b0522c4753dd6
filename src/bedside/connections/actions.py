"""What changes channels: connecting, renewing, losing and removing a sign-in."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from bedside.accounts.caller import Caller
from bedside.accounts.roles import Right
from bedside.audit.actions import record
from bedside.channels.port import ChannelError, Connected, Refused, SignInRefused
from bedside.channels.registry import channel, channels
from bedside.channels.wire import Wire
from bedside.connections.models import Connection
from bedside.core import clock
from bedside.core.errors import Invalid, NotFound, Unavailable

MOST_CHANNELS = 200
RENEWAL_LEASE = timedelta(minutes=2)
# What an administrator declares of a channel: no answer of a network takes its place.
DECLARED = frozenset({"receiver_deduplicates"})


def open_wire() -> Wire:
    """A wire with the desk's time-out. Use as a context manager."""
    return Wire(timeout=settings.BEDSIDE["BEDSIDE_NETWORK_SECONDS"])


def _sign_in(kind: str, url: str, identifier: str, secret: str) -> Connected:
    declared = channel(kind)
    given = {"url": url, "identifier": identifier, "secret": secret}
    missing = [need for need in declared.needs if not given[need]]
    if missing:
        raise Invalid(
            _("To connect %(channel)s, give: %(fields)s.")
            % {"channel": _(declared.title), "fields": ", ".join(missing)},
            fields=missing,
        )
    try:
        with open_wire() as wire:
            return declared.connect(url, identifier, secret, wire)
    except Refused as error:
        raise Invalid(
            _("%(channel)s could not be connected: %(detail)s Nothing was kept.")
            % {"channel": _(declared.title), "detail": error.detail},
            fields=["secret"] if isinstance(error, SignInRefused) else ["url"],
        ) from error
    except ChannelError as error:
        raise Unavailable(
            _("%(channel)s could not be connected: %(detail)s Nothing was kept.")
            % {"channel": _(declared.title), "detail": error.detail}
        ) from error


def add(
    caller: Caller, kind: str, name: str, *, url: str = "", identifier: str = "", secret: str = ""
) -> Connection:
    """Sign in to a channel and keep the connection. The sign-in happens before anything is stored."""
    caller.require(Right.CHANNELS)
    if kind not in channels():
        raise Invalid(
            _("There is no kind of channel “%(kind)s”. There are: %(kinds)s.")
            % {"kind": kind[:40], "kinds": ", ".join(sorted(channels()))},
            fields=["kind"],
        )
    name = " ".join(name.split())
    if not 1 <= len(name) <= 100:
        raise Invalid(_("A channel's name has 1 to 100 characters."), fields=["name"])
    if Connection.objects.exclude(state=Connection.State.REMOVED).count() >= MOST_CHANNELS:
        raise Invalid(_("A desk holds up to %d channels.") % MOST_CHANNELS)
    connected = _sign_in(kind, url.strip(), identifier.strip(), secret.strip())
    with transaction.atomic():
        connection = Connection.objects.create(
            kind=kind,
            name=name,
            url=url.strip(),
            identifier=identifier.strip(),
            handle=connected.handle,
            secret=dict(connected.secret),
            facts=dict(connected.facts),
            expires_at=connected.expires_at,
            checked_at=clock.now(),
        )
        record(
            "channel.connected",
            actor=caller.actor,
            noun_id=connection.id,
            detail={"kind": kind, "name": name, "handle": connected.handle, "host": urlsplit(url).hostname},
        )
    return connection


def sign_in_again(caller: Caller, connection_id: uuid.UUID, secret: str) -> Connection:
    """Give a channel a new secret after the old one stopped working."""
    caller.require(Right.CHANNELS)
    connection = _connection(connection_id)
    connected = _sign_in(connection.kind, connection.url, connection.identifier, secret.strip())
    if connection.handle and connected.handle != connection.handle:
        raise Invalid(
            _("That is the account %(new)s; this channel is %(old)s. Connect it as a channel of its own.")
            % {"new": connected.handle, "old": connection.handle},
            fields=["secret"],
        )
    with transaction.atomic():
        fresh = _locked(connection_id)
        _keep(fresh, connected)
        record("channel.signed_in", actor=caller.actor, noun_id=fresh.id)
    return fresh


def _keep(connection: Connection, connected: Connected) -> None:
    """Enter a sign-in in a row that the caller's transaction has locked and that has not been removed."""
    connection.secret = dict(connected.secret)
    _learn(connection, connected.facts)
    connection.expires_at = connected.expires_at
    connection.state = Connection.State.CONNECTED
    connection.trouble = ""
    connection.checked_at = clock.now()
    connection.renewing_until = None
    connection.save(
        update_fields=["secret", "facts", "expires_at", "state", "trouble", "checked_at", "renewing_until"]
    )


def _learn(connection: Connection, found: Mapping[str, Any]) -> None:
    """Take up what the network said of itself, and nothing that people say of it here."""
    known = connection.facts
    connection.facts = known | {name: found[name] for name in found if name not in DECLARED & known.keys()}


def renew(connection_id: uuid.UUID) -> bool:
    """Renew a sign-in that runs out soon. One process at a time; True when this call renewed it."""
    now = clock.now()
    claimed = Connection.objects.filter(
        Q(renewing_until=None) | Q(renewing_until__lt=now), id=connection_id, state=Connection.State.CONNECTED
    ).update(renewing_until=now + RENEWAL_LEASE)
    if not claimed:
        return False
    connection = Connection.objects.get(id=connection_id)
    declared = connection.channel
    if declared.renew is None:
        return False
    try:
        with open_wire() as wire:
            connected = declared.renew(connection.account(), wire)
    except SignInRefused as error:
        lose(connection.id, error.detail, used=connection.secret)
        return False
    except ChannelError as error:
        _note(connection, trouble=error.detail)
        return False
    with transaction.atomic():
        fresh = _still(connection.id, connection.secret)
        if fresh is None:
            return False
        _keep(fresh, connected)
        record("channel.renewed", actor=Caller(None, "worker").actor, noun_id=connection.id)
    return True


def probe(connection_id: uuid.UUID) -> None:
    """Ask the network whether the sign-in is still good, and note the answer and what it can do now."""
    connection = Connection.objects.filter(id=connection_id, state=Connection.State.CONNECTED).first()
    if connection is None:
        return
    try:
        with open_wire() as wire:
            answer = connection.channel.probe(connection.account(), wire)
    except SignInRefused as error:
        lose(connection.id, error.detail, used=connection.secret)
    except ChannelError as error:
        _note(connection, trouble=error.detail)
    else:
        # Channels hand back what they were given, too: that may be old by now.
        asked = connection.facts
        _note(connection, {name: answer[name] for name in answer if asked.get(name) != answer[name]})


@transaction.atomic
def _note(asked: Connection, found: Mapping[str, Any] | None = None, *, trouble: str = "") -> None:
    """Enter what a network answered to the sign-in of `asked`, unless that one is no longer the channel's."""
    fresh = _still(asked.id, asked.secret)
    if fresh is not None:
        _learn(fresh, found or {})
        fresh.trouble, fresh.checked_at = trouble[:500], clock.now()
        fresh.save(update_fields=["facts", "trouble", "checked_at"])


def _still(connection_id: uuid.UUID, secret: Mapping[str, str]) -> Connection | None:
    """The channel, locked, if it is connected by this very secret: somebody may have signed in again, or
    removed it, while a network was answering. In a transaction."""
    fresh = (
        Connection.objects.select_for_update(no_key=True)
        .filter(id=connection_id, state=Connection.State.CONNECTED)
        .first()
    )
    return fresh if fresh is not None and fresh.secret == dict(secret) else None


@transaction.atomic
def lose(connection_id: uuid.UUID, why: str, *, used: Mapping[str, str] | None = None) -> None:
    """The network said that the token is dead: a person has to sign in again.

    `used`: the secret that was refused; a channel that has another one by now is left alone.
    """
    if used is not None and _still(connection_id, used) is None:
        return
    changed = Connection.objects.filter(id=connection_id, state=Connection.State.CONNECTED).update(
        state=Connection.State.SIGN_IN_NEEDED, trouble=why[:500], checked_at=clock.now()
    )
    if changed:
        record(
            "channel.lost",
            actor=Caller(None, "worker").actor,
            noun_id=connection_id,
            detail={"why": why[:500]},
        )


@transaction.atomic
def change(
    caller: Caller,
    connection_id: uuid.UUID,
    *,
    name: str,
    lateness_minutes: int | None,
    receiver_deduplicates: bool | None = None,
) -> Connection:
    """Rename a channel, set how late a post may still leave by itself (None: the desk's own limit), and for
    a webhook say whether its receiver drops a repeated `webhook-id`."""
    caller.require(Right.CHANNELS)
    connection = _locked(connection_id)
    name = " ".join(name.split())
    if not 1 <= len(name) <= 100:
        raise Invalid(_("A channel's name has 1 to 100 characters."), fields=["name"])
    if lateness_minutes is not None and not 1 <= lateness_minutes <= 1440:
        raise Invalid(_("The lateness limit is 1 to 1,440 minutes."), fields=["lateness_minutes"])
    connection.name, connection.lateness_minutes = name, lateness_minutes
    if receiver_deduplicates is not None and connection.kind == "webhook":
        connection.facts = {**connection.facts, "receiver_deduplicates": receiver_deduplicates}
    connection.save(update_fields=["name", "lateness_minutes", "facts"])
    record(
        "channel.changed",
        actor=caller.actor,
        noun_id=connection.id,
        detail={"name": name, "lateness_minutes": lateness_minutes, "deduplicates": receiver_deduplicates},
    )
    return connection


@transaction.atomic
def remove(caller: Caller, connection_id: uuid.UUID) -> None:
    """Forget the secret. The row stays: what went out through this channel keeps its record."""
    caller.require(Right.CHANNELS)
    connection = _locked(connection_id)
    connection.state, connection.secret, connection.expires_at = Connection.State.REMOVED, {}, None
    connection.save(update_fields=["state", "secret", "expires_at"])
    record("channel.removed", actor=caller.actor, noun_id=connection.id, detail={"name": connection.name})


def _connection(connection_id: uuid.UUID) -> Connection:
    connection = Connection.objects.exclude(state=Connection.State.REMOVED).filter(id=connection_id).first()
    if connection is None:
        raise NotFound(_("There is no such channel here."))
    return connection


def _locked(connection_id: uuid.UUID) -> Connection:
    """As `_connection`, and nobody else changes it until the end of the caller's transaction."""
    connection = (
        Connection.objects.select_for_update(no_key=True)
        .exclude(state=Connection.State.REMOVED)
        .filter(id=connection_id)
        .first()
    )
    if connection is None:
        raise NotFound(_("There is no such channel here."))
    return connection
