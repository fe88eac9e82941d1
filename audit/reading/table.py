"""A sheet's rows as a typed frame: every cell read once, kept as written, and no row lost."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from audit.ground.terms import AuditError
from audit.reading import cells as values
from audit.reading import corrections as corrected
from audit.reading.corrections import Correction
from audit.reading.headings import Headings, guessed, locate, rivals
from audit.reading.sheets import Sheet
from audit.records.record import Column

_TOTAL = re.compile(r"(tổng cộng|tổng số|total)\b.*|tổng|cộng(\s*:.*)?", re.DOTALL)
_NUMBERING = re.compile(r"\(?\d{1,2}\)?([=+()\d\s]*)")
_FEWEST_NUMBERS = 3
_MOST_TITLE_CELLS = 2


@dataclass(frozen=True)
class Table:
    """One record as read.

    `frame`: a row of the file a row: `seq` (1, 2, … over all sheets), `sheet`, `row` (as the spreadsheet
    shows it), `is_readable`, `corrected` (the columns that a person has put right, null where none is), each
    column, and the same as `…_written`: what the file says, also where it was corrected.
    `problems`: one thing wrong in one place. `left_out`: rows that are no dossiers, and why. `columns`: those
    found in any sheet, under the `headings` of the file; `unused`: headings that nothing was read from.
    `unreadable`: columns of which some cell could not be read though its row is judged.
    """

    record: str
    file: str
    frame: pd.DataFrame
    problems: pd.DataFrame
    left_out: pd.DataFrame
    columns: frozenset[str]
    headings: Mapping[str, str]
    unused: tuple[str, ...]
    unreadable: frozenset[str]


SHEET_WITHOUT_HEADINGS = "sheet_without_headings"
PROBLEM_COLUMNS = ["record", "file", "sheet", "row", "column", "written", "problem", "detail"]
LEFT_OUT_COLUMNS = ["record", "file", "sheet", "row", "why", "written"]


def table(
    record: str, file: str, sheets: list[Sheet], columns: Mapping[str, Column],
    accepted: Mapping[str, tuple[str, ...]], words: values.Words, corrections: tuple[Correction, ...] = (),
) -> Table:  # fmt: skip
    """All sheets that have the record's headings, as one Table; an AuditError where none has them.

    Those of the `corrections` that are of this record take the place of what their cells say. Raises AuditError
    where one names no cell of a row that is read, or a cell that no longer says what it was.
    """
    required = frozenset(name for name, column in columns.items() if column.is_required)
    headed = [(sheet, locate(sheet, accepted, required)) for sheet in sheets]
    placed = _placed(record, [sheet.name for sheet, headings in headed if headings], corrections)
    reader = _Reader(record, file, columns, words, placed)
    if not any(headings for _, headings in headed):
        reader.refuse_missing_columns(frozenset(), guessed(sheets), accepted)
    for sheet, headings in headed:
        if headings is None:
            if sheet.rows:
                reader.problem(sheet.name, None, "", sheet.name, SHEET_WITHOUT_HEADINGS)
            continue
        if claimed := rivals(headings):
            column, texts = next(iter(claimed.items()))
            raise AuditError("two_headings", file=file, record=record, column=column, headings=" · ".join(texts))
        reader.refuse_missing_columns(frozenset(headings.columns), headings.texts, accepted)
        reader.read(sheet, headings)
    reader.refuse_unused_corrections()
    return reader.table()


def empty(record: str, columns: Mapping[str, Column], corrections: tuple[Correction, ...] = ()) -> Table:
    """The Table of a record that the folder does not hold; an AuditError where a correction is of it."""
    reader = _Reader(record, "", columns, {}, _placed(record, [], corrections))
    reader.refuse_unused_corrections()
    return reader.table()


Placed = Mapping[tuple[str, int], Mapping[str, Correction]]  # (sheet, row) -> column -> its correction


def _placed(record: str, sheets: list[str], corrections: tuple[Correction, ...]) -> Placed:
    """The record's corrections by the row that they are of; one without a sheet is of the only one with headings."""
    known = {corrected.plain(sheet): sheet for sheet in sheets}
    only = sheets[0] if len(sheets) == 1 else None
    chosen = [one for one in corrections if one.record == record]
    found = [(one, known.get(corrected.plain(one.sheet)) if one.sheet else only) for one in chosen]
    corrected.refuse_twice((one, sheet or "") for one, sheet in found if sheet is not None)
    placed: dict[tuple[str, int], dict[str, Correction]] = {}
    for one, sheet in found:
        placed.setdefault((one.sheet if sheet is None else sheet, one.row), {})[one.column] = one
    return placed


