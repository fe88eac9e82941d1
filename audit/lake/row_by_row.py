"""Rows of any number of communes judged by the steps of an audit, and what is said of each: one row, one fate."""

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd
from polars import Boolean, DataFrame, String

from audit.ground.expressions import closed_in_time, closed_late, is_settled, yes
from audit.ground.frames import for_steps, in_pandas
from audit.ground.situation import with_held
from audit.judging import steps, validate
from audit.judging.summarise import SHARED, is_overturned, with_against_paper
from audit.lake.lake_settings import Settings
from audit.reading.by_column import PROBLEMS, SEPARATOR, Read
from audit.records.coverage import Coverage
from audit.records.registry import JUDGED_RECORDS

DOSSIER = [
    "commune",
    "dossier_id",
    "verdict",
    "grade",
    "rule",
    "cause",
    "cause_proved",
    "apology",
    "population",
    "found_in",
    "due_on",
]
FLAGS = {  # what is counted of each dossier besides its words
    "is_settled": is_settled,
    "is_overturned": is_settled & is_overturned,
    "is_late_in_software": is_settled & closed_late,
    "is_in_time_in_software": is_settled & closed_in_time,
}
WORDS = ("verdict", "grade", "rule", "cause", "cause_proved", "apology", "population", "found_in", "traced")
COUNTED = [*WORDS, *FLAGS, "held"]  # `held`: which of `summarise.SHARED` hold, for the on-time shares


@dataclass(frozen=True)
class Judged:
    """What came of some rows.

    `dossiers`: a row per dossier judged, with its words and what is counted of it. `fates`: a row per row of a record:
    `record`, `commune`, `dossier_id`, `fate`, `problem`, `problem_column`, `file`, `row`.
    """

    dossiers: pd.DataFrame
    fates: pd.DataFrame


_NO_PROCEDURES = DataFrame(
    schema={"procedure": String, "online_level": String, "interlinked_group": String, "is_readable": Boolean}
)


def judged(frames: Mapping[str, pd.DataFrame], settings: Settings, coverage: Coverage) -> Judged:
    """The typed rows of every record judged; `coverage`: what has been seen of the records of those communes."""
    records = validate.records({name: for_steps(frame) for name, frame in frames.items()}, **settings.days)
    judged_by = steps.JudgedBy(settings.counting, settings.conventions, settings.days, coverage, _NO_PROCEDURES)
    _, rows = steps.held_and_judged(judged_by, records)
    asked = rows.with_columns(yes(when).alias(name) for name, when in FLAGS.items())
    asked = with_held(with_against_paper(asked, "traced"), {"held": SHARED.of()})
    dossiers = in_pandas(asked.select("dossier_id", *COUNTED, "due_on"))
    fates = pd.concat([_fates(name, records[name]) for name in JUDGED_RECORDS], ignore_index=True)
    return Judged(_split(dossiers), _split(fates, is_known=False))


def problems(judged: Judged, read: Mapping[str, Read]) -> pd.DataFrame:
    """All that is wrong with the rows: what could not be read, then what was found impossible."""
    impossible = judged.fates[judged.fates["problem"].notna()]
    impossible = impossible.rename(columns={"problem_column": "column"}).assign(written="")
    return pd.concat([*(one.problems for one in read.values()), impossible[PROBLEMS]], ignore_index=True)


def _fates(name: str, record: DataFrame) -> pd.DataFrame:
    kept = ["dossier_id", "fate", "problem", "problem_column"]
    where = [column for column in ("commune", "file", "row") if column in record]
    return in_pandas(record.select(*where, *kept)).assign(record=name)


def _split(frame: pd.DataFrame, *, is_known: bool = True) -> pd.DataFrame:
    """The commune and the code of a dossier apart again."""
    halves = frame["dossier_id"].str.split(SEPARATOR, n=1, expand=True, regex=False)
    halves = halves.reindex(columns=[0, 1])
    if is_known or "commune" not in frame:
        frame = frame.assign(commune=halves[0])
    return frame.assign(dossier_id=halves[1])
