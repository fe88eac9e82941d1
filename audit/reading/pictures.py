"""A photograph or scan as received -> a small clean picture of it, or why there is none.

What is shown is painted anew: nothing of the file but its colours, so no place, device, comment or profile.
"""

import io
import re
import zipfile

from audit.ground.extras import needs

with needs("documents"):
    from PIL import Image, ImageOps, UnidentifiedImageError

MOST_BYTES = 25_000_000  # of a file that is opened
MOST_PIXELS = 80_000_000  # of a picture
SIDE = 1000  # pixels of the longer side of what is shown
MOST_SHOWN = 80_000  # bytes of it
_QUALITIES = (75, 60, 45, 30)
_SMALLER = 0.7
_BRANDS = {b"heic", b"heix", b"hevc", b"hevx", b"heim", b"heis", b"mif1", b"msf1", b"avif"}
_MARKUP = re.compile(rb"<(?:svg|html|script|\?php|!doctype)[\s>][\t-\r -~]{4}|%pdf-\d\.\d", re.IGNORECASE)


class UnshownError(Exception):
    """Why there is no picture of a file; `args`: the key of a problem."""


def kind(content: bytes) -> str:
    """What a file is by its first bytes: jpeg, png, pdf, heic; "" for anything else, whatever its name ends with."""
    if content.startswith(b"\xff\xd8\xff"):
        return "jpeg"
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        return "png"
    if content.startswith(b"%PDF-"):
        return "pdf"
    return "heic" if content[4:8] == b"ftyp" and content[8:12] in _BRANDS else ""


def picture(content: bytes, side: int = SIDE, most: int = MOST_SHOWN) -> bytes | None:
    """A JPEG of at most `side` pixels and `most` bytes, upright; of a PDF its first page; None for HEIC, unopened.

    Raises UnshownError for what is no picture, is broken, too large, locked, or another kind of file at once.
    """
    found = kind(content)
    if not found:
        raise UnshownError("image_no_picture")
    if len(content) > MOST_BYTES:
        raise UnshownError("image_too_big")
    if zipfile.is_zipfile(io.BytesIO(content)) or (found in ("jpeg", "png") and _MARKUP.search(content)):
        raise UnshownError("image_two_kinds")
    if found == "heic":
        return None
    return _encoded(_first_page(content, side) if found == "pdf" else _painted(content, side), side, most)


def size(shown: bytes) -> tuple[int, int]:
    """Width and height of a picture of ours."""
    with Image.open(io.BytesIO(shown), formats=("JPEG",)) as opened:
        return opened.size


def _painted(content: bytes, side: int) -> Image.Image:
    try:
        with Image.open(io.BytesIO(content), formats=("JPEG", "PNG")) as opened:
            if opened.width * opened.height > MOST_PIXELS:
                raise UnshownError("image_too_many_pixels")
            opened.draft("RGB", (side, side))
            opened.load()
            return _upright(opened)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise UnshownError("image_too_many_pixels") from error
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, EOFError, MemoryError, OverflowError) as error:
        raise UnshownError("image_broken") from error


def _upright(opened: Image.Image) -> Image.Image:
    """The picture as it is to be looked at; as stored where what says how cannot be read."""
    try:
        return ImageOps.exif_transpose(opened)
    except Exception:  # whatever a broken tag leads to: the picture is whole
        return opened.copy()


def _first_page(content: bytes, side: int) -> Image.Image:
    with needs("documents"):
        import pypdfium2  # type: ignore[import-untyped]  # noqa: PLC0415  heavy

    try:
        document = pypdfium2.PdfDocument(content)
        try:
            page = document[0]
            width, height = page.get_size()
            return page.render(scale=side / max(width, height, 1)).to_pil()
        finally:
            document.close()
    except (pypdfium2.PdfiumError, IndexError, ValueError, ZeroDivisionError, MemoryError) as error:
        raise UnshownError("image_broken") from error


def _encoded(image: Image.Image, side: int, most: int) -> bytes:
    """A picture as JPEG, the coarser or smaller the more there is in it."""
    while True:
        clean = _clean(image, side)
        for quality in _QUALITIES:
            stream = io.BytesIO()
            clean.save(stream, "JPEG", quality=quality, optimize=True)
            if stream.tell() <= most:
                return stream.getvalue()
        side = int(side * _SMALLER)


def _clean(image: Image.Image, side: int) -> Image.Image:
    """The colours alone, on white where nothing is."""
    small = image.copy()
    small.thumbnail((side, side))
    colours = small.convert("RGBA") if small.mode in ("P", "PA", "LA", "RGBA") else small.convert("RGB")
    clean = Image.new("RGB", colours.size, "white")
    clean.paste(colours, mask=colours.getchannel("A") if colours.mode == "RGBA" else None)
    return clean
