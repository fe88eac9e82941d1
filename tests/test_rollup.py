"""A table of many communes: rows and columns that add up or do not, cells against audits, and nothing lost."""

import csv
import json
import re
from pathlib import Path

import nbformat
import pytest
import xlsxwriter
from browser import needs_chromium
from conftest import ROOT
from folders import cells
from typer.testing import CliRunner

from audit.commands.main import app
from audit.ground.terms import AuditError
from audit.rollup import check, recounts, report, rollup, rollup_table
from audit.running import execute, outputs

SAMPLE = ROOT / "data" / "rollup-mau"
FLAT = "Đơn vị | Tổng số tiếp nhận | Đã giải quyết | Giải quyết đúng hạn | Giải quyết quá hạn | Tỷ lệ đúng hạn"
FORM = """
TT  | Tên đơn vị | Số hồ sơ tiếp nhận |            |                               |              | Số hồ sơ đã giải quyết |           |          |         | Số hồ sơ đang giải quyết |           |
    |            | Tổng số            | Trực tuyến | Trực tiếp, dịch vụ bưu chính  | Từ kỳ trước  | Tổng số                | Trước hạn | Đúng hạn | Quá hạn | Tổng số                  | Trong hạn | Quá hạn
(1) | (2)        | (3)=(4)+(5)+(6)    | (4)        | (5)                           | (6)          | (7)                    | (8)       | (9)      | (10)    | (11)                     | (12)      | (13)
"""
PARAMETERS = {"first_on": "", "last_on": "", "sheet": "", "lang": "vi"}
JULY, AUGUST = ("2025-07-01", "2025-07-31"), ("2025-08-01", "2025-08-31")


def table(path: Path, text: str, name: str = "table.csv") -> Path:
    path.mkdir(parents=True, exist_ok=True)
    with (path / name).open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(cells(text))
    return path / name


def audit(out: Path, name: str, commune: str, counts: dict | None, period=JULY, district: str = "") -> None:
    """A `result.json` with what a roll-up reads of it; a count alone is exact and by the usual definition."""
    by_definition = {m: c if isinstance(c, dict) else {"usual": c} for m, c in (counts or {}).items()}
    result = {
        "office": {"commune": commune, "district": district},
        "period": dict(zip(("first_on", "last_on"), period, strict=True)),
        "counts": {measure: {name: bounds(c) for name, c in named.items()} for measure, named in by_definition.items()},
    }
    if counts is None:
        del result["counts"]
    folder = out / name
    folder.mkdir(parents=True)
    (folder / "result.json").write_text(json.dumps(result), encoding="utf-8")


def bounds(count: int | tuple[int, int]) -> dict[str, int]:
    return dict(zip(("at_least", "at_most"), count if isinstance(count, tuple) else (count, count), strict=True))


def checked(path: Path, out: Path | str = "", lang: str = "vi", **asked: str) -> rollup.Rollup:
    read, made = rollup_table.read(path), recounts.read(out, **asked)
    found = check.table(read.cells, made.frame, lacks_columns=read.lacks_columns)
    return rollup.whole_rollup(read, made, found, lang=lang)


def of_text(tmp_path: Path, text: str, *audit_: tuple, **asked: str) -> rollup.Rollup:
    out = tmp_path / "out"
    out.mkdir(parents=True)
    for place, (commune, counts, *more) in enumerate(audit_):
        audit(out, f"a{place}/p", commune, counts, *more)
    return checked(table(tmp_path, text), out, **asked)


def failing(found: tuple) -> list[tuple]:
    return [(one.expected, one.found, one.difference) for one in found if one.outcome == "does_not_hold"]


def answer(found: rollup.Rollup, unit: str, measure: str, *, is_share: bool = False) -> tuple[str, str]:
    cell = next(c for c in found.cells if (c.unit, c.measure, c.is_share) == (unit, measure, is_share))
    return cell.outcome, cell.reason


def problems(found: rollup.Rollup) -> list[tuple]:
    return [(one.row, one.column, one.written, one.problem, one.cells) for one in found.problems]


# Headings -----------------------------------------------------------------------------------------------------------


def test_the_same_word_under_two_groups_is_two_measures(tmp_path):
    found = of_text(tmp_path, FORM + "1 | xã An | 9 | 5 | 3 | 1 | 6 | 3 | 2 | 1 | 3 | 1 | 2")
    assert [cell.measure for cell in found.cells] == [
        "received_total", "received_online", "received_not_online", "carried_over", "settled", "settled_early",
        "settled_on_due_day", "late_in_software", "open", "open_within_time", "open_overdue",
    ]  # fmt: skip
    late = [cell for cell in found.cells if cell.heading.endswith("Quá hạn")]
    assert [(cell.heading, cell.written) for cell in late] == [
        ("Số hồ sơ đã giải quyết – Quá hạn", "1"),
        ("Số hồ sơ đang giải quyết – Quá hạn", "2"),
    ]
    assert [(row.row, row.why) for row in found.left_out] == [(3, "numbering")]


