"""The command line. Every command is a small module of its own, read only when it is called."""

from __future__ import annotations

import os
import sys
from importlib import import_module
from typing import Any

import click

from bedside import __version__
from bedside.core.errors import BedsideError

# Which module holds which command: in the order in which `--help` shows them.
COMMANDS: dict[str, tuple[str, str]] = {
    "serve": ("serve", "Run the desk: pages, API and deliveries in one process."),
    "worker": ("serve", "Do the deliveries in a process of its own."),
    "init": ("init", "Set the desk up without asking anything."),
    "user": ("people", "People: add, list, change roles, close accounts."),
    "token": ("tokens", "Tokens with which programs use the API."),
    "channel": ("channels", "Channels: connect, list, check, change, remove."),
    "post": ("posts", "Posts: write, list, show."),
    "deliveries": ("deliveries", "Deliveries: list, show, and decide about those that wait for a person."),
    "pause": ("pause", "Let nothing more leave until somebody resumes."),
    "resume": ("pause", "Lift the pause."),
    "screen": ("screen", "Screen texts for what should not leave."),
    "redact": ("screen", "Write a text with its identifiers covered."),
    "audit": ("audit", "The record: verify and export."),
    "backup": ("backup", "Write everything the desk holds into one file."),
    "restore": ("backup", "Put a desk back from a backup."),
    "db": ("database", "The database: bring it up to date, move it to PostgreSQL."),
    "keys": ("keys", "The encryption keys: change them."),
    "check": ("check", "Say of every part whether it is good, or what to do."),
}

EPILOGUE = """\b
Exit codes:
  0  done
  1  something went wrong, or a check found something
  2  something given cannot be used
  3  there is no such thing
  4  not allowed
  5  it is not in a state in which this can be done
  6  a part that is needed (database, disk, network) does not answer

Settings come from the environment and from bedside.toml in the data folder
(BEDSIDE_HOME, by default ./bedside-data); docs/settings.md lists them.
"""


class Lazy(click.Group):
    """Commands by name; a module is imported when its command is called, and not for `--help`."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        if name not in COMMANDS:
            return None
        command: click.Command = getattr(import_module(f"bedside.cli.{COMMANDS[name][0]}"), name)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, words) for name, (_module, words) in COMMANDS.items()])


@click.group(cls=Lazy, epilog=EPILOGUE, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="bedside")
def bedside() -> None:
    """Bedside, the social media desk of a healthcare organisation.

    \b
    Start a desk:    bedside serve
    Help on one:     bedside channel add --help
    """


def main() -> None:
    """Run the command line; the process ends with one of the documented exit codes."""
    sys.exit(run(sys.argv[1:]))


def run(arguments: list[str]) -> int:
    """Run one command and return its exit code. Errors are told on stderr, never as a traceback."""
    try:
        result: Any = bedside.main(arguments, prog_name="bedside", standalone_mode=False)
        sys.stdout.flush()
        return result if isinstance(result, int) else 0
    except click.exceptions.Abort:
        return 130
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except BedsideError as error:
        _tell(arguments, error.type, error.title, error.detail, error.extra)
        return error.exit_code
    except BrokenPipeError:
        # The reader has seen enough. What Python would still flush goes nowhere.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except KeyboardInterrupt:
        return 130
    except Exception as error:
        if _wants_traceback():
            raise
        return _unforeseen(arguments, error)


def _unforeseen(arguments: list[str], error: Exception) -> int:
    first = (str(error).strip().splitlines() or [""])[0]
    away = isinstance(error, OSError)
    if "django.db" in sys.modules:
        from django.db import DatabaseError, InterfaceError

        away = away or isinstance(error, DatabaseError | InterfaceError)
    if away:
        _tell(
            arguments, "unavailable", "A part that is needed does not answer", f"{first}.".replace("..", ".")
        )
        return 6
    _tell(
        arguments,
        "error",
        "Bedside could not do that",
        f"{type(error).__name__}: {first}. BEDSIDE_DEBUG=1 shows where.",
    )
    return 1


def _wants_traceback() -> bool:
    return os.environ.get("BEDSIDE_DEBUG", "").lower() in {"1", "true", "yes", "on"}


def _tell(
    arguments: list[str], kind: str, title: str, detail: str, extra: dict[str, Any] | None = None
) -> None:
    if "--json" in arguments:
        import json

        problem = {"type": kind, "title": title, "detail": detail, **(extra or {})}
        click.echo(json.dumps(problem, ensure_ascii=False, default=str), err=True)
    else:
        click.echo(detail, err=True)
