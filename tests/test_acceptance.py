"""Late acceptance of online filings: 8 working hours and one working day side by side, and no verdict touched."""

from datetime import date, time

import pytest
from conftest import XA_MAU
from folders import OFFICE, folder
from tables import judged, plain, records
from test_sample import audited

from audit.ground.terms import Acceptance, AuditError
from audit.judging import acceptance
from audit.reading.lines import reference_lines

SPANS = [(time(7, 30), time(11, 30)), (time(13, 30), time(17, 30))]
DAYS = {"as_of": date(2025, 9, 30), "period_first_on": date(2025, 7, 1), "period_last_on": date(2025, 9, 30)}


def accepted(applied: str, received: str, channel: str = "online", own: str = "-") -> dict:
    from tables import counting  # noqa: PLC0415

    drawn = "dossier_id | received_at | due_at | closed_at | channel | applied_at | accepted_at\n"
    read = records(f"{drawn}a | {received} | 30/09 | - | {channel} | {applied} | {own}", **DAYS)
    return plain(acceptance.acceptances(read["software"], counting()["workdays"], SPANS))[0]


def over(*drawn: str, **more: str) -> tuple[bool | None, bool | None]:
    row = accepted(*drawn, **more)
    return row["is_over_hours"], row["is_over_day"]


def test_eight_working_hours_and_one_working_day_are_counted_side_by_side():
    assert over("01/07 08:00", "02/07 08:00") == (False, False)  # 8 hours to the minute
    assert over("01/07 08:00", "02/07 08:01") == (True, False)  # the next working day: within one, over the other
    assert over("01/07 16:30", "03/07 08:00") == (True, True)
    assert over("01/07 20:00", "02/07 17:30") == (False, False)  # filed after work: the clock begins in the morning
    assert over("04/07 16:00", "07/07 16:00") == (False, False)  # over a weekend
    assert over("04/07 16:00", "08/07 07:45") == (True, True)
    assert over("29/08 16:00", "03/09 10:00") == (False, False)  # 01 and 02/09 are off


def test_the_working_minutes_are_counted_within_the_hours_worked():
    assert accepted("01/07 11:00", "01/07 14:00")["minutes_least"] == 60  # 11:00-11:30 and 13:30-14:00
    assert accepted("05/07 09:00", "07/07 07:40")["minutes_most"] == 10  # filed on a Saturday


def test_a_day_without_an_hour_is_a_range_and_is_not_told_where_it_could_be_either():
    assert over("01/07", "01/07") == (False, False)  # at most the whole day
    assert over("01/07", "02/07") == (None, False)
    assert over("01/07", "03/07") == (None, True)  # from the evening of the 1st to the morning of the 3rd: just 8 hours
    assert over("01/07", "04/07") == (True, True)
    row = accepted("01/07", "02/07")
    assert (row["minutes_least"], row["minutes_most"], row["hour"]) == (0, 960, None)


def test_an_acceptance_of_its_own_comes_before_the_receipt():
    assert over("01/07 08:00", "04/07 08:00", own="01/07 09:00") == (False, False)


@pytest.mark.parametrize(
    ("drawn", "why"),
    [
        (("01/07 08:00", "02/07", "in_person"), Acceptance.NOT_ONLINE),
        (("01/07 08:00", "02/07", "-"), Acceptance.CHANNEL_UNKNOWN),
        (("-", "02/07"), Acceptance.NO_FILING),
        (("30/06 23:00", "02/07"), Acceptance.BEFORE_RULE),
        (("02/07 09:00", "02/07 08:00"), Acceptance.BEFORE_FILING),
        (("03/07", "02/07 08:00"), Acceptance.BEFORE_FILING),
        (("02/07 09:00", "02/07"), Acceptance.COUNTED),  # the hour of the receipt is not written
    ],
)
def test_a_dossier_that_is_not_timed_says_why(drawn, why):
    row = accepted(*drawn)
    assert row["acceptance"] == why
    if why != Acceptance.COUNTED:
        assert (row["is_over_hours"], row["is_over_day"], row["minutes_least"], row["weekday"]) == (None,) * 4


def test_where_the_calendar_lacks_a_day_nothing_is_told():
    from tables import counting  # noqa: PLC0415

    from audit.ground.workdays import Calendar  # noqa: PLC0415
    from audit.reading.reference import calendar  # noqa: PLC0415

    ends = Calendar(calendar().written, date(2025, 1, 1), date(2025, 7, 1))
    drawn = "dossier_id | received_at | due_at | closed_at | channel | applied_at | accepted_at\na | 09/07 | - | - | online | 01/07 | -"
    row = plain(acceptance.acceptances(records(drawn, **DAYS)["software"], counting(known=ends)["workdays"], SPANS))[0]
    assert (row["is_over_hours"], row["is_over_day"]) == (None, None)


