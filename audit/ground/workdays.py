"""The working calendar of Vietnamese civil servants: add, count and list working days, as known now or on a past day.

Monday to Friday, less the days off, plus the Saturdays worked in exchange (`data/reference/calendar.csv`).
The day of receipt is not counted; a term that would end on a day off ends on the next working day
(Civil Code 2015, articles 147-148). Days off: Labour Code 2019, articles 111-112; exchanges: each by its own decision.
"""

from bisect import bisect_right
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cached_property
from typing import Literal, NamedTuple, get_args

from audit.ground.terms import AuditError

Kind = Literal["off", "makeup_workday"]
SATURDAY = 5


class Line(NamedTuple):
    """A day that is not what its weekday says, and the decision that made it so.

    `decided_on` None: known from the start, or the day of the decision is not known. `decision`: the document in
    words, or "". `is_expected`: by the law or by custom, no decision has named the day yet.
    """

    day: date
    kind: Kind
    decided_on: date | None = None
    decision: str = ""
    is_expected: bool = False


class Day(NamedTuple):
    """A calendar day in a count of working days; `weekday` 0 is Monday, `number` None where the day is not worked.

    `decision` is "" and `decided_on` None where the weekday alone tells, or where none is known.
    """

    day: date
    weekday: int
    is_workday: bool
    number: int | None
    why: Literal["workday", "weekend", "off", "makeup_workday"]
    decision: str
    decided_on: date | None
    is_decided_later: bool
    is_expected: bool


@dataclass(frozen=True)
class Calendar:
    """The working days from `first` to `last`, both included; nothing is known of any other day."""

    written: tuple[Line, ...]
    first: date
    last: date
    _by_day: Mapping[date, Line] = field(init=False, repr=False, compare=False)
    _workdays: tuple[date, ...] = field(init=False, repr=False, compare=False)

    def __post_init__(self):
        object.__setattr__(self, "_by_day", {line.day: line for line in self.written})
        object.__setattr__(self, "_workdays", tuple(day for day in self._all() if self._is_worked(day)))

    @classmethod
    def of(cls, lines: Iterable[Line]) -> "Calendar":
        """From lines in any order; covers the whole years from the first day to the last.

        Raises ValueError for a kind that is not known and for two lines of one day.
        """
        written = tuple(sorted(lines, key=lambda line: line.day))
        for line in written:
            if line.kind not in get_args(Kind):
                raise ValueError(f"{line.day} is {line.kind!r}, not one of {', '.join(get_args(Kind))}")
        days = [line.day for line in written]
        if twice := sorted({day for day in days if days.count(day) > 1}):
            raise ValueError(f"{twice[0]} stands in the calendar twice")
        return cls(written, date(days[0].year, 1, 1), date(days[-1].year, 12, 31))

    @cached_property
    def settled_to(self) -> date:
        """The last day of the last year before the first in which a day off is only expected: no later day is sure."""
        expected = [line.day.year for line in self.written if line.is_expected]
        return min(self.last, date(min(expected) - 1, 12, 31)) if expected else self.last

    @cached_property
    def decisions(self) -> tuple[date, ...]:
        """The days on which something about the calendar was decided, sorted, each once; the unknown ones not."""
        return tuple(sorted({line.decided_on for line in self.written if line.decided_on is not None}))

    def known_on(self, day: date) -> "Calendar":
        """The calendar as it was known at the end of `day`: a swap decided after it has not happened.

        It covers the same days as this one; a line whose decision has no day was always known.
        """
        known = (line for line in self.written if line.decided_on is None or line.decided_on <= day)
        return Calendar(tuple(known), self.first, self.last)

    def covers(self, day: date) -> bool:
        """Whether anything is known of `day`."""
        return self.first <= day <= self.last

    def is_workday(self, day: date) -> bool:
        """Whether civil servants worked on `day`."""
        self._must_cover(day)
        return self._is_worked(day)

    def add(self, day: date, workdays: int) -> date:
        """The last day of a term of `workdays` >= 1 that begins after `day`, `day` itself not counted."""
        if workdays < 1:
            raise ValueError(f"a term has at least one working day, not {workdays}")
        self._must_cover(day)
        index = bisect_right(self._workdays, day) + workdays - 1
        if index >= len(self._workdays):
            self._must_cover(self.last + timedelta(1))
        return self._workdays[index]

    def count(self, after: date, until: date) -> int:
        """Working days after `after` up to and including `until`; negative where `until` comes first."""
        self._must_cover(after)
        self._must_cover(until)
        return bisect_right(self._workdays, until) - bisect_right(self._workdays, after)

    def days(self, after: date, until: date, *, known_on: date) -> list[Day]:
        """The count day by day: every calendar day after `after` up to and including `until`, none if that is empty.

        A day decided after `known_on`, the day of receipt say, `is_decided_later`; it is counted as this calendar
        has it all the same.
        """
        self._must_cover(after)
        self._must_cover(until)
        days = (after + timedelta(n) for n in range(1, (until - after).days + 1))
        return [self._counted(day, after, known_on) for day in days]

    def unlike_the_week(self, after: date, until: date, *, known_on: date) -> list[Day]:
        """Those of `days` that are not as the week has them: off, or worked in exchange."""
        self._must_cover(after)
        self._must_cover(until)
        first, last = (bisect_right(self.written, day, key=lambda line: line.day) for day in (after, until))
        return [self._counted(line.day, after, known_on) for line in self.written[first:last]]

    def lines(self) -> list[tuple[date, int, bool]]:
        """Each day from `first` to `last`: the day, the working days from `first` up to and including it, is it one.

        The difference of two days' numbers is `count` of them; the n-th working day after a day is the one working
        day whose number is greater by n.
        """
        return [(day, bisect_right(self._workdays, day), self._is_worked(day)) for day in self._all()]

    def _all(self) -> list[date]:
        return [self.first + timedelta(n) for n in range((self.last - self.first).days + 1)]

    def _is_worked(self, day: date) -> bool:
        line = self._by_day.get(day)
        return day.weekday() < SATURDAY if line is None else line.kind == "makeup_workday"

    def _counted(self, day: date, after: date, known_on: date) -> Day:
        is_workday = self._is_worked(day)
        line = self._by_day.get(day)
        return Day(
            day,
            day.weekday(),
            is_workday,
            self.count(after, day) if is_workday else None,
            line.kind if line else "workday" if is_workday else "weekend",
            line.decision if line else "",
            line.decided_on if line else None,
            bool(line and line.decided_on and line.decided_on > known_on),
            bool(line and line.is_expected),
        )

    def _must_cover(self, day: date) -> None:
        if not self.covers(day):
            raise AuditError("calendar_does_not_cover", day=f"{day:%d/%m/%Y}", first=self.first, last=self.last)
