"""What each sheet of an audit's workbook holds: a Result as tables of plain cells, in the words of its language."""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial

from audit.findings.cases import all_cases
from audit.findings.result import Case, Evidence, Result
from audit.findings.schema import Cell as EvidenceCell
from audit.findings.schema import CheckCalendar, FieldCount, FormRow, Recounted
from audit.ground import terms
from audit.ground.terms import Edition, Fate, Verdict, in_percent
from audit.page import points
from audit.page.check_days import WAYS
from audit.page.figures import all_tried
from audit.page.form_columns import COLUMNS as FORM_COLUMNS
from audit.page.form_columns import line as form_line
from audit.page.form_columns import ranged
from audit.page.next_period import shown_text, sign_text
from audit.page.pieces import VIETNAM, system_name, system_says

Cell = str | int | float | date | None

MOST_ROWS = 1_048_573  # what a spreadsheet holds, less the headings, a blank line and one that says what is not there
MOST_EVIDENCE = 60_000  # rows, of some 5,000 cases; with more the workbook of a big commune would be slow to open
_DAY_OR_MOMENT = re.compile(r"\d{4}-\d{2}-\d{2}([T ]\d{2}:\d{2}.*)?")
_INTERNAL = (Edition.INTERNAL,)  # marks a column that other editions have not, since nothing of it is in them
_CODED = (Edition.INTERNAL, Edition.OFFICE)  # one that is only where dossiers bear their own codes


@dataclass(frozen=True)
class Table:
    """A sheet to sort and filter: its name, what a row is, headings, rows, and how many there are in all."""

    name: str
    a_row_is: str
    headings: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    total: int


@dataclass(frozen=True)
class Line:
    """A line of the first sheet: "title", "warning", "text", "head" of a small table, or a "row" of one."""

    style: str
    cells: tuple[Cell, ...]


class _Words:
    """The words of one language, by section."""

    def __init__(self, lang: str):
        self.lang = lang

    def __call__(self, key: str, **values: object) -> str:
        return terms.text(key, self.lang, **values)

    def term(self, section: str, word: str | None) -> str | None:
        """A term in words; None stays None."""
        return None if word is None else self(f"{section}.{word}")

    def yes(self, answer: bool) -> str:
        return self("page.yes" if answer else "page.no")


def tables(result: Result) -> list[Table]:
    """Every sheet but the first; a ValueError if the dossiers listed are not all that were judged, each once.

    The audited office has none of leads: they are not in its edition, which is not to say that there are none.
    """
    say = _Words(result.lang)
    leads = [] if result.edition == Edition.OFFICE else [_leads(result, say)]
    calendar = [_check_days(result.check, result, say)] if result.check else []
    carried = [_carried_over(result, say)] if result.edition == Edition.INTERNAL else []
    return [
        _cases(result, say), _papers(result, say), _dossiers(result, say), _evidence(result, say),
        _due_dates(result, say), _stays(result, say), _acceptances(result, say), _fields(result, say),
        _form_06a(result, say), _points(result, say), _portal(result, say), *carried, _followup(result, say),
        _trend(result, say), _claims(result, say),
        _soft_spots(result, say), _identities(result, say),
        _problems(result, say),
        _contradictions(result, say), *leads, _proposals(result, say), _duplicates(result, say),
        *([_systems(result, say)] if result.systems else []), _corrections(result, say),
        _notes(result, say), _left_out(result, say), *calendar,
    ]  # fmt: skip


