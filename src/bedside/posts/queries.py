"""Reads about posts."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from bedside.accounts.caller import Caller
from bedside.accounts.roles import Right
from bedside.channels.port import Problem
from bedside.connections.models import Connection
from bedside.core import clock
from bedside.core.errors import NotFound
from bedside.guard import AllowList, Policy, Screening, Verdict, screen
from bedside.organization.queries import guard_rules
from bedside.posts.content import Content, outgoing, post_content
from bedside.posts.models import Post, Variant


def visible(caller: Caller) -> QuerySet[Post]:
    """The posts the caller may see: all, or those for a channel the caller works on and the caller's own."""
    if not caller.may(Right.READ):
        return Post.objects.none()
    confined = caller.channels()
    if confined is None:
        return Post.objects.all()
    theirs = Variant.objects.filter(post=OuterRef("pk"), connection__in=confined)
    return Post.objects.filter(Exists(theirs) | Q(author=caller.person))


def access_post(caller: Caller, post_id: uuid.UUID) -> Post:
    """The post, with its variants and pictures, or `NotFound` for who may not see it."""
    post = (
        visible(caller)
        .select_related("author")
        .prefetch_related("variants__connection", "pictures__media")
        .filter(id=post_id)
        .first()
    )
    if post is None:
        raise NotFound(_("There is no such post here."))
    return post


def content(post: Post) -> Content:
    return post_content(post, list(post.variants.all()), list(post.pictures.all()))


def connections_of(post: Post) -> list[Connection]:
    return [variant.connection for variant in post.variants.all()]


@dataclass(frozen=True)
class Screened:
    """What the guard says of one text of the post; `channel` None is the text all channels share.

    `part` is text, title, alt or option.
    """

    channel: str | None
    part: str
    text: str
    screening: Screening


def screened(
    whole: Content, *, tier: int | None = None, rules: tuple[Policy, AllowList] | None = None
) -> list[Screened]:
    """The guard's word on every text that would leave, each different text once; by `rules`, if they are known."""
    policy, allow = rules or guard_rules()
    results: list[Screened] = []
    seen: set[str] = set()

    def judge(channel: str | None, part: str, text: str) -> None:
        if text.strip() and text not in seen:
            seen.add(text)
            results.append(Screened(channel, part, text, screen(text, policy=policy, allow=allow, tier=tier)))

    judge(None, "title", whole["title"])
    judge(None, "text", whole["text"])
    for channel, variant in whole["variants"].items():
        judge(channel, "text", variant["text"])
        for picture in variant["pictures"]:
            judge(channel, "alt", picture["alt"])
        # A content warning, say, is read by the public like any other words.
        for value in variant["options"].values():
            if isinstance(value, str):
                judge(channel, "option", value)
    return results


def verdict(results: Sequence[Screened]) -> Verdict:
    """The gravest of all verdicts."""
    return max((result.screening.verdict for result in results), default=Verdict.PASS)


def problems(post: Post) -> dict[str, list[Problem]]:
    """What keeps the post from going to a channel (length, pictures, descriptions), by channel id."""
    whole = content(post)
    found: dict[str, list[Problem]] = {}
    for variant in post.variants.all():
        connection = variant.connection
        ready = outgoing(whole["variants"][str(connection.id)], str(post.id), clock.now())
        wrong = list(connection.channel.check_content(ready, connection.facts))
        if connection.state == Connection.State.REMOVED:
            wrong.append(Problem("channel", _("This channel has been removed. Take it out of the post.")))
        if wrong:
            found[str(connection.id)] = wrong
    return found
