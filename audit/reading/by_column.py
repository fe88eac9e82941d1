"""Rows of a lake as the typed frames that judging takes, by the rules of an audit's folder."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

import pandas as pd

from audit.ground.terms import UnitLevel
from audit.reading import cells, sheets
from audit.reading.days import Order
from audit.reading.names import may_be_results
from audit.reading.settings import Meanings
from audit.reading.shapes import FIRST_YEAR, LAST_YEAR
from audit.reading.sheets import Sheet
from audit.reading.table import Reading, table
from audit.records.record import Column, Unread
from audit.records.registry import BY_NAME, RECORDS

SEPARATOR = "\x1f"  # between the commune and the code in a dossier's key: it stands in no code
PROBLEMS = ["commune", "record", "dossier_id", "file", "row", "column", "written", "problem"]
NOT_COMPARED = {  # what `load` compares names by; a lake needs nobody's, so that these say nothing
    "software": ("applicant_key",), "register": ("applicant_key", "procedure_key", "names_another"),
}  # fmt: skip
UNSURE = ("unread", "doubtful", "stored", "marks")  # what is said of cells that could not be read for certain
GIVEN = ("is_readable", "unit_level", "from_level", "to_level")  # columns that whoever filled the lake may have added
_VIETNAM = "Asia/Ho_Chi_Minh"
_END_OF_DAY = timedelta(hours=23, minutes=59, seconds=59)


@dataclass(frozen=True)
class Read:
    """One record as read.

    `frame`: a row a dossier's row, in the order given, `dossier_id` being the commune and the code; `commune`, `file`
    and `row` say where it stands. `problems`: one thing that could not be read. `left_out`: rows that are no dossiers,
    by commune.
    """

    frame: pd.DataFrame
    problems: pd.DataFrame
    left_out: pd.Series


def record(name: str, raw: pd.DataFrame, settings: Meanings) -> Read:
    """`raw` has the record's columns under our names, typed or text, and `commune`, `file`, `row`.

    What reads at once is read by column; a row with a cell that does not goes through `table`, cell by cell.
    """
    columns, raw = RECORDS[name], raw.reset_index(drop=True)
    found, is_odd = {}, pd.Series(data=False, index=raw.index)
    for column, spec in columns.items():
        if column in raw:
            read_, is_wrong = _column(column, spec, raw[column], settings)
            found[column] = read_
            is_odd |= is_wrong
        else:
            found[column] = pd.Series(None, index=raw.index, dtype=cells.KINDS[spec.kind].dtype)
    frame = pd.DataFrame(found, index=raw.index).assign(is_readable=True, is_struck=False)
    frame = frame.assign(**{name: pd.Series(None, index=raw.index, dtype="str") for name in UNSURE})
    problems: list[pd.DataFrame | None] = []
    left_out: pd.Series = pd.Series(dtype="int64")
    odd = raw[is_odd]
    if len(odd):
        rows, found_problems, is_left_out = _cell_by_cell(name, odd, columns, settings)
        frame = pd.concat([frame[~is_odd], rows[list(frame)]]).sort_index()
        left_out = odd.loc[is_left_out, "commune"].value_counts()
        problems.append(found_problems)
    place = raw.loc[frame.index, ["commune", "file", "row"]]
    nowhere = place["commune"] == ""
    if nowhere.any():
        frame.loc[nowhere, "is_readable"] = False
        problems.append(_listed(name, place[nowhere], "commune", "empty"))
    if "is_readable" in raw:
        is_marked = raw.loc[frame.index, "is_readable"].isin([False]) & frame["is_readable"]
        listed = _listed(name, place[is_marked], "is_readable", "marked_unreadable")
        problems.append(listed.assign(dossier_id=frame.loc[is_marked, "dossier_id"]))
        frame.loc[is_marked, "is_readable"] = False
    frame = _with_units(name, frame, raw, settings)
    unknown = _unknown_units(name, frame)
    if unknown is not None and unknown.any():
        frame.loc[unknown, "is_readable"] = False
        problems.append(_listed(name, place[unknown], "from_unit", "unknown_unit"))
    frame = frame.assign(seq=range(1, len(frame) + 1), sheet=place["commune"], **place)
    frame = _with_keys(name, frame)
    frame["dossier_id"] = (frame["commune"] + SEPARATOR + frame["dossier_id"]).astype("str")
    listed = pd.concat(problems, ignore_index=True) if problems else pd.DataFrame(columns=PROBLEMS)
    return Read(frame.reset_index(drop=True), listed, left_out)


def together(name: str, reads: Sequence[Read], settings: Meanings) -> Read:
    """Several reads of one record as one; of none, an empty one."""
    if not reads:
        return record(name, pd.DataFrame({"commune": [], "file": [], "row": []}).astype({"commune": "str"}), settings)
    frame = pd.concat([each.frame for each in reads], ignore_index=True)
    problems = pd.concat([each.problems for each in reads], ignore_index=True)
    left_out = pd.concat([each.left_out for each in reads])
    return Read(frame.assign(seq=range(1, len(frame) + 1)), problems, left_out)


def text(cell: object) -> str:
    """A cell as the text that a spreadsheet shows; "" for none."""
    return "" if cell is None or cell is pd.NaT or cell is pd.NA or cell != cell else sheets.cell_text(cell)  # noqa: PLR0124


def code(written: object) -> str:
    """A dossier's code as it is compared; "" where none can be read."""
    try:
        return cells.dossier_id(text(written)) or ""
    except ValueError:
        return ""


