"""Each due date that a dossier's records and its procedure's term give, moved off days off and by stops of the clock.

The day of receipt is not counted (Civil Code 2015, articles 147-148) unless a convention of the software says
otherwise; a date on a day off moves to the next working day, whoever wrote it. A new date in a letter of apology never
makes a dossier on time: a due date that is only that is set aside. `docs/policy.en.md`, section 2, says it in words.
"""

from collections.abc import Collection, Mapping
from datetime import date, datetime
from typing import cast

import polars as pl
from polars import DataFrame, Expr, col

from audit.ground.expressions import beside, is_running, midnight, with_found, yes
from audit.ground.terms import DUE_BY, MOVED, STANDS_STILL, TERM, Convention, DueBasis, Fate

CUT_OFF_HOUR = 15
_OF_THE_CALENDAR = {"days": "d", "months": "mo"}  # units of terms that count every day, as polars writes them
_ASKED = (
    "dossier_id", "procedure_key", "received_at", "due_at", "received_on", "received_on_register",
    "received_on_register_latest", "due_on_software", "due_on_register", "due_on_register_latest",
    "is_apology_unread",
)  # fmt: skip
NOW = tuple(DueBasis(convention) for convention in Convention)
WRITTEN_ON = {DueBasis.SLIP: "received_on_register", DueBasis.SLIP_LATEST: "received_on_register_latest"}  # since when
NEW = {DueBasis.SOFTWARE: "new_software", DueBasis.SLIP: "new_slip"}  # dates set aside: the new one of a letter
_DATED = {str(basis): DUE_BY[basis] for basis in STANDS_STILL} | {name: name for name in NEW.values()}
EXTRA_WORKDAYS = {  # what a convention adds to the term, from the day after the receipt
    Convention.CIVIL_CODE: pl.lit(0),
    Convention.RECEIPT_DAY_COUNTED: pl.lit(0) - yes(col("is_workday")).cast(pl.Int64),
    Convention.CUT_OFF_15: yes(col("received_at").dt.hour() >= CUT_OFF_HOUR).cast(pl.Int64),
}
is_impossible = yes(col("due_at").dt.truncate("1m") <= col("received_at").dt.truncate("1m"))  # by the very minute


def due_dates(
    pairs: DataFrame, records: Mapping[str, DataFrame], terms: DataFrame, workdays: DataFrame, ends: DataFrame, *,
    conventions: Collection[Convention], as_of: date,
) -> DataFrame:  # fmt: skip
    """`pairs` with a column `due_by_…` for each DueBasis, and `due_on_earliest` and `due_on_latest` of them all.

    `records` are as `validate.records` returns them: register, stops and apologies are asked. Each date is asked by
    itself whether a stop reaches it: `stands_still_…` where one does and is still running on `as_of` (the date is then
    null), `stopped_workdays` by how many working days the term or the slip was moved. A date recomputed with the
    calendar as known on the day of receipt (`…_then`) stands only where it differs. `is_due_uncountable`: the calendar
    lacks a day that is needed, or has it only as expected; or a stop reaches the end of a term in days of the calendar
    or months, which no rule says how to move. `is_due_expected`: a day off that is only expected was counted, so that
    the date may come earlier. `due_on_reference` rests on a term that is only shown.
    `is_only_new_due_date`: nothing stands but the new date of an apology; the earliest is then the receipt itself.
    One row per dossier; none is dropped.
    """
    days_off = next_workdays(workdays, ends)
    register, stops, apologies = (records[name] for name in ("register", "stops", "apologies"))
    letters = apologies.filter(col("fate") == Fate.JUDGED).select("dossier_id", due=col("new_due_on"))
    letters = _off_days_off(letters, "due", days_off).unique().with_columns(is_new=pl.lit(True))
    slips = _promised(register, letters, days_off)
    running = stops.filter(col("fate") == Fate.JUDGED).with_columns(is_running=is_running(as_of))

    def counted(pairs: DataFrame) -> DataFrame:
        pairs = pairs.with_columns(is_due_uncountable=pl.lit(False))
        pairs = _with_terms(pairs, terms, workdays, ends, days_off, conventions)
        pairs = pairs.with_columns(due=pl.when(~is_impossible).then(col("due_on_software")))
        pairs = with_found(_off_days_off(pairs, "due", days_off), letters, "dossier_id", "due")
        pairs = pairs.with_columns(*_with_new_aside("software")).drop("due", "is_new")
        pairs = with_found(pairs, slips, "dossier_id")
        pairs = _moved_by_stops(pairs, running, workdays, ends)
        return _beyond(_with_expected(_with_range(pairs), workdays), workdays, as_of)

    return beside(pairs, _ASKED, counted)