def about(result: Result, sheets: Sequence[Table]) -> list[Line]:
    """The first sheet: what this is and who may see it, the counts with their totals, and what each sheet holds."""
    say = _Words(result.lang)
    office, share = result.office, result.on_time
    lines = [Line("title", (say("sheet.title"),)), Line("warning", (say(f"page.{result.edition}"),))]
    if office.made_up:
        notice = [say("page.made_up"), *([say("page.real_figures")] if office.report else [])]
        lines.append(Line("warning", (" ".join(notice),)))
    place = ", ".join(part for part in (office.commune, office.district, office.province) if part)
    adds_up = say(
        "sheet.adds_up",
        cases=len(result.cases) + len(result.cases_in_columns),
        others=len(result.in_columns) - len(result.cases_in_columns),
        total=result.dossiers,
    )
    lines += [Line("text", ()), *(Line("row", row) for row in (
        (say("sheet.office"), place), (say("sheet.first_on"), result.period.first_on),
        (say("sheet.last_on"), result.period.last_on), (say("sheet.as_of"), result.as_of),
        (say("sheet.report"), office.report), (say("sheet.edition"), say(f"sheet.edition_{result.edition}")),
        (say("sheet.judged"), result.dossiers, adds_up),
        (say("page.rules_version"), result.versions.get("rules", "")), (say("page.result_sha256"), result.sha256()),
    ) if row[1] != "")]  # fmt: skip
    if brief := len(result.cases_in_columns):
        lines.append(Line("row", (say("sheet.in_columns"), brief, say("sheet.in_columns_where"))))
    lines += [Line("text", ()), _head(say, "page.verdict", "page.dossiers", "page.out_of_late")]
    lines += [Line("row", (say(f"verdict.{verdict}"), count, result.late_in_software.get(verdict, 0)))
              for verdict, count in result.verdicts.items()]  # fmt: skip
    lines.append(Line("row", (say("page.total"), result.dossiers, sum(result.late_in_software.values()))))
    late = result.verdicts.get(Verdict.LATE, 0)
    lines += [Line("row", (say("page.of_late", grade=say(f"grade.{grade}"), total=late), count, ""))
              for grade, count in result.grades.items()]  # fmt: skip
    lines += [Line("text", ()), _head(say, "page.definition", "page.at_least", "page.at_most", "sheet.of_dossiers",
                                      "sheet.at_least_percent", "sheet.at_most_percent")]  # fmt: skip
    lines += [Line("row", (say(f"on_time.{name}"), one.at_least.numerator, one.at_most.numerator,
                           one.at_least.denominator, in_percent(one.at_least.percent, say.lang),
                           in_percent(one.at_most.percent, say.lang))) for name, one in share.items()]  # fmt: skip
    lines += _sample(result, say)
    lines += [Line("text", ()), _head(say, "sheet.sheets", "sheet.a_row_is", "sheet.rows_here", "sheet.rows_in_all")]
    lines += [Line("row", (table.name, table.a_row_is, len(table.rows), table.total)) for table in sheets]
    return lines


def _sample(result: Result, say: _Words) -> list[Line]:
    """The sample of those in time in the software, each number with its total; nothing where none is planned."""
    found = result.sample
    if found is None:
        return []
    lines = [Line("text", ()), _head(say, "page.sample_figure", "page.dossiers", "sheet.of_dossiers"),
             Line("row", (say(f"sheet.sample_{found.state}"), "", ""))]  # fmt: skip
    rows = (("drawn", found.drawn, found.population), ("pending", found.pending, found.drawn),
            ("deviations", found.deviations, found.drawn), ("at_most", found.at_most, found.population),
            ("late", found.late, found.out_of), ("undecided", found.undecided, found.out_of),
            ("hidden", found.hidden, found.population), ("most", found.most, found.out_of))  # fmt: skip
    lines += [Line("row", (say(f"sheet.sample_{name}"), count, of)) for name, count, of in rows if count is not None]
    if found.confidence_percent is not None:
        confidence = in_percent(found.confidence_percent, say.lang)
        lines.append(Line("row", (say("sheet.sample_confidence"), confidence, "")))
    return lines


def _head(say: _Words, *headings: str) -> Line:
    return Line("head", tuple(say(key) for key in headings))


Column = tuple[str, Callable] | tuple[str, Callable, tuple[Edition, ...]]


def _table(
    result: Result, name: str, items: Sequence, columns: Iterable[Column], most: int = MOST_ROWS
) -> Table:  # fmt: skip
    """The sheet `name`, a row an item, by its columns: (heading, what to read of an item, who may see it)."""
    say = _Words(result.lang)
    seen = [column for column in columns if len(column) == 2 or result.edition in column[2]]  # noqa: PLR2004
    return Table(
        name=say(f"sheet.{name}"), a_row_is=say(f"sheet.{name}_row"), headings=tuple(say(column[0]) for column in seen),
        rows=tuple(tuple(column[1](item) for column in seen) for item in items[:most]), total=len(items),
    )  # fmt: skip


