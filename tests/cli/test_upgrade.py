"""Starting on a schema that is not up to date, and several processes at once."""

from __future__ import annotations

import sqlite3
import subprocess
from concurrent.futures import ThreadPoolExecutor

from tests.cli.inside import init
from tests.conftest import StartDesk
from tests.desk import Desk


def _migrate(desk: Desk) -> subprocess.CompletedProcess[str]:
    return desk.cli("db", "migrate", check=False, timeout=120)


def test_an_older_database_is_copied_and_brought_up_to_date(desk: StartDesk) -> None:
    one = init(desk(start=False))
    with sqlite3.connect(one.home / "bedside.sqlite3") as connection:
        connection.execute("DELETE FROM django_migrations WHERE app = 'audit' AND name = '0002_guards'")
        connection.execute("DROP TRIGGER audit_entry_delete")
    connection.close()
    assert one.cli("user", "list", check=False).returncode == 5
    one.start()
    copies = list(one.home.glob("before-upgrade-*.sqlite3"))
    assert len(copies) == 1
    assert copies[0].stat().st_mode & 0o777 == 0o600
    with sqlite3.connect(copies[0]) as copy:
        assert copy.execute("SELECT email FROM accounts_person").fetchall() == [("ana@example.org",)]
    copy.close()
    assert one.cli_json("audit", "verify")["unguarded"] == []


def test_processes_that_start_at_once_migrate_once(database: str, desk: StartDesk) -> None:
    one = desk(database_url=database, start=False)
    with ThreadPoolExecutor(2) as pool:
        done = list(pool.map(_migrate, [one, one]))
    assert [run.returncode for run in done] == [0, 0], [run.stderr for run in done]
    assert one.cli_json("db", "migrate")["changed"] is False