def next_workdays(workdays: DataFrame, ends: DataFrame) -> DataFrame:
    """A row per day off of the calendar: the `day`, and the working day `moved_on` that comes next."""
    off = workdays.filter(~col("is_workday")).select("day", workday_number=col("workday_number") + 1)
    next_days = ends.filter(col("is_now")).select("workday_number", moved_on=col("day"))
    return off.join(next_days, on="workday_number", how="inner").select("day", "moved_on")


def _off_days_off(frame: DataFrame, column: str, days_off: DataFrame) -> DataFrame:
    """`frame` with the days of `column` that are off moved to the next working day (Civil Code 148)."""
    frame = frame.join(days_off.rename({"day": column}), on=column, how="left")
    return frame.with_columns(pl.coalesce("moved_on", column).alias(column)).drop("moved_on")


def _with_terms(
    pairs: DataFrame, terms: DataFrame, workdays: DataFrame, ends: DataFrame, days_off: DataFrame,
    conventions: Collection[Convention],
) -> DataFrame:  # fmt: skip
    """With the end of the term under each convention, as known now and then, before any stop."""
    pairs = pairs.join(terms, on=["procedure_key", "received_on"], how="left")
    pairs = pairs.join(workdays.rename({"day": "received_on"}), on="received_on", how="left")
    decides, following = yes(col("decides")), _following(pairs, workdays, ends)
    conventions = () if terms.filter(col("decides")).is_empty() else conventions  # no term decides: nothing to count
    for convention in Convention:
        now, then = DUE_BY[DueBasis(convention)], DUE_BY[DueBasis(f"{convention}_then")]
        if convention not in conventions:
            pairs = pairs.with_columns(pl.lit(None, dtype=pl.Datetime("us")).alias(name) for name in (now, then))
            continue
        pairs = _with_end(pairs, now, decides, EXTRA_WORKDAYS[convention], ends)
        pairs = _with_calendar_end(pairs, now, decides, convention, following)
        is_lost = decides & ~col("received_on").is_null() & col(now).is_null()  # the calendar does not reach that far
        pairs = pairs.with_columns(is_due_uncountable=col("is_due_uncountable") | yes(is_lost))
        pairs = _with_end(pairs, then, decides, EXTRA_WORKDAYS[convention], ends, is_then=True)
        pairs = _with_calendar_end(pairs, then, decides, convention, following, is_then=True)
        pairs = _off_days_off(pairs, then, days_off)
        pairs = pairs.with_columns(pl.when(col(then) != col(now)).then(col(then)).alias(then))
    pairs = _with_end(pairs, "due_on_reference", ~decides, pl.lit(0), ends)
    pairs = _with_calendar_end(pairs, "due_on_reference", ~decides, Convention.CIVIL_CODE, following)
    return pairs.drop("workday_number", "workday_number_then", "decisions_then", "is_workday")


def _with_end(
    pairs: DataFrame, name: str, counts: Expr, extra: Expr, ends: DataFrame, *, is_then: bool = False
) -> DataFrame:
    """With `name`: the last day of the term where it `counts`, `extra` working days longer, as known now or then."""
    first = col("workday_number_then" if is_then else "workday_number")
    pairs = pairs.with_columns(end_number=pl.when(counts).then(first + col("term_workdays") + extra))
    if is_then:
        known = ends.select(decisions_then=col("decisions"), end_number=col("workday_number"), ended_on=col("day"))
        pairs = pairs.join(known, on=["decisions_then", "end_number"], how="left")
    else:
        known = ends.filter(col("is_now")).select(end_number=col("workday_number"), ended_on=col("day"))
        pairs = pairs.join(known, on="end_number", how="left")
    return pairs.rename({"ended_on": name}).drop("end_number")


