"""Who must say yes to a text, who did, and to exactly which text."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from bedside.accounts.models import Person
from bedside.accounts.roles import Role
from bedside.core.ids import new_id
from bedside.posts.models import Post


class Risk(models.TextChoices):
    LOW = "low", _("Low")
    MEDIUM = "medium", _("Medium")
    HIGH = "high", _("High")


class Route(models.Model):
    """The steps a text takes. `name` is a risk, or "claims": what is added for a medical claim.

    `steps` is a list of roles; each step wants one person, a different one each.
    """

    name = models.CharField(max_length=16, primary_key=True)
    steps: models.JSONField[list[str]] = models.JSONField()
    changed_at = models.DateTimeField(auto_now=True)


DEFAULT_ROUTES: dict[str, list[str]] = {
    Risk.LOW: [Role.COMMUNICATIONS_LEAD],
    Risk.MEDIUM: [Role.COMMUNICATIONS_LEAD, Role.PRIVACY_OFFICER],
    Risk.HIGH: [Role.COMMUNICATIONS_LEAD, Role.PRIVACY_OFFICER, Role.LEGAL, Role.EXECUTIVE],
    "claims": [Role.CLINICIAN_REVIEWER],
}


class Review(models.Model):
    """One round of decisions on one digest. Steps and findings are as they were when it was sent in."""

    class State(models.TextChoices):
        OPEN = "open", _("open")
        APPROVED = "approved", _("approved")
        REJECTED = "rejected", _("sent back")
        VOID = "void", _("void: the text changed")
        EXPIRED = "expired", _("expired: its slot has passed")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    post = models.ForeignKey(Post, models.CASCADE, related_name="reviews")
    digest = models.CharField(max_length=64)
    risk = models.CharField(max_length=8, choices=Risk.choices)
    steps: models.JSONField[list[str]] = models.JSONField()
    # [{"channel", "part", "rule", "key", "severity", "message", …}, …]
    findings: models.JSONField[list[dict[str, Any]]] = models.JSONField(default=list)
    # Why the author holds a finding to be right as it is: {finding key: answer}.
    answers: models.JSONField[dict[str, str]] = models.JSONField(default=dict)
    state = models.CharField(max_length=8, choices=State.choices, default=State.OPEN)
    submitted_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    submitted_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["submitted_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["post"],
                condition=models.Q(state__in=["open", "approved"]),
                name="one_live_review_a_post",
            )
        ]
        indexes = [
            models.Index(fields=["submitted_at"], condition=models.Q(state="open"), name="review_open"),
        ]


class Decision(models.Model):
    """One person's yes or no, in one role, to the text with `digest`."""

    class Kind(models.TextChoices):
        APPROVE = "approve", _("approved")
        REJECT = "reject", _("sent back")

    review = models.ForeignKey(Review, models.CASCADE, related_name="decisions")
    step = models.PositiveSmallIntegerField()
    role = models.CharField(max_length=32, choices=Role.choices)
    person = models.ForeignKey(Person, models.PROTECT, related_name="decisions")
    decision = models.CharField(max_length=8, choices=Kind.choices)
    digest = models.CharField(max_length=64)
    comment = models.TextField(blank=True)
    at = models.DateTimeField()

    class Meta:
        ordering = ["at"]
        constraints = [
            models.UniqueConstraint(fields=["review", "person"], name="one_decision_a_person"),
            models.UniqueConstraint(fields=["review", "step"], name="one_decision_a_step"),
        ]


class Comment(models.Model):
    """A remark on a post, beside the text it was made on."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    post = models.ForeignKey(Post, models.CASCADE, related_name="comments")
    digest = models.CharField(max_length=64)
    person = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    text = models.TextField()
    at = models.DateTimeField()

    class Meta:
        ordering = ["at"]


class FalseAlarm(models.Model):
    """Somebody holds the guard to be wrong about these words of a post; who keeps its allow-list settles that."""

    class State(models.TextChoices):
        OPEN = "open", _("open")
        ALLOWED = "allowed", _("taken for ours")
        DISMISSED = "dismissed", _("dismissed")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    post = models.ForeignKey(Post, models.CASCADE, related_name="false_alarms")
    # The digest of the finding's key, which is as long as the words that were matched.
    key = models.CharField(max_length=64)
    rule = models.CharField(max_length=100)
    severity = models.CharField(max_length=8)
    message = models.TextField()
    words = models.TextField()
    # The words in their surroundings, as they stood when this was reported, and where they begin there.
    around = models.TextField()
    begins = models.PositiveSmallIntegerField()
    why = models.TextField(blank=True)
    by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()
    state = models.CharField(max_length=9, choices=State.choices, default=State.OPEN)
    settled_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    settled_at = models.DateTimeField(null=True)
    reason = models.TextField(blank=True)

    class Meta:
        ordering = ["at"]
        constraints = [
            models.UniqueConstraint(
                fields=["post", "key"], condition=models.Q(state="open"), name="one_open_alarm_a_finding"
            )
        ]
        indexes = [
            models.Index(fields=["at"], condition=models.Q(state="open"), name="false_alarm_open"),
            models.Index(fields=["-settled_at"], name="false_alarm_settled"),
        ]