def test_merged_headings_of_a_workbook_are_read_with_their_group(tmp_path):
    file = tmp_path / "table.xlsx"
    with xlsxwriter.Workbook(file) as book:
        sheet = book.add_worksheet("Tổng hợp")
        sheet.merge_range("A1:G1", "TÌNH HÌNH TIẾP NHẬN, GIẢI QUYẾT HỒ SƠ")
        sheet.merge_range("A3:A4", "Xã, phường")
        sheet.merge_range("B3:D3", "Đã giải quyết")
        sheet.merge_range("E3:F3", "Đang giải quyết")
        sheet.merge_range("G3:G4", "Tỷ lệ đúng hạn")
        sheet.write_row("B4", ["Tổng số", "Trong hạn", "Quá hạn", "Trong hạn", "Quá hạn"])
        percent = book.add_format({"num_format": "0.00%"})
        for row, figures in enumerate(
            (["xã An", 40, 39, 1, 5, 0, 39 / 40], ["xã Bình", 8, 7, 1, 0, 2, 0.875]), start=5
        ):
            sheet.write_row(f"A{row}", figures[:6])
            sheet.write_number(f"G{row}", figures[6], percent)
        sheet.write_row("A7", ["Tổng cộng", 48, 46, 2, 5, 2])
        sheet.write_number("G7", 46 / 48, percent)
    found = checked(file)
    assert {cell.measure for cell in found.cells if "Quá hạn" in cell.heading} == {"late_in_software", "open_overdue"}
    assert [cell.figure for cell in found.cells if cell.is_share] == [97.5, 87.5, 95.83]  # kept as fractions of 1
    assert not [one for one in (*found.rows, *found.columns) if one.outcome != "holds"]
    assert found.sheet == "Tổng hợp"


def test_three_rows_of_headings_and_a_repeated_page_head_are_read(tmp_path):
    heading = """
    TT | Đơn vị  | Số lượng hồ sơ tiếp nhận |            |                              |             | Đã giải quyết
       |         | Tổng số                  | Trong kỳ   |                              | Từ kỳ trước |
       |         |                          | Trực tuyến | Trực tiếp, dịch vụ bưu chính |             |
    A  | B       | 1=2+3+4                  | 2          | 3                            | 4           | 5
    """
    last = heading.strip("\n").splitlines()
    found = of_text(
        tmp_path,
        "\n".join([*last[:4], "1 | Phường 1 | 10 | 5 | 3 | 2 | 8", *last[:4], "2 | Phường 2 | 4 | 2 | 1 | 1 | 3"]),
    )
    assert list(dict.fromkeys(cell.measure for cell in found.cells)) == [
        "received_total", "received_online", "received_not_online", "carried_over", "settled",
    ]  # fmt: skip
    assert list(dict.fromkeys(cell.unit for cell in found.cells)) == ["Phường 1", "Phường 2"]
    assert [row.why for row in found.left_out] == ["numbering", "repeated_heading", "note", "note", "numbering"]


def test_early_or_on_the_due_day_alone_means_in_time(tmp_path):
    heading = "Đơn vị | Đã giải quyết | |\n | Tổng số | Trước hạn | Quá hạn"
    found = of_text(tmp_path, f"{heading}\nxã An | 293 | 288 | 5")
    assert [cell.measure for cell in found.cells] == ["settled", "settled_in_time", "late_in_software"]


def test_a_count_and_a_share_may_stand_under_one_heading(tmp_path):
    found = of_text(
        tmp_path, "Đơn vị | Đã giải quyết | Giải quyết đúng hạn |\n | | Số lượng | Tỷ lệ %\nxã An | 40 | 39 | 97,5"
    )
    assert [(cell.measure, cell.is_share) for cell in found.cells][1:] == [
        ("settled_in_time", False),
        ("settled_in_time", True),
    ]
    assert [row.outcome for row in found.rows] == ["holds"]


def test_a_group_that_nobody_knows_makes_no_measure_of_a_known_word(tmp_path):
    heading = "Đơn vị | Đã giải quyết | Dịch vụ công trực tuyến |\n | | Tiếp nhận | Đã giải quyết"
    found = of_text(tmp_path, f"{heading}\nxã An | 10 | 7 | 6")
    assert [cell.measure for cell in found.cells] == ["settled"]
    assert [(column, problem, lost) for _, column, _, problem, lost in problems(found)] == [
        ("Dịch vụ công trực tuyến – Tiếp nhận", "unknown_heading", 1),
        ("Dịch vụ công trực tuyến – Đã giải quyết", "unknown_heading", 1),
        ("", "no_total_row", 0),
    ]
    assert (found.accounting.read, found.accounting.checked, found.accounting.problems) == (3, 1, 2)