def _cases(result: Result, say: _Words) -> Table:
    notes = Counter(note.finding for note in result.notes)
    return _table(result, "cases", all_cases(result), [
        ("page.dossier", lambda c: c.dossier_id),
        ("sheet.dossier_code", lambda c: c.dossier_code, _CODED),
        ("page.field", lambda c: c.field, _CODED),
        ("page.verdict", lambda c: say.term("verdict", c.verdict)),
        ("page.grade", lambda c: say.term("grade", c.grade)),
        ("page.not_seen", lambda c: ", ".join(say(f"record.{record}") for record in c.not_seen)),
        ("page.reason", lambda c: c.reason),
        ("page.cause", lambda c: say.term("cause", c.cause)),
        ("page.proof", lambda c: c.cause and say("page.proved" if c.cause_proved else "page.claimed")),
        ("page.received_on", lambda c: c.received_on),
        ("page.due_on", lambda c: c.due_on),
        ("page.due_on_register", lambda c: c.due_on_register),
        ("page.ready_on", lambda c: c.ready_on),
        ("page.issued_on", lambda c: c.issued_on),
        ("page.returned_on", lambda c: c.returned_on),
        ("page.closed_on", lambda c: c.closed_on),
        ("sheet.closed_late_workdays", lambda c: c.closed_late_workdays),
        ("page.apology", lambda c: say.term("apology", c.apology)),
        ("page.change", lambda c: c.change),
        ("sheet.note_count", lambda c: notes[c.dossier_code]),
    ])  # fmt: skip


def _papers(result: Result, say: _Words) -> Table:
    return _table(result, "papers", result.papers, [
        ("page.dossier", lambda p: p.dossier_id),
        ("sheet.procedure", lambda p: p.procedure, _INTERNAL),
        ("fetch.where", lambda p: p.where, _CODED),
        ("fetch.sought", lambda p: say.term("sought", p.sought)),
    ])  # fmt: skip


def _due_dates(result: Result, say: _Words) -> Table:
    dates = [(case, one) for case in result.cases for one in case.due_dates]
    return _table(result, "due_dates", dates, [
        ("page.dossier", lambda of: of[0].dossier_id),
        ("page.basis", lambda of: say.term("basis", of[1].basis)),
        ("page.due_on", lambda of: of[1].due_on),
        ("sheet.written_on", lambda of: of[1].written_on),
        ("sheet.moved_by", lambda of: say.term("moved_by", of[1].moved_by)),
        ("sheet.stands", lambda of: say.yes(of[1].stands)),
        ("page.leads_to", lambda of: say.term("verdict", of[1].verdict or (of[0].verdict if of[1].stands else None))),
    ])  # fmt: skip


def _stays(result: Result, say: _Words) -> Table:
    stays = [(case, stay) for case in result.cases for stay in case.stays]
    return _table(result, "stays", stays, [
        ("page.dossier", lambda of: of[0].dossier_id),
        ("page.unit", lambda of: of[1].unit),
        ("sheet.level", lambda of: say.term("unit_level", of[1].level)),
        ("page.held_from", lambda of: _without_midnight(of[1].held_from)),
        ("page.held_until", lambda of: _without_midnight(of[1].held_until)),
        ("page.held_workdays", lambda of: of[1].held_workdays),
        ("sheet.part_due_at", lambda of: _without_midnight(of[1].part_due_at)),
        ("page.past_part_due", lambda of: say.yes(of[1].is_past_part_due)),
        ("page.waiting", lambda of: say.yes(of[1].is_waiting)),
        ("sheet.holder_at_due", lambda of: of[0].holder_at_due),
    ])  # fmt: skip


def _dossiers(result: Result, say: _Words) -> Table:
    """Every dossier judged, by its code."""
    listed = sorted(result.judged, key=lambda one: one.dossier_id)
    dossiers = {one.dossier_id for one in listed}
    if not len(dossiers) == len(listed) == result.dossiers:
        raise ValueError(f"{len(dossiers)} dossiers in {len(listed)} rows, {result.dossiers} judged")
    return _table(result, "dossiers", listed, [
        ("page.dossier", lambda d: d.dossier_id),
        ("sheet.dossier_code", lambda d: d.dossier_code, _CODED),
        ("sheet.procedure", lambda d: d.procedure, _INTERNAL),
        ("page.field", lambda d: d.field, _CODED),
        ("sheet.population", lambda d: say.term("population", d.population)),
        ("page.verdict", lambda d: say.term("verdict", d.verdict)),
        ("page.received_on", lambda d: d.received_on),
        ("page.due_on", lambda d: d.due_on),
        ("page.returned_on", lambda d: d.returned_on),
        ("page.closed_on", lambda d: d.closed_on),
        ("sheet.is_case", lambda d: say.yes(True) if isinstance(d, Case)
         else say("sheet.case_in_columns") if d.kind.is_case else say.yes(False)),
    ])  # fmt: skip


