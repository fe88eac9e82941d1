"""The policy once more: one dossier at a time, in plain Python, written from the words of `docs/policy.en.md` alone.

An oracle for property tests: it shares no step with `audit/`, only the words of the trade and the calendar. Read it as
the policy goes: which rows count (1), which due dates stand (2), what the paper shows (3), the verdict under one due
date and under all (4), how sure late is (5), causes (6); `judged`, at the end, does one after the other. The numbers
in the docstrings are the policy's sentences. Rules are named only where something hangs on them: a cause, or which
verdict of all dates stands. Where the words leave a doubt, the reading that convicts nobody is taken.
"""

from collections import namedtuple
from collections.abc import Mapping
from copy import copy
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cache
from itertools import pairwise, product

from audit.ground import terms
from audit.ground.terms import AuditError, Cause, Convention, Status, UnitLevel, Verdict
from audit.ground.workdays import Calendar

STILL = "stands still"  # in place of a due date that a running stop has reached
IDENTITY = (
    "is_readable",
    "unread",
    "received_at",
    "due_at",
    "closed_at",
    "status",
    "channel",
    "procedure",
    "applicant",
)
DAY_OF = {"control_slips": "handed_at", "result_papers": "issued_on", "postal": "sent_on", "stops": "from_on"}
DAY_OF |= {"apologies": "dated_on"}
ON_PAPER = ("register", "control_slips", "result_papers", "postal")
SHOWS_LATE_UNLESS_SEEN = frozenset({*ON_PAPER[1:], "stops", "software"})  # 1.16: of one of several systems
REFUTED = {  # what the office cannot have right, by the verdict (6.4)
    Verdict.LATE: (Cause.CLOSED_LATE_BY_COMMUNE, Cause.DATA_SYNCHRONISATION, Cause.DUE_DATE_NOT_MOVED),
    Verdict.LATE_ONLY_IN_SOFTWARE: (Cause.HELD_BY_COMMUNE, Cause.DUE_DATE_NOT_MOVED),
}
Stop = namedtuple("Stop", "first last runs")  # a documented stop; `last` is date.max where none is written
known_then = cache(Calendar.known_on)  # the calendar as known on a past day


@dataclass(frozen=True)
class Setting:
    """What holds for all dossiers."""

    as_of: date
    period_first_on: date
    period_last_on: date
    calendar: Calendar
    conventions: tuple[Convention, ...] = (Convention.CIVIL_CODE,)
    kept: frozenset[str] = frozenset()
    missing: frozenset[str] = frozenset()
    unseen: frozenset[str] = frozenset()
    complete: frozenset[str] = frozenset()
    ruling: Mapping[str, tuple[str, ...]] = field(default_factory=dict)  # systems, by what they rule (1.14)


@dataclass(frozen=True)
class Judgement:
    """What the records decide of one dossier."""

    verdict: str
    cause: str | None
    cause_proved: bool
    grade: str | None


def on(at: datetime | date | None) -> date | None:
    return at.date() if isinstance(at, datetime) else at


