"""How the guard's findings and rules are told to people."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bedside.accounts.caller import Caller
from bedside.accounts.roles import Right
from bedside.core.text import digest
from bedside.guard import Category, rules
from bedside.posts.models import Post

SEVERITIES = {
    "block": gettext_lazy("Must not leave"),
    "review": gettext_lazy("To be looked at"),
    "note": gettext_lazy("Good to know"),
}
CATEGORIES = {
    Category.IDENTIFIER: gettext_lazy("What points at a person"),
    Category.RELATIONSHIP: gettext_lazy("Who is, or was, a patient"),
    Category.ADVICE: gettext_lazy("Advice to one person"),
    Category.HARM: gettext_lazy("Words that harm"),
    Category.PROMISE: gettext_lazy("Promises and reviews"),
    Category.CLAIM: gettext_lazy("Medical claims"),
    Category.CLARITY: gettext_lazy("Plain language and access"),
}
_ORDER = {name: number for number, name in enumerate(SEVERITIES)}


@cache
def _titles() -> dict[str, str]:
    return {rule.id: _(rule.title) for rule in rules()}


def shown_findings(
    rows: Sequence[Mapping[str, Any]],
    answers: Mapping[str, str],
    answered_by: str,
    channels: Mapping[str, str] | None = None,
    reported: set[str] | None = None,
) -> list[dict[str, Any]]:
    """The guard's findings as the quiet list shows them, each once, the gravest first.

    `channels` are names by id, to say in which channel's own words something was found; `reported` is what
    `alarms.reported_in` says.
    """
    once: dict[tuple[str, str], Mapping[str, Any]] = {}
    for row in rows:
        once.setdefault((row["message"], row["excerpt"]), row)
    return [
        {
            "key": row["key"],
            "place": _place(row, channels or {}),
            "kind": row["severity"],
            "word": SEVERITIES.get(row["severity"], row["severity"]),
            "sentence": row["message"],
            "quote": row["excerpt"],
            "source": row["source"],
            "rule": _titles().get(row["rule"], ""),
            "rule_url": f"{reverse('guard_rules')}#{row['rule']}",
            "reported": bool(reported) and digest(row["key"]) in (reported or ()),
            "answer": answers.get(row["key"], ""),
            "answered_by": answered_by if row["key"] in answers else "",
        }
        for row in sorted(once.values(), key=lambda row: _ORDER.get(row["severity"], 3))
    ]


def with_alarm_buttons(
    shown: list[dict[str, Any]], caller: Caller, post: Post, back: str
) -> list[dict[str, Any]]:
    """The same, each with the button that reports it and comes back to the page named `back`; for who may."""
    if caller.may(Right.COMMENT):
        for one in shown:
            one |= {"alarm_url": reverse("false_alarm_report", args=[post.id]), "alarm_back": back}
    return shown


def _place(row: Mapping[str, Any], channels: Mapping[str, str]) -> str:
    if row["part"] == "title":
        return _("in the title")
    if row["part"] == "alt":
        return _("in a picture's description")
    if row["part"] == "option":
        return _("in the content warning")
    name = channels.get(row["channel"] or "")
    return _("in the words for %s") % name if name else ""