def _evidence(result: Result, say: _Words) -> Table:
    """The cells of the rows that a case rests on, as the case shows them, worst verdict first; rows are numbered."""
    cells = [
        (case, number, row, cell)
        for case in result.cases for number, row in enumerate(case.evidence, start=1) for cell in row.cells
    ]  # fmt: skip
    return _table(result, "evidence", cells, [
        ("page.dossier", lambda of: of[0].dossier_id),
        ("sheet.piece", lambda of: of[1]),
        ("page.record", lambda of: say.term("record", of[2].record)),
        ("page.file", lambda of: of[2].file),
        ("sheet.sheet", lambda of: of[2].sheet, _INTERNAL),
        ("sheet.row", lambda of: of[2].row, _CODED),
        ("sheet.book_page", lambda of: of[2].page),
        ("sheet.book_line", lambda of: of[2].line, _CODED),
        ("page.column", lambda of: of[3].heading),
        ("page.as_written", lambda of: of[3].written, _INTERNAL),
        ("sheet.read_as", lambda of: _read_as(of[3], result, say)),
        ("sheet.strength", lambda of: _strength(of[2], say)),
    ], most=MOST_EVIDENCE)  # fmt: skip


def _read_as(cell: EvidenceCell, result: Result, say: _Words) -> Cell:
    """What was read: a day or moment as one, a term in words; where the text is not shared, what stands for it."""
    if cell.value is None:
        return None if result.edition == Edition.INTERNAL else cell.written
    if (read := _day_or(cell.value)) != cell.value:
        return read
    names = (f"{section}.{cell.value}" for section in (f"{cell.column}_word", cell.column, "unit_level", "page"))
    return next((say(name) for name in names if terms.has(name)), cell.value)


def _strength(row: Evidence, say: _Words) -> str | None:
    if row.fate != Fate.JUDGED:
        return say("page.not_used", why=say(f"page.fate_{row.fate}"))
    return say.term("strength", row.strength)


def _day_or(text: str) -> Cell:
    """The day or the moment in Vietnam's time that `text` is; else `text` itself."""
    if not _DAY_OR_MOMENT.fullmatch(text):
        return text
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return text
    if moment.tzinfo is not None:
        return moment.astimezone(VIETNAM).replace(tzinfo=None)
    return _without_midnight(moment)


def _without_midnight(moment: datetime | None) -> date | None:
    """A moment; the day alone at midnight, as it is where no time of day was written."""
    return moment.date() if moment and moment == datetime.combine(moment.date(), datetime.min.time()) else moment


def _acceptances(result: Result, say: _Words) -> Table:
    def told(is_over: bool | None) -> str:
        return say("page.not_told") if is_over is None else say.yes(is_over)

    return _table(result, "acceptances", result.late_acceptance.late, [
        ("page.dossier", lambda d: d.dossier_id),
        ("page.applied_at", lambda d: _without_midnight(d.applied_at)),
        ("page.accepted_at", lambda d: _without_midnight(d.accepted_at)),
        ("sheet.minutes_least", lambda d: d.minutes_least, _INTERNAL),
        ("sheet.minutes_most", lambda d: d.minutes_most, _INTERNAL),
        ("sheet.workdays_after", lambda d: d.workdays_after),
        ("page.over_hours", lambda d: told(d.is_over_hours)),
        ("page.over_day", lambda d: told(d.is_over_day)),
    ])  # fmt: skip


def _fields(result: Result, say: _Words) -> Table:
    def named(row: FieldCount) -> str:
        return row.field or say("sheet.fields_together" if row.merged > 1 else "sheet.field_unnamed")

    return _table(result, "fields", result.fields, [
        ("page.field", named),
        ("sheet.merged", lambda f: f.merged),
        ("page.dossiers", lambda f: f.dossiers),
        ("sheet.late_in_software", lambda f: f.late_in_software),
        ("sheet.in_time_in_software", lambda f: f.in_time_in_software),
        ("sheet.neither", lambda f: f.neither),
    ])  # fmt: skip


