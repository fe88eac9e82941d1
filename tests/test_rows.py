"""A table as it stands in an office: which of its rows are dossiers, and where each of them belongs."""

from datetime import datetime

import pytest
from clerks import book, strike, verdicts
from folders import REGISTER, SOFTWARE, cells, folder
from hypothesis import given, settings
from hypothesis import strategies as st
from tables import plain
from test_clerks_workbooks import evidence, problems, remarks

from audit.findings import at_once
from audit.ground.terms import AuditError
from audit.reading import load
from audit.reading.sheets import Sheet
from audit.reading.table import UNPLACED, Reading, table
from audit.records.registry import RECORDS

HEADINGS = "TT | Mã hồ sơ | Nhận hồ sơ | Hẹn trả kết quả | Trả kết quả | Ký nhận\n"
FIRST = "1 | H-1 | 01/04/2025 | 08/04/2025 | 08/04/2025 | Đã ký\n"
SECOND = "2 | H-2 | 01/04/2025 | 08/04/2025 | 08/04/2025 | Đã ký\n"
LATE_BOTH = SOFTWARE.replace("08/04/2025 08:00", "10/04/2025 08:00")  # what the software says of H-1 and H-2


def read(tmp_path, register: str, **files: str):
    return load.office(folder(tmp_path / "a", **{"software__csv": LATE_BOTH, "register__csv": register} | files))


def codes(found) -> list[str]:
    return [row["dossier_id"] for row in plain(found.register)]


def left_out(found) -> list[tuple]:
    return [(row["row"], row["why"]) for row in found.left_out.to_dict("records")]


# Rows that are no dossiers --------------------------------------------------------------------------------------------


def test_what_stands_under_the_total_is_no_dossier(tmp_path):
    below = """Tổng cộng: 2 hồ sơ | | | | |
 | | | Mẫu Sơn, ngày 30 tháng 4 năm 2025 | |
 | NGƯỜI LẬP BIỂU | | | CHỦ TỊCH |
 | (Ký, ghi rõ họ tên) | | | |
 | Hoàng A Mẫu | | | Vàng Thị Bịa |
"""
    found = read(tmp_path, HEADINGS + FIRST + SECOND + below)
    assert codes(found) == ["H-1", "H-2"]
    assert left_out(found) == [(4, "total"), (5, "footer"), (6, "footer"), (7, "footer"), (8, "footer")]
    assert problems(found) == []
    assert "Mẫu" not in "".join(found.left_out["written"])


def test_a_row_with_a_code_above_the_headings_is_no_title(tmp_path):
    above = "Nhận | Hẹn | Trả | Ký\n1 | 000.00.98.H98-250402-0003 | 02/04/2025 | 09/04/2025 | 09/04/2025 | Đã ký\n"
    found = read(tmp_path, above + HEADINGS + FIRST)
    assert [one["row"] for one in plain(found.problems)] == [2]
    assert (codes(found)[-1], left_out(found)) == (None, [(1, "title")])


@pytest.mark.parametrize("where", ["under the heading before", "under the total"])
def test_a_row_with_a_code_in_any_cell_is_no_note_wherever_it_stands(tmp_path, where):
    code = "000.00.98.H98-250402-0003"
    row = f"{code} | Phạm Văn Mẫu | | | | \n" if where == "under the heading before" else f" | | | | | {code}\n"
    total = "" if where == "under the heading before" else "Tổng cộng | | | | |\n"
    found = read(tmp_path, HEADINGS + FIRST + total + row)
    assert [one for one in left_out(found) if one[1] in ("note", "footer")] == []
    assert len(codes(found)) == 2
    assert [one for one in problems(found) if "Mã hồ sơ" in one]


@pytest.mark.parametrize("below", ["(Ký, ghi rõ họ tên) | | (Ký tên, đóng dấu)", "Người lập ký | | Chủ tịch ký"])
def test_two_places_for_a_signature_under_the_table_are_no_headings(tmp_path, below):
    found = read(tmp_path, HEADINGS + FIRST + f"Tổng cộng | | | | |\n | | | {below}\n")
    assert (codes(found), left_out(found)) == (["H-1"], [(3, "total"), (4, "footer")])


def test_a_line_whose_signature_and_remark_both_speak_of_signing_is_a_line(tmp_path):
    found = read(tmp_path, "Mã hồ sơ | Trả kết quả | Ký nhận | Ghi chú\nH-1 | 08/04/2025 | Đã ký | con ký nhận giúp\n")
    assert codes(found) == ["H-1"]


