"""What is left of a picture: its pixels, upright, in sRGB."""

from __future__ import annotations

import io
import struct
import threading
import warnings
import zlib

import pytest
from PIL import Image, ImageCms

from bedside.core.errors import Invalid
from bedside.media.actions import clean

RED, GREEN = (255, 0, 0), (0, 255, 0)


def written(picture: Image.Image, kind: str, **more) -> bytes:
    file = io.BytesIO()
    picture.save(file, kind, **more)
    return file.getvalue()


def swapped_profile() -> bytes:
    """An RGB profile whose red is what sRGB calls green, and the other way round."""
    data = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    count = struct.unpack(">I", data[128:132])[0]
    place = {bytes(data[at : at + 4]): at for at in range(132, 132 + 12 * count, 12)}
    red, green = place[b"rXYZ"], place[b"gXYZ"]
    data[red : red + 4], data[green : green + 4] = b"gXYZ", b"rXYZ"
    return bytes(data)


def near(found, wanted) -> bool:
    return all(abs(a - b) <= 8 for a, b in zip(found[:3], wanted, strict=True))


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_colours_are_carried_over_and_the_profile_stays_behind(kind):
    data, _mime, _width, _height = clean(
        written(Image.new("RGB", (8, 8), RED), kind, icc_profile=swapped_profile())
    )
    kept = Image.open(io.BytesIO(data))
    assert "icc_profile" not in kept.info
    assert b"acsp" not in data
    assert near(kept.convert("RGB").getpixel((4, 4)), GREEN)


def test_colours_of_what_is_partly_transparent_too():
    data, *_ = clean(written(Image.new("RGBA", (8, 8), (*RED, 128)), "PNG", icc_profile=swapped_profile()))
    kept = Image.open(io.BytesIO(data))
    assert kept.mode == "RGBA"
    assert near(kept.getpixel((4, 4)), GREEN)
    assert kept.getpixel((4, 4))[3] == 128
    assert "icc_profile" not in kept.info


@pytest.mark.parametrize("mode", ["P", "L", "RGB", "LA", "1"])
@pytest.mark.parametrize("profile", [b"made by Maria Lopez", b"\0" * 200, swapped_profile()])
def test_a_profile_that_cannot_be_used_is_dropped_all_the_same(mode, profile):
    given = Image.new("RGB", (8, 8), "white").convert(mode)
    data, mime, *_ = clean(written(given, "PNG", icc_profile=profile))
    kept = Image.open(io.BytesIO(data))
    assert "icc_profile" not in kept.info
    assert b"Maria" not in data
    assert mime == "image/png"
    assert near(kept.convert("RGB").getpixel((4, 4)), (255, 255, 255))


def test_what_a_printer_takes_becomes_what_a_screen_takes():
    data, *_ = clean(written(Image.new("CMYK", (8, 8), (0, 255, 255, 0)), "JPEG"))
    kept = Image.open(io.BytesIO(data))
    assert kept.mode == "RGB"
    assert near(kept.getpixel((4, 4)), RED)


def test_comments_place_and_time_do_not_survive_and_the_picture_stands_upright():
    exif = Image.Exif()
    exif[0x0112], exif[0x010F] = 6, "Maria Lopez"
    data, _mime, width, height = clean(
        written(Image.new("RGB", (8, 6)), "JPEG", exif=exif, comment=b"Maria Lopez")
    )
    assert (width, height) == (6, 8)
    assert b"Maria" not in data
    assert not Image.open(io.BytesIO(data)).getexif()
    palette = Image.new("P", (8, 6))
    palette.putpalette([1, 2, 3] * 256)
    data, mime, *_ = clean(written(palette, "GIF", comment=b"Maria Lopez"))
    assert (mime, b"Maria" in data) == ("image/png", False)


def test_one_colour_that_is_transparent_stays_so():
    data, *_ = clean(written(Image.new("RGB", (8, 8), RED), "PNG", transparency=RED))
    assert Image.open(io.BytesIO(data)).convert("RGBA").getpixel((4, 4))[3] == 0


def test_a_phones_picture_with_a_second_one_behind_it_is_its_first():
    file = io.BytesIO()
    first, second = Image.new("RGB", (8, 6), RED), Image.new("RGB", (4, 3), GREEN)
    first.save(file, "MPO", save_all=True, append_images=[second])
    data, mime, width, height = clean(file.getvalue())
    assert (mime, width, height) == ("image/jpeg", 8, 6)
    assert Image.open(io.BytesIO(data)).format == "JPEG"


@pytest.mark.parametrize("kind", ["GIF", "WEBP", "PNG"])
def test_moving_pictures_are_refused_and_not_stopped(kind):
    frames = [Image.new("RGB", (8, 6), color) for color in (RED, GREEN)]
    with pytest.raises(Invalid, match="Moving"):
        clean(written(frames[0], kind, save_all=True, append_images=frames[1:], duration=100))


def giant(width: int, height: int) -> bytes:
    """A PNG of a few bytes that says to be this large."""

    def chunk(name: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"")) + chunk(b"IEND", b"")
    )


@pytest.mark.parametrize("size", [(7_072, 7_071), (10_000, 9_000), (30_000, 30_000), (60_000, 60_000)])
@pytest.mark.filterwarnings("ignore::PIL.Image.DecompressionBombWarning")
def test_too_many_pixels_are_said_to_be_too_many(size):
    with pytest.raises(Invalid, match="50 megapixels"):
        clean(giant(*size))


def test_cleaning_in_several_threads_leaves_the_warnings_of_the_process_alone():
    before, small = list(warnings.filters), written(Image.new("RGB", (400, 400), RED), "PNG")
    seen = []

    def work() -> None:
        for _ in range(10):
            clean(small)
            seen.append([entry for entry in warnings.filters if entry[2] is Image.DecompressionBombWarning])

    workers = [threading.Thread(target=work) for _ in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert warnings.filters == before
    assert not any(seen)
