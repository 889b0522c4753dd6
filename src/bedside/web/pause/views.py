"""One page, one field, one button."""

from __future__ import annotations

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods

from bedside.accounts.doors import caller_of, signed_in
from bedside.accounts.roles import Right
from bedside.core import clock
from bedside.publishing import actions
from bedside.publishing.models import Delivery
from bedside.publishing.queries import current_pause
from bedside.web.notices import say


class ReasonForm(forms.Form):
    reason = forms.CharField(
        label=gettext_lazy("Why"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3, "maxlength": 500}),
        help_text=gettext_lazy("Everybody at the desk sees this. Name no patient."),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def pause(request: HttpRequest) -> HttpResponse:
    """Pause everything with a reason; while paused, resume with a reason."""
    caller = caller_of(request)
    caller.require(Right.PAUSE)
    standing = current_pause()
    form = ReasonForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        if standing is None:
            actions.pause(caller, form.cleaned_data["reason"])
            say(request, _("Everything is paused. Nothing leaves until somebody resumes."), "review")
            return redirect("pause")
        held = actions.resume(caller, form.cleaned_data["reason"])
        say(
            request,
            ngettext(
                "Sending goes on. %d post that was due meanwhile is held for you to look at.",
                "Sending goes on. %d posts that were due meanwhile are held for you to look at.",
                held,
            )
            % held
            if held
            else _("Sending goes on. Nothing had piled up."),
        )
        return redirect("today")
    now = clock.now()
    waiting = Delivery.objects.filter(state=Delivery.State.SCHEDULED)
    return render(
        request,
        "pause/pause.html",
        {
            "title": _("Resume") if standing else _("Pause everything"),
            "standing": standing,
            "form": form,
            "waiting": waiting.count(),
            "piled": waiting.filter(next_at__lte=now).count(),
            "next": waiting.order_by("next_at").select_related("post", "connection").first(),
        },
        status=422 if request.method == "POST" else 200,
    )
