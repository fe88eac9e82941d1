"""Counts and shares of what was judged: each with its total, undecided dossiers counted for and against."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

import polars as pl
from polars import DataFrame, col

from audit.ground.expressions import (
    closed_in_time,
    closed_late,
    has_no_due_date,
    is_in_software,
    is_pending,
    is_settled,
    is_withdrawn,
    yes,
)
from audit.ground.situation import Condition, Facts, with_first, with_held
from audit.ground.terms import PROVED_ON_TIME, SAID_TO_HAVE_LEFT, AuditError, Fate, Population, Verdict


@dataclass(frozen=True)
class Share:
    """`numerator` dossiers of `denominator`; an empty total has no percentage."""

    numerator: int
    denominator: int


@dataclass(frozen=True)
class OnTime:
    """An on-time share under one definition.

    `share` is what is shown to be on time; `at_least` and `at_most` count every undecided or unread dossier
    once against the office and once for it.
    """

    definition: str
    share: Share
    at_least: Share
    at_most: Share


@dataclass(frozen=True)
class Definition:
    """Which dossiers a share counts over, which of them are on time for certain, and which may be."""

    name: str
    counted: Condition
    on_time: Condition
    may_be_on_time: Condition


has_left = col("rule").is_in(SAID_TO_HAVE_LEFT)
closed_by_timestamp = yes(col("closed_at") <= col("due_at"))
is_within_time = is_pending & ~col("may_be_past_due_at_end") & ~has_no_due_date
may_be_within_time = is_pending & ~col("is_past_due_at_end")

BY_READING = "by_reading"  # a column: what each reading has of a dossier on which case systems differ
TRACED_TO = ("returned_on", "ready_on", "handed_over_on", "issued_on", "posted_on")
paper_on = pl.coalesce(*TRACED_TO)
traced_first_on = pl.min_horizontal(*TRACED_TO)
AGAINST_PAPER = [  # when a dossier was closed, against paper; else on the same day
    (paper_on.is_null(), "no_paper"), (col("closed_on") < paper_on, "earlier"), (col("closed_on") > paper_on, "later"),
]  # fmt: skip
is_overturned = closed_in_time & (col("verdict") == Verdict.LATE) | closed_late & col("verdict").is_in(PROVED_ON_TIME)
is_population_unread = col("population") == Population.UNREAD
is_proved_on_time = yes(col("verdict").is_in(PROVED_ON_TIME)) | yes(col("is_in_time_unclosed"))
is_proved_late = yes(col("verdict") == Verdict.LATE) | yes(col("is_late_unclosed"))
SHARED = Facts("held")
_said_to_have_left = SHARED.fact(has_left)
_settled, _withdrawn, _pending = SHARED.fact(is_settled), SHARED.fact(is_withdrawn), SHARED.fact(is_pending)
_refused, _stopped = (SHARED.fact(col("population") == which) for which in (Population.REFUSED, Population.STOPPED))
_in_software, _undated = SHARED.fact(is_in_software & ~is_population_unread), SHARED.fact(has_no_due_date)
_in_time, _in_time_by_timestamp = SHARED.fact(closed_in_time), SHARED.fact(closed_by_timestamp)
_within_time, _may_be_within_time = SHARED.fact(is_within_time), SHARED.fact(may_be_within_time)
_proved, _late = SHARED.fact(col("verdict").is_in(PROVED_ON_TIME)), SHARED.fact(col("verdict") == Verdict.LATE)

DEFINITIONS = [
    Definition("records", _settled | _said_to_have_left, _proved, ~_late),
    Definition("software_by_day", _settled, _in_time, _in_time | _undated),
    Definition("software_by_timestamp", _settled, _in_time_by_timestamp, _in_time_by_timestamp | _undated),
    Definition("software_withdrawn_counted", _settled | _withdrawn, _in_time | _withdrawn,
               _in_time | _withdrawn | _undated),
    Definition("software_form_06a", _settled | _withdrawn | _refused | _stopped,
               _in_time | _withdrawn | _refused | _stopped, _in_time | _withdrawn | _refused | _stopped | _undated),
    Definition("software_pending_counted", _settled | _pending, _settled & _in_time | _within_time,
               _settled & (_in_time | _undated) | _may_be_within_time),
    Definition("software_portal_progress", _in_software, _settled & _in_time | _withdrawn | _within_time,
               _settled & (_in_time | _undated) | _withdrawn | _may_be_within_time),
    Definition("software_over_received", _in_software, _settled & _in_time, _settled & (_in_time | _undated)),
]  # fmt: skip


def by_reading(judged: DataFrame) -> DataFrame:
    """`judged` with a row per reading of dossiers on which case systems differ and none rules; the verdict is one."""
    if BY_READING not in judged.columns:
        return judged
    is_one = col(BY_READING).is_null()
    several = judged.filter(~is_one)
    told = several.select("dossier_id", BY_READING).explode(BY_READING).unnest(BY_READING)
    several = several.drop(*set(told.columns) - {"dossier_id"}, BY_READING).join(told, on="dossier_id", how="left")
    alone = judged.filter(is_one).drop(BY_READING)
    return pl.concat([alone, several.select(alone.columns)], how="vertical_relaxed")


def held_by_dossiers(judged: DataFrame, *columns: str) -> DataFrame:
    """`judged` with `held` of each row as a row a dossier: `held` by all its readings, blanks between; the `columns`
    are those of the first."""
    held = col("held").cast(pl.String)
    if not judged["dossier_id"].is_duplicated().any():
        return judged.select("dossier_id", *columns, held)
    among = judged.with_columns(held).group_by("dossier_id", maintain_order=True)
    return among.agg(*(col(name).first() for name in columns), by_any_reading("held"))


def by_any_reading(name: str) -> pl.Expr:
    """What any reading of a dossier has in a text column, of a group of them: each once, in order, blanks between."""
    return col(name).unique().sort().str.join(" ")


def by_verdict(judged: DataFrame) -> DataFrame:
    """A row per verdict that occurs: `verdict`, `dossiers`; they add up to all dossiers judged."""
    return judged.group_by("verdict").agg(dossiers=pl.len()).sort("verdict")


def by_grade(judged: DataFrame) -> DataFrame:
    """A row per grade of late that occurs: `grade`, `dossiers`; they add up to all that are late."""
    return judged.filter(~col("grade").is_null()).group_by("grade").agg(dossiers=pl.len()).sort("grade")


def late_in_software(judged: DataFrame) -> DataFrame:
    """Dossiers settled in the period and closed after the software's own due date, a row per verdict."""
    return judged.filter(is_settled & closed_late).group_by("verdict").agg(dossiers=pl.len()).sort("verdict")


