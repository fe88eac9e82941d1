"""The lines of a record as a typed frame: every cell read once, kept as written, and no row lost."""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time

import pandas as pd

from audit.ground.terms import AuditError
from audit.reading import cells, corrections, days
from audit.reading.cells import Words
from audit.reading.corrections import Correction
from audit.reading.days import ColumnOfDays, Order, Window
from audit.reading.headings import Accepted
from audit.reading.rows import Line, Placed, Rows, columns_of_days, rows_of
from audit.reading.sheets import Sheet
from audit.records.record import Column, Unread

SHEET_WITHOUT_HEADINGS, UNPLACED = "sheet_without_headings", "row_without_headings"
STRUCK_OUT = "struck_out"
PROBLEM_COLUMNS = ["record", "file", "sheet", "row", "column", "written", "problem", "detail"]
LEFT_OUT_COLUMNS = ["record", "file", "sheet", "row", "why", "written"]
MARK, _NOT_READABLE = "is_readable", ("false", "no", "không", "0")  # a column of whoever filled the file
EMPTY = "empty"  # what a word of `words.csv` may mean in any column
DTYPES = {
    "seq": "int64", "file": "str", "sheet": "str", "row": "int64", "is_readable": "bool", "is_struck": "bool",
    "unread": "str", "doubtful": "str", "stored": "str", "marks": "str", "comment": "str",
    "corrected": "str",
}  # fmt: skip


@dataclass(frozen=True)
class Reading:
    """How the cells of a record are read: what words mean, the period, and what a person says of its days.

    `remarks`: phrases that take a line out of proof. `time_zone`: of times without an offset, "" for Vietnam's.
    """

    words: Words
    window: Window | None = None
    order: Order | None = None
    remarks: tuple[str, ...] = ()
    time_zone: str = ""


@dataclass(frozen=True)
class Note:
    """What is unusual about a file: `kind` is said in words, with `what`."""

    file: str
    kind: str
    what: str = ""


@dataclass(frozen=True)
class Table:
    """One record as read, of one file or several.

    `frame`: a row of the files a row: `seq` (1, 2, … over all sheets), `file`, `sheet`, `row` (as the spreadsheet
    shows it), `is_readable`, `is_struck`, each column, and the same as `…_written`: what the file says; and names of
    columns, null where none is meant: `unread` (of a row that is judged, those whose cells could not be read),
    `doubtful` (days whose day and month may be exchanged), `stored` (days stored as such, of which nobody says the
    order), `corrected` (those that a person has put right); `marks`: how cells were come by ("hidden",
    "merged:returned_on", "ditto:due_on", "serial:dossier_id", "comment"); `comment`: what comments of the spreadsheet
    say, which may name people.
    `problems`: one thing wrong in one place. `left_out`: rows that are no dossiers, and why. `columns`: those
    found in any sheet, under the `headings` of the file; `unused`: headings that nothing was read from.
    `unreadable`: columns of which some cell could not be read though its row is judged. `notes`: what is
    unusual about its files: their encodings, the order of their days.
    """

    record: str
    files: tuple[str, ...]
    frame: pd.DataFrame
    problems: pd.DataFrame
    left_out: pd.DataFrame
    columns: frozenset[str]
    headings: Mapping[str, str]
    unused: tuple[str, ...]
    unreadable: frozenset[str]
    notes: tuple[Note, ...] = ()

    @property
    def file(self) -> str:
        """Its files in one text, for a message; "" where there is none."""
        return ", ".join(self.files)


def names(listed: object) -> list[str]:
    """The names in a cell of names, with spaces between them; none in one that is null."""
    return listed.split() if isinstance(listed, str) else []


def with_name(listed: object, name: str) -> str:
    """A cell of names with one more, each once."""
    return " ".join(dict.fromkeys([*names(listed), name]))


