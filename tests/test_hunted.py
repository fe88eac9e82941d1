"""Wrong verdicts that were once given, each as the smallest table that shows it."""

from datetime import date

import pytest
from tables import judged, plain, record, verdicts

from audit.claims import check
from audit.ground.terms import Convention
from audit.ground.workdays import Calendar
from audit.judging import summarise
from audit.reading.reference import calendar

S = "dossier_id | received_at | due_at | closed_at | status\na | 01/04 | {due} | {closed} | {status}"
HOPS = "dossier_id | from_unit | to_unit | from_level | to_level | handed_at\n"


def software(closed: str = "10/04", due: str = "08/04", status: str = "returned") -> str:
    return S.format(due=due, closed=closed, status=status)


def line(returned: str, due: str = "-", received: str = "01/04") -> str:
    return f"dossier_id | received_on | due_on | returned_on | signed\na | {received} | {due} | {returned} | yes"


def first(*drawn: str, **more) -> dict:
    return plain(judged(*drawn, **more))[0]


@pytest.mark.parametrize("before", ["", "a | desk | x | desk | commune | 02/04\n"])
def test_that_the_desk_handed_it_over_late_does_not_tell_when_it_was_ready(before):
    hops = HOPS + before + "a | desk | b | desk | applicant | 11/04"
    assert verdicts(software("08/04"), line("11/04"), hops) == ["closed_on_time_returned_late"]
    found = first(software("10/04"), line("11/04"), hops)
    assert (found["verdict"], found["cause"]) == ("late", "cannot_be_told")
    by_then = HOPS + "a | desk | b | desk | applicant | 07/04"
    assert verdicts(software("10/04"), "", by_then) == ["late_only_in_software"]


def test_a_dossier_without_a_receipt_in_the_calendar_stops_nothing():
    found = judged(software(), line("08/04").replace("\na", "\nb"), conventions=tuple(Convention))
    assert [row["verdict"] for row in plain(found)] == ["not_proved", "only_in_register"]


def test_a_clock_that_has_run_out_cannot_be_stopped():
    def with_stop(days: str) -> tuple[str, str]:
        found = first(
            software("16/04"),
            line("16/04", due="08/04"),
            stops=f"dossier_id | from_on | to_on\na | {days}",
        )
        return found["verdict"], f"{found['due_by_slip']:%d/%m}"

    assert with_stop("09/04 | 15/04") == ("late", "08/04")
    assert with_stop("08/04 | 16/04") == ("due_date_in_dispute", "16/04")  # 09, 10, 11, 14, 15, 16/04 stood still


def test_a_second_stop_counts_while_the_first_has_kept_the_clock_alive():
    stops = "dossier_id | from_on | to_on\na | 11/04 | 14/04\na | 04/04 | 10/04\na | 30/04 | 02/05"
    found = first(software("-", due="-", status="in_process"), line("-", due="08/04"), stops=stops)
    assert (
        f"{found['due_by_slip']:%d/%m}" == "14/04"
    )  # 08, 09, 10/04 stood still: due 11/04; then 14/04; on 30/04 it had run out


def test_a_due_date_before_the_lines_own_receipt_is_a_problem():
    assert verdicts(software("07/04", due="-"), line("07/04", due="08/01")) == ["no_due_date"]


def measure(name: str, found) -> tuple[int, int]:
    counted = check.counts(found, record("online_procedures", ""), columns=frozenset(), unread=0)
    count = check.plainest(counted)[name]
    return count.at_least, count.at_most


def test_a_dossier_never_closed_is_late_in_reality_only_where_nothing_shows_it_ready_in_time():
    never = software("-", status="in_process")
    assert measure("late_in_reality", judged(never, line("12/04"))) == (1, 1)
    at_desk = HOPS + "a | x | desk | commune | desk | 07/04\na | desk | b | desk | applicant | 12/04"
    assert measure("late_in_reality", judged(never, line("12/04"), at_desk))[0] == 0
    paper = "dossier_id | number | issued_on\na | 1 | 07/04"
    assert measure("late_in_reality", judged(never, line("12/04"), result_papers=paper))[0] == 0
    assert measure("late_in_reality", judged(never, line("12/04"), missing=("control_slips",))) == (0, 1)
    assert measure("late_in_reality", judged(never, line("10/04", due="15/04"))) == (0, 1)
    assert measure("settled_in_time_in_reality", judged(never, line("07/04"))) == (0, 1)


