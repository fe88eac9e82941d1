"""The workbook of an audit: its sheets as a file that a spreadsheet opens, sorts and prints, and that cannot run."""

import io
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from math import ceil, isfinite
from typing import TYPE_CHECKING

from audit.findings.result import Result
from audit.ground import terms
from audit.page.pieces import day_text
from audit.page.tables import Cell, Line, Table, about, tables

if TYPE_CHECKING:
    from xlsxwriter import Workbook
    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

    from audit.page.whole_rows import Made, RowSheet

MOST_CHARACTERS = 32_767  # of a cell, in UTF-16
MOST_OF_A_NAME = 80  # of an office, in what is printed above each page: 255 characters hold all of it
MOST_EXACT = 10**15  # a spreadsheet rounds greater numbers
FIRST_YEAR = 1901  # before 1 March 1900 a spreadsheet counts days wrongly
NARROW, LONG, WIDE, ROOM = 7, 14, 60, 260  # widths in digits: the least, what may wrap, the most, of a whole sheet
LETTERS = 1.1  # to a digit's width
LINE, MOST_LINES = 14.0, 25  # points of height, and lines of a row that show; more are there and not seen at once
MOST_SEEN = MOST_LINES * WIDE
A4 = 9
GREY = "#C5CCD6"

_NOT_TEXT = re.compile("[\x00-\x08\x0b-\x1f\ud800-\udfff\ufffe\uffff]")  # no place in XML
_SEAM = re.compile(r"(?<=^<r>)(?=.*</r>$)|(?<=_)(?=x[0-9a-fA-F]{4}_)", re.DOTALL)  # within what would be a code
_TEXT: dict[str, object] = {"quote_prefix": True}  # text it stays, whoever changes the cell later
_LINED: dict[str, object] = {"bottom": 1, "bottom_color": GREY}
FORMATS: dict[str, dict[str, object]] = {
    "text": {"text_wrap": True} | _TEXT | _LINED,
    "day": {"align": "left", "num_format": "dd/mm/yyyy"} | _LINED,
    "moment": {"align": "left", "num_format": "dd/mm/yyyy hh:mm"} | _LINED,
    "number": {"align": "right", "indent": 1} | _LINED,
    "blank": _LINED,
    "heading": {"bold": True, "text_wrap": True, "bg_color": "#E3E8EE", "bottom": 1, "valign": "vcenter"},
    "title": {"bold": True, "font_size": 16},
    "warning": {"bold": True, "font_color": "#A33A22"},
    "line": _TEXT,
    "line_number": {"align": "left", "num_format": "#,##0"},
    "line_day": {"align": "left", "num_format": "dd/mm/yyyy"},
    "run": {},
}


def workbook(result: Result) -> bytes:
    """`cases.xlsx`: everything that was found, a sheet each, for one edition; text as text, days as days.

    The same result gives the same bytes.
    """
    sheets, period, office = tables(result), result.period, result.office
    around = Around(result.lang, result.edition, office.commune, period.first_on, period.last_on, office.made_up)
    return book(terms.text("sheet.title", result.lang), result.as_of, around, about(result, sheets), sheets)


def book(title: str, made_on: date, around: "Around", lines: Sequence[Line], sheets: Sequence[Table]) -> bytes:
    """A workbook of a first sheet of `lines` and a sheet a table; the same ones give the same bytes."""
    stream = io.BytesIO()
    with inert_book(stream) as made:
        made.set_properties({"title": title, "created": datetime.combine(made_on, datetime.min.time())})
        formats = {
            name: made.add_format({"font_size": 10, "valign": "top", **format_}) for name, format_ in FORMATS.items()
        }
        write = Writer(around, formats)
        write.about(made.add_worksheet(terms.text("sheet.about", around.lang)), lines)
        from audit.page.whole_rows import RowSheet  # noqa: PLC0415  as the library

        for table in sheets:
            write.table(made.add_worksheet(table.name, RowSheet), table)
    return stream.getvalue()


def inert_book(stream: io.BytesIO) -> "Workbook":
    """A workbook to be written into `stream`, in which no text becomes a formula, a link or a number."""
    import xlsxwriter  # noqa: PLC0415  the page does not need it

    never = dict.fromkeys(("strings_to_formulas", "strings_to_urls", "strings_to_numbers"), False)
    return xlsxwriter.Workbook(stream, {"in_memory": True, **never})


@dataclass(frozen=True)
class Around:
    """What stands above and below each printed sheet: whose it is, the days of its period, which edition."""

    lang: str
    edition: str
    name: str
    first_on: date | None
    last_on: date | None
    made_up: bool


