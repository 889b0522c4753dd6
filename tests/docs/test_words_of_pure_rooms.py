"""Every sentence for people in the rooms without Django goes through `bedside.core.words`.

Read from the source: what becomes a message must be a literal in `_(…)`, wherever in its function it is put
together, since that alone is found by `makemessages` and has its values filled in after translation.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

SOURCE = Path(__file__).resolve().parents[2] / "src" / "bedside"
FILES = sorted(
    path
    for room in ("channels", "core", "guard")
    for path in (SOURCE / room).rglob("*.py")
    if "tests" not in path.parts
)
TREES = {path: ast.parse(path.read_text("utf-8")) for path in FILES}
TRANSLATORS = {"_", "gettext", "ngettext", "gettext_noop"}
NAMES = {"Bluesky", "Mastodon"}

# What carries words to people, and in which argument; with each error also those derived from it.
ERRORS = {"BedsideError", "ChannelError"}
POSITIONS = {
    "SafeToSend": 0,
    "CannotTell": 0,
    "Problem": 1,
    "refusal": 1,
    "_after_sending": 1,
    "call": 2,
    "problems": 3,
}
KEYWORDS = {"title", "explanation", "promise", "unit", "message", "detail", "why"}


def carriers(trees: list[ast.Module]) -> dict[str, int]:
    errors = set(ERRORS)
    classes = [node for tree in trees for node in ast.walk(tree) if isinstance(node, ast.ClassDef)]
    for _round in classes:
        errors |= {one.name for one in classes if errors & {ast.unparse(base) for base in one.bases}}
    return {**dict.fromkeys(errors, 0), **POSITIONS}


class Room:
    """One module: which words in it reach people without having been through a translator."""

    def __init__(self, tree: ast.Module, known: dict[str, int]) -> None:
        self.tree, self.known = tree, known
        self.functions = {node.name: node for node in tree.body if isinstance(node, ast.FunctionDef)}

    def loose(self) -> list[str]:
        return [text for text in self._loose(self.tree, self.tree) if letters(text)]

    def _loose(self, node: ast.AST, scope: ast.AST) -> Iterator[str]:
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.Call):
                for message in self._messages(child):
                    yield from self._outside(message, scope, set())
            if isinstance(child, ast.ClassDef):
                for value in assigned(child, "title"):
                    yield from self._outside(value, child, set())
            yield from self._loose(child, child if isinstance(child, ast.FunctionDef) else scope)

    def _messages(self, call: ast.Call) -> Iterator[ast.expr]:
        name = call.func.attr if isinstance(call.func, ast.Attribute) else ast.unparse(call.func)
        if name in self.known:
            yield from call.args[self.known[name] : self.known[name] + 1]
        if name in self.known or name in {"Channel", "Limits"}:
            yield from (one.value for one in call.keywords if one.arg in KEYWORDS)

    def _outside(self, node: ast.AST, scope: ast.AST, seen: set[str]) -> Iterator[str]:
        """The pieces of text in the expression `node` that no translator has seen."""
        match node:
            case ast.Constant(value=str(text)):
                yield text
            case ast.Call(func=ast.Name(id=name)) if name in TRANSLATORS:
                # A name or attribute may stand there for what was marked with gettext_noop; never a made-up text.
                yield from (
                    ast.unparse(one) for one in node.args if isinstance(one, ast.JoinedStr | ast.BinOp)
                )
            case ast.Call(func=ast.Name(id=name)):
                if name in self.functions and name not in seen:
                    function = self.functions[name]
                    for one in ast.walk(function):
                        if isinstance(one, ast.Return) and one.value is not None:
                            yield from self._outside(one.value, function, seen | {name})
            case ast.Call(func=ast.Attribute(value=ast.Constant() | ast.JoinedStr() as text)):
                yield from self._outside(text, scope, seen)
            case ast.Call():
                pass
            case ast.Name(id=name) if name not in seen:
                for value in assigned(scope, name):
                    yield from self._outside(value, scope, seen | {name})
            case ast.Subscript(value=value):
                yield from self._outside(value, scope, seen)
            case ast.Dict(values=values):
                for value in values:
                    yield from self._outside(value, scope, seen)
            case ast.IfExp(body=body, orelse=other):
                yield from self._outside(body, scope, seen)
                yield from self._outside(other, scope, seen)
            case ast.FormattedValue(value=value):
                yield from self._outside(value, scope, seen)
            case ast.BinOp() | ast.BoolOp() | ast.JoinedStr() | ast.NamedExpr():
                for child in ast.iter_child_nodes(node):
                    yield from self._outside(child, scope, seen)


def assigned(scope: ast.AST, name: str) -> Iterator[ast.expr]:
    """Every value that `name` is given in `scope`."""
    for node in ast.walk(scope):
        targets = node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", None)]
        value = getattr(node, "value", None)
        if isinstance(value, ast.expr) and any(one and ast.unparse(one) == name for one in targets):
            yield value


def letters(text: str) -> list[str]:
    return [word for word in re.findall(r"[^\W\d_]{2,}", text) if word not in NAMES]


KNOWN = carriers(list(TREES.values()))


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(SOURCE)))
def test_no_sentence_is_outside_gettext(path: Path) -> None:
    assert Room(TREES[path], KNOWN).loose() == []


def test_the_errors_of_the_rooms_are_known() -> None:
    assert {
        "Refused",
        "SignInRefused",
        "Busy",
        "Unknown",
        "Redirected",
        "TokenDead",
        "Invalid",
    } <= KNOWN.keys()


@pytest.mark.parametrize(
    "source",
    [
        'raise Refused("Too long")',
        'raise TokenDead(f"Too long: {text}")',
        'raise Busy(_(f"Too long: {text}"))',
        'raise Unknown("Too long: {}".format(text))',
        'raise NotFound(_("%(name)s") % {"name": "the post"})',
        'found.append(Problem("text", _("Short") if short else "Long"))',
        'Problem("text", message="Too long")',
        'raise refusal(answer, "the post")',
        'session.call("GET", "example.get", "to look", writes=False)',
        'CHANNEL = Channel(kind="fax", title="Fax")',
        'class Fax(Refused):\n    title = "Fax"',
        'def send():\n    words = f"Too long: {text}"\n    raise Refused(words)',
        'def send():\n    words = _("Too long")\n    words += " by far"\n    raise Refused(words)',
        'def said():\n    return f"Too long: {text}"\ndef send():\n    raise Refused(said())',
    ],
)
def test_a_sentence_outside_would_be_found(source: str) -> None:
    assert Room(ast.parse(source), KNOWN).loose() != []


@pytest.mark.parametrize(
    "source",
    [
        'raise Refused(_("Too long: %(text)s") % {"text": text["name"]})',
        'raise Refused(f"{host}: {said}.")',
        'raise TypeError("for builders of channels")',
        'Problem("text", ngettext("one", "more", 2))',
        'CHANNEL = Channel(kind="bluesky", title="Bluesky", promise=gettext_noop("Once."))',
    ],
)
def test_a_sentence_inside_is_left_alone(source: str) -> None:
    assert Room(ast.parse(source), KNOWN).loose() == []