def test_a_late_dossier_closed_after_the_period_may_be_counted_by_the_report():
    assert measure("late_in_reality", judged(software("02/05"), line("20/04"))) == (0, 1)


def test_what_stands_still_or_is_due_after_the_audit_is_not_overdue_for_certain():
    stopped = judged(software("-", status="supplements_asked"))
    assert (measure("open_overdue", stopped), measure("open_within_time", stopped)) == ((0, 1), (0, 1))
    share = {s.definition: s for s in summarise.on_time(judged(software("-", due="-", status="in_process")))}
    pending = share["software_pending_counted"]
    assert (pending.at_least.numerator, pending.at_most.numerator, pending.share.denominator) == (0, 1, 1)


def test_who_held_it_at_both_ends_but_not_between_is_not_proved():
    hops = HOPS + (
        "a | desk | x | desk | commune | 02/04 09:00\na | x | land | commune | upper_level | 09/04 09:00\n"
        "a | land | x | upper_level | commune | 11/04 09:00\na | x | desk | commune | desk | 16/04 09:00"
    )
    found = first(software("20/04", due="10/04").replace("| status", "| status | procedure").replace("returned", "returned | x"),
                  line("17/04", due="08/04"), hops, procedures="procedure | term | unit\nx | 8 | workdays")  # fmt: skip
    assert (found["verdict"], found["cause"], found["cause_proved"]) == ("late", "cannot_be_told", False)


def test_an_apology_that_cannot_be_read_lets_nobody_off_by_a_date_that_may_be_its_own():
    letter = "dossier_id | dated_on | new_due_on | is_readable\na | 04/04 | 18/04 | no"
    assert verdicts(software("16/04", due="18/04"), line("16/04"), apologies=letter) == ["due_date_in_dispute"]


def test_each_new_date_of_several_letters_is_set_aside():
    letters = "dossier_id | dated_on | new_due_on\na | 04/04 | 11/04\na | 10/04 | 18/04\na | 17/04 | 25/04"
    found = first(software("16/04", due="18/04"), line("16/04", due="08/04"), apologies=letters)
    assert (found["verdict"], found["has_vanished"]) == ("late", True)


def test_posting_the_result_is_no_day_on_which_it_came_to_be():
    posted = "dossier_id | issued_on | paper\na | {} | postal_tracking"
    hops = HOPS + "a | x | land | commune | upper_level | 02/04\na | land | desk | upper_level | desk | 07/04"
    assert verdicts(software(), "", hops, result_papers=posted.format("09/04")) == ["late_only_in_software"]
    assert verdicts(software("08/04"), line("11/04"), result_papers=posted.format("10/04")) == [
        "closed_on_time_returned_late"
    ]


def test_an_impossible_hop_does_not_take_a_signature_away():
    hops = HOPS + "a | land | desk | upper_level | desk | 07/03"
    assert verdicts(software(), line("07/04"), hops) == ["late_only_in_software"]


def test_what_the_software_shows_in_time_is_not_late_only_in_software():
    letter = "dossier_id | dated_on | new_due_on\na | 04/04 | 18/04"
    found = first(software("16/04", due="18/04"), line("07/04", due="08/04"), apologies=letter)
    assert (found["verdict"], found["cause"], found["apology"], found["has_vanished"]) == (
        "on_time",
        None,
        "not_needed",
        True,
    )


def test_that_nothing_was_passed_up_is_not_proved_by_slips_that_are_not_there():
    by_commune = software().replace("| status", "| status | unit_level").replace("returned", "returned | commune")
    found = first(by_commune, line("07/04"))
    assert (found["cause"], found["cause_proved"]) == ("closed_late_by_commune", False)


NO_KEPT_STOPS = "dossier_id | from_on | to_on\nb | 02/04 | 03/04"  # stops are kept; none is of dossier a


@pytest.mark.parametrize(
    ("due", "closed", "returned", "verdict"),
    [("13/04", "14/04", "14/04", "late_only_in_software"), ("13/04", "15/04", "15/04", "late"),
     ("07/04", "08/04", "08/04", "late_only_in_software"), ("10/04", "11/04", "11/04", "late")],
)  # fmt: skip
def test_a_due_date_on_a_sunday_or_a_holiday_is_the_next_working_day(due, closed, returned, verdict):
    found = first(software(closed, due=due), line(returned, due=due))
    assert found["verdict"] == verdict
    if verdict == "late_only_in_software":  # the software counts by the day as written
        assert (found["rule"], found["cause"], found["cause_proved"]) == (
            "late_by_written_date_alone", "due_date_not_moved", True,
        )  # fmt: skip


