"""A Result as tables, timelines and sentences: right and wrong are decided before, here they are only shown.

Every function takes the Result and returns something that a notebook displays. All text from files is
escaped by the templates.
"""

import base64
from collections import Counter
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import NamedTuple

from markupsafe import Markup

from audit.findings.cases import all_cases
from audit.findings.result import Result
from audit.findings.schema import Paper, Undecided
from audit.ground import terms
from audit.ground.terms import (
    CALENDAR_MIME,
    PLAINLY_ON_TIME,
    RESULT_MIME,
    WORKBOOK_MIME,
    Edition,
    FoundIn,
    Outcome,
    Population,
    Position,
    SampleState,
    Verdict,
    in_percent,
    number,
)
from audit.ground.workdays import Day
from audit.page.cards import cases, timeline
from audit.page.check_days import calendar_file, check_days
from audit.page.figures import claims
from audit.page.form_06a import form_06a
from audit.page.heat import STAGES, heat
from audit.page.images import images
from audit.page.next_period import next_period
from audit.page.pieces import (
    MOST_CASES,
    MOST_ROWS,
    Shown,
    bar,
    day_text,
    graded,
    render,
    shown,
    styled,
    system_name,
    to_read,
)
from audit.page.points import points
from audit.page.workbook import workbook
from audit.records.registry import JUDGED

__all__ = [
    "Shown", "acceptance", "accounting", "answer", "cases", "causes", "check_days", "claims", "contradictions",
    "day_by_day", "facts", "fields", "files", "form_06a", "hashed", "images", "key_made", "leads", "method",
    "next_period", "notes", "on_time", "papers", "points", "problems", "sample", "sentence", "sources", "style",
    "timeline", "tools", "undecided", "units", "verdicts", "workbook",
]  # fmt: skip

DRIFT_COUNTS = ("exports", "compared", "not_read", "dossiers", "unchanged", "uncompared")
MOST_REASONS = 4
MOST_NAMED = 8  # dossiers on the first screen
NO_DISTRICT_FROM = date(2025, 7, 1)  # Law 72/2025/QH15 on local government: provinces and communes


def style(lang: str) -> Shown:
    """The page's style sheets, within outputs only; the page itself has them in its head."""
    return styled(("style.css", "case.css"), "audit.html", lang)


class Waiting(NamedTuple):
    """A dossier that waits for papers, and which."""

    dossier_id: str
    verdict: Verdict
    papers: Sequence[Paper]


def waiting(result: Result) -> list[Waiting]:
    """Each dossier that waits for papers, once, in the order in which the first of its papers stands."""
    verdicts_ = {one.dossier_id: one.verdict for one in result.judged}
    papers_: dict[str, list[Paper]] = {}
    for paper in result.papers:
        papers_.setdefault(paper.dossier_id, []).append(paper)
    return [Waiting(dossier_id, verdicts_[dossier_id], of) for dossier_id, of in papers_.items()]


def key_made(file: Path | None, lang: str) -> Shown | None:
    """That a key was made for the office, and where; nothing where it has one."""
    return (
        None if file is None else Shown("key", Markup("<p>{}</p>").format(terms.text("cli.key_made", lang, file=file)))
    )


def answer(result: Result) -> Shown:
    """The first screen: what was audited, the answer, the counts with totals, what is undecided, what to do next."""
    software, records = result.on_time["software_by_day"], result.on_time["records"]
    undecided = records.at_most.numerator - records.at_least.numerator
    to_explain = len(result.soft_spots) + sum(claim.outcome == Outcome.DOES_NOT_HOLD for claim in result.claims)
    outcomes = {outcome.value: sum(c.outcome == outcome for c in result.claims) for outcome in Outcome}
    return shown(
        "answer", result, sentence=sentence(result), further=_further(result), confidence=_confidence(result),
        software=bar(software.at_least, software.at_most), records=bar(records.at_least, records.at_most),
        undecided=undecided, why_undecided=_why_undecided(result), outcomes=outcomes,
        next_steps=_next_steps(result, undecided, to_explain), no_district_from=NO_DISTRICT_FROM,
        waiting=waiting(result), MOST_NAMED=MOST_NAMED,
    )  # fmt: skip


