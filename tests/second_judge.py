"""The policy once more: one dossier at a time, in plain Python, written from the words of `docs/policy.en.md` alone.

An oracle for property tests: it shares no step with `audit/`, only the words of the trade and the calendar. Read it as
the policy goes: which rows count (1), which due dates stand (2), what the paper shows (3), the verdict under one due
date and under all (4), how sure late is (5), causes (6); `judged`, at the end, does one after the other. The numbers
in the docstrings are the policy's sentences. Rules are named only where something hangs on them: a cause, or which
verdict of all dates stands. Where the words leave a doubt, the reading that convicts nobody is taken.
"""

from collections import namedtuple
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from itertools import pairwise

from audit import terms
from audit.terms import AuditError, Cause, Convention, Status, UnitLevel, Verdict
from audit.workdays import Calendar

STILL = "stands still"  # in place of a due date that a running stop has reached
IDENTITY = ("is_readable", "received_at", "due_at", "closed_at", "status", "channel", "procedure", "applicant")
HOP = ("from_unit", "to_unit", "from_level", "to_level", "handed_at")
ON_PAPER = frozenset({"register", "control_slips", "result_papers"})
SHOWS_LATE_UNLESS_SEEN = frozenset({"control_slips", "result_papers", "stops"})
Shown = namedtuple(  # what the paper shows under one due date (3)
    "Shown",
    "returned_in_time returned_late at_desk_in_time at_desk_late untold issued_late disagree ready_in_time ready_late",
)


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


@dataclass(frozen=True)
class Judgement:
    """What the records decide of one dossier."""

    verdict: str
    cause: str | None
    cause_proved: bool
    grade: str | None


@dataclass(frozen=True)
class Dossier:
    """The rows of one dossier that count, and the records in which a row of it does not."""

    software: dict
    closed_on: date | None
    receipt: date | None
    rows: Mapping[str, list[dict]]
    unread: frozenset[str]

    def is_before_receipt(self, day: date) -> bool:
        return is_before(day, self.receipt)

    def signed(self) -> list[dict]:
        """The lines with a return, those before the receipt too (3.1)."""
        return [line for line in self.rows["register"] if line.get("signed") is not False and line.get("returned_on")]

    def returns(self) -> list[date]:
        """The returns that prove something (1.4, 3.1)."""
        days = [(on(line["returned_on"]), line.get("received_on")) for line in self.signed()]
        return [day for day, received in days if not (self.is_before_receipt(day) or is_before(day, received))]


def on(at: datetime | date | None) -> date | None:
    return at.date() if isinstance(at, datetime) else at


def is_before(one: datetime | date | None, other: datetime | date | None) -> bool:
    """Whether both are written and `one` is on an earlier day (1.1)."""
    return one is not None and other is not None and on(one) < on(other)


# 1. Which rows count


def software_row(rows: list[dict], setting: Setting) -> dict | None:
    """The one row that all rows of the software repeat, None where they differ or are problems (1.2, 1.9)."""
    if len({tuple(row.get(cell, True if cell == "is_readable" else None) for cell in IDENTITY) for row in rows}) > 1:
        return None
    levels = {row.get("unit_level") for row in rows}
    row = rows[0] | {"unit_level": levels.pop() if len(levels) == 1 else UnitLevel.UNKNOWN}
    received, due, closed, status = (row.get(cell) for cell in ("received_at", "due_at", "closed_at", "status"))
    problems = (
        not row.get("is_readable", True),
        is_before(setting.as_of, received) or is_before(setting.as_of, closed),
        is_before(due, received) or is_before(closed, received),
        status in terms.CLOSED and closed is None,
        status in terms.NOT_YET_CLOSED and closed is not None,
        is_before(setting.period_last_on, received) or is_before(closed, setting.period_first_on),
    )
    return None if any(problems) else row


