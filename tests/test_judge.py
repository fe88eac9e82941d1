"""Verdicts, causes and populations, as sentences about the domain."""

from datetime import date
from functools import cache

import pytest
from tables import judged, judged_together, plain, verdicts

from audit.ground.terms import Cause, Verdict
from audit.judging import judge

LATE = """
    dossier_id | received_at | due_at | closed_at | unit_level
    a          | 01/04       | 08/04  | 10/04     | commune
"""
IN_TIME = """
    dossier_id | received_at | due_at | closed_at
    a          | 01/04       | 08/04  | 08/04 23:59
"""
OPEN = """
    dossier_id | received_at | due_at | closed_at
    a          | 01/04       | 08/04  | -
"""


def paper(returned_on: str, signed: str = "yes", due_on: str = "08/04", received_on: str = "01/04") -> str:
    return f"""
        dossier_id | received_on   | due_on   | returned_on   | signed
        a          | {received_on} | {due_on} | {returned_on} | {signed}
    """


def slip(handed_at: str, to_level: str = "desk", from_level: str = "upper_level") -> str:
    return f"""
        dossier_id | from_unit | to_unit | from_level    | to_level    | handed_at
        a          | y         | x       | desk          | commune     | 02/04
        a          | x         | land    | commune       | upper_level | 03/04
        a          | land      | y       | {from_level}  | {to_level}  | {handed_at}
    """


def only_hop(handed_at: str) -> str:
    return f"dossier_id | from_unit | to_unit | from_level | to_level | handed_at\na | land | y | upper_level | desk | {handed_at}"


def late_with(level: str) -> str:
    return LATE.replace("commune", level)


VERDICTS = [
        pytest.param(LATE, paper("08/04"), "", "late_only_in_software", id="closed late, signed for on the due day"),
        pytest.param(LATE, paper("09/04"), "", "late", id="closed late, signed for the day after: two records agree"),
        pytest.param(LATE, paper("07/04", signed="no"), "", "not_proved", id="an unsigned day proves nothing"),
        pytest.param(LATE, paper("-", signed="-"), "", "not_proved", id="no return day proves nothing"),
        pytest.param(LATE, "", "", "not_proved", id="not in the register at all"),
        pytest.param(LATE, paper("07/04", signed="-"), "", "late_only_in_software", id="no signature column: as signed"),
        pytest.param(LATE, paper("-", signed="-"), slip("08/04 16:00"), "late_only_in_software", id="ready in time by slip"),
        pytest.param(LATE, paper("11/04"), slip("08/04"), "late_only_in_software", id="late collection is not lateness"),
        pytest.param(LATE, paper("-", signed="-"), slip("09/04"), "late", id="ready late by slip, closed late"),
        pytest.param(LATE, paper("11/04"), slip("09/04"), "late", id="ready late and returned late"),
        pytest.param(LATE, paper("-", signed="-"), slip("07/04", to_level="commune"), "not_proved", id="not yet at the desk"),
        pytest.param(IN_TIME, paper("07/04"), "", "on_time", id="closed on the due day, in time in both records"),
        pytest.param(IN_TIME, paper("09/04"), "", "closed_on_time_returned_late", id="undecided: ready when?"),
        pytest.param(IN_TIME, paper("09/04"), slip("07/04"), "on_time", id="ready in time, collected late"),
        pytest.param(IN_TIME, paper("10/04"), slip("09/04"), "late", id="ready late and returned late: closing does not acquit"),
        pytest.param(IN_TIME, paper("-", signed="-"), slip("09/04"), "closed_on_time_returned_late", id="one slip alone does not convict"),
        pytest.param(IN_TIME, paper("07/04", signed="no"), "", "on_time_not_checked", id="unsigned: not checked"),
        pytest.param(IN_TIME, "", "", "on_time_not_checked", id="no paper seen"),
        pytest.param(OPEN, "", "", "overdue", id="nobody closed it and its day has passed"),
        pytest.param(OPEN, paper("07/04"), "", "overdue", id="never closed, returned in time: still not closed"),
        pytest.param(LATE, paper("07/04", received_on="09/04"), "", "paper_contradicts_itself", id="returned before received"),
        pytest.param(LATE, paper("06/05"), "", "paper_contradicts_itself", id="returned after the day of the audit"),
        pytest.param(LATE, paper("05/04"), slip("07/04"), "paper_contradicts_itself", id="returned before it was ready"),
        pytest.param(LATE, paper("09/04", due_on="09/04"), "", "due_date_in_dispute", id="late by one due date, in time by the other"),
        pytest.param(IN_TIME, paper("08/04", due_on="04/04"), "", "due_date_in_dispute", id="the slip promised a day before the return"),
        pytest.param(IN_TIME, paper("08/04", due_on="07/04"), "", "on_time", id="the slip promised a day off: it moves to the next working day"),
        pytest.param(OPEN, paper("-", signed="-", due_on="06/05"), "", "due_date_in_dispute", id="not closed, overdue by one due date alone"),
        pytest.param(IN_TIME, paper("07/04", due_on="07/04"), "", "on_time", id="in time under each due date, whatever closing shows"),
    pytest.param(LATE, paper("07/04", due_on="20/04"), "", "late_only_in_software", id="late by the software's own date alone"),
    pytest.param(LATE, paper("-", signed="-"), slip("07/04") + "a | y | z | desk | applicant | 11/04\n", "late_only_in_software", id="the desk hands it over later: ready all the same"),
    pytest.param(IN_TIME, paper("12/04"), slip("07/04") + "a | y | z | desk | applicant | 12/04\n", "on_time", id="collected late by slip and register"),
    pytest.param(IN_TIME, paper("12/04"), slip("07/04", "applicant"), "paper_contradicts_itself", id="slip and register differ on the day of hand-over"),
    pytest.param(LATE, paper("15/04"), slip("05/04") + "a | y | z | desk | applicant | 06/04\na | z | y | applicant | desk | 09/04\n", "late", id="handed back for supplements is no result"),
    pytest.param(LATE, paper("-", signed="-"), "dossier_id | from_unit | to_unit | from_level | to_level | handed_at\na | x | y | desk | desk | 02/04", "not_proved", id="from desk to desk is no result"),
    pytest.param(LATE, "", "dossier_id | from_unit | to_unit | from_level | to_level | handed_at\na | x | y | applicant | desk | 01/04", "not_proved", id="handing in is no result"),
    pytest.param(LATE, paper("-", signed="-"), only_hop("07/03"), "not_proved", id="ready before it was received proves nothing"),
    pytest.param(LATE, paper("11/04"), only_hop("07/03"), "not_proved", id="an impossible hand-over leaves it open when the result was ready"),
    pytest.param(IN_TIME, "", only_hop("07/03"), "on_time_not_checked", id="a hand-over before the receipt does not check one closed in time"),
    pytest.param(LATE, paper("07/03", received_on="-"), "", "paper_contradicts_itself", id="returned before it was received proves nothing"),
    pytest.param(LATE, paper("-", signed="-"), slip("06/04 08:00") + "a | y | land | desk | upper_level | 06/04\n", "not_proved", id="a hop without an hour on the same day may be the later one"),
    pytest.param(LATE, paper("-", signed="-"), slip("06/04 08:00", to_level="commune") + "a | y | z | commune | desk | 06/04 10:00\n", "late_only_in_software", id="through the commune to the desk on one day"),
    pytest.param(LATE, paper("07/04", due_on="09/04"), "", "late_only_in_software", id="the same under each due date stands"),
        pytest.param("", paper("07/04"), "", "only_in_register", id="the software lacks it"),
]  # fmt: skip


