"""Form II.06a: eleven counts a field, by the software, by papers, and the difference; worked by hand."""

import io

import docx
import openpyxl
import pytest
from conftest import XA_MAU
from folders import folder
from tables import DAYS, as_read, judged, record
from tables import rows as drawn
from typer.testing import CliRunner

from audit.claims import form_06a, recount
from audit.claims.form_06a import AS_FILLED, DIFFERENCE, LEFT_OUT, PAPERS, SOFTWARE
from audit.commands.main import app
from audit.findings import at_once
from audit.findings.schema import Form06a
from audit.ground.terms import Outcome
from audit.page import form_06a as page
from audit.province import form_06a as of_province
from audit.reading import load

NAMES = {3: "received", 4: "online", 5: "in_person", 6: "carried_over", 7: "settled", 8: "early", 9: "on_due_day",
         10: "late", 11: "open", 12: "within_time", 13: "overdue"}  # fmt: skip
SOFTWARE_ROWS = """
    dossier_id | field    | channel   | received_at | due_at      | closed_at | status
    a          | Đất đai  | online    | 01/04       | 08/04 17:00 | 07/04     | -
    b          | Đất đai  | in_person | 28/03       | 08/04 17:00 | 08/04     | -
    c          | Đất đai  | post      | 01/04       | 08/04 17:00 | 10/04     | -
    d          | Đất đai  | in_person | 01/04       | 08/04 17:00 | 10/04     | -
    e          | Hộ tịch  | in_person | 01/04       | 08/04 17:00 | 10/04     | -
    f          | Hộ tịch  | online    | 25/04       | 08/05 17:00 | -         | in_process
    g          | Hộ tịch  | -         | 01/04       | 08/04 17:00 | -         | in_process
    h          | Hộ tịch  | in_person | 01/04       | 08/04 17:00 | 03/04     | withdrawn
"""
REGISTER = """
    dossier_id | returned_on | signed
    a          | 07/04       | yes
    b          | 08/04       | yes
    c          | 08/04       | yes
    d          | 09/04       | yes
    e          | -           | -
    g          | 07/04       | yes
"""


def form(software=SOFTWARE_ROWS, register=REGISTER, *, unread=0, **more):
    return form_06a.rows(judged(software, register, "", **more), unread=unread, end=DAYS["period_last_on"])


def line(rows, basis, field=None, definition=AS_FILLED) -> str:
    """The columns (3) to (13) of a field, or of the total: a number, or a range."""
    one = next(r for r in rows if (r.definition, r.basis) == (definition, basis)
               and (r.field == field if field is not None else r.kind == "total"))  # fmt: skip
    counts = [one.cells[name] for name in NAMES.values()]
    return " ".join(str(c.at_least) if c.at_least == c.at_most else f"{c.at_least}…{c.at_most}" for c in counts)


def test_the_software_papers_and_their_difference_stand_in_the_forms_columns():
    rows = form()
    #                                              3 4 5 6 7 8 9 10 11 12 13
    assert line(rows, SOFTWARE, "Đất đai") == "4 1 2 1 4 1 1 2 0 0 0"
    assert line(rows, PAPERS, "Đất đai") == "4 1 2 1 4 1 2 1 0 0 0"  # c was returned on its due day
    assert line(rows, DIFFERENCE, "Đất đai") == "0 0 0 0 0 0 1 -1 0 0 0"


def test_an_undecided_dossier_stands_in_every_column_in_which_it_may_be_and_an_unclosed_one_where_paper_has_it():
    rows = form()
    # the software: e late, f open, g overdue with no channel, h withdrawn
    assert line(rows, SOFTWARE, "Hộ tịch") == "4 1…2 2…3 0 2 0 1 1 2 1 1"
    # papers: nothing of e; g was returned early, and never closed
    assert line(rows, PAPERS, "Hộ tịch") == "4 1…2 2…3 0 3 1…2 1…2 0…1 1 1 0"
    assert line(rows, DIFFERENCE, "Hộ tịch") == "0 0 0 0 1 1…2 0…1 -1…0 -1 0 -1"


def test_by_the_usual_count_the_withdrawn_are_left_out():
    assert line(form(), SOFTWARE, "Hộ tịch", LEFT_OUT) == "3 1…2 1…2 0 1 0 0 1 2 1 1"


def test_waiting_and_refused_dossiers_are_settled_on_the_due_day_as_the_form_is_filled_and_else_are_not():
    software = """
        dossier_id | received_at | due_at      | closed_at | status
        a          | 01/04       | 08/04 17:00 | -         | stopped
        b          | 01/04       | 08/04 17:00 | 03/04     | refused
    """
    stops = "dossier_id | from_on | to_on\na | 03/04 | -"
    rows = form(software.replace("received_at", "channel | received_at").replace("| 01/04", "| online | 01/04"), "",
                stops=stops)  # fmt: skip
    assert line(rows, SOFTWARE) == "2 2 0 0 2 0 2 0 0 0 0"
    assert line(rows, SOFTWARE, definition=LEFT_OUT) == "1 1 0 0 0 0 0 0 1 0…1 0…1"  # its clock may stand still


