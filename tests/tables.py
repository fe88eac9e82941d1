"""Small text tables as frames of any engine, so that the data of a test stands in the test."""

from datetime import date, datetime
from functools import cache
from itertools import count

import duckdb
import narwhals as nw
import pandas as pd
import polars as pl

from audit import apportion, judge, match, recompute, validate
from audit.coverage import Coverage
from audit.expressions import collected
from audit.load import JUDGED_RECORDS, RECORDS, calendar, reference, values
from audit.terms import Convention
from audit.workdays import Calendar

ENGINES = ("pandas", "polars", "duckdb")
DAYS = {"as_of": date(2025, 5, 5), "period_first_on": date(2025, 4, 1), "period_last_on": date(2025, 4, 30)}
_CONNECTION, _NUMBERS = duckdb.connect(), count()
ADDED = {  # columns that `load` adds to a record
    "software": {"unit_level": "text", "coded_on": "on", "applicant_key": "text", "procedure_key": "text"},
    "register": {"applicant_key": "text", "procedure_key": "text", "names_another": "text"},
    "control_slips": {"from_level": "text", "to_level": "text"},
    "result_papers": {"is_result": "yes_no"},
}
TERMS = {  # what terms are counted with, as `load` gives it
    "terms": {"procedure_key": "text", "received_on": "on", "term_workdays": "number", "decides": "yes_no",
              "term_source": "text"},
    "workdays": {"day": "on", "workday_number": "number", "is_workday": "yes_no", "decisions_then": "number",
                 "workday_number_then": "number"},
    "ends": {"decisions": "number", "workday_number": "number", "day": "on", "is_now": "yes_no"},
}  # fmt: skip
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
    kinds = kinds_of(name)
    del kinds["seq"]
    drawn = rows(text) if isinstance(text, str) and text else list(text)
    for row in drawn:
        row.setdefault("is_readable", "yes")
        for column in ("procedure", "applicant"):
            if row.get(column):
                row.setdefault(f"{column}_key", values.folded(row[column]))
    typed = {
        column: [None if row.get(column) is None else _KINDS[kind][3](row[column]) for row in drawn]
        for column, kind in kinds.items()
    }
    return frame({"seq": list(range(1, len(drawn) + 1)), **typed}, {"seq": "number", **kinds}, engine)


def kinds_of(name: str) -> dict[str, str]:
    """The kind of each column of a record that the steps ask for."""
    kinds = {"seq": "number", **{column: spec.kind for column, spec in RECORDS[name].items()}}
    return kinds | ADDED.get(name, {}) | {"is_readable": "yes_no", "sheet": "text"}


def frame(columns: dict[str, list], kinds: dict[str, str], engine: str):
    """A frame of `engine` with the types that `load` gives on pandas."""
    if engine == "pandas":
        return pd.DataFrame({c: pd.Series(v, dtype=_KINDS[kinds[c]][0]) for c, v in columns.items()})
    if engine == "polars":
        return pl.DataFrame(columns, schema={column: _KINDS[kinds[column]][1] for column in columns})
    stamped = {c: pd.Series(v, dtype=_KINDS[kinds[c]][0]) for c, v in columns.items()}
    return converted(pd.DataFrame(stamped), kinds, engine)


@cache
def counting(engine: str, procedures: str = "", known: Calendar | None = None) -> dict:
    """The working calendar, and the terms drawn as `procedure | term | unit | in_force_from | in_force_to`."""
    known = known or calendar()
    always = {"in_force_from": "", "in_force_to": "", "source": "", "sureness": "u"}
    drawn = [always | row for row in rows(procedures)] if procedures else []
    shipped = [row for row in drawn if row.get("decides") == "no"]
    frames = {
        "terms": reference.terms(shipped, [row for row in drawn if row not in shipped], known),
        "workdays": reference.workdays(known),
        "ends": reference.ends(known),
    }
    return {name: converted(found, TERMS[name], engine) for name, found in frames.items()}


def converted(pandas_frame: pd.DataFrame, kinds: dict[str, str], engine: str):
    """A pandas frame as one of `engine`."""
    if engine == "pandas":
        return pandas_frame
    columns = {name: [_plain(value) for value in pandas_frame[name]] for name in kinds}
    if engine == "polars":
        return frame(columns, kinds, engine)
    name = f"t{next(_NUMBERS)}"
    casts = ", ".join(f"CAST({column} AS {_KINDS[kind][2]}) AS {column}" for column, kind in kinds.items())
    texts = {
        column: pandas_frame[column].astype(object) for column, kind in kinds.items() if _KINDS[kind][2] == "VARCHAR"
    }
    _CONNECTION.register("given", pandas_frame[list(kinds)].assign(**texts))
    _CONNECTION.execute(f"CREATE TABLE {name} AS SELECT {casts} FROM given")
    return _CONNECTION.table(name)


def kept(native):
    """`native`, worked out once: a DuckDB relation is a query, and the steps after it would ask it again and again."""
    if not isinstance(native, duckdb.DuckDBPyRelation):
        return native
    name = f"t{next(_NUMBERS)}"
    native.create(name)
    return _CONNECTION.table(name)


def records(software: str = "", register: str = "", slips: str = "", engine: str = "polars", **more):
    """Every record validated; more evidence by its record's name, days by theirs."""
    drawn = {"software": software, "register": register, "control_slips": slips}
    drawn |= {name: more[name] for name in JUDGED_RECORDS if name in more}
    days = DAYS | {name: day for name, day in more.items() if name in DAYS}
    found = validate.records({name: record(name, drawn.get(name, ""), engine) for name in JUDGED_RECORDS}, **days)
    return {name: kept(frame_) for name, frame_ in found.items()}


def paired(software: str = "", register: str = "", slips: str = "", engine: str = "polars", **more):
    """Every dossier with its evidence, ready to be judged; `procedures` and `conventions` to count terms with."""
    read = records(software, register, slips, engine, **more)
    counted = counting(engine, more.get("procedures", ""), more.get("known"))
    pairs = match.with_procedures(kept(match.pairs(read)), record("online_procedures", "", engine))
    compared = {
        "conventions": more.get("conventions", (Convention.CIVIL_CODE,)),
        "as_of": more.get("as_of", DAYS["as_of"]),
    }
    pairs = kept(recompute.due_dates(pairs, read, **counted, **compared))
    held = kept(apportion.holdings(pairs, read["control_slips"], counted["workdays"], read["stops"]))
    return kept(apportion.with_holders(pairs, held))


def judged(software: str = "", register: str = "", slips: str = "", engine: str = "polars", **more):
    """Every dossier judged, as a frame of `engine`; records that are `keeps`, `missing`, `unseen` and `complete`."""
    days = DAYS | {name: day for name, day in more.items() if name in DAYS}
    pairs = paired(software, register, slips, engine, **more)
    return kept(judge.verdicts(pairs, coverage=covered(register, slips, **more), **days))


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


def plain(native, *columns: str) -> list[dict]:
    """The rows of a frame of any engine, in the order of their dossier's code or first column."""
    frame_ = nw.from_native(native).lazy()
    picked = collected(frame_.select(*columns) if columns else frame_)
    found = [{name: _plain(value) for name, value in row.items()} for row in picked.rows(named=True)]
    return sorted(found, key=lambda row: str(row.get("dossier_id", next(iter(row.values()), ""))))


def verdicts(software: str = "", register: str = "", slips: str = "", engine: str = "polars", **more) -> list[str]:
    """The verdict of each dossier, in the order of their codes."""
    return [row["verdict"] for row in plain(judged(software, register, slips, engine, **more), "dossier_id", "verdict")]


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