def is_line(row: dict) -> bool:
    """Whether a line of the register is this dossier's and no problem (1.5, 1.8, 1.9)."""
    received, due, returned = (row.get(cell) for cell in ("received_on", "due_on", "returned_on"))
    is_due_early = is_before(due, received) and not is_before(returned, received)
    return row.get("is_readable", True) and row.get("names_another") is None and not is_due_early


def kind(paper: dict) -> str:
    return paper.get("paper") or "outgoing_register"


def runs(stop: dict, as_of: date) -> bool:
    """2.7."""
    return stop.get("to_on") is None or is_before(as_of, stop["to_on"])


def is_problem(record: str, row: dict, software: dict, receipt: date | None, as_of: date) -> bool:
    """Whether a row of a further record is a problem (1.9, 2.7)."""
    received, closed = software.get("received_at"), software.get("closed_at")
    day = row.get({"stops": "from_on", "apologies": "dated_on", "result_papers": "issued_on"}.get(record, "handed_at"))
    if is_before(as_of, day) or (day is None and record != "apologies"):
        return True
    if record == "result_papers":
        needs_number = kind(row) in ("outgoing_register", "postal_tracking")
        return (needs_number and row.get("number") is None) or is_before(day, receipt)
    if record == "stops":
        is_outside = is_before(day, received) or is_before(closed, day)
        return is_outside or is_before(row.get("to_on"), day) or (closed is not None and runs(row, as_of))
    return record == "apologies" and (is_before(day, received) or is_before(row.get("new_due_on"), day))


def sorted_out(software: dict, records: Mapping[str, list[dict]], as_of: date) -> Dossier:
    """The rows that count; a problem counts as a row that cannot be read (1.3, 1.5, 1.9, 3.6)."""
    rows = {"register": [line for line in records.get("register") or [] if is_line(line)]}
    first = min((on(line["received_on"]) for line in rows["register"] if line.get("received_on")), default=None)
    receipt = max(filter(None, (on(software.get("received_at")), first)), default=None)
    for record in ("control_slips", "result_papers", "stops", "apologies"):
        rows[record] = [
            row
            for row in records.get(record) or []
            if row.get("is_readable", True) and not is_problem(record, row, software, receipt, as_of)
        ]
    unread = frozenset(record for record, kept in rows.items() if len(kept) < len(records.get(record) or []))
    no_results = {(row.get("number"), row.get("dated_on")) for row in rows["apologies"]}
    no_results |= {(row.get("number"), row["from_on"]) for row in rows["stops"]}
    no_results = {number_and_day for number_and_day in no_results if number_and_day[0] is not None}
    papers = [row for row in rows["result_papers"] if row.get("is_result", True)]
    rows["result_papers"] = [row for row in papers if (row.get("number"), row["issued_on"]) not in no_results]
    rows["explanations"] = list(records.get("explanations") or [])
    return Dossier(software, on(software.get("closed_at")), receipt, rows, unread)


# 2. Which due dates stand


@cache
def known_then(calendar: Calendar, day: date) -> Calendar:
    return calendar.known_on(day)


def off_days_off(day: date, calendar: Calendar) -> date:
    """2.3: the next working day, where `day` is off; as written where the calendar does not tell."""
    try:
        return day if calendar.is_workday(day) else calendar.add(day, 1)
    except AuditError:
        return day


def term_end(convention: Convention, received: datetime, term: int, calendar: Calendar) -> date:
    """2.1, before stops; an AuditError where the calendar lacks a day."""
    day = received.date()
    if convention == Convention.RECEIPT_DAY_COUNTED and calendar.is_workday(day):
        return calendar.add(day, term - 1) if term > 1 else day
    return calendar.add(day, term + (convention == Convention.CUT_OFF_15 and received.hour >= 15))


