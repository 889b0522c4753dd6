"""`bedside screen` and `bedside redact`: every line answered, in order, as it comes, in little memory."""

from __future__ import annotations

import io
import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bedside.cli import run
from bedside.guard import MAX_LENGTH
from tests.desk import COMMAND

EMAIL = "Write to ana@example.org"


@contextmanager
def _streams(data: bytes) -> Iterator[io.BytesIO]:
    before = sys.stdin, sys.stdout, sys.stderr
    out = io.BytesIO()
    # Kept by a name of its own: a wrapper that nobody holds closes what it wraps.
    wrapped = io.TextIOWrapper(out, encoding="utf-8")
    sys.stdin, sys.stdout, sys.stderr = io.TextIOWrapper(io.BytesIO(data)), wrapped, io.StringIO()
    try:
        yield out
    finally:
        sys.stdin, sys.stdout, sys.stderr = before
        wrapped.detach()


def _answers(data: bytes, command: str = "screen") -> tuple[int, list[Any]]:
    with _streams(data) as out:
        code = run([command, "--jsonl"])
    return code, [json.loads(line) for line in out.getvalue().splitlines()]


def _line(**fields: Any) -> bytes:
    return json.dumps(fields).encode()


BAD = {
    "bytes that are no UTF-8": b'{"id": 1, "text": "caf\xe9"}',
    "a control character": b'{"id": 1, "text": "a\x00b"}',
    "no JSON": b"id,text",
    "a list": b"[1, 2]",
    "no text": _line(id=1),
    "no id": _line(text="x"),
    "an id of null": _line(id=None, text="x"),
    "an id of many parts": _line(id={"a": [1]}, text="x"),
    "an endless id": b'{"id": 1e999, "text": "x"}',
    "an id of 5,000 digits": b'{"id": ' + b"9" * 5000 + b', "text": "x"}',
    "a number elsewhere of 5,000 digits": b'{"id": 1, "n": ' + b"9" * 5000 + b', "text": "x"}',
    "what only Python takes for JSON": b'{"id": NaN, "text": "x"}',
    "a text that is a number": _line(id=1, text=7),
    "a text of 10 MB": _line(id=1, text="a" * 10_000_000),
    "a line of 20 MB": _line(id=1, text="a" * 20_000_000),
    "10,000 brackets": b'{"id": 1, "text": ' + b"[" * 10_000,
}


@pytest.mark.parametrize("command", ["screen", "redact"])
@pytest.mark.parametrize("bad", BAD.values(), ids=BAD)
def test_a_bad_line_is_told_in_its_place_and_the_rest_is_done(bad: bytes, command: str) -> None:
    code, answers = _answers(
        b"\n".join([_line(id="before", text=EMAIL), bad, _line(id=2.5, text=EMAIL)]), command
    )
    assert code == 2
    assert [one["id"] for one in (answers[0], answers[2])] == ["before", 2.5]
    assert len(answers) == 3
    assert answers[1]["line"] == 2
    assert answers[1]["error"].endswith(".")
    assert "error" not in answers[0]
    assert "error" not in answers[2]


