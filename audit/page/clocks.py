"""The clocks of a dossier, in words: when it fell due, was ready, was handed over and was closed."""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import NamedTuple, cast

from audit.findings.result import Case, Evidence, Result
from audit.findings.schema import DayOff, DueDate
from audit.ground import terms
from audit.ground.terms import AS_WRITTEN, MOVED, Apology, Fate, Population, Verdict
from audit.page.pieces import day_text

_AS_WRITTEN = (*AS_WRITTEN, *MOVED.values())
_REFERENCE = "reference"
_ONLY_NEW_DUE_DATE = "only_new_due_date"
_POSTAL = "d"  # the place of postal tracking on the ladder of evidence


class Clock(NamedTuple):
    """A line of the list, and a lane of the picture that ends with `day`; there is no lane where that is None.

    `is_reached` is False where the lane ends with the audit, the clock not having come.
    """

    term: str
    said: str
    day: date | None
    is_reached: bool


def clocks(case: Case, result: Result) -> list[Clock]:
    """The four clocks: due, ready at the desk, handed over, closed; one of them twice where records give two days."""
    say = _say(result)
    listed = [Clock(say("due"), _due(case, result), case.due_on, case.due_on is not None)]
    issued = "posted" if case.paper_strength == _POSTAL else "issued"
    ready: list[tuple[str, str, date | None]]
    ready = [(name, column, day) for name, column, day in (("ready", "ready_on", case.ready_on),
                                                           (issued, "issued_on", case.issued_on)) if day]  # fmt: skip
    returned: list[tuple[str, str, date | None]]
    returned = [("returned", "returned_on", day) for day in _return_days(case)]
    for name, column, day in (*(ready or [("ready", "", None)]), *(returned or [("returned", "", None)])):
        late = case.late_workdays.get(column) if day == getattr(case, column, None) else None
        said = _dated(day, late, case, result) if day else _not_dated(name, case, result)
        listed.append(Clock(say(name), said, day, is_reached=day is not None))
    return [*listed, _closed(case, result)]


def due_days(case: Case) -> tuple[date, date] | tuple[None, None]:
    """The first and the last day on which the dossier may have been due, by the due dates that stand.

    Where all of them are the new date of an apology, that is any day from the receipt on.
    """
    days = [due.due_on for due in case.due_dates if due.stands] or ([case.due_on] if case.due_on else [])
    if not days:
        return None, None
    return (case.received_on if is_new_date_alone(case) and case.received_on else min(days)), max(days)


def is_new_date_alone(case: Case) -> bool:
    """Whether no due date stands but the new one of an apology; the first is then not known."""
    days = {due.due_on for due in case.due_dates if due.stands}
    is_alone = case.apology == Apology.OPEN and days == {case.new_due_on} == {case.due_on}
    return is_alone or case.rule == _ONLY_NEW_DUE_DATE


def due_dates(case: Case, result: Result) -> list[str]:
    """The due dates that are compared, where they differ: one a line, where it comes from and what it leads to.

    The procedure's term stands last where it counts; one that is shown for reference alone stands by itself.
    """
    say = _say(result)
    compared = [due for due in case.due_dates if due.basis != _REFERENCE]
    sentences = []
    is_told = case.verdict == Verdict.DUE_DATE_IN_DISPUTE or any(due.written_on for due in compared)
    if is_told or len({due.due_on for due in compared}) > 1:
        grouped: dict[tuple, list[DueDate]] = {}
        for due in sorted(compared, key=lambda due: due.due_on):
            grouped.setdefault((due.due_on, due.stands, due.verdict), []).append(due)
        for (day, stands, verdict), group in grouped.items():
            bases = "; ".join(_basis(due, case, result) for due in group)
            leads_to = terms.text(f"verdict.{verdict}", result.lang) if verdict else ""
            key = "due_leads_to" if verdict else "due_stands" if stands else "due_shown"
            sentences.append(say(key, due=day_text(day), bases=bases, verdict=leads_to))
        if any(due.basis not in _AS_WRITTEN for due in compared) and case.term is not None and case.term_unit:
            key = "term_source" if case.term_source else "term"
            term = in_words(case.term, case.term_unit, result.lang)
            sentences.append(say(key, term=term, source=case.term_source))
    shown = (due for due in case.due_dates if due.basis == _REFERENCE and due.due_on != case.due_on)
    return [*sentences, *(say("due_reference", due=day_text(due.due_on)) for due in shown)]


def stops(case: Case) -> list[tuple[date, date | None]]:
    """The stops that began while the clock ran, each with its last day; None where it has not ended."""
    _, high = due_days(case)
    rows = [evidence for evidence in case.evidence if evidence.record == "stops" and evidence.fate == Fate.JUDGED]
    begun = [(begin, _read(row, "to_on")) for row in rows if (begin := _read(row, "from_on"))]
    return sorted((span for span in begun if high is None or span[0] <= high), key=lambda span: span[0])


def days_beside(case: Case, result: Result) -> list[str]:
    """What the picture shows beside the clocks, in sentences: stops, days off, days worked in exchange."""
    say, sentences = _say(result), []
    if stopped := stops(case):
        key = "stopped" if case.stopped_workdays is None else "stopped_workdays"
        said = ", ".join(f"{day_text(begin)} – {day_text(until)}" if until else say("since", day=day_text(begin))
                         for begin, until in stopped)  # fmt: skip
        sentences.append(say(key, spans=said, count=case.stopped_workdays))
    for kind in ("off", "makeup_workday"):
        for decided in ("", "_decided_later", "_expected"):
            days = [off.day for off in case.days_off if off.why == kind and _decided(off) == decided]
            if days:
                sentences.append(say(f"days_{kind}{decided}", days=spans(days)))
    return sentences