def term_ends(software: dict, setting: Setting, lacking: list[date]) -> list[tuple[date, bool]]:
    """The end under each convention as known now (True) and, where it differs, as known then (False) (2.1, 2.3)."""
    received, term, ends = software.get("received_at"), software.get("term"), []
    for convention in sorted(setting.conventions, key=[*Convention].index) if received and term else ():
        try:
            now = term_end(convention, received, term, setting.calendar)
            ends.append((now, True))
            then = term_end(convention, received, term, known_then(setting.calendar, received.date()))
        except AuditError:
            lacking.append(received.date())
            continue
        then = off_days_off(then, setting.calendar)
        ends += [(then, False)] if then != now else []
    return ends


def as_written(day: date, stops: list[dict], setting: Setting) -> date | str:
    """2.7, of a date that no stop moves."""
    return STILL if any(runs(s, setting.as_of) and not is_before(day, s["from_on"]) for s in stops) else day


def as_moved(day: date, stops: list[dict], setting: Setting, lacking: list[date]) -> date | str:
    """`day` as moved by `stops`, or that it stands still; what cannot be counted is `lacking` (2.5, 2.7, 2.8)."""
    if as_written(day, stops, setting) == STILL:
        return STILL
    calendar, current, stopped = setting.calendar, day, set()
    for stop in sorted(stops, key=lambda stop: stop["from_on"]):
        first, last = on(stop["from_on"]), on(stop.get("to_on"))
        if current < first:
            break
        if runs(stop, setting.as_of):
            return STILL
        if not all(map(calendar.covers, (day, first, last))):
            lacking.append(day)
            return day
        days = (first + timedelta(n + 1) for n in range((last - first).days))
        stopped |= set(filter(calendar.is_workday, days))
        try:
            current = calendar.add(day, len(stopped)) if stopped else day
        except AuditError:
            lacking.append(day)
            return day
    return current


def software_due(software: dict) -> date | None:
    """The software's due day as written; one at the minute of the receipt or before it is none (2.2)."""
    due, received = software.get("due_at"), software.get("received_at")
    if due and received and due.replace(second=0, microsecond=0) <= received.replace(second=0, microsecond=0):
        return None
    return on(due)


def standing(dates: dict, ends: list, dossier: Dossier, setting: Setting, lacking: list[date]) -> list[date | str]:
    """Each of `dates` and `ends` as the stops leave it, the one shown first at the head (2.6, 2.9)."""
    received = [on(line["received_on"]) for line in dossier.rows["register"] if line.get("received_on")]
    software, stops = dates.get("software"), dossier.rows["stops"]
    moved_ends = [as_moved(end, stops, setting, lacking) for end, _ in ends]
    first, slips, slips_moved = [], [], []
    for basis, least_or_most in (("slip", min), ("slip_latest", max)):
        if basis in dates:
            written_on = least_or_most(received, default=None)
            later = [s for s in stops if not is_before(s["from_on"], written_on) or runs(s, setting.as_of)]
            moved = as_moved(dates[basis], later, setting, lacking)
            slips_moved.append(moved)
            slips += [moved] if received or moved in (software, STILL) else [dates[basis], moved]
    if software:
        ends_now = [end for end, is_now in ends if is_now]
        ends_now_moved = [as_moved(end, stops, setting, lacking) for end in ends_now]
        is_moved_already, is_unmoved = software in ends_now_moved + slips_moved, software in ends_now
        plain, moved = as_written(software, stops, setting), as_moved(software, stops, setting, lacking)
        if is_moved_already != is_unmoved:
            first = [plain if is_moved_already else moved]
        else:
            first = [STILL] if moved == STILL else [plain, moved]
    return first + slips + moved_ends


