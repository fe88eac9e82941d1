"""A cell is more than its value: what is struck, merged, hidden, annotated or failed in a clerk's workbook."""

import json
from datetime import datetime
from itertools import product

import openpyxl
import pytest
import xlsxwriter
import xlwt
from clerks import book, judged, merge, say, strike, verdicts
from folders import cells, folder
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont
from tables import plain

from audit.findings import at_once, edition
from audit.ground.terms import Edition
from audit.reading import load, workbook

LATE, IN_TIME = "10/04/2025", "08/04/2025"  # of dossiers due on 8 April
SOFTWARE = """
Số hồ sơ | Ngày tiếp nhận | Ngày hẹn trả | Ngày kết thúc xử lý
H-1      | 01/04/2025     | 08/04/2025   | 10/04/2025
H-2      | 01/04/2025     | 08/04/2025   | 10/04/2025
H-3      | 01/04/2025     | 08/04/2025   | 10/04/2025
"""
HEADINGS = "Mã hồ sơ | Tên cá nhân, tổ chức | Nhận hồ sơ | Hẹn trả kết quả | Trả kết quả | Ký nhận | Ghi chú\n"


def line(code: str, returned: str, signed: str = "Đã ký", note: str = "", *, due: str = "08/04/2025") -> str:
    return f"{code} | Hồ A Mẫu | 01/04/2025 | {due} | {returned} | {signed} | {note}\n"


def office(tmp_path, table, touch=lambda sheet: None, *, software: str = SOFTWARE, name: str = "a"):
    """A folder whose register is a workbook; every dossier of the software was closed two days late."""
    path = folder(tmp_path / name, software__csv=software, register__csv="")
    book(path / "register.xlsx", table, touch)
    return load.office(path)


def problems(found) -> list[tuple]:
    return [(row["row"], row["column"], row["problem"]) for row in plain(found.problems)]


def remarks(found, record: str = "register") -> list[str]:
    """What is said of the one file of a record at the end of a run."""
    read = at_once.result(found).what_was_read
    return [remark for file in read.files if file.record == record for remark in file.remarks]


def evidence(found, code: str, record: str = "register") -> list:
    return [row for case in at_once.result(found).cases if case.dossier_id == code
            for row in case.evidence if row.record == record]  # fmt: skip


# What a sheet shows, and openpyxl as the oracle ---------------------------------------------------------------------

PLACES = st.tuples(st.integers(2, 9), st.integers(1, 6))
LOOKS = st.fixed_dictionaries({
    "struck": st.sets(PLACES, max_size=8), "failed": st.sets(PLACES, max_size=4), "formula": st.sets(PLACES, max_size=4),
    "comments": st.sets(PLACES, max_size=4), "rows": st.sets(st.integers(2, 9), max_size=3),
    "columns": st.sets(st.integers(1, 6), max_size=3), "merged": st.sets(st.tuples(st.integers(10, 14), st.integers(1, 6))),
    "state": st.sampled_from(["visible", "hidden", "veryHidden"]),
})  # fmt: skip


@settings(max_examples=40)
@given(LOOKS)
def test_what_a_sheet_shows_is_what_another_reader_of_workbooks_sees(tmp_path_factory, drawn):
    path = tmp_path_factory.mktemp("looks") / "a.xlsx"

    def touch(sheet):
        for row, position in product(range(1, 10), range(1, 7)):
            sheet.cell(row, position, f"{row}.{position}")
        for row, position in drawn["failed"]:
            sheet.cell(row, position).value = "#REF!"
        for row, position in drawn["formula"] - drawn["failed"]:
            sheet.cell(row, position).value = "=A1&A2"
        for row, position in drawn["comments"]:
            say(sheet, sheet.cell(row, position).coordinate, "xem lại")
        strike(sheet, *(sheet.cell(*place).coordinate for place in drawn["struck"]))
        for row in drawn["rows"]:
            sheet.row_dimensions[row].hidden = True
        for position in drawn["columns"]:
            sheet.column_dimensions[openpyxl.utils.get_column_letter(position)].hidden = True
        for row, position in drawn["merged"]:
            merge(sheet, f"{sheet.cell(2 * row, position).coordinate}:{sheet.cell(2 * row + 1, position).coordinate}")

    book(path, {"Sổ": [["đầu"]], "Xem": [["đầu"]]}, touch)
    hide(path, "Xem", drawn["state"])
    seen = workbook.of_xlsx("a.xlsx", path.read_bytes())["Xem"]
    sheet = openpyxl.load_workbook(path)["Xem"]
    there = [cell for row in sheet.iter_rows() for cell in row]
    assert seen.struck == {(c.row, c.column - 1) for c in there if c.font.strike}
    assert set(seen.failed) == {(c.row, c.column - 1) for c in there if c.data_type in ("e", "f")}
    assert set(seen.comments) == {(c.row, c.column - 1) for c in there if c.comment}
    assert seen.hidden_rows == {at for at, row in sheet.row_dimensions.items() if row.hidden}
    assert {at + 1 for at in seen.hidden_columns} == drawn["columns"]
    ranges = {(r.min_row, r.min_col - 1, r.max_row, r.max_col - 1) for r in sheet.merged_cells.ranges}
    assert set(seen.merged) == ranges
    assert seen.is_hidden == (sheet.sheet_state != "visible")


