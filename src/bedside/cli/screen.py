"""`bedside screen` and `bedside redact`: the guard on files and streams. Needs no desk."""

from __future__ import annotations

import json
import math
import sys
from codecs import BOM_UTF8
from collections.abc import Callable, Iterator
from contextlib import nullcontext
from pathlib import Path
from typing import IO, Any, NoReturn

import click

from bedside.cli.output import progress
from bedside.core.errors import BedsideError, Invalid

# No line and no file is read beyond this: a text has up to a million characters, of up to four bytes each
# (twelve, where JSON escapes them).
_MOST_BYTES = 12_500_000
_PART = 1 << 16

as_option = click.option(
    "--as",
    "kind",
    type=click.Choice(["post", "reply", "incoming"]),
    default="post",
    show_default=True,
    help="What the text is.",
)
tier_option = click.option("--tier", type=click.IntRange(0, 2), help="The highest tier that may judge.")
policy_option = click.option("--policy", metavar="FILE", help="The organisation's policy, as JSON.")
allow_option = click.option("--allow", metavar="FILE", help="The organisation's allow-list, as JSON.")
file_argument = click.argument("file", default="-")


def _data(path: str | None) -> Any:
    if path is None:
        return {}
    try:
        with Path(path).open("rb") as file:
            return json.loads(file.read(_MOST_BYTES))
    except OSError as error:
        raise Invalid(f"{path} cannot be read: {error.strerror}.") from error
    except (ValueError, RecursionError) as error:
        raise Invalid(f"{path} is not JSON: {error}.") from error


def _opened(path: str) -> IO[bytes]:
    if path == "-":
        return sys.stdin.buffer
    try:
        return Path(path).open("rb")
    except OSError as error:
        raise Invalid(f"{path} cannot be read: {error.strerror}.") from error


def _whole(source: IO[bytes]) -> str:
    data = source.read(_MOST_BYTES + 1)
    if len(data) > _MOST_BYTES:
        raise Invalid("The text is too long: the guard reads up to 1,000,000 characters.")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise Invalid(f"The text is not in UTF-8 (byte {error.start}).") from error


def _lines(source: IO[bytes]) -> Iterator[tuple[bytes, int, bool]]:
    """Each line, how many bytes it took, and whether it is whole: of one too long only the beginning."""
    while line := source.readline(_MOST_BYTES):
        size, whole = len(line), True
        while not line.endswith(b"\n") and size >= _MOST_BYTES and (more := source.readline(_PART)):
            size, whole = size + len(more), False
            if more.endswith(b"\n"):
                break
        yield line, size, whole


def _each(source: IO[bytes], size: int, answer: Callable[[str], dict[str, Any]]) -> int:
    """Answer every line of JSON on a line of its own, in order; how many could not be answered.

    How far it is can be told of a file only, and is told where it does not mix with the answers.
    """
    failed = done = 0
    with progress("Screening") if size and not sys.stdout.isatty() else nullcontext() as move:
        for number, (line, length, whole) in enumerate(_lines(source), 1):
            done += length
            if number == 1:
                line = line.removeprefix(BOM_UTF8)
            if not line.strip():
                continue
            given: Any = None
            try:
                given = _read(line, whole)
                _check(given)
                result = {"id": given["id"], **answer(given["text"])}
            # Whatever it is, a mistake of a plug-in too: the lines that follow are still answered.
            except Exception as error:
                failed += 1
                result = {"id": _id_of(given), "line": number, "error": _words(error)}
            text = json.dumps(result, ensure_ascii=False)
            # A lone surrogate, which JSON may escape, has no UTF-8; then ASCII tells it the way it came.
            try:
                out = text.encode("utf-8")
            except UnicodeEncodeError:
                out = json.dumps(result).encode("ascii")
            sys.stdout.buffer.write(out + b"\n")
            if move:
                move(done, size)
            if source is sys.stdin.buffer:
                sys.stdout.buffer.flush()
    sys.stdout.buffer.flush()
    return failed


def _read(line: bytes, whole: bool) -> Any:
    """The JSON of a line. Raises `Invalid` saying what is wrong with it."""
    if not whole:
        raise Invalid("The line is too long: the guard reads up to 1,000,000 characters.")
    try:
        return json.loads(line.decode("utf-8"), parse_constant=_no_constant)
    except UnicodeDecodeError as error:
        raise Invalid(f"The line is not in UTF-8 (byte {error.start}).") from error
    except json.JSONDecodeError as error:
        raise Invalid(f"The line is not JSON: {error.msg} at character {error.pos}.") from error
    except RecursionError as error:
        raise Invalid("The line is nested too deeply.") from error
    except ValueError as error:
        raise Invalid("The line holds a number that is too large.") from error


