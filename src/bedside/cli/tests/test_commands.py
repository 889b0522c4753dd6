"""The command line in process: what it prints, how it ends, and that it never shows a traceback."""

from __future__ import annotations

import io
import json
import sys
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import click
import pytest
from django.db import OperationalError

from bedside import cli
from bedside.cli import COMMANDS, run


@pytest.fixture
def bedside(capsys: pytest.CaptureFixture[str]) -> Callable[..., tuple[int, str, str]]:
    """`bedside("user", "list")` runs a command: its exit code, what it printed, and what it said on stderr."""

    def call(*arguments: str) -> tuple[int, str, str]:
        capsys.readouterr()
        code = run(list(arguments))
        out, err = capsys.readouterr()
        return code, out, err

    return call


@pytest.fixture
def given(monkeypatch: pytest.MonkeyPatch) -> Callable[[bytes], None]:
    def give(data: bytes) -> None:
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(data), encoding="utf-8"))

    return give


def every_command() -> Iterator[tuple[str, click.Command]]:
    for name in COMMANDS:
        command = cli.bedside.get_command(click.Context(cli.bedside), name)
        assert command is not None
        if isinstance(command, click.Group):
            for below, one in command.commands.items():
                yield f"{name} {below}", one
        else:
            yield name, command


@pytest.mark.parametrize(("name", "command"), list(every_command()))
def test_every_command_explains_itself_with_an_example(name: str, command: click.Command) -> None:
    assert command.help
    assert f"bedside {name}" in (command.epilog or "")


@pytest.mark.parametrize("name", COMMANDS)
def test_the_overview_says_what_the_command_says(name: str) -> None:
    command = cli.bedside.get_command(click.Context(cli.bedside), name)
    assert command is not None
    assert command.help


def test_help_tells_the_exit_codes_and_a_wrong_command_is_two(bedside: Any) -> None:
    code, out, _err = bedside("--help")
    assert code == 0
    assert "not allowed" in out
    assert bedside("nonsense")[0] == 2
    assert bedside("user", "add")[0] == 2


@pytest.mark.django_db
def test_people_come_change_and_go(bedside: Any) -> None:
    assert bedside("init", "--organisation", "Marlow", "--admin", "ana@example.org", "--no-input")[0] == 0
    code, _out, err = bedside("init", "--organisation", "Other", "--admin", "eve@example.org", "--no-input")
    assert code == 5
    assert "Marlow" in err
    code, out, _err = bedside("user", "add", "ben@example.org", "--role", "author", "--name", "Ben Ito")
    assert code == 0
    assert out.count("/invite/") == 1
    assert out.strip().count("\n") == 0
    assert bedside("user", "add", "ben@example.org", "--role", "author")[0] == 5
    assert bedside("user", "add", "x@example.org", "--role", "king")[0] == 2
    assert bedside("user", "roles", "nobody@example.org", "--role", "author")[0] == 3
    code, _out, err = bedside("user", "end", "ana@example.org", "--json")
    assert code == 5
    assert json.loads(err)["type"] == "conflict"
    assert bedside("user", "roles", "ben@example.org", "--role", "legal")[0] == 0
    assert bedside("user", "end", "ben@example.org")[0] == 0
    people = json.loads(bedside("user", "list", "--json")[1])["items"]
    assert [(p["email"], p["active"], [r["role"] for r in p["roles"]]) for p in people] == [
        ("ana@example.org", True, ["administrator"]),
        ("ben@example.org", False, ["legal"]),
    ]


@pytest.mark.django_db
def test_a_token_is_printed_alone_and_once(bedside: Any) -> None:
    bedside("init", "--organisation", "Marlow", "--admin", "ana@example.org", "--no-input")
    code, out, err = bedside("token", "create", "--user", "ana@example.org", "--scopes", "posts:read, screen")
    assert (code, err) == (0, "")
    assert out.startswith("bs_")
    assert out.strip().isprintable()
    assert bedside("token", "create", "--user", "ana@example.org", "--scopes", "everything")[0] == 2
    listed = json.loads(bedside("token", "list", "--json")[1])["items"]
    assert listed[0]["scopes"] == ["posts:read", "screen"]
    assert out.strip() not in json.dumps(listed)
    assert bedside("token", "revoke", listed[0]["id"])[0] == 0
    assert bedside("token", "revoke", listed[0]["id"])[0] == 3
    assert bedside("token", "revoke", "what")[0] == 2


