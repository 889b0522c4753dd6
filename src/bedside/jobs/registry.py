"""What there is to do, as the rooms above declare it. Rows are the truth; this only says where to look."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True)
class Work:
    """Rows that want something done at a time.

    - `due(now, limit, full)`: the ids that are due, in order, each with its lane, and none of the lanes that
      are full; a slow lane never takes more than half of the hands.
    - `do(id, worker)`: one step with one row; safe to call twice and from two processes.
    - `keep(worker)`: say that this worker is alive and still busy with what it has in hand.
    """

    name: str
    due: Callable[[datetime, int, Collection[str]], list[tuple[uuid.UUID, str]]]
    do: Callable[[uuid.UUID, str], bool]
    keep: Callable[[str], None]


@dataclass(frozen=True)
class Chore:
    """Something done every so often by whichever worker comes first; it must bear being done twice."""

    name: str
    every: timedelta
    do: Callable[[], None]


works: dict[str, Work] = {}
chores: dict[str, Chore] = {}


def register(*declared: Work | Chore) -> None:
    for one in declared:
        if isinstance(one, Work):
            works[one.name] = one
        else:
            chores[one.name] = one