def test_what_is_odd_but_allowed_is_answered() -> None:
    lines = [
        b"\xef\xbb\xbf" + _line(id="\ud800", text="half a pair \ud83d, and \u202e back"),
        b"",
        _line(id="", text=""),
        _line(id=-1, text="a\u2028b\x85c\td", more=[1]) + b"\r",
        _line(id="longest", text="a " * (MAX_LENGTH // 2)),
        b'{"id": "last, without an end", "text": "x"}',
    ]
    code, answers = _answers(b"\n".join(lines))
    assert code == 0
    assert [one["id"] for one in answers] == ["\ud800", "", -1, "longest", "last, without an end"]


def test_a_plug_in_that_breaks_costs_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    import bedside.guard

    right = bedside.guard.screen

    def breaks(text: str, **more: Any) -> Any:
        return right(text, **more) if "good" in text else {}["nothing"]

    monkeypatch.setattr(bedside.guard, "screen", breaks)
    code, answers = _answers(_line(id=1, text="bad") + b"\n" + _line(id=2, text="good"))
    assert code == 2
    assert "KeyError" in answers[0]["error"]
    assert answers[1]["verdict"] == "pass"


@settings(max_examples=150, deadline=None)
@given(st.lists(st.binary(max_size=60) | st.text(max_size=40).map(lambda text: _line(id=1, text=text))))
def test_any_bytes_give_one_answer_for_each_line_that_is_not_empty(lines: list[bytes]) -> None:
    data = b"\n".join(lines)
    _code, answers = _answers(data)
    whole = data.removeprefix(b"\xef\xbb\xbf").split(b"\n")
    assert len(answers) == sum(1 for line in whole if line.strip())


def test_offsets_are_code_points_of_the_text_as_it_was_given() -> None:
    text = "👩🏽‍⚕️ 𝔄 " + EMAIL
    _code, (answer,) = _answers(_line(id=1, text=text))
    assert set(answer) == {"id", "verdict", "spans", "findings", "grade", "tier"}
    (start, end, kind), *_more = answer["spans"]
    assert (text[start:end], kind) == ("ana@example.org", "EMAIL")
    for finding in answer["findings"]:
        assert set(finding) >= {"rule", "severity", "start", "end", "message", "source", "suggestion"}


def test_the_first_answer_comes_before_the_second_question() -> None:
    with subprocess.Popen(
        [COMMAND, "screen", "--jsonl"], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as asked:
        assert asked.stdin and asked.stdout
        for number in range(2):
            asked.stdin.write(_line(id=number, text=EMAIL) + b"\n")
            asked.stdin.flush()
            assert json.loads(asked.stdout.readline())["id"] == number
        asked.stdin.close()
        assert asked.wait(30) == 0


MEASURED = """
import io, json, resource, sys
from bedside.cli import run
class Endless(io.RawIOBase):
    left = int(sys.argv[1])
    def readable(self): return True
    def readinto(self, into):
        if not self.left: return 0
        self.left -= 1
        line = json.dumps({"id": self.left, "text": f"Notice {self.left}: call 312-555-0142. " * 20}).encode() + b"\\n"
        into[:len(line)] = line
        return len(line)
sys.stdin = io.TextIOWrapper(io.BufferedReader(Endless()))
assert run(["screen", "--jsonl"]) == 0
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, file=sys.stderr)
"""


def test_ten_times_the_lines_take_no_more_memory() -> None:
    peaks = []
    for lines in (200, 2_000):
        done = subprocess.run(
            [sys.executable, "-c", MEASURED, str(lines)], capture_output=True, check=True, timeout=300
        )
        assert done.stdout.count(b"\n") == lines
        peaks.append(int(done.stderr))
    assert peaks[1] < peaks[0] + 20_000, f"{peaks} KiB"


def test_screening_needs_neither_django_nor_a_desk(tmp_path: Path) -> None:
    for options, spared in (("", ("django", "rich")), ("'--tier', '0',", ("django", "rich", "numpy"))):
        code = (
            f"import sys; from bedside.cli import run; run(['screen', {options} '--json']); "
            f"assert not [name for name in sys.modules if name.split('.')[0] in {spared}]"
        )
        subprocess.run(
            [sys.executable, "-c", code], input=EMAIL.encode(), cwd=tmp_path, check=True, timeout=60
        )
    assert not list(tmp_path.iterdir())


def test_a_terminal_is_never_steered_by_a_text(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    file = tmp_path / "text.txt"
    file.write_text("Call \x1b[2J312-555-0142\x1b]0;x\x07 or ana@exa\u202emple.org")
    assert run(["screen", str(file)]) == 0
    assert not {"\x1b", "\x07", "\u202e"} & set(capsys.readouterr().out)


def test_redact_covers_and_leaves_every_other_byte(tmp_path: Path) -> None:
    file = tmp_path / "letter.txt"
    file.write_bytes("Grüße,\r\nwrite to ana@example.org 👋\r\n".encode())
    for options, wanted in (
        ([], "Grüße,\r\nwrite to [EMAIL] 👋\r\n"),
        (["--mask", "█"], f"Grüße,\r\nwrite to {'█' * 15} 👋\r\n"),
    ):
        with _streams(b"") as out:
            assert run(["redact", "--tier", "0", *options, str(file)]) == 0
        assert out.getvalue().decode() == wanted
    code, answers = _answers(_line(id="a", text=EMAIL), "redact")
    assert (code, answers) == (0, [{"id": "a", "text": "Write to [EMAIL]"}])


def test_the_organisation_s_own_is_not_covered(tmp_path: Path) -> None:
    allow = tmp_path / "allow.json"
    allow.write_text('{"urls": ["example.org"], "phones": ["312-555-0142"]}')
    file = tmp_path / "post.txt"
    file.write_text("Call 312-555-0142, or 312-555-0143.")
    with _streams(b"") as out:
        assert run(["redact", "--allow", str(allow), str(file)]) == 0
    assert out.getvalue().decode() == "Call 312-555-0142, or [PHONE]."
