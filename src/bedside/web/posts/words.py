"""How states are shown: the kind of tag, and the word on it."""

from __future__ import annotations

from collections import Counter

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from bedside.posts.models import Post
from bedside.publishing.models import WAITS_FOR_A_PERSON, Delivery

D = Delivery.State
DELIVERY_KINDS = {
    D.SCHEDULED: "note",
    D.ARMED: "note",
    D.UNKNOWN: "review",
    D.CONFIRMED: "ok",
    D.UNSURE: "block",
    D.HELD: "review",
    D.FAILED: "block",
    D.CANCELLED: "neutral",
    D.DELETING: "review",
    D.DELETED: "neutral",
}
POST_KINDS = {
    Post.State.DRAFT: "neutral",
    Post.State.IN_REVIEW: "review",
    Post.State.APPROVED: "ok",
    Post.State.SCHEDULED: "note",
    Post.State.OUT: "ok",
    Post.State.DISCARDED: "neutral",
}


def delivery_kind(delivery: Delivery) -> str:
    return DELIVERY_KINDS[D(delivery.state)]


def post_kind(post: Post, states: Counter[str]) -> str:
    """The gravest of its deliveries' kinds once there are any. `states`: how many of them are in which."""
    kinds = {DELIVERY_KINDS[D(state)] for state in _live(post, states)}
    return next(
        (kind for kind in ("block", "review", "note", "ok", "neutral") if kind in kinds),
        POST_KINDS[Post.State(post.state)],
    )


def _live(post: Post, states: Counter[str]) -> Counter[str]:
    if post.state not in {Post.State.SCHEDULED, Post.State.OUT}:
        return Counter()
    return Counter({state: many for state, many in states.items() if state != D.CANCELLED})


def post_word(post: Post, states: Counter[str]) -> str:
    """One word or a few for where the post is: from its deliveries once there are any."""
    live = _live(post, states)
    wrong = sum(live[state] for state in WAITS_FOR_A_PERSON)
    if wrong:
        return ngettext("%d waits for a person", "%d wait for a person", wrong) % wrong
    if live[D.UNKNOWN]:
        return _("Being looked up")
    if live[D.ARMED]:
        return _("On its way")
    if live and live[D.DELETED] == live.total():
        return _("Deleted")
    out = live[D.CONFIRMED]
    if post.state == Post.State.OUT and 0 < out < live.total():
        return _("%(out)d of %(all)d out") % {"out": out, "all": live.total()}
    return str(Post.State(post.state).label)
