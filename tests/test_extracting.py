"""What a report says, read from clean text, from a scan and from files of every kind; nothing is stated as sure that is wrong."""

import csv
import io
import shutil
import subprocess
import time
import zipfile
import zlib
from collections import Counter
from pathlib import Path

import docx
import pandas as pd
import pypdfium2
import pytest
from conftest import ROOT, SAMPLE
from docx.oxml import OxmlElement
from folders import folder
from typer.testing import CliRunner

from audit.commands.main import app
from audit.extracting import extract
from audit.ground.terms import AuditError, measures
from audit.reading import load, report_text

REPORTS = ROOT / "tests" / "reports"
SCANNED, TYPED = SAMPLE / "report.txt", REPORTS / "233-transcribed.txt"
SIGNS_THAT_RUN = ("=", "+", "-", "@", "\t")
CLAIMS = ["measure", "written", "out_of_written", "unit"]


def read(text: str) -> pd.DataFrame:
    lines = pd.DataFrame([("", number, line) for number, line in enumerate(text.strip().splitlines(), start=1)],
                         columns=report_text.COLUMNS)  # fmt: skip
    return extract.claims(lines, report_text.phrases())


def said(text: str) -> list[str]:
    """Measure, figure, total and unit of each claim in one line; statements left out."""
    found = read(text)
    found = found[found["unit"] != "statement"]
    return [" ".join(" ".join(row).split()) for row in found[CLAIMS].itertuples(index=False)]


def claims_of(path: Path) -> pd.DataFrame:
    return extract.claims(report_text.lines(path), report_text.phrases())


def counted(claims: pd.DataFrame) -> Counter:
    return Counter(tuple(row) for row in claims[CLAIMS].itertuples(index=False))


def expected(path: Path) -> pd.DataFrame:
    return pd.read_csv(path, dtype=str, keep_default_na=False, encoding="utf-8-sig")


@pytest.mark.parametrize("report", [SCANNED, TYPED], ids=["scanned", "typed"])
def test_every_figure_and_statement_of_report_233_is_proposed_from_the_scan_and_from_clean_text(report):
    confirmed = counted(expected(SAMPLE / "claims.csv"))
    proposed = counted(claims_of(report))
    assert sum(confirmed.values()) >= 66
    assert confirmed - proposed == Counter()
    assert proposed - confirmed == Counter()


@pytest.mark.parametrize("report", [SCANNED, TYPED], ids=["scanned", "typed"])
def test_nothing_of_report_233_is_sure_that_is_wrong(report):
    proposed = claims_of(report)
    sure = proposed[proposed["reading"] == "sure"]
    assert len(sure) >= 38
    assert counted(sure) - counted(expected(SAMPLE / "claims.csv")) == Counter()


@pytest.mark.parametrize(("name", "missed"), [("clean", 1), ("planted", 0), ("other_style", 0)])
def test_reports_made_by_somebody_else_are_read_and_nothing_in_them_is_sure_that_is_wrong(name, missed):
    oracle, proposed = expected(REPORTS / f"{name}_claims.csv"), claims_of(REPORTS / f"{name}.txt")
    assert sum((counted(oracle) - counted(proposed)).values()) <= missed
    sure = proposed[proposed["reading"] == "sure"]
    assert len(sure) > len(oracle) / 2
    right = {tuple(row) for row in oracle[["measure", "written"]].itertuples(index=False)}
    assert {tuple(row) for row in sure[["measure", "written"]].itertuples(index=False)} <= right


@pytest.mark.parametrize(
    ("scan", "read_as"),
    [
        ("So ho so truc tuyen muc do toan trinh la: 13/13 ho so duoc tiep nhan, dat ty 18 100%.", "18"),
        ("tong sd ho so di co so hoa ket qua giai quyét 1a 244 ho so, dat ty 16 83,56%.", "16"),
        ("Trong ky bao cao, tong s6 hd 50 €O s6 hoa day du thanh phan ho so 13\n\n302 ho so, dat ty 18 97,42%", "13"),
        ("Trong ky bao cao, tong s6 hd 50 €O s6 hoa day du thanh phan ho so 13\n\n302 ho so, dat ty 18 97,42%", "50"),
        ("UBND x4 duoc cung cap dich vu cong truc tuyén mirc 46 mot phan va toan trinh la: 51 thu tuc", "46"),
        ("chua thyc hién viéc xin 161 nguoi dan, t6 chtrc khi dé xdy ra tré han", "161"),
        ("Tir d6, dan den van con mot 0 ho so trén hé thong phan mém tong hop qua han", "0"),
        ("cap th¢ BHYT cho tré em dudi 6 tudi: tiép nhan truc tuyén 09/09 hé so", "6"),
        ("2. Két qua thwe hién: (56 liéu tinh tir ngay 24/8 dén ngay 24/9/2023).", "56"),
    ],
)
def test_letters_that_a_scanner_took_for_figures_are_no_figures(scan, read_as):
    assert read_as not in set(read(f"UBND x4, UBND x@, s6 hod va s6 lwong\n\n{scan}")["written"])


