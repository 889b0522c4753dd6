"""From a confirmed delivery to what the public page, its feeds and its structured data show."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.conf import settings
from django.urls import reverse

from bedside.channels.newsroom.rendering import Feed, Image, Item
from bedside.core import clock
from bedside.organization.models import Organization
from bedside.publishing.models import Delivery


def absolute(path: str) -> str:
    """An address of this desk as the public reaches it."""
    return f"{settings.BEDSIDE['BEDSIDE_URL']}{path}"


def item_of(delivery: Delivery) -> Item:
    """The item that a confirmed newsroom delivery stands for, exactly as it was prepared and approved."""
    prepared: dict[str, Any] = delivery.prepared or {}
    return Item(
        id=f"urn:uuid:{delivery.id}",
        url=absolute(delivery.url),
        title=prepared["title"],
        text=prepared["text"],
        language=prepared["language"],
        published=delivery.confirmed_at or delivery.due_at,
        pictures=[
            Image(
                url=absolute(reverse("news_picture", args=[shown["sha256"]])),
                mime=shown["mime"],
                alt=shown["alt"],
                width=shown["width"],
                height=shown["height"],
                size=shown.get("size", 0),
            )
            for shown in prepared["pictures"]
        ],
    )


def feed_of(own: Organization | None, updated: datetime | None) -> Feed:
    name = own.name if own else "Bedside"
    return Feed(
        title=f"News from {name}",
        organisation=name,
        home=absolute(reverse("news")),
        rss=absolute(reverse("news_rss")),
        atom=absolute(reverse("news_atom")),
        json=absolute(reverse("news_json")),
        description=f"What {name} says in public.",
        language=own.language if own else "en",
        updated=updated or (own.created_at if own else clock.now()),
    )
