"""Cells that a person has put right: what the file says, what it should say, and who says so, why and when."""

import unicodedata
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from audit.ground.terms import AuditError
from audit.reading import cells

_NEVER_EMPTY = ("why", "by", "on")


@dataclass(frozen=True)
class Correction:
    """One cell put right: `row` as the spreadsheet shows it, `column` one of ours, `sheet` may be "".

    `file` is where the correction itself stands; `of_file` the file of the cell, `dossier_id` the dossier of the row,
    each "" where the line names none.
    """

    file: str
    record: str
    sheet: str
    row: int
    column: str
    was: str
    now: str
    why: str
    by: str
    on: datetime
    dossier_id: str = ""
    of_file: str = ""

    @property
    def place(self) -> dict[str, object]:
        """Which cell it is, for a message."""
        return {"file": self.file, "record": self.record, "sheet": self.sheet, "row": self.row, "column": self.column}


def read(
    name: str, lines: Iterable[Mapping[str, str]], records: Mapping[str, Collection[str]]
) -> tuple[Correction, ...]:
    """A correction a line of the file `name`; `records` says which columns each record can have.

    Raises AuditError where a line does not say why, by whom or on which day, where it names no cell, and where
    two name the same one.
    """
    corrections = tuple(_correction(name, line, records) for line in lines)
    refuse_twice((correction, correction.of_file, correction.sheet) for correction in corrections)
    return corrections


def refuse_twice(placed: Iterable[tuple[Correction, str, str]]) -> None:
    """Raise AuditError where two corrections name the same cell of the file and sheet that each is given with."""
    seen = set()
    for correction, file, sheet in placed:
        cell = (correction.record, plain(file), plain(sheet), correction.row, correction.column)
        if cell in seen:
            raise AuditError("correction_twice", **correction.place)
        seen.add(cell)


def plain(text: str) -> str:
    """`text` as two cells are compared: one Unicode form, single spaces, none around it."""
    return " ".join(unicodedata.normalize("NFC", text).split())


def _correction(name: str, line: Mapping[str, str], records: Mapping[str, Collection[str]]) -> Correction:
    texts = {column: unicodedata.normalize("NFC", text or "").strip() for column, text in line.items()}
    record, sheet, row, column = (texts[part] for part in ("record", "sheet", "row", "column"))
    place = {"file": name, "record": record, "sheet": sheet, "row": row, "column": column}
    place |= {part: "" for part, text in place.items() if cells.may_be_personal(text)}
    if column not in records.get(record, ()) or not (row.isascii() and row.isdecimal()):
        raise AuditError("correction_place", **place)
    missing = [part for part in _NEVER_EMPTY if not texts[part]]
    try:
        on = cells.on(texts["on"])
    except ValueError as error:
        raise AuditError("correction_incomplete", missing=", ".join(missing or ["on"]), **place) from error
    if missing:
        raise AuditError("correction_incomplete", missing=", ".join(missing), **place)
    was, now, why, by = (texts[part] for part in ("was", "now", "why", "by"))
    of_file = texts.get("file", "")
    return Correction(
        name, record, sheet, int(row), column, was, now, why, by, on, texts.get("dossier_id", ""), of_file
    )
