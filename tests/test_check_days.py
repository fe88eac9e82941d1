"""By which day what is due in a check or an inspection: cases worked by hand on a calendar."""

from datetime import date

import pytest
from folders import OFFICE, folder
from typer.testing import CliRunner

from audit.commands.main import app
from audit.findings import check_days
from audit.page import ics
from audit.reading.lines import reference_lines
from audit.reading.reference import calendar

RULES = reference_lines("check_days.csv")


def due(kind: str, **days: date) -> dict[str, check_days.DueBy]:
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
