"""Readings of images in an audit's folder: one by one in a file that no audit reads, those by two in the tally sheet's.

What stands there is never changed: lines are added at the end, and a file that other hands have rebuilt is left alone.
"""

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from audit.ground import lock, whole
from audit.ground.terms import AuditError, Sought, text
from audit.ground.written import inert
from audit.reading import cells, load
from audit.reading.lines import shown_headings
from audit.sampling import image_readings, tally_sheet
from audit.sampling.image_readings import Item, Reading, Seen

NAME = "papers.images.csv"
ONE_BY_ONE = f"papers.images{load.PROPOSED}csv"
_MARK = "SHA-256"
_LOCK, _MOST_SECONDS = ".readings.lock", 10
_COLUMNS = tuple(name for name in tally_sheet.COLUMNS if name != "procedure")
_READ = (
    "where",
    "dossier_id",
    "seen",
    "sought",
    "dated_on",
    "signed_by",
    "number",
    "page",
    "line",
    "reader",
    "read_on",
    "mark",
)


def standing(folder: str | Path) -> tuple[Reading, ...]:
    """The readings in a folder, in the order in which they were made; none where there is no file.

    Raises AuditError, which names the row, for one that is not as it was written.
    """
    return _readings(_content(load.place(folder) / ONE_BY_ONE))


def other_sheets(folder: str | Path) -> tuple[str, ...]:
    """The folder's other tally sheets, by name: an audit reads them beside the lines made of images."""
    names = (path.name for path in load.place(folder).glob("papers*") if load.is_read(path.name))
    return tuple(sorted(name for name in names if name != NAME))


def rows_by_item(folder: str | Path) -> dict[tuple[str, str], int]:
    """The row, as a spreadsheet shows it, in which an image's dossier stands in the lines made of images."""
    return {key: row for row, key in enumerate(_keys(_content(load.place(folder) / NAME)), start=2)}


def write(folder: str | Path, reading: Reading) -> bool:
    """Add a reading, and where it is the second of its item the line that both make; whether it is the second.

    Raises AuditError, and writes nothing, where two others have read it meanwhile, and where a file is not as it was
    written.
    """
    place = load.place(folder)
    with _alone_in(place):
        content, sheet = _content(place / ONE_BY_ONE), _content(place / NAME)
        before = _readings(content)
        item = Item(reading.where, reading.dossier_id, b"", is_page=False, mark=reading.mark)
        if not image_readings.left_to(reading.reader, (item,), before):
            raise AuditError("reading_taken", file=reading.where)
        known = set(_keys(sheet))
        both = [
            pair
            for pair in image_readings.pairs((*before, reading))
            if (pair[0].key, pair[0].mark) == (reading.key, reading.mark)
        ]
        line = image_readings.line(*both[0]) if both and reading.key not in known else None
        if line is not None:
            whole.write(place / NAME, _longer(sheet, _COLUMNS, line), is_private=True)
        whole.write(place / ONE_BY_ONE, _longer(content, _READ, _cells(reading)), is_private=True)
    return bool(both)


def _headings(columns: Sequence[str]) -> list[str]:
    told = {"where": text("fetch.where", "vi"), "seen": text("readings.seen", "vi"), "mark": _MARK}
    return [(shown_headings("papers") | told)[name] for name in columns]


def _cells(one: Reading) -> dict[str, str]:
    days = {name: f"{day:%d/%m/%Y}" if (day := getattr(one, name)) else "" for name in ("dated_on", "read_on")}
    return {name: str(getattr(one, name) or "") for name in _READ} | days


def _longer(content: bytes, columns: Sequence[str], cell: Mapping[str, str]) -> bytes:
    """The bytes of a file as they are, and a line more."""
    stream = io.StringIO()
    rows = csv.writer(stream)
    if not content:
        stream.write("\ufeff")
        rows.writerow(_headings(columns))
    elif not content.endswith(b"\n"):
        stream.write("\r\n")
    rows.writerow([inert(cell.get(name, "")) for name in columns])
    return content + stream.getvalue().encode("utf-8")


def _lines(content: bytes, columns: Sequence[str], name: str) -> list[dict[str, str]]:
    """The lines of a file by column. Raises AuditError where its headings are not those that it was given."""
    if not content:
        return []
    try:
        head, *rows = csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""))
    except (UnicodeDecodeError, csv.Error, ValueError) as error:
        raise AuditError("readings_rebuilt", file=name) from error
    if head != _headings(columns):
        raise AuditError("readings_rebuilt", file=name)
    return [dict(zip(columns, (*row, *[""] * len(columns)), strict=False)) for row in rows]


def _keys(sheet: bytes) -> list[tuple[str, str]]:
    return [(_outside(one["where"]), _outside(one["dossier_id"])) for one in _lines(sheet, _COLUMNS, NAME)]


def _readings(content: bytes) -> tuple[Reading, ...]:
    lines = _lines(content, _READ, ONE_BY_ONE)
    return tuple(_reading({name: _outside(cell) for name, cell in one.items()}, row)
                 for row, one in enumerate(lines, start=2))  # fmt: skip


def _reading(cell: Mapping[str, str], row: int) -> Reading:
    try:
        dated_on = cells.on(cell["dated_on"]) if cell["dated_on"] else None
        rest = {name: cell[name] for name in ("where", "dossier_id", "number", "page", "line", "reader", "mark")}
        if (cell["seen"] == Seen.READ) != (dated_on is not None) or not cell["reader"]:
            raise ValueError(cell["seen"])
        if cell["signed_by"] not in ("", *image_readings.SIGNED_BY):
            raise ValueError(cell["signed_by"])
        return Reading(seen=Seen(cell["seen"]), sought=Sought(cell["sought"]) if cell["sought"] else None,
                       dated_on=dated_on, signed_by=cell["signed_by"], read_on=cells.day(cell["read_on"]),
                       **rest)  # fmt: skip
    except (ValueError, AuditError) as error:
        raise AuditError("reading_broken", file=ONE_BY_ONE, row=row) from error


def _outside(cell: str) -> str:
    """A cell as it was before it was made inert."""
    return cell[1:] if cell[:1] == "'" and inert(cell[1:]) == cell else cell


def _content(file: Path) -> bytes:
    if file.is_symlink() or (file.exists() and not file.is_file()):
        raise AuditError("no_ordinary_file", file=file.name)
    try:
        return file.read_bytes() if file.exists() else b""
    except OSError as error:
        raise AuditError("cannot_write", file=file.name) from error


@contextmanager
def _alone_in(folder: Path) -> Iterator[None]:
    path = folder / _LOCK
    try:
        held = lock.awaited(path, _MOST_SECONDS)
    except (TimeoutError, OSError) as error:
        raise AuditError("readings_busy", file=NAME) from error
    with lock.given_back(held, path):
        yield
