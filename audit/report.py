"""A Result as tables, timelines and sentences: right and wrong are decided before, here they are only shown.

Every function takes the Result and returns something that a notebook displays. All text from files is
escaped by the templates.
"""

import base64
import io
import re
from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime
from functools import cache
from itertools import groupby
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from audit import terms
from audit.result import Candidate, Case, Claim, Result, Share, Source, Tried
from audit.terms import (
    PLAINLY_ON_TIME,
    RESULT_MIME,
    WORKBOOK_MIME,
    FoundIn,
    Outcome,
    Population,
    Verdict,
    in_percent,
    number,
)
from audit.workdays import Day

TEMPLATES = Path(__file__).with_name("template")
MOST_CASES, MOST_ROWS, MOST_MENDS, MOST_SOLUTIONS = 1000, 300, 3, 5
WIDTH, GAP = 980, 12  # of the bars of the report's totals, and of the mark for what is missing from one
COUNTED_ONLY = (*PLAINLY_ON_TIME, Verdict.OPEN, Verdict.STOPPED, Verdict.WITHDRAWN, Verdict.REFUSED)
_WEIGHTY_COLUMNS = {
    "software": ("status", "unit"),
    "register": ("signed", "due_on", "received_on"),
    "result_papers": ("number",),
}


class Shown:
    """A piece of the page, as HTML; where that cannot be shown, only its name."""

    def __init__(self, name: str, html: str, **more: str):
        self.html = html
        self._bundle = {"text/html": html, "text/plain": f"<{name}>", **more}

    def _repr_mimebundle_(self, include=None, exclude=None) -> dict[str, str]:
        return self._bundle


