from __future__ import annotations

from typing import Any

import pytest
from django.db import OperationalError

from bedside.operations import checkup as module
from bedside.operations.checkup import checkup

pytestmark = pytest.mark.django_db


def test_every_part_is_looked_at_and_the_missing_loop_is_found(newsroom: Any) -> None:
    lines = {line.part: line for line in checkup()}
    assert {"settings", "data folder", "clock", "database", "keys", "record", "deliveries"} <= set(lines)
    assert lines["channel Newsroom"].state == "good"
    assert lines["database"].state == "good"
    assert lines["deliveries"].state == "bad"
    assert "bedside worker" in lines["deliveries"].words


def test_a_part_that_cannot_be_looked_at_does_not_hide_the_others(monkeypatch: pytest.MonkeyPatch) -> None:
    def away() -> None:
        raise OperationalError("gone away")

    monkeypatch.setattr(module, "_database", away)
    lines = {line.part: line for line in checkup()}
    assert "gone away" in lines["database"].words
    assert lines["record"].state == "good"
