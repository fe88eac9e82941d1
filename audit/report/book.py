"""The workbook of an audit: everything that was found, as cells that a spreadsheet can sort and that cannot run."""

import io
from collections.abc import Callable
from datetime import date, datetime

from audit import terms
from audit.report.pieces import place_text
from audit.report.reported import tried
from audit.result import Case, Result


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
              "; ".join(tried(one, result) for one in c.tried)] for c in result.claims],
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


def _places(case: Case, result: Result) -> str:
    return "; ".join(place_text(evidence, result.lang) for evidence in case.evidence)


def _write(sheet, row: int, column: int, cell: object, day) -> None:
    if isinstance(cell, date):
        sheet.write_datetime(row, column, datetime.combine(cell, datetime.min.time()), day)
    elif isinstance(cell, int):
        sheet.write_number(row, column, cell)
    elif cell:
        sheet.write_string(row, column, str(cell)[:32_000])