@pytest.mark.parametrize("returned", ["28/03", "09/04"])
def test_a_return_before_the_receipt_acquits_nobody_who_was_closed_in_time(returned):
    received = "01/04" if returned == "28/03" else "10/04"
    in_time = S.format(due="16/04", closed="11/04", status="returned").replace("01/04", received)
    assert verdicts(in_time, line(returned, received="-")) == ["paper_contradicts_itself"]
    issued = "dossier_id | number | issued_on\na | 1 | 11/04"
    assert verdicts(in_time, line(returned, received="-"), result_papers=issued) == ["on_time"]


def test_a_hop_before_the_receipt_does_not_spoil_the_day_of_the_result():
    hops = HOPS + "a | land | desk | upper_level | desk | 07/03"
    issued = "dossier_id | number | issued_on\na | 1 | {}"
    assert verdicts(software(), line("11/04"), hops, result_papers=issued.format("08/04")) == ["late_only_in_software"]
    assert verdicts(software(), line("11/04"), hops, result_papers=issued.format("09/04")) == ["late"]
    assert verdicts(software(), line("11/04"), hops) == ["not_proved"]


def test_a_stop_from_the_saturday_after_a_friday_comes_too_late():
    late = software("16/04", due="11/04"), line("16/04", due="11/04")
    assert verdicts(*late, stops="dossier_id | from_on | to_on\na | 12/04 | 18/04") == ["late"]
    never = software("-", due="11/04", status="in_process"), line("-", due="11/04")
    running = "dossier_id | from_on | to_on\na | {} | -"
    assert verdicts(*never, stops=running.format("12/04")) == ["overdue"]
    assert verdicts(*never, stops=running.format("11/04")) == ["stopped"]


def test_what_is_overdue_while_stops_cannot_be_seen_is_not_proved_even_where_it_was_returned_in_time():
    never = software("-", status="in_process")
    assert verdicts(never, line("07/04")) == ["overdue"]
    assert verdicts(never, line("07/04"), missing=("stops",)) == ["not_proved"]
    assert verdicts(never, line("07/04"), unseen=("stops",), keeps=("stops",)) == ["not_proved"]


@pytest.mark.parametrize("status", ["stopped", "supplements_asked", "financial_obligation"])
def test_a_status_alone_stops_no_clock_where_stops_are_kept(status):
    never = software("-", status=status)
    assert verdicts(never) == ["stopped"]  # no record of stops: the status is all there is
    found = plain(judged(never + "\nb | 01/04 | 08/04 | 08/04 | returned", stops=NO_KEPT_STOPS))[0]
    assert (found["verdict"], found["is_status_without_stop"]) == ("overdue", True)
    assert verdicts(never, line("20/04")) == ["paper_contradicts_itself"]
    assert verdicts(software("10/04", status=status), line("10/04")) == ["not_proved"]
    assert verdicts(software("10/04", status=status), line("07/04")) == ["late_only_in_software"]


@pytest.mark.parametrize("status", ["withdrawn", "refused"])
def test_who_left_and_signed_for_a_result_is_a_contradiction_counted_for_and_against(status):
    left = software("03/04", status=status)
    assert verdicts(left, line("-")) == [status]
    found = judged(left, line("10/04"))
    assert plain(found)[0]["verdict"] == "paper_contradicts_itself"
    share = {one.definition: one for one in summarise.on_time(found)}["records"]
    assert (share.at_least.numerator, share.at_most.numerator, share.at_most.denominator) == (0, 1, 1)
    assert sum(row["dossiers"] for row in plain(summarise.undecided(found))) == 1


def test_every_hop_away_is_asked_whether_it_may_be_later_those_without_an_hour_too():
    away = HOPS + "a | desk | x | desk | commune | {}\na | x | y | commune | upper_level | 07/04 08:00\n"
    back = "a | y | desk | upper_level | desk | 07/04 16:00"
    assert verdicts(software(), line("11/04"), away.format("02/04") + back) == ["late_only_in_software"]
    assert verdicts(software(), line("11/04"), away.format("07/04") + back) == ["not_proved"]


