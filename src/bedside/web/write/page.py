"""What the composer shows of a post: channels with their counts, findings, problems, previews."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from bedside.accounts.caller import Caller
from bedside.accounts.doors import caller_of
from bedside.accounts.roles import Right
from bedside.approvals.alarms import reported_in
from bedside.approvals.queries import last_word, live_review
from bedside.approvals.risk import finding_rows
from bedside.connections.models import Connection
from bedside.connections.queries import visible as visible_connections
from bedside.posts.models import Post
from bedside.posts.queries import content, problems, screened
from bedside.web.frame import organisation_of
from bedside.web.guard.words import shown_findings
from bedside.web.posts.views import length_words, previews, way_of

FORM = "post-form"


def writable(caller: Caller) -> list[Connection]:
    """The channels this person may write for."""
    return [one for one in visible_connections(caller) if caller.may(Right.WRITE, one.id)]


def counted(connection: Connection, text: str) -> dict[str, Any]:
    """How long `text` is for this channel, as its network counts."""
    limit = connection.channel.limits(connection.facts).text
    count = connection.channel.count(text)
    words = length_words(count, limit)
    return {"count": count, "limit": limit, "over": bool(limit and count > limit), "words": words}


def state_of(request: HttpRequest, post: Post | None, **more: Any) -> dict[str, Any]:
    """Everything the page and its parts need; `post` None is the blank page."""
    caller = caller_of(request)
    connections = writable(caller)
    own = organisation_of(request)
    context: dict[str, Any] = {
        "title": str(post) if post else _("Write"),
        "post": post,
        "form_id": FORM,
        "language": post.language if post else (own.language if own else "en"),
        "version": post.version if post else "",
        "channels": [_channel(one, post) for one in connections],
        "none_chosen": post is None or not post.variants.all(),
        "findings": [],
        "previews": [],
        "pictures": [],
        "problems": [],
        **more,
    }
    if post is None:
        context["steps"] = [
            {"word": _("Draft"), "state": "now", "who": str(caller.person)},
            *({"word": word, "state": "next"} for word in (_("Review"), _("Approved"), _("Out"))),
        ]
        return context
    whole = content(post)
    rows = finding_rows(screened(whole))
    names = {str(variant.connection_id): variant.connection.name for variant in post.variants.all()}
    answers: Mapping[str, str] = more.get("answers") or {}
    context |= {
        "steps": way_of(post, live_review(post), []),
        "rows": rows,
        "findings": _with_buttons(
            rows, shown_findings(rows, answers, str(caller.person), names, reported_in(post))
        ),
        "problems": [
            {"channel": names[channel], "message": problem.message}
            for channel, found in problems(post).items()
            for problem in found
        ],
        "previews": previews(post, whole),
        "pictures": [
            {
                "media": picture.media,
                "alt": picture.alt,
                "url": reverse("post_picture", args=[post.id, picture.media.sha256]),
            }
            for picture in post.pictures.all()
        ],
        "sent_back": last_word(post),
        "voids": post.state in {Post.State.IN_REVIEW, Post.State.APPROVED, Post.State.SCHEDULED},
    }
    return context


def _with_buttons(rows: list[dict[str, Any]], shown: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The findings with what one does about each: write what the guard suggests, or report a false alarm."""
    suggested = {row["key"]: row for row in rows if row["suggestion"] and row["part"] in {"text", "title"}}
    for one in shown:
        one["alarm_form"] = FORM
        row = suggested.get(one["key"])
        if row and not one["answer"]:
            one |= {
                "verb": _("Write “%s” instead") % row["suggestion"],
                "press": row["key"],
                "form": FORM,
            }
    return shown


def _channel(connection: Connection, post: Post | None) -> dict[str, Any]:
    variant = (
        next((v for v in post.variants.all() if v.connection_id == connection.id), None) if post else None
    )
    own = variant.text if variant else None
    text = own if own is not None else (post.text if post else "")
    return {
        "row": connection,
        "chosen": variant is not None,
        "own": own or "",
        "options": variant.options if variant else {},
        "counted": counted(connection, text),
        "asleep": connection.state != Connection.State.CONNECTED,
    }
