"""What was read is said at once: by `audit check` before any audit, at the end of a run, and on the page."""

import csv
import html
import re
import subprocess
import sys

import pages
import pytest
from clerks import book, strike, verdicts
from folders import OFFICE, REGISTER, SOFTWARE, cells, folder
from tables import plain
from test_clerks_workbooks import problems, remarks
from typer.testing import CliRunner

from audit.commands.main import app
from audit.findings import at_once, edition, what_was_read
from audit.ground.terms import Edition
from audit.reading import load

HEADINGS = "TT | Mã hồ sơ | Nhận hồ sơ | Hẹn trả kết quả | Trả kết quả | Ký nhận\n"
SPOILED = (
    HEADINGS
    + "1 | H-1 | 01/04/2025 | 31/02/2025 | 08/04/2025 | Đã ký\n2 | H-2 | 01/04/2025 | 08/04/2025 | 31/06/2025 | Vừ A Bịa\n"
)
WITH_STATUS = """
Số hồ sơ | Ngày tiếp nhận | Ngày hẹn trả | Ngày kết thúc xử lý | Trạng thái | Cơ quan/đơn vị | Mã biểu mẫu
H-1      | 01/04/2025     | 08/04/2025   | 10/04/2025          | xong xuôi  | tổ công tác số 9 | M1
H-2      | 01/04/2025     | 08/04/2025   | 08/04/2025          | xong xuôi  | UBND xã Thử | M1
"""


def said(path, *arguments: str) -> tuple[int, str]:
    found = CliRunner().invoke(app, ["check", str(path), *arguments])
    return found.exit_code, found.output


def lines_of(path, name: str) -> list[list[str]]:
    with (path / name).open(encoding="utf-8-sig", newline="") as file:
        return list(csv.reader(file))


# `audit check` -----------------------------------------------------------------------------------------------------------


def test_a_check_says_of_each_file_what_was_read_and_of_each_column_what_was_not(tmp_path):
    path = folder(tmp_path / "a", register__csv=SPOILED)
    code, told = said(path)
    assert code == 0
    assert "register.csv (Sổ giấy): 2 dòng hồ sơ, trong đó 0 dòng không đọc được" in told
    assert "software.csv (Phần mềm): 2 dòng hồ sơ" in told
    assert (
        "Sổ giấy, cột “Hẹn trả kết quả”: 1 ô không dùng được. “31/02/2025” không phải là một ngày có trong lịch" in told
    )
    assert "Sổ giấy, cột “Trả kết quả”: 1 ô không dùng được. “31/06/2025”" in told
    assert "Bịa" not in told


def test_a_check_needs_no_day_of_audit_no_key_and_no_row_that_can_be_read(tmp_path):
    path = folder(tmp_path / "a", office__toml=OFFICE.replace("as_of = 2025-05-05", ""),
                  software__csv=SOFTWARE.replace("01/04/2025", "31/02/2025"))  # fmt: skip
    (tmp_path / "office.key").unlink()
    code, told = said(path)
    assert (code, "“31/02/2025”" in told) == (0, True)
    assert not list(tmp_path.rglob("office.key"))


def test_what_cannot_be_audited_is_said_by_a_check_too(tmp_path):
    path = folder(tmp_path / "a", register__csv="không | phải | bảng\n1 | 2 | 3")
    code, told = said(path)
    assert code == 1
    assert "register.csv: không có cột “Mã hồ sơ" in told


def test_a_check_proposes_corrections_with_the_dossier_and_what_stood_there(tmp_path):
    path = folder(tmp_path / "a", register__csv=SPOILED)
    said(path)
    head, *rows = lines_of(path, "corrections.proposed.csv")
    assert head == ["record", "file", "sheet", "row", "column", "dossier_id", "was", "now", "why", "by", "on"]
    places = [dict(zip(head, row, strict=True)) for row in rows]
    assert [(one["record"], one["row"], one["column"], one["dossier_id"], one["was"], one["now"]) for one in places] == [
        ("register", "2", "due_on", "H-1", "31/02/2025", ""), ("register", "3", "returned_on", "H-2", "31/06/2025", ""),
        ("register", "3", "signed", "H-2", "", ""),
    ]  # fmt: skip
    assert all(one["why"] for one in places)


