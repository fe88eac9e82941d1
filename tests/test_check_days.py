"""By which day what is due in a check or an inspection: cases worked by hand on a calendar."""

import io
from datetime import date

import openpyxl
import pytest
from folders import OFFICE, folder
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output
from pages import files
from typer.testing import CliRunner

from audit.commands.main import app
from audit.findings import at_once, check_days
from audit.findings.edition import in_edition
from audit.findings.schema import DueBy
from audit.ground.terms import Edition
from audit.page import ics, report
from audit.reading import load
from audit.reading.lines import reference_lines
from audit.reading.reference import calendar
from audit.running import export

RULES = reference_lines("check_days.csv")


def due(kind: str, **days: date) -> dict[str, DueBy]:
    return {one.step: one for one in check_days.due(RULES, calendar(), kind, days)}


def test_a_check_by_an_office_of_a_commune_lasts_seven_days_and_three_more_in_days_and_in_working_days():
    # announced on Monday 05/10/2026: day 7 is Monday 12/10, day 10 Thursday 15/10; working day 7 Wednesday 14/10, 10 Monday 19/10
    one = due("kiem_tra_xa", announced_on=date(2026, 10, 5))["on_site"]
    assert (one.by_calendar, one.by_workdays) == (date(2026, 10, 12), date(2026, 10, 14))
    assert (one.more_by_calendar, one.more_by_workdays) == (date(2026, 10, 15), date(2026, 10, 19))
    assert not one.is_expected


def test_a_last_day_in_tet_moves_to_the_next_working_day_and_tet_counts_in_no_working_days():
    # Tết 2026: off from 16/02 (Monday) to 20/02; announced on Monday 09/02, day 7 is 16/02, so Monday 23/02
    one = due("kiem_tra_xa", announced_on=date(2026, 2, 9))["on_site"]
    assert one.by_calendar == date(2026, 2, 23)
    assert one.by_workdays == date(2026, 2, 25)  # 10, 11, 12, 13, 23, 24, 25


def test_days_off_that_are_only_expected_are_said_to_be():
    one = due("kiem_tra_tinh", announced_on=date(2027, 1, 29))["on_site"]  # ten days on: 08/02/2027, in Tết as expected
    assert (one.by_calendar, one.is_expected) == (date(2027, 2, 11), True)


def test_each_step_of_an_inspection_counts_from_its_own_day_and_says_nothing_while_that_has_not_come():
    found = due("thanh_tra", decided_on=date(2026, 9, 7), announced_on=date(2026, 9, 14), reported_on=date(2026, 11, 2))
    assert found["announce"].by_calendar == date(2026, 9, 22)  # 15 days after Monday 07/09
    assert (found["on_site"].by_calendar, found["on_site"].more_by_calendar) == (date(2026, 10, 29), date(2026, 11, 23))
    assert (found["order_draft"].by_calendar, found["order_draft"].by_workdays) == (None, date(2026, 11, 9))
    assert (found["report"].by_calendar, found["report"].by_workdays) == (None, None)


def test_the_lengths_are_those_of_the_law():
    lengths = {(rule["kind"], rule["step"]): (rule["days"], rule["more_days"], rule["unit"]) for rule in RULES}
    assert lengths == {
        ("thanh_tra", "announce"): ("15", "", "days"), ("thanh_tra", "on_site"): ("45", "25", "days"),
        ("thanh_tra", "report"): ("20", "10", "days"), ("thanh_tra", "order_draft"): ("5", "", "workdays"),
        ("thanh_tra", "draft"): ("20", "10", "days"), ("thanh_tra", "sign"): ("15", "", "days"),
        ("thanh_tra", "publish"): ("10", "", "days"), ("kiem_tra_bo", "on_site"): ("15", "7", "days"),
        ("thanh_tra", "instruct"): ("15", "", "days"), ("thanh_tra", "report_hindrance"): ("10", "", "days"),
        ("thanh_tra", "superior_acts"): ("15", "", "days"),
        ("kiem_tra_tinh", "on_site"): ("10", "5", "days"), ("kiem_tra_xa", "on_site"): ("7", "3", "days"),
    }  # fmt: skip


@pytest.mark.parametrize("day", [date(2025, 8, 4)])
def test_a_rule_is_not_applied_before_it_was_in_force(day):
    assert due("kiem_tra_xa", announced_on=day) == {}


def test_a_day_beyond_the_calendar_is_not_told():
    one = due("kiem_tra_bo", announced_on=date(2027, 12, 28))["on_site"]
    assert (one.by_calendar, one.by_workdays) == (None, None)


def test_an_entry_of_a_calendar_file_is_a_whole_day_with_its_text_escaped_and_its_lines_folded():
    entry = ics.Entry("on_site 2026", date(2026, 10, 12), "Kết thúc; kiểm tra, xã\nMẫu" * 6, "một\nhai\\ba")
    made = ics.calendar([entry], date(2026, 10, 1))
    assert made == ics.calendar([entry], date(2026, 10, 1))
    lines = made.split(b"\r\n")
    assert lines[-1] == b""
    assert all(len(line) <= 75 and b"\n" not in line and b"\r" not in line for line in lines)
    for line in lines:
        line.decode()  # no letter is cut in two
    unfolded = made.replace(b"\r\n ", b"").decode()
    assert "DTSTART;VALUE=DATE:20261012\r\nDTEND;VALUE=DATE:20261013\r\n" in unfolded
    assert "SUMMARY:" + "Kết thúc\\; kiểm tra\\, xã\\nMẫu" * 6 + "\r\n" in unfolded
    assert "DESCRIPTION:một\\nhai\\\\ba\r\n" in unfolded


