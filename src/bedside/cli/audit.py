"""`bedside audit`: verify and export the record."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

import click

from bedside.cli.opening import console, open_desk
from bedside.cli.output import as_json_option, print_json, progress


@click.group()
def audit() -> None:
    """The record: verify and export."""


@audit.command(
    epilog="""\b
Examples:
  bedside audit verify
  bedside audit verify --anchor 1042:9f2c… --json
"""
)
@click.option("--anchor", metavar="SEQ:HASH", help="The end of the record as it was noted before.")
@as_json_option
def verify(anchor: str | None, as_json: bool) -> int:
    """Check every entry of the record; exit code 1 when one was changed, taken out or put in.

    Note the end that it prints somewhere else, and give it back with --anchor: then even a record that was
    rewritten as a whole is found out.
    """
    open_desk()
    from bedside.audit.queries import verify as check

    with progress("Verifying the record") as move:
        found = check(move, anchor=anchor)
    if as_json:
        print_json(asdict(found))
    else:
        if found.ok:
            click.echo(
                f"The record is whole: {found.entries:,} entries, {found.shredded:,} details shredded."
            )
            click.echo(f"Its end, to be noted elsewhere: {found.head}")
        else:
            click.echo(f"{found.problem} Up to entry {found.entries:,} all is well.")
        if found.unguarded:
            click.echo(f"Triggers that are missing: {', '.join(found.unguarded)}. Run: bedside db migrate")
    return 0 if found.ok and not found.unguarded else 1


@audit.command(
    epilog="""\b
Example:
  bedside audit export record.zip
"""
)
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@as_json_option
def export(file: Path, as_json: bool) -> None:
    """Write the whole record as a zip that a third party can verify without Bedside."""
    open_desk()
    from bedside.audit.export import export as write

    with progress("Exporting the record") as move:
        manifest = write(file, actor=console().actor, progress=move)
    if as_json:
        print_json({"file": str(file), **asdict(manifest)})
    else:
        click.echo(f"{manifest.entries:,} entries are in {file}; its end is {manifest.head}.")
