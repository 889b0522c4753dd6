"""False alarms: reported by a button beside the finding, settled on a page of their own."""

from __future__ import annotations

import uuid
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from bedside.accounts.doors import caller_of, signed_in
from bedside.approvals import alarms as rows_of
from bedside.approvals.models import FalseAlarm
from bedside.core.errors import Conflict, Invalid
from bedside.organization.actions import LONGEST_REASON
from bedside.web.guard.words import SEVERITIES
from bedside.web.notices import say

A_PAGE = 25
# Where the allow-list keeps what, and what a rule's finding most likely is.
KINDS = {
    "names": gettext_lazy("One of our clinicians or speakers"),
    "phones": gettext_lazy("One of our telephone numbers"),
    "places": gettext_lazy("One of our places or addresses"),
    "urls": gettext_lazy("One of our web or mail addresses (its whole domain)"),
    "campaigns": gettext_lazy("One of our campaigns, or another word of ours"),
    "events": gettext_lazy("One of our public events"),
}
LIKELY = {
    "identifier.name": "names",
    "identifier.phone": "phones",
    "identifier.place": "places",
    "identifier.street": "places",
    "identifier.zip": "places",
    "identifier.url": "urls",
    "identifier.email": "urls",
    "identifier.date": "events",
}
BACK = {"approval": "approval", "post": "post", "write": "write_post"}


class AllowForm(forms.Form):
    """What is the organisation's own, and how one knows."""

    words = forms.CharField(label=gettext_lazy("The words that are ours"), max_length=300)
    kind = forms.ChoiceField(label=gettext_lazy("What they are"), choices=list(KINDS.items()))
    reason = forms.CharField(label=gettext_lazy("Why they are ours"), max_length=LONGEST_REASON)


class DismissForm(forms.Form):
    """Why the guard is to go on finding this."""

    reason = forms.CharField(label=gettext_lazy("Why the guard is right"), max_length=LONGEST_REASON)


@require_safe
@signed_in
def index(request: HttpRequest) -> HttpResponse:
    """The alarms that wait, the oldest first; with `show=settled` those that are settled, the latest first."""
    return _page(request)


def _page(request: HttpRequest, **refused: forms.Form) -> HttpResponse:
    """`refused` are forms that came back with errors, by the alarm's id."""
    caller = caller_of(request)
    settled = request.GET.get("show") == "settled"
    start = request.GET.get("from", "")
    start_at = int(start) if start.isdigit() and len(start) < 7 else 0
    found = list(rows_of.alarms(caller, settled=settled)[start_at : start_at + A_PAGE + 1])
    more = "&show=settled" if settled else ""
    return render(
        request,
        "guard/alarms.html",
        {
            "title": _("False alarms"),
            "settled": settled,
            "rows": [_shown(row, refused) for row in found[:A_PAGE]],
            "chips": [
                {"url": "?", "label": _("Waiting"), "current": not settled, "amount": None},
                {"url": "?show=settled", "label": _("Settled"), "current": settled, "amount": None},
            ],
            "older": f"?from={start_at + A_PAGE}{more}" if len(found) > A_PAGE else "",
            "newer": f"?from={max(0, start_at - A_PAGE)}{more}" if start_at else "",
        },
        status=422 if refused else 200,
    )


def _shown(row: FalseAlarm, refused: dict[str, forms.Form]) -> dict[str, Any]:
    end = row.begins + len(row.words)
    shown: dict[str, Any] = {
        "row": row,
        "key": str(row.id),
        "kind": row.severity,
        "word": SEVERITIES.get(row.severity, row.severity),
        "before": row.around[: row.begins],
        "words": row.around[row.begins : end],
        "after": row.around[end:],
        "can_be_allowed": rows_of.can_be_allowed(row.rule),
    }
    if row.state == FalseAlarm.State.OPEN:
        back = refused.get(str(row.id))
        likely = {"words": row.words, "kind": LIKELY.get(row.rule, "campaigns")}
        shown |= {
            "allow_form": back
            if isinstance(back, AllowForm)
            else AllowForm(initial=likely, auto_id=f"allow-{row.id}-%s"),
            "dismiss_form": back
            if isinstance(back, DismissForm)
            else DismissForm(auto_id=f"dismiss-{row.id}-%s"),
        }
    return shown


@require_POST
@signed_in
def allow(request: HttpRequest, alarm_id: uuid.UUID) -> HttpResponse:
    form = AllowForm(request.POST, auto_id=f"allow-{alarm_id}-%s")
    if form.is_valid():
        said = form.cleaned_data
        try:
            rows_of.allow(caller_of(request), alarm_id, said["kind"], said["words"], said["reason"])
        except Invalid as error:
            field = next(iter(error.extra.get("fields", [])), None)
            form.add_error(field if field in form.fields else None, error.detail)
        else:
            words = _("The guard takes “%s” for yours from now on. The organisation's settings list it.")
            say(request, words % said["words"])
            return redirect("false_alarms")
    return _page(request, **{str(alarm_id): form})


@require_POST
@signed_in
def dismiss(request: HttpRequest, alarm_id: uuid.UUID) -> HttpResponse:
    form = DismissForm(request.POST, auto_id=f"dismiss-{alarm_id}-%s")
    if form.is_valid():
        rows_of.dismiss(caller_of(request), alarm_id, form.cleaned_data["reason"])
        say(request, _("The guard goes on finding this. Your reason is in the record."))
        return redirect("false_alarms")
    return _page(request, **{str(alarm_id): form})


@require_POST
@signed_in
def report(request: HttpRequest, post_id: uuid.UUID) -> HttpResponse:
    """The button beside a finding on the page of a post or of its approval."""
    report_key(request, post_id, request.POST.get("key", ""))
    return redirect(BACK.get(request.POST.get("back", ""), "post"), post_id)


def report_key(request: HttpRequest, post_id: uuid.UUID, key: str) -> None:
    """Report the finding with `key`, and say what becomes of that."""
    try:
        rows_of.report(caller_of(request), post_id, key)
    except Conflict as error:
        say(request, error.detail, "note")
    else:
        say(
            request,
            _("Reported as a false alarm. Until it is settled, the finding stands: say why it is right."),
        )
