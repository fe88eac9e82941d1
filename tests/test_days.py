"""Which day a text means: its column's order of day and month, short years, and every way of writing one."""

from datetime import date, datetime, timedelta

import folders
import pytest
from clerks import book, judged, verdicts
from folders import OFFICE, cells, folder
from hypothesis import assume, given
from hypothesis import strategies as st
from tables import plain
from test_clerks_workbooks import problems, remarks

from audit.findings import at_once, what_was_read
from audit.ground.terms import AuditError
from audit.reading import days, load
from audit.reading.days import ColumnOfDays, Order, OrderUnclearError, Window

APRIL = Window(date(2025, 4, 1), date(2025, 4, 30))
FROM_AUTUMN = Window(date(2023, 8, 24), date(2023, 9, 24))
SOFTWARE = """
Số hồ sơ | Ngày tiếp nhận | Ngày hẹn trả | Ngày kết thúc xử lý
"""
HEADINGS = "Mã hồ sơ | Nhận hồ sơ | Hẹn trả kết quả | Trả kết quả | Ký nhận\n"


def read(text: str, order: Order = Order.DAY_FIRST, window: Window | None = FROM_AUTUMN) -> datetime:
    return days.read(text, ColumnOfDays(order), window).stamp


# Every accepted way of writing a day ---------------------------------------------------------------------------------

FIFTH = datetime(2023, 9, 5)


@pytest.mark.parametrize(
    ("text", "stamp"),
    [
        ("5/9/23", FIFTH), ("05-09-23", FIFTH), ("5.9.23", FIFTH), ("05 / 09 / 2023", FIFTH), ("ngày 5/9/2023", FIFTH),
        ("Ngày 05 tháng 9 năm 2023", FIFTH), ("05 tháng 09 năm 2023", FIFTH), ("2023/09/05", FIFTH), ("2023.9.5", FIFTH),
        ("2023-09-05", FIFTH), ("5/9", FIFTH), ("05-09", FIFTH), ("45174", FIFTH),
        ("16 giờ 30 ngày 05 tháng 9 năm 2023", datetime(2023, 9, 5, 16, 30)),
        ("16h30, ngày 05 tháng 9 năm 2023", datetime(2023, 9, 5, 16, 30)),
        ("lúc 8 giờ 30 phút, ngày 05 tháng 9 năm 2023", datetime(2023, 9, 5, 8, 30)),
        ("ngày 05 tháng 9 năm 2023 8 giờ 30 phút", datetime(2023, 9, 5, 8, 30)),
        ("ngày 05 tháng 9 năm 2023, lúc 8h30", datetime(2023, 9, 5, 8, 30)),
        ("5/9/23 8h30", datetime(2023, 9, 5, 8, 30)), ("5/9/23 8h", datetime(2023, 9, 5, 8)),
        ("8h30 5/9", datetime(2023, 9, 5, 8, 30)), ("05/09/2023 8g30", datetime(2023, 9, 5, 8, 30)),
        ("05/09/2023 08:30 SA", datetime(2023, 9, 5, 8, 30)), ("05/09/2023 04:30 CH", datetime(2023, 9, 5, 16, 30)),
        ("05/09/2023 4:30:15 PM", datetime(2023, 9, 5, 16, 30, 15)), ("05/09/2023 12:05 AM", datetime(2023, 9, 5, 0, 5)),
        ("05/09/2023 12:05 PM", datetime(2023, 9, 5, 12, 5)), ("05/09/2023 12:05 SA", datetime(2023, 9, 5, 0, 5)),
        ("2023/09/05 16:30", datetime(2023, 9, 5, 16, 30)), ("2023-09-05 09:30:00+00", datetime(2023, 9, 5, 16, 30)),
        ("2023-09-05T09:30:00+00:00", datetime(2023, 9, 5, 16, 30)), ("2023-09-05 16:30:00+07", datetime(2023, 9, 5, 16, 30)),
        ("2023-09-04T17:00:00+00", FIFTH), ("45174.6875", datetime(2023, 9, 5, 16, 30)),
        ("45174,6875", datetime(2023, 9, 5, 16, 30)),
    ],
)  # fmt: skip
def test_a_day_is_read_in_each_way_that_clerks_write_it(text, stamp):
    assert read(text) == stamp