def test_a_footer_is_known_without_a_total_above_it(tmp_path):
    found = read(tmp_path, HEADINGS + FIRST + " | Người lập biểu | | | Thủ trưởng đơn vị |\n | Hoàng A Mẫu | | | |\n")
    assert (codes(found), left_out(found), problems(found)) == (["H-1"], [(3, "footer"), (4, "footer")], [])


def test_a_dossier_without_a_code_under_the_total_is_listed_and_not_dropped(tmp_path):
    found = read(
        tmp_path, HEADINGS + FIRST + "Tổng cộng | | | | |\n | | 01/04/2025 | 08/04/2025 | 08/04/2025 | Đã ký\n"
    )
    assert problems(found) == [(4, "Mã hồ sơ", "empty")]
    assert found.coverage.unseen == {"register"}


def test_page_rows_give_their_number_to_the_lines_below(tmp_path):
    found = read(tmp_path, HEADINGS + "Trang 12 | | | | |\n" + FIRST + "Trang số: 13 | | | | |\n" + SECOND)
    assert [(row["dossier_id"], row["page"]) for row in plain(found.register)] == [("H-1", "12"), ("H-2", "13")]
    assert left_out(found) == [(2, "page"), (4, "page")]
    (row,) = evidence(found, "H-2")
    assert (row.page, row.row) == ("13", 5)


def test_the_page_column_of_a_register_wins_over_its_page_rows(tmp_path):
    register = "Trang | " + HEADINGS + "Trang 12 | | | | | |\n7 | " + FIRST
    assert [row["page"] for row in plain(read(tmp_path, register).register)] == ["7"]


@pytest.mark.parametrize(
    "text", ["Cộng trang 1: 2 hồ sơ", "Cộng mang sang trang sau", "Mang sang trang 2", "Tổng cộng trang 12"]
)
def test_a_page_total_is_no_dossier_and_no_end_of_the_table(tmp_path, text):
    found = read(tmp_path, HEADINGS + FIRST + f"{text} | | | | |\n" + SECOND)
    assert (codes(found), left_out(found), problems(found)) == (["H-1", "H-2"], [(3, "page")], [])


@pytest.mark.parametrize(
    "numbers", ["(1) | (2) | (3) | (4) | (5) | (6)", "1 | 2 | 3 | 4 | 5 | 6", "1 | 2 | 3 | 4=2+3 | 5 | 6"]
)
def test_a_row_that_numbers_the_columns_is_no_dossier(tmp_path, numbers):
    found = read(tmp_path, HEADINGS + f"{numbers}\n" + FIRST)
    assert (codes(found), left_out(found)) == (["H-1"], [(2, "numbering")])


# Headings -------------------------------------------------------------------------------------------------------------


def test_a_second_heading_with_other_order_rules_the_rows_below_it(tmp_path):
    other = "TT | Mã hồ sơ | Nhận hồ sơ | Trả kết quả | Hẹn trả kết quả | Ký nhận\n2 | H-2 | 01/04/2025 | 09/04/2025 | 08/04/2025 | Đã ký\n"
    found = read(tmp_path, HEADINGS + FIRST + other)
    assert [(row["returned_on"], row["due_on"]) for row in plain(found.register)] == [
        (datetime(2025, 4, 8), datetime(2025, 4, 8)), (datetime(2025, 4, 9), datetime(2025, 4, 8)),
    ]  # fmt: skip
    assert verdicts(found) == {"H-1": "late_only_in_software", "H-2": "late"}


def test_a_sheet_that_goes_on_without_headings_is_read_under_those_before_it(tmp_path):
    code = "000.11.22.H77-250401-00{:02}".format
    rows = [[str(at), code(at), "01/04/2025", "08/04/2025", "08/04/2025", "Đã ký"] for at in range(1, 5)]
    path = folder(tmp_path / "a", register__csv="")
    book(path / "register.xlsx", {"Trang 1": [*cells(HEADINGS), *rows[:2]], "Trang 2": rows[2:]})
    found = load.office(path)
    assert [(row["sheet"], row["row"], row["dossier_id"]) for row in plain(found.register)] == [
        ("Trang 1", 2, code(1)), ("Trang 1", 3, code(2)), ("Trang 2", 1, code(3)), ("Trang 2", 2, code(4)),
    ]  # fmt: skip
    assert (problems(found), found.coverage.unseen) == ([], frozenset())