def test_figures_of_a_scan_that_stand_behind_a_misread_word_are_read_but_not_sure():
    found = read("UBND x4 s6 hoa\n\nTong s6 hd so co s6 hoa day du thanh phan ho so 13 302 ho so, dat ty 1€ 97,42%")
    assert list(found["written"]) == ["302", "97,42%"]
    assert set(found["measure"]) == {"components_digitised"}
    assert "sure" not in set(found["reading"])


@pytest.mark.parametrize(
    ("text", "claims"),
    [
        ("Giải quyết đúng hạn 2.602/2.760 hồ sơ, đạt 96,2%.",
         ["settled_in_time 2.602 2.760 dossier", "settled_in_time 96,2% 2.760 percent"]),
        ("Cả nước có 24.382 cán bộ, công chức làm việc tại 3.139 trung tâm, bình quân 6 người/trung tâm.",
         ["unknown 24.382 person", "unknown 3.139 other", "unknown 6 3.139 average"]),
        ("Đã giải quyết 225 hồ sơ, trong đó: trước hạn 120, đúng hạn 100, quá hạn 5.",
         ["settled 225 dossier", "settled_early 120 dossier", "settled_on_due_day 100 dossier", "late_in_software 5 dossier"]),
        ("Đã giải quyết 293 hồ sơ: trước hạn 288 hồ sơ, quá hạn 05 hồ sơ.",
         ["settled 293 dossier", "settled_in_time 288 dossier", "late_in_software 05 dossier"]),
        ("Đang giải quyết 45 hồ sơ (trong hạn: 44 hồ sơ; quá hạn: 01 hồ sơ).",
         ["open 45 dossier", "open_within_time 44 dossier", "open_overdue 01 dossier"]),
        ("Trong kỳ có 10/51 thủ tục phát sinh hồ sơ (trong đó: một phần 09 thủ tục, toàn trình 01 thủ tục).",
         ["online_procedures_used 10 51 procedure", "online_procedures_used_partial 09 procedure", "online_procedures_used_full 01 procedure"]),
        ("Có 306 hồ sơ nộp trực tuyến trên tổng số 385 hồ sơ mới tiếp nhận, chiếm 79,48%.",
         ["received_online 306 385 dossier", "received_new 385 dossier", "received_online 79,48% 385 percent"]),
        ("Tỷ lệ hồ sơ giải quyết trong hạn đạt 98,97% (384/388 hồ sơ đã giải quyết).",
         ["settled_in_time 98,97% 388 percent", "settled_in_time 384 388 dossier"]),
        ("Đã thực hiện 198 lượt thanh toán trực tuyến, đạt tỷ lệ 82,50% (198/240 hồ sơ có phí, lệ phí), số tiền 12,5 triệu đồng.",
         ["payments 198 240 payment", "payments 82,50% 240 percent", "paid_dong 12,5 triệu đồng dong"]),
        ("Số hồ sơ trực tuyến đã giải quyết xong là 284/306 hồ sơ.", ["online_listed_settled 284 306 dossier"]),
        ("Tổng số hồ sơ tiếp nhận: 1 234 hồ sơ.", ["received_total 1 234 dossier"]),
        ("Đã giải quyết xong một 0 hồ sơ.", ["settled 0 dossier"]),
        ("Tuần trước tiếp nhận 280 hồ sơ.", ["received_total 280 dossier"]),
        ("Đã giải quyết trước hạn 90 hồ sơ, đúng hạn 5 hồ sơ. Tỷ lệ giải quyết đúng hạn: 99,52%.",
         ["settled_early 90 dossier", "settled_on_due_day 5 dossier", "settled_in_time 99,52% percent"]),
        ("Kế hoạch đề ra các chỉ tiêu: giải quyết đúng hạn 98%.", ["settled_in_time 98% target"]),
        ("Nghị định số 61/2018/NĐ-CP ngày 23/4/2018 của Chính phủ", ["unknown 61/2018/NĐ-CP, 23/4/2018 number"]),
    ],
)  # fmt: skip
def test_other_ways_of_writing_the_same_are_read_too(text, claims):
    assert sorted(said(text)) == sorted(claims)


def test_received_and_settled_printed_as_one_pair_are_two_claims_and_their_share():
    found = read(
        "Nhóm liên thông khai sinh: Đã tiếp nhận và giải quyết thông qua hình thức trực tuyến 09/09 hồ sơ, đạt tỷ lệ 100%."
    )
    assert found[CLAIMS].to_numpy().tolist() == [
        ["interlinked_birth_received", "09", "", "dossier"],
        ["interlinked_birth_settled", "09", "09", "dossier"],
        ["interlinked_birth_settled", "100%", "09", "percent"],
    ]
    assert len(set(found["quote"])) == 1
    assert list(found["claim"]) == ["c1", "c2", "c2%"]


