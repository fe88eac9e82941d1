"""The working calendar against worked due dates and an independent witness."""

import subprocess
import sys
from datetime import date, timedelta

import holidays
import pytest
from hypothesis import given
from hypothesis import strategies as st

from audit.ground.terms import AuditError
from audit.ground.workdays import Calendar, Line
from audit.reading.reference import calendar

CALENDAR = calendar()
DAY = date.fromisoformat
NEW_YEAR_SWAP = [  # a Friday off for the Saturday of the week after, decided in the last week of the old year
    Line(DAY("2026-01-01"), "off", None, "Bộ luật Lao động 2019"),
    Line(DAY("2026-01-02"), "off", DAY("2025-12-25"), "12729/VPCP-KGVX"),
    Line(DAY("2026-01-10"), "makeup_workday", DAY("2025-12-25"), "12729/VPCP-KGVX"),
    Line(DAY("2025-01-01"), "off"),
]
SWAPPED = Calendar.of(NEW_YEAR_SWAP)
DAYS = st.dates(CALENDAR.first, CALENDAR.last)


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
        lambda: CALENDAR.add(DAY("2027-12-31"), 1),
        lambda: CALENDAR.days(DAY("2027-12-30"), DAY("2028-01-01"), known_on=DAY("2027-12-30")),
        lambda: CALENDAR.known_on(DAY("2000-01-01")).is_workday(DAY("2028-01-01")),
    ):
        with pytest.raises(AuditError, match="Lịch làm việc chỉ có từ"):
            ask()


def test_a_term_has_at_least_one_day():
    with pytest.raises(ValueError, match="at least one"):
        CALENDAR.add(DAY("2023-08-31"), 0)


def test_a_swap_decided_after_receipt_moves_the_end_of_a_term():
    # by hand: October 23, November 20, December 23 working days, 1 January off: the 67th is Friday 2 January
    received = DAY("2025-09-30")
    assert CALENDAR.known_on(received).add(received, 67) == DAY("2026-01-02")
    assert CALENDAR.add(received, 67) == DAY("2026-01-05")


def test_a_decision_is_known_from_its_own_day():
    assert CALENDAR.known_on(DAY("2025-12-24")).is_workday(DAY("2026-01-02"))
    assert not CALENDAR.known_on(DAY("2025-12-25")).is_workday(DAY("2026-01-02"))
    assert not CALENDAR.known_on(DAY("2025-12-24")).is_workday(DAY("2026-01-10"))
    assert CALENDAR.known_on(DAY("2025-12-25")).is_workday(DAY("2026-01-10"))


def test_a_day_off_whose_decision_has_no_day_was_always_known():
    assert not CALENDAR.known_on(DAY("1900-01-01")).is_workday(DAY("2026-01-01"))


def test_what_was_known_covers_the_same_days_even_where_nothing_was_known():
    swap = Calendar.of(line for line in NEW_YEAR_SWAP if line.decided_on)
    known = swap.known_on(DAY("2025-01-01"))
    assert (known.first, known.last, known.decisions) == (DAY("2026-01-01"), DAY("2026-12-31"), ())
    assert known.count(DAY("2026-01-01"), DAY("2026-01-11")) == 6  # 2, then 5-9


def test_on_its_last_day_the_whole_calendar_is_known():
    assert CALENDAR.known_on(CALENDAR.last) == CALENDAR
    assert CALENDAR.known_on(CALENDAR.decisions[-1]) == CALENDAR
    assert CALENDAR.known_on(CALENDAR.decisions[-1] - timedelta(1)) != CALENDAR


def test_the_days_of_decisions_are_listed_once_each_in_order():
    assert SWAPPED.decisions == (DAY("2025-12-25"),)
    assert list(CALENDAR.decisions) == sorted(set(CALENDAR.decisions))
    assert DAY("2025-12-25") in CALENDAR.decisions


def test_a_count_is_written_out_day_by_day_with_the_reason_for_each():
    found = SWAPPED.days(DAY("2025-12-31"), DAY("2026-01-12"), known_on=DAY("2025-12-01"))
    assert [(f"{day.day:%d}", day.weekday, day.number, day.why, day.is_decided_later) for day in found] == [
        ("01", 3, None, "off", False),
        ("02", 4, None, "off", True),
        ("03", 5, None, "weekend", False),
        ("04", 6, None, "weekend", False),
        ("05", 0, 1, "workday", False),
        ("06", 1, 2, "workday", False),
        ("07", 2, 3, "workday", False),
        ("08", 3, 4, "workday", False),
        ("09", 4, 5, "workday", False),
        ("10", 5, 6, "makeup_workday", True),
        ("11", 6, None, "weekend", False),
        ("12", 0, 7, "workday", False),
    ]
    assert [day.day for day in found if day.is_workday] == [day.day for day in found if day.number]
    assert {(day.decision, day.decided_on) for day in found if day.is_decided_later} == {
        ("12729/VPCP-KGVX", DAY("2025-12-25"))
    }
    assert (found[0].decision, found[0].decided_on) == ("Bộ luật Lao động 2019", None)
    assert (found[2].decision, found[2].decided_on) == ("", None)


