"""The tally sheet: what it found is evidence like any other, what it did not find is a statement and convicts nobody."""

import pytest
from folders import OFFICE, folder
from test_sample import audited

from audit.ground import terms
from audit.ground.terms import Verdict
from audit.page import report
from audit.records.registry import RECORDS

HEAD = "Mã hồ sơ | Giấy tờ cần tìm | Kết quả tìm | Ngày ghi trên giấy tờ | Người ký nhận là | Số văn bản | Trang | Số thứ tự | Người đọc"


def verdicts(tmp_path, *lines: str, register: str = "", office: str = OFFICE) -> dict[str, str]:
    sheet = "\n".join([HEAD, *lines])
    found = audited(folder(tmp_path / "a", office__toml=office, papers__csv=sheet, register__csv=register))
    return {one.dossier_id: one.verdict for one in found.judged} | {"": found}


def test_a_signed_line_of_the_register_that_was_found_shows_the_return(tmp_path):
    found = verdicts(tmp_path, "H-1 | Sổ theo dõi | Tìm thấy | 08/04/2025 | Người nộp | | 3 | 17 | Cán bộ A")
    assert found["H-1"] == Verdict.LATE_ONLY_IN_SOFTWARE
    case = next(one for one in found[""].cases if one.dossier_id == "H-1")
    line = next(one for one in case.evidence if one.record == "register")
    assert (line.file, line.row, line.page, line.line) == ("papers.csv", 2, "3", "17")


@pytest.mark.parametrize(
    ("line", "verdict"),
    [
        ("Sổ theo dõi | Tìm thấy | 10/04/2025 | Người đại diện | | | |", Verdict.LATE),
        ("Sổ theo dõi | Tìm thấy | 08/04/2025 | Cán bộ | | | |", Verdict.NOT_PROVED),  # an officer signed
        ("Sổ theo dõi | Tìm thấy | 08/04/2025 | Không ký | | | |", Verdict.NOT_PROVED),
        ("Sổ theo dõi | Không tìm thấy | | | | | |", Verdict.NOT_PROVED),
        ("Sổ theo dõi | | | | | | |", Verdict.NOT_PROVED),  # not filled in yet
        ("Sổ theo dõi | Tìm thấy | 08/04/20x5 | Người nộp | | | |", Verdict.NOT_PROVED),
        ("Văn bản kết quả | Tìm thấy | 07/04/2025 | | 12/KQ | | |", Verdict.LATE_ONLY_IN_SOFTWARE),
        ("Văn bản kết quả | Tìm thấy | 07/04/2025 | | | | |", Verdict.NOT_PROVED),  # without its number
        ("Biên nhận bưu chính | Tìm thấy | 07/04/2025 | | EB1 | | |", Verdict.LATE_ONLY_IN_SOFTWARE),
    ],
)
def test_what_a_line_of_the_sheet_proves(tmp_path, line, verdict):
    assert verdicts(tmp_path, f"H-1 | {line}")["H-1"] == verdict


def test_a_register_of_which_only_found_lines_are_there_is_not_wholly_seen(tmp_path):
    found = verdicts(tmp_path, "H-1 | Sổ theo dõi | Tìm thấy | 10/04/2025 | Người nộp | | | |")[""]
    assert found.not_wholly_seen == ("register",)
    assert found.missing == ()
    late = next(one for one in found.cases if one.verdict == Verdict.LATE)
    assert late.grade == "by_both_records"


def test_what_was_found_beside_a_register_contradicts_it_where_the_days_differ(tmp_path):
    register = "Mã hồ sơ | Trả kết quả | Ký nhận\nH-1 | 08/04/2025 | Đã ký\nH-2 | 08/04/2025 | Đã ký"
    same = verdicts(tmp_path, "H-1 | Sổ theo dõi | Tìm thấy | 08/04/2025 | Người nộp | | | |", register=register)
    assert same["H-1"] == Verdict.LATE_ONLY_IN_SOFTWARE
    other = verdicts(tmp_path, "H-1 | Sổ theo dõi | Tìm thấy | 11/04/2025 | Người nộp | | | |", register=register)
    assert other["H-1"] == Verdict.PAPER_CONTRADICTS_ITSELF
    assert other[""].not_wholly_seen == ()


