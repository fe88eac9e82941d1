"""Workbooks as a clerk leaves them: struck, merged, hidden, annotated; and what an audit makes of a folder."""

from collections.abc import Callable
from pathlib import Path

from folders import cells
from openpyxl import Workbook
from openpyxl.comments import Comment
from openpyxl.styles import Font
from openpyxl.worksheet.worksheet import Worksheet

from audit.judging import readings, steps, validate
from audit.reading import load
from audit.reading.load import Office

Table = str | list[list[object]]
Touch = Callable[[Worksheet], object]


def book(path: Path, sheets: Table | dict[str, Table], touch: Touch = lambda sheet: None) -> Path:
    """A workbook of a sheet for each table, drawn with bars or listed; `touch` is done to each sheet."""
    made = Workbook()
    made.remove(made.active)
    for title, table in sheets.items() if isinstance(sheets, dict) else [("Sổ", sheets)]:
        sheet = made.create_sheet(title)
        for row in listed(table):
            sheet.append([None if value == "" else value for value in row])
        touch(sheet)
    made.save(path)
    return path


def listed(table: Table) -> list[list[object]]:
    """The rows of a table drawn with bars; of another as they are."""
    return [list(row) for row in cells(table)] if isinstance(table, str) else table


def strike(sheet: Worksheet, *ranges: str) -> None:
    for cell in _cells(sheet, ranges):
        cell.font = Font(strike=True)


def say(sheet: Worksheet, place: str, text: str) -> None:
    sheet[place].comment = Comment(text, "Kế toán")


def merge(sheet: Worksheet, *ranges: str) -> None:
    """Merged as Excel does it: the first cell keeps its value."""
    for one in ranges:
        sheet.merge_cells(one)


def _cells(sheet: Worksheet, ranges: tuple[str, ...]):
    for one in ranges:
        found = sheet[one]
        yield from [cell for row in found for cell in row] if isinstance(found, tuple) else [found]


def judged(office: Office | Path) -> dict[str, dict]:
    """Each dossier as judged, by its code."""
    read = load.office(office) if isinstance(office, Path) else office
    records = validate.records(read.records, **read.days)
    found = readings.settled(steps.held_and_judged(read, records)[1], read)
    return {row["dossier_id"]: row for row in found.to_dicts()}


def verdicts(office: Office | Path) -> dict[str, str]:
    """The verdict of each dossier, by its code."""
    return {code: row["verdict"] for code, row in judged(office).items()}
