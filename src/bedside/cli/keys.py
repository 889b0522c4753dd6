"""`bedside keys`."""

from __future__ import annotations

import click

from bedside.cli.opening import console, open_desk
from bedside.cli.output import as_json_option, print_json, progress


@click.group()
def keys() -> None:
    """The encryption keys: change them."""


@keys.command(
    epilog="""\b
Examples:
  bedside keys rotate
  bedside keys rotate --drop-old
"""
)
@click.option("--drop-old", is_flag=True, help="Remove the older keys; backups made before need them.")
@click.option("--no-new", is_flag=True, help="Only renew what is under older keys, after a run was cut off.")
@as_json_option
def rotate(drop_old: bool, no_new: bool, as_json: bool) -> None:
    """Make a new key and encrypt with it everything that is stored. The desk may go on running."""
    open_desk()
    from django.db import transaction

    from bedside.audit.actions import record
    from bedside.vault import keyring
    from bedside.vault.actions import rotate_keys

    with progress("Encrypting with the new key") as move:
        renewed = rotate_keys(move, drop_old=drop_old, add=not no_new)
    with transaction.atomic():
        record(
            "keys.rotated",
            actor=console().actor,
            noun_id=keyring.FILE_NAME,
            detail={"renewed": renewed, "dropped": drop_old},
        )
    if as_json:
        print_json({"renewed": renewed, "dropped_old": drop_old})
    else:
        click.echo(f"Renewed: {renewed}." + ("" if drop_old else " Older keys still open older backups."))
