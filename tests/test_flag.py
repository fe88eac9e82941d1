"""What stands out beside the verdicts: each kind shown by a dossier or two, and by those just short of it."""

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tables import _KINDS, frame, plain, rows

from audit.ground.terms import DUE_BY
from audit.judging import flag
from audit.judging.flag import Contradiction, Lead

AS_OF = date(2025, 5, 5)
OFF = {date(2025, 4, 7)}  # April 2025: 1 is a Tuesday; 5, 6, 12 and 13 are weekends
KINDS = {"at": ("received_at", "closed_at"), "due_at": ("due_at",),
         "text": ("dossier_id", "status", "population", "verdict", "rule", "procedure", "applicant_key"),
         "yes_no": ("is_dated_unsigned", "has_void_return", "is_in_register", "is_slip_unread", "is_register_unread",
                    "is_handed_over_before_arrival", "is_status_without_stop"),
         "on": ("received_on", "due_on_software", "closed_on", "coded_on", "received_on_register", "due_on_register",
                "due_on_register_latest", "returned_on", "returned_on_latest", "ready_on", "ready_on_latest", "maybe_ready_on",
                "issued_on", "issued_on_latest", "posted_on", "handed_over_on", "desk_handed_on", *DUE_BY.values())}  # fmt: skip
JUDGED = {column: kind for kind, columns in KINDS.items() for column in columns}
LINES = {"dossier_id": "text", "received_on": "on", "due_on": "on", "returned_on": "on", "signed": "signed",
         "seq": "number", "fate": "text", "sheet": "text"}  # fmt: skip


def typed(drawn, kinds):
    columns = {
        column: [None if row.get(column) is None else _KINDS[kind][1](row[column]) for row in drawn]
        for column, kind in kinds.items()
    }
    return frame(columns, kinds)


def judged(text, order=lambda rows_: rows_):
    """Dossiers as `judge` leaves them; what a column follows from is drawn once."""
    drawn = rows(text) if text else []
    for row in drawn:
        for on, source in (("received_on", "received_at"), ("closed_on", "closed_at"), ("due_on_software", "due_at"),
                           ("due_by_software", "due_on"), ("returned_on_latest", "returned_on"),
                           ("due_on_register_latest", "due_on_register")):  # fmt: skip
            if on not in row and row.get(source):
                row[on] = row[source].split()[0]
        for column in KINDS["yes_no"]:
            row.setdefault(column, "no")
    return typed(order(drawn), JUDGED)


def register(text, order=lambda rows_: rows_):
    drawn = (
        [{"seq": str(n), "fate": "judged", "sheet": "1"} | row for n, row in enumerate(rows(text), 1)] if text else []
    )
    return typed(order(drawn), LINES)


def calendar():
    days = [datetime(2025, 3, 1) + timedelta(n) for n in range(92)]
    worked = [day.weekday() < 5 and day.date() not in OFF for day in days]
    numbers = [sum(worked[: n + 1]) for n in range(len(days))]
    return frame({"day": days, "workday_number": numbers, "is_workday": worked},
                 {"day": "at", "workday_number": "number", "is_workday": "yes_no"})  # fmt: skip


def contradicted(text):
    found = plain(flag.contradictions(judged(text), as_of=AS_OF))
    return sorted((row["dossier_id"], row["kind"]) for row in found)


def leads(text="", lines="", **orders):
    found = plain(flag.leads(judged(text, **orders), register(lines, **orders), calendar()))
    return sorted((row["dossier_id"], row["kind"], row["group"]) for row in found)


