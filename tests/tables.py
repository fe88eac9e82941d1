"""Small text tables as frames of any engine, so that the data of a test stands in the test."""

from datetime import date, datetime
from itertools import count

import duckdb
import narwhals as nw
import pandas as pd
import polars as pl

from audit import judge, match, validate
from audit.expressions import collected
from audit.load import RECORDS, values

ENGINES = ("pandas", "polars", "duckdb")
DAYS = {"as_of": date(2025, 5, 5), "period_first_on": date(2025, 4, 1), "period_last_on": date(2025, 4, 30)}
_CONNECTION, _NUMBERS = duckdb.connect(), count()
LEVELS = {"software": ["unit_level"], "control_slips": ["from_level", "to_level"]}
_KINDS = {
    "number": ("Int64", pl.Int64, "BIGINT", int), "yes_no": ("boolean", pl.Boolean, "BOOLEAN", lambda t: t == "yes"),
    "at": ("datetime64[us]", pl.Datetime("us"), "TIMESTAMP", lambda t: values.at(_dated(t))),
    "due_at": ("datetime64[us]", pl.Datetime("us"), "TIMESTAMP", lambda t: values.due_at(_dated(t))),
    "text": ("str", pl.String, "VARCHAR", str),
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


def record(name: str, text: str | list[dict] = "", engine: str = "pandas"):
    """The typed frame of a record as `load` gives it; days are dd/mm of 2025; columns not drawn are empty."""
    kinds = {column: spec.kind for column, spec in RECORDS[name].items()} | dict.fromkeys(LEVELS.get(name, []), "text")
    kinds |= {"is_readable": "yes_no"}
    drawn = rows(text) if isinstance(text, str) and text else list(text)
    for row in drawn:
        row.setdefault("is_readable", "yes")
    typed = {
        column: [None if row.get(column) is None else _KINDS[kind][3](row[column]) for row in drawn]
        for column, kind in kinds.items()
    }
    return frame({"seq": list(range(1, len(drawn) + 1)), **typed}, {"seq": "number", **kinds}, engine)


def frame(columns: dict[str, list], kinds: dict[str, str], engine: str):
    """A frame of `engine` with the types that `load` gives on pandas."""
    if engine == "pandas":
        return pd.DataFrame({c: pd.Series(v, dtype=_KINDS[kinds[c]][0]) for c, v in columns.items()})
    if engine == "polars":
        return pl.DataFrame(columns, schema={column: _KINDS[kinds[column]][1] for column in columns})
    name = f"t{next(_NUMBERS)}"
    names = ", ".join(f"{column} {_KINDS[kinds[column]][2]}" for column in columns)
    _CONNECTION.execute(f"CREATE TABLE {name} ({names})")
    lines = list(zip(*columns.values(), strict=True))
    if lines:
        _CONNECTION.executemany(f"INSERT INTO {name} VALUES ({', '.join('?' * len(columns))})", lines)
    return _CONNECTION.table(name)


def records(software: str = "", register: str = "", slips: str = "", engine: str = "pandas", **days: date):
    """The three records validated."""
    drawn = (("software", software), ("register", register), ("control_slips", slips))
    return validate.records(*(record(name, text, engine) for name, text in drawn), **(DAYS | days))


def judged(software: str = "", register: str = "", slips: str = "", engine: str = "pandas", **days: date):
    """Every dossier judged, as a frame of `engine`."""
    read = records(software, register, slips, engine, **days)
    pairs = match.pairs(read.software, read.register, read.control_slips)
    listed = record("online_procedures", "", engine)
    return judge.verdicts(match.with_procedures(pairs, listed), **(DAYS | days))


def plain(native, *columns: str) -> list[dict]:
    """The rows of a frame of any engine, in the order of their dossier's code or first column."""
    frame_ = nw.from_native(native).lazy()
    picked = collected(frame_.select(*columns) if columns else frame_)
    found = [{name: _plain(value) for name, value in row.items()} for row in picked.rows(named=True)]
    return sorted(found, key=lambda row: str(row.get("dossier_id", next(iter(row.values()), ""))))


def verdicts(
    software: str = "", register: str = "", slips: str = "", engine: str = "pandas", **days: date
) -> list[str]:
    """The verdict of each dossier, in the order of their codes."""
    return [row["verdict"] for row in plain(judged(software, register, slips, engine, **days), "dossier_id", "verdict")]


def judged_together(cases: list[tuple[str, str, str]], engine: str) -> list[list[dict]]:
    """Each case (software, register, slips) judged in one frame with all the others, none touching another."""
    together: tuple[list, list, list] = ([], [], [])
    for number, case in enumerate(cases):
        for rows_, text in zip(together, case, strict=True):
            for row in rows(text) if text else []:
                rows_.append(row | {"dossier_id": f"{number:03d}{row['dossier_id']}"})
    found = plain(judged(*together, engine))
    return [[row for row in found if row["dossier_id"].startswith(f"{n:03d}")] for n in range(len(cases))]


def _dated(text: str) -> str:
    day, _, hour = text.partition(" ")
    return f"{day}/2025 {hour}".strip() if day.count("/") == 1 else text


def _plain(value):
    if not isinstance(value, tuple) and pd.isna(value):
        return None
    return (
        value.to_pydatetime() if isinstance(value, pd.Timestamp) else value.item() if hasattr(value, "item") else value
    )


def at(text: str) -> datetime:
    """A moment of 2025."""
    return values.at(_dated(text))