@pytest.fixture(scope="module")
def together():
    """The cases of a list judged in one frame, once."""
    return cache(lambda cases: judged_together([param.values[:3] for param in cases]))


@pytest.mark.parametrize("number", range(len(VERDICTS)), ids=[param.id for param in VERDICTS])
def test_a_verdict_is_what_the_records_show(together, number):
    assert [row["verdict"] for row in together(tuple(VERDICTS))[number]] == [VERDICTS[number].values[3]]


def test_a_dossier_judged_alone_gets_the_verdict_it_gets_among_others():
    software, register, slips, verdict = VERDICTS[0].values
    assert verdicts(software, register, slips) == [verdict]


@pytest.mark.parametrize(
    ("status", "closed_at", "verdict"),
    [("withdrawn", "10/04", "withdrawn"), ("refused", "10/04", "refused"), ("supplements_asked", "-", "stopped"),
     ("financial_obligation", "-", "stopped"), ("stopped", "-", "stopped"), ("in_process", "-", "overdue"),
     ("returned", "10/04", "not_proved")],
)  # fmt: skip
def test_the_status_takes_a_dossier_out_of_the_question_of_late(status, closed_at, verdict):
    software = f"""
        dossier_id | received_at | due_at | closed_at   | status
        a          | 01/04       | 08/04  | {closed_at} | {status}
    """
    assert verdicts(software) == [verdict]


def test_a_dossier_due_on_the_day_of_the_audit_is_still_open():
    assert verdicts(OPEN, as_of=date(2025, 4, 8)) == ["open"]
    assert verdicts(OPEN, as_of=date(2025, 4, 9)) == ["overdue"]


def test_a_dossier_without_any_due_date_is_neither_late_nor_in_time():
    software = LATE.replace("| 08/04  |", "| -      |")
    assert verdicts(software, paper("07/04", due_on="-")) == ["no_due_date"]
    assert verdicts(software, paper("07/04")) == [
        "on_time"
    ]  # by the slip; without a due date the software shows nothing late
    assert verdicts(software, paper("09/04")) == ["late"]


def test_two_signed_lines_with_different_days_contradict_each_other():
    register = """
        dossier_id | received_on | due_on | returned_on | signed
        a          | 01/04       | 08/04  | 07/04       | yes
        a          | 01/04       | 08/04  | 09/04       | yes
    """
    assert verdicts(LATE, register) == ["paper_contradicts_itself"]
    assert verdicts(LATE, register.replace("09/04       | yes", "09/04       | no")) == ["late_only_in_software"]


