"""`bedside check`."""

from __future__ import annotations

from dataclasses import asdict

import click

from bedside.cli.opening import open_desk
from bedside.cli.output import as_json_option, print_json

_SIGNS = {"good": "good", "look": "look", "bad": "BAD "}


@click.command(
    epilog="""\b
Examples:
  bedside check
  bedside check --json
"""
)
@as_json_option
def check(as_json: bool) -> int:
    """Say of every part of the desk whether it is good, or what to do; exit code 1 when one is not.

    Checks settings, data folder, database, keys, the record's end, clock, workers, deliveries and channels.
    It asks no network: bedside channel check does.
    """
    open_desk(current=False)
    from bedside.operations.checkup import checkup

    lines = checkup()
    if as_json:
        print_json({"good": all(line.state != "bad" for line in lines), "items": [asdict(x) for x in lines]})
    else:
        for line in lines:
            click.echo(f"{_SIGNS[line.state]}  {line.part}: {line.words}")
    return 1 if any(line.state == "bad" for line in lines) else 0
