"""Reads about pictures."""

from __future__ import annotations

import uuid

from django.db.models import Q
from django.utils.translation import gettext as _

from bedside.accounts.caller import Caller
from bedside.accounts.roles import Right
from bedside.core.errors import NotFound
from bedside.media.models import Media


def access_media(caller: Caller, media_id: uuid.UUID) -> Media:
    """The picture, for those who write: any of them with a role for all channels; else one's own uploads, and
    what is in posts one may see. For others, only posts they may see show it."""
    found = Media.objects.filter(id=media_id) if caller.may(Right.WRITE) else Media.objects.none()
    confined = caller.channels()
    if confined is not None:
        # The same posts as in `posts.queries.visible`, which lies above.
        found = found.filter(
            Q(uploaded_by=caller.person)
            | Q(uses__post__author=caller.person)
            | Q(uses__post__variants__connection__in=confined)
        )
    media = found.first()
    if media is None:
        raise NotFound(_("There is no such picture here."))
    return media