DAYS = st.dates(date(2022, 9, 1), date(2024, 9, 1))
ISO = "{y}-{m:02}-{d:02}"  # with an hour as the standard writes it, and no other
WRITINGS = (
    "{d}/{m}/{y}", "{d:02}/{m:02}/{y}", "{d}-{m}-{y}", "{d}.{m}.{y}", "{d}/{m}/{short:02}", "{d:02}-{m:02}-{short:02}",
    "ngày {d} tháng {m} năm {y}", "Ngày {d:02} tháng {m:02} năm {y}", "{d} tháng {m} năm {y}", "{y}/{m:02}/{d:02}",
    "{y}.{m}.{d}", ISO, "ngày {d}/{m}/{y}", "{serial}", "{d}/{m}/{y} - đã báo dân",
    "{d}/{m}/{y} (bưu điện giao)", "{d:02}/{m:02}/{y}; giao tại nhà",
)  # fmt: skip
HOURS = (
    "{day} {h:02}:{n:02}", "{day} {h}h{n:02}", "{day}, {h} giờ {n:02}", "{day} {h} giờ {n:02} phút", "{h}h{n:02} {day}",
    "{h} giờ {n:02} phút, {day}", "lúc {h}:{n:02} {day}", "{day} lúc {h}h{n:02}", "{day} {half}:{n:02} {mark}",
    "{day} {half}:{n:02} {English}", "{h}g{n:02} {day}",
)  # fmt: skip


def written(day: date, form: str) -> str:
    serial = (day - date(1899, 12, 30)).days  # as spreadsheets count days
    return form.format(d=day.day, m=day.month, y=day.year, short=day.year % 100, serial=serial)


@given(DAYS, st.sampled_from(WRITINGS), st.sampled_from(WRITINGS))
def test_a_day_written_in_any_two_ways_is_the_same_day(day, one, other):
    assert read(written(day, one)) == read(written(day, other)) == datetime.combine(day, datetime.min.time())


@given(
    DAYS,
    st.sampled_from([form for form in WRITINGS[:13] if form != ISO]),
    st.sampled_from(HOURS),
    st.integers(0, 23),
    st.integers(0, 59),
)
def test_an_hour_before_or_behind_a_day_leaves_the_day_as_it_is(day, form, around, hour, minute):
    half, is_after_noon = hour % 12 or 12, hour >= 12
    text = around.format(day=written(day, form), h=hour, n=minute, half=half, mark="CH" if is_after_noon else "SA",
                         English="PM" if is_after_noon else "AM")  # fmt: skip
    assert read(text) == datetime.combine(day, datetime.min.time()).replace(hour=hour, minute=minute)


@given(st.dates(APRIL.first, APRIL.last), st.sampled_from(["{d}/{m}", "{d:02}-{m:02}", "{d}.{m}"]))
def test_a_day_without_a_year_is_of_the_period(day, form):
    assert read(written(day, form), window=APRIL) == datetime.combine(day, datetime.min.time())


@pytest.mark.parametrize(
    "text",
    [
        "5/9/15", "05-09-77", "5/9/99",  # a short year outside the period and the year around it
        "5/8", "1/5",  # no year, and not in April
        "20000", "60000", "45000,5,5",  # a serial number of another time
        "31/4", "31/04/25", "29/2/25", "1/13/25", "0/4/25", "4/25", "25", "25/04/2025 25:00", "25/04/2025 13:00 SA",
        "25/04/2025 hay 26/04/2025?", "khoảng 25/04", "25/04/2025 26/04/2025", "25/4-2025", "25/04/2025 - 0905123456",
    ],
)  # fmt: skip
def test_what_no_careful_person_could_read_for_certain_is_not_read(text):
    with pytest.raises(ValueError, match=r".*"):
        read(text, window=APRIL)


@given(st.dates(date(2000, 1, 1), date(2099, 12, 31)))
def test_a_short_year_is_read_only_in_the_period_and_a_year_around_it(day):
    is_near = date(2024, 3, 31) <= day <= date(2026, 5, 1)
    text = written(day, "{d}/{m}/{short:02}")
    if is_near:
        assert read(text, window=APRIL) == datetime.combine(day, datetime.min.time())
    else:
        with pytest.raises(ValueError, match=r".*"):
            read(text, window=APRIL)


def test_a_day_without_a_year_in_a_period_that_has_it_twice_is_not_read():
    two_years = Window(date(2024, 1, 1), date(2025, 12, 31))
    with pytest.raises(ValueError, match=r".*"):
        read("5/9", window=two_years)
    assert read("5/9", window=Window(date(2024, 10, 1), date(2025, 9, 30))) == datetime(2025, 9, 5)


def test_what_stands_behind_a_day_is_kept():
    found = days.read("08/04/2025 (giao qua bưu điện)", ColumnOfDays(), APRIL)
    assert (found.stamp, found.has_hour, found.remark) == (datetime(2025, 4, 8), False, "giao qua bưu điện")


