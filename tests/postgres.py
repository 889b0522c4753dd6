"""A PostgreSQL cluster of the tests' own: in a temporary folder, on a random port, gone at the end."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path
from uuid import uuid4

import psycopg
from psycopg import sql

OWNER = "bedside"
START_SECONDS = 60


def binaries() -> Path:
    """The folder of `initdb` and `postgres`: of several the newest (Debian keeps them off PATH)."""
    homes = [path.parent for path in Path("/usr/lib/postgresql").glob("*/bin/postgres")]
    if homes:
        return max(homes, key=lambda path: int(path.parent.name))
    if (found := shutil.which("postgres")) and shutil.which("initdb"):
        return Path(found).resolve().parent
    raise RuntimeError("PostgreSQL is not installed. `make tools` installs it (Debian package: postgresql).")


def free_port() -> int:
    """A loopback port that nothing listened on a moment ago."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def tied_to_us(*, user: str = "") -> list[str]:
    """A command prefix: the child is told to stop when this process dies, however it dies.

    `user`: run it as this account. Empty where `setpriv` is missing, which Debian never lacks.
    """
    setpriv = shutil.which("setpriv")
    if setpriv is None:
        if user:
            raise RuntimeError("`setpriv` (util-linux) is needed to start PostgreSQL as root.")
        return []
    become = [f"--reuid={user}", f"--regid={user}", "--init-groups"] if user else []
    return [setpriv, *become, "--pdeathsig", "INT", "--"]


@dataclass
class Cluster:
    """A running cluster. `durable`: fsync as in real use; without it plain tests are quicker."""

    folder: Path
    durable: bool
    port: int = 0
    process: subprocess.Popen[bytes] | None = None
    user: str = ""
    databases: list[str] = field(default_factory=list)

    @classmethod
    def start(cls, *, durable: bool = True) -> Cluster:
        """Make a cluster and wait until it answers. Raises RuntimeError with its log when it does not."""
        folder = Path(tempfile.mkdtemp(prefix="bedside-pg-"))
        cluster = cls(folder, durable, user="postgres" if os.geteuid() == 0 else "")
        try:
            if cluster.user:
                shutil.chown(folder, cluster.user, cluster.user)
            cluster._initdb()
            cluster.begin()
        except BaseException:
            cluster.stop()
            raise
        return cluster

    def _initdb(self) -> None:
        command = [
            *tied_to_us(user=self.user),
            str(binaries() / "initdb"),
            *("-D", str(self.folder / "data"), "-U", OWNER, "-A", "trust", "-E", "UTF8"),
            *("--locale=C.UTF-8", "--no-sync", "--no-instructions"),
        ]
        made = subprocess.run(command, cwd="/", capture_output=True, timeout=120, check=False)
        if made.returncode:
            raise RuntimeError(f"initdb failed:\n{made.stdout.decode()}{made.stderr.decode()}")

    def begin(self) -> None:
        """Start the server on the cluster's port; after `stop_server` too, for “a database that was away”."""
        for attempt in range(3):
            self.port = self.port or free_port()
            options = {
                "listen_addresses": "127.0.0.1",
                "unix_socket_directories": str(self.folder),
                "port": str(self.port),
                "max_connections": "200",
                "fsync": "on" if self.durable else "off",
                "synchronous_commit": "on" if self.durable else "off",
                "full_page_writes": "on" if self.durable else "off",
                "autovacuum_naptime": "10min",
            }
            command = [
                *tied_to_us(user=self.user),
                str(binaries() / "postgres"),
                "-D",
                str(self.folder / "data"),
            ]
            for name, value in options.items():
                command += ["-c", f"{name}={value}"]
            with (self.folder / "log").open("ab") as log:
                self.process = subprocess.Popen(
                    command, cwd="/", stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT
                )
            if self._answers():
                return
            self.stop_server()
            if "Address already in use" not in self.log() or attempt == 2:
                break
            self.port = 0
        raise RuntimeError(f"PostgreSQL did not start:\n{self.log()}")

    def _answers(self) -> bool:
        assert self.process is not None
        end = time.monotonic() + START_SECONDS
        while time.monotonic() < end and self.process.poll() is None:
            try:
                psycopg.connect(self.url("postgres"), connect_timeout=5).close()
            except psycopg.OperationalError:
                time.sleep(0.05)
            else:
                return True
        return False

    def log(self) -> str:
        path = self.folder / "log"
        return path.read_text("utf-8", "replace")[-8000:] if path.exists() else ""

    def url(self, database: str) -> str:
        return f"postgres://{OWNER}@127.0.0.1:{self.port}/{database}"

    def create_database(self, name: str = "") -> str:
        """Make an empty database and return its DATABASE_URL."""
        name = name or f"desk_{uuid4().hex[:12]}"
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        self.databases.append(name)
        return self.url(name)

    def drop_database(self, url: str) -> None:
        """Remove a database made here, cutting whoever is still connected."""
        name = url.rsplit("/", 1)[1]
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))
        self.databases.remove(name)

    def stop_server(self) -> None:
        """Stop the server at once, connected or not; the data stays. `begin` starts it again."""
        process, self.process = self.process, None
        if process is None or process.poll() is not None:
            return
        process.send_signal(signal.SIGINT)
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGQUIT)
            process.wait(20)

    def stop(self) -> None:
        self.stop_server()
        shutil.rmtree(self.folder, ignore_errors=True)
