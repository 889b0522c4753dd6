"""What the guard knows, false alarms, and its suggestions, as pages without scripts."""

from __future__ import annotations

import pytest
from django.test import Client

from bedside.accounts.doors import FACTOR_KEY
from bedside.approvals.actions import submit
from bedside.approvals.alarms import report
from bedside.approvals.models import FalseAlarm
from bedside.approvals.risk import finding_rows
from bedside.core import clock
from bedside.core.errors import Invalid
from bedside.guard import rules
from bedside.organization.models import Organization
from bedside.posts.actions import Draft, VariantChoice, edit
from bedside.posts.queries import access_post, content, screened
from bedside.web.signin.presence import SEEN_KEY, SINCE_KEY

ALARMS = "/settings/guard/false-alarms"
TEXT = "He committed suicide last year. Call the nurse line at 312-555-0142."


@pytest.fixture
def browse():
    """`browse(caller)` gives a browser in which that person has signed in with a second factor."""

    def sign_in(caller):
        client = Client()
        client.force_login(caller.person)
        session = client.session
        session[FACTOR_KEY] = True
        session[SINCE_KEY] = session[SEEN_KEY] = clock.now().timestamp()
        session.save()
        return client

    return sign_in


def key_of(caller, post, rule):
    rows = finding_rows(screened(content(access_post(caller, post.id))))
    return next(row["key"] for row in rows if row["rule"] == rule)


def form_of(post, **more):
    there = {"text": post.text, "title": post.title, "version": post.version, "language": "en"}
    return there | {"channel": [str(one.connection_id) for one in post.variants.all()]} | more


def test_every_rule_is_explained_and_can_be_led_to(browse, person):
    page = browse(person("author")).get("/settings/guard").content.decode()
    for rule in rules():
        assert f'id="{rule.id}"' in page
        assert rule.title in page.replace("&#x27;", "'")


def test_rules_are_found_by_their_words_and_say_when_they_are_off(browse, person):
    browser = browse(person("author"))
    found = browser.get("/settings/guard?q=SUICIDE").content.decode()
    assert 'id="harm.suicide"' in found
    assert 'id="identifier.phone"' not in found
    assert "No rule says this" in browser.get("/settings/guard?q=xyzzy").content.decode()
    assert "No rule is turned off" in browser.get("/settings/guard?show=off").content.decode()
    Organization.objects.update(
        policy={
            "disabled": ["clarity.emoji"],
            "severities": {"harm.stigma": "pass", "identifier.phone": "review"},
        }
    )
    page = browser.get("/settings/guard").content.decode()
    assert "2 rules are turned off by your policy." in page
    assert "By your policy; elsewhere: Good to know." in page
    off = browser.get("/settings/guard?show=off").context["families"]
    assert {one["rule"].id for family in off for one in family["rules"]} == {"clarity.emoji", "harm.stigma"}


def test_a_false_alarm_is_one_button_on_each_page_that_shows_findings(browse, person, write):
    author, lead = person("author"), person("communications-lead")
    post = write(author, TEXT)
    name, phone = "harm.suicide", "identifier.phone"
    writer = browse(author)
    at = f"/posts/{post.id}"
    assert f'action="{at}/false-alarms"' in writer.get(at).content.decode()
    sent = {"key": key_of(author, post, phone), "back": "post"}
    assert writer.post(f"{at}/false-alarms", sent)["Location"] == at
    page = writer.get(at).content.decode()
    assert "Reported as a false alarm" in page
    assert "A false alarm was reported" in page
    assert "Reported as a false alarm" in writer.get(f"/write/{post.id}").content.decode()
    submit(author, post.id)
    reader = browse(lead)
    page = reader.get(f"/approvals/{post.id}").content.decode()
    assert page.count('name="key"') == 1 and "Reported as a false alarm" in page
    sent = {"key": key_of(author, post, name), "back": "approval"}
    assert reader.post(f"{at}/false-alarms", sent)["Location"] == f"/approvals/{post.id}"
    assert FalseAlarm.objects.count() == 2
    # Nobody is led away from the desk, and what is not found any more is only said.
    assert reader.post(f"{at}/false-alarms", {"key": "gone", "back": "https://example.org"})["Location"] == at
    assert "does not find this" in reader.get(at).content.decode()
    assert browse(person("auditor")).get(at).content.decode().count('name="key"') == 0


