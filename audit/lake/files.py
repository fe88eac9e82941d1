"""One commune out of a lake, as the files of an audit's folder: what `audit batch` makes its page from."""

import csv
import io
import json
from collections.abc import Mapping

import pandas as pd

from audit.ground.terms import UnitLevel
from audit.lake.lake_settings import Settings
from audit.lake.opening import Lake, Raw
from audit.lake.pack_sql import quoted
from audit.reading import by_column
from audit.reading.office import RecordsKept
from audit.reading.table import MARK
from audit.records.registry import BY_NAME, RECORDS

_NAMED = (UnitLevel.DESK, UnitLevel.COMMUNE, UnitLevel.UPPER_LEVEL)


def contents(lake: Lake, commune: str) -> dict[str, bytes]:
    """The files of the commune's audit by name, with all columns that the lake has; only its rows are read.

    An audit of them finds what `audit lake` counts of the commune, where no line of the register names another
    applicant or procedure than the software: a lake compares no names. Applicants' names are in them where it has any.
    `lake` must be opened with `everything`.
    """
    frames = {name: _rows(lake, raw, commune) for name, raw in lake.records.items()}
    frames = {name: rows for name, rows in frames.items() if len(rows) or name in ("software", "register")}
    columns = {name: [each for each in RECORDS[name] if each in rows] for name, rows in frames.items()}
    marked = {name: [*names, MARK] if MARK in frames[name] else names for name, names in columns.items()}
    headings = [("record", "column", "heading"), *((name, c, c) for name, names in columns.items() for c in names)]
    valid = {(column, value) for (column, _), value in lake.settings.words.items()}
    words = [
        ("column", "written", "value"),
        *_own_words(lake.settings),
        *((c, value, value) for c, value in sorted(valid)),
    ]
    return {
        "office.toml": _office(lake.settings, commune, frames).encode(),
        "headings.csv": _csv(headings), "words.csv": _csv(words),
        **{name: content for name, content in lake.settings.beside.items() if name == "procedures.csv"},
        **{f"{name}.csv": _csv([marked[name], *_cells(rows, columns[name])]) for name, rows in frames.items()},
    }  # fmt: skip


def _rows(lake: Lake, raw: Raw, commune: str) -> pd.DataFrame:
    asked = f"SELECT * FROM {raw.relation} WHERE commune = {quoted(commune)} ORDER BY file, row"
    return lake.connection.execute(asked).df()


def _cells(rows: pd.DataFrame, columns: list[str]) -> list[list[str]]:
    texts = pd.DataFrame(
        {column: [by_column.text(cell) for cell in rows[column]] for column in columns}, dtype="object"
    )
    if MARK in rows:
        texts[MARK] = ["false" if said is False or said == 0 else "" for said in rows[MARK].astype("object")]
    return texts.to_numpy().tolist()


def _own_words(settings: Settings) -> list[tuple[str, ...]]:
    content = settings.beside.get("words.csv", b"").decode("utf-8-sig")
    return [tuple(line[c] for c in ("column", "written", "value")) for line in csv.DictReader(io.StringIO(content))]


def _csv(rows) -> bytes:
    stream = io.StringIO(newline="")
    csv.writer(stream).writerows(rows)
    return stream.getvalue().encode("utf-8-sig")


def _office(settings: Settings, commune: str, frames: Mapping[str, pd.DataFrame]) -> str:
    """The settings with the commune's name, and its units where the lake says where they stand."""
    file = settings.file
    units = {level: list(getattr(file.units, level)) for level in _NAMED}
    for name, rows in frames.items():
        for unit, level in BY_NAME[name].levels.items():
            if {unit, level} <= set(rows):
                for each in _NAMED:
                    units[each] += sorted(set(rows.loc[rows[level] == each, unit].dropna()) - set(units[each]))
    lines = [
        f"as_of = {settings.as_of}", f"made_up = {json.dumps(file.made_up)}",
        "[office]", f"name = {_toml(commune or '–')}", f"province = {_toml(file.office.province)}",
        "[period]", f"first_on = {file.period.first_on}", f"last_on = {file.period.last_on}",
        "[units]", *(f"{level} = {_toml(units[level])}" for level in _NAMED),
        "[records]", *_kept(file.records),
        "[due_dates]", f"conventions = {_toml([str(each) for each in settings.conventions])}",
    ]  # fmt: skip
    return "\n".join(lines) + "\n"


def _kept(records: RecordsKept) -> list[str]:
    """Which records are kept, where anybody said so, and which are complete."""
    said = {"kept": records.kept, "complete": records.complete or None}
    return [f"{name} = {_toml(list(each))}" for name, each in said.items() if each is not None]


def _toml(value: str | list[str]) -> str:
    plain = json.dumps(value, ensure_ascii=False)
    return "".join(letter for letter in plain if letter.isprintable())