CONTRADICTED = [
    pytest.param("has_void_return", "yes", Contradiction.RETURNED_BEFORE_RECEIVED, id="a signed return before the receipt"),
    pytest.param("issued_on | returned_on", "03/04 | 02/04", Contradiction.RETURNED_BEFORE_ISSUED, id="returned the day before it was issued"),
    pytest.param("issued_on | returned_on", "03/04 | 03/04", None, id="issued and returned on one day"),
    pytest.param("issued_on | ready_on", "03/04 | 02/04", Contradiction.READY_BEFORE_ISSUED, id="at the desk before it was issued"),
    pytest.param("issued_on | ready_on", "03/04 | 03/04", None, id="issued and at the desk on one day"),
    pytest.param("issued_on | ready_on | is_slip_unread", "03/04 | 02/04 | yes", Contradiction.READY_BEFORE_ISSUED, id="rows that can be read contradict, whatever waits to be read"),
    pytest.param("issued_on | issued_on_latest | due_on", "07/04 | 09/04 | 08/04", Contradiction.RESULTS_DIFFER, id="two results on either side of the due date"),
    pytest.param("issued_on | issued_on_latest | due_on", "07/04 | 08/04 | 08/04", None, id="two results by the due date"),
    pytest.param("ready_on | ready_on_latest | due_on", "08/04 | 09/04 | 08/04", Contradiction.RESULTS_DIFFER, id="two arrivals on either side of the due date"),
    pytest.param("issued_on | maybe_ready_on | due_on", "08/04 | 09/04 | 08/04", Contradiction.RESULTS_DIFFER, id="a result in time that seems to arrive late"),
    pytest.param("is_handed_over_before_arrival", "yes", Contradiction.HANDED_OVER_BEFORE_READY, id="handed over before it came"),
    pytest.param("desk_handed_on | issued_on", "07/04 | 08/04", Contradiction.HANDED_OVER_BEFORE_READY, id="handed over before it was issued"),
    pytest.param("desk_handed_on | issued_on", "08/04 | 08/04", None, id="handed over on the day it was issued"),
    pytest.param("is_status_without_stop", "yes", Contradiction.STATUS_WITHOUT_STOP, id="the status alone stops the clock"),
    pytest.param("status | closed_at", "supplements_asked | 08/04", Contradiction.STATUS_AND_CLOSING, id="waiting for supplements, and closed"),
    pytest.param("status | closed_at", "returned | 08/04", None, id="returned and closed"),
    pytest.param("rule", "stopped_but_returned", Contradiction.STOPPED_BUT_RETURNED, id="stopped, and returned"),
    pytest.param("rule", "refused_but_returned", Contradiction.LEFT_BUT_RETURNED, id="refused, and returned"),
    pytest.param("returned_on", "06/05", Contradiction.RETURNED_AFTER_AUDIT, id="the day after the audit"),
    pytest.param("returned_on", "05/05", None, id="on the day of the audit"),
    pytest.param("returned_on | returned_on_latest", "05/04 | 08/04", Contradiction.TWO_RETURN_DAYS, id="two signed days"),
    pytest.param("returned_on | handed_over_on | due_on", "08/04 | 09/04 | 08/04", Contradiction.HAND_OVER_DIFFERS, id="in time by the register alone"),
    pytest.param("returned_on | handed_over_on | due_on", "09/04 | 08/04 | 08/04", Contradiction.HAND_OVER_DIFFERS, id="in time by the slip alone"),
    pytest.param("returned_on | handed_over_on | due_on", "07/04 | 08/04 | 08/04", None, id="both in time"),
    pytest.param("returned_on | handed_over_on | due_on", "09/04 | 10/04 | 08/04", None, id="both late"),
    pytest.param("returned_on | handed_over_on | due_by_slip | due_by_civil_code", "08/04 | 09/04 | 08/04 | 14/04", Contradiction.HAND_OVER_DIFFERS, id="under the earliest due date"),
    pytest.param("returned_on | handed_over_on | due_by_slip | due_by_civil_code", "14/04 | 15/04 | 08/04 | 14/04", Contradiction.HAND_OVER_DIFFERS, id="under the latest due date"),
    pytest.param("returned_on | handed_over_on | due_by_slip | due_by_slip_latest | due_by_civil_code", "10/04 | 11/04 | 08/04 | 10/04 | 14/04", Contradiction.HAND_OVER_DIFFERS, id="under a due date between"),
    pytest.param("received_at | coded_on", "02/04 08:00 | 01/04", Contradiction.CODE_DATE_DIFFERS, id="another day in the code"),
    pytest.param("received_at | coded_on", "02/04 08:00 | 02/04", None, id="the same day in the code"),
    pytest.param("received_at | coded_on", "02/04 08:00 | -", None, id="no day in the code"),
    pytest.param("returned_on | is_dated_unsigned", "- | yes", Contradiction.SIGNATURE_BLANK, id="a return day and no signature"),
    pytest.param("due_at | due_on_register", "08/04 17:00 | 09/04", Contradiction.DUE_DATES_DIFFER, id="the slip promised another day"),
    pytest.param("due_at | due_on_register", "08/04 17:00 | 08/04", None, id="the same day at any hour"),
    pytest.param("due_at | due_on_register | due_on_register_latest", "08/04 | 08/04 | 09/04", Contradiction.DUE_DATES_DIFFER, id="one of two lines promised another day"),
    pytest.param("due_at | due_on_register | due_on_register_latest", "08/04 | 07/04 | 08/04", Contradiction.DUE_DATES_DIFFER, id="the earlier of two lines promised another day"),
    pytest.param("due_at | due_on_register", "08/04 | -", None, id="no day on the slip"),
]  # fmt: skip