def hide(path, title: str, state: str = "hidden") -> None:
    found = openpyxl.load_workbook(path)
    found[title].sheet_state = state
    found.save(path)


def test_a_text_is_struck_where_all_of_its_runs_are(tmp_path):
    struck, plainly = InlineFont(strike=True), InlineFont(b=True)
    runs = [
        [TextBlock(struck, "10/04"), TextBlock(struck, "/2025")], [TextBlock(struck, "10/04"), TextBlock(plainly, "08/04")],
        [TextBlock(plainly, "08/04")], [TextBlock(struck, "10/04"), TextBlock(plainly, " ")],
    ]  # fmt: skip
    path = book(tmp_path / "a.xlsx", [["đầu"], *([CellRichText(one)] for one in runs)])
    assert workbook.of_xlsx("a.xlsx", path.read_bytes())["Sổ"].struck == {(2, 0), (5, 0)}


def test_a_text_that_several_cells_share_is_struck_in_each(tmp_path):
    path = tmp_path / "a.xlsx"
    with xlsxwriter.Workbook(path) as made:
        sheet, struck = made.add_worksheet(), made.add_format({"font_strikeout": True})
        for row in (0, 2):
            sheet.write_rich_string(row, 0, struck, "10/04", struck, "/2025")
        sheet.write(1, 0, "08/04/2025")
    assert workbook.of_xlsx("a.xlsx", path.read_bytes())["Sheet1"].struck == {(1, 0), (3, 0)}


def test_a_formula_that_keeps_its_value_has_not_failed(tmp_path):
    path = tmp_path / "a.xlsx"
    with xlsxwriter.Workbook(path) as made:
        sheet = made.add_worksheet()
        sheet.write_formula(0, 0, "=B1", value="08/04/2025")
        sheet.write_formula(1, 0, "=B1/0", value="#DIV/0!")
        sheet.write_formula(2, 0, "=B1", value="")
    assert dict(workbook.of_xlsx("a.xlsx", path.read_bytes())["Sheet1"].failed) == {(2, 0): "#DIV/0!", (3, 0): "=B1"}


# Struck through -----------------------------------------------------------------------------------------------------


def test_a_struck_line_and_its_retyped_twin_do_not_contradict_each_other(tmp_path):
    both = HEADINGS + line("H-1", LATE) + line("H-1", IN_TIME)
    assert judged(office(tmp_path, both, name="a"))["H-1"]["verdict"] == "paper_contradicts_itself"
    found = office(tmp_path, both, lambda sheet: strike(sheet, "A2:G2"), name="b")
    assert judged(found)["H-1"]["verdict"] == "late_only_in_software"
    assert [one.kind for one in at_once.result(found).contradictions] == []


@pytest.mark.parametrize("returned", [LATE, IN_TIME])
def test_a_line_that_is_only_struck_proves_nothing_and_convicts_nobody(tmp_path, returned):
    table = HEADINGS + line("H-1", returned) + line("H-2", returned)
    found = office(tmp_path, table, lambda sheet: strike(sheet, "A2:G2"))
    standing = {LATE: "late", IN_TIME: "late_only_in_software"}[returned]
    assert verdicts(found) == {"H-1": "not_proved", "H-2": standing, "H-3": "not_proved"}
    assert problems(found) == [(2, "Mã hồ sơ", "struck_out")]
    assert remarks(found) == ["1 dòng bị gạch ngang: không dùng làm chứng cứ"]


