"""What is impossible or missing in each record: every row is given its fate, and none is dropped.

Each function returns its frame with `fate` (judged, problem or duplicate) and, where this step found a
problem, `problem` and `problem_column`; rows that `load` could not read (`is_readable` false) are problems
already listed there, and carry no second one.
"""

from collections.abc import Mapping
from datetime import date

import narwhals as nw
from narwhals import col
from narwhals.typing import IntoFrameT

from audit.expressions import first_that_applies, is_running, midnight, signature, yes
from audit.terms import CLOSED, NOT_YET_CLOSED, Fate, UnitLevel

SOFTWARE_FACTS = ("received_at", "due_at", "closed_at", "status", "channel", "procedure")
REGISTER_FACTS = ("received_on", "due_on", "returned_on", "signed")
OUTSIDE_PERIOD = "outside_period"
_ADDED_UP = ("payments", "paid_dong")
_SAID_ONCE = ("is_components_digitised", "is_result_digitised")


def records(
    read: Mapping[str, IntoFrameT], *, as_of: date, period_first_on: date, period_last_on: date
) -> dict[str, IntoFrameT]:
    """Every record of `read`, by name, with the fate of its rows: the software, the register, then the evidence."""
    period = {"period_first_on": period_first_on, "period_last_on": period_last_on}
    dossiers = software(read["software"], as_of=as_of, **period)
    lines = register(read["register"], dossiers, **period)
    evidence = {name: check(read[name], dossiers, lines, as_of=as_of) for name, check in EVIDENCE.items()}
    return {"software": dossiers, "register": lines, **evidence}


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
    returned_before = yes(col("returned_on") < col("received_on"))  # that contradiction is the verdict
    in_software = _in_software(software).select("dossier_id", "rows_judged")
    frame = _with_repeats(frame, REGISTER_FACTS).join(in_software, on="dossier_id", how="left")
    rules = [
        (col("rows_judged") == 0, "software_row_not_judged", "dossier_id"),
        (yes(is_outside) & col("rows_judged").is_null(), OUTSIDE_PERIOD, "received_on"),
        ((col("due_on") < col("received_on")) & ~returned_before, "due_before_received", "due_on"),
    ]
    return _with_fate(frame, rules).drop("rows_judged")


@nw.narwhalify
def control_slips(frame: IntoFrameT, software: IntoFrameT, register: IntoFrameT, *, as_of: date) -> IntoFrameT:
    """A hand-over between two units, with its fate; one of a dossier in neither record is a problem."""
    facts = ("from_unit", "to_unit", "handed_at")
    rules = [(col("handed_at").dt.truncate("1d") > midnight(as_of), "handed_after_audit", "handed_at")]
    return _evidence(frame, software, register, facts, rules)


@nw.narwhalify
def result_papers(frame: IntoFrameT, software: IntoFrameT, register: IntoFrameT, *, as_of: date) -> IntoFrameT:
    """The number and day of a result, with its fate: none can be issued before the receipt or after the audit."""
    is_outgoing = col("paper").fill_null("outgoing_register") == "outgoing_register"
    rules = [
        (is_outgoing & col("number").is_null(), "paper_without_number", "number"),
        (col("issued_on") > midnight(as_of), "issued_after_audit", "issued_on"),
        (col("issued_on") < col("received_on"), "issued_before_received", "issued_on"),
    ]
    return _evidence(frame, software, register, ("number", "issued_on", "paper"), rules)


@nw.narwhalify
def stops(frame: IntoFrameT, software: IntoFrameT, register: IntoFrameT, *, as_of: date) -> IntoFrameT:
    """An interval in which the clock stood still, with its fate; one that has not ended is of a dossier not closed."""
    rules = [
        (col("from_on") > midnight(as_of), "stopped_after_audit", "from_on"),
        (col("to_on") < col("from_on"), "stop_ends_before_it_begins", "to_on"),
        (col("from_on") < col("received_on"), "stopped_before_received", "from_on"),
        (is_running(as_of) & (col("is_closed") == 1), "stop_without_end", "to_on"),
        (col("from_on") > col("closed_on"), "stopped_after_closed", "from_on"),
    ]
    return _evidence(frame, software, register, ("from_on", "to_on"), rules)


@nw.narwhalify
def apologies(frame: IntoFrameT, software: IntoFrameT, register: IntoFrameT, *, as_of: date) -> IntoFrameT:
    """A letter of apology with a new date, with its fate."""
    rules = [
        (col("dated_on") > midnight(as_of), "apologised_after_audit", "dated_on"),
        (col("dated_on") < col("received_on"), "apologised_before_received", "dated_on"),
        (col("new_due_on") < col("dated_on"), "new_due_before_apology", "new_due_on"),
    ]
    return _evidence(frame, software, register, ("dated_on", "new_due_on"), rules)


@nw.narwhalify
def explanations(frame: IntoFrameT, software: IntoFrameT, register: IntoFrameT, *, as_of: date) -> IntoFrameT:
    """What the office says was the cause, with its fate; a dossier with two causes has none."""
    rules = [(col("is_rival"), "repeated_with_difference", "dossier_id")]
    return _evidence(frame, software, register, ("cause",), rules)


EVIDENCE = {
    "control_slips": control_slips,
    "result_papers": result_papers,
    "stops": stops,
    "apologies": apologies,
    "explanations": explanations,
}


def _evidence(
    frame: nw.LazyFrame, software: nw.LazyFrame, register: nw.LazyFrame, facts: tuple[str, ...],
    rules: list[tuple[nw.Expr, str, str]],
) -> nw.LazyFrame:  # fmt: skip
    """A row about a dossier that must stand in a record that is judged; `rules` may ask its receipt and closing."""
    lines = register.filter(col("fate") == Fate.JUDGED).select("dossier_id").unique()
    frame = _with_repeats(frame, facts).join(_in_software(software), on="dossier_id", how="left")
    frame = frame.join(lines.with_columns(in_register=nw.lit(True)), on="dossier_id", how="left")
    unknown = [
        (col("rows_judged") == 0, "software_row_not_judged", "dossier_id"),
        (col("rows_judged").is_null() & ~yes(col("in_register")), "dossier_unknown", "dossier_id"),
    ]
    return _with_fate(frame, [*unknown, *rules]).drop(
        "rows_judged", "in_register", "received_on", "closed_on", "is_closed"
    )


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
    """Every dossier of which the software has rows: how many are judged, its receipt, and whether it is closed."""
    dossiers = software.filter(~col("dossier_id").is_null())
    dossiers = dossiers.with_columns(
        is_judged=(col("fate") == Fate.JUDGED).cast(nw.Int64),
        received_on=col("received_at").dt.truncate("1d"),
        closed_on=col("closed_at").dt.truncate("1d"),
        is_closed=(~col("closed_at").is_null()).cast(nw.Int64),
    )
    return dossiers.group_by("dossier_id").agg(
        rows_judged=col("is_judged").sum(),
        received_on=col("received_on").min(),
        closed_on=col("closed_on").max(),
        is_closed=col("is_closed").max(),
    )