@pytest.mark.parametrize(("columns", "cells", "kind"), CONTRADICTED)
def test_a_contradiction_is_two_days_that_cannot_both_be_right(columns, cells, kind):
    expected = [("a", str(kind))] if kind else []
    assert (
        contradicted(f"dossier_id | {columns}\na | {cells}\nb | {' | '.join('-' for _ in cells.split('|'))}")
        == expected
    )


def test_a_dossier_may_hold_several_contradictions_and_most_hold_none():
    text = """
        dossier_id | received_at | due_at | due_on_register | issued_on | returned_on | coded_on | is_dated_unsigned
        a          | 02/04 08:00 | 09/04  | 10/04           | 04/04     | 03/04       | 03/04    | yes
        b          | 02/04 08:00 | 09/04  | 09/04           | 04/04     | 08/04       | 02/04    | no
    """
    assert contradicted(text) == [
        ("a", kind) for kind in ("code_date_differs", "due_dates_differ", "returned_before_issued", "signature_blank")
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("closed_at", "due_at", "is_lead"),
    [("08/04 17:00:40", "08/04 17:00", True), ("08/04 17:01", "08/04 17:00", False), ("09/04 17:00", "08/04 17:00", False),
     ("08/04", "08/04 00:00", False), ("08/04 23:59:59", "08/04", False), ("08/04 17:00", "-", False)],
)  # fmt: skip
def test_closed_at_the_very_minute_it_fell_due_where_both_hours_are_written(closed_at, due_at, is_lead):
    text = f"dossier_id | closed_at | due_at\na | {closed_at} | {due_at}"
    assert leads(text) == ([("a", "closed_at_due_minute", "2025-04-08 17:00")] if is_lead else [])


def closings(number, moment):
    return "dossier_id | closed_at\n" + "\n".join(f"d{n} | {moment.format(n)}" for n in range(number))


def test_five_closings_in_one_minute_are_a_lead_and_four_are_none():
    expected = [(f"d{n}", "closed_in_one_minute", "2025-04-08 16:59") for n in range(5)]
    assert leads(closings(5, "08/04 16:59:0{}")) == expected
    assert leads(closings(4, "08/04 16:59:0{}")) == []
    assert leads(closings(6, "08/04 16:5{}")) == []
    assert leads(closings(8, "08/04")) == []  # no hour written


def test_a_closing_on_a_day_off_is_a_lead():
    text = "dossier_id | closed_at\na | 05/04 09:00\nb | 07/04\nc | 08/04 09:00\nd | -\ne | 01/08 09:00"
    assert leads(text) == [("a", "closed_on_day_off", "2025-04-05"), ("b", "closed_on_day_off", "2025-04-07")]


@pytest.mark.parametrize(
    ("ready_on", "issued_on", "other", "group"),
    [("09/04", "-", "returned", "2025-04-09"), ("08/04", "09/04", "returned", "2025-04-09"), ("-", "10/04", "returned", "2025-04-10"),
     ("08/04", "08/04", "returned", None), ("-", "-", "returned", None), ("09/04", "-", "withdrawn", None),
     ("09/04", "-", "refused", None)],
)  # fmt: skip
def test_closed_before_the_result_was_ready_or_issued(ready_on, issued_on, other, group):
    text = (
        f"dossier_id | closed_at | status | ready_on | issued_on\na | 08/04 16:00 | {other} | {ready_on} | {issued_on}"
    )
    assert leads(text) == ([("a", "closed_before_ready", group)] if group else [])
    unread = f"dossier_id | closed_at | ready_on | is_slip_unread\na | 08/04 16:00 | {ready_on} | yes"
    assert leads(unread) == []


