"""Which unit held each dossier, from when to when, and how many working days of its running clock that took."""

from datetime import date

import polars as pl
from polars import DataFrame, Expr, col

from audit.ground.expressions import midnight, once_without_rows, with_found, yes
from audit.ground.terms import AT_THE_DESK, BEHIND_THE_DESK, Fate, UnitLevel

_NEVER, _NO_END = date(9999, 1, 1), 2**31  # when a running stop ends, and the number of that working day
_IN_ORDER = [  # the clock; then whatever tells two hops apart, so that the order of the rows decides nothing
    "handed_at", "from_key", "to_key", "from_level", "to_level", "from_unit", "to_unit", "due_at", "seq",
]  # fmt: skip
_STAY = ("dossier_id", "stay", "unit", "level", "held_from", "held_until", "part_due_at", "is_waiting", "is_unbroken")


def holdings(pairs: DataFrame, control_slips: DataFrame, workdays: DataFrame, stops: DataFrame) -> DataFrame:
    """A row per stay of a dossier with a unit; dossiers without a hop to be judged have none.

    `control_slips` and `stops` are as `validate` returns them; `workdays` has a row per `day` of the calendar.
    `stay` 0 begins with the receipt at the unit that the first hop leaves, stay n with the n-th hop by the clock;
    `held_until` is empty where it went nowhere else. What the applicant holds is no stay. `held_workdays` counts
    the working days after the day of `held_from` up to and including that of `held_until`, less those on which the
    clock stood still; empty where the stay has no end, ends before it begins, or the calendar lacks one of the days.
    `is_past_part_due`: handed on after the day of `part_due_at`, the limit written on the hop that brought it, moved
    by the stops. `is_waiting`: at the desk once the result is there for good, or until the desk gives it to the
    applicant, which is the applicant's time or may be.
    `is_unbroken` is said of the dossier: its hops can all be read, the first leaves the desk or is the filing, not
    before the receipt, and every other begins where the one before it ended and is known to be after it.
    """
    return _stays(control_slips.filter(col("fate") == Fate.JUDGED), pairs, workdays, stops)


@once_without_rows
def _stays(hops: DataFrame, pairs: DataFrame, workdays: DataFrame, stops: DataFrame) -> DataFrame:
    hops = _chained(hops, pairs)
    stays = pl.concat([_from_receipt(hops).select(*_STAY), _from_hops(hops).select(*_STAY)])
    stays = stays.filter(col("level") != UnitLevel.APPLICANT)
    stays = _numbered(stays, workdays, ("held_from", "held_until", "part_due_at"))
    stays = with_found(stays, _standing_still(stays, _islands(stops, workdays)), "dossier_id", "stay")
    stood_still = pl.when(~yes(col("is_uncountable"))).then(col("stood_still").fill_null(0))
    passed = col("held_until_number") - col("held_from_number")
    workdays_past_part_due = col("held_until_number") - col("part_due_at_number")
    is_past = yes(col("held_until").dt.truncate("1d") > col("part_due_at").dt.truncate("1d"))
    return stays.with_columns(
        held_workdays=pl.when(passed >= 0).then(passed - stood_still).cast(pl.Int64),
        is_past_part_due=is_past & yes((stood_still == 0) | (workdays_past_part_due > stood_still)),
    ).select(
        "dossier_id", "stay", "unit", "level", "held_from", "held_until", "held_workdays", "part_due_at",
        "is_past_part_due", "is_waiting", "is_unbroken",
    )  # fmt: skip


