"""Everything that was found in a table of many communes, in one object: what its page and `rollup.json` show."""

from collections import Counter
from collections.abc import Mapping
from datetime import date

from pydantic import Field

from audit.findings.build import versions
from audit.findings.schema import Input, Part, Written
from audit.ground.frames import plain
from audit.ground.terms import AuditError, Outcome, text
from audit.ground.version import DECIDING
from audit.rollup.check import Checked
from audit.rollup.recounts import Audits
from audit.rollup.rollup_table import RollupTable

ROLLUP_VERSION = "1.0"


class Cell(Part):
    """A cell of the table; `outcome` against its commune's audit, null for a total's cell and one not read."""

    unit: str
    row: int
    is_total_row: bool
    position: int
    heading: str
    measure: str
    is_share: bool
    written: str
    figure: float | None = Field(description="as read; null where it cannot be")
    outcome: Outcome | None
    reason: str = Field(description="why it cannot be checked against an audit")
    audit: str | None
    at_least: int | None = Field(description="counted again; of a share, its numerator")
    at_most: int | None
    least_percent: float | None
    most_percent: float | None


class RowCheck(Part):
    """Figures of one row that must agree; `terms` holds (heading, figure), the whole first."""

    unit: str
    row: int
    is_total_row: bool
    identity: str
    outcome: Outcome
    expected: float
    found: float
    difference: float
    terms: tuple[tuple[str, str], ...]


class ColumnCheck(Part):
    """A column's total: `expected` is what the communes give, `found` what the total row says."""

    heading: str
    measure: str
    is_share: bool
    outcome: Outcome
    reason: str
    expected: float | None
    found: float | None
    difference: float | None
    summed: int = Field(description="cells of communes that were read")
    unread: int


class Repeated(Part):
    """A commune that stands in several rows."""

    unit: str
    rows: tuple[int, ...]


class AuditPeriod(Part):
    """An audit and the period that it is of, both days included."""

    audit: str
    commune: str
    first_on: date
    last_on: date


class Problem(Part):
    """One thing that could not be read, and how many cells could not be checked for it."""

    row: int | None
    column: str
    written: str
    problem: str
    cells: int
    message: str


class LeftOut(Part):
    """A row that is no commune's and no total."""

    row: int
    why: str
    written: str


class Accounting(Part):
    """What became of the cells: read = checked + problems; `communes` and `totals` are those checked."""

    read: int
    checked: int
    communes: int
    totals: int
    problems: int


class Rollup(Written):
    """One table, and all that was found in it. Equal inputs and parameters give equal bytes."""

    schema_version: str
    table: str
    sheet: str
    title: str
    audits: str = Field(description="the folder of the audits; empty: none were asked for")
    parameters: dict[str, str]
    versions: dict[str, str]
    inputs: tuple[Input, ...]
    accounting: Accounting
    outcomes: dict[str, dict[Outcome, int]] = Field(description="of cells, rows and columns")
    cells: tuple[Cell, ...]
    rows: tuple[RowCheck, ...]
    columns: tuple[ColumnCheck, ...]
    repeated: tuple[Repeated, ...]
    compared: tuple[AuditPeriod, ...] = Field(description="audits that cells were compared with")
    without_row: tuple[AuditPeriod, ...] = Field(description="audits of the period that no row is of")
    problems: tuple[Problem, ...]
    left_out: tuple[LeftOut, ...]
    unused: tuple[str, ...]

    @property
    def periods(self) -> tuple[tuple[date, date], ...]:
        """The periods of the audits that cells were compared with."""
        return tuple(sorted({(audit.first_on, audit.last_on) for audit in self.compared}))


def whole_rollup(read: RollupTable, audits: Audits, checked: Checked, *, lang: str) -> Rollup:
    """All findings in one table as a Rollup; an AuditError where cells of it are lost."""
    known = read.cells
    cells = plain(known.join(checked.cells[["outcome", "reason", "audit", "at_least", "at_most", "least_percent",
                                            "most_percent"]]))  # fmt: skip
    frames = {"cells": checked.cells, "rows": checked.rows, "columns": checked.columns}
    used = audits.frame[audits.frame["audit"].isin(checked.cells["audit"].dropna())]
    period = ["audit", "commune", "first_on", "last_on"]
    return Rollup(
        schema_version=ROLLUP_VERSION, table=read.file, sheet=read.sheet,
        title=next((row["written"] for row in plain(read.left_out) if row["why"] == "title" and row["written"]), ""),
        audits=audits.folder,
        parameters={"table": read.file, "audits": audits.folder, "first_on": _day(audits.first_on),
                    "last_on": _day(audits.last_on), "sheet": read.sheet, "lang": lang},
        versions=versions(*DECIDING),
        inputs=tuple(Input(name=i.name, sha256=i.sha256, rows=i.rows) for i in (*read.inputs, *audits.inputs)),
        accounting=_accounting(read),
        outcomes={name: _outcomes(frame["outcome"]) for name, frame in frames.items()},
        cells=tuple(_cell(cell) for cell in cells),
        rows=tuple(RowCheck(**row) for row in plain(checked.rows)),
        columns=tuple(ColumnCheck(**row) for row in plain(checked.columns)),
        repeated=tuple(Repeated(**row) for row in plain(checked.repeated)),
        compared=tuple(AuditPeriod(**row) for row in plain(used[period])),
        without_row=tuple(AuditPeriod(**row) for row in plain(checked.without_row)),
        problems=_problems(read, audits, lang),
        left_out=tuple(LeftOut(**row) for row in plain(read.left_out)),
        unused=read.unused,
    )  # fmt: skip


def _accounting(read: RollupTable) -> Accounting:
    readable = read.cells[read.cells["is_readable"]]
    problems = int(read.problems["cells"].sum())
    if read.cells_read != len(readable) + problems:
        raise AuditError("cells_lost", read=read.cells_read, checked=len(readable), problems=problems)
    totals = int(readable["is_total_row"].sum())
    return Accounting(
        read=read.cells_read, checked=len(readable), communes=len(readable) - totals, totals=totals, problems=problems
    )


def _outcomes(outcomes) -> dict[Outcome, int]:
    counts = Counter(outcomes)
    return {outcome: counts[outcome] for outcome in Outcome}


def _cell(cell: Mapping) -> Cell:
    known = {name: cell[name] for name in Cell.model_fields if name not in ("reason", "written")}
    return Cell(**known, reason=cell["reason"] or "", written=_shown(cell))


def _shown(cell: Mapping) -> str:
    """What stands in a cell that can be read; one that cannot may hold a name, and stands among the problems."""
    return cell["written"] or "" if cell["figure"] is not None else ""


def _problems(read: RollupTable, audits: Audits, lang: str) -> tuple[Problem, ...]:
    problems, hidden = plain(read.problems), text("page.not_shown", lang)
    for audit in plain(audits.unreadable):
        problems.append({"row": None, "column": "", "written": audit["audit"], "problem": audit["problem"], "cells": 0})
    return tuple(
        Problem(**row, message=text(f"problem.{row['problem']}", lang, written=row["written"] or hidden))
        for row in problems
    )  # fmt: skip


def _day(day: date | None) -> str:
    return "" if day is None else day.isoformat()
