"""Which day a text of a column means: what order of day and month its column has, short years, serial numbers.

A column is looked at as a whole before any cell of it is read. What a careful person could not read for certain is not
read; where Excel may have exchanged day and month, both readings are kept.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from audit.reading import cells
from audit.reading.shapes import FIRST_YEAR, LAST_YEAR

AROUND = timedelta(days=366)  # before and after the period: a short year, or none, means only a day within it
_FIRST_SERIAL = datetime(1899, 12, 30)  # noqa: DTZ001  a day has no zone
_LAST_MONTH = 12

_PAIR = re.compile(r"(?<![\d/.-])(\d{1,2})\s*[/.-]\s*(\d{1,2})(?:\s*[/.-]\s*(\d{4}|\d{2}))?(?![\d/.-]*\d)")
_NUMBERS = re.compile(
    r"(?:ngày\s+)?(?P<one>\d{1,2})\s*(?P<mark>[/.-])\s*(?P<two>\d{1,2})(?:\s*(?P=mark)\s*(?P<year>\d{4}|\d{2}))?",
    re.IGNORECASE,
)
_SERIAL = re.compile(r"[2-6]\d{4}(?:[.,]\d+)?")
_REMARK = re.compile(r"\s*[-–—,;(]\s*(?P<remark>[^\d?]*[^\W\d][^\d?]*)$")


class Order(StrEnum):
    """In which order the days of a column are written."""

    DAY_FIRST = "day_first"
    MONTH_FIRST = "month_first"
    UNCLEAR = "unclear"  # both occur: a text that may be either is not read


@dataclass(frozen=True)
class Window:
    """The first and last day of the period, both included."""

    first: date
    last: date

    def has(self, day: date) -> bool:
        """Whether `day` is in the period or a year around it."""
        return self.first - AROUND <= day <= self.last + AROUND


@dataclass(frozen=True)
class ColumnOfDays:
    """What the texts of a column say of it together. `is_exchanged`: Excel may have exchanged day and month in every
    cell stored as a day."""

    order: Order = Order.DAY_FIRST
    is_exchanged: bool = False


@dataclass(frozen=True)
class Day:
    """A day as read: the moment, whether an hour is written, what else stands behind it."""

    stamp: datetime
    has_hour: bool
    remark: str = ""


class OrderUnclearError(ValueError):
    """A day that may be either order in a column that has both."""


def column(texts: Iterable[str], stamps: Iterable[str], stated: Order | None = None) -> ColumnOfDays:
    """What a column is, by its texts and by what its cells stored as days show; `stated`: what a person says of it.

    A column in which any text is only possible with the month first, and none only with the day first, has the month
    first. Where every cell stored as a day has a day that may be a month, and every text one that may not, an Excel
    set to another order turned into days what it could: those days may be exchanged.
    """
    if stated:
        return ColumnOfDays(stated)
    pairs = [(int(found[1]), int(found[2])) for text in texts if (found := _PAIR.search(text))]
    only_day = sum(one > _LAST_MONTH >= two for one, two in pairs)
    only_month = sum(two > _LAST_MONTH >= one for one, two in pairs)
    either = len(pairs) - only_day - only_month
    kept = [int(text[:2]) for text in stamps]
    may_be = bool(kept) and all(day <= _LAST_MONTH for day in kept)
    is_exchanged = may_be and not either and bool(only_day) != bool(only_month)
    if only_day and only_month:
        return ColumnOfDays(Order.UNCLEAR, is_exchanged)
    return ColumnOfDays(Order.MONTH_FIRST if only_month else Order.DAY_FIRST, is_exchanged)


def read(text: str, kept: ColumnOfDays, window: Window | None, *, is_stamp: bool = False) -> Day:
    """The day that a text means in its column; ValueError where that is not certain.

    Beside what `cells.moment` reads: years of two figures and days without a year, in the period or a year around it
    and only where that leaves one; serial numbers; a remark behind a day.
    """
    if is_stamp:
        stamp, has_hour = cells.moment(text)
        return Day(stamp, has_hour)
    written, clock = cells.split_clock(text)
    if found := _NUMBERS.fullmatch(written.strip()):
        return _of_numbers(text, found, clock, kept.order, window)
    if window and _SERIAL.fullmatch(text.strip()):
        return _of_serial(text, window)
    try:
        stamp, has_hour = cells.moment(text)
    except ValueError:
        remark = _REMARK.search(text)
        if not remark:
            raise
        day = read(text[: remark.start()], kept, window)
        return Day(day.stamp, day.has_hour, remark["remark"].strip(" )"))
    return Day(stamp, has_hour)


def in_vietnam(day: Day, text: str, time_zone: str) -> Day:
    """The day brought to Vietnam time out of `time_zone`; one without an hour, or with its own offset, as it is."""
    if not day.has_hour or cells.has_offset(text):
        return day
    stamp = day.stamp.replace(tzinfo=ZoneInfo(time_zone)).astimezone(cells.VIETNAM).replace(tzinfo=None)
    return replace(day, stamp=stamp)


def exchanged(stamp: datetime) -> datetime | None:
    """The moment with day and month exchanged; None where that is none, or the same."""
    if stamp.day > _LAST_MONTH or stamp.day == stamp.month:
        return None
    return stamp.replace(month=stamp.day, day=stamp.month)


def _of_numbers(
    text: str, found: re.Match, clock: tuple[int, int, int] | None, order: Order, window: Window | None
) -> Day:  # fmt: skip
    one, two = int(found["one"]), int(found["two"])
    if order == Order.UNCLEAR and one <= _LAST_MONTH and two <= _LAST_MONTH and one != two:
        raise OrderUnclearError(text)
    is_month_first = order == Order.MONTH_FIRST or (order == Order.UNCLEAR and two > _LAST_MONTH)
    day, month = (two, one) if is_month_first else (one, two)
    year = _year(text, day, month, found["year"], window)
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise ValueError(text)
    return Day(datetime(year, month, day, *(clock or (0, 0, 0))), clock is not None)  # noqa: DTZ001  as written


def _year(text: str, day: int, month: int, written: str | None, window: Window | None) -> int:
    """The year of a day; of a short one, or of none, the only year that brings it into the period."""
    if written and len(written) > len("25"):
        return int(written)
    if window is None:
        raise ValueError(text)
    if written:
        year = 2000 + int(written)
        years = [year] if window.has(date(year, month, day)) else []
    else:
        among = range(window.first.year, window.last.year + 1)
        years = [year for year in among if _is_within(year, month, day, window)]
    if len(years) != 1:
        raise ValueError(text)
    return years[0]


def _is_within(year: int, month: int, day: int, window: Window) -> bool:
    try:
        return window.first <= date(year, month, day) <= window.last
    except ValueError:
        return False


def _of_serial(text: str, window: Window) -> Day:
    number = float(text.strip().replace(",", "."))
    stamp = _FIRST_SERIAL + timedelta(seconds=round(number * 86400))
    if not window.has(stamp.date()):
        raise ValueError(text)
    return Day(stamp, not number.is_integer())


def stated_order(record: str, day_first: Sequence[str], month_first: Sequence[str]) -> Order | None:
    """What a person says of a record's days; None where nobody does."""
    if record in day_first:
        return Order.DAY_FIRST
    return Order.MONTH_FIRST if record in month_first else None
