"""What was found by the tally sheet, as rows of the records that the papers are of."""

from collections.abc import Mapping
from dataclasses import replace

import pandas as pd
from pandas import DataFrame, Series

from audit.ground.terms import Search, Sought
from audit.reading.table import PROBLEM_COLUMNS, Table, names, with_name

RECORDS = {Sought.REGISTER: "register", Sought.RESULT_PAPER: "result_papers", Sought.POSTAL: "postal"}
_DAYS = {"register": "returned_on", "result_papers": "issued_on", "postal": "sent_on"}
_SIGNS = ("applicant", "representative")  # whose signature is one of the return
_FACTS = ("dated_on", "signed_by", "number", "second_on")  # written by whoever looked
_SAME = ("dossier_id", "number", "page", "line")


def with_found(tables: Mapping[str, Table]) -> dict[str, Table]:
    """The records with what the tally sheet says was found, each paper a row of the record that it is of.

    A line that cannot be read, is filled in by half, contradicts itself, or of which two readers read different days
    becomes an unread row, so that it neither convicts nor acquits; of a paper that nobody names one in each record. One
    that is not filled in, or says that nothing was found, adds nothing.
    """
    sheet = _with_senses(tables["papers"])
    found = dict(tables) | {"papers": sheet}
    lines = sheet.frame[~sheet.frame["is_readable"] | sheet.frame["search"].eq(Search.FOUND).fillna(value=False)]
    for sought, record in RECORDS.items():
        rows = lines[lines["sought"].eq(sought).fillna(value=False) | lines["sought"].isna()]
        if len(rows):
            found[record] = _with_rows(found[record], _rows(rows, record), sheet)
    return found


def _with_senses(sheet: Table) -> Table:
    """The sheet, its lines that are filled in by half or contradict themselves unread and listed."""
    frame, problems = sheet.frame.copy(), []
    for at, line in frame.iterrows():
        kind = _wrong(line) if line["is_readable"] else ""
        if kind:
            frame.loc[at, "is_readable"] = False
            heading = sheet.headings.get("search", "search")
            problems.append(("papers", line["file"], line["sheet"], line["row"], heading, "", kind, ""))
    more = pd.DataFrame(problems, columns=PROBLEM_COLUMNS)
    if problems:
        more = pd.concat([sheet.problems, more], ignore_index=True).astype({"row": "Int64"})
    return replace(sheet, frame=frame, problems=more if problems else sheet.problems)


def _wrong(line: Series) -> str:
    """What is wrong with a line as a whole; "" for one that says something, or is not filled in."""
    search, is_filled = line["search"], any(pd.notna(line[f"{name}_written"]) for name in _FACTS)
    if pd.isna(search):
        return "tally_incomplete" if is_filled else ""
    if search != Search.FOUND:
        return "tally_contradictory" if is_filled else ""
    is_of_register = line["sought"] == Sought.REGISTER
    if pd.isna(line["sought"]) or pd.isna(line["dated_on"]) or (is_of_register and pd.isna(line["signed_by"])):
        return "tally_incomplete"
    is_read_otherwise = pd.notna(line["second_on"]) and line["second_on"] != line["dated_on"]
    return "readers_differ" if is_read_otherwise else ""


def _rows(lines: DataFrame, record: str) -> dict[str, list]:
    """The cells of the rows that the lines are in a record, by column."""
    day = _DAYS[record]
    new = {"dated_on": day, "signed_by": "signed"}
    as_they_are = ("file", "sheet", "row", "is_readable", "is_struck", "comment", *_SAME)
    cells = {name: lines[name].tolist() for name in as_they_are}
    cells |= {f"{name}_written": lines[f"{name}_written"].tolist() for name in _SAME}
    cells |= {day: lines["dated_on"].tolist(), f"{day}_written": lines["dated_on_written"].tolist()}
    for listed in ("unread", "doubtful", "stored", "corrected"):
        cells[listed] = [" ".join(new.get(name, name) for name in names(said)) or None for said in lines[listed]]
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
