"""A district's or province's table of many communes, read cell by cell: what each measures, and what cannot be read."""

import hashlib
import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

import pandas as pd

from audit.ground.terms import AuditError, measures
from audit.reading import sheets
from audit.reading.cells import folded, may_be_personal, whole_number
from audit.reading.lines import own_lines, reference_lines
from audit.reading.load import Input
from audit.reading.sheets import Sheet

RECORD, GROUPS = "rollup", "rollup_group"  # in headings.csv: a column's heading; the heading that stands over several
UNIT, NOT_READ = "unit", ("line", "note")
UNDER = ">"  # "settled > Quá hạn": that heading under that group
TRANSPARENT = "-"  # a group that adds nothing: "Trong đó"
SEARCHED_ROWS = 30
NEVER_BELOW_1_PERCENT = ("settled_in_time", "settled_in_time_in_reality")  # in every commune of a table
MOST_DIGITS = 4  # of a share: what a spreadsheet computes beyond them nobody wrote
FEWEST_NUMBERS = 3
_COUNT_WORDS, _SHARE_WORDS = ("số lượng", "số hồ sơ"), ("tỷ lệ", "")
_ONE_OF_TWO = ("settled_early", "settled_on_due_day")
_TOTAL = re.compile(r"(tổng cộng|tổng số|tổng chung|toàn (huyện|tỉnh|thành phố|thị xã))\b.*|tổng|cộng(\s*:.*)?")
_NUMBERING = re.compile(r"\(?[a-zA-Z]\)?|\(?\d{1,2}\)?[-=+/:x*()\d\s%.,]*")
_MEASURED_IN = re.compile(r"\s*\((?:%|hồ sơ|hs|đồng|lượt|thủ tục)\)$|\s*%$")
_ZERO = ("-", "–", "—", "−", "không", "không có")  # the yearbooks' sign for "did not occur"
_SHARE = re.compile(r"(\d{1,3}(?:[.,]\d+)?)\s*%?")
_NAME = re.compile(
    r"(?:\d+[.)]\s*)?(?:(?:ubnd|(?:ủy|uỷ) ban nhân dân)\s+)?"
    r"(?:(?P<kind>xã|phường|thị trấn|đặc khu|x\.|p\.|tt\.?)\s*(?<=[.\s]))?(?P<name>.+)"
)
_KINDS = {"x.": "xã", "p.": "phường", "tt.": "thị trấn", "tt": "thị trấn"}
_TONES = "\u0300\u0301\u0303\u0309\u0323"
CELL = {
    "unit": "str", "kind": "str", "name": "str", "row": "int64", "is_total_row": "bool", "position": "int64",
    "heading": "str", "measure": "str", "is_share": "bool", "written": "str", "figure": "str", "is_readable": "bool",
}  # fmt: skip
PROBLEM = {"row": "Int64", "column": "str", "written": "str", "problem": "str", "cells": "int64"}
LEFT_OUT = {"row": "int64", "why": "str", "written": "str"}


@dataclass(frozen=True)
class RollupTable:
    """The table as read; nothing is lost: `cells_read` = readable cells + cells of the problems.

    `cells`: a row per cell of a known column: the `unit` as written, with its `kind` (xã, phường …; empty where
    none is written) and `name` as keys; `row` as the spreadsheet shows it; `heading` with its group first;
    `measure` and `is_share`; `written`, and the `figure` it is read as, null where it cannot be. `problems`: one
    thing wrong, with how many `cells` cannot be checked for it. `left_out`: rows that are no commune's. `unused`:
    headings of columns that hold no figures. `inputs`: the files that were read. `lacks_columns`: some column holds
    counts of no known measure, or of one that stands twice, which a sum may lack.
    """

    file: str
    sheet: str
    cells: pd.DataFrame
    cells_read: int
    problems: pd.DataFrame
    left_out: pd.DataFrame
    unused: tuple[str, ...]
    inputs: tuple[Input, ...]
    lacks_columns: bool


