"""Reads about approvals, and the check of an approval that counts at sending."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass

from django.db.models import Prefetch, QuerySet
from django.utils.translation import gettext as _

from bedside.accounts.caller import Caller
from bedside.accounts.models import Person
from bedside.accounts.roles import Role
from bedside.approvals.models import DEFAULT_ROUTES, Decision, Review, Route
from bedside.posts.models import Post
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


def objections(post: Post, digest: str) -> list[str]:
    """Why `digest` may not leave now, judged afresh from the decisions and the roles people hold today."""
    review = live_review(post)
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
    roles = {role for role, _where in person.held}
    rows = (
        Review.objects.filter(state=Review.State.OPEN, post__in=visible(caller))
        .exclude(post__author=person)
        .select_related("post", "post__author", "submitted_by")
        .prefetch_related("post__variants__connection", "post__revisions", "decisions__person")
        .order_by("submitted_at")[:1000]
    )
    mine = []
    for review in rows:
        if not roles & {Role(role) for role in review.steps}:
            continue
        authors = {revision.by_id for revision in review.post.revisions.all()} | {review.submitted_by_id}
        decided = {decision.person_id for decision in review.decisions.all()}
        if person.id in authors or person.id in decided:
            continue
        if any(s.decision is None and holds_role(person, s.role, review.post) for s in steps(review)):
            mine.append(review)
        if len(mine) >= 200:
            break
    return mine


def history(post: Post) -> QuerySet[Review]:
    return post.reviews.select_related("submitted_by").prefetch_related("decisions__person")