def test_a_struck_line_is_shown_beside_the_case_as_void(tmp_path):
    found = office(tmp_path, HEADINGS + line("H-1", IN_TIME), lambda sheet: strike(sheet, "A2:G2"))
    (row,) = evidence(found, "H-1")
    assert (row.row, row.fate, row.remarks) == (2, "problem", ("dòng bị gạch ngang",))
    assert "Lò" not in row.model_dump_json()


def test_a_line_of_which_only_the_code_or_most_cells_are_struck_is_void(tmp_path):
    table = HEADINGS + line("H-1", IN_TIME) + line("H-2", IN_TIME) + line("H-3", IN_TIME)
    found = office(tmp_path, table, lambda sheet: strike(sheet, "A2", "B3:E3", "B4"))
    assert [row["is_struck"] for row in plain(found.register)] == [True, True, False]
    assert verdicts(found) == {"H-1": "not_proved", "H-2": "not_proved", "H-3": "late_only_in_software"}


def test_a_return_that_is_struck_out_in_a_line_that_stands_is_unread(tmp_path):
    table = HEADINGS + line("H-1", IN_TIME) + line("H-2", LATE) + line("H-3", LATE)
    found = office(tmp_path, table, lambda sheet: strike(sheet, "E2", "E3"))
    assert verdicts(found) == {"H-1": "not_proved", "H-2": "not_proved", "H-3": "late"}
    assert problems(found) == [(2, "Trả kết quả", "struck_cell"), (3, "Trả kết quả", "struck_cell")]


def test_a_struck_row_of_the_software_is_no_second_row_of_its_dossier(tmp_path):
    path = folder(tmp_path / "a", software__csv="", register__csv=HEADINGS + line("H-1", LATE))
    table = SOFTWARE.replace("H-2 ", "H-1 ").replace("10/04/2025\nH-1", "07/04/2025\nH-1", 1)
    book(path / "software.xlsx", table, lambda sheet: strike(sheet, "A2:D2"))
    assert verdicts(path)["H-1"] == "late"


def test_an_old_workbook_shows_its_struck_lines_too(tmp_path):
    path = folder(tmp_path / "a", software__csv=SOFTWARE, register__csv="")
    made = xlwt.Workbook()
    sheet, struck = made.add_sheet("Sổ"), xlwt.easyxf("font: struck_out on")
    for row, texts in enumerate(cells(HEADINGS + line("H-1", LATE) + line("H-1", IN_TIME) + line("H-2", IN_TIME))):
        for position, text in enumerate(texts):
            sheet.write(row, position, text, *([struck] if row in (1, 3) else []))
    sheet.row(2).hidden = True
    made.save(str(path / "register.xls"))
    found = load.office(path)
    assert [(row["is_struck"], row["marks"]) for row in plain(found.register)] == [
        (True, None),
        (False, "hidden"),
        (True, None),
    ]
    assert verdicts(found) == {"H-1": "late_only_in_software", "H-2": "not_proved", "H-3": "not_proved"}


# A law: less evidence never convicts, and never acquits --------------------------------------------------------------

PROOFS = {"late", "late_only_in_software", "on_time"}
CLOSED = (LATE, IN_TIME, "")
RETURNED = (LATE, IN_TIME, "", "30/04/2025")
SIGNED = ("Đã ký", "", "~")
DUE = ("08/04/2025", "11/04/2025", "04/04/2025", "")
OF_SOFTWARE, OF_REGISTER = ("B", "C", "D"), ("C", "D", "E", "F")  # columns with something a verdict rests on


@pytest.fixture(scope="module")
def spoiled(tmp_path_factory):
    """Every dossier of one line there is, as it stands, and with the line struck or each cell in turn an error."""
    changes = ["stands", "struck", *(f"software {at}" for at in OF_SOFTWARE), *(f"register {at}" for at in OF_REGISTER)]
    drawn = list(product(CLOSED, RETURNED, SIGNED, DUE))
    software, register, struck, failed = [], [], [], {"software": [], "register": []}
    for number, ((closed, returned, signed, due), change) in enumerate(product(drawn, changes), start=2):
        code = f"H-{number}"
        software.append([code, "01/04/2025", "08/04/2025", closed])
        register.append([code, "Hồ A Mẫu", "01/04/2025", due, returned, signed, ""])
        record, _, column = change.partition(" ")
        struck += [f"A{number}:G{number}"] if change == "struck" else []
        if column:
            failed[record].append(f"{column}{number}")

    def touch(sheet):
        for place in failed[sheet.title]:
            sheet[place].value = "#N/A"
        if sheet.title == "register":
            strike(sheet, *struck)

    path = folder(tmp_path_factory.mktemp("spoiled") / "a", software__csv="", register__csv="")
    book(path / "software.xlsx", {"software": [*cells(SOFTWARE)[:1], *software]}, touch)
    book(path / "register.xlsx", {"register": [*cells(HEADINGS), *register]}, touch)
    said = verdicts(path)
    told = iter(said.get(f"H-{number}", "not_judged") for number in range(2, len(software) + 2))
    return {one: dict(zip(changes, (next(told) for _ in changes), strict=True)) for one in drawn}


