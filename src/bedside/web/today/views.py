"""Today."""

from __future__ import annotations

from datetime import datetime, time, timedelta

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from bedside.accounts.doors import caller_of, signed_in
from bedside.approvals.alarms import how_many_wait
from bedside.approvals.queries import waiting_for
from bedside.core import clock
from bedside.posts.models import Post
from bedside.posts.queries import visible
from bedside.publishing.queries import calendar, states_of, waiting_for_a_person
from bedside.web.posts.words import delivery_kind, post_kind, post_word

SHOWN = 8


@require_safe
@signed_in
def today(request: HttpRequest) -> HttpResponse:
    """Each list shows its first eight and says where the rest is; an empty one says that this is good."""
    caller = caller_of(request)
    zone = request.person_zone  # type: ignore[attr-defined]
    here = clock.now().astimezone(zone)
    start = datetime.combine(here.date(), time(), tzinfo=zone)
    waiting = waiting_for(caller)
    wrong = list(waiting_for_a_person(caller)[: SHOWN + 1])
    leaving = list(
        calendar(caller, start, start + timedelta(days=1)).prefetch_related("deliveries__connection")[
            : SHOWN + 1
        ]
    )
    states = states_of(leaving)
    drafts = (
        visible(caller).filter(author=caller.person, state=Post.State.DRAFT).order_by("-updated_at")[:SHOWN]
    )
    return render(
        request,
        "today/today.html",
        {
            "title": _("Today"),
            "today_is": here,
            "waiting": waiting[:SHOWN],
            "alarms": how_many_wait(caller),
            "waiting_more": max(0, len(waiting) - SHOWN),
            "leaving": [
                {"post": one, "kind": post_kind(one, states[one.id]), "word": post_word(one, states[one.id])}
                for one in leaving[:SHOWN]
            ],
            "leaving_more": len(leaving) > SHOWN,
            "wrong": [{"delivery": one, "kind": delivery_kind(one)} for one in wrong[:SHOWN]],
            "wrong_more": len(wrong) > SHOWN,
            "drafts": drafts,
        },
    )
