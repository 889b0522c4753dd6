"""The models: what tier 1 finds beyond the rules, and that a tier that is missing is done without."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator

import pytest

from bedside.guard import models, screen
from bedside.guard.folding import Folded

needs_tier_1 = pytest.mark.skipif(models.best_tier() < 1, reason="NumPy or the weights are not here")
needs_tier_2 = pytest.mark.skipif(models.best_tier() < 2, reason="ONNX Runtime or the weights are not here")


@pytest.fixture(autouse=True)
def _fresh() -> Iterator[None]:
    models.best_tier.cache_clear()
    yield
    models.best_tier.cache_clear()


def _found(text: str, tier: int) -> list[tuple[str, str | None]]:
    folded = Folded(text)
    places = ((folded.span(hit.start, hit.end), hit.type) for hit in models.spans(folded.plain, tier))
    return [(text[start:end], kind) for (start, end), kind in places]


@needs_tier_1
@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("So proud of Tobirenkas Wolmarty who rang the bell", "Tobirenkas Wolmarty"),
        ("Get well soon Keshvandra!", "Keshvandra"),
        ("thx to Zolibrand in bed 4 lol", "Zolibrand"),
        ("Quvandre's surgery is back", "Quvandre"),
        ("we miss you jaydrian, bed 4 is empty now", "jaydrian"),
    ],
)
def test_tier_1_finds_names_that_no_list_has_and_the_rules_miss(text: str, name: str) -> None:
    assert screen(text, tier=0).spans == ()
    assert _found(text, 1) == [(name, "NAME")]


@needs_tier_1
@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("tell kayleigh brzezinski her labs are back", [("kayleigh brzezinski", "NAME")]),
        ("La paciente Lucía Gómez ingresó el martes", [("Lucía Gómez", "NAME")]),
        ("She moved from Tulkarm to Toledo for dialysis.", [("Tulkarm", "LOC"), ("Toledo", "LOC")]),
    ],
)
def test_tier_1_finds_names_and_places_by_what_stands_around_them(
    text: str, wanted: list[tuple[str, str]]
) -> None:
    assert _found(text, 1) == wanted


@needs_tier_1
@pytest.mark.parametrize(
    "text",
    [
        "Hodgkin lymphoma is treatable. Know the signs.",
        "C. diff is up this month. Wash your hands.",
        "Will you be there? Mark your calendar.",
        "Our A1C class is every Tuesday at noon.",
        "An Apgar score of 7 is common.",
        "Hope you feel better soon!",
        "Grace, Hope and Faith are words too.",
        "Ebola, Marburg and Lassa are viral fevers.",
        "El Alzheimer tiene tratamiento. Hable con su médico.",
        "@somebody thanks for sharing",
    ],
)
def test_tier_1_lets_eponyms_scores_and_words_be(text: str) -> None:
    assert _found(text, 1) == []


@needs_tier_1
def test_what_rules_found_is_not_reported_again() -> None:
    plain = b"Get well soon Keshvandra Wolmarty, from lil Mateo"
    assert next(hit[:2] for _, hit in models.hits(plain, "post", 1)) == (14, 33)
    assert [hit[:2] for _, hit in models.hits(plain, "post", 1, [(25, 33), (44, 49)])] == [(14, 24)]


@needs_tier_1
def test_a_judgement_depends_on_the_text_alone() -> None:
    texts = ["Call Ana Lopez in Dayton.", "no names here", "Dr. Chen saw Mr. O'Neil-Baker on Elm Street"]
    alone = [_found(text, 1) for text in texts]
    assert [_found(text, 1) for text in reversed(texts)] == alone[::-1]


@pytest.mark.parametrize("text", ["", " ", "\n\n", "\x01", "@", "..!?", "x" * 5_000, "日本語 ñ", "a_" * 300])
def test_any_text_has_spans_within_it(text: str) -> None:
    plain = Folded(text).plain
    for tier in (1, 2):
        assert all(0 <= hit.start < hit.end <= len(plain) for hit in models.spans(plain, tier))


@needs_tier_1
def test_more_words_than_are_kept_change_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    import numpy

    from bedside.guard.models import sequence
    from bedside.guard.models.tokens import Tokens

    tokens = Tokens(b"So glad Maria Lopez of Dayton is home")
    wanted = sequence.model().probabilities(tokens)
    monkeypatch.setattr(sequence, "KEPT", 3)
    source = sequence.model.__wrapped__()
    for _ in range(3):
        assert numpy.array_equal(source.probabilities(tokens), wanted)


def test_without_numpy_the_rules_judge_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(models, "find_spec", lambda name: None)
    assert models.best_tier() == 0
    assert models.spans(b"Call Ana Lopez", 2) == []
    assert models.judge(b"Call Ana Lopez", 2) is None


@needs_tier_1
def test_without_onnx_runtime_tier_1_judges(monkeypatch: pytest.MonkeyPatch) -> None:
    find = models.find_spec
    monkeypatch.setattr(models, "find_spec", lambda name: None if name == "onnxruntime" else find(name))
    assert models.best_tier() == 1
    assert models.tier_for(b"Call Ana Lopez", None) == models.tier_for(b"Call Ana Lopez", 2) == 1
    assert models.spans(b"Call Ana Lopez", 2) == models.spans(b"Call Ana Lopez", 1) != []


def test_a_tier_is_asked_for_at_most() -> None:
    best = models.best_tier()
    assert [models.tier_for(b"x", tier) for tier in (None, 0, 1, 2)] == [best, 0, min(1, best), best]
    assert models.tier_for(b"x" * (models.LONGEST_FOR_TIER_2 + 1), 2) == min(1, best)


def test_the_package_loads_no_model_by_itself() -> None:
    code = "import sys, bedside.guard; print('numpy' in sys.modules or 'onnxruntime' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"


@needs_tier_2
@pytest.mark.parametrize(
    ("text", "relation", "advice"),
    [
        ("We were so happy to take out your stitches on Monday!", True, False),
        ("Thanks for bringing your twins in for their shots.", True, False),
        ("Thank you for your note. Privacy rules keep us from saying more here.", False, False),
        ("The clinic opens at eight on weekdays.", False, False),
        ("You should double your insulin tonight.", False, True),
        ("Talk to your pharmacist before you change any medicine.", False, False),
    ],
)
def test_tier_2_reads_what_a_reply_says(text: str, relation: bool, advice: bool) -> None:
    judged = models.judge(Folded(text).plain, 2)
    assert judged is not None
    assert (judged.relation or 0) > 0.5 if relation else (judged.relation or 0) < 0.5
    assert (judged.advice or 0) > 0.5 if advice else (judged.advice or 0) < 0.5


@needs_tier_2
def test_only_a_reply_speaks_of_a_relationship() -> None:
    plain = b"We were so happy to take out your stitches on Monday!"
    assert [rule for rule, _ in models.hits(plain, "reply", 2)] == ["relationship.confirmed"]
    assert models.hits(plain, "post", 2) == models.hits(plain, "reply", 1) == []


@needs_tier_2
def test_a_long_text_is_read_in_windows() -> None:
    filler = "Wash your hands often and stay home when you are sick. " * 60
    found = _found(f"{filler}So glad Maria Lopez is home. {filler}", 2)
    assert found == [("Maria Lopez", "NAME")]
