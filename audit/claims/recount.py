"""Each reported figure counted again in the records under every definition in use, with what they leave open."""

from collections.abc import Callable, Iterable, Mapping, Set
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pandas as pd
import polars as pl
from polars import DataFrame, col

from audit.claims.figure import Figure, figure, percent
from audit.claims.measures import (
    BY_NAME,
    DOSSIER,
    LIST_MEASURES,
    LISTED_PROCEDURE,
    MEASURE_NAMES,
    MEASURES,
    OF,
    Measure,
)
from audit.claims.printed import UNKNOWN
from audit.ground.expressions import midnight, yes
from audit.ground.situation import Condition, with_held
from audit.ground.terms import PERCENT_DIGITS, Outcome, Population, measures
from audit.judging import summarise

UNCHECKED_UNITS = ("number", "day", "person", "average", "other")
ALL_OF_THEM = ("tất cả", "toàn bộ")


@dataclass(frozen=True)
class Count:
    """A measure as the records have it; `at_most` is None where nothing bounds it."""

    at_least: int
    at_most: int | None


Counts = Mapping[str, Mapping[str, Count]]  # by measure and definition, the plainest first


def counts(
    judged: DataFrame, online_procedures: DataFrame, *, columns: Set[str], unread: int, as_of: date | None = None,
    period_first_on: date | None = None, period_last_on: date | None = None,
) -> dict[str, dict[str, Count]]:  # fmt: skip
    """Every measure that the records can count, by name and definition, the plainest definition first.

    `columns` are those that the software's export has, and "online_procedures" where that list is there.
    `unread` dossiers stand in rows that are problems, or nobody can read whether they were settled: each may belong to
    any measure, so all widen by it.
    A dossier on which systems differ belongs to a measure where it does by each reading, and may where by any.
    What has fallen due is counted where the period is given, both ends included, up to the day of the audit.
    """
    is_due = pl.lit(False)
    if period_first_on and period_last_on:
        last_on = min(period_last_on, as_of or period_last_on)
        due_on, columns = col("due_on_software"), columns | {"period"}
        is_due = yes(due_on >= midnight(period_first_on)) & yes(due_on <= midnight(last_on))
    judged = judged.filter(col("population") != Population.UNREAD)
    by_reading = summarise.by_reading(judged).with_columns(is_due_in_period=is_due)
    dossiers = with_held(by_reading, {"held": DOSSIER.of()})
    dossiers = summarise.held_by_dossiers(dossiers, *_more(MEASURES, dossiers.columns))
    recounted = _counted(dossiers, [measure for measure in MEASURES if set(measure.needs) <= columns], columns, unread)
    if "online_procedures" in columns:
        listed = online_procedures.filter(col("is_readable"))
        listed = with_held(listed, {"held": LISTED_PROCEDURE.of()}).with_columns(col("held").cast(pl.String))
        for name, by_definition in _counted(listed, LIST_MEASURES, columns, unread=0).items():
            if set(BY_NAME[name].needs) <= columns:
                recounted.setdefault(name, {}).update(by_definition)
    return recounted


def plainest(recounted: Counts) -> dict[str, Count]:
    """Each measure under its plainest definition."""
    return {name: next(iter(by_definition.values())) for name, by_definition in recounted.items()}


def claims(reported: pd.DataFrame, recounted: Counts) -> pd.DataFrame:
    """The readable claims answered, one row each: `at_least`, `at_most`, `out_of`, `of`, `outcome`, `explanation`.

    `recounted` is what `counts` returned. For shares `at_least` and `at_most` are the numerators, `out_of` the greatest
    total and `of` the measure it is; `least_percent` and `most_percent` bound the share. `definition` is how the
    answer counts: the plainest definition and a usual total, unless those refute the figure and another does not.
    `tried` holds (definition, at_least, at_most, out_of, of, outcome) of each, the plainest first. `explanation` is
    the name of a sentence. A claim that cannot be read stands among the problems.
    """
    readable = reported[reported["is_readable"]]
    answers = [_answer(claim, recounted) for claim in readable.to_dict("records")]
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
    definition: str | None = None
    tried: tuple[tuple, ...] = ()


@dataclass(frozen=True)
class Stated:
    """A claim's figure as read; `value` is None where all of the total are meant."""

    value: Figure | None
    printed_total: Figure | None
    is_share: bool


