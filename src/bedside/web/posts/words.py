"""How states are shown: the kind of tag, and the word on it."""

from __future__ import annotations

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


def _live(post: Post) -> list[Delivery]:
    return [one for one in post.deliveries.all() if one.state != D.CANCELLED]


def post_kind(post: Post) -> str:
    """The gravest of its deliveries' kinds once there are any. Wants `deliveries` prefetched."""
    kinds = {delivery_kind(one) for one in _live(post)} if post.state in _SENDING else set()
    return next(
        (kind for kind in ("block", "review", "note", "ok", "neutral") if kind in kinds),
        POST_KINDS[Post.State(post.state)],
    )


_SENDING = {Post.State.SCHEDULED, Post.State.OUT}


def post_word(post: Post) -> str:
    """One word or a few for where the post is: from its deliveries once there are any."""
    live = _live(post) if post.state in _SENDING else []
    wrong = sum(one.state in WAITS_FOR_A_PERSON for one in live)
    if wrong:
        return ngettext("%d waits for a person", "%d wait for a person", wrong) % wrong
    if any(one.state == D.UNKNOWN for one in live):
        return _("Being looked up")
    if any(one.state == D.ARMED for one in live):
        return _("On its way")
    if live and all(one.state == D.DELETED for one in live):
        return _("Deleted")
    out = sum(one.state == D.CONFIRMED for one in live)
    if post.state == Post.State.OUT and 0 < out < len(live):
        return _("%(out)d of %(all)d out") % {"out": out, "all": len(live)}
    return str(Post.State(post.state).label)