def in_time_in_software(judged: DataFrame) -> DataFrame:
    """Dossiers settled in the period and closed by the software's own due date, a row per verdict."""
    return judged.filter(is_settled & closed_in_time).group_by("verdict").agg(dossiers=pl.len()).sort("verdict")


def by_cause(judged: DataFrame) -> DataFrame:
    """A row per verdict, cause and proof that occurs: `verdict`, `cause`, `cause_proved`, `dossiers`."""
    caused = judged.filter(~col("cause").is_null())
    keys = ("verdict", "cause", "cause_proved")
    return caused.group_by(*keys).agg(dossiers=pl.len()).sort(*keys)


def by_population(judged: DataFrame) -> DataFrame:
    """A row per population that occurs: `population`, `dossiers`; they add up to all dossiers judged."""
    return judged.group_by("population").agg(dossiers=pl.len()).sort("population")


def by_found_in(judged: DataFrame) -> DataFrame:
    """A row per `found_in` that occurs (both, software, register): `dossiers`; they add up to all dossiers judged."""
    return judged.group_by("found_in").agg(dossiers=pl.len()).sort("found_in")


def by_apology(judged: DataFrame) -> DataFrame:
    """A row per state of the letters of apology that occurs: `apology`, `dossiers`."""
    return judged.filter(~col("apology").is_null()).group_by("apology").agg(dossiers=pl.len()).sort("apology")


def by_field(judged: DataFrame) -> DataFrame:
    """A row per field (lĩnh vực) that occurs, "" where none is written; they add up to all dossiers judged.

    dossiers = late_in_software + in_time_in_software + neither; neither: not settled in the period, or no due date.
    """
    late, in_time = yes(is_settled & closed_late), yes(is_settled & closed_in_time)
    found = judged.select(
        field=col("field").fill_null(""), late=late.cast(pl.Int64), in_time=in_time.cast(pl.Int64),
        neither=(~late & ~in_time).cast(pl.Int64),
    )  # fmt: skip
    sums = {"late_in_software": "late", "in_time_in_software": "in_time", "neither": "neither"}
    counted = found.group_by("field").agg(dossiers=pl.len(), **{name: col(of).sum() for name, of in sums.items()})
    return counted.sort("dossiers", "field", descending=[True, False])