def due_dates(dossier: Dossier, setting: Setting) -> tuple[list[date | str | None], bool]:
    """Every due date to be asked, the one shown first at the head, and whether stops can be seen (2.1-2.9)."""
    calendar, lacking = setting.calendar, []
    for stop in dossier.rows["stops"]:
        days = [] if runs(stop, setting.as_of) else [on(stop["from_on"]), on(stop["to_on"])]
        lacking += [day for day in days if not calendar.covers(day)]
    ends = term_ends(dossier.software, setting, lacking)
    promised = [on(line["due_on"]) for line in dossier.rows["register"] if line.get("due_on")]
    software, lines = (
        [off_days_off(day, calendar) for day in days if day] for days in ([software_due(dossier.software)], promised)
    )
    new = {off_days_off(on(row["new_due_on"]), calendar) for row in dossier.rows["apologies"] if row.get("new_due_on")}
    is_one_written = bool(software) != bool(lines)
    aside = [*filter(new.__contains__, software), *sorted(filter(new.__contains__, lines), reverse=True)[:1]]
    software, lines = ([day for day in days if day not in new] for days in (software, lines))
    dates = {"software": software[0]} if software else {}
    dates |= {"slip": min(lines), "slip_latest": max(lines)} if lines else {}
    asked = standing(dates, ends, dossier, setting, lacking)
    is_hidden = "stops" in setting.missing | setting.unseen | dossier.unread
    is_aside = not asked
    if is_aside:
        stops = dossier.rows["stops"]
        asked = [
            *(as_written(day, stops, setting) for day in aside),
            *(as_moved(day, stops, setting, lacking) for day in aside),
        ]
    in_doubt = is_aside or ("apologies" in dossier.unread and is_one_written and not ends)
    if in_doubt and asked and STILL not in asked:
        receipts = [on(dossier.software.get("received_at")), dossier.receipt]
        asked = [*asked, next(filter(None, receipts))]
    return asked or [None], not (is_hidden or lacking)


# 3. What is evidence


def lies_before(hop: dict, other: dict) -> bool:
    """Whether it is certain: on an earlier day, or at an earlier hour where both have one (3.2)."""
    one, two = hop["handed_at"], other["handed_at"]
    have_hours = datetime.min.time() not in (one.time(), two.time())
    return is_before(one, two) or (on(one) == on(two) and have_hours and one < two)


def is_arrival(hop: dict) -> bool:
    return hop.get("from_level") in terms.BEHIND_THE_DESK and hop.get("to_level") in terms.AT_THE_DESK


def is_away(hop: dict) -> bool:
    return hop.get("to_level") not in terms.AT_THE_DESK or hop.get("from_level") == UnitLevel.APPLICANT


def is_handing(hop: dict) -> bool:
    from_whom = (UnitLevel.DESK, *terms.BEHIND_THE_DESK)
    return hop.get("to_level") == UnitLevel.APPLICANT and hop.get("from_level") in from_whom


def brought(dossier: Dossier) -> tuple[list[dict], list[dict], dict | None]:
    """The arrivals for good, those that may be, and the hand-overs, none before the receipt (1.4, 3.2, 3.3)."""
    away = [hop for hop in dossier.rows["control_slips"] if is_away(hop)]
    hops = [hop for hop in dossier.rows["control_slips"] if not dossier.is_before_receipt(hop["handed_at"])]
    hops.sort(key=lambda hop: hop["handed_at"])
    last = [hop for hop in hops if all(lies_before(other, hop) for other in away)]
    maybe = [hop for hop in hops if is_arrival(hop) and not any(lies_before(hop, other) for other in away)]
    return [*filter(is_arrival, last)], maybe, [*filter(is_handing, last)]


def papers_of(dossier: Dossier) -> tuple[list[date], list[date]]:
    """The days on which the result was issued, and posted, in order (3.5)."""
    days = sorted((on(paper["issued_on"]), kind(paper)) for paper in dossier.rows["result_papers"])
    issued = [day for day, paper in days if paper in ("outgoing_register", "digital_signature")]
    return issued, [day for day, paper in days if paper == "postal_tracking"]