def test_a_headings_file_beside_the_table_names_what_is_not_known(tmp_path):
    table(tmp_path, "record | column | heading\nrollup | late_in_software | settled > Chậm", "headings.csv")
    file = table(tmp_path, "Đơn vị | Đã giải quyết |\n | Tổng số | Chậm\nxã An | 10 | 1")
    found = checked(file)
    assert [cell.measure for cell in found.cells] == ["settled", "late_in_software"]
    assert [one.name for one in found.inputs] == ["table.csv", "headings.csv"]


def test_two_columns_of_one_measure_are_both_left_alone(tmp_path):
    found = of_text(
        tmp_path,
        "Đơn vị | Đã giải quyết | Quá hạn (phần mềm) | Giải quyết quá hạn\nxã An | 10 | 1 | 2\nTổng | 10 | 1 | 2",
    )
    assert [cell.measure for cell in found.cells] == ["settled", "settled"]
    assert [problem for _, _, _, problem, _ in problems(found)] == ["measure_twice", "measure_twice"]


def test_a_small_share_without_its_sign_is_read_only_where_it_can_be_but_one_thing(tmp_path):
    heading = "Đơn vị | Đã giải quyết | | |\n | Tổng số | Trong hạn | Quá hạn | Tỷ lệ quá hạn | Tỷ lệ đúng hạn"
    found = of_text(tmp_path, f"{heading}\nxã An | 200 | 199 | 1 | 0.5 | 0.995\nxã Bình | 9 | 9 | 0 | 0 | 1")
    assert [(cell.measure, cell.figure) for cell in found.cells if cell.is_share] == [
        ("late_in_software", None), ("settled_in_time", 99.5), ("late_in_software", 0), ("settled_in_time", 100),
    ]  # fmt: skip
    assert problems(found)[0] == (3, "Đã giải quyết – Tỷ lệ quá hạn", "0.5", "share_in_doubt", 1)
    assert {row.outcome for row in found.rows} == {"holds"}


def test_a_column_of_words_is_named_and_no_figure_is_missed_for_it(tmp_path):
    heading = "Huyện | Đơn vị | Đã giải quyết | | | Cán bộ\n | | Tổng số | Trong hạn | Quá hạn |"
    found = of_text(tmp_path, f"{heading}\nBình Sơn | xã An | 15 | 10 | 4 | Trần Văn Mẫu\n | Tổng | 15 | 10 | 4 |")
    assert problems(found) == []
    assert found.unused == ("Huyện", "Cán bộ")
    assert [row.outcome for row in found.rows] == ["does_not_hold", "does_not_hold"]


# Cells and rows -----------------------------------------------------------------------------------------------------


def test_every_cell_read_is_checked_or_a_problem(tmp_path):
    found = of_text(
        tmp_path,
        """
        Đơn vị    | Tổng số tiếp nhận | Đã giải quyết | Cột lạ
        xã An     | 1.234             | -             | 5
        xã Bình   | mười              |               | 6
                  | 12                | 11            |
        Tổng cộng | 1.246             | 11            | 11
        """,
    )
    assert problems(found) == [
        (None, "Cột lạ", "Cột lạ", "unknown_heading", 3),
        (3, "Tổng số tiếp nhận", "mười", "cell_not_a_count", 1),
        (3, "Đã giải quyết", "", "cell_empty", 1),
        (4, "", "", "row_without_unit", 2),
    ]
    assert [cell.figure for cell in found.cells] == [1234, 0, None, None, 1246, 11]
    assert found.accounting.model_dump() == {"read": 11, "checked": 4, "communes": 2, "totals": 2, "problems": 7}


def test_cells_that_are_lost_stop_the_run(tmp_path):
    read = rollup_table.read(table(tmp_path, "Đơn vị | Đã giải quyết\nxã An | 1"))
    object.__setattr__(read, "cells_read", 2)
    with pytest.raises(AuditError, match="đọc 2, kiểm tra 1, có vấn đề 0"):
        rollup.whole_rollup(
            read, recounts.read(""), check.table(read.cells, recounts.read("").frame, lacks_columns=False), lang="vi"
        )


def test_titles_sections_and_signatures_are_no_communes_and_a_name_is_not_repeated(tmp_path):
    found = of_text(
        tmp_path,
        """
        Biểu tổng hợp quý ba |          |               |
        TT | Đơn vị          | Đã giải quyết | Ghi chú
        I  | Các xã miền núi |               |
        1  | xã An           | 4             |
        2  | xã Bình         |               | chưa gửi
           | Tổng cộng       | 4             |
           | NGƯỜI LẬP BIỂU  | CHỦ TỊCH      |
           | Trần Văn Mẫu    | Lê Thị Mẫu    |
        """,
    )
    assert [(row.row, row.why, row.written) for row in found.left_out] == [
        (1, "title", "Biểu tổng hợp quý ba"), (3, "note", ""), (7, "footer", ""), (8, "footer", ""),
    ]  # fmt: skip
    assert problems(found) == [(5, "", "", "unit_without_figures", 1)]
    assert "Mẫu" not in found.as_json()
    assert found.unused == ("TT", "Ghi chú")