def answer(result: Result) -> Shown:
    """The first screen: what was audited, the answer in a sentence, the counts with totals, what to do next."""
    software, records = result.on_time["software_by_day"], result.on_time["records"]
    undecided = records.at_most.numerator - records.at_least.numerator
    to_explain = len(result.soft_spots) + sum(claim.outcome == Outcome.DOES_NOT_HOLD for claim in result.claims)
    outcomes = {outcome.value: sum(c.outcome == outcome for c in result.claims) for outcome in Outcome}
    return _shown(
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
    to_read = _to_read(result)
    numbered = {case.dossier_id for case in to_read}
    others = [case for case in result.cases if case.dossier_id not in numbered]
    return _shown(
        "cases", result, cases=[(case, timeline(case, result)) for case in to_read[:MOST_CASES]],
        total=len(to_read), others=others[:MOST_ROWS], others_total=len(others),
    )  # fmt: skip


def causes(result: Result) -> Shown:
    """Which step was missing, per verdict, and whether a record shows it."""
    return _shown("causes", result, total=sum(cause.dossiers for cause in result.causes))


def units(result: Result) -> Shown:
    """How long each unit held dossiers, by the control slips, with what could not be counted."""
    return _shown("units", result)


def undecided(result: Result) -> Shown:
    """Which undecided dossiers move the share most, and what would settle them."""
    return _shown("undecided", result, total=sum(row.dossiers for row in result.undecided))


def contradictions(result: Result) -> Shown:
    """What cannot both be right, and the letters of apology, each with its dossiers."""
    late = result.verdicts.get(Verdict.LATE, 0)
    vanished = [case.dossier_id for case in result.cases if case.has_vanished]
    letters = {state: [c.dossier_id for c in result.cases if c.apology == state] for state in result.apologies}
    return _shown("contradictions", result, late=late, vanished=vanished, letters=letters, most=MOST_ROWS)


def leads(result: Result) -> Shown:
    """What is worth a look and proves nothing, each with its count, its list and an innocent explanation."""
    return _shown("leads", result, most=MOST_ROWS)


def sources(result: Result) -> Shown:
    """The legal and written sources of the verdicts, with the days they were in force and how sure each is."""
    return _shown("sources", result)


def day_by_day(received: date, due: date, days: Sequence[Day], *, lang: str) -> str:
    """The working days from receipt to due date, one line a day: its number, the day, and why it counts or not."""
    count = sum(day.is_workday for day in days)
    lines = [terms.text("page.workdays_to_due", lang, count=count, received=_day(received), due=_day(due))]
    for day in days:
        number_ = "–" if day.number is None else str(day.number)
        said = [terms.text(f"weekday.{day.weekday}", lang), terms.text(f"day.{day.why}", lang), day.decision]
        if day.decided_on:
            said.append(terms.text("page.decided_on", lang, day=_day(day.decided_on)))
        if day.is_decided_later:
            said.append(terms.text("page.decided_later", lang))
        lines.append(f"{number_:>4}  {_day(day.day)}  " + ", ".join(part for part in said if part))
    return "\n".join(lines)


def on_time(result: Result) -> Shown:
    """The on-time share under each definition, as a range, with counts and totals."""
    return _shown("on_time", result)


def claims(result: Result) -> Shown:
    """The report's figures: what they leave to be explained, against each other, and against the records.

    What does not hold comes first, else the order is the report's own; what could not be checked stands apart.
    """
    rank = {outcome: place for place, outcome in enumerate(Outcome)}
    checked = [claim for claim in result.claims if claim.outcome != Outcome.CANNOT_BE_CHECKED]
    ordered = sorted(checked, key=lambda claim: rank[claim.outcome])
    stated = [identity for identity in result.identities if identity.expected is not None]
    held = [identity for identity in stated if identity.outcome == Outcome.HOLDS]
    by_name = {claim.claim: claim for claim in result.claims}
    return _shown(
        "claims", result,
        runs=[list(run) for _, run in groupby(ordered, key=lambda claim: (claim.outcome, claim.section, claim.quote))],
        identities=sorted((one for one in stated if one not in held), key=lambda one: rank[one.outcome]),
        held=held,
        failing=sum(identity.outcome == Outcome.DOES_NOT_HOLD for identity in stated),
        mends=[mend for mend in result.mends if len(mend.mended) > len(mend.broken)][:MOST_MENDS],
        unchecked=[claim for claim in result.claims if claim.outcome == Outcome.CANNOT_BE_CHECKED],
        checkable=len(checked), unconfirmed_count=sum(not claim.is_confirmed for claim in result.claims),
        quotes=lambda names: _quoted([by_name[name] for name in names if name in by_name]),
        definitions=_definitions(result), place_in_report=lambda claim: _place_in_report(claim, result.lang),
        solutions=_solutions(result), picture=_flow(result), tried=lambda claim: _all_tried(claim, result),
    )  # fmt: skip


def _quoted(claims: Iterable[Claim]) -> list[list[Claim]]:
    """Claims by the words that they stand in, each words once."""
    found: dict[tuple, list[Claim]] = {}
    for claim in claims:
        found.setdefault((claim.section, claim.quote), []).append(claim)
    return list(found.values())


def _place_in_report(claim: Claim, lang: str) -> str:
    """Section, page and line of a claim, as far as they are known."""
    section = claim.section or ""
    is_numbered = bool(re.match(r"[0-9IVX]", section))
    parts = [f"{terms.text('page.section', lang)} {section}" if is_numbered else section]
    parts += [f"{terms.text(f'page.{name}_of_report', lang)} {value}"
              for name, value in (("page", claim.page), ("line", claim.line)) if value]  # fmt: skip
    return ", ".join(part for part in parts if part) or terms.text("page.somewhere", lang)


def _definitions(result: Result) -> list[str]:
    """How the first of the smallest explanations takes tables to be defined, where that is not the plainest way."""
    chosen = next((kind.definitions for kind in result.smallest.uneven), ())
    return [
        f"{terms.table(table, result.lang)}: {terms.text(f'table_definition.{definition}', result.lang)}"
        for table, definition in chosen
        if terms.has(f"table_definition.{definition}")
    ]


def _solutions(result: Result) -> list[list[tuple[str, list[Candidate]]]]:
    """Each smallest explanation: a sentence a kind of dossier, with the dossiers of the records that fit."""

    def tables(names: Iterable[str]) -> str:
        return ", ".join(terms.table(name, result.lang) for name in names)

    found: dict[int, list[tuple[str, list[Candidate]]]] = {}
    for kind in result.smallest.uneven:
        key = "page.uneven" if kind.counted_in or kind.left_out_of else "page.uneven_somewhere"
        sentence = terms.text(
            key, result.lang, count=number(kind.dossiers, result.lang),
            channel=terms.text(f"dossier_channel.{kind.channel or 'any'}", result.lang),
            state=terms.text(f"dossier_state.{kind.state or 'any'}", result.lang),
            counted_in=tables(kind.counted_in), left_out_of=tables(kind.left_out_of),
        )  # fmt: skip
        found.setdefault(kind.solution, []).append((sentence, [one for one in kind.candidates if one.fitting]))
    return list(found.values())[:MOST_SOLUTIONS]


def _flow(result: Result) -> Markup:
    """The report's totals as bars on one scale: what was received, what became of it, what each table counts."""
    if not result.flow:
        return Markup("")
    scale = WIDTH / max(part.starts_at + part.dossiers + part.left_out for part in result.flow)
    bars = []
    for table, run in groupby(result.flow, key=lambda part: part.table):
        parts = list(run)
        end = parts[-1].starts_at + parts[-1].dossiers
        bars.append({
            "table": table, "total": sum(part.dossiers for part in parts), "left_out": parts[0].left_out,
            "end": round(end * scale, 1),
            "parts": [{"x": round(part.starts_at * scale, 1), "width": round(part.dossiers * scale, 1),
                       "name": terms.measure(part.measure, result.lang), "dossiers": part.dossiers} for part in parts],
        })  # fmt: skip
    return Markup(_render("flow", result, bars=bars, gap=GAP))


def _all_tried(claim: Claim, result: Result) -> list[str]:
    """Each definition that gave another count, once."""
    return list(dict.fromkeys(_tried(one, result) for one in claim.tried))


def _tried(one: Tried, result: Result) -> str:
    """A figure counted again by one definition, in a few words."""
    counted = number(one.at_least, result.lang)
    if one.at_most != one.at_least:
        is_open = one.at_most is None
        most = terms.text("page.no_upper_limit", result.lang) if is_open else number(one.at_most, result.lang)
        counted = f"{counted}–{most}"
    of = f" / {number(one.out_of, result.lang)} ({terms.lowered(terms.measure(one.of, result.lang))})" if one.of else ""
    return f"{terms.text(f'definition.{one.definition}', result.lang)}: {counted}{of}"


def problems(result: Result) -> Shown:
    """Rows that a person must look at, and rows that repeat another."""
    return _shown("problems", result, problems=result.problems[:MOST_ROWS], duplicates=result.duplicates[:MOST_ROWS])


def accounting(result: Result) -> Shown:
    """What became of every row, with the sum; and the rows that are no dossiers."""
    return _shown("accounting", result, left_out=result.left_out[:MOST_ROWS])


def method(result: Result) -> Shown:
    """How it was judged, on which files, with which parameters and versions."""
    return _shown("method", result)


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
    html = _render("files", result)
    book = base64.b64encode(workbook(result)).decode()
    return Shown("files", html, **{RESULT_MIME: result.as_json(), WORKBOOK_MIME: book})


def workbook(result: Result) -> bytes:
    """`cases.xlsx`: cases, claims, problems and duplicates as text cells; nothing in it can run."""
    import xlsxwriter  # noqa: PLC0415  the page does not need it

    def say(section: str) -> Callable[[str], str]:
        return lambda key: terms.text(f"{section}.{key}", result.lang)

    page = say("page")
    sheets = {
        "cases": (
            ["dossier", "field", "verdict", "reason", "cause", "proof", "received_on", "due_on", "due_on_register",
             "ready_on", "issued_on", "returned_on", "closed_on", "apology", "change", "where"],
            [[c.dossier_id, c.field, say("verdict")(c.verdict), c.reason, c.cause and say("cause")(c.cause),
              c.cause and page("proved" if c.cause_proved else "claimed"), c.received_on, c.due_on,
              c.due_on_register, c.ready_on, c.issued_on, c.returned_on, c.closed_on,
              c.apology and say("apology")(c.apology), c.change, _places(c, result)] for c in result.cases],
        ),
        "claims": (
            ["claim", "reported", "written", "printed_out_of", "section", "quote", "confirmed", "outcome", "found",
             "tried"],
            [[c.claim, terms.measure(c.measure, result.lang), c.written, c.out_of_written, c.section, c.quote,
              page("yes" if c.is_confirmed else "no"), say("outcome")(c.outcome), c.explanation,
              "; ".join(_tried(one, result) for one in c.tried)] for c in result.claims],
        ),
        "soft_spots": (
            ["soft_spot", "reason", "claim"],
            [[say("soft_spot")(s.soft_spot), s.sentence, ", ".join(s.claims)] for s in result.soft_spots],
        ),
        "problems": (
            ["record", "file", "where", "column", "as_written", "problem"],
            [[say("record")(p.record), p.file, p.row, p.column, p.written, p.message] for p in result.problems],
        ),
        "contradictions": (
            ["problem", "dossier"],
            [[say("contradiction")(found.kind), code] for found in result.contradictions for code in found.dossiers],
        ),
        "leads": (
            ["lead", "dossier", "group", "explanation"],
            [[say("lead")(lead.kind), row.dossier_id, row.group, lead.explanation]
             for lead in result.leads for row in lead.dossiers],
        ),
        "proposals": (
            ["dossier", "row_software", "dossier_register", "row_register", "score", "reason"],
            [[p.dossier_id_software, p.row_software, p.dossier_id_register, p.row_register, round(p.score),
              "; ".join(p.reasons)] for p in result.proposals],
        ),
        "duplicates": (
            ["record", "file", "where", "dossier"],
            [[say("record")(d.record), d.file, d.row, d.dossier_id] for d in result.duplicates],
        ),
    }  # fmt: skip
    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream, {"in_memory": True}) as book:
        book.set_properties({"created": datetime.combine(result.as_of, datetime.min.time())})
        bold, day = (
            book.add_format({"bold": True, "text_wrap": True}),
            book.add_format({"num_format": "dd/mm/yyyy"}),
        )
        for name, (headings, rows) in sheets.items():
            sheet = book.add_worksheet(name)
            for column, heading in enumerate(headings):
                sheet.write_string(0, column, page(heading), bold)
            for row, cells in enumerate(rows, start=1):
                for column, cell in enumerate(cells):
                    _write(sheet, row, column, cell, day)
            sheet.freeze_panes(1, 1)
            sheet.autofilter(0, 0, max(len(rows), 1), len(headings) - 1)
            sheet.set_column(0, len(headings) - 1, 22)
    return stream.getvalue()


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
    closed_word = _day(case.closed_on) if case.closed_on else say("not_in_software" if is_missing else "not_closed")
    on_paper = f"{paper_word} {_day(paper)}" if paper else say("nothing_on_paper")
    lanes = [
        {"name": say("timeline_software"), "y": 62, "end": closed, "is_open": case.closed_on is None,
         "label": closed_word},
        {"name": f"{say('timeline_paper')}: {paper_word}" if paper else say("timeline_paper"), "y": 112, "end": paper,
         "is_open": False, "label": _day(paper) if paper else say("nothing_on_paper")},
    ]  # fmt: skip
    described = say(
        "timeline", received=_day(case.received_on), due=_day(case.due_on), paper=on_paper,
        closed=say("closed_label", day=closed_word) if case.closed_on else closed_word,
    )  # fmt: skip
    return Markup(_render("timeline", result, case=case, lanes=lanes, x=x, described=described))


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


