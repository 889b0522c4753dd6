"""Say on the next page what just happened, with an undo where there is one."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest

_LEVELS = {"ok": messages.SUCCESS, "note": messages.INFO, "review": messages.WARNING, "block": messages.ERROR}


def say(request: HttpRequest, sentence: str, kind: str = "ok", undo: str = "") -> None:
    """Show `sentence` once, in the messages of the next page that is rendered for this person.

    `kind`: ok, note, review or block. `undo` is an address on this desk that undoes it when it receives a POST.
    """
    messages.add_message(request, _LEVELS[kind], sentence, extra_tags=f"undo={undo}" if undo else "")
