"""The parts of Bedside's pages as template tags: `{% load bedside %}`; every one is shown by `web/gallery.py`
and listed in docs/design-parts.md. Containers (cards, stacks, dialogs) are plain markup with classes."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from django import template
from django.conf import settings
from django.forms import BaseForm, BoundField
from django.forms.widgets import CheckboxInput, FileInput
from django.templatetags.static import static
from django.utils.formats import date_format
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from bedside.core import clock
from bedside.core.errors import Invalid

register = template.Library()

SPRITE = Path(__file__).resolve().parent.parent / "static/web/vendor/icons.svg"

# One icon for each state: the same state looks the same on every page.
STATE_ICONS = {
    "note": "info",
    "review": "triangle-alert",
    "block": "octagon-x",
    "ok": "circle-check",
    "pause": "circle-pause",
    "neutral": "circle-dashed",
}
STEP_ICONS = {"done": "circle-check", "now": "circle-dot", "next": "circle", "back": "undo-2"}
MESSAGE_STATES = {"debug": "note", "info": "note", "success": "ok", "warning": "review", "error": "block"}
NETWORKS = {"bluesky": "Bluesky", "mastodon": "Mastodon", "newsroom": "Newsroom", "webhook": "Webhook"}


@cache
def _icons() -> frozenset[str]:
    return frozenset(re.findall(r'<symbol id="([^"]+)"', SPRITE.read_text("utf-8")))


def _known(name: str, among: Mapping[str, str] | set[str], what: str) -> str:
    if name not in among:
        raise template.TemplateSyntaxError(
            f"“{name}” is not a {what}: use one of {', '.join(sorted(among))}."
        )
    return name


@register.simple_tag
@cache
def icon(name: str, css: str = "") -> SafeString:
    """A 20 px Lucide icon, silent to screen readers: write the word beside it. Unknown names are an error."""
    if name not in _icons():
        raise template.TemplateSyntaxError(
            f"There is no icon “{name}”: add it to web/vendored.toml and run tools/vendor.py."
        )
    return format_html(
        '<svg class="icon {}" aria-hidden="true"><use href="{}#{}"></use></svg>',
        css,
        static("web/vendor/icons.svg"),
        name,
    )


@register.simple_tag
def state(kind: str, word: str, icon_name: str = "") -> SafeString:
    """A state as an outlined tag with an icon and its word. `kind`: note, review, block, ok, pause, neutral."""
    mark = icon(icon_name or STATE_ICONS[_known(kind, STATE_ICONS, "state")])
    return format_html('<span class="tag is-{}">{}{}</span>', kind, mark, word)


@register.simple_tag
def avatar(name: str) -> SafeString:
    """The initials of `name` in a ring; silent to screen readers, as the name stands beside it."""
    words = [word for word in re.split(r"[\s.@_-]+", name) if word[:1].isalnum()]
    initials = "".join(word[0] for word in ([words[0], words[-1]] if len(words) > 1 else words)).upper()
    return format_html('<span class="avatar" aria-hidden="true">{}</span>', initials or "–")


@register.simple_tag(takes_context=True)
def theme(context: template.Context) -> str:
    """light, dark or auto: what was chosen in this browser (its cookie), else the context's `theme`, else auto."""
    request = context.get("request")
    for chosen in (request.COOKIES.get("theme") if request else None, context.get("theme")):
        if chosen in {"light", "dark", "auto"}:
            return str(chosen)
    return "auto"


# Time


def _reader_zone(context: template.Context) -> ZoneInfo:
    name = getattr(context.get("request"), "person_zone", None) or settings.TIME_ZONE
    return name if isinstance(name, ZoneInfo) else clock.zone(str(name))


def zone_words(zone: ZoneInfo) -> str:
    """`Europe/Berlin` as people say it: "Berlin time"; zones without a place by their own name."""
    if "/" not in zone.key or zone.key.startswith("Etc/"):
        return zone.key.removeprefix("Etc/")
    return _("%(place)s time") % {"place": zone.key.rsplit("/", 1)[1].replace("_", " ")}


