"""Every part of the pages in every state, to look at and to test: routed with `BEDSIDE_DEBUG` and by tests only
(`ROOT_URLCONF = "bedside.web.gallery"`). It reads no database; everybody and everything in it is made up."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.messages.storage.base import Message
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import URLPattern, path

from bedside.core import clock

PAGES = (
    "parts",
    "today",
    "write",
    "approve",
    "life",
    "calendar",
    "forms",
    "nothing",
    "door",
    "public",
    "release",
)

TEXT = (
    "Flu season is here. Walk-in vaccination, no appointment needed, every weekday from 8 to 18 at our "
    "Riverside site.\n\nFree for everybody over 60 and for staff of care homes. Questions? Call 555-0142 or "
    "read https://news.example.org/flu #FluShot"
)


class Example(forms.Form):
    """One field of each kind."""

    name = forms.CharField(label="Name of the organisation", help_text="As it stands on your front door.")
    mail = forms.EmailField(label="E-mail", required=False)
    zone = forms.ChoiceField(label="Time zone", choices=[("Europe/Berlin", "Europe/Berlin"), ("UTC", "UTC")])
    day = forms.DateField(label="Day", widget=forms.DateInput(attrs={"type": "date"}))
    story = forms.CharField(
        label="What happened", widget=forms.Textarea(attrs={"rows": 4}), help_text="Two sentences are enough."
    )
    role = forms.ChoiceField(
        label="Role",
        widget=forms.RadioSelect,
        choices=[("author", "Author"), ("lead", "Communications lead"), ("privacy", "Privacy officer")],
        help_text="What this person may do; it can be changed later.",
    )
    channels = forms.MultipleChoiceField(
        label="Channels",
        widget=forms.CheckboxSelectMultiple,
        choices=[("newsroom", "Newsroom"), ("bluesky", "Bluesky")],
        required=False,
    )
    public = forms.BooleanField(
        label="We are a public entity", help_text="Then comments are not removed for their viewpoint."
    )
    picture = forms.FileField(
        label="Picture",
        required=False,
        help_text="JPEG, PNG or WebP, up to 15 MB. Drop it here or choose it.",
    )


def _nav(current: str) -> list[dict[str, Any]]:
    words = [
        ("Today", "house", 0),
        ("Write", "pen-line", 0),
        ("Calendar", "calendar", 0),
        ("Approvals", "circle-check", 3),
        ("Inbox", "inbox", 12),
        ("Listening", "radio", 0),
        ("Library", "library", 0),
        ("Reports", "chart-column", 0),
        ("Settings", "settings", 0),
    ]
    return [
        {"url": f"#{word}", "label": word, "icon": icon, "count": count, "current": word == current}
        for word, icon, count in words
    ]


def _life(now: datetime) -> list[dict[str, Any]]:
    return [
        {
            "title": "First words",
            "who": "Noor Haddad, author",
            "when": now - timedelta(days=2, hours=3),
            "icon": "pen-line",
        },
        {
            "title": "Sent to review",
            "who": "Noor Haddad, author",
            "when": now - timedelta(days=2, hours=1),
            "kind": "note",
            "icon": "send",
            "told": "The guard found one thing to look at: a telephone number. It is the organisation's own.",
        },
        {
            "title": "Sent back",
            "who": "Milan Kovač, privacy officer",
            "when": now - timedelta(days=1, hours=20),
            "kind": "block",
            "icon": "undo-2",
            "told": "“The nurse in the second picture has not signed an authorization yet.”",
        },
        {
            "title": "Approved",
            "who": "Milan Kovač, privacy officer",
            "when": now - timedelta(hours=22),
            "kind": "ok",
            "told": "Saw the text with digest 7f3a…c91d.",
            "url": "#seen",
            "verb": "Show what was seen",
        },
        {
            "title": "Mastodon: it is not known whether it went out",
            "who": "Bedside",
            "when": now - timedelta(minutes=12),
            "kind": "review",
            "told": "The server did not answer in 20 s. Nothing was sent twice. We look again in 3 minutes.",
            "attempts": [
                {
                    "title": "First attempt",
                    "kind": "review",
                    "word": "No answer",
                    "when": now - timedelta(minutes=12),
                    "sent": 'POST /api/v1/statuses\nIdempotency-Key: 0197f3\n\n{"status": "Flu season is here. …"}',
                },
                {
                    "title": "Looked it up",
                    "kind": "note",
                    "word": "Not there yet",
                    "when": now - timedelta(minutes=11),
                    "sent": "GET /api/v1/accounts/1/statuses?limit=40",
                    "received": "200 OK\n[]",
                },
            ],
        },
        {
            "title": "Bluesky: out",
            "who": "Bedside",
            "when": now - timedelta(minutes=12),
            "kind": "ok",
            "url": "#receipt",
            "verb": "Open the post",
        },
    ]


def _steps(now: datetime) -> list[dict[str, Any]]:
    return [
        {"word": "Draft", "state": "done", "who": "Noor Haddad", "when": now - timedelta(days=1)},
        {"word": "Review", "state": "now", "who": "Milan Kovač", "say": "since 2 hours"},
        {"word": "Approved", "state": "next", "say": "2 people needed"},
        {"word": "Out", "state": "next", "when": now + timedelta(days=1)},
    ]


FINDINGS: list[dict[str, Any]] = [
    {
        "kind": "block",
        "word": "Must change",
        "sentence": "This tells that somebody is your patient.",
        "quote": "we loved having your family in",
        "source": "45 CFR 164.508(a)(3), own words",
        "source_url": "#rule",
        "verb": "Use “Thank you for your kind words”",
        "url": "#fix",
        "post": True,
    },
    {
        "kind": "review",
        "word": "To be looked at",
        "sentence": "A telephone number that is not in your list of own numbers.",
        "quote": "555-0142",
        "source": "Safe Harbor, 45 CFR 164.514(b)(2)(i)(D)",
        "verb": "Answer this",
        "url": "#answer",
    },
    {
        "kind": "note",
        "word": "Good to know",
        "sentence": "The sentence is long: 34 words. Many readers will not finish it.",
        "answer": "It is the official name of the programme.",
        "answered_by": "Noor Haddad, author",
    },
]


def _weeks(today: date) -> list[list[dict[str, Any]]]:
    first = today.replace(day=1)
    start = first - timedelta(days=first.weekday())
    kinds = [
        ("ok", "out"),
        ("note", "scheduled"),
        ("review", "in review"),
        ("neutral", "draft"),
        ("block", "failed"),
    ]
    weeks: list[list[dict[str, Any]]] = []
    for week in range(6):
        days: list[dict[str, Any]] = []
        for weekday in range(7):
            day = start + timedelta(days=week * 7 + weekday)
            items = [
                {
                    "time": f"{8 + 3 * at:02}:30",
                    "title": [
                        "Flu vaccination at Riverside",
                        "Open evening for parents-to-be",
                        "New visiting hours",
                    ][at],
                    "url": "#post",
                    "kind": kinds[(day.day + at) % 5][0],
                    "word": kinds[(day.day + at) % 5][1],
                }
                for at in range((day.day * 7) % 4 if weekday < 5 else 0)
            ]
            days.append(
                {
                    "date": day,
                    "outside": day.month != today.month,
                    "today": day == today,
                    "url": "#day",
                    "items": items,
                    "rest": 2 if len(items) == 3 else 0,
                }
            )
        if not all(day["outside"] for day in days):
            weeks.append(days)
    return weeks


def gallery(request: HttpRequest, page: str = "parts") -> HttpResponse:
    """The page of the gallery called `page`. `?pause` adds the yellow bar."""
    if page not in PAGES:
        raise Http404
    if "fragment" in request.GET:
        # With what must not run: a fragment is words and structure, never code.
        return HttpResponse(
            "<p id='arrived' onclick='document.title = 1'>Looked again just now.</p><script>leaked = 1</script>"
        )
    now = clock.now()
    current = {"write": "Write", "calendar": "Calendar", "approve": "Approvals", "forms": "Settings"}.get(
        page, "Today"
    )
    nav = _nav(current)
    form = Example({"name": "", "mail": "not an address", "story": "It began on Monday."})
    form.is_valid()
    context: dict[str, Any] = {
        "organisation_name": "Riverside Community Hospital",
        "organisation_site": "https://www.example.org",
        "nav": nav,
        "nav_phone": [item for item in nav if item["label"] in {"Today", "Write", "Approvals", "Calendar"}],
        "signed_in": {"name": "Dana Whitfield", "role": "Communications lead", "url": "#me"},
        "sign_out_url": "#out",
        "pause_url": "#pause",
        "feeds": [
            {"type": "application/rss+xml", "label": "RSS", "url": "#rss"},
            {"type": "application/atom+xml", "label": "Atom", "url": "#atom"},
            {"type": "application/feed+json", "label": "JSON Feed", "url": "#json"},
        ],
        "now": now,
        "yesterday": now - timedelta(days=1, hours=2),
        "tomorrow": now + timedelta(days=1, hours=3),
        "last_year": now - timedelta(days=400),
        "text": TEXT,
        "life": _life(now),
        "steps": _steps(now),
        "steps_back": [
            {"word": "Draft", "state": "back", "who": "Milan Kovač", "say": "sent it back"},
            {"word": "Review", "state": "next"},
            {"word": "Approved", "state": "next"},
            {"word": "Out", "state": "next"},
        ],
        "findings": FINDINGS,
        "weeks": _weeks(now.date()),
        "tabs": [
            {"url": "#all", "label": "All channels", "current": True},
            {"url": "#newsroom", "label": "Newsroom", "amount": "214"},
            {"url": "#bluesky", "label": "Bluesky", "amount": "214 of 300"},
            {"url": "#mastodon", "label": "Mastodon", "amount": "522 of 500", "wrong": True},
        ],
        "chips": [
            {"url": "#a", "label": "All", "amount": 48, "current": True},
            {"url": "#b", "label": "In review", "amount": 3},
            {"url": "#c", "label": "Scheduled", "amount": 0},
            {"url": "#d", "label": "Bluesky", "removes": True},
        ],
        "facts": [
            ("Digest", "7f3a09b2e4d1c91d"),
            ("Leaves", now + timedelta(days=1)),
            ("Channels", "Newsroom, Bluesky, Mastodon"),
        ],
        "picture": [
            {
                "url": "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 16 10'%3E"
                "%3Crect width='16' height='10' fill='%23a9c4c0'/%3E%3Ccircle cx='12' cy='3' r='1.4' fill='%23f4e7c3'/"
                "%3E%3Cpath d='M0 10 5 4l4 4 2-2 5 4z' fill='%235d8a86'/%3E%3C/svg%3E",
                "alt": "The Riverside site on a bright morning",
            }
        ],
        "form": form,
        "blank": Example(prefix="blank"),
    }
    if "pause" in request.GET:
        context["pause"] = {
            "who": "Dana Whitfield",
            "why": "Bus accident on the ring road, incident command is active",
            "since": now - timedelta(minutes=25),
            "resume_url": "#resume",
        }
    if page == "parts":
        context["messages"] = [
            Message(messages.SUCCESS, "Moved to Tuesday 25 November, 08:30.", "undo=#undo"),
            Message(messages.INFO, "Milan Kovač is looking at this text right now."),
            Message(messages.WARNING, "The Bluesky sign-in is good until Friday. Renew it before."),
            Message(messages.ERROR, "The picture was not kept: it is larger than 15 MB."),
        ]
    return render(request, f"web/parts/gallery/{page}.html", context)


urlpatterns: list[URLPattern] = [
    path("", gallery),
    path("<slug:page>/", gallery),
]