@pytest.mark.parametrize(
    ("text", "measure", "written"),
    [
        ("Đã giải quyết 293 hồ sơ, không có hồ sơ quá hạn.", "late_in_software", "không có"),
        ("Đã giải quyết 417 hồ sơ, quá hạn: không có.", "late_in_software", "không có"),
        ("Trong kỳ không phát sinh hồ sơ trễ hạn.", "late_in_software", "không có"),
        ("Không có hồ sơ đang giải quyết quá hạn.", "open_overdue", "không có"),
        ("Tất cả hồ sơ được giải quyết đúng hạn.", "settled_in_time", "tất cả"),
        ("Có 68 hồ sơ quá hạn chưa có kết quả.", "open_overdue", "68"),
        ("Hiện còn 57 hồ sơ đang xử lý quá hạn.", "open_overdue", "57"),
        ("Tiếp nhận qua dịch vụ bưu chính công ích: 96 hồ sơ.", "received_by_post", "96"),
        ("Số hồ sơ đến hạn giải quyết trong kỳ: 1.169 hồ sơ.", "fallen_due", "1.169"),
        ("Hồ sơ trực tuyến chậm được tiếp nhận là 286 hồ sơ.", "received_late", "286"),
        ("Từ chối tiếp nhận 07 hồ sơ.", "refused", "07"),
        ("Tổng số hồ sơ yêu cầu giải quyết là 1.455 hồ sơ.", "received_total", "1.455"),
        ("Đã trả kết quả nhưng chậm hạn 12 hồ sơ.", "late_in_software", "12"),
        ("Đã giải quyết được hơn 600 hồ sơ.", "settled", "hơn 600"),
        ("Tổng hồ sơ tiếp nhận: gần 2.000 hồ sơ.", "received_total", "gần 2.000"),
        ("Đã giải quyết 12 nghìn hồ sơ.", "settled", "12 nghìn"),
        ("Đã giải quyết 3,4 nghìn hồ sơ.", "settled", "3,4 nghìn"),
        ("Tiếp nhận trực tuyến mức 3,4 là 55 hồ sơ.", "received_online", "55"),
    ],
)
def test_a_sentence_as_offices_write_it_is_read_as_what_it_says(text, measure, written):
    assert read(text)[["measure", "written"]].to_numpy().tolist()[-1] == [measure, written]


@pytest.mark.parametrize(
    "text",
    [
        "Hồ sơ quá hạn không có văn bản xin lỗi được nhắc nhở.",
        "Hồ sơ quá hạn không phải do công chức.",
        "Việc thực hiện xin lỗi khi để xảy ra hồ sơ quá hạn.",
    ],
)
def test_words_about_late_dossiers_do_not_say_that_there_are_none(text):
    assert "late_in_software" not in set(read(text)["measure"])


LEVELS = (
    "BÁO CÁO\nKết quả quý II\nToàn tỉnh tiếp nhận tổng số 14.400 hồ sơ. Đã giải quyết 13.800 hồ sơ.\n"
    "Đối với cấp tỉnh, tổng số hồ sơ tiếp nhận là 5.100 hồ sơ; đã giải quyết 4.800 hồ sơ.\n"
    "Cấp xã tiếp nhận 9.300 hồ sơ, đã giải quyết 9.000 hồ sơ."
)


def test_a_figure_is_said_of_the_level_that_its_sentence_or_one_before_it_names():
    assert read(LEVELS)[["measure", "written", "scope"]].to_numpy().tolist() == [
        ["received_total", "14.400", "toàn tỉnh"], ["settled", "13.800", "toàn tỉnh"],
        ["received_total", "5.100", "cấp tỉnh"], ["settled", "4.800", "cấp tỉnh"],
        ["received_total", "9.300", "cấp xã"], ["settled", "9.000", "cấp xã"],
    ]  # fmt: skip


def test_a_report_that_names_one_level_and_nothing_apart_from_it_speaks_of_itself():
    assert set(read("Cấp xã tiếp nhận 9.300 hồ sơ, đã giải quyết 9.000 hồ sơ.")["scope"]) == {""}


def test_a_wider_area_beside_the_offices_own_figures_is_told_apart_from_them():
    found = read("Đã giải quyết 290 hồ sơ.\n\nToàn huyện đã giải quyết 5.000 hồ sơ.")
    assert found[["written", "scope"]].to_numpy().tolist() == [["290", ""], ["5.000", "toàn huyện"]]


TABLE = (
    "Tỷ lệ thanh toán trực tuyến đạt 85,5%.\n\nSTT\tLĩnh vực\tTiếp nhận\tĐúng hạn\tQuá hạn\tSố tờ\n"
    "1\tHộ tịch\t41\t38\t3\t7\n2\tChứng thực\t127\t125\t3\t9\nTổng cộng\t\t168\t163\t6\t16"
)