def shown(dossier: Dossier, due: date) -> Shown:
    """3.1, 3.3, 3.5, 3.7-3.9; a record with an unread row contradicts, but proves nothing (1.5)."""
    for_good, maybe, handings = brought(dossier)
    is_handed = bool(handings) and on(handings[-1]["handed_at"]) <= due
    good, untold = [on(hop["handed_at"]) for hop in for_good], [hop for hop in maybe if hop not in for_good]
    (issued, posted), returns = papers_of(dossier), dossier.returns()
    bringing = [hop for hop in dossier.rows["control_slips"] if is_arrival(hop) or is_handing(hop)]
    is_early = any(dossier.is_before_receipt(hop["handed_at"]) for hop in bringing)
    is_there_late = any(day > due for day in good)
    at_desk_in_time = not is_there_late and (bool(good) or is_handed)
    at_desk_late = bool(maybe) and on(maybe[0]["handed_at"]) > due and not is_early
    by_paper, issued_late = any(day <= due for day in issued + posted), bool(issued) and issued[0] > due
    disagree = (
        any(days[0] <= due < days[-1] for days in (good, issued, posted) if days)
        or ((by_paper or is_handed or any(day <= due for day in good)) and (at_desk_late or is_there_late))
        or (any(day > due for day in issued) and (is_handed or any(day <= due for day in good + posted)))
    )
    register, slips, papers = (name not in dossier.unread for name in ("register", "control_slips", "result_papers"))
    return Shown(
        returned_in_time=register and any(day <= due for day in returns),
        returned_late=register and any(day > due for day in returns) and len(returns) == len(dossier.signed()),
        at_desk_in_time=slips and at_desk_in_time,
        at_desk_late=slips and at_desk_late,
        untold=is_early or any(on(hop["handed_at"]) <= due for hop in untold),
        issued_late=papers and issued_late,
        disagree=disagree,
        ready_in_time=not disagree and ((slips and at_desk_in_time) or (papers and by_paper)),
        ready_late=not disagree and ((slips and at_desk_late) or (papers and issued_late)),
    )


def contradicts_itself(dossier: Dossier, due: date | None, as_of: date) -> bool:
    """1.1, 3.4, 3.10."""
    (for_good, maybe, handings), (issued, posted) = brought(dossier), papers_of(dossier)
    handed = handings[-1] if handings else None
    returned, ready, issued_on = min(dossier.returns(), default=None), for_good[:1], issued[0] if issued else None
    ready_on, handed_on = ready[0]["handed_at"] if ready else None, on(handed["handed_at"]) if handed else None
    at_desk = [*filter(comes_to_desk, maybe)]
    by_desk = [hop for hop in handings if hop["from_level"] == UnitLevel.DESK]
    is_early = any(at_desk and all(lies_before(hop, other) for other in at_desk) for hop in by_desk)
    return (
        any(day > as_of for day in dossier.returns())
        or len(set(dossier.returns())) > 1
        or is_early
        or any(is_before(hop["handed_at"], issued_on) for hop in by_desk)
        or is_before(returned, ready_on)
        or is_before(returned, issued_on)
        or is_before(ready_on, issued_on)
        or is_before(posted[0] if posted else None, issued_on)
        or bool(due and handed_on and returned and (handed_on <= due) != (returned <= due))
    )


# 4. Verdicts