class Writer:
    """Writes sheets of one result with the formats of one book."""

    def __init__(self, around: Around, formats: Mapping[str, "Format"]):
        self.around, self.lang, self.formats = around, around.lang, formats

    def about(self, sheet: "Worksheet", lines: Sequence[Line]) -> None:
        """The first sheet: short tables one below the other."""
        styles = {"row": "line", "text": "line", "head": "heading"}
        sheet.set_row(0, 2 * LINE)
        for row, line in enumerate(lines):
            for column, cell in enumerate(line.cells):
                style = styles.get(line.style, line.style)
                kind = "_day" if isinstance(cell, date) else "" if isinstance(cell, str) else "_number"
                self._cell(sheet, row, column, cell, style + kind)
        tabular = [line.cells for line in lines if line.style == "row"]
        columns = max(map(len, tabular))
        for column in range(columns):
            longest = max(_length(cells[column]) for cells in tabular if len(cells) > column)
            sheet.set_column(column, column, min(max(longest + 2, 14), WIDE + 10))
        _without_marks(sheet, len(lines), columns)
        self._print_set_up(sheet)

    def table(self, sheet: "RowSheet", table: Table) -> None:
        """A sheet with headings that stay, filters over exactly the table, and below it what is not there, if any."""
        last_row, last_column = len(table.rows), len(table.headings) - 1
        widths = _widths(table)
        self._heights(sheet, [table.headings, *table.rows], widths)
        for column, heading in enumerate(table.headings):
            self._cell(sheet, 0, column, heading, "heading")
        self._rows(sheet, table.rows)
        if not table.rows:
            self._cell(sheet, 2, 0, terms.text("sheet.no_rows", self.lang), "line")
            sheet.set_tab_color(GREY)
        elif last_row < table.total:
            told = {"shown": terms.number(last_row, self.lang), "total": terms.number(table.total, self.lang)}
            self._cell(sheet, last_row + 2, 0, terms.text("sheet.cut_rows", self.lang, **told), "warning")
        for column, width in enumerate(widths):
            sheet.set_column(column, column, width)
        sheet.freeze_panes(1, 1)
        sheet.autofilter(0, 0, last_row, last_column)
        _without_marks(sheet, last_row + 1, last_column + 1)
        sheet.repeat_rows(0)
        self._print_set_up(sheet)

    def _heights(self, sheet: "Worksheet", rows: Sequence[Sequence[Cell]], widths: Sequence[float]) -> None:
        """Room for the texts that are wrapped."""
        narrowest = min(widths)
        for row, cells in enumerate(rows):
            wrapped = [
                _lines(cell, width) for cell, width in zip(cells, widths, strict=True)
                if cell.__class__ is str and (len(cell) >= narrowest or "\n" in cell)
            ]  # fmt: skip
            if (lines := max(wrapped, default=1)) > 1:
                sheet.set_row(row, LINE * min(lines, MOST_LINES))

    def _rows(self, sheet: "RowSheet", rows: Sequence[Sequence[Cell]]) -> None:
        """Rows below the headings; each different cell is made once."""
        known: dict[type, dict[Cell, Made]] = {}
        for row, cells in enumerate(rows, start=1):
            put: list[Made] = []
            of_runs = []
            for column, cell in enumerate(cells):
                of_kind = known.setdefault(cell.__class__, {})
                if (one := of_kind.get(cell)) is None:
                    value, style = self._value(cell)
                    if isinstance(value, str) and len(_runs(value)) > 1:
                        of_runs.append((column, value, style))
                        one = sheet.made(None, self.formats[style])
                    else:
                        one = of_kind[cell] = sheet.made(value, self.formats[style])
                put.append(one)
            sheet.put(row, put)
            for column, value, style in of_runs:
                self._text(sheet, row, column, value, self.formats[style])

    def _print_set_up(self, sheet: "Worksheet") -> None:
        around, name = self.around, self.around.name
        period = f"{day_text(around.first_on)} – {day_text(around.last_on)}"
        name = name if len(name) <= MOST_OF_A_NAME else f"{name[:MOST_OF_A_NAME]}…"
        made_up = terms.text("sheet.made_up", self.lang) if around.made_up else ""
        edition = terms.text(f"sheet.edition_{around.edition}", self.lang)
        sheet.set_header(f"&L{_printed(f'{name}, {period}')}&R&B{_printed(edition)}")
        pages = terms.text("sheet.printed_page", self.lang, page="&P", pages="&N")
        sheet.set_footer(f"&L&A&C{_printed(made_up)}&R{pages}")
        sheet.set_landscape()
        sheet.set_paper(A4)
        sheet.fit_to_pages(1, 0)
        sheet.set_margins(left=0.4, right=0.4, top=0.8, bottom=0.7)

    def _cell(self, sheet: "Worksheet", row: int, column: int, cell: Cell, style: str = "") -> None:
        value, own = self._value(cell)
        format_ = self.formats[style or own]
        if isinstance(value, str):
            self._text(sheet, row, column, value, format_)
        elif isinstance(value, datetime):
            sheet.write_datetime(row, column, value, format_)
        elif value is None:
            sheet.write_blank(row, column, None, format_)
        else:
            sheet.write_number(row, column, value, format_)

    def _value(self, cell: Cell) -> tuple[str | float | datetime | None, str]:
        """What is written of a cell, and the format that it has of itself."""
        if isinstance(cell, date) and cell.year < FIRST_YEAR:
            cell = day_text(cell)
        if isinstance(cell, datetime):
            return cell, "moment"
        if isinstance(cell, date):
            return datetime.combine(cell, datetime.min.time()), "day"
        if cell is None or cell == "":
            return None, "blank"
        if isinstance(cell, str):
            return _cut(as_text(cell), self.lang), "text"
        if isfinite(cell) and abs(cell) <= MOST_EXACT:
            return cell, "number"
        return str(cell), "text"

    def _text(self, sheet: "Worksheet", row: int, column: int, written: str, style: "Format") -> None:
        """A text cell; one that the writer would take for markup, or Excel for a code, in runs that are neither."""
        runs = _runs(written)
        if len(runs) == 1:
            sheet.write_string(row, column, runs[0], style)
        else:
            plain = [part for run in runs for part in (self.formats["run"], run)][1:]
            sheet.write_rich_string(row, column, *plain, style)