def test_a_cell_of_a_table_counts_what_its_column_is_headed_with_of_what_its_row_is():
    found = read(TABLE)[["measure", "written", "scope"]].to_numpy().tolist()
    assert found[1:7] == [
        ["received_total", "41", "Hộ tịch"], ["settled_in_time", "38", "Hộ tịch"], ["late_in_software", "3", "Hộ tịch"],
        ["received_total", "127", "Chứng thực"], ["settled_in_time", "125", "Chứng thực"],
        ["late_in_software", "3", "Chứng thực"],
    ]  # fmt: skip
    assert not {"7", "9", "16"} & {written for _, written, _ in found}  # under no heading that is known


def test_a_row_of_small_counts_is_no_numbering_of_columns_and_one_that_counts_on_is():
    found = read("Tiếp nhận\tĐúng hạn\tQuá hạn\n(1)\t(2)\t(3)\n41\t38\t3\n")
    assert found[["measure", "written"]].to_numpy().tolist() == [
        ["received_total", "41"], ["settled_in_time", "38"], ["late_in_software", "3"],
    ]  # fmt: skip


def test_a_table_of_one_column_of_figures_counts_what_its_rows_are_headed_with():
    found = read("Chỉ tiêu\tSố lượng\nTổng số hồ sơ tiếp nhận\t314\nĐã giải quyết\t293\nQuá hạn\t5")
    assert found[["measure", "written", "scope"]].to_numpy().tolist() == [
        ["received_total", "314", ""], ["settled", "293", ""], ["late_in_software", "5", ""],
    ]  # fmt: skip


def test_levels_of_service_and_spans_of_time_are_no_counts():
    found = read(
        "Trong 05 tháng đầu năm đã tiếp nhận 716 hồ sơ, trong đó tiếp nhận trực tuyến mức độ 3-4 là 568 hồ sơ."
    )
    assert found[["measure", "written"]].to_numpy().tolist() == [["received_total", "716"], ["received_online", "568"]]


def test_early_is_early_where_a_share_of_both_stands_beside_it():
    found = read("Số hồ sơ giải quyết trước hạn đạt 889 hồ sơ, tỷ lệ giải quyết đúng và trước hạn đạt 99,7%.")
    assert ["settled_early", "889"] in found[["measure", "written"]].to_numpy().tolist()
    assert ["settled_in_time", "99,7%"] in found[["measure", "written"]].to_numpy().tolist()


@pytest.mark.parametrize(
    "text",
    [
        "Lũy kế từ đầu năm đến nay, tiếp nhận 2.760 hồ sơ.",
        "Tính chung toàn huyện, các xã đã giải quyết đúng hạn 2.602 hồ sơ.",
        "Lĩnh vực đất đai: tiếp nhận 120 hồ sơ.",
        "Thôn Phú Lễ: tiếp nhận trực tiếp 21 hồ sơ.",
        "Công an xã tiếp nhận trực tuyến 50 hồ sơ cư trú.",
        "Tháng trước tiếp nhận 280 hồ sơ.",
        "Dự kiến giải quyết đúng hạn 500 hồ sơ.",
        "UBND huyện đã giải quyết 5.000 hồ sơ.",
        "Tiếp nhận trực tuyến tăng 20 hồ sơ so với cùng kỳ.",
    ],
)
def test_a_figure_of_a_part_of_another_time_or_of_another_office_is_proposed_and_never_sure(text):
    found = read(text)
    assert len(found) == 1
    assert "sure" not in set(found["reading"])


@pytest.mark.parametrize(
    "text",
    [
        "UBND x4 s6 hoa, giai quyet truc han 288 ho so",  # trước hạn or trễ hạn
        "Tiếp nhận nhiều loại giấy tờ khác nhau của người dân ở các nơi xa 20 hồ sơ.",
        "Hồ sơ tiếp nhận trực tuyến trực tiếp 20 hồ sơ.",
    ],
)
def test_words_misread_far_away_or_of_two_meanings_make_no_figure_sure(text):
    assert list(read(text).query("unit == 'dossier'")["reading"]) in (["likely"], ["unsure"])


@pytest.mark.parametrize("text", ["Trang bị thêm 02 máy quét.", "Đã cấp 37 giấy khen.", "Có 14 hồ sơ chờ ký."])
def test_a_counted_thing_that_nobody_listed_is_proposed_as_unknown(text):
    found = read(text)
    assert list(found["measure"]) == ["unknown"]
    assert list(found["reading"]) == ["unsure"]


@pytest.mark.parametrize(
    "text",
    ["Năm 2023, UBND xã thực hiện Đề án 06.", "Theo Điều 5 và khoản 3.", "dịch vụ công mức độ 4", "trẻ em dưới 6 tuổi"],
)
def test_numbers_in_names_are_no_figures(text):
    assert read(text).empty