def read(path: str | Path, sheet: str = "") -> RollupTable:
    """The table in a .csv, .xlsx or .xls file; `sheet` chooses where several hold one.

    A `headings.csv` beside it may name headings that are not known. Raises AuditError where there is no such file,
    and where no sheet, or more than one, has a column of communes and a column that is known.
    """
    path = Path(path).resolve()
    if not path.is_file() or path.suffix.lower() not in sheets.ENDINGS:
        raise AuditError("no_table", table=path.name)
    own = path.with_name("headings.csv")
    contents = {file.name: file.read_bytes() for file in (path, own) if file.is_file()}
    known = _Known.of([*reference_lines("headings.csv"), *own_lines("headings.csv", contents)])
    all_sheets = sheets.read(path.name, contents[path.name])
    chosen, headed = _chosen(path.name, all_sheets, sheet, known)
    reader = _Reader(chosen, headed)
    for other in all_sheets:
        if other is not chosen and other.rows and not sheet:
            reader.problem(None, other.name, other.name, "sheet_without_headings", 0)
    reader.read()
    inputs = tuple(Input(name, hashlib.sha256(content).hexdigest(), None) for name, content in contents.items())
    return RollupTable(
        path.name, chosen.name, _frame(reader.cells, CELL), reader.cells_read, _frame(reader.problems, PROBLEM),
        _frame(reader.left_out, LEFT_OUT), tuple(reader.unused), inputs,
        reader.lacks_columns,
    )  # fmt: skip


def place(unit: str) -> tuple[str, str]:
    """(kind, name) of a commune, as keys: "UBND xã Hoà An" and "Xã Hòa An" are one; the kind is empty if not written.

    Diacritics count; where in a syllable its tone stands does not.
    """
    match = _NAME.fullmatch(folded(unit))
    if match is None:
        return "", folded(unit)
    kind = match["kind"] or ""
    return _KINDS.get(kind, kind), " ".join(_toned(word) for word in match["name"].split())


def _toned(word: str) -> str:
    parts = unicodedata.normalize("NFD", word)
    letters = "".join(sign for sign in parts if sign not in _TONES)
    return unicodedata.normalize("NFC", letters) + "".join(sign for sign in parts if sign in _TONES)


def _frame(rows: list[dict], dtypes: Mapping[str, str]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=list(dtypes)).astype(dtypes)


@dataclass(frozen=True)
class _Column:
    position: int
    heading: str
    measure: str | None = None
    is_share: bool = False


@dataclass(frozen=True)
class _Known:
    """Headings as listed: those of the communes' column, of columns without figures, groups, and measures by group."""

    units: frozenset[str]
    not_read: frozenset[str]
    groups: Mapping[str, str]
    measures: Mapping[tuple[str, str], str]

    @classmethod
    def of(cls, lines: Iterable[Mapping[str, str]]) -> "_Known":
        named = {("", _plain(said)): name for name, words in measures().items() for said in words.values()}
        groups: dict[str, str] = {}
        listed: dict[str, set[str]] = {name: set() for name in (UNIT, *NOT_READ)}
        for line in lines:
            *group, heading = (part.strip() for part in line["heading"].split(UNDER))
            if line["record"] == GROUPS:
                groups[_plain(heading)] = line["column"]
            elif line["record"] == RECORD and line["column"] in listed:
                listed[line["column"]].add(_plain(heading))
            elif line["record"] == RECORD:
                named[group[0] if group else "", _plain(heading)] = line["column"]
        return cls(frozenset(listed[UNIT]), frozenset().union(*(listed[n] for n in NOT_READ)), groups, named)

    def column(self, position: int, path: list[str]) -> _Column:
        """What a column holds, by its heading and the groups above it, each of which must be known."""
        written, is_share = " – ".join(path), any("%" in text for text in path)
        if len(path) > 1 and _plain(path[-1]) in (*_COUNT_WORDS, *_SHARE_WORDS) and _plain(path[-2]) not in self.groups:
            is_share |= _plain(path[-1]) in _SHARE_WORDS  # "Đúng hạn" over "Số lượng" | "Tỷ lệ"
            path = path[:-1]
        *above, heading = path
        key = _plain(heading)
        groups = [self.groups.get(_plain(text)) for text in above]
        group = next((group for group in reversed(groups) if group not in (None, TRANSPARENT)), "")
        measure = None if None in groups else self.measures.get((group, key))
        if measure is None and None not in groups and key.startswith("tỷ lệ "):
            measure, is_share = self.measures.get((group, key.removeprefix("tỷ lệ "))), True
        if measure and measure.endswith("%"):
            measure, is_share = measure.removesuffix("%"), True
        return _Column(position, written, measure, is_share)


