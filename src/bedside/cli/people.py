"""`bedside user`: people."""

from __future__ import annotations

import uuid
from typing import Any

import click

from bedside.cli.opening import ID, console, link, open_desk, person_called
from bedside.cli.output import as_json_option, print_json, print_table
from bedside.core.errors import Conflict

role_option = click.option("--role", "roles", multiple=True, required=True, help="A role; repeat for more.")
channel_option = click.option(
    "--channel", "channels", multiple=True, type=ID, help="Only for this channel; repeat for more."
)


def _grants(roles: tuple[str, ...], channels: tuple[uuid.UUID, ...]) -> list[tuple[str, uuid.UUID | None]]:
    from bedside.connections.queries import access_connection

    for channel in channels:
        access_connection(console(), channel)
    return [(role, where) for role in roles for where in (channels or (None,))]


def _person(person: Any) -> dict[str, Any]:
    return {
        "id": person.id,
        "email": person.email,
        "name": person.name,
        "active": person.is_active,
        "roles": [
            {"role": grant.role, "channel": grant.channel}
            for grant in sorted(person.grants.all(), key=lambda grant: (grant.role, str(grant.channel)))
        ],
        "created_at": person.created_at,
    }


@click.group()
def user() -> None:
    """People: add, list, change roles, close accounts.

    \b
    The roles are author, clinician-reviewer, privacy-officer, legal, executive,
    communications-lead, community-manager, crisis-lead, administrator, auditor.
    """


@user.command(
    epilog="""\b
Examples:
  bedside user add ben@example.org --role author
  bedside user add cleo@example.org --role communications-lead --role crisis-lead --name "Cleo Park"
  bedside user add dan@example.org --role author --channel 0198f3c2-7d1e-7a55-9c5e-0b6f2f3f9a10 --json
"""
)
@click.argument("email")
@role_option
@channel_option
@click.option("--name", default="", help="The person's name.")
@as_json_option
def add(
    email: str, roles: tuple[str, ...], channels: tuple[uuid.UUID, ...], name: str, as_json: bool
) -> None:
    """Make an account, and print the link with which its owner completes it."""
    open_desk()
    from django.db import transaction

    from bedside.accounts.actions import add_person, invite

    grants = _grants(roles, channels)
    with transaction.atomic():
        person = add_person(console(), email, grants, name)
        invitation, token = invite(console(), email, grants)
    _print_link(person, invitation, token, as_json)


@user.command(
    "invite",
    epilog="""\b
Example:
  bedside user invite ben@example.org
""",
)
@click.argument("email")
@as_json_option
def invite_again(email: str, as_json: bool) -> None:
    """Print a new link for an account that has not been completed, when the first is lost or has run out."""
    open_desk()
    from bedside.accounts.actions import invite

    person = person_called(email)
    if not person.is_active:
        raise Conflict(f"The account of {person.email} has been closed.")
    if person.password and person.has_usable_password():
        raise Conflict(f"{person.email} has completed the account already, and can sign in.")
    invitation, token = invite(console(), person.email, list(person.grants.values_list("role", "channel")))
    _print_link(person, invitation, token, as_json)


def _print_link(person: Any, invitation: Any, token: str, as_json: bool) -> None:
    address = link(f"/invite/{token}")
    if as_json:
        print_json({**_person(person), "link": address, "expires_at": invitation.expires_at})
        return
    click.echo(f"{person.email} completes the account here, within seven days:", err=True)
    click.echo(address)


@user.command(
    epilog="""\b
Example:
  bedside user reset ben@example.org
"""
)
@click.argument("email")
@as_json_option
def reset(email: str, as_json: bool) -> None:
    """For somebody who cannot get in any more: take password, passkeys and codes away, end every session
    and API token, and print a link with which they choose new ones."""
    open_desk()
    from bedside.accounts.actions import reset_sign_in

    person = person_called(email)
    invitation, token = reset_sign_in(console(), person.id)
    _print_link(person, invitation, token, as_json)


@user.command(
    "list",
    epilog="""\b
Example:
  bedside user list --json
""",
)
@as_json_option
def list_people(as_json: bool) -> None:
    """List everybody with an account, closed ones last."""
    open_desk()
    from bedside.accounts.queries import people

    rows = [_person(person) for person in people()]
    if as_json:
        print_json({"items": rows})
        return
    for row in rows:
        row["roles"] = [r["role"] + (" (one channel)" if r["channel"] else "") for r in row["roles"]]
        row["active"] = "" if row["active"] else "closed"
    print_table(
        rows,
        {"email": "E-mail", "name": "Name", "roles": "Roles", "active": ""},
        "Nobody has an account yet.",
    )


@user.command(
    "roles",
    epilog="""\b
Example:
  bedside user roles ben@example.org --role author --role community-manager
""",
)
@click.argument("email")
@role_option
@channel_option
@as_json_option
def change_roles(email: str, roles: tuple[str, ...], channels: tuple[uuid.UUID, ...], as_json: bool) -> None:
    """Give somebody these roles instead of the ones they hold."""
    open_desk()
    from bedside.accounts.actions import change_roles as give

    person = person_called(email)
    give(console(), person.id, _grants(roles, channels))
    fresh = _person(person_called(email))
    if as_json:
        print_json(fresh)
    else:
        click.echo(f"{person.email}: {', '.join(row['role'] for row in fresh['roles'])}")


@user.command(
    epilog="""\b
Example:
  bedside user end ben@example.org
"""
)
@click.argument("email")
@as_json_option
def end(email: str, as_json: bool) -> None:
    """Close an account: no sign-in, no token, and its approvals count no more. What was done stays."""
    open_desk()
    from bedside.accounts.actions import end_account

    person = person_called(email)
    end_account(console(), person.id)
    if as_json:
        print_json({"id": person.id, "email": person.email, "active": False})
    else:
        click.echo(f"The account of {person.email} is closed.")
