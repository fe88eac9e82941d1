"""What stands out in the records beside the verdicts: contradictions, and leads for a person to look into.

A contradiction is two records, or two dates of one, that cannot both be right. A lead is a pattern that is worth
a look and proves nothing: each has an innocent explanation. Days are calendar days in Vietnam time.
"""

from datetime import date
from enum import StrEnum

import polars as pl
from polars import DataFrame, Expr, col

from audit.ground.expressions import count, handed_over_before_ready, midnight, ready_before_issued, yes
from audit.ground.terms import CLOCK_STANDS_STILL, DUE_BY, SAID_TO_HAVE_LEFT, Fate, Status

MANY = 5  # closings, lines or returns of one kind: fewer happen on any ordinary day at a desk
MANY_DAYS_RECEIVED = 3  # dossiers of one or two days are often returned together; of three, seldom in the book's order
DAYS_UNTIL_FILED_AGAIN = 7  # a week: long enough to mend the papers, too short for the applicant's need to be a new one
DAY, MINUTE = "%Y-%m-%d", "%Y-%m-%d %H:%M"


class Contradiction(StrEnum):
    """What cannot both be right."""

    RETURNED_BEFORE_RECEIVED = "returned_before_received"
    RETURNED_BEFORE_ISSUED = "returned_before_issued"
    RETURNED_BEFORE_READY = "returned_before_ready"
    READY_BEFORE_ISSUED = "ready_before_issued"
    RETURNED_AFTER_AUDIT = "returned_after_audit"
    TWO_RETURN_DAYS = "two_return_days"
    HAND_OVER_DIFFERS = "hand_over_differs"
    CODE_DATE_DIFFERS = "code_date_differs"
    RESULTS_DIFFER = "results_differ"
    HANDED_OVER_BEFORE_READY = "handed_over_before_ready"
    STATUS_WITHOUT_STOP = "status_without_stop"
    STATUS_AND_CLOSING = "status_and_closing"
    STOPPED_BUT_RETURNED = "stopped_but_returned"
    LEFT_BUT_RETURNED = "left_but_returned"
    SIGNATURE_BLANK = "signature_blank"
    DUE_DATES_DIFFER = "due_dates_differ"


class Lead(StrEnum):
    """A pattern worth a look; never a finding."""

    CLOSED_AT_DUE_MINUTE = "closed_at_due_minute"
    CLOSED_IN_ONE_MINUTE = "closed_in_one_minute"
    CLOSED_ON_DAY_OFF = "closed_on_day_off"
    CLOSED_BEFORE_READY = "closed_before_ready"
    REGISTER_IN_ONE_RUN = "register_in_one_run"
    RETURNED_ON_DUE_DAY = "returned_on_due_day"
    WITHDRAWN_AND_FILED_AGAIN = "withdrawn_and_filed_again"


def _differ(one: str, other: str) -> Expr:
    """Whether both days are known and differ."""
    return yes(col(one) != col(other))


def _under_any_due_date(one: str, other: str) -> Expr:
    """Whether a due date that stands parts the two: one day by it, the other after it."""
    first, last = pl.min_horizontal(one, other), pl.max_horizontal(one, other)
    parted = (yes(first <= col(due_by)) & yes(last > col(due_by)) for due_by in DUE_BY.values())
    return pl.any_horizontal(*parted)


handed_over_across_due = _under_any_due_date("handed_over_on", "returned_on")
results_across_due = pl.any_horizontal(
    _under_any_due_date("issued_on", "issued_on_latest"), _under_any_due_date("ready_on", "ready_on_latest"),
    _under_any_due_date("issued_on", "maybe_ready_on"),
)  # fmt: skip
due_dates_differ = _differ("due_on_software", "due_on_register") | _differ("due_on_software", "due_on_register_latest")

says_clock_is_off = yes(col("status").is_in(CLOCK_STANDS_STILL))

