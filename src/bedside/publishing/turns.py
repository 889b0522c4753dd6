"""Taking turns: the row locks of publishing, always in one order.

Whoever writes a delivery holds its post's row first, then the delivery's, and the end of the record last. On
SQLite a transaction that writes has the whole database to itself from its start, so there is nothing to hold.
"""

from __future__ import annotations

import uuid
from collections.abc import Collection

from django.db import connection

from bedside.audit.models import Head
from bedside.posts.models import Post


def hold_posts_of(deliveries: Collection[uuid.UUID]) -> None:
    """Until the end of the transaction nobody else edits, schedules or decides about these deliveries' posts."""
    if connection.features.has_select_for_update:
        posts = Post.objects.select_for_update(no_key=True, of=("self",)).filter(deliveries__in=deliveries)
        list(posts.order_by("id").values_list("id", flat=True))


def hold_the_record() -> None:
    """Until the end of the transaction nobody else records anything.

    Every action records what it did as its last step. So whoever holds the end of the record and reads then
    sees each pause, each change of roles and each loss of a channel whole, or before it counts.
    """
    if connection.features.has_select_for_update:
        list(Head.objects.select_for_update(no_key=True).values_list("seq", flat=True))