# The order of a column -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("texts", "order"),
    [
        (["08/04/2025", "16/04/2025"], "day_first"), (["08/04/2025", "04/16/2025"], "month_first"), (["08/04/2025"], "day_first"),
        (["16/04/2025", "04/16/2025", "08/04/2025"], "unclear"), (["8/4/25", "4/16/25"], "month_first"),
        (["04/16", "04/08"], "month_first"), (["2025-04-16", "04/08/2025"], "day_first"), ([], "day_first"),
        (["04/16/2025 16:30", "04/08/2025 08:00"], "month_first"), (["ngày 16 tháng 4 năm 2025", "04/08/2025"], "day_first"),
    ],
)  # fmt: skip
def test_a_column_has_the_order_that_all_its_texts_allow(texts, order):
    assert days.column(texts, []).order == order


@given(st.lists(st.dates(date(2025, 1, 1), date(2025, 12, 31)), min_size=1, max_size=12))
def test_a_column_written_in_one_order_is_read_in_that_order_throughout(column):
    assume(any(day.day > 12 for day in column))
    for form, order in (("{d}/{m}/{y}", "day_first"), ("{m}/{d}/{y}", "month_first")):
        texts = [written(day, form) for day in column]
        kept = days.column(texts, [])
        assert kept.order == order
        assert [days.read(text, kept, APRIL).stamp.date() for text in texts] == column


def test_in_a_column_of_both_orders_what_may_be_either_is_not_read():
    for text in ("08/04/2025", "8/4", "8-4-25"):
        with pytest.raises(OrderUnclearError):
            read(text, Order.UNCLEAR, APRIL)
    assert read("04/04/2025", Order.UNCLEAR) == datetime(2025, 4, 4)
    assert read("16/04/2025", Order.UNCLEAR) == read("04/16/2025", Order.UNCLEAR) == datetime(2025, 4, 16)


@pytest.mark.parametrize(
    ("texts", "stored", "is_exchanged"),
    [
        (["16/04/2025"], ["04/08/2025"], True), (["16/04/2025"], ["04/08/2025", "13/08/2025"], False),
        (["16/04/2025", "08/04/2025"], ["04/08/2025"], False), ([], ["04/08/2025"], False), (["16/04/2025"], [], False),
        (["04/16/2025"], ["04/08/2025"], True),
    ],
)  # fmt: skip
def test_excel_may_have_exchanged_a_column_whose_days_are_all_small_and_whose_texts_are_all_great(
    texts, stored, is_exchanged
):
    assert days.column(texts, stored).is_exchanged == is_exchanged


@given(st.datetimes(datetime(1990, 1, 1), datetime(2100, 1, 1)))
def test_a_day_exchanged_twice_is_the_day(stamp):
    twin = days.exchanged(stamp)
    assert twin is None or days.exchanged(twin) == stamp != twin


# What becomes of a dossier --------------------------------------------------------------------------------------------


def dossiers(*closed: str) -> str:
    return SOFTWARE + "".join(f"H-{at} | 01/04/2025 | 08/04/2025 | {day}\n" for at, day in enumerate(closed, start=1))


def lines(*returned: str) -> str:
    return HEADINGS + "".join(
        f"H-{at} | 01/04/2025 | 08/04/2025 | {day} | Đã ký\n" for at, day in enumerate(returned, start=1)
    )


def test_a_register_written_month_first_convicts_nobody_who_was_in_time(tmp_path):
    path = folder(
        tmp_path / "a",
        software__csv=dossiers(*["15/04/2025"] * 3),
        register__csv=lines("04/08/2025", "04/15/2025", "04/09/2025"),
    )
    found = load.office(path)
    assert verdicts(found) == {"H-1": "late_only_in_software", "H-2": "late", "H-3": "late"}
    assert remarks(found) == ["cột “Trả kết quả” ghi tháng trước ngày"]


def test_where_both_orders_stand_in_a_column_nothing_rests_on_what_may_be_either(tmp_path):
    register = lines("04/08/2025", "04/15/2025", "16/04/2025", "04/04/2025")
    found = load.office(folder(tmp_path / "a", software__csv=dossiers(*["16/04/2025"] * 4), register__csv=register))
    assert verdicts(found) == {"H-1": "not_proved", "H-2": "late", "H-3": "late", "H-4": "late_only_in_software"}
    assert problems(found) == [(2, "Trả kết quả", "day_order_unclear")]
    assert len(remarks(found)) == 1
    assert remarks(found)[0].startswith("cột “Trả kết quả” có ô ghi ngày trước, có ô ghi tháng trước")


