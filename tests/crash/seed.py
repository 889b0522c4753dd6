"""Approved and scheduled posts for a desk that is not running: `python -m tests.crash.seed`, told what on stdin.

Everything goes through the actions, as people's clicks do; the channels sign in for real.
"""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.desk import Desk

ROOT = Path(__file__).resolve().parents[2]
BATCH = 50


@dataclass(frozen=True)
class Seeded:
    """`channels` and `texts` by name and in order; `token` may do everything through the API."""

    channels: dict[str, str]
    texts: list[str]
    posts: list[str]
    token: str


def seed(
    desk: Desk, channels: dict[str, dict[str, str]], posts: int, *, seconds: float = 0, spread: float = 0
) -> Seeded:
    """`posts` posts for all `channels` (name → kind, url, identifier, secret), due in `seconds`, evenly over
    `spread` seconds."""
    told = {"channels": channels, "posts": posts, "seconds": seconds, "spread": spread}
    done = subprocess.run(
        [sys.executable, "-m", "tests.crash.seed"],
        env={**desk.environment, "PYTHONPATH": str(ROOT)},
        input=json.dumps(told),
        cwd=ROOT,
        capture_output=True,
        encoding="utf-8",
        timeout=400,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return Seeded(**json.loads(done.stdout.splitlines()[-1]))


def main(told: dict[str, Any]) -> None:
    from bedside.cli.opening import open_desk

    open_desk(current=False)
    from bedside.operations.schema import migrate

    migrate()
    from datetime import timedelta

    from django.db import transaction

    from bedside.accounts.actions import add_person, create_token
    from bedside.accounts.caller import Caller
    from bedside.accounts.models import Person
    from bedside.approvals.actions import decide, submit
    from bedside.connections.actions import add
    from bedside.core import clock
    from bedside.organization.actions import set_up
    from bedside.posts.actions import Draft, create
    from bedside.publishing.actions import schedule

    shell = Caller(None, "cli")
    set_up(shell, "Marlow Valley Health", time_zone="America/Chicago", is_public_entity=True)

    def person(role: str) -> Caller:
        made = add_person(shell, f"{role}@example.org", [(role, None)], role.title())
        return Caller(Person.objects.get(id=made.id), "api", "192.0.2.7")

    author, lead, administrator = person("author"), person("communications-lead"), person("administrator")
    assert administrator.person is not None
    _row, token = create_token(shell, administrator.person, ["all"])
    ids = {name: add(shell, name=name, **how).id for name, how in told["channels"].items()}
    texts, waiting = [], []
    for first in range(0, told["posts"], BATCH):
        with transaction.atomic():
            for number in range(first, min(first + BATCH, told["posts"])):
                text = f"Our choir sings in the garden again, and everybody is welcome. Song {number:04d}."
                draft = Draft(text=text, title=f"Song {number:04d}", channels=list(ids.values()))
                post = create(author, draft)
                submit(author, post.id)
                decide(lead, post.id, post.digest, "approve")
                texts.append(text)
                waiting.append(post.id)
    start = clock.now() + timedelta(seconds=told["seconds"])
    with transaction.atomic():
        for number, post_id in enumerate(waiting):
            at = start + timedelta(seconds=told["spread"] * number / max(1, len(waiting)))
            schedule(author, post_id, at if told["seconds"] or told["spread"] else None)
    channels = {name: str(channel) for name, channel in ids.items()}
    print(
        json.dumps(
            {"channels": channels, "texts": texts, "posts": [str(one) for one in waiting], "token": token}
        )
    )


if __name__ == "__main__":
    main(json.load(sys.stdin))
