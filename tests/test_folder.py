"""A folder as received: what is read, what is left out by name, what is listed, and what nobody can audit."""

import unicodedata
from datetime import date, datetime

import pytest
from folders import OFFICE, REGISTER, SOFTWARE, cells, folder, with_column, xls, xlsx
from hypothesis import given, settings
from hypothesis import strategies as st
from tables import plain
from test_sample import audited

from audit.ground.frames import in_pandas
from audit.ground.terms import AuditError
from audit.reading import load, sheets
from audit.reading.sheets import Sheet
from audit.reading.table import Reading, table
from audit.records.registry import KEPT, RECORDS


def problems(office) -> list[tuple]:
    return [(row["file"], row["row"], row["column"], row["problem"]) for row in plain(office.problems)]


def test_a_folder_is_read_with_every_cell_as_written_beside_its_value(tmp_path):
    office = load.office(folder(tmp_path / "a"))
    first = plain(office.software)[0]
    assert (first["dossier_id"], first["due_at"], first["due_at_written"]) == (
        "H-1",
        datetime(2025, 4, 8, 17),
        "08/04/2025 17:00",
    )
    assert first["row"] == 2
    assert office.as_of == date(2025, 5, 5)
    assert [(i.name, i.rows) for i in office.inputs] == [
        ("office.toml", None),
        ("register.csv", 2),
        ("software.csv", 2),
    ]


ROWS = cells(SOFTWARE)
DATES = [[code, *(datetime(2025, 4, day) for day in days)] for code, days in (("H-1", (1, 8, 10)), ("H-2", (1, 8, 8)))]


def test_xlsx_xls_and_csv_say_the_same(tmp_path):
    found = []
    for ending in ("xlsx", "xls", "csv"):
        path = folder(tmp_path / ending, software__csv="")
        if ending == "xlsx":
            xlsx(path / "software.xlsx", {"Hồ sơ": [ROWS[0], *DATES]})
        elif ending == "xls":
            xls(path / "software.xls", [ROWS[0], *DATES])
        else:
            folder(path, software__csv=SOFTWARE.replace(" 17:00", "").replace(" 08:00", ""))
        found.append(
            plain(
                load.office(path).software,
                "dossier_id",
                "row",
                "received_at",
                "due_at",
                "closed_at",
                "closed_at_written",
            )
        )
    assert found[0] == found[1] == found[2]
    assert found[0][0]["closed_at_written"] == "10/04/2025"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
@pytest.mark.parametrize("form", ["NFC", "NFD"])
@pytest.mark.parametrize("change", [str, str.upper, lambda text: f"  {text.replace(' ', '   ')} : "])
def test_headings_are_found_in_any_encoding_form_case_and_spacing(tmp_path, encoding, form, change):
    heading = ",".join(change(text) for text in ROWS[0])
    body = "\n".join([heading, *(",".join(row) for row in ROWS[1:])])
    path = folder(tmp_path / "a", software__csv=unicodedata.normalize(form, body).encode(encoding))
    assert [row["dossier_id"] for row in plain(load.office(path).software)] == ["H-1", "H-2"]


def test_semicolons_and_line_breaks_inside_a_cell_do_not_move_a_row(tmp_path):
    body = "Số hồ sơ;Ngày tiếp nhận;Ngày hẹn trả;Ngày kết thúc xử lý;Chủ hồ sơ\n"
    body += 'H-1;01/04/2025;08/04/2025;10/04/2025;"Người\nMẫu"\nH-2;01/04/2025;xx;10/04/2025;B\n'
    office = load.office(folder(tmp_path / "a", software__csv=body.encode()))
    assert problems(office) == [("software.csv", 3, "Ngày hẹn trả", "unreadable_day")]


TITLED = """
BÁO CÁO HỒ SƠ | | |
{}
(1) | (2) | (3) | (4)
H-1 | 01/04/2025 | 08/04/2025 | 10/04/2025
{}
H-2 | 01/04/2025 | 08/04/2025 | 08/04/2025
Tổng cộng: 2 hồ sơ | | |
Người lập biểu | | |
""".format(*[" | ".join(ROWS[0])] * 2)


def test_titles_numbering_totals_footers_and_repeated_headings_are_left_out_by_name(tmp_path):
    office = load.office(folder(tmp_path / "a", software__csv=TITLED))
    assert [row["dossier_id"] for row in plain(office.software)] == ["H-1", "H-2"]
    assert [(row["row"], row["why"]) for row in office.left_out.to_dict("records")] == [
        (1, "title"), (3, "numbering"), (5, "repeated_heading"), (7, "total"), (8, "footer"),
    ]  # fmt: skip
    assert not problems(office)


