"""A Result as tables, timelines and sentences: right and wrong are decided before, here they are only shown.

Every function takes the Result and returns something that a notebook displays. All text from files is
escaped by the templates.
"""

import base64
from collections.abc import Sequence
from datetime import date

from markupsafe import Markup

from audit import terms
from audit.report.book import workbook
from audit.report.pieces import MOST_CASES, MOST_ROWS, Shown, day_text, render, shown, to_read
from audit.report.reported import claims
from audit.result import Case, Result
from audit.terms import PLAINLY_ON_TIME, RESULT_MIME, WORKBOOK_MIME, FoundIn, Outcome, Population, Verdict, number
from audit.workdays import Day

__all__ = [
    "Shown", "accounting", "answer", "cases", "causes", "claims", "contradictions", "day_by_day", "facts", "files",
    "leads", "method", "on_time", "problems", "sentence", "sources", "timeline", "undecided", "units", "workbook",
]  # fmt: skip

_WEIGHTY_COLUMNS = {
    "software": ("status", "unit"),
    "register": ("signed", "due_on", "received_on"),
    "result_papers": ("number",),
}


def answer(result: Result) -> Shown:
    """The first screen: what was audited, the answer in a sentence, the counts with totals, what to do next."""
    software, records = result.on_time["software_by_day"], result.on_time["records"]
    undecided = records.at_most.numerator - records.at_least.numerator
    to_explain = len(result.soft_spots) + sum(claim.outcome == Outcome.DOES_NOT_HOLD for claim in result.claims)
    outcomes = {outcome.value: sum(c.outcome == outcome for c in result.claims) for outcome in Outcome}
    return shown(
        "answer", result, sentence=sentence(result), software=software, records=records, undecided=undecided,
        outcomes=outcomes, next_steps=_next_steps(result, undecided, to_explain),
        rows=[(verdict, count, result.late_in_software.get(verdict, 0)) for verdict, count in result.verdicts.items()],
    )  # fmt: skip


def sentence(result: Result) -> str:
    """The answer in a sentence or three, each number with its total."""

    def say(key: str, **values: int) -> str:
        written = {name: number(value, result.lang) for name, value in values.items()}
        return terms.text(f"page.answer_{key}", result.lang, **written)

    found, late = result.late_in_software, sum(result.late_in_software.values())
    settled = result.populations.get(Population.SETTLED, 0)
    proved, truly = (found.get(verdict, 0) for verdict in (Verdict.LATE_ONLY_IN_SOFTWARE, Verdict.LATE))
    if not late:
        parts = [say("none_late", settled=settled)]
    elif proved == late:
        parts = [say("late", late=late, settled=settled), say("proved_all", count=late)]
    else:
        counts = {"proved": proved, "truly_late": truly, "undecided": late - proved - truly}
        answers = "; ".join(say(key, count=count, late=late) for key, count in counts.items())
        parts = [say("late", late=late, settled=settled), f"{answers}."]
    in_time = sum(result.in_time_in_software.values())
    checked = sum(result.in_time_in_software.get(verdict, 0) for verdict in PLAINLY_ON_TIME)
    unchecked = result.in_time_in_software.get(Verdict.ON_TIME_NOT_CHECKED, 0)
    in_software = result.dossiers - result.found_in.get(FoundIn.REGISTER, 0)
    pending = sum(result.populations.get(name, 0) for name in (Population.OPEN, Population.STOPPED))
    counts = {
        "other_way": (in_time - checked, in_time), "unchecked": (unchecked, in_time),
        "overdue": (result.verdicts.get(Verdict.OVERDUE, 0), pending),
        "not_in_register": (result.found_in.get(FoundIn.SOFTWARE, 0), in_software),
        "vanished": (sum(case.has_vanished for case in result.cases), in_time),
        "only_in_register": (result.verdicts.get(Verdict.ONLY_IN_REGISTER, 0), result.dossiers),
        "unread": (result.unread, result.dossiers + result.unread),
    }  # fmt: skip
    return " ".join([*parts, *(say(key, count=count, total=total) for key, (count, total) in counts.items() if count)])


def cases(result: Result) -> Shown:
    """Each dossier to be read one by one: both records, timeline, verdict and why; the others in a table."""
    read = to_read(result)
    numbered = {case.dossier_id for case in read}
    others = [case for case in result.cases if case.dossier_id not in numbered]
    return shown(
        "cases", result, cases=[(case, timeline(case, result)) for case in read[:MOST_CASES]],
        total=len(read), others=others[:MOST_ROWS], others_total=len(others),
    )  # fmt: skip


def causes(result: Result) -> Shown:
    """Which step was missing, per verdict, and whether a record shows it."""
    return shown("causes", result, total=sum(cause.dossiers for cause in result.causes))


def units(result: Result) -> Shown:
    """How long each unit held dossiers, by the control slips, with what could not be counted."""
    return shown("units", result)


def undecided(result: Result) -> Shown:
    """Which undecided dossiers move the share most, and what would settle them."""
    return shown("undecided", result, total=sum(row.dossiers for row in result.undecided))


def contradictions(result: Result) -> Shown:
    """What cannot both be right, and the letters of apology, each with its dossiers."""
    late = result.verdicts.get(Verdict.LATE, 0)
    vanished = [case.dossier_id for case in result.cases if case.has_vanished]
    letters = {state: [c.dossier_id for c in result.cases if c.apology == state] for state in result.apologies}
    return shown("contradictions", result, late=late, vanished=vanished, letters=letters, most=MOST_ROWS)


