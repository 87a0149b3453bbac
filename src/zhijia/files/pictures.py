"""Pictures are made anew: what a camera writes beside the picture (place, time, device) stays behind
(S-25)."""

import io
import warnings
from typing import BinaryIO

from django.utils.translation import gettext_lazy as _
from PIL import Image, ImageOps

from zhijia.kernel.errors import Refusal

QUALITY = 85
FORMATS = {"image/jpeg": "JPEG", "image/png": "PNG", "image/webp": "WEBP"}
MODES = ("RGB", "RGBA", "L", "LA")


def made_anew(content: BinaryIO, media_type: str, *, max_pixels: int, longest_side: int) -> BinaryIO:
    """The same picture upright, at most `longest_side` long, without any other data.

    Refuses "picture_too_large" by the size its head names, before a pixel is unpacked, and "picture_broken".
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            with Image.open(content, formats=[FORMATS[media_type]]) as picture:
                if picture.width * picture.height > max_pixels:
                    raise _too_large(max_pixels)
                picture.draft("RGB", (longest_side, longest_side))
                return _written(_upright(picture, longest_side), media_type)
    except Image.DecompressionBombError as error:
        raise _too_large(max_pixels) from error
    except (OSError, SyntaxError, ValueError, EOFError, IndexError, KeyError, TypeError) as error:
        raise Refusal(
            "picture_broken",
            _("This picture cannot be read; perhaps it was cut off on the way. Take it again."),
        ) from error


def _upright(picture: Image.Image, longest_side: int) -> Image.Image:
    picture.load()
    turned = ImageOps.exif_transpose(picture)
    turned.thumbnail((longest_side, longest_side))
    return (
        turned if turned.mode in MODES else turned.convert("RGBA" if "transparency" in turned.info else "RGB")
    )


def _written(picture: Image.Image, media_type: str) -> BinaryIO:
    bare = Image.new(picture.mode, picture.size)
    bare.paste(picture)
    if media_type == "image/jpeg" and bare.mode in ("RGBA", "LA"):
        bare = bare.convert("RGB")
    fresh = io.BytesIO()
    bare.save(fresh, FORMATS[media_type], quality=QUALITY)
    fresh.seek(0)
    return fresh


def _too_large(max_pixels: int) -> Refusal:
    return Refusal(
        "picture_too_large",
        _("This picture has more than %(millions)d million pixels. Send a smaller one.")
        % {"millions": max_pixels // 1_000_000},
    )