def _with_calendar_end(
    pairs: DataFrame, name: str, counts: Expr, convention: Convention, following: DataFrame | None, *,
    is_then: bool = False,
) -> DataFrame:  # fmt: skip
    """With `name` also where a term that `counts` is in days of the calendar or months: its last day, off days off.

    A month ends on the day of the same number, or on the month's last (Civil Code 2015, article 148).
    """
    if following is None:
        return pairs
    decisions = col("decisions_then") if is_then else pl.lit(following["asked_decisions"].max(), dtype=pl.Int64)
    first: Expr = col("received_on")
    if convention == Convention.CUT_OFF_15:
        pairs = _with_next_workday(pairs, first.dt.offset_by("1d"), decisions, "next_workday", following)
        first = pl.when(yes(col("received_at").dt.hour() >= CUT_OFF_HOUR)).then("next_workday").otherwise(first)
    unit = col("term_unit").replace_strict(_OF_THE_CALENDAR, default=None, return_dtype=pl.String)
    last: Expr = pl.when(counts).then(first.dt.offset_by(pl.concat_str("term", unit)))
    if convention == Convention.RECEIPT_DAY_COUNTED:
        last = last.dt.offset_by("-1d")
    pairs = _with_next_workday(pairs, last, decisions, "calendar_end", following)
    pairs = pairs.with_columns(pl.coalesce(name, "calendar_end").alias(name))
    return pairs.drop("calendar_end", "next_workday", strict=False)


def _following(pairs: DataFrame, workdays: DataFrame, ends: DataFrame) -> DataFrame | None:
    """The first working day from each day of the calendar on, as known after so many decisions, a row a day and number
    of decisions; None where no dossier has a term in days of the calendar or months.
    """
    if not (pairs["term_unit"].is_in([*_OF_THE_CALENDAR]) & pairs["term"].is_not_null()).any():
        return None
    known = ends.select("decisions", next_workday_on="day", workday="day").sort("workday")
    days = workdays.select("day").join(ends.select("decisions").unique(), how="cross").sort("day")
    days = days.join_asof(
        known, left_on="day", right_on="workday", by="decisions", strategy="forward", check_sortedness=False
    )
    return days.select("next_workday_on", asked_day=col("day"), asked_decisions=col("decisions"))


def _with_next_workday(pairs: DataFrame, day: Expr, decisions: Expr, name: str, following: DataFrame) -> DataFrame:
    """With `name`: the first working day from `day` on, as known after so many decisions; null beyond the calendar."""
    pairs = pairs.with_columns(asked_day=day, asked_decisions=decisions)
    pairs = pairs.join(following, on=["asked_day", "asked_decisions"], how="left")
    return pairs.rename({"next_workday_on": name}).drop("asked_day", "asked_decisions")


def _promised(register: DataFrame, letters: DataFrame, days_off: DataFrame) -> DataFrame:
    """The days promised to each dossier in the register: earliest, latest, and the new date of a letter."""
    lines = register.filter((col("fate") == Fate.JUDGED) & ~col("due_on").is_null())
    lines = _off_days_off(lines.select("dossier_id", due=col("due_on")), "due", days_off)
    lines = with_found(lines, letters, "dossier_id", "due").with_columns(*_with_new_aside("slip"))
    slip = DUE_BY[DueBasis.SLIP]
    return lines.group_by("dossier_id").agg(
        col("new_slip").max(), col(slip).max().alias(DUE_BY[DueBasis.SLIP_LATEST]), col(slip).min()
    )


def _with_new_aside(basis: str) -> tuple[Expr, Expr]:
    """The date `due` of a basis, unless it is the new one of a letter of apology; that is set aside as `new_…`."""
    is_new = yes(col("is_new"))
    return (
        pl.when(is_new).then(col("due")).alias(f"new_{basis}"),
        pl.when(~is_new).then(col("due")).alias(DUE_BY[DueBasis(basis)]),
    )