def test_a_row_without_a_code_below_the_total_is_listed_if_it_has_a_date(tmp_path):
    office = load.office(folder(tmp_path / "a", software__csv=TITLED + " | 03/04/2025 | 08/04/2025 |\n"))
    assert problems(office) == [("software.csv", 9, "Số hồ sơ", "empty")]


def test_a_firm_whose_name_begins_like_a_total_is_no_total_row(tmp_path):
    software = with_column(SOFTWARE, "Chủ hồ sơ", "Tổng công ty Mẫu", "B")
    assert len(load.office(folder(tmp_path / "a", software__csv=software)).software) == 2


def test_headings_under_a_merged_heading_are_found(tmp_path):
    register = """
        TT | Mã hồ sơ | Ngày, tháng, năm | | | Ký nhận
           |          | Nhận hồ sơ | Hẹn trả kết quả | Trả kết quả |
        1  | H-1      | 01/04/2025 | 08/04/2025 | 08/04/2025 | Đã ký
    """
    office = load.office(folder(tmp_path / "a", register__csv=register))
    assert plain(office.register, "dossier_id", "returned_on", "signed") == [
        {"dossier_id": "H-1", "returned_on": datetime(2025, 4, 8), "signed": True}
    ]


def test_every_sheet_with_headings_is_read_and_any_other_is_named(tmp_path):
    path = folder(tmp_path / "a", software__csv="")
    sheets = {"Tháng 4": [ROWS[0], DATES[0]], "Tháng 5": [ROWS[0], DATES[1]], "Ghi chép": [["lời dặn"]]}
    xlsx(path / "software.xlsx", sheets)
    office = load.office(path)
    assert [(row["sheet"], row["row"], row["seq"]) for row in plain(office.software)] == [
        ("Tháng 4", 2, 1),
        ("Tháng 5", 2, 2),
    ]
    assert not problems(office)
    assert plain(office.left_out, "sheet", "why") == [{"sheet": "Ghi chép", "why": "other_sheet"}]


def test_the_same_heading_twice_is_forgiven_where_its_cells_agree(tmp_path):
    twice = SOFTWARE.replace("Ngày kết thúc xử lý", "Ngày kết thúc xử lý | NGÀY KẾT THÚC XỬ LÝ")
    agreeing = twice.replace("10/04/2025 08:00", "10/04/2025 08:00 | ").replace(
        "08/04/2025 08:00", "08/04/2025 08:00 | 08/04/2025 08:00"
    )
    assert not problems(load.office(folder(tmp_path / "a", software__csv=agreeing)))
    differing = agreeing.replace("10/04/2025 08:00 | ", "10/04/2025 08:00 | 07/04/2025")
    office = load.office(folder(tmp_path / "b", software__csv=differing))
    assert problems(office) == [("software.csv", 2, "Ngày kết thúc xử lý", "repeated_heading_differs")]
    assert [row["unread"] for row in plain(office.software)] == ["closed_at", None]


def test_two_different_headings_for_one_column_stop_the_audit_until_the_folder_says_which(tmp_path):
    both = SOFTWARE.replace("Ngày kết thúc xử lý", "Ngày kết thúc xử lý | Ngày kết thúc").replace(
        " 08:00", " 08:00 | 01/04/2025"
    )
    with pytest.raises(AuditError, match="Ngày kết thúc · Ngày kết thúc xử lý"):
        load.office(folder(tmp_path / "a", software__csv=both))
    own = "record | column | heading\nsoftware | closed_at | Ngày kết thúc xử lý"
    office = load.office(folder(tmp_path / "a", software__csv=both, headings__csv=own))
    assert plain(office.software)[0]["closed_at"] == datetime(2025, 4, 10, 8)


def test_a_foreign_export_is_read_with_a_headings_file_alone(tmp_path):
    own = "record | column | heading\n" + "\n".join(
        f"software | {column} | {heading}"
        for column, heading in zip(
            ("dossier_id", "received_at", "due_at", "closed_at"), ("case", "start", "deadline", "end"), strict=True
        )
    )
    software = "case | start | deadline | end\nc1 | 2025-04-01 10:00:00.5 | 2025-04-08 00:00:00 | 2025-04-09"
    office = load.office(folder(tmp_path / "a", software__csv=software, headings__csv=own))
    assert plain(office.software)[0]["closed_at"] == datetime(2025, 4, 9)


def test_a_word_nobody_knows_is_listed_until_the_folder_says_what_it_means(tmp_path):
    software = with_column(SOFTWARE, "Trạng thái", "Xong rồi", "Đã trả kết quả")
    office = load.office(folder(tmp_path / "a", software__csv=software))
    assert problems(office) == [("software.csv", 2, "Trạng thái", "unknown_word")]
    own = "column | written | value\nstatus | Xong rồi | returned"
    assert not problems(load.office(folder(tmp_path / "a", software__csv=software, words__csv=own)))