def under(dossier: Dossier, due: date | str | None, stops_seen: bool, setting: Setting) -> tuple[Verdict, str]:
    """The verdict under one due date, and its rule where something hangs on it (4.2-4.6)."""
    status, contradiction = dossier.software.get("status"), (Verdict.PAPER_CONTRADICTS_ITSELF, "")
    if status in (Status.WITHDRAWN, Status.REFUSED):
        return contradiction if dossier.returns() else (Verdict(status), "")
    can_stand = "stops" not in setting.kept
    if not dossier.closed_on and (due == STILL or (status in terms.CLOCK_STANDS_STILL and can_stand)):
        return contradiction if dossier.returns() else (Verdict.STOPPED, "")
    if contradicts_itself(dossier, due, setting.as_of):
        return contradiction
    if due is None:
        return Verdict.NO_DUE_DATE, ""
    if not dossier.closed_on:
        past = Verdict.OVERDUE if stops_seen else Verdict.NOT_PROVED
        return (past if setting.as_of > due else Verdict.OPEN), ""
    lacking = setting.missing & (SHOWS_LATE_UNLESS_SEEN | {"register"}) | setting.unseen & SHOWS_LATE_UNLESS_SEEN
    closed = closed_late if dossier.closed_on > due else closed_in_time
    return closed(dossier, shown(dossier, due), bool(lacking) or not stops_seen)


def closed_late(dossier: Dossier, paper: Shown, is_lacking: bool) -> tuple[Verdict, str]:
    """4.7-4.10; `is_lacking`: something could show otherwise (1.7, 2.8)."""
    if paper.returned_in_time:
        return Verdict.LATE_ONLY_IN_SOFTWARE, "closed_late_returned_in_time"
    if paper.ready_in_time:
        return Verdict.LATE_ONLY_IN_SOFTWARE, ""
    in_doubt = paper.disagree or dossier.software.get("status") in terms.CLOCK_STANDS_STILL
    if in_doubt or dossier.unread & ON_PAPER or (is_lacking and (paper.ready_late or paper.returned_late)):
        return Verdict.NOT_PROVED, ""
    if paper.issued_late:
        return Verdict.LATE, ""
    if paper.untold:
        return Verdict.NOT_PROVED, ""
    if paper.at_desk_late or paper.returned_late:
        return Verdict.LATE, ""
    is_early = len(dossier.returns()) < len(dossier.signed())
    return (Verdict.PAPER_CONTRADICTS_ITSELF if is_early else Verdict.NOT_PROVED), ""


def closed_in_time(dossier: Dossier, paper: Shown, is_lacking: bool) -> tuple[Verdict, str]:
    """4.11-4.13; slips that do not tell forbid the second witness too (1.4, 3.8)."""
    status = dossier.software.get("status")
    if paper.returned_in_time or paper.ready_in_time:
        is_collected_late = paper.returned_late and paper.at_desk_in_time and not paper.returned_in_time
        return Verdict.ON_TIME, "collected_late" if is_collected_late else ""
    if not paper.disagree and paper.ready_late and paper.returned_late:
        is_lacking = is_lacking or bool(dossier.unread & ON_PAPER) or paper.untold
        if not is_lacking and status not in terms.CLOCK_STANDS_STILL:
            return Verdict.LATE, ""
    if paper.disagree or paper.ready_late:
        return Verdict.CLOSED_ON_TIME_RETURNED_LATE, ""
    if paper.returned_late:
        rule = "processed_in_time_returned_late" if status == Status.PROCESSED else ""
        return Verdict.CLOSED_ON_TIME_RETURNED_LATE, rule
    is_early = len(dossier.returns()) < len(dossier.signed())
    return (Verdict.PAPER_CONTRADICTS_ITSELF if is_early else Verdict.ON_TIME_NOT_CHECKED), ""


def under_all(found: list[tuple[Verdict, str]], dossier: Dossier) -> tuple[Verdict, str]:
    """Of what was found under each due date, the one shown first at the head (4.14)."""
    verdicts, (first, rule) = {verdict for verdict, _ in found}, found[0]
    if verdicts <= {*terms.PROVED_ON_TIME}:
        is_late = is_before(dossier.software.get("due_at"), dossier.closed_on)
        verdict = Verdict.LATE_ONLY_IN_SOFTWARE if is_late else Verdict.ON_TIME
        return verdict, rule if verdict == first else "late_by_written_date_alone" if is_late else ""
    return (first, rule) if len(verdicts) == 1 else (Verdict.DUE_DATE_IN_DISPUTE, "")


