"""Which papers would decide, and where they should lie: the tally sheet to fetch them with, blind to the software."""

import io
import re
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import NamedTuple

from audit.findings.schema import Case, Dossier, Evidence, Result
from audit.ground.terms import UNDECIDED, Fate, Grade, Search, Sought, Verdict, text
from audit.page.pieces import day_text

COLUMNS = ("dossier_id", "procedure", "where", "sought", "search", "dated_on", "signed_by", "number", "page", "line",
           "remark", "reader", "read_on", "second_on", "second_reader")  # fmt: skip
_WIDTHS = {"dossier_id": 28, "procedure": 34, "where": 30, "sought": 20, "remark": 24}
_WIDTH = 15
_SIGNED_BY = ("applicant", "representative", "officer", "nobody")
_RECORDS = {Sought.REGISTER: "register", Sought.RESULT_PAPER: "result_papers"}


class Paper(NamedTuple):
    """A paper to be looked for: of which dossier, where it should lie, and in which order it is come upon."""

    dossier_id: str
    procedure: str
    where: str
    sought: Sought
    order: tuple


def papers(result: Result, drawn: Iterable[str] = ()) -> list[Paper]:
    """The papers that would decide, as the shelves stand: by record, then book, page and line, else day of receipt.

    Of each dossier that is not decided, or late by both records alone, the register's line where no signed one is
    there, and the result; of those `drawn` for a sample the register's line.
    """
    chosen = set(drawn)
    listed = [
        _paper(one, sought, result.lang)
        for one in result.judged
        for sought in _wanted(one, is_drawn=one.dossier_id in chosen)
    ]  # fmt: skip
    return sorted(listed, key=lambda paper: paper.order)


def _wanted(one: Case | Dossier, *, is_drawn: bool) -> list[Sought]:
    is_open = one.verdict in UNDECIDED and one.verdict != Verdict.ON_TIME_NOT_CHECKED
    if isinstance(one, Case) and (is_open or one.grade == Grade.BY_BOTH_RECORDS):
        return [sought for sought in _RECORDS if not _has(one, sought)] or [Sought.REGISTER]
    return [Sought.REGISTER] if is_drawn else []


def _has(case: Case, sought: Sought) -> bool:
    """Whether a row that can be used, and of a register's that is signed, is there already."""
    rows = (row for row in case.evidence if row.record == _RECORDS[sought] and row.fate == Fate.JUDGED)
    return any(row.strength is not None for row in rows)


def _paper(one: Case | Dossier, sought: Sought, lang: str) -> Paper:
    line = _line(one) if sought == Sought.REGISTER else None
    if line and (line.page or line.line):
        where = text("fetch.book", lang, page=line.page or "–", line=line.line or "–")
        place: tuple = (0, _number(line.page), _number(line.line))
    else:
        field = one.field or text("page.field_unnamed", lang)
        where = text("fetch.received", lang, day=day_text(one.received_on), field=field)
        place = (1, one.received_on or date.max, field)
    order = (list(Sought).index(sought), *place, one.dossier_id)
    return Paper(one.dossier_id, one.procedure or "", where, sought, order)


def _line(one: Case | Dossier) -> Evidence | None:
    rows = one.evidence if isinstance(one, Case) else ()
    return next((row for row in rows if row.record == "register"), None)


def _number(written: str | None) -> tuple[int, str]:
    """A page or line as books are turned: 9 before 10."""
    figure = re.search(r"\d{1,9}", written or "")
    return int(figure[0]) if figure else 0, written or ""


def sheet(listed: Iterable[Paper], headings: Mapping[str, str], lang: str) -> bytes:
    """The tally sheet as .xlsx, a line a paper, to be filled in and put into the audit's folder as `papers.xlsx`.

    `headings`: those by which its columns are read again. It shows nothing that the software says of a return: who
    reads the paper must not know what is expected. Text stays text; the same papers give the same bytes.
    """
    import xlsxwriter  # noqa: PLC0415

    stream = io.BytesIO()
    never = dict.fromkeys(("strings_to_formulas", "strings_to_urls", "strings_to_numbers"), False)
    book = xlsxwriter.Workbook(stream, {"in_memory": True, **never})
    book.set_properties({"created": datetime(2000, 1, 1)})  # noqa: DTZ001
    page = book.add_worksheet(text("fetch.sheet", lang))
    head = book.add_format({"bold": True, "text_wrap": True, "bg_color": "#E3E8EE", "bottom": 1})
    cell = book.add_format({"text_wrap": True, "bottom": 1, "bottom_color": "#C5CCD6", "quote_prefix": True})
    free = book.add_format({"bottom": 1, "bottom_color": "#C5CCD6", "num_format": "@"})
    names = {**headings, "procedure": text("sheet.procedure", lang), "where": text("fetch.where", lang)}
    for at, name in enumerate(COLUMNS):
        page.set_column(at, at, _WIDTHS.get(name, _WIDTH))
        page.write_string(0, at, names[name], head)
    rows = list(listed)
    for row, paper in enumerate(rows, start=1):
        given = {"dossier_id": paper.dossier_id, "procedure": paper.procedure, "where": paper.where,
                 "sought": text(f"sought_word.{paper.sought}", lang)}  # fmt: skip
        for at, name in enumerate(COLUMNS):
            if name in given:
                page.write_string(row, at, given[name], cell)
            else:
                page.write_blank(row, at, None, free)
    for name, words in (("search", [text(f"search_word.{one}", lang) for one in Search]),
                        ("signed_by", [text(f"signed_by_word.{one}", lang) for one in _SIGNED_BY])):  # fmt: skip
        at = COLUMNS.index(name)
        page.data_validation(1, at, max(1, len(rows)), at, {"validate": "list", "source": words})
    page.freeze_panes(1, 1)
    page.set_landscape()
    page.set_paper(9)
    page.fit_to_pages(1, 0)
    page.repeat_rows(0)
    page.set_footer("&P/&N")
    book.close()
    return stream.getvalue()