def holders(pairs: DataFrame, holdings: DataFrame) -> DataFrame:
    """A row per dossier that has stays: who held it when it fell due (`holder_unit_at_due`, `holder_level_at_due`).

    That is at the end of the due day. Empty unless the hops are unbroken and one stay lasted from the end of
    `due_on_earliest` beyond that of `due_on_latest`; empty too where it was ready at the desk, or with the applicant.
    """
    stays = holdings.join(pairs.select("dossier_id", "due_on_earliest", "due_on_latest"), on="dossier_id", how="left")
    held_from, held_until = (col(name).dt.truncate("1d") for name in ("held_from", "held_until"))
    is_over = yes(held_until <= col("due_on_latest"))
    is_holder = col("is_unbroken") & ~col("is_waiting") & yes(held_from <= col("due_on_earliest")) & ~is_over
    stays = stays.with_columns(
        *(pl.when(is_holder).then(col(name)).otherwise(pl.lit("")).cast(pl.String).alias(f"{name}_at_due")
          for name in ("unit", "level")),
        is_unbroken=col("is_unbroken").cast(pl.Int64),
    )  # fmt: skip
    held = stays.group_by("dossier_id").agg(
        col("unit_at_due").max(), col("level_at_due").max(), is_unbroken=col("is_unbroken").min()
    )
    return held.select(
        "dossier_id",
        is_unbroken=col("is_unbroken").cast(pl.Boolean),
        holder_level_at_due=pl.when(col("level_at_due") != "").then(col("level_at_due")).cast(pl.String),
        holder_unit_at_due=pl.when(col("level_at_due") != "").then(col("unit_at_due")).cast(pl.String),
    )


def with_holders(pairs: DataFrame, holdings: DataFrame) -> DataFrame:
    """`pairs` with `is_unbroken`, `holder_unit_at_due` and `holder_level_at_due`; no row is added or dropped."""
    found = holders(pairs, holdings)
    names = ("dossier_id", "is_unbroken", "holder_unit_at_due", "holder_level_at_due")
    paired = with_found(pairs, found.select(*names), "dossier_id")
    return paired.with_columns(is_unbroken=yes(col("is_unbroken")))


def by_unit(holdings: DataFrame) -> DataFrame:
    """A row per unit: `stays` = `counted` + `waiting` + `not_handed_on` + `cannot_be_told`.

    `counted` stays have an end and lie in an unbroken chain of hops: `workdays` adds up theirs and `past_part_due` is
    how many of them ran past their own limit. `waiting`: ready at the desk. `not_handed_on`: no hop leads on.
    `cannot_be_told`: hops are missing or overlap, or the calendar does not reach. `dossiers`: how many different
    ones came by, whatever their stay shows. By stage, `workdays` = `before_workdays` (at the desk before it went behind
    it) + `processing_workdays` (behind the desk, signing too, which no slip tells) + `between_workdays` (back at the
    desk); and `waiting_workdays` of `waiting` stays that have an end.
    """
    waits = col("is_unbroken") & col("is_waiting")
    works = col("is_unbroken") & ~col("is_waiting")
    stays = holdings.with_columns(
        unit_key=_key("unit", "level"),
        is_counted=works & ~col("held_workdays").is_null(),
        waits=waits,
        is_not_handed_on=works & col("held_until").is_null(),
    )
    went_behind = pl.when(col("level") != UnitLevel.DESK).then(col("stay")).min().over("dossier_id")
    is_before = went_behind.is_null() | (col("stay") < went_behind)
    is_at_desk = col("level") == UnitLevel.DESK
    stages = {
        "before": col("is_counted") & is_at_desk & is_before, "processing": col("is_counted") & ~is_at_desk,
        "between": col("is_counted") & is_at_desk & ~is_before, "waiting": yes(col("waits")),
    }  # fmt: skip
    stays = stays.with_columns(
        pl.when(yes(condition)).then(col("held_workdays")).otherwise(pl.lit(0)).fill_null(0).alias(f"{name}_workdays")
        for name, condition in stages.items()
    )
    stays = stays.with_columns(is_untold=~col("is_counted") & ~col("waits") & ~col("is_not_handed_on"))
    sums = {
        "counted": col("is_counted"),
        "past_part_due": col("is_counted") & col("is_past_part_due"),
        "waiting": col("waits"),
        "not_handed_on": col("is_not_handed_on"),
        "cannot_be_told": col("is_untold"),
    }
    stays = stays.with_columns(
        *(yes(condition).cast(pl.Int64).alias(name) for name, condition in sums.items()),
        workdays=pl.when(col("is_counted")).then(col("held_workdays")).otherwise(pl.lit(0)),
        stays=pl.lit(1),
    )
    totals = ("stays", "counted", "workdays", *(name for name in sums if name != "counted"),
              *(f"{name}_workdays" for name in stages))  # fmt: skip
    units = stays.group_by("unit_key", "level").agg(
        col("unit").min(), col("dossier_id").n_unique().alias("dossiers"), *(col(name).sum() for name in totals)
    )
    return units.select("unit", "level", *(col(name).cast(pl.Int64) for name in ("dossiers", *totals)))