def _moved_by_stops(pairs: DataFrame, stops: DataFrame, workdays: DataFrame, ends: DataFrame) -> DataFrame:
    """With each due date moved by the stops that reach it, or standing still, and both where nobody knows which."""
    nothing = [pl.lit(None, dtype=pl.Datetime("us")).alias(DUE_BY[basis]) for basis in MOVED.values()]
    still = [
        pl.lit(False).alias(name) for name in (*STANDS_STILL.values(), *(f"{new}_stands_still" for new in NEW.values()))
    ]
    nothing += [pl.lit(None, dtype=pl.Datetime("us")).alias(f"{new}_moved") for new in NEW.values()]
    pairs = pairs.with_columns(*nothing, *still, stopped_workdays=pl.lit(None, dtype=pl.Int64))
    if stops.is_empty():
        return pairs
    reached = _reached(_dated(pairs), stops, workdays, ends)
    for basis in _DATED:
        of_basis = reached.filter(col("basis") == basis).select(
            "dossier_id", col("moved_on").alias(f"moved_{basis}"), col("is_still").alias(f"still_{basis}"),
            col("is_lost").alias(f"lost_{basis}"), col("stopped").alias(f"stopped_{basis}"),
        )  # fmt: skip
        pairs = with_found(pairs, of_basis, "dossier_id")
    is_unruled = yes(col("term_unit").is_in([*_OF_THE_CALENDAR]))
    pairs = pairs.with_columns(
        *(yes(col(lost) | is_unruled & ~col(f"moved_{basis}").is_null()).alias(lost)
          for basis, lost in ((basis, f"lost_{basis}") for basis in TERM)),
        *(pl.when(~is_unruled).then(f"moved_{basis}").alias(f"moved_{basis}") for basis in TERM),
    )  # fmt: skip
    pairs = pairs.with_columns(
        *(pl.coalesce(f"moved_{basis}", due_by).alias(f"moved_{basis}") for basis, due_by in _DATED.items()),
        *(yes(col(f"still_{basis}")).alias(f"still_{basis}") for basis in _DATED),
        is_due_uncountable=pl.any_horizontal(
            "is_due_uncountable", *(yes(col(f"lost_{basis}")) for basis in STANDS_STILL)
        ),
        stopped_workdays=pl.coalesce(
            *(f"stopped_{basis}" for basis in (*NOW, *WRITTEN_ON, DueBasis.SOFTWARE))
        ),
    )  # fmt: skip
    pairs = _settled(pairs)
    is_lost = pl.any_horizontal(*(yes(col(f"lost_{basis}")) for basis in NEW.values()))
    pairs = pairs.with_columns(is_due_uncountable=col("is_due_uncountable") | (is_lost & _is_none()))
    temporary = [f"{name}_{basis}" for basis in _DATED for name in ("moved", "still", "lost", "stopped")]
    return pairs.drop(*temporary)


def _dated(pairs: DataFrame) -> DataFrame:
    """A row per dossier and due date: `day`, and the day `since` which stops move it, null for all."""
    since = {str(basis): col(name) for basis, name in WRITTEN_ON.items()}
    nothing = pl.lit(None, dtype=pl.Datetime("us"))
    return pl.concat([
        pairs.select("dossier_id", basis=pl.lit(basis), day=col(due_by), since=since.get(basis, nothing)).filter(
            ~col("day").is_null()
        )
        for basis, due_by in _DATED.items()
    ])  # fmt: skip


