"""`bedside init`."""

from __future__ import annotations

import click

from bedside.cli.opening import console, link, open_desk
from bedside.cli.output import as_json_option, print_json
from bedside.core.errors import Conflict


@click.command(
    epilog="""\b
Examples:
  bedside init --organisation "Marlow Valley Health" --admin ana@example.org --no-input
  bedside init --organisation "Elm Street Dental" --admin kim@example.org --no-input \\
      --time-zone America/Chicago --json
"""
)
@click.option("--organisation", "--organization", "name", required=True, help="The organisation's name.")
@click.option("--admin", required=True, metavar="EMAIL", help="The first administrator.")
@click.option("--no-input", is_flag=True, help="Nothing is ever asked; accepted so that scripts can say so.")
@click.option("--time-zone", default="UTC", show_default=True, help="An IANA name such as Europe/Berlin.")
@click.option("--public-entity", is_flag=True, help="The organisation is a public entity.")
@as_json_option
def init(name: str, admin: str, no_input: bool, time_zone: str, public_entity: bool, as_json: bool) -> None:
    """Set the desk up: the database, the organisation, and an account for the first administrator.

    Prints the link with which the administrator completes the account; it works once, for seven days. On a
    desk that has been set up already nothing is changed, and the exit code is 5.
    """
    open_desk(current=False)
    from bedside.operations.schema import migrate

    migrate()
    from django.db import transaction

    from bedside.accounts.actions import add_person, invite
    from bedside.accounts.roles import Role
    from bedside.organization.actions import set_up
    from bedside.organization.queries import organization

    own = organization()
    if own is not None:
        raise Conflict(
            f"This desk has been set up already, for {own.name}. Nothing was changed. "
            "A new link for somebody: bedside user invite EMAIL"
        )
    caller, roles = console(), [(Role.ADMINISTRATOR.value, None)]
    with transaction.atomic():
        made = set_up(caller, name, time_zone=time_zone, is_public_entity=public_entity)
        person = add_person(caller, admin, roles)
        invitation, token = invite(caller, admin, roles)
    address = link(f"/invite/{token}")
    if as_json:
        print_json(
            {
                "organisation": made.name,
                "person": person.id,
                "email": person.email,
                "link": address,
                "expires_at": invitation.expires_at,
            }
        )
        return
    click.echo(
        f"{made.name} is set up. {person.email} completes the account here, within seven days:", err=True
    )
    click.echo(address)
