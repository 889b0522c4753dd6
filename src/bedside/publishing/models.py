"""A delivery: one approved text on its way to one channel, exactly once. The row is the truth."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from bedside.accounts.models import Person
from bedside.connections.models import Connection
from bedside.core.ids import new_id
from bedside.posts.models import Post


class Delivery(models.Model):
    """What leaves for one channel. `id` is the key under which the network is asked to know it.

    Read the states as a story: *scheduled* waits for `next_at`; *armed* is committed before anything goes
    over the network, under a lease; *unknown* has to be looked up at `next_at`; *confirmed* has a receipt;
    *unsure*, *held* and *failed* wait for a person; *deleting* is being taken back.
    """

    class State(models.TextChoices):
        SCHEDULED = "scheduled", _("Scheduled")
        ARMED = "armed", _("On its way")
        UNKNOWN = "unknown", _("Being looked up")
        CONFIRMED = "confirmed", _("Confirmed")
        UNSURE = "unsure", _("Unsure: a person has to look")
        HELD = "held", _("Held: a person has to decide")
        FAILED = "failed", _("Not sent")
        CANCELLED = "cancelled", _("Cancelled")
        DELETING = "deleting", _("Being deleted")
        DELETED = "deleted", _("Deleted")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    post = models.ForeignKey(Post, models.PROTECT, related_name="deliveries")
    connection = models.ForeignKey(Connection, models.PROTECT, related_name="deliveries")
    # The post's digest at scheduling: what was approved, and what has to be there still when it is armed.
    digest = models.CharField(max_length=64)
    content: models.JSONField[dict[str, Any]] = models.JSONField()
    # The whole request, made and committed before its first sending, so that every repetition is the same.
    prepared: models.JSONField[dict[str, Any] | None] = models.JSONField(null=True)
    state = models.CharField(max_length=12, choices=State.choices, default=State.SCHEDULED)
    due_at = models.DateTimeField()
    next_at = models.DateTimeField(null=True)
    # A person has said that it may leave although its slot has passed.
    late_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    late_allowed = models.BooleanField(default=False)
    worker = models.CharField(max_length=64, blank=True)
    lease_until = models.DateTimeField(null=True)
    attempt_count = models.PositiveIntegerField(default=0)
    looks = models.PositiveIntegerField(default=0)
    first_sent_at = models.DateTimeField(null=True)
    # A sending ended without anybody knowing how. From then on it is looked for just before every repetition,
    # for what was absent an hour ago need not be so now; `absent_at` is when it was last proved absent.
    doubtful = models.BooleanField(default=False)
    absent_at = models.DateTimeField(null=True)
    confirmed_at = models.DateTimeField(null=True)
    remote_id = models.CharField(max_length=500, blank=True)
    url = models.CharField(max_length=1000, blank=True)
    # One sentence for people: why it is where it is, and what comes next.
    words = models.CharField(max_length=1000, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name_plural = "deliveries"
        constraints = [
            # One live delivery for one channel of a post: the first thing a second copy would break.
            models.UniqueConstraint(
                fields=["post", "connection"],
                condition=~models.Q(state__in=["cancelled", "deleted"]),
                name="one_live_delivery",
            ),
            # One post on a network is the receipt of one delivery.
            models.UniqueConstraint(
                fields=["connection", "remote_id"], condition=~models.Q(remote_id=""), name="one_receipt_each"
            ),
        ]
        indexes = [
            models.Index(
                fields=["next_at"],
                condition=models.Q(state__in=["scheduled", "unknown", "deleting"]),
                name="delivery_next",
            ),
            models.Index(fields=["lease_until"], condition=models.Q(state="armed"), name="delivery_lease"),
            models.Index(fields=["state", "due_at"], name="delivery_state"),
            models.Index(fields=["due_at"], name="delivery_due"),
            models.Index(fields=["connection", "state", "-confirmed_at"], name="delivery_public"),
        ]

    def __str__(self) -> str:
        return f"{self.post} → {self.connection}"


S = Delivery.State
# From where to where a delivery may go. The outbox and the actions move along these only. From nearly
# everywhere to confirmed, since a receipt that comes late is still proof.
MOVES: dict[str, frozenset[str]] = {
    S.SCHEDULED: frozenset({S.ARMED, S.HELD, S.CANCELLED, S.CONFIRMED}),
    S.ARMED: frozenset({S.CONFIRMED, S.UNKNOWN, S.SCHEDULED, S.FAILED, S.UNSURE, S.HELD}),
    S.UNKNOWN: frozenset({S.ARMED, S.UNSURE, S.CONFIRMED}),
    S.UNSURE: frozenset({S.CONFIRMED, S.FAILED, S.UNKNOWN}),
    S.HELD: frozenset({S.SCHEDULED, S.CANCELLED, S.CONFIRMED}),
    S.FAILED: frozenset({S.SCHEDULED, S.CANCELLED, S.CONFIRMED}),
    S.CONFIRMED: frozenset({S.DELETING}),
    S.DELETING: frozenset({S.DELETED, S.CONFIRMED}),
    S.CANCELLED: frozenset({S.CONFIRMED}),
    S.DELETED: frozenset(),
}
WAITS_FOR_A_PERSON = (S.UNSURE, S.HELD, S.FAILED)
# States in which nothing is or may be on the network yet.
NOT_BEGUN = (S.SCHEDULED, S.HELD, S.FAILED)


class Attempt(models.Model):
    """One piece of work on the network: what was sent, what came back. Written before, completed after."""

    class Kind(models.TextChoices):
        SEND = "send", _("sent")
        FIND = "find", _("looked it up")
        DELETE = "delete", _("asked to delete")

    delivery = models.ForeignKey(Delivery, models.CASCADE, related_name="attempts")
    number = models.PositiveIntegerField()
    kind = models.CharField(max_length=8, choices=Kind.choices)
    worker = models.CharField(max_length=64)
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    # confirmed, absent, refused, busy, unknown, cannot-tell, lost (the process ended before an answer)
    outcome = models.CharField(max_length=16, blank=True)
    words = models.CharField(max_length=1000, blank=True)
    exchanges: models.JSONField[list[dict[str, Any]]] = models.JSONField(default=list)

    class Meta:
        ordering = ["number"]
        constraints = [models.UniqueConstraint(fields=["delivery", "number"], name="attempt_number_once")]


class Pause(models.Model):
    """Everything stands still, because somebody said so. At most one is not lifted."""

    reason = models.CharField(max_length=500)
    by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    by_label = models.CharField(max_length=254)
    at = models.DateTimeField()
    lifted_by_label = models.CharField(max_length=254, blank=True)
    lifted_at = models.DateTimeField(null=True)
    lifted_reason = models.CharField(max_length=500, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                models.Value(1), condition=models.Q(lifted_at=None), name="one_pause_at_a_time"
            )
        ]