def test_a_proposed_correction_that_a_person_fills_in_is_a_correction(tmp_path):
    path = folder(tmp_path / "a", register__csv=SPOILED)
    said(path)
    head, first, *_ = lines_of(path, "corrections.proposed.csv")
    filled = dict(zip(head, first, strict=True)) | {"now": "08/04/2025", "by": "Thanh tra viên", "on": "2025-05-01"}
    with (path / "corrections.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([head, [filled[name] for name in head]])
    assert [row["due_on_written"] for row in plain(load.office(path).register)] == ["31/02/2025", "08/04/2025"]
    assert not load.office(path).problems["column"].eq("Hẹn trả kết quả").any()


def test_a_check_proposes_headings_and_words_that_nobody_listed(tmp_path):
    path = folder(tmp_path / "a", software__csv=WITH_STATUS)
    _, told = said(path)
    assert lines_of(path, "headings.proposed.csv") == [["record", "column", "heading"], ["software", "", "Mã biểu mẫu"]]
    assert lines_of(path, "words.proposed.csv") == [["column", "written", "value"], ["status", "xong xuôi", ""]]
    assert "Cột “Trạng thái”: chưa biết “xong xuôi” (2 ô). Dòng cần thêm: status,xong xuôi,…" in told
    assert (
        'Cột “Cơ quan/đơn vị”: chưa biết “tổ công tác số 9” (1 ô). Dòng cần thêm: [units] … = ["tổ công tác số 9"]'
        in told
    )


def test_files_of_proposals_are_neither_read_nor_taken_for_records(tmp_path):
    path = folder(tmp_path / "a", software__csv=WITH_STATUS, register__csv=SPOILED)
    first = said(path)[1]
    assert said(path)[1] == first
    assert not [one.name for one in load.office(path, is_audit=False).inputs if "proposed" in one.name]


def test_a_check_that_is_to_propose_nothing_writes_nothing(tmp_path):
    path = folder(tmp_path / "a", register__csv=SPOILED)
    before = {one.name for one in path.iterdir()}
    said(path, "--no-propose")
    assert {one.name for one in path.iterdir()} == before


def test_nothing_is_proposed_where_everything_was_read(tmp_path):
    path = folder(tmp_path / "a")
    said(path)
    assert not list(path.glob("*.proposed.csv"))


def test_a_struck_line_is_no_cell_to_be_put_right(tmp_path):
    path = folder(tmp_path / "a", register__csv="")
    book(path / "register.xlsx", REGISTER.strip(), lambda sheet: strike(sheet, "A2:F2"))
    said(path)
    assert not (path / "corrections.proposed.csv").exists()


def test_a_proposal_cannot_begin_a_formula(tmp_path):
    path = folder(tmp_path / "a", software__csv=WITH_STATUS.replace("Mã biểu mẫu", "=1+1"))
    said(path)
    assert lines_of(path, "headings.proposed.csv")[1] == ["software", "", "'=1+1"]


# The end of a run, and the page ---------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    """A folder audited by the command, in the edition that is shared: what it said, and its page."""
    software = WITH_STATUS.replace("xong xuôi", "Đã trả kết quả")
    path = folder(tmp_path_factory.mktemp("run") / "xa-thu", software__csv=software, register__csv="")
    (path / "register Giàng A Bịa.csv").write_bytes("\n".join(",".join(row) for row in cells(SPOILED)).encode())
    out = path.parent / "out"
    told = subprocess.run(
        [sys.executable, "-m", "audit", "run", str(path), "-o", str(out)], capture_output=True, check=False
    )
    (page,) = out.rglob("audit.html")
    return told.stdout.decode() + told.stderr.decode(), page.read_text(encoding="utf-8"), page.parent


def test_a_run_ends_with_what_was_read(run):
    told = run[0]
    assert "Đã đọc:" in told
    assert re.search(r"\(Sổ giấy\): 2 dòng hồ sơ, trong đó 0 dòng không đọc được", told)
    assert "Sổ giấy, cột “ngày trả (sổ)”: 1 ô không dùng được" in told


def test_the_last_section_of_the_page_says_what_was_read(run):
    text = " ".join(re.sub(r"<[^>]+>", " ", run[1]).split())
    assert "Đã đọc những gì" in text
    assert "Ô không dùng được, theo cột" in text
    assert "Từ, đơn vị, chữ ký chưa biết nghĩa" not in text  # they are words of the files


def test_the_internal_page_shows_each_word_nobody_listed_with_the_line_to_add(tmp_path):
    path = folder(tmp_path / "a", software__csv=WITH_STATUS.replace("xong xuôi", "Đã trả kết quả"))
    text = html.unescape(pages.page(path, tmp_path / "a.html").read_text(encoding="utf-8"))
    assert "Từ, đơn vị, chữ ký chưa biết nghĩa" in text
    assert '[units] … = ["tổ công tác số 9"]' in text


def test_the_name_of_a_file_that_may_be_a_persons_is_in_nothing_that_is_shared(run):
    for file in run[2].iterdir():
        if file.suffix in (".html", ".json", ".ipynb"):
            assert "Bịa" not in file.read_text(encoding="utf-8")
    assert "Bịa" not in run[0]


def test_in_the_shareable_edition_of_what_was_read_stand_no_words_of_a_file(tmp_path):
    path = folder(tmp_path / "a", software__csv=WITH_STATUS, register__csv="")
    (path / "register (Giàng A Bịa).csv").write_bytes("\n".join(",".join(row) for row in cells(SPOILED)).encode())
    whole = at_once.result(load.office(path))
    shared = edition.in_edition(whole, Edition.SHAREABLE, bytes(32)).what_was_read
    assert {one.file for one in whole.what_was_read.files} == {"register (Giàng A Bịa).csv", "software.csv"}
    assert {one.file for one in shared.files} == {"….csv", "software.csv"}
    told = shared.model_dump_json()
    assert not [word for word in ("Bịa", "xong xuôi", "tổ công tác", "31/02") if word in told]
    assert [(one.record, one.cells) for one in shared.unread] == [
        (one.record, one.cells) for one in whole.what_was_read.unread
    ]


# Words and units ------------------------------------------------------------------------------------------------------


def test_an_unknown_word_is_shown_with_its_count_even_in_small_letters(tmp_path):
    read = what_was_read.what_was_read(load.office(folder(tmp_path / "a", software__csv=WITH_STATUS)), "vi")
    assert [(one.column, one.written, one.cells) for one in read.unknown] == [
        ("Trạng thái", "xong xuôi", 2), ("Cơ quan/đơn vị", "tổ công tác số 9", 1),
    ]  # fmt: skip


def test_a_status_that_looks_like_a_name_is_shown_since_its_column_is_one_of_words(tmp_path):
    software = WITH_STATUS.replace("xong xuôi", "Xong Xuôi Rồi")
    found = load.office(folder(tmp_path / "a", software__csv=software))
    assert {row["written"] for row in plain(found.problems)} == {"Xong Xuôi Rồi"}


def test_a_signature_that_nobody_listed_is_counted_and_never_shown(tmp_path):
    read = what_was_read.what_was_read(load.office(folder(tmp_path / "a", register__csv=SPOILED)), "vi")
    assert [(one.column, one.written, one.cells, one.line) for one in read.unknown] == [("Ký nhận", None, 1, "")]


@pytest.mark.parametrize(("column", "word"), [("returned_on", "NA"), ("returned_on", "không"), ("due_on", "chưa có")])
def test_a_word_may_mean_that_a_cell_is_empty(tmp_path, column, word):
    at = {"returned_on": 4, "due_on": 3}[column]
    rows = [["1", "H-1", "01/04/2025", "08/04/2025", "08/04/2025", "Đã ký"]]
    rows[0][at] = word
    register = HEADINGS + " | ".join(rows[0]) + "\n"
    unsaid = load.office(folder(tmp_path / "a", register__csv=register))
    assert [one[2] for one in problems(unsaid)] == ["unreadable_day"]
    listed = f"column | written | value\n{column} | {word} | empty"
    found = load.office(folder(tmp_path / "b", register__csv=register, words__csv=listed))
    assert problems(found) == []
    assert plain(found.register)[0][column] is None
    assert plain(found.register)[0][f"{column}_written"] == word


def test_a_word_that_means_empty_leaves_no_required_cell_filled(tmp_path):
    listed = "column | written | value\ndossier_id | NA1 | empty"
    found = load.office(folder(tmp_path / "a", register__csv=REGISTER.replace("H-1", "NA1"), words__csv=listed))
    assert problems(found) == [(2, "Mã hồ sơ", "empty")]


SLIPS = """
Mã hồ sơ | Cơ quan giao | Cơ quan nhận | Thời gian giao, nhận hồ sơ
H-1      | {} | {} | 02/04/2025
"""


@pytest.mark.parametrize(
    ("unit", "level"),
    [
        ("UBND xã Bịa Đặt", "commune"), ("ubnd  XÃ một", "commune"), ("UBND phường Mẫu", "unknown"), ("Phòng UBND xã Mẫu", "unknown"),
        ("UBND xã Bịa Đặt - Bộ phận một cửa", "desk"), ("UBND xã Đặc Biệt", "upper_level"),
    ],
)  # fmt: skip
def test_units_are_known_by_patterns_the_one_named_in_full_first_and_then_the_longest(tmp_path, unit, level):
    units = 'commune = ["UBND xã *"]\ndesk = ["UBND xã * - Bộ phận *"]\nupper_level = ["UBND xã Đặc Biệt"]\n'
    office = re.sub(r"commune = .*\ndesk = .*\nupper_level = .*\n", units, OFFICE)
    found = load.office(folder(tmp_path / "a", office__toml=office, control_slips__csv=SLIPS.format(unit, "Công dân")))
    assert [row["from_level"] for row in plain(found.records["control_slips"])] == [level]


def test_two_patterns_of_one_length_that_disagree_leave_the_unit_unknown(tmp_path):
    units = 'commune = ["UBND xã *"]\ndesk = ["*D xã Mẫu"]\nupper_level = []\n'
    office = re.sub(r"commune = .*\ndesk = .*\nupper_level = .*\n", units, OFFICE)
    found = load.office(
        folder(tmp_path / "a", office__toml=office, control_slips__csv=SLIPS.format("UBND xã Mẫu", "Công dân"))
    )
    assert [row["from_level"] for row in plain(found.records["control_slips"])] == ["unknown"]


# Files ----------------------------------------------------------------------------------------------------------------


def renamed(path, **names: str):
    for old, new in names.items():
        (path / old.replace("__", ".")).rename(path / new)
    return path


@pytest.mark.parametrize(
    ("old", "new"),
    [("register__csv", "Sổ theo dõi.csv"), ("software__csv", "software (1).csv"), ("software__csv", "Xuất tháng 4.csv"),
     ("register__csv", "Register-quyen-1.csv"), ("register__csv", "REGISTER.CSV")],
)  # fmt: skip
def test_a_file_is_found_by_its_record_or_by_what_it_holds(tmp_path, old, new):
    found = load.office(renamed(folder(tmp_path / "a"), **{old: new}))
    assert found.tables[old.partition("_")[0]].file == new
    assert (len(found.software), len(found.register), len(found.unused)) == (2, 2, 0)


def test_stops_are_found_under_a_name_in_capitals(tmp_path):
    path = folder(tmp_path / "a", Stops__csv="Mã hồ sơ | Từ ngày | Đến ngày\nH-1 | 02/04/2025 | 03/04/2025")
    assert len(load.office(path).tables["stops"].frame) == 1


def test_a_file_that_looks_like_a_record_and_was_not_used_is_named(tmp_path):
    path = folder(tmp_path / "a", register__csv=REGISTER)
    (path / "Sổ cũ.csv").write_bytes((path / "register.csv").read_bytes())
    found = load.office(path)
    assert tuple(found.unused) == ("Sổ cũ.csv",)
    assert len(found.register) == 2
    _, told = said(path)
    assert "Tệp “Sổ cũ.csv” trông như một sổ nhưng chưa được đọc" in told
    assert any(one.problem == "file_not_used" or "Sổ cũ.csv" in one.message for one in at_once.result(found).problems)


LATE = {"software__csv": SOFTWARE.replace("08/04/2025 08:00", "10/04/2025 08:00"),
        "register__csv": REGISTER.replace("08/04/2025  | Đã", "10/04/2025 | Đã")}  # fmt: skip


def test_a_file_that_cannot_be_opened_is_named_and_keeps_all_from_being_found_late(tmp_path):
    path = folder(tmp_path / "a", **LATE)
    assert verdicts(path)["H-1"] == "late"
    (path / "Sổ quyển 2.xlsx").write_bytes(b"no workbook")
    found = load.office(path)
    assert found.not_opened == ("Sổ quyển 2.xlsx",)
    assert verdicts(found)["H-1"] == "not_proved"
    assert [one.message.split(" nên ")[0] for one in at_once.result(found).problems] == [
        "Tệp “Sổ quyển 2.xlsx” không mở được"
    ]
    assert "Tệp “Sổ quyển 2.xlsx” không mở được" in said(path)[1]
    assert "Tệp “Sổ quyển 2.xlsx” không mở được" in html.unescape(
        pages.page(path, tmp_path / "a.html").read_text(encoding="utf-8")
    )


def test_a_file_that_looks_like_the_register_and_was_not_read_lowers_the_grade_as_an_unread_line_does(tmp_path):
    path = folder(tmp_path / "a", **LATE)
    assert grade(path) == "proved"
    (path / "Sổ cũ.csv").write_bytes((path / "register.csv").read_bytes())
    assert load.office(path).coverage.unseen == {"register"}
    assert grade(path) == "by_both_records"


def grade(path) -> str:
    """The grade of the first dossier's verdict."""
    return next(case.grade for case in at_once.result(load.office(path)).cases if case.dossier_id == "H-1")


def test_a_required_record_that_may_be_in_a_file_that_cannot_be_opened_is_not_said_to_be_missing(tmp_path):
    path = folder(tmp_path / "a")
    (path / "software.csv").unlink()
    (path / "Xuất tháng 4.xlsx").write_bytes(b"no workbook")
    code, told = said(path)
    assert code == 1
    assert "Xuất tháng 4.xlsx" in told


def test_the_name_of_a_file_that_cannot_be_opened_is_not_shared(tmp_path):
    path = folder(tmp_path / "a")
    (path / "Giàng A Bịa.xlsx").write_bytes(b"no workbook")
    shared = edition.in_edition(at_once.result(load.office(path)), Edition.SHAREABLE, bytes(32))
    assert "Bịa" not in shared.model_dump_json()
    assert [one.problem for one in shared.problems] == ["file_not_opened"]


def test_a_column_that_names_people_has_no_empty_name_in_what_is_shared(tmp_path):
    register = REGISTER.replace("Ký nhận", "Ký nhận | Ghi chú của chị Bịa").replace("Đã ký", "Đã ký | ghi bù")
    headings = "record | column | heading\nregister | note | Ghi chú của chị Bịa"
    path = folder(tmp_path / "a", register__csv=register, headings__csv=headings)
    shared = edition.in_edition(at_once.result(load.office(path)), Edition.SHAREABLE, bytes(32))
    assert {(one.problem, one.column) for one in shared.what_was_read.unread} == {
        ("remark_against", "(không nêu trong bản chia sẻ)")
    }


def test_a_table_of_something_else_is_no_record(tmp_path):
    path = folder(tmp_path / "a", danh_ba__csv="Họ tên | Điện thoại\nHồ A Mẫu | 0905 123 456")
    assert not load.office(path).unused


def test_several_files_of_one_record_are_read_together_each_row_with_its_file(tmp_path):
    second = REGISTER.replace("H-1", "H-3").replace("H-2", "H-4")
    path = folder(tmp_path / "a", register__csv=REGISTER)
    (path / "register-2.csv").write_bytes("\n".join(",".join(row) for row in cells(second)).encode())
    found = load.office(path)
    assert [(row["file"], row["row"], row["dossier_id"]) for row in plain(found.register)] == [
        ("register.csv", 2, "H-1"), ("register.csv", 3, "H-2"), ("register-2.csv", 2, "H-3"), ("register-2.csv", 3, "H-4"),
    ]  # fmt: skip
    assert [(one.file, one.rows) for one in at_once.result(found).what_was_read.files if one.record == "register"] == [
        ("register-2.csv", 2), ("register.csv", 2),
    ]  # fmt: skip
    assert found.register["seq"].is_unique


# One cell does not spoil its row --------------------------------------------------------------------------------------

BOTH_LATE = SOFTWARE.replace("08/04/2025 08:00", "10/04/2025 08:00")


def of(tmp_path, register: str = REGISTER, software: str = BOTH_LATE) -> dict[str, str]:
    return verdicts(folder(tmp_path / "a", software__csv=software, register__csv=register))


def test_a_line_whose_receipt_cannot_be_read_still_proves_its_signed_return(tmp_path):
    assert of(tmp_path, REGISTER.replace("01/04/2025", "31/02/2025"))["H-1"] == "late_only_in_software"


def test_a_line_whose_promised_day_cannot_be_read_convicts_nobody(tmp_path):
    late = REGISTER.replace("08/04/2025  | Đã", "10/04/2025 | Đã")
    assert of(tmp_path, late)["H-1"] == "late"
    assert of(tmp_path / "b", late.replace("08/04/2025 ", "31/02/2025 "))["H-1"] == "not_proved"


def test_a_row_whose_closing_cannot_be_read_still_has_its_receipt_and_no_verdict(tmp_path):
    software = BOTH_LATE.replace("08/04/2025 17:00 | 10/04/2025 08:00", "08/04/2025 17:00 | 31/02/2025", 1)
    found = load.office(folder(tmp_path / "a", software__csv=software))
    assert verdicts(found) == {"H-1": "not_proved", "H-2": "late_only_in_software"}
    assert [(row["is_readable"], row["unread"]) for row in plain(found.software)] == [(True, "closed_at"), (True, None)]
    assert remarks(found, "software") == []


@pytest.mark.parametrize("returned", ["08/04/2025", "10/04/2025"])
def test_a_due_date_that_cannot_be_read_leaves_the_dossier_open(tmp_path, returned):
    software = BOTH_LATE.replace("08/04/2025 17:00", "31/02/2025", 1)
    register = REGISTER.replace("08/04/2025  | Đã", f"{returned} | Đã")
    assert of(tmp_path, register, software)["H-1"] == "not_proved"


def test_a_row_is_a_problem_as_a_whole_only_where_its_code_cannot_be_read(tmp_path):
    found = load.office(folder(tmp_path / "a", register__csv=SPOILED.replace("H-2", "Vừ A Bịa")))
    assert found.register.sort_values("row")["is_readable"].tolist() == [True, False]
    assert found.coverage.unseen == {"register"}
