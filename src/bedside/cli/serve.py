"""`bedside serve` and `bedside worker`."""

from __future__ import annotations

import gc
import logging

import click

from bedside import logs
from bedside.cli.opening import link, open_desk

log_option = click.option(
    "--log",
    "log_format",
    type=click.Choice(logs.FORMATS),
    default="auto",
    show_default=True,
    help="Write logs as JSON lines or as text; auto is text on a terminal.",
)


@click.command(
    epilog="""\b
Examples:
  bedside serve
  bedside serve --host 0.0.0.0 --port 8080
  DATABASE_URL=postgres://bedside@db/bedside bedside serve --web-only
"""
)
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen on.")
@click.option(
    "--port", default=8000, show_default=True, type=click.IntRange(0, 65535), help="0: any free one."
)
@click.option("--web-only", is_flag=True, help="Leave the deliveries to `bedside worker`.")
@log_option
def serve(host: str, port: int, web_only: bool, log_format: str) -> None:
    """Run the desk: pages, API, live events and deliveries in one process.

    Brings the database up to date first (on SQLite a copy is kept), and as long as nobody has an account
    prints a link with which the desk is set up. SIGTERM and Ctrl-C stop it cleanly: what is on the network
    finishes, within 25 seconds.
    """
    # What is read at the start stays: looking through it for garbage again and again costs a fifth of the start.
    gc.disable()
    open_desk(current=False)
    from django.conf import settings

    logs.configure(log_format, debug=settings.DEBUG)
    from bedside import server
    from bedside.operations.occupancy import in_use
    from bedside.operations.schema import migrate

    with in_use(settings.HOME):
        if migrate():
            logging.getLogger("bedside.server").info("brought the database up to date")
    server.serve(
        host,
        port,
        web_only=web_only,
        tell=lambda address: click.echo(f"The desk is at {address} (Ctrl-C stops it).", err=True),
        on_start=lambda: _begin(port),
    )


def _begin(port: int) -> None:
    """As long as nobody has an account, print a link with which somebody gets the first one."""
    from django.db import close_old_connections

    from bedside.accounts.models import Person
    from bedside.accounts.setup import setup_token

    if not Person.objects.exists():
        address = link(f"/setup/{setup_token()}", port)
        click.echo(f"Set this desk up (the link works once, for seven days):\n{address}")
    close_old_connections()
    gc.freeze()
    gc.enable()


@click.command(
    epilog="""\b
Examples:
  bedside worker
  DATABASE_URL=postgres://bedside@db/bedside bedside worker --log json
"""
)
@log_option
def worker(log_format: str) -> None:
    """Do the deliveries, without pages, until SIGTERM or Ctrl-C.

    Any number may run, on any number of machines when the database is PostgreSQL. On SQLite a second
    process on the same machine is safe.
    """
    open_desk(current=False)
    from django.conf import settings

    logs.configure(log_format, debug=settings.DEBUG)
    from bedside import server
    from bedside.operations.schema import migrate

    migrate()
    server.work(lambda name: click.echo(f"Working as {name} (Ctrl-C stops it).", err=True))
