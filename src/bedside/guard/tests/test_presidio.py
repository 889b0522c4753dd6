"""The recogniser inside Presidio's own engine. Presidio is no part of the tests' set-up: they run where it is."""

from __future__ import annotations

import subprocess
import sys
from typing import Any

import pytest

from bedside.guard import AllowList

TEXT = "👋 Ask for Maria Lopez at 312-555-0142, or write to maria@example.org before March 3rd, 2021."


@pytest.fixture
def presidio() -> Any:
    return pytest.importorskip("presidio_analyzer")


def _analyzer(presidio: Any, *recognizers: Any) -> Any:
    """Presidio's engine with our recognisers alone, and in place of a language model one that says nothing."""
    from presidio_analyzer.nlp_engine import NlpArtifacts, NlpEngine

    class Silent(NlpEngine):
        def load(self) -> None: ...

        def is_loaded(self) -> bool:
            return True

        def process_text(self, text: str, language: str) -> Any:
            return NlpArtifacts([], [], [], [], self, language)

        def process_batch(self, texts: Any, language: str, **_more: Any) -> Any:
            return ((text, self.process_text(text, language)) for text in texts)

        def is_stopword(self, word: str, language: str) -> bool:
            return False

        def is_punct(self, word: str, language: str) -> bool:
            return False

        def get_supported_entities(self) -> list[str]:
            return []

        def get_supported_languages(self) -> list[str]:
            return ["en", "es"]

    registry = presidio.RecognizerRegistry(list(recognizers), supported_languages=["en", "es"])
    return presidio.AnalyzerEngine(
        registry=registry, nlp_engine=Silent(), supported_languages=["en", "es"], default_score_threshold=0.5
    )


def test_presidio_finds_what_the_guard_finds(presidio: Any) -> None:
    from bedside.guard.presidio import BedsideRecognizer

    found = _analyzer(presidio, BedsideRecognizer()).analyze(
        TEXT, language="en", return_decision_process=True
    )
    assert {(one.entity_type, TEXT[one.start : one.end]) for one in found} >= {
        ("PERSON", "Maria Lopez"),
        ("PHONE_NUMBER", "312-555-0142"),
        ("EMAIL_ADDRESS", "maria@example.org"),
    }
    assert all(one.analysis_explanation.textual_explanation.endswith(".") for one in found)
    assert {one.recognition_metadata["recognizer_name"] for one in found} == {"BedsideRecognizer"}


def test_only_what_was_asked_for_is_told(presidio: Any) -> None:
    from bedside.guard.presidio import BedsideRecognizer

    analyzer = _analyzer(presidio, BedsideRecognizer(), BedsideRecognizer(supported_language="es"))
    (one,) = analyzer.analyze(TEXT, language="es", entities=["PHONE_NUMBER"])
    assert (one.entity_type, one.score) == ("PHONE_NUMBER", 0.85)
    assert BedsideRecognizer(["PERSON"]).analyze(TEXT, ["PHONE_NUMBER"]) == []


def test_the_organisation_s_own_is_left_alone(presidio: Any) -> None:
    from bedside.guard.presidio import BedsideRecognizer

    allow = AllowList(phones=("312-555-0142",))
    found = BedsideRecognizer(allow=allow, score=1.0).analyze(TEXT, [])
    assert found
    assert "PHONE_NUMBER" not in {one.entity_type for one in found}


def test_every_type_of_ours_has_a_name_of_presidio_s(presidio: Any) -> None:
    from typing import get_args

    from bedside.guard.presidio import ENTITIES
    from bedside.guard.screening import SpanType

    assert set(ENTITIES) == set(get_args(SpanType))
    assert len(set(ENTITIES.values())) == len(ENTITIES)


def test_the_guard_itself_never_asks_for_presidio() -> None:
    code = (
        "import sys, bedside.guard; bedside.guard.screen('x'); assert 'presidio_analyzer' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60)