def test_every_verdict_that_one_line_can_prove_is_there_to_be_spoiled(spoiled):
    assert {one["stands"] for one in spoiled.values()} >= PROOFS | {
        "closed_on_time_returned_late",
        "overdue",
        "not_proved",
    }


def test_striking_a_line_out_leaves_nothing_that_the_line_proved(spoiled):
    for one in spoiled.values():
        assert one["struck"] in {"not_proved", "on_time_not_checked", "overdue"}


def turned(spoiled, changes) -> set[tuple]:
    """What a dossier became by a change, where that is late or in time by proof and it was not so before."""
    return {
        (dossier, change, one["stands"], one[change])
        for dossier, one in spoiled.items() for change in changes
        if one[change] in PROOFS and one[change] != one["stands"]
    }  # fmt: skip


def test_an_error_in_a_cell_never_turns_a_verdict_into_late_or_into_proof_of_in_time(spoiled):
    changes = [*(f"software {at}" for at in OF_SOFTWARE), *(f"register {at}" for at in OF_REGISTER if at != "D")]
    assert turned(spoiled, changes) == set()


def test_an_error_in_the_promised_day_convicts_nobody(spoiled):
    assert "late" not in {verdict for *_, verdict in turned(spoiled, ["register D"])}


def test_an_error_in_the_promised_day_leaves_the_return_to_prove_by_the_date_that_stands(spoiled):
    """Policy, 1.10: of two dates in dispute the one that can be read is left."""
    assert {(was, now) for *_, was, now in turned(spoiled, ["register D"])} == {
        ("due_date_in_dispute", "on_time"), ("due_date_in_dispute", "late_only_in_software"),
    }  # fmt: skip


# Merged -------------------------------------------------------------------------------------------------------------

FAMILY = HEADINGS + line("H-1", IN_TIME) + line("H-2", "", "") + line("H-3", "", "")


def test_a_merged_day_and_signature_stand_for_each_row_and_the_case_says_that_they_are_merged(tmp_path):
    without = office(tmp_path, FAMILY, name="a")
    assert verdicts(without) == {"H-1": "late_only_in_software", "H-2": "not_proved", "H-3": "not_proved"}
    found = office(tmp_path, FAMILY, lambda sheet: merge(sheet, "E2:E4", "F2:F4"), name="b")
    assert set(verdicts(found).values()) == {"late_only_in_software"}
    assert remarks(found) == ["3 dòng có ô gộp"]
    for code in ("H-1", "H-2", "H-3"):
        (row,) = evidence(found, code)
        assert set(row.remarks) == {"ô gộp nhiều dòng: ngày trả (sổ)", "ô gộp nhiều dòng: ký nhận"}


def test_a_day_merged_over_rows_convicts_each_of_them_where_it_is_late(tmp_path):
    late = FAMILY.replace(IN_TIME + " | Đã ký", LATE + " | Đã ký")
    found = office(tmp_path, late, lambda sheet: merge(sheet, "E2:E4", "F2:F4"))
    assert set(verdicts(found).values()) == {"late"}


def test_a_merged_day_without_a_merged_signature_is_no_proof_of_the_rows_below(tmp_path):
    found = office(tmp_path, FAMILY, lambda sheet: merge(sheet, "E2:E4"))
    assert verdicts(found) == {"H-1": "late_only_in_software", "H-2": "not_proved", "H-3": "not_proved"}


def test_a_merged_cell_of_names_fills_nobodys_row(tmp_path):
    table = HEADINGS + line("H-1", IN_TIME) + line("H-2", IN_TIME).replace("Hồ A Mẫu", "")
    found = office(tmp_path, table, lambda sheet: merge(sheet, "B2:B3"))
    assert [row["applicant"] for row in plain(found.register)] == ["Hồ A Mẫu", None]


