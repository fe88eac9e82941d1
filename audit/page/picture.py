"""The clocks of a dossier as a picture: lanes on one axis of days, its style and size in `case.css`.

Day n lies between n and n + 1, so the due day ends where it is over, and what is late begins there. Each clock has a
lane of LANE units, in the order of the list beside it.
"""

from collections.abc import Sequence
from datetime import date
from itertools import pairwise
from typing import NamedTuple

from audit.findings.result import Case, Result
from audit.ground import terms
from audit.page.clocks import Clock, due_days, stops
from audit.page.pieces import day_text

LANE = 4
MOST_DRAWN = 400  # days; of more, single days are not drawn


class Picture(NamedTuple):
    """Size in days and units, the paths by their styles, and its days in words.

    Styles: "w0" to "w6" the weekends where the first day is a Monday to a Sunday, "o" days off, "m" days worked in
    exchange, "g" in time, "q" between due dates that differ, "b" late, "s" stops, "x" other due dates, "u" the due date
    and where a clock ends.
    """

    days: int
    height: int
    paths: tuple[tuple[str, str], ...]
    described: str


class _Axis(NamedTuple):
    first: date
    days: int

    def start(self, day: date) -> int:
        return (day - self.first).days

    def end(self, day: date) -> int:
        return min(max(self.start(day) + 1, 0), self.days)


def picture(case: Case, clocks: Sequence[Clock], result: Result) -> Picture | None:
    """The clocks as lanes on one axis of days; None where no two days are known."""
    dues = [due.due_on for due in case.due_dates if due.stands]
    known = sorted(day for day in (case.received_on, *dues, *(clock.day for clock in clocks)) if day)
    if len(set(known)) < 2:  # noqa: PLR2004  one day is no time
        return None
    at, height = _Axis(known[0], (known[-1] - known[0]).days + 1), LANE * len(clocks)
    lanes, ends = _lanes(case, clocks, at)
    paths = {
        **(_days(case, at, height) if at.days <= MOST_DRAWN else {}),
        **lanes,
        "s": _stopped(case, at, height),
        "x": "".join(f"M{at.end(day)} 0v{height}" for day in sorted({*dues} - {case.due_on})),
        "u": (f"M{at.end(case.due_on)} 0v{height}" if case.due_on else "") + ends,
    }
    said = {"first": day_text(known[0]), "last": day_text(known[-1]), "due": day_text(case.due_on)}
    return Picture(
        at.days, height, tuple((name, path) for name, path in paths.items() if path),
        terms.text("case.axis_due" if case.due_on else "case.axis", result.lang, **said),
    )  # fmt: skip


def _days(case: Case, at: _Axis, height: int) -> dict[str, str]:
    """The days on which nobody works, as stripes: weekends by their weekday, the others each."""
    stripes = {f"w{at.first.weekday()}": f"M0 {height // 2}h{at.days}", "o": "", "m": ""}
    for off in (off for off in case.days_off if 0 <= at.start(off.day) < at.days):
        stripes["o" if off.why == "off" else "m"] += f"M{at.start(off.day)} {height // 2}h1"
    return stripes


def _lanes(case: Case, clocks: Sequence[Clock], at: _Axis) -> tuple[dict[str, str], str]:
    """The lanes, and the ends of the clocks that have come; the first lane is the time that was given.

    A clock that came before the receipt has that one day, neither in time nor late.
    """
    bounds = [at.end(day) for day in due_days(case) if day]
    lanes, ends = dict.fromkeys("gqb", ""), ""
    for place, clock in enumerate(clocks):
        if clock.day is None:
            continue
        y, end = LANE * place + LANE - 1, at.end(clock.day)
        start = min(at.start(case.received_on or clock.day), end - 1)
        is_before = case.received_on is not None and clock.day < case.received_on
        turns = [start, end] if is_before else bounds if place else []
        edges = [start, *(min(max(turn, start), end) for turn in turns), end]
        for style, (begin, until) in zip("gqb", pairwise(edges), strict=False):
            lanes[style] += f"M{begin} {y}h{until - begin}" if until > begin else ""
        ends += f"M{end} {y - 1}v2" if clock.is_reached and place else ""
    return lanes, ends


def _stopped(case: Case, at: _Axis, height: int) -> str:
    """The stops as gaps: from the day after one began to its last day."""
    gaps = ((at.end(begin), at.end(until) if until else at.days) for begin, until in stops(case))
    return "".join(f"M{begin} 0h{end - begin}v{height}h{begin - end}z" for begin, end in gaps if end > begin)
