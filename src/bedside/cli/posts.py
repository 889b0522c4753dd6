"""`bedside post`: write, list, show."""

from __future__ import annotations

import sys
import uuid
from pathlib import Path
from typing import Any

import click

from bedside.cli.opening import ID, acting, open_desk
from bedside.cli.output import as_json_option, print_json, print_table
from bedside.core.errors import Invalid

_MOST_BYTES = 500_000
reader_option = click.option("--user", "email", metavar="EMAIL", help="As this person sees it.")


@click.group()
def post() -> None:
    """Posts: write, list, show. Approving is done at the desk or through the API, by a person."""


def _text(text: str | None, file: str | None) -> str:
    if (text is None) == (file is None):
        raise Invalid("Give the text as an argument, or its file with --file (- for stdin).")
    if file is None:
        return text or ""
    try:
        if file == "-":
            data = sys.stdin.buffer.read(_MOST_BYTES + 1)
        else:
            with Path(file).open("rb") as opened:
                data = opened.read(_MOST_BYTES + 1)
        if len(data) > _MOST_BYTES:
            raise Invalid("The text has more than 100,000 characters.")
        return data.decode("utf-8").removeprefix("\ufeff").rstrip("\n")
    except UnicodeDecodeError as error:
        raise Invalid(f"The text is not in UTF-8 (byte {error.start}).") from error
    except OSError as error:
        raise Invalid(f"{file} cannot be read: {error.strerror}.") from error


def _shown(post: Any, caller: Any) -> dict[str, Any]:
    from bedside.approvals.queries import live_review, steps
    from bedside.approvals.risk import finding_rows
    from bedside.posts.queries import content, problems, screened

    review = live_review(post)
    return {
        "id": post.id,
        "state": post.state,
        "version": post.version,
        "digest": post.digest,
        "title": post.title,
        "text": post.text,
        "language": post.language,
        "author": post.author.email if post.author else None,
        "due_at": post.due_at,
        "channels": [
            {"id": v.connection_id, "name": v.connection.name, "text": v.text} for v in post.variants.all()
        ],
        "findings": finding_rows(screened(content(post))),
        "problems": {
            channel: [{"field": p.field, "message": p.message} for p in found]
            for channel, found in problems(post).items()
        },
        "review": review
        and {
            "state": review.state,
            "risk": review.risk,
            "steps": [
                {
                    "role": step.role,
                    "decision": step.decision and step.decision.decision,
                    "by": step.decision and step.decision.person.email,
                }
                for step in steps(review)
            ],
        },
        "deliveries": [
            {"id": d.id, "channel": d.connection.name, "state": d.state, "url": d.url, "words": d.words}
            for d in post.deliveries.select_related("connection").order_by("created_at")
        ],
    }


@post.command(
    epilog="""\b
Examples:
  bedside post create "Our flu clinic opens on Monday." --user ben@example.org \\
      --channel 0198f3c2-7d1e-7a55-9c5e-0b6f2f3f9a10
  bedside post create --file notice.txt --title "Flu clinic" --user ben@example.org
  echo "We open at nine." | bedside post create --file - --user ben@example.org --json
"""
)
@click.argument("text", required=False)
@click.option("--file", metavar="FILE", help="Read the text from a file; - for stdin.")
@click.option("--channel", "channels", multiple=True, type=ID, help="Where it goes; repeat for more.")
@click.option("--user", "email", required=True, metavar="EMAIL", help="Who writes.")
@click.option("--title", help="A title, for channels that show one.")
@click.option("--language", help="A code such as en or es-MX.")
@as_json_option
def create(
    text: str | None,
    file: str | None,
    channels: tuple[uuid.UUID, ...],
    email: str,
    title: str | None,
    language: str | None,
    as_json: bool,
) -> None:
    """Begin a draft, and print its id alone (what the guard finds goes to stderr)."""
    words = _text(text, file)
    open_desk()
    from bedside.posts.actions import Draft
    from bedside.posts.actions import create as begin

    caller = acting(email)
    made = begin(
        caller, Draft(text=words, title=title, language=language, channels=list(dict.fromkeys(channels)))
    )
    shown = _shown(made, caller)
    if as_json:
        print_json(shown)
        return
    for finding in shown["findings"]:
        click.echo(f"{finding['severity']}: {finding['message']}", err=True)
    click.echo(str(made.id))


@post.command(
    "list",
    epilog="""\b
Examples:
  bedside post list
  bedside post list --state scheduled --limit 10 --json
""",
)
@click.option("--state", help="draft, in_review, approved, scheduled, out or discarded.")
@click.option("--limit", type=click.IntRange(1, 1000), default=50, show_default=True)
@reader_option
@as_json_option
def list_posts(state: str | None, limit: int, email: str | None, as_json: bool) -> None:
    """List posts, the last changed first."""
    open_desk()
    from bedside.posts.models import Post
    from bedside.posts.queries import visible

    found = visible(acting(email)).select_related("author").order_by("-updated_at")
    if state is not None:
        if state not in Post.State.values:
            raise Invalid(f"There is no state “{state[:40]}”. There are: {', '.join(Post.State.values)}.")
        found = found.filter(state=state)
    rows = [
        {
            "id": row.id,
            "state": row.state,
            "title": str(row),
            "author": row.author.email if row.author else None,
            "due_at": row.due_at,
            "updated_at": row.updated_at,
        }
        for row in found[:limit]
    ]
    if as_json:
        print_json({"items": rows})
        return
    headings = {"id": "Id", "state": "State", "title": "Post", "author": "By", "due_at": "Due"}
    print_table(rows, headings, "There is no post.")


@post.command(
    epilog="""\b
Example:
  bedside post show 0198f3c2-7d1e-7a55-9c5e-0b6f2f3f9a10 --json
"""
)
@click.argument("post_id", metavar="ID", type=ID)
@reader_option
@as_json_option
def show(post_id: uuid.UUID, email: str | None, as_json: bool) -> None:
    """Show a post: its text, findings, approvals and deliveries."""
    open_desk()
    from bedside.posts.queries import access_post

    caller = acting(email)
    shown = _shown(access_post(caller, post_id), caller)
    if as_json:
        print_json(shown)
        return
    if shown["title"]:
        click.echo(shown["title"])
    click.echo(shown["text"])
    click.echo(f"\n{shown['state']} · {shown['author'] or 'nobody'} · {shown['digest']}")
    for channel in shown["channels"]:
        click.echo(f"→ {channel['name']}" + (f": {channel['text']}" if channel["text"] else ""))
    for finding in shown["findings"]:
        click.echo(f"{finding['severity']}: {finding['message']}")
    for step in (shown["review"] or {}).get("steps", []):
        click.echo(f"{step['role']}: {step['decision'] or 'waits'} {step['by'] or ''}".rstrip())
    for delivery in shown["deliveries"]:
        click.echo(
            f"{delivery['channel']}: {delivery['state']} {delivery['url'] or delivery['words']}".rstrip()
        )
