"""How what a program sends is read: strict JSON, text that every database and network can hold, cursors."""

from __future__ import annotations

import base64
import binascii
import json
import uuid
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Annotated, Any, ClassVar, NoReturn

from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja import Schema
from ninja.parser import Parser
from pydantic import AfterValidator, ConfigDict, Field

from bedside.core.errors import Invalid

MOST_AT_ONCE = 100


def storable(text: str) -> bool:
    """Whether `text` is Unicode without NUL: what neither database nor network takes is refused at the door."""
    if "\x00" in text:
        return False
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True


def _storable(text: str) -> str:
    if not storable(text):
        raise ValueError("holds a character that is no text (NUL or half of a surrogate pair)")
    return text


Text = Annotated[str, AfterValidator(_storable)]
Word = Annotated[Text, Field(max_length=200)]
Cursor = Annotated[Text, Field(max_length=200, description="`next` of the page before.")]
Limit = Annotated[int, Field(ge=1, le=MOST_AT_ONCE, description="How many at most.")]


class Body(Schema):
    """A body that a program sends. A field of another name is refused: it would be a slip of the pen."""

    model_config: ClassVar[ConfigDict] = ConfigDict(extra="forbid")


class Reason(Body):
    """Why; everybody will see it."""

    reason: Annotated[Text, Field(max_length=500)]


def _no_constant(name: str) -> NoReturn:
    raise json.JSONDecodeError(f"{name} is not JSON", name, 0)


def _check_texts(value: object, at: str) -> None:
    # Iterative, because how deep it goes is up to who sends it.
    waiting: list[tuple[str, object]] = [(at, value)]
    while waiting:
        place, one = waiting.pop()
        if isinstance(one, str) and not storable(one):
            raise Invalid(
                _("%s holds a character that is no text (NUL or half of a surrogate pair).")
                % (place[:200] or _("The body")),
                fields=[place.partition(".")[0][:100]] if place else [],
            )
        if isinstance(one, Mapping):
            for name, inner in one.items():
                if not storable(name):
                    raise Invalid(_("The name of a field holds a character that is no text."))
                waiting.append((f"{place}.{name}" if place else name, inner))
        elif isinstance(one, list):
            waiting += [(f"{place}.{number}", inner) for number, inner in enumerate(one)]


class StrictParser(Parser):
    """JSON as RFC 8259 has it: no NaN, and no text that could not be stored."""

    def parse_body(self, request: HttpRequest) -> Any:
        body = json.loads(request.body.decode("utf-8"), parse_constant=_no_constant)
        _check_texts(body, "")
        return body


def write_cursor(at: datetime, row: uuid.UUID) -> str:
    """Where a page ended, as an opaque word."""
    raw = f"{at.astimezone(UTC).isoformat()} {row.hex}"
    return base64.urlsafe_b64encode(raw.encode()).decode().rstrip("=")


def read_cursor(cursor: str) -> tuple[datetime, uuid.UUID]:
    """Raises `Invalid` for what `write_cursor` has not made."""
    try:
        raw = base64.urlsafe_b64decode(cursor.encode("ascii") + b"=" * (-len(cursor) % 4)).decode("ascii")
        at, _space, row = raw.partition(" ")
        moment = datetime.fromisoformat(at)
        if moment.tzinfo is None:
            raise ValueError("a moment needs its offset")
        return moment.astimezone(UTC), uuid.UUID(row)
    except (ValueError, OverflowError, binascii.Error) as error:
        raise Invalid(
            _("This cursor is not one of ours. Begin again without it."), fields=["cursor"]
        ) from error
