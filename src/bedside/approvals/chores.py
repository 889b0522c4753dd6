"""What is done for approvals every so often."""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction

from bedside.accounts.caller import Caller
from bedside.approvals.actions import expire
from bedside.core import clock
from bedside.posts.actions import move
from bedside.posts.models import Post, post_edited

# An approval was for a slot. So long after it, whoever lets a held post go has to have it approved anew.
AFTER_ITS_SLOT = timedelta(hours=24)


# Without a slot nothing passes; but nobody remembers after a quarter of a year what they said yes to.
WITHOUT_A_SLOT = timedelta(days=90)


def expire_approvals() -> None:
    """Take back to draft every post whose slot passed a day ago and of which nothing has left, and every one
    that was approved a quarter of a year ago and never got a slot."""
    forgotten = Post.objects.filter(
        state=Post.State.APPROVED,
        reviews__state="approved",
        reviews__closed_at__lte=clock.now() - WITHOUT_A_SLOT,
    )
    for post_id in forgotten.values_list("id", flat=True)[:200]:
        with transaction.atomic():
            post = (
                Post.objects.select_for_update(no_key=True)
                .filter(id=post_id, state=Post.State.APPROVED)
                .first()
            )
            if post is not None:
                expire(post)
                move(post, Post.State.DRAFT)
    stale = Post.objects.filter(state=Post.State.SCHEDULED, due_at__lte=clock.now() - AFTER_ITS_SLOT)
    for post_id in stale.values_list("id", flat=True)[:200]:
        with transaction.atomic():
            post = (
                Post.objects.select_for_update(no_key=True)
                .filter(id=post_id, state=Post.State.SCHEDULED)
                .first()
            )
            if post is None or post.due_at is None or post.due_at > clock.now() - AFTER_ITS_SLOT:
                continue
            expire(post)
            post_edited.send(Post, post=post, caller=Caller(None, "worker"))
            Post.objects.filter(id=post.id).update(
                state=Post.State.DRAFT, slot="", slot_zone="", due_at=None, updated_at=clock.now()
            )