# 5. How sure late is


def grade_of(papers: list[Shown], setting: Setting) -> str:
    """5.1, 5.2; `papers`: what is shown under each due date."""
    unseen = {"stops"} & setting.kept | {"register"} & setting.unseen
    if not all(paper.ready_late for paper in papers):
        unseen |= {"control_slips", "result_papers"} & setting.kept
    return "by_both_records" if unseen - setting.complete else "proved"


# 6. Causes


def chain(dossier: Dossier) -> list[dict]:
    """The hops by clock where they are unbroken, else none (6.1)."""
    once = {tuple(map(hop.get, HOP)): hop for hop in dossier.rows["control_slips"]}
    hops = sorted(once.values(), key=lambda hop: hop["handed_at"])
    if not hops or "control_slips" in dossier.unread or dossier.is_before_receipt(hops[0]["handed_at"]):
        return []
    start = hops[0].get("from_level"), hops[0].get("to_level")
    begins = start[0] == UnitLevel.DESK or start == (UnitLevel.APPLICANT, UnitLevel.DESK)
    return hops if begins and all(lies_before(*two) and are_joined(*two) for two in pairwise(hops)) else []


def are_joined(one: dict, two: dict) -> bool:
    """Whether hop `two` begins at the unit where hop `one` ended."""
    if one.get("to_level") == two.get("from_level") and one.get("to_level") in terms.AT_THE_DESK:
        return True
    return (one.get("to_unit") or "").strip().casefold() == (two.get("from_unit") or "").strip().casefold()


def comes_to_desk(hop: dict) -> bool:
    return is_arrival(hop) and hop["to_level"] == UnitLevel.DESK


def holder(hops: list[dict], dossier: Dossier, days: list[date]) -> str | None:
    """Who held it from the end of the earliest of the due `days` until after the latest, in one stay (6.2)."""
    begun = on(dossier.software.get("received_at")) or dossier.receipt or date.max
    stays = [(begun, hops[0]["from_level"])] + [(on(hop["handed_at"]), hop["to_level"]) for hop in hops]
    for n, (begun, level) in enumerate(stays):
        ended = stays[n + 1][0] if n < len(hops) else date.max
        is_given_out = n < len(hops) and hops[n]["to_level"] == UnitLevel.APPLICANT
        is_waiting = (is_given_out or any(map(comes_to_desk, hops[:n]))) and not any(map(is_away, hops[n:]))
        if begun <= min(days) and max(days) < ended and not (level == UnitLevel.DESK and is_waiting):
            if level == UnitLevel.UPPER_LEVEL:
                return Cause.HELD_BY_UPPER_LEVEL
            return Cause.HELD_BY_COMMUNE if level in (UnitLevel.DESK, UnitLevel.COMMUNE) else None
    return None


def is_collected(rule: str, verdict: Verdict, dossier: Dossier, paper: Shown) -> bool:
    """Whether the applicant collected late, were the hops unbroken (6.2)."""
    waited = paper.returned_late and paper.at_desk_in_time and paper.ready_in_time
    is_closed_then = verdict == Verdict.LATE_ONLY_IN_SOFTWARE and dossier.closed_on in dossier.returns()
    return rule == "collected_late" or (waited and is_closed_then)


def proved_cause(rule: str, verdict: Verdict, dossier: Dossier, paper: Shown, days: list[date]) -> str | None:
    """6.1, 6.2."""
    hops, (for_good, _, _) = chain(dossier), brought(dossier)
    if rule == "late_by_written_date_alone":
        return Cause.DUE_DATE_NOT_MOVED
    if is_collected(rule, verdict, dossier, paper):
        return Cause.APPLICANT_COLLECTED_LATE if any(map(comes_to_desk, hops)) else None
    if hops and verdict == Verdict.LATE_ONLY_IN_SOFTWARE:
        first = tuple(map(for_good[0].get, ("from_level", "to_level"))) if for_good else ()
        if first == (UnitLevel.UPPER_LEVEL, UnitLevel.APPLICANT):
            return Cause.HELD_BY_UPPER_LEVEL
        return Cause.CLOSED_LATE_BY_COMMUNE if paper.at_desk_in_time else None
    return holder(hops, dossier, days) if hops and verdict == Verdict.LATE else None