def test_the_composer_keeps_what_was_typed_and_then_reports(browse, person, write):
    author = person("author")
    post = write(author)
    sent = form_of(post, text=TEXT, **{"false-alarm": "identifier.phone:312-555-0142"})
    assert browse(author).post(f"/write/{post.id}", sent).status_code == 302
    assert access_post(author, post.id).text == TEXT
    assert FalseAlarm.objects.get().words == "312-555-0142"


def test_the_privacy_officer_settles_alarms_with_a_reason(browse, person, write):
    author, officer = person("author"), person("privacy-officer")
    post = write(author, TEXT)
    phone = report(author, post.id, key_of(author, post, "identifier.phone"))
    words = report(author, post.id, key_of(author, post, "harm.suicide"))
    browser = browse(officer)
    assert "2 wait" in browser.get("/").content.decode()
    assert "2 wait for you" in browser.get("/settings").content.decode()
    page = browser.get(ALARMS).content.decode()
    assert "nurse line at <mark>312-555-0142</mark>" in page
    assert page.count("These words are ours") == 1
    refused = browser.post(f"{ALARMS}/{phone.id}/allow", {"words": "", "kind": "phones", "reason": "x"})
    assert refused.status_code == 422
    wrong = browser.post(f"{ALARMS}/{phone.id}/allow", {"words": "the line", "kind": "phones", "reason": "x"})
    assert wrong.status_code == 422
    assert "There is no telephone number" in wrong.content.decode()
    said = {"words": "312-555-0142", "kind": "phones", "reason": "Our nurse line"}
    assert browser.post(f"{ALARMS}/{phone.id}/allow", said).status_code == 302
    assert "<mark>312-555-0142</mark>" not in browser.get(ALARMS).content.decode()
    assert browser.post(f"{ALARMS}/{words.id}/dismiss", {"reason": ""}).status_code == 422
    assert browser.post(f"{ALARMS}/{words.id}/dismiss", {"reason": "It does harm"}).status_code == 302
    assert "No false alarm waits" in browser.get(ALARMS).content.decode()
    settled = browser.get(f"{ALARMS}?show=settled").content.decode()
    assert "Our nurse line" in settled and "It does harm" in settled
    assert browser.post(f"{ALARMS}/{words.id}/dismiss", {"reason": "Again"}).status_code == 409
    assert "312-555-0142" in browse(person("administrator")).get("/settings/organisation").content.decode()


def test_an_alarm_about_the_whole_text_has_no_words_to_underline(browse, person, write):
    author = person("author")
    long = "The interdisciplinary rehabilitation department coordinates individualised therapeutic " * 4
    post = write(author, f"Maria. {long}. Maria.")
    report(author, post.id, key_of(author, post, "clarity.grade"))
    page = browse(person("privacy-officer")).get(ALARMS).content.decode()
    assert "The text as a whole" in page
    assert "<mark>" not in page


def test_the_words_that_were_meant_are_marked_and_not_their_first_likeness(browse, person, write):
    author = person("author")
    post = write(author, "Part A312-555-01429 fits. Call 312-555-0142.")
    alarm = report(author, post.id, key_of(author, post, "identifier.phone"))
    assert alarm.around[alarm.begins :].startswith(alarm.words)
    shown = browse(person("privacy-officer")).get(ALARMS).context["rows"][0]
    assert shown["before"] + shown["words"] + shown["after"] == alarm.around
    assert shown["before"].endswith("Call ")


