"""What comes with the toolkit: the working calendar, frames to count terms with, the sources of rules."""

import csv
import io
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from datetime import date, datetime, time
from functools import cache
from math import ceil
from typing import cast

import pandas as pd
from rapidfuzz import fuzz, process

from audit.ground.shipped import shipped
from audit.ground.terms import AuditError
from audit.ground.workdays import Calendar, Kind, Line
from audit.reading import cells
from audit.reading.lines import reference_lines
from audit.reading.table import PROBLEM_COLUMNS

HOURS_A_DAY = 8
_UNITS = {  # in words; a day that is not said to be worked is one of the calendar (Civil Code 2015, article 147)
    "ngày làm việc": "workdays", "giờ làm việc": "hours", "ngày": "days", "ngày lịch": "days", "tháng": "months",
}  # fmt: skip
_TERM = ("procedure", "term", "unit", "in_force_from", "in_force_to")  # what a message repeats of a line
_MOST = 10_000  # of any unit: more is a slip of the pen
_NEARLY = 85  # percent: a name with a letter or two wrong, not another procedure
_FIRST, _LAST = datetime(1900, 1, 1), datetime(2199, 12, 31)  # noqa: DTZ001  in force since ever, for ever


def workdays(calendar: Calendar) -> pd.DataFrame:
    """A day of the calendar a row: `day`, `is_workday`, `workday_number` (working days since the calendar begins).

    `is_settled`: nothing of its year is only expected; `expected_number`: days expected off up to it.
    `decisions_then` is how many decisions about working days had been made by that day, and
    `workday_number_then` the same number with only those.
    """
    rows = calendar.lines()
    frame = pd.DataFrame(rows, columns=["day", "workday_number", "is_workday"])
    frame["decisions_then"] = [sum(decided <= day for decided in calendar.decisions) for day in frame["day"]]
    numbers = [{day: number for day, number, _ in lines} for lines in _known(calendar)]
    frame["workday_number_then"] = [
        numbers[decisions][day] for day, decisions in zip(frame["day"], frame["decisions_then"], strict=True)
    ]
    frame["is_settled"] = [day <= calendar.settled_to for day in frame["day"]]
    expected = sorted(line.day for line in calendar.written if line.is_expected)
    frame["expected_number"] = [bisect_right(expected, day) for day in frame["day"]]
    kinds = dict.fromkeys(("workday_number", "decisions_then", "workday_number_then", "expected_number"), "Int64")
    kinds |= dict.fromkeys(("is_workday", "is_settled"), "bool")
    return frame.assign(day=_stamps(frame["day"])).astype(kinds)


def ends(calendar: Calendar) -> pd.DataFrame:
    """A working day a row: the `day` with `workday_number`, when `decisions` decisions were known; `is_now`: all."""
    rows = [
        (decisions, number, day, decisions == len(calendar.decisions))
        for decisions, lines in enumerate(_known(calendar))
        for day, number, is_workday in lines
        if is_workday
    ]
    frame = pd.DataFrame(rows, columns=["decisions", "workday_number", "day", "is_now"])
    return frame.assign(day=_stamps(frame["day"])).astype(
        {"decisions": "Int64", "workday_number": "Int64", "is_now": "bool"}
    )


def terms(shipped: Sequence[Mapping[str, str]], own: Sequence[Mapping[str, str]], calendar: Calendar) -> pd.DataFrame:
    """The term of a procedure for dossiers received on one day: a row per procedure and day on which it is in force.

    `term` in `term_unit`, as written; `term_workdays` the same in working days, null where it is in days of the
    calendar or months.
    `decides`: written by the inspector in the audit's folder, or confirmed by a public source; any other is only
    shown. A procedure that the folder lists is not taken from the toolkit. Raises AuditError for a line that cannot
    be read and for two terms of one procedure in force on one day.
    """
    listed = {cells.folded(line["procedure"]) for line in own}
    lines: list[tuple[Mapping[str, str], bool]] = [
        ({**line, "row": str(row)}, True) for row, line in enumerate(own, start=2)
    ]
    lines += [(line, line["sureness"] == "c") for line in shipped if cells.folded(line["procedure"]) not in listed]
    names = ["procedure_key", "term", "term_unit", "term_workdays", "in_force_from", "in_force_to", "decides",
             "term_source"]  # fmt: skip
    found = pd.DataFrame([_term(line, decides=decides) for line, decides in lines], columns=names)
    found = found.astype({"procedure_key": "str", "term": "Int64", "term_unit": "str", "term_workdays": "Int64",
                          "decides": "bool", "term_source": "str"})  # fmt: skip
    received = pd.DataFrame({"received_on": pd.date_range(calendar.first, calendar.last, unit="us")})
    days = found.merge(received, how="cross")
    is_in_force = days["received_on"].between(days["in_force_from"], days["in_force_to"])
    days = days[is_in_force].drop(columns=["in_force_from", "in_force_to"]).reset_index(drop=True)
    double = days[days.duplicated(["procedure_key", "received_on"])]
    if len(double):
        raise AuditError("two_terms", procedure=double["procedure_key"].iloc[0])
    return days