def test_a_dossier_without_a_due_date_is_not_late_in_the_software_and_undecided_by_papers():
    rows = form("dossier_id | channel | received_at | due_at | closed_at\na | online | 01/04 | - | 07/04", "")
    assert line(rows, SOFTWARE) == "1 1 0 0 1 0…1 0…1 0 0 0 0"
    assert line(rows, PAPERS) == "1 1 0 0 1 0…1 0…1 0…1 0 0 0"


def test_a_line_only_in_the_register_may_be_a_dossier_by_papers_and_is_none_in_the_software():
    rows = form("dossier_id | channel | received_at | due_at | closed_at\na | online | 01/04 | 08/04 17:00 | 07/04",
                "dossier_id | returned_on | signed\na | 07/04 | yes\nz | 07/04 | yes")  # fmt: skip
    assert line(rows, SOFTWARE) == "1 1 0 0 1 1 0 0 0 0 0"
    assert line(rows, PAPERS) == "1…2 1…2 0…1 0…1 1…2 1…2 0…1 0…1 0…1 0…1 0…1"


def test_a_late_dossier_returned_after_the_period_may_have_been_open_and_overdue_at_its_end():
    software = "dossier_id | channel | received_at | due_at | closed_at\na | online | 01/04 | 08/04 17:00 | 29/04"
    rows = form(software, "dossier_id | returned_on | signed\na | 02/05 | yes")
    assert line(rows, SOFTWARE) == "1 1 0 0 1 0 0 1 0 0 0"
    assert line(rows, PAPERS) == "1 1 0 0 0…1 0 0 0…1 0…1 0 0…1"


def test_rows_that_cannot_be_read_widen_each_column_in_a_line_of_their_own():
    rows = form(unread=2)
    unread = next(r for r in rows if r.kind == "unread" and r.basis == SOFTWARE)
    assert {(c.at_least, c.at_most) for c in unread.cells.values()} == {(0, 2)}
    assert line(rows, SOFTWARE) == "8…10 2…5 4…7 1…3 6…8 1…3 2…4 3…5 2…4 1…3 1…3"
    assert form_06a.is_sum(rows)


@pytest.mark.parametrize("definition", form_06a.DEFINITIONS)
@pytest.mark.parametrize("basis", [SOFTWARE, PAPERS, DIFFERENCE])
def test_the_total_is_the_sum_of_the_fields_and_a_total_that_is_not_is_found(definition, basis):
    rows = form(unread=1)
    assert form_06a.is_sum(rows)
    assert not form_06a.is_sum(
        [row for row in rows if (row.definition, row.basis, row.kind) != (definition, basis, "unread")]
    )


@pytest.mark.parametrize(("figures", "outcome"), [
    ("open | 1", Outcome.HOLDS), ("open_within_time | 0\nopen_overdue | 1", Outcome.HOLDS),
    ("open | 2", Outcome.DOES_NOT_HOLD), ("settled | 1", Outcome.CANNOT_BE_CHECKED),
])  # fmt: skip
def test_what_is_carried_over_is_checked_against_what_the_last_report_left_open(figures, outcome):
    previous = as_read(
        "claims", [row | {"claim": "1", "unit": "dossier"} for row in drawn(f"measure | written\n{figures}")]
    )
    found = form_06a.carried(form(), previous)  # one, b, was received before April
    assert (found.counted.at_least, found.counted.at_most, found.outcome) == (1, 1, outcome)


def test_rows_that_cannot_be_read_leave_it_unsettled_whether_the_last_report_is_carried_over():
    previous = as_read("claims", [{"claim": "1", "measure": "open", "written": "2", "unit": "dossier"}])
    assert form_06a.carried(form(unread=1), previous).outcome == Outcome.NOT_SETTLED


@pytest.mark.parametrize(("measure", "definition", "column"), [
    ("settled", "form_06a", "settled"), ("received_total", "refused_counted", "received"),
    ("carried_over", "refused_counted", "carried_over"), ("late_in_software", "by_day", "late"),
    ("settled_in_time", "form_06a", None), ("open", "stopped_left_out", "open"),
])  # fmt: skip
def test_the_totals_are_those_of_the_measures_that_claims_are_checked_by(measure, definition, column):
    frame = judged(SOFTWARE_ROWS, REGISTER, "")
    counted = recount.counts(frame, record("online_procedures"), columns=frozenset({"channel"}), unread=0, **DAYS)
    total = next(row for row in form() if (row.definition, row.basis, row.kind) == (AS_FILLED, SOFTWARE, "total"))
    names = [column] if column else ["early", "on_due_day"]
    found = [sum(getattr(total.cells[name], end) for name in names) for end in ("at_least", "at_most")]
    of = counted[measure][definition]
    assert found == [of.at_least, of.at_most]


@pytest.fixture(scope="module")
def found():
    return at_once.result(load.office(XA_MAU))