def test_a_figure_is_found_where_it_is_printed():
    found = read("""
        1. Công tác chỉ đạo:
        - Cử 05 công chức tham gia tập huấn.
        3/ Đánh giá chung:
        b) Tồn tại, hạn chế:
        + Có 02 hồ sơ quá hạn thuộc thẩm quyền
        trả kết quả của cơ quan cấp trên.
    """)
    assert found[["written", "section", "line", "quote"]].to_numpy().tolist() == [
        ["05", "1. Công tác chỉ đạo", "2", "Cử 05 công chức tham gia tập huấn."],
        ["02", "3b. Tồn tại, hạn chế", "5", "Có 02 hồ sơ quá hạn thuộc thẩm quyền trả kết quả của cơ quan cấp trên."],
    ]  # fmt: skip


def test_a_page_number_and_a_blank_line_do_not_break_a_sentence():
    found = read("Tổng số hồ sơ tiếp nhận là\n\n4\n\n314 hồ sơ.")
    assert found[["written", "reading", "quote"]].to_numpy().tolist() == [
        ["314", "sure", "Tổng số hồ sơ tiếp nhận là 314 hồ sơ."]
    ]


def test_a_report_that_somebody_signed_has_no_missing_signatory():
    unsigned = "1. Kết quả\nTM. ỦY BAN NHÂN DÂN\nCHỦ TỊCH"
    assert list(read(unsigned)["measure"]) == ["signatory"]
    assert read(f"{unsigned}\nTrần Văn Mẫu").empty


def test_two_figures_for_one_measure_are_not_both_sure():
    found = read("Đã giải quyết 293 hồ sơ.\n\nTrong kỳ đã giải quyết 290 hồ sơ.")
    assert sorted(found["reading"]) == ["likely", "sure"]


@pytest.mark.parametrize("text", ["", "\n", "???", "1" * 100_000, "hồ sơ 5 " * 700, "(" * 50_000, "€¢& 1€ " * 2_000])
def test_text_that_no_report_has_neither_fails_nor_takes_for_ever(text):
    begun = time.process_time()  # of this process alone, however busy the machine is
    read(text)
    assert time.process_time() - begun < 20


def test_every_listed_phrase_is_of_a_known_measure_and_has_a_source():
    known = {*measures(), "*", "unit", "total", "scope", "none", "misread"}
    for line in report_text.phrases():
        assert set(line["measure"].split()) <= known, line
        assert line["source"], line
        assert any(line[column] for column in ("before", "after", "context", "written")), line


def numbered(document, text: str, style: str):
    return document.add_paragraph(text, style=style)


def word_file() -> bytes:
    document = docx.Document()
    table = document.add_table(rows=1, cols=2)
    table.cell(0, 0).text = "UBND XÃ THỬ\nSố: 12/BC-UBND"
    table.cell(0, 1).text = "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM\nThử, ngày 02 tháng 10 năm 2025"
    numbered(document, "Công tác chỉ đạo", "List Number")
    numbered(document, "Kết quả thực hiện", "List Number")
    deleted = document.add_paragraph("Đã giải quyết ")
    for tag, wrapper, digits in (("w:delText", "w:del", "11"), ("w:t", "w:moveFrom", "12"), ("w:t", "w:ins", "293")):
        change, run, text = OxmlElement(wrapper), OxmlElement("w:r"), OxmlElement(tag)
        text.text = digits
        run.append(text)
        change.append(run)
        deleted._p.append(change)
    deleted.add_run(" hồ sơ.")
    rows = document.add_table(rows=2, cols=3)
    for row, cells in zip(
        rows.rows, (("1", "Tổng số hồ sơ tiếp nhận", "314 hồ sơ"), ("2", "Công dân rút", "03 hồ sơ")), strict=True
    ):
        for cell, text in zip(row.cells, cells, strict=True):
            cell.text = text
    content = io.BytesIO()
    document.save(content)
    return content.getvalue()


def test_a_word_file_is_read_with_its_tables_and_numbers_and_without_what_was_deleted(tmp_path):
    (tmp_path / "report.docx").write_bytes(word_file())
    found = claims_of(tmp_path / "report.docx")
    assert found[["measure", "written", "section"]].to_numpy().tolist() == [
        ["report_number", "12/BC-UBND", "Phần đầu"],
        ["report_date", "02/10/2025", "Phần đầu"],
        ["settled", "293", "2. Kết quả thực hiện"],
        ["received_total", "314", "2. Kết quả thực hiện"],
        ["withdrawn", "03", "2. Kết quả thực hiện"],
    ]


