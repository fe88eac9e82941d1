"""Letters of apology: who is owed one, what became of it, and what a draft says.

A letter with a new date is due before the due date (`sources.csv`, apology/deadline: not confirmed); the new date makes
nobody in time. None is drafted where paper shows the result in time, where a letter is there, or where nobody knows
whether one is.
"""

import csv
import io
from datetime import date
from enum import StrEnum
from typing import Any, NamedTuple

from audit.findings.cases import all_cases
from audit.findings.schema import Case, Dossier, Result
from audit.ground import terms
from audit.ground.terms import Apology, Fate, Grade, Verdict
from audit.ground.written import inert

LANG = "vi"
FORM_OF_2025 = date(2025, 9, 15)  # Circular 03/2025/TT-VPCP, from that day on; the form of 2018 until the day before
IN_TIME_ON_PAPER = ("never_closed_returned_in_time", "never_closed_ready_in_time")  # rules of overdue dossiers
COLUMNS = ("n", "code", "verdict", "grade", "due", "late", "holder", "before", "sent", "new_due", "form", "draft")


class Sent(StrEnum):
    """What is known of a dossier's letter."""

    NO = "no"
    IN_TIME = "in_time"
    TOO_LATE = "too_late"
    OPEN = "open"
    NOT_KNOWN = "not_known"


class Owed(NamedTuple):
    """A dossier that is late or overdue, what became of its letter, and whether one is drafted."""

    n: int
    case: Case | Dossier
    sent: Sent
    is_drafted: bool


def is_in_time_on_paper(case: Case | Dossier) -> bool:
    """Whether paper shows the result in time, so that it is late, or not closed, in the software alone."""
    return case.verdict == Verdict.LATE_ONLY_IN_SOFTWARE or case.rule in IN_TIME_ON_PAPER


def owed(result: Result) -> list[Owed]:
    """The dossiers late or overdue that paper does not show in time, each once, in the order of the result."""
    listed = all_cases(result)
    late = [c for c in listed if c.verdict in (Verdict.LATE, Verdict.OVERDUE) and not is_in_time_on_paper(c)]
    states = [(case, _sent(case, result)) for case in late]
    return [Owed(n, case, sent, _is_drafted(case, sent)) for n, (case, sent) in enumerate(states, start=1)]


def _is_drafted(case: Case | Dossier, sent: Sent) -> bool:
    return sent == Sent.NO and (case.grade == Grade.PROVED or case.verdict == Verdict.OVERDUE)


def _sent(case: Case | Dossier, result: Result) -> Sent:
    """The state of the letter: as it was judged; of an overdue dossier, which is not judged by it, as the rows say."""
    known = {Apology.MISSING: Sent.NO, Apology.TOO_LATE: Sent.TOO_LATE, Apology.IN_TIME: Sent.IN_TIME}
    if case.apology in known:
        return known[case.apology]
    if isinstance(case, Case) and case.apologised_on:  # one with a letter is told in full
        return Sent.OPEN
    if case.verdict == Verdict.LATE:  # it would have been said to be missing
        return Sent.NOT_KNOWN
    rows = case.evidence if isinstance(case, Case) else ()
    unread = any(row.record == "apologies" and row.fate != Fate.JUDGED for row in rows)
    is_unseen = unread or result.are_apologies_missing or "apologies" in result.not_wholly_seen
    return Sent.NOT_KNOWN if is_unseen else Sent.NO


def how_late(case: Case | Dossier) -> str:
    """Working days after the due day, of each day that is known; a dash where none is."""
    said = [terms.text(f"letter.late_{name}", LANG, days=terms.number(days, LANG))
            for name, days in case.late_workdays.items() if days > 0]  # fmt: skip
    return "; ".join(said) or "–"


def latest_due_on(case: Case | Dossier) -> date | None:
    """The latest of the due dates that stand: a letter before it is not too late."""
    if isinstance(case, Dossier):
        return case.due_on_latest or case.due_on
    return max((due.due_on for due in case.due_dates if due.stands), default=case.due_on)


def form(on: date) -> str:
    """The name of the letter by the form in force on a day."""
    return terms.text("letter.apology_2025" if on >= FORM_OF_2025 else "letter.apology_2018", LANG)


def line(row: Owed, result: Result) -> dict[str, Any]:
    """A line of the register, as text; `before`: the day before which the letter was due, `form`: that of this day."""
    case, due = row.case, latest_due_on(row.case)
    apologised, new_due = (case.apologised_on, case.new_due_on) if isinstance(case, Case) else (None, None)
    sent = terms.text(f"letter.sent_{row.sent}", LANG, day=_day(apologised))
    return {
        "n": row.n, "code": case.dossier_id, "verdict": terms.text(f"verdict.{case.verdict}", LANG),
        "grade": terms.text(f"grade.{case.grade}", LANG) if case.grade else "", "due": _day(case.due_on),
        "late": how_late(case), "holder": case.holder_at_due or "–", "before": _day(due), "sent": sent,
        "new_due": _day(new_due), "form": form(due or result.as_of),
        "draft": terms.text("letter.yes" if row.is_drafted else "letter.no", LANG),
    }  # fmt: skip


def draft(case: Case | Dossier, result: Result) -> dict[str, Any]:
    """What a draft says: who is apologised to, the procedure and the reason stay blank, for the commune to fill in.

    Its title is that of the form in force on the day of the audit, when it is written.
    """
    return {
        "code": case.dossier_id, "received": _day(case.received_on), "due": _day(case.due_on), "days": _days(case),
        "returned": _day(case.returned_on) if case.returned_on else "", "form": form(result.as_of),
    }  # fmt: skip


def _days(case: Case | Dossier) -> str:
    """Working days from the due day to the return, else to the day of the audit; nothing where neither is known."""
    late = case.late_workdays.get("returned_on") or case.late_workdays.get("as_of")
    return terms.number(late, LANG) if late else ""


def _day(value: date | None) -> str:
    return "–" if value is None else f"{value:%d/%m/%Y}"


def as_csv(result: Result) -> bytes:
    """The register for a spreadsheet, in which no cell is taken for a formula; a dossier a row."""
    stream = io.StringIO(newline="")
    writer = csv.writer(stream)
    writer.writerow([terms.text(f"letter.column_{name}", LANG) for name in COLUMNS])
    for row in owed(result):
        said = line(row, result)
        writer.writerow([_plain(str(said[name])) for name in COLUMNS])
    return stream.getvalue().encode("utf-8-sig")


def _plain(cell: str) -> str:
    return inert(" ".join(cell.split()))
