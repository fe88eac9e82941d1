"""Form II.06a (Biểu II.06a, form 06/VPCP/KSTT of Circular 01/2020/TT-VPCP), counted from records and from papers."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date

import pandas as pd
import polars as pl
from polars import DataFrame, col

from audit.claims.printed import Report, own, report
from audit.claims.recount import Count
from audit.ground.expressions import closed_in_time, closed_late, is_in_software, is_pending, is_settled, midnight, yes
from audit.ground.situation import Places, with_places
from audit.ground.terms import SAID_TO_HAVE_LEFT, Outcome, Population
from audit.judging.summarise import (
    TRACED_TO,
    by_any_reading,
    by_reading,
    is_population_unread,
    is_proved_late,
    is_proved_on_time,
    traced_first_on,
)  # fmt: skip

AS_FILLED, LEFT_OUT = "form_06a", "usual"  # waiting and returned ones settled on the due day; or open and not counted
DEFINITIONS = (AS_FILLED, LEFT_OUT)
SOFTWARE, PAPERS, DIFFERENCE = "software", "papers", "difference"
COLUMNS = {  # the form's columns (3) to (13), and the places of which each is the sum
    "received": ("online", "in_person", "carried_over"),
    "online": ("online",), "in_person": ("in_person",), "carried_over": ("carried_over",),
    "settled": ("early", "on_due_day", "late"),
    "early": ("early",), "on_due_day": ("on_due_day",), "late": ("late",),
    "open": ("within_time", "overdue"),
    "within_time": ("within_time",), "overdue": ("overdue",),
}  # fmt: skip
_OUT = "out"  # counted nowhere in the form
_RECEIVED = ("online", "in_person", "carried_over")
_ENDED = ("early", "on_due_day", "late")
_ENDINGS = (*_ENDED, "within_time", "overdue")


@dataclass(frozen=True)
class Row:
    """A line of the form: a field ("" where none is written), rows that cannot be read, or the total.

    `cells`: of each column the fewest and the most dossiers; of a difference what papers add, negative where they take
    away.
    """

    definition: str
    basis: str
    kind: str
    field: str
    cells: Mapping[str, Count]


@dataclass(frozen=True)
class Carried:
    """Carried over by the records, (6), against what the report of the period before left open, (11)."""

    reported: int | None
    counted: Count
    outcome: Outcome


def rows(judged: DataFrame, *, unread: int, end: date) -> list[Row]:
    """The form by each definition: a row a field as the software shows, as papers prove, and the difference; totals.

    Fields with most dossiers first, then one row of dossiers of which no row could be read, where there are any, then
    the total. `judged`: as `judge.verdicts` gives it; `unread`: what `summarise.unread` found; `end`: the last day
    that counts, itself included: the period's, or the audit's where that comes first. Columns: (3) = (4) + (5) + (6),
    (7) = (8) + (9) + (10), (11) = (12) + (13), and (3) = (7) + (11) of every dossier; of ranges the ends need not add
    up, since a dossier that may stand in two columns stands in one.

    As filled (TT 01/2020; a province's print heads column 9 "gồm cả hồ sơ chờ bổ sung và trả lại, xin rút"): waiting,
    refused and withdrawn dossiers are settled on the due day. The usual count leaves refused and withdrawn ones out,
    and waiting ones are open. Whether a dossier was settled in the period is the software's word, unless paper shows
    a return; whether in time, the verdict's. An undecided dossier is in every column in which it may be.
    """
    found: list[Row] = []
    judged = judged.with_columns(midnight(end).alias("end"))
    for definition in DEFINITIONS:
        placed = _placed(judged, definition)
        fields = _in_order(placed)
        for basis in (SOFTWARE, PAPERS, DIFFERENCE):
            found += _of_basis(definition, basis, placed, fields, unread - _unread_here(judged))
    return found


def is_sum(rows: Iterable[Row]) -> bool:
    """Whether the total of each definition and basis is what its lines add up to, in every column, at both ends."""
    sums: dict[tuple, int] = {}
    for row in rows:
        sign = -1 if row.kind == "total" else 1
        for name, count in row.cells.items():
            for end in ("at_least", "at_most"):
                place = (row.definition, row.basis, name, end)
                sums[place] = sums.get(place, 0) + sign * getattr(count, end)
    return not any(sums.values())


def carried(rows: Iterable[Row], previous_claims: pd.DataFrame) -> Carried:
    """(6) of the whole office by the software, against (11) of the last report: the form says that they are equal.

    Compared is (6) as the form is filled: every dossier of the software received before the period's first day, those
    withdrawn or refused since too. Cannot be checked where no figure of the last report is read.
    """
    total = next(row for row in rows if (row.definition, row.basis, row.kind) == (AS_FILLED, SOFTWARE, "total"))
    counted, reported = total.cells["carried_over"], _left_open(report(own(previous_claims)))
    if reported is None:
        return Carried(None, counted, Outcome.CANNOT_BE_CHECKED)
    most = reported if counted.at_most is None else counted.at_most
    if not counted.at_least <= reported <= most:
        return Carried(reported, counted, Outcome.DOES_NOT_HOLD)
    return Carried(reported, counted, Outcome.HOLDS if counted.at_least == most else Outcome.NOT_SETTLED)


def _left_open(stated: Report) -> int | None:
    """(11) as the report states it, or the sum of (12) and (13)."""
    for way in (("open",), ("open_within_time", "open_overdue")):
        if all(name in stated.counts for name in way):
            return sum(int(stated.counts[name].value) for name in way)
    return None


def _unread_here(judged: DataFrame) -> int:
    """Dossiers that are judged, though how they ended could not be read: they stand in their field."""
    return len(judged.filter(is_population_unread))


# Where a dossier may stand, the first that applies

_settled, _pending = is_settled, is_pending
_left = col("population").is_in([Population.WITHDRAWN, Population.REFUSED])
_stopped = col("population") == Population.STOPPED
_unlisted = ~is_in_software
_last_day = pl.max_horizontal(  # a day that can be read in two ways is the later one here
    *TRACED_TO, "returned_on_latest", "ready_on_latest", "issued_on_latest", "posted_on_latest"
)
_first_due, _last_due = (of("due_on", "due_on_software") for of in (pl.min_horizontal, pl.max_horizontal))
_returned_by_end, _returned_after_end = yes(_last_day <= col("end")), yes(traced_first_on > col("end"))
_no_paper = traced_first_on.is_null()
_may_be_past_due = yes(col("may_be_past_due_at_end")) | col("due_on_software").is_null()


def _by_software(definition: str) -> Places:
    """Where the software alone has a dossier; one settled without a due date is early or on time, and not late."""
    is_filled = definition == AS_FILLED
    return [
        (_unlisted, (_OUT,)),
        (is_population_unread, _ENDINGS if is_filled else (*_ENDINGS, _OUT)),
        (_settled & closed_late, ("late",)),
        (_settled & yes(col("closed_on") == col("due_on_software")), ("on_due_day",)),
        (_settled & closed_in_time, ("early",)),
        (_settled, ("early", "on_due_day")),
        (_left, ("on_due_day",) if is_filled else (_OUT,)),
        *([(_stopped, ("on_due_day",))] if is_filled else []),
        (_pending & yes(col("is_past_due_at_end")), ("overdue",)),
        (_pending & _may_be_past_due, ("within_time", "overdue")),
        (_pending, ("within_time",)),
    ]


def _by_papers(definition: str) -> Places:
    """Where papers leave a dossier; where they say nothing of its end, as the software has it."""
    is_filled = definition == AS_FILLED
    anywhere = (*_ENDINGS, _OUT)
    is_early, is_on_due_day = _last_day < _first_due, (traced_first_on == _last_due) & (_last_day == _first_due)
    return [
        (_unlisted, anywhere),
        (is_population_unread, _ENDINGS if is_filled else anywhere),
        (_left & col("rule").is_in(SAID_TO_HAVE_LEFT), _ENDED if is_filled else (*_ENDED, _OUT)),
        (is_proved_on_time & _returned_by_end & yes(is_early), ("early",)),
        (is_proved_on_time & _returned_by_end & yes(is_on_due_day), ("on_due_day",)),
        (is_proved_on_time & (_returned_by_end | _settled & ~_returned_after_end), ("early", "on_due_day")),
        (is_proved_on_time, ("early", "on_due_day", "within_time")),
        (is_proved_late & (_returned_by_end | _settled & ~_returned_after_end), ("late",)),
        (is_proved_late & yes(col("is_past_due_at_end")), ("late", "overdue")),
        (is_proved_late, ("late", "within_time", "overdue")),
        (_settled, _ENDED),
        (_pending & ~_no_paper, _ENDINGS),
        *_by_software(definition),
    ]


_BY_RECEIPT: Places = [
    (_unlisted | is_population_unread & col("received_on").is_null(), _RECEIVED),
    (yes(col("is_carried_over")), ("carried_over",)),
    (yes(col("channel") == "online"), ("online",)),
    (col("channel").is_null(), ("online", "in_person")),
]


def _placed(judged: DataFrame, definition: str) -> list[tuple[str, int, dict[str, frozenset[str]]]]:
    """Dossiers that may stand in the same columns: their field, how many they are, their places by basis."""
    named = {"received_in": (_BY_RECEIPT, "in_person"), SOFTWARE: (_by_software(definition), _OUT),
             PAPERS: (_by_papers(definition), _OUT)}  # fmt: skip
    own = judged.select("dossier_id", field=col("field").fill_null(""))
    frame = with_places(by_reading(judged).drop("field").join(own, on="dossier_id", how="left"), named)
    frame = frame.group_by("dossier_id", "field").agg(map(by_any_reading, named))
    counted = frame.group_by("field", *named).agg(dossiers=pl.len()).sort("field", *named)
    return [
        (row["field"], row["dossiers"], {name: frozenset(row[name].split()) for name in named})
        for row in counted.iter_rows(named=True)
    ]


def _in_order(placed: list[tuple[str, int, dict[str, frozenset[str]]]]) -> list[str]:
    sizes: dict[str, int] = {}
    for field, dossiers, places in placed:
        if places[SOFTWARE] != {_OUT} or places[PAPERS] != {_OUT}:
            sizes[field] = sizes.get(field, 0) + dossiers
    return sorted(sizes, key=lambda field: (-sizes[field], field))


def _of_basis(definition: str, basis: str, placed: list, fields: list[str], unread: int) -> Iterator[Row]:
    for field in fields:
        yield Row(definition, basis, "field", field, _cells(basis, [one for one in placed if one[0] == field]))
    anywhere = frozenset((*_ENDINGS, _OUT))
    lost = ("", unread, {"received_in": frozenset(_RECEIVED), SOFTWARE: anywhere, PAPERS: anywhere})
    if unread:
        yield Row(definition, basis, "unread", "", _cells(basis, [lost]))
    yield Row(definition, basis, "total", "", _cells(basis, [*placed, *([lost] if unread else [])]))


def _cells(basis: str, placed: list[tuple[str, int, dict[str, frozenset[str]]]]) -> dict[str, Count]:
    cells = {}
    for name, parts in COLUMNS.items():
        least = most = 0
        for _, dossiers, places in placed:
            low, high = _difference(places, parts) if basis == DIFFERENCE else _bounds(places, basis, parts)
            least, most = least + low * dossiers, most + high * dossiers
        cells[name] = Count(least, most)
    return cells


def _bounds(places: Mapping[str, frozenset[str]], basis: str, parts: tuple[str, ...]) -> tuple[int, int]:
    """Whether a dossier stands in a column for certain, and whether it may."""
    ends = places[basis]
    if parts[0] in _RECEIVED:
        received_in = places["received_in"]
        may = bool(received_in & set(parts)) and ends != {_OUT}
        return int(may and received_in <= set(parts) and _OUT not in ends), int(may)
    return int(ends <= set(parts)), int(bool(ends & set(parts)))


def _difference(places: Mapping[str, frozenset[str]], parts: tuple[str, ...]) -> tuple[int, int]:
    """What papers add of one dossier in a column; nothing where they leave it as the software has it.

    Where and how it was received is the same by both: only whether it counts at all can differ.
    """
    was, now = places[SOFTWARE], places[PAPERS]
    if was == now and not was >= set(_ENDINGS):
        return 0, 0
    if parts[0] in _RECEIVED and _OUT not in was | now:
        return 0, 0
    (least_was, most_was), (least_now, most_now) = _bounds(places, SOFTWARE, parts), _bounds(places, PAPERS, parts)
    return least_now - most_was, most_now - least_was