CONTRADICTIONS: dict[Contradiction, Expr] = {
    Contradiction.RETURNED_BEFORE_RECEIVED:
        yes(col("has_void_return")),
    Contradiction.RETURNED_BEFORE_ISSUED: col("returned_on") < col("issued_on"),
    Contradiction.RETURNED_BEFORE_READY: col("returned_on") < col("ready_on"),
    Contradiction.READY_BEFORE_ISSUED: ready_before_issued,
    Contradiction.RETURNED_AFTER_AUDIT: col("returned_on_latest") > col("as_of"),
    Contradiction.TWO_RETURN_DAYS: col("returned_on") < col("returned_on_latest"),
    Contradiction.HAND_OVER_DIFFERS: handed_over_across_due,
    Contradiction.RESULTS_DIFFER: results_across_due,
    Contradiction.HANDED_OVER_BEFORE_READY: handed_over_before_ready,
    Contradiction.STATUS_WITHOUT_STOP: col("is_status_without_stop"),
    Contradiction.STATUS_AND_CLOSING: says_clock_is_off & ~col("closed_on").is_null(),
    Contradiction.STOPPED_BUT_RETURNED: col("rule") == "stopped_but_returned",
    Contradiction.LEFT_BUT_RETURNED: col("rule").is_in(SAID_TO_HAVE_LEFT),
    Contradiction.CODE_DATE_DIFFERS: _differ("coded_on", "received_on"),
    Contradiction.SIGNATURE_BLANK: col("is_dated_unsigned"),
    Contradiction.DUE_DATES_DIFFER: due_dates_differ,
}  # fmt: skip

_ASKED = (
    "dossier_id", "status", "procedure", "applicant_key", "received_on", "due_at", "due_on_register", "closed_at",
    "closed_on", "returned_on", "ready_on", "issued_on", "is_slip_unread",
)  # fmt: skip

# Where a lead was looked for: an hour that was not written says nothing about minutes.
closed_at, due_at = col("closed_at"), col("due_at")
closed_at_an_hour = yes(closed_at > closed_at.dt.truncate("1d"))
last_second = due_at.dt.truncate("1d").dt.offset_by("1d").dt.offset_by("-1s")  # a limit as `load` ends it by default
due_at_an_hour = yes((due_at > due_at.dt.truncate("1d")) & (due_at < last_second))
owes_a_result = ~yes(col("status").is_in([Status.WITHDRAWN, Status.REFUSED]))
ready_on = pl.when(~yes(col("is_slip_unread"))).then(col("ready_on"))
is_ready_known = ~ready_on.is_null() | ~col("issued_on").is_null()
is_line = (col("fate") == Fate.JUDGED) & ~col("returned_on").is_null()
is_named = ~col("applicant_key").is_null() & ~col("procedure").is_null() & ~col("received_on").is_null()

LOOKED_FOR: dict[Lead, Expr] = {
    Lead.CLOSED_AT_DUE_MINUTE: closed_at_an_hour & due_at_an_hour,
    Lead.CLOSED_IN_ONE_MINUTE: closed_at_an_hour,
    Lead.CLOSED_ON_DAY_OFF: yes(col("is_in_calendar")),
    Lead.CLOSED_BEFORE_READY: ~col("closed_on").is_null() & owes_a_result & is_ready_known,
    Lead.RETURNED_ON_DUE_DAY: ~col("returned_on").is_null() & ~col("due_on_register").is_null(),
    Lead.WITHDRAWN_AND_FILED_AGAIN: yes(col("status") == Status.WITHDRAWN) & is_named,
}


def contradictions(judged: DataFrame, *, as_of: date) -> DataFrame:
    """A row per dossier and `kind` of contradiction found in it; a dossier may have several, or none.

    Only signed return days count. `hand_over_differs` and `results_differ` under any due date that stands.
    """
    judged = judged.with_columns(as_of=midnight(as_of))
    shown = judged.select("dossier_id", *(yes(when).alias(str(kind)) for kind, when in CONTRADICTIONS.items()))
    return pl.concat([
        shown.filter(col(str(kind))).select("dossier_id", kind=pl.lit(str(kind))) for kind in CONTRADICTIONS
    ])  # fmt: skip


