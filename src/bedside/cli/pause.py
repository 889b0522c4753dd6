"""`bedside pause` and `bedside resume`."""

from __future__ import annotations

import click

from bedside.cli.opening import acting, open_desk
from bedside.cli.output import as_json_option, print_json

reason_option = click.option("--reason", required=True, help="Why: everybody will see it.")
as_option = click.option(
    "--user", "email", metavar="EMAIL", help="Who says so; without, whoever has this shell."
)


@click.command(
    epilog="""\b
Example:
  bedside pause --reason "Incident at the main site"
"""
)
@reason_option
@as_option
@as_json_option
def pause(reason: str, email: str | None, as_json: bool) -> None:
    """Let nothing more leave until somebody resumes. What is on its way at this moment is still confirmed."""
    open_desk()
    from bedside.publishing.actions.pause import pause as stop

    row = stop(acting(email), reason)
    if as_json:
        print_json({"paused": True, "reason": row.reason, "by": row.by_label, "at": row.at})
    else:
        click.echo("Everything is paused.")


@click.command(
    epilog="""\b
Example:
  bedside resume --reason "The incident is over"
"""
)
@reason_option
@as_option
@as_json_option
def resume(reason: str, email: str | None, as_json: bool) -> None:
    """Lift the pause. What was due meanwhile is held, each for a person to let go."""
    open_desk()
    from bedside.publishing.actions.pause import resume as lift

    held = lift(acting(email), reason)
    if as_json:
        print_json({"paused": False, "held": held})
    else:
        click.echo(f"The pause is lifted. Deliveries held for a person: {held}.")