def sentence(result: Result) -> str:
    """The answer in a sentence or two, each number with its total."""
    by_verdict, late = result.late_in_software, sum(result.late_in_software.values())
    settled = result.populations.get(Population.SETTLED, 0)
    proved, truly = (by_verdict.get(verdict, 0) for verdict in (Verdict.LATE_ONLY_IN_SOFTWARE, Verdict.LATE))
    if not late:
        return _say("answer_none_late", result, settled=settled)
    said = _say("answer_late", result, late=late, settled=settled)
    if proved == late:
        return f"{said} {_say('answer_proved_all', result, count=late)}"
    counts = {"proved": proved, "truly_late": truly, "undecided": late - proved - truly}
    answers = "; ".join(_say(f"answer_{key}", result, count=count, late=late) for key, count in counts.items())
    return f"{said} {answers}."


def sample(result: Result) -> str:
    """What the sample of those in time in the software says, each number with its total; "" where none is planned."""
    said = result.sample
    if said is None:
        return ""
    counts = {name: number(value, result.lang) for name, value in said if isinstance(value, int)}
    return terms.text(
        f"page.sample_{said.state}", result.lang, **counts, confidence=_confidence(result),
    )  # fmt: skip


def drift(result: Result) -> str:
    """What the software's other exports show otherwise, in one line; "" where the folder keeps none."""
    said = result.drift
    if said is None:
        return ""
    counts = {name: number(getattr(said, name), result.lang) for name in DRIFT_COUNTS}
    counts["changed"] = number(said.dossiers - said.unchanged - said.uncompared, result.lang)
    not_read = terms.text("page.drift_not_read", result.lang, **counts) if said.not_read else ""
    told = terms.text("page.drift" if said.steps else "page.drift_none", result.lang, **counts, leads=_leads_of(result))
    return " ".join(filter(None, (not_read, told)))


def _leads_of(result: Result) -> str:
    """How many of these changes are worth a look, by kind; nothing of it in the edition for the audited office."""
    if result.drift is None or result.edition == Edition.OFFICE:
        return ""
    leads_ = [
        f"{number(count, result.lang)} {terms.lowered(terms.text(f'drift.kind_{kind}', result.lang))}"
        for kind, count in result.drift.leads.items()
    ]  # fmt: skip
    key = "page.drift_leads" if leads_ else "page.drift_no_leads"
    return terms.text(key, result.lang, leads="; ".join(leads_))


def _confidence(result: Result) -> str:
    return in_percent(result.sample.confidence_percent if result.sample else None, result.lang)


def _is_sample_read(result: Result) -> bool:
    return result.sample is not None and result.sample.state == SampleState.READ


def _further(result: Result) -> list[tuple[str, str]]:
    """What else is to be known, a sentence each with its total, and the place on the page that tells more."""
    in_time = sum(result.in_time_in_software.values())
    checked = sum(result.in_time_in_software.get(verdict, 0) for verdict in PLAINLY_ON_TIME)
    unchecked = result.in_time_in_software.get(Verdict.ON_TIME_NOT_CHECKED, 0)
    in_software = result.dossiers - result.found_in.get(FoundIn.REGISTER, 0)
    pending = sum(result.populations.get(name, 0) for name in (Population.OPEN, Population.STOPPED))
    overdue, unlisted = (result.verdicts.get(one, 0) for one in (Verdict.OVERDUE, Verdict.ONLY_IN_REGISTER))
    counts = {
        "other_way": (in_time - checked, in_time, "cases"), "unchecked": (unchecked, in_time, "undecided"),
        "overdue": (overdue, pending, _first(Verdict.OVERDUE, result)),
        "not_in_register": (result.found_in.get(FoundIn.SOFTWARE, 0), in_software, "cases"),
        "vanished": (sum(case.has_vanished for case in all_cases(result)), in_time, "contradictions"),
        "only_in_register": (unlisted, result.dossiers, _first(Verdict.ONLY_IN_REGISTER, result)),
        "unread": (result.unread, result.dossiers + result.unread, "problems"),
    }  # fmt: skip
    said = [
        (place, _say(f"answer_{key}", result, count=count, total=total))
        for key, (count, total, place) in counts.items() if count
    ]  # fmt: skip
    causes = [("causes", _causes(result))] if result.causes else []
    grades = [(_first(Verdict.LATE, result), graded(result.grades, result.lang))] if result.grades else []
    by_sample = [("undecided", sample(result))] if _is_sample_read(result) else []
    of_exports = [("leads", drift(result))] if result.drift else []
    systems = [("accounting", _systems(result))] if result.systems else []
    return [*by_sample, *causes, *grades, *said, *of_exports, *systems]


def _systems(result: Result) -> str:
    """In which case systems the dossiers stand, each counted once; "" where there is one."""
    if result.systems is None:
        return ""
    names = ", ".join(system_name(one.system, result.lang) for one in result.systems.systems)
    counts = {"dossiers": result.systems.dossiers, "several": result.systems.in_several}
    told = {name: number(count, result.lang) for name, count in counts.items()}
    return terms.text("page.systems_intro", result.lang, systems=len(result.systems.systems), names=names, **told)


