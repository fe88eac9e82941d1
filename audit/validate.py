"""What is impossible or missing in each record: every row is given its fate, and none is dropped.

Each function returns its frame with `fate` (judged, problem or duplicate) and, where this step found a
problem, `problem` and `problem_column`; rows that `load` could not read (`is_readable` false) are problems
already listed there, and carry no second one.
"""

from dataclasses import dataclass
from datetime import date
from typing import Generic

import narwhals as nw
from narwhals import col
from narwhals.typing import IntoFrameT

from audit.expressions import first_that_applies, midnight, signature, yes
from audit.terms import CLOSED, NOT_YET_CLOSED, Fate, UnitLevel

SOFTWARE_FACTS = ("received_at", "due_at", "closed_at", "status", "channel", "procedure")
REGISTER_FACTS = ("received_on", "due_on", "returned_on", "signed")
SLIP_FACTS = ("from_unit", "to_unit", "handed_at")
OUTSIDE_PERIOD = "outside_period"
_ADDED_UP = ("payments", "paid_dong")
_SAID_ONCE = ("is_components_digitised", "is_result_digitised")


@dataclass(frozen=True)
class Records(Generic[IntoFrameT]):
    """The three records, each row with its fate."""

    software: IntoFrameT
    register: IntoFrameT
    control_slips: IntoFrameT


def records(
    software_: IntoFrameT, register_: IntoFrameT, control_slips_: IntoFrameT, *,
    as_of: date, period_first_on: date, period_last_on: date,
) -> Records[IntoFrameT]:  # fmt: skip
    """The three records validated, each with the ones before it."""
    checked = software(software_, as_of=as_of, period_first_on=period_first_on, period_last_on=period_last_on)
    lines = register(register_, checked, period_first_on=period_first_on, period_last_on=period_last_on)
    return Records(checked, lines, control_slips(control_slips_, checked, lines, as_of=as_of))


@nw.narwhalify
def software(frame: IntoFrameT, *, as_of: date, period_first_on: date, period_last_on: date) -> IntoFrameT:
    """A dossier as the case software has it, with its fate.

    A second row with the same facts is a duplicate; rows of one dossier that differ in them are problems,
    all of them. What further rows of the same facts add is kept: their payments are summed, where they are not
    the same payment again; what one says is digitised is; units that differ make the unit unknown. Dossiers
    received after the period or closed before it are outside the period, listed as such.
    """
    received_on, due_on, closed_on = (col(c).dt.truncate("1d") for c in ("received_at", "due_at", "closed_at"))
    rules = [
        (received_on > midnight(as_of), "received_after_audit", "received_at"),
        (closed_on > midnight(as_of), "closed_after_audit", "closed_at"),
        (due_on < received_on, "due_before_received", "due_at"),
        (closed_on < received_on, "closed_before_received", "closed_at"),
        (col("closed_at").is_null() & col("status").is_in(CLOSED), "closed_without_date", "closed_at"),
        (
            ~col("closed_at").is_null() & col("status").is_in(NOT_YET_CLOSED),
            "open_with_closing_date",
            "closed_at",
        ),
        (received_on > midnight(period_last_on), OUTSIDE_PERIOD, "received_at"),
        (closed_on < midnight(period_first_on), OUTSIDE_PERIOD, "closed_at"),
    ]
    frame = _with_what_repeats_add(_with_repeats(frame, SOFTWARE_FACTS))
    return _with_fate(frame, [(col("is_rival"), "repeated_with_difference", "dossier_id"), *rules])


@nw.narwhalify
def register(frame: IntoFrameT, software: IntoFrameT, *, period_first_on: date, period_last_on: date) -> IntoFrameT:
    """A line of the paper register, with its fate; `software` has its own.

    A line with the same dates and signature as an earlier one of the dossier is a duplicate; lines that
    differ are all evidence. A line whose dossier stands only in software rows that are problems is one too,
    and so is one outside the period of a dossier that the software lacks.
    """
    is_outside = (col("received_on") > midnight(period_last_on)) | (col("returned_on") < midnight(period_first_on))
    frame = _with_repeats(frame, REGISTER_FACTS).join(_in_software(software), on="dossier_id", how="left")
    rules = [
        (col("rows_judged") == 0, "software_row_not_judged", "dossier_id"),
        (yes(is_outside) & col("rows_judged").is_null(), OUTSIDE_PERIOD, "received_on"),
    ]
    return _with_fate(frame, rules).drop("rows_judged")


