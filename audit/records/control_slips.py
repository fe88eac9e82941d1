"""A hand-over between two units (phiếu kiểm soát)."""

from collections.abc import Mapping
from datetime import date

import polars as pl
from polars import DataFrame, Expr, col

from audit.ground.expressions import midnight, once_without_rows, yes
from audit.ground.terms import AT_THE_DESK, BEHIND_THE_DESK, Fate, UnitLevel
from audit.records.record import Column, Lack, Record, Rules, Unread

COLUMNS = {
    "dossier_id": Column("dossier_id", is_required=True, may_be_empty=False),
    "from_unit": Column("text", is_required=True, may_be_empty=False, level="from_level"),
    "to_unit": Column("text", is_required=True, may_be_empty=False, level="to_level"),
    "handed_at": Column("at", is_required=True, may_be_empty=False),
    "due_at": Column("due_at", unread=Unread.LISTED),
}


def _rules(as_of: date) -> Rules:
    """A hand-over between two units."""
    return [(col("handed_at").dt.truncate("1d") > midnight(as_of), "handed_after_audit", "handed_at")]


@once_without_rows
def _says(control_slips: DataFrame, receipts: DataFrame, records: Mapping[str, DataFrame]) -> DataFrame:
    """Where the control slips leave each dossier: passed up or not, ready when, handed over by whom.

    An arrival brings the result from behind the desk to the desk or the applicant. It is for good where no hop away
    can lie after it, and may be where none certainly does: a hop without an hour may be at any time of its day.
    What goes to the applicant is handed over: the result was ready by then, and nobody knows since when.
    """
    hops = control_slips.filter(col("fate") == Fate.JUDGED).join(receipts, on="dossier_id", how="left")
    to_applicant, from_behind = col("to_level") == UnitLevel.APPLICANT, col("from_level").is_in(BEHIND_THE_DESK)
    hops = hops.with_columns(
        handed_on=col("handed_at").dt.truncate("1d"),
        is_away=~col("to_level").is_in(AT_THE_DESK) | (col("from_level") == UnitLevel.APPLICANT),
        is_arrival=from_behind & col("to_level").is_in(AT_THE_DESK),
        is_hand_over=to_applicant & col("from_level").is_in((UnitLevel.DESK, *BEHIND_THE_DESK)),
        is_by_desk=to_applicant & (col("from_level") == UnitLevel.DESK),
    )
    hops = _with_last_away(hops.with_columns(has_hour=col("handed_at") > col("handed_on")))
    is_void = (col("is_arrival") | col("is_hand_over")) & yes(col("handed_on") < col("receipt_on"))
    hops = hops.with_columns(is_void=is_void, at_desk=col("is_arrival") & (col("to_level") == UnitLevel.DESK))
    is_good, may_be_good = col("is_last") & ~col("is_void"), col("may_be_last") & ~col("is_void")
    hops = hops.with_columns(
        ready_at=pl.when(is_good & col("is_arrival")).then(col("handed_at")),
        ready_on=pl.when(is_good & col("is_arrival")).then(col("handed_on")),
        maybe_ready_on=pl.when(may_be_good & col("is_arrival")).then(col("handed_on")),
        maybe_at_desk=pl.when(may_be_good & col("at_desk")).then(col("handed_at")),
        handed_over_on=pl.when(is_good & col("is_hand_over")).then(col("handed_on")),
        desk_handed_on=pl.when(is_good & col("is_by_desk")).then(col("handed_on")),
    )
    hops = hops.with_columns(maybe_at_desk=col("maybe_at_desk").min().over("dossier_id"))
    hops = hops.with_columns(
        is_by_upper=yes(col("ready_at") == col("ready_at").min().over("dossier_id"))
        & (col("from_level") == UnitLevel.UPPER_LEVEL) & to_applicant,
        is_passed_up=(col("to_level") == UnitLevel.UPPER_LEVEL) | (col("from_level") == UnitLevel.UPPER_LEVEL),
        is_before_arrival=~col("desk_handed_on").is_null() & _is_certainly_before("maybe_at_desk"),
    )  # fmt: skip
    return hops.group_by("dossier_id").agg(
        is_passed_up=col("is_passed_up").max(),
        ready_on_latest=col("ready_on").max(),
        ready_on=col("ready_on").min(),
        maybe_ready_on=col("maybe_ready_on").min(),
        handed_over_on=col("handed_over_on").max(),
        desk_handed_on=col("desk_handed_on").min(),
        is_handed_over_by_upper_level=col("is_by_upper").max(),
        is_handed_over_before_arrival=col("is_before_arrival").max(),
        has_void_hop=col("is_void").max(),
    )


def _with_last_away(hops: DataFrame) -> DataFrame:
    """With `is_last`: no hop away of the dossier can lie after the hop; and `may_be_last`: none certainly does."""
    hops = hops.with_columns(away_on=pl.when(col("is_away")).then(col("handed_on")))
    hops = hops.with_columns(away_on=col("away_on").max().over("dossier_id"))
    is_on_last_day = col("is_away") & yes(col("handed_on") == col("away_on"))
    hops = hops.with_columns(
        away_at=pl.when(is_on_last_day & col("has_hour")).then(col("handed_at")),
        hourless=(is_on_last_day & ~col("has_hour")).cast(pl.Int64),
    )
    hops = hops.with_columns(
        away_at=col("away_at").max().over("dossier_id"), hourless=col("hourless").max().over("dossier_id")
    )
    is_same_day = yes(col("handed_on") == col("away_on"))
    is_after_hours = is_same_day & col("has_hour") & (col("hourless") == 0) & yes(col("handed_at") > col("away_at"))
    is_before = yes(col("handed_on") < col("away_on")) | (
        is_same_day & col("has_hour") & yes(col("handed_at") < col("away_at"))
    )
    return hops.with_columns(
        is_last=col("away_on").is_null() | yes(col("handed_on") > col("away_on")) | is_after_hours,
        may_be_last=~is_before,
    )


def _is_certainly_before(moment: str) -> Expr:
    """Whether a hop lies before `moment`, which may be without an hour, in every order of their day."""
    day = col(moment).dt.truncate("1d")
    have_hours = col("has_hour") & yes(col(moment) > day)
    return yes(col("handed_on") < day) | (
        yes(col("handed_on") == day) & have_hours & yes(col("handed_at") < col(moment))
    )


RECORD = Record(
    name="control_slips", columns=COLUMNS, facts=("from_unit", "to_unit", "from_level", "to_level", "handed_at"),
    asked=("dossier_id", "from_unit", "to_unit", "handed_at", "due_at"),
    shown=("from_unit", "to_unit", "handed_at", "due_at"),
    rules=_rules, says=_says, unread="is_slip_unread", tells_ready=True, strength=lambda row: "e",
    forbids_late=frozenset({Lack.MISSING, Lack.UNSEEN}),  # hops that cannot be read: `can_read_slips`, in the rules
)  # fmt: skip