def _reached(dated: DataFrame, stops: DataFrame, workdays: DataFrame, ends: DataFrame) -> DataFrame:
    """A row per due date that a stop reaches: `moved_on`, `stopped` working days, whether it `is_still` or `is_lost`.

    Of a stop count the working days after its first day up to and including its last; stops that overlap count once.
    A clock that has run out cannot be stopped: a stop that begins after the date, as moved by the stops before it,
    moves nothing, and neither do later ones. Lost is a date for which the calendar lacks a day.
    """
    numbers = workdays.select("day", number=col("workday_number"), off=(~col("is_workday")).cast(pl.Int64))
    stops = stops.select("dossier_id", "seq", "from_on", "to_on", "is_running")
    stops = stops.join(numbers.rename({"day": "from_on", "number": "number_from"}), on="from_on", how="left")
    stops = stops.join(numbers.select(last_on=col("day").max(), last=col("number").max()), how="cross")
    begins_beyond = yes(col("from_on") > col("last_on"))  # after any date that the calendar has
    stops = stops.with_columns(number_from=pl.when(begins_beyond).then(col("last") + 1).otherwise(col("number_from")))
    ended = numbers.select("day", "number").rename({"day": "to_on", "number": "number_to"})
    stops = stops.join(ended, on="to_on", how="left")
    dated = dated.join(numbers.select("day", due_number="number"), on="day", how="left")
    both = dated.join(stops, on="dossier_id", how="inner")
    both = both.filter(col("since").is_null() | (col("from_on") >= col("since")) | col("is_running"))
    key, order = ["dossier_id", "basis"], ["from_on", "seq"]
    both = both.with_columns(reach=col("number_to").cum_max().over(*key, order_by=order))
    both = both.with_columns(reach=col("reach").shift(1).over(*key, order_by=order))
    begins = pl.max_horizontal("number_from", "reach")
    both = both.with_columns(stopped=pl.max_horizontal(col("number_to") - begins, pl.lit(0)).fill_null(0))
    before = col("stopped").cum_sum().over(*key, order_by=order) - col("stopped")
    both = both.with_columns(stopped_before=before)
    is_too_late = yes(col("number_from") + col("off").fill_null(0) > col("due_number") + col("stopped_before"))
    is_too_late = is_too_late | (col("due_number").is_null() & yes(col("from_on") > col("day")))
    both = both.with_columns(too_late_from=pl.when(is_too_late).then(col("from_on")))
    both = both.with_columns(too_late_from=col("too_late_from").min().over(*key))
    both = both.filter(~yes(col("from_on") >= col("too_late_from")))
    is_uncounted = col("number_from").is_null() | (~col("is_running") & col("number_to").is_null())
    both = both.with_columns(is_lost=col("due_number").is_null() | is_uncounted)
    found = both.group_by(*key).agg(
        col("stopped").sum(), col("due_number").min(), is_still=col("is_running").max(), is_lost=col("is_lost").max()
    )
    found = found.with_columns(end_number=col("due_number") + col("stopped"))
    known = ends.filter(col("is_now")).select(end_number=col("workday_number"), ended_on=col("day"))
    found = found.join(known, on="end_number", how="left")
    is_lost = ~col("is_still") & (col("is_lost") | col("ended_on").is_null())
    return found.select(
        *key, "is_still", is_lost=is_lost, stopped=pl.when(~is_lost).then(col("stopped")),
        moved_on=pl.when(~is_lost & ~col("is_still")).then(col("ended_on")),
    )  # fmt: skip


def _settled(pairs: DataFrame) -> DataFrame:
    """Which of the two days of each due date stands, as written or moved, or both."""
    software = col(DUE_BY[DueBasis.SOFTWARE])
    moved_already = pl.any_horizontal(
        *(yes(software == col(f"moved_{basis}")) & ~col(f"still_{basis}") for basis in (*NOW, *WRITTEN_ON)),
    )
    not_moved = pl.any_horizontal(*(yes(software == col(DUE_BY[basis])) for basis in NOW))
    settled: dict[DueBasis, tuple[Expr, Expr]] = {  # whether the date as written stands; and the moved one
        DueBasis.SOFTWARE: (moved_already | ~not_moved, not_moved | ~moved_already)
    }
    for basis, since in WRITTEN_ON.items():
        is_moved = ~col(since).is_null() | (yes(software == col(f"moved_{basis}")) & ~col(f"still_{basis}"))
        settled[basis] = (~is_moved, pl.lit(True))
    for basis in TERM:
        settled[basis] = (pl.lit(False), pl.lit(True))
    columns = []
    for basis, (stays, moves) in settled.items():
        written, moved, still = col(DUE_BY[basis]), col(f"moved_{basis}"), col(f"still_{basis}")
        stands_still = still & moves
        columns += [
            stands_still.alias(STANDS_STILL[basis]),
            pl.when(~stands_still).then(pl.when(stays).then(written).otherwise(moved)).alias(DUE_BY[basis]),
        ]
        if basis in MOVED:
            is_both = stays & moves & ~still & yes(moved != written)
            columns.append(pl.when(is_both).then(moved).alias(DUE_BY[MOVED[basis]]))
    for new in NEW.values():  # while it runs, neither stands; else both do
        columns.append(pl.when(~col(f"still_{new}")).then(col(new)).alias(new))
        columns.append(pl.when(~col(f"still_{new}")).then(col(f"moved_{new}")).alias(f"{new}_moved"))
        columns.append(col(f"still_{new}").alias(f"{new}_stands_still"))
    return pairs.with_columns(*columns)