@nw.narwhalify
def control_slips(frame: IntoFrameT, software: IntoFrameT, register: IntoFrameT, *, as_of: date) -> IntoFrameT:
    """A hand-over between two units, with its fate; one of a dossier in neither record is a problem."""
    lines = (
        register.filter(col("fate") == Fate.JUDGED).select("dossier_id").unique().with_columns(in_register=nw.lit(True))
    )
    frame = _with_repeats(frame, SLIP_FACTS).join(_in_software(software), on="dossier_id", how="left")
    frame = frame.join(lines, on="dossier_id", how="left")
    rules = [
        (col("rows_judged") == 0, "software_row_not_judged", "dossier_id"),
        (col("rows_judged").is_null() & ~yes(col("in_register")), "dossier_unknown", "dossier_id"),
        (col("handed_at").dt.truncate("1d") > midnight(as_of), "handed_after_audit", "handed_at"),
    ]
    return _with_fate(frame, rules).drop("rows_judged", "in_register")


def _with_repeats(frame: nw.LazyFrame, facts: tuple[str, ...]) -> nw.LazyFrame:
    """With `is_rival` (the dossier has rows that differ in `facts`) and `is_repeat` (an earlier row is equal)."""
    frame = frame.with_columns(
        facts=signature(*facts, "is_readable"), identity=signature("dossier_id", *facts, "is_readable")
    )
    facts_ = col("facts")
    return frame.with_columns(
        is_rival=facts_.min().over("dossier_id") != facts_.max().over("dossier_id"),
        is_repeat=col("seq") > col("seq").min().over("identity"),
    ).drop("facts", "identity")


def _with_fate(frame: nw.LazyFrame, rules: list[tuple[nw.Expr, str, str]]) -> nw.LazyFrame:
    sound = col("is_readable")
    frame = frame.with_columns(
        problem=first_that_applies((sound & yes(when), problem) for when, problem, _ in rules),
        problem_column=first_that_applies((sound & yes(when), column) for when, _, column in rules),
    )
    fates = [(~sound | ~col("problem").is_null(), Fate.PROBLEM), (col("is_repeat"), Fate.DUPLICATE)]
    frame = frame.with_columns(fate=nw.coalesce(first_that_applies(fates), nw.lit(Fate.JUDGED.value)))
    return frame.drop("is_rival", "is_repeat")


def _with_what_repeats_add(frame: nw.LazyFrame) -> nw.LazyFrame:
    facts = signature("dossier_id", *SOFTWARE_FACTS)
    frame = frame.with_columns(facts=facts, payment=signature("dossier_id", *SOFTWARE_FACTS, "payments", "paid_dong"))
    is_new_payment = col("seq") == col("seq").min().over("payment")
    frame = frame.with_columns(
        nw.when(is_new_payment).then(col(name)).otherwise(nw.lit(0)).alias(f"{name}_once") for name in _ADDED_UP
    )
    one_unit = col("unit_level").min().over("facts") == col("unit_level").max().over("facts")
    return frame.with_columns(
        *(col(f"{name}_once").sum().over("facts").alias(name) for name in _ADDED_UP),
        *(yes(col(name)).cast(nw.Int64).max().over("facts").cast(nw.Boolean).alias(name) for name in _SAID_ONCE),
        unit_level=nw.when(yes(one_unit)).then(col("unit_level")).otherwise(nw.lit(str(UnitLevel.UNKNOWN))),
    ).drop("facts", "payment", *(f"{name}_once" for name in _ADDED_UP))


def _in_software(software: nw.LazyFrame) -> nw.LazyFrame:
    """Every dossier of which the software has rows, and how many of them are judged (`rows_judged`)."""
    dossiers = software.filter(~col("dossier_id").is_null())
    dossiers = dossiers.with_columns(is_judged=(col("fate") == Fate.JUDGED).cast(nw.Int64))
    return dossiers.group_by("dossier_id").agg(rows_judged=col("is_judged").sum())