def table(
    record: str, files: Mapping[str, Sequence[Sheet]], columns: Mapping[str, Column],
    accepted: Mapping[str, Accepted], reading: Reading, put_right: tuple[Correction, ...] = (),
) -> Table:  # fmt: skip
    """All sheets of the `files` that have the record's headings, as one Table; an AuditError where none has them.

    `accepted`: the headings of each file.

    Those of the corrections that are of this record take the place of what their cells say. Raises AuditError
    where one names no cell of a row that is read, a cell of several files, or one that no longer says what it was.
    """
    placed = _placed(record, files, put_right)
    asked = {**columns, MARK: Column("text", unread=Unread.LISTED)}
    found = [
        rows_of(record, file, sheets, asked, {**accepted[file], MARK: (MARK,)}, placed)
        for file, sheets in files.items()
    ]
    reader = _Reader(record, tuple(files), columns, reading)
    for rows in found:
        reader.read(rows)
    reader.notes += [note for file, sheets in files.items() for note in _written_otherwise(file, sheets)]
    _refuse_unused(placed, reader.used)
    return reader.table()


def _placed(record: str, files: Mapping[str, Sequence[Sheet]], put_right: tuple[Correction, ...]) -> Placed:
    """The record's corrections by the row that they are of; one without a sheet is of the only one of its file.

    Raises AuditError where the row may be of several files, since one of them may have another dossier there.
    """
    chosen = [one for one in put_right if one.record == record]
    placed: dict[tuple[str, str, int], dict[str, Correction]] = {}
    places = [(one, *_place_of(one, files)) for one in chosen]
    corrections.refuse_twice(places)
    for one, file, sheet in places:
        placed.setdefault((file, sheet, one.row), {})[one.column] = one
    return placed


def _place_of(one: Correction, files: Mapping[str, Sequence[Sheet]]) -> tuple[str, str]:
    """The file and sheet of a correction; as it names them where there is none such."""
    named = corrections.plain(one.of_file)
    found = [
        (file, sheet.name)
        for file, sheets in files.items() if not named or corrections.plain(file) == named
        for sheet in sheets
        if (corrections.plain(sheet.name) == corrections.plain(one.sheet) if one.sheet else len(sheets) == 1)
    ]  # fmt: skip
    if len(among := list(dict.fromkeys(file for file, _ in found))) > 1:
        raise AuditError("correction_of_which_file", **one.place, files=", ".join(among))
    return found[0] if found else (one.of_file, one.sheet)


def _refuse_unused(placed: Placed, used: set[Correction]) -> None:
    for fixes in placed.values():
        for fix in fixes.values():
            if fix not in used:
                raise AuditError("correction_place", **fix.place)


def _written_otherwise(file: str, sheets: Sequence[Sheet]) -> list[Note]:
    """What of a file was not written in Unicode."""
    encodings = [Note(file, "encoding", sheet.encoding) for sheet in sheets if sheet.encoding not in ("", "UTF-8")]
    fonts = sorted({font for sheet in sheets for font in sheet.fonts.values()})
    hidden = [Note(file, "hidden_sheet", sheet.name) for sheet in sheets if sheet.looks.is_hidden and sheet.rows]
    return [*encodings, *(Note(file, "font", font) for font in fonts), *hidden]


def empty(record: str, columns: Mapping[str, Column], put_right: tuple[Correction, ...] = ()) -> Table:
    """The Table of a record that the folder does not hold; an AuditError where a correction is of it."""
    _refuse_unused(_placed(record, {}, put_right), set())
    return _Reader(record, (), columns, Reading({})).table()


_PLAIN_COLUMN, _NOT_KNOWN = ColumnOfDays(), object()


