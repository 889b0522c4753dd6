"""What changes a post. Nothing else writes its text."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from bedside.accounts.caller import Caller
from bedside.accounts.roles import Right
from bedside.audit.actions import record
from bedside.connections.models import Connection
from bedside.connections.queries import visible as visible_connections
from bedside.core import clock
from bedside.core.errors import Conflict, Forbidden, Invalid, NotFound
from bedside.core.text import digest
from bedside.media.actions import clean_alt
from bedside.media.models import Media
from bedside.media.queries import access_media
from bedside.posts.content import post_content, post_digest, variant_content
from bedside.posts.models import MOVES, Post, PostPicture, Revision, Variant, post_edited
from bedside.posts.queries import access_post

LONGEST_TEXT = 100_000
MOST_CHANNELS = 50
MOST_PICTURES = 20
# Autosave writes every few seconds; what one person types in one go is one revision.
ONE_GO = timedelta(minutes=5)


@dataclass(frozen=True)
class PictureChoice:
    """A picture to show; `alt` None: the description it was uploaded with."""

    media: uuid.UUID
    alt: str | None = None


@dataclass(frozen=True)
class VariantChoice:
    """How one channel differs. None: as the post itself."""

    text: str | None = None
    media: Sequence[uuid.UUID] | None = None
    options: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Draft:
    """What to write; a field left None stays as it is (in a new post: empty)."""

    text: str | None = None
    title: str | None = None
    language: str | None = None
    channels: Sequence[uuid.UUID] | None = None
    pictures: Sequence[PictureChoice] | None = None
    variants: Mapping[uuid.UUID, VariantChoice] | None = None


def create(caller: Caller, draft: Draft) -> Post:
    """Begin a post. Raises `Invalid` for a text too long or a channel unknown, `Forbidden` without the right."""
    caller.require(Right.WRITE)
    with transaction.atomic():
        now = clock.now()
        post = Post.objects.create(author=caller.person, digest="", updated_at=now)
        _write(caller, post, draft)
        record("post.created", actor=caller.actor, noun_id=post.id, detail={"digest": post.digest})
    return access_post(caller, post.id)


def edit(caller: Caller, post_id: uuid.UUID, draft: Draft, version: int | None = None) -> Post:
    """Change a post. Any change of what would leave voids its decisions and takes it back to draft.

    `version` is the one the caller read; when somebody has changed the post since, nothing is written and
    `Conflict` carries the version that is there now. None: write over whatever is there.
    """
    with transaction.atomic():
        post = _locked(caller, post_id)
        _may_write(caller, post)
        if version is not None and version != post.version:
            last = post.revisions.select_related("by").last()
            raise Conflict(
                _(
                    "%(who)s changed this post while you were writing. Nothing of yours is lost: compare and choose."
                )
                % {"who": (last and last.by) or _("Somebody")},
                version=post.version,
            )
        if post.state == Post.State.OUT:
            raise Conflict(_("This post is out already. Write a new one to correct it."))
        if post.state == Post.State.DISCARDED:
            raise Conflict(_("This post has been discarded. Bring it back first."))
        before = post.digest
        written = _write(caller, post, draft)
        if post.digest != before and post.state != Post.State.DRAFT:
            post_edited.send(Post, post=post, caller=caller)
            post.state, post.slot, post.slot_zone, post.due_at = Post.State.DRAFT, "", "", None
            post.save(update_fields=["state", "slot", "slot_zone", "due_at"])
        if written:
            record(
                "post.edited",
                actor=caller.actor,
                noun_id=post.id,
                detail={"before": before, "digest": post.digest},
            )
    return access_post(caller, post_id)


def discard(caller: Caller, post_id: uuid.UUID) -> None:
    """Put a post away. It can be brought back; what is scheduled or out cannot be discarded."""
    with transaction.atomic():
        post = _locked(caller, post_id)
        _may_write(caller, post)
        if post.state in {Post.State.IN_REVIEW, Post.State.APPROVED}:
            post_edited.send(Post, post=post, caller=caller)
        move(post, Post.State.DISCARDED)
        record("post.discarded", actor=caller.actor, noun_id=post.id)


def restore(caller: Caller, post_id: uuid.UUID) -> None:
    with transaction.atomic():
        post = _locked(caller, post_id)
        _may_write(caller, post)
        if post.state != Post.State.DISCARDED:
            raise Conflict(_("This post has not been discarded."))
        move(post, Post.State.DRAFT)
        record("post.restored", actor=caller.actor, noun_id=post.id)


def move(post: Post, to: str) -> None:
    """Take a post, locked by the caller's transaction, to another state. Raises `Conflict` for a wrong step."""
    if to not in MOVES[post.state]:
        raise Conflict(
            _("This post is “%(now)s” and cannot become “%(then)s”.")
            % {"now": Post.State(post.state).label, "then": Post.State(to).label},
            state=post.state,
        )
    moved = Post.objects.filter(id=post.id, state=post.state).update(state=to, updated_at=clock.now())
    if moved != 1:
        raise Conflict(_("Somebody else has just moved this post on. Load it again."))
    post.state = to


