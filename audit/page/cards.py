"""The cases: each dossier that is to be read one by one, and the others in brief."""

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from markupsafe import Markup

from audit.findings.cases import worst_first
from audit.findings.result import Case, Dossier, Evidence, Note, Result, Source
from audit.findings.schema import DayOff, Image, Paper, Stay
from audit.ground import terms
from audit.ground.terms import Cause, Edition, Verdict
from audit.page import images
from audit.page.clocks import Clock, clocks, days_beside, due_dates, in_words
from audit.page.picture import Picture, picture
from audit.page.pieces import MOST_CASES, MOST_ROWS, Shown, day_text, is_to_read, render, shown, to_read

MOST_BYTES = 1_300_000  # of all cards: with the rest a page has less than 2 MB, and opens at once on a telephone
MOST_CHARACTERS = 300  # of one text of a file
_COMPARED = ("software", "register")
_LEAST_SURE_FIRST = "uwc"


class Card(NamedTuple):
    """A case as it is laid out: `compared` are the rows of each of the two records, `further` those of the others.

    `asked`: the papers that the audited office is asked for. `images`: those in `evidence/`. `rule` is the number
    of its rule in the list at the end, `sureness` that of the least sure of its sources.
    """

    case: Case
    clocks: Sequence[Clock]
    picture: Picture | None
    days: Sequence[str]
    due_dates: Sequence[str]
    change: str
    rule: int
    sureness: str
    compared: Mapping[str, Sequence[Evidence]]
    further: Mapping[str, Sequence[Evidence]]
    notes: Sequence[Note]
    asked: Sequence[Paper]
    images: Sequence[Image]

    @property
    def is_printed(self) -> bool:
        """Whether a print in short has it: late by the records, overdue, or late in the software."""
        return is_late(self.case)


class UsedRule(NamedTuple):
    """A rule that cases on the page were judged by: how many, what would change them, and the sources of them all."""

    rule: str
    cases: int
    change: str
    sources: Sequence[Source]


def cases(result: Result) -> Shown:
    """Each dossier to be read one by one: both records, timeline, verdict and why; the others in a table.

    Cards are laid out, the most serious first, until they have MOST_BYTES; then each case has a row of the table, which
    links lead to as well. What is the same of many is said in full once, at the end: rules, days off.
    """
    read = to_read(result)
    on_page = read[:MOST_CASES]
    rules = _rules(on_page, result)
    laid_out = (Markup(render("case", result, one=one, **_SAY)) for one in _cards(on_page, rules, result))
    cards = _until(MOST_BYTES, laid_out)
    brief = result.cases_in_columns
    read_in_columns = sum(map(is_to_read, brief))
    listed: list[Case | Dossier] = [*result.cases, *brief]
    counted_only = worst_first(case for case in listed if not is_to_read(case))
    in_brief = on_page[len(cards) :]
    return shown(
        "cases", result, cards=cards, printed=sum(map(is_late, on_page[: len(cards)])),
        total=len(read) + read_in_columns, in_brief=in_brief, rules=rules,
        causes=_causes(on_page), days_off=_days_off(on_page),
        reference_terms=_reference_terms(on_page, result.lang), short=_short,
        in_columns=read_in_columns, others=counted_only[: max(MOST_ROWS - len(in_brief), 0)],
        others_total=len(counted_only) + len(result.in_columns) - len(brief),
    )  # fmt: skip


def is_late(case: Case) -> bool:
    """Whether a case is late by the records or overdue, or the software shows it late."""
    return case.verdict in (Verdict.LATE, Verdict.OVERDUE) or bool(case.closed_late_workdays)


def timeline(case: Case, result: Result) -> Markup:
    """The four clocks of a dossier on one axis of days, and the same days as a list."""
    return Markup(render("timeline", result, one=_card(case, result)))


def _until(most: int, texts: Iterable[Markup]) -> list[Markup]:
    """The texts before the first with which they would have more than `most` bytes."""
    kept, size = [], 0
    for text in texts:
        size += len(text.encode())
        if size > most:
            break
        kept.append(text)
    return kept


def _cards(on_page: Iterable[Case], rules: Sequence[UsedRule], result: Result) -> Iterable[Card]:
    numbers = {used.rule: number for number, used in enumerate(rules, start=1)}
    notes: dict[str, list[Note]] = {}
    for note in result.notes:
        notes.setdefault(note.finding, []).append(note)
    asked: dict[str, list[Paper]] = {}
    for paper in result.papers if result.edition == Edition.OFFICE else ():
        asked.setdefault(paper.dossier_id, []).append(paper)
    return (
        _card(case, result, numbers[case.rule], notes.get(case.dossier_code, ()), asked.get(case.dossier_id, ()))
        for case in on_page
    )


