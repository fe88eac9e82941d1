"""Dossiers with days of which nobody knows whether day and month were exchanged: judged under each reading."""

from collections.abc import Iterator, Mapping
from itertools import chain, combinations

import polars as pl
from polars import DataFrame, col

from audit.ground.expressions import names
from audit.ground.terms import Verdict
from audit.judging import judge, steps, validate
from audit.reading.load import Office

MOST_COLUMNS = 4  # whose readings are combined; with more, each alone and all together
Column = tuple[str, str]  # a record, and a column of days in it


def settled(judged: DataFrame, office: Office) -> DataFrame:
    """`judged`, but not proved where a dossier's verdict is another with a doubtful day and its month exchanged.

    Columns of days are exchanged one, two, … together, as a spreadsheet does it; the rule is then `judge.EXCHANGED`.
    """
    columns = [
        (record, name)
        for record, frame in office.records.items()
        for name in sorted({one for cell in frame["doubtful"].drop_nulls() for one in cell.split()})
    ]
    if not columns:
        return judged
    codes = [frame.filter(~col("doubtful").is_null()).select("dossier_id") for frame in office.records.values()]
    concerned = pl.concat(codes).drop_nulls().unique()
    few = {record: frame.join(concerned, on="dossier_id", how="semi") for record, frame in office.records.items()}
    first = judged.select("dossier_id", "verdict", "rule")
    changed = []
    for chosen in _sets(columns):
        records = validate.records(_exchanged(few, chosen), **office.days)
        _, other = steps.held_and_judged(office, records)
        both = first.join(other.select("dossier_id", other_verdict="verdict"), on="dossier_id", how="inner")
        changed.append(both.filter(col("verdict") != col("other_verdict")).select("dossier_id"))
    flipped = pl.concat(changed).unique().with_columns(is_flipped=pl.lit(True))
    return _not_proved(judged.join(flipped, on="dossier_id", how="left", maintain_order="left"))


def _not_proved(judged: DataFrame) -> DataFrame:
    """With `is_flipped` read: those dossiers are not proved, and no cause or grade is told."""
    is_flipped = col("is_flipped").fill_null(value=False)
    told = {"verdict": str(Verdict.NOT_PROVED), "rule": judge.EXCHANGED, "cause_proved": False}
    untold = ("grade", "not_seen", "cause_rule", "cause", "apology")
    flags = ("has_vanished", "is_past_due_at_end", "is_in_time_unclosed", "is_late_unclosed")
    return judged.with_columns(
        *(pl.when(is_flipped).then(pl.lit(value)).otherwise(col(name)).alias(name) for name, value in told.items()),
        *(pl.when(~is_flipped).then(col(name)).alias(name) for name in untold),
        *((col(name) & ~is_flipped).alias(name) for name in flags),
    ).drop("is_flipped")


def _sets(columns: list[Column]) -> Iterator[tuple[Column, ...]]:
    if len(columns) <= MOST_COLUMNS:
        return chain.from_iterable(combinations(columns, count) for count in range(1, len(columns) + 1))
    return chain(((one,) for one in columns), [tuple(columns)])


def _exchanged(records: Mapping[str, DataFrame], chosen: tuple[Column, ...]) -> dict[str, DataFrame]:
    """The records with day and month of the doubtful days in the chosen columns exchanged."""
    other = dict(records)
    for record, name in chosen:
        day, is_doubtful = col(name), names(col("doubtful"), name)
        kept = pl.when(is_doubtful).then(day)
        twin = pl.datetime(
            kept.dt.year(), kept.dt.day(), kept.dt.month(), kept.dt.hour(), kept.dt.minute(), kept.dt.second(),
            time_unit="us",
        )  # fmt: skip
        other[record] = other[record].with_columns(pl.when(is_doubtful).then(twin).otherwise(day).alias(name))
    return other
