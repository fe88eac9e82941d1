"""What is impossible or missing in each record: every row is given its fate, and none is dropped.

Each function returns its frame with `fate` (judged, problem or duplicate) and, where this step found a
problem, `problem` and `problem_column`; rows that `load` could not read (`is_readable` false) are problems
already listed there, and carry no second one.
"""

from collections.abc import Mapping
from datetime import date

import polars as pl
from polars import DataFrame, Expr, col

from audit.ground.expressions import midnight, names, signature, yes
from audit.ground.situation import with_first
from audit.ground.terms import CLOSED, NOT_YET_CLOSED, Fate, UnitLevel
from audit.judging import systems
from audit.records.record import Rules
from audit.records.registry import BY_NAME, EVIDENCE

OUTSIDE_PERIOD = "outside_period"
DUE_AT_RECEIPT = "due_at_receipt"
NAMES_ANOTHER = ("names_another_applicant", "names_another_procedure")
_FATE = ("problem", "problem_column", "fate")
_ADDED_UP = ("payments", "paid_dong")
_SAID_ONCE = ("is_components_digitised", "is_result_digitised")


def records(
    read: Mapping[str, DataFrame], *, as_of: date, period_first_on: date, period_last_on: date
) -> dict[str, DataFrame]:
    """Every record of `read`, by name, with the fate of its rows: the software, the register, then the evidence."""
    period = {"period_first_on": period_first_on, "period_last_on": period_last_on}
    dossiers = systems.merged(software(read["software"], as_of=as_of, **period))
    known = _known(dossiers)
    lines = register(read["register"], known, **period)
    found = {"software": dossiers, "register": lines}
    for record in EVIDENCE:
        rows = read[record.name]
        found[record.name] = _evidence(rows, known, lines, facts=record.facts, rules=record.rules(as_of))
    return found


def software(frame: DataFrame, *, as_of: date, period_first_on: date, period_last_on: date) -> DataFrame:
    """A dossier as the case software has it, with its fate; where there are several systems, as each has it.

    A second row with the same facts is a duplicate; rows of one dossier that differ in them are problems,
    all of them. What further rows of the same facts add is kept: their payments are summed, where they are not
    the same payment again; what one says is digitised is; units that differ make the unit unknown. Dossiers
    received after the period or closed before it are outside the period, listed as such. A due date at the minute of
    the receipt, or before it on the same day, is a problem of a row that is judged: it is no due date.
    """
    received_on, due_on, closed_on = (col(c).dt.truncate("1d") for c in ("received_at", "due_at", "closed_at"))
    rules = [
        (received_on > midnight(as_of), "received_after_audit", "received_at"),
        (closed_on > midnight(as_of), "closed_after_audit", "closed_at"),
        (due_on < received_on, "due_before_received", "due_at"),
        (closed_on < received_on, "closed_before_received", "closed_at"),
        (
            col("closed_at").is_null() & ~names(col("unread"), "closed_at") & col("status").is_in(CLOSED),
            "closed_without_date",
            "closed_at",
        ),
        (
            ~col("closed_at").is_null() & col("status").is_in(NOT_YET_CLOSED),
            "open_with_closing_date",
            "closed_at",
        ),
        (received_on > midnight(period_last_on), OUTSIDE_PERIOD, "received_at"),
        (closed_on < midnight(period_first_on), OUTSIDE_PERIOD, "closed_at"),
    ]
    frame = _with_repeats(frame, BY_NAME["software"].facts, what_they_add=True)
    frame = frame.with_columns(
        *(col(name).fill_null(0) for name in _ADDED_UP),
        *(yes(col(name)).alias(name) for name in _SAID_ONCE),
        unit_level=col("unit_level").fill_null(str(UnitLevel.UNKNOWN)),
    )
    frame = _with_fate(frame, [(col("is_rival"), "repeated_with_difference", "dossier_id"), *rules])
    due_at, received_at = (col(name).dt.truncate("1m") for name in ("due_at", "received_at"))
    is_impossible = (col("fate") == Fate.JUDGED) & yes(due_at <= received_at)
    impossible = {"problem": DUE_AT_RECEIPT, "problem_column": "due_at"}
    return frame.with_columns(
        pl.when(is_impossible).then(pl.lit(said)).otherwise(col(name)).alias(name) for name, said in impossible.items()
    )