class _Reader:
    """Gathers rows, problems and what is left out while the sheets of one record are read."""

    def __init__(self, record: str, file: str, columns: Mapping[str, Column], words: values.Words, placed: Placed):
        self.record, self.file, self.columns, self.words, self.placed = record, file, columns, words, placed
        self.used: set[Correction] = set()
        self.rows: list[dict] = []
        self.problems: list[dict] = []
        self.left_out: list[dict] = []
        self.found: set[str] = set()
        self.unused: dict[str, None] = {}
        self.unreadable: set[str] = set()
        self.headings: dict[str, str] = {}
        self._known: dict[tuple[str, str], object] = {}

    def problem(self, sheet: str, row: int | None, column: str, written: str, kind: str, detail: str = "") -> None:
        values_ = (self.record, self.file, sheet, row, column, written, kind, detail)
        self.problems.append(dict(zip(PROBLEM_COLUMNS, values_, strict=True)))

    def refuse_missing_columns(self, found, texts, accepted) -> None:
        missing = [name for name, column in self.columns.items() if column.is_required and name not in found]
        if missing:
            raise AuditError(
                "missing_heading", file=self.file, headings="; ".join(" · ".join(accepted[name]) for name in missing),
                found=", ".join(text for text in texts if text) or "–",
                lines=" ; ".join(f"{self.record},{name},…" for name in missing),
            )  # fmt: skip

    def read(self, sheet: Sheet, headings: Headings) -> None:
        self.found |= set(headings.columns)
        self.headings |= {name: headings.written(name) for name in headings.columns}
        used = {at for found in headings.columns.values() for at in found}
        self.unused |= dict.fromkeys(text for at, text in enumerate(headings.texts) if text and at not in used)
        is_after_total = False
        for index, (row, cells) in enumerate(sheet.rows):
            cells = cells + [""] * (len(headings.texts) - len(cells))  # noqa: PLW2901
            why = self._why_left_out(index, row, cells, sheet, headings, is_after_total)
            is_after_total |= why == "total"
            if why == "heading":
                continue
            fixes = self.placed.get((sheet.name, row), {})
            if why and fixes:  # a row may be taken for no dossier only because of the cell that was put right
                why = self._why_left_out(
                    index, row, _put_right(cells, fixes, headings), sheet, headings, is_after_total
                )
            if why:
                filled = [cell for cell in cells if cell]
                is_shown = why == "title" and len(filled) <= _MOST_TITLE_CELLS and not values.may_be_personal(filled[0])
                written = filled[0][:120] if is_shown else ""
                where = (self.record, self.file, sheet.name, row, why, written)
                self.left_out.append(dict(zip(LEFT_OUT_COLUMNS, where, strict=True)))
            else:
                self._read_row(sheet.name, row, cells, headings, fixes)

    def _why_left_out(self, index, row, cells, sheet, headings, is_after_total) -> str | None:
        if row in headings.rows:
            return "heading"
        if row < headings.rows[0]:
            return "title"
        mapped = [at for found in headings.columns.values() for at in found]
        if all(values.folded(cells[at]) == values.folded(headings.texts[at]) for at in mapped):
            return "repeated_heading"
        filled = [cell for cell in cells if cell] or [""]
        if sheet.rows[index - 1][0] == headings.rows[-1] and _is_numbering(filled):
            return "numbering"
        if "dossier_id" not in headings.columns or self._has_moment(cells, headings):
            return None
        key = next((cells[at] for at in headings.columns["dossier_id"] if cells[at]), "")
        if (not key or key == filled[0]) and _TOTAL.fullmatch(values.folded(filled[0])):
            return "total"
        is_code = any(character.isdigit() for character in key)
        if is_after_total and not is_code:
            return "footer"
        return "note" if key and not is_code else None

    def _has_moment(self, cells: list[str], headings: Headings) -> bool:
        timed = (name for name in headings.columns if self.columns[name].kind in values.DAYS)
        return any(cells[at] for name in timed for at in headings.columns[name])

    def _read_row(
        self, sheet: str, row: int, cells: list[str], headings: Headings, fixes: Mapping[str, Correction]
    ) -> None:
        fixes = {name: fix for name, fix in fixes.items() if name in headings.columns}
        names = " ".join(name for name in headings.columns if name in fixes) or None
        read = {"seq": len(self.rows) + 1, "sheet": sheet, "row": row, "is_readable": True, "corrected": names}
        written = {
            name: self._as_it_was(fixes[name], cells, headings)
            if name in fixes
            else self._one(name, read, cells, headings)
            for name in headings.columns
        }
        texts = written | {name: fix.now for name, fix in fixes.items()}
        self._refuse_another_dossier(fixes, written.get("dossier_id", ""), texts.get("dossier_id", ""))
        for name, text in texts.items():
            if not text and not self.columns[name].may_be_empty:
                self._spoil(read, name, headings, text, "empty")
            read[name] = self._value(name, text, texts, read, headings)
            read[f"{name}_written"] = written[name] or None
        self.rows.append(read)

    def _as_it_was(self, fix: Correction, cells: list[str], headings: Headings) -> str:
        """What the file says where a correction stands; an AuditError if it is not what `was` says."""
        texts, column = _texts(fix.column, cells, headings), self.columns[fix.column]
        found = (texts[0] if column.is_personal else " ≠ ".join(texts)) if texts else ""
        if corrected.plain(found) != corrected.plain(fix.was):
            where = fix.place | {"file": self.file}
            is_shown = column.kind != "signed" and all(values.may_be_repeated(t, column.kind) for t in (found, fix.was))
            if column.is_personal or not is_shown:
                raise AuditError("correction_stale_personal", **where)
            raise AuditError("correction_stale", **where, was=fix.was, found=found)
        self.used.add(fix)
        return found

    def _refuse_another_dossier(self, fixes: Mapping[str, Correction], was: str, now: str) -> None:
        """Raise AuditError where a correction names another dossier than its row has: a new export moves the rows."""
        codes = {_code(was), _code(now)} - {""}
        for fix in fixes.values():
            if fix.dossier_id and _code(fix.dossier_id) not in codes:
                shown = {"dossier": fix.dossier_id, "found": " ".join(sorted(codes)) or "–"}
                shown = {name: "…" if values.may_be_personal(text) else text for name, text in shown.items()}
                raise AuditError("correction_of_another", **fix.place, **shown)

    def refuse_unused_corrections(self) -> None:
        for fixes in self.placed.values():
            for fix in fixes.values():
                if fix not in self.used:
                    raise AuditError("correction_place", **fix.place)

    def _spoil(self, read: dict, name: str, headings: Headings, text: str, kind: str) -> None:
        """List what is wrong with one cell; without a vital one the row cannot be judged."""
        column = self.columns[name]
        is_hidden = column.is_personal or kind == "unknown_signature" or not values.may_be_repeated(text, column.kind)
        self.problem(read["sheet"], read["row"], headings.written(name), "" if is_hidden else text, kind)
        if column.is_vital:
            read["is_readable"] = False
        else:
            self.unreadable.add(name)

    def _one(self, name: str, read: dict, cells: list[str], headings: Headings) -> str:
        texts = _texts(name, cells, headings)
        if len(texts) > 1 and not self.columns[name].is_personal:
            self._spoil(read, name, headings, " ≠ ".join(texts), "repeated_heading_differs")
        return texts[0] if texts else ""

    def _value(self, name: str, text: str, written: Mapping[str, str], read: dict, headings: Headings) -> object:
        kind, key = self.columns[name].kind, (name, text)
        if key not in self._known or kind == "signed":
            try:
                self._known[key] = values.value(name, kind, text, self.words, written.get("applicant", ""))
            except ValueError as error:
                self._known[key] = error
        value = self._known[key]
        if isinstance(value, ValueError):
            self._spoil(read, name, headings, text, values.KINDS[kind].problem)
            return None
        return value

    def table(self) -> Table:
        dtypes = {"seq": "int64", "sheet": "str", "row": "int64", "is_readable": "bool", "corrected": "str"}
        for name, column in self.columns.items():
            dtypes |= {name: values.KINDS[column.kind].dtype, f"{name}_written": "str"}
        frame = pd.DataFrame({
            name: pd.Series([row.get(name) for row in self.rows], dtype=kind) for name, kind in dtypes.items()
        })  # fmt: skip
        return Table(
            self.record, self.file, frame,
            pd.DataFrame(self.problems, columns=PROBLEM_COLUMNS).astype({"row": "Int64"}),
            pd.DataFrame(self.left_out, columns=LEFT_OUT_COLUMNS).astype({"row": "Int64"}),
            frozenset(self.found), dict(self.headings), tuple(self.unused), frozenset(self.unreadable),
        )  # fmt: skip


def _code(text: str) -> str:
    """A dossier's code as it is compared; as written where it cannot be read."""
    try:
        return values.dossier_id(text) or ""
    except ValueError:
        return corrected.plain(text)


def _texts(name: str, cells: list[str], headings: Headings) -> list[str]:
    """What stands under the headings of one column, each text once."""
    return list(dict.fromkeys(cells[at] for at in headings.columns[name] if cells[at]))


def _put_right(cells: list[str], fixes: Mapping[str, Correction], headings: Headings) -> list[str]:
    now = {at: fix.now for name, fix in fixes.items() for at in headings.columns.get(name, ())}
    return [now.get(at, cell) for at, cell in enumerate(cells)]


def _is_numbering(filled: list[str]) -> bool:
    return len(filled) >= _FEWEST_NUMBERS and all(_NUMBERING.fullmatch(cell) for cell in filled)