def _locked(caller: Caller, post_id: uuid.UUID) -> Post:
    access_post(caller, post_id)
    return Post.objects.select_for_update(no_key=True).get(id=post_id)


def _may_write(caller: Caller, post: Post) -> None:
    for connection_id in post.variants.values_list("connection", flat=True):
        caller.require(Right.WRITE, connection_id)
    caller.require(Right.WRITE)


def _write(caller: Caller, post: Post, draft: Draft) -> bool:
    """Apply `draft`, then bring digests, version and revision up to date; whether anything changed, be it
    something that no channel shows. In a transaction."""
    before = _own(post.id)
    if draft.text is not None:
        if len(draft.text) > LONGEST_TEXT:
            raise Invalid(_("The text has more than 100,000 characters."), fields=["text"])
        post.text = draft.text.replace("\r\n", "\n").replace("\x00", "")
    if draft.title is not None:
        title = " ".join(draft.title.replace("\x00", "").split())
        if len(title) > 200:
            raise Invalid(_("The title has more than 200 characters."), fields=["title"])
        post.title = title
    if draft.language is not None:
        if not 2 <= len(draft.language) <= 16 or not draft.language.replace("-", "").isalnum():
            raise Invalid(_("Write the language as a short code such as en or es-MX."), fields=["language"])
        post.language = draft.language
    if draft.pictures is not None:
        _write_pictures(caller, post, draft.pictures)
    if draft.channels is not None:
        _write_channels(caller, post, draft.channels)
    if draft.variants is not None:
        _write_variants(post, draft.variants)

    variants = list(post.variants.all())
    pictures = list(post.pictures.select_related("media"))
    for variant in variants:
        fresh = digest(variant_content(post, variant, pictures))
        if fresh != variant.digest:
            variant.digest = fresh
            variant.save(update_fields=["digest"])
    whole = post_content(post, variants, pictures)
    fresh = post_digest(whole)
    words = (post.text, post.title, post.language)
    if fresh == post.digest and before == (words, [(one.media_id, one.alt) for one in pictures]):
        return False
    post.digest = fresh
    post.version += 1 if post.revisions.exists() else 0
    post.updated_at = clock.now()
    post.save(update_fields=["title", "text", "language", "digest", "version", "updated_at"])
    _write_revision(caller, post, whole)
    return True


def _own(post_id: uuid.UUID) -> tuple[tuple[str, str, str], list[tuple[uuid.UUID, str]]]:
    """What the post holds of its own as it is kept: words and pictures, whether or not a channel shows them."""
    words = Post.objects.filter(id=post_id).values_list("text", "title", "language").get()
    return words, list(PostPicture.objects.filter(post=post_id).values_list("media_id", "alt"))