def calendar_end(day: date, term: int, unit: str) -> date:
    """The last day of a term in days of the calendar or months: a month's day of the same number, else its last."""
    if unit == "days":
        return day + timedelta(term)
    months = day.year * 12 + day.month - 1 + term
    first = date(months // 12, months % 12 + 1, 1)
    return min(first + timedelta(day.day - 1), date((months + 1) // 12, (months + 1) % 12 + 1, 1) - timedelta(1))


def is_before(one: datetime | date | None, other: datetime | date | None) -> bool:
    """Whether both are written and `one` is on an earlier day (1.1)."""
    return one is not None and other is not None and on(one) < on(other)


# 1. Several case systems
SAID_BY_SYSTEMS = {"received": ("received_at",), "due": ("due_at",), "closed": ("closed_at", "status")}
SAID_BY_SYSTEMS |= {"procedure": ("procedure", "term", "term_unit")}


class BySystem:
    """What each case system has of one dossier: its row, or None where it has one that does not count (1.14, 1.15)."""

    def __init__(self, rows: list[dict], setting: Setting):
        systems = sorted({row["system"] for row in rows}, key=lambda name: (name != "software", name))
        self.rows = {name: software_row([row for row in rows if row["system"] == name], setting) for name in systems}
        self.ruling = setting.ruling

    def tellers(self, thing: str) -> list[str]:
        """The systems that the thing may be taken from: the one that rules, else each that says it or spoils it."""
        telling = [name for name in self.in_order(thing) if self.rows[name] is None or self._tells(name, thing)]
        if telling and telling[0] in self.ruling.get(thing, ()):
            return telling[:1]
        is_told_by_none = len(telling) < len(self.rows) and not any(self.rows[name] for name in telling)
        return [*telling, ""] if is_told_by_none else telling

    def in_order(self, thing: str) -> list[str]:
        ruling = [name for name in self.ruling.get(thing, ()) if name in self.rows]
        return [*ruling, *(name for name in self.rows if name not in ruling)]

    def _tells(self, name: str, thing: str) -> bool:
        row, cell = self.rows[name], SAID_BY_SYSTEMS[thing][0]
        return thing in ("received", "closed") or row.get(cell) is not None or cell in unread_cells(row)

    def readings(self) -> list[dict]:
        """The dossier's row by each way of taking each thing from one of the systems."""
        choices = [self.tellers(thing) or [""] for thing in SAID_BY_SYSTEMS]
        return [self._row(dict(zip(SAID_BY_SYSTEMS, chosen, strict=True))) for chosen in product(*choices)]

    def _row(self, chosen: Mapping[str, str]) -> dict:
        first = [chosen["closed"], *self.in_order("closed")]
        row = dict(next(self.rows[name] for name in first if self.rows[name] is not None))
        unread = unread_cells(row) - {cell for cells in SAID_BY_SYSTEMS.values() for cell in cells}
        for thing, cells in SAID_BY_SYSTEMS.items():
            said = self.rows[chosen[thing]] if chosen[thing] else {}
            if said is None:
                spoilt = cells if thing in ("due", "closed") else ("due_at",)
                unread |= set(spoilt)
            if chosen[thing]:
                row |= {cell: (said or {}).get(cell) for cell in cells}
            unread |= unread_cells(said or {}) & set(cells)
        for cell in ("due_at", "closed_at"):
            if is_before(row.get(cell), row.get("received_at")):
                row[cell] = None
                unread.add(cell)
        return row | {"unread": " ".join(sorted(unread))}

    def is_unsynchronised(self) -> bool:
        """Whether one closed it by the due date of both, another after it, both as settled (6.2)."""
        no_end = (Status.WITHDRAWN, Status.REFUSED, *terms.CLOCK_STANDS_STILL)
        settled = [
            row for row in self.rows.values()
            if row and row.get("status") not in no_end and "status" not in (row.get("unread") or "").split()
        ]  # fmt: skip
        days = [(on(row.get("due_at")), on(row.get("closed_at"))) for row in settled]
        for (due, closed), (due_too, closed_too) in product(days, days):
            dues = [day for day in (due, due_too) if day]
            if dues and closed and closed_too and closed <= min(dues) and closed_too > max(dues):
                return True
        return False


def agreed(found: list[Judgement], by_system: BySystem, *, is_closed: bool) -> Judgement:
    """What all readings agree on (1.15, 6.2)."""
    verdicts = {one.verdict for one in found}
    unsynchronised = by_system.is_unsynchronised() and Verdict.LATE not in verdicts
    is_in_time = verdicts <= set(map(str, terms.PROVED_ON_TIME))
    if len(verdicts) > 1 and not is_in_time:
        cause = (str(Cause.DATA_SYNCHRONISATION), True) if unsynchronised and is_closed else (None, False)
        return Judgement(str(Verdict.NOT_PROVED), *cause, None)
    same = [one for one in found if one.verdict == Verdict.LATE_ONLY_IN_SOFTWARE] or found
    one, causes = same[0], {(one.cause, one.cause_proved) for one in same}
    cause = (one.cause, one.cause_proved)
    if len(causes) > 1:
        untold = (None if one.verdict == Verdict.ON_TIME else str(Cause.CANNOT_BE_TOLD), False)
        is_shown = unsynchronised and one.verdict != Verdict.ON_TIME
        cause = (str(Cause.DATA_SYNCHRONISATION), True) if is_shown else untold
    grades = {each.grade for each in found}
    return Judgement(one.verdict, *cause, "by_both_records" if "by_both_records" in grades else one.grade)


# 1. Which rows count
def software_row(rows: list[dict], setting: Setting) -> dict | None:
    """The one row that all rows of the software repeat, None where they differ or are problems (1.2, 1.9)."""
    rows = [row for row in rows if not row.get("is_struck")] or rows
    if len({tuple(row.get(cell, True if cell == "is_readable" else None) for cell in IDENTITY) for row in rows}) > 1:
        return None
    levels = {row.get("unit_level") for row in rows}
    row = rows[0] | {"unit_level": levels.pop() if len(levels) == 1 else UnitLevel.UNKNOWN}
    received, due, closed, status = (row.get(cell) for cell in ("received_at", "due_at", "closed_at", "status"))
    problems = (
        not row.get("is_readable", True),
        is_before(setting.as_of, received) or is_before(setting.as_of, closed),
        is_before(due, received) or is_before(closed, received),
        status in terms.CLOSED and closed is None and "closed_at" not in unread_cells(row),
        status in terms.NOT_YET_CLOSED and closed is not None,
        is_before(setting.period_last_on, received) or is_before(closed, setting.period_first_on),
    )
    return None if any(problems) else row


def unread_cells(row: dict) -> set[str]:
    """The cells of a row that is judged that could not be read (1.10)."""
    return set((row.get("unread") or "").split())


def is_line(row: dict) -> bool:
    """Whether a line of the register is this dossier's and no problem (1.5, 1.8, 1.9)."""
    received, due, returned = (row.get(cell) for cell in ("received_on", "due_on", "returned_on"))
    is_due_early = is_before(due, received) and not is_before(returned, received)
    return row.get("is_readable", True) and row.get("names_another") is None and not is_due_early


class Hop(namedtuple("Hop", "from_unit to_unit from_level to_level handed_at")):
    """One step of the dossier by the control slip; midnight stands for a day without an hour."""

    def lies_before(self, other: "Hop") -> bool:
        """Whether it is certain: on an earlier day, or at an earlier hour where both have one (3.2)."""
        one, two = self.handed_at, other.handed_at
        have_hours = datetime.min.time() not in (one.time(), two.time())
        return is_before(one, two) or (on(one) == on(two) and have_hours and one < two)

    def joins(self, other: "Hop") -> bool:
        """Whether the hop `other` begins at the unit where this one ended (6.1)."""
        one, two = ((unit or "").strip().casefold() for unit in (self.to_unit, other.from_unit))
        return one == two or (self.to_level == other.from_level and self.to_level in terms.AT_THE_DESK)

    def is_arrival(self) -> bool:
        return self.from_level in terms.BEHIND_THE_DESK and self.to_level in terms.AT_THE_DESK

    def comes_to_desk(self) -> bool:
        return self.is_arrival() and self.to_level == UnitLevel.DESK

    def is_away(self) -> bool:
        return self.to_level not in terms.AT_THE_DESK or self.from_level == UnitLevel.APPLICANT

    def is_handing(self) -> bool:
        return self.to_level == UnitLevel.APPLICANT and self.from_level in (UnitLevel.DESK, *terms.BEHIND_THE_DESK)


class Dossier:
    """The rows of one dossier that count, the records with a row that does not, what paper holds (1.3, 1.5, 2.7)."""

    def __init__(self, software: dict, records: Mapping[str, list[dict]], as_of: date):
        self.software, self.status, self.closed_on = software, software.get("status"), on(software.get("closed_at"))
        given = {record: records.get(record) or [] for record in ("register", *DAY_OF)}
        self.lines = [line for line in given["register"] if is_line(line)]
        self.written_on = [on(line["received_on"]) for line in self.lines if line.get("received_on")]
        received_on = on(software.get("received_at"))
        self.receipt = max(filter(None, (received_on, min(self.written_on, default=None))), default=None)
        self.begun_on = received_on or self.receipt
        rows = {name: [row for row in given[name] if not self._is_problem(name, row, as_of)] for name in DAY_OF}
        rows["register"] = self.lines
        lost = {name: [row for row in given[name] if row not in kept] for name, kept in rows.items()}
        lost["register"] = [row for row in lost["register"] if not (row.get("is_struck") and self.lines)]
        is_lost = {name: bool(of) for name, of in lost.items()}
        of_lines = set().union(*map(unread_cells, self.lines))
        is_lost["register"] |= bool(of_lines & {"returned_on", "signed"})
        self.unread = frozenset(record for record, is_one in is_lost.items() if is_one)
        self.unsure = unread_cells(software) | of_lines & {"due_on", "received_on"}
        self.apologies, self.explanations = rows["apologies"], records.get("explanations") or []
        stops = [(on(row["from_on"]), on(row.get("to_on")) or date.max) for row in rows["stops"]]
        self.stops = sorted((Stop(*days, as_of < days[1]) for days in stops), key=lambda stop: stop.first)
        self._read_papers(rows)
        self._read_hops([Hop(*map(row.get, Hop._fields)) for row in rows["control_slips"]])

    def without_days(self) -> "Dossier":
        """As nothing is before or after a due date that nobody knows."""
        undated, days = (
            copy(self),
            ("ready", "handed", "issued", "tracked", "sent", "posted", "returns", "maybe", "for_good"),
        )
        vars(undated).update({name: [] for name in days})
        return undated

    def _is_problem(self, record: str, row: dict, as_of: date) -> bool:
        """Whether a row of a further record is a problem or, which counts the same, cannot be read (1.5, 1.9, 2.7)."""
        day, received, last = row.get(DAY_OF[record]), self.software.get("received_at"), row.get("to_on")
        problems = [not row.get("is_readable", True), is_before(as_of, day), day is None and record != "apologies"]
        if record in ("result_papers", "postal"):
            needs_number = (row.get("paper") or "outgoing_register") in ("outgoing_register", "postal_tracking")
            problems += [needs_number and row.get("number") is None, is_before(day, self.receipt)]
        if record == "apologies":
            problems += [is_before(day, received), is_before(row.get("new_due_on"), day)]
        if record == "stops":
            problems += [is_before(day, received), is_before(self.closed_on, day), is_before(last, day)]
            problems += [self.closed_on is not None and is_before(as_of, last or date.max)]
        return any(problems)

    def _read_papers(self, rows: Mapping[str, list[dict]]) -> None:
        """The returns that prove something, the results issued and posted, their days in order (1.4, 3.1, 3.5, 3.6)."""
        sure = [line for line in self.lines if not unread_cells(line) & {"returned_on", "signed"}]
        signed = [line for line in sure if line.get("signed") is not False and line.get("returned_on")]
        days = [(on(line["returned_on"]), (self.receipt, line.get("received_on"))) for line in signed]
        self.returns = sorted(day for day, begun in days if not any(is_before(day, each) for each in begun))
        self.has_early_return = len(self.returns) < len(signed)
        others = {(row.get("number"), row[DAY_OF[name]]) for name in ("apologies", "stops") for row in rows[name]}
        papers = [row for row in rows["result_papers"] if row.get("is_result", True)]
        papers = [row for row in papers if row.get("number") is None or (row["number"], row["issued_on"]) not in others]
        days = sorted((on(row["issued_on"]), row.get("paper") or "outgoing_register") for row in papers)
        self.issued = [day for day, paper in days if paper in ("outgoing_register", "digital_signature")]
        self.tracked = [day for day, paper in days if paper == "postal_tracking"]
        self.sent = sorted(on(row["sent_on"]) for row in rows["postal"])
        self.posted = sorted(self.tracked + self.sent)

    def _read_hops(self, hops: list[Hop]) -> None:
        """The arrivals for good, those that may be, and the hand-overs, none before the receipt (1.4, 3.2, 3.3)."""
        self.hops = sorted(hops, key=lambda hop: hop.handed_at)
        away = [*filter(Hop.is_away, hops)]
        early = [hop for hop in hops if is_before(hop.handed_at, self.receipt)]
        counted = [hop for hop in self.hops if hop not in early]
        last = [hop for hop in counted if all(other.lies_before(hop) for other in away)]
        self.for_good, self.handings = [*filter(Hop.is_arrival, last)], [*filter(Hop.is_handing, last)]
        self.maybe = [hop for hop in counted if hop.is_arrival() and not any(map(hop.lies_before, away))]
        self.is_brought_early = any(hop.is_arrival() or hop.is_handing() for hop in early)
        self.ready = [on(hop.handed_at) for hop in self.for_good]
        self.handed = [on(hop.handed_at) for hop in self.handings[-1:]]

    def chain(self) -> list[Hop]:
        """The hops by clock where they are unbroken, else none (6.1)."""
        hops = sorted(set(self.hops), key=lambda hop: hop.handed_at)
        if not hops or "control_slips" in self.unread or is_before(hops[0].handed_at, self.receipt):
            return []
        is_filing = (hops[0].from_level, hops[0].to_level) == (UnitLevel.APPLICANT, UnitLevel.DESK)
        is_whole = all(one.lies_before(two) and one.joins(two) for one, two in pairwise(hops))
        return hops if is_whole and (is_filing or hops[0].from_level == UnitLevel.DESK) else []


# 2. Which due dates stand
class Clock:
    """The calendar and the stops of a dossier; `lacks_days` once the calendar lacks a day that is needed (2.8)."""

    def __init__(self, calendar: Calendar, stops: list[Stop]):
        self.calendar, self.stops = calendar, stops
        self.lacks_days = False

    def off_days_off(self, day: date) -> date:
        """2.3: the next working day, where `day` is off; as written where the calendar does not tell."""
        try:
            return day if self.calendar.is_workday(day) else self.calendar.add(day, 1)
        except AuditError:
            return day

    def term_ends(self, software: dict, conventions: tuple[Convention, ...]) -> tuple[list[date], list[date]]:
        """The ends of the term under each convention, before stops, as known now and as known then (2.1, 2.3)."""
        received, term, unit = (software.get(cell) for cell in ("received_at", "term", "term_unit"))
        now, then = [], []
        for convention in [each for each in Convention if received and term and each in conventions]:
            try:
                for calendar, ends in ((self.calendar, now), (known_then(self.calendar, on(received)), then)):
                    is_cut_off = convention == Convention.CUT_OFF_15 and received.hour >= 15
                    is_counted = convention == Convention.RECEIPT_DAY_COUNTED
                    if unit in ("days", "months"):
                        begun = calendar.add(on(received), 1) if is_cut_off else on(received)
                        end = calendar_end(begun, term, unit) - timedelta(is_counted)
                        ends.append(self.off_days_off(end if calendar.is_workday(end) else calendar.add(end, 1)))
                        continue
                    days = term + is_cut_off - (is_counted and calendar.is_workday(on(received)))
                    ends.append(self.off_days_off(calendar.add(on(received), days) if days else on(received)))
            except AuditError:
                self.lacks_days = True
        return now, then

    def as_written(self, day: date) -> date | str:
        """2.7, of a date that no stop moves."""
        return STILL if any(stop.runs and stop.first <= day for stop in self.stops) else day

    def as_moved(self, day: date, written_on: date | None = None, *, is_unruled: bool = False) -> date | str:
        """`day` as moved by the stops that begin on `written_on` or later, or that it stands still (2.5-2.8).

        `is_unruled`: the end of a term in days of the calendar or months, which nobody knows how to move (2.10).
        """
        current, stopped, is_reached = self.as_written(day), set(), False
        for first, last, runs in (s for s in self.stops if s.runs or not is_before(s.first, written_on)):
            if current == STILL or current < first:
                break
            if runs:
                return STILL
            try:
                self.calendar.count(day, first)  # an AuditError where either is not covered, as below
                days = (first + timedelta(n + 1) for n in range((last - first).days))
                stopped |= set(filter(self.calendar.is_workday, days))
                current = self.calendar.add(day, len(stopped)) if stopped else day
            except AuditError:
                self.lacks_days = True
                return day
            is_reached = True
        self.lacks_days |= is_unruled and is_reached
        return day if is_unruled and is_reached else current


def due_dates(dossier: Dossier, setting: Setting) -> tuple[list[date | str | None], bool]:
    """Every due date to be asked, the one shown first at the head; whether stops can be seen (2.1-2.4, 2.6-2.9)."""
    clock = Clock(setting.calendar, dossier.stops)
    due, received = dossier.software.get("due_at"), dossier.software.get("received_at")
    is_none = due and received and due.replace(second=0, microsecond=0) <= received.replace(second=0, microsecond=0)
    lines = [line.get("due_on") for line in dossier.lines]
    letters = [letter.get("new_due_on") for letter in dossier.apologies]
    software, lines, new = (
        [clock.off_days_off(on(day)) for day in days if day] for days in ([None if is_none else due], lines, letters)
    )
    is_one_written, aside = bool(software) != bool(lines), software + sorted(lines)[-1:]  # 2.4
    software, lines = ([day for day in days if day not in new] for days in (software, lines))
    ends_now, ends_then = clock.term_ends(dossier.software, setting.conventions)
    is_unruled = dossier.software.get("term_unit") in ("days", "months")
    ends_now_moved, ends_then_moved = (
        [clock.as_moved(day, is_unruled=is_unruled) for day in ends] for ends in (ends_now, ends_then)
    )
    first, slips, slips_moved = [], [], []
    for least_or_most in (min, max) if lines else ():  # 2.6
        day = least_or_most(lines)
        moved = clock.as_moved(day, least_or_most(dossier.written_on, default=None))
        slips_moved.append(moved)
        slips += [moved] if dossier.written_on or moved in (*software, STILL) else [day, moved]
    for day in software:
        is_moved_already, is_unmoved = day in ends_now_moved + slips_moved, day in ends_now
        first = [clock.as_written(day), clock.as_moved(day)]
        if is_moved_already != is_unmoved:
            first = first[:1] if is_moved_already else first[1:]
        elif STILL in first:
            first = [STILL]
    asked = first + slips + ends_now_moved + ends_then_moved
    in_doubt = not asked or ("apologies" in dossier.unread and is_one_written and not ends_now)
    asked = asked or [*map(clock.as_written, aside), *map(clock.as_moved, aside)]
    if in_doubt and asked and STILL not in asked:
        asked.append(dossier.begun_on)
    is_hidden = "stops" in setting.missing | setting.unseen | dossier.unread
    is_beyond = any(day > setting.calendar.settled_to for day in asked if isinstance(day, date))
    return asked or [None], not (is_hidden or clock.lacks_days or is_beyond)


# 3. What is evidence
class Shown:
    """What paper shows under one date (3.1, 3.3, 3.5, 3.7-3.9); unread records contradict, but prove nothing (1.5)."""

    def __init__(self, dossier: Dossier, due: date | None):
        dossier = dossier if due else dossier.without_days()
        shows = (dossier.ready + dossier.handed, dossier.issued + dossier.tracked, dossier.sent)
        is_ready_late, is_issued_late = (any(day > due for day in days) for days in (dossier.ready, dossier.issued))
        is_at_desk, has_paper, is_sent = (any(day <= due for day in days) for days in shows)
        seems_late = any(on(hop.handed_at) > due for hop in dossier.maybe[:1]) and not dossier.is_brought_early
        is_in_time, is_late = is_at_desk or has_paper or is_sent, is_ready_late or is_issued_late or seems_late
        self.disagree = (is_in_time and is_late) or any(dossier.posted[0] <= due < day for day in dossier.posted)
        register, slips, papers, postal = (name not in dossier.unread for name in ON_PAPER)
        self.returned_in_time = register and any(day <= due for day in dossier.returns)
        self.returned_late = register and not dossier.has_early_return and any(day > due for day in dossier.returns)
        self.at_desk_in_time = slips and is_at_desk and not is_ready_late
        self.at_desk_late = slips and seems_late
        self.issued_late = papers and any(day > due for day in dossier.issued[:1])
        self.ready_in_time = any((self.at_desk_in_time, papers and has_paper, postal and is_sent)) and not self.disagree
        self.ready_late = not self.disagree and (self.at_desk_late or self.issued_late)
        self.has_waited = self.ready_in_time and self.at_desk_in_time and self.returned_late
        untold = {*dossier.maybe} - {*dossier.for_good}
        self.untold = dossier.is_brought_early or any(on(hop.handed_at) <= due for hop in untold)


def contradicts_itself(dossier: Dossier, due: date | None, as_of: date) -> bool:
    """1.1, 3.4, 3.10."""
    days = (dossier.returns, dossier.ready, dossier.issued, dossier.posted)
    returned, ready, issued, posted = (min(each, default=None) for each in days)
    by_desk = [hop for hop in dossier.handings if hop.from_level == UnitLevel.DESK]
    at_desk = [*filter(Hop.comes_to_desk, dossier.maybe)]
    contradictions = (
        any(day > as_of or day != returned for day in dossier.returns),
        any(at_desk and all(map(hop.lies_before, at_desk)) for hop in by_desk),
        any(is_before(hop.handed_at, issued) for hop in by_desk),
        is_before(returned, ready) or is_before(returned, issued),
        is_before(ready, issued) or is_before(posted, issued),
        due and returned and any((day <= due) != (returned <= due) for day in dossier.handed),
    )
    return any(contradictions)


# 4. Verdicts
def under(
    dossier: Dossier, due: date | str | None, stops_seen: bool, setting: Setting, *, is_expected: bool = False
) -> tuple[Verdict, str]:  # fmt: skip
    """The verdict under one due date, and its rule where something hangs on it (4.2-4.13)."""
    status, contradiction = dossier.status, (Verdict.PAPER_CONTRADICTS_ITSELF, "")
    is_said_to_stand = status in terms.CLOCK_STANDS_STILL
    if "status" in dossier.unsure and not dossier.returns:
        return Verdict.NOT_PROVED, ""
    if status in (Status.WITHDRAWN, Status.REFUSED):
        return contradiction if dossier.returns else (Verdict(status), "")
    if not dossier.closed_on and (due == STILL or (is_said_to_stand and "stops" not in setting.kept)):
        return contradiction if dossier.returns else (Verdict.STOPPED, "")
    if contradicts_itself(dossier, due, setting.as_of):
        return contradiction
    if {"closed_at", "due_at"} & dossier.unsure or (due is None and {"due_on", "received_on"} & dossier.unsure):
        return Verdict.NOT_PROVED, ""
    if due is None:
        return Verdict.NO_DUE_DATE, ""
    if not dossier.closed_on and dossier.unsure:
        return Verdict.NOT_PROVED, ""
    if not dossier.closed_on:
        return Verdict.OPEN if setting.as_of <= due else Verdict.OVERDUE if stops_seen else Verdict.NOT_PROVED, ""
    lacking = setting.missing & (SHOWS_LATE_UNLESS_SEEN | {"register"}) | setting.unseen & SHOWS_LATE_UNLESS_SEEN
    is_lacking = bool(lacking) or not stops_seen  # something could show otherwise (1.7, 1.10, 2.8)
    is_unsure = bool(dossier.unsure)
    if is_expected:
        return Verdict.NOT_PROVED, ""
    paper, in_doubt = Shown(dossier, due), is_said_to_stand or not dossier.unread.isdisjoint(ON_PAPER)
    is_late = paper.ready_late and paper.returned_late and not (is_lacking or is_unsure or in_doubt or paper.untold)
    if_processed = "processed_in_time_returned_late" if status == Status.PROCESSED else ""
    closed_late = (  # 4.7-4.10
        (paper.returned_in_time, Verdict.LATE_ONLY_IN_SOFTWARE, "closed_late_returned_in_time"),
        (paper.ready_in_time, Verdict.LATE_ONLY_IN_SOFTWARE, ""),
        (paper.disagree or in_doubt or is_unsure, Verdict.NOT_PROVED, ""),
        (is_lacking and (paper.ready_late or paper.returned_late), Verdict.NOT_PROVED, ""),
        (paper.issued_late, Verdict.LATE, ""),
        (paper.untold, Verdict.NOT_PROVED, ""),
        (paper.at_desk_late or paper.returned_late, Verdict.LATE, ""),
        (dossier.has_early_return, *contradiction),
        (True, Verdict.NOT_PROVED, ""),
    )
    closed_in_time = (  # 4.11-4.13; slips that do not tell forbid the second witness too (1.4, 3.8)
        (paper.returned_in_time, Verdict.ON_TIME, ""),
        (paper.ready_in_time, Verdict.ON_TIME, "collected_late" if paper.has_waited else ""),
        (is_late, Verdict.LATE, ""),
        (paper.disagree or paper.ready_late, Verdict.CLOSED_ON_TIME_RETURNED_LATE, ""),
        (paper.returned_late, Verdict.CLOSED_ON_TIME_RETURNED_LATE, if_processed),
        (dossier.has_early_return, *contradiction),
        (True, Verdict.ON_TIME_NOT_CHECKED, ""),
    )
    cases = closed_late if dossier.closed_on > due else closed_in_time
    return next((verdict, rule) for applies, verdict, rule in cases if applies)


def under_all(found: list[tuple[Verdict, str]], dossier: Dossier) -> tuple[Verdict, str]:
    """Of what was found under each due date, the one shown first at the head (4.14)."""
    verdicts, (first, rule) = {verdict for verdict, _ in found}, found[0]
    if verdicts <= {*terms.PROVED_ON_TIME}:
        is_late = is_before(dossier.software.get("due_at"), dossier.closed_on)
        verdict = Verdict.LATE_ONLY_IN_SOFTWARE if is_late else Verdict.ON_TIME
        return verdict, rule if verdict == first else "late_by_written_date_alone" if is_late else ""
    return (first, rule) if len(verdicts) == 1 else (Verdict.DUE_DATE_IN_DISPUTE, "")


# 5. How sure late is
def looked_for(code: str, record: str, records: Mapping[str, list[dict]], setting: Setting) -> bool:
    """Whether somebody looked for the paper that would stand in `record` and did not find it (5.4)."""
    paper = {"result_papers": "result_paper", "postal": "postal"}.get(record)
    own = [line for line in records.get("papers") or [] if line["dossier_id"] == code]
    of_it = [line for line in own if line["sought"] == paper]
    closed = max((on(row["closed_at"]) for row in records["software"] if row["closed_at"]), default=date.max)
    besides = ("dated_on", "signed_by", "number", "page", "line", "remark", "second_on", "second_reader")
    for line in of_it:
        is_open = not line["is_readable"] or line["search"] != "not_found" or not line["reader"]
        is_open |= bool(line["comment"]) or any(line[f"{name}_written"] for name in besides)
        is_open |= len([letter for letter in line["reader"] or "" if letter.isalpha()]) < 2
        if is_open or line["read_on"] is None or not closed <= on(line["read_on"]) <= setting.as_of:
            return False
    return bool(of_it) and not records.get(record) and all(line["sought"] for line in own)


def grade_of(papers: list[Shown], setting: Setting, seen: frozenset[str] = frozenset()) -> str:
    """5.1, 5.2; `papers`: what is shown under each due date; `seen`: records whose paper was looked for (5.4)."""
    told = () if all(paper.ready_late for paper in papers) else ON_PAPER[1:]
    unseen = ({"stops", *told} & setting.kept | {"register"} & setting.unseen) - setting.complete - seen
    return "by_both_records" if unseen else "proved"


# 6. Causes
def holder(hops: list[Hop], dossier: Dossier, days: list[date]) -> str | None:
    """Who held it from the end of the earliest of the due `days` until after the latest, in one stay (6.2)."""
    begins = [dossier.begun_on or date.max, *(on(hop.handed_at) for hop in hops)]
    levels = [hops[0].from_level, *(hop.to_level for hop in hops)]
    for n, (level, begun, ended) in enumerate(zip(levels, begins, [*begins[1:], date.max], strict=True)):
        is_given_out = levels[n + 1 : n + 2] == [UnitLevel.APPLICANT]
        is_waiting = (is_given_out or any(map(Hop.comes_to_desk, hops[:n]))) and not any(map(Hop.is_away, hops[n:]))
        if begun <= min(days) and max(days) < ended and not (level == UnitLevel.DESK and is_waiting):
            if level == UnitLevel.UPPER_LEVEL:
                return Cause.HELD_BY_UPPER_LEVEL
            return Cause.HELD_BY_COMMUNE if level in (UnitLevel.DESK, UnitLevel.COMMUNE) else None
    return None


def cause_of(rule: str, verdict: Verdict, dossier: Dossier, paper: Shown, days: list[date]) -> tuple[str, bool]:
    """The cause, and whether it is proved: the first that applies (6.2-6.4)."""
    hops, is_only_in_software = dossier.chain(), verdict == Verdict.LATE_ONLY_IN_SOFTWARE
    held_by = holder(hops, dossier, days) if hops and verdict == Verdict.LATE else None
    is_closed_then = is_only_in_software and dossier.closed_on in dossier.returns
    is_collected = rule == "collected_late" or (paper.has_waited and is_closed_then)
    first_levels = [(hop.from_level, hop.to_level) for hop in dossier.for_good[:1]] if hops else []
    is_given_above = is_only_in_software and first_levels == [(UnitLevel.UPPER_LEVEL, UnitLevel.APPLICANT)]
    stand = [row for row in dossier.explanations if not row.get("is_struck")]
    said = {row["cause"] if row.get("is_readable", True) else None for row in stand}
    office, level = said.pop() if len(said) == 1 else None, dossier.software["unit_level"]
    not_collected = {Verdict.LATE: paper.ready_late, Verdict.LATE_ONLY_IN_SOFTWARE: paper.returned_in_time}.get(verdict)
    is_refuted = office in REFUTED.get(verdict, ()) or (office == Cause.APPLICANT_COLLECTED_LATE and not_collected)
    goes_up = any(UnitLevel.UPPER_LEVEL in (hop.from_level, hop.to_level) for hop in dossier.hops)
    is_here = level in (UnitLevel.COMMUNE, UnitLevel.DESK) and not goes_up and "control_slips" not in dossier.unread
    cases = (
        (rule == "late_by_written_date_alone", Cause.DUE_DATE_NOT_MOVED, True),
        (
            dossier.software.get("is_unsynchronised")
            and verdict in (Verdict.LATE_ONLY_IN_SOFTWARE, Verdict.NOT_PROVED),
            Cause.DATA_SYNCHRONISATION,
            True,
        ),
        (is_collected, Cause.APPLICANT_COLLECTED_LATE, any(map(Hop.comes_to_desk, hops))),
        (held_by, held_by, True),
        (is_given_above, Cause.HELD_BY_UPPER_LEVEL, True),
        (hops and is_only_in_software and paper.at_desk_in_time, Cause.CLOSED_LATE_BY_COMMUNE, True),
        (rule == "processed_in_time_returned_late", Cause.APPLICANT_COLLECTED_LATE, False),
        (is_refuted, Cause.CANNOT_BE_TOLD, False),
        (office, office, False),
        (level == UnitLevel.UPPER_LEVEL, Cause.HELD_BY_UPPER_LEVEL, False),
        (rule == "closed_late_returned_in_time" and is_here, Cause.CLOSED_LATE_BY_COMMUNE, False),
        (True, Cause.CANNOT_BE_TOLD, False),
    )
    return next((cause, is_proved) for applies, cause, is_proved in cases if applies)


def judged(records: Mapping[str, list[dict]], setting: Setting) -> Judgement | None:
    """What the policy decides of the one dossier whose rows are `records`; None where no row of it is judged."""
    rows = records.get("software") or []
    if len({row.get("system") for row in rows}) < 2:
        return judged_by_one(records, setting)
    by_system = BySystem(rows, setting)
    if not any(by_system.rows.values()):
        return None
    late = by_system.is_unsynchronised()
    readings = [row | {"is_unsynchronised": late} for row in by_system.readings()]
    found = [judged_by_one(dict(records) | {"software": [row]}, setting, is_sure=True) for row in readings]
    return agreed(found, by_system, is_closed=readings[0].get("closed_at") is not None)


def judged_by_one(
    records: Mapping[str, list[dict]], setting: Setting, *, is_sure: bool = False
) -> Judgement | None:  # fmt: skip
    """The same, of one row a system; `is_sure`: it counts, whatever it says."""
    rows = records.get("software") or []
    if not rows:  # 1.9, 4.1
        lines = [line for line in records.get("register") or [] if is_line(line)]
        lines = [line for line in lines if not is_before(setting.period_last_on, line.get("received_on"))]
        is_own = any(not is_before(line.get("returned_on"), setting.period_first_on) for line in lines)
        return Judgement(str(Verdict.ONLY_IN_REGISTER), None, False, None) if is_own else None
    if (software := rows[0] if is_sure else software_row(rows, setting)) is None:
        return None
    dossier = Dossier(software, records, setting.as_of)
    asked, stops_seen = due_dates(dossier, setting)
    latest = max((due for due in asked if isinstance(due, date)), default=date.min)
    begun = dossier.begun_on or date.min
    is_expected = any(line.is_expected and begun < line.day <= latest for line in setting.calendar.written)  # 2.10
    found = [under(dossier, due, stops_seen, setting, is_expected=is_expected) for due in asked]
    verdict, rule = under_all(found, dossier)
    asks_cause = verdict in (Verdict.LATE, Verdict.LATE_ONLY_IN_SOFTWARE, Verdict.NOT_PROVED)
    is_asked = asks_cause or rule in ("collected_late", "processed_in_time_returned_late")
    if not dossier.closed_on or not is_asked:
        return Judgement(str(verdict), None, False, None)
    papers = [Shown(dossier, due) for due in asked]
    cause, is_proved = cause_of(rule, verdict, dossier, papers[0], asked)
    code = software["dossier_id"] if records.get("papers") else ""
    seen = frozenset(record for record in ON_PAPER if code and looked_for(code, record, records, setting))
    grade = grade_of(papers, setting, seen) if verdict == Verdict.LATE else None
    return Judgement(str(verdict), str(cause), is_proved, grade)
