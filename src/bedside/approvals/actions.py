"""Sending to review and deciding. Every decision is bound to the digest of one exact text."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence

from django.db import transaction
from django.utils.translation import gettext as _

from bedside.accounts.caller import Caller
from bedside.accounts.roles import Right, Role
from bedside.approvals.models import DEFAULT_ROUTES, Comment, Decision, Review, Route
from bedside.approvals.queries import contributors, holds_role, live_review, routes, steps
from bedside.approvals.risk import finding_rows, has_claim, risk_of
from bedside.audit.actions import record
from bedside.core import clock
from bedside.core.errors import Conflict, Forbidden, Invalid, NotFound, OwnText, StaleDigest
from bedside.guard import Verdict
from bedside.posts.actions import move
from bedside.posts.models import Post
from bedside.posts.queries import access_post, content, problems, screened


def submit(
    caller: Caller, post_id: uuid.UUID, answers: Mapping[str, str] | None = None, digest: str | None = None
) -> Review:
    """Screen the whole text and open a review along the route its risk calls for.

    `answers` say, by finding key, why a finding is right as it is; every finding that blocks needs one.
    Raises `Invalid` while a channel cannot take the post (`extra["problems"]`), or an answer is missing
    (`extra["findings"]`).
    """
    given = {
        key[:300]: " ".join(text.split())[:1000] for key, text in (answers or {}).items() if text.strip()
    }
    with transaction.atomic():
        post = _locked(caller, post_id)
        for variant in post.variants.all():
            caller.require(Right.WRITE, variant.connection_id)
        caller.require(Right.WRITE)
        if digest is not None and digest != post.digest:
            raise StaleDigest(_("The text has changed since you read it. Read it again, then send it."))
        if post.state != Post.State.DRAFT:
            raise Conflict(_("Only a draft can be sent to review."), state=post.state)
        if not post.variants.all():
            raise Invalid(_("Choose at least one channel first."), fields=["channels"])
        wrong = problems(post)
        if wrong:
            names = {str(v.connection_id): v.connection.name for v in post.variants.all()}
            words = [
                f"{names[channel]}: {problem.message}"
                for channel, found in wrong.items()
                for problem in found
            ]
            raise Invalid(
                " ".join(words),
                problems={
                    channel: [{"field": p.field, "message": p.message} for p in found]
                    for channel, found in wrong.items()
                },
            )
        results = screened(content(post))
        findings = finding_rows(results)
        unanswered = [row for row in findings if row["severity"] == Verdict.BLOCK and row["key"] not in given]
        if unanswered:
            raise Invalid(
                _("The guard would not let this out: %s Change the text, or say why it is right as it is.")
                % unanswered[0]["message"],
                findings=unanswered,
            )
        risk = risk_of(results)
        known = routes()
        review = Review.objects.create(
            post=post,
            digest=post.digest,
            risk=risk,
            steps=[*known[risk], *(known["claims"] if has_claim(results) else [])],
            findings=findings,
            answers={key: text for key, text in given.items() if key in {row["key"] for row in findings}},
            submitted_by=caller.person,
            submitted_at=clock.now(),
        )
        post.revisions.filter(digest=post.digest).update(frozen=True)
        move(post, Post.State.IN_REVIEW)
        record(
            "post.submitted",
            actor=caller.actor,
            noun_id=post.id,
            detail={
                "digest": post.digest,
                "risk": review.risk,
                "steps": review.steps,
                "rules": sorted({row["rule"] for row in findings}),
                "answers": review.answers,
            },
        )
    return review


def decide(
    caller: Caller, post_id: uuid.UUID, digest: str, decision: str, comment: str = "", role: str | None = None
) -> Review:
    """Say yes or no to the text with `digest`.

    Raises `StaleDigest` when that is not the current text, `OwnText` for one's own, `Forbidden` when no open
    step is for one of the person's roles or the person has decided a step already. `role` picks the step
    where a person could take more than one.
    """
    if decision not in Decision.Kind.values:
        raise Invalid(_("A decision is approve or reject."), fields=["decision"])
    comment = comment.strip()[:5000]
    if decision == Decision.Kind.REJECT and not comment:
        raise Invalid(
            _("Say why you send it back, so that the author knows what to change."), fields=["comment"]
        )
    if role is not None and role not in Role.values:
        raise Invalid(_("There is no role “%s”.") % role[:40], fields=["role"])
    with transaction.atomic():
        post = _locked(caller, post_id)
        person = caller.person
        if person is None:
            raise Forbidden(_("A decision is a person's: sign in, or use a token of your own."))
        if digest != post.digest:
            raise StaleDigest(
                _("The text has changed since you read it. Nothing was decided: read it again."),
                digest=post.digest,
            )
        if person.id in contributors(post):
            raise OwnText(_("You have written in this text, so somebody else has to decide on it."))
        review = live_review(post)
        if review is None or review.state != Review.State.OPEN or review.digest != digest:
            raise Conflict(_("This post is not waiting for a decision."), state=post.state)
        if review.submitted_by_id == person.id:
            raise OwnText(_("You sent this text to review, so somebody else has to decide on it."))
        if any(taken.person_id == person.id for taken in review.decisions.all()):
            raise Forbidden(_("You have decided one step already; each step wants another person."))
        open_steps = [s for s in steps(review) if s.decision is None and (role is None or s.role == role)]
        step = next((s for s in open_steps if holds_role(person, s.role, post)), None)
        if step is None:
            wanted = ", ".join(str(s.role.label) for s in steps(review) if s.decision is None)
            raise Forbidden(_("This text waits for: %s. None of your roles is among them.") % wanted)
        Decision.objects.create(
            review=review,
            step=step.number,
            role=step.role,
            person=person,
            decision=decision,
            digest=digest,
            comment=comment,
            at=clock.now(),
        )
        if decision == Decision.Kind.REJECT:
            _close(review, Review.State.REJECTED)
            move(post, Post.State.DRAFT)
        elif len(open_steps) == 1 and len([s for s in steps(review) if s.decision is None]) == 1:
            _close(review, Review.State.APPROVED)
            move(post, Post.State.APPROVED)
        record(
            "post.approved" if decision == Decision.Kind.APPROVE else "post.rejected",
            actor=caller.actor,
            noun_id=post.id,
            detail={"digest": digest, "role": step.role, "step": step.number, "comment": comment},
        )
    return Review.objects.get(id=review.id)


def withdraw(caller: Caller, post_id: uuid.UUID) -> None:
    """Take a post back from review or approval to go on writing. Its decisions are void."""
    with transaction.atomic():
        post = _locked(caller, post_id)
        for variant in post.variants.all():
            caller.require(Right.WRITE, variant.connection_id)
        caller.require(Right.WRITE)
        if post.state not in {Post.State.IN_REVIEW, Post.State.APPROVED}:
            raise Conflict(_("This post is not in review."), state=post.state)
        review = live_review(post)
        if review is not None:
            _close(review, Review.State.VOID)
        move(post, Post.State.DRAFT)
        record("post.review_withdrawn", actor=caller.actor, noun_id=post.id, detail={"digest": post.digest})


def comment(caller: Caller, post_id: uuid.UUID, text: str) -> Comment:
    """Remark on a post, bound to the text as it is now."""
    text = text.strip()
    if not 1 <= len(text) <= 5000:
        raise Invalid(_("A comment has 1 to 5,000 characters."), fields=["text"])
    with transaction.atomic():
        post = access_post(caller, post_id)
        caller.require(Right.COMMENT)
        remark = Comment.objects.create(
            post=post, digest=post.digest, person=caller.person, text=text, at=clock.now()
        )
        record("post.commented", actor=caller.actor, noun_id=post.id, detail={"text": text})
    return remark


def change_route(caller: Caller, name: str, wanted: Sequence[str]) -> Route:
    """Change the steps of one route. Reviews that are open keep the steps they began with."""
    caller.require(Right.SETTINGS)
    if name not in DEFAULT_ROUTES:
        raise NotFound(_("There is no route “%s”.") % name[:40])
    unknown = [role for role in wanted if role not in Role.values or role == Role.AUDITOR]
    if unknown:
        raise Invalid(_("“%s” cannot approve.") % unknown[0][:40], fields=["steps"])
    if len(wanted) > 10 or (name != "claims" and not wanted):
        raise Invalid(
            _("A route has 1 to 10 steps: nothing leaves without somebody's yes."), fields=["steps"]
        )
    with transaction.atomic():
        before = routes()[name]
        route, _made = Route.objects.update_or_create(name=name, defaults={"steps": list(wanted)})
        record(
            "route.changed",
            actor=caller.actor,
            noun_id=name,
            detail={"before": before, "after": list(wanted)},
        )
    return route


def void(post: Post, caller: Caller) -> None:
    """The text changed: what was decided no longer counts. In the transaction of the edit."""
    review = live_review(post)
    if review is not None:
        _close(review, Review.State.VOID)
        record("post.review_voided", actor=caller.actor, noun_id=post.id, detail={"digest": review.digest})


def expire(post: Post) -> None:
    """The slot has passed unsent: the approval was for then. In the transaction of who found out."""
    review = live_review(post)
    if review is not None:
        _close(review, Review.State.EXPIRED)
        record(
            "post.approval_expired",
            actor=Caller(None, "worker").actor,
            noun_id=post.id,
            detail={"digest": review.digest},
        )


def _close(review: Review, state: str) -> None:
    review.state, review.closed_at = state, clock.now()
    review.save(update_fields=["state", "closed_at"])


def _locked(caller: Caller, post_id: uuid.UUID) -> Post:
    access_post(caller, post_id)
    Post.objects.select_for_update(no_key=True).get(id=post_id)
    return access_post(caller, post_id)