def pdf(*streams: bytes, extra: bytes = b"", objects: tuple[bytes, ...] = (), resources: bytes = b"") -> bytes:
    """A small PDF, a page for each stream of drawing commands."""
    pages = [4 + len(objects) + 2 * n for n in range(len(streams))]
    written = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[" + b" ".join(b"%d 0 R" % page for page in pages) + b"]/Count %d>>" % len(pages),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
        *objects,
    ]
    for page, stream in zip(pages, streams, strict=True):
        written.append(b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents %d 0 R" % (page + 1)
                       + b"/Resources<</Font<</F 3 0 R>>" + resources + b">>>>")  # fmt: skip
        written.append(b"<</Length %d>>stream\n" % len(stream) + stream + b"\nendstream")
    content, places = b"%PDF-1.4\n", []
    for number, body in enumerate(written, start=1):
        places.append(len(content))
        content += b"%d 0 obj" % number + body + b"endobj\n"
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    at = len(content)
    content += b"xref\n0 %d\n0000000000 65535 f \n" % (len(places) + 1) + table
    return content + b"trailer<</Size %d/Root 1 0 R" % (len(places) + 1) + extra + b">>\nstartxref\n%d\n%%%%EOF" % at


def text_page(*lines: str) -> bytes:
    return b"BT /F 14 Tf 60 780 Td " + b" ".join(b"(%s) Tj 0 -24 Td" % line.encode() for line in lines) + b" ET"


def scan_of(page: bytes) -> bytes:
    """A PDF whose page is only a picture of another."""
    with pypdfium2.PdfDocument(pdf(page)) as document:
        grey = document[0].render(scale=200 / 72, grayscale=True).to_numpy()
    packed = zlib.compress(grey.tobytes())
    picture = b"<</Type/XObject/Subtype/Image/Width %d/Height %d/ColorSpace/DeviceGray/BitsPerComponent 8" % (
        grey.shape[1], grey.shape[0],
    ) + b"/Filter/FlateDecode/Length %d>>stream\n" % len(packed) + packed + b"\nendstream"  # fmt: skip
    return pdf(b"595 0 0 842 0 0 cm /I Do", objects=(picture,), resources=b"/XObject<</I 4 0 R>>")


def test_a_pdf_is_read_with_its_pages(tmp_path):
    content = pdf(text_page("1. Ket qua", "Tong so ho so tiep nhan: 314 ho so."), text_page("Cong dan rut 03 ho so."))
    (tmp_path / "report.pdf").write_bytes(content)
    found = claims_of(tmp_path / "report.pdf")
    assert found[["measure", "written", "page", "line"]].to_numpy().tolist() == [
        ["received_total", "314", "1", "2"], ["withdrawn", "03", "2", "3"],
    ]  # fmt: skip


@pytest.mark.parametrize(
    "text",
    ["Có 40 hồ sơ đất đai của một doanh nghiệp, trong đó 3 hồ sơ quá hạn.",
     "Còn 14 hồ sơ mới tiếp nhận chưa được quét đủ giấy tờ.",
     "Có 20 hồ sơ tiếp nhận mới chưa có kết quả."],
)  # fmt: skip
def test_a_part_of_something_that_is_not_recognised_is_never_sure(text):
    assert "sure" not in set(read(text)["reading"])


def test_numbers_that_became_no_claim_are_told_with_their_lines(tmp_path):
    (tmp_path / "report.txt").write_text(
        "1. Kết quả\nTổng số hồ sơ tiếp nhận: 314 hồ sơ.\nHộ tịch 200 190 10\nĐất đai 12", encoding="utf-8"
    )
    lines = report_text.lines(tmp_path / "report.txt")
    over = extract.left_over(lines, extract.claims(lines, report_text.phrases()))
    assert over.to_numpy().tolist() == [[3, "200"], [3, "190"], [3, "10"], [4, "12"]]
    said = CliRunner().invoke(app, ["claims", str(tmp_path / "report.txt"), "-o", str(tmp_path / "new" / "claims.csv")])
    assert "4 con số chưa thành dòng nào (dòng 3, 4)" in said.output
    assert (tmp_path / "new" / "claims.csv").is_file()


@pytest.mark.parametrize("report", [SCANNED, TYPED, REPORTS / "clean.txt", REPORTS / "planted.txt"])
def test_of_the_numbers_of_a_whole_report_few_or_none_are_left_over(report):
    lines = report_text.lines(report)
    over = extract.left_over(lines, extract.claims(lines, report_text.phrases()))
    assert len(over) <= (7 if report == SCANNED else 0)  # misread words of the scan: "46" for "độ"


@pytest.mark.parametrize(
    ("name", "out", "said"),
    [("report.txt", "claims.xlsx", ".csv"), ("folder", "claims.csv", "thư mục"), ("none.txt", "claims.csv", "Không có tệp"),
     ("empty.txt", "claims.csv", "không thấy số liệu nào")],
)  # fmt: skip
def test_what_cannot_be_read_or_written_is_said_in_words(tmp_path, name, out, said):
    (tmp_path / "folder").mkdir()
    (tmp_path / "report.txt").write_text("Tổng số hồ sơ tiếp nhận: 314 hồ sơ.", encoding="utf-8")
    (tmp_path / "empty.txt").write_text("Kính gửi các đồng chí.", encoding="utf-8")
    answered = CliRunner().invoke(app, ["claims", str(tmp_path / name), "-o", str(tmp_path / out)])
    assert said in answered.output