def test_a_cell_that_may_be_a_name_is_not_repeated(tmp_path):
    found = of_text(tmp_path, "Đơn vị | Đã giải quyết\nxã An | Trần Văn Mẫu")
    assert problems(found)[0] == (2, "Đã giải quyết", "", "cell_not_a_count", 1)
    assert "Trần Văn Mẫu" not in found.as_json()


def test_a_row_is_held_against_the_identities_that_its_measures_allow(tmp_path):
    found = of_text(tmp_path, FORM + "1 | xã An | 20 | 10 | 8 | 2 | 15 | 10 | 3 | 1 | 5 | 4 | 0")
    assert [
        (row.identity, row.expected, row.found, row.difference) for row in found.rows if row.outcome == "does_not_hold"
    ] == [
        ("settled", 14, 15, 1),
        ("open", 4, 5, 1),
    ]
    assert {row.identity for row in found.rows if row.outcome == "holds"} == {"received", "form_06"}
    settled = next(row for row in found.rows if row.identity == "settled")
    assert settled.terms[0] == ("Số hồ sơ đã giải quyết – Tổng số", "15")


def test_early_and_on_the_due_day_together_give_the_on_time_share(tmp_path):
    heading = "Đơn vị | Đã giải quyết | | | | Tỷ lệ đúng hạn\n | Tổng số | Trước hạn | Đúng hạn | Quá hạn |"
    found = of_text(tmp_path, f"{heading}\nxã An | 293 | 200 | 88 | 5 | 98,3%\nxã Bình | 293 | 200 | 88 | 5 | 98,4%")
    assert [(r.unit, r.identity, r.outcome) for r in found.rows] == [
        ("xã An", "settled", "holds"), ("xã An", "on_time_share", "holds"),
        ("xã Bình", "settled", "holds"), ("xã Bình", "on_time_share", "does_not_hold"),
    ]  # fmt: skip
    assert failing(found.rows) == [(98.3, 98.4, 0.1)]


def test_a_share_that_stands_twice_or_cannot_be_read_hides_no_sum_of_counts_that_is_broken(tmp_path):
    heading = (
        "Đơn vị | Đã giải quyết | | | Tỷ lệ đúng hạn (%) |\n | Tổng số | Trước và đúng hạn | Quá hạn | Tỷ lệ đúng hạn |"
    )
    twice = of_text(tmp_path, f"{heading}\nxã An | 293 | 285 | 5 | 97,3 | 97,3")
    assert [(row.identity, row.outcome, row.difference) for row in twice.rows] == [("settled", "does_not_hold", 3)]
    heading = "Đơn vị | Đã giải quyết | | | Tỷ lệ đúng hạn\n | Tổng số | Trước và đúng hạn | Quá hạn |"
    (tmp_path / "b").mkdir()
    unread = of_text(tmp_path / "b", f"{heading}\nxã An | 293 | 285 | 5 | gần hết")
    assert [(row.identity, row.outcome, row.difference) for row in unread.rows] == [("settled", "does_not_hold", 3)]


def test_in_person_and_by_post_are_added_where_they_stand_apart(tmp_path):
    heading = "Đơn vị | Tiếp nhận | | | |\n | Tổng số | Trực tuyến | Trực tiếp | Bưu chính | Từ kỳ trước"
    found = of_text(tmp_path, f"{heading}\nxã An | 20 | 10 | 6 | 2 | 2\nxã Bình | 20 | 10 | 6 | 1 | 2")
    assert [(row.unit, row.outcome) for row in found.rows] == [("xã An", "holds"), ("xã Bình", "does_not_hold")]


def test_a_table_with_withdrawals_is_not_held_to_a_form_without_them(tmp_path):
    heading = "Đơn vị | Tổng số tiếp nhận | Đã giải quyết | Đang giải quyết | Công dân rút"
    found = of_text(tmp_path, f"{heading}\nxã An | 314 | 293 | 18 | 3")
    assert [(row.identity, row.outcome) for row in found.rows] == [("whereabouts", "holds")]


