"""Small text tables as frames for the steps, so that the data of a test stands in the test."""

from datetime import date, datetime
from functools import cache

import pandas as pd
import polars as pl

from audit.ground import frames
from audit.ground.terms import Convention
from audit.ground.workdays import Calendar
from audit.judging import steps, validate
from audit.reading import cells, reference
from audit.reading.reference import calendar
from audit.records.coverage import Coverage
from audit.records.registry import JUDGED_RECORDS, RECORDS

DAYS = {"as_of": date(2025, 5, 5), "period_first_on": date(2025, 4, 1), "period_last_on": date(2025, 4, 30)}
ADDED = {  # columns that `load` adds to a record
    "software": {"unit_level": "text", "coded_on": "on", "applicant_key": "text", "procedure_key": "text"},
    "register": {"applicant_key": "text", "procedure_key": "text", "names_another": "text"},
    "control_slips": {"from_level": "text", "to_level": "text"},
    "result_papers": {"is_result": "yes_no"},
}
UNSURE = dict.fromkeys(("unread", "doubtful", "stored", "marks"), "text")
_KINDS = {  # what a drawn cell is to pandas, and how it is read
    "number": ("Int64", int), "yes_no": ("boolean", lambda t: t == "yes"), "text": ("str", str),
    "at": ("datetime64[us]", lambda t: cells.at(_dated(t))),
    "due_at": ("datetime64[us]", lambda t: cells.due_at(_dated(t))),
}  # fmt: skip
_KINDS |= {
    "on": _KINDS["at"],
    "signed": _KINDS["yes_no"],
    "word": _KINDS["text"],
    "dossier_id": _KINDS["text"],
}


def rows(text: str) -> list[dict[str, str | None]]:
    """The rows of a table drawn with bars; "-" is an empty cell."""
    lines = [[cell.strip() for cell in line.split("|")] for line in text.strip().splitlines()]
    return [dict(zip(lines[0], (None if c == "-" else c for c in line), strict=True)) for line in lines[1:]]


def record(name: str, text: str | list[dict] = "") -> pl.DataFrame:
    """The typed frame of a record, as the steps take it; days are dd/mm of 2025; columns not drawn are empty."""
    return frames.for_steps(as_read(name, text))


def as_read(name: str, text: str | list[dict] = "") -> pd.DataFrame:
    """The same, as `load` gives it."""
    kinds = kinds_of(name)
    del kinds["seq"]
    drawn = rows(text) if isinstance(text, str) and text else list(text)
    for row in drawn:
        row.setdefault("is_readable", "yes")
        row.setdefault("is_struck", "no")
        for column in ("procedure", "applicant"):
            if row.get(column):
                row.setdefault(f"{column}_key", cells.folded(row[column]))
    texts = {
        column: [None if row.get(column) is None else _KINDS[kind][1](row[column]) for row in drawn]
        for column, kind in kinds.items()
    }
    return typed({"seq": list(range(1, len(drawn) + 1)), **texts}, {"seq": "number", **kinds})


def kinds_of(name: str) -> dict[str, str]:
    """The kind of each column of a record that the steps ask for."""
    kinds = {"seq": "number", **{column: spec.kind for column, spec in RECORDS[name].items()}}
    return kinds | ADDED.get(name, {}) | {"is_readable": "yes_no", "is_struck": "yes_no", "sheet": "text"} | UNSURE


def typed(columns: dict[str, list], kinds: dict[str, str]) -> pd.DataFrame:
    """A frame with the types that `load` gives."""
    return pd.DataFrame({c: pd.Series(v, dtype=_KINDS[kinds[c]][0]) for c, v in columns.items()})


def frame(columns: dict[str, list], kinds: dict[str, str]) -> pl.DataFrame:
    """The same, as the steps take it."""
    return frames.for_steps(typed(columns, kinds))


