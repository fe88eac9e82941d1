"""The images of `evidence/`: each once on the page, listed with their hashes, and which typed days have none."""

from urllib.parse import quote

from audit.findings.result import Result
from audit.findings.schema import Image
from audit.ground import terms
from audit.ground.terms import Images
from audit.page.pieces import Shown, shown

MOST_MB = 5  # of all pictures on a page: `findings.images.MOST_ON_PAGE`
_MOST_CODES = 6


def images(result: Result) -> Shown | None:
    """Every file in `evidence/`, its hash and what it is tied to, with the pictures; nothing where there is none."""
    found = result.images
    if found is None:
        return None
    how = result.parameters.get("images", Images.NONE)
    return shown(
        "images", result, found=found, how=how, listed=found.files, most=MOST_MB, link=link,
        pictured=[one for one in found.files if one.shown], tied_to=tied_to,
    )  # fmt: skip


def link(name: str) -> str:
    """Where a file of `evidence/` is from a page that lies beside that folder."""
    return quote(name)


def tied_to(image: Image, lang: str) -> str:
    """What an image is tied to, in words."""
    if not image.dossiers and not image.lines:
        return "–"
    codes = ", ".join(image.dossiers[:_MOST_CODES]) + (" …" if len(image.dossiers) > _MOST_CODES else "")
    of_page = [terms.text("images.of_page", lang, lines=image.lines)] if image.lines else []
    return ": ".join([*of_page, codes] if codes else of_page)


def beside(result: Result, numbers: tuple[int, ...]) -> list[Image]:
    """The images of those numbers, which count the files of `evidence/` from one."""
    return [result.images.files[number - 1] for number in numbers] if result.images else []
