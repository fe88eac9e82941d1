"""The working calendar against worked due dates and an independent witness."""

from datetime import date, timedelta

import holidays
import pytest

from audit.load import calendar
from audit.terms import AuditError

CALENDAR = calendar()
DAY = date.fromisoformat


@pytest.mark.parametrize(
    ("received", "workdays", "due"),
    [
        ("2023-01-19", 5, "2023-02-02"),  # over Tết
        ("2023-04-28", 3, "2023-05-08"),
        ("2024-04-26", 3, "2024-05-04"),  # a Saturday worked in exchange
        ("2025-04-25", 1, "2025-04-26"),
        ("2025-12-31", 1, "2026-01-05"),
        ("2026-01-09", 1, "2026-01-10"),
        ("2021-05-31", 10, "2021-06-14"),  # a real slip
    ],
)
def test_a_term_ends_on_the_day_worked_out_by_hand(received, workdays, due):
    assert CALENDAR.add(DAY(received), workdays) == DAY(due)
    assert CALENDAR.count(DAY(received), DAY(due)) == workdays


@pytest.mark.parametrize(
    ("year", "workdays"),
    [(2020, 252), (2021, 250), (2022, 249), (2023, 249), (2024, 251), (2025, 250), (2026, 249)],
)
def test_a_year_has_its_published_working_days(year, workdays):
    days = (date(year, 1, 1) + timedelta(n) for n in range(366))
    assert sum(CALENDAR.is_workday(day) for day in days if day.year == year) == workdays


def test_the_period_of_report_233_has_20_working_days():
    assert CALENDAR.count(DAY("2023-08-23"), DAY("2023-09-24")) == 20


def test_the_calendar_agrees_with_the_holidays_package_but_for_one_known_swap():
    witness = holidays.country_holidays("VN", years=range(2020, 2027))
    days = [date(2020, 1, 1) + timedelta(n) for n in range((date(2026, 12, 31) - date(2020, 1, 1)).days + 1)]
    differing = {day for day in days if CALENDAR.is_workday(day) != witness.is_working_day(day)}
    assert differing == {date(2026, 1, 2), date(2026, 1, 10)}  # 12729/VPCP-KGVX of 25/12/2025


def test_counting_back_is_negative_and_a_day_off_adds_nothing():
    assert CALENDAR.count(DAY("2023-09-05"), DAY("2023-08-31")) == -1
    assert CALENDAR.count(DAY("2023-08-31"), DAY("2023-09-04")) == 0


def test_nothing_is_said_of_days_the_calendar_does_not_cover():
    assert not CALENDAR.covers(DAY("2019-12-31"))
    for ask in (
        lambda: CALENDAR.count(DAY("2019-12-31"), DAY("2020-01-02")),
        lambda: CALENDAR.add(DAY("2026-12-31"), 1),
    ):
        with pytest.raises(AuditError, match="Lịch làm việc chỉ có từ"):
            ask()


def test_a_term_has_at_least_one_day():
    with pytest.raises(ValueError, match="at least one"):
        CALENDAR.add(DAY("2023-08-31"), 0)
