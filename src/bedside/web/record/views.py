"""Reading and verifying the record."""

from __future__ import annotations

import uuid
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from bedside.accounts.doors import caller_of, signed_in
from bedside.accounts.roles import Right
from bedside.audit.models import Entry
from bedside.audit.queries import entries, head, verify
from bedside.audit.verbs import all_verbs, words_of
from bedside.posts.models import Post
from bedside.publishing.models import Delivery
from bedside.web.posts.views import names_of

A_PAGE = 50


def _where(entry: Entry, deliveries: dict[str, Delivery]) -> str:
    if entry.noun == "post":
        return reverse("post", args=[entry.noun_id])
    if entry.noun == "delivery" and entry.noun_id in deliveries:
        return f"{reverse('post', args=[deliveries[entry.noun_id].post_id])}#delivery-{entry.noun_id}"
    return ""


def _what(entry: Entry, posts: dict[str, Post], deliveries: dict[str, Delivery]) -> str:
    """What it was done to, by its own words where it has some; else nothing, and its id is shown."""
    if entry.noun == "delivery" and entry.noun_id in deliveries:
        return str(deliveries[entry.noun_id])
    return str(posts[entry.noun_id]) if entry.noun_id in posts else ""


@require_safe
@signed_in
def index(request: HttpRequest) -> HttpResponse:
    """Fifty entries a page, the newest first; `verb` and `who` (part of nothing: an exact id) narrow it."""
    return _page(request)


@require_POST
@signed_in
def verify_now(request: HttpRequest) -> HttpResponse:
    """Check every entry and every detail against the chain, and say what was found."""
    caller_of(request).require(Right.AUDIT)
    return _page(request, checked=verify())


def _page(request: HttpRequest, **more: Any) -> HttpResponse:
    caller_of(request).require(Right.AUDIT)
    known = {verb.name for verb in all_verbs()}
    verb = request.GET.get("verb", "")
    verb = verb if verb in known else ""
    before = request.GET.get("before", "")
    rows = entries(
        verb=verb or None,
        before_seq=int(before) if before.isdigit() and len(before) < 19 else None,
        limit=A_PAGE + 1,
    )
    ids = [uuid.UUID(row.noun_id) for row in rows if row.noun == "delivery"]
    deliveries = {
        str(one.id): one
        for one in Delivery.objects.filter(id__in=ids).select_related("post", "connection").defer("content")
    }
    about = [uuid.UUID(row.noun_id) for row in rows if row.noun == "post"]
    posts = {str(one.id): one for one in Post.objects.filter(id__in=about)}
    names = names_of(rows)
    kept = {"verb": verb} if verb else {}
    return render(
        request,
        "record/index.html",
        {
            "title": _("Record"),
            "rows": [
                {
                    "entry": row,
                    "who": names.get(row.actor_id, row.actor_label) if row.actor_id else row.actor_label,
                    "words": words_of(row.verb),
                    "what": _what(row, posts, deliveries),
                    "url": _where(row, deliveries),
                    "facts": row.facts,
                }
                for row in rows[:A_PAGE]
            ],
            "verbs": [(known_verb.name, known_verb.words) for known_verb in all_verbs()],
            "verb": verb,
            "older": "?" + urlencode({**kept, "before": rows[A_PAGE - 1].seq}) if len(rows) > A_PAGE else "",
            "newer": ("?" + urlencode(kept)) if before else "",
            "head": head(),
            **more,
        },
    )