def _write_pictures(caller: Caller, post: Post, choices: Sequence[PictureChoice]) -> None:
    if len(choices) > MOST_PICTURES:
        raise Invalid(_("A post holds up to %d pictures.") % MOST_PICTURES, fields=["media"])
    if len({choice.media for choice in choices}) != len(choices):
        raise Invalid(_("The same picture is in the post twice."), fields=["media"])
    there = {picture.media_id: picture for picture in post.pictures.select_related("media")}
    fresh: list[PostPicture] = []
    for position, choice in enumerate(choices):
        kept = there.get(choice.media)
        try:
            media: Media = kept.media if kept else access_media(caller, choice.media)
        except NotFound as error:
            raise Invalid(_("There is no picture %s.") % choice.media, fields=["media"]) from error
        alt = clean_alt(choice.alt) if choice.alt is not None else kept.alt if kept else media.alt_text
        fresh.append(PostPicture(post=post, media=media, position=position, alt=alt))
    post.pictures.all().delete()
    PostPicture.objects.bulk_create(fresh)


def _write_channels(caller: Caller, post: Post, wanted: Sequence[uuid.UUID]) -> None:
    if len(wanted) > MOST_CHANNELS:
        raise Invalid(_("A post goes to up to %d channels.") % MOST_CHANNELS, fields=["channels"])
    there = set(post.variants.values_list("connection", flat=True))
    known = set(visible_connections(caller).filter(id__in=wanted).values_list("id", flat=True))
    for connection_id in set(wanted) - there:
        if connection_id not in known:
            raise Invalid(_("There is no channel %s.") % connection_id, fields=["channels"])
        if not caller.may(Right.WRITE, connection_id):
            raise Forbidden(_("Your role does not let you write for this channel."))
    post.variants.exclude(connection__in=wanted).delete()
    for connection in Connection.objects.filter(id__in=set(wanted) - there):
        Variant.objects.create(post=post, connection=connection, digest="")


def _write_variants(post: Post, choices: Mapping[uuid.UUID, VariantChoice]) -> None:
    variants = {variant.connection_id: variant for variant in post.variants.all()}
    shown = {str(media) for media in post.pictures.values_list("media", flat=True)}
    for connection_id, choice in choices.items():
        variant = variants.get(connection_id)
        if variant is None:
            raise Invalid(
                _("The post has words for channel %s, but does not go there.") % connection_id,
                fields=["variants"],
            )
        if choice.text is not None and len(choice.text) > LONGEST_TEXT:
            raise Invalid(_("The text has more than 100,000 characters."), fields=["variants"])
        media = None if choice.media is None else [str(media) for media in choice.media]
        if media is not None and not set(media) <= shown:
            raise Invalid(_("A channel can only show pictures that the post holds."), fields=["variants"])
        if len(choice.options) > 20 or any(len(str(value)) > 1000 for value in choice.options.values()):
            raise Invalid(_("A channel takes up to 20 options of 1,000 characters."), fields=["variants"])
        text = choice.text
        variant.text = None if text is None else text.replace("\r\n", "\n").replace("\x00", "")
        variant.media, variant.options = media, dict(choice.options)
        variant.save(update_fields=["text", "media", "options"])


def _write_revision(caller: Caller, post: Post, whole: dict[str, Any]) -> None:
    last = post.revisions.last()
    now = clock.now()
    same_go = (
        last is not None
        and last.by_id == (caller.person and caller.person.id)
        and post.state == Post.State.DRAFT
        and now - last.at < ONE_GO
        and not last.frozen
    )
    if last is not None and same_go:
        last.content, last.digest = whole, post.digest
        last.save(update_fields=["content", "digest"])
        return
    Revision.objects.create(
        post=post,
        number=last.number + 1 if last else 1,
        digest=post.digest,
        content=whole,
        by=caller.person,
        at=now,
    )