def misnamed(own: Sequence[Mapping[str, str]], procedures: pd.Series) -> pd.DataFrame:
    """A problem for each line of the inspector's `procedures.csv` that nearly names a procedure of the records."""
    known = {name: cells.folded(name) for name in procedures.dropna().unique()}
    found = []
    for row, line in enumerate(own, start=2):
        name = cells.folded(line["procedure"])
        near = (
            None if name in known.values() else process.extractOne(name, known, scorer=fuzz.ratio, score_cutoff=_NEARLY)
        )
        if near:
            place = ("procedures", "procedures.csv", "", row, "procedure", line["procedure"])
            found.append((*place, "procedure_misnamed", near[2]))
    return pd.DataFrame(found, columns=PROBLEM_COLUMNS)


def _term(line: Mapping[str, str], *, decides: bool) -> tuple:
    try:
        term = cells.whole_number(line["term"])
        unit = _UNITS.get(cells.folded(line["unit"]), line["unit"])
        in_workdays = {"workdays": term, "hours": ceil(term / HOURS_A_DAY), "days": None, "months": None}[unit]
        first = cells.on(line["in_force_from"]) if line["in_force_from"] else _FIRST
        last = cells.on(line["in_force_to"]) if line["in_force_to"] else _LAST
    except (ValueError, KeyError) as error:
        raise AuditError("term_line", row=line.get("row", "–"), **{name: line[name] for name in _TERM}) from error
    if not line["procedure"] or not 1 <= term <= _MOST or last < first:
        raise AuditError("term_line", row=line.get("row", "–"), **{name: line[name] for name in _TERM})
    return cells.folded(line["procedure"]), term, unit, in_workdays, first, last, decides, line["source"]


@cache
def _known(calendar: Calendar) -> list[list[tuple[date, int, bool]]]:
    """The calendar's lines as known after no decision, after the first, and so on to the last."""
    return [calendar.known_on(decided).lines() for decided in (date(1900, 1, 1), *calendar.decisions)]


def _stamps(days: pd.Series) -> pd.Series:
    return pd.Series([datetime.combine(day, time()) for day in days], index=days.index).astype("datetime64[us]")


@cache
def calendar() -> Calendar:
    """The working calendar that comes with the toolkit."""
    lines = csv.DictReader(io.StringIO(shipped("reference/calendar.csv").read_text(encoding="utf-8")))
    return Calendar.of(
        Line(
            day=date.fromisoformat(line["date"]),
            kind=cast("Kind", line["kind"]),  # another is refused by the calendar
            decided_on=date.fromisoformat(line["decided_on"]) if line["decided_on"] else None,
            decision=line["decision"],
            is_expected=line["is_expected"] == "yes",
        )
        for line in lines
    )


def counting(own_terms: list[dict[str, str]]) -> dict[str, pd.DataFrame]:
    """The frames that terms are counted with; only the folder's own terms are read each time."""
    frames = dict(_shipped_counting())
    if own_terms:
        frames["terms"] = terms(reference_lines("procedures.csv"), own_terms, calendar())
    return {name: frame.copy(deep=False) for name, frame in frames.items()}


@cache
def _shipped_counting() -> dict[str, pd.DataFrame]:
    known = calendar()
    return {
        "terms": terms(reference_lines("procedures.csv"), [], known),
        "workdays": workdays(known),
        "ends": ends(known),
    }


def sources() -> list[Mapping[str, str]]:
    """The legal and written sources of rules, the conventions of counting a term among them."""
    conventions = [line | {"topic": "convention", "version": line["convention"], "found_in": line["source"]}
                   for line in reference_lines("conventions.csv")]  # fmt: skip
    return [*reference_lines("sources.csv"), *conventions]