def _no_constant(name: str) -> NoReturn:
    raise Invalid(f"The line is not JSON: {name} is no number there.")


def _check(given: Any) -> None:
    if not isinstance(given, dict) or "text" not in given or "id" not in given:
        raise Invalid('The line has to be an object with "id" and "text".')
    if not isinstance(given["text"], str):
        raise Invalid('"text" has to be a text.')
    if _id_of(given) is None:
        raise Invalid('"id" has to be a text or a number that JSON can hold.')


def _id_of(given: Any) -> str | int | float | None:
    """The line's id, if it is one that can be said again as it was."""
    name = given.get("id") if isinstance(given, dict) else None
    if isinstance(name, float) and not math.isfinite(name):
        return None
    return name if isinstance(name, str | int | float) else None


def _words(error: Exception) -> str:
    if isinstance(error, BedsideError):
        return error.detail
    return f"The guard could not judge this text ({type(error).__name__})."


def _size(path: str) -> int:
    return Path(path).stat().st_size if path != "-" else 0


def _quoted(words: str) -> str:
    """The words on one line, without what would steer a terminal."""
    line = " ".join(words.split())[:80]
    return "".join(one if one.isprintable() else "\N{REPLACEMENT CHARACTER}" for one in line)


@click.command(
    epilog="""\b
Examples:
  echo "Call Ana Reyes at 555-0142" | bedside screen
  bedside screen --as reply answer.txt
  bedside screen --jsonl texts.jsonl > findings.jsonl
"""
)
@as_option
@tier_option
@click.option("--jsonl", is_flag=True, help='Lines of {"id", "text"} in, one line of JSON out for each.')
@policy_option
@allow_option
@click.option("--json", "as_json", is_flag=True, help="Print one JSON value.")
@file_argument
def screen(
    kind: Any,
    tier: int | None,
    jsonl: bool,
    policy: str | None,
    allow: str | None,
    as_json: bool,
    file: str,
) -> int:
    """Screen a text, or with --jsonl many, for what should not leave. FILE: - for stdin, the default.

    With --jsonl each line in gives a line out, in the same order; a line that cannot be screened gives
    {"id", "line", "error"}, the rest goes on, and the exit code is 2 at the end.
    """
    from bedside.guard import AllowList, Policy
    from bedside.guard import screen as judge

    rules: dict[str, Any] = {
        "policy": Policy.from_data(_data(policy)),
        "allow": AllowList.from_data(_data(allow)),
    }
    source = _opened(file)
    if jsonl:
        failed = _each(source, _size(file), lambda text: judge(text, kind=kind, tier=tier, **rules).as_json())
        if failed:
            click.echo(f"Lines that could not be screened: {failed}.", err=True)
        return 2 if failed else 0
    text = _whole(source)
    found = judge(text, kind=kind, tier=tier, **rules)
    if as_json:
        click.echo(json.dumps(found.as_json(), ensure_ascii=False, indent=2))
        return 0
    click.echo(found.verdict.value)
    for finding in found.findings:
        quoted = _quoted(text[finding.start : finding.end])
        click.echo(f"{finding.severity.value}: {finding.message}" + (f" “{quoted}”" if quoted else ""))
        if finding.suggestion:
            click.echo(f"    Better: {finding.suggestion}")
    return 0


@click.command(
    epilog="""\b
Examples:
  echo "Call Ana Reyes at 555-0142" | bedside redact
  bedside redact --mask █ letter.txt
  bedside redact --jsonl texts.jsonl
"""
)
@click.option("--mask", help="One character to cover with, instead of the type in brackets.")
@click.option("--as", "kind", type=click.Choice(["post", "reply", "incoming"]), default="incoming")
@tier_option
@click.option("--jsonl", is_flag=True, help='Lines of {"id", "text"} in, lines of {"id", "text"} out.')
@allow_option
@file_argument
def redact(mask: str | None, kind: Any, tier: int | None, jsonl: bool, allow: str | None, file: str) -> int:
    """Write a text with its identifiers covered. FILE: - for stdin, the default."""
    from bedside.guard import AllowList, cover
    from bedside.guard import screen as judge

    if mask is not None and len(mask) != 1:
        raise Invalid("The mask has to be one character.")
    known = AllowList.from_data(_data(allow))

    def covered(text: str) -> str:
        return cover(text, judge(text, kind=kind, tier=tier, allow=known).spans, mask=mask)

    source = _opened(file)
    if jsonl:
        failed = _each(source, _size(file), lambda text: {"text": covered(text)})
        if failed:
            click.echo(f"Lines that could not be read: {failed}.", err=True)
        return 2 if failed else 0
    sys.stdout.buffer.write(covered(_whole(source)).encode("utf-8", "surrogatepass"))
    return 0