@pytest.mark.django_db
def test_a_channel_and_a_post_in_it(bedside: Any, person: Any, given: Any, tmp_path: Path) -> None:
    author = person("author").person
    code, out, _err = bedside("channel", "add", "newsroom", "--name", "News")
    assert code == 0
    channel = str(uuid.UUID(out.strip()))
    assert bedside("channel", "add", "telex", "--name", "News")[0] == 2
    code, out, err = bedside(
        "channel", "add", "webhook", "--name", "Hook", "--url", "https://x.example.org/very/secret"
    )
    assert (code, "whsec_" in err, "whsec_" in out) == (0, True, False)
    for listed in (bedside("channel", "list")[1], bedside("channel", "list", "--json")[1]):
        assert "x.example.org" in listed
        assert "very" not in listed
    assert bedside("channel", "remove", out.strip())[0] == 0
    assert bedside("channel", "add", "webhook", "--name", "Hook")[0] == 2
    assert (
        bedside("channel", "add", "webhook", "--name", "H", "--secret-file", str(tmp_path / "none"))[0] == 2
    )
    assert bedside("channel", "set", channel, "--lateness", "30", "--name", "Newsroom")[0] == 0
    assert bedside("channel", "set", channel)[0] == 2
    assert bedside("channel", "check")[0] == 0
    assert json.loads(bedside("channel", "list", "--json")[1])["items"][0]["lateness_minutes"] == 30

    given("We open at nine. Grüße".encode())
    code, out, _err = bedside(
        *("post", "create", "--file", "-", "--user", author.email, "--channel", channel, "--json")
    )
    made = json.loads(out)
    assert (code, made["text"], made["state"]) == (0, "We open at nine. Grüße", "draft")
    assert len(made["digest"]) == 64
    given(b"\xff\xfe")
    assert bedside("post", "create", "--file", "-", "--user", author.email)[0] == 2
    assert bedside("post", "create", "--user", author.email)[0] == 2
    assert bedside("post", "create", "x", "--user", "nobody@example.org")[0] == 3
    assert bedside("post", "create", "x", "--user", author.email, "--channel", str(uuid.uuid4()))[0] == 2
    auditor = person("auditor").person
    assert bedside("post", "create", "x", "--user", auditor.email)[0] == 4
    assert "We open at nine" in bedside("post", "show", made["id"])[1]
    assert bedside("post", "show", str(uuid.uuid4()))[0] == 3
    assert bedside("post", "list", "--state", "lost")[0] == 2
    assert [row["id"] for row in json.loads(bedside("post", "list", "--json")[1])["items"]] == [made["id"]]
    assert bedside("channel", "remove", channel)[0] == 0


@pytest.mark.django_db
def test_deciding_about_deliveries(bedside: Any, person: Any, approved: Any) -> None:
    from bedside.publishing.actions.schedule import schedule
    from bedside.publishing.models import Delivery

    author = person("author")
    one = schedule(author, approved(author).id)[0]
    ident = str(one.id)
    assert bedside("deliveries", "resolve", ident, "--as", "sent")[0] == 5
    # Nobody is ever unsure about the newsroom; about somebody else's server one may be.
    type(one.connection).objects.update(kind="webhook")
    Delivery.objects.filter(id=one.id).update(state="unsure")
    assert bedside("deliveries", "resolve", ident, "--as", "perhaps")[0] == 2
    reader = person("auditor").person.email
    assert bedside("deliveries", "resolve", ident, "--as", "sent", "--user", reader)[0] == 4
    code, out, _err = bedside("deliveries", "resolve", ident, "--as", "not-sent", "--json")
    assert (code, json.loads(out)["state"]) == (0, "failed")
    assert bedside("pause", "--reason", "A drill")[0] == 0
    assert bedside("pause", "--reason", "A drill")[0] == 5
    assert bedside("deliveries", "release", ident)[0] == 5
    assert json.loads(bedside("resume", "--reason", "Over", "--json")[1]) == {"paused": False, "held": 0}
    assert bedside("deliveries", "release", ident)[0] == 0
    assert bedside("deliveries", "cancel", ident)[0] == 0
    assert bedside("deliveries", "look", ident)[0] == 5
    shown = json.loads(bedside("deliveries", "show", ident, "--json")[1])
    assert shown["state"] == "cancelled"
    assert bedside("deliveries", "list", "--state", "sent")[0] == 2
    assert (
        json.loads(bedside("deliveries", "list", "--state", "cancelled", "--json")[1])["items"][0]["id"]
        == ident
    )


