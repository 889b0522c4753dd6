"""`bedside deliveries`: what is on its way, and what waits for a person."""

from __future__ import annotations

import uuid
from typing import Any

import click

from bedside.cli.opening import ID, acting, open_desk
from bedside.cli.output import as_json_option, print_json, print_table
from bedside.core.errors import Invalid

as_option = click.option(
    "--user", "email", metavar="EMAIL", help="Who decides; without, whoever has this shell."
)


@click.group()
def deliveries() -> None:
    """Deliveries: list, show, and decide about those that wait for a person."""


def _shown(row: Any) -> dict[str, Any]:
    return {
        "id": row.id,
        "post": row.post_id,
        "channel": row.connection.name,
        "state": row.state,
        "due_at": row.due_at,
        "next_at": row.next_at,
        "attempts": row.attempt_count,
        "confirmed_at": row.confirmed_at,
        "url": row.url,
        "words": row.words,
    }


def _say(row: Any, as_json: bool) -> None:
    from bedside.publishing.models import Delivery

    if as_json:
        print_json(_shown(row))
    else:
        click.echo(f"{row.id}: {Delivery.State(row.state).label}")


@deliveries.command(
    "list",
    epilog="""\b
Examples:
  bedside deliveries list --state unsure
  bedside deliveries list --post 0198f3c2-7d1e-7a55-9c5e-0b6f2f3f9a10 --json
""",
)
@click.option("--state", help="scheduled, armed, unknown, confirmed, unsure, held, failed, cancelled, …")
@click.option("--post", "post_id", type=ID, help="Only of this post.")
@click.option("--limit", type=click.IntRange(1, 1000), default=50, show_default=True)
@as_option
@as_json_option
def list_deliveries(
    state: str | None, post_id: uuid.UUID | None, limit: int, email: str | None, as_json: bool
) -> None:
    """List deliveries, the last due first."""
    open_desk()
    from bedside.publishing.models import Delivery
    from bedside.publishing.queries import visible

    found = visible(acting(email)).select_related("connection").order_by("-due_at", "-id")
    if state is not None:
        if state not in Delivery.State.values:
            raise Invalid(f"There is no state “{state[:40]}”. There are: {', '.join(Delivery.State.values)}.")
        found = found.filter(state=state)
    if post_id is not None:
        found = found.filter(post=post_id)
    rows = [_shown(row) for row in found[:limit]]
    if as_json:
        print_json({"items": rows})
        return
    headings = {"id": "Id", "state": "State", "channel": "Channel", "due_at": "Due", "words": "What is known"}
    print_table(rows, headings, "There is no delivery.")


@deliveries.command(
    epilog="""\b
Example:
  bedside deliveries show 0198f3c2-7d1e-7a55-9c5e-0b6f2f3f9a10 --json
"""
)
@click.argument("delivery_id", metavar="ID", type=ID)
@as_option
@as_json_option
def show(delivery_id: uuid.UUID, email: str | None, as_json: bool) -> None:
    """Show a delivery with each attempt: what was sent and what came back."""
    open_desk()
    from bedside.publishing.queries import access_delivery

    row = access_delivery(acting(email), delivery_id)
    attempts = [
        {
            "number": attempt.number,
            "kind": attempt.kind,
            "started_at": attempt.started_at,
            "finished_at": attempt.finished_at,
            "outcome": attempt.outcome,
            "words": attempt.words,
            "exchanges": attempt.exchanges,
        }
        for attempt in row.attempts.all()
    ]
    if as_json:
        print_json({**_shown(row), "content": row.content, "remote_id": row.remote_id, "tries": attempts})
        return
    shown = _shown(row)
    for name in ("post", "channel", "state", "due_at", "confirmed_at", "url", "words"):
        if shown[name]:
            click.echo(f"{name.replace('_', ' ')}: {shown[name]}")
    click.echo(f"\n{row.content['text']}\n")
    headings = {"number": "Try", "kind": "What", "started_at": "When", "outcome": "Outcome", "words": "Words"}
    print_table(attempts, headings, "Nothing has been sent yet.")


@deliveries.command(
    epilog="""\b
Examples:
  bedside deliveries resolve 0198f3c2-7d1e-7a55-9c5e-0b6f2f3f9a10 --as sent --url https://social.example.org/@clinic/1
  bedside deliveries resolve 0198f3c2-7d1e-7a55-9c5e-0b6f2f3f9a10 --as not-sent --comment "Looked at the profile"
"""
)
@click.argument("delivery_id", metavar="ID", type=ID)
@click.option(
    "--as", "outcome", required=True, type=click.Choice(["sent", "not-sent"]), help="What became of it."
)
@click.option("--url", default="", help="Where it is, when it was sent.")
@click.option("--comment", default="", help="What was looked at.")
@as_option
@as_json_option
def resolve(
    delivery_id: uuid.UUID, outcome: str, url: str, comment: str, email: str | None, as_json: bool
) -> None:
    """Say of an unsure delivery whether it is out. Look at the network first: Bedside could not tell."""
    open_desk()
    from bedside.publishing.actions.resolve import resolve as settle

    _say(settle(acting(email), delivery_id, outcome, url=url, comment=comment), as_json)


@deliveries.command(
    epilog="""\b
Example:
  bedside deliveries look 0198f3c2-7d1e-7a55-9c5e-0b6f2f3f9a10
"""
)
@click.argument("delivery_id", metavar="ID", type=ID)
@as_option
@as_json_option
def look(delivery_id: uuid.UUID, email: str | None, as_json: bool) -> None:
    """Have the network asked once more about an unsure delivery."""
    open_desk()
    from bedside.publishing.actions.resolve import look_again

    _say(look_again(acting(email), delivery_id), as_json)


@deliveries.command(
    epilog="""\b
Example:
  bedside deliveries release 0198f3c2-7d1e-7a55-9c5e-0b6f2f3f9a10
"""
)
@click.argument("delivery_id", metavar="ID", type=ID)
@as_option
@as_json_option
def release(delivery_id: uuid.UUID, email: str | None, as_json: bool) -> None:
    """Let a held or refused delivery go now, although its slot has passed. All else is checked again."""
    open_desk()
    from bedside.publishing.actions.resolve import release as let_go

    _say(let_go(acting(email), delivery_id), as_json)


@deliveries.command(
    epilog="""\b
Example:
  bedside deliveries cancel 0198f3c2-7d1e-7a55-9c5e-0b6f2f3f9a10
"""
)
@click.argument("delivery_id", metavar="ID", type=ID)
@as_option
@as_json_option
def cancel(delivery_id: uuid.UUID, email: str | None, as_json: bool) -> None:
    """Give up a delivery that has not left; the post's others go on."""
    open_desk()
    from bedside.publishing.actions.resolve import cancel as give_up

    _say(give_up(acting(email), delivery_id), as_json)
