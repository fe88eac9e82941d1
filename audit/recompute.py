"""Each due date that a dossier's records and its procedure's term give, moved where the clock stood still.

The day of receipt is not counted (Civil Code 2015, articles 147-148) unless a convention of the software says
otherwise. A new date in a letter of apology never makes a dossier on time: a due date that is only that is set aside.
"""

from collections.abc import Collection
from datetime import date

import narwhals as nw
from narwhals import col
from narwhals.typing import IntoFrameT

from audit.expressions import Frame, beside, is_empty, is_running, once_without_rows, with_found, yes
from audit.terms import DUE_BY, Convention, DueBasis, Fate

CUT_OFF_HOUR = 15
_ASKED = (
    "dossier_id", "procedure_key", "received_at", "received_on", "received_on_register", "due_on_software",
    "due_on_register", "due_on_register_latest", "new_due_on", "is_apology_unread", "is_stop_unread",
    "is_new_due_on_software", "is_new_due_on_register", "is_new_due_on_register_latest",
)  # fmt: skip
AS_WRITTEN = {
    DueBasis.SOFTWARE: "due_on_software",
    DueBasis.SLIP: "due_on_register",
    DueBasis.SLIP_LATEST: "due_on_register_latest",
}
EXTRA_WORKDAYS = {  # what a convention adds to the term, from the day after the receipt
    Convention.CIVIL_CODE: nw.lit(0),
    Convention.RECEIPT_DAY_COUNTED: nw.lit(0) - yes(col("is_workday")).cast(nw.Int64),
    Convention.CUT_OFF_15: yes(col("received_at").dt.hour() >= CUT_OFF_HOUR).cast(nw.Int64),
}


@nw.narwhalify
def due_dates(
    pairs: IntoFrameT, stops: IntoFrameT, terms: IntoFrameT, workdays: IntoFrameT, ends: IntoFrameT, *,
    conventions: Collection[Convention], as_of: date,
) -> IntoFrameT:  # fmt: skip
    """`pairs` with a column `due_by_…` for each DueBasis, and `due_on_earliest` and `due_on_latest` of them all.

    The slip's date and the recomputed ones are moved by `stopped_workdays`, overlapping stops counted once; null
    where a stop is still running on `as_of` (`is_stop_running`). A date recomputed with the calendar as known on the
    day of receipt (`…_then`) stands only where it differs. `due_on_reference` rests on a term that is only shown.
    `is_only_new_due_date`: nothing stands but the new date of an apology; the earliest is then the receipt itself.
    One row per dossier; none is dropped.
    """

    def counted(pairs: Frame) -> Frame:
        return _counted(pairs, stops, terms, workdays, ends, conventions=conventions, as_of=as_of)

    return beside(pairs, _ASKED, counted)


def _counted(
    pairs: Frame, stops: Frame, terms: Frame, workdays: Frame, ends: Frame, *, conventions: Collection[Convention],
    as_of: date,
) -> Frame:  # fmt: skip
    pairs = pairs.join(terms, on=["procedure_key", "received_on"], how="left")
    pairs = pairs.join(workdays.rename({"day": "received_on"}), on="received_on", how="left")
    pairs = _with_stops(pairs, stops.with_columns(is_running=is_running(as_of)), workdays)
    decides = yes(col("decides"))
    conventions = () if is_empty(terms.filter(col("decides"))) else conventions  # no term decides: nothing to count
    for convention in Convention:
        now, then = DUE_BY[DueBasis(convention)], DUE_BY[DueBasis(f"{convention}_then")]
        if convention not in conventions:
            pairs = pairs.with_columns(nw.lit(None, dtype=nw.Datetime("us")).alias(name) for name in (now, then))
            continue
        pairs = _with_end(pairs, now, decides, EXTRA_WORKDAYS[convention], ends)
        is_lost = decides & ~col("is_stop_running") & col(now).is_null()  # the calendar does not reach that far
        pairs = pairs.with_columns(is_stop_unread=col("is_stop_unread") | yes(is_lost))
        pairs = _with_end(pairs, then, decides, EXTRA_WORKDAYS[convention], ends, is_then=True)
        pairs = pairs.with_columns(nw.when(col(then) != col(now)).then(col(then)).alias(then))
    pairs = _with_end(pairs, "due_on_reference", ~decides, nw.lit(0), ends)
    pairs = pairs.drop("workday_number", "workday_number_then", "decisions_then", "is_workday")
    for basis in (DueBasis.SLIP, DueBasis.SLIP_LATEST):
        pairs = _with_slip(pairs, basis, workdays, ends)
    pairs = pairs.with_columns(col("due_on_software").alias(DUE_BY[DueBasis.SOFTWARE]))
    return _with_range(pairs.drop("is_moved"))


