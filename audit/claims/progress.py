"""Item 2.1 of the index, progress: which dossiers are in time as the portal counts them, and as papers prove them."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

import polars as pl
from polars import DataFrame, Expr, col

from audit.claims.recount import Count
from audit.ground.expressions import is_in_software, is_pending, is_running, is_settled, midnight, with_found, yes
from audit.ground.situation import Places, with_places
from audit.ground.terms import SAID_TO_HAVE_LEFT, Fate, Population
from audit.judging.summarise import (
    by_any_reading,
    by_reading,
    is_population_unread,
    is_proved_late,
    is_proved_on_time,
    traced_first_on,
)

IN_TIME, LATE, OUT = "in_time", "late", "out"  # out: counted nowhere
_EITHER, _ANYWHERE = (IN_TIME, LATE), (IN_TIME, LATE, OUT)
_AS_SOFTWARE = "as_software"  # papers say nothing of how it ended
_SECOND = 2  # the request for supplements after which a dossier is late
_BY_TERM = ("due_by_civil_code", "due_by_receipt_day_counted", "due_by_cut_off_15")


@dataclass(frozen=True)
class Range:
    """From `at_least` to `at_most`, both included, exactly."""

    at_least: Fraction
    at_most: Fraction

    def __add__(self, other: "Range") -> "Range":
        return Range(self.at_least + other.at_least, self.at_most + other.at_most)

    def times(self, factor: Fraction) -> "Range":
        """Both ends times a factor that is not negative."""
        return Range(self.at_least * factor, self.at_most * factor)


@dataclass(frozen=True)
class Part:
    """`count` dossiers of `total`, the fewest and the most of each, and the share that this can be, 0 to 1."""

    count: Count
    total: Count
    share: Range


@dataclass(frozen=True)
class Tally:
    """Dossiers in time as the portal counts them and as papers prove them; None where there is none at all.

    `moved`: how much greater the share is by papers. `reasons`: what is left open, and how many dossiers of that kind.
    """

    software: Part | None
    papers: Part | None
    moved: Range
    reasons: tuple[tuple[str, int], ...]


def part(count: Count, total: Count, others: int) -> Part | None:
    """`count` of `total`, of which `others` are known not to be counted; None of nothing."""
    least, most, whole = count.at_least, count.at_most or 0, total.at_most or 0
    if not whole:
        return None
    highest = Fraction(most, most + others) if most else Fraction(0)
    return Part(count, total, Range(Fraction(least, whole), highest))


def tally(judged: DataFrame, stops: DataFrame, *, unread: int, end: date) -> Tally:
    """Every dossier received and processed in the period, by the formula of item 2.1 (`points.csv`, not confirmed).

    A dossier that has ended is in time where it ended by its due date, compared by days and by hours, since nobody
    says which; a refused or withdrawn one too. Its end is that of status 9, else 10. One that waits for supplements
    ended on the day of the request; one asked twice is late. One that has not ended is in time where `end` is not
    after its due date. Without a due date the term of the procedure decides, where it is known. By papers the verdict
    stands in place of the software's days, and an undecided dossier may be either. `unread`: dossiers of rows that
    cannot be read, which may be anything.
    """
    frame, readings = (_with_facts(one, stops, end) for one in (judged, by_reading(judged)))
    named = {"software": (_by_software(), OUT), "papers": (_by_papers(), _AS_SOFTWARE)}
    is_same = col("papers") == _AS_SOFTWARE
    places = with_places(readings, named).select(
        "dossier_id", "software", papers=pl.when(is_same).then(col("software")).otherwise(col("papers")),
        is_same=is_same,
    ).group_by("dossier_id").agg(
        *map(by_any_reading, named), is_same=col("is_same").all()
    )  # fmt: skip
    rows = places.group_by(*named, "is_same").agg(dossiers=pl.len()).sort(*named, "is_same").iter_rows(named=True)
    placed = [(_places(row["software"]), _places(row["papers"]), row["is_same"], row["dossiers"]) for row in rows]
    if unread:
        placed.append((frozenset(_ANYWHERE), frozenset(_ANYWHERE), False, unread))
    software, papers = (_part(placed, at) for at in (0, 1))
    return Tally(software, papers, _moved(placed, software, papers), tuple(_reasons(frame, stops, unread)))


def _places(written: str) -> frozenset[str]:
    return frozenset(written.split())


def _part(placed: list, at: int) -> Part | None:
    def dossiers(*places: set[str]) -> int:
        return sum(one[3] for one in placed if one[at] in places)

    may_be = sum(one[3] for one in placed if IN_TIME in one[at])
    sure, counted = sum(one[3] for one in placed if OUT not in one[at]), sum(one[3] for one in placed) - dossiers({OUT})
    return part(Count(dossiers({IN_TIME}), may_be), Count(sure, counted), dossiers({LATE}))


def _moved(placed: list, software: Part | None, papers: Part | None) -> Range:
    """How much greater the share is by papers; of a dossier of which papers say nothing there is no difference."""
    if software is None or papers is None:
        return Range(Fraction(0), Fraction(0))
    if not software.total == papers.total == Count(size := software.total.at_least, size):
        return Range(papers.share.at_least - software.share.at_most, papers.share.at_most - software.share.at_least)
    least = most = 0
    for was, now, is_same, count in placed:
        if not is_same:
            least += count * ((now == {IN_TIME}) - (IN_TIME in was))
            most += count * ((IN_TIME in now) - (was == {IN_TIME}))
    return Range(Fraction(least, size), Fraction(most, size))


def _with_facts(judged: DataFrame, stops: DataFrame, end: date) -> DataFrame:
    """`judged` with the end as the portal takes it, how often supplements were asked, and the request that waits."""
    asked = stops.filter((col("fate") == Fate.JUDGED) & (col("from_on") <= midnight(end)))
    is_request = yes(col("why") == "supplements")
    is_waiting = is_running(end)
    by_dossier = asked.group_by("dossier_id").agg(
        requests=is_request.sum(), may_be_requests=(is_request | col("why").is_null()).sum(),
        asked_on=col("from_on").filter(is_waiting & is_request).max(),
        stopped_from=col("from_on").filter(is_waiting & yes(col("why") == "stopped")).max(),
    )  # fmt: skip
    ended_at = pl.coalesce("closed_at", "returned_at")
    return with_found(judged, by_dossier, "dossier_id").with_columns(
        end=midnight(end), ended_at=ended_at, ended_on=ended_at.dt.truncate("1d"),
        term_first=pl.when(col("decides")).then(pl.min_horizontal(*_BY_TERM)),
        term_last=pl.when(col("decides")).then(pl.max_horizontal(*_BY_TERM)),
    )  # fmt: skip


# Where a dossier stands, the first that applies

_unlisted = ~is_in_software
_has_left = col("population").is_in([Population.WITHDRAWN, Population.REFUSED])
_has_ended = is_settled | _has_left
_due = col("due_on_software")
_is_cell_unread = yes(col("is_due_unread")) | yes(col("is_closing_unread"))
_asked_again, _maybe_asked_again = yes(col("requests") >= _SECOND), yes(col("may_be_requests") >= _SECOND)
_waits = is_pending & yes(col("status") == "supplements_asked")
_stopped = is_pending & yes(col("status") == "stopped")
_may_wait = is_pending & (col("status").is_null() | ~col("asked_on").is_null())
_ended_in_time, _ended_late = yes(col("ended_on") <= _due), yes(col("ended_on") > _due)
_is_due_later = yes(col("end") <= _due)
_ended_by_the_hour = _ended_in_time & yes(col("ended_at") <= col("due_at"))


def _compared(who: Expr, day: Expr) -> Places:
    """In time or late by a day, against the due date, or where there is none against the term; else either."""
    last = pl.coalesce(_due, "term_first")
    first = pl.coalesce(_due, "term_last")
    return [(who & yes(day <= last), (IN_TIME,)), (who & yes(day > first), (LATE,)), (who, _EITHER)]


def _by_software() -> Places:
    return [
        (_unlisted, (OUT,)),
        (is_population_unread, _ANYWHERE),
        (_asked_again, (LATE,)),
        (_is_cell_unread, _EITHER),
        (_has_ended & _maybe_asked_again & ~_ended_late, _EITHER),
        (_has_ended & _ended_by_the_hour, (IN_TIME,)),
        (_has_ended & _ended_in_time, _EITHER),
        *_compared(_has_ended & ~col("ended_on").is_null(), col("ended_on")),
        (_has_ended & _is_due_later, (IN_TIME,)),
        (_has_ended, _EITHER),
        (is_pending & ~_maybe_asked_again & _is_due_later, (IN_TIME,)),
        *_compared(_waits & ~col("asked_on").is_null() & ~_maybe_asked_again, col("asked_on")),
        *_compared(_stopped & ~col("stopped_from").is_null() & ~_maybe_asked_again, col("stopped_from")),
        (_waits | _stopped, _EITHER),
        (_may_wait & yes(pl.coalesce("asked_on", "received_on") <= _due), _EITHER),
        (is_pending & _maybe_asked_again & _is_due_later, _EITHER),
        *_compared(is_pending, col("end")),
    ]


_was_due = yes(pl.max_horizontal("due_on", "due_on_software") < col("end"))


def _by_papers() -> Places:
    """Where papers leave a dossier; one that fell due after `end` was then in process and in time, whoever is late."""
    return [
        (_unlisted | is_population_unread, _ANYWHERE),
        (_asked_again, (LATE,)),
        (_has_left & col("rule").is_in(SAID_TO_HAVE_LEFT), _EITHER),
        (is_proved_on_time & ~_maybe_asked_again, (IN_TIME,)),
        (is_proved_late & _was_due, (LATE,)),
        (is_proved_late | is_proved_on_time | is_settled, _EITHER),
        (is_pending & ~traced_first_on.is_null(), _EITHER),
    ]


def _reasons(frame: DataFrame, stops: DataFrame, unread: int) -> Iterator[tuple[str, int]]:
    """What is left open, with how many dossiers; what no record tells, with none."""
    lacks_due_date = is_in_software & _due.is_null() & ~_is_cell_unread & ~is_population_unread
    kinds = {
        "by_the_hour": _has_ended & _ended_in_time & ~_ended_by_the_hour & ~_is_cell_unread,
        "no_due_date": lacks_due_date & col("term_first").is_null(),
        "by_term": lacks_due_date & ~col("term_first").is_null(),
        "cell_unread": is_in_software & _is_cell_unread & ~is_population_unread,
        "asked_again": is_in_software & _asked_again,
        "waits_undated": (_waits & col("asked_on").is_null() | _stopped & col("stopped_from").is_null())
        & ~_is_due_later,
        "end_undated": _has_ended & col("ended_on").is_null() & ~_is_due_later & ~_is_cell_unread,
        "undecided": is_settled & ~is_proved_on_time & ~is_proved_late,
        "only_in_register": _unlisted,
    }
    for name, which in kinds.items():
        if count := len(frame.filter(which)):
            yield name, count
    rows = len(frame.filter(is_population_unread)) + unread
    if rows:
        yield "unread", rows
    if stops.is_empty():
        yield "no_stops", 0