def _form_06a(result: Result, say: _Words) -> Table:
    def counted(row: FormRow, name: str) -> Cell:
        count: Recounted = getattr(row, name)
        return count.at_least if count.at_least == count.at_most else ranged(count, say.lang)

    return _table(result, "form_06a", result.form_06a.rows, [
        ("page.definition", lambda r: say(f"form_06a.{r.definition}")),
        ("sheet.form_basis", lambda r: say(f"sheet.form_{r.basis}")),
        ("page.field", lambda r: form_line(r, say.lang)),
        *((f"form_06a.{name}", partial(counted, name=name)) for name in FORM_COLUMNS),
    ])  # fmt: skip


def _points(result: Result, say: _Words) -> Table:
    counts = [(f"points.{basis}_{name}", partial(points.cell, basis=basis, name=name, lang=say.lang))
              for basis in ("software", "papers") for name in ("count", "total", "percent", "points")]  # fmt: skip
    return _table(result, "points", result.points.items, [
        ("points.item", lambda i: f"{i.item} {i.name}"),
        ("points.most", lambda i: points.most(i, say.lang)),
        ("points.full_from", lambda i: in_percent(i.full_from, say.lang)),
        *counts,
        ("points.between", lambda i: points.ranged(i.between, say.lang)),
        ("points.formula", lambda i: i.formula),
        ("page.sureness", lambda i: say(f"sureness.{i.sureness}")),
        ("points.reasons", lambda i: "\n".join(i.reasons)),
    ])  # fmt: skip


def _portal(result: Result, say: _Words) -> Table:
    return _table(result, "portal", result.points.portal, [
        ("points.item", lambda f: f.item),
        ("points.figure", lambda f: points.figure(f, say.lang)),
        ("points.written", lambda f: f.written),
        ("points.outcome", lambda f: say.term("outcome", f.outcome)),
        ("points.explanation", lambda f: f.explanation),
    ])  # fmt: skip


def _check_days(check: CheckCalendar, result: Result, say: _Words) -> Table:
    return _table(result, "check_days", check.due, [
        ("check_days.step", lambda d: d.name),
        ("check_days.after", lambda d: say(f"check_day.{d.after}")),
        ("check_days.after_on", lambda d: d.after_on),
        *((f"check_days.{way}_head", lambda d, way=way: getattr(d, way)) for way in WAYS),
        ("check_days.event_head", lambda d: say("check_days.to_confirm" if d.is_event_open else "check_days.told")),
        ("check_days.law", lambda d: d.law),
        ("page.sureness", lambda d: say.term("sureness", d.sureness)),
        ("page.day_expected", lambda d: say.yes(d.is_expected)),
    ])  # fmt: skip


def _carried_over(result: Result, say: _Words) -> Table:
    carried = result.next_period and result.next_period.carried_over
    return _table(result, "carried_over", carried.dossiers if carried else (), [
        ("sheet.side", lambda c: say(f"next_period.{c.side}_caption")), ("page.dossier", lambda c: c.dossier_id),
        ("page.received_on", lambda c: c.received_on), ("next_period.state", lambda c: say(f"next_period.{c.state}")),
    ])  # fmt: skip


def _followup(result: Result, say: _Words) -> Table:
    return _table(result, "followup", result.next_period.followup if result.next_period else (), [
        ("next_period.what", lambda f: f.what), ("next_period.who", lambda f: f.who, _INTERNAL),
        ("next_period.until", lambda f: f.until_on),
        ("next_period.file_says", lambda f: f.done and say(f"next_period.done_{f.done}")),
        ("next_period.support", lambda f: f.support, _INTERNAL),
        ("next_period.sign", lambda f: sign_text(f, say.lang)),
        ("next_period.state", lambda f: say(f"next_period.state_{f.state}")),
        ("next_period.shown", lambda f: shown_text(f, say.lang)),
    ])  # fmt: skip


def _trend(result: Result, say: _Words) -> Table:
    trend = result.next_period.trend if result.next_period else ()
    rows = [(one, name, share) for one in trend for name, share in one.shares.items()]
    return _table(result, "trend", rows, [
        ("sheet.first_on", lambda r: r[0].period.first_on), ("sheet.last_on", lambda r: r[0].period.last_on),
        ("page.definition", lambda r: say(f"on_time.{r[1]}")),
        ("page.at_least", lambda r: r[2].at_least.numerator), ("page.at_most", lambda r: r[2].at_most.numerator),
        ("sheet.of_dossiers", lambda r: r[2].at_most.denominator),
        ("sheet.at_least_percent", lambda r: in_percent(r[2].at_least.percent, say.lang)),
        ("sheet.at_most_percent", lambda r: in_percent(r[2].at_most.percent, say.lang)),
        ("page.rules_version", lambda r: r[0].rules), ("next_period.comparable", lambda r: say.yes(r[0].is_comparable)),
    ])  # fmt: skip