class _Reader:
    """Values the lines of one record, file after file."""

    def __init__(self, record: str, files: tuple[str, ...], columns: Mapping[str, Column], reading: Reading):
        self.record, self.files, self.columns, self.reading = record, files, columns, reading
        self.used: set[Correction] = set()
        self.rows: list[dict] = []
        self.problems: list[dict] = []
        self.gathered = Rows()
        self.unreadable: set[str] = set()
        self.notes: list[Note] = []
        self._known: dict[tuple, object] = {}
        self._told: dict[str, str | None] = {}
        self._remarks = re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, reading.remarks))})(?!\w)")
        self._written = {name: f"{name}_written" for name in columns}
        self._may_mean_empty = {column for (column, _), meaning in reading.words.items() if meaning == EMPTY}

    def read(self, rows: Rows) -> None:
        """The rows of one file; whatever is under no heading is a problem, a row each."""
        whole = self.gathered
        whole.left_out += rows.left_out
        whole.columns |= rows.columns - {MARK}
        whole.headings = rows.headings | whole.headings
        whole.unused |= rows.unused
        for file, sheet in rows.sheets_without_headings:
            self._problem((file, sheet, None), "", sheet, SHEET_WITHOUT_HEADINGS)
        orders = {
            name: days.column(texts, stored, self.reading.order)
            for name, texts, stored in columns_of_days(rows.lines, self.columns)
        }
        self.notes += [
            Note(rows.file, str(order.order), self._heading(name))
            for name, order in orders.items()
            if order.order != Order.DAY_FIRST and not self.reading.order
        ]
        self.notes += [
            Note(rows.file, "exchanged", self._heading(name)) for name, order in orders.items() if order.is_exchanged
        ]
        if self.reading.time_zone:
            self.notes.append(Note(rows.file, "time_zone", self.reading.time_zone))
        there = rows.columns - {MARK}
        for line in rows.lines:
            self._read_line(line, orders, there)
        for place in rows.unplaced:
            self._row(place)["is_readable"] = False
            self._problem(place, "", "", UNPLACED)

    def _row(self, place: tuple[str, str, int]) -> dict:
        where = dict(zip(("file", "sheet", "row"), place, strict=True))
        self.rows.append({"seq": len(self.rows) + 1, **where, "is_readable": True, "is_struck": False})
        return self.rows[-1]

    def _read_line(self, line: Line, orders: Mapping[str, ColumnOfDays], there: Collection[str]) -> None:
        row = self._row((line.file, line.sheet, line.row))
        row |= {"is_struck": line.is_struck, "marks": " ".join(line.marks) or None,
                "comment": " · ".join(line.comments) or None}  # fmt: skip
        stored = [name for name in line.stamps if name not in line.fixes]
        row["stored"] = None if self.reading.order else " ".join(sorted(stored)) or None
        said = line.texts.pop(MARK, "")
        if said and cells.folded(said) in _NOT_READABLE:
            row["is_readable"] = False
            self._problem(_place(row), MARK, "", "marked_unreadable")
        fixes = {name: fix for name, fix in line.fixes.items() if name in line.texts}
        row["corrected"] = " ".join(name for name in line.texts if name in fixes) or None if fixes else None
        texts = line.texts
        if fixes or line.meant:
            texts = {name: self._now(fixes[name], line) if name in fixes else line.text(name) for name in line.texts}
        if fixes:
            _refuse_another_dossier(fixes, line.text("dossier_id"), texts.get("dossier_id", ""))
        for name, text in line.differing.items():
            if name not in fixes:
                self._spoil(row, name, text, "repeated_heading_differs")
        is_whole = line.is_struck
        for name, text in texts.items():
            row[self._written[name]] = line.texts[name] or (text if name in line.meant else "") or None
            if name in line.struck and name not in fixes and not is_whole:
                self._spoil(row, name, text, "struck_cell")
                row[name] = None
            else:
                row[name] = self._value(row, name, text, texts, line, orders)
        for name in there:
            if name not in texts and self.columns[name].kind == "signed":
                row[name] = False  # a sheet without the column of signatures that the others have: nobody signed there
                row["marks"] = with_name(row["marks"], f"lacking:{name}")
        self._ask_sense(row, line)
        self._ask_remarks(row, line, texts)
        if line.is_struck:
            row["is_readable"] = False
            self._problem(_place(row), self._heading("dossier_id"), "", STRUCK_OUT)

    def _ask_sense(self, row: dict, line: Line) -> None:
        """A day of a merged cell that lies before the receipt of a line below its first is not that line's."""
        received = row.get("received_on") or row.get("received_at")
        for name in line.meant:
            is_day = self.columns[name].kind in cells.DAYS and f"merged:{name}" in line.marks
            if is_day and received and row[name] and row[name].date() < received.date():
                row[name] = None
                self._spoil(row, name, line.meant[name], "merged_without_sense")

    def _ask_remarks(self, row: dict, line: Line, texts: Mapping[str, str]) -> None:
        """A remark that speaks against a line takes it out of proof: its return, or of a further record the row."""
        said = [*line.comments, *(texts.get(name, "") for name in ("note", "signed", "why", "remark"))]
        said += [str(row.pop("remark"))] if "remark" in row else []
        remark = next((found for text in said if text and (found := self._remark(text))), None)
        if remark is None:
            return
        self._problem(_place(row), self._heading("note"), remark, "remark_against")
        if "returned_on" in self.columns:
            row["unread"] = with_name(row.get("unread"), "returned_on")
        elif self.record != "software":
            row["is_readable"] = False

    def _remark(self, text: str) -> str | None:
        """The first of the phrases against a line that stands in a text; None for none."""
        if text not in self._told:
            match = self._remarks.search(cells.folded(text)) if self.reading.remarks else None
            self._told[text] = match and match[0]
        return self._told[text]

    def _now(self, fix: Correction, line: Line) -> str:
        """What a correction says; an AuditError if the file does not say what its `was` says."""
        column = self.columns[fix.column]
        there = line.texts[fix.column] if column.is_personal else line.differing.get(fix.column, line.texts[fix.column])
        if corrections.plain(there) != corrections.plain(fix.was):
            where = fix.place | {"file": line.file}
            is_shown = column.kind != "signed" and all(cells.may_be_repeated(t, column.kind) for t in (there, fix.was))
            if column.is_personal or not is_shown:
                raise AuditError("correction_stale_personal", **where)
            raise AuditError("correction_stale", **where, was=fix.was, found=there)
        self.used.add(fix)
        return fix.now

    def _value(
        self, row: dict, name: str, text: str, texts: Mapping[str, str], line: Line,
        orders: Mapping[str, ColumnOfDays],
    ) -> object:  # fmt: skip
        column = self.columns[name]
        if name in self._may_mean_empty and self.reading.words.get((name, cells.folded(text))) == EMPTY:
            text = ""
        if not text:
            if not column.may_be_empty:
                self._spoil(row, name, text, "empty")
            return cells.value(name, column.kind, text, self.reading.words)
        is_stamp = name in line.stamps and name not in line.fixes
        order = orders.get(name, _PLAIN_COLUMN)
        key = (line.file, name, text, is_stamp)
        value = self._known.get(key, _NOT_KNOWN)
        if value is _NOT_KNOWN or column.kind == "signed":
            try:
                value = self._parse(name, text, texts.get("applicant", ""), order, is_stamp=is_stamp)
            except ValueError as error:
                value = error
            self._known[key] = value
        if isinstance(value, str):
            return value
        if isinstance(value, days.OrderUnclearError):
            self._spoil(row, name, text, "day_order_unclear")
            return None
        if isinstance(value, ValueError):
            self._spoil(row, name, text, "failed_cell" if cells.is_failed(text) else cells.KINDS[column.kind].problem)
            return None
        if isinstance(value, days.Day):
            if value.remark:
                row["remark"] = value.remark
            stamp = _of_kind(value, column.kind)
            if is_stamp and order.is_exchanged and days.exchanged(stamp):
                row["doubtful"] = with_name(row.get("doubtful"), name)
            return stamp
        return value

    def _parse(self, name: str, text: str, applicant: str, order: ColumnOfDays, *, is_stamp: bool) -> object:
        kind = self.columns[name].kind
        if kind in cells.DAYS:
            day = days.read(text, order, self.reading.window, is_stamp=is_stamp)
            return days.in_vietnam(day, text, self.reading.time_zone) if self.reading.time_zone else day
        return cells.value(name, kind, text, self.reading.words, applicant)

    def _spoil(self, row: dict, name: str, text: str, kind: str) -> None:
        """List what is wrong with one cell: its row cannot be judged, or only without it, or it decides nothing."""
        column = self.columns[name]
        self._problem(_place(row), self._heading(name), text if _may_be_shown(text, column, kind) else "", kind)
        if column.unread == Unread.ROW:
            row["is_readable"] = False
            return
        self.unreadable.add(name)
        if column.unread == Unread.CELL:
            row["unread"] = with_name(row.get("unread"), name)

    def _problem(self, place: tuple[str, str, int | None], column: str, written: str, kind: str) -> None:
        file, sheet, row = place
        stated = (self.record, file, sheet, row, column, written, kind, "")
        self.problems.append(dict(zip(PROBLEM_COLUMNS, stated, strict=True)))

    def _heading(self, name: str) -> str:
        return self.gathered.headings.get(name, name)

    def table(self) -> Table:
        """Everything read so far."""
        dtypes = DTYPES | {
            of: dtype
            for name, column in self.columns.items()
            for of, dtype in ((name, cells.KINDS[column.kind].dtype), (f"{name}_written", "str"))
        }
        frame = pd.DataFrame({
            name: pd.Series([row.get(name) for row in self.rows], dtype=dtype) for name, dtype in dtypes.items()
        })  # fmt: skip
        left_out = [(self.record, *one) for one in self.gathered.left_out]
        return Table(
            self.record, self.files, frame,
            pd.DataFrame(self.problems, columns=PROBLEM_COLUMNS).astype({"row": "Int64"}),
            pd.DataFrame(left_out, columns=LEFT_OUT_COLUMNS).astype({"row": "Int64"}),
            frozenset(self.gathered.columns), dict(self.gathered.headings), tuple(self.gathered.unused),
            frozenset(self.unreadable), tuple(self.notes),
        )  # fmt: skip


