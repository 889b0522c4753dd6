"""A post, its variant for each channel, its pictures, and every text it has had."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.dispatch import Signal
from django.utils.translation import gettext_lazy as _

from bedside.accounts.models import Person
from bedside.connections.models import Connection
from bedside.core.ids import new_id
from bedside.media.models import Media

# What rooms above must do when a text changes: void its decisions, take back its deliveries. They are told
# inside the transaction of the edit, with `post` and `caller`, and may refuse it by raising `Conflict`.
post_edited = Signal()


class Post(models.Model):
    """What is said once, and tailored for each channel.

    `digest` covers everything that would leave: see `bedside.posts.content`. `version` rises with every
    change and lets two people in one draft notice each other.
    """

    class State(models.TextChoices):
        DRAFT = "draft", _("Draft")
        IN_REVIEW = "in_review", _("In review")
        APPROVED = "approved", _("Approved")
        SCHEDULED = "scheduled", _("Scheduled")
        OUT = "out", _("Out")
        DISCARDED = "discarded", _("Discarded")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    title = models.CharField(_("title"), max_length=200, blank=True)
    text = models.TextField(_("text"), blank=True)
    language = models.CharField(_("language"), max_length=16, default="en")
    author = models.ForeignKey(Person, models.PROTECT, null=True, related_name="posts")
    state = models.CharField(max_length=12, choices=State.choices, default=State.DRAFT)
    digest = models.CharField(max_length=64)
    version = models.PositiveIntegerField(default=1)
    # The slot is what a clock on the wall of `slot_zone` shows (“2026-11-24T09:30”); `due_at` is when that is.
    slot = models.CharField(max_length=16, blank=True)
    slot_zone = models.CharField(max_length=64, blank=True)
    due_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["-updated_at"], name="post_updated"),
            models.Index(fields=["state", "-updated_at"], name="post_state"),
            models.Index(fields=["state", "due_at"], name="post_slot"),
        ]

    def __str__(self) -> str:
        return self.title or " ".join(self.text.split())[:80] or str(_("Empty draft"))


# From where to where a post may go; everything else is refused by `bedside.posts.actions.move`.
MOVES: dict[str, frozenset[str]] = {
    Post.State.DRAFT: frozenset({Post.State.IN_REVIEW, Post.State.DISCARDED}),
    Post.State.IN_REVIEW: frozenset({Post.State.DRAFT, Post.State.APPROVED, Post.State.DISCARDED}),
    Post.State.APPROVED: frozenset({Post.State.DRAFT, Post.State.SCHEDULED, Post.State.DISCARDED}),
    Post.State.SCHEDULED: frozenset({Post.State.DRAFT, Post.State.APPROVED, Post.State.OUT}),
    Post.State.OUT: frozenset(),
    Post.State.DISCARDED: frozenset({Post.State.DRAFT}),
}


class Variant(models.Model):
    """The post as it goes to one channel. `text` None: the post's own text; `media` None: all its pictures."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    post = models.ForeignKey(Post, models.CASCADE, related_name="variants")
    connection = models.ForeignKey(Connection, models.PROTECT, related_name="variants")
    text = models.TextField(null=True)
    media: models.JSONField[list[str] | None] = models.JSONField(null=True)
    options: models.JSONField[dict[str, Any]] = models.JSONField(default=dict)
    digest = models.CharField(max_length=64)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["post", "connection"], name="variant_once_a_channel")]


class PostPicture(models.Model):
    """A picture in a post, with the words that describe it here."""

    post = models.ForeignKey(Post, models.CASCADE, related_name="pictures")
    media = models.ForeignKey(Media, models.PROTECT, related_name="uses")
    position = models.PositiveSmallIntegerField()
    alt = models.CharField(max_length=2000, blank=True)

    class Meta:
        ordering = ["position"]
        constraints = [models.UniqueConstraint(fields=["post", "media"], name="picture_once_a_post")]


class Revision(models.Model):
    """One state of a post's content, and who brought it about: what a decision's digest can be read as."""

    post = models.ForeignKey(Post, models.CASCADE, related_name="revisions")
    number = models.PositiveIntegerField()
    digest = models.CharField(max_length=64)
    content: models.JSONField[dict[str, Any]] = models.JSONField()
    by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()
    # Somebody has been asked to decide on this text: it stays as it is for good.
    frozen = models.BooleanField(default=False)

    class Meta:
        ordering = ["number"]
        constraints = [models.UniqueConstraint(fields=["post", "number"], name="revision_number_once")]
