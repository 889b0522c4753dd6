"""Pictures."""

from __future__ import annotations

import uuid
from collections.abc import Callable

from django.http import HttpRequest
from ninja import File, Router
from ninja.files import UploadedFile
from ninja.params.functions import Form

from bedside.api.bearer import Token, caller_of
from bedside.api.once import Done, once
from bedside.api.problems import changing, reading
from bedside.api.reading import Text
from bedside.api.shapes import MediaOut
from bedside.media import actions
from bedside.media.queries import access_media

router = Router(tags=["media"])
ALT = Form("", max_length=2000, description="What the picture shows, for those who cannot see it.")


@router.post("", auth=Token("media:write"), response={201: MediaOut, **changing()})
@once
def upload_media(
    request: HttpRequest,
    file: File[UploadedFile],
    alt: Text = ALT,
) -> Callable[[], Done]:
    """Upload a JPEG, PNG, WebP or GIF. Only its pixels are kept; place, time and owner are taken out."""
    caller = caller_of(request)
    picture = actions.prepare(caller, file.read())
    name = (file.name or "").replace("\x00", "")
    return lambda: (201, MediaOut.of(actions.keep(caller, picture, name, alt)))


@router.get(
    "/{uuid:media_id}", auth=Token("media:write", "posts:write"), response={200: MediaOut, **reading(404)}
)
def get_media(request: HttpRequest, media_id: uuid.UUID) -> MediaOut:
    """A picture's facts, not its bytes."""
    return MediaOut.of(access_media(caller_of(request), media_id))