def register(frame: DataFrame, known: DataFrame, *, period_first_on: date, period_last_on: date) -> DataFrame:
    """A line of the paper register, with its fate; `known` are the dossiers of the software.

    A line with the same dates, signature, applicant and procedure as an earlier one of the dossier is a duplicate;
    lines that differ are all evidence. A line that names another applicant or procedure than the software has under
    its code is a problem; so is one whose dossier stands only in software rows that are problems, and one outside the
    period of a dossier that the software lacks.
    """
    is_outside = (col("received_on") > midnight(period_last_on)) | (col("returned_on") < midnight(period_first_on))
    returned_before = yes(col("returned_on") < col("received_on"))  # that contradiction is the verdict
    rows_judged = known.select("dossier_id", "rows_judged")
    frame = _with_repeats(frame, BY_NAME["register"].facts).join(rows_judged, on="dossier_id", how="left")
    rules = [
        (col("rows_judged") == 0, "software_row_not_judged", "dossier_id"),
        (col("names_another") == "applicant", "names_another_applicant", "dossier_id"),
        (col("names_another") == "procedure", "names_another_procedure", "procedure"),
        (yes(is_outside) & col("rows_judged").is_null(), OUTSIDE_PERIOD, "received_on"),
        ((col("due_on") < col("received_on")) & ~returned_before, "due_before_received", "due_on"),
    ]
    return _with_fate(frame, rules).drop("rows_judged")


def _evidence(
    frame: DataFrame, known: DataFrame, register: DataFrame, *, facts: tuple[str, ...], rules: Rules
) -> DataFrame:
    """Rows about dossiers, each with its fate: one of a dossier in no record that is judged is a problem.

    `rules` may ask the receipt and closing of the dossier in the software.
    """
    if frame.is_empty():
        return frame.with_columns(pl.lit(None, dtype=pl.String).alias(name) for name in _FATE)
    lines = register.filter(col("fate") == Fate.JUDGED).select("dossier_id").unique()
    frame = _with_repeats(frame, facts).join(known, on="dossier_id", how="left")
    frame = frame.join(lines.with_columns(in_register=pl.lit(True)), on="dossier_id", how="left")
    unknown = [
        (col("rows_judged") == 0, "software_row_not_judged", "dossier_id"),
        (col("rows_judged").is_null() & ~yes(col("in_register")), "dossier_unknown", "dossier_id"),
    ]
    return _with_fate(frame, [*unknown, *rules]).drop(
        "rows_judged", "in_register", "received_on", "closed_on", "is_closed"
    )


def _is_superseded() -> Expr:
    """Whether a row is of a dossier that a later export has too."""
    return names(col("marks"), "superseded")