def _answer(claim: Mapping, recounted: Counts) -> Answer:
    name, unit = claim["measure"], claim["unit"]
    if isinstance(claim.get("scope"), str):
        return Answer(Outcome.CANNOT_BE_CHECKED, "other_scope")
    if explanation := _unchecked(name, unit, recounted):
        return Answer(Outcome.CANNOT_BE_CHECKED, explanation)
    stated = _stated(claim)
    if stated is None:
        counted = plainest(recounted)[name]
        return Answer(Outcome.CANNOT_BE_CHECKED, "unreadable_figure", counted.at_least, counted.at_most)
    has_total = stated.is_share or stated.printed_total is not None
    usual = list(_tried(stated, name, recounted, is_usual=True, has_total=has_total))
    others = list(_tried(stated, name, recounted, is_usual=False, has_total=has_total))
    if not usual:
        unknown = "no_total" if stated.printed_total is None else "unknown_total"
        explanation = "no_column" if OF.get(name) else unknown
        counted = plainest(recounted)[name]
        return Answer(Outcome.CANNOT_BE_CHECKED, explanation, counted.at_least, counted.at_most)
    chosen = _chosen(usual, others, are_totals_counted=all(of in recounted for of in _totals(BY_NAME[name])))
    tried = tuple((a.definition, a.at_least, a.at_most, a.out_of, a.of, a.outcome) for a in (*usual, *others))
    return replace(chosen, tried=tried)


def _unchecked(name: str, unit: str, recounted: Counts) -> str | None:
    """Why no record can answer, as the name of a sentence; None where one can."""
    if unit in ("target", "statement"):
        return unit
    if name == UNKNOWN or name not in measures():
        return "unknown_measure"
    if unit in UNCHECKED_UNITS or name not in MEASURE_NAMES:
        return "no_record"
    if unit not in ("percent", BY_NAME[name].unit) and isinstance(unit, str):
        return "other_unit"
    return None if name in recounted else "no_column"


def _stated(claim: Mapping) -> Stated | None:
    """The claim's figure and the total printed with it; None where one of them is unclear."""
    is_percent, written = claim["unit"] == "percent", claim["written"]
    is_all = " ".join(written.casefold().split()) in ALL_OF_THEM
    value = None if is_all else figure(written, is_percent=is_percent)
    is_total_printed = isinstance(claim["out_of_written"], str)
    printed = figure(claim["out_of_written"]) if is_total_printed else None
    if (value is None and not is_all) or (is_total_printed and printed is None):
        return None
    return Stated(value, printed, is_percent or is_all)


def _tried(stated: Stated, name: str, recounted: Counts, *, is_usual: bool, has_total: bool) -> Iterable[Answer]:
    """The answer under each definition, and each total, that is usual, or that is not."""
    measure = BY_NAME[name]
    own_of = {definition.name: definition.of for definition in measure.definitions}
    for place, (definition, counted) in enumerate(recounted[name].items()):
        if stated.value and not has_total:
            if is_usual == (place == 0):
                outcome = _count_outcome(stated.value, counted)
                yield Answer(outcome, outcome.value, counted.at_least, counted.at_most, definition=definition)
            continue
        for of in own_of.get(definition) or (*measure.of, *(measure.other_of if place == 0 else ())):
            if of in recounted and is_usual == (place == 0 and of in measure.of):
                total = recounted[of].get(definition) or plainest(recounted)[of]
                yield replace(_of_total(stated, counted, total, of), definition=definition)


def _totals(measure: Measure) -> Iterable[str]:
    """The totals without which a share is not refuted: the usual ones, and those that need a list of procedures."""
    return (*measure.of, *(of for of in measure.other_of if "online_procedures" in BY_NAME[of].needs))


_BEST_FIRST = [Outcome.HOLDS, Outcome.NOT_SETTLED, Outcome.DOES_NOT_HOLD, Outcome.CANNOT_BE_CHECKED]


def _chosen(usual: list[Answer], others: list[Answer], *, are_totals_counted: bool) -> Answer:
    """The best usual answer; where that refutes the figure, or has no answer, another definition that does not.

    Where a usual total cannot be counted, it may be the one that was meant, and nothing is refuted by the others.
    """
    best = min(usual, key=lambda answer: _BEST_FIRST.index(answer.outcome))
    if best.outcome in (Outcome.HOLDS, Outcome.NOT_SETTLED):
        return best
    if not are_totals_counted and (best.explanation.endswith("_percent") or best.explanation == "other_total"):
        return replace(best, outcome=Outcome.CANNOT_BE_CHECKED, explanation="no_column")
    for outcome, otherwise in ((Outcome.HOLDS, Outcome.HOLDS_OTHERWISE), (Outcome.NOT_SETTLED, Outcome.NOT_SETTLED)):
        for answer in others:
            if answer.outcome == outcome:
                of_share = "_percent" if answer.explanation.endswith("_percent") else ""
                return replace(answer, outcome=otherwise, explanation=f"{outcome}_otherwise{of_share}")
    return best