def _causes(result: Result) -> str:
    """How many dossiers each cause has, of all that have one, and of how many of them a record shows it."""
    dossiers: Counter = Counter()
    for row in result.causes:
        dossiers[row.cause] += row.dossiers
    said = "; ".join(
        f"{number(count, result.lang)} {terms.lowered(terms.text(f'cause.{cause}', result.lang))}"
        for cause, count in dossiers.items()
    )
    proved = sum(row.dossiers for row in result.causes if row.cause_proved)
    counts = {name: number(count, result.lang) for name, count in (("total", dossiers.total()), ("proved", proved))}
    return terms.text("page.answer_causes", result.lang, said=said, **counts)


def _say(key: str, result: Result, **values: int) -> str:
    written = {name: number(value, result.lang) for name, value in values.items()}
    return terms.text(f"page.{key}", result.lang, **written)


def _first(verdict: Verdict, result: Result) -> str:
    """The card of the first dossier of a verdict; else the place where the cases begin."""
    return next(
        (f"case-{case.dossier_code}" for case in to_read(result)[:MOST_CASES] if case.verdict == verdict), "cases"
    )


def _why_undecided(result: Result) -> list[tuple[str, int]]:
    """Why dossiers are undecided, the most frequent reasons by name: (reason, dossiers)."""
    by_reason: dict[str, int] = {}
    for row in result.undecided:
        reason = terms.lowered(terms.text(f"verdict.{row.verdict}", result.lang))
        by_reason[reason] = by_reason.get(reason, 0) + row.dossiers
    if result.unread:
        by_reason[terms.text("page.undecided_unread", result.lang)] = result.unread
    reasons = sorted(by_reason.items(), key=lambda reason: -reason[1])
    if len(reasons) <= MOST_REASONS:
        return reasons
    named, others = reasons[: MOST_REASONS - 1], reasons[MOST_REASONS - 1 :]
    return [*named, (terms.text("page.undecided_others", result.lang), sum(count for _, count in others))]


def verdicts(result: Result) -> Shown:
    """All dossiers by verdict, and how many of them the software shows late."""
    rows = [(verdict, count, result.late_in_software.get(verdict, 0)) for verdict, count in result.verdicts.items()]
    return shown("verdicts", result, rows=rows)


def causes(result: Result) -> Shown:
    """Which step was missing, per verdict, and whether a record shows it."""
    return shown("causes", result, total=sum(cause.dossiers for cause in result.causes))


def fields(result: Result) -> Shown:
    """Dossiers by field, and how many of them the software shows late; in the shareable edition small fields as one."""
    counted = ("dossiers", "late_in_software", "in_time_in_software", "neither")
    totals = {name: sum(getattr(row, name) for row in result.fields) for name in counted}
    return shown("fields", result, fields=result.fields[:MOST_ROWS], counted=counted, totals=totals)


def units(result: Result) -> Shown:
    """How long each unit held dossiers, by the control slips, in all and by stage; and how few hold half."""
    few = {
        name: few_hold_half([getattr(unit, name) for unit in result.units]) for name in ("workdays", "past_part_due")
    }
    stages = [terms.text(f"heat.{stage}", result.lang) for stage in STAGES]
    most = max((unit.workdays for unit in result.units), default=0)
    return shown("units", result, units=result.units[:MOST_ROWS], few=few, stages=stages, most=most,
                 heat=heat(result.units, result.lang))  # fmt: skip


def few_hold_half(counts: Sequence[int]) -> tuple[int, int, int] | None:
    """The fewest of the counts that are at least half of their sum: how many, what they are together, and the sum.

    None where the sum is 0.
    """
    total, held = sum(counts), 0
    for number_of, count in enumerate(sorted(counts, reverse=True), start=1):
        held += count
        if total and 2 * held >= total:
            return number_of, held, total
    return None


def acceptance(result: Result) -> Shown:
    """How late online filings were accepted, by 8 working hours and by one working day; with its own totals."""
    late = result.late_acceptance
    columns = ("filings", "over_hours", "hours_not_told", "over_day", "day_not_told")
    by = {name: [row for row in late.counted if row.by == name] for name in ("weekday", "hour")}
    totals = {name: sum(getattr(row, name) for row in by["weekday"]) for name in columns}
    return shown("acceptance", result, late=late, by=by, columns=columns, totals=totals, most=MOST_ROWS)


