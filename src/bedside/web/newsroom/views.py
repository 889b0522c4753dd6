"""The newsroom's pages and feeds. They need no account, no cookie and no JavaScript."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
    HttpResponsePermanentRedirect,
)
from django.shortcuts import render
from django.urls import reverse
from django.utils.cache import get_conditional_response, patch_cache_control
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from bedside.channels.newsroom import rendering
from bedside.core.text import digest
from bedside.media import store
from bedside.organization.queries import organization
from bedside.publishing.models import Delivery
from bedside.publishing.queries import newest_news, news_item, public_picture
from bedside.web.newsroom.shown import absolute, feed_of, item_of

A_PAGE, A_FEED = 20, 50
KINDS = {
    "rss": ("application/rss+xml; charset=utf-8", rendering.rss),
    "atom": ("application/atom+xml; charset=utf-8", rendering.atom),
    "json": ("application/feed+json; charset=utf-8", rendering.json_feed),
}


def _feeds() -> list[dict[str, str]]:
    return [
        {"type": "application/rss+xml", "label": "RSS", "url": reverse("news_rss")},
        {"type": "application/atom+xml", "label": "Atom", "url": reverse("news_atom")},
        {"type": "application/feed+json", "label": "JSON Feed", "url": reverse("news_json")},
    ]


def _html(text: str) -> str:
    # rendering.to_html escapes everything it is given and writes the tags itself.
    return mark_safe(rendering.to_html(text))  # noqa: S308


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """The newest posts, twenty a page; `before` (a time) leads to older ones."""
    at: datetime | None = None
    before = request.GET.get("before", "")[:40]
    if before:
        try:
            at = datetime.fromisoformat(before)
            at = at.astimezone(UTC) if at.tzinfo else at.replace(tzinfo=UTC)
        except (ValueError, OverflowError) as error:
            raise Http404 from error
    rows = newest_news(A_PAGE + 1, at)
    items = [item_of(row) for row in rows[:A_PAGE]]
    own = organization()
    answer = render(
        request,
        "newsroom/index.html",
        {
            "title": _("News"),
            "home_url": reverse("news"),
            "organisation_name": own.name if own else "Bedside",
            "items": [{"item": item, "html": _html(item.text)} for item in items],
            "older": rows[A_PAGE - 1].confirmed_at if len(rows) > A_PAGE else None,
            "newest": not before,
            "zone": own.time_zone if own else None,
            "feeds": _feeds(),
            "canonical": absolute(reverse("news")),
        },
    )
    patch_cache_control(answer, public=True, max_age=60)
    return answer


@require_safe
def item(request: HttpRequest, address: str) -> HttpResponseBase:
    """One post, at an address that never changes. Its id counts; the words after it may be wrong."""
    delivery = news_item(address.partition("-")[0][:64])
    if delivery is None:
        raise Http404
    own = organization()
    name = own.name if own else "Bedside"
    if delivery.state != Delivery.State.CONFIRMED:
        gone = {
            "title": _("This post has been taken back"),
            "organisation_name": name,
            "home_url": reverse("news"),
        }
        return render(request, "newsroom/gone.html", gone, status=410)
    if request.path != delivery.url:
        if not delivery.url.startswith(f"{reverse('news')}/"):
            raise Http404
        return HttpResponsePermanentRedirect(delivery.url)
    shown = item_of(delivery)
    feed = feed_of(own, delivery.confirmed_at)
    context: dict[str, Any] = {
        "title": shown.title,
        "home_url": reverse("news"),
        "organisation_name": name,
        "item": shown,
        "html": _html(shown.text),
        "summary": rendering.summary(shown.text),
        "feeds": _feeds(),
        "zone": own.time_zone if own else None,
        # json_ld escapes what could end the script element.
        "json_ld": mark_safe(rendering.json_ld(rendering.schema_org(feed, shown))),  # noqa: S308
    }
    answer = render(request, "newsroom/item.html", context)
    patch_cache_control(answer, public=True, max_age=300)
    return answer


@require_safe
def feed(request: HttpRequest, kind: str) -> HttpResponseBase:
    """The fifty newest posts as a feed; answers 304 to who has exactly these already."""
    content_type, build = KINDS[kind]
    rows = newest_news(A_FEED)
    newest = max((row.confirmed_at for row in rows if row.confirmed_at), default=None)
    # Over what is shown, and without a date: a post taken back has to reach whoever holds an older feed.
    etag = f'"{kind}-{digest([row.remote_id for row in rows])[:24]}"'
    unchanged = get_conditional_response(request, etag=etag)
    if unchanged is not None:
        return unchanged
    own = organization()
    answer = HttpResponse(
        build(feed_of(own, newest), [item_of(row) for row in rows]), content_type=content_type
    )
    answer["ETag"] = etag
    answer["Access-Control-Allow-Origin"] = "*"
    patch_cache_control(answer, public=True, max_age=300)
    return answer


@require_safe
def picture(request: HttpRequest, sha256: str) -> HttpResponseBase:
    """A picture that some public post shows; every other one is not there."""
    if len(sha256) != 64 or not sha256.isalnum():
        raise Http404
    mime = public_picture(sha256)
    if mime is None:
        raise Http404
    answer = HttpResponse(store.read(sha256), content_type=mime)
    # Minutes and not for ever: what is taken back has to go from shared caches too.
    patch_cache_control(answer, public=True, max_age=300)
    # Feed readers and pages that quote the post show the picture from their own site.
    answer["Cross-Origin-Resource-Policy"] = "cross-origin"
    return answer