def relative_words(moment: datetime, now: datetime) -> str:
    """How far away `moment` is, in the largest whole unit: "in 5 minutes", "3 days ago", "just now"."""
    seconds = (moment - now).total_seconds()
    minutes = int(abs(seconds) // 60)
    if minutes < 1:
        return _("just now") if seconds <= 0 else _("in less than a minute")
    if minutes < 60:
        span = ngettext("%(n)d minute", "%(n)d minutes", minutes) % {"n": minutes}
    elif minutes < 48 * 60:
        hours = minutes // 60
        span = ngettext("%(n)d hour", "%(n)d hours", hours) % {"n": hours}
    else:
        days = minutes // (24 * 60)
        span = ngettext("%(n)d day", "%(n)d days", days) % {"n": days}
    return (_("in %(span)s") if seconds > 0 else _("%(span)s ago")) % {"span": span}


@register.simple_tag(takes_context=True)
def when(
    context: template.Context, moment: datetime | None, zone: Any = None, show: str = "both"
) -> SafeString:
    """`moment` as weekday, date and time in the reader's zone, the distance from now as a hover text.

    With `zone` (an IANA name or ZoneInfo) it is told in that zone, and the zone is named whenever its clocks
    differ from the reader's. `show`: both, date, time, or ago (the distance, with the exact time on hover).
    The year is left out when it is this one. None is a dash.
    """
    _known(show, {"both", "date", "time", "ago"}, "way to show a time")
    if moment is None:
        return format_html('<span class="muted">{}</span>', "–")
    reader = _reader_zone(context)
    told = reader
    if zone:
        try:
            told = zone if isinstance(zone, ZoneInfo) else clock.zone(str(zone))
        except Invalid:
            told = reader
    local = moment.astimezone(told)
    now = clock.now()
    pattern = (
        pgettext("date of this year, see Django's date filter", "D j M")
        if local.year == now.astimezone(told).year
        else pgettext("date of another year, see Django's date filter", "D j M Y")
    )
    day = date_format(local.replace(tzinfo=None), pattern)
    hour = date_format(local.replace(tzinfo=None), pgettext("time, see Django's date filter", "H:i"))
    words = {"date": day, "time": hour}.get(show, f"{day}, {hour}")
    if show != "date" and local.utcoffset() != moment.astimezone(reader).utcoffset():
        words = f"{words} {zone_words(told)}"
    relative = relative_words(moment, now)
    shown, hover = (relative, words) if show == "ago" else (words, relative)
    return format_html(
        '<time datetime="{}" title="{}">{}</time>', local.isoformat(timespec="seconds"), hover, shown
    )


# Forms


@register.inclusion_tag("web/parts/field.html")
def field(bound: BoundField, hint: str = "") -> dict[str, Any]:
    """A Django form field with its label, hint and errors, tied together for screen readers.

    The hint is the field's `help_text` (or `hint`); Django itself points `aria-describedby` at both.
    """
    widget = bound.field.widget
    if hint:
        bound.help_text = hint
    return {
        "field": bound,
        "group": bool(widget.use_fieldset),
        "checkbox": isinstance(widget, CheckboxInput),
        "file": isinstance(widget, FileInput),
        "hint_id": f"{bound.auto_id}_helptext",
        "error_id": f"{bound.auto_id}_error",
    }


@register.inclusion_tag("web/parts/error_summary.html")
def error_summary(form: BaseForm, kept: str = "") -> dict[str, Any]:
    """What has to be put right, at the top of a form, each line leading to its field; empty without errors.

    `kept` says what was kept ("Your text was kept.").
    """
    places = [(bound, bound.errors[0]) for bound in form if bound.errors] if form.is_bound else []
    whole = list(form.non_field_errors()) if form.is_bound else []
    return {
        "places": [
            {"id": bound.id_for_label or f"{bound.auto_id}_0", "label": bound.label, "error": error}
            for bound, error in places
        ],
        "whole": whole,
        "kept": kept,
    }


# Lists and lines


@register.inclusion_tag("web/parts/messages.html", takes_context=True)
def messages_area(context: template.Context) -> dict[str, Any]:
    """What just happened: Django's messages. Say them with `web.notices.say`, which can add an undo."""
    told = []
    for message in context.get("messages") or []:
        tags = dict(part.split("=", 1) for part in (message.extra_tags or "").split() if "=" in part)
        kind = MESSAGE_STATES.get(message.level_tag, "note")
        told.append(
            {"text": message.message, "kind": kind, "icon": STATE_ICONS[kind], "undo": tags.get("undo")}
        )
    return {"told": told, "csrf_token": context.get("csrf_token")}


@register.inclusion_tag("web/parts/empty.html")
def empty(
    title: str, sentence: str = "", icon_name: str = "", url: str = "", verb: str = "", plain: bool = False
) -> dict[str, Any]:
    """Nothing here: why that is (good news says so), and one thing to do if there is one."""
    return {
        "title": title,
        "sentence": sentence,
        "icon_name": icon_name,
        "url": url,
        "verb": verb,
        "plain": plain,
    }


@register.inclusion_tag("web/parts/tabs.html")
def tabs(items: Sequence[Mapping[str, Any]], label: str) -> dict[str, Any]:
    """Links as tabs. Each item: `url`, `label`, `current`; `amount` (text) and `wrong` (too long) if wanted."""
    return {"items": items, "label": label}


@register.inclusion_tag("web/parts/chips.html")
def chips(items: Sequence[Mapping[str, Any]], label: str) -> dict[str, Any]:
    """Filters as links. Each item: `url`, `label`, `current`, `amount`; with `removes` it shows a cross."""
    return {"items": items, "label": label}


@register.inclusion_tag("web/parts/pager.html")
def pager(newer: str = "", older: str = "", position: str = "", label: str = "") -> dict[str, Any]:
    """Newer and older by their addresses, and the place in between in words. Nothing when there is one page.

    `label` tells two of them on one page apart.
    """
    return {"newer": newer, "older": older, "position": position, "label": label or _("Pages")}


@register.inclusion_tag("web/parts/steps.html", takes_context=True)
def steps(context: template.Context, items: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """The way to publishing as a line. Each item: `word`, `state` (done, now, next, back), `who`, `when`, `say`."""
    shown = [
        {**item, "icon": STEP_ICONS[_known(str(item.get("state", "next")), STEP_ICONS, "state of a step")]}
        for item in items
    ]
    return {"items": shown, "request": context.get("request")}


@register.inclusion_tag("web/parts/life.html", takes_context=True)
def life(context: template.Context, items: Sequence[Mapping[str, Any]], level: int = 3) -> dict[str, Any]:
    """A post's life as one vertical line.

    Each item: `title`, `kind` (a state, default neutral), `icon` (else the state's), `who`, `when`, `told`
    (a sentence), `url` and `verb` (one link), `attempts`: each with `title`, `kind`, `when`, `sent`, `received`.
    `level` is the heading level.
    """
    shown = [
        {
            **item,
            "icon": item.get("icon") or STATE_ICONS[item.get("kind") or "neutral"],
            "kind": item.get("kind") or "neutral",
        }
        for item in items
    ]
    return {"items": shown, "heading": f"h{min(max(level, 2), 6)}", "request": context.get("request")}


@register.inclusion_tag("web/parts/findings.html", takes_context=True)
def findings(context: template.Context, items: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """What the guard found, quietly.

    Each item: `kind` (block, review, note), `word`, `sentence`, `quote`, `source`, `source_url`, one button
    (`verb` with `url`; `post` for a POST; or `press`, the value of a submit button named `finding` of the form
    whose id is `form`), and `answer` with `answered_by` once the author has answered. `rule` with `rule_url` leads to
    the rule. A false alarm is reported by a submit button named `false-alarm` of the form `alarm_form`, or by a POST
    to `alarm_url` that comes back to `alarm_back`; both send `key`. `reported`: it is already.
    """
    return {"items": items, "csrf_token": context.get("csrf_token")}


@register.inclusion_tag("web/parts/facts.html", takes_context=True)
def facts(context: template.Context, pairs: Sequence[tuple[str, Any]]) -> dict[str, Any]:
    """Names and what they are; a datetime is told as `when` tells it."""
    shown = [{"name": name, "value": value, "moment": isinstance(value, datetime)} for name, value in pairs]
    return {"pairs": shown, "request": context.get("request")}


@register.inclusion_tag("web/parts/progress.html")
def progress(label: str, value: int, of: int, words: str = "", key: str = "progress") -> dict[str, Any]:
    """How far it is, as a bar and in words; `key` makes its id unique on the page."""
    return {"label": label, "value": value, "of": of, "words": words, "key": key}


@register.inclusion_tag("web/parts/confirm.html", takes_context=True)
def confirm(
    context: template.Context,
    key: str,
    title: str,
    sentence: str,
    url: str,
    verb: str,
    danger: bool = True,
    ask: str = "",
) -> dict[str, Any]:
    """A dialog for what cannot be undone, opened by `<button commandfor="KEY" command="show-modal">`.

    `verb` is the button ("Delete this post"); with `ask`, a reason is asked for under that label and sent as
    `reason`.
    """
    return {
        "key": key,
        "title": title,
        "sentence": sentence,
        "url": url,
        "verb": verb,
        "danger": danger,
        "ask": ask,
        "csrf_token": context.get("csrf_token"),
    }


@register.inclusion_tag("web/parts/month.html", takes_context=True)
def month(
    context: template.Context, weeks: Sequence[Sequence[Mapping[str, Any]]], caption: str
) -> dict[str, Any]:
    """A month as a table, a list on a phone. `weeks`: lists of seven days, the first row giving the weekdays.

    Each day: `date`, `outside` (of this month), `today`, `url` (opens the day), `items` (each `time`, `title`,
    `url`, `kind`, `word`), `rest` (how many more).
    """
    shown = [
        [
            {
                **day,
                "items": [
                    {
                        **item,
                        "icon": STATE_ICONS[_known(str(item.get("kind") or "neutral"), STATE_ICONS, "state")],
                    }
                    for item in day.get("items") or []
                ],
            }
            for day in week
        ]
        for week in weeks
    ]
    return {"weeks": shown, "caption": caption, "request": context.get("request")}


_LINKS = re.compile(r"(https?://[^\s<>]+[^\s<>.,;:!?)\]]|(?<!\w)[#@][\w.@-]*\w)")


@register.filter
def linked(text: str) -> SafeString:
    """`text` with addresses, hashtags and handles set in the colour of links, as a network would show them."""
    parts = enumerate(_LINKS.split(text))
    marked = [
        format_html('<span class="preview-link">{}</span>' if at % 2 else "{}", part) for at, part in parts
    ]
    return format_html_join("", "{}", ((part,) for part in marked))


@register.inclusion_tag("web/parts/preview.html", takes_context=True)
def preview(
    context: template.Context,
    kind: str,
    name: str,
    text: str,
    handle: str = "",
    title: str = "",
    pictures: Sequence[Mapping[str, str]] = (),
    moment: datetime | None = None,
    amount: str = "",
    lang: str = "",
) -> dict[str, Any]:
    """How the post will look on a network of `kind`; other kinds get a plain card.

    `pictures`: each `url` and `alt`; `amount`: its length in words; `lang`: the text's language.
    """
    return {
        "kind": kind if kind in NETWORKS else "other",
        "network": NETWORKS.get(kind, kind),
        "name": name,
        "handle": handle,
        "text": text,
        "title": title,
        "pictures": pictures,
        "moment": moment,
        "amount": amount,
        "lang": lang,
        "request": context.get("request"),
    }
