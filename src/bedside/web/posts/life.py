"""A post's life as the page tells it: the record's entries about the post and its deliveries, in order."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from bedside.accounts.roles import Role
from bedside.approvals.models import Risk
from bedside.audit.models import Entry
from bedside.publishing.models import Attempt, Delivery

MOST = 500
# verb → (kind of mark, icon, title). What is not here is told by its verb's own words.
_TOLD: dict[str, tuple[str, str, str]] = {
    "post.created": ("neutral", "pen-line", gettext_noop("First words")),
    "post.edited": ("neutral", "pencil", gettext_noop("The text was changed")),
    "post.submitted": ("note", "send", gettext_noop("Sent to review")),
    "post.approved": ("ok", "", gettext_noop("Approved")),
    "post.rejected": ("block", "undo-2", gettext_noop("Sent back")),
    "post.review_voided": ("review", "", gettext_noop("The decisions are void: the text changed")),
    "post.review_withdrawn": ("neutral", "undo-2", gettext_noop("Taken back from review")),
    "post.approval_expired": (
        "review",
        "hourglass",
        gettext_noop("The approval expired: its slot had passed"),
    ),
    "post.commented": ("neutral", "message-square", gettext_noop("Comment")),
    "post.alarm_reported": ("neutral", "flag", gettext_noop("A false alarm was reported")),
    "post.alarm_allowed": ("ok", "", gettext_noop("False alarm: the words are our own")),
    "post.alarm_dismissed": ("neutral", "", gettext_noop("The guard's finding stands")),
    "post.scheduled": ("note", "calendar-clock", gettext_noop("Scheduled")),
    "post.unscheduled": ("neutral", "undo-2", gettext_noop("Taken from the schedule")),
    "post.discarded": ("neutral", "trash-2", gettext_noop("Discarded")),
    "post.restored": ("neutral", "history", gettext_noop("Brought back")),
    "delivery.armed": ("note", "send", gettext_noop("%s: on its way")),
    "delivery.confirmed": ("ok", "", gettext_noop("%s: out")),
    "delivery.unknown": (
        "review",
        "circle-question-mark",
        gettext_noop("%s: it is not known whether it is out"),
    ),
    "delivery.unsure": ("block", "circle-question-mark", gettext_noop("%s: a person has to look")),
    "delivery.held": ("review", "hand", gettext_noop("%s: held")),
    "delivery.failed": ("block", "", gettext_noop("%s: refused")),
    "delivery.deferred": ("review", "hourglass", gettext_noop("%s: tried again")),
    "delivery.resolved": ("ok", "check", gettext_noop("%s: resolved")),
    "delivery.released": ("note", "play", gettext_noop("%s: let go")),
    "delivery.cancelled": ("neutral", "ban", gettext_noop("%s: cancelled")),
    "delivery.delete_asked": ("review", "trash-2", gettext_noop("%s: deletion asked for")),
    "delivery.deleted": ("neutral", "trash-2", gettext_noop("%s: deleted")),
    "delivery.delete_failed": ("block", "", gettext_noop("%s: could not be deleted")),
}


def life_of(
    entries: Sequence[Entry], deliveries: Mapping[str, Delivery], names: Mapping[Any, str]
) -> list[dict[str, Any]]:
    """The line's items, oldest first, from `entries` in any order. A run of edits by one person is one item.

    `names` are people's names by id: the record itself knows them by e-mail.
    """
    items: list[dict[str, Any]] = []
    last: Entry | None = None
    for entry in sorted(entries, key=lambda one: one.seq):
        if (
            entry.verb == "post.edited"
            and last
            and last.verb == entry.verb
            and last.actor_id == entry.actor_id
        ):
            items[-1]["when"] = entry.at
            continue
        last = entry
        kind, icon, words = _TOLD.get(entry.verb, ("neutral", "", entry.verb))
        title = _(words)
        delivery = deliveries.get(entry.noun_id)
        if delivery is not None:
            title = title % delivery.connection.name
        items.append(
            {
                "title": title,
                "kind": kind,
                "icon": icon,
                "who": _("Bedside")
                if entry.actor_id is None and entry.door == "worker"
                else names.get(entry.actor_id, entry.actor_label),
                "when": entry.at,
                "told": _told(entry),
                "text": _text(entry),
                "url": delivery.url if delivery and entry.verb == "delivery.confirmed" else "",
                "verb": _("Open the post"),
            }
        )
    return items


def attempts_of(delivery: Delivery) -> list[dict[str, Any]]:
    """What was sent and what came back, try by try, for the part that folds open."""
    return [
        {
            "title": _("Attempt %(number)d: %(what)s")
            % {"number": attempt.number, "what": Attempt.Kind(attempt.kind).label},
            "kind": _OUTCOMES[attempt.outcome][0],
            "word": _(_OUTCOMES[attempt.outcome][1]),
            "when": attempt.started_at,
            "sent": "\n\n".join(_request(exchange) for exchange in attempt.exchanges),
            "received": "\n\n".join(
                [
                    *(_answer(exchange) for exchange in attempt.exchanges),
                    *([attempt.words] if attempt.words else []),
                ]
            ),
        }
        for attempt in delivery.attempts.all()
    ]


_OUTCOMES = {
    "confirmed": ("ok", gettext_noop("Confirmed")),
    "deleted": ("ok", gettext_noop("Deleted")),
    "absent": ("note", gettext_noop("Not there")),
    "busy": ("review", gettext_noop("Not taken now")),
    "refused": ("block", gettext_noop("Refused")),
    "unknown": ("review", gettext_noop("No clear answer")),
    "cannot-tell": ("review", gettext_noop("Cannot be told")),
    "lost": ("review", gettext_noop("Interrupted")),
    "": ("note", gettext_noop("Under way")),
}


def _request(exchange: Mapping[str, Any]) -> str:
    return f"{exchange['method']} {exchange['url']}\n{exchange['request']}".strip()


def _answer(exchange: Mapping[str, Any]) -> str:
    status = exchange["status"] if exchange["status"] is not None else exchange["error"]
    return f"{status} ({exchange['seconds']:.2f} s)\n{exchange['response']}".strip()


def _told(entry: Entry) -> str:
    facts = entry.facts
    if facts is None:
        return _("The details have been shredded, since their retention has ended.")
    parts: list[str] = []
    if entry.verb in {"post.approved", "post.rejected"}:
        role = facts.get("role", "")
        parts.append(_("As %s.") % (Role(role).label if role in Role.values else role))
    if text := facts.get("comment") or facts.get("text") or facts.get("reason"):
        parts.append(f"“{text}”")
    if why := facts.get("why"):
        parts.append(str(why))
    if entry.verb == "post.submitted":
        parts.append(
            _("Risk: %(risk)s. Steps: %(steps)s.")
            % {
                "risk": Risk(facts["risk"]).label if facts.get("risk") in Risk.values else "",
                "steps": ", ".join(str(Role(r).label) for r in facts.get("steps", []) if r in Role.values),
            }
        )
    if entry.verb == "delivery.resolved":
        parts.append(_("It is out.") if facts.get("as") == "sent" else _("It is not out."))
    return " ".join(parts)


# The moments at which it matters which text exactly was meant.
_BOUND = frozenset({"post.submitted", "post.approved", "post.rejected", "post.scheduled", "delivery.armed"})


def _text(entry: Entry) -> str:
    """The beginning of the digest of the text that the entry speaks of."""
    facts = entry.facts if entry.verb in _BOUND else None
    return str((facts or {}).get("digest", ""))[:12]