@pytest.mark.django_db
def test_the_record_verifies_and_says_when_not(bedside: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    bedside("init", "--organisation", "Marlow", "--admin", "ana@example.org", "--no-input")
    code, out, _err = bedside("audit", "verify", "--json")
    found = json.loads(out)
    assert (code, found["ok"]) == (0, True)
    assert bedside("audit", "verify", "--anchor", found["head"])[0] == 0
    assert bedside("audit", "verify", "--anchor", f"1:{'0' * 64}")[0] == 1
    assert bedside("audit", "verify", "--anchor", "nothing")[0] == 2


@pytest.mark.django_db
def test_a_database_that_is_away_is_told_in_words(bedside: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    from bedside.accounts import queries

    def away() -> None:
        raise OperationalError("connection refused\nsecond line")

    monkeypatch.setattr(queries, "people", away)
    code, _out, err = bedside("user", "list")
    assert code == 6
    assert err.strip() == "connection refused."
    monkeypatch.setattr(queries, "people", lambda: 1 / 0)
    code, _out, err = bedside("user", "list")
    assert code == 1
    assert "Traceback" not in err


def _screened(bedside: Any, given: Any, data: bytes, *options: str) -> tuple[int, list[Any]]:
    given(data)
    output = io.BytesIO()
    wrapped = io.TextIOWrapper(output, encoding="utf-8")
    stdout, sys.stdout = sys.stdout, wrapped
    try:
        code = run(["screen", "--jsonl", *options])
    finally:
        sys.stdout = stdout
    return code, [json.loads(line) for line in output.getvalue().splitlines()]


def test_every_line_is_answered_in_order_whatever_it_holds(bedside: Any, given: Any) -> None:
    lines = [
        b'{"id": 1, "text": "Call 312-555-0142 or write to ana@example.org"}',
        b"\xff\xfe not UTF-8",
        b'{"id": 3}',
        b"[" * 5000,
        b"",
        b'{"id": "6", "text": "\\u0000\\ud800 \\u202e"}',
        b'{"id": 7, "text": "' + b"a" * 13_000_000 + b'"}',
        '{"id": 8, "text": "Grüße 👋🏽 aus Köln"}'.encode(),
    ]
    code, answers = _screened(bedside, given, b"\n".join(lines))
    assert code == 2
    assert [one.get("id") for one in answers] == [1, None, 3, None, "6", None, 8]
    first = answers[0]
    assert set(first) == {"id", "verdict", "spans", "findings", "grade", "tier"}
    assert [0 <= start < end <= 46 for start, end, _type in first["spans"]]
    assert {kind for _s, _e, kind in first["spans"]} == {"PHONE", "EMAIL"}
    assert ["error" in one for one in answers] == [False, True, True, True, False, True, False]
    assert [one["line"] for one in answers if "error" in one] == [2, 3, 4, 7]


def test_one_text_is_judged_and_redacted(bedside: Any, given: Any, tmp_path: Path) -> None:
    given(b"Write to ana@example.org")
    code, out, _err = bedside("screen", "--json")
    assert code == 0
    assert json.loads(out)["spans"] == [[9, 24, "EMAIL"]]
    assert bedside("screen", str(tmp_path / "none.txt"))[0] == 2
    assert bedside("screen", "--as", "song")[0] == 2
    policy = tmp_path / "policy.json"
    policy.write_text('{"unknown": 1}')
    given(b"x")
    assert bedside("screen", "--policy", str(policy))[0] == 2
    assert bedside("redact", "--mask", "xx")[0] == 2
