"""Cells that a person has put right: applied, shown, or refused."""

from datetime import datetime

import pytest
from tables import plain, rows

from audit.ground.terms import AuditError
from audit.reading import corrections
from audit.reading.sheets import Sheet
from audit.reading.table import Reading, empty, table
from audit.records.registry import RECORDS

COLUMNS = RECORDS["register"]
ACCEPTED = {column: (column,) for column in COLUMNS}
WORDS = {("signed", "đã ký"): "yes"}
REGISTER = [
    ["dossier_id", "applicant", "returned_on", "signed"],
    ["H-1", "Nguyễn Văn Tám", "31/04/2025", "Đã ký"],
    ["H-2", "Lê Thị Chín", "08/04/2025", ""],
]


def sheet(body, name: str = "") -> Sheet:
    return Sheet(name, list(enumerate(body, start=1)))


def made(text: str, **always: str) -> tuple[corrections.Correction, ...]:
    """Corrections of the register drawn as a table; who, why and when need not be drawn."""
    said = {"record": "register", "sheet": "", "why": "typed wrong", "by": "Lan", "on": "05/05/2025"} | always
    lines = [said | {column: cell or "" for column, cell in row.items()} for row in rows(text)]
    return corrections.read("corrections.csv", lines, RECORDS)


def read(*fixes, sheets=None):
    files = {"register.csv": sheets or [sheet(REGISTER)]}
    return table("register", files, COLUMNS, dict.fromkeys(files, ACCEPTED), Reading(WORDS), put_right=fixes)


MENDED_DAY = """
    row | column      | was        | now
    2   | returned_on | 31/04/2025 | 30/04/2025
"""


def test_a_corrected_cell_counts_as_it_is_now_and_the_page_can_show_what_the_file_says():
    found = read(*made(MENDED_DAY))
    first, second = plain(found.frame)
    assert (first["returned_on"], first["returned_on_written"]) == (datetime(2025, 4, 30), "31/04/2025")
    assert (first["corrected"], second["corrected"]) == ("returned_on", None)
    assert found.problems.empty
    assert first["is_readable"]


def test_without_a_correction_the_same_cell_is_a_problem():
    assert list(read().problems["problem"]) == ["unreadable_day"]
    assert list(empty("register", COLUMNS).frame.columns) == list(read().frame.columns)


def test_several_cells_of_a_row_are_named_in_the_order_of_the_file():
    fixes = made("""
        row | column      | was        | now
        3   | signed      | -          | Đã ký
        3   | returned_on | 08/04/2025 | -
    """)
    second = plain(read(*fixes).frame)[1]
    assert (second["signed"], second["signed_written"]) == (True, None)
    assert (second["returned_on"], second["returned_on_written"]) == (None, "08/04/2025")
    assert second["corrected"] == "returned_on signed"


def test_a_signature_is_compared_with_the_applicant_as_corrected():
    register = [REGISTER[0], ["H-1", "Nguyễn Văn Tàm", "08/04/2025", "Nguyễn Văn Tám"]]
    fixes = made("row | column | was | now\n2 | applicant | Nguyễn Văn Tàm | Nguyễn Văn Tám")
    assert list(read(sheets=[sheet(register)]).problems["problem"]) == ["unknown_signature"]
    assert plain(read(*fixes, sheets=[sheet(register)]).frame)[0]["signed"] is True


@pytest.mark.parametrize("was", ["  31/04/2025 ", "31/04/2025"])
def test_spaces_make_no_difference_to_what_a_cell_was(was):
    (fix,) = made(MENDED_DAY)
    assert read(corrections.Correction(**(vars(fix) | {"was": was}))).problems.empty


def test_a_correction_of_a_cell_that_has_changed_since_is_refused():
    with pytest.raises(AuditError, match=r"30/04/2025.*31/04/2025") as error:
        read(*made("row | column | was | now\n2 | returned_on | 30/04/2025 | 29/04/2025"))
    assert "register.csv" in str(error.value)


def test_a_correction_that_names_its_dossier_is_refused_where_the_row_now_holds_another():
    drawn = "row | column | was | now | dossier_id\n2 | returned_on | 31/04/2025 | 30/04/2025 | {}"
    assert read(*made(drawn.format(REGISTER[1][0]))).problems.empty
    with pytest.raises(AuditError, match=r"H-9.*H-1"):
        read(*made(drawn.format("H-9")))


@pytest.mark.parametrize(("column", "was"), [("applicant", "Trần Văn Mười"), ("applicant", "mười"), ("signed", "trần mười"), ("dossier_id", "Trần Mười")])  # fmt: skip
def test_a_person_is_not_named_when_a_correction_is_refused(column, was):
    with pytest.raises(AuditError) as error:
        read(*made(f"row | column | was | now\n2 | {column} | {was} | Người Khác"))
    assert not [word for word in ("Tám", "mười", "Mười", "Khác", "Lan") if word in str(error.value)]


