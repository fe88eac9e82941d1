"""Due dates counted again by hand: the procedure's term, conventions, stops, apologies, and the calendar as then known."""

from datetime import date, datetime

from tables import judged, plain, verdicts

from audit.ground.terms import Convention

TERM = "procedure | term | unit\nKhai tử | 5 | workdays\nTrích lục | 20 | hours"


def software(received: str = "01/07", due: str = "-", closed: str = "-", procedure: str = "khai TỬ") -> str:
    return f"dossier_id | received_at | due_at | closed_at | procedure\na | {received} | {due} | {closed} | {procedure}"


def dates(drawn: str, **more) -> dict[str, str]:
    days = {"as_of": date(2026, 1, 31), "period_first_on": date(2025, 7, 1), "period_last_on": date(2025, 9, 30)}
    row = plain(judged(drawn, procedures=more.pop("procedures", TERM), **(days | more)))[0]
    return {name.removeprefix("due_by_"): f"{value:%d/%m/%Y}" for name, value in row.items()
            if name.startswith("due_by_") and isinstance(value, datetime)}  # fmt: skip


def test_the_day_of_receipt_is_not_counted():
    assert dates(software("01/07")) == {"civil_code": "08/07/2025"}  # 02, 03, 04, 07, 08/07
    assert dates(software("04/07")) == {"civil_code": "11/07/2025"}  # a Friday: 07-11/07
    assert dates(software("05/07")) == {"civil_code": "11/07/2025"}  # a Saturday counts like the Friday


def test_a_term_over_a_holiday_ends_later():
    assert dates(software("27/08")) == {"civil_code": "05/09/2025"}  # 28, 29/08, 03, 04, 05/09: 01 and 02/09 are off


def test_a_term_in_hours_ends_on_the_last_working_day_it_reaches():
    assert dates(software("01/07", procedure="Trích lục")) == {"civil_code": "04/07/2025"}  # 20 hours: third day


def test_the_conventions_of_the_software_differ_by_a_day_each_way():
    every = {"conventions": tuple(Convention)}
    assert dates(software("01/07 09:00"), **every) == {
        "civil_code": "08/07/2025", "receipt_day_counted": "07/07/2025", "cut_off_15": "08/07/2025",
    }  # fmt: skip
    assert dates(software("01/07 15:00"), **every)["cut_off_15"] == "09/07/2025"
    assert dates(software("01/07 14:59"), **every)["cut_off_15"] == "08/07/2025"
    assert dates(software("05/07"), **every)["receipt_day_counted"] == "11/07/2025"  # no working day to count


def test_a_swap_decided_after_the_receipt_was_not_known_then():
    long = "procedure | term | unit\nKhai tử | 67 | workdays"
    assert dates(software("30/09"), procedures=long) == {"civil_code": "05/01/2026"}  # 02/01 is off: it moves
    shorter = long.replace("67", "66")  # 31/12/2025 either way
    assert dates(software("30/09"), procedures=shorter) == {"civil_code": "31/12/2025"}
    longer = long.replace("67", "70")
    assert dates(software("30/09"), procedures=longer) == {
        "civil_code": "08/01/2026",
        "civil_code_then": "07/01/2026",
    }


def test_a_term_that_is_not_confirmed_is_shown_and_decides_nothing():
    found = dates(software("01/07"), procedures="procedure | term | unit | decides\nKhai tử | 5 | workdays | no")
    assert found == {}
    row = plain(
        judged(
            software("01/04", closed="16/04"),
            procedures="procedure | term | unit | decides\nKhai tử | 5 | workdays | no",
        )
    )[0]
    assert (row["due_on_reference"], row["verdict"]) == (datetime(2025, 4, 9), "no_due_date")


def test_the_slip_and_the_term_move_by_the_days_on_which_the_clock_stood_still():
    register = "dossier_id | received_on | due_on\na | 01/07 | 08/07"
    stops = "dossier_id | from_on | to_on\na | 02/07 | 04/07"  # 03 and 04/07
    assert dates(software(due="08/07"), register=register, stops=stops) == {
        "software": "10/07/2025", "slip": "10/07/2025", "slip_latest": "10/07/2025", "civil_code": "10/07/2025",
    }  # fmt: skip  # the software's date is the term's without the stop, so it is not moved yet


def test_stops_that_overlap_stop_the_clock_once():
    stops = (
        "dossier_id | from_on | to_on\na | 07/07 | 09/07\na | 02/07 | 10/07\na | 08/07 | 11/07"  # 03-11/07: seven days
    )
    assert dates(software(), stops=stops) == {"civil_code": "17/07/2025"}
    apart = "dossier_id | from_on | to_on\na | 02/07 | 03/07\na | 07/07 | 08/07"
    assert dates(software(), stops=apart) == {"civil_code": "10/07/2025"}