def _with_repeats(frame: DataFrame, facts: tuple[str, ...], *, what_they_add: bool = False) -> DataFrame:
    """With `is_rival` (the dossier has rows that differ in `facts`) and `is_repeat` (an earlier row is equal).

    Most dossiers have one row: only those that have several are looked at.
    """
    is_there = ~col("dossier_id").is_null() & ~col("is_struck") & ~_is_superseded()
    keys = ("dossier_id", *(("system",) if "system" in frame.columns else ()))
    rows = frame.filter(is_there).group_by(keys).agg(rows=pl.len())
    several = rows.filter(col("rows") > 1).select(keys)
    if several.is_empty():
        return frame.with_columns(is_rival=pl.lit(False), is_repeat=pl.lit(False))
    added = (*_ADDED_UP, *_SAID_ONCE, "unit_level") if what_they_add else ()
    among = frame.select(*keys, "seq", "is_readable", "is_struck", "unread", "marks", *facts, *added)
    among = (
        among.filter(~col("is_struck") & ~_is_superseded())
        .join(several, on=list(keys), how="inner")
        .with_columns(equal=signature(*keys, *facts))
    )
    among = among.with_columns(identity=signature("equal", "is_readable", "unread"))
    among = among.with_columns(
        is_rival=col("identity").min().over(keys) != col("identity").max().over(keys),
        is_repeat=col("seq") > col("seq").min().over("identity"),
    )
    among = _with_what_repeats_add(among) if what_they_add else among
    found = among.select("seq", *(col(name).alias(f"{name}_among") for name in ("is_rival", "is_repeat", *added)))
    is_among = ~col("is_repeat_among").is_null()
    frame = frame.join(found, on="seq", how="left").with_columns(
        *(pl.when(is_among).then(col(f"{name}_among")).otherwise(col(name)).alias(name) for name in added),
        is_rival=yes(col("is_rival_among")),
        is_repeat=yes(col("is_repeat_among")),
    )
    return frame.drop(*(f"{name}_among" for name in ("is_rival", "is_repeat", *added)))


def _with_what_repeats_add(frame: DataFrame) -> DataFrame:
    """With what further rows of the same facts add to a dossier, whichever of them is judged."""
    payment = signature("equal", "payments", "paid_dong")
    is_new_payment = (col("seq") == col("seq").min().over("payment")).alias("is_new_payment")
    frame = frame.with_columns(payment=payment).with_columns(is_new_payment)
    frame = frame.with_columns(
        pl.when(col("is_new_payment")).then(col(name)).otherwise(pl.lit(0)).alias(f"{name}_once") for name in _ADDED_UP
    )
    one_unit = col("unit_level").min().over("equal") == col("unit_level").max().over("equal")
    return frame.with_columns(
        *(col(f"{name}_once").sum().over("equal").alias(name) for name in _ADDED_UP),
        *(yes(col(name)).cast(pl.Int64).max().over("equal").cast(pl.Boolean).alias(name) for name in _SAID_ONCE),
        unit_level=pl.when(yes(one_unit)).then(col("unit_level")).otherwise(pl.lit(str(UnitLevel.UNKNOWN))),
    )


def _with_fate(frame: DataFrame, rules: Rules) -> DataFrame:
    """With the first of `rules` that a row breaks as its problem, and its fate; rows not read carry no second one."""
    cases: list[tuple[Expr, dict[str, str]]] = [
        (~col("is_readable"), {"fate": Fate.PROBLEM}),
        (_is_superseded(), {"fate": Fate.DUPLICATE}),
        *(
            (when, {"fate": Fate.PROBLEM, "problem": problem, "problem_column": column})
            for when, problem, column in rules
        ),
        (col("is_repeat"), {"fate": Fate.DUPLICATE}),
    ]
    return with_first(frame, cases, otherwise={"fate": Fate.JUDGED}, columns=_FATE).drop("is_rival", "is_repeat")


def _known(software: DataFrame) -> DataFrame:
    """Every dossier of which the software has rows: how many are judged, its receipt, and whether it is closed."""
    dossiers = software.filter(~col("dossier_id").is_null())
    if "system" in software.columns:  # what the others say of a dossier that is judged counts by the row of it alone
        is_judged = col("fate") == Fate.JUDGED
        dossiers = dossiers.filter(is_judged | ~is_judged.any().over("dossier_id"))
    dossiers = dossiers.with_columns(
        is_judged=(col("fate") == Fate.JUDGED).cast(pl.Int64),
        received_on=col("received_at").dt.truncate("1d"),
        closed_on=col("closed_at").dt.truncate("1d"),
        is_closed=(~col("closed_at").is_null()).cast(pl.Int64),
    )
    return dossiers.group_by("dossier_id").agg(
        rows_judged=col("is_judged").sum(),
        received_on=col("received_on").min(),
        closed_on=col("closed_on").max(),
        is_closed=col("is_closed").max(),
    )
