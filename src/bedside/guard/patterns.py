"""Patterns: RE2 over the folded text. Matching takes time linear in the text, whatever the pattern."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property
from typing import Any, Protocol

import re2  # type: ignore[import-untyped]


class Match(Protocol):
    """A place where a pattern matches; offsets are into the folded text."""

    def start(self, group: int = 0) -> int: ...
    def end(self, group: int = 0) -> int: ...
    def group(self, group: int = 0) -> bytes | None: ...


class Found:
    """One place where a pattern matches, and its groups; a group that took no part begins at -1."""

    __slots__ = ("_data", "_spans")

    def __init__(self, data: bytes, spans: list[tuple[int, int]]) -> None:
        self._data = data
        self._spans = spans

    def start(self, group: int = 0) -> int:
        return self._spans[group][0]

    def end(self, group: int = 0) -> int:
        return self._spans[group][1]

    def group(self, group: int = 0) -> bytes | None:
        start, end = self._spans[group]
        return None if start < 0 else self._data[start:end]


def _options(memory: int) -> Any:
    options = re2.Options()
    options.encoding = re2.Options.Encoding.LATIN1
    options.max_mem = memory
    options.log_errors = False
    return options


def _any_space(source: str) -> str:
    """Let a space outside brackets stand for any white space."""
    parts, in_class, escaped = [], False, False
    for character in source:
        if escaped:
            escaped = False
        elif character == "\\":
            escaped = True
        elif character == "[":
            in_class = True
        elif character == "]":
            in_class = False
        parts.append(r"\s+" if character == " " and not in_class else character)
    return "".join(parts).replace(r"\s+?", r"\s*").replace(r"\s+*", r"\s*")


class Pattern:
    """One expression in RE2 syntax, read over the lower-cased text unless `cased`; compiled when first used.
    A space in `source` stands for any white space, ` ?` for any or none."""

    def __init__(self, source: str, *, cased: bool = False) -> None:
        self.source = _any_space(source).encode("latin-1")
        self.cased = cased

    @cached_property
    def compiled(self) -> Any:
        return re2.compile(self.source, _options(16 << 20))

    def places(self, data: bytes, most: int) -> list[Match]:
        """The first `most` places in `data` where this matches, none on another."""
        # What re2's own `finditer` does for bytes, without a generator and two calls for every place.
        look, anchor, end = self.compiled._regexp.Match, re2._Anchor.UNANCHORED, len(data)
        found: list[Match] = []
        at = 0
        while len(found) < most:
            spans = look(anchor, data, at, end)
            after = spans[0][1]
            if after < 0:
                break
            found.append(Found(data, spans))
            if at == end:
                break
            at = after if after > at else at + 1
        return found


class PatternSet:
    """Finds in one pass which of many patterns occur in a text at all."""

    def __init__(self, patterns: Iterable[Pattern]) -> None:
        self._groups: list[tuple[bool, list[Pattern], Any]] = []
        ordered = list(dict.fromkeys(patterns))
        for cased in (False, True):
            chosen = [pattern for pattern in ordered if pattern.cased is cased]
            if chosen:
                compiled = re2.Set.SearchSet(_options(64 << 20))
                for pattern in chosen:
                    compiled.Add(pattern.source)
                compiled.Compile()
                self._groups.append((cased, chosen, compiled))

    def occurring(self, plain: bytes, lower: bytes) -> set[Pattern]:
        """The patterns that match somewhere."""
        found: set[Pattern] = set()
        for cased, patterns, compiled in self._groups:
            found.update([patterns[index] for index in compiled.Match(plain if cased else lower) or ()])
        return found