def test_a_decision_of_the_day_of_receipt_is_not_later():
    (day,) = SWAPPED.days(DAY("2026-01-01"), DAY("2026-01-02"), known_on=DAY("2025-12-25"))
    assert not day.is_decided_later


def test_a_holiday_on_a_saturday_is_named_as_the_holiday():
    (day,) = CALENDAR.days(DAY("2023-09-01"), DAY("2023-09-02"), known_on=DAY("2023-08-01"))
    assert (day.why, day.decision) == ("off", "Bộ luật Lao động 2019, Điều 112 (Quốc khánh)")


def test_no_day_is_counted_where_the_count_ends_before_it_begins():
    assert CALENDAR.days(DAY("2023-09-05"), DAY("2023-09-05"), known_on=DAY("2023-09-05")) == []
    assert CALENDAR.days(DAY("2023-09-05"), DAY("2023-08-31"), known_on=DAY("2023-09-05")) == []


@given(after=DAYS, length=st.integers(0, 120))
def test_the_day_by_day_count_ends_with_the_number_counted(after, length):
    until = min(after + timedelta(length), CALENDAR.last)
    numbers = [day.number for day in CALENDAR.days(after, until, known_on=after) if day.is_workday]
    assert numbers == list(range(1, CALENDAR.count(after, until) + 1))


def test_the_calendar_as_rows_has_each_day_with_its_number():
    rows = SWAPPED.lines()
    assert len(rows) == 365 + 365
    assert rows[:6] == [
        (DAY("2025-01-01"), 0, False),
        (DAY("2025-01-02"), 1, True),
        (DAY("2025-01-03"), 2, True),
        (DAY("2025-01-04"), 2, False),
        (DAY("2025-01-05"), 2, False),
        (DAY("2025-01-06"), 3, True),
    ]
    assert rows[-1][0] == DAY("2026-12-31")


@given(after=DAYS, until=DAYS, known_on=DAYS)
def test_the_difference_of_two_numbers_is_the_count_between_them(after, until, known_on):
    known = CALENDAR.known_on(known_on)
    rows = {day: (number, is_workday) for day, number, is_workday in known.lines()}
    assert rows[until][0] - rows[after][0] == known.count(after, until)
    assert rows[until][1] == known.is_workday(until)


@given(received=st.dates(CALENDAR.first, DAY("2025-12-31")), workdays=st.integers(1, 200))
def test_a_term_ends_on_the_one_working_day_whose_number_is_greater_by_the_term(received, workdays):
    numbers = {day: number for day, number, _ in CALENDAR.lines()}
    ends = [
        day for day, number, is_workday in CALENDAR.lines() if is_workday and number == numbers[received] + workdays
    ]
    assert ends == [CALENDAR.add(received, workdays)]


def test_a_kind_that_is_not_known_is_refused():
    with pytest.raises(ValueError, match="'holiday', not one of off, makeup_workday"):
        Calendar.of([Line(DAY("2026-01-01"), "holiday")])


def test_a_day_that_stands_in_the_calendar_twice_is_refused():
    with pytest.raises(ValueError, match="2026-01-01 stands in the calendar twice"):
        Calendar.of([Line(DAY("2026-01-01"), "off"), Line(DAY("2026-01-01"), "off", DAY("2025-12-25"))])


def test_counting_days_needs_no_pandas():
    code = "import sys, audit.ground.workdays; sys.exit('pandas' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_a_year_of_which_a_day_off_is_only_expected_is_counted_and_not_sure():
    lines = [Line(DAY("2026-01-01"), "off"), Line(DAY("2027-02-08"), "off", is_expected=True)]
    known = Calendar.of(lines)
    assert (known.last, known.settled_to) == (DAY("2027-12-31"), DAY("2026-12-31"))
    assert known.add(DAY("2027-02-05"), 1) == DAY("2027-02-09")
    assert [
        day.is_expected for day in known.days(DAY("2027-02-07"), DAY("2027-02-09"), known_on=DAY("2027-02-07"))
    ] == [True, False]
    assert Calendar.of(lines[:1]).settled_to == DAY("2026-12-31")
    assert Calendar(known.written, known.first, DAY("2026-04-09")).settled_to == DAY(
        "2026-04-09"
    )  # nothing later is sure