def test_more_received_than_settled_and_open_may_be_withdrawals_that_the_form_has_no_column_for(tmp_path):
    heading = "Đơn vị | Tổng số tiếp nhận | Đã giải quyết | Đang giải quyết"
    found = of_text(tmp_path, f"{heading}\nxã An | 314 | 293 | 18\nxã Bình | 310 | 293 | 18")
    assert [(row.unit, row.outcome, row.difference) for row in found.rows] == [
        ("xã An", "not_settled", 3), ("xã Bình", "does_not_hold", -1),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("row", "outcomes"),
    [
        ("xã An | 15 | 10 | 3 | không rõ", []),
        ("xã An | 15 | 10 | 3 | 1 | ", ["does_not_hold"]),
        ("xã An | 15 | 10 | 3 | 1 | 1", ["not_settled"]),  # a column that nobody knows may be the one that is missing
        ("xã An | 13 | 10 | 3 | 1 | 1", ["does_not_hold"]),  # but no more makes a sum less
    ],
)  # fmt: skip
def test_a_sum_that_may_lack_a_part_is_not_said_to_fail(tmp_path, row, outcomes):
    heading = "Đơn vị | Đã giải quyết | | | |\n | Tổng số | Trước hạn | Đúng hạn | Quá hạn | Hạn khác"
    found = of_text(tmp_path, f"{heading}\n{row}")
    assert [row.outcome for row in found.rows if row.identity == "settled"] == outcomes


# Columns ------------------------------------------------------------------------------------------------------------


def test_a_total_that_is_not_the_sum_of_the_communes_is_shown_with_its_difference(tmp_path):
    found = of_text(tmp_path, "Đơn vị | Đã giải quyết\nxã An | 293\nxã Bình | 100\nTổng cộng | 392")
    assert failing(found.columns) == [(393, 392, -1)]


def test_a_share_is_computed_again_and_never_summed(tmp_path):
    rows = "xã An | 100 | 90 | 90 | 0 | 100%\nxã Bình | 20 | 10 | 5 | 5 | 50%\nTổng cộng | 120 | 100 | 95 | 5 |"
    found = of_text(tmp_path, f"{FLAT}\n{rows} 95%")
    assert [(one.outcome, one.expected) for one in found.columns if one.is_share] == [("holds", 95)]
    found = of_text(tmp_path / "mean", f"{FLAT}\n{rows} 75%")
    assert [(one.outcome, one.expected, one.found) for one in found.columns if one.is_share] == [
        ("does_not_hold", 95, 75)
    ]


def test_a_column_with_a_cell_nobody_can_read_is_settled_only_by_too_great_a_sum(tmp_path):
    rows = "Đơn vị | Đã giải quyết\nxã An | 293\nxã Bình | ?\nTổng cộng"
    found = of_text(tmp_path / "a", f"{rows} | 400")
    assert [(one.outcome, one.summed, one.unread) for one in found.columns] == [("not_settled", 1, 1)]
    assert failing(of_text(tmp_path / "b", f"{rows} | 292").columns) == [(293, 292, -1)]


@pytest.mark.parametrize(
    ("totals", "reason"),
    [
        ("", "no_total_row"),
        ("Tổng cộng | ?", "no_total"),
        ("Cộng | 1\nTổng cộng | 1", "several_totals"),
    ],
)
def test_a_column_without_one_total_is_not_checked_and_says_why(tmp_path, totals, reason):
    found = of_text(tmp_path, f"Đơn vị | Đã giải quyết\nxã An | 1\n{totals}")
    assert [(one.outcome, one.reason, one.expected) for one in found.columns] == [("cannot_be_checked", reason, 1)]


def test_a_total_may_stand_above_the_communes(tmp_path):
    found = of_text(tmp_path, "Đơn vị | Đã giải quyết\nToàn tỉnh | 3\nxã An | 1\nxã Bình | 2")
    assert [one.outcome for one in found.columns] == ["holds"]


def test_a_commune_that_stands_twice_is_named(tmp_path):
    rows = "xã An | 1\nphường Bình | 2\nAn | 1\nxã Bình | 2\nUBND xã Hoà An | 3\nxã Hòa An | 3"
    found = of_text(tmp_path, f"Đơn vị | Đã giải quyết\n{rows}\nTổng | 12")
    assert [(one.unit, one.rows) for one in found.repeated] == [("xã An", (2, 4)), ("UBND xã Hoà An", (6, 7))]


# Cells against audits -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("count", "outcome"),
    [(5, "holds"), (4, "does_not_hold"), ((4, 6), "not_settled"), ((0, 4), "does_not_hold"), ((1, None), "not_settled"),
     ((6, None), "does_not_hold")],
)  # fmt: skip
def test_a_cell_holds_where_the_audit_counted_the_same(tmp_path, count, outcome):
    found = of_text(tmp_path, "Đơn vị | Đã giải quyết\nxã An | 5", ("xã An", {"settled": count}))
    assert answer(found, "xã An", "settled") == (outcome, "")
    assert found.outcomes["cells"][outcome] == 1


