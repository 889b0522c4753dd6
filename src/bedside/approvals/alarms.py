"""False alarms of the guard: whoever works on a post reports one, whoever keeps the allow-list settles it."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from bedside.accounts.caller import Caller
from bedside.accounts.roles import Right
from bedside.approvals.models import FalseAlarm
from bedside.audit.actions import Record, record, record_many
from bedside.core import clock
from bedside.core.errors import Conflict, Invalid, NotFound
from bedside.core.text import digest
from bedside.guard import Category, rules
from bedside.organization.actions import allow_words, clean_reason
from bedside.posts.models import Post
from bedside.posts.queries import access_post, content, screened

# How much of the text to each side says what the words meant there.
AROUND = 120
LONGEST_WORDS = 300
LONGEST_WHY = 1000


def report(caller: Caller, post_id: uuid.UUID, key: str, why: str = "") -> FalseAlarm:
    """Say that the finding with `key`, which the guard makes in this post now, is a false alarm.

    It stands until somebody settles the alarm; reported twice, it is one alarm still. Raises `Conflict` when the
    guard does not find this (any more), `Invalid` for a `why` over 1,000 characters.
    """
    why = " ".join(why.split())
    if len(why) > LONGEST_WHY:
        raise Invalid(_("Say it in up to 1,000 characters."), fields=["why"])
    with transaction.atomic():
        access_post(caller, post_id)
        caller.require(Right.COMMENT)
        # Two who report the same at once come one after the other.
        Post.objects.select_for_update(no_key=True).get(id=post_id)
        post = access_post(caller, post_id)
        name = digest(key)
        known = post.false_alarms.filter(key=name, state=FalseAlarm.State.OPEN).first()
        if known is not None:
            return known
        for result in screened(content(post)):
            for finding in result.screening.findings:
                if finding.key != key:
                    continue
                low, high = max(0, finding.start - AROUND), finding.end + AROUND
                alarm = FalseAlarm.objects.create(
                    post=post,
                    key=name,
                    rule=finding.rule,
                    severity=str(finding.severity),
                    message=finding.message,
                    words=result.text[finding.start : finding.end][:LONGEST_WORDS],
                    around=result.text[low:high][: LONGEST_WORDS + 2 * AROUND],
                    begins=finding.start - low,
                    why=why,
                    by=caller.person,
                    at=clock.now(),
                )
                record(
                    "post.alarm_reported",
                    actor=caller.actor,
                    noun_id=post.id,
                    detail={"alarm": alarm.id, "rule": alarm.rule, "why": why},
                )
                return alarm
    raise Conflict(_("The guard does not find this in the text any more."))


def allow(caller: Caller, alarm_id: uuid.UUID, kind: str, words: str, reason: str) -> FalseAlarm:
    """Add `words` to the list `kind` of the guard's allow-list, and settle the alarm with it, together with every
    open one about the same words.

    Raises `Invalid` where the allow-list could change nothing, since the rule is not about identifiers.
    """
    with transaction.atomic():
        rows = _open_ones(caller, alarm_id)
        if not can_be_allowed(rows[0].rule):
            raise Invalid(
                _("This rule looks at what is said and not at whose it is: the allow-list does not reach it.")
            )
        allow_words(caller, kind, words, reason)
        _settle(caller, rows, FalseAlarm.State.ALLOWED, reason, {"kind": kind, "words": words})
    return rows[0]


def dismiss(caller: Caller, alarm_id: uuid.UUID, reason: str) -> FalseAlarm:
    """Settle the alarm, and every open one about the same words: the guard goes on finding this."""
    with transaction.atomic():
        rows = _open_ones(caller, alarm_id)
        _settle(caller, rows, FalseAlarm.State.DISMISSED, reason, {})
    return rows[0]


def alarms(caller: Caller, *, settled: bool = False) -> QuerySet[FalseAlarm]:
    """The alarms that wait, the oldest first, or those that are settled, the latest first."""
    caller.require(Right.GUARD)
    rows = FalseAlarm.objects.select_related("post", "by", "settled_by")
    if settled:
        return rows.exclude(state=FalseAlarm.State.OPEN).order_by("-settled_at", "-id")
    return rows.filter(state=FalseAlarm.State.OPEN).order_by("at", "id")


def how_many_wait(caller: Caller) -> int:
    """How many alarms wait for this person to settle them."""
    return alarms(caller).count() if caller.may(Right.GUARD) else 0


def reported_in(post: Post) -> set[str]:
    """The findings of this post that are reported and not settled, as digests of their keys."""
    return set(post.false_alarms.filter(state=FalseAlarm.State.OPEN).values_list("key", flat=True))


def can_be_allowed(rule_id: str) -> bool:
    """Whether the allow-list reaches this rule: it holds what is the organisation's own among identifiers."""
    return any(rule.id == rule_id and rule.category is Category.IDENTIFIER for rule in rules())


def _open_ones(caller: Caller, alarm_id: uuid.UUID) -> list[FalseAlarm]:
    """The alarm and every open one about the same words, locked in one order, the one that was meant first."""
    caller.require(Right.GUARD)
    alarm = FalseAlarm.objects.filter(id=alarm_id).first()
    if alarm is None:
        raise NotFound(_("There is no such false alarm here."))
    same = FalseAlarm.objects.select_for_update(no_key=True).filter(
        key=alarm.key, state=FalseAlarm.State.OPEN
    )
    rows = sorted(same.order_by("id"), key=lambda row: row.id != alarm_id)
    if not rows or rows[0].id != alarm_id:
        raise Conflict(_("Somebody has settled this already."))
    return rows


def _settle(
    caller: Caller,
    rows: Sequence[FalseAlarm],
    state: FalseAlarm.State,
    reason: str,
    detail: Mapping[str, str],
) -> None:
    reason, now = clean_reason(reason), clock.now()
    for row in rows:
        row.state, row.settled_by, row.settled_at, row.reason = state, caller.person, now, reason
        row.save(update_fields=["state", "settled_by", "settled_at", "reason"])
    record_many(
        Record(
            f"post.alarm_{state.value}",
            caller.actor,
            row.post_id,
            {"alarm": row.id, "rule": row.rule, "reason": reason, **detail},
        )
        for row in rows
    )
