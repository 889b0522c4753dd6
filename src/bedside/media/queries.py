"""Reads about pictures."""

from __future__ import annotations

import uuid

from django.utils.translation import gettext as _

from bedside.accounts.caller import Caller
from bedside.accounts.roles import Right
from bedside.core.errors import NotFound
from bedside.media.models import Media


def access_media(caller: Caller, media_id: uuid.UUID) -> Media:
    """The picture, for those who write: for others only posts they may see show it."""
    media = Media.objects.filter(id=media_id).first() if caller.may(Right.WRITE) else None
    if media is None:
        raise NotFound(_("There is no such picture here."))
    return media
