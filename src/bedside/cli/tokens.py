"""`bedside token`: what programs sign in with."""

from __future__ import annotations

import uuid
from datetime import timedelta

import click

from bedside.cli.opening import ID, console, open_desk, person_called
from bedside.cli.output import as_json_option, print_json, print_table
from bedside.core import clock


@click.group()
def token() -> None:
    """Tokens with which programs use the API, each on behalf of a person.

    \b
    The scopes are posts:read, posts:write, posts:decide, posts:schedule,
    deliveries:read, deliveries:write, media:write, screen, pause, audit:read; or all.
    """


@token.command(
    epilog="""\b
Examples:
  bedside token create --user ana@example.org --scopes all
  bedside token create --user ben@example.org --scopes posts:read,posts:write --name "Intranet" --days 90
"""
)
@click.option("--user", "email", required=True, metavar="EMAIL", help="Whom the program acts for.")
@click.option("--scopes", required=True, help="With commas between, or all.")
@click.option("--name", default="", help="What it is for.")
@click.option("--days", type=click.IntRange(1, 3650), help="How long it works; without, until revoked.")
@as_json_option
def create(email: str, scopes: str, name: str, days: int | None, as_json: bool) -> None:
    """Make a token and print it alone. It is shown this once, and kept only as a hash."""
    open_desk()
    from bedside.accounts.actions import create_token

    row, text = create_token(
        console(),
        person_called(email),
        [scope.strip() for scope in scopes.split(",") if scope.strip()],
        name=name,
        expires_at=clock.now() + timedelta(days=days) if days else None,
    )
    if as_json:
        print_json(
            {
                "id": row.id,
                "token": text,
                "user": row.person.email,
                "scopes": row.scopes,
                "expires_at": row.expires_at,
            }
        )
    else:
        click.echo(text)


@token.command(
    "list",
    epilog="""\b
Example:
  bedside token list --user ana@example.org
""",
)
@click.option("--user", "email", metavar="EMAIL", help="Only this person's.")
@as_json_option
def list_tokens(email: str | None, as_json: bool) -> None:
    """List the tokens that work, without their text."""
    open_desk()
    from bedside.accounts.models import ApiToken

    found = ApiToken.objects.filter(revoked_at=None).select_related("person").order_by("created_at")
    if email:
        found = found.filter(person=person_called(email))
    rows = [
        {
            "id": row.id,
            "user": row.person.email,
            "name": row.name,
            "scopes": row.scopes,
            "created_at": row.created_at,
            "last_used_at": row.last_used_at,
            "expires_at": row.expires_at,
        }
        for row in found
    ]
    if as_json:
        print_json({"items": rows})
        return
    headings = {"id": "Id", "user": "For", "name": "Name", "scopes": "Scopes", "last_used_at": "Last used"}
    print_table(rows, headings, "There is no token.")


@token.command(
    epilog="""\b
Example:
  bedside token revoke 0198f3c2-7d1e-7a55-9c5e-0b6f2f3f9a10
"""
)
@click.argument("token_id", metavar="ID", type=ID)
@as_json_option
def revoke(token_id: uuid.UUID, as_json: bool) -> None:
    """Make a token stop working, now and for good."""
    open_desk()
    from bedside.accounts.actions import revoke_token

    revoke_token(console(), token_id)
    if as_json:
        print_json({"id": token_id, "revoked": True})
    else:
        click.echo("The token works no more.")
