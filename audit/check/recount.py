"""Each reported figure counted again in the records, with what the records leave open."""

from collections.abc import Mapping, Set
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

import narwhals as nw
import pandas as pd
from narwhals import col
from narwhals.typing import IntoFrame

from audit.check.figure import Figure, figure, percent
from audit.expressions import (
    closed_in_time,
    closed_late,
    collected,
    count,
    has_no_due_date,
    is_in_software,
    is_pending,
    is_settled,
    is_withdrawn,
    yes,
)
from audit.terms import PERCENT_DIGITS, PROVED_ON_TIME, UNDECIDED, Cause, Outcome, Population, Verdict

MAY_BE_BLANK = ("channel", "procedure")
IN_TIME_UNCLOSED = "never_closed_returned_in_time"  # judge's rule
UNCHECKED_UNITS = ("target", "number", "day", "person")


@dataclass(frozen=True)
class Measure:
    """What a claim counts: dossiers that meet `when`; up to `at_most` where the records leave it open.

    `of`: the measures that may be its total, as offices use them, the plainest first. `needs`: columns the
    records must have. `total`: a column to add up instead of counting dossiers. `distinct`: a column whose
    different values are counted.
    """

    name: str
    when: nw.Expr
    of: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()
    at_most: nw.Expr | None = None
    total: str | None = None
    distinct: str | None = None


@dataclass(frozen=True)
class Count:
    """A measure as the records have it; `at_most` is None where nothing bounds it."""

    at_least: int
    at_most: int | None


is_refused = col("population") == Population.REFUSED
is_new = is_in_software & ~col("is_carried_over")
is_in_person = col("channel") == "in_person"
is_late_settled = is_settled & closed_late
may_be_late_settled = is_settled & (closed_late | has_no_due_date)
is_proved_in_time = col("verdict").is_in(PROVED_ON_TIME)
is_online = col("channel") == "online"
is_listed = ~col("online_level").is_null()
is_online_listed = is_new & is_online & is_listed
is_partial = is_online_listed & (col("online_level") == "partial")
is_full = is_online_listed & (col("online_level") == "full")
is_birth = is_new & (col("interlinked_group") == "birth")
is_death = is_new & (col("interlinked_group") == "death")
is_returned_late_unclosed = col("rule") == "never_closed_returned_late"
is_in_time_unclosed = (col("rule") == IN_TIME_UNCLOSED) & yes(col("rule_due_on_earliest") == IN_TIME_UNCLOSED)
is_unclosed = col("population").is_in([Population.OPEN, Population.STOPPED])
is_unsettled_undecided = is_unclosed & col("verdict").is_in([*UNDECIDED, Verdict.OVERDUE])
is_maybe_late_unsettled = (col("population") == Population.ONLY_IN_REGISTER) | (
    is_unsettled_undecided & ~is_in_time_unclosed
)
is_maybe_late_later = (col("population") == Population.SETTLED_LATER) & ~is_proved_in_time
is_maybe_in_time_unsettled = (col("population") == Population.ONLY_IN_REGISTER) | (
    is_unclosed & ~col("returned_on").is_null()
)
may_be_commune = yes(col("cause") == Cause.CLOSED_LATE_BY_COMMUNE) | ~col("cause_proved")
may_be_upper_level = yes(col("cause") == Cause.HELD_BY_UPPER_LEVEL) | ~col("cause_proved")