def leads(judged: DataFrame, register: DataFrame, workdays: DataFrame) -> DataFrame:
    """A row per dossier, `kind` of lead and `group`: what holds the dossiers of one lead together.

    The group is the minute or day of closing (or of the return), the `seq` of a run's first line, or the code of
    the dossier that was filed again. `register` is as `validate` returns it; `workdays` has a row per day of
    the calendar.
    """
    judged = judged.select(*_ASKED)  # the frame is wide, and is filtered for each lead
    found = [
        _closed_at_due_minute(judged),
        _closed_in_one_minute(judged),
        _closed_on_day_off(judged, workdays),
        _closed_before_ready(judged),
        _register_in_one_run(register),
        _returned_on_due_day(judged, workdays),
        _withdrawn_and_filed_again(judged),
    ]
    return pl.concat([frame.select("dossier_id", "kind", "group") for frame in found])


def totals(judged: DataFrame, register: DataFrame, workdays: DataFrame) -> dict[Lead, int]:
    """Among how many each lead was looked for: dossiers, or lines of the register for `register_in_one_run`.

    Whether a day was off is known only of days that `workdays` has.
    """
    days = workdays.select(closed_on=col("day"), is_in_calendar=pl.lit(True))
    dated = judged.join(days, on="closed_on", how="left")
    found = count(dated, {str(lead): where for lead, where in LOOKED_FOR.items()})
    found |= count(register, {str(Lead.REGISTER_IN_ONE_RUN): is_line})
    return {lead: found[lead] for lead in Lead}


def _found(frame: DataFrame, lead: Lead, group: Expr) -> DataFrame:
    return frame.select("dossier_id", kind=pl.lit(str(lead)), group=group)


def _looked_for(judged: DataFrame, lead: Lead) -> DataFrame:
    return judged.filter(LOOKED_FOR[lead])


def _closed_at_due_minute(judged: DataFrame) -> DataFrame:
    is_same = closed_at.dt.truncate("1m") == due_at.dt.truncate("1m")
    same = _looked_for(judged, Lead.CLOSED_AT_DUE_MINUTE).filter(is_same)
    return _found(same, Lead.CLOSED_AT_DUE_MINUTE, closed_at.dt.to_string(MINUTE))


def _closed_in_one_minute(judged: DataFrame) -> DataFrame:
    closed = _looked_for(judged, Lead.CLOSED_IN_ONE_MINUTE).with_columns(minute=closed_at.dt.truncate("1m"))
    closed = closed.with_columns(closings=col("dossier_id").count().over("minute")).filter(col("closings") >= MANY)
    return _found(closed, Lead.CLOSED_IN_ONE_MINUTE, col("minute").dt.to_string(MINUTE))


def _closed_on_day_off(judged: DataFrame, workdays: DataFrame) -> DataFrame:
    days_off = workdays.filter(~col("is_workday")).select("day")
    closed = judged.filter(~closed_at.is_null()).with_columns(day=closed_at.dt.truncate("1d"))
    closed = closed.select("dossier_id", "day").join(days_off, on="day", how="inner")
    return _found(closed, Lead.CLOSED_ON_DAY_OFF, col("day").dt.to_string(DAY))


def _closed_before_ready(judged: DataFrame) -> DataFrame:
    known = _looked_for(judged, Lead.CLOSED_BEFORE_READY).with_columns(
        ready_latest_on=pl.max_horizontal(ready_on, col("issued_on"))
    )
    closed = known.filter(col("closed_on") < col("ready_latest_on"))
    return _found(closed, Lead.CLOSED_BEFORE_READY, col("ready_latest_on").dt.to_string(DAY))