def _plain(text: str) -> str:
    return _MEASURED_IN.sub("", folded(text))


@dataclass(frozen=True)
class _Headed:
    """Where a table's headings stand (`top` to `last`, the communes' in `named`), and its columns."""

    top: int
    named: int
    last: int
    unit: int
    columns: tuple[_Column, ...]
    not_read: tuple[_Column, ...]


def _chosen(file: str, all_sheets: list[Sheet], sheet: str, known: _Known) -> tuple[Sheet, _Headed]:
    headed = [(one, headings) for one in all_sheets if (headings := _headings(one, known))]
    if sheet:
        headed = [(one, headings) for one, headings in headed if folded(one.name) == folded(sheet)]
    if not headed:
        texts = next((cells for one in all_sheets for _, cells in one.rows if sum(map(bool, cells)) > 1), [])
        said = [cell for cell in texts if cell and not may_be_personal(cell)]
        raise AuditError("rollup_without_headings", file=file, found=", ".join(said) or "–")
    if len(headed) > 1:
        raise AuditError("rollup_sheets", file=file, sheets=", ".join(one.name for one, _ in headed))
    return headed[0]


def _headings(sheet: Sheet, known: _Known) -> _Headed | None:
    """The headings: the row that names the communes' column, group headings above it, and headings below it."""
    rows = [cells for _, cells in sheet.rows]
    width = max((len(cells) for cells in rows), default=0)
    rows = [cells + [""] * (width - len(cells)) for cells in rows]
    for index, cells in enumerate(rows[:SEARCHED_ROWS]):
        unit = next((at for at, cell in enumerate(cells) if _plain(cell) in known.units), None)
        if unit is None:
            continue
        top = last = index
        while top and not rows[top - 1][unit] and any(_plain(cell) in known.groups for cell in rows[top - 1]):
            top -= 1
        while last + 1 < len(rows) and _goes_on(rows[last + 1], unit):
            last += 1
        paths = _paths(rows[top : last + 1])
        columns = [known.column(at, path) for at, path in enumerate(paths) if at != unit and path]
        if any(column.measure for column in columns):
            not_read = [column for column in columns if _plain(column.heading) in known.not_read]
            others = [column for column in columns if column not in not_read]
            return _Headed(top, index, last, unit, _one_each(others), tuple(not_read))
    return None


def _goes_on(cells: list[str], unit: int) -> bool:
    """Whether a row below the headings is one of them: words alone, and right of the communes' column."""
    filled = [(at, cell) for at, cell in enumerate(cells) if cell]
    return bool(filled) and all(at > unit and not _NUMBERING.fullmatch(cell) and _count(cell) is None
                                and _share(cell) is None for at, cell in filled)  # fmt: skip


def _paths(rows: list[list[str]]) -> list[list[str]]:
    """For each column its headings from the top down; a merged one stands over the columns to its right."""

    def has_below(level: int, at: int) -> bool:
        return any(cells[at] for cells in rows[level + 1 :])

    paths = []
    for at in range(len(rows[0])):
        path: list[str] = []
        begins = 0
        for level, cells in enumerate(rows):
            over = at
            if not cells[at] and has_below(level, at):
                over = next((left for left in range(at - 1, begins - 1, -1) if cells[left]), at)
                over = over if has_below(level, over) else at
            if cells[over]:
                begins = over
                if not path or folded(path[-1]) != folded(cells[over]):
                    path.append(" ".join(cells[over].split()))
        paths.append(path)
    return paths