def test_a_line_that_cannot_be_read_leaves_the_dossier_undecided():
    register = """
        dossier_id | received_on | due_on | returned_on | signed | is_readable
        a          | 01/04       | 08/04  | 07/04       | yes    | yes
        a          | 01/04       | 08/04  | -           | yes    | no
    """
    assert verdicts(LATE, register) == ["not_proved"]
    assert verdicts(IN_TIME, register) == ["on_time_not_checked"]


def test_a_hop_that_cannot_be_read_neither_acquits_nor_convicts():
    slips = """
        dossier_id | from_unit | to_unit | from_level  | to_level    | handed_at | is_readable
        a          | x         | land    | commune     | upper_level | 02/04     | yes
        a          | land      | y       | upper_level | desk        | 07/04     | yes
        a          | land      | y       | upper_level | desk        | -         | no
    """
    assert verdicts(LATE, paper("-", signed="-"), slips) == ["not_proved"]
    assert verdicts(LATE, paper("11/04"), slips) == ["not_proved"]


def test_a_result_sent_up_again_is_not_ready():
    slips = (
        slip("05/04")
        + """
        a          | y         | land    | desk          | upper_level | 06/04
    """.strip().join(["        ", "\n"])
    )
    assert verdicts(LATE, paper("-", signed="-"), slips) == ["not_proved"]


CAUSES = [
        pytest.param(late_with("commune"), paper("07/04"), "", Cause.CLOSED_LATE_BY_COMMUNE, False, id="returned in time, the software names the commune: no hop shows it"),
        pytest.param(late_with("upper_level"), paper("-", signed="-"), slip("07/04", "applicant"), Cause.HELD_BY_UPPER_LEVEL, True,
                     id="the level above handed it over"),
        pytest.param(late_with("upper_level"), paper("-", signed="-"), slip("07/04", "desk"), Cause.CLOSED_LATE_BY_COMMUNE, True,
                     id="back at the desk in time: only closing was left"),
        pytest.param(late_with("upper_level"), paper("07/04"), "", Cause.HELD_BY_UPPER_LEVEL, False, id="only the software names it"),
        pytest.param(late_with("upper_level"), "", "", Cause.HELD_BY_UPPER_LEVEL, False, id="not proved late, named by the software"),
        pytest.param(late_with("unknown"), paper("07/04"), "", Cause.CANNOT_BE_TOLD, False, id="nobody named"),
        pytest.param(late_with("commune"), paper("10/04"), "", Cause.CANNOT_BE_TOLD, False, id="truly late: no hop shows where it was"),
]  # fmt: skip


@pytest.mark.parametrize("number", range(len(CAUSES)), ids=[param.id for param in CAUSES])
def test_a_cause_is_proved_by_a_record_or_merely_named(together, number):
    found = together(tuple(CAUSES))[number]
    assert [(row["cause"], row["cause_proved"]) for row in found] == [CAUSES[number].values[3:]]


def test_late_collection_has_a_cause_and_is_in_time():
    found = plain(judged(IN_TIME, paper("09/04"), slip("07/04")), "verdict", "cause")
    assert found == [{"verdict": "on_time", "cause": "applicant_collected_late"}]


def test_a_dossier_in_time_has_no_cause():
    assert plain(judged(IN_TIME, paper("07/04"), ""), "cause", "cause_proved") == [
        {"cause": None, "cause_proved": False}
    ]


def test_each_dossier_stands_in_one_table_of_the_period():
    software = """
        dossier_id | received_at | due_at | closed_at | status
        a          | 01/04       | 08/04  | 30/04     | -
        b          | 01/04       | 08/04  | 02/05     | -
        c          | 31/03       | 08/04  | -         | in_process
        d          | 01/04       | 08/04  | -         | stopped
        e          | 01/04       | 08/04  | 03/04     | withdrawn
        f          | 01/04       | 08/04  | 03/04     | refused
    """
    found = plain(
        judged(software, paper("07/04").replace("a  ", "g  "), ""),
        "dossier_id",
        "population",
        "is_carried_over",
    )
    assert [row["population"] for row in found] == [
        "settled", "settled_later", "open", "stopped", "withdrawn", "refused", "only_in_register",
    ]  # fmt: skip
    assert [row["is_carried_over"] for row in found] == [False, False, True, False, False, False, False]


def test_no_dossier_is_dropped_and_none_is_added():
    register = paper("07/04") + "        z          | 01/04         | 08/04    | 07/04         | yes\n"
    found = plain(judged(LATE, register, slip("07/04")), "dossier_id")
    assert found == [{"dossier_id": "a"}, {"dossier_id": "z"}]


def test_every_rule_has_an_answer_for_any_pair():
    names = [rule.name for rule in judge.RULES]
    assert len(names) == len(set(names))
    assert {rule.answer for rule in judge.RULES} | {Verdict.DUE_DATE_IN_DISPUTE} == set(Verdict)