def _register_in_one_run(register: DataFrame) -> DataFrame:
    """Lines in a row in the book with one return day; one without ends the run, one not judged is passed over."""
    lines = register.filter(col("fate") == Fate.JUDGED).with_columns(sheet=col("sheet").fill_null(""))
    before = col("returned_on").shift(1).over("sheet", order_by="seq")
    lines = lines.with_columns(begins=(~yes(col("returned_on") == before)).cast(pl.Int64))
    lines = lines.with_columns(run=col("begins").cum_sum().over("sheet", order_by="seq").cast(pl.Int64))
    lines = lines.filter(is_line).with_columns(received_day=col("received_on").dt.to_string(DAY).fill_null(""))
    is_new_day = (col("seq") == col("seq").min().over("sheet", "run", "received_day")) & (col("received_day") != "")
    lines = lines.with_columns(is_new_day=is_new_day.cast(pl.Int64)).with_columns(
        lines=col("seq").count().over("sheet", "run"),
        days_received=col("is_new_day").sum().over("sheet", "run"),
        first_seq=col("seq").min().over("sheet", "run"),
    )
    runs = lines.filter((col("lines") >= MANY) & (col("days_received") >= MANY_DAYS_RECEIVED))
    return _found(runs, Lead.REGISTER_IN_ONE_RUN, col("first_seq").cast(pl.String)).unique()


def _returned_on_due_day(judged: DataFrame, workdays: DataFrame) -> DataFrame:
    """Signed returns on the day promised, where they heap: more than on the working days beside it together."""
    returns = _looked_for(judged, Lead.RETURNED_ON_DUE_DAY).select("dossier_id", "returned_on", "due_on_register")
    for column, name in (("returned_on", "returned"), ("due_on_register", "due")):
        days = workdays.select(
            col("day").alias(column),
            col("workday_number").cast(pl.Int64).alias(f"{name}_number"),
            col("is_workday").cast(pl.Int64).alias(f"{name}_worked"),
        )
        returns = returns.join(days, on=column, how="left")
    is_on_due = col("returned_on") == col("due_on_register")
    later = col("returned_number") - col("due_number")
    just_before = (col("returned_on") < col("due_on_register")) & (later == -col("due_worked"))
    just_after = (col("returned_on") > col("due_on_register")) & (later == 1)
    is_beside = yes((just_before | just_after) & (col("returned_worked") == 1))
    returns = returns.with_columns(
        is_on_due=is_on_due.cast(pl.Int64), is_beside=is_beside.cast(pl.Int64), all_together=pl.lit(1)
    )
    returns = returns.with_columns(
        on_due=col("is_on_due").sum().over("all_together"), beside=col("is_beside").sum().over("all_together")
    )
    heap = returns.filter((col("is_on_due") == 1) & (col("on_due") >= MANY) & (col("on_due") > col("beside")))
    return _found(heap, Lead.RETURNED_ON_DUE_DAY, col("returned_on").dt.to_string(DAY))


def _withdrawn_and_filed_again(judged: DataFrame) -> DataFrame:
    """A withdrawn dossier, and one of the same applicant and procedure received within days after it was closed."""
    keyed = judged.filter(is_named).with_columns(procedure_name=col("procedure").str.to_lowercase().str.strip_chars())
    withdrawn = _looked_for(keyed, Lead.WITHDRAWN_AND_FILED_AGAIN).select(
        "dossier_id", "applicant_key", "procedure_name", withdrawn_on=pl.coalesce("closed_on", "received_on")
    )
    others = keyed.select("applicant_key", "procedure_name", again_id=col("dossier_id"), again_on=col("received_on"))
    pairs = withdrawn.join(others, on=["applicant_key", "procedure_name"], how="inner")
    is_another = col("again_id") != col("dossier_id")
    is_soon = col("again_on") <= col("withdrawn_on").dt.offset_by(f"{DAYS_UNTIL_FILED_AGAIN}d")
    pairs = pairs.filter(is_another & (col("again_on") >= col("withdrawn_on")) & is_soon)
    return _found(pairs, Lead.WITHDRAWN_AND_FILED_AGAIN, col("again_id"))
