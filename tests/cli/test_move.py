"""`bedside db move`: from SQLite into a real PostgreSQL."""

from __future__ import annotations

from typing import Any

import psycopg

from tests.cli.inside import init, inside
from tests.cli.test_backup import STATES
from tests.conftest import StartDesk


def test_a_desk_moves_with_every_row_and_goes_on_there(desk: StartDesk, postgres: Any) -> None:
    url = postgres.create_database()
    one = init(desk(start=False))
    inside(one, STATES)
    before = one.cli_json("deliveries", "list")["items"]
    secret = inside(one, "newsroom.secret = {'k': 'ü'}; newsroom.save(); print(newsroom.id)")

    one.start("--web-only", wait=False)
    # The folder's lock is taken a moment after the start.
    refused = None
    for _ in range(40):
        refused = one.cli("db", "move", "--to", "postgres://nobody@127.0.0.1:9/x", check=False)
        if refused.returncode == 5:
            break
    assert refused is not None
    assert refused.returncode == 5
    one.stop()
    assert one.cli("db", "move", "--to", "mysql://x/y", check=False).returncode == 2
    assert one.cli("db", "move", "--to", "postgres://nobody@127.0.0.1:9/x", check=False).returncode == 6

    moved = one.cli_json("db", "move", "--to", url, timeout=300)
    assert moved["rows"] > 20
    assert not (one.home / "bedside.sqlite3").exists()
    one.database_url = url
    assert one.cli_json("deliveries", "list")["items"] == before
    assert inside(one, f"print(Connection.objects.get(id='{secret}').secret['k'])") == "ü"
    assert one.cli_json("audit", "verify", "--anchor", moved["head"])["ok"]
    # Numbers go on where they were, and triggers guard.
    one.cli("user", "add", "dan@example.org", "--role", "legal")
    with psycopg.connect(url) as connection:
        assert connection.execute(
            "SELECT count(*) FROM audit_entry WHERE verb = 'desk.moved'"
        ).fetchone() == (1,)

    # A second desk does not move into the same database.
    two = init(desk(start=False))
    full = two.cli("db", "move", "--to", url, check=False)
    assert full.returncode == 5
    assert "not empty" in full.stderr
    assert (two.home / "bedside.sqlite3").exists()


def test_a_database_of_something_else_is_left_alone(desk: StartDesk, postgres: Any) -> None:
    url = postgres.create_database()
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("CREATE TABLE theirs (n int)")
    one = init(desk(start=False))
    done = one.cli("db", "move", "--to", url, check=False)
    assert done.returncode == 5
    assert "something else" in done.stderr
    with psycopg.connect(url) as connection:
        tables = connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'").fetchall()
    assert tables == [("theirs",)]