def reads_vietnamese() -> bool:
    program = shutil.which("tesseract")
    listed = program and subprocess.run([program, "--list-langs"], capture_output=True, text=True, check=False).stdout
    return "vie" in (listed or "").split()


@pytest.mark.skipif(not reads_vietnamese(), reason="tesseract or its Vietnamese is not installed")
def test_a_scanned_page_is_read_by_tesseract(tmp_path):
    page = text_page("1. Ket qua thuc hien", "Tong so ho so tiep nhan: 314 ho so.", "Cong dan rut 03 ho so.")
    (tmp_path / "scan.pdf").write_bytes(scan_of(page))
    found = claims_of(tmp_path / "scan.pdf")
    assert found[["measure", "written"]].to_numpy().tolist() == [["received_total", "314"], ["withdrawn", "03"]]


def test_a_scan_without_tesseract_says_what_to_install(tmp_path, monkeypatch):
    (tmp_path / "scan.pdf").write_bytes(scan_of(text_page("Tong so ho so tiep nhan: 314 ho so.")))
    monkeypatch.setattr(report_text.shutil, "which", lambda program: None)
    with pytest.raises(AuditError) as error:
        report_text.lines(tmp_path / "scan.pdf")
    assert all("tesseract-ocr-vie" in message for message in error.value.messages.values())


def locked_pdf() -> bytes:
    key = b"<" + b"41" * 32 + b">"
    encrypt = b"/Encrypt<</Filter/Standard/V 1/R 2/P -4/O" + key + b"/U" + key + b">>/ID[<00><00>]"
    return pdf(text_page("Tong so ho so: 314"), extra=encrypt)


def bomb() -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as parts:
        parts.writestr("word/document.xml", b"0" * 2_000_000)
    return content.getvalue()


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("report.pdf", locked_pdf(), "password"),
        ("report.docx", b"\xd0\xcf\x11\xe0" + bytes(600), "password"),
        ("report.pdf", b"%PDF-1.4 nothing", "broken"),
        ("report.docx", b"PK\x03\x04 nothing", "broken"),
        ("report.docx", bomb(), "too big"),
        ("report.txt", "hồ sơ".encode("utf-16-be"), "UTF-8"),
        ("report.txt", b"\xff\xfe\x00", "UTF-8"),
        ("report.txt", b" \n 12 \n", "no text"),
        ("report.xlsx", b"PK", "kind of file"),
    ],
)
def test_a_file_that_cannot_be_read_says_what_to_do(tmp_path, monkeypatch, name, content, says):
    monkeypatch.setattr(report_text, "MOST_UNPACKED", 1_000_000)
    (tmp_path / name).write_bytes(content)
    with pytest.raises(AuditError, match=says):
        report_text.lines(tmp_path / name)


def test_a_file_that_is_too_big_is_not_opened(tmp_path, monkeypatch):
    monkeypatch.setattr(report_text, "MOST_BYTES", 10)
    (tmp_path / "report.txt").write_text("Tổng số hồ sơ tiếp nhận: 314 hồ sơ.", encoding="utf-8")
    with pytest.raises(AuditError, match="too big"):
        report_text.lines(tmp_path / "report.txt")


def test_what_a_transcriber_adds_to_a_report_is_no_part_of_it(tmp_path):
    (tmp_path / "report.md").write_text(
        "### 2. Kết quả\n**Tổng hồ sơ tiếp nhận: 314 hồ sơ** **[đọc «13» là 12 hồ sơ]**", encoding="utf-8"
    )
    found = claims_of(tmp_path / "report.md")
    assert found[["measure", "written", "section"]].to_numpy().tolist() == [["received_total", "314", "2. Kết quả"]]


def test_the_proposed_file_is_in_vietnamese_waits_for_a_person_and_loads_back_whole(tmp_path):
    made = folder(tmp_path / "audit")
    answer = CliRunner().invoke(app, ["claims", str(SCANNED), "-o", str(made / "claims.csv")])
    assert answer.exit_code == 0, answer.output
    content = (made / "claims.csv").read_bytes()
    assert content.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))
    assert rows[0] == ["Ký hiệu", "Chỉ số", "Con số như in", "Tổng số in kèm", "Đơn vị tính", "Phạm vi", "Mục", "Trang",
                       "Dòng", "Nguyên văn", "Đọc chắc đến đâu", "Đã xác nhận"]  # fmt: skip
    assert not any(row[-1] for row in rows[1:])
    office = load.office(made)
    proposed = claims_of(SCANNED)
    assert office.claims["is_readable"].all()
    assert not office.claims["is_confirmed"].any()
    for column in proposed.columns:
        assert list(office.claims[column].fillna("")) == list(proposed[column]), column