def test_a_sheet_of_notes_is_left_out_and_the_record_is_wholly_seen(tmp_path):
    path = folder(tmp_path / "a", register__csv="")
    book(path / "register.xlsx", {"Sổ": HEADINGS + FIRST, "Ghi chép": [["Lời dặn của chị Mẫu"], ["nhớ đối chiếu"]]})
    found = load.office(path)
    assert left_out(found) == [(1, "other_sheet"), (2, "other_sheet")]
    assert (problems(found), found.coverage.unseen) == ([], frozenset())
    assert "dặn" not in "".join(found.left_out["written"])


def test_a_sheet_of_statistics_beside_the_register_stops_no_audit(tmp_path):
    path = folder(tmp_path / "a", register__csv="")
    counted = "STT | Tên TTHC | Ghi chú\n1 | Chứng thực | 5"
    book(path / "register.xlsx", {"Sổ": HEADINGS + FIRST, "Thống kê": counted})
    assert codes(load.office(path)) == ["H-1"]


def test_rows_under_no_heading_are_counted_as_not_readable_and_the_record_as_not_wholly_seen(tmp_path):
    code = "000.11.22.H77-250401-00{:02}".format
    path = folder(tmp_path / "a", register__csv="")
    book(
        path / "register.xlsx", {"Sổ": HEADINGS + FIRST, "Rời": [["a", "b", code(at), "chị Mẫu trả"] for at in (7, 8)]}
    )
    found = load.office(path)
    assert [(row["sheet"], row["row"], row["problem"]) for row in plain(found.problems)] == [
        ("Rời", None, "sheet_without_headings"), ("Rời", 1, UNPLACED), ("Rời", 2, UNPLACED),
    ]  # fmt: skip
    assert found.coverage.unseen == {"register"}
    (read_,) = [file for file in at_once.result(found).what_was_read.files if file.record == "register"]
    assert (read_.rows, read_.not_readable) == (3, 2)
    assert "Mẫu" not in found.problems.to_string()


def test_a_second_table_without_the_columns_of_the_record_is_counted_as_not_readable(tmp_path):
    other = "TT | Mã hồ sơ | Nhận hồ sơ | Ghi chú | |\n2 | H-2 | 01/04/2025 | trả sau | |\n"
    found = read(tmp_path, HEADINGS + FIRST + other)
    assert [(row["row"], row["problem"]) for row in plain(found.problems)] == [(3, UNPLACED), (4, UNPLACED)]
    assert found.coverage.unseen == {"register"}
    assert verdicts(found)["H-1"] == "late_only_in_software"


@pytest.mark.parametrize(
    "heading",
    ["Chữ ký người nhận", "Người nhận KQ ký tên", "Ký, ghi rõ họ tên", "Công dân ký", "Ký nhận kết quả / Họ tên", "KÝ"],
)
def test_any_heading_that_speaks_of_a_signature_is_that_of_signatures(tmp_path, heading):
    register = HEADINGS.replace("Ký nhận", heading) + FIRST + SECOND.replace("Đã ký", "")
    found = read(tmp_path, register)
    assert [row["signed"] for row in plain(found.register)] == [True, False]
    assert verdicts(found) == {"H-1": "late_only_in_software", "H-2": "not_proved"}


@pytest.mark.parametrize("heading", ["Đăng ký", "Ký hiệu", "Số ký hiệu văn bản", "Ngày ký", "Người ký"])
def test_a_heading_of_another_kind_of_signing_is_not_that_of_signatures(tmp_path, heading):
    found = read(tmp_path, HEADINGS.replace("Ký nhận", heading) + FIRST)
    assert [row["signed"] for row in plain(found.register)] == [None]


def test_a_second_sheet_without_the_column_of_signatures_has_no_signed_line(tmp_path):
    path = folder(tmp_path / "a", software__csv=LATE_BOTH, register__csv="")
    bare = "\n".join(row.rpartition(" | ")[0] for row in (HEADINGS + SECOND).strip().splitlines())
    book(path / "register.xlsx", {"Quyển 1": HEADINGS + FIRST, "Quyển 2": bare})
    found = load.office(path)
    assert verdicts(found) == {"H-1": "late_only_in_software", "H-2": "not_proved"}


def test_a_deadline_of_handling_is_no_due_date(tmp_path):
    found = read(tmp_path, HEADINGS.replace("Hẹn trả kết quả", "Hạn xử lý") + FIRST)
    assert [row["due_on"] for row in plain(found.register)] == [None]
    assert "Hạn xử lý" in found.tables["register"].unused


