"""`bedside channel`: the organisation's accounts on networks."""

from __future__ import annotations

import sys
import uuid
from pathlib import Path
from typing import Any

import click

from bedside.cli.opening import ID, console, open_desk
from bedside.cli.output import as_json_option, print_json, print_table
from bedside.core.errors import Invalid

_LONGEST_SECRET = 10_000


@click.group()
def channel() -> None:
    """Channels: connect, list, check, change, remove."""


def _secret(path: str | None) -> str:
    if path is None:
        return ""
    try:
        if path == "-":
            text = sys.stdin.read(_LONGEST_SECRET + 1)
        else:
            with Path(path).open(encoding="utf-8") as file:
                text = file.read(_LONGEST_SECRET + 1)
    except (OSError, UnicodeDecodeError) as error:
        raise Invalid(f"The secret cannot be read from {path}: {error}") from error
    if not text.strip():
        raise Invalid(f"{'The input' if path == '-' else path} holds no secret.")
    if len(text) > _LONGEST_SECRET:
        raise Invalid(f"A secret has up to {_LONGEST_SECRET:,} characters.")
    return text.strip()


def _shown(connection: Any) -> dict[str, Any]:
    from bedside.connections.queries import health

    level, words = health(connection)
    return {
        "id": connection.id,
        "kind": connection.kind,
        "name": connection.name,
        "handle": connection.handle,
        "host": connection.host,
        "state": connection.state,
        "health": level,
        "words": words,
        "expires_at": connection.expires_at,
        "checked_at": connection.checked_at,
        "lateness_minutes": connection.lateness_minutes,
    }


@channel.command(
    epilog="""\b
Examples:
  bedside channel add newsroom --name Newsroom
  bedside channel add bluesky --name Bluesky --url https://bsky.social \\
      --identifier clinic.example.org --secret-file app-password.txt
  bedside channel add mastodon --name Mastodon --url https://social.example.org --secret-file -
  bedside channel add webhook --name Intranet --url https://intranet.example.org/hook --secret-file key.txt
"""
)
@click.argument("kind")
@click.option("--name", required=True, help="What people call it.")
@click.option("--url", default="", help="The server's address.")
@click.option("--identifier", default="", help="The account: a handle or an e-mail.")
@click.option("--secret-file", metavar="FILE", help="File that holds the password or token; - for stdin.")
@as_json_option
def add(kind: str, name: str, url: str, identifier: str, secret_file: str | None, as_json: bool) -> None:
    """Sign in to a channel, and print its id alone. KIND: newsroom, bluesky, mastodon or webhook.

    A secret is never given on the command line, where other people on the machine could read it.
    """
    open_desk()
    from bedside.connections.actions import add as connect

    given = _secret(secret_file)
    made = connect(console(), kind, name, url=url, identifier=identifier, secret=given)
    # What the other side needs to verify with, made here when none was given: shown this once.
    key = "" if given else str(made.secret.get("signing_secret", ""))
    if as_json:
        print_json({**_shown(made), **({"signing_secret": key} if key else {})})
        return
    if key:
        click.echo(f"The receiver verifies with this secret, which is shown only now: {key}", err=True)
    click.echo(str(made.id))


@channel.command(
    "list",
    epilog="""\b
Example:
  bedside channel list
""",
)
@as_json_option
def list_channels(as_json: bool) -> None:
    """List the channels and how good each connection is."""
    open_desk()
    from bedside.connections.queries import visible

    rows = [_shown(connection) for connection in visible(console())]
    if as_json:
        print_json({"items": rows})
        return
    headings = {"id": "Id", "kind": "Kind", "name": "Name", "handle": "Account", "words": "Health"}
    print_table(rows, headings, "No channel is connected yet.")


@channel.command(
    epilog="""\b
Examples:
  bedside channel check
  bedside channel check 0198f3c2-7d1e-7a55-9c5e-0b6f2f3f9a10
"""
)
@click.argument("channel_id", metavar="[ID]", type=ID, required=False)
@as_json_option
def check(channel_id: uuid.UUID | None, as_json: bool) -> int:
    """Ask the networks now whether the sign-ins are good; exit code 1 when one is not."""
    open_desk()
    from bedside.connections.actions import probe
    from bedside.connections.queries import access_connection, visible

    found = [access_connection(console(), channel_id)] if channel_id else list(visible(console()))
    for connection in found:
        probe(connection.id)
    rows = [_shown(access_connection(console(), connection.id)) for connection in found]
    if as_json:
        print_json({"items": rows})
    else:
        print_table(rows, {"id": "Id", "name": "Name", "words": "Health"}, "No channel is connected yet.")
    return 0 if all(row["health"] == "ok" for row in rows) else 1


@channel.command(
    "set",
    epilog="""\b
Examples:
  bedside channel set 0198f3c2-7d1e-7a55-9c5e-0b6f2f3f9a10 --name "Clinic on Bluesky"
  bedside channel set 0198f3c2-7d1e-7a55-9c5e-0b6f2f3f9a10 --lateness 30
  bedside channel set 0198f3c2-7d1e-7a55-9c5e-0b6f2f3f9a10 --secret-file new-password.txt
""",
)
@click.argument("channel_id", metavar="ID", type=ID)
@click.option("--name", help="What people call it.")
@click.option(
    "--lateness",
    type=click.IntRange(0, 1440),
    metavar="MINUTES",
    help="How late a post may still leave by itself; 0: as the desk's own limit.",
)
@click.option(
    "--deduplicates/--no-deduplicates",
    default=None,
    help="Whether a webhook's receiver drops a repeated webhook-id.",
)
@click.option("--secret-file", metavar="FILE", help="Sign in again with this secret; - for stdin.")
@as_json_option
def change(
    channel_id: uuid.UUID,
    name: str | None,
    lateness: int | None,
    deduplicates: bool | None,
    secret_file: str | None,
    as_json: bool,
) -> None:
    """Change a channel's name or lateness limit, or sign in to it again."""
    open_desk()
    from bedside.connections.actions import change as change_connection
    from bedside.connections.actions import sign_in_again
    from bedside.connections.queries import access_connection

    caller = console()
    connection = access_connection(caller, channel_id)
    if name is None and lateness is None and deduplicates is None and secret_file is None:
        raise Invalid("Say what to change: --name, --lateness, --deduplicates or --secret-file.")
    if deduplicates is not None and connection.kind != "webhook":
        raise Invalid("Only of a webhook can it be said whether its receiver drops a repeated webhook-id.")
    if secret_file is not None:
        sign_in_again(caller, channel_id, _secret(secret_file))
    if not (name is None and lateness is None and deduplicates is None):
        change_connection(
            caller,
            channel_id,
            name=connection.name if name is None else name,
            lateness_minutes=connection.lateness_minutes if lateness is None else lateness or None,
            receiver_deduplicates=deduplicates,
        )
    fresh = _shown(access_connection(caller, channel_id))
    if as_json:
        print_json(fresh)
    else:
        click.echo(f"{fresh['name']}: {fresh['words']}")


@channel.command(
    epilog="""\b
Example:
  bedside channel remove 0198f3c2-7d1e-7a55-9c5e-0b6f2f3f9a10
"""
)
@click.argument("channel_id", metavar="ID", type=ID)
@as_json_option
def remove(channel_id: uuid.UUID, as_json: bool) -> None:
    """Forget a channel's secret. What went out through it keeps its record."""
    open_desk()
    from bedside.connections.actions import remove as forget

    forget(console(), channel_id)
    if as_json:
        print_json({"id": channel_id, "state": "removed"})
    else:
        click.echo("The channel is removed.")