def test_the_office_file_says_the_order_where_the_column_cannot(tmp_path):
    register, software = lines("04/08/2025", "04/09/2025"), dossiers("10/04/2025", "10/04/2025")
    unsaid = load.office(folder(tmp_path / "a", software__csv=software, register__csv=register))
    assert [row["returned_on"] for row in plain(unsaid.register)] == [datetime(2025, 8, 4), datetime(2025, 9, 4)]
    said = OFFICE + '[reading]\nmonth_first = ["register"]\n'
    register = register.replace("01/04/2025 | 08/04/2025", "04/01/2025 | 04/08/2025")
    found = load.office(folder(tmp_path / "b", office__toml=said, software__csv=software, register__csv=register))
    assert verdicts(found) == {"H-1": "late_only_in_software", "H-2": "late"}
    assert remarks(found) == []


def test_a_record_that_nobody_keeps_cannot_be_given_an_order(tmp_path):
    said = OFFICE + '[reading]\nmonth_first = ["sổ tay"]\n'
    with pytest.raises(AuditError, match=r"office\.toml.*register"):
        load.office(folder(tmp_path / "a", office__toml=said))


def exchanged(tmp_path, *returned: object, office: str = OFFICE, closed: str = "14/04/2025", due: str = "10/04/2025"):
    """A register of which the returns above the 12th are text: an Excel set to months first turned the others."""
    path = folder(tmp_path / "a", office__toml=office, register__csv="", software__csv=SOFTWARE + "".join(
        f"H-{at} | 01/04/2025 | {due} | {closed}\n" for at in range(1, len(returned) + 1)))  # fmt: skip
    rows = [[f"H-{at}", "01/04/2025", due, day, "Đã ký"] for at, day in enumerate(returned, start=1)]
    book(path / "register.xlsx", [*cells(HEADINGS), *rows])
    return load.office(path)


def test_a_day_that_excel_may_have_exchanged_decides_nothing_where_the_verdict_would_be_another(tmp_path):
    found = exchanged(tmp_path, datetime(2025, 5, 4), "15/04/2025", "16/04/2025")  # 5 April, or 4 May
    rows = judged(found)
    assert (rows["H-1"]["verdict"], rows["H-1"]["rule"]) == ("not_proved", "day_may_be_exchanged")
    assert (rows["H-2"]["verdict"], rows["H-3"]["verdict"]) == ("late", "late")


def test_both_readings_are_shown_of_a_day_that_excel_may_have_exchanged(tmp_path):
    found = exchanged(tmp_path, datetime(2025, 5, 4), "15/04/2025", "16/04/2025")
    (case,) = [case for case in at_once.result(found).cases if case.dossier_id == "H-1"]
    said = " ".join(remark for row in case.evidence for remark in row.remarks)
    assert "04/05/2025, có thể là 05/04/2025" in said
    assert any("bảng tính có thể đã đảo ngày và tháng" in one for one in remarks(found))


def test_an_exchanged_day_that_seems_in_time_acquits_nobody(tmp_path):
    found = exchanged(tmp_path, datetime(2025, 4, 5), "15/04/2025", "16/04/2025")  # 5 April, or 4 May
    assert verdicts(found)["H-1"] == "not_proved"


def test_a_doubtful_day_whose_other_reading_is_before_the_receipt_stands(tmp_path):
    found = exchanged(tmp_path, datetime(2025, 4, 2), "15/04/2025")  # or 4 February, before the receipt
    assert verdicts(found) == {"H-1": "late_only_in_software", "H-2": "late"}
    assert plain(found.register, "doubtful")[0]["doubtful"] is None


def test_a_doubtful_day_whose_other_reading_is_after_the_audit_stands(tmp_path):
    found = exchanged(tmp_path, datetime(2025, 4, 9), "15/04/2025")  # or 4 September; the audit is of 5 May
    assert verdicts(found) == {"H-1": "late_only_in_software", "H-2": "late"}


def test_a_doubtful_day_that_leads_to_one_verdict_either_way_leaves_it(tmp_path):
    found = exchanged(tmp_path, datetime(2025, 5, 4), "15/04/2025", due="02/04/2025")  # 5 April or 4 May: late by both
    assert verdicts(found) == {"H-1": "late", "H-2": "late"}


def test_a_person_who_knows_the_order_settles_a_column_that_may_be_exchanged(tmp_path):
    said = OFFICE + '[reading]\nday_first = ["register"]\n'
    found = exchanged(tmp_path, datetime(2025, 5, 4), "15/04/2025", office=said)
    assert verdicts(found) == {"H-1": "late", "H-2": "late"}