def _column(column: str, spec: Column, raw: pd.Series, settings: Meanings) -> tuple[pd.Series, pd.Series]:
    """A column read, and whether a cell of it keeps its row from being read at once."""
    if pd.api.types.is_datetime64_any_dtype(raw) and spec.kind in cells.DAYS:
        found, is_wrong = _stamps(spec.kind, raw)
        is_empty = raw.isna()
    elif pd.api.types.is_bool_dtype(raw) and spec.kind in ("signed", "yes_no"):
        found, is_wrong = raw.astype("boolean").fillna(False), pd.Series(data=False, index=raw.index)
        is_empty = is_wrong
    else:
        codes, distinct = pd.factorize(raw, use_na_sentinel=False)
        texts = [text(cell) for cell in distinct]
        answers = [_value(column, spec.kind, written, settings) for written in texts]
        known = pd.Series(
            [None if isinstance(each, ValueError) else each for each in answers], dtype=cells.KINDS[spec.kind].dtype
        )
        found = known.take(codes).set_axis(raw.index)
        is_wrong = pd.Series([isinstance(each, ValueError) for each in answers], dtype="bool").take(codes)
        is_wrong = is_wrong.set_axis(raw.index)
        is_empty = pd.Series([not written for written in texts], dtype="bool").take(codes).set_axis(raw.index)
    is_wrong = is_wrong & False if spec.unread == Unread.LISTED else is_wrong
    return found, is_wrong if spec.may_be_empty else is_wrong | is_empty


def _value(column: str, kind: str, written: str, settings: Meanings) -> object:
    """What a text means, or the ValueError that it is."""
    try:
        return cells.value(column, kind, written, settings.words)
    except ValueError as error:
        return error


def _stamps(kind: str, raw: pd.Series) -> tuple[pd.Series, pd.Series]:
    local = raw.dt.tz_convert(_VIETNAM).dt.tz_localize(None) if raw.dt.tz is not None else raw
    local = local.astype("datetime64[us]")
    is_wrong = (local.dt.year < FIRST_YEAR) | (local.dt.year > LAST_YEAR)
    day = local.dt.normalize()
    if kind == "on":
        local = day
    if kind == "due_at":
        local = local.where(local != day, day + _END_OF_DAY)
    return local.mask(is_wrong), is_wrong