LISTED = ("channel", "procedure", "online_procedures")
MEASURES = [
    Measure("received_total", is_in_software),
    Measure("received_in_person", is_new & is_in_person, needs=("channel",)),
    Measure("received_online", is_new & is_online, needs=("channel",)),
    Measure("carried_over", is_in_software & col("is_carried_over")),
    Measure("settled", is_settled),
    Measure("settled_in_time", is_settled & closed_in_time, of=("settled",),
            at_most=is_settled & (closed_in_time | has_no_due_date)),
    Measure("late_in_software", is_late_settled, at_most=may_be_late_settled),
    Measure("open_within_time", is_pending & ~col("may_be_past_due_at_end") & ~has_no_due_date,
            at_most=is_pending & ~col("is_past_due_at_end")),
    Measure("open_overdue", is_pending & col("is_past_due_at_end"),
            at_most=is_pending & (col("may_be_past_due_at_end") | has_no_due_date)),
    Measure("withdrawn", is_withdrawn),
    Measure("settled_in_time_in_reality", is_settled & is_proved_in_time, of=("settled",),
            at_most=is_settled & (col("verdict") != Verdict.LATE) | is_maybe_in_time_unsettled),
    Measure("late_in_reality", is_settled & (col("verdict") == Verdict.LATE) | is_returned_late_unclosed,
            at_most=is_settled & ~is_proved_in_time | is_maybe_late_unsettled | is_maybe_late_later),
    Measure("late_returned_in_time", is_late_settled & is_proved_in_time, of=("late_in_software",),
            at_most=may_be_late_settled & (col("verdict") != Verdict.LATE)),
    Measure("late_closed_by_commune", is_late_settled & col("cause_proved") & may_be_commune,
            at_most=may_be_late_settled & may_be_commune),
    Measure("late_held_by_upper_level", is_late_settled & col("cause_proved") & may_be_upper_level,
            at_most=may_be_late_settled & may_be_upper_level),
    Measure("components_digitised", is_in_software & col("is_components_digitised"),
            of=("received_total", "listed_not_withdrawn"), needs=("is_components_digitised",)),
    Measure("listed_not_withdrawn", is_in_software & is_listed & ~is_withdrawn, needs=LISTED[1:]),
    Measure("results_digitised", is_settled & col("is_result_digitised"), of=("settled", "listed_settled"),
            needs=("is_result_digitised",)),
    Measure("listed_settled", is_settled & is_listed, needs=LISTED[1:]),
    Measure("online_procedures_used", is_online_listed, of=("online_procedures",), needs=LISTED,
            distinct="procedure_key"),
    Measure("online_procedures_used_partial", is_partial, needs=LISTED, distinct="procedure_key"),
    Measure("online_procedures_used_full", is_full, needs=LISTED, distinct="procedure_key"),
    Measure("online_listed_received", is_online_listed, needs=LISTED),
    Measure("online_listed_settled", is_online_listed & is_settled, of=("online_listed_received",), needs=LISTED),
    Measure("online_partial_received", is_partial, needs=LISTED),
    Measure("online_partial_settled", is_partial & is_settled, of=("online_partial_received",), needs=LISTED),
    Measure("online_full_received", is_full, needs=LISTED),
    Measure("online_full_settled", is_full & is_settled, of=("online_full_received",), needs=LISTED),
    Measure("interlinked_birth_received", is_birth, needs=LISTED),
    Measure("interlinked_birth_settled", is_birth & is_settled, of=("interlinked_birth_received",), needs=LISTED),
    Measure("interlinked_death_received", is_death, needs=LISTED),
    Measure("interlinked_death_settled", is_death & is_settled, of=("interlinked_death_received",), needs=LISTED),
    Measure("payments", is_in_software, needs=("payments",), total="payments"),
    Measure("paid_dong", is_in_software, needs=("paid_dong",), total="paid_dong"),
]  # fmt: skip
LIST_MEASURES = {  # counted on the list of procedures itself
    "online_procedures": col("online_level").is_in(["partial", "full"]),
    "online_procedures_partial": col("online_level") == "partial",
    "online_procedures_full": col("online_level") == "full",
}
OF = {measure.name: measure.of for measure in MEASURES}
MEASURE_NAMES = frozenset(OF) | frozenset(LIST_MEASURES)


def counts(judged: IntoFrame, online_procedures: IntoFrame, *, columns: Set[str], unread: int) -> dict[str, Count]:
    """Every measure that the records can count, by name.

    `columns` are those that the software's export has, and "online_procedures" where that list is there.
    `unread` dossiers stand in rows that are problems: each may belong to any measure, so all widen by it.
    """
    judged = nw.from_native(judged).lazy()
    usable = {measure.name: measure for measure in MEASURES if set(measure.needs) <= columns}
    bounds = {(name, bound): when for name, m in usable.items() for bound, when in enumerate(_bounds_of(m))}
    sums = {key: when for key, when in bounds.items() if not usable[key[0]].distinct}
    row = collected(judged.select(*(_added_up(usable[key[0]], when).alias(str(key)) for key, when in sums.items())))
    found = {key: int(row[str(key)][0] or 0) for key in sums}
    for key, when in bounds.items():
        if column := usable[key[0]].distinct:
            values = collected(judged.filter(yes(when)).select(column))[column]
            found[key] = int(values.drop_nulls().n_unique()) + int(values.null_count())
    answers = {
        name: Count(found[name, 0], None if measure.total and unread else found[name, 1] + unread)
        for name, measure in usable.items()
    }
    if "online_procedures" in columns:
        listed = nw.from_native(online_procedures).lazy().filter(col("is_readable"))
        answers |= {name: Count(exactly, exactly) for name, exactly in count(listed, LIST_MEASURES).items()}
    return answers


def claims(reported: pd.DataFrame, found: Mapping[str, Count]) -> pd.DataFrame:
    """The readable claims answered, one row each: `at_least`, `at_most`, `out_of`, `of`, `outcome`, `explanation`.

    `found` is what `counts` returned. For shares `at_least` and `at_most` are the numerators, `out_of` the
    greatest total and `of` the measure it is: of the totals that offices use, the one that reproduces the
    figure, else the plainest; `least_percent` and `most_percent` bound the share. `explanation` is the name of
    a sentence. A claim that cannot be read stands among the problems.
    """
    readable = reported[reported["is_readable"]]
    answers = [_answer(claim, found) for claim in readable.to_dict("records")]
    answered = pd.DataFrame([answer.__dict__ for answer in answers], columns=list(Answer.__dataclass_fields__))
    answered.index = readable.index
    return readable.join(answered.astype(dict.fromkeys(("at_least", "at_most", "out_of"), "Int64")))