def _claims(result: Result, say: _Words) -> Table:
    return _table(result, "claims", result.claims, [
        ("page.claim", lambda c: c.claim),
        ("page.reported", lambda c: terms.measure(c.measure, say.lang)),
        ("page.written", lambda c: c.written),
        ("page.printed_out_of", lambda c: c.out_of_written),
        ("page.outcome", lambda c: say.term("outcome", c.outcome)),
        ("page.found", lambda c: c.explanation),
        ("sheet.counted_least", lambda c: c.at_least),
        ("sheet.counted_most", lambda c: c.at_most),
        ("sheet.counted_of", lambda c: c.out_of),
        ("sheet.tried", lambda c: "; ".join(all_tried(c, result))),
        ("page.scope", lambda c: c.scope),
        ("page.section", lambda c: c.section),
        ("sheet.report_page", lambda c: c.page),
        ("sheet.report_line", lambda c: c.line),
        ("page.quote", lambda c: c.quote, _INTERNAL),
        ("page.confirmed", lambda c: say.yes(c.is_confirmed)),
    ])  # fmt: skip


def _soft_spots(result: Result, say: _Words) -> Table:
    return _table(result, "soft_spots", result.soft_spots, [
        ("page.soft_spot", lambda s: say.term("soft_spot", s.soft_spot)),
        ("page.reason", lambda s: s.sentence),
        ("sheet.claims_of", lambda s: ", ".join(s.claims)),
        ("page.confirmed", lambda s: say.yes(s.is_confirmed)),
    ])  # fmt: skip


def _identities(result: Result, say: _Words) -> Table:
    def figures(terms_: Iterable[tuple[str, str]]) -> str:
        return "; ".join(f"{terms.measure(name, say.lang)}: {written}" for name, written in terms_)

    stated = [identity for identity in result.identities if identity.terms]
    return _table(result, "identities", stated, [
        ("page.identity", lambda i: say.term("identity", i.identity)),
        ("page.scope", lambda i: i.scope),
        ("page.outcome", lambda i: say.term("outcome", i.outcome)),
        ("page.figures", lambda i: figures(i.terms)),
        ("page.written", lambda i: i.found),
        ("page.expected", lambda i: i.expected),
        ("page.difference", lambda i: i.difference),
        ("sheet.claims_of", lambda i: ", ".join(i.claims)),
        ("page.confirmed", lambda i: say.yes(i.is_confirmed)),
    ])  # fmt: skip


def _problems(result: Result, say: _Words) -> Table:
    return _table(result, "problems", result.problems, [
        ("page.record", lambda p: say.term("record", p.record)),
        ("page.file", lambda p: p.file),
        ("sheet.sheet", lambda p: p.sheet, _INTERNAL),
        ("sheet.row", lambda p: p.row, _CODED),
        ("page.column", lambda p: p.column),
        ("page.as_written", lambda p: p.written, _INTERNAL),
        ("page.problem", lambda p: p.message),
    ])  # fmt: skip


def _contradictions(result: Result, say: _Words) -> Table:
    verdicts = {case.dossier_id: case.verdict for case in result.judged}
    pairs = [(one.kind, dossier) for one in result.contradictions for dossier in one.dossiers]
    return _table(result, "contradictions", pairs, [
        ("page.dossier", lambda pair: pair[1]),
        ("page.contradiction", lambda pair: say.term("contradiction", pair[0])),
        ("page.verdict", lambda pair: say.term("verdict", verdicts.get(pair[1]))),
    ])  # fmt: skip


def _leads(result: Result, say: _Words) -> Table:
    pairs = [(lead, one) for lead in result.leads for one in lead.dossiers]
    return _table(result, "leads", pairs, [
        ("page.dossier", lambda pair: pair[1].dossier_id),
        ("page.lead", lambda pair: say.term("lead", pair[0].kind)),
        ("page.group", lambda pair: _day_or(pair[1].group)),
        ("sheet.out_of", lambda pair: pair[0].out_of),
        ("page.explanation", lambda pair: pair[0].explanation),
    ])  # fmt: skip