def _card(case: Case, result: Result, rule: int = 0, notes: Sequence[Note] = (), asked: Sequence[Paper] = ()) -> Card:
    case_clocks = clocks(case, result)
    rows: dict[str, list[Evidence]] = {record: [] for record in _COMPARED}
    for evidence in case.evidence:
        rows.setdefault(evidence.record, []).append(evidence)
    sureness = (source.sureness for source in result.sources if source.id in case.sources)
    return Card(
        case, case_clocks, picture(case, case_clocks, result), days_beside(case, result), due_dates(case, result),
        _change(case, result), rule, min(sureness, key=_LEAST_SURE_FIRST.index, default="c"),
        {record: rows.pop(record) for record in _COMPARED}, rows, notes, asked,
        images.beside(result, case.images),
    )  # fmt: skip


def _change(case: Case, result: Result) -> str:
    """What would change the verdict, in short; the list of rules has it in full."""
    rule = f"change_in_short.{case.rule}"
    return terms.text(rule if terms.has(rule) else f"change_in_short.{case.verdict}", result.lang)


def _rules(on_page: Sequence[Case], result: Result) -> list[UsedRule]:
    """The rules of the cases on the page, in the order in which they come."""
    by_rule: dict[str, list[Case]] = {}
    for case in on_page:
        by_rule.setdefault(case.rule, []).append(case)
    return [
        UsedRule(rule, len(group), group[0].change,
                 [source for source in result.sources if any(source.id in case.sources for case in group)])
        for rule, group in by_rule.items()
    ]  # fmt: skip


def _causes(on_page: Iterable[Case]) -> list[tuple[Cause, bool, str | None]]:
    """The causes of the cases on the page, each reason once: the cause, whether it is proved, why it is that one."""
    return list(dict.fromkeys((case.cause, case.cause_proved, case.cause_reason) for case in on_page if case.cause))


def _days_off(on_page: Iterable[Case]) -> list[DayOff]:
    """The days off and those worked in exchange that the cases on the page name, each once."""
    by_day = {off.day: off for case in on_page for off in case.days_off}
    return [by_day[day] for day in sorted(by_day)]


def _reference_terms(on_page: Iterable[Case], lang: str) -> list[tuple[str, str]]:
    """The terms that are shown for reference alone, each once, with where it comes from."""
    shown_ = {(case.term_unit, case.term, case.term_source) for case in on_page
              if case.term is not None and case.term_unit and case.term_source
              and any(due.basis == "reference" for due in case.due_dates)}  # fmt: skip
    return [(in_words(count, unit, lang), source) for unit, count, source in sorted(shown_)]


def _place(evidence: Evidence, lang: str) -> str:
    """Where a row of a record stands: file, sheet, row, and the page and line that it names itself; what is known."""
    parts = [evidence.file, evidence.sheet]
    if evidence.row is not None:
        parts.append(terms.text("page.row", lang, row=evidence.row))
    page, line = (_short(place or "") for place in (evidence.page, evidence.line))
    if page or line:
        key = "page.page_line" if page and line else "case.page" if page else "page.line"
        parts.append(terms.text(key, lang, page=page, line=line))
    return ", ".join(part for part in parts if part)


def _stayed(stay: Stay, lang: str) -> str:
    """How long a unit held a dossier."""
    held_from, held_until = day_text(stay.held_from), day_text(stay.held_until)
    key = "held_since" if stay.held_until is None else "held_within" if held_from == held_until else "held"
    said = [terms.text(f"case.{key}", lang, first=held_from, last=held_until)]
    if stay.is_waiting:
        said.append(terms.lowered(terms.text("page.waiting", lang)))
    elif stay.held_workdays is not None and key != "held_within":
        number = {0: "no_workday", 1: "workday"}.get(stay.held_workdays, "workdays")
        said.append(terms.text(f"case.{number}", lang, count=stay.held_workdays))
    if stay.is_past_part_due:
        said.append(terms.lowered(terms.text("page.past_part_due", lang)))
    return ", ".join(said)


def _short(text: str) -> str:
    """A text of a file, no longer than can be read on a card."""
    return text if len(text) <= MOST_CHARACTERS else f"{text[: MOST_CHARACTERS - 1]}…"


_SAY = {"place_of": _place, "stayed": _stayed, "short": _short}