def test_a_share_is_compared_with_the_counts_of_the_audit(tmp_path):
    rows = "xã An | 293 | 98,3%\nxã Bình | 293 | 98,3%\nxã Cam | 0 | 100%"
    found = of_text(
        tmp_path, f"Đơn vị | Đã giải quyết | Tỷ lệ đúng hạn\n{rows}", ("xã An", {"settled": 293, "settled_in_time": 288}),
        ("xã Bình", {"settled": 293, "settled_in_time": 293}), ("xã Cam", {"settled": 0, "settled_in_time": 0}),
    )  # fmt: skip
    answers = [answer(found, unit, "settled_in_time", is_share=True) for unit in ("xã An", "xã Bình", "xã Cam")]
    assert answers == [("holds", ""), ("does_not_hold", ""), ("cannot_be_checked", "nothing_to_share")]


def test_a_cell_that_only_another_definition_gives_says_so_as_the_communes_own_audit_does(tmp_path):
    counts = {"settled_in_time": {"by_day": 288, "by_time_stamp": 280}}
    found = of_text(tmp_path, "Đơn vị | Giải quyết trong hạn (phần mềm)\nxã An | 280", ("xã An", counts))
    assert answer(found, "xã An", "settled_in_time") == ("holds_otherwise", "")


def test_received_in_person_or_by_post_is_all_that_came_neither_online_nor_before(tmp_path):
    counts = {"received_total": 20, "received_in_person": 5, "received_online": (10, 11), "carried_over": 2}
    text = FORM + "1 | xã An | 20 | 10 | 8 | 2 | 15 | 10 | 4 | 1 | 5 | 5 | 0"
    found = of_text(tmp_path, text, ("xã An", counts))
    cell = next(cell for cell in found.cells if cell.measure == "received_not_online")
    assert (cell.outcome, cell.at_least, cell.at_most) == ("not_settled", 7, 8)
    del counts["received_online"]
    found = of_text(tmp_path / "b", text, ("xã An", counts))
    assert answer(found, "xã An", "received_not_online") == ("cannot_be_checked", "not_counted")


@pytest.mark.parametrize("unit", ["xã Hòa An", "Hòa An", "XÃ HÒA AN", "UBND xã Hoà An", "Ủy ban nhân dân xã Hòa An"])
def test_a_commune_is_known_with_or_without_what_it_is(tmp_path, unit):
    found = of_text(tmp_path, f"Đơn vị | Đã giải quyết\n{unit} | 5", ("xã Hòa An", {"settled": 5}))
    assert answer(found, unit, "settled") == ("holds", "")


@pytest.mark.parametrize("unit", ["xã Hóa An", "xã Hoa An", "phường Hòa An"])
def test_another_diacritic_or_kind_is_another_commune(tmp_path, unit):
    found = of_text(tmp_path, f"Đơn vị | Đã giải quyết\n{unit} | 5", ("xã Hòa An", {"settled": 5}))
    assert answer(found, unit, "settled") == ("cannot_be_checked", "no_audit")
    assert [(one.commune, one.audit) for one in found.without_row] == [("xã Hòa An", "a0/p")]


FIVE, SIX = {"settled": 5}, {"settled": 6}


@pytest.mark.parametrize(
    ("unit", "audits_", "asked", "expected"),
    [
        ("An", [("xã An", FIVE), ("phường An", SIX)], {}, "ambiguous"),
        ("xã An", [("xã An", FIVE), ("phường An", SIX)], {}, "holds"),
        ("xã An", [("xã An", FIVE, JULY, "Bình Sơn"), ("xã An", SIX, JULY, "Mộ Đức")], {}, "ambiguous"),
        ("xã An", [("xã An", FIVE), ("xã An", SIX, AUGUST)], {}, "several_periods"),
        (
            "xã An",
            [("xã An", FIVE), ("xã An", SIX, AUGUST)],
            {"first_on": "2025-07-01", "last_on": "31/07/2025"},
            "holds",
        ),
        ("xã An", [("xã An", FIVE, AUGUST)], {"first_on": "2025-07-01", "last_on": "2025-07-31"}, "other_period"),
        ("xã An", [("xã An", FIVE), ("xã An", FIVE)], {}, "two_audits"),
        ("xã An", [("xã An", FIVE, JULY, "Bình Sơn"), ("An", FIVE)], {}, "two_audits"),
        ("xã An", [("xã An", None)], {}, "no_counts"),
        ("xã An", [("xã An", {"open": 5})], {}, "not_counted"),
    ],
)
def test_a_cell_is_compared_only_with_the_one_audit_of_its_commune_and_period(tmp_path, unit, audits_, asked, expected):
    found = of_text(tmp_path, f"Đơn vị | Đã giải quyết\n{unit} | 5", *audits_, **asked)
    outcome, reason = answer(found, unit, "settled")
    assert (reason or outcome) == expected


def test_an_audit_that_cannot_be_read_is_named_and_stops_nothing(tmp_path):
    out = tmp_path / "out"
    audit(out, "an/2025-07", "xã An", FIVE)
    for name, content in {"b/p": "{", "c/p": "[]", "d/p": '{"office": {"commune": "xã D"}}'}.items():
        (out / name).mkdir(parents=True)
        (out / name / "result.json").write_text(content)
    audit(out, "an/.2025-07.old", "xã An", SIX)
    found = checked(table(tmp_path, "Đơn vị | Đã giải quyết\nxã An | 5\nTổng | 5"), out)
    assert [(one.problem, one.written) for one in found.problems] == [
        ("audit_unreadable", name) for name in ("b/p", "c/p", "d/p")
    ]
    assert answer(found, "xã An", "settled") == ("holds", "")