def papers(result: Result) -> Shown:
    """The dossiers that wait for papers, a line each: which papers, and where they lie, as the shelves stand."""
    listed = waiting(result)
    return shown("papers", result, waiting=listed[:MOST_ROWS], total=len(listed), most=MOST_ROWS)


def undecided(result: Result) -> Shown:
    """Which undecided dossiers move the share most, and what would settle them."""
    groups: dict[tuple[str, str], list[Undecided]] = {}
    for row in result.undecided:
        groups.setdefault((row.verdict, row.change), []).append(row)
    most_first = sorted(groups.values(), key=lambda group: -sum(row.dossiers for row in group))
    return shown("undecided", result, groups=most_first, total=sum(row.dossiers for row in result.undecided))


def contradictions(result: Result) -> Shown:
    """What cannot both be right, and the letters of apology, each with its dossiers."""
    late = result.verdicts.get(Verdict.LATE, 0)
    listed = all_cases(result)
    vanished = [case.dossier_id for case in listed if case.has_vanished]
    letters = {state: [c.dossier_id for c in listed if c.apology == state] for state in result.apologies}
    return shown("contradictions", result, late=late, vanished=vanished, letters=letters, most=MOST_ROWS)


def leads(result: Result) -> Shown:
    """What is worth a look and proves nothing, each with its count, its list and an innocent explanation."""
    return shown("leads", result, most=MOST_ROWS)


def sources(result: Result) -> Shown:
    """The legal and written sources of the verdicts, with the days they were in force and how sure each is."""
    return shown("sources", result)


def day_by_day(received: date, due: date, days: Sequence[Day], *, lang: str) -> str:
    """The working days from receipt to due date, one line a day: its number, the day, and why it counts or not.

    A due date that lies after the last of the `days` is said to lie after the calendar.
    """
    count, last = sum(day.is_workday for day in days), max((day.day for day in days), default=due)
    lines = [terms.text("page.workdays_to_due", lang, count=count, received=day_text(received), due=day_text(last))]
    if last < due:
        lines.append(terms.text("page.due_beyond_calendar", lang, due=day_text(due), last=day_text(last)))
    for day in days:
        number_ = "–" if day.number is None else str(day.number)
        said = [terms.text(f"weekday.{day.weekday}", lang), terms.text(f"day.{day.why}", lang), day.decision]
        if day.decided_on:
            said.append(terms.text("page.decided_on", lang, day=day_text(day.decided_on)))
        if day.is_expected:
            said.append(terms.text("page.day_expected", lang))
        if day.is_decided_later:
            said.append(terms.text("page.decided_later", lang))
        lines.append(f"{number_:>4}  {day_text(day.day)}  " + ", ".join(part for part in said if part))
    return "\n".join(lines)


def on_time(result: Result) -> Shown:
    """The on-time share under each definition, as a range, with counts and totals."""
    return shown("on_time", result)


def problems(result: Result) -> Shown:
    """Rows that a person must look at, and rows that repeat another; in the shareable edition no row is named."""
    alike = Counter((p.file, p.sheet, p.row, p.column, p.message) for p in result.problems[:MOST_ROWS])
    return shown("problems", result, problems=list(alike.items()), duplicates=result.duplicates[:MOST_ROWS],
                 total=min(len(result.problems), MOST_ROWS), proposals=result.proposals[:MOST_ROWS],
                 corrections=result.corrections[:MOST_ROWS])  # fmt: skip


def notes(result: Result) -> Shown:
    """Every note of the folder, also those on no finding of this audit and on findings that have changed since."""
    return shown("notes", result, notes=result.notes[:MOST_ROWS])


def accounting(result: Result) -> Shown:
    """What became of every row, with the sum; the case systems where there are several; and what is no dossier.

    Dossiers in one system alone are counted; the workbook names them.
    """
    differ = [one for one in (result.systems.differences if result.systems else ()) if one.what != "missing"]
    return shown("accounting", result, left_out=result.left_out[:MOST_ROWS], differences=differ[:MOST_ROWS],
                 differences_total=len(differ), intro=_systems(result))  # fmt: skip


def method(result: Result) -> Shown:
    """How it was judged, on which files, with which parameters and versions."""
    return shown("method", result)


def hashed(result: Result) -> Shown:
    """What was hashed, and how anybody checks it with tools that are there: in the internal edition file by file."""
    files = {one.name: one.sha256 for one in result.inputs} if result.edition == Edition.INTERNAL else {}
    sums = "".join(_sum(name, mark) for name, mark in {**files, "result.json": result.sha256()}.items())
    return shown("hashed", result, sums=sums)


