"""The calendar of a check or an inspection: by which day what is due, by which article, in days and working days."""

from collections.abc import Iterable, Mapping
from datetime import date, timedelta

from audit.findings.schema import DueBy
from audit.ground.in_force import is_in_force
from audit.ground.workdays import Calendar


def due(
    rules: Iterable[Mapping[str, str]], calendar: Calendar, kind: str, days: Mapping[str, date | None], lang: str = "vi"
) -> list[DueBy]:  # fmt: skip
    """What is due in a check of a `kind`, in the order of the rules; a rule not in force on its first day is left out.

    `days`: the days of the check that are known: decided_on, announced_on, ended_on and so on. Which of the two counts
    holds is not settled: a decree says days, one province wrote working days, so both are given.
    """
    return [
        _due(rule, calendar, days.get(rule["after"]), lang)
        for rule in rules if rule["kind"] == kind and is_in_force(rule, days.get(rule["after"]))
    ]  # fmt: skip


def _due(rule: Mapping[str, str], calendar: Calendar, after_on: date | None, lang: str) -> DueBy:
    short, more = int(rule["days"]), int(rule["more_days"]) if rule["more_days"] else None
    lengths = (short, None if more is None else short + more)
    is_by_days = rule["unit"] == "days"
    by_calendar = [_by_calendar(calendar, after_on, length) if is_by_days else None for length in lengths]
    by_workdays = [_by_workdays(calendar, after_on, length) for length in lengths]
    last = max((day for day in (*by_calendar, *by_workdays) if day), default=None)
    is_expected = after_on is not None and last is not None and any(
        line.is_expected and after_on < line.day <= last for line in calendar.written
    )  # fmt: skip
    return DueBy(
        step=rule["step"], name=rule[lang], after=rule["after"], after_on=after_on, days=short, more_days=more,
        by_calendar=by_calendar[0], by_workdays=by_workdays[0], more_by_calendar=by_calendar[1],
        more_by_workdays=by_workdays[1], is_expected=is_expected, is_event_open=rule["event"] == "to_confirm",
        law=rule["source"], sureness=rule["sureness"],
    )  # fmt: skip


def _by_calendar(calendar: Calendar, after_on: date | None, length: int | None) -> date | None:
    if after_on is None or length is None:
        return None
    day = after_on + timedelta(length)
    while calendar.covers(day) and not calendar.is_workday(day):
        day += timedelta(1)
    return day if calendar.covers(day) and calendar.covers(after_on) else None


def _by_workdays(calendar: Calendar, after_on: date | None, length: int | None) -> date | None:
    if after_on is None or length is None or not calendar.covers(after_on):
        return None
    is_within = calendar.count(after_on, calendar.last) >= length
    return calendar.add(after_on, length) if is_within else None