def test_audits_of_different_periods_are_said(tmp_path):
    found = of_text(
        tmp_path, "Đơn vị | Đã giải quyết\nxã An | 5\nxã Bình | 6", ("xã An", FIVE), ("xã Bình", SIX, AUGUST)
    )
    assert "thuộc 2 kỳ khác nhau" in report.answer(found).html


# The run ------------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def done(tmp_path_factory) -> outputs.Audit:
    out = tmp_path_factory.mktemp("out") / "rollup"
    return outputs.rollup(SAMPLE / "table.csv", SAMPLE / "audits", out, PARAMETERS)


def page_of(made: outputs.Audit) -> str:
    return re.sub(r"<[^>]+>", "", made.page.read_text(encoding="utf-8"))


def test_the_sample_gives_three_files_and_says_that_it_is_made_up(done):
    assert done.error is None
    assert {path.name for path in done.page.parent.iterdir()} == {"rollup.html", "rollup.ipynb", "rollup.json"}
    page = page_of(done)
    assert "mọi xã và mọi con số dưới đây đều không có thật" in page
    assert (
        "Không khớp: 5 trong 36 ô so với bản kiểm tra; 4 trong 29 phép đối chiếu theo dòng; 1 trong 12 tổng theo cột."
        in page
    )
    assert "71 đọc được (59 của các xã, 12 của dòng tổng) + 1 có vấn đề" in page
    found = json.loads(done.page.with_name("rollup.json").read_text(encoding="utf-8"))
    assert sum(found["outcomes"]["cells"].values()) == 59


def test_what_does_not_hold_comes_first_on_the_page(done):
    page = page_of(done)
    places = [page.index(text) for text in ("Ô không khớp", "Dòng không cộng đúng", "Cột không cộng đúng", "Ô số liệu đã đọc",
                                            "Cả bảng: ô nào khớp", "Ô, dòng, cột nào cần người xem lại", "SHA-256")]  # fmt: skip
    assert places == sorted(places)


def test_the_same_inputs_give_the_same_bytes_and_no_path_of_this_machine(done, tmp_path):
    again = outputs.rollup(SAMPLE / "table.csv", SAMPLE / "audits", tmp_path / "rollup", PARAMETERS)
    for path in done.page.parent.iterdir():
        assert again.page.with_name(path.name).read_bytes() == path.read_bytes(), path.name
        assert str(ROOT) not in path.read_text(encoding="utf-8")


def test_every_output_of_the_notebook_is_on_the_page_and_no_warning(done):
    notebook = nbformat.read(done.page.with_name("rollup.ipynb"), as_version=4)
    shown = [c for c in notebook.cells if c.cell_type == "code" and "not-on-page" not in c.metadata.get("tags", [])]
    pieces = [output.data["text/html"] for cell in shown for output in cell.outputs]
    page = done.page.read_text(encoding="utf-8")
    assert len(pieces) == 5
    assert all(piece.replace("\n\n", "\n") in page.replace("\n\n", "\n") for piece in pieces)


def test_in_english_nothing_vietnamese_is_left_but_what_the_files_say(tmp_path):
    table(tmp_path, "record | column | heading\nrollup | unit | Unit\nrollup | settled | Settled", "headings.csv")
    file = table(tmp_path, "Unit | Settled | Other\nAn | 5 | 1\nBinh | x | 2\nAn | 7 |")
    made = outputs.rollup(file, None, tmp_path / "out", PARAMETERS | {"lang": "en"})
    page = page_of(made)
    assert made.error is None
    assert "A table of many communes: do its figures agree? – table.csv" in page
    assert "Tổng cộng" in page  # what a total row is called
    assert not re.search("[ăâđêôơưạảấầẩẫậắằẳẵặẹẻẽếềểễệịỉĩọỏốồổỗộớờởỡợụủứừửữựỳỵỷỹ]", page.replace("Tổng cộng", ""))


def test_a_hostile_cell_changes_nothing_that_runs(tmp_path):
    script, formula = "<script>alert(1)</script>", '=HYPERLINK("http://example.org","x")'
    file = table(
        tmp_path,
        f"{script} |\nĐơn vị | Đã giải quyết | <img src=x onerror=alert(2)>\nxã {script} | {formula} | 1\nxã An | {script} |",
    )
    audit(tmp_path / "out", "a/p", f"xã {script}", FIVE)
    made = outputs.rollup(file, tmp_path / "out", tmp_path / "rollup", PARAMETERS)
    page = made.page.read_text(encoding="utf-8")
    assert made.error is None
    assert "<script" not in page
    assert "<img" not in page
    assert "xã &lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert "<script" not in made.page.with_name("rollup.ipynb").read_text(encoding="utf-8").replace('\\"', "")