def _sum(name: str, mark: str) -> str:
    """A line that `sha256sum -c` takes, with the signs that it needs where a name holds a backslash or a new line."""
    plain = name.replace("\\", "\\\\").replace("\n", "\\n").replace("\r", "\\r")
    return f"{'' if plain == name else chr(92)}{mark}  {plain}\n"


def facts(result: Result) -> str:
    """The findings as plain lines, whose they are first: what a test can compare and a letter can take."""
    lines = [f"{terms.text(f'verdict.{verdict}', result.lang)}: {count}/{result.dossiers}"
             for verdict, count in result.verdicts.items()]  # fmt: skip
    lines += [
        f"{terms.text(f'on_time.{name}', result.lang)}: "
        + " – ".join(f"{bound.numerator}/{bound.denominator}" for bound in (share.at_least, share.at_most))
        for name, share in result.on_time.items()
    ]
    first, last = day_text(result.period.first_on), day_text(result.period.last_on)
    whose = f"{result.office.commune}, {first} – {last}, {terms.text(f'page.edition_{result.edition}', result.lang)}"
    told = [sentence(result), *([] if _is_sample_read(result) else filter(None, [sample(result)]))]
    return "\n".join([whose, *told, *(said for _, said in _further(result)), *lines])


def files(result: Result) -> Shown:
    """What the run writes beside the page, handed over in the notebook: result, workbook, and a check's calendar."""
    html = render("files", result)
    book = base64.b64encode(workbook(result)).decode()
    handed = {RESULT_MIME: result.as_json(), WORKBOOK_MIME: book}
    if result.check:
        dated = calendar_file(result.check, result.period, result.as_of, result.lang)
        handed[CALENDAR_MIME] = base64.b64encode(dated).decode()
    return Shown("files", html, **handed)


def tools(result: Result) -> Shown:
    """Search, order and notes as `<template>` elements, in the words of the page; without a script they do not show."""
    return shown("tools", result, verdicts=list(Verdict), positions=list(Position))


def _asked_of_office(result: Result, failing: int) -> list[tuple[str, str]]:
    """What the audited office is to do, and the place on its page that it is about."""
    by_verdict = result.verdicts
    steps = {
        "papers": (len(waiting(result)), "papers"),
        "overdue": (by_verdict.get(Verdict.OVERDUE, 0), _first(Verdict.OVERDUE, result)),
        "only_in_register": (by_verdict.get(Verdict.ONLY_IN_REGISTER, 0), _first(Verdict.ONLY_IN_REGISTER, result)),
        "figures": (failing, "claims"),
    }
    said = [(at, _say(f"next_office_{key}", result, count=count)) for key, (count, at) in steps.items() if count > 0]
    return said or [("cases", terms.text("page.next_nothing", result.lang))]


def _next_steps(result: Result, undecided: int, failing: int) -> list[tuple[str, str]]:
    """What to do next, and the place on the page that it is about."""
    if result.edition == Edition.OFFICE:
        return _asked_of_office(result, failing)
    by_verdict = result.verdicts
    steps = {
        "kept": (int(not result.is_kept_said), "method"), "missing": (len(result.missing), "method"),
        "proposals": (len(result.proposals), "problems"),
        "late": (by_verdict.get(Verdict.LATE, 0), _first(Verdict.LATE, result)),
        "undecided": (undecided - result.unread, "undecided"),
        "overdue": (by_verdict.get(Verdict.OVERDUE, 0), _first(Verdict.OVERDUE, result)),
        "only_in_register": (by_verdict.get(Verdict.ONLY_IN_REGISTER, 0), _first(Verdict.ONLY_IN_REGISTER, result)),
        "systems": (result.systems.in_dispute if result.systems else 0, "accounting"),
        "problems": (len(result.problems), "problems"), "figures": (failing, "claims"),
    }  # fmt: skip
    said = [(place, _say(f"next_{key}", result, count=count)) for key, (count, place) in steps.items() if count > 0]
    if result.sample and not _is_sample_read(result):
        said.append(("papers", sample(result)))
    missing = [
        name
        for record, names in ((one.name, one.weighty) for one in JUDGED)
        for name in names
        if record in result.columns and name in result.columns[record].not_found
    ]
    if missing:
        columns = ", ".join(terms.text(f"column.{name}", result.lang) for name in missing)
        said.append(("method", terms.text("page.next_columns", result.lang, columns=columns)))
    return said or [("cases", terms.text("page.next_nothing", result.lang))]
