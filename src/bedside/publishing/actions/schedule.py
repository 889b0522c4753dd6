"""From approved to scheduled, to another time, and back."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from bedside.accounts.caller import Caller
from bedside.accounts.roles import Right
from bedside.approvals.queries import objections
from bedside.audit.actions import record
from bedside.core import clock
from bedside.core.errors import Conflict, Invalid
from bedside.jobs.wake import wake
from bedside.organization.queries import organization
from bedside.posts.actions import move
from bedside.posts.models import Post
from bedside.posts.queries import access_post, content
from bedside.publishing.models import NOT_BEGUN, Delivery

S = Delivery.State
FURTHEST = timedelta(days=730)
LATE_IS_NOW = timedelta(minutes=1)


def schedule(
    caller: Caller, post_id: uuid.UUID, at: datetime | None = None, zone: str = ""
) -> list[Delivery]:
    """Make the deliveries of an approved post, one for each channel; `at` None: now.

    `at` naive is what a clock on the wall shows in `zone` (default: the person's, then the organisation's)
    and stays so when clocks change; `at` aware is that moment. Raises `Invalid` for a time that has passed.
    """
    with transaction.atomic():
        post = _locked(caller, post_id)
        if post.state == Post.State.SCHEDULED:
            raise Conflict(
                _("This post is scheduled already; choose another time for it instead."), state=post.state
            )
        if post.state != Post.State.APPROVED:
            raise Conflict(_("Only an approved post can be scheduled."), state=post.state)
        if wrong := objections(post, post.digest):
            raise Conflict(" ".join(wrong), state=post.state)
        _set_slot(caller, post, at, zone)
        whole = content(post)
        assert post.due_at is not None
        deliveries = [
            Delivery(
                post=post,
                connection=variant.connection,
                digest=post.digest,
                content=whole["variants"][str(variant.connection_id)],
                due_at=post.due_at,
                next_at=post.due_at,
            )
            for variant in post.variants.all()
        ]
        Delivery.objects.bulk_create(deliveries)
        move(post, Post.State.SCHEDULED)
        record(
            "post.scheduled",
            actor=caller.actor,
            noun_id=post.id,
            detail={"due_at": post.due_at, "digest": post.digest, "deliveries": [d.id for d in deliveries]},
        )
        wake([delivery.id for delivery in deliveries], post.due_at)
    return deliveries


def reschedule(caller: Caller, post_id: uuid.UUID, at: datetime | None, zone: str = "") -> Post:
    """Give a scheduled post another slot. What has left already is not called back."""
    with transaction.atomic():
        post = _locked(caller, post_id)
        if post.state != Post.State.SCHEDULED:
            raise Conflict(_("This post is not waiting for a slot."), state=post.state)
        before = post.due_at
        _set_slot(caller, post, at, zone)
        assert post.due_at is not None
        moved = list(post.deliveries.filter(state__in=[S.SCHEDULED, S.HELD]).values_list("id", flat=True))
        Delivery.objects.filter(id__in=moved, state__in=[S.SCHEDULED, S.HELD]).update(
            state=S.SCHEDULED, due_at=post.due_at, next_at=post.due_at, late_allowed=False, words=""
        )
        record(
            "post.scheduled",
            actor=caller.actor,
            noun_id=post.id,
            detail={"before": before, "due_at": post.due_at, "digest": post.digest},
        )
        wake(moved, post.due_at)
    return post


def unschedule(caller: Caller, post_id: uuid.UUID) -> Post:
    """Take a post from the schedule; it stays approved."""
    with transaction.atomic():
        post = _locked(caller, post_id)
        if post.state != Post.State.SCHEDULED:
            raise Conflict(_("This post is not waiting for a slot."), state=post.state)
        _cancel(post)
        post.slot, post.slot_zone, post.due_at = "", "", None
        post.save(update_fields=["slot", "slot_zone", "due_at"])
        move(post, Post.State.APPROVED)
        record("post.unscheduled", actor=caller.actor, noun_id=post.id)
    return post


def withdraw(post: Post) -> None:
    """The text has changed: nothing of the old one leaves. In the transaction of the edit.

    Raises `Conflict` when some of it is on its way or out already.
    """
    begun = post.deliveries.exclude(state__in=[*NOT_BEGUN, S.CANCELLED]).exists()
    if begun:
        raise Conflict(_("This post is on its way already and cannot be changed any more."))
    _cancel(post)


def realign_slots() -> None:
    """Compute every waiting slot's moment anew, since a time zone's rules may have changed."""
    waiting = Post.objects.filter(state=Post.State.SCHEDULED).exclude(slot="")
    for slot in list(waiting.values_list("id", "slot", "slot_zone", "due_at")):
        due_at = clock.to_utc(datetime.fromisoformat(slot[1]), slot[2])
        if due_at != slot[3] and due_at > clock.now():
            with transaction.atomic():
                post = (
                    waiting.select_for_update(no_key=True)
                    .filter(id=slot[0], slot=slot[1], slot_zone=slot[2])
                    .first()
                )
                if post is None:
                    continue
                Post.objects.filter(id=post.id).update(due_at=due_at)
                post.deliveries.filter(state=S.SCHEDULED, attempt_count=0).update(
                    due_at=due_at, next_at=due_at
                )


def _cancel(post: Post) -> None:
    post.deliveries.filter(state__in=NOT_BEGUN).update(state=S.CANCELLED, next_at=None)


def _set_slot(caller: Caller, post: Post, at: datetime | None, zone: str) -> None:
    now = clock.now()
    own = organization()
    zone = zone or (caller.person.time_zone if caller.person else "") or (own.time_zone if own else "UTC")
    if at is None:
        post.slot, post.slot_zone, post.due_at = "", zone, now
    else:
        place = clock.zone(zone)
        due_at = at if at.tzinfo else clock.to_utc(at, zone)
        wall = at.astimezone(place).replace(tzinfo=None) if at.tzinfo else at
        if due_at < now - LATE_IS_NOW:
            raise Invalid(_("That time has passed. Choose one that is still to come."), fields=["at"])
        if due_at > now + FURTHEST:
            raise Invalid(_("Choose a time within the next two years."), fields=["at"])
        # A slot on the wall has no seconds and means the first of two hours alike: what it cannot say is kept as
        # the moment that was given.
        says_it = not (wall.second or wall.microsecond) and clock.to_utc(wall, zone) == due_at
        post.slot = wall.isoformat(timespec="minutes") if says_it else ""
        post.slot_zone, post.due_at = zone, due_at
    post.save(update_fields=["slot", "slot_zone", "due_at"])


def _locked(caller: Caller, post_id: uuid.UUID) -> Post:
    access_post(caller, post_id)
    Post.objects.select_for_update(no_key=True).get(id=post_id)
    post = access_post(caller, post_id)
    for variant in post.variants.all():
        caller.require(Right.SCHEDULE, variant.connection_id)
    caller.require(Right.SCHEDULE)
    return post
