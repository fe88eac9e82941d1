"""Wrong verdicts that were once given, each as the smallest table that shows it."""

import pytest
from tables import judged, plain, record, verdicts

from audit import check, summarise
from audit.terms import Convention

S = "dossier_id | received_at | due_at | closed_at | status\na | 01/04 | {due} | {closed} | {status}"
HOPS = "dossier_id | from_unit | to_unit | from_level | to_level | handed_at\n"


def software(closed: str = "10/04", due: str = "08/04", status: str = "returned") -> str:
    return S.format(due=due, closed=closed, status=status)


def line(returned: str, due: str = "-", received: str = "01/04") -> str:
    return f"dossier_id | received_on | due_on | returned_on | signed\na | {received} | {due} | {returned} | yes"


def first(*drawn: str, **more) -> dict:
    return plain(judged(*drawn, **more))[0]


@pytest.mark.parametrize("before", ["", "a | desk | x | desk | commune | 02/04\n"])
def test_that_the_desk_handed_it_over_late_does_not_tell_when_it_was_ready(quick_engine, before):
    hops = HOPS + before + "a | desk | b | desk | applicant | 11/04"
    assert verdicts(software("08/04"), line("11/04"), hops, quick_engine) == ["closed_on_time_returned_late"]
    found = first(software("10/04"), line("11/04"), hops, engine=quick_engine)
    assert (found["verdict"], found["cause"]) == ("late", "cannot_be_told")
    by_then = HOPS + "a | desk | b | desk | applicant | 07/04"
    assert verdicts(software("10/04"), "", by_then, quick_engine) == ["late_only_in_software"]


def test_a_dossier_without_a_receipt_in_the_calendar_stops_no_engine(quick_engine):
    found = judged(software(), line("08/04").replace("\na", "\nb"), engine=quick_engine, conventions=tuple(Convention))
    assert [row["verdict"] for row in plain(found)] == ["not_proved", "only_in_register"]


def test_a_clock_that_has_run_out_cannot_be_stopped(quick_engine):
    def with_stop(days: str) -> tuple[str, str]:
        found = first(
            software("16/04"),
            line("16/04", due="08/04"),
            stops=f"dossier_id | from_on | to_on\na | {days}",
            engine=quick_engine,
        )
        return found["verdict"], f"{found['due_by_slip']:%d/%m}"

    assert with_stop("09/04 | 15/04") == ("late", "08/04")
    assert with_stop("08/04 | 16/04") == ("due_date_in_dispute", "16/04")  # 09, 10, 11, 14, 15, 16/04 stood still


def test_a_second_stop_counts_while_the_first_has_kept_the_clock_alive(quick_engine):
    stops = "dossier_id | from_on | to_on\na | 11/04 | 14/04\na | 04/04 | 10/04\na | 30/04 | 02/05"
    found = first(software("-", due="-", status="in_process"), line("-", due="08/04"), stops=stops, engine=quick_engine)
    assert (
        f"{found['due_by_slip']:%d/%m}" == "14/04"
    )  # 08, 09, 10/04 stood still: due 11/04; then 14/04; on 30/04 it had run out


def test_a_due_date_before_the_lines_own_receipt_is_a_problem(quick_engine):
    assert verdicts(software("07/04", due="-"), line("07/04", due="08/01"), engine=quick_engine) == ["no_due_date"]


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


def test_who_held_it_at_both_ends_but_not_between_is_not_proved(quick_engine):
    hops = HOPS + (
        "a | desk | x | desk | commune | 02/04 09:00\na | x | land | commune | upper_level | 09/04 09:00\n"
        "a | land | x | upper_level | commune | 11/04 09:00\na | x | desk | commune | desk | 16/04 09:00"
    )
    found = first(software("20/04", due="10/04").replace("| status", "| status | procedure").replace("returned", "returned | x"),
                  line("17/04", due="08/04"), hops, engine=quick_engine, procedures="procedure | term | unit\nx | 8 | workdays")  # fmt: skip
    assert (found["verdict"], found["cause"], found["cause_proved"]) == ("late", "cannot_be_told", False)


def test_an_apology_that_cannot_be_read_lets_nobody_off_by_a_date_that_may_be_its_own(quick_engine):
    letter = "dossier_id | dated_on | new_due_on | is_readable\na | 04/04 | 18/04 | no"
    assert verdicts(software("16/04", due="18/04"), line("16/04"), apologies=letter, engine=quick_engine) == [
        "due_date_in_dispute"
    ]


def test_each_new_date_of_several_letters_is_set_aside(quick_engine):
    letters = "dossier_id | dated_on | new_due_on\na | 04/04 | 11/04\na | 10/04 | 18/04\na | 17/04 | 25/04"
    found = first(software("16/04", due="18/04"), line("16/04", due="08/04"), apologies=letters, engine=quick_engine)
    assert (found["verdict"], found["has_vanished"]) == ("late", True)


def test_posting_the_result_is_no_day_on_which_it_came_to_be(quick_engine):
    posted = "dossier_id | issued_on | paper\na | {} | postal_tracking"
    hops = HOPS + "a | x | land | commune | upper_level | 02/04\na | land | desk | upper_level | desk | 07/04"
    assert verdicts(software(), "", hops, quick_engine, result_papers=posted.format("09/04")) == [
        "late_only_in_software"
    ]
    assert verdicts(software("08/04"), line("11/04"), engine=quick_engine, result_papers=posted.format("10/04")) == [
        "closed_on_time_returned_late"
    ]


def test_an_impossible_hop_does_not_take_a_signature_away(quick_engine):
    hops = HOPS + "a | land | desk | upper_level | desk | 07/03"
    assert verdicts(software(), line("07/04"), hops, quick_engine) == ["late_only_in_software"]


def test_what_the_software_shows_in_time_is_not_late_only_in_software(quick_engine):
    letter = "dossier_id | dated_on | new_due_on\na | 04/04 | 18/04"
    found = first(software("16/04", due="18/04"), line("07/04", due="08/04"), apologies=letter, engine=quick_engine)
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