def test_a_table_that_cannot_be_read_gets_a_page_and_leaves_the_last_good_output(tmp_path):
    file, out = table(tmp_path, "Đơn vị | Đã giải quyết\nxã An | 5"), tmp_path / "rollup"
    good = outputs.rollup(file, None, out, PARAMETERS)
    before = good.page.read_bytes()
    table(tmp_path, "Tên | Số\nxã An | 5")
    failed = outputs.rollup(file, None, out, PARAMETERS)
    assert "không tìm thấy hàng tiêu đề có cột đơn vị" in failed.error.messages["vi"]
    assert "không tìm thấy hàng tiêu đề có cột đơn vị" in page_of(failed)
    assert good.page.read_bytes() == before


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["no.csv"], "Không có bảng “no.csv”"),
        (["{table}", "--audits", "nowhere"], "Không có thư mục “nowhere”"),
        (["{table}", "--first-on", "2025-07-01"], "Kỳ phải có cả ngày đầu và ngày cuối"),
        (["{table}", "--first-on", "31/06/2025", "--last-on", "2025-07-31"], "“31/06/2025” không phải là một ngày"),
        (["{table}", "--lang", "fr"], "Ngôn ngữ “fr” không có"),
        (["{table}", "-o", "{audits}"], "đang chứa tệp khác (mau-ba, mau-hai, mau-mot)"),
    ],
)
def test_wrong_use_is_refused_before_anything_is_run(arguments, message, tmp_path, monkeypatch):
    monkeypatch.setattr(execute, "outcome", lambda *_: pytest.fail("a notebook was run"))
    monkeypatch.chdir(tmp_path)
    places = {"table": SAMPLE / "table.csv", "audits": SAMPLE / "audits"}
    result = CliRunner().invoke(app, ["rollup", *(argument.format(**places) for argument in arguments)])
    assert result.exit_code == 2
    assert message in result.stderr


def test_without_audits_the_table_is_still_added_up(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    result = CliRunner().invoke(app, ["rollup", str(SAMPLE / "table.csv")])
    assert result.exit_code == 0, result.stderr
    found = json.loads((tmp_path / "out" / "rollup" / "rollup.json").read_text(encoding="utf-8"))
    assert found["outcomes"]["cells"] == {
        "does_not_hold": 0,
        "not_settled": 0,
        "holds_otherwise": 0,
        "holds": 0,
        "cannot_be_checked": 59,
    }
    assert found["outcomes"]["columns"]["does_not_hold"] == 1


def test_one_of_several_sheets_is_chosen_by_its_name(tmp_path):
    file = tmp_path / "table.xlsx"
    with xlsxwriter.Workbook(file) as book:
        for name, count in {"Quý 1": 5, "Quý 2": 6}.items():
            sheet = book.add_worksheet(name)
            sheet.write_row("A1", ["Đơn vị", "Đã giải quyết"])
            sheet.write_row("A2", ["xã An", count])
    with pytest.raises(AuditError, match="Chọn một trang bằng --sheet"):
        rollup_table.read(file)
    assert rollup_table.read(file, "quý 2").cells["figure"].tolist() == ["6"]


# The page in a browser ----------------------------------------------------------------------------------------------


@needs_chromium
@pytest.mark.parametrize("width", [400, 1280])
def test_the_page_is_quiet_and_fits_the_screen(browser, done, width):
    page = browser.new_page(viewport={"width": width, "height": 900}, java_script_enabled=True)
    heard: list[str] = []
    page.on("console", lambda message: heard.append(message.text))
    page.on("request", lambda asked: heard.append(asked.url))
    page.goto(done.page.as_uri())
    assert heard == [done.page.as_uri()]
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert page.locator("script").count() == page.locator("th:not([scope])").count() == 0
    assert page.locator("table").count() == page.locator("table > caption").count() > 6
    for text in ("table.csv · kỳ 01/07/2025 – 30/09/2025", "Không khớp: 5 trong 36 ô"):
        box = page.get_by_text(text).first.bounding_box()
        assert box["y"] + box["height"] < 900, text
    page.close()


@needs_chromium
def test_a_mark_is_a_sign_with_a_name_and_not_a_colour_alone(browser, done):
    page = browser.new_page()
    page.goto(done.page.as_uri())
    marks = page.locator("table.rollup [role=img]")
    signs = {(marks.nth(n).inner_text(), marks.nth(n).get_attribute("aria-label")) for n in range(marks.count())}
    assert signs == {("✓", "Khớp"), ("✗", "Không khớp"), ("?", "Chưa đủ căn cứ"), ("!", "Không đọc được")}
    page.close()