def test_a_merged_day_of_a_struck_cell_is_no_proof_of_any_row(tmp_path):
    found = office(tmp_path, FAMILY, lambda sheet: (strike(sheet, "E2"), merge(sheet, "E2:E4", "F2:F4")))
    assert set(verdicts(found).values()) == {"not_proved"}


def test_a_slips_due_day_merged_over_lines_is_each_lines_promise(tmp_path):
    table = (
        HEADINGS + line("H-1", LATE, due="11/04/2025") + line("H-2", LATE, due="") + line("H-3", LATE, due="08/04/2025")
    )
    found = office(tmp_path, table, lambda sheet: merge(sheet, "D2:D3"))
    assert verdicts(found) == {"H-1": "due_date_in_dispute", "H-2": "due_date_in_dispute", "H-3": "late"}


def test_a_merged_day_before_the_receipt_of_a_row_is_unread_for_that_row(tmp_path):
    table = (
        HEADINGS + line("H-1", IN_TIME) + line("H-2", "", "").replace("01/04/2025", "09/04/2025").replace(IN_TIME, LATE)
    )
    software = SOFTWARE.replace("H-2      | 01/04/2025     | 08/04/2025", "H-2      | 09/04/2025     | 09/04/2025")
    found = office(tmp_path, table, lambda sheet: merge(sheet, "E2:E3", "F2:F3"), software=software)
    assert [row["returned_on"] is None for row in plain(found.register)] == [False, True]
    assert "merged_without_sense" in set(found.problems["problem"])
    assert verdicts(found)["H-2"] not in ("paper_contradicts_itself", "late", "on_time", "late_only_in_software")


# Errors and formulas ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("failure", ["#N/A", "#REF!", "#VALUE!", "#DIV/0!", "#NAME?", "=D2+2"])
def test_a_closing_that_failed_is_unread_and_the_dossier_is_not_said_to_be_open(tmp_path, failure):
    path = folder(tmp_path / "a", software__csv="", register__csv=HEADINGS + line("H-1", LATE) + line("H-2", IN_TIME))
    table = SOFTWARE.replace("08/04/2025   | 10/04/2025", f"08/04/2025   | {failure}")
    book(path / "software.xlsx", table)
    found = load.office(path)
    assert set(verdicts(found).values()) == {"not_proved"}
    assert {(column, problem) for _, column, problem in problems(found)} == {("Ngày kết thúc xử lý", "failed_cell")}
    assert "overdue" not in at_once.result(found).verdicts


def test_the_end_of_a_stop_that_failed_is_not_a_stop_that_runs(tmp_path):
    stops = "Mã hồ sơ | Từ ngày | Đến ngày\nH-1 | 02/04/2025 | {}\nH-2 | 02/04/2025 | 03/04/2025"
    found = {}
    for end in ("04/04/2025", "#N/A", ""):
        path = folder(tmp_path / f"s{len(found)}", software__csv=SOFTWARE,
                      register__csv=HEADINGS + line("H-1", LATE) + line("H-2", IN_TIME))  # fmt: skip
        book(path / "stops.xlsx", stops.format(end))
        found[end] = load.office(path)
    assert verdicts(found["04/04/2025"])["H-1"] != verdicts(found["#N/A"])["H-1"] == "not_proved"
    assert problems(found["#N/A"]) == [(2, "Đến ngày", "failed_cell")]
    assert problems(found[""]) == []


def test_a_promised_day_that_failed_is_no_day_nobody_promised(tmp_path):
    table = HEADINGS + line("H-1", LATE, due="#REF!") + line("H-2", LATE, due="")
    found = office(tmp_path, table)
    assert verdicts(found) == {"H-1": "not_proved", "H-2": "late", "H-3": "not_proved"}
    assert problems(found) == [(2, "Hẹn trả kết quả", "failed_cell")]


def test_a_return_or_a_signature_that_failed_is_told_as_not_readable_and_not_as_not_there(tmp_path):
    table = HEADINGS + line("H-1", "#N/A") + line("H-2", IN_TIME, "#N/A") + line("H-3", "")
    rules = {code: row["rule"] for code, row in judged(office(tmp_path, table)).items()}
    assert rules["H-1"] == rules["H-2"] == "closed_late_register_unread"
    assert rules["H-3"] == "closed_late_no_return"


# Hidden -------------------------------------------------------------------------------------------------------------

