"""Form II.06a as tables of text: for the page, and as a workbook and a Word document that an office can send back."""

import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

from audit.findings.result import Result
from audit.findings.schema import Form06a, FormRow
from audit.ground import terms
from audit.ground.extras import needs
from audit.ground.terms import Outcome, number
from audit.ground.written import undated
from audit.page.form_columns import COLUMNS, line, ranged
from audit.page.pieces import Shown, day_text, shown
from audit.page.workbook import A4, as_text, inert_book

if TYPE_CHECKING:
    from docx.document import Document
    from xlsxwriter.worksheet import Worksheet

SUMS = {"received": "(3)=(4)+(5)+(6)", "settled": "(7)=(8)+(9)+(10)", "open": "(11)=(12)+(13)"}
DEFINITIONS = ("form_06a", "usual")
BASES = ("software", "papers", "difference")
MOST_FIELDS = 300
_FIRST = 3  # the number of the first column of counts


@dataclass(frozen=True)
class FormTable:
    """One of the three tables of a definition: its caption, headings, the form's numbers, rows of thirteen cells.

    The last row is the total.
    """

    caption: str
    headings: tuple[str, ...]
    numbers: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class Filled:
    """A form to be written to a file: whose it is and of which days, what else is to be known, the day it was made."""

    form: Form06a
    lang: str
    whose: tuple[str, ...]
    notices: tuple[str, ...]
    as_of: date


def filled(result: Result) -> Filled:
    """The form of an audit."""
    lang, office, period = result.lang, result.office, result.period
    place = ", ".join(part for part in (office.commune, office.district, office.province) if part)
    days = {name: day_text(day) for name, day in
            (("first", period.first_on), ("last", period.last_on), ("as_of", result.as_of))}  # fmt: skip
    made_up = [terms.text("page.made_up", lang)] if office.made_up else []
    draft = terms.text("form_06a.draft", lang, rules=result.versions.get("rules", "–"))
    whose = terms.text("form_06a.whose", lang, office=place, **days)
    return Filled(result.form_06a, lang, (whose,), (draft, *made_up, *said(result.form_06a, lang)), result.as_of)


def form_06a(result: Result) -> Shown:
    """The form as offices fill it, by the software, by papers, and the difference; the usual count in its totals."""
    form, lang = result.form_06a, result.lang
    as_filled, usual = (tables(form, lang, definition, MOST_FIELDS) for definition in DEFINITIONS)
    return shown("form_06a", result, tables=as_filled, usual=usual, said=said(form, lang),
                 definitions=[terms.text(f"form_06a.{name}", lang) for name in DEFINITIONS])  # fmt: skip


def tables(form: Form06a, lang: str, definition: str, most: int | None = None) -> list[FormTable]:
    """The three tables of a definition, in order; of more than `most` lines the first, and the total always."""
    return [_table(form, lang, definition, basis, most) for basis in BASES]


def said(form: Form06a, lang: str) -> list[str]:
    """What is to be known of the form, a sentence each: its sums, what was carried over, how ranges are read."""
    key = {Outcome.HOLDS: "holds", Outcome.DOES_NOT_HOLD: "fails", Outcome.NOT_SETTLED: "open"}.get(
        form.outcome, "none"
    )
    left_open = terms.text("form_06a.not_told", lang) if form.left_open is None else number(form.left_open, lang)
    carried = terms.text(
        f"form_06a.carried_{key}", lang, counted=ranged(form.carried_over, lang), reported=left_open,
    )  # fmt: skip
    return [terms.text("form_06a.sum_holds" if form.is_sum else "form_06a.sum_fails", lang), carried,
            terms.text("form_06a.ranges", lang)]  # fmt: skip


def workbook(filled: Filled) -> bytes:
    """The form as a workbook, a sheet a definition, its three tables one below the other; equal forms, equal bytes.

    A count that is certain is a number, a range a text.
    """
    stream, lang = io.BytesIO(), filled.lang
    with inert_book(stream) as made:
        made.set_properties({"title": _title(lang), "created": datetime.combine(filled.as_of, datetime.min.time())})
        bold, text = made.add_format({"bold": True}), made.add_format({"quote_prefix": True})
        head = made.add_format({"bold": True, "text_wrap": True, "border": 1, "align": "center", "valign": "vcenter"})
        cell = made.add_format({"border": 1, "text_wrap": True, "valign": "top", "quote_prefix": True})
        for definition in DEFINITIONS:
            sheet = made.add_worksheet(terms.text(f"form_06a.{definition}_sheet", lang))
            _print_set_up(sheet)
            at = _lines(sheet, 0, [_title(lang)], bold)
            at = _lines(sheet, at, _heads(filled, definition), text) + 1
            for table in tables(filled.form, lang, definition):
                at = _lines(sheet, at, [table.caption], bold)
                for row in (table.headings, table.numbers):
                    _row(sheet, at, row, head)
                    at += 1
                for row in table.rows:
                    _row(sheet, at, row, cell)
                    at += 1
                at += 1
    return stream.getvalue()