@dataclass(frozen=True)
class Answer:
    """What the records say of one claim."""

    outcome: Outcome
    explanation: str
    at_least: int | None = None
    at_most: int | None = None
    out_of: int | None = None
    of: str | None = None
    least_percent: Decimal | None = None
    most_percent: Decimal | None = None


def _answer(claim: Mapping, found: Mapping[str, Count]) -> Answer:
    name, unit = claim["measure"], claim["unit"]
    is_percent = unit == "percent"
    if unit == "target":
        return Answer(Outcome.CANNOT_BE_CHECKED, "target")
    if unit in UNCHECKED_UNITS or name not in MEASURE_NAMES:
        return Answer(Outcome.CANNOT_BE_CHECKED, "no_record")
    totals = {of: found[of] for of in OF.get(name, ()) if of in found}
    if name not in found or (is_percent and not totals):
        return Answer(Outcome.CANNOT_BE_CHECKED, "no_column")
    counted, written = found[name], figure(claim["written"], is_percent=is_percent)
    if written is None:
        return Answer(Outcome.CANNOT_BE_CHECKED, "unreadable_figure", counted.at_least, counted.at_most)
    is_total_printed = isinstance(claim["out_of_written"], str)
    printed = figure(claim["out_of_written"]) if is_total_printed else None
    if is_total_printed and printed is None:
        return Answer(Outcome.CANNOT_BE_CHECKED, "unreadable_figure", counted.at_least, counted.at_most)
    if not is_percent and not is_total_printed:
        outcome = _count_outcome(written.value, counted)
        return Answer(outcome, outcome.value, counted.at_least, counted.at_most)
    if not totals:
        return Answer(Outcome.CANNOT_BE_CHECKED, "unknown_total", counted.at_least, counted.at_most)
    answers = [_of_total(written, printed, counted, totals[of], of, is_percent=is_percent) for of in totals]
    return min(answers, key=lambda answer: _WORST_LAST.index(answer.outcome))


_WORST_LAST = [Outcome.HOLDS, Outcome.NOT_SETTLED, Outcome.DOES_NOT_HOLD, Outcome.CANNOT_BE_CHECKED]


def _of_total(
    written: Figure, printed: Figure | None, count: Count, total: Count, of: str, *, is_percent: bool
) -> Answer:
    """The answer if `total` is the total: the figure itself, and the total printed with it, must both hold."""
    least, most = _bounds(count, total)
    known = (count.at_least, count.at_most, total.at_most, of, _percent(least), _percent(most))
    if least is None or most is None:
        return Answer(Outcome.CANNOT_BE_CHECKED, "cannot_be_checked_percent", *known)
    outcome = _percent_outcome(written, least, most) if is_percent else _count_outcome(written.value, count)
    explanation = f"{outcome}_percent" if is_percent else outcome.value
    total_outcome = Outcome.HOLDS if printed is None else _count_outcome(printed.value, total)
    worse = max(outcome, total_outcome, key=_WORST_LAST.index)
    if worse != outcome:
        return Answer(worse, "other_total", *known)
    return Answer(outcome, explanation, *known)


def _bounds_of(measure: Measure) -> tuple[nw.Expr, nw.Expr]:
    """Which dossiers the measure counts for certain, and which it may count.

    Whether a refused dossier was received, offices see differently; and one of which the records do not tell
    the channel or the procedure may belong to any measure of it.
    """
    unknown = [col(name).is_null() for name in measure.needs if name in MAY_BE_BLANK]
    at_most = measure.when if measure.at_most is None else measure.at_most
    if unknown:
        at_most = at_most | (is_in_software & nw.any_horizontal(*unknown, ignore_nulls=False))
    return measure.when & ~is_refused, at_most


def _added_up(measure: Measure, when: nw.Expr) -> nw.Expr:
    value = col(measure.total).fill_null(0) if measure.total else nw.lit(1)
    return nw.when(yes(when)).then(value).otherwise(nw.lit(0)).sum()


def _bounds(count: Count, total: Count) -> tuple[Fraction | None, Fraction | None]:
    """The least and the greatest share that `count` can be of `total`."""
    if not total.at_most or total.at_most < count.at_least or count.at_most is None:
        return None, None
    most = Fraction(count.at_most, total.at_least) if count.at_most < total.at_least else Fraction(1)
    return Fraction(count.at_least, total.at_most), most


def _count_outcome(written: Decimal, count: Count) -> Outcome:
    if written < count.at_least or (count.at_most is not None and written > count.at_most):
        return Outcome.DOES_NOT_HOLD
    return Outcome.HOLDS if count.at_least == count.at_most else Outcome.NOT_SETTLED


def _percent_outcome(written: Figure, least: Fraction, most: Fraction) -> Outcome:
    low, high = (written.rounded(share.numerator, share.denominator) for share in (least, most))
    if not low <= written.value <= high:
        return Outcome.DOES_NOT_HOLD
    return Outcome.HOLDS if least == most else Outcome.NOT_SETTLED


def _percent(share: Fraction | None) -> Decimal | None:
    return None if share is None else percent(share.numerator, share.denominator, PERCENT_DIGITS)
