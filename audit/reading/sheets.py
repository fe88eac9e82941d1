"""A spreadsheet or CSV file as rows of text, each with the row number that the spreadsheet shows, and its looks."""

import csv
import io
import re
import unicodedata
from collections.abc import Collection, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time

from audit.ground.terms import AuditError
from audit.reading import encodings, workbook
from audit.reading.cells import folded, may_be_personal
from audit.reading.workbook import NOTHING_SEEN, Looks

SPREADSHEETS = (".xlsx", ".xls")
ENDINGS = (*SPREADSHEETS, ".csv")

_OLE = b"\xd0\xcf\x11\xe0"  # what an old workbook begins with, and a new one with a password
_DELIMITERS, _BEGINNING = ",;\t|", 100_000
_QUOTED = re.compile(r'^="(.*)"$', re.DOTALL)  # how a spreadsheet is kept from reading a text as a number
SIGNIFICANT = 15  # digits that a spreadsheet keeps of a number
MOST_EXACT = 10**SIGNIFICANT


@dataclass(frozen=True)
class Sheet:
    """One sheet; `rows` holds (row number, cells), blank rows left out; a CSV file is one sheet named "".

    `looks`: what is seen there besides the values; of a CSV file nothing. `fonts`: the positions of columns that were
    not written in Unicode, and in which font. `encoding`: of a CSV file.
    """

    name: str
    rows: list[tuple[int, list[str]]]
    looks: Looks = NOTHING_SEEN
    fonts: Mapping[int, str] = field(default_factory=dict)
    encoding: str = ""


def read(name: str, content: bytes, headings: Collection[str] = ()) -> list[Sheet]:
    """Every sheet of a file; each cell as text, as near to what is displayed as the file tells.

    `headings`: those that it may have; of a CSV file the delimiter is the one under which most of them stand. What is
    not in Unicode is turned into it, column by column.
    """
    if name.lower().endswith(SPREADSHEETS):
        return [_in_unicode(sheet) for sheet in _spreadsheet(name, content)]
    rows, encoding = _csv(name, content, frozenset(map(folded, headings)))
    return [replace(_in_unicode(_sheet("", rows)), encoding=encoding)]


def _in_unicode(sheet: Sheet) -> Sheet:
    """The sheet with the columns that are written in an old font turned into Unicode."""
    width = max((len(texts) for _, texts in sheet.rows), default=0)
    columns = {at: [texts[at] for _, texts in sheet.rows if at < len(texts) and not texts[at].isascii()]
               for at in range(width)}  # fmt: skip
    fonts = {at: font for at, texts in columns.items() if texts and (font := encodings.column(texts))}
    if not fonts:
        return sheet
    rows = [
        (row, [encodings.converted(text, fonts[at]) if at in fonts else text for at, text in enumerate(texts)])
        for row, texts in sheet.rows
    ]
    return replace(sheet, rows=rows, fonts=fonts)


def _spreadsheet(name: str, content: bytes) -> list[Sheet]:
    from python_calamine import CalamineError, CalamineWorkbook, PasswordError  # noqa: PLC0415  only where there is one

    if content[:4] == _OLE and "EncryptedPackage".encode("utf-16-le") in content:
        raise AuditError("workbook_locked", file=name)
    looks = workbook.of_xls(content) if content[:4] == _OLE else workbook.of_xlsx(name, content)
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(content))
        return [
            _sheet(
                _named(title, number), book.get_sheet_by_name(title).to_python(skip_empty_area=False), looks.get(title)
            )
            for number, title in enumerate(book.sheet_names, start=1)
        ]
    except PasswordError as error:
        raise AuditError("workbook_locked", file=name) from error
    except CalamineError as error:
        raise AuditError("not_a_spreadsheet", file=name) from error


def _named(title: str, number: int) -> str:
    """A sheet's name; where that may be somebody's, which sheet it is."""
    return f"#{number}" if may_be_personal(title) else title


def _csv(name: str, content: bytes, headings: frozenset[str]) -> tuple[list[list[str]], str]:
    try:
        text, encoding = encodings.decoded(content)
    except ValueError as error:
        raise AuditError("wrong_encoding", file=name, row=_odd_row(content)) from error
    csv.field_size_limit(10_000_000)
    beginning = text[:_BEGINNING]
    delimiter = max(_DELIMITERS, key=lambda mark: _fitting(beginning, mark, headings))
    try:
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True))
    except csv.Error as error:
        raise AuditError("not_a_csv", file=name, error=error) from error
    return [[_QUOTED.sub(r"\1", cell) if cell[:2] == '="' else cell for cell in row] for row in rows], encoding


def _fitting(beginning: str, delimiter: str, headings: frozenset[str]) -> tuple[int, int]:
    """How many listed headings stand in one row under the delimiter, and how often it stands in the first rows."""
    lines = beginning.splitlines()[:30]
    rows = csv.reader(io.StringIO("\n".join(lines)), delimiter=delimiter)
    listed = 0
    with suppress(csv.Error):
        listed = max((len({folded(cell) for cell in row} & headings) for row in rows), default=0)
    return listed, sum(line.count(delimiter) for line in lines)


def _odd_row(content: bytes) -> int:
    """The first row whose bytes are no UTF-8."""
    try:
        return content[: content.decode("utf-8-sig").index("\x00")].count(b"\n") + 1
    except UnicodeDecodeError as error:
        return content[: error.start].count(b"\n") + 1
    except ValueError:
        return 1


def _sheet(name: str, rows: Iterable[Sequence[object]], looks: Looks | None = None) -> Sheet:
    looks = looks or NOTHING_SEEN
    numbered: list[tuple[int, list[str]]] = []
    stamps: set[tuple[int, int]] = set()
    failed_rows = {row for row, _ in looks.failed}
    for number, values in enumerate(rows, start=1):
        cells = [cell_text(cell) for cell in values]
        stamps |= {(number, at) for at, cell in enumerate(values) if isinstance(cell, date)}
        if number in failed_rows:
            cells = [looks.failed.get((number, at), cell) for at, cell in enumerate(cells)]
        if any(cells):
            numbered.append((number, cells))
    return Sheet(name, numbered, replace(looks, stamps=frozenset(stamps)))


def cell_text(cell: object) -> str:
    """A cell as text, as near to what is displayed as the file tells; "" for none.

    A number of more digits than a spreadsheet keeps was rounded when it was typed, and is written as one that was.
    """
    match cell:
        case str():
            return cell.strip() if cell.isascii() else unicodedata.normalize("NFC", cell).strip()
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