def book(*lines, sheet="1"):
    drawn = (f"{code} | {received_on} | {returned_on} | {sheet}" for code, received_on, returned_on in lines)
    return "dossier_id | received_on | returned_on | sheet\n" + "\n".join(drawn)


RUN = [("x", "01/04", "09/04"), *((f"d{n}", f"0{1 + n % 3}/04", "10/04") for n in range(5)), ("y", "03/04", "11/04")]


def test_five_lines_in_a_row_with_one_return_day_received_on_three_days_are_a_run():
    assert leads(lines=book(*RUN)) == [(f"d{n}", "register_in_one_run", "2") for n in range(5)]


@pytest.mark.parametrize(
    "lines",
    [
        pytest.param(book(*RUN[:5]), id="four lines"),
        pytest.param(book(*((code, min(day, "02/04"), back) for code, day, back in RUN)), id="received on two days"),
        pytest.param(book(*RUN[:3], ("z", "02/04", "-"), *RUN[3:]), id="a line without a return day between"),
        pytest.param(book(*RUN[:3], ("z", "02/04", "08/04"), *RUN[3:]), id="another return day between"),
        pytest.param(book(*RUN[:4], sheet="1") + "\n" + "\n".join(f"{c} | {r} | {b} | 2" for c, r, b in RUN[4:]), id="over two sheets"),
        pytest.param(book(*((code, "-", back) for code, _, back in RUN)), id="the days of receipt are not known"),
        pytest.param(book(*((code, day.replace("03/04", "-"), back) for code, day, back in RUN)), id="two days of receipt and one not known"),
        pytest.param(book(*((code, day, "-") for code, day, _ in RUN)), id="nothing returned"),
    ],
)  # fmt: skip
def test_what_is_short_of_a_run_is_no_lead(lines):
    assert leads(lines=lines) == []


def test_a_line_that_is_not_judged_neither_counts_in_a_run_nor_ends_it():
    lines = [line + (" | fate" if n == 0 else " | judged") for n, line in enumerate(book(*RUN).splitlines())]
    repeat = lines[4].replace("judged", "duplicate")
    problem = "z | 02/04 | 08/04 | 1 | problem"
    assert len(leads(lines="\n".join([*lines[:5], repeat, problem, *lines[5:]]))) == 5
    assert leads(lines="\n".join([*lines[:5], repeat, problem, lines[5]])) == []


def returns(*days, due_on="10/04"):
    return "dossier_id | due_on_register | returned_on\n" + "\n".join(
        f"r{n:02} | {due_on} | {day}" for n, day in enumerate(days)
    )


def heaped(*days, **due):
    return [row[0] for row in leads(returns(*days, **due)) if row[1:] == ("returned_on_due_day", "2025-04-10" if not due else "2025-04-08")]  # fmt: skip


def test_returns_on_the_due_day_are_a_lead_only_where_they_heap():
    assert heaped(*["10/04"] * 5, *["09/04"] * 2, *["11/04"] * 2) == ["r00", "r01", "r02", "r03", "r04"]
    assert heaped(*["10/04"] * 5, *["09/04"] * 3, *["11/04"] * 2) == []
    assert heaped(*["10/04"] * 4) == []
    assert heaped(*["10/04"] * 5, *["03/04"] * 9, *["14/04"] * 9) != []  # days further away are not beside it


def test_the_day_before_a_due_day_is_the_working_day_before_it():
    before, due = ["04/04"] * 5, ["08/04"] * 5  # the 5th to the 7th are days off
    assert heaped(*due, *before, due_on="08/04") == []
    assert len(heaped(*due, *["05/04"] * 5, due_on="08/04")) == 5
    found = leads(returns(*["05/04"] * 5, *["04/04"] * 3, *["08/04"] * 1, due_on="05/04"))
    assert len(found) == 5  # due on a day off itself: 3 + 1 beside it
    assert leads(returns(*["05/04"] * 5, *["04/04"] * 3, *["08/04"] * 2, due_on="05/04")) == []