def traced(judged: DataFrame) -> DataFrame:
    """Settled dossiers with a due date, traced to paper: `closed` against paper, `dossiers`, `overturned`.

    Paper is the signed return, else the hand-over on the slip, else the result's own day. `closed`: same (on that
    day), earlier (before it), later, or no_paper. `overturned`: paper proves the other answer than closing shows,
    late for in time or in time for late. They add up to the dossiers settled in the period.
    """
    settled = judged.filter(is_settled).select("verdict", "closed_on", "due_on_software", *TRACED_TO)
    settled = with_against_paper(settled, "closed")
    found = settled.with_columns(overturned=yes(is_overturned).cast(pl.Int64))
    return found.group_by("closed").agg(dossiers=pl.len(), overturned=col("overturned").sum()).sort("closed")


def with_against_paper(judged: DataFrame, name: str) -> DataFrame:
    """With `name`: whether each dossier was closed on the day that paper says, earlier, later, or there is no paper."""
    told = [(when, {name: word}) for when, word in AGAINST_PAPER]
    return with_first(judged, told, otherwise={name: "same"}, columns=[name])


def undecided(judged: DataFrame) -> DataFrame:
    """Dossiers settled in the period that are neither proved in time nor late, a row per `verdict` and `rule`.

    With them those that the software says were withdrawn or refused, though a result was returned. Most first: they
    are what the range of the share between at_least and at_most is made of.
    """
    is_open = (is_settled | has_left) & ~col("verdict").is_in([*PROVED_ON_TIME, Verdict.LATE])
    found = judged.filter(is_open).group_by("verdict", "rule").agg(dossiers=pl.len())
    return found.sort("dossiers", "verdict", "rule", descending=[True, False, False])


def on_time(judged: DataFrame, *, unread: int = 0) -> list[OnTime]:
    """The on-time share under each definition in use; `unread` dossiers stand in rows that are problems.

    One of several readings is in time where it is so by each, and may be where it is by any.

    Unread dossiers widen each range as far as they can: all late, or all in time.
    """
    rows = held_by_dossiers(with_held(by_reading(judged), {"held": SHARED.of()})).group_by("held").agg(rows=pl.len())
    occurring = [(held_of(row["held"]), int(row["rows"])) for row in rows.iter_rows(named=True)]

    def of(when: Condition, by: Callable[[Iterable[bool]], bool] = all) -> int:
        return sum(dossiers for readings, dossiers in occurring if by(map(when.holds, readings)))

    answers = []
    for definition in DEFINITIONS:
        counted = of(definition.counted)
        least = of(definition.counted & definition.on_time)
        most = of(definition.counted & definition.may_be_on_time, any)
        shares = (
            Share(least, counted),
            Share(least, counted + unread),
            Share(most + unread, counted + unread),
        )
        answers.append(OnTime(definition.name, *shares))
    return answers


@dataclass(frozen=True)
class Held:
    """Which facts hold of a dossier by one reading of it."""

    held: int


def held_of(cell: str) -> tuple[Held, ...]:
    """The readings in a cell of `held_by_dossiers`."""
    return tuple(Held(int(one)) for one in cell.split())


def unread(software: DataFrame, judged: DataFrame) -> int:
    """Dossiers of the software that no count may hold: their rows are problems, or whether they were settled could
    not be read; rows without a code count one each. Those outside the period are not counted: no share is of them.
    """
    problems = software.filter((col("fate") == Fate.PROBLEM) & (col("problem").fill_null("") != "outside_period"))
    if "system" in software.columns:  # what one system spoils, another may show
        problems = problems.join(judged.select("dossier_id"), on="dossier_id", how="anti")
    codes = problems["dossier_id"]
    return codes.drop_nulls().n_unique() + codes.null_count() + len(judged.filter(is_population_unread))


def repeated(software: DataFrame) -> list[str]:
    """The codes of which a row of the software repeats another, ascending."""
    return sorted(set(software.filter(col("fate") == Fate.DUPLICATE)["dossier_id"]))


def accounting(rows_read: int, record: DataFrame, judged: int) -> dict[str, int]:
    """`rows`, `judged`, `problems`, `duplicates` of one record; an AuditError where they do not add up.

    `record` has the fate of each row; `judged` is counted apart, from the dossiers that were judged.
    """
    rows_of = record.group_by("fate").agg(rows=pl.len())
    fates = dict.fromkeys(Fate, 0) | dict(zip(rows_of["fate"].to_list(), rows_of["rows"].to_list(), strict=True))
    found = {
        "rows": rows_read,
        "judged": judged,
        "problems": fates[Fate.PROBLEM],
        "duplicates": fates[Fate.DUPLICATE],
    }
    if found["judged"] + found["problems"] + found["duplicates"] != rows_read:
        raise AuditError("rows_lost", **found)
    return found
