"""By which day what is due in a check: on the page, as lines, and as a calendar file."""

from collections.abc import Sequence
from datetime import date
from typing import Protocol

from audit.findings.result import Result
from audit.findings.schema import CheckCalendar, DueBy
from audit.ground import terms
from audit.page import ics
from audit.page.pieces import Shown, day_text, shown

WAYS = ("by_calendar", "by_workdays", "more_by_calendar", "more_by_workdays")


class Days(Protocol):
    """A first and a last day."""

    @property
    def first_on(self) -> date: ...  # noqa: D102

    @property
    def last_on(self) -> date: ...  # noqa: D102


def check_days(result: Result) -> Shown | None:
    """The calendar of the check, a row a step, by both counts; nothing where the result has none."""
    return None if result.check is None else shown("check_days", result, check=result.check, ways=WAYS)


def lines(found: Sequence[DueBy], lang: str) -> list[str]:
    """A line a step, by both counts, with its law and how sure it is; the first line says how the days are counted."""
    return [terms.text("check_days.counted", lang), *(f"{one.name}: {_said(one, lang)}" for one in found)]


def calendar_file(check: CheckCalendar, period: Days, made_on: date, lang: str) -> bytes:
    """`check.ics`: an entry a step and day, by whichever counts are known; no commune and nobody is named in it.

    The UID is of the kind, the period, the step and the count: a file made again moves the entries it made before.
    """
    entries = []
    for one in check.due:
        for way, day in _days(one):
            key = f"{check.kind} {period.first_on} {period.last_on} {one.step} {way}"
            summary = f"{one.name} ({terms.text(f'check_days.{way}', lang)})"
            entries.append(ics.Entry(key, day, summary, _said(one, lang)))
    return ics.calendar(entries, made_on)


def _days(one: DueBy) -> list[tuple[str, date]]:
    """The days by which it is due that are known, each with the way in which it was counted."""
    return [(way, day) for way in WAYS if (day := getattr(one, way))]


def _said(one: DueBy, lang: str) -> str:
    event = terms.text(f"check_day.{one.after}", lang)
    law = f"{one.law} ({terms.text(f'sureness.{one.sureness}', lang)})"
    notes = [terms.text("check_days.event_open", lang, event=event)] if one.is_event_open else []
    if one.after_on is None:
        said = terms.text("check_days.not_yet", lang, event=event, after=one.after)
    else:
        said = "; ".join(f"{day_text(day)} ({terms.text(f'check_days.{way}', lang)})" for way, day in _days(one))
        notes += [terms.text("check_days.expected", lang)] if one.is_expected else []
    return " ".join([f"{said or terms.text('check_days.beyond', lang)}; {law}", *notes])
