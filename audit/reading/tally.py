"""What was found by the tally sheet, as rows of the records that the papers are of."""

from collections.abc import Mapping
from dataclasses import replace

import pandas as pd
from pandas import DataFrame

from audit.ground.terms import Search, Sought
from audit.reading.table import Table, with_name

_RECORDS = {Sought.REGISTER: "register", Sought.RESULT_PAPER: "result_papers", Sought.POSTAL: "postal"}
_DAYS = {"register": "returned_on", "result_papers": "issued_on", "postal": "sent_on"}
_SIGNS = ("applicant", "representative")  # whose signature is one of the return


def with_found(tables: Mapping[str, Table]) -> dict[str, Table]:
    """The records with what the tally sheet says was found, each paper a row of the record that it is of.

    A line that cannot be read becomes an unread row, so that it neither convicts nor acquits; one that is not filled
    in, or says that nothing was found, adds nothing.
    """
    sheet, found = tables["papers"], dict(tables)
    lines = sheet.frame[sheet.frame["search"].eq(Search.FOUND).fillna(value=False) | ~sheet.frame["is_readable"]]
    for sought, record in _RECORDS.items():
        if len(rows := lines[lines["sought"].eq(sought).fillna(value=False)]):
            found[record] = _with_rows(found[record], _rows(rows, record), sheet)
    return found


def _rows(lines: DataFrame, record: str) -> dict[str, list]:
    """The cells of the rows that the lines are in a record, by column."""
    same = ["dossier_id", "number", "page", "line"]
    cells = {name: lines[name].tolist() for name in ("file", "sheet", "row", "is_readable", "is_struck", *same)}
    cells |= {f"{name}_written": lines[f"{name}_written"].tolist() for name in same}
    day = _DAYS[record]
    cells |= {day: lines["dated_on"].tolist(), f"{day}_written": lines["dated_on_written"].tolist()}
    if record == "register":
        cells["signed"] = lines["signed_by"].isin(_SIGNS).tolist()
        cells["signed_written"] = lines["signed_by_written"].tolist()
    if record == "result_papers":
        cells["is_result"] = [True] * len(lines)
    cells["marks"] = [with_name(marks, "tally") for marks in lines["marks"]]
    return cells


def _with_rows(table: Table, cells: Mapping[str, list], sheet: Table) -> Table:
    frame, count = table.frame, len(cells["row"])
    added = {name: cells.get(name, [None] * count) for name in frame.columns}
    added["seq"] = list(range(len(frame) + 1, len(frame) + 1 + count))
    more = pd.DataFrame({name: pd.Series(values, dtype=frame[name].dtype) for name, values in added.items()})
    columns = {name for name in cells if name in frame.columns and f"{name}_written" in frame.columns}
    headings = {name: sheet.headings.get(name, name) for name in columns}
    headings |= {_DAYS[table.record]: sheet.headings["dated_on"], "signed": sheet.headings.get("signed_by", "signed")}
    return replace(
        table, frame=pd.concat([frame, more], ignore_index=True), columns=table.columns | columns,
        headings=headings | dict(table.headings),
    )  # fmt: skip
