"""What a report says, looked up by measure: its figures, shares and statements, and the days it speaks of."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import NamedTuple, cast

import pandas as pd

from audit.claims.figure import Figure, figure
from audit.claims.printed import NOT_COUNTS

ALL = "tất cả"


class Stated(NamedTuple):
    """A measure with the figure that is stated of it, as written."""

    measure: str
    written: str


class Missed(NamedTuple):
    """A share that is below its target."""

    share: Stated
    target: str


class ShareOf(NamedTuple):
    """A share of a total that is stated, in percent."""

    percent: Decimal
    of: Stated


@dataclass(frozen=True)
class Claim:
    """One reported figure or statement; `figure` is None where its text is no figure, or a rounded one."""

    claim: str
    measure: str
    unit: str
    written: str
    out_of_written: str | None
    figure: Figure | None

    @property
    def stated(self) -> Stated:
        """The measure with its figure."""
        return Stated(self.measure, self.written)

    @property
    def value(self) -> int:
        """The figure as a whole number; only for a line that has one."""
        return int(cast("Figure", self.figure).value)


@dataclass(frozen=True)
class Reported:
    """What was reported, looked up by measure and unit.

    `workdays` says of each day known whether it is worked; `audited` are the first and last day of the audit's period.
    """

    lines: tuple[Claim, ...]
    identities: tuple[Mapping, ...]
    denominators: tuple[Mapping, ...]
    workdays: Mapping[date, bool]
    audited: tuple[date, date] | None = None

    def stating(self, measure: str, *units: str) -> list[Claim]:
        """The lines that state `measure` in one of `units`, in the order of the report."""
        return [line for line in self.lines if line.measure == measure and line.unit in units]

    def counting(self, measure: str) -> list[Claim]:
        """The lines that count `measure`."""
        return [line for line in self.lines if line.measure == measure and line.unit not in NOT_COUNTS]

    def count(self, measure: str) -> Claim | None:
        """The first line that counts `measure`, with its figure."""
        return next((line for line in self.counting(measure) if line.figure), None)

    def counts(self, *measures: str) -> list[Claim]:
        """The counts of all `measures`; empty if one of them is not stated."""
        stated = [line for measure in measures if (line := self.count(measure))]
        return stated if len(stated) == len(measures) else []

    def newly_received(self) -> list[Claim]:
        """The line that counts what was received anew, else those that count it by channel; empty if neither does."""
        channels = self.counts("received_in_person", "received_online")
        return self.counts("received_new") or [*channels, *(self.counts("received_by_post") if channels else [])]

    def share(self, measure: str) -> Claim | None:
        """The first line that gives the share of `measure`."""
        return next((line for line in self.stating(measure, "percent") if line.figure), None)

    def shares(self) -> list[Claim]:
        """Every share, in the order of the report."""
        return [line for line in self.lines if line.unit == "percent" and line.figure]

    def statement(self, measure: str) -> Claim | None:
        """The first statement on `measure`."""
        return next(iter(self.stating(measure, "statement")), None)

    def said_of_all_late(self, measure: str) -> Claim | None:
        """The first line that says `measure` of all late dossiers, in words or by their number."""
        late = self.count("late_in_software")
        lines = self.stating(measure, "statement", "dossier")
        return next((line for line in lines if line.written.casefold() == ALL or _is_equal(line, late)), None)

    def pending(self) -> Claim | None:
        """What is still in process, as far as the report says."""
        return self.count("open") or self.count("open_within_time")

    def period(self) -> tuple[Claim, date, date] | None:
        """The line that states the period, with its first and last day; one without a year is before the other."""
        for line in self.stating("period", "day"):
            days = days_in(line.written)
            if len(days) != 2:  # noqa: PLR2004
                continue
            first, last = days
            is_before = first > last and len(re.findall(r"\d{4}", line.written)) == 1
            begin = _a_year_before(first) if is_before else first
            if begin and begin <= last:
                return line, begin, last
        return None

    def workdays_between(self, first: date, last: date) -> int | None:
        """Working days from `first` to `last`, both included; None where the calendar does not reach."""
        days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
        return sum(self.workdays[day] for day in days) if set(days) <= set(self.workdays) else None


def lines(claims: pd.DataFrame) -> Iterator[Claim]:
    """Each readable claim as a Claim, in the order of the report."""
    for row in claims.to_dict("records"):
        out_of = row["out_of_written"] if isinstance(row["out_of_written"], str) else None
        read = figure(row["written"], is_percent=row["unit"] in ("percent", "target"))
        exact = read if read and read.is_exact else None
        yield Claim(row["claim"], row["measure"], row["unit"], row["written"], out_of, exact)


def days_in(text: str) -> list[date]:
    """Every day written in `text`, ascending as written; a day without a year has that of the next one that has it."""
    written = re.findall(r"(\d{1,2})\s*[/.-]\s*(\d{1,2})(?:\s*[/.-]\s*(\d{4}))?(?!\d)", text)
    days: list[date] = []
    year = None
    for day, month, own in reversed(written):
        year = int(own) if own else year
        if year is None:
            return []
        try:
            days.append(date(year, int(month), int(day)))
        except ValueError:
            return []
    return days[::-1]


def _a_year_before(day: date) -> date | None:
    try:
        return day.replace(year=day.year - 1)
    except ValueError:
        return None


def are_whole_months(first: date, last: date) -> bool:
    """Whether a period is of whole calendar months: a month, a quarter, a year."""
    return first.day == 1 and (last + timedelta(days=1)).day == 1


_UNITS = ("không", "một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín")
_ENDINGS = {"mốt": 1, "tư": 4, "lăm": 5}


def in_words(text: str) -> int | None:
    """The number of days that `text` begins with, in digits or, up to 99, in Vietnamese words; else None."""
    if match := re.match(r"\s*(\d+)\s*(?:ngày|$)", text.casefold()):
        return int(match[1])
    value, words = None, text.casefold().split()
    for word in [*words, ""]:
        unit = _UNITS.index(word) if word in _UNITS else _ENDINGS.get(word)
        if word in ("mươi", "mười"):
            value = 10 * (value or 1)
        elif unit is not None:
            value = unit if value is None else value + unit
        else:
            return value if word in ("ngày", "") else None
    return value


def _is_equal(line: Claim, other: Claim | None) -> bool:
    return bool(line.figure and other and other.figure and line.figure.value == other.figure.value)