def test_every_line_of_the_sheet_is_accounted_for(tmp_path):
    lines = ["H-1 | Sổ theo dõi | Tìm thấy | 08/04/2025 | Người nộp | | | |", "H-2 | Sổ theo dõi | lạ | | | | | |",
             "H-2 | Sổ theo dõi | Không tìm thấy | | | | | |"]  # fmt: skip
    found = verdicts(tmp_path, *lines)[""]
    sheet = found.accounting["papers"]
    assert (sheet.rows, sheet.judged, sheet.problems) == (3, 2, 1)
    assert ("papers", 3) in {(one.record, one.row) for one in found.problems}


def test_without_a_register_the_software_alone_decides_nobody(tmp_path):
    found = audited(folder(tmp_path / "a", register__csv=""))
    assert found.verdicts == {Verdict.NOT_PROVED: 1, Verdict.ON_TIME_NOT_CHECKED: 1}
    assert "register" in found.missing
    assert {one.rule for one in found.cases} >= {"closed_late_no_register"}


REGISTER_LATE = "Mã hồ sơ | Trả kết quả | Ký nhận\nH-1 | 10/04/2025 | Đã ký\nH-2 | 08/04/2025 | Đã ký"
MORE = f"{HEAD} | Ngày người đọc lại thấy | Ghi chú"


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ("sổ lạ | Tìm thấy | 08/04/2025 | Người nộp | | | |", "unknown_word"),
        (" | Tìm thấy | 08/04/2025 | Người nộp | | | |", "tally_incomplete"),
        ("Sổ theo dõi | | 08/04/2025 | Người nộp | | | |", "tally_incomplete"),
        ("Sổ theo dõi | Tìm thấy | 08/04/2025 | | | | |", "tally_incomplete"),  # nobody says who signed
        ("Văn bản kết quả | Tìm thấy | | | 12/KQ | | |", "tally_incomplete"),
        ("Biên nhận bưu chính | Tìm thấy | | | EB1 | | |", "tally_incomplete"),
        ("Sổ theo dõi | Không tìm thấy | 08/04/2025 | Người nộp | | | |", "tally_contradictory"),
        ("Sổ theo dõi | Tìm thấy | 08/04/2025 | Người nộp | | | | | 11/04/2025 |", "readers_differ"),
        ("Sổ theo dõi | Tìm thấy | 08/04/2025 | Người nộp | | | | | | ký thay", "remark_against"),
        ("Văn bản kết quả | Tìm thấy | 07/04/2025 | | 12/KQ | | | | | ghi nhầm", "remark_against"),
    ],
)
def test_a_line_that_is_in_doubt_neither_convicts_nor_acquits_and_is_listed(tmp_path, line, problem):
    sheet = f"{MORE}\nH-1 | {line}"
    for register in ("", REGISTER_LATE):
        found = audited(folder(tmp_path / "a", papers__csv=sheet, register__csv=register))
        assert {one.dossier_id: one.verdict for one in found.judged}["H-1"] == Verdict.NOT_PROVED, register
        assert problem in {one.problem for one in found.problems}
        assert found.accounting["papers"].problems == 1


def test_a_tally_sheet_of_another_name_that_is_not_read_keeps_anybody_from_being_late(tmp_path):
    sheet = f"{HEAD}\nH-1 | Sổ theo dõi | Tìm thấy | 08/04/2025 | Người nộp | | | |"
    found = audited(folder(tmp_path / "a", phieu1__csv=sheet, phieu2__csv=sheet, register__csv=REGISTER_LATE))
    assert {one.dossier_id: one.verdict for one in found.judged}["H-1"] == Verdict.NOT_PROVED


def test_a_sheet_with_the_columns_that_must_be_there_alone_has_its_page(tmp_path):
    sheet = "Mã hồ sơ | Giấy tờ cần tìm | Kết quả tìm | Ngày ghi trên giấy tờ\nH-1 | Sổ theo dõi | Không tìm thấy | "
    page = report.method(audited(folder(tmp_path / "a", papers__csv=sheet))).html
    assert "ngày đọc" in page
    assert "người ký nhận" in page


@pytest.mark.parametrize("record", RECORDS)
def test_every_column_that_a_page_may_miss_has_its_words(record):
    for name, column in RECORDS[record].items():
        assert column.is_personal or terms.has(f"column.{name}"), name


def test_a_table_that_nobody_knows_is_named_where_the_register_is_not_there(tmp_path):
    found = audited(folder(tmp_path / "a", register__csv="", so__csv="Mã hồ sơ | Ngày abc\nH-1 | 10/04/2025"))
    assert ("so.csv", "file_unknown") in {(one.written, one.problem) for one in found.problems}
