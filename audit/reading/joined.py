"""What one record tells of how another is to be read: codes cut short, days whose month may be exchanged."""

import re
from collections.abc import Mapping
from dataclasses import replace

import pandas as pd

from audit.reading import cells, days
from audit.reading.table import Table
from audit.records.registry import JUDGED_RECORDS

_CUT = re.compile(r"[^0-9A-Z]*(?:(?P<day>[0-9]{6})[-._/ ]?)?(?P<serial>[0-9]{3,6})")
_NEAR, _FAR = pd.Timedelta(days=3), pd.Timedelta(days=10)  # of the closing


def with_serials(tables: Mapping[str, Table]) -> dict[str, Table]:
    """With codes that were cut to their day and serial put in full, where exactly one dossier of the export fits.

    A serial alone fits only a dossier received on the row's day, in a record that has one. What fits none, or several,
    stays as written.
    """
    whole = tables["software"].frame["dossier_id"].dropna().unique()
    by_end: dict[tuple[str, str], set[str]] = {}
    for code in whole:
        if (on := cells.coded_on(code)) is not None:
            serial = code.rpartition("-")[2]
            by_end.setdefault((f"{on:%y%m%d}", serial), set()).add(code)
    if not by_end:
        return dict(tables)
    known = set(whole)
    further = [record for record in JUDGED_RECORDS if record != "software"]
    return dict(tables) | {record: _with_serials(tables[record], known, by_end) for record in further}


def _with_serials(table: Table, known: set[str], by_end: Mapping[tuple[str, str], set[str]]) -> Table:
    frame = table.frame
    received = frame["received_on"] if "received_on" in frame else pd.Series(pd.NaT, index=frame.index)
    codes = [
        _whole(code, day, known, by_end) if isinstance(code, str) else None
        for code, day in zip(frame["dossier_id"], received, strict=True)
    ]
    if not any(codes):
        return table
    marks = [
        " ".join(filter(None, [mark if isinstance(mark, str) else "", "serial:dossier_id" if code else ""])) or None
        for mark, code in zip(frame["marks"], codes, strict=True)
    ]
    whole = [code or written for code, written in zip(codes, frame["dossier_id"], strict=True)]
    put = {"dossier_id": pd.Series(whole, index=frame.index, dtype="str"),
           "marks": pd.Series(marks, index=frame.index, dtype="str")}  # fmt: skip
    return replace(table, frame=frame.assign(**put))


def _whole(code: str, received: object, known: set[str], by_end: Mapping[tuple[str, str], set[str]]) -> str | None:
    """The only dossier whose code ends as `code` does; None where it is a whole one, or fits none or several."""
    match = None if code in known else _CUT.fullmatch(code)
    if match is None:
        return None
    day = match["day"] or (f"{received:%y%m%d}" if isinstance(received, pd.Timestamp) else "")
    fitting = by_end.get((day, match["serial"]), set())
    return next(iter(fitting)) if len(fitting) == 1 else None


def with_doubtful_returns(tables: Mapping[str, Table]) -> dict[str, Table]:
    """With returns whose day and month Excel may have exchanged, as the closing in the software shows.

    Of days stored as such: where the exchanged day lies within three days of the closing and the day itself more than
    ten off, or where it lies between receipt and closing and the day itself behind the closing. No day that a person
    says the order of.
    """
    register, software = tables["register"], tables["software"].frame
    if not register.file or register.frame["returned_on"].isna().all():
        return dict(tables)
    dossiers = software[software["dossier_id"].notna()].groupby("dossier_id")[["received_at", "closed_at"]].min()
    lines = register.frame.join(dossiers.apply(lambda column: column.dt.normalize()), on="dossier_id")
    stored = lines["stored"].fillna("").str.split().map(lambda names: "returned_on" in names)
    twins = [days.exchanged(day) if isinstance(day, pd.Timestamp) else None for day in lines["returned_on"]]
    twin = pd.Series(twins, index=lines.index, dtype="datetime64[us]")
    near = (twin - lines["closed_at"]).abs() <= _NEAR
    far = (lines["returned_on"] - lines["closed_at"]).abs() > _FAR
    between = (
        (twin >= lines["received_at"]) & (twin <= lines["closed_at"]) & (lines["returned_on"] > lines["closed_at"])
    )
    is_doubtful = stored & twin.notna() & ((near & far) | between)
    if not is_doubtful.any():
        return dict(tables)
    named = register.frame["doubtful"].where(register.frame["doubtful"].notna(), "")
    has = named.str.split().map(lambda names: "returned_on" in names)
    added = (named + " returned_on").str.strip()
    doubtful = register.frame["doubtful"].mask(is_doubtful & ~has, added)
    return dict(tables) | {"register": replace(register, frame=register.frame.assign(doubtful=doubtful))}