def _key(unit: str, level: str) -> Expr:
    """Equal for the same unit: the desk and the applicant are one each, however they are written."""
    written = col(unit).str.to_lowercase().str.strip_chars()
    return pl.when(col(level).is_in(AT_THE_DESK)).then(col(level)).otherwise(written)


def _chained(hops: DataFrame, pairs: DataFrame) -> DataFrame:
    """The hops with their `stay`, when the dossier went on (`held_until`), `is_waiting` and `is_unbroken`."""
    hops = hops.with_columns(from_key=_key("from_unit", "from_level"), to_key=_key("to_unit", "to_level"))

    def beside(column: str, step: int) -> Expr:
        return col(column).shift(step).over("dossier_id", order_by=_IN_ORDER)

    is_away = ~col("to_level").is_in(AT_THE_DESK) | (col("from_level") == UnitLevel.APPLICANT)
    is_result = (col("to_level") == UnitLevel.DESK) & col("from_level").is_in(BEHIND_THE_DESK)
    receipts = pairs.select("dossier_id", "received_at", "receipt_on", "is_slip_unread")
    hops = hops.join(receipts, on="dossier_id", how="left")
    hops = hops.with_columns(
        stay=col("seq").cum_count().over("dossier_id", order_by=_IN_ORDER).cast(pl.Int64),
        held_until=beside("handed_at", -1),
        handed_before_at=beside("handed_at", 1),
        next_level=beside("to_level", -1),
        key_before=beside("to_key", 1),
    )
    hops = hops.with_columns(
        away=pl.when(is_away).then(col("stay")).otherwise(pl.lit(0)),
        result=pl.when(is_result).then(col("stay")).otherwise(pl.lit(0)),
    )
    hops = hops.with_columns(
        away=col("away").max().over("dossier_id"),
        result=col("result").cum_max().over("dossier_id", order_by=_IN_ORDER),
        is_in_chain=pl.when(col("stay") == 1).then(_begins_well()).otherwise(_follows()).cast(pl.Int64),
    )
    return hops.with_columns(
        is_waiting=(col("to_level") == UnitLevel.DESK)
        & (
            (col("result") > col("away"))
            | (yes(col("next_level") == UnitLevel.APPLICANT) & (col("away") <= col("stay")))
        ),
        is_unbroken=(col("is_in_chain").min().over("dossier_id") == 1) & ~yes(col("is_slip_unread")),
    )


def _begins_well() -> Expr:
    """A first hop leaves the desk, or is the filing itself, and is not on a day before the receipt."""
    is_after = col("handed_at").dt.truncate("1d") >= col("receipt_on")
    is_filing = (col("from_level") == UnitLevel.APPLICANT) & (col("to_level") == UnitLevel.DESK)
    return yes(is_after) & ((col("from_level") == UnitLevel.DESK) | is_filing)


def _follows() -> Expr:
    """A further hop leaves the unit that the one before reached, later; without an hour, on a later day."""
    day, day_before = (col(name).dt.truncate("1d") for name in ("handed_at", "handed_before_at"))
    is_hourless = col("handed_before_at") == day_before  # in order of time, it stands first among those of its day
    is_later = (day > day_before) | ((col("handed_at") > col("handed_before_at")) & ~is_hourless)
    return yes(is_later) & yes(col("from_key") == col("key_before"))