def test_nothing_in_the_proposed_file_runs_in_a_spreadsheet(tmp_path):
    claims = read("Tổng số hồ sơ tiếp nhận: 314 hồ sơ").assign(
        quote="=HYPERLINK(1)", section="\t+1. @Mục", written="-2+3"
    )
    report_text.write_claims(claims, tmp_path / "claims.csv")
    rows = list(csv.reader(io.StringIO((tmp_path / "claims.csv").read_text(encoding="utf-8-sig"))))
    assert rows[1][2] == "2+3"
    assert not [cell for row in rows for cell in row if cell.startswith(SIGNS_THAT_RUN)]


def test_a_file_that_a_person_may_have_corrected_is_not_overwritten_without_force(tmp_path):
    out = tmp_path / "claims.csv"
    out.write_text("corrected", encoding="utf-8")
    command = ["claims", str(TYPED), "-o", str(out), "--lang", "en"]
    refused = CliRunner().invoke(app, command)
    assert refused.exit_code != 0
    assert out.read_text(encoding="utf-8") == "corrected"
    forced = CliRunner().invoke(app, [*command, "--force"])
    assert forced.exit_code == 0
    assert "sure: " in forced.output
    assert "audit's folder" in forced.output


def test_places_months_and_fields_that_a_report_goes_through_each_have_a_scope():
    def of(text: str) -> list[list[str]]:
        return read(text)[["measure", "written", "scope"]].to_numpy().tolist()

    months = (
        "Tháng 7 tiếp nhận 120 hồ sơ, đã giải quyết 110 hồ sơ; tháng 8 tiếp nhận 130 hồ sơ, đã giải quyết 125 hồ sơ."
    )
    assert of(months) == [
        ["received_total", "120", "tháng 7"], ["settled", "110", "tháng 7"],
        ["received_total", "130", "tháng 8"], ["settled", "125", "tháng 8"],
    ]  # fmt: skip
    places = "Đã giải quyết 150 hồ sơ, gồm: xã Mẫu Một 90 hồ sơ, phường Mẫu Hai 60 hồ sơ. Quá hạn 3 hồ sơ."
    assert of(places) == [
        ["settled", "150", ""], ["settled", "90", "xã Mẫu Một"], ["settled", "60", "phường Mẫu Hai"],
        ["late_in_software", "3", ""],
    ]  # fmt: skip
    fields = "Lĩnh vực Hộ tịch tiếp nhận 60 hồ sơ; lĩnh vực Đất đai tiếp nhận 45 hồ sơ."
    assert [scope for *_, scope in of(fields)] == ["lĩnh vực Hộ tịch", "lĩnh vực Đất đai"]
    alone = "Xã Mẫu Một tiếp nhận 293 hồ sơ. Trong tháng 7, UBND xã đã giải quyết 280 hồ sơ."
    assert {scope for *_, scope in of(alone)} == {""}  # the office's own name, and the period


def page_of(*cells: tuple[int, int, str]) -> bytes:
    """A page with each text where it stands: from the left, from the bottom."""
    return b"\n".join(f"BT /F 12 Tf {left} {bottom} Td ({text}) Tj ET".encode() for left, bottom, text in cells)


def test_a_table_of_a_pdf_is_read_by_its_columns_and_an_empty_cell_keeps_its_place(tmp_path):
    page = page_of(
        (60, 780, "Trong quy, UBND xa tiep nhan 168 ho so."),
        (60, 700, "STT"), (150, 700, "Linh vuc"), (300, 700, "Tiep nhan"), (400, 700, "Qua han"),
        (60, 680, "1"), (110, 680, "Ho tich"), (300, 680, "41"), (400, 680, "3"),
        (60, 660, "2"), (110, 660, "Chung thuc"), (300, 660, "127"), (400, 660, "2"),
        (110, 640, "Tong cong"), (300, 640, "168"), (400, 640, "5"),
    )  # fmt: skip
    (tmp_path / "report.pdf").write_bytes(pdf(page))
    assert list(report_text.lines(tmp_path / "report.pdf")["text"])[1:] == [
        "STT\tLinh vuc\tTiep nhan\tQua han", "1\tHo tich\t41\t3", "2\tChung thuc\t127\t2", "\tTong cong\t168\t5",
    ]  # fmt: skip
    read_ = claims_of(tmp_path / "report.pdf")
    assert [(one.measure, one.written, one.scope) for one in read_.itertuples()][1:] == [
        ("received_total", "41", "Ho tich"), ("late_in_software", "3", "Ho tich"),
        ("received_total", "127", "Chung thuc"), ("late_in_software", "2", "Chung thuc"),
        ("received_total", "168", ""), ("late_in_software", "5", ""),
    ]  # fmt: skip


def test_words_with_wide_gaps_in_one_line_of_a_pdf_are_no_table(tmp_path):
    page = page_of((60, 780, "Tong so"), (200, 780, "ho so"), (330, 780, "tiep nhan: 314"), (60, 760, "da xong."))
    (tmp_path / "report.pdf").write_bytes(pdf(page))
    assert list(report_text.lines(tmp_path / "report.pdf")["text"]) == ["Tong so ho so tiep nhan: 314", "da xong."]
