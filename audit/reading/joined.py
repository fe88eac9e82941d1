"""What records tell of how others are to be read: later exports, codes cut short, days that may be exchanged."""

import re
from collections.abc import Mapping, Set
from dataclasses import dataclass, replace
from datetime import date, timedelta

import pandas as pd

from audit.ground.workdays import Calendar
from audit.reading import cells, days
from audit.reading.table import Table, names, with_name
from audit.records.registry import JUDGED_RECORDS, RECORDS

_CUT = re.compile(r"[^0-9A-Z]*(?:(?P<day>[0-9]{6})[-._/ ]?)?(?P<serial>[0-9]{3,6})")
NEAR, FAR = timedelta(days=3), timedelta(days=10)  # of the closing


def with_serials(tables: Mapping[str, Table]) -> dict[str, Table]:
    """With codes that were cut to their day and serial put in full, where exactly one dossier of the export fits.

    A serial alone fits only a dossier received on the row's day, in a record that has one. What fits none, or several,
    stays as written.
    """
    further = [record for record in JUDGED_RECORDS if record != "software"]
    whole = set(tables["software"].frame["dossier_id"].dropna())
    by_end = _by_end(whole)
    return dict(tables) | {record: _with_serials(tables[record], whole, by_end) for record in further if by_end}


def in_full(table: Table, whole: Set[str]) -> Table:
    """With codes that were cut put in full, where exactly one of the `whole` ones fits; all others as written."""
    by_end = _by_end(whole)
    return _with_serials(table, whole, by_end) if by_end else table


def _by_end(whole: Set[str]) -> dict[tuple[str, str], set[str]]:
    """Codes by the day and the serial in them, those without a day left out."""
    by_end: dict[tuple[str, str], set[str]] = {}
    for code in whole:
        if cells.coded_on(code):
            serial = code.rpartition("-")[2]
            by_end.setdefault((code[-len(serial) - 7 : -len(serial) - 1], serial), set()).add(code)
    return by_end


def _with_serials(table: Table, known: Set[str], by_end: Mapping[tuple[str, str], set[str]]) -> Table:
    frame = table.frame
    days_of = [frame[name] for name in ("received_on", "received_at") if name in frame]
    received = days_of[0] if days_of else pd.Series(pd.NaT, index=frame.index)
    codes = [
        _whole(code, day, known, by_end) if isinstance(code, str) else None
        for code, day in zip(frame["dossier_id"], received, strict=True)
    ]
    if not any(codes):
        return table
    marks = [
        with_name(mark, "serial:dossier_id") if code else mark for mark, code in zip(frame["marks"], codes, strict=True)
    ]
    whole = [code or written for code, written in zip(codes, frame["dossier_id"], strict=True)]
    put = {"dossier_id": pd.Series(whole, index=frame.index, dtype="str"),
           "marks": pd.Series(marks, index=frame.index, dtype="str")}  # fmt: skip
    return replace(table, frame=frame.assign(**put))


def _whole(code: str, received: object, known: Set[str], by_end: Mapping[tuple[str, str], set[str]]) -> str | None:
    """The only dossier whose code ends as `code` does; None where it is a whole one, or fits none or several."""
    match = None if code in known else _CUT.fullmatch(code)
    if match is None:
        return None
    day = match["day"] or (f"{received:%y%m%d}" if isinstance(received, pd.Timestamp) else "")
    fitting = by_end.get((day, match["serial"]), set())
    return next(iter(fitting)) if len(fitting) == 1 else None


def with_later_states(tables: Mapping[str, Table]) -> dict[str, Table]:
    """With the rows marked "superseded" of dossiers that a later export of the same case system has too.

    The later of two exports is the one with the later moment in it; of two with the same, the one that was read last.
    """
    frame = tables["software"].frame
    if len(frame["file"].unique()) <= 1:
        return dict(tables)
    moments = frame[["received_at", "closed_at"]].max(axis=1).groupby(frame["file"]).max().fillna(pd.Timestamp.min)
    order = {file: at for at, file in enumerate(dict.fromkeys(frame["file"]))}
    places = sorted(moments.index, key=lambda file: (moments[file], order[file]))
    place = frame["file"].map({file: at for at, file in enumerate(places)})
    same = [frame["dossier_id"], *([frame["system"]] if "system" in frame else [])]
    latest = place.groupby(same).transform("max")
    is_superseded = frame["dossier_id"].notna() & (place < latest)
    marks = [
        with_name(mark, "superseded") if is_earlier else mark
        for mark, is_earlier in zip(frame["marks"], is_superseded, strict=True)
    ]
    marked = frame.assign(marks=pd.Series(marks, index=frame.index, dtype="str"))
    return dict(tables) | {"software": replace(tables["software"], frame=marked)}