def _of_total(stated: Stated, count: Count, total: Count, of: str) -> Answer:
    """The answer if `total` is the total: the figure itself, and the total printed with it, must both hold."""
    least, most = _bounds(count, total)
    known = (count.at_least, count.at_most, total.at_most, of, _percent(least), _percent(most))
    if least is None or most is None:
        return Answer(Outcome.CANNOT_BE_CHECKED, "cannot_be_checked_percent", *known)
    if stated.is_share or stated.value is None:
        outcome = _share_outcome(stated.value, least, most)
    else:
        outcome = _count_outcome(stated.value, count)
    printed = stated.printed_total
    total_outcome = Outcome.HOLDS if printed is None else _count_outcome(printed, total)
    worse = max(outcome, total_outcome, key=_BEST_FIRST.index)
    if worse != outcome:
        return Answer(worse, "other_total", *known)
    return Answer(outcome, f"{outcome}_percent" if stated.is_share else outcome.value, *known)


def _counted(frame: DataFrame, measures: list[Measure], columns: Set[str], unread: int) -> dict[str, dict[str, Count]]:
    """Each measure under each definition; `frame` says by `held` which facts hold of a row, and few of them occur."""
    added = sorted({measure.total for measure in measures if measure.total})
    values = sorted({measure.distinct for measure in measures if measure.distinct})
    rows = _rows(frame.group_by("held").agg(pl.len().alias("rows"), *(col(name).sum() for name in added)))
    rows_by_value = {name: _rows(frame.group_by("held", name).agg(pl.len().alias("rows"))) for name in values}
    recounted: dict[str, dict[str, Count]] = {}
    for measure in measures:
        among = rows_by_value[measure.distinct] if measure.distinct else rows
        for definition in measure.definitions:
            if not set(definition.needs) <= columns:
                continue
            least = _number_of(measure, among, definition.when, all)
            most = _number_of(measure, among, definition.at_most or definition.when, any)
            count = Count(least, None if measure.total and unread else most + unread)
            recounted.setdefault(measure.name, {})[definition.name] = count
    return recounted


@dataclass(frozen=True)
class _Rows:
    """Rows of which the same facts hold by each reading: how many, their sums, the value that they share."""

    readings: tuple[summarise.Held, ...]
    cells: Mapping[str, Any]


def _rows(counted: DataFrame) -> list[_Rows]:
    return [_Rows(summarise.held_of(row["held"]), row) for row in counted.iter_rows(named=True)]


def _more(measures: Iterable[Measure], there: Iterable[str]) -> list[str]:
    """The columns that measures add up, or of which they count the different values."""
    return sorted({name for one in measures for name in (one.total, one.distinct) if name} & set(there))


def _number_of(
    measure: Measure, among: list[_Rows], when: Condition, by: Callable[[Iterable[bool]], bool]
) -> int:  # fmt: skip
    """A measure of the rows that meet `when` by all readings, or any; of different values those without one too."""
    met = [rows.cells for rows in among if by(map(when.holds, rows.readings))]
    if measure.distinct:
        different = {row[measure.distinct] for row in met if not pd.isna(row[measure.distinct])}
        return len(different) + sum(int(row["rows"]) for row in met if pd.isna(row[measure.distinct]))
    amounts = [row[measure.total or "rows"] for row in met]
    return sum(int(amount) for amount in amounts if not pd.isna(amount))


def _bounds(count: Count, total: Count) -> tuple[Fraction | None, Fraction | None]:
    """The least and the greatest share that `count` can be of `total`."""
    if not total.at_most or total.at_most < count.at_least or count.at_most is None:
        return None, None
    most = Fraction(count.at_most, total.at_least) if count.at_most < total.at_least else Fraction(1)
    return Fraction(count.at_least, total.at_most), most


def _count_outcome(written: Figure, count: Count) -> Outcome:
    """What the records say of a count; a rounded one holds where all that they leave open is within it."""
    if written.most < count.at_least or (count.at_most is not None and written.least > count.at_most):
        return Outcome.DOES_NOT_HOLD
    if written.is_exact:
        return Outcome.HOLDS if count.at_least == count.at_most else Outcome.NOT_SETTLED
    is_within = written.least <= count.at_least and count.at_most is not None and count.at_most <= written.most
    return Outcome.HOLDS if is_within else Outcome.NOT_SETTLED


def _share_outcome(written: Figure | None, least: Fraction, most: Fraction) -> Outcome:
    """What the bounds of a share say of the percentage written, or of "all", which no rounding reaches."""
    if written is None:
        is_within = least <= 1 <= most
    else:
        low, high = (written.rounded(share.numerator, share.denominator) for share in (least, most))
        is_within = low is not None and high is not None and low <= written.value <= high
    if not is_within:
        return Outcome.DOES_NOT_HOLD
    return Outcome.HOLDS if least == most else Outcome.NOT_SETTLED


def _percent(share: Fraction | None) -> Decimal | None:
    return None if share is None else percent(share.numerator, share.denominator, PERCENT_DIGITS)