@pytest.mark.parametrize(
    ("written", "signed"),
    [("Đã ký", True), ("x", True), ("", False), ("~", False), ("Chưa nhận", False), ("Nguyễn Văn Mẫu", True)],
)
def test_a_signature_is_a_listed_word_or_the_applicants_own_name(tmp_path, written, signed):
    register = REGISTER.replace("| Ký nhận", "| Ký nhận | Tên cá nhân, tổ chức").replace(
        "Đã ký", f"{written} | NGUYỄN  Văn Mẫu"
    )
    office = load.office(folder(tmp_path / "a", register__csv=register))
    assert [row["signed"] for row in plain(office.register)] == [signed, signed]


def test_a_strangers_name_as_signature_is_listed_and_not_shown(tmp_path):
    register = REGISTER.replace("8/04/2025  | Đã ký", "8/04/2025 | trần thị khác", 1)
    office = load.office(folder(tmp_path / "a", register__csv=register))
    assert problems(office) == [("register.csv", 2, "Ký nhận", "unknown_signature")]
    assert "khác" not in office.problems.to_string()


def test_a_register_without_a_signature_column_leaves_it_unknown(tmp_path):
    register = "\n".join(line.rpartition("|")[0] for line in REGISTER.strip().splitlines())
    office = load.office(folder(tmp_path / "a", register__csv=register))
    assert [row["signed"] for row in plain(office.register)] == [None, None]