def with_doubts(tables: Mapping[str, Table], as_of: date, calendar: Calendar) -> dict[str, Table]:
    """With the days whose day and month Excel may have exchanged, as far as the other reading is possible.

    A day that the whole column makes doubtful stays so only where its exchanged twin lies neither before the dossier's
    receipt nor, a due date aside, after the audit; a receipt is not doubtful where the code says the same day. Of the
    register's returns that are stored as days, one is doubtful too where its twin is within three days of the closing
    and it is itself more than ten off, or on a day off; or where its twin lies between receipt and closing and it is
    itself more than ten days behind the closing.
    """
    dossiers = _dossiers(tables["software"])
    return dict(tables) | {
        record: _with_doubts(tables[record], dossiers, as_of, calendar)
        for record in JUDGED_RECORDS
        if tables[record].frame[["doubtful", "stored"]].notna().any(axis=None)
    }


@dataclass(frozen=True)
class _Dossier:
    """The earliest receipt of a dossier, None where any is not known, and the days on which systems closed it."""

    received: date | None
    closed: frozenset[date] = frozenset()


def _dossiers(software: Table) -> dict[str, _Dossier]:
    """Of each dossier of the export its receipt, by its code where that tells it and the receipt is doubtful."""
    found: dict[str, _Dossier] = {}
    for row in software.frame[["dossier_id", "received_at", "closed_at", "doubtful", "marks"]].to_dict("records"):
        code = row["dossier_id"]
        if not isinstance(code, str) or "superseded" in names(row["marks"]):
            continue
        received = _receipt(code, row["received_at"], is_doubtful="received_at" in names(row["doubtful"]))
        before = found.get(code, _Dossier(received))
        closed = {row["closed_at"].date()} if isinstance(row["closed_at"], pd.Timestamp) else set()
        earliest = min(received, before.received) if received and before.received else None
        found[code] = _Dossier(earliest, before.closed | closed)
    return found


def _receipt(code: str, received: object, *, is_doubtful: bool) -> date | None:
    coded = cells.coded_on(code)
    if is_doubtful:
        return coded.date() if coded else None
    return received.date() if isinstance(received, pd.Timestamp) else None


def _with_doubts(
    table: Table, dossiers: Mapping[str, _Dossier], as_of: date, calendar: Calendar
) -> Table:  # fmt: skip
    frame = table.frame
    doubtful = frame["doubtful"].to_dict()
    asked = frame[frame["doubtful"].notna() | (frame["stored"].notna() & (table.record == "register"))]
    days_of = [name for name, column in RECORDS[table.record].items() if column.kind in cells.DAYS]
    for index, row in asked[["dossier_id", "doubtful", "stored", *days_of]].to_dict("index").items():
        listed = names(row["doubtful"])
        dossier = dossiers.get(row["dossier_id"], _Dossier(None))
        kept = [name for name in listed if _may_be_other(name, row, dossier, as_of)]
        is_return = table.record == "register" and "returned_on" in names(row["stored"])
        if is_return and "returned_on" not in listed and _is_odd(row["returned_on"], dossier, calendar):
            kept.append("returned_on")
        doubtful[index] = " ".join(kept) or None
    return replace(table, frame=frame.assign(doubtful=pd.Series(doubtful, index=frame.index, dtype="str")))


def _may_be_other(name: str, row: Mapping, dossier: _Dossier, as_of: date) -> bool:
    """Whether a doubtful day may be the one with day and month exchanged."""
    twin = days.exchanged(row[name]) if isinstance(row[name], pd.Timestamp) else None
    if twin is None:
        return False
    if name.startswith("received"):
        coded = cells.coded_on(row["dossier_id"]) if isinstance(row["dossier_id"], str) else None
        return (coded is None or coded.date() != row[name].date()) and twin.date() <= as_of
    is_before = dossier.received is not None and twin.date() < dossier.received
    return not is_before and (name.startswith("due") or name.startswith("new_due") or twin.date() <= as_of)


def _is_odd(day: object, dossier: _Dossier, calendar: Calendar) -> bool:
    """Whether a return fits a closing in the software less well than its exchanged twin."""
    twin = days.exchanged(day) if isinstance(day, pd.Timestamp) else None
    if not isinstance(day, pd.Timestamp) or twin is None:
        return False
    on, other = day.date(), twin.date()
    if dossier.received is not None and other < dossier.received:
        return False
    is_off = calendar.covers(on) and not calendar.is_workday(on)
    return any(
        (abs(other - closed) <= NEAR and (abs(on - closed) > FAR or is_off)) or (other <= closed and on - closed > FAR)
        for closed in dossier.closed
    )
