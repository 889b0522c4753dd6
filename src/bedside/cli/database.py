"""`bedside db`: the schema, and the move to PostgreSQL."""

from __future__ import annotations

import click

from bedside.cli.opening import open_desk
from bedside.cli.output import as_json_option, print_json, progress


@click.group()
def db() -> None:
    """The database: bring it up to date, move it to PostgreSQL."""


@db.command(
    epilog="""\b
Example:
  bedside db migrate
"""
)
@as_json_option
def migrate(as_json: bool) -> None:
    """Bring the database up to date, as `bedside serve` does by itself at its start.

    On SQLite a copy is kept in the data folder first. Several processes may do it at once; one does it.
    """
    open_desk(current=False)
    from django.db import connection

    from bedside.audit import guards
    from bedside.operations.schema import migrate as bring_up

    changed = bring_up()
    gone = guards.missing(connection)
    if gone:
        guards.install(connection)
    if as_json:
        print_json({"changed": changed, "triggers_restored": gone})
    else:
        click.echo("The database is brought up to date." if changed else "The database was up to date.")
        if gone:
            click.echo(f"Put back the record's triggers: {', '.join(gone)}.")


@db.command(
    epilog="""\b
Example:
  bedside db move --to postgres://bedside:…@db.example.org/bedside
"""
)
@click.option("--to", "url", required=True, metavar="URL", help="An empty PostgreSQL database.")
@as_json_option
def move(url: str, as_json: bool) -> None:
    """Copy a SQLite desk into an empty PostgreSQL database, and check every row and the record there.

    Stop the desk and its workers first. All of it arrives or nothing: the copy is one transaction. The SQLite
    file is then set aside, so that no post can leave twice; the data folder with pictures and keys stays in use.
    A password in the URL can be seen by others on this machine; put it into ~/.pgpass or PGPASSWORD instead.
    """
    open_desk()
    from bedside.operations.moving import move as copy

    with progress("Copying") as bar:
        moved = copy(url, bar)
    if as_json:
        print_json({"rows": moved.rows, "tables": moved.tables, "head": moved.head, "aside": moved.aside})
        return
    click.echo(f"{moved.rows:,} rows of {moved.tables} tables are in PostgreSQL, each checked.")
    click.echo(f"The record verifies there; its end is {moved.head}.")
    click.echo(f"The SQLite file is set aside as {moved.aside}.")
    click.echo("From now on start every process with DATABASE_URL set to the new database.")
