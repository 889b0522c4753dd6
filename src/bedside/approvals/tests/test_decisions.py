"""Each rule of approval, at the action: so it holds in every door."""

from __future__ import annotations

import pytest

from bedside.accounts.actions import change_roles
from bedside.accounts.caller import Caller
from bedside.approvals.actions import change_route, comment, decide, submit, withdraw
from bedside.approvals.models import Decision, Review
from bedside.approvals.queries import live_review, objections, routes, waiting_for
from bedside.core.errors import Conflict, Forbidden, Invalid, NotFound, OwnText, StaleDigest
from bedside.posts.actions import Draft, VariantChoice, edit
from bedside.posts.models import Post
from bedside.posts.queries import access_post

SHELL = Caller(None, "cli")


def test_a_low_risk_text_needs_the_communications_lead_alone(person, write):
    author, lead = person("author"), person("communications-lead")
    post = write(author)
    review = submit(author, post.id)
    assert (review.risk, review.steps) == ("low", ["communications-lead"])
    decide(lead, post.id, post.digest, "approve")
    assert access_post(author, post.id).state == Post.State.APPROVED


def test_a_text_that_blocks_needs_an_answer_and_the_high_route(person, write):
    author = person("author")
    post = write(author, "Maria Lopez, we loved having your family in for your knee surgery on March 3rd.")
    with pytest.raises(Invalid) as refused:
        submit(author, post.id)
    answers = {row["key"]: "She signed an authorization." for row in refused.value.extra["findings"]}
    review = submit(author, post.id, answers)
    assert review.risk == "high"
    assert review.steps[:4] == ["communications-lead", "privacy-officer", "legal", "executive"]
    assert review.answers


def test_a_medical_claim_needs_a_clinician(person, write):
    author = person("author")
    post = write(author, "The flu vaccine prevents 90 % of hospital stays.")
    assert "clinician-reviewer" in submit(author, post.id).steps


def test_a_decision_on_an_old_digest_is_refused(person, write):
    author, lead = person("author"), person("communications-lead")
    post = write(author)
    old = post.digest
    edit(author, post.id, Draft(text="Our clinic opens at ten."))
    submit(author, post.id)
    with pytest.raises(StaleDigest):
        decide(lead, post.id, old, "approve")
    assert not Decision.objects.exists()


def test_an_edit_after_approval_voids_it(person, approved):
    author = person("author")
    post = approved(author)
    edit(author, post.id, Draft(text="Our clinic opens at ten."))
    assert access_post(author, post.id).state == Post.State.DRAFT
    assert Review.objects.get().state == Review.State.VOID
    assert live_review(post) is None


def test_an_edit_back_to_the_approved_words_does_not_bring_the_approval_back(person, approved):
    author = person("author")
    post = approved(author)
    edit(author, post.id, Draft(text="Something else."))
    back = edit(author, post.id, Draft(text="Our clinic opens at nine."))
    assert back.digest == post.digest
    assert objections(back, back.digest)


@pytest.mark.parametrize("change", ["title", "language", "option"])
def test_every_change_of_what_leaves_changes_the_digest(person, write, newsroom, change):
    author = person("author")
    post = write(author)
    draft = {
        "title": Draft(title="Other news"),
        "language": Draft(language="es"),
        "option": Draft(variants={newsroom.id: VariantChoice(options={"visibility": "unlisted"})}),
    }[change]
    assert edit(author, post.id, draft).digest != post.digest


def test_nobody_approves_their_own_text(person, write):
    author = person("author", "communications-lead")
    post = write(author)
    submit(author, post.id)
    with pytest.raises(OwnText):
        decide(author, post.id, post.digest, "approve")


def test_who_wrote_a_sentence_in_it_does_not_approve_it_either(person, write):
    author, lead = person("author"), person("communications-lead")
    post = write(author)
    post = edit(lead, post.id, Draft(text="Our clinic opens at nine on weekdays."))
    submit(author, post.id)
    with pytest.raises(OwnText):
        decide(lead, post.id, post.digest, "approve")


def test_the_one_who_sends_it_in_does_not_approve_it(person, write):
    author, lead = person("author"), person("communications-lead")
    post = write(author)
    submit(lead, post.id)
    with pytest.raises(OwnText):
        decide(lead, post.id, post.digest, "approve")


