"""What changes pictures."""

from __future__ import annotations

import hashlib
import io
import uuid
from dataclasses import dataclass

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _
from PIL import Image, ImageCms, ImageOps, UnidentifiedImageError

from bedside.accounts.caller import Caller
from bedside.accounts.roles import Right
from bedside.audit.actions import record
from bedside.core.errors import Invalid
from bedside.media import store
from bedside.media.models import Media
from bedside.media.queries import access_media

FORMATS = {"JPEG": "image/jpeg", "PNG": "image/png", "WEBP": "image/webp", "GIF": "image/gif"}
MOST_PIXELS = 50_000_000
# From twice this on, Pillow itself refuses to begin, also for what lies within a file; below that, `_decode` does.
Image.MAX_IMAGE_PIXELS = MOST_PIXELS


def clean(data: bytes) -> tuple[bytes, str, int, int]:
    """The same picture, decoded and written anew: (bytes, MIME type, width, height).

    What a camera adds (place, time, owner, a thumbnail of what was cropped away) does not survive, and the
    orientation it noted is applied; its colours are carried over to sRGB, without the profile and whatever
    that says. Raises `Invalid` for anything that is not a picture we know.
    """
    picture, kind, profile = _decode(data)
    if "transparency" in picture.info:
        picture = picture.convert("RGBA")
    elif picture.mode == "P":
        picture = picture.convert("RGB")
    if profile:
        picture = _in_srgb(picture, profile)
    if picture.mode == "CMYK":
        picture = picture.convert("RGB")
    # Only the pixels: what else a picture knows of itself is written along by some formats.
    bare = Image.new(picture.mode, picture.size)
    bare.paste(picture)
    out = io.BytesIO()
    if kind == "GIF":
        kind = "PNG"
    bare.save(out, kind, optimize=True, **({} if kind == "PNG" else {"quality": 90}))
    return out.getvalue(), FORMATS[kind], bare.width, bare.height


def _decode(data: bytes) -> tuple[Image.Image, str, bytes]:
    """The picture upright, its format (a key of `FORMATS`), and its colour profile, empty where it has none."""
    too_many = _("The picture has more than 50 megapixels. Make it smaller.")
    try:
        with Image.open(io.BytesIO(data), formats=list(FORMATS)) as opened:
            # A JPEG with further pictures behind the first; the first is what everybody sees.
            kind = "JPEG" if opened.format == "MPO" else opened.format or ""
            if opened.width * opened.height > MOST_PIXELS:
                raise Invalid(too_many, fields=["file"])
            if kind != "JPEG" and getattr(opened, "n_frames", 1) > 1:
                raise Invalid(_("Moving pictures cannot be taken yet. Use a still picture."), fields=["file"])
            profile = opened.info.get("icc_profile")
            picture = ImageOps.exif_transpose(opened)
            picture.load()
    except Image.DecompressionBombError as error:
        raise Invalid(too_many, fields=["file"]) from error
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError) as error:
        raise Invalid(_("This file is not a JPEG, PNG, WebP or GIF picture."), fields=["file"]) from error
    return picture, kind, profile if isinstance(profile, bytes) else b""


def _in_srgb(picture: Image.Image, profile: bytes) -> Image.Image:
    """The picture in the colours that a screen without profiles takes it to have; as it is where its profile
    cannot be used for it."""
    try:
        converted = ImageCms.profileToProfile(
            picture,
            ImageCms.ImageCmsProfile(io.BytesIO(profile)),
            ImageCms.createProfile("sRGB"),
            outputMode="RGBA" if picture.mode == "RGBA" else "RGB",
        )
    except (ImageCms.PyCMSError, OSError, ValueError, TypeError):
        return picture
    return converted or picture


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
