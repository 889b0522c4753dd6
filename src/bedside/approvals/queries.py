"""Reads about approvals, and the check of an approval that counts at sending."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Prefetch, QuerySet
from django.utils.translation import gettext as _

from bedside.accounts.caller import Caller
from bedside.accounts.models import Person
from bedside.accounts.roles import Right, Role
from bedside.approvals.models import DEFAULT_ROUTES, Decision, Review, Route
from bedside.posts.models import Post, Revision
from bedside.posts.queries import visible


def routes() -> dict[str, list[str]]:
    """The steps of every route by its name."""
    return {**DEFAULT_ROUTES, **dict(Route.objects.values_list("name", "steps"))}


def live_review(post: Post) -> Review | None:
    """The review that is open or stands approved, with its decisions."""
    return (
        post.reviews.filter(state__in=[Review.State.OPEN, Review.State.APPROVED])
        .prefetch_related(Prefetch("decisions", Decision.objects.select_related("person")))
        .last()
    )


def contributors(post: Post) -> set[uuid.UUID]:
    """The ids of everybody whose words are, or were, in the post."""
    everybody = {post.author_id, *post.revisions.values_list("by", flat=True)}
    return {one for one in everybody if one is not None}


@dataclass(frozen=True)
class Step:
    """One step of a review: the role it wants and the decision it has."""

    number: int
    role: Role
    decision: Decision | None


def steps(review: Review) -> list[Step]:
    taken: Mapping[int, Decision] = {decision.step: decision for decision in review.decisions.all()}
    return [Step(number, Role(role), taken.get(number)) for number, role in enumerate(review.steps)]


def holds_role(person: Person, role: Role, post: Post) -> bool:
    """Whether the person holds the role for every channel the post goes to."""
    channels = [variant.connection_id for variant in post.variants.all()]
    if not channels:
        return role in person.roles()
    return all(role in person.roles(channel) for channel in channels)


def open_step_for(person: Person, review: Review, post: Post) -> Step | None:
    """The first undecided step that this person may decide; None when there is none or it is their own text."""
    if person.id in contributors(post) or review.submitted_by_id == person.id:
        return None
    if any(decision.person_id == person.id for decision in review.decisions.all()):
        return None
    return next((s for s in steps(review) if s.decision is None and holds_role(person, s.role, post)), None)


def objections(post: Post, digest: str, review: Review | None = None) -> list[str]:
    """Why `digest` may not leave now, judged afresh from the decisions and the roles people hold today.

    `review`: the post's `live_review`, where it has just been read.
    """
    review = review or live_review(post)
    if review is None or review.state != Review.State.APPROVED:
        return [_("The post has no approval that stands.")]
    if review.digest != digest:
        return [_("The text is not the one that was approved.")]
    found: list[str] = []
    own, seen = contributors(post), set()
    for step in steps(review):
        decision = step.decision
        if decision is None or decision.decision != Decision.Kind.APPROVE or decision.digest != digest:
            found.append(_("The approval as %s is missing.") % step.role.label)
            continue
        person = decision.person
        if not holds_role(person, step.role, post):
            found.append(
                _("%(who)s approved as %(role)s and no longer holds that role.")
                % {"who": person, "role": step.role.label}
            )
        if person.id in own:
            found.append(_("%s approved their own text.") % person)
        if person.id in seen:
            found.append(_("%s decided two steps.") % person)
        seen.add(person.id)
    return found


def waiting_for(caller: Caller) -> list[Review]:
    """The open reviews in which the caller can decide a step, oldest first; at most 200."""
    person = caller.person
    if person is None:
        return []
    rows = (
        _undecided_by(caller, person)
        .select_related("post", "post__author", "submitted_by")
        .prefetch_related("post__variants", "decisions")
        .order_by("submitted_at")[:1000]
    )
    mine = []
    for review in rows:
        if any(s.decision is None and holds_role(person, s.role, review.post) for s in steps(review)):
            mine.append(review)
        if len(mine) >= 200:
            break
    return mine


def how_many_wait_for(caller: Caller, most: int = 99) -> int:
    """How many texts `waiting_for` would name, counted up to `most`. Cheap enough for the frame of every page."""
    person = caller.person
    if person is None or not person.held:
        return 0
    if any(where is not None for _role, where in person.held):
        return min(most, len(waiting_for(caller)))
    roles = {role.value for role, _where in person.held}
    rows = dict(_undecided_by(caller, person).order_by("submitted_at").values_list("id", "steps")[: most * 5])
    taken: dict[uuid.UUID, set[int]] = {}
    for review, step in Decision.objects.filter(review__in=list(rows)).values_list("review", "step"):
        taken.setdefault(review, set()).add(step)
    mine = (
        any(role in roles and number not in taken.get(review, ()) for number, role in enumerate(wanted))
        for review, wanted in rows.items()
    )
    return min(most, sum(mine))


def _undecided_by(caller: Caller, person: Person) -> QuerySet[Review]:
    """The open reviews of texts that are not the person's own and on which they have not decided yet."""
    reviews = Review.objects.filter(state=Review.State.OPEN)
    if not caller.may(Right.READ) or caller.channels() is not None:
        reviews = reviews.filter(post__in=visible(caller))
    return (
        reviews.exclude(post__author=person)
        .exclude(submitted_by=person)
        .exclude(Exists(Revision.objects.filter(post=OuterRef("post"), by=person)))
        .exclude(Exists(Decision.objects.filter(review=OuterRef("pk"), person=person)))
    )


def last_word(post: Post) -> Decision | None:
    """Why a draft came back: the decision that sent it back, as long as no later review has begun."""
    if post.state != Post.State.DRAFT:
        return None
    last = post.reviews.order_by("-submitted_at").prefetch_related("decisions__person").first()
    if last is None or last.state != Review.State.REJECTED:
        return None
    return next((one for one in last.decisions.all() if one.decision == Decision.Kind.REJECT), None)


def history(post: Post) -> QuerySet[Review]:
    return post.reviews.select_related("submitted_by").prefetch_related("decisions__person")
