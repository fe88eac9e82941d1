"""A spreadsheet or CSV file as rows of text, each with the row number that the spreadsheet shows."""

import csv
import io
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from pathlib import Path

from audit.ground.terms import AuditError
from audit.reading.cells import may_be_personal

SPREADSHEETS = (".xlsx", ".xls")
ENDINGS = (*SPREADSHEETS, ".csv")

SIGNIFICANT = 15  # digits that a spreadsheet keeps of a number
MOST_EXACT = 10**SIGNIFICANT


@dataclass(frozen=True)
class Sheet:
    """One sheet; `rows` holds (row number, cells), blank rows left out; a CSV file is one sheet named ""."""

    name: str
    rows: list[tuple[int, list[str]]]


def find(folder: Path, record: str) -> Path | None:
    """The file of `record` in `folder`, whichever of the accepted endings it has; None where there is none."""
    found = sorted(path for path in folder.iterdir() if path.stem == record and path.suffix.lower() in ENDINGS)
    if len(found) > 1:
        raise AuditError("two_files", record=record, files=", ".join(path.name for path in found))
    return found[0] if found else None


def read(name: str, content: bytes) -> list[Sheet]:
    """Every sheet of a file; each cell as text, as near to what is displayed as the file tells."""
    if name.lower().endswith(SPREADSHEETS):
        return _spreadsheet(name, content)
    return [_sheet("", _csv(name, content))]


def _spreadsheet(name: str, content: bytes) -> list[Sheet]:
    from python_calamine import CalamineError, CalamineWorkbook  # noqa: PLC0415  only where there is one

    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(content))
        return [
            _sheet(_named(title, number), book.get_sheet_by_name(title).to_python(skip_empty_area=False))
            for number, title in enumerate(book.sheet_names, start=1)
        ]
    except CalamineError as error:
        raise AuditError("not_a_spreadsheet", file=name) from error


def _named(title: str, number: int) -> str:
    """A sheet's name; where that may be somebody's, which sheet it is."""
    return f"#{number}" if may_be_personal(title) else title


def _csv(name: str, content: bytes) -> list[list[str]]:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        row = content[: error.start].count(b"\n") + 1
        raise AuditError("wrong_encoding", file=name, row=row) from error
    if "\x00" in text:
        raise AuditError("wrong_encoding", file=name, row=text[: text.index("\x00")].count("\n") + 1)
    lines = text.splitlines()[:30]
    delimiter = max(",;\t", key=lambda mark: sum(line.count(mark) for line in lines))
    csv.field_size_limit(10_000_000)
    try:
        return list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True))
    except csv.Error as error:
        raise AuditError("not_a_csv", file=name, error=error) from error


def _sheet(name: str, rows: Iterable[Sequence[object]]) -> Sheet:
    numbered = ((number, [cell_text(cell) for cell in cells]) for number, cells in enumerate(rows, start=1))
    return Sheet(name, [(number, cells) for number, cells in numbered if any(cells)])


def cell_text(cell: object) -> str:
    """A cell as text, as near to what is displayed as the file tells; "" for none.

    A number of more digits than a spreadsheet keeps was rounded when it was typed, and is written as one that was.
    """
    match cell:
        case str():
            return unicodedata.normalize("NFC", cell).strip()
        case bool():
            return "x" if cell else ""
        case float() if abs(cell) >= MOST_EXACT:
            return f"{cell:.{SIGNIFICANT - 1}E}"
        case float() if cell.is_integer():
            return str(int(cell))
        case datetime() if (cell.hour, cell.minute, cell.second) == (0, 0, 0):
            return f"{cell:%d/%m/%Y}"
        case datetime():
            return f"{cell:%d/%m/%Y %H:%M:%S}"
        case date():
            return f"{cell:%d/%m/%Y}"
        case time():
            return f"{cell:%H:%M:%S}"
        case _:
            return "" if cell is None else str(cell)