def _one_each(columns: list[_Column]) -> tuple[_Column, ...]:
    """A report that shows only one of "early" and "on the due day" means in time by it; no measure stands twice."""
    stated = [(column.measure, column.is_share) for column in columns]
    single = []
    for column in columns:
        measure, other = column.measure, None
        if measure in _ONE_OF_TWO:
            other = _ONE_OF_TWO[1 - _ONE_OF_TWO.index(measure)]
        if other and not {(other, column.is_share), ("settled_in_time", column.is_share)} & set(stated):
            measure = "settled_in_time"
        single.append(_Column(column.position, column.heading, measure, column.is_share))
    return tuple(single)


class _Reader:
    """Gathers cells, problems and rows left out while the table is read."""

    def __init__(self, sheet: Sheet, headed: _Headed):
        self.headed = headed
        width = max(len(cells) for _, cells in sheet.rows)
        self.rows = [(row, cells + [""] * (width - len(cells))) for row, cells in sheet.rows]
        self.body = self.rows[headed.last + 1 :]
        self.cells: list[dict] = []
        self.problems: list[dict] = []
        self.left_out: list[dict] = []
        self.unused = [column.heading for column in headed.not_read]
        self.cells_read = 0
        self.lacks_columns = False
        self.numbering: list[str] = []

    def problem(self, row: int | None, column: str, written: str, problem: str, cells: int = 1) -> None:
        is_shown = problem in ("sheet_without_headings", "unknown_heading", "measure_twice")
        shown = written if is_shown or not may_be_personal(written) else ""
        fields = (row, column, shown, problem, cells)
        self.problems.append(dict(zip(PROBLEM, fields, strict=True)))

    def read(self) -> None:
        for row, cells in self.rows[: self.headed.top]:
            self._leave_out(row, "title", cells)
        kept: list[tuple[int, list[str], str]] = []
        for row, cells in self.body:
            kind = self._kind(cells, [kind for _, _, kind in kept])
            if kind in ("unit", "total", "no_unit"):
                kept.append((row, cells, kind))
            else:
                self._leave_out(row, kind, cells)
        known = self._columns(kept)
        fractions = {column for column in known if self._is_fractions(column, kept)}
        for row, cells, kind in kept:
            self._read_row(row, cells, kind, known, fractions)
        totals = [row for row, _, kind in kept if kind == "total"]
        if not totals:
            self.problem(None, "", "", "no_total_row", 0)
        if len(totals) > 1:
            self.problem(totals[-1], "", ", ".join(map(str, totals)), "several_totals", 0)

    def _kind(self, cells: list[str], before: list[str]) -> str:
        """What a row is: a commune's, a total, one without a commune's name; or no part of the table, and why."""
        unit, columns = cells[self.headed.unit], self.headed.columns
        if _is_numbering(cells) and (not before or cells == self.numbering):
            self.numbering = cells
            return "numbering"
        if unit and _plain(unit) == _plain(self.rows[self.headed.named][1][self.headed.unit]):
            return "repeated_heading"
        lead = cells[: max(self.headed.unit + 1, min(column.position for column in columns if column.measure))]
        if any(_TOTAL.fullmatch(folded(cell)) for cell in lead):
            return "total"
        here = [cells[column.position] for column in columns]
        if any(_count(cell) is not None or _share(cell) is not None for cell in here):
            return "unit" if unit else "no_unit"
        is_after = "total" in before and before[-1] == "total" and "unit" in before
        is_numbered = any(cell.rstrip(".").isdigit() for cell in cells[: self.headed.unit])
        is_named = not is_after and (any(here) or bool(place(unit)[0]))
        if unit and (is_numbered or is_named):
            return "unit"
        return "footer" if is_after else "note"

    def _leave_out(self, row: int, why: str, cells: list[str]) -> None:
        filled = [cell for cell in cells if cell]
        is_shown = why == "title" and not may_be_personal(filled[0])
        self.left_out.append({"row": row, "why": why, "written": filled[0][:200] if is_shown else ""})

    def _columns(self, kept: list[tuple[int, list[str], str]]) -> list[_Column]:
        """The columns, once those that cannot be read are listed: their cells are problems."""
        columns = {column.position: column for column in self.headed.columns}
        other = {self.headed.unit, *(column.position for column in self.headed.not_read)}
        width = len(self.rows[0][1])
        stated = [(column.measure, column.is_share) for column in columns.values()]
        readable = []
        for at in range(width):
            column = columns.get(at, _Column(at, ""))
            filled = sum(bool(cells[at]) for _, cells, _ in kept)
            if at in other:
                continue
            if column.measure is None:
                if any(_count(cells[at]) or _share(cells[at]) for _, cells, _ in kept):
                    self.cells_read += filled
                    self.problem(None, column.heading, column.heading, "unknown_heading", filled)
                    self.lacks_columns |= any(_count(cells[at]) for _, cells, _ in kept)
                elif column.heading:
                    self.unused.append(column.heading)
            elif stated.count((column.measure, column.is_share)) > 1:
                self.cells_read += filled
                self.problem(None, column.heading, column.heading, "measure_twice", filled)
                self.lacks_columns |= not column.is_share
            else:
                readable.append(column)
        return readable

    def _is_fractions(self, column: _Column, kept: list[tuple[int, list[str], str]]) -> bool:
        """Whether the shares may be fractions of 1, as spreadsheets keep what they display in percent."""
        texts = (cells[column.position] for _, cells, _ in kept)
        written = [(text, share) for text in texts if (share := _share(text)) is not None]
        is_plain = column.is_share and not any("%" in text for text, _ in written)
        return is_plain and bool(written) and all(Decimal(share) <= 1 for _, share in written)

    def _read_row(self, row: int, cells: list[str], kind: str, known: list[_Column], fractions: set[_Column]) -> None:
        given = [column for column in known if self._is_given(cells[column.position], column, is_total=kind == "total")]
        self.cells_read += len(given)
        if kind == "no_unit":
            self.problem(row, "", "", "row_without_unit", len(given))
            return
        lead = [cells[self.headed.unit], *cells[: self.headed.unit]]
        unit = next((text for text in lead if text), "")
        is_blank = not any(cells[column.position] for column in given)
        if is_blank and given:
            self.problem(row, "", "", "unit_without_figures", len(given))
        key, name = place(unit)
        for column in given:
            written = cells[column.position]
            figure = _share(written) if column.is_share else _count(written)
            problem = _problem(written, is_share=column.is_share)
            if column in fractions and figure is not None and Decimal(figure):
                is_certain = column.measure in NEVER_BELOW_1_PERCENT
                figure, problem = f"{Decimal(figure).scaleb(2):f}" if is_certain else None, "share_in_doubt"
            if figure is None and not is_blank:
                self.problem(row, column.heading, written, problem)
            said = (unit, key, name, row, kind == "total", column.position, column.heading, column.measure,
                    column.is_share, written, figure, figure is not None)  # fmt: skip
            self.cells.append(dict(zip(CELL, said, strict=True)))

    @staticmethod
    def _is_given(text: str, column: _Column, *, is_total: bool) -> bool:
        """Whether there is a cell to read: a count must stand in each commune's row, a share where there is one."""
        return bool(text) and text not in _ZERO if column.is_share else bool(text) or not is_total


def _is_numbering(cells: list[str]) -> bool:
    filled = [cell for cell in cells if cell]
    return len(filled) >= FEWEST_NUMBERS and all(_NUMBERING.fullmatch(cell) for cell in filled)


def _problem(written: str, *, is_share: bool) -> str:
    if not written:
        return "cell_empty"
    return "cell_not_a_share" if is_share else "cell_not_a_count"


def _count(text: str) -> str | None:
    """The figures of a whole number; 0 for a dash; None where it is none."""
    if folded(text) in _ZERO:
        return "0"
    try:
        return str(whole_number(text))
    except ValueError:
        return None


def _share(text: str) -> str | None:
    """A percentage as it was written, with a decimal point and no more digits than anybody writes; None if none."""
    match = _SHARE.fullmatch(text.strip())
    if match is None:
        return None
    value = Decimal(match[1].replace(",", "."))
    exponent = value.as_tuple().exponent
    is_computed = isinstance(exponent, int) and -exponent > MOST_DIGITS
    return f"{value.quantize(Decimal(1).scaleb(-MOST_DIGITS), ROUND_HALF_UP) if is_computed else value:f}"
