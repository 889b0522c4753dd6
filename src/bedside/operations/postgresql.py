"""PostgreSQL's own tools, for backups: found, called without a password on the command line, bounded."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

from django.db import connection

from bedside.core.errors import Unavailable

_HOURS = 6 * 3600


def tool(name: str) -> str:
    """The path of `pg_dump`, `pg_restore` or `psql`, the newest there is. Raises `Unavailable`."""
    homes = [path for path in Path("/usr/lib/postgresql").glob(f"*/bin/{name}") if path.parts[-3].isdigit()]
    if homes:
        return str(max(homes, key=lambda path: int(path.parts[-3])))
    if found := shutil.which(name):
        return found
    raise Unavailable(
        f"{name} is not installed on this machine. Install PostgreSQL's client "
        "(Debian: apt install postgresql-client), of the server's version or newer."
    )


def surroundings() -> dict[str, str]:
    """The environment in which the tools reach the desk's database."""
    given: dict[str, Any] = connection.settings_dict
    names = {
        "PGHOST": "HOST",
        "PGPORT": "PORT",
        "PGUSER": "USER",
        "PGPASSWORD": "PASSWORD",
        "PGDATABASE": "NAME",
    }
    return {
        **os.environ,
        **{name: str(given[key]) for name, key in names.items() if given[key]},
        "PGCONNECT_TIMEOUT": "10",
        "PGAPPNAME": "bedside-backup",
    }


def dump(to: Path) -> None:
    """Write the database, as of one moment, in PostgreSQL's custom format."""
    _run(
        [
            tool("pg_dump"),
            "--format=custom",
            "--no-owner",
            "--no-privileges",
            "--exclude-schema=before_restore_*",
            f"--file={to}",
        ]
    )


def load(dumped: Path, afterwards: str) -> None:
    """Put a dump into the empty database, and run the SQL `afterwards`, in one transaction."""
    script = dumped.with_suffix(".sql")
    _run([tool("pg_restore"), "--no-owner", "--no-privileges", f"--file={script}", str(dumped)])
    with script.open("a", encoding="utf-8") as file:
        file.write(f"\n{afterwards}\n")
    quietly = ["--no-psqlrc", "--quiet", "--output=/dev/null", "--set=ON_ERROR_STOP=1"]
    _run([tool("psql"), *quietly, "--single-transaction", f"--file={script}"])
    script.unlink()


def _run(command: list[str]) -> None:
    done = subprocess.run(  # noqa: S603 - PostgreSQL's tools with our own arguments
        command,
        env=surroundings(),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        encoding="utf-8",
        errors="replace",
        timeout=_HOURS,
        check=False,
    )
    if done.returncode:
        raise Unavailable(f"{Path(command[0]).name} failed: {done.stderr.strip()[:1000]}")
