"""Counts and shares with their totals; undecided dossiers for and against."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from polars import col
from tables import judged, plain, record, records

from audit.ground.expressions import count
from audit.ground.terms import AuditError, Verdict
from audit.judging import summarise
from audit.judging.summarise import Share

SOFTWARE = """
    dossier_id | received_at | due_at      | closed_at   | status
    a          | 01/04       | 08/04 17:00 | 07/04       | -
    b          | 01/04       | 08/04 17:00 | 08/04 17:30 | -
    c          | 01/04       | 08/04 17:00 | 10/04       | -
    d          | 01/04       | 08/04 17:00 | 10/04       | -
    e          | 01/04       | 08/04 17:00 | 10/04       | -
    f          | 01/04       | 08/05 17:00 | -           | in_process
    g          | 01/04       | 08/04 17:00 | -           | in_process
    h          | 01/04       | 08/04 17:00 | 03/04       | withdrawn
"""
REGISTER = """
    dossier_id | returned_on | signed
    a          | 07/04       | yes
    c          | 08/04       | yes
    d          | 09/04       | yes
    e          | -           | -
    z          | 07/04       | yes
"""


def shares(answers) -> dict:
    return {a.definition: (a.share, a.at_least, a.at_most) for a in answers}


def test_each_share_counts_undecided_dossiers_once_against_and_once_for_the_office():
    found = shares(summarise.on_time(judged(SOFTWARE, REGISTER, "")))
    # proved: a, c; truly late: d; undecided: b (no paper seen), e (no return day)
    assert found["records"] == (Share(2, 5), Share(2, 5), Share(4, 5))
    assert found["software_by_day"] == (Share(2, 5),) * 3  # a, b
    assert found["software_by_timestamp"] == (Share(1, 5),) * 3  # b was closed at 17:30
    assert found["software_withdrawn_counted"] == (Share(3, 6),) * 3
    assert found["software_pending_counted"] == (Share(3, 7),) * 3  # f is within time, g is overdue
    assert found["software_over_received"] == (Share(2, 8),) * 3


def test_unread_dossiers_widen_every_range_both_ways():
    found = shares(summarise.on_time(judged(SOFTWARE, REGISTER, ""), unread=2))
    assert found["records"] == (Share(2, 5), Share(2, 7), Share(6, 7))


def test_a_dossier_without_due_date_in_the_software_may_be_late_or_in_time():
    software = "dossier_id | received_at | due_at | closed_at\na | 01/04 | - | 07/04"
    assert shares(summarise.on_time(judged(software, "", "")))["software_by_day"] == (
        Share(0, 1),
        Share(0, 1),
        Share(1, 1),
    )


def test_every_summary_adds_up_to_all_dossiers():
    found = judged(SOFTWARE, REGISTER, "")
    for summary in (summarise.by_verdict, summarise.by_population):
        assert sum(row["dossiers"] for row in plain(summary(found))) == 9
    assert plain(summarise.late_in_software(found)) == [
        {"verdict": "late", "dossiers": 1}, {"verdict": "late_only_in_software", "dossiers": 1}, {"verdict": "not_proved", "dossiers": 1},
    ]  # fmt: skip


def test_rows_that_do_not_add_up_stop_the_audit():
    read = records(SOFTWARE)["software"]
    assert summarise.accounting(8, read, 8) == {"rows": 8, "judged": 8, "problems": 0, "duplicates": 0}
    with pytest.raises(AuditError, match="không cộng đủ"):
        summarise.accounting(8, read, 7)


CODES = "abcdefghijklmnopqrstuvwxyz"
DAYS = st.sampled_from(["-", "01/04", "07/04", "08/04", "09/04", "20/04"])
SOFTWARE_ROW = st.fixed_dictionaries({
    "dossier_id": st.sampled_from(CODES[:24]), "received_at": st.just("01/04"), "due_at": DAYS, "closed_at": DAYS,
    "status": st.sampled_from(["-", "withdrawn", "stopped", "refused"]), "unit_level": st.sampled_from(["commune", "upper_level"]),
})  # fmt: skip
REGISTER_ROW = st.fixed_dictionaries({
    "dossier_id": st.sampled_from(CODES[:25]), "received_on": DAYS, "due_on": DAYS, "returned_on": DAYS, "signed": st.sampled_from(["yes", "no", "-"]),
})  # fmt: skip
SLIP_ROW = st.fixed_dictionaries({
    "dossier_id": st.sampled_from(CODES), "from_unit": st.just("x"), "to_unit": st.just("y"),
    "from_level": st.sampled_from(["commune", "upper_level"]), "to_level": st.sampled_from(["desk", "upper_level", "applicant"]),
    "handed_at": st.sampled_from(["02/04", "07/04", "09/04"]),
})  # fmt: skip


def empty_cells(rows: list[dict]) -> list[dict]:
    return [{name: None if cell == "-" else cell for name, cell in row.items()} for row in rows]


@settings(max_examples=12)
@given(
    st.lists(SOFTWARE_ROW, max_size=40),
    st.lists(REGISTER_ROW, max_size=40),
    st.lists(SLIP_ROW, max_size=20),
    st.randoms(),
)
def test_counts_add_up_and_the_order_of_rows_does_not_matter(software, register, slips, random):
    drawn = [empty_cells(rows) for rows in (software, register, slips)]
    found = plain(judged(*drawn))
    assert all(row["verdict"] in set(Verdict) and row["population"] for row in found)
    read = records(*drawn)
    behind = {
        "software": sum(row["is_in_software"] for row in found),
        "register": int(sum(row["lines_register"] or 0 for row in found)),
        "control_slips": sum(1 for row in plain(read["control_slips"]) if row["fate"] == "judged"),
    }
    for name, rows in zip(behind, drawn, strict=True):
        summarise.accounting(len(rows), read[name], behind[name])
    for share in summarise.on_time(judged(*drawn), unread=summarise.unread(read["software"], judged(*drawn))):
        assert (
            0
            <= share.at_least.numerator
            <= share.share.numerator
            <= share.at_most.numerator
            <= share.at_most.denominator
        )
    shuffled = [random.sample(rows, len(rows)) for rows in drawn]
    assert _verdicts(judged(*shuffled)) == _verdicts(judged(*drawn))


@settings(max_examples=12)
@given(st.lists(SOFTWARE_ROW, max_size=40), st.lists(REGISTER_ROW, max_size=40), st.lists(SLIP_ROW, max_size=20))
def test_duplicated_rows_and_unrelated_dossiers_change_no_verdict(software, register, slips):
    drawn = [empty_cells(rows) for rows in (software, register, slips)]
    alone = _verdicts(judged(*drawn))
    assert _verdicts(judged(*(rows * 2 for rows in drawn))) == alone
    others = empty_cells([{"dossier_id": "other", "received_at": "01/04", "due_at": "08/04", "closed_at": "07/04"}])
    assert {
        code: verdict for code, verdict in _verdicts(judged(others + drawn[0], *drawn[1:])).items() if code != "other"
    } == alone


def _verdicts(found) -> dict[str, str]:
    return {row["dossier_id"]: (row["verdict"], row["cause"]) for row in plain(found, "dossier_id", "verdict", "cause")}


def test_an_empty_record_is_judged_to_be_empty():
    assert plain(judged("", "", "")) == []
    assert count(record("software", ""), {"readable": col("is_readable")}) == {"readable": 0}
