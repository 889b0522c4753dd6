"""Logs: one JSON object a line, or plain lines on a terminal. They never hold the text of a message.

What an exception says may quote anything (a database error quotes the row), so only its type and the places
in the code are written; with BEDSIDE_DEBUG its words too. Tokens in addresses are blanked.
"""

from __future__ import annotations

import json
import logging
import re
import sys
import traceback
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

FORMATS = ("auto", "json", "text")
# Longer than a UUID: what an invitation, a token or a session key looks like.
_SECRET = re.compile(r"[A-Za-z0-9_-]{40,}")
_HERE = str(Path(__file__).parent.parent) + "/"


def configure(how: str = "auto", *, debug: bool = False) -> None:
    """Send every log to stderr; `how` is json, text, or auto (text on a terminal, otherwise json)."""
    text = how == "text" or (how == "auto" and sys.stderr.isatty())
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_Text(debug) if text else _Json(debug))
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(logging.INFO)
    for name in list(logging.Logger.manager.loggerDict):
        logger = logging.getLogger(name)
        logger.handlers.clear()
        logger.propagate = True
    # A wrong address or a refused form is no event of the desk's; uvicorn and Procrastinate tell their steps.
    for name, level in {
        "django.request": logging.ERROR,
        "django.security": logging.ERROR,
        "uvicorn": logging.WARNING,
        "procrastinate": logging.WARNING,
        "psycopg": logging.WARNING,
        "httpx2": logging.WARNING,
        "asyncio": logging.WARNING,
    }.items():
        logging.getLogger(name).setLevel(level)


def _blank(text: str) -> str:
    return _SECRET.sub("…", text)


class _Json(logging.Formatter):
    def __init__(self, debug: bool) -> None:
        super().__init__()
        self.debug = debug

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, Any] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "from": record.name,
            "message": _blank(record.getMessage()),
        }
        if record.exc_info and record.exc_info[1] is not None:
            error = record.exc_info[1]
            line["error"] = type(error).__name__
            line["where"] = [
                f"{frame.filename.removeprefix(_HERE)}:{frame.lineno} {frame.name}"
                for frame in traceback.extract_tb(error.__traceback__)[-12:]
            ]
            if self.debug:
                line["says"] = _blank(str(error))
        return json.dumps(line, ensure_ascii=False)


class _Text(_Json):
    def format(self, record: logging.LogRecord) -> str:
        line = json.loads(super().format(record))
        words = f"{line['at'][11:19]} {line['level']:<7} {line['message']}"
        if "error" in line:
            words += "".join(
                f"\n    {place}" for place in [*line["where"], line["error"], line.get("says", "")]
            )
        return words.rstrip()
