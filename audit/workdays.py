"""The working calendar of Vietnamese civil servants: add and count working days.

Monday to Friday, less the days off, plus the Saturdays worked in exchange (`data/reference/calendar.csv`).
The day of receipt is not counted; a term that would end on a day off ends on the next working day
(Civil Code 2015, articles 147-148).
"""

from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta

from audit.terms import AuditError


@dataclass(frozen=True)
class Calendar:
    """The working days from `first` to `last`, both included; nothing is known of any other day."""

    off: frozenset[date]
    makeup: frozenset[date]
    first: date
    last: date
    _workdays: tuple[date, ...] = field(init=False, repr=False)

    def __post_init__(self):
        days = (self.first + timedelta(n) for n in range((self.last - self.first).days + 1))
        object.__setattr__(self, "_workdays", tuple(day for day in days if self._is_worked(day)))

    @classmethod
    def of(cls, lines: Iterable[tuple[date, str]]) -> "Calendar":
        """From (day, "off" or "makeup_workday") pairs; covers the whole years from the first day to the last."""
        kinds = dict(lines)
        off, makeup = ({d for d, k in kinds.items() if k == kind} for kind in ("off", "makeup_workday"))
        return cls(frozenset(off), frozenset(makeup), date(min(kinds).year, 1, 1), date(max(kinds).year, 12, 31))

    def _is_worked(self, day: date) -> bool:
        return day in self.makeup or (day.weekday() < 5 and day not in self.off)  # noqa: PLR2004

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

    def _must_cover(self, day: date) -> None:
        if not self.covers(day):
            raise AuditError("calendar_does_not_cover", day=f"{day:%d/%m/%Y}", first=self.first, last=self.last)