def unproved_cause(rule: str, verdict: Verdict, dossier: Dossier, paper: Shown) -> str:
    """6.3, and before its words 6.4."""
    said = {row["cause"] if row.get("is_readable", True) else None for row in dossier.rows["explanations"]}
    office = said.pop() if len(said) == 1 else None
    refuted = {
        Verdict.LATE: (Cause.CLOSED_LATE_BY_COMMUNE, Cause.DATA_SYNCHRONISATION, Cause.DUE_DATE_NOT_MOVED)
        + (Cause.APPLICANT_COLLECTED_LATE,) * paper.ready_late,
        Verdict.LATE_ONLY_IN_SOFTWARE: (Cause.HELD_BY_COMMUNE, Cause.DUE_DATE_NOT_MOVED)
        + (Cause.APPLICANT_COLLECTED_LATE,) * paper.returned_in_time,
    }
    if is_collected(rule, verdict, dossier, paper) or rule == "processed_in_time_returned_late":
        return Cause.APPLICANT_COLLECTED_LATE
    if office in refuted.get(verdict, ()):
        return Cause.CANNOT_BE_TOLD
    if office:
        return office
    level, hops = dossier.software["unit_level"], dossier.rows["control_slips"]
    if level == UnitLevel.UPPER_LEVEL:
        return Cause.HELD_BY_UPPER_LEVEL
    goes_up = any(UnitLevel.UPPER_LEVEL in (hop.get("from_level"), hop.get("to_level")) for hop in hops)
    is_here = level in (UnitLevel.COMMUNE, UnitLevel.DESK) and not goes_up and "control_slips" not in dossier.unread
    if rule == "closed_late_returned_in_time" and is_here:
        return Cause.CLOSED_LATE_BY_COMMUNE
    return Cause.CANNOT_BE_TOLD


def judged(records: Mapping[str, list[dict]], setting: Setting) -> Judgement | None:
    """What the policy decides of the one dossier whose rows are `records`; None where no row of it is judged."""
    rows = records.get("software") or []
    if not rows:
        lines = records.get("register") or []
        return Judgement("only_in_register", None, False, None) if any(is_own(w, setting) for w in lines) else None
    software = software_row(rows, setting)
    if software is None:
        return None
    dossier = sorted_out(software, records, setting.as_of)
    asked, stops_seen = due_dates(dossier, setting)
    verdict, rule = under_all([under(dossier, due, stops_seen, setting) for due in asked], dossier)
    asks_cause = verdict in (Verdict.LATE, Verdict.LATE_ONLY_IN_SOFTWARE, Verdict.NOT_PROVED)
    if not dossier.closed_on or not (asks_cause or rule in ("collected_late", "processed_in_time_returned_late")):
        return Judgement(str(verdict), None, False, None)
    papers = [shown(dossier, due) for due in asked]
    proved = proved_cause(rule, verdict, dossier, papers[0], asked)
    cause = proved or unproved_cause(rule, verdict, dossier, papers[0])
    grade = grade_of(papers, setting) if verdict == Verdict.LATE else None
    return Judgement(str(verdict), str(cause), proved is not None, grade)


def is_own(line: dict, setting: Setting) -> bool:
    """Whether a line of a dossier that the software lacks counts (1.9, 4.1)."""
    is_later = is_before(setting.period_last_on, line.get("received_on"))
    is_earlier = is_before(line.get("returned_on"), setting.period_first_on)
    return is_line(line) and not is_later and not is_earlier