def _cell_by_cell(
    name: str, odd: pd.DataFrame, columns: Mapping[str, Column], settings: Meanings
) -> tuple[pd.DataFrame, pd.DataFrame, pd.Series]:
    """The odd rows as `table` reads them, what it finds wrong with them, and which it leaves out.

    The sheet that it is given has our names over the columns, and a first row that takes what stands under headings.
    """
    present = [column for column in columns if column in odd]
    texts = [[text(cell) for cell in row] for row in odd[present].itertuples(index=False, name=None)]
    first = ["X0" if column == "dossier_id" else "" for column in present]
    numbered = [(0, present), (1, first), *enumerate(texts, start=2)]
    accepted = {column: (column,) for column in columns}
    found = table(
        name, {"": [Sheet("", numbered)]}, columns, {"": accepted}, Reading(settings.words, order=Order.DAY_FIRST)
    )
    rows = found.frame[found.frame["row"] > 1]
    index = odd.index.to_numpy()
    problems = found.problems[found.problems["row"].fillna(0) > 1]
    vital = [column for column, spec in columns.items() if spec.unread != Unread.LISTED]
    problems = problems[problems["column"].isin(vital)]
    place = odd.loc[index[problems["row"].astype("int64") - 2]]
    listed = _listed(name, place, "", "").assign(
        column=problems["column"].to_numpy(), written=problems["written"].to_numpy(),
        problem=problems["problem"].to_numpy(),
    )  # fmt: skip
    at = rows["row"].to_numpy() - 2
    is_left_out = pd.Series(data=True, index=odd.index)
    is_left_out.iloc[at] = False
    return rows.set_axis(index[at]), listed, is_left_out


def _listed(name: str, place: pd.DataFrame, column: str, problem: str) -> pd.DataFrame:
    """A problem for each place, without the code: what cannot be read need not be one."""
    where = {"record": name, "dossier_id": None, "column": column, "written": "", "problem": problem}
    return place[["commune", "file", "row"]].assign(**where)[PROBLEMS]


def _with_units(name: str, frame: pd.DataFrame, raw: pd.DataFrame, settings: Meanings) -> pd.DataFrame:
    for unit, level in BY_NAME[name].levels.items():
        found = _mapped(frame[unit].fillna(""), lambda text: level_of(text, settings))
        if level in raw:
            given = raw.loc[frame.index, level].where(raw.loc[frame.index, level].isin(list(UnitLevel)))
            found = given.where(given.notna(), found)
        frame[level] = found.astype("str")
    return frame


def level_of(unit: str, settings: Meanings) -> str:
    """Where a unit stands, by its name."""
    return str(settings.levels.level(unit))


def _with_keys(name: str, frame: pd.DataFrame) -> pd.DataFrame:
    """With keys of procedures, what may be a result by its title, and the columns of `NOT_COMPARED`, which are null."""
    nothing = pd.Series(None, index=frame.index, dtype="str")
    frame = frame.assign(**dict.fromkeys(NOT_COMPARED.get(name, ()), nothing))
    if name == "software":
        return frame.assign(procedure_key=_mapped(frame["procedure"], cells.folded))
    if name == "result_papers":
        return frame.assign(is_result=may_be_results(frame["title"]))
    return frame


def _unknown_units(name: str, frame: pd.DataFrame) -> pd.Series | None:
    if not BY_NAME[name].needs_known_units:
        return None
    return frame["is_readable"] & (frame[list(BY_NAME[name].levels.values())] == UnitLevel.UNKNOWN).any(axis=1)


def _mapped(texts: pd.Series, by) -> pd.Series:
    codes, distinct = pd.factorize(texts)
    found = pd.Series([by(each) for each in distinct], dtype="str")
    return found.reindex(codes).set_axis(texts.index) if len(distinct) else texts.astype("str")