# What stands in the cells ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("mark", ["nt", "-nt-", '"', "như trên", "Như trên", "”", "〃", "- n.t -"])
def test_a_ditto_mark_means_what_stands_above_it(tmp_path, mark):
    body = REGISTER.strip().splitlines()
    path = folder(tmp_path / "a", software__csv=LATE_BOTH, register__csv="")
    last = ["2", "H-2", mark, mark, mark, "Đã ký"]
    book(path / "register.xlsx", [*cells("\n".join(body[:2])), last])
    found = load.office(path)
    assert [row["returned_on"] for row in plain(found.register)] == [datetime(2025, 4, 8)] * 2
    assert plain(found.register)[1]["returned_on_written"] == mark
    assert verdicts(found) == {"H-1": "late_only_in_software", "H-2": "late_only_in_software"}
    assert remarks(found) == ["1 dòng có dấu như trên"]
    assert all(remark.startswith("dấu như trên: ") for row in evidence(found, "H-2") for remark in row.remarks)


def test_a_ditto_mark_under_a_ditto_mark_means_the_same(tmp_path):
    register = (
        HEADINGS + FIRST + SECOND.replace("08/04/2025", "nt") + SECOND.replace("H-2", "H-3").replace("08/04/2025", "nt")
    )
    found = read(tmp_path, register)
    assert [row["returned_on"] for row in plain(found.register)] == [datetime(2025, 4, 8)] * 3


def test_a_ditto_mark_in_place_of_a_signature_signs_nothing(tmp_path):
    found = read(tmp_path, HEADINGS + FIRST + SECOND.replace("Đã ký", "nt"))
    assert verdicts(found)["H-2"] == "not_proved"


def test_a_ditto_mark_under_a_struck_line_means_nothing_that_can_be_read(tmp_path):
    path = folder(tmp_path / "a", software__csv=LATE_BOTH, register__csv="")
    book(
        path / "register.xlsx",
        HEADINGS + FIRST + SECOND.replace("08/04/2025", "nt"),
        lambda sheet: strike(sheet, "A2:F2"),
    )
    assert verdicts(path) == {"H-1": "not_proved", "H-2": "not_proved"}


NATIONAL = """
Số hồ sơ | Ngày tiếp nhận | Ngày hẹn trả | Ngày kết thúc xử lý
000.11.22.H77-250401-0012 | 01/04/2025 | 08/04/2025 | 10/04/2025
000.11.22.H77-250402-0012 | 02/04/2025 | 08/04/2025 | 10/04/2025
000.11.23.H77-250402-0015 | 02/04/2025 | 08/04/2025 | 10/04/2025
000.11.24.H77-250402-0015 | 02/04/2025 | 08/04/2025 | 10/04/2025
"""


@pytest.mark.parametrize(
    ("written", "received", "whole"),
    [
        ("250401-0012", "01/04/2025", "000.11.22.H77-250401-0012"),  # its day and serial
        ("0012", "02/04/2025", "000.11.22.H77-250402-0012"),  # its serial, received that day
        ("0012", "03/04/2025", "0012"),  # of no dossier received that day
        ("0012", "", "0012"),  # of two dossiers
        ("0099", "01/04/2025", "0099"),  # of none
        ("250402-0015", "02/04/2025", "250402-0015"),  # of two units
        ("000.11.23.H77-250402-0015", "02/04/2025", "000.11.23.H77-250402-0015"),
    ],
)
def test_a_code_cut_to_its_serial_is_of_a_dossier_only_where_exactly_one_fits(tmp_path, written, received, whole):
    register = HEADINGS + f"1 | {written} | {received} | 08/04/2025 | 08/04/2025 | Đã ký\n"
    found = read(tmp_path, register, software__csv=NATIONAL)
    assert codes(found) == [whole]
    is_put_together = whole != written
    assert remarks(found) == (["1 dòng chỉ ghi ngày và số thứ tự của mã hồ sơ"] if is_put_together else [])
    assert verdicts(found).get(whole) == (
        "late_only_in_software" if len(whole) > 11 else "only_in_register" if received else verdicts(found)[whole]
    )
    if is_put_together:
        assert [row.remarks for row in evidence(found, whole)] == [
            ("mã ghép từ ngày và số thứ tự, khớp đúng một hồ sơ",)
        ]