def test_the_document_has_three_tables_a_definition_with_their_totals_and_nobodys_name_in_it(found):
    made = page.document(page.filled(found))
    assert made == page.document(page.filled(found))
    read = docx.Document(io.BytesIO(made))
    tables = [[[cell.text for cell in row.cells] for row in table.rows[2:4]] for table in read.tables]
    assert len(tables) == 6
    assert tables[0][0][:4] == ["1", "Hộ tịch", "53", "52"]
    assert [cell.text for cell in read.tables[0].rows[-1].cells[1:3]] == ["Tổng", "103 đến 105"]
    assert read.core_properties.author == ""


def test_the_workbook_has_counts_as_numbers_and_a_strange_field_as_text(found):
    rows = tuple(
        row.model_copy(update={"field": "=1+1"} if row.field == "Hộ tịch" else {}) for row in found.form_06a.rows
    )
    strange = found.model_copy(update={"form_06a": found.form_06a.model_copy(update={"rows": rows})})
    book = openpyxl.load_workbook(io.BytesIO(page.workbook(page.filled(strange))))
    cells = [row for row in book.worksheets[0].iter_rows() if row[1].value == "=1+1"]
    assert [(row[1].data_type, row[2].value) for row in cells] == [("s", 53), ("s", 53), ("s", 0)]
    assert page.workbook(page.filled(found)) == page.workbook(page.filled(found))


def test_the_command_writes_the_form_and_does_not_write_over_another_file(tmp_path):
    made, out = folder(tmp_path / "a"), tmp_path / "form.docx"
    assert [CliRunner().invoke(app, ["form-06a", str(made), "--out", str(out)]).exit_code for _ in range(2)] == [0, 1]


def test_the_form_goes_into_no_other_kind_of_file(tmp_path):
    done = CliRunner().invoke(app, ["form-06a", str(XA_MAU), "--out", str(tmp_path / "a.pdf")])
    assert (done.exit_code, ".docx" in done.output, list(tmp_path.iterdir())) == (1, True, [])


def test_one_said_to_be_withdrawn_whose_result_was_returned_is_settled_by_papers_nobody_knows_when():
    software = """
    dossier_id | field    | channel   | received_at | due_at      | closed_at | status
    h          | Hộ tịch  | in_person | 01/04       | 08/04 17:00 | 03/04     | withdrawn
    """
    register = """
    dossier_id | returned_on | signed
    h          | 07/04       | yes
    """
    rows = form(software, register)
    assert line(rows, PAPERS) == "1 0 1 0 1 0…1 0…1 0…1 0 0 0"
    assert line(rows, PAPERS, definition=LEFT_OUT).split()[4:] == ["0…1", "0…1", "0…1", "0…1", "0", "0", "0"]


# Of a province -----------------------------------------------------------------------------------------------------------


def commune(*fields: tuple[str, int, int], left_open: int | None = 0, off: int = 0) -> Form06a:
    """A form with fields of so many received, least and most; their total is wrong by `off`. Else the columns are 0."""

    def row(kind: str, field: str, least: int, most: int) -> dict:
        nothing = {name: {"at_least": 0, "at_most": 0} for name in NAMES.values()}
        return {"definition": AS_FILLED, "basis": SOFTWARE, "kind": kind, "field": field} | nothing | {
            "received": {"at_least": least, "at_most": most}}  # fmt: skip

    total = row("total", "", sum(least for _, least, _ in fields) + off, sum(most for *_, most in fields))
    rows = [row("field", *one) for one in fields]
    return Form06a(rows=[*rows, total], is_sum=True, carried_over={"at_least": 2, "at_most": 3}, left_open=left_open,
                   outcome="not_settled")  # fmt: skip


def received(form: Form06a) -> dict[str, tuple[int, int]]:
    return {row.field or row.kind: (row.received.at_least, row.received.at_most) for row in form.rows}


def test_the_form_of_a_province_adds_up_fields_at_both_ends_of_their_ranges():
    both = of_province.together([commune(("Hộ tịch", 5, 5), ("Đất đai", 3, 4)), commune(("Đất đai", 7, 9))])
    assert received(both) == {"Đất đai": (10, 13), "Hộ tịch": (5, 5), "total": (15, 18)}
    assert [row.field for row in both.rows] == ["Đất đai", "Hộ tịch", ""]  # most dossiers first
    assert both.is_sum
    assert (both.carried_over.at_least, both.carried_over.at_most) == (4, 6)


def test_a_total_of_a_province_that_is_not_the_sum_of_its_lines_is_seen():
    assert not of_province.together([commune(("Hộ tịch", 5, 5)), commune(("Đất đai", 3, 4), off=1)]).is_sum


@pytest.mark.parametrize(("left_open", "outcome"), [
    ((2, 3), Outcome.NOT_SETTLED), ((9, 3), Outcome.DOES_NOT_HOLD), ((2, None), Outcome.CANNOT_BE_CHECKED),
])  # fmt: skip
def test_what_a_province_carried_over_is_held_against_what_all_its_communes_left_open(left_open, outcome):
    both = of_province.together([commune(("Hộ tịch", 5, 5), left_open=one) for one in left_open])
    assert both.outcome == outcome