def _shown(template: str, result: Result, **values: object) -> Shown:
    return Shown(template, _render(template, result, **values))


def _render(template: str, result: Result, **values: object) -> str:
    lang = result.lang
    words = {"t": lambda key, **filled: terms.text(key, lang, **filled), "day": _day,
             "share": lambda share: _share(share, lang), "percent": lambda share: in_percent(share.percent, lang),
             "measure": lambda name: terms.measure(name, lang), "number": lambda n: number(n, lang),
             "place": lambda evidence: _place(evidence, lang), "cases_by_code": _numbers(result),
             "sources_of": lambda case: _sources_of(case, result)}  # fmt: skip
    return _environment().get_template(f"parts/{template}.html.j2").render(r=result, **words, **values)


def _sources_of(case: Case, result: Result) -> list[Source]:
    """One source a topic: where it has several, the least sure."""
    least_sure_last = sorted((s for s in result.sources if s.id in case.sources), key=lambda s: "cwu".index(s.sureness))
    return list({source.topic: source for source in least_sure_last}.values())


def _numbers(result: Result) -> dict[str, int]:
    """The number under which each dossier that is read one by one stands on the page."""
    return {case.dossier_id: place for place, case in enumerate(_to_read(result)[:MOST_CASES], start=1)}


def _to_read(result: Result) -> list[Case]:
    """Dossiers that need more than to be counted: undecided, late, or with something that contradicts itself."""
    return [
        case
        for case in result.cases
        if case.verdict not in COUNTED_ONLY or case.contradictions or case.cause or case.apology
    ]


