"""The tally sheet: a line a paper to be fetched, blind to what the software says."""

import io
from collections.abc import Iterable, Mapping
from datetime import datetime

from audit.findings.schema import Paper
from audit.ground.terms import Search, text
from audit.page.workbook import A4, as_text, inert_book

COLUMNS = ("dossier_id", "procedure", "where", "sought", "search", "dated_on", "signed_by", "number", "page", "line",
           "remark", "reader", "read_on", "second_on", "second_reader")  # fmt: skip
_WIDTHS = {"dossier_id": 28, "procedure": 34, "where": 30, "sought": 20, "remark": 24}
_WIDTH = 15
_SIGNED_BY = ("applicant", "representative", "officer", "nobody")


def sheet(listed: Iterable[Paper], headings: Mapping[str, str], lang: str) -> bytes:
    """The tally sheet as .xlsx, a line a paper, to be filled in and put into the audit's folder as `papers.xlsx`.

    `headings`: those by which its columns are read again. It shows nothing that the software says of a return: who
    reads the paper must not know what is expected. Text stays text; the same papers give the same bytes.
    """
    stream = io.BytesIO()
    book = inert_book(stream)
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
        given = {"dossier_id": paper.dossier_id, "procedure": paper.procedure or "", "where": paper.where,
                 "sought": text(f"sought_word.{paper.sought}", lang)}  # fmt: skip
        for at, name in enumerate(COLUMNS):
            if name in given:
                page.write_string(row, at, as_text(given[name]), cell)
            else:
                page.write_blank(row, at, None, free)
    for name, words in (("search", [text(f"search_word.{one}", lang) for one in Search]),
                        ("signed_by", [text(f"signed_by_word.{one}", lang) for one in _SIGNED_BY])):  # fmt: skip
        at = COLUMNS.index(name)
        page.data_validation(1, at, max(1, len(rows)), at, {"validate": "list", "source": words})
    page.freeze_panes(1, 1)
    page.set_landscape()
    page.set_paper(A4)
    page.fit_to_pages(1, 0)
    page.repeat_rows(0)
    page.set_footer("&P/&N")
    book.close()
    return stream.getvalue()