@pytest.mark.parametrize("mark", [",", ";", "\t", "|"])
def test_the_delimiter_is_the_one_under_which_the_headings_stand(tmp_path, mark):
    titles = "Danh sách, theo dõi, hồ sơ, một cửa, quý, xã; 1; 2\n" if mark not in ",;" else "a b c\n"
    rows = [["Số hồ sơ", "Ngày tiếp nhận", "Ngày hẹn trả", "Ngày kết thúc xử lý", "Ghi,chú" if mark != "," else "x"],
            ["H-1", "01/04/2025", "08/04/2025", "10/04/2025", "một, hai, ba, bốn, năm" if mark != "," else ""]]  # fmt: skip
    body = titles + "\n".join(mark.join(row) for row in rows)
    found = load.office(folder(tmp_path / "a", software__csv=body.encode()))
    assert [row["closed_at"] for row in plain(found.software)] == [datetime(2025, 4, 10)]


def test_a_text_that_a_csv_file_keeps_as_a_formula_is_that_text(tmp_path):
    body = 'Số hồ sơ,Ngày tiếp nhận,Ngày hẹn trả,Ngày kết thúc xử lý\n"=""H-1""","=""01/04/2025""",08/04/2025,"=""10/04/2025"""\n'
    found = load.office(folder(tmp_path / "a", software__csv=body.encode()))
    assert [(row["dossier_id"], row["closed_at"]) for row in plain(found.software)] == [("H-1", datetime(2025, 4, 10))]
    assert problems(found) == []


# A law ----------------------------------------------------------------------------------------------------------------

COLUMNS, ACCEPTED = RECORDS["register"], {column: (column,) for column in RECORDS["register"]}
NAMES = ["dossier_id", "due_on", "returned_on", "signed", "note"]
CELLS = st.sampled_from([
    "", "H-1", "H-2", "000.11.22.H77-250401-0012", "0012", "01/04/2025", "04/16/2025", "16/04", "31/04/2025", "45750", "nt", '"', "#N/A",
    "=A1", "Tổng cộng", "Cộng trang 1", "Trang 3", "Người lập biểu", "Hoàng A Mẫu", "Đã ký", "ký thay", "(1)", "~", "<b>", *NAMES[:3],
])  # fmt: skip
ROWS = st.lists(st.lists(CELLS, min_size=5, max_size=5), max_size=12)


@settings(max_examples=200)
@given(ROWS, ROWS)
def test_no_row_of_any_sheet_is_lost_whatever_stands_in_its_cells(body, going_on):
    texts = {("một", at): row for at, row in enumerate([NAMES, *body], start=1) if any(row)}
    texts |= {("hai", at): row for at, row in enumerate(going_on, start=1) if any(row)}
    sheets = [Sheet(name, [(at, row) for (of, at), row in texts.items() if of == name]) for name in ("một", "hai")]
    try:
        found = table(
            "register",
            {"register.csv": sheets},
            COLUMNS,
            {"register.csv": ACCEPTED},
            Reading({("signed", "đã ký"): "yes"}),
        )
    except AuditError:  # a sheet that begins with other headings: nothing is read at all
        return
    places = [*zip(found.frame["sheet"], found.frame["row"], strict=True),
              *zip(found.left_out["sheet"], found.left_out["row"], strict=True)]  # fmt: skip
    headings = texts.keys() - set(places)
    assert len(places) == len(set(places)) == len(texts) - len(headings)  # each once
    assert ("một", 1) in headings
    assert all(sum(heading_like(text) for text in texts[place]) >= 2 for place in headings)


def heading_like(text: str) -> bool:
    return text in NAMES or "ký" in text


@settings(max_examples=15)
@given(ROWS)
def test_every_row_read_is_judged_a_problem_or_a_duplicate(tmp_path_factory, body):
    path = folder(tmp_path_factory.mktemp("any") / "a", register__csv="")
    rows = [[*row[:4], row[4] if row[4] not in ("nt", '"') else "đã báo"] for row in body]
    book(path / "register.xlsx", [["Mã hồ sơ", "Hẹn trả kết quả", "Trả kết quả", "Ký nhận", "Ghi chú"], *rows])
    try:
        found = load.office(path)
    except AuditError:  # cells that speak of signing, taken for headings: nothing is read at all
        return
    counted = at_once.result(found).accounting["register"]
    assert counted.rows == len(found.register) == counted.judged + counted.problems + counted.duplicates
    assert counted.left_out == len(found.left_out)


def test_a_ditto_mark_among_the_remarks_stops_no_audit(tmp_path):
    lines = "H-1 | 08/04/2025 | Đã ký | đã báo dân\nH-2 | 08/04/2025 | Đã ký | nt\n"
    found = read(tmp_path, "Mã hồ sơ | Trả kết quả | Ký nhận | Ghi chú\n" + lines)
    assert at_once.result(found).dossiers == 2
