"""Photographs and scans in `evidence/` of an audit's folder: each hashed, and tied to a dossier or a register's page
by the name of the folder that it lies in, or told why not."""

import hashlib
import os
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import NamedTuple

from pandas import DataFrame, isna

from audit.ground.terms import AuditError
from audit.reading import cells, rooms
from audit.records.registry import JUDGED_RECORDS

ENDINGS = (".jpg", ".jpeg", ".png", ".pdf", ".heic", ".heif")
_IN_A_FOLDER = 3  # parts of evidence/<folder>/<file>
_PAGE = re.compile(r"(?:(?:quyen|so|book)[-_ .]*(\d{1,4})[-_ .]+)?(?:trang|page)[-_ .]*(\d{1,5})")
_BOOK = re.compile(r"(?:quyen|book)[-_ .]*(?:so[-_ .]*)?(\d{1,4})")
_NOT_IN_NAMES = re.compile(r'[/\\:*?"<>|_\s]')  # what a folder's name may not hold, or has instead
Place = tuple[str, str, int]  # file, sheet and row of a line


class _Tie(NamedTuple):
    """What a folder's name is tied to, or the key of why to nothing."""

    untied: str = ""
    dossiers: tuple[str, ...] = ()
    lines: tuple[Place, ...] = ()


@dataclass(frozen=True)
class Image:
    """A file of `evidence/`.

    `folder`: the name of the folder that it lies in. `kind`: as `pictures.kind`. `picture`: what may be
    shown of it, so wide and high.
    `unread`: why it cannot be read; `untied`: why it is tied to nothing; keys of problems. `dossiers` and `lines`: what
    it is tied to, `lines` only by the page.
    """

    name: str
    folder: str
    sha256: str
    size: int
    kind: str
    picture: bytes | None
    width: int | None = None
    height: int | None = None
    unread: str = ""
    untied: str = ""
    dossiers: tuple[str, ...] = ()
    lines: tuple[Place, ...] = ()

    def tied(self, tie: _Tie) -> "Image":
        """It with what its folder is tied to."""
        return replace(self, untied=tie.untied, dossiers=tie.dossiers, lines=tie.lines)

    @property
    def problem(self) -> str:
        """The key of what is wrong with it."""
        return self.unread or self.untied


def files(folder: Path, most: int) -> Iterator[tuple[str, bytes]]:
    """The files below `evidence/` by name, evidence/<folder>/<file>, in order; none that another program left there.

    Raises AuditError for what is no ordinary file, a link among them, and for more than `most` bytes.
    """
    top = Path(folder) / rooms.EVIDENCE
    if top.is_symlink():
        raise AuditError("no_ordinary_file", file=rooms.EVIDENCE)
    paths = (Path(at) / name for at, inner, names in os.walk(top) for name in (*names, *_links(at, inner)))
    for name, path in sorted((path.relative_to(folder).as_posix(), path) for path in paths):
        if rooms.is_image(name):
            if path.is_symlink() or not path.is_file():
                raise AuditError("no_ordinary_file", file=name)
            if path.stat().st_size > most:
                raise AuditError("file_too_big", file=name, most=most // 1_000_000)
            yield name, path.read_bytes()


def _links(at: str, inner: Iterable[str]) -> list[str]:
    return [name for name in inner if (Path(at) / name).is_symlink()]


def read(found: Iterable[tuple[str, bytes]], frames: Mapping[str, DataFrame]) -> tuple[Image, ...]:
    """Each file with what it is tied to; `frames`: the records as read, by name."""
    images = [_image(name, content) for name, content in found]
    if not images:
        return ()
    codes, pages = _codes(frames), _pages(frames["register"])
    ties = {folder: _tie(folder, codes, pages) for folder in {one.folder for one in images if not one.untied}}
    return tuple(one if one.untied else one.tied(ties[one.folder]) for one in images)


def _image(name: str, content: bytes) -> Image:
    parts = name.split("/")
    folder = parts[1] if len(parts) >= _IN_A_FOLDER else ""
    from audit.reading import pictures  # noqa: PLC0415  heavy, and few folders have images

    unread, shown = "", None
    try:
        if not name.lower().endswith(ENDINGS):
            raise pictures.UnshownError("image_no_picture")
        shown = pictures.picture(content)
    except pictures.UnshownError as error:
        unread = str(error)
    untied = "" if len(parts) == _IN_A_FOLDER else "image_not_in_folder"
    mark = hashlib.sha256(content).hexdigest()
    width, height = pictures.size(shown) if shown else (None, None)
    return Image(name, folder, mark, len(content), pictures.kind(content), shown, width, height, unread, untied)


def _codes(frames: Mapping[str, DataFrame]) -> dict[str, set[str]]:
    """The codes that any record has, by how a folder may write them."""
    codes: dict[str, set[str]] = {}
    for code in {code for record in JUDGED_RECORDS for code in frames[record]["dossier_id"].dropna()}:
        codes.setdefault(_as_folder(code), set()).add(code)
    return codes


def _as_folder(code: str) -> str:
    return _NOT_IN_NAMES.sub("-", code)


def _pages(register: DataFrame) -> list[tuple[str | None, str, str | None, Place]]:
    """The lines of the register that say on which page they stand: book if known, page, dossier, and where it is."""
    lines = []
    for line in register[["page", "dossier_id", "file", "sheet", "row"]].dropna(subset="row").to_dict("records"):
        figures = [] if isna(line["page"]) else re.findall(r"\d{1,5}", _plain(str(line["page"])))
        if figures and len(figures) <= 2:  # noqa: PLR2004  book and page
            book = figures[0] if figures[1:] else _book(str(line["sheet"])) or _book(str(line["file"]))
            code = None if isna(line["dossier_id"]) else str(line["dossier_id"])
            place = (str(line["file"]), str(line["sheet"]), int(line["row"]))
            lines.append((book and book.lstrip("0"), figures[-1].lstrip("0"), code, place))
    return lines


def _book(name: str) -> str | None:
    match = _BOOK.search(_plain(name))
    return match[1] if match else None


def _plain(text: str) -> str:
    """A text in small letters without their marks."""
    apart = unicodedata.normalize("NFD", text.lower())
    return "".join(one for one in apart if not unicodedata.combining(one))


def _tie(folder: str, codes: Mapping[str, set[str]], pages: list[tuple[str | None, str, str | None, Place]]) -> _Tie:
    """What a folder's name is tied to: one dossier, or the lines of one page of one book; else why to nothing."""
    dossiers, page = codes.get(_code(folder), set()), _PAGE.fullmatch(_plain(folder).strip())
    if page is None:
        if len(dossiers) == 1:
            return _Tie(dossiers=tuple(dossiers))
        return _Tie("image_ambiguous" if dossiers else "image_of_nothing")
    if dossiers:
        return _Tie("image_ambiguous")
    book, number = page[1] and page[1].lstrip("0"), page[2].lstrip("0")
    lines = [line for line in pages if line[1] == number]
    if book is None and len({line[0] for line in lines}) > 1:
        return _Tie("image_ambiguous")
    if book and any(line[0] is None for line in lines):
        return _Tie("image_book_unknown")
    lines = [line for line in lines if book in (None, line[0])]
    if not lines:
        return _Tie("image_of_no_line")
    tied = tuple(sorted({line[2] for line in lines if line[2]}))
    return _Tie(dossiers=tied, lines=tuple(line[3] for line in lines))


def _code(folder: str) -> str:
    try:
        return _as_folder(cells.dossier_id(folder) or "")
    except ValueError:
        return ""