def _with_stops(pairs: nw.LazyFrame, stops: nw.LazyFrame, workdays: nw.LazyFrame) -> nw.LazyFrame:
    promised = workdays.select(due_on_register_latest=col("day"), promised_number=col("workday_number"))
    pairs = pairs.join(promised, on="due_on_register_latest", how="left")
    end_of_term = nw.when(yes(col("decides"))).then(col("workday_number") + col("term_workdays"))
    due = pairs.select("dossier_id", due_number=nw.max_horizontal("promised_number", end_of_term).cast(nw.Float64))
    pairs = with_found(pairs, _stopped(stops, due, workdays), "dossier_id").drop("promised_number")
    return pairs.with_columns(
        is_moved=~col("is_stop_running").is_null(),
        is_stop_running=yes(col("is_stop_running")),
        is_stop_unread=yes(col("is_stop_unread")) | yes(col("is_stop_uncounted")),
    ).drop("is_stop_uncounted")


@once_without_rows
def _stopped(stops: nw.LazyFrame, due: nw.LazyFrame, workdays: nw.LazyFrame) -> nw.LazyFrame:
    """Working days on which each dossier's clock stood still: from the day after a stop began to its last day.

    A clock that has run out cannot be stopped: a stop that begins after the due date, as moved by the stops before
    it, moves nothing. Where slip and term differ, the later of them is that date.
    """
    numbers = workdays.select("day", col("workday_number").cast(nw.Float64))  # pandas cannot shift its own integers
    judged = stops.filter(col("fate") == Fate.JUDGED).select("dossier_id", "seq", "from_on", "to_on", "is_running")
    for day, number in (("from_on", "number_from"), ("to_on", "number_to")):
        judged = judged.join(numbers.rename({"day": day, "workday_number": number}), on=day, how="left")
    in_order = ["from_on", "seq"]
    judged = judged.with_columns(reached=col("number_to").cum_max().over("dossier_id", order_by=in_order))
    judged = judged.with_columns(reached=col("reached").shift(1).over("dossier_id", order_by=in_order))
    judged = judged.join(due, on="dossier_id", how="left")
    begins = nw.max_horizontal("number_from", "reached")
    judged = judged.with_columns(
        stopped=nw.max_horizontal(col("number_to") - begins, nw.lit(0.0)).fill_null(0.0),
        is_uncounted=~col("is_running") & (col("number_from").is_null() | col("number_to").is_null()),
    )
    before = col("stopped").cum_sum().over("dossier_id", order_by=in_order) - col("stopped")
    judged = judged.with_columns(stopped_before=before)
    is_too_late = yes(col("number_from") > col("due_number") + col("stopped_before"))
    judged = judged.with_columns(too_late_from=nw.when(is_too_late).then(col("from_on")))
    judged = judged.with_columns(too_late_from=col("too_late_from").min().over("dossier_id"))
    judged = judged.filter(~yes(col("from_on") >= col("too_late_from")))
    stopped = judged.group_by("dossier_id").agg(
        stopped_workdays=col("stopped").sum(),
        is_stop_running=col("is_running").max(),
        is_stop_uncounted=col("is_uncounted").max(),
    )
    is_known = ~yes(col("is_stop_running")) & ~yes(col("is_stop_uncounted"))
    return stopped.with_columns(stopped_workdays=nw.when(is_known).then(col("stopped_workdays").cast(nw.Int64)))


