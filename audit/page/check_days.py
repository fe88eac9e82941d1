"""By which day what is due in a check, as lines and as a calendar file."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Protocol

from audit.findings.check_days import DueBy
from audit.ground import terms
from audit.page import ics
from audit.page.pieces import day_text


class Days(Protocol):
    """A first and a last day."""

    @property
    def first_on(self) -> date: ...  # noqa: D102

    @property
    def last_on(self) -> date: ...  # noqa: D102


def lines(found: Sequence[DueBy], lang: str) -> list[str]:
    """A line a step, by both counts, with its law and how sure it is; the first line says how the days are counted."""
    return [terms.text("check_days.counted", lang), *(f"{_name(one, lang)}: {_said(one, lang)}" for one in found)]


def calendar_file(found: Iterable[DueBy], kind: str, period: Days, made_on: date, lang: str) -> bytes:
    """`check.ics`: an entry a step and day, by whichever counts are known; no commune and nobody is named in it.

    The UID is of the kind, the period, the step and the count: a file made again moves the entries it made before.
    """
    entries = []
    for one in found:
        for way, day in _days(one):
            key = f"{kind} {period.first_on} {period.last_on} {one.step} {way}"
            summary = f"{_name(one, lang)} ({terms.text(f'check_days.{way}', lang)})"
            entries.append(ics.Entry(key, day, summary, _said(one, lang)))
    return ics.calendar(entries, made_on)


def _days(one: DueBy) -> list[tuple[str, date]]:
    """The days by which it is due that are known, each with the way in which it was counted."""
    ways = ("by_calendar", "by_workdays", "more_by_calendar", "more_by_workdays")
    return [(way, day) for way in ways if (day := getattr(one, way))]


def _name(one: DueBy, lang: str) -> str:
    return one.vi if lang == "vi" else one.en


def _said(one: DueBy, lang: str) -> str:
    law = f"{one.law} ({terms.text(f'sureness.{one.sureness}', lang)})"
    if one.after_on is None:
        return terms.text("check_days.not_yet", lang, after=one.after, law=law)
    said = "; ".join(f"{day_text(day)} ({terms.text(f'check_days.{way}', lang)})" for way, day in _days(one))
    expected = " " + terms.text("check_days.expected", lang) if one.is_expected else ""
    return f"{said or terms.text('check_days.beyond', lang)}; {law}{expected}"