def test_only_who_keeps_the_allow_list_sees_the_alarms(browse, person, write):
    author = person("author")
    post = write(author, TEXT)
    alarm = report(author, post.id, key_of(author, post, "identifier.phone"))
    for role in ("author", "communications-lead", "auditor"):
        browser = browse(person(role))
        assert browser.get(ALARMS).status_code == 403
        assert browser.post(f"{ALARMS}/{alarm.id}/dismiss", {"reason": "No"}).status_code == 403
        assert "False alarms" not in browser.get("/settings").content.decode()


def test_the_pages_take_few_queries_however_many_alarms_there_are(
    browse, person, write, django_assert_max_num_queries
):
    author = person("author")
    for number in range(30):
        post = write(author, f"{TEXT} And 312-555-01{number:02}.")
        report(author, post.id, key_of(author, post, "harm.suicide"))
        report(author, post.id, f"identifier.phone:312-555-01{number:02}")
    browser = browse(person("privacy-officer"))
    browser.get("/")
    for page in (ALARMS, f"{ALARMS}?from=25", f"{ALARMS}?show=settled", "/settings/guard", "/settings", "/"):
        with django_assert_max_num_queries(15):
            assert browser.get(page).status_code == 200
    assert len(browser.get(ALARMS).context["rows"]) == 25
    assert browser.get(f"{ALARMS}?from=25").context["newer"] == "?from=0"
    writer = browse(author)
    with django_assert_max_num_queries(25):
        assert writer.get(f"/posts/{post.id}").status_code == 200


@pytest.mark.parametrize("place", ["text", "title", "own"])
def test_a_suggestion_is_written_and_put_back_where_it_belongs(browse, person, write, newsroom, place):
    author = person("author")
    post = write(author)
    if place == "text":
        edit(author, post.id, Draft(text=TEXT))
    elif place == "title":
        edit(author, post.id, Draft(title="He committed suicide"))
    else:
        edit(author, post.id, Draft(variants={newsroom.id: VariantChoice(text=TEXT)}))
    post = access_post(author, post.id)
    before = content(post)
    browser = browse(author)
    own = {} if place != "own" else {f"own-{newsroom.id}": TEXT}
    browser.post(f"/write/{post.id}", form_of(post, finding=key_of(author, post, "harm.suicide"), **own))
    after = content(access_post(author, post.id))
    assert "died by suicide" in str(after) and "committed" not in str(after)
    assert browser.post(f"/write/{post.id}/put-back").status_code == 302
    assert content(access_post(author, post.id)) == before
    # Once only.
    browser.post(f"/write/{post.id}/put-back")
    assert content(access_post(author, post.id)) == before


def test_nothing_is_put_back_over_what_somebody_wrote_since(browse, person, write):
    author = person("author")
    post = write(author, TEXT)
    browser = browse(author)
    browser.post(f"/write/{post.id}", form_of(post, finding=key_of(author, post, "harm.suicide")))
    edit(person("author"), post.id, Draft(text="Something else."))
    browser.post(f"/write/{post.id}/put-back")
    assert access_post(author, post.id).text == "Something else."
    assert "Nothing was put back" in browser.get(f"/write/{post.id}").content.decode()


def test_an_answer_stands_beside_its_finding_and_in_the_record(browse, person, write):
    from bedside.audit.models import Entry

    author, officer = person("author"), person("privacy-officer")
    post = write(author, "Maria Lopez, we loved having your family in for your knee surgery on March 3rd.")
    with pytest.raises(Invalid) as refused:
        submit(author, post.id)
    keys = [row["key"] for row in refused.value.extra["findings"]]
    submit(author, post.id, dict.fromkeys(keys, "She signed an authorization."))
    for page in (f"/approvals/{post.id}", f"/posts/{post.id}"):
        assert "She signed an authorization." in browse(officer).get(page).content.decode()
    assert set(Entry.objects.get(verb="post.submitted").facts["answers"]) == set(keys)
