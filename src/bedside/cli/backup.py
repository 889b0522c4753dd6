"""`bedside backup` and `bedside restore`."""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path
from typing import Any

import click

from bedside.cli.opening import open_desk
from bedside.cli.output import as_json_option, print_json, progress
from bedside.core import settings as own
from bedside.core.errors import Conflict


@click.command(
    epilog="""\b
Examples:
  bedside backup /backups/desk-2026-11-24.zip
  bedside backup "/backups/desk-$(date +%F).zip" --json
"""
)
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@as_json_option
def backup(file: Path, as_json: bool) -> None:
    """Write everything the desk holds into one file, while it runs: database, pictures, keys, settings.

    Keep the file as safe as the desk itself: it holds the keys. On PostgreSQL its client (pg_dump) is needed.
    """
    open_desk()
    from bedside.operations.backup import back_up

    with progress("Backing up") as move:
        made = back_up(file.absolute(), move)
    if as_json:
        print_json(
            {
                "file": str(file),
                "files": made.files,
                "bytes": made.size,
                "head": made.head,
                "made_at": made.made_at,
                "notes": made.notes,
            }
        )
        return
    click.echo(f"{made.files:,} files ({made.size:,} bytes) are in {file}.")
    click.echo(f"The record's end at that moment: {made.head or 'nothing recorded yet'}")
    for note in made.notes:
        click.echo(note)


@click.command(
    epilog="""\b
Examples:
  bedside restore /backups/desk-2026-11-24.zip
  BEDSIDE_HOME=/srv/bedside bedside restore desk.zip --force
"""
)
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--force", is_flag=True, help="Set a desk that is there aside, and take its place.")
@as_json_option
def restore(file: Path, force: bool, as_json: bool) -> int:
    """Put a desk back from a backup, every file checked. Stop the desk first.

    A backup is older than what happened since. So nothing leaves by itself afterwards: what may have gone out
    meanwhile is unsure, what was still to come is held, each for a person to decide. Everybody signs in again.
    Whatever was there before is set aside and never deleted.
    """
    values = own.load(os.environ)
    home: Path = values["BEDSIDE_HOME"]
    from bedside.operations import unpacking
    from bedside.operations.occupancy import alone

    with alone(home):
        if not force:
            unpacking.refuse_to_overwrite(home)
        staged = Path(tempfile.mkdtemp(prefix=".restore-", dir=home))
        try:
            with progress("Unpacking") as move:
                manifest = unpacking.unpack(file, staged, move)
            on_postgresql = bool(values["DATABASE_URL"])
            if on_postgresql != (manifest.database == "postgresql"):
                raise Conflict(
                    f"This is the backup of a desk on {'SQLite' if on_postgresql else 'PostgreSQL'}: "
                    + (
                        "restore it without DATABASE_URL, then run bedside db move."
                        if on_postgresql
                        else "set DATABASE_URL to an empty PostgreSQL database first."
                    )
                )
            settled, schema = _make_ready(staged, manifest, values["DATABASE_URL"], force)
            folder = unpacking.put_in_place(staged, home)
        finally:
            shutil.rmtree(staged, ignore_errors=True)
    aside = [str(folder)] * bool(folder) + [f"the schema {schema}"] * bool(schema)
    _report(manifest, settled, aside, as_json)
    return 0 if settled.record_ok and settled.keys_ok else 1


def _make_ready(staged: Path, manifest: Any, address: str, force: bool) -> tuple[Any, str]:
    """Make the desk ready where it was unpacked; only then do its files take their place."""
    # The address from here, whatever the settings in the backup say.
    os.environ |= {"BEDSIDE_HOME": str(staged), "DATABASE_URL": address}
    open_desk(current=False)
    from bedside.operations import restore

    schema = ""
    if address:
        schema = restore.make_room_on_postgresql(force=force)
        restore.load_postgresql(staged)
    with progress("Verifying the record") as move:
        settled = restore.settle(manifest, move)
    if address:
        restore.lift_guard()
    else:
        restore.close_sqlite()
    return settled, schema


def _report(manifest: Any, settled: Any, aside: list[str], as_json: bool) -> None:
    found = settled.deliveries
    if as_json:
        print_json(
            {
                "made_at": manifest.made_at,
                "files": len(manifest.files),
                "record_ok": settled.record_ok,
                "record_problem": settled.record_words,
                "keys_ok": settled.keys_ok,
                "unsure": found.unsure,
                "held": found.held,
                "approved": found.approved,
                "tokens": settled.tokens,
                "aside": aside,
                "notes": manifest.notes,
            }
        )
        return
    click.echo(
        f"The desk is as it was at {manifest.made_at:%Y-%m-%d %H:%M} UTC ({len(manifest.files):,} files)."
    )
    if not settled.record_ok:
        click.echo(f"LOOK: its record does not verify: {settled.record_words}")
    if not settled.keys_ok:
        click.echo(
            "LOOK: the keys do not open the channels' secrets. Put the right vault.keys into the data folder."
        )
    if found.unsure or found.held:
        click.echo(
            f"Deliveries that wait for a person: {found.unsure} unsure (look whether they are out), "
            f"{found.held} held (choose a time again). bedside deliveries list shows them."
        )
    if found.approved:
        click.echo(
            f"Approved posts that may have gone out since then: {found.approved}. Look before scheduling."
        )
    if settled.tokens:
        click.echo(
            f"API tokens that work again, also if revoked since then: {settled.tokens}. bedside token list"
        )
    for note in manifest.notes:
        click.echo(note)
    for place in aside:
        click.echo(f"What was there before is kept in {place}.")