@pytest.mark.parametrize(
    ("row", "column"),
    [
        ("9", "returned_on"),  # no such row
        ("1", "returned_on"),  # the headings
        ("2", "due_on"),  # not in this file
        ("2", "returned"),  # no column of ours
        ("hai", "returned_on"),
    ],
)
def test_a_correction_that_is_nowhere_in_the_record_is_refused(row, column):
    with pytest.raises(AuditError):
        read(*made(f"row | column | was | now\n{row} | {column} | - | 08/04/2025"))


def test_a_correction_of_a_record_that_nobody_knows_or_has_is_refused():
    with pytest.raises(AuditError):
        made(MENDED_DAY, record="book")
    with pytest.raises(AuditError):
        empty("register", COLUMNS, made(MENDED_DAY))
    assert read(*made("row | column | was | now\n9 | closed_at | - | 1/4/2025", record="software")).file


def test_a_book_of_two_sheets_is_corrected_only_where_the_sheet_is_named():
    book = [sheet(REGISTER, "Quyển 1"), sheet(REGISTER, "Quyển 2")]
    found = read(*made(MENDED_DAY, sheet="Quyển  2"), sheets=book).frame
    assert [bool(mark) for mark in found["corrected"].notna()] == [False, False, True, False]
    for wrong in ("", "Quyển 3"):
        with pytest.raises(AuditError):
            read(*made(MENDED_DAY, sheet=wrong), sheets=book)


def test_two_corrections_of_one_cell_are_refused():
    with pytest.raises(AuditError):
        made(MENDED_DAY + "2 | returned_on | 31/04/2025 | 29/04/2025")
    with pytest.raises(AuditError):
        read(*made(MENDED_DAY), *made(MENDED_DAY, sheet="Quyển 1"), sheets=[sheet(REGISTER, "Quyển 1")])


@pytest.mark.parametrize("left_out", [{"why": ""}, {"by": " "}, {"on": ""}, {"on": "31/04/2025"}, {"on": "hôm qua"}])
def test_a_correction_says_why_and_by_whom_and_on_which_day(left_out):
    with pytest.raises(AuditError):
        made(MENDED_DAY, **left_out)


def test_columns_of_one_name_that_differ_are_settled_by_one_correction():
    register = [["dossier_id", "returned_on", "returned_on"], ["H-1", "08/04/2025", "09/04/2025"]]
    assert list(read(sheets=[sheet(register)]).problems["written"]) == ["08/04/2025 ≠ 09/04/2025"]
    fixes = made("row | column | was | now\n2 | returned_on | 08/04/2025 ≠ 09/04/2025 | 09/04/2025")
    found = read(*fixes, sheets=[sheet(register)])
    assert found.problems.empty
    assert plain(found.frame)[0]["returned_on"] == datetime(2025, 4, 9)


def test_a_note_in_the_place_of_a_code_is_a_dossier_once_its_code_is_put_right():
    register = [["dossier_id", "page", "returned_on"], ["Hồ sơ mất mã", "3", ""], ["H-2", "3", "08/04/2025"]]
    fixes = made("row | column | was | now\n2 | dossier_id | Hồ sơ mất mã | H-1")
    assert [row["dossier_id"] for row in plain(read(sheets=[sheet(register)]).frame)] == ["H-2"]
    assert [row["dossier_id"] for row in plain(read(*fixes, sheets=[sheet(register)]).frame)] == ["H-1", "H-2"]


def test_no_correction_takes_a_row_away():
    register = [["dossier_id", "returned_on"], ["H-1", ""], ["H-2", "08/04/2025"]]
    found = read(*made("row | column | was | now\n2 | dossier_id | H-1 | -"), sheets=[sheet(register)])
    assert len(found.frame) == 2
    assert list(found.problems["problem"]) == ["empty"]


# Of several files --------------------------------------------------------------------------------------------------------

OTHER = [REGISTER[0], ["H-9", "Phạm Văn Mười", "31/04/2025", "Đã ký"]]


def read_both(*fixes):
    files = {"register.csv": [sheet(REGISTER)], "register.2.csv": [sheet(OTHER)]}
    return table("register", files, COLUMNS, dict.fromkeys(files, ACCEPTED), Reading(WORDS), put_right=fixes)


def test_a_correction_that_names_its_file_leaves_the_same_row_of_another_file_alone():
    found = plain(read_both(*made(MENDED_DAY, file="register.2.csv")).frame)
    assert [(one["dossier_id"], one["corrected"]) for one in found] == [
        ("H-1", None), ("H-2", None), ("H-9", "returned_on"),
    ]  # fmt: skip


def test_a_correction_whose_row_several_files_have_is_refused_until_it_names_the_file():
    with pytest.raises(AuditError, match=r"register\.csv, register\.2\.csv"):
        read_both(*made(MENDED_DAY))
    with pytest.raises(AuditError):
        read_both(*made(MENDED_DAY, file="register.3.csv"))


def test_two_files_may_each_have_the_same_cell_put_right():
    fixes = (*made(MENDED_DAY, file="register.csv"), *made(MENDED_DAY, file="register.2.csv"))
    found = plain(read_both(*fixes).frame)
    assert [one["corrected"] for one in found] == ["returned_on", None, "returned_on"]
    with pytest.raises(AuditError):
        read_both(*fixes, *made(MENDED_DAY, file="register.2.csv"))
