"""What the guard knows: every rule, with its reason, its source and its examples."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from bedside.accounts.doors import caller_of, signed_in
from bedside.accounts.roles import Right
from bedside.guard import Policy, Rule, Verdict, rules
from bedside.organization.queries import guard_rules
from bedside.web.guard.words import CATEGORIES, SEVERITIES

KINDS = {
    "post": gettext_lazy("posts"),
    "reply": gettext_lazy("replies"),
    "incoming": gettext_lazy("what others write"),
}


@require_safe
@signed_in
def rules_page(request: HttpRequest) -> HttpResponse:
    """Every rule by family; `q` shows those that say all of its words, `show=off` those that policy turned off."""
    caller = caller_of(request)
    caller.require(Right.READ)
    policy, _allow = guard_rules()
    words = request.GET.get("q", "").strip()[:200]
    off_only = request.GET.get("show") == "off"
    shown = [
        _shown(rule, policy)
        for rule in rules()
        if _says(rule, words) and (not off_only or _off(rule, policy))
    ]
    return render(
        request,
        "guard/rules.html",
        {
            "title": _("What the guard knows"),
            "q": words,
            "off_only": off_only,
            "amount": len(shown),
            "turned_off": sum(1 for rule in rules() if _off(rule, policy)),
            "families": [
                {"key": category.value, "label": label, "rules": found}
                for category, label in CATEGORIES.items()
                if (found := [one for one in shown if one["rule"].category is category])
            ],
            "may_settle": caller.may(Right.GUARD),
        },
    )


def _says(rule: Rule, words: str) -> bool:
    said = " ".join(
        (
            rule.id,
            _(rule.title),
            _(rule.explanation),
            _(rule.message),
            rule.source,
            rule.suggestion or "",
            *rule.examples,
        )
    ).casefold()
    return all(word in said for word in words.casefold().split()[:8])


def _off(rule: Rule, policy: Policy) -> bool:
    return rule.id in policy.disabled or policy.severity_of.get(rule.id) is Verdict.PASS


def _shown(rule: Rule, policy: Policy) -> dict[str, Any]:
    severity = policy.severity_of.get(rule.id, rule.severity)
    off = _off(rule, policy)
    return {
        "rule": rule,
        "kind": "neutral" if off else str(severity),
        "word": _("Turned off here") if off else SEVERITIES.get(str(severity), severity),
        "changed": not off and severity is not rule.severity,
        "usual": SEVERITIES.get(str(rule.severity), rule.severity),
        "judges": ", ".join(str(KINDS[kind]) for kind in rule.kinds) if len(rule.kinds) < len(KINDS) else "",
    }