def test_while_the_clock_stands_still_there_is_no_due_date():
    stops = "dossier_id | from_on | to_on\na | 02/07 | -"
    assert dates(software(due="08/07"), stops=stops) == {}
    assert verdicts(software(due="08/04", received="01/04"), stops="dossier_id | from_on | to_on\na | 02/04 | -") == [
        "stopped"
    ]
    assert verdicts(
        software(due="08/04", received="01/04"), stops="dossier_id | from_on | to_on\na | 02/04 | 20/05"
    ) == ["stopped"]


def test_a_stop_that_ends_too_early_is_no_excuse_and_an_impossible_one_convicts_nobody():
    late = software("01/04", "08/04", "16/04", "x")
    register = "dossier_id | due_on | returned_on | signed\na | 08/04 | 16/04 | yes"
    assert verdicts(late, register, stops="dossier_id | from_on | to_on\na | 02/04 | 03/04") == ["late"]
    assert verdicts(late, register, stops="dossier_id | from_on | to_on\na | 02/04 | 16/04") == ["due_date_in_dispute"]
    for impossible in ("03/04 | 02/04", "20/03 | 02/04", "02/04 | -"):
        stops = f"dossier_id | from_on | to_on\na | {impossible}"
        assert verdicts(late, register, stops=stops) == ["not_proved"], impossible


def test_the_softwares_date_moved_with_the_stop_leaves_no_dispute():
    register = "dossier_id | due_on | returned_on | signed\na | 08/04 | 10/04 | yes"
    stops = "dossier_id | from_on | to_on\na | 02/04 | 04/04"
    assert verdicts(software("01/04", "10/04", "15/04", "x"), register, stops=stops) == ["late_only_in_software"]


def test_the_new_date_of_an_apology_never_makes_a_dossier_on_time():
    drawn = software("01/04", "18/04", "16/04", "x")
    register = "dossier_id | due_on | returned_on | signed\na | 08/04 | 16/04 | yes"
    assert verdicts(drawn, register) == ["due_date_in_dispute"]
    letter = "dossier_id | dated_on | new_due_on\na | 04/04 | 18/04"
    found = plain(judged(drawn, register, apologies=letter))[0]
    assert (found["verdict"], found["apology"], found["has_vanished"]) == ("late", "in_time", True)
    assert found["due_on"] == datetime(2025, 4, 8)


def test_with_the_new_date_alone_nobody_is_in_time_but_who_misses_that_too_is_late():
    register = "dossier_id | returned_on | signed\na | {returned} | yes"
    letter = "dossier_id | dated_on | new_due_on\na | 04/04 | 18/04"
    in_time = register.format(returned="16/04")
    assert verdicts(software("01/04", "18/04", "16/04", "x"), in_time, apologies=letter) == ["due_date_in_dispute"]
    late = register.format(returned="22/04")
    assert verdicts(software("01/04", "18/04", "22/04", "x"), late, apologies=letter) == ["late"]


def test_a_letter_is_due_the_day_before_the_due_day_at_the_latest():
    drawn = software("01/04", "08/04", "16/04", "x")
    register = "dossier_id | due_on | returned_on | signed\na | 08/04 | {returned} | yes"

    def apology(dated: str | None, returned: str = "16/04") -> str | None:
        letter = f"dossier_id | dated_on | new_due_on\na | {dated} | 18/04" if dated else ""
        return plain(judged(drawn, register.format(returned=returned), apologies=letter))[0]["apology"]

    assert apology(None) == "missing"
    assert apology("07/04") == "in_time"
    assert apology("08/04") == "too_late"
    assert apology("07/04", returned="08/04") == "not_needed"
    assert apology(None, returned="08/04") is None


def test_a_letter_that_cannot_be_read_or_a_file_that_is_not_there_is_no_missing_letter():
    drawn = software("01/04", "08/04", "16/04", "x")
    register = "dossier_id | due_on | returned_on | signed\na | 08/04 | 16/04 | yes"
    unread = "dossier_id | dated_on | is_readable\na | - | no"
    assert plain(judged(drawn, register, apologies=unread))[0]["apology"] is None
    assert plain(judged(drawn, register, missing=("apologies",)))[0]["apology"] is None
    assert plain(judged(drawn, register))[0]["apology"] == "missing"


def in_unit(received: str, term: str, unit: str, **more) -> dict[str, str]:
    return dates(software(received), procedures=f"procedure | term | unit\nKhai tử | {term} | {unit}", **more)


