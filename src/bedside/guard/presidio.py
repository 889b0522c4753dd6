"""The guard's recognisers in Presidio's interface, for those who have Presidio at work already.

Needs `pip install bedside[presidio]`, and no language model: the guard reads the text itself.

    from presidio_analyzer import AnalyzerEngine
    from bedside.guard.presidio import BedsideRecognizer

    analyzer = AnalyzerEngine()
    analyzer.registry.add_recognizer(BedsideRecognizer())

What the guard knows beyond identifiers (who speaks to whom about what) has no place in that interface; for that
call `bedside.guard.screen`.
"""

from __future__ import annotations

from collections.abc import Sequence

from presidio_analyzer import AnalysisExplanation, EntityRecognizer, RecognizerResult
from presidio_analyzer.nlp_engine import NlpArtifacts

from bedside.guard.policy import AllowList, Policy
from bedside.guard.screener import screen
from bedside.guard.screening import Kind, Screening, Span, SpanType

# Ours to Presidio's (presidio-analyzer's “supported entities”); AGE and ID are what its own documentation calls them.
ENTITIES: dict[SpanType, str] = {
    "NAME": "PERSON",
    "LOC": "LOCATION",
    "DATE": "DATE_TIME",
    "AGE": "AGE",
    "PHONE": "PHONE_NUMBER",
    "EMAIL": "EMAIL_ADDRESS",
    "SSN": "US_SSN",
    "ID": "ID",
    "URL": "URL",
    "IP": "IP_ADDRESS",
    "ORG": "ORGANIZATION",
}


class BedsideRecognizer(EntityRecognizer):  # type: ignore[misc]  # Presidio may not be there when types are checked
    """Finds every identifier that `screen` finds, in English and Spanish alike; offsets are code points.

    `supported_entities` (Presidio's names) limits what is looked for; `supported_language` is what Presidio asks
    under, so that two languages want two recognisers. `score` is what each result carries: the guard says yes or
    no, and knows no degrees. `kind`, `policy`, `allow` and `tier` are those of `screen`, which raises Invalid for a
    text over 1,000,000 characters.
    """

    def __init__(
        self,
        supported_entities: Sequence[str] | None = None,
        supported_language: str = "en",
        *,
        score: float = 0.85,
        kind: Kind = "incoming",
        policy: Policy | None = None,
        allow: AllowList | None = None,
        tier: int | None = None,
    ) -> None:
        self.score = score
        self._kind: Kind = kind
        self._policy, self._allow, self._tier = policy or Policy(), allow or AllowList(), tier
        # Presidio's constructor calls `load`, which wants what stands above.
        super().__init__(
            supported_entities=list(supported_entities or ENTITIES.values()),
            supported_language=supported_language,
            name="BedsideRecognizer",
        )

    def load(self) -> None:
        """Read word lists and compile patterns now, and not with the first text."""
        self._screened("")

    def analyze(
        self, text: str, entities: Sequence[str], nlp_artifacts: NlpArtifacts | None = None
    ) -> list[RecognizerResult]:
        """The identifiers of `text` that are among `entities`; none given: among those supported."""
        wanted = set(entities or self.supported_entities) & set(self.supported_entities)
        screening = self._screened(text)
        return [self._result(span, screening) for span in screening.spans if ENTITIES[span.type] in wanted]

    def _screened(self, text: str) -> Screening:
        return screen(text, kind=self._kind, policy=self._policy, allow=self._allow, tier=self._tier)

    def _result(self, span: Span, screening: Screening) -> RecognizerResult:
        finding = next(
            (one for one in screening.findings if (one.start, one.end) == (span.start, span.end)), None
        )
        return RecognizerResult(
            entity_type=ENTITIES[span.type],
            start=span.start,
            end=span.end,
            score=self.score,
            analysis_explanation=AnalysisExplanation(
                recognizer=self.name,
                original_score=self.score,
                pattern_name=finding.rule if finding else None,
                textual_explanation=finding.message if finding else None,
            ),
            recognition_metadata={
                RecognizerResult.RECOGNIZER_NAME_KEY: self.name,
                RecognizerResult.RECOGNIZER_IDENTIFIER_KEY: self.id,
            },
        )