def _with_expected(pairs: DataFrame, workdays: DataFrame) -> DataFrame:
    """With `is_due_expected`: between the receipt and a due date lies a day off that no decision has named yet."""
    if not workdays["expected_number"].max():
        return pairs.with_columns(is_due_expected=pl.lit(False))
    receipt = pl.coalesce("received_on", "received_on_register")
    for name, day in (("expected_from", receipt), ("expected_to", col("due_on_latest"))):
        numbers = workdays.select("day", col("expected_number").alias(name))
        pairs = pairs.with_columns(asked_day=day).join(numbers, left_on="asked_day", right_on="day", how="left")
    is_expected = col("expected_to") > col("expected_from").fill_null(0)
    return pairs.with_columns(is_due_expected=yes(is_expected)).drop("asked_day", "expected_from", "expected_to")


def _beyond(pairs: DataFrame, workdays: DataFrame, as_of: date) -> DataFrame:
    """As uncountable where a due date lies after the calendar's last sure day: what is off then is not decided yet."""
    last = cast(datetime | None, workdays.filter(col("is_settled"))["day"].max())
    if last is None or as_of <= last.date():
        return pairs
    is_beyond = pl.any_horizontal(*(yes(col(due_by) > midnight(last)) for due_by in DUE_BY.values()))
    return pairs.with_columns(is_due_uncountable=col("is_due_uncountable") | is_beyond)


def _is_none() -> Expr:
    """No due date stands, the new ones of letters left aside."""
    return pl.coalesce(*DUE_BY.values()).is_null() & ~pl.any_horizontal(*STANDS_STILL.values())


def _with_range(pairs: DataFrame) -> DataFrame:
    """With the earliest and the latest of the due dates that stand, and the new date of an apology where none does."""
    stands_still = pl.any_horizontal(*STANDS_STILL.values())
    pairs = pairs.with_columns(is_only_new=_is_none(), is_only_new_due_date=_is_in_doubt() & ~stands_still)
    is_new = col("is_only_new")
    for basis, new in NEW.items():
        pairs = pairs.with_columns(
            pl.when(is_new).then(col(new)).otherwise(col(DUE_BY[basis])).alias(DUE_BY[basis]),
            pl.when(is_new & (col(f"{new}_moved") != col(new))).then(col(f"{new}_moved"))
            .otherwise(col(DUE_BY[MOVED[basis]])).alias(DUE_BY[MOVED[basis]]),
            (col(STANDS_STILL[basis]) | (is_new & col(f"{new}_stands_still"))).alias(STANDS_STILL[basis]),
        )  # fmt: skip
    is_dated = ~pl.coalesce(*DUE_BY.values()).is_null()
    pairs = pairs.with_columns(
        is_only_new_due_date=col("is_only_new_due_date") | (is_new & is_dated),
        is_stop_running=pl.any_horizontal(*STANDS_STILL.values()),
        due_on_earliest=pl.min_horizontal(*DUE_BY.values()), due_on_latest=pl.max_horizontal(*DUE_BY.values()),
    )  # fmt: skip
    receipt = pl.coalesce("received_on", "received_on_register")
    pairs = pairs.with_columns(
        due_on_earliest=pl.when(col("is_only_new_due_date")).then(receipt).otherwise(col("due_on_earliest"))
    )
    temporary = [f"{new}{suffix}" for new in NEW.values() for suffix in ("", "_moved", "_stands_still")]
    return pairs.drop("is_only_new", *temporary)


def _is_in_doubt() -> Expr:
    """Whether a letter that cannot be read may have the only date that is written as its new one."""
    software, slip = (DUE_BY[basis] for basis in NEW)
    has_none = {DUE_BY[basis]: pl.coalesce(DUE_BY[basis], new).is_null() for basis, new in NEW.items()}
    is_one_written = has_none[software] & ~col(slip).is_null() | ~col(software).is_null() & has_none[slip]
    term = pl.coalesce(*(DUE_BY[basis] for basis in TERM))
    return yes(col("is_apology_unread")) & is_one_written & term.is_null()
