from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest
from django.utils.translation import gettext_lazy
from django.utils.translation import gettext_lazy as _

from bedside.audit import verbs
from bedside.audit.actions import Record, record, record_many
from bedside.audit.actor import Actor
from bedside.audit.queries import LIMIT, entries, entries_about, entry
from bedside.audit.verbs import Verb, all_verbs, register, words_of

from .conftest import ADA

BOB = Actor(UUID(int=7), "bob@example.org", "api")


@pytest.mark.django_db
def test_each_filter_narrows() -> None:
    written = record("note.written", actor=ADA, noun_id=1, detail={"n": 1})
    read = record("memo.read", actor=BOB, noun_id=1)
    again = record("note.written", actor=BOB, noun_id=2, detail={"n": 2})

    def seqs(**wanted: object) -> list[int]:
        return [found.seq for found in entries(**wanted)]  # type: ignore[arg-type]

    assert seqs() == [again.seq, read.seq, written.seq]
    assert seqs(actor_id=BOB.id) == [again.seq, read.seq]
    assert seqs(verb="note.written") == [again.seq, written.seq]
    assert seqs(noun="note", noun_id=2) == [again.seq]
    assert seqs(door="web") == [written.seq]
    assert seqs(since=again.at) == [again.seq]
    assert seqs(until=again.at) == [read.seq, written.seq]
    assert seqs(since=again.at + timedelta(seconds=1)) == []
    assert seqs(before_seq=2) == [written.seq]
    assert seqs(before_seq=10**30) == [again.seq, read.seq, written.seq]
    assert seqs(before_seq=-(10**30)) == []
    assert [found.seq for found in entries_about("note", 1)] == [written.seq]
    assert entry(2) == read
    assert entry(4) is entry(0) is entry(-1) is entry(10**30) is None


@pytest.mark.django_db
def test_a_page_takes_one_query_details_included(django_assert_num_queries) -> None:  # type: ignore[no-untyped-def]
    record_many(Record("note.written", ADA, 1, {"n": n} if n % 2 else {}) for n in range(LIMIT + 5))
    with django_assert_num_queries(1):
        found = entries_about("note", 1, limit=10**30)
        facts = [one.facts for one in found]
    assert len(found) == LIMIT
    assert facts[0] == {}
    assert facts[-1] == {"n": 5}
    assert len(entries(limit=-5)) == 1


def test_verbs_are_registered_once_with_words() -> None:
    verb = Verb("note.burnt", _("burnt"), noun="note")
    register(verb)
    register(verb)
    register(Verb("note.burnt", gettext_lazy("burnt"), noun="note"))
    with pytest.raises(ValueError, match="twice"):
        register(Verb("note.burnt", _("lost"), noun="note"))
    assert verb in all_verbs()
    assert [one.name for one in all_verbs()] == sorted(verbs._verbs)
    assert words_of("note.burnt") == "burnt"
    assert words_of("room.gone") == "room.gone"


@pytest.mark.parametrize(
    ("name", "noun"),
    [("burnt", "note"), ("Note.burnt", "note"), ("note.", "note"), ("note.burnt", ""), ("note.burnt", "a b")],
)
def test_a_verb_has_a_form(name: str, noun: str) -> None:
    with pytest.raises(ValueError, match="not a"):
        Verb(name, "burnt", noun)


def test_all_verbs_of_the_room_have_words() -> None:
    for verb in all_verbs():
        assert str(verb.words).strip()
