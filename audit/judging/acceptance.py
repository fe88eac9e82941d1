"""How late online filings were accepted: a clock of its own, which touches no verdict.

Decree 118/2025/NĐ-CP, articles 17-18, since 01/07/2025: within 8 working hours, also said as one working day. Both are
counted, side by side. A day without an hour may be any hour of that day, so that hours are counted as a range.
"""

from collections.abc import Sequence
from datetime import date, time

import polars as pl
from polars import DataFrame, Expr, col

from audit.ground.expressions import first_that_applies, midnight, with_found, yes
from audit.ground.terms import Acceptance, Fate

IN_FORCE_FROM = date(2025, 7, 1)
MOST_MINUTES = 8 * 60
MOST_WORKDAYS = 1
Span = tuple[time, time]


def acceptances(software: DataFrame, workdays: DataFrame, spans: Sequence[Span]) -> DataFrame:
    """A row a dossier of the software that is judged: `acceptance`, whether and why not it is counted.

    `software` as `validate.records` returns it; `spans`: the hours worked on a working day, first and last moment.
    `accepted_at` is the receipt where the software has no acceptance of its own. `minutes_least`, `minutes_most`:
    working minutes from filing to acceptance; `workdays_after`: working days after the day of filing, that of the
    acceptance included; null where the calendar lacks a day. `is_over_hours`, `is_over_day`: null where it cannot be
    told. `weekday` of the filing, Monday is 1; `hour`, null where none is written.
    """
    rows = software.filter(col("fate") == Fate.JUDGED).select(
        "dossier_id", "channel", "applied_at", accepted_at=pl.coalesce("accepted_at", "received_at")
    )
    for name in ("applied", "accepted"):
        days = workdays.select(
            col("day").alias(f"{name}_on"), col("workday_number").alias(f"{name}_number"),
            col("is_workday").alias(f"is_{name}_workday"), col("expected_number").alias(f"{name}_expected"),
        )  # fmt: skip
        rows = rows.with_columns(col(f"{name}_at").dt.truncate("1d").alias(f"{name}_on"))
        rows = with_found(rows, days, f"{name}_on")
    rows = rows.with_columns(acceptance=_acceptance())
    is_sure = ~yes(col("accepted_expected") > col("applied_expected"))  # no day off that is only expected lies between
    is_counted = col("acceptance") == Acceptance.COUNTED
    is_told = is_counted & is_sure
    applied_first, applied_last = _worked("applied", spans)
    accepted_first, accepted_last = _worked("accepted", spans)
    least = pl.max_horizontal(accepted_first - applied_last, 0)
    workdays_after = col("accepted_number") - col("applied_number")
    rows = rows.with_columns(
        minutes_least=pl.when(is_told & ~(accepted_first - applied_last).is_null()).then(least),
        minutes_most=pl.when(is_told).then(accepted_last - applied_first),
        workdays_after=pl.when(is_told).then(workdays_after),
        weekday=pl.when(is_counted).then(col("applied_on").dt.weekday().cast(pl.Int64)),
        hour=pl.when(is_counted & _has_hour("applied")).then(col("applied_at").dt.hour().cast(pl.Int64)),
    )
    is_over = pl.when(col("minutes_least") > MOST_MINUTES).then(pl.lit(True))
    return rows.select(
        "dossier_id", "acceptance", "applied_at", "accepted_at", "minutes_least", "minutes_most", "workdays_after",
        "weekday", "hour",
        is_over_hours=is_over.when(col("minutes_most") <= MOST_MINUTES).then(pl.lit(False)),
        is_over_day=col("workdays_after") > MOST_WORKDAYS,
    ).sort("dossier_id")  # fmt: skip


def _acceptance() -> Expr:
    return pl.coalesce(
        first_that_applies([
            (col("channel").is_null(), Acceptance.CHANNEL_UNKNOWN),
            (col("channel") != "online", Acceptance.NOT_ONLINE),
            (col("applied_at").is_null(), Acceptance.NO_FILING),
            (col("applied_at") < midnight(IN_FORCE_FROM), Acceptance.BEFORE_RULE),
            (_is_before_filing(), Acceptance.BEFORE_FILING),
        ]),
        pl.lit(str(Acceptance.COUNTED)),
    )  # fmt: skip


def _is_before_filing() -> Expr:
    have_hours = _has_hour("applied") & _has_hour("accepted")
    is_earlier = col("accepted_at") < col("applied_at")
    return yes(col("accepted_on") < col("applied_on")) | yes(have_hours & is_earlier)


def _has_hour(name: str) -> Expr:
    return yes(col(f"{name}_at") != col(f"{name}_on"))


def _worked(name: str, spans: Sequence[Span]) -> tuple[Expr, Expr]:
    """The minutes worked from the calendar's beginning until the moment; the least and the most that it can be."""
    a_day = sum(_minutes(last) - _minutes(first) for first, last in spans)
    at = col(f"{name}_at")
    minute = at.dt.hour().cast(pl.Int64) * 60 + at.dt.minute().cast(pl.Int64)
    within = sum(
        ((minute - _minutes(first)).clip(0, _minutes(last) - _minutes(first)) for first, last in spans), pl.lit(0)
    )
    is_workday = col(f"is_{name}_workday")
    before = (col(f"{name}_number") - is_workday.cast(pl.Int64)) * a_day
    least, most = (
        before + pl.when(is_workday).then(pl.when(_has_hour(name)).then(within).otherwise(edge)).otherwise(0)
        for edge in (0, a_day)
    )
    return least, most


def _minutes(at: time) -> int:
    return at.hour * 60 + at.minute
