from __future__ import annotations

import json
import logging
import secrets
import sys
import uuid

from bedside.logs import _Json, _Text


def _record(words: str, error: BaseException | None = None) -> logging.LogRecord:
    info = (type(error), error, error.__traceback__) if error else None
    return logging.LogRecord("bedside.x", logging.ERROR, __file__, 1, words, (), info)


def test_a_line_holds_no_token_and_not_what_an_exception_quotes() -> None:
    token, ident = secrets.token_urlsafe(32), uuid.uuid4()
    try:
        raise ValueError("Ana's appointment is on Monday")
    except ValueError as error:
        record = _record(f"broken: /invite/{token} of {ident}", error)
    line = json.loads(_Json(False).format(record))
    assert token not in line["message"]
    assert str(ident) in line["message"]
    assert line["error"] == "ValueError"
    assert "Ana" not in json.dumps(line)
    assert "Ana" in _Json(True).format(record)
    assert "Ana" not in _Text(False).format(record)
    assert sys.exc_info() == (None, None, None)