def test_a_term_in_days_of_the_calendar_counts_days_off_too_and_ends_on_a_working_day():
    assert in_unit("01/07", "10", "days") == {"civil_code": "11/07/2025"}  # a Friday
    assert in_unit("02/07", "10", "days") == {"civil_code": "14/07/2025"}  # 12/07 is a Saturday
    assert in_unit("02/07", "10", "ngày") == in_unit("02/07", "10", "days")
    assert in_unit("22/08", "10", "days") == {"civil_code": "03/09/2025"}  # 01 and 02/09 are off
    every = {"conventions": tuple(Convention)}
    assert in_unit("02/07 15:30", "9", "days", **every) == {
        "civil_code": "11/07/2025", "receipt_day_counted": "10/07/2025", "cut_off_15": "14/07/2025",
    }  # fmt: skip
    assert in_unit("04/07 15:30", "3", "days", **every)["cut_off_15"] == "10/07/2025"  # begins on Monday 07/07


def test_a_term_in_months_ends_on_the_day_of_the_same_number_or_the_months_last():
    assert in_unit("01/07", "1", "months") == {"civil_code": "01/08/2025"}
    assert in_unit("31/07", "1", "tháng") == {"civil_code": "03/09/2025"}  # 31/08 is a Sunday, 01 and 02/09 are off
    assert in_unit("30/09", "1", "months") == {"civil_code": "30/10/2025"}
    assert in_unit("31/07", "2", "months") == {"civil_code": "30/09/2025"}  # September has no 31st


LATE_BY_TERM = ("01/04", "-", "25/04", "khai tử")
RETURNED = "dossier_id | returned_on | signed\na | 25/04 | yes"


def ruled(drawn: str, register: str = "", **more) -> tuple[str, str]:
    row = plain(judged(drawn, register, **more))[0]
    return row["verdict"], row["rule"]


def test_a_stop_within_a_term_in_days_of_the_calendar_finds_nobody_late_and_no_paper_missing():
    term = "procedure | term | unit\nKhai tử | 10 | {}"
    stops = "dossier_id | from_on | to_on\na | 02/04 | 04/04"
    late = software(*LATE_BY_TERM)
    assert ruled(late, RETURNED, procedures=term.format("days"))[0] == "late"
    assert ruled(late, RETURNED, procedures=term.format("workdays"), stops=stops)[0] == "late"
    assert ruled(late, RETURNED, procedures=term.format("days"), stops=stops) == (
        "not_proved",
        "closed_late_uncountable",
    )
    too_late = "dossier_id | from_on | to_on\na | 15/04 | 16/04"  # the clock had run out on 11/04
    assert ruled(late, RETURNED, procedures=term.format("days"), stops=too_late)[0] == "late"


def in_2027(due: str, closed: str, returned: str, as_of: date, **more) -> tuple[str, str]:
    days = {"as_of": as_of, "period_first_on": date(2026, 10, 1), "period_last_on": date(2027, 3, 31)}
    register = f"dossier_id | returned_on | signed\na | {returned} | yes"
    return ruled(software("15/12/2026", due, closed), register, **(days | more))


def test_by_a_day_of_a_year_whose_days_off_are_only_expected_nobody_is_late():
    march = date(2027, 3, 1)
    assert in_2027("22/12/2026", "24/12/2026", "24/12/2026", march)[0] == "late"
    assert in_2027("05/01/2027", "07/01/2027", "07/01/2027", march) == ("not_proved", "closed_late_uncountable")
    assert in_2027("05/01/2027", "-", "-", march) == ("not_proved", "never_closed_uncountable")
    assert in_2027("05/01/2027", "04/01/2027", "04/01/2027", march)[0] == "on_time"


def test_a_term_that_runs_past_the_calendar_is_not_told_as_a_paper_that_is_missing():
    long = "procedure | term | unit\nKhai tử | 400 | workdays"
    assert in_2027("-", "07/01/2027", "07/01/2027", date(2027, 3, 1), procedures=long) == (
        "no_due_date", "due_date_uncountable",
    )  # fmt: skip
    assert in_2027("-", "07/01/2027", "07/01/2027", date(2027, 3, 1)) == ("no_due_date", "no_due_date")


def test_by_days_off_that_are_only_expected_nobody_is_in_time_either():
    may = date(2027, 5, 5)
    days = {"as_of": may, "period_first_on": date(2027, 1, 1), "period_last_on": date(2027, 4, 30)}
    register = "dossier_id | returned_on | signed\na | 10/02/2027 | yes"
    late = software("01/02/2027", "04/02/2027", "11/02/2027")  # due on a day off that nobody has decided yet
    assert ruled(late, register, **days) == ("not_proved", "closed_in_time_expected")  # moved, as expected, to 11/02
    in_time = software("01/02/2027", "04/02/2027", "10/02/2027")
    assert ruled(in_time, register, **days) == ("not_proved", "closed_in_time_expected")
    later = software("01/02/2027", "04/02/2027", "12/02/2027")
    assert ruled(later, register, **days) == ("not_proved", "closed_late_expected")
    after = software("01/03/2027", "05/03/2027", "04/03/2027")  # none lies between
    assert ruled(after, register.replace("10/02", "04/03"), **days)[0] == "on_time"