def test_a_correction_settles_a_day_that_may_be_exchanged(tmp_path):
    line = "record | sheet | row | column | dossier_id | was | now | why | by | on\nregister | Sổ | 2 | returned_on | H-1 | 04/05/2025 | 05/04/2025 | sổ gốc | Thanh tra viên | 2025-05-01"
    exchanged(tmp_path, datetime(2025, 5, 4), "15/04/2025")
    folder(tmp_path / "a", office__toml="", software__csv="", register__csv="", corrections__csv=line)
    assert verdicts(tmp_path / "a")["H-1"] == "late_only_in_software"


def test_one_stored_day_far_from_the_closing_is_doubtful_though_its_column_is_not(tmp_path):
    typed = ["08/04/2025", "10/04/2025", "15/04/2025"]
    found = exchanged(tmp_path, datetime(2025, 5, 4), *typed, closed="07/04/2025", due="08/04/2025")
    assert verdicts(found)["H-1"] == "not_proved"
    as_closed = exchanged(tmp_path / "b", datetime(2025, 5, 4), *typed, closed="05/05/2025", due="08/04/2025")
    assert verdicts(as_closed)["H-1"] == "late"


@pytest.mark.parametrize(
    "form",
    [
        "{d}/{m}/{short}",
        "{d}-{m}-{y}",
        "ngày {d} tháng {m} năm {y}",
        "{d}/{m}",
        "{serial}",
        "{y}/{m}/{d}",
        "{d}/{m}/{y} - trả tại quầy",
    ],
)
def test_a_registers_days_prove_the_same_however_they_are_written(tmp_path, form):
    first = date(2025, 4, 1)
    rows = [
        [f"H-{at}", "01/04/2025", "08/04/2025", written(first + timedelta(days=7 * at), form), "Đã ký"] for at in (1, 2)
    ]
    register = HEADINGS + "".join(" | ".join(row) + "\n" for row in rows)
    path = folder(tmp_path / "a", software__csv=dossiers("10/04/2025", "16/04/2025"), register__csv=register)
    assert verdicts(path) == {"H-1": "late_only_in_software", "H-2": "late"}


# Which time zone is meant ---------------------------------------------------------------------------------------------

LATE_IN_THE_EVENING = folders.SOFTWARE.replace("08/04/2025 08:00", "08/04/2025 17:30")


@pytest.mark.parametrize(
    ("said", "closed"),
    [("", "2025-04-08T17:30"), ('time_zone = { software = "UTC" }', "2025-04-09T00:30"),
     ('time_zone = { software = "Asia/Ho_Chi_Minh" }', "2025-04-08T17:30"),
     ('time_zone = { register = "UTC" }', "2025-04-08T17:30")],
)  # fmt: skip
def test_times_without_an_offset_are_vietnams_unless_the_office_says_another_zone(tmp_path, said, closed):
    path = folder(tmp_path / "a", office__toml=f"{OFFICE}[reading]\n{said}\n", software__csv=LATE_IN_THE_EVENING)
    found = load.office(path)
    assert {row["dossier_id"]: f"{row['closed_at']:%Y-%m-%dT%H:%M}" for row in plain(found.software)}["H-2"] == closed
    assert [f"{row['received_at']:%H:%M}" for row in plain(found.software)] == ["00:00", "00:00"]  # a day has no zone
    told = what_was_read.lines(what_was_read.what_was_read(found, "vi"), "vi")
    assert any("múi giờ UTC" in line for line in told) is ("UTC" in said)


def test_a_time_with_an_offset_of_its_own_is_brought_to_vietnam_once(tmp_path):
    software = folders.SOFTWARE.replace("08/04/2025 08:00", "2025-04-08T17:30:00+07:00")
    said = f'{OFFICE}[reading]\ntime_zone = {{ software = "UTC" }}\n'
    found = load.office(folder(tmp_path / "a", office__toml=said, software__csv=software))
    assert {row["dossier_id"]: f"{row['closed_at']:%d %H:%M}" for row in plain(found.software)}["H-2"] == "08 17:30"


def test_a_zone_that_does_not_exist_is_refused_with_what_to_write(tmp_path):
    said = f'{OFFICE}[reading]\ntime_zone = {{ software = "Sài Gòn" }}\n'
    with pytest.raises(AuditError, match="không có múi giờ “Sài Gòn”"):
        load.office(folder(tmp_path / "a", office__toml=said))