@cache
def counting(procedures: str = "", known: Calendar | None = None) -> dict:
    """The working calendar, and the terms drawn as `procedure | term | unit | in_force_from | in_force_to`."""
    known = known or calendar()
    always = {"in_force_from": "", "in_force_to": "", "source": "", "sureness": "u"}
    drawn = [always | row for row in rows(procedures)] if procedures else []
    shipped = [row for row in drawn if row.get("decides") == "no"]
    found = {
        "terms": reference.terms(shipped, [row for row in drawn if row not in shipped], known),
        "workdays": reference.workdays(known),
        "ends": reference.ends(known),
    }
    return {name: frames.for_steps(frame_) for name, frame_ in found.items()}


def records(software: str = "", register: str = "", slips: str = "", **more):
    """Every record validated; more evidence by its record's name, days by theirs."""
    drawn = {"software": software, "register": register, "control_slips": slips}
    drawn |= {name: more[name] for name in JUDGED_RECORDS if name in more}
    days = DAYS | {name: day for name, day in more.items() if name in DAYS}
    return validate.records({name: record(name, drawn.get(name, "")) for name in JUDGED_RECORDS}, **days)


def decided(read: dict, counted: dict, coverage: Coverage, conventions=(Convention.CIVIL_CODE,), **days):
    """Which unit held what, and every dossier judged, of validated records; terms are counted with `counted`."""
    listed = record("online_procedures")
    return steps.held_and_judged(steps.JudgedBy(counted, conventions, DAYS | days, coverage, listed), read)


def judged(software: str = "", register: str = "", slips: str = "", *, coverage: Coverage | None = None, **more):
    """Every dossier judged; records that are `keeps`, `missing`, `unseen` and `complete`, or what `coverage` says."""
    days = {name: day for name, day in more.items() if name in DAYS}
    read, counted = records(software, register, slips, **more), counting(more.get("procedures", ""), more.get("known"))
    said = {"conventions": more["conventions"]} if "conventions" in more else {}
    return decided(read, counted, coverage or covered(register, slips, **more), **said, **days)[1]


def covered(register="", slips="", **more) -> Coverage:
    """What has been seen: records with rows are kept, `missing` ones without any too."""
    drawn = {"register": register, "control_slips": slips} | {
        name: more[name] for name in JUDGED_RECORDS if name in more
    }
    missing = frozenset(more.get("missing", ()))
    there = {name for name, text in drawn.items() if text}
    return Coverage(
        frozenset({"register", *there, *more.get("keeps", ()), *missing}), missing, frozenset(more.get("unseen", ())),
        frozenset(more.get("complete", ())),
    )  # fmt: skip


def plain(frame_: frames.NativeFrame, *columns: str) -> list[dict]:
    """The rows of a frame as read or as the steps give it, in the order of their dossier's code or first column."""
    found = frames.plain(frame_[list(columns)] if columns else frame_)
    return sorted(found, key=lambda row: str(row.get("dossier_id", next(iter(row.values()), ""))))


def verdicts(software: str = "", register: str = "", slips: str = "", **more) -> list[str]:
    """The verdict of each dossier, in the order of their codes."""
    return [row["verdict"] for row in plain(judged(software, register, slips, **more), "dossier_id", "verdict")]


def judged_together(cases: list[tuple[str, str, str]]) -> list[list[dict]]:
    """Each case (software, register, slips) judged in one frame with all the others, none touching another."""
    together: tuple[list, list, list] = ([], [], [])
    for number, case in enumerate(cases):
        for rows_, text in zip(together, case, strict=True):
            for row in rows(text) if text else []:
                rows_.append(row | {"dossier_id": f"{number:03d}{row['dossier_id']}"})
    found = plain(judged(*together))
    return [[row for row in found if row["dossier_id"].startswith(f"{n:03d}")] for n in range(len(cases))]


def _dated(text: str) -> str:
    day, _, hour = text.partition(" ")
    return f"{day}/2025 {hour}".strip() if day.count("/") == 1 else text


def at(text: str) -> datetime:
    """A moment of 2025."""
    return cells.at(_dated(text))