@pytest.mark.parametrize("hops", ["a | desk | x | desk | commune | 07/04\na | x | desk | commune | desk | 07/04",
                                  "a | x | desk | commune | desk | 07/04\na | desk | x | desk | commune | 07/04"])  # fmt: skip
def test_two_hops_of_one_day_without_an_hour_prove_nothing_in_either_order(hops):
    assert verdicts(software(), line("11/04"), HOPS + hops) == ["not_proved"]


def test_the_desk_cannot_hand_over_what_has_not_come():
    hops = (
        HOPS
        + "a | desk | x | desk | commune | 02/04\na | desk | b | desk | applicant | {}\na | x | desk | commune | desk | 07/04 15:00"
    )
    assert verdicts(software(), "", hops.format("07/04 09:00")) == ["paper_contradicts_itself"]
    assert verdicts(software(), "", hops.format("07/04 16:00")) == ["late_only_in_software"]


@pytest.mark.parametrize("number", ["5/TXL-UBND", " 5/txl-ubnd "])
def test_a_letter_listed_among_the_results_is_none(number):
    letter = "dossier_id | number | dated_on | new_due_on\na | 5/TXL-UBND | 07/04 | 18/04"
    papers = "dossier_id | number | issued_on | is_result\na | {} | 07/04 | {}"
    late = software(), line("14/04", due="08/04")
    assert verdicts(*late, apologies=letter, result_papers=papers.format(number, "yes")) == ["late"]
    assert verdicts(*late, result_papers=papers.format(7, "no")) == ["late"]
    assert verdicts(*late, result_papers=papers.format(7, "yes")) == ["late_only_in_software"]


def test_one_number_with_two_days_proves_neither():
    papers = "dossier_id | number | issued_on\na | 7 | 07/04\na | 7 | {}"
    assert verdicts(software(), line("14/04"), result_papers=papers.format("10/04")) == ["not_proved"]
    assert verdicts(software(), line("14/04"), result_papers=papers.format("08/04")) == ["late_only_in_software"]


def test_nobody_is_promised_a_result_for_the_minute_of_the_receipt():
    drawn = S.replace("01/04", "01/04 08:13").format(due="01/04 08:13", closed="10/04", status="returned")
    assert verdicts(drawn, line("10/04")) == ["no_due_date"]
    assert verdicts(drawn, line("10/04", due="11/04")) == ["late_only_in_software"]


def test_a_row_that_cannot_be_read_leaves_its_own_record_out_of_proof_and_others_in():
    unread = "dossier_id | number | issued_on | is_readable\na | 1 | 07/04 | yes\na | 2 | - | no"
    assert verdicts(software(), line("14/04"), result_papers=unread) == ["not_proved"]
    assert verdicts(software(), line("07/04"), result_papers=unread) == ["late_only_in_software"]


def test_nobody_is_late_by_a_date_after_the_calendars_last_day():
    drawn = "dossier_id | received_at | due_at | closed_at\na | 20/12/2026 | 05/01/2027 | 06/01/2027\n"
    drawn += "b | 01/12/2026 | 08/12/2026 | 04/01/2027"  # a day off may have been decided since for 05/01/2027 alone
    slips = "dossier_id | returned_on | signed\na | 06/01/2027 | yes\nb | 04/01/2027 | yes"
    days = {"as_of": date(2027, 2, 1), "period_first_on": date(2026, 12, 1), "period_last_on": date(2027, 1, 31)}
    assert verdicts(drawn, slips, "", **days) == ["not_proved", "late"]


@pytest.mark.parametrize("stop", ["16/04 | -", "16/04 | 18/04", "12/04 | 18/04"])
def test_a_stop_that_begins_after_the_due_date_reaches_it_not_even_where_the_calendar_ends(stop):
    ends = Calendar(calendar().written, date(2025, 1, 1), date(2025, 4, 15))
    stops = f"dossier_id | from_on | to_on\na | {stop}"
    drawn = software("-", status="in_process")
    assert verdicts(drawn, "", "", stops=stops, known=ends) == ["overdue"]