def test_the_rule_begins_on_the_day_that_its_source_gives():
    source = next(line for line in reference_lines("sources.csv") if line["topic"] == "late_acceptance")
    assert source["in_force_from"] == acceptance.IN_FORCE_FROM.isoformat()


def test_when_it_was_filed_changes_no_verdict():
    drawn = "dossier_id | received_at | due_at | closed_at | channel{}\na | 01/04 | 08/04 | 09/04 | online{}"
    without = judged(drawn.format("", ""))
    with_filing = judged(drawn.format(" | applied_at | accepted_at", " | 20/02 08:00 | 31/03 09:00"))
    rest = [name for name in without.columns if name not in ("applied_at", "accepted_at")]
    assert plain(without.select(rest)) == plain(with_filing.select(rest))


SOFTWARE = """
Số hồ sơ | Hình thức nộp | Ngày nộp | Ngày tiếp nhận | Ngày hẹn trả | Ngày kết thúc xử lý
H-1 | Trực tuyến | 01/07/2025 20:15 | 03/07/2025 08:00 | 10/07/2025 | 09/07/2025
H-2 | Trực tuyến | 02/07/2025 08:00 | 02/07/2025 09:00 | 10/07/2025 | 09/07/2025
H-3 | Trực tiếp | | 02/07/2025 09:00 | 10/07/2025 | 09/07/2025
H-4 | Trực tuyến | x | 02/07/2025 09:00 | 10/07/2025 | 09/07/2025
"""
_OFFICE = (
    OFFICE.replace("2025-04-01", "2025-07-01").replace("2025-04-30", "2025-07-31").replace("2025-05-05", "2025-08-05")
)


def test_every_dossier_of_the_software_is_timed_or_said_why_not(tmp_path):
    found = audited(folder(tmp_path / "a", office__toml=_OFFICE, software__csv=SOFTWARE.strip())).late_acceptance
    assert found.is_dated
    assert not found.are_hours_said
    assert found.dossiers == {Acceptance.COUNTED: 2, Acceptance.NOT_ONLINE: 1, Acceptance.NO_FILING: 1}
    assert [(one.dossier_id, one.is_over_hours, one.is_over_day) for one in found.late] == [("H-1", True, True)]
    told = [(one.by, one.value, one.filings, one.over_hours, one.over_day) for one in found.counted]
    assert told == [("weekday", 2, 1, 1, 1), ("weekday", 3, 1, 0, 0), ("hour", 8, 1, 0, 0), ("hour", 20, 1, 1, 1)]


def test_the_hours_of_the_office_are_those_of_its_file(tmp_path):
    def hours(written: str):
        said = f"{_OFFICE}\n[working_hours]\nspans = {written}\n"
        return audited(folder(tmp_path / "a", office__toml=said, software__csv=SOFTWARE.strip())).late_acceptance

    found = hours('["07:00-11:30", "13:30-17:00"]')
    assert (found.hours, found.are_hours_said) == (("07:00-11:30", "13:30-17:00"), True)
    for wrong in ('["7h-11h"]', '["13:30-17:00", "07:00-11:30"]', '["11:30-07:00"]', "[]", '["07:00-25:30"]'):
        with pytest.raises(AuditError, match="giờ làm việc"):
            hours(wrong)


def test_a_file_without_days_of_filing_says_that_nothing_is_timed(tmp_path):
    found = audited(folder(tmp_path / "a")).late_acceptance
    assert (found.is_dated, found.counted, found.late) == (False, (), ())
    assert found.dossiers == {Acceptance.CHANNEL_UNKNOWN: 2}


def test_the_sample_has_three_filings_to_look_at_worked_out_by_hand():
    result = audited(XA_MAU)
    found = result.late_acceptance
    assert [(one.dossier_id[-11:], one.minutes_least, one.minutes_most, one.is_over_hours, one.is_over_day)
            for one in found.late] == [
        ("250709-7917", 1060, 1060, True, True),  # from Monday 09:00 to Wednesday 10:40: 6.5 h, 8 h, 3 h 10
        ("250714-3030", 615, 615, True, False),  # from Friday 08:00 to Monday 10:15: 7.5 h and 2 h 45
        ("250723-3627", 82, 562, None, False),  # filed on 22/07, no hour; accepted the next day at 08:52
    ]  # fmt: skip
    assert sum(found.dossiers.values()) == result.accounting["software"].judged == 103