@pytest.mark.parametrize(
    ("withdrawn_closed_at", "again_received_at", "is_lead"),
    [("03/04 10:00", "03/04 08:00", True), ("03/04 10:00", "10/04 16:00", True), ("03/04 10:00", "11/04 08:00", False),
     ("03/04 10:00", "02/04 08:00", False), ("-", "01/04 15:00", True), ("-", "08/04 15:00", True), ("-", "09/04 08:00", False)],
)  # fmt: skip
def test_withdrawn_and_filed_again_within_a_week(withdrawn_closed_at, again_received_at, is_lead):
    text = f"""
        dossier_id | applicant_key | procedure | status     | received_at         | closed_at
        a          | an            | Khai sinh | withdrawn  | 01/04 08:00         | {withdrawn_closed_at}
        b          | an            | khai sinh | in_process | {again_received_at} | -
    """
    assert leads(text) == ([("a", "withdrawn_and_filed_again", "b")] if is_lead else [])


@pytest.mark.parametrize(
    ("who", "what", "status"),
    [("binh", "Khai sinh", "withdrawn"), ("an", "Khai tử", "withdrawn"), ("an", "Khai sinh", "returned"), ("an", "-", "withdrawn"), ("-", "Khai sinh", "withdrawn")],
)  # fmt: skip
def test_another_applicant_or_procedure_is_not_filed_again(who, what, status):
    text = f"""
        dossier_id | applicant_key | procedure | status     | received_at | closed_at
        a          | {who}         | {what}    | {status}   | 01/04 08:00 | 03/04 10:00
        b          | an            | Khai sinh | in_process | 04/04 08:00 | -
        c          | -             | -         | in_process | 04/04 08:00 | -
        d          | -             | Khai sinh | in_process | 04/04 08:00 | -
    """
    assert leads(text) == []


def test_each_lead_says_among_how_many_it_was_looked_for():
    text = """
        dossier_id | received_at | status    | applicant_key | procedure | closed_at   | due_at      | returned_on | due_on_register | ready_on | is_slip_unread
        a          | 01/04       | returned  | an            | Khai sinh | 03/04 10:00 | 08/04 17:00 | 03/04       | 08/04           | 03/04    | no
        b          | 01/04       | returned  | an            | Khai sinh | 03/04 10:00 | 08/04       | 03/04       | -               | 03/04    | yes
        c          | 01/04       | withdrawn | an            | Khai sinh | 03/04       | 08/04 17:00 | -           | 08/04           | 03/04    | no
        d          | 01/04       | withdrawn | -             | Khai sinh | -           | 08/04 17:00 | -           | -               | -        | no
    """
    lines = register(book(*RUN, ("z", "03/04", "-")))
    assert flag.totals(judged(text), lines, calendar()) == {
        Lead.CLOSED_AT_DUE_MINUTE: 1, Lead.CLOSED_IN_ONE_MINUTE: 2, Lead.CLOSED_ON_DAY_OFF: 3, Lead.CLOSED_BEFORE_READY: 1,
        Lead.REGISTER_IN_ONE_RUN: 7, Lead.RETURNED_ON_DUE_DAY: 1, Lead.WITHDRAWN_AND_FILED_AGAIN: 1,
    }  # fmt: skip


def test_a_day_off_is_not_looked_for_where_the_calendar_does_not_reach():
    text = "dossier_id | received_at | closed_at\na | 01/01 | 04/01 10:00"  # the calendar here begins in March
    assert leads(text) == []
    assert flag.totals(judged(text), register(""), calendar())[Lead.CLOSED_ON_DAY_OFF] == 0


def test_where_nothing_was_recorded_nothing_stands_out():
    assert leads() == []
    assert contradicted("") == []
    assert set(flag.totals(judged(""), register(""), calendar()).values()) == {0}


def test_every_contradiction_and_every_lead_is_looked_for():
    assert set(flag.CONTRADICTIONS) == set(Contradiction)
    assert set(flag.LOOKED_FOR) | {Lead.REGISTER_IN_ONE_RUN} == set(Lead)


@settings(max_examples=15)
@given(shuffled=st.randoms(use_true_random=False))
def test_the_order_of_rows_does_not_matter(shuffled):
    text = closings(7, "05/04 16:59:0{}") + "\n"
    lines = book(*RUN, ("z", "03/04", "-"))
    in_order = leads(text, lines)
    assert len(in_order) == 7 + 7 + 5
    assert leads(text, lines, order=lambda rows_: shuffled.sample(rows_, len(rows_))) == in_order