IN_TIME_ALL = HEADINGS + line("H-1", IN_TIME) + line("H-2", IN_TIME)


def test_a_hidden_row_is_read_and_the_case_and_the_end_of_the_run_say_that_it_was_hidden(tmp_path):
    def touch(sheet):
        sheet.row_dimensions[2].hidden = True

    found = office(tmp_path, IN_TIME_ALL, touch)
    assert verdicts(found)["H-1"] == "late_only_in_software"
    assert remarks(found) == ["1 dòng đang ẩn (dòng ẩn, cột ẩn hoặc trang tính ẩn): vẫn đọc"]
    assert [row.remarks for code in ("H-1", "H-2") for row in evidence(found, code)] == [("dòng ẩn",), ()]


def test_a_hidden_column_is_read_and_named(tmp_path):
    def touch(sheet):
        sheet.column_dimensions["E"].hidden = True

    found = office(tmp_path, IN_TIME_ALL, touch)
    assert verdicts(found)["H-1"] == "late_only_in_software"
    (row,) = evidence(found, "H-1")
    assert [remark.partition(":")[0] for remark in row.remarks] == ["cột ẩn"]


@pytest.mark.parametrize("state", ["hidden", "veryHidden"])
def test_a_hidden_sheet_is_read_and_named(tmp_path, state):
    path = folder(tmp_path / "a", software__csv=SOFTWARE, register__csv="")
    tables = {"Quyển 1": HEADINGS + line("H-1", IN_TIME), "Bản cũ": HEADINGS + line("H-2", IN_TIME)}
    hide(book(path / "register.xlsx", tables), "Bản cũ", state)
    found = load.office(path)
    assert verdicts(found)["H-2"] == "late_only_in_software"
    assert "trang tính ẩn: “Bản cũ”" in remarks(found)
    assert [row.remarks for row in evidence(found, "H-2")] == [("dòng ẩn",)]


# Comments and remarks -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "words", ["Con gái ký thay", "KÝ HỘ", "Chưa nhận kết quả", "ghi nhầm dòng", "Ghi bù ngày 20/4", "vào sổ bù"]
)
@pytest.mark.parametrize("is_comment", [True, False])
def test_words_that_speak_against_a_line_take_it_out_of_proof(tmp_path, words, is_comment):
    noted = line("H-1", IN_TIME, note="" if is_comment else words)
    table = HEADINGS + noted + line("H-2", IN_TIME) + line("H-3", LATE, note="" if is_comment else words)

    def touch(sheet):
        if is_comment:
            say(sheet, "F2", words)
            say(sheet, "E4", words)

    found = office(tmp_path, table, touch)
    assert verdicts(found) == {"H-1": "not_proved", "H-2": "late_only_in_software", "H-3": "not_proved"}
    assert problems(found) == [(2, "Ghi chú", "remark_against"), (4, "Ghi chú", "remark_against")]


@pytest.mark.parametrize("words", ["Đã đối chiếu", "Người thay mặt hộ", "Không ghi chú", "nhận lại bản gốc"])
def test_other_comments_leave_the_line_as_it_is(tmp_path, words):
    found = office(tmp_path, HEADINGS + line("H-1", IN_TIME), lambda sheet: say(sheet, "F2", words))
    assert verdicts(found)["H-1"] == "late_only_in_software"
    assert remarks(found) == ["1 dòng có chú thích"]


def test_a_comment_stands_beside_the_line_in_the_internal_edition_and_nowhere_in_the_shareable_one(tmp_path):
    said = "Chị Giàng Thị Bịa nhận, con gái ký thay"
    found = office(tmp_path, HEADINGS + line("H-1", IN_TIME), lambda sheet: say(sheet, "F2", said))
    whole = at_once.result(found)
    (row,) = [row for case in whole.cases for row in case.evidence if row.record == "register"]
    assert said in row.comments
    shared = edition.in_edition(whole, Edition.SHAREABLE, bytes(32))
    assert "Bịa" not in json.dumps(shared.model_dump(mode="json"), ensure_ascii=False)
    assert "con gái" not in shared.model_dump_json()


def test_a_cell_stored_as_a_day_is_known_from_one_that_is_typed(tmp_path):
    table = [*cells(HEADINGS), ["H-1", "Hồ A Mẫu", datetime(2025, 4, 1), "08/04/2025", datetime(2025, 4, 8), "x", ""]]
    assert [row["stored"] for row in plain(office(tmp_path, table).register)] == ["received_on returned_on"]