def _from_receipt(hops: DataFrame) -> DataFrame:
    return hops.filter(col("stay") == 1).with_columns(
        stay=pl.lit(0).cast(pl.Int64),
        unit=col("from_unit"),
        level=col("from_level"),
        held_from=pl.coalesce("received_at", "receipt_on"),
        held_until=col("handed_at"),
        part_due_at=pl.lit(None, dtype=pl.Datetime("us")),
        is_waiting=(col("from_level") == UnitLevel.DESK)
        & (col("to_level") == UnitLevel.APPLICANT)
        & (col("away") == 0),
    )


def _from_hops(hops: DataFrame) -> DataFrame:
    return hops.with_columns(
        unit=col("to_unit"), level=col("to_level"), held_from=col("handed_at"), part_due_at=col("due_at")
    )


def _numbered(frame: DataFrame, workdays: DataFrame, columns: tuple[str, ...]) -> DataFrame:
    """`frame` with `…_number`: how many working days the calendar has up to and including that day."""
    for column in columns:
        numbers = workdays.select(col("day").alias(f"{column}_day"), col("workday_number").alias(f"{column}_number"))
        frame = frame.with_columns(col(column).dt.truncate("1d").alias(f"{column}_day"))
        frame = frame.join(numbers, on=f"{column}_day", how="left").drop(f"{column}_day")
    return frame


@once_without_rows
def _islands(stops: DataFrame, workdays: DataFrame) -> DataFrame:
    """The stops to be judged, those of a dossier that overlap made one: a row per stretch that the clock stands still.

    `begins` and `ends` are numbers of working days; empty for a day that the calendar does not have.
    """
    never = midnight(_NEVER)  # made here: where a module makes a moment, Polars starts its threads
    stops = stops.filter(col("fate") == Fate.JUDGED).with_columns(to_on=pl.coalesce(col("to_on"), never))
    order = ["from_on", "seq"]
    stops = stops.with_columns(reached_on=col("to_on").cum_max().over("dossier_id", order_by=order))
    stops = stops.with_columns(reached_on=col("reached_on").shift(1).over("dossier_id", order_by=order))
    stops = stops.with_columns(begins_anew=(~yes(col("from_on") <= col("reached_on"))).cast(pl.Int64))
    stops = stops.with_columns(island=col("begins_anew").cum_sum().over("dossier_id", order_by=order).cast(pl.Int64))
    islands = stops.group_by("dossier_id", "island").agg(col("from_on").min(), col("to_on").max())
    islands = _numbered(islands, workdays, ("from_on", "to_on"))
    last_number = pl.when(col("to_on") == never).then(pl.lit(_NO_END)).otherwise(col("to_on_number"))
    return islands.select("dossier_id", begins=col("from_on_number").cast(pl.Int64), ends=last_number.cast(pl.Int64))


def _standing_still(stays: DataFrame, islands: DataFrame) -> DataFrame:
    """A row per stay of a dossier that was stopped: on how many of its working days the clock stood still."""
    both = stays.select("dossier_id", "stay", "held_from_number", "held_until_number").join(
        islands, on="dossier_id", how="inner"
    )
    until = pl.min_horizontal(col("held_until_number"), col("ends"))
    within = (until - pl.max_horizontal(col("held_from_number"), col("begins"))).cast(pl.Int64)
    both = both.with_columns(
        within=pl.when(within > 0).then(within).otherwise(pl.lit(0)),
        is_uncountable=(col("begins").is_null() | col("ends").is_null()).cast(pl.Int64),
    )
    both = both.group_by("dossier_id", "stay").agg(col("within").sum(), col("is_uncountable").max())
    return both.select(
        "dossier_id",
        "stay",
        stood_still=col("within").cast(pl.Int64),
        is_uncountable=col("is_uncountable").cast(pl.Boolean),
    )
