from __future__ import annotations

import tomllib
from collections.abc import Iterator
from importlib.metadata import EntryPoint
from pathlib import Path

import pytest

from bedside.channels import registry
from bedside.channels.newsroom import CHANNEL
from bedside.core.errors import NotFound

PYPROJECT = Path(__file__).resolve().parents[4] / "pyproject.toml"


@pytest.fixture(autouse=True)
def fresh() -> Iterator[None]:
    registry._load.cache_clear()
    yield
    registry._load.cache_clear()


def plug(monkeypatch: pytest.MonkeyPatch, *entries: tuple[str, str]) -> None:
    made = [EntryPoint(name, value, registry.GROUP) for name, value in entries]
    monkeypatch.setattr(registry, "entry_points", lambda group: made)


def test_built_in_ones_are_those_of_the_package() -> None:
    declared = tomllib.loads(PYPROJECT.read_text("utf-8"))["project"]["entry-points"][registry.GROUP]
    assert {entry.name: entry.value for entry in registry.BUILT_IN} == declared


def test_they_are_there_without_metadata_and_once_with_it(monkeypatch: pytest.MonkeyPatch) -> None:
    plug(monkeypatch)
    assert list(registry.channels()) == ["newsroom", "bluesky", "mastodon", "webhook"]
    registry._load.cache_clear()
    plug(monkeypatch, *[(entry.name, entry.value) for entry in registry.BUILT_IN])
    assert list(registry.channels()) == ["newsroom", "bluesky", "mastodon", "webhook"]
    assert not registry.broken()


def test_unknown_kind_names_those_there_are() -> None:
    with pytest.raises(NotFound, match="newsroom"):
        registry.channel("carrier-pigeon")


def test_broken_plug_ins_are_named_and_harm_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    plug(
        monkeypatch,
        ("missing", "no_such_package:CHANNEL"),
        ("wrong", "bedside.channels.registry:GROUP"),
        ("othername", "bedside.channels.newsroom:CHANNEL"),
        ("newsroom", "bedside.channels.newsroom.channel:CHANNEL"),
    )
    assert registry.channel("newsroom") is CHANNEL
    assert len(registry.channels()) == 4
    assert len(registry.broken()) == 4