def _with_end(
    pairs: nw.LazyFrame, name: str, counts: nw.Expr, extra: nw.Expr, ends: nw.LazyFrame, *, is_then: bool = False
) -> nw.LazyFrame:
    """With `name`: the last day of the term where it `counts`, `extra` working days longer, as known now or then."""
    first = col("workday_number_then" if is_then else "workday_number")
    stopped = nw.when(col("is_moved")).then(col("stopped_workdays")).otherwise(nw.lit(0))
    number = nw.when(counts).then(first + col("term_workdays") + stopped + extra)
    pairs = pairs.with_columns(end_number=number)
    if is_then:
        known = ends.select(decisions_then=col("decisions"), end_number=col("workday_number"), ended_on=col("day"))
        pairs = pairs.join(known, on=["decisions_then", "end_number"], how="left")
    else:
        known = ends.filter(col("is_now")).select(end_number=col("workday_number"), ended_on=col("day"))
        pairs = pairs.join(known, on="end_number", how="left")
    return pairs.rename({"ended_on": name}).drop("end_number")


def _with_slip(pairs: nw.LazyFrame, basis: DueBasis, workdays: nw.LazyFrame, ends: nw.LazyFrame) -> nw.LazyFrame:
    """With the slip's date; where the clock stood still, that many working days later."""
    written, name = AS_WRITTEN[basis], DUE_BY[basis]
    if is_empty(pairs.filter(col("is_moved"))):
        return pairs.with_columns(col(written).alias(name))
    pairs = pairs.join(workdays.select(col("day").alias(written), "workday_number"), on=written, how="left")
    moved = nw.when(col("is_moved")).then(col("workday_number") + col("stopped_workdays"))
    pairs = pairs.with_columns(end_number=moved)
    known = ends.filter(col("is_now")).select(end_number=col("workday_number"), moved_on=col("day"))
    pairs = pairs.join(known, on="end_number", how="left")
    is_unmoved = ~col("is_moved") | yes(col("stopped_workdays") == 0)
    is_lost = col("is_moved") & ~col("is_stop_running") & ~col(written).is_null() & col("moved_on").is_null()
    return pairs.with_columns(
        nw.when(is_unmoved).then(col(written)).otherwise(col("moved_on")).alias(name),
        is_stop_unread=col("is_stop_unread") | is_lost,
    ).drop("moved_on", "workday_number", "end_number")


def _with_range(pairs: nw.LazyFrame) -> nw.LazyFrame:
    """Set the new dates of apologies aside, then take the earliest and the latest of the due dates that stand."""
    for basis, written in AS_WRITTEN.items():
        is_new = yes(col(f"is_new_{written}"))
        pairs = pairs.with_columns(nw.when(~is_new).then(col(DUE_BY[basis])).alias(DUE_BY[basis]))
    pairs = pairs.with_columns(
        due_on_earliest=nw.min_horizontal(*DUE_BY.values()), due_on_latest=nw.max_horizontal(*DUE_BY.values())
    )
    was_set_aside = ~nw.coalesce(*AS_WRITTEN.values()).is_null() & ~col("new_due_on").is_null()
    others = [due_by for basis, due_by in DUE_BY.items() if basis != DueBasis.SOFTWARE]
    may_be_new = col("is_apology_unread") & ~col("due_on_software").is_null() & nw.coalesce(*others).is_null()
    is_only_new = col("due_on_earliest").is_null() & was_set_aside | may_be_new
    pairs = pairs.with_columns(is_only_new_due_date=yes(is_only_new))
    only_new = col("is_only_new_due_date")
    return pairs.with_columns(
        due_on_earliest=nw.when(only_new).then(nw.coalesce("received_on", "received_on_register"))
        .otherwise(col("due_on_earliest")),
        due_on_latest=nw.when(only_new).then(nw.max_horizontal(*AS_WRITTEN.values())).otherwise(col("due_on_latest")),
        **{DUE_BY[basis]: nw.when(only_new).then(col(written)).otherwise(col(DUE_BY[basis]))
           for basis, written in AS_WRITTEN.items()},
    )  # fmt: skip