def _proposals(result: Result, say: _Words) -> Table:
    return _table(result, "proposals", result.proposals, [
        ("page.dossier", lambda p: p.dossier_id_software),
        ("sheet.sheet_software", lambda p: p.sheet_software, _INTERNAL),
        ("page.row_software", lambda p: p.row_software, _CODED),
        ("page.dossier_register", lambda p: p.dossier_id_register),
        ("sheet.sheet_register", lambda p: p.sheet_register, _INTERNAL),
        ("page.row_register", lambda p: p.row_register, _CODED),
        ("page.score", lambda p: round(p.score)),
        ("page.why_proposed", lambda p: "; ".join(p.reasons)),
    ])  # fmt: skip


def _duplicates(result: Result, say: _Words) -> Table:
    return _table(result, "duplicates", result.duplicates, [
        ("page.dossier", lambda d: d.dossier_id),
        ("page.record", lambda d: say.term("record", d.record)),
        ("page.file", lambda d: d.file),
        ("sheet.sheet", lambda d: d.sheet, _INTERNAL),
        ("sheet.row", lambda d: d.row, _CODED),
    ])  # fmt: skip


def _systems(result: Result, say: _Words) -> Table:
    return _table(result, "systems", result.systems.differences if result.systems else (), [
        ("page.dossier", lambda d: d.dossier_id),
        ("page.systems_what", lambda d: say.term("system_what", d.what)),
        ("sheet.systems_first", lambda d: system_name(d.first, say.lang)),
        ("page.systems_says", lambda d: _told(d.first_says, say)),
        ("sheet.systems_second", lambda d: system_name(d.second, say.lang)),
        ("page.systems_says_too", lambda d: _told(d.second_says, say)),
        ("page.systems_rules", lambda d: d.rules and system_name(d.rules, say.lang)),
    ])  # fmt: skip


def _told(said: str | None, say: _Words) -> Cell:
    """What a system says: a day as one, a word in words."""
    if said is None:
        return None
    day = _day_or(said)
    return day if day != said else system_says(said, say.lang)


def _corrections(result: Result, say: _Words) -> Table:
    return _table(result, "corrections", result.corrections, [
        ("page.record", lambda c: say.term("record", c.record)),
        ("page.file", lambda c: c.file, _INTERNAL),
        ("sheet.sheet", lambda c: c.sheet, _INTERNAL),
        ("sheet.row", lambda c: c.row, _CODED),
        ("page.column", lambda c: say.term("column", c.column)),
        ("page.was", lambda c: c.was, _INTERNAL),
        ("page.now", lambda c: c.now, _INTERNAL),
        ("page.why", lambda c: c.why, _INTERNAL),
        ("sheet.corrected_by", lambda c: c.by, _INTERNAL),
        ("sheet.corrected_on", lambda c: c.on),
    ])  # fmt: skip


def _notes(result: Result, say: _Words) -> Table:
    return _table(result, "notes", result.notes, [
        ("page.dossier", lambda n: n.dossier_id, _CODED),
        ("sheet.dossier_code", lambda n: n.finding),
        ("sheet.position", lambda n: say.term("position", n.position)),
        ("sheet.text", lambda n: n.text, _INTERNAL),
        ("sheet.new_evidence", lambda n: n.evidence, _INTERNAL),
        ("sheet.by", lambda n: n.by, _INTERNAL),
        ("sheet.by_office", lambda n: say.yes(n.by_office)),
        ("sheet.at", lambda n: _day_or(n.at)),
        ("sheet.added_at", lambda n: _day_or(n.added_at)),
        ("sheet.verdict_then", lambda n: say.term("verdict", n.verdict_then)),
        ("sheet.is_current", lambda n: say.yes(n.is_current)),
        ("sheet.is_contested", lambda n: say.yes(n.is_contested)),
        ("sheet.note", lambda n: n.note),
    ])  # fmt: skip


def _left_out(result: Result, say: _Words) -> Table:
    return _table(result, "left_out", result.left_out, [
        ("page.record", lambda o: say.term("record", o.record)),
        ("page.file", lambda o: o.file),
        ("sheet.sheet", lambda o: o.sheet, _INTERNAL),
        ("sheet.row", lambda o: o.row),
        ("sheet.kind", lambda o: say.term("why", o.why)),
        ("page.as_written", lambda o: o.written, _INTERNAL),
    ])  # fmt: skip