def document(filled: Filled) -> bytes:
    """The form as a Word document, landscape, a page a definition; nothing of this computer or its user is in it."""
    with needs("documents"):
        import docx  # noqa: PLC0415  the page does not need it
        from docx.enum.section import WD_ORIENT  # noqa: PLC0415
        from docx.shared import Mm  # noqa: PLC0415

    made, lang = docx.Document(), filled.lang
    section = made.sections[0]
    section.orientation, section.page_width, section.page_height = WD_ORIENT.LANDSCAPE, Mm(297), Mm(210)
    section.left_margin = section.right_margin = Mm(15)
    _styled(made)
    for place, definition in enumerate(DEFINITIONS):
        if place:
            made.add_page_break()
        made.add_paragraph().add_run(_plain(_title(lang))).bold = True
        for text in _heads(filled, definition):
            made.add_paragraph(_plain(text))
        for table in tables(filled.form, lang, definition):
            made.add_paragraph().add_run(_plain(table.caption)).bold = True
            _word_table(made, [table.headings, table.numbers, *table.rows])
    made.core_properties.author = made.core_properties.comments = made.core_properties.last_modified_by = ""
    made.core_properties.title = _plain(_title(lang))
    made.core_properties.created = made.core_properties.modified = datetime.combine(filled.as_of, datetime.min.time())
    stream = io.BytesIO()
    made.save(stream)
    return undated(stream.getvalue())


def _table(form: Form06a, lang: str, definition: str, basis: str, most: int | None) -> FormTable:
    of = (definition, basis)
    rows = [row for row in form.rows if (row.definition, row.basis) == of]
    lines, total = [row for row in rows if row.kind != "total"], [row for row in rows if row.kind == "total"]
    counted = {"shown": len(lines[:most]), "total": len(lines)}
    caption = terms.text(f"form_06a.{basis}", lang, definition=_lowered(definition, lang))
    if counted["shown"] < counted["total"]:
        caption += " " + terms.text("form_06a.cut", lang, **{n: number(v, lang) for n, v in counted.items()})
    headings = (terms.text("form_06a.place", lang), terms.text("page.field", lang),
                *(terms.text(f"form_06a.{name}", lang) for name in COLUMNS))  # fmt: skip
    numbers = ("(1)", "(2)", *(SUMS.get(name, f"({_FIRST + at})") for at, name in enumerate(COLUMNS)))
    return FormTable(caption, headings, numbers, tuple(
        (str(place) if row.kind == "field" else "", line(row, lang), *_counts(row, lang))
        for place, row in enumerate([*lines[:most], *total], start=1)
    ))  # fmt: skip


def _counts(row: FormRow, lang: str) -> Sequence[str]:
    return [ranged(getattr(row, name), lang) for name in COLUMNS]


def _lowered(definition: str, lang: str) -> str:
    return terms.lowered(terms.text(f"form_06a.{definition}", lang))


def _title(lang: str) -> str:
    return terms.text("form_06a.title", lang)


def _heads(filled: Filled, definition: str) -> list[str]:
    """Whose form it is, of which days, by which definition, and what else is to be known of it."""
    counted = terms.text("form_06a.by_definition", filled.lang, definition=_lowered(definition, filled.lang))
    return [*filled.whose, counted, *filled.notices]


def _lines(sheet: "Worksheet", at: int, lines: Sequence[str], style: object) -> int:
    for text in lines:
        sheet.write_string(at, 0, as_text(text), style)
        at += 1
    return at


def _row(sheet: "Worksheet", at: int, cells: Sequence[str], style: object) -> None:
    for place, text in enumerate(cells):
        plain = text.replace(".", "").replace(",", "")
        if place > 1 and plain.removeprefix("-").isascii() and plain.removeprefix("-").isdigit():
            sheet.write_number(at, place, int(plain), style)
        else:
            sheet.write_string(at, place, as_text(text), style)


def _print_set_up(sheet: "Worksheet") -> None:
    sheet.set_landscape()
    sheet.set_paper(A4)
    sheet.fit_to_pages(1, 0)
    sheet.set_column(0, 0, 5)
    sheet.set_column(1, 1, 30)
    sheet.set_column(2, 12, 14)


def _styled(made: "Document") -> None:
    with needs("documents"):
        from docx.oxml.ns import qn  # noqa: PLC0415
        from docx.shared import Pt  # noqa: PLC0415

    font = made.styles["Normal"].font
    font.name, font.size = "Times New Roman", Pt(11)
    made.styles["Normal"].element.rPr.rFonts.set(qn("w:eastAsia"), "Times New Roman")


def _word_table(made: "Document", rows: Sequence[Sequence[str]]) -> None:
    with needs("documents"):
        from docx.shared import Pt  # noqa: PLC0415

    table = made.add_table(rows=len(rows), cols=len(rows[0]), style="Table Grid")
    for drawn, texts in zip(table.rows, rows, strict=True):
        for cell, text in zip(drawn.cells, texts, strict=True):
            cell.paragraphs[0].add_run(_plain(text)).font.size = Pt(8)


def _plain(text: str) -> str:
    """`text` as XML can hold it, in one line."""
    return " ".join(as_text(text).split())