def _runs(written: str) -> list[str]:
    return _SEAM.split(written) if "<r>" in written or "_x" in written else [written]


def as_text(text: str) -> str:
    """`text` with "�" for each sign that no spreadsheet can hold; lines end in one newline."""
    return _NOT_TEXT.sub("\ufffd", text.replace("\r\n", "\n"))


def _cut(text: str, lang: str) -> str:
    """`text`, or as much of it as a cell holds and how much of how much that is."""
    if _length_in_file(text) <= MOST_CHARACTERS:
        return text
    room = MOST_CHARACTERS - 100  # for the words
    kept = text.encode("utf-16-le")[: 2 * room].decode("utf-16-le", errors="ignore")
    told = {"shown": terms.number(len(kept), lang), "total": terms.number(len(text), lang)}
    return kept + terms.text("sheet.cut_text", lang, **told)


def _length_in_file(text: str) -> int:
    return len(text) if len(text) <= MOST_CHARACTERS // 2 else len(text.encode("utf-16-le")) // 2


def _printed(text: str) -> str:
    """`text` as it stands in a header or footer, where "&" begins a code."""
    one_line = " ".join(as_text(text).split())
    return re.sub(r"&(?=[G\[])", "& ", one_line).replace("&", "&&")  # the writer takes even "&&G" for a picture


def _widths(table: Table) -> list[float]:
    """Widths that hold what is written; where the sheet would be too wide to print, texts take as few lines as fit."""
    button = 3  # the filter's, beside the heading
    columns = [(heading, {cells[place] for cells in table.rows}) for place, heading in enumerate(table.headings)]
    least = [max(NARROW, max(map(len, heading.split())) + button) for heading, _ in columns]
    whole = [max(map(_length, cells), default=0) + 2 for _, cells in columns]
    unbroken = [min(WIDE, max(map(_longest_word, cells), default=0) + 2) for _, cells in columns]
    for lines in range(1, MOST_LINES + 1):
        widths = [
            max(narrow, min(full, WIDE, max(LONG, word, full / lines)))
            for narrow, full, word in zip(least, whole, unbroken, strict=True)
        ]
        if sum(widths) <= ROOM:
            break
    return widths


def _length(cell: Cell) -> int:
    """How many characters wide a cell is, unwrapped."""
    match cell:
        case None:
            return 0
        case str():
            return max(map(len, cell[:MOST_SEEN].split("\n")))
        case datetime():
            return len("dd/mm/yyyy hh:mm")
        case date():
            return len("dd/mm/yyyy")
    return len(f"{cell:.10g}")


def _longest_word(cell: Cell) -> int:
    return max(map(len, cell[:MOST_SEEN].split()), default=0) if isinstance(cell, str) else _length(cell)


def _lines(cell: Cell, width: float) -> int:
    """Into how many lines a cell is wrapped, about: not every spreadsheet finds out by itself."""
    if not isinstance(cell, str) or (len(cell) < width and "\n" not in cell):
        return 1
    return sum(ceil((len(line) or 1) / (width * LETTERS)) for line in cell[:MOST_SEEN].split("\n"))


def _without_marks(sheet: "Worksheet", rows: int, columns: int) -> None:
    """No mark on a text that looks like a number or a date: it is as somebody wrote it."""
    from xlsxwriter.utility import xl_range  # noqa: PLC0415

    whole = xl_range(0, 0, rows - 1, columns - 1)
    sheet.ignore_errors(dict.fromkeys(("number_stored_as_text", "two_digit_text_year"), whole))