def test_units_are_told_apart_by_the_offices_own_list(tmp_path):
    slips = """
        Mã hồ sơ | Cơ quan giao | Cơ quan nhận | Thời gian giao, nhận hồ sơ
        H-1      | BỘ PHẬN Một cửa xã Thử | văn phòng đăng ký đất đai | 02/04/2025
        H-1      | Văn phòng Đăng ký đất đai | Công dân | 03/04/2025
        H-1      | Phòng lạ | UBND xã Thử | 04/04/2025
    """
    office = load.office(folder(tmp_path / "a", control_slips__csv=slips))
    assert [(row["from_level"], row["to_level"]) for row in plain(office.records["control_slips"])] == [
        ("desk", "upper_level"), ("upper_level", "applicant"), ("unknown", "commune"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("files", "message"),
    [
        ({"software__csv": ""}, "thiếu tệp software.xlsx"),
        ({"office__toml": ""}, "chưa có office.toml"),
        ({"register__csv": REGISTER.replace("Trả kết quả", "Cột khác").replace("Hẹn Cột khác", "Hẹn trả kết quả")},
         'register.csv: không có cột “Trả kết quả'),
        ({"software__csv": "không | phải | bảng\n1 | 2 | 3"}, "software.csv: không có cột “Số hồ sơ"),
        ({"software__csv": SOFTWARE.strip().splitlines()[0]}, "không có dòng hồ sơ nào"),
        ({"software__csv": SOFTWARE.replace("01/04/2025", "31/04/2025")}, "không đọc được dòng nào trong 2 dòng.*dòng 2, cột Ngày tiếp nhận: “31/04/2025”"),
        ({"software__csv": "Số hồ sơ,Ngày tiếp nhận\nỦy".encode("utf-16")}, "software.csv: không có cột “Ngày hẹn trả"),
        ({"software__csv": "Số hồ sơ,x\nđã".encode() + "ngày".encode("cp1258", "replace") + b"\xff"}, "software.csv, dòng 2: không nhận ra bảng mã"),
        ({"software__csv": "", "software__xlsx": b"not a workbook"}, "software.xlsx: không mở được như bảng tính"),
        ({"software__csv": 'Số hồ sơ,Ngày tiếp nhận\nH-1,"01/04'.encode()}, "software.csv: không đọc được như tệp CSV"),
        ({"office__toml": OFFICE.replace("as_of = 2025-05-05", "")}, "Chưa có ngày kiểm tra"),
        ({"office__toml": OFFICE.replace("2025-05-05", "2025-03-01")}, "đứng trước ngày đầu kỳ"),
        ({"office__toml": OFFICE.replace("[period]", "[perod]")}, "office.toml, mục period"),
        ({"office__toml": OFFICE.replace("2025-04-30", "2025-03-30")}, "office.toml, mục period"),
        ({"office__toml": "office = ["}, "office.toml: sai cú pháp TOML"),
        ({"headings__csv": "record | column | heading\nsoftware | closed | Ngày"}, "headings.csv: không có cột “closed”"),
        ({"headings__csv": "record | column | heading\nsoftware | status | Tình trạng"}, "headings.csv: software.csv không có cột “Tình trạng”"),
        ({"words__csv": "column | written | value\nstatus | Rút lại | rút"}, "words.csv, cột status: giá trị “rút” không có.*withdrawn"),
        ({"headings__csv": b""}, "headings.csv: dòng đầu thiếu"),
        ({"headings__csv": "record | column | heading\nsoftware | unit"}, "không có cột “”"),
        ({"words__csv": "column | written | value\nstatus | abc"}, "giá trị “” không có"),
        ({"headings__csv": "record | columns\nsoftware | closed"}, "headings.csv: dòng đầu thiếu “column, heading”"),
    ],
)  # fmt: skip
def test_what_nobody_can_audit_is_refused_with_a_message_a_clerk_can_act_on(tmp_path, files, message):
    with pytest.raises(AuditError, match=message) as error:
        load.office(folder(tmp_path / "a", **files))
    assert len(str(error.value).splitlines()) == 2  # Vietnamese, then English


def test_a_missing_heading_is_told_with_the_line_to_write_and_without_anybodys_name(tmp_path):
    software = "DANH SÁCH | | |\nTên | Mã | Hẹn | Xong\nNguyễn Văn A | H-1 | 08/04/2025 | 10/04/2025"
    with pytest.raises(AuditError) as error:
        load.office(folder(tmp_path / "a", software__csv=software))
    assert "software,dossier_id,…" in error.value.messages["vi"]
    assert "Các cột tìm thấy: Tên, Mã, Hẹn, Xong." in error.value.messages["vi"]
    assert "Nguyễn" not in str(error.value)


@pytest.mark.parametrize(("written", "signed"), [("....", False), ("*", False), (":", False), ("✓", True)])
def test_a_dotted_line_is_no_signature_even_where_no_applicant_is_named(tmp_path, written, signed):
    office = load.office(folder(tmp_path / "a", register__csv=REGISTER.replace("Đã ký", written)))
    assert [row["signed"] for row in plain(office.register)] == [signed, signed]


SLIPS = """
    Mã hồ sơ | Cơ quan giao | Cơ quan nhận | Thời gian giao, nhận hồ sơ
    H-1      | UBND xã Thử | Văn phòng Đăng ký đất đai | 02/04/2025
    H-1      | Văn phòng Đăng ký đất đai | {} | 03/04/2025
"""


def test_a_unit_that_nobody_listed_is_a_problem_and_shown_so_that_it_can_be_listed(tmp_path):
    for unit, shown in (("Bộ phận tiếp nhận", "Bộ phận tiếp nhận"), ("Ông Lê Văn Mười", "Ông Lê Văn Mười")):
        office = load.office(folder(tmp_path / "a", control_slips__csv=SLIPS.format(unit)))
        assert [row["is_readable"] for row in plain(office.records["control_slips"])] == [True, False]
        assert [(p["row"], p["problem"], p["written"]) for p in plain(office.problems)] == [(3, "unknown_unit", shown)]


def test_a_hop_without_a_code_is_given_to_no_dossier_and_leaves_the_slips_not_wholly_seen(tmp_path):
    slips = SLIPS.format("Công dân") + "     | Văn phòng Đăng ký đất đai | Công dân | 11/04/2025\n"
    office = load.office(folder(tmp_path / "a", control_slips__csv=slips))
    assert [(row["dossier_id"], row["is_readable"]) for row in plain(office.records["control_slips"])] == [
        ("H-1", True),
        ("H-1", True),
        (None, False),
    ]
    assert office.coverage.unseen == {"control_slips"}
    assert problems(office) == [("control_slips.csv", 4, "Mã hồ sơ", "empty")]


def test_what_may_be_a_name_or_a_telephone_is_never_repeated_in_a_problem(tmp_path):
    shifted = SOFTWARE.replace("H-1      | 01/04/2025", "H-1      | Nguyễn Văn Tám").replace(
        "H-2      | 01/04/2025", "H-2      | 0905 123 456"
    )
    office = load.office(
        folder(
            tmp_path / "a", software__csv=shifted + "H-3 | 01/04/2025 | 31/04/2025 | \nH-4 | 01/04/2025 | 08/04/2025 | "
        )
    )
    assert [row["written"] for row in plain(office.problems)] == ["", "", "31/04/2025"]


def test_a_second_applicant_column_is_nobodys_problem(tmp_path):
    software = with_column(SOFTWARE, "Chủ hồ sơ | Chủ hồ sơ", "Nguyễn Tám | Trần Chín", "A | A")
    office = load.office(folder(tmp_path / "a", software__csv=software))
    assert office.problems.empty
    assert office.software["is_readable"].all()


def test_a_cell_that_no_verdict_rests_on_is_listed_and_its_row_is_judged(tmp_path):
    software = with_column(SOFTWARE, "Thanh toán trực tuyến (lượt)", "miễn", "1")
    office = load.office(folder(tmp_path / "a", software__csv=software))
    assert problems(office) == [("software.csv", 2, "Thanh toán trực tuyến (lượt)", "unreadable_number")]
    assert office.software["is_readable"].all()
    assert "payments" not in office.columns  # and no figure on payments can be checked


def test_dossiers_above_a_richer_second_heading_are_not_taken_for_titles(tmp_path):
    software = (
        SOFTWARE.replace("\n", " | |\n")
        + "Số hồ sơ | Ngày tiếp nhận | Ngày hẹn trả | Ngày kết thúc xử lý | Trạng thái | Lĩnh vực\nH-3 | 01/04/2025 | 08/04/2025 | | Đang xử lý | x"
    )
    office = load.office(folder(tmp_path / "a", software__csv=software.strip().strip("|")))
    assert {"H-1", "H-2", "H-3"} <= set(office.software["dossier_id"])


def test_a_filter_line_above_the_headings_takes_no_column_away(tmp_path):
    numbered = (
        SOFTWARE.strip("\n").replace("Số hồ sơ", "STT | Số hồ sơ").replace("H-1", "3 | H-1").replace("H-2", "7 | H-2")
    )
    software = f"Trạng thái | Tất cả | | |\n{numbered}"
    office = load.office(folder(tmp_path / "a", software__csv=software))
    assert "status" not in office.columns
    assert [row["dossier_id"] for row in plain(office.software)] == ["H-1", "H-2"]


@pytest.mark.parametrize("word", ["Ký nhận", "Mã hồ sơ"])
def test_a_first_line_that_holds_a_heading_word_is_a_line_and_no_heading(tmp_path, word):
    register = REGISTER.replace("| Ký nhận", "| Xác nhận").replace("Đã ký", word)
    assert len(load.office(folder(tmp_path / "a", register__csv=register)).register) == 2


def test_a_name_in_the_code_column_is_listed_and_not_judged(tmp_path):
    register = REGISTER.replace("H-1     ", "Nguyễn An")
    office = load.office(folder(tmp_path / "a", register__csv=register))
    assert [(p["row"], p["problem"], p["written"]) for p in plain(office.problems)] == [(2, "unreadable_code", "")]


def test_a_line_of_a_hamlet_without_code_is_listed_and_a_section_title_is_left_out(tmp_path):
    register = (
        REGISTER.replace("TT | Mã hồ sơ", "Mã hồ sơ | Tên cá nhân, tổ chức")
        .replace("1  | H-1     ", " | Cộng đồng dân cư thôn 3")
        .replace("2  | H-2     ", "H-2 | B")
    )
    office = load.office(
        folder(
            tmp_path / "a",
            register__csv=register + "I. Lĩnh vực đất đai | | | | |\nNgười lập sổ: Nguyễn Văn Tám | | | | |\n",
        )
    )
    assert problems(office) == [("register.csv", 2, "Mã hồ sơ", "empty")]
    assert [(row["row"], row["why"], row["written"]) for row in office.left_out.to_dict("records")] == [
        (4, "note", ""),
        (5, "footer", ""),
    ]


def test_a_claim_named_like_a_total_is_a_claim(tmp_path):
    claims = (
        "claim | measure | written | unit\nTổng số tiếp nhận | received_total | 2 | dossier\nB | settled | 2 | dossier"
    )
    assert len(load.office(folder(tmp_path / "a", claims__csv=claims)).claims) == 2


def test_measures_and_units_of_a_report_may_be_written_in_vietnamese(tmp_path):
    claims = "Ký hiệu | Chỉ số | Con số như in | Đơn vị tính | Đã xác nhận\nA | Đã giải quyết | 293 | hồ sơ | x\nB | quen biết | 1 | nhóm |"
    (first, second) = load.office(folder(tmp_path / "a", claims__csv=claims)).claims.to_dict("records")
    assert (first["measure"], first["unit"], first["is_confirmed"]) == ("settled", "dossier", True)
    assert (second["measure"], second["unit"], second["is_confirmed"]) == ("quen biết", "group", False)


def test_a_mistyped_measure_is_listed_with_the_nearest_one_and_is_still_a_line_of_the_report(tmp_path):
    claims = "claim | measure | written | unit\nA | Đã giải quyêt | 293 | dossier\nB | quen biết với ai | 1 | group"
    office = load.office(folder(tmp_path / "a", claims__csv=claims))
    assert office.claims["is_readable"].all()
    assert office.problems[["row", "problem", "detail"]].to_numpy().tolist() == [
        [2, "unlisted_measure", "Đã giải quyết"], [3, "unlisted_measure", "–"],
    ]  # fmt: skip


def test_a_figure_that_is_not_in_its_quote_is_listed_and_not_confirmed(tmp_path):
    head = "claim | measure | written | unit | quote | is_confirmed\n"
    lines = "A | settled | 341 | dossier | xong 314 hồ sơ | x\nB | late_in_software | 5 | dossier | quá hạn 05 hồ sơ | x\nC | late_in_reality | không có | dossier | không có hồ sơ nào | x\nD | period | 24/8 - 24/9/2023 | day | từ 24/8 đến hết 24/9/2023 | x\nE | results_digitised | 302 | dossier | ho so 13 302 ho so | x"
    office = load.office(folder(tmp_path / "a", claims__csv=head + lines))
    assert office.claims["is_confirmed"].tolist() == [False, True, True, True, True]
    assert problems(office) == [("claims.csv", 2, "written", "figure_not_in_quote")]


def test_a_wrong_word_in_the_figures_of_a_report_is_put_right_there(tmp_path):
    claims = "claim | measure | written | unit | is_confirmed\nA | settled | 293 | hồ so | x\nB | withdrawn | 3 | dossier | đúng rồi"
    office = load.office(folder(tmp_path / "a", claims__csv=claims))
    assert [kind for *_, kind in problems(office)] == ["unknown_unit_of_claim", "unknown_confirmation"]
    assert office.claims["is_confirmed"].tolist() == [True, False]


def test_a_second_figure_of_the_same_name_is_a_problem_and_not_a_second_answer(tmp_path):
    claims = "claim | measure | written | unit\nA | settled | 2 | dossier\nA | withdrawn | 9 | dossier"
    office = load.office(folder(tmp_path / "a", claims__csv=claims))
    assert office.claims["is_readable"].tolist() == [True, False]
    assert problems(office) == [("claims.csv", 3, "claim", "repeated_claim")]


def test_a_line_that_nobody_confirmed_is_not_confirmed(tmp_path):
    claims = "claim | measure | written | unit\nA | settled | 2 | dossier"
    assert load.office(folder(tmp_path / "a", claims__csv=claims)).claims["is_confirmed"].tolist() == [False]


def test_a_register_of_which_one_sheet_has_no_signatures_says_so(tmp_path):
    path = folder(tmp_path / "a", register__csv="")
    rows = cells(REGISTER)
    xlsx(
        path / "register.xlsx",
        {"Quyển 1": rows[:2], "Quyển 2": [row[:-1] for row in (rows[0], rows[2])]},
    )
    assert [row["signed"] for row in plain(load.office(path).register)] == [True, False]
    assert not audited(path).has_signature_column


def test_a_day_of_audit_given_by_hand_wins_over_the_folders(tmp_path):
    assert load.office(folder(tmp_path / "a"), "06/05/2025").as_of == date(2025, 5, 6)
    with pytest.raises(AuditError, match="không phải là một ngày"):
        load.office(tmp_path / "a", "hôm nay")


COLUMNS, ACCEPTED = RECORDS["register"], {column: (column,) for column in RECORDS["register"]}
CELLS = st.sampled_from(["", "H-1", "H-2", "01/04/2025", "31/04/2025", "Tổng cộng", "Đã ký", "(1)", "~", "=1+1", "<b>"])


@settings(max_examples=200)
@given(st.lists(st.lists(CELLS, min_size=3, max_size=3), max_size=12))
def test_no_row_is_lost_whatever_stands_in_it(body):
    heading = ["dossier_id", "returned_on", "signed"]
    filled = [(number, row) for number, row in enumerate([heading, *body], start=1) if any(row)]
    files = {"register.csv": [Sheet("", filled)]}
    read = table("register", files, COLUMNS, dict.fromkeys(files, ACCEPTED), Reading({("signed", "đã ký"): "yes"}))
    assert len(read.frame) + len(read.left_out) == len(filled) - 1
    assert set(read.frame["row"]) | set(read.left_out["row"]) == {number for number, _ in filled[1:]}
    spoilt = read.frame["row"][~read.frame["is_readable"] | read.frame["unread"].notna()]
    assert set(read.problems["row"]) == set(spoilt)


def test_a_record_that_the_office_keeps_and_the_folder_lacks_is_named(tmp_path):
    kept = OFFICE.replace("kept = []", 'kept = ["control_slips", "stops"]')
    stops = "Mã hồ sơ | Từ ngày | Đến ngày\nH-1 | 02/04/2025 | 03/04/2025"
    office = load.office(folder(tmp_path / "a", office__toml=kept, stops__csv=stops))
    assert office.coverage.missing == {"control_slips", "apologies"}
    assert office.coverage.kept == {"register", "control_slips", "stops"}
    assert load.office(folder(tmp_path / "b")).coverage.missing == {"apologies"}


def test_while_nobody_says_which_records_are_kept_all_are_taken_as_kept(tmp_path):
    unsaid = OFFICE.replace("[records]\nkept = []\n", "")
    office = load.office(folder(tmp_path / "a", office__toml=unsaid))
    assert office.coverage.missing == set(KEPT)


def test_a_sheet_that_was_not_read_leaves_its_record_not_wholly_seen(tmp_path):
    stop = ["02/04/2025", "03/04/2025"]
    sheets_ = {"1": [["Mã hồ sơ", "Từ ngày", "Đến ngày"], ["H-1", *stop]], "2": [["1", "H-2", *stop]]}
    xlsx(folder(tmp_path / "a") / "stops.xlsx", sheets_)
    assert load.office(tmp_path / "a").coverage.unseen == {"stops"}


def test_a_sheet_without_headings_goes_on_with_the_one_before_where_its_columns_are_the_same(tmp_path):
    stop = ["02/04/2025", "03/04/2025"]
    sheets_ = {"1": [["Mã hồ sơ", "Từ ngày", "Đến ngày"], ["H-1", *stop]], "2": [["H-2", *stop]]}
    xlsx(folder(tmp_path / "a") / "stops.xlsx", sheets_)
    office = load.office(tmp_path / "a")
    assert not office.coverage.unseen
    assert [row["dossier_id"] for row in plain(office.records["stops"])] == ["H-1", "H-2"]


def test_a_line_that_names_another_person_or_procedure_is_no_proof_nor_a_copy(tmp_path):
    software = """
        Số hồ sơ | Ngày tiếp nhận | Ngày hẹn trả | Ngày kết thúc xử lý | Chủ hồ sơ | Tên thủ tục hành chính
        H-1      | 01/04/2025     | 08/04/2025   | 10/04/2025          | Lê Văn Mẫu Một | Chứng thực chữ ký
        H-2      | 01/04/2025     | 08/04/2025   | 10/04/2025          | Trần Thị Mẫu Hai | Đăng ký kết hôn
    """
    register = """
        Mã hồ sơ | Tên cá nhân, tổ chức | Tên TTHC | Nhận hồ sơ | Trả kết quả | Ký nhận
        H-1 | Ông LE VAN MAU MOT | CT chữ ký | 01/04/2025 | 07/04/2025 | Đã ký
        H-1 | Trần Thị Mẫu Hai | Chứng thực chữ ký | 01/04/2025 | 07/04/2025 | Đã ký
        H-1 | - | đăng ký KẾT HÔN | 01/04/2025 | 07/04/2025 | Đã ký
    """
    office = load.office(folder(tmp_path / "a", software__csv=software, register__csv=register))
    assert [row["names_another"] for row in plain(office.records["register"])] == [None, "applicant", "procedure"]


def test_a_number_that_a_spreadsheet_has_rounded_is_no_code(tmp_path):
    for written in ("2.50401E+17", "2,504010000123E+17"):
        software = SOFTWARE.replace("H-1      |", f"{written} |")
        office = load.office(folder(tmp_path / written, software__csv=software))
        assert office.software["is_readable"].tolist()[0] is False
    assert sheets.cell_text(250401000012345678.0) == "2.50401000012346E+17"
    assert sheets.cell_text(250401000012345.0) == "250401000012345"


def test_a_register_without_any_line_is_no_register(tmp_path):
    office = load.office(folder(tmp_path / "a", register__csv=REGISTER.split("\n1 ")[0]))
    assert office.coverage.missing == {"register", "apologies"}


def test_the_inspectors_own_term_takes_the_place_of_the_toolkits(tmp_path):
    own = "procedure | term | unit | in_force_from | in_force_to | source\nĐăng ký KẾT HÔN | 2 | workdays | 2025-01-01 |  | QĐ 1"
    terms = in_pandas(load.office(folder(tmp_path / "a", procedures__csv=own)).counting["terms"])
    wedding = terms[terms["procedure_key"] == "đăng ký kết hôn"]
    assert set(zip(wedding["term_workdays"], wedding["decides"], strict=True)) == {(2, True)}
    assert wedding["received_on"].min().year == 2025
    assert not terms[terms["procedure_key"] == "đăng ký khai sinh"]["decides"].any()


@pytest.mark.parametrize(
    ("term", "unit", "workdays"),
    [
        ("10", "ngày", None),
        ("10", "ngày lịch", None),
        ("2", "tháng", None),
        ("2", "workdays", 2),
        ("2", "ngày làm việc", 2),
        ("12", "giờ làm việc", 2),
        ("8", "Giờ làm việc", 1),
    ],
)
def test_a_term_may_be_written_with_its_unit_in_words(tmp_path, term, unit, workdays):
    own = f"procedure | term | unit | in_force_from | in_force_to | source\nKhai tử | {term} | {unit} | 2025-01-01 |  | QĐ 1"
    terms = in_pandas(load.office(folder(tmp_path / "a", procedures__csv=own)).counting["terms"])
    found = terms[terms["procedure_key"] == "khai tử"]
    assert set(found["term_workdays"].astype(object).where(found["term_workdays"].notna(), None)) == {workdays}
    assert set(found["term"]) == {int(term)}


@pytest.mark.parametrize(
    "line",
    [
        "Khai tử | x | workdays | | | QĐ",
        "Khai tử | 0 | workdays | | | QĐ",
        "Khai tử | 5 | tuần | | | QĐ",
        "Khai tử | 5 | hours | 31/02/2025 | | QĐ",
    ],
)
def test_a_term_that_cannot_be_read_stops_the_audit_with_what_stands_there(tmp_path, line):
    own = f"procedure | term | unit | in_force_from | in_force_to | source\n{line}"
    with pytest.raises(AuditError, match="Khai tử"):
        load.office(folder(tmp_path / "a", procedures__csv=own))


def test_two_terms_of_a_procedure_on_one_day_stop_the_audit(tmp_path):
    own = """
procedure | term | unit     | in_force_from | in_force_to | source
Khai tử   | 5    | workdays | 2025-01-01    | 2025-06-30  | QĐ 1
Khai tử   | 3    | workdays | 2025-06-30    |             | QĐ 2
"""
    with pytest.raises(AuditError, match="khai tử"):
        load.office(folder(tmp_path / "a", procedures__csv=own))


def test_a_corrected_cell_is_read_as_corrected_and_shown_as_it_was(tmp_path):
    line = "record | sheet | row | column | was | now | why | by | on\n{}"
    right = line.format(
        "register |  | 2 | returned_on | 08/04/2025 | 09/04/2025 | giấy hẹn gốc | Thanh tra viên | 2025-05-01"
    )
    office = load.office(folder(tmp_path / "a", corrections__csv=right))
    row = plain(office.register)[0]
    assert (row["returned_on"], row["returned_on_written"], row["corrected"]) == (
        datetime(2025, 4, 9),
        "08/04/2025",
        "returned_on",
    )
    stale = right.replace("08/04/2025", "07/04/2025")
    with pytest.raises(AuditError, match=r"register\.csv, dòng 2.*“07/04/2025”.*“08/04/2025”"):
        load.office(folder(tmp_path / "b", corrections__csv=stale))


def test_a_correction_of_a_record_that_is_not_there_stops_the_audit(tmp_path):
    line = "record | sheet | row | column | was | now | why | by | on\nstops |  | 2 | to_on |  | 03/04/2025 | giấy gốc | Thanh tra viên | 2025-05-01"
    with pytest.raises(AuditError, match=r"corrections\.csv.*dòng 2"):
        load.office(folder(tmp_path / "a", corrections__csv=line))


def test_a_sheet_named_after_a_person_is_called_by_its_number(tmp_path):
    path = folder(tmp_path / "a", register__csv="")
    xlsx(path / "register.xlsx", {"Sổ": cells(REGISTER), "Nguyễn Thị Hoa": cells(REGISTER)})
    assert set(load.office(path).register["sheet"]) == {"Sổ", "#2"}


def test_a_name_with_a_telephone_number_is_no_dossiers_code(tmp_path):
    office = load.office(folder(tmp_path / "a", software__csv=SOFTWARE.replace("H-1", "Phạm Văn Cần 0912345678")))
    assert [(row["problem"], row["written"]) for row in plain(office.problems)] == [("unreadable_code", "")]


def test_a_term_of_a_misspelt_procedure_is_named_with_the_one_it_is_near(tmp_path):
    software = SOFTWARE.replace("Số hồ sơ", "Tên thủ tục hành chính | Số hồ sơ").replace(
        "H-", "Đăng ký thành lập hộ kinh doanh | H-"
    )
    own = "procedure | term | unit | in_force_from | in_force_to | source\nĐăng kí thành lập hộ kinh doanh | 3 | workdays | | | QĐ 1"
    found = audited(folder(tmp_path / "a", software__csv=software, procedures__csv=own)).problems
    assert [(p.file, p.row, p.problem) for p in found] == [("procedures.csv", 2, "procedure_misnamed")]
    assert "“Đăng ký thành lập hộ kinh doanh”" in found[0].message


def test_an_unknown_code_in_a_record_of_evidence_is_named_with_the_codes_it_is_near(tmp_path):
    papers = "Mã hồ sơ | Số văn bản | Ngày ban hành\nH-19 | 12/UBND | 07/04/2025"
    found = audited(folder(tmp_path / "a", result_papers__csv=papers)).problems
    assert [(p.record, p.problem) for p in found] == [("result_papers", "dossier_unknown")]
    assert "H-1" in found[0].message
