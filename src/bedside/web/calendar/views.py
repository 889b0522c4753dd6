"""What leaves when, in the reader's zone."""

from __future__ import annotations

import calendar as months
from collections import Counter
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from itertools import groupby, islice
from typing import Any
from urllib.parse import urlencode
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import Exists, OuterRef, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from bedside.accounts.caller import Caller
from bedside.accounts.doors import caller_of, signed_in
from bedside.connections.queries import visible as visible_connections
from bedside.core import clock
from bedside.core.errors import NotFound
from bedside.posts.models import Post
from bedside.publishing.models import Delivery
from bedside.publishing.queries import calendar, states_of
from bedside.web.posts.words import post_kind, post_word
from bedside.web.templatetags.bedside import zone_words

A_CELL = 4
MOST_IN_A_MONTH, MOST_IN_A_LIST = 20_000, 100
LIST_DAYS = 28


def _chosen(text: str, here: date) -> date:
    """The first of the month written as 2026-11; this month when nothing is written."""
    if not text:
        return here.replace(day=1)
    try:
        year, number = (int(part) for part in text.split("-"))
        if not 2000 <= year <= 2999:
            raise ValueError(text)
        return date(year, number, 1)
    except ValueError:
        raise NotFound(_("There is no such month.")) from None


def _posts(caller: Caller, start: date, end: date, zone: ZoneInfo, channel: UUID | None) -> QuerySet[Post]:
    """The posts from the first moment of `start` to that of `end`, as clocks in `zone` show it."""
    posts = calendar(
        caller,
        datetime.combine(start, time(), tzinfo=zone),
        datetime.combine(end, time(), tzinfo=zone),
    )
    if channel is not None:
        there = Delivery.objects.filter(post=OuterRef("pk"), connection=channel)
        posts = posts.filter(Exists(there.exclude(state=Delivery.State.CANCELLED)))
    return posts


def _day_in(zone: ZoneInfo) -> Callable[[Post], date]:
    def day(post: Post) -> date:
        assert post.due_at is not None
        return post.due_at.astimezone(zone).date()

    return day


def _slot(post: Post, states: Counter[str], zone: ZoneInfo) -> dict[str, Any]:
    assert post.due_at is not None
    return {
        "time": post.due_at.astimezone(zone).strftime("%H:%M"),
        "title": str(post),
        "url": reverse("post", args=[post.id]),
        "kind": post_kind(post, states),
        "word": post_word(post, states),
    }


def _channel(request: HttpRequest) -> UUID | None:
    try:
        return UUID(request.GET["channel"]) if request.GET.get("channel") else None
    except ValueError:
        raise NotFound(_("There is no such channel here.")) from None


def _chips(request: HttpRequest, caller: Caller, channel: UUID | None) -> list[dict[str, Any]]:
    kept = {key: request.GET[key] for key in ("month", "from") if request.GET.get(key)}
    every = [
        {
            "url": "?" + urlencode(kept) if kept else "?",
            "label": _("All channels"),
            "current": channel is None,
        }
    ]
    return every + [
        {
            "url": "?" + urlencode({**kept, "channel": str(one.id)}),
            "label": one.name,
            "current": one.id == channel,
        }
        for one in visible_connections(caller)[:20]
    ]


@require_safe
@signed_in
def month(request: HttpRequest) -> HttpResponse:
    """`month` as 2026-11, `channel` an id. Each cell shows four posts and says how many more there are."""
    caller = caller_of(request)
    zone: ZoneInfo = request.person_zone  # type: ignore[attr-defined]
    here = clock.now().astimezone(zone).date()
    first = _chosen(request.GET.get("month", ""), here)
    channel = _channel(request)
    days = list(months.Calendar(firstweekday=0).itermonthdates(first.year, first.month))
    posts = _posts(caller, days[0], days[-1] + timedelta(days=1), zone, channel)
    # First how many leave on which day, and then no more of them than the cells show.
    many: Counter[date] = Counter()
    firsts: list[datetime] = []
    for due_at in posts.values_list("due_at", flat=True)[:MOST_IN_A_MONTH]:
        assert due_at is not None
        day = due_at.astimezone(zone).date()
        many[day] += 1
        if many[day] <= A_CELL:
            firsts.append(due_at)
    shown = posts.filter(due_at__in=firsts)[:MOST_IN_A_MONTH]
    cell = {day: list(islice(group, A_CELL)) for day, group in groupby(shown, key=_day_in(zone))}
    states = states_of(post for group in cell.values() for post in group)
    more = {"channel": str(channel)} if channel else {}
    cells = [
        {
            "date": day,
            "outside": day.month != first.month,
            "today": day == here,
            "url": f"{reverse('calendar_list')}?{urlencode({'from': day.isoformat(), **more})}",
            "items": [_slot(post, states[post.id], zone) for post in cell.get(day, [])],
            "rest": max(0, many[day] - A_CELL),
        }
        for day in days
    ]
    before, after = first - timedelta(days=1), first + timedelta(days=32)
    return render(
        request,
        "calendar/month.html",
        {
            "title": date_format(first, "F Y"),
            "weeks": [cells[at : at + 7] for at in range(0, len(cells), 7)],
            "before": "?" + urlencode({"month": before.strftime("%Y-%m"), **more}),
            "after": "?" + urlencode({"month": after.strftime("%Y-%m"), **more}),
            "chips": _chips(request, caller, channel),
            "empty_month": not many,
            "zone": zone_words(zone),
        },
    )


@require_safe
@signed_in
def agenda(request: HttpRequest) -> HttpResponse:
    """Four weeks as a list, from `from` (2026-11-24) on."""
    caller = caller_of(request)
    zone: ZoneInfo = request.person_zone  # type: ignore[attr-defined]
    try:
        start = date.fromisoformat(request.GET["from"]) if request.GET.get("from") else None
        if start is not None and not 2000 <= start.year <= 2999:
            raise ValueError(start)
    except ValueError:
        raise NotFound(_("There is no such day.")) from None
    start = start or clock.now().astimezone(zone).date()
    channel = _channel(request)
    posts = list(_posts(caller, start, start + timedelta(days=LIST_DAYS), zone, channel)[:MOST_IN_A_LIST])
    states = states_of(posts)
    more = {"channel": str(channel)} if channel else {}

    def link(day: date) -> str:
        return "?" + urlencode({"from": day.isoformat(), **more})

    days = [(day, list(group)) for day, group in groupby(posts, key=_day_in(zone))]
    cut = len(posts) == MOST_IN_A_LIST
    return render(
        request,
        "calendar/list.html",
        {
            "title": _("What leaves when"),
            "days": [
                {"date": day, "items": [_slot(post, states[post.id], zone) for post in group]}
                for day, group in days
            ],
            "before": link(start - timedelta(days=LIST_DAYS)),
            "after": link(days[-1][0] if cut and len(days) > 1 else start + timedelta(days=LIST_DAYS)),
            "chips": _chips(request, caller, channel),
            "zone": zone_words(zone),
        },
    )