def _place(row: Mapping) -> tuple[str, str, int]:
    return row["file"], row["sheet"], row["row"]


def _of_kind(day: days.Day, kind: str) -> datetime:
    """A day as its column means it: the moment, the calendar day, or for a time limit the end of its day."""
    if kind == "on" or (kind == "due_at" and not day.has_hour):
        return datetime.combine(day.stamp.date(), time() if kind == "on" else cells.END_OF_DAY)
    return day.stamp


def _may_be_shown(text: str, column: Column, problem: str) -> bool:
    """Whether a message may repeat a cell: never where people stand, of a day only figures or a single short word."""
    if column.is_personal:
        return False
    if column.kind == "signed":
        return not any(character.isalnum() for character in text)
    if column.kind in cells.DAYS and re.fullmatch(r"[A-Za-z/?]{1,6}", text):
        return True
    return cells.may_be_repeated(text, column.kind) or (column.kind == "word" and problem == "unknown_word")


def _refuse_another_dossier(fixes: Mapping[str, Correction], was: str, now: str) -> None:
    """Raise AuditError where a correction names another dossier than its row has: a new export moves the rows."""
    codes = {_code(was), _code(now)} - {""}
    for fix in fixes.values():
        if fix.dossier_id and _code(fix.dossier_id) not in codes:
            shown = {"dossier": fix.dossier_id, "found": " ".join(sorted(codes)) or "–"}
            shown = {name: "…" if cells.may_be_personal(text) else text for name, text in shown.items()}
            raise AuditError("correction_of_another", **fix.place, **shown)


def _code(text: str) -> str:
    """A dossier's code as it is compared; as written where it cannot be read."""
    try:
        return cells.dossier_id(text) or ""
    except ValueError:
        return corrections.plain(text)