@cache
def _environment() -> Environment:
    return Environment(
        loader=FileSystemLoader(TEMPLATES), autoescape=True, undefined=StrictUndefined, trim_blocks=True,
        lstrip_blocks=True,
    )  # fmt: skip


def _day(day: date | None) -> str:
    return "–" if day is None else f"{day:%d/%m/%Y}"


def _share(share: Share, lang: str) -> str:
    return f"{number(share.numerator, lang)}/{number(share.denominator, lang)} ({in_percent(share.percent, lang)})"


def _place(evidence, lang: str) -> str:
    parts = [evidence.file, evidence.sheet, terms.text("page.row", lang, row=evidence.row)]
    if evidence.line:
        key = "page_line" if evidence.page else "line"
        parts.append(terms.text(f"page.{key}", lang, page=evidence.page, line=evidence.line))
    return ", ".join(part for part in parts if part)


def _places(case: Case, result: Result) -> str:
    return "; ".join(_place(evidence, result.lang) for evidence in case.evidence)


def _write(sheet, row: int, column: int, cell: object, day) -> None:
    if isinstance(cell, date):
        sheet.write_datetime(row, column, datetime.combine(cell, datetime.min.time()), day)
    elif isinstance(cell, int):
        sheet.write_number(row, column, cell)
    elif cell:
        sheet.write_string(row, column, str(cell)[:32_000])