def test_the_command_says_the_days_of_the_check_and_writes_them_without_the_name_of_the_commune(tmp_path):
    made = folder(tmp_path / "a", office__toml=OFFICE + '\n[check]\nkind = "kiem_tra_xa"\nannounced_on = 2026-02-09\n')
    done = CliRunner().invoke(app, ["check-days", str(made), "--out", str(tmp_path / "check.ics")])
    assert done.exit_code == 0, done.output
    assert "23/02/2026 (theo ngày); 25/02/2026 (theo ngày làm việc)" in done.output
    written = (tmp_path / "check.ics").read_bytes().replace(b"\r\n ", b"").decode()
    assert "DTSTART;VALUE=DATE:20260225" in written
    assert "Thử" not in written


def test_without_a_check_in_the_settings_the_command_says_what_is_wanted(tmp_path):
    done = CliRunner().invoke(app, ["check-days", str(folder(tmp_path / "a"))])
    assert (done.exit_code, "[check]" in done.output) == (1, True)


def test_days_whose_event_the_law_is_not_known_to_name_are_given_with_the_event_to_be_confirmed():
    # signed on Monday 05/10/2026: day 15 is Tuesday 20/10; instructed on Wednesday 14/10: day 10 is Saturday 24/10, so Monday
    found = due("thanh_tra", signed_on=date(2026, 10, 5), instructed_on=date(2026, 10, 14))
    assert (found["instruct"].by_calendar, found["instruct"].by_workdays) == (date(2026, 10, 20), date(2026, 10, 26))
    assert found["report_hindrance"].by_calendar == date(2026, 10, 26)
    assert found["superior_acts"].by_calendar == date(2026, 10, 29)
    open_steps = {step for step, one in found.items() if one.is_event_open}
    assert open_steps == {"instruct", "report_hindrance", "superior_acts"}
    assert {one.sureness for step, one in found.items() if step in open_steps} == {"w"}


CHECK = OFFICE + '\n[check]\nkind = "thanh_tra"\ndecided_on = 2026-09-07\nsigned_on = 2026-10-05\n'


@pytest.fixture(scope="module")
def checked(tmp_path_factory):
    return folder(tmp_path_factory.mktemp("checked") / "a", office__toml=CHECK)


@pytest.fixture(scope="module")
def editions(checked):
    office = load.office(checked)
    whole = at_once.result(office)
    return {one: in_edition(whole, one, office.key) for one in Edition}


def test_the_page_says_by_both_counts_what_is_due_what_is_not_known_yet_and_what_a_person_must_confirm(editions):
    html = report.check_days(editions[Edition.INTERNAL]).html
    rows = [row.split("</tr>")[0] for row in html.split("<tr>")[2:]]
    assert len(rows) == 10
    assert "22/09/2026" in rows[0]  # 15 days after Monday 07/09
    assert "28/09/2026" in rows[0]  # 15 working days
    assert "office.toml chưa ghi announced_on" in rows[1]
    assert "chưa tính được" in rows[1]
    assert "cần người xác nhận" not in "".join(rows[:7])
    assert all("cần người xác nhận" in row for row in rows[7:])


def test_what_is_shared_has_no_calendar_of_the_check_and_the_office_has_all_of_it(editions):
    assert editions[Edition.SHAREABLE].check is None
    assert report.check_days(editions[Edition.SHAREABLE]) is None
    assert editions[Edition.OFFICE].check == editions[Edition.INTERNAL].check


def test_the_workbook_has_a_sheet_of_it_where_it_is_known(editions):
    books = {one: openpyxl.load_workbook(io.BytesIO(report.workbook(editions[one]))) for one in Edition}
    assert "Lịch kiểm tra" not in books[Edition.SHAREABLE].sheetnames
    rows = list(books[Edition.OFFICE]["Lịch kiểm tra"].iter_rows(values_only=True))
    assert len(rows) == 11
    assert (rows[1][0], f"{rows[1][3]:%d/%m/%Y}", f"{rows[1][4]:%d/%m/%Y}") == (
        "Công bố quyết định thanh tra", "22/09/2026", "28/09/2026",
    )  # fmt: skip
    assert [row[7] for row in rows[1:]] == ["theo căn cứ"] * 7 + ["cần người xác nhận"] * 3


def test_a_run_writes_the_calendar_beside_the_page_and_puts_its_heading_there(checked):
    written = files(checked, as_of="", lang="vi", edition="internal")
    assert b"DTSTART;VALUE=DATE:20260922" in written["check.ics"]
    assert 'id="check-days"' in written["audit.html"].decode()
    assert b"text/calendar" not in written["audit.ipynb"]


def test_a_heading_under_which_nothing_is_shown_is_left_out_of_page_and_record():
    shown = new_output("display_data", data={"text/html": "x"})
    cells = [
        new_markdown_cell("### Có?", metadata={"tags": ["if-shown"]}), new_code_cell("", outputs=[shown]),
        new_markdown_cell("### Không?", metadata={"tags": ["if-shown"]}), new_code_cell(""),
        new_markdown_cell("### Luôn?"), new_code_cell(""),
    ]  # fmt: skip
    kept = export._without_what_is_not_shown(new_notebook(cells=cells).cells)
    assert [cell.source for cell in kept if cell.cell_type == "markdown"] == ["### Có?", "### Luôn?"]
