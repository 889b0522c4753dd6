"""What changes pictures."""

from __future__ import annotations

import hashlib
import io
import uuid
import warnings
from dataclasses import dataclass

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _
from PIL import Image, ImageOps, UnidentifiedImageError

from bedside.accounts.caller import Caller
from bedside.accounts.roles import Right
from bedside.audit.actions import record
from bedside.core.errors import Invalid
from bedside.media import store
from bedside.media.models import Media
from bedside.media.queries import access_media

FORMATS = {"JPEG": "image/jpeg", "PNG": "image/png", "WEBP": "image/webp", "GIF": "image/gif"}
MOST_PIXELS = 50_000_000


def clean(data: bytes) -> tuple[bytes, str, int, int]:
    """The same picture, decoded and written anew: (bytes, MIME type, width, height).

    What a camera adds (place, time, owner, a thumbnail of what was cropped away) does not survive, and the
    orientation it noted is applied. Raises `Invalid` for anything that is not a picture we know.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(data), formats=list(FORMATS)) as opened:
                kind = opened.format or ""
                if opened.width * opened.height > MOST_PIXELS:
                    raise Invalid(
                        _("The picture has more than 50 megapixels. Make it smaller."), fields=["file"]
                    )
                if kind == "GIF" and getattr(opened, "n_frames", 1) > 1:
                    raise Invalid(
                        _("Moving pictures cannot be taken yet. Use a still picture."), fields=["file"]
                    )
                profile = opened.info.get("icc_profile")
                picture = ImageOps.exif_transpose(opened)
                picture.load()
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        raise Invalid(_("This file is not a JPEG, PNG, WebP or GIF picture."), fields=["file"]) from error
    except Image.DecompressionBombWarning as error:
        raise Invalid(_("The picture has too many pixels. Make it smaller."), fields=["file"]) from error
    bare = Image.new(picture.mode, picture.size)
    bare.paste(picture)
    if picture.mode == "P" and picture.palette:
        bare = picture.convert("RGBA" if "transparency" in picture.info else "RGB")
    out = io.BytesIO()
    if kind == "GIF":
        kind = "PNG"
    options = {"quality": 90, "optimize": True} if kind in {"JPEG", "WEBP"} else {"optimize": True}
    if profile:
        options["icc_profile"] = profile
    bare.save(out, kind, **options)
    return out.getvalue(), FORMATS[kind], bare.width, bare.height


@dataclass(frozen=True)
class Cleaned:
    """A picture that has been cleaned and lies on the disk; no row knows it yet."""

    sha256: str
    mime: str
    size: int
    width: int
    height: int


def prepare(caller: Caller, data: bytes) -> Cleaned:
    """Clean a picture of at most `BEDSIDE_UPLOAD_MEGABYTES` and put it on the disk.

    Decoding takes a while: call it with no transaction open.
    """
    caller.require(Right.WRITE)
    most = settings.BEDSIDE["BEDSIDE_UPLOAD_MEGABYTES"]
    if len(data) > most * 1_000_000:
        raise Invalid(_("The picture is larger than %g megabytes. Make it smaller.") % most, fields=["file"])
    cleaned, mime, width, height = clean(data)
    sha256 = hashlib.sha256(cleaned).hexdigest()
    store.write(sha256, cleaned)
    return Cleaned(sha256, mime, len(cleaned), width, height)


@transaction.atomic
def keep(caller: Caller, picture: Cleaned, name: str, alt_text: str = "") -> Media:
    """Enter a prepared picture, so that posts can show it."""
    caller.require(Right.WRITE)
    media = Media.objects.create(
        sha256=picture.sha256,
        mime=picture.mime,
        size=picture.size,
        width=picture.width,
        height=picture.height,
        name=" ".join(name.split())[:200] or "picture",
        alt_text=clean_alt(alt_text),
        uploaded_by=caller.person,
    )
    record(
        "media.uploaded",
        actor=caller.actor,
        noun_id=media.id,
        detail={"sha256": media.sha256, "name": media.name},
    )
    return media


def upload(caller: Caller, data: bytes, name: str, alt_text: str = "") -> Media:
    """Keep a picture. Only its pixels are kept; at most `BEDSIDE_UPLOAD_MEGABYTES`."""
    return keep(caller, prepare(caller, data), name, alt_text)


def clean_alt(alt_text: str) -> str:
    alt_text = " ".join(alt_text.split())
    if len(alt_text) > 2000:
        raise Invalid(_("The description has more than 2,000 characters."), fields=["alt"])
    return alt_text


@transaction.atomic
def describe(caller: Caller, media_id: uuid.UUID, alt_text: str) -> Media:
    """Say what the picture shows: proposed wherever it is used next. Posts that hold it keep their own words."""
    caller.require(Right.WRITE)
    media = access_media(caller, media_id)
    media.alt_text = clean_alt(alt_text)
    media.save(update_fields=["alt_text"])
    record("media.described", actor=caller.actor, noun_id=media.id, detail={"alt": media.alt_text})
    return media
