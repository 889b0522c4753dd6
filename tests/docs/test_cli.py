"""docs/cli.md against the commands: none is missing, none is invented, and every example can be read."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from bedside import cli
from bedside.core.errors import BedsideError

DOCS = Path(__file__).parents[2] / "docs"
TEXT = (DOCS / "cli.md").read_text("utf-8")
HEADINGS = re.findall(r"^### `bedside ([a-z -]+)`$", TEXT, re.MULTILINE)


def _commands() -> dict[str, click.Command]:
    found: dict[str, click.Command] = {}
    for name in cli.COMMANDS:
        command = cli.bedside.get_command(click.Context(cli.bedside), name)
        assert command is not None
        below = command.commands if isinstance(command, click.Group) else {}
        found |= {f"{name} {word}": one for word, one in below.items()} or {name: command}
    return found


def _examples(text: str) -> Iterator[str]:
    joined = text.replace("\\\n", " ")
    for line in joined.splitlines():
        for part in line.split(" | "):
            words = re.sub(r"^\s*(?:[A-Z_]+=\S+\s+)*", "", part)
            if words.startswith("bedside "):
                yield words.partition(" > ")[0].strip()


def _documented() -> list[str]:
    blocks = re.findall(r"^```\n(.*?)^```", TEXT, re.MULTILINE | re.DOTALL)
    blocks += re.findall(
        r"^```\n(.*?)^```", (DOCS / "operating.md").read_text("utf-8"), re.MULTILINE | re.DOTALL
    )
    helped = [command.epilog or "" for command in _commands().values()]
    return sorted({example for block in [*blocks, *helped] for example in _examples(block)})


def test_every_command_has_its_place_in_the_docs_and_none_is_invented() -> None:
    assert sorted(HEADINGS) == sorted(_commands())


def test_every_command_has_an_example_in_the_docs() -> None:
    for section in re.split(r"^### ", TEXT, flags=re.MULTILINE)[1:]:
        assert "```" in section, section.splitlines()[0]


@pytest.mark.parametrize("example", _documented())
def test_every_example_is_a_command_that_can_be_given(example: str) -> None:
    words = shlex.split(example)[1:]
    command: click.Command = cli.bedside
    context: click.Context | None = None
    while isinstance(command, click.Group):
        context = click.Context(command, info_name="bedside", parent=context)
        found = command.get_command(context, words[0])
        assert found is not None, example
        command, words = found, words[1:]
    try:
        command.make_context("bedside", words, parent=context)
    except click.exceptions.Exit:
        pass
    except (click.ClickException, BedsideError) as error:
        raise AssertionError(f"{example}: {error}") from error


def test_the_exit_codes_are_those_of_the_errors() -> None:
    from bedside.core import errors

    codes = {int(code) for code in re.findall(r"^\| (\d) \|", TEXT, re.MULTILINE)}
    known = {
        kind.exit_code
        for kind in vars(errors).values()
        if isinstance(kind, type) and issubclass(kind, BedsideError)
    }
    assert codes == known | {0}
    assert all(re.search(rf"^  {code}  ", cli.EPILOGUE, re.MULTILINE) for code in codes)