def spans(days: Iterable[date]) -> str:
    """Days as text, those in a row as one span."""
    runs: list[list[date]] = []
    for day in sorted(days):
        if runs and day - runs[-1][-1] == timedelta(1):
            runs[-1].append(day)
        else:
            runs.append([day])
    return ", ".join(day_text(run[0]) if len(run) == 1 else f"{day_text(run[0])} – {day_text(run[-1])}" for run in runs)


def in_words(count: int, unit: str, lang: str) -> str:
    """A procedure's term in words, with its unit."""
    return terms.text(f"case.in_{unit}", lang, count=count)


def _decided(off: DayOff) -> str:
    """The ending of the words for a day off: whether it was decided by the receipt, later, or not yet."""
    return "_expected" if off.is_expected else "_decided_later" if off.is_decided_later else ""


def _say(result: Result):
    return lambda key, **values: terms.text(f"case.{key}", result.lang, **values)


def _due(case: Case, result: Result) -> str:
    say, said = _say(result), []
    if case.due_on is None:
        said.append(say("no_due"))
    else:
        standing = [due for due in case.due_dates if due.stands]
        bases = [_basis(due, case, result) for due in standing if due.due_on == case.due_on]
        differ = len({due.due_on for due in standing}) > 1
        is_told = bases and (differ or any(due.written_on for due in standing))
        basis = say("new_date") if is_new_date_alone(case) else bases[0] if is_told else ""
        said.append(f"{day_text(case.due_on)} ({basis})" if basis else day_text(case.due_on))
    if case.received_on is not None:
        is_counted = case.workdays_to_due is not None and case.workdays_to_due > 0
        said.append(say("after_receipt" if is_counted else "received", count=case.workdays_to_due,
                        received=day_text(case.received_on)))  # fmt: skip
    return "; ".join(said)


def _basis(due: DueDate, case: Case, result: Result) -> str:
    """Where a due date comes from; of the slip's, what it says itself where a stop moved it."""
    said = terms.text(f"basis.{due.basis}", result.lang)
    if due.stands and is_new_date_alone(case):
        return f"{said}, {_say(result)('new_date')}"
    if due.written_on is not None and due.basis not in MOVED.values():
        key = "moved_off" if due.moved_by == "day_off" else "moved"
        return _say(result)(key, basis=said, written=day_text(due.written_on))
    return said


def _not_dated(name: str, case: Case, result: Result) -> str:
    """A dash; of the return, that there is a day and it cannot be used."""
    lines = (row for row in case.evidence if row.record == "register")
    is_unusable = name == "returned" and any(_read(line, "returned_on") for line in lines)
    return _say(result)("unusable") if is_unusable else day_text(None)


def _dated(day: date, late: int | None, case: Case, result: Result) -> str:
    said = _against_due(day, late, case, result)
    return f"{day_text(day)}, {said}" if said else day_text(day)


def _against_due(day: date, late: int | None, case: Case, result: Result) -> str:
    """How a day lies to the due date, or to the days that it cannot lie beyond."""
    say, (low, high) = _say(result), due_days(case)
    if case.received_on is not None and day < case.received_on:
        return say("before_receipt")
    if day > result.as_of:
        return say("after_audit")
    if low is None or high is None:
        return ""
    if day > high:
        return _late(day, late, case, result)
    if is_new_date_alone(case):
        return say("by_new_date")
    return say("between_due_dates" if day > low else "on_due_day" if day == high else "in_time")


def _late(day: date, workdays: int | None, case: Case, result: Result) -> str:
    say = _say(result)
    if workdays is None:
        return say("late_days", count=(day - cast("date", case.due_on)).days)  # what is late has a due date
    return say({0: "late_no_workday", 1: "late_one"}.get(workdays, "late"), count=workdays)


def _closed(case: Case, result: Result) -> Clock:
    say = _say(result)
    if case.population == Population.ONLY_IN_REGISTER:
        return Clock(say("closed"), terms.text("page.not_in_software", result.lang), None, is_reached=False)
    if case.closed_on is not None:
        late = case.late_workdays.get("closed_on")
        return Clock(say("closed"), _dated(case.closed_on, late, case, result), case.closed_on, is_reached=True)
    said = say("not_closed", as_of=day_text(result.as_of))
    if case.verdict == Verdict.OVERDUE:
        said = f"{said}, {_late(result.as_of, case.late_workdays.get('as_of'), case, result)}"
    return Clock(say("closed"), said, result.as_of, is_reached=False)


def _return_days(case: Case) -> list[date]:
    """The days of return that can be used: of lines that contradict each other, all."""
    lines = (row for row in case.evidence if row.record == "register" and row.strength and row.fate == Fate.JUDGED)
    days = {day for line in lines if (day := _read(line, "returned_on"))}
    return sorted(days | {case.returned_on}) if case.returned_on else []


def _read(evidence: Evidence, column: str) -> date | None:
    """The day that was read from a cell."""
    value = next((cell.value for cell in evidence.cells if cell.column == column), None)
    return date.fromisoformat(value) if value else None