def test_how_sure_late_is_follows_from_what_was_seen():
    def graded(hops="", **more) -> tuple[str, str]:
        found = first(software(), line("14/04"), hops, **more)
        return found["grade"], found["not_seen"]

    at_desk = HOPS + "a | desk | x | desk | commune | 02/04\na | x | desk | commune | desk | 10/04"
    assert graded() == ("proved", "")  # the office keeps nothing else
    assert graded(keeps=("control_slips", "stops")) == ("by_both_records", "control_slips stops")
    assert graded(at_desk, keeps=("result_papers",)) == ("proved", "")
    assert graded(at_desk, keeps=("stops",)) == ("by_both_records", "stops")
    assert graded(at_desk, keeps=("stops",), complete=("stops",)) == ("proved", "")
    assert graded(unseen=("register",)) == ("by_both_records", "register")


def test_what_the_office_says_against_the_verdicts_own_reason_is_no_cause():
    says = "dossier_id | cause\na | {}"
    for said, cause in (("closed_late_by_commune", "cannot_be_told"), ("held_by_commune", "held_by_commune")):
        found = first(software(), line("14/04"), explanations=says.format(said))
        assert (found["verdict"], found["cause"]) == ("late", cause)
    found = first(software(), line("07/04"), explanations=says.format("applicant_collected_late"))
    assert (found["verdict"], found["cause_rule"]) == ("late_only_in_software", "office_contradicts_records")


def test_whoever_closed_in_time_is_not_late_by_paper_while_a_result_waits_to_be_read():
    hops = HOPS + "a | desk | x | desk | commune | 02/04\na | x | desk | commune | desk | 11/04"
    unread = "dossier_id | number | issued_on | is_readable\na | 1 | - | no"
    assert verdicts(software("08/04"), line("14/04"), hops) == ["late"]
    assert verdicts(software("08/04"), line("14/04"), hops, result_papers=unread) == ["closed_on_time_returned_late"]


@pytest.mark.parametrize(
    ("receipt", "verdict"),
    [
        ("a | V1 | 07/04 | yes", "late_only_in_software"), ("a | V1 | 09/04 | yes", "late"),
        ("a | - | 07/04 | yes", "not_proved"), ("a | V1 | - | no", "not_proved"),
        ("a | V1 | 31/03 | yes", "not_proved"), ("a | V1 | 07/04 | yes\na | V2 | - | no", "not_proved"),
        ("a | V1 | 07/04 | yes\na | V2 | 09/04 | yes", "not_proved"),
    ],
)  # fmt: skip
def test_a_receipt_of_the_post_shows_that_the_result_was_there_by_then(receipt, verdict):
    postal = f"dossier_id | number | sent_on | is_readable\n{receipt}"
    assert verdicts(software(), line("14/04"), postal=postal) == [verdict]


def test_an_unread_receipt_of_the_post_silences_no_result_paper_and_the_other_way_round():
    papers = "dossier_id | number | issued_on | paper | is_readable\na | V1 | 07/04 | postal_tracking | "
    postal = "dossier_id | number | sent_on | is_readable\na | V2 | 07/04 | "
    for one, other in (("yes", "no"), ("no", "yes")):
        read = {"result_papers": papers + one, "postal": postal + other}
        assert verdicts(software(), line("14/04"), **read) == ["late_only_in_software"]
    assert verdicts(software(), line("14/04"), result_papers=papers + "no", postal=postal + "no") == ["not_proved"]


@pytest.mark.parametrize(
    ("software_", "more"),
    [
        (software("-", status="in_process"), {"keeps": ("stops",)}), (software("10/04", status="stopped"), {"keeps": ("stops",)}),
        (software("-", status="stopped"), {}), (software("-", status="stopped"), {"missing": ("stops",)}),
        (software("-", status="stopped"), {"stops": "dossier_id | from_on | to_on | is_readable\na | - | - | no"}),
        (software("-", status="stopped"), {"stops": "dossier_id | from_on | to_on\na | 04/04 | -"}),
    ],
    ids=["says it runs", "closed", "no stops kept", "stops missing", "a stop unread", "a stop runs"],
)  # fmt: skip
def test_a_status_contradicts_nothing_where_it_may_be_right(software_, more):
    assert not first(software_, **more)["is_status_without_stop"]


@pytest.mark.parametrize(
    "more", [{}, {"missing": ("stops",)}, {"keeps": ("stops",)}], ids=["", "stops missing", "stops kept"]
)
@pytest.mark.parametrize(
    "paper", ["", line("07/04"), line("30/04")], ids=["no line", "returned", "returned late in the month"]
)
def test_whoever_is_not_closed_is_not_overdue_before_the_due_day_has_passed(paper, more):
    assert verdicts(software("-", due="05/05", status="in_process"), paper, **more) == ["open"]