def test_one_person_decides_one_step(person, write):
    author = person("author")
    both = person("communications-lead", "privacy-officer")
    change_route(SHELL, "low", ["communications-lead", "privacy-officer"])
    post = write(author)
    submit(author, post.id)
    decide(both, post.id, post.digest, "approve")
    with pytest.raises(Forbidden, match="another person"):
        decide(both, post.id, post.digest, "approve")
    assert access_post(author, post.id).state == Post.State.IN_REVIEW


def test_a_role_that_the_route_does_not_name_cannot_decide(person, write):
    author = person("author")
    post = write(author)
    submit(author, post.id)
    for role in ("administrator", "auditor", "author", "legal"):
        with pytest.raises(Forbidden):
            decide(person(role), post.id, post.digest, "approve")


def test_the_shell_decides_nothing(person, write):
    author = person("author")
    post = write(author)
    submit(author, post.id)
    with pytest.raises(Forbidden):
        decide(SHELL, post.id, post.digest, "approve")


def test_sending_back_needs_a_reason_and_makes_it_a_draft_again(person, write):
    author, lead = person("author"), person("communications-lead")
    post = write(author)
    submit(author, post.id)
    with pytest.raises(Invalid):
        decide(lead, post.id, post.digest, "reject", "  ")
    decide(lead, post.id, post.digest, "reject", "Say which clinic.")
    assert access_post(author, post.id).state == Post.State.DRAFT
    assert submit(author, post.id).state == Review.State.OPEN


def test_a_role_taken_away_takes_its_approval_along(person, approved):
    author, lead = person("author"), person("communications-lead")
    post = approved(author, lead=lead)
    assert objections(access_post(author, post.id), post.digest) == []
    change_roles(SHELL, lead.person.id, [("author", None)])
    assert "no longer holds" in " ".join(objections(access_post(author, post.id), post.digest))


def test_a_post_without_a_channel_cannot_be_sent_to_review(person, newsroom):
    from bedside.posts.actions import create

    author = person("author")
    post = create(author, Draft(text="Hello"))
    with pytest.raises(Invalid, match="channel"):
        submit(author, post.id)


def test_taking_it_back_voids_what_was_decided(person, approved):
    author = person("author")
    post = approved(author)
    withdraw(author, post.id)
    with pytest.raises(Conflict):
        withdraw(author, post.id)
    assert live_review(post) is None


def test_reviewers_see_what_waits_for_them_and_nothing_of_their_own(person, write):
    author, lead, legal = person("author"), person("communications-lead"), person("legal")
    post = write(author)
    submit(author, post.id)
    own = write(lead)
    submit(lead, own.id)
    assert [review.post_id for review in waiting_for(lead)] == [post.id]
    assert waiting_for(legal) == []
    assert waiting_for(author) == []


def test_a_role_for_another_channel_sees_and_decides_nothing(person, write, newsroom):
    from bedside.connections.models import Connection

    other = Connection.objects.create(kind="newsroom", name="Other")
    author, lead = person("author"), person("communications-lead", channel=other.id)
    post = write(author)
    submit(author, post.id)
    with pytest.raises(NotFound):
        decide(lead, post.id, post.digest, "approve")
    here = person("communications-lead", channel=newsroom.id)
    decide(here, post.id, post.digest, "approve")


def test_routes_are_data(person, write):
    administrator, author = person("administrator"), person("author")
    change_route(administrator, "low", ["legal"])
    assert routes()["low"] == ["legal"]
    post = write(author)
    assert submit(author, post.id).steps == ["legal"]
    for wrong in ([], ["auditor"], ["nobody"], ["legal"] * 11):
        with pytest.raises(Invalid):
            change_route(administrator, "low", wrong)
    with pytest.raises(Forbidden):
        change_route(author, "low", ["legal"])


def test_a_comment_stays_with_the_text_it_was_made_on(person, write):
    author = person("author")
    post = write(author)
    remark = comment(person("legal"), post.id, "Which clinic?")
    assert remark.digest == post.digest
    with pytest.raises(Forbidden):
        comment(person("auditor"), post.id, "I only read.")