def leads(result: Result) -> Shown:
    """What is worth a look and proves nothing, each with its count, its list and an innocent explanation."""
    return shown("leads", result, most=MOST_ROWS)


def sources(result: Result) -> Shown:
    """The legal and written sources of the verdicts, with the days they were in force and how sure each is."""
    return shown("sources", result)


def day_by_day(received: date, due: date, days: Sequence[Day], *, lang: str) -> str:
    """The working days from receipt to due date, one line a day: its number, the day, and why it counts or not."""
    count = sum(day.is_workday for day in days)
    lines = [terms.text("page.workdays_to_due", lang, count=count, received=day_text(received), due=day_text(due))]
    for day in days:
        number_ = "–" if day.number is None else str(day.number)
        said = [terms.text(f"weekday.{day.weekday}", lang), terms.text(f"day.{day.why}", lang), day.decision]
        if day.decided_on:
            said.append(terms.text("page.decided_on", lang, day=day_text(day.decided_on)))
        if day.is_decided_later:
            said.append(terms.text("page.decided_later", lang))
        lines.append(f"{number_:>4}  {day_text(day.day)}  " + ", ".join(part for part in said if part))
    return "\n".join(lines)


def on_time(result: Result) -> Shown:
    """The on-time share under each definition, as a range, with counts and totals."""
    return shown("on_time", result)


def problems(result: Result) -> Shown:
    """Rows that a person must look at, and rows that repeat another."""
    return shown("problems", result, problems=result.problems[:MOST_ROWS], duplicates=result.duplicates[:MOST_ROWS])


def accounting(result: Result) -> Shown:
    """What became of every row, with the sum; and the rows that are no dossiers."""
    return shown("accounting", result, left_out=result.left_out[:MOST_ROWS])


def method(result: Result) -> Shown:
    """How it was judged, on which files, with which parameters and versions."""
    return shown("method", result)


def facts(result: Result) -> str:
    """The findings as plain lines: what a test can compare and a person can paste into a letter."""
    lines = [f"{terms.text(f'verdict.{verdict}', result.lang)}: {count}/{result.dossiers}"
             for verdict, count in result.verdicts.items()]  # fmt: skip
    lines += [
        f"{terms.text(f'on_time.{name}', result.lang)}: "
        + " – ".join(f"{bound.numerator}/{bound.denominator}" for bound in (share.at_least, share.at_most))
        for name, share in result.on_time.items()
    ]
    return "\n".join([sentence(result), *lines])


def files(result: Result) -> Shown:
    """What the run writes beside the page: `result.json` and `cases.xlsx`, handed over in the notebook itself."""
    html = render("files", result)
    book = base64.b64encode(workbook(result)).decode()
    return Shown("files", html, **{RESULT_MIME: result.as_json(), WORKBOOK_MIME: book})


def timeline(case: Case, result: Result) -> Markup:
    """Both records of a dossier on one time axis, with the due day, as a picture that carries its own text."""
    if case.received_on is None or case.due_on is None:
        return Markup("")
    paper = case.returned_on or case.ready_on or case.issued_on
    is_missing = case.population == Population.ONLY_IN_REGISTER
    closed = None if is_missing else case.closed_on or result.as_of
    marks = [day for day in (case.received_on, case.due_on, paper, closed) if day]
    first, span = min(marks), max((max(marks) - min(marks)).days, 1)

    def x(day: date) -> float:
        return round(8 + 372 * (day - first).days / span, 1)

    def say(key: str, **values: str) -> str:
        return terms.text(f"page.{key}", result.lang, **values)

    found = "returned_on" if case.returned_on else "ready_on" if case.ready_on else "issued_on"
    paper_word = say(found).lower()
    closed_word = day_text(case.closed_on) if case.closed_on else say("not_in_software" if is_missing else "not_closed")
    on_paper = f"{paper_word} {day_text(paper)}" if paper else say("nothing_on_paper")
    lanes = [
        {"name": say("timeline_software"), "y": 62, "end": closed, "is_open": case.closed_on is None,
         "label": closed_word},
        {"name": f"{say('timeline_paper')}: {paper_word}" if paper else say("timeline_paper"), "y": 112, "end": paper,
         "is_open": False, "label": day_text(paper) if paper else say("nothing_on_paper")},
    ]  # fmt: skip
    described = say(
        "timeline", received=day_text(case.received_on), due=day_text(case.due_on), paper=on_paper,
        closed=say("closed_label", day=closed_word) if case.closed_on else closed_word,
    )  # fmt: skip
    return Markup(render("timeline", result, case=case, lanes=lanes, x=x, described=described))


def _next_steps(result: Result, undecided: int, failing: int) -> list[str]:
    found = result.verdicts
    steps = {
        "missing": len(result.missing), "proposals": len(result.proposals),
        "late": found.get(Verdict.LATE, 0), "undecided": undecided - result.unread,
        "overdue": found.get(Verdict.OVERDUE, 0), "only_in_register": found.get(Verdict.ONLY_IN_REGISTER, 0),
        "problems": len(result.problems), "figures": failing,
    }  # fmt: skip
    said = [terms.text(f"page.next_{key}", result.lang, count=count) for key, count in steps.items() if count > 0]
    missing = [
        name
        for record, names in _WEIGHTY_COLUMNS.items()
        for name in names
        if record in result.columns and name in result.columns[record].not_found
    ]
    if missing:
        columns = ", ".join(terms.text(f"column.{name}", result.lang) for name in missing)
        said.append(terms.text("page.next_columns", result.lang, columns=columns))
    return said or [terms.text("page.next_nothing", result.lang)]
