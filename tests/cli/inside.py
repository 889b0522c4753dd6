"""Code that runs in a process of its own on a desk's data, as a colleague of the commands."""

from __future__ import annotations

import subprocess
import sys
import textwrap

from tests.desk import Desk

OPEN = "from bedside.cli.opening import open_desk; open_desk()\n"
# An organisation's worth of people, a newsroom, and `post(text, at)` that is approved and scheduled.
WORLD = """
from datetime import timedelta
from bedside.accounts.actions import add_person
from bedside.accounts.caller import Caller
from bedside.accounts.models import Person
from bedside.approvals.actions import decide, submit
from bedside.connections.models import Connection
from bedside.core import clock
from bedside.posts.actions import Draft, create
from bedside.publishing.actions.schedule import schedule
from bedside.publishing.models import Delivery

shell = Caller(None, "cli")
for email, role in (("ben@example.org", "author"), ("cleo@example.org", "communications-lead")):
    if not Person.objects.filter(email=email).exists():
        add_person(shell, email, [(role, None)])
ben = Caller(Person.objects.get(email="ben@example.org"), "api")
cleo = Caller(Person.objects.get(email="cleo@example.org"), "api")
newsroom = Connection.objects.filter(kind="newsroom").first()
if newsroom is None:
    from bedside.connections.actions import add
    newsroom = add(shell, "newsroom", "Newsroom")

def approved(text, title="News", **more):
    post = create(ben, Draft(text=text, title=title, channels=[newsroom.id], **more))
    submit(ben, post.id)
    decide(cleo, post.id, post.digest, "approve")
    return post

def scheduled(text, after=None, **more):
    post = approved(text, **more)
    return schedule(ben, post.id, clock.now() + after if after else None)[0]
"""


def inside(desk: Desk, code: str, *, world: bool = True) -> str:
    """Run Python on the desk's data; what it prints."""
    done = subprocess.run(
        [sys.executable, "-c", OPEN + (WORLD if world else "") + textwrap.dedent(code)],
        env=desk.environment,
        cwd=desk.home,
        capture_output=True,
        encoding="utf-8",
        timeout=90,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout.strip()


def init(desk: Desk) -> Desk:
    desk.cli("init", "--organisation", "Marlow Valley Health", "--admin", "ana@example.org", "--no-input")
    return desk
