"""The fate of each row: judged, a problem, or a duplicate."""

import pytest
from tables import judged, plain, records

from audit.judging import summarise

HEAD = "dossier_id | received_at | due_at | closed_at | status\n"


def fates(record) -> list[tuple]:
    rows = sorted(plain(record, "seq", "fate", "problem", "problem_column"), key=lambda row: row["seq"])
    return [(row["fate"], row["problem"]) for row in rows]


@pytest.mark.parametrize(
    ("row", "problem"),
    [
        ("a | 06/05 | 08/05 | -     | -", "received_after_audit"),
        ("a | 01/04 | 08/04 | 06/05 | -", "closed_after_audit"),
        ("a | 09/04 | 08/04 | -     | -", "due_before_received"),
        ("a | 09/04 | 18/04 | 08/04 | -", "closed_before_received"),
        ("a | 01/04 | 08/04 | -     | returned", "closed_without_date"),
        ("a | 01/04 | 08/04 | -     | processed", "closed_without_date"),
        ("a | 01/04 | 08/04 | 07/04 | in_process", "open_with_closing_date"),
        ("a | 01/05 | 08/05 | -     | -", "outside_period"),
        ("a | 01/03 | 08/04 | 31/03 | -", "outside_period"),
    ],
)
def test_what_is_impossible_or_outside_the_period_is_a_problem_and_named(row, problem):
    assert fates(records(HEAD + row)["software"]) == [("problem", problem)]


@pytest.mark.parametrize(
    "row",
    [
        "a | 30/04 | 05/05 | 05/05 | -",  # received on the last day, closed on the day of the audit
        "a | 01/03 | 01/04 | 01/04 | -",  # carried over, closed on the first day
        "a | 01/04 09:00 | 01/04 17:00 | 01/04 08:30 | -",  # closed on the day of the receipt is no contradiction
        "a | 01/04 | 08/04 | - | stopped",
        "a | 01/04 | -     | 07/04 | returned",
    ],
)
def test_what_is_merely_at_the_edge_is_judged(row):
    assert fates(records(HEAD + row)["software"]) == [("judged", None)]


@pytest.mark.parametrize("due_at", ["01/04 09:00", "01/04 09:00:40", "01/04 08:00"])
def test_a_due_date_at_the_minute_of_the_receipt_or_before_it_that_day_is_listed_and_its_row_judged(due_at):
    row = f"a | 01/04 09:00:20 | {due_at} | 08/04 | -"
    assert fates(records(HEAD + row)["software"]) == [("judged", "due_at_receipt")]


def test_the_same_row_twice_is_one_dossier_and_one_duplicate():
    row = "a | 01/04 | 08/04 | 07/04 | returned\n"
    assert fates(records(HEAD + row * 3)["software"]) == [("judged", None), *[("duplicate", None)] * 2]


def test_rows_of_one_dossier_that_differ_are_problems_all_of_them():
    software = (
        HEAD
        + "a | 01/04 | 08/04 | 07/04 | -\na | 01/04 | 08/04 | 09/04 | -\na | 01/04 | 08/04 | 07/04 | -\nb | 01/04 | 08/04 | 07/04 | -"
    )
    found = records(software)["software"]
    assert fates(found) == [*[("problem", "repeated_with_difference")] * 3, ("judged", None)]
    assert summarise.unread(found, judged(software)) == 1


def test_a_row_that_could_not_be_read_makes_its_twin_a_problem_too():
    software = "dossier_id | received_at | due_at | closed_at | is_readable\na | 01/04 | 08/04 | 07/04 | yes\na | 01/04 | 08/04 | - | no"
    assert fates(records(software)["software"]) == [
        ("problem", "repeated_with_difference"),
        ("problem", None),
    ]


def test_a_row_whose_status_could_not_be_read_is_no_twin_of_one_without_status():
    software = "dossier_id | received_at | due_at | closed_at | status | is_readable\na | 01/04 | 08/04 | 07/04 | - | no\na | 01/04 | 08/04 | 07/04 | - | yes"
    found = records(software)["software"]
    assert fates(found) == [("problem", None), ("problem", "repeated_with_difference")]
    assert summarise.unread(found, judged(software)) == 1


def test_lines_of_one_dossier_that_differ_are_all_evidence_and_equal_ones_are_duplicates():
    register = """
        dossier_id | returned_on | signed
        a          | -           | no
        a          | 07/04       | yes
        a          | 07/04       | yes
    """
    assert fates(records(register=register)["register"]) == [
        ("judged", None),
        ("judged", None),
        ("duplicate", None),
    ]


def test_a_line_of_a_dossier_whose_software_row_is_a_problem_is_not_said_to_be_missing_there():
    found = records(
        HEAD + "a | 09/04 | 08/04 | - | -\nb | 01/04 | 08/04 | 07/04 | -",
        "dossier_id | returned_on\na | 07/04\nb | 07/04\nc | 07/04",
        "dossier_id | from_unit | to_unit | handed_at\na | x | y | 02/04\nb | x | y | 02/04\nc | x | y | 02/04\nd | x | y | 02/04",
    )
    assert fates(found["register"]) == [("problem", "software_row_not_judged"), ("judged", None), ("judged", None)]
    assert fates(found["control_slips"]) == [
        ("problem", "software_row_not_judged"), ("judged", None), ("judged", None), ("problem", "dossier_unknown"),
    ]  # fmt: skip


def test_dossiers_outside_the_period_are_not_counted_as_unread():
    software = "dossier_id | received_at | due_at | closed_at | is_readable\na | 01/05 | 08/05 | - | yes\n- | 01/04 | 08/04 | - | no\n- | 01/04 | 08/04 | - | no\nb | 01/04 | - | - | no"
    assert summarise.unread(records(software)["software"], judged(software)) == 3  # two without a code, one with


def test_what_a_second_row_adds_is_kept_and_units_that_differ_are_unknown():
    software = """
        dossier_id | received_at | due_at | closed_at | unit_level  | payments | paid_dong | is_result_digitised
        a          | 01/04       | 08/04  | 07/04     | commune     | 1        | 5000      | no
        a          | 01/04       | 08/04  | 07/04     | upper_level | 1        | 8000      | yes
        a          | 01/04       | 08/04  | 07/04     | commune     | 1        | 5000      | no
        b          | 01/04       | 08/04  | 07/04     | commune     | -        | -         | no
    """
    columns = ("dossier_id", "unit_level", "payments", "paid_dong", "is_result_digitised")
    found = [row for row in plain(records(software)["software"], *columns, "fate") if row["fate"] == "judged"]
    assert [tuple(row[name] for name in columns) for row in found] == [
        ("a", "unknown", 2, 13000, True),
        ("b", "commune", 0, 0, False),
    ]


def test_a_hop_dated_after_the_audit_is_a_problem():
    found = records(
        HEAD + "a | 01/04 | 08/04 | 10/04 | -",
        "",
        "dossier_id | from_unit | to_unit | handed_at\na | x | y | 06/05",
    )
    assert fates(found["control_slips"]) == [("problem", "handed_after_audit")]


def test_a_line_outside_the_period_is_not_said_to_be_missing_from_the_software():
    register = "dossier_id | received_on | returned_on\na | 01/05 | -\nb | 01/03 | 31/03\nc | 01/03 | 01/04\nd | - | -"
    assert fates(records("", register)["register"]) == [("problem", "outside_period")] * 2 + [("judged", None)] * 2


EVIDENCE_PROBLEMS = [
    pytest.param("result_papers", "number | issued_on", "- | 08/04", "paper_without_number", id="an outgoing register without the number"),
    pytest.param("result_papers", "number | issued_on", "1 | 06/05", "issued_after_audit", id="a result dated after the audit"),
    pytest.param("result_papers", "number | issued_on", "1 | 31/03", "issued_before_received", id="a result dated before the receipt"),
    pytest.param("stops", "from_on | to_on", "11/04 | 12/04", "stopped_after_closed", id="a stop after the closing"),
    pytest.param("stops", "from_on | to_on", "06/05 | -", "stopped_after_audit", id="a stop that begins after the audit"),
    pytest.param("stops", "from_on | to_on", "03/04 | 02/04", "stop_ends_before_it_begins", id="a stop that ends before it begins"),
    pytest.param("stops", "from_on | to_on", "31/03 | 02/04", "stopped_before_received", id="a stop before the receipt"),
    pytest.param("stops", "from_on | to_on", "03/04 | -", "stop_without_end", id="a stop of a closed dossier that never ended"),
    pytest.param("stops", "from_on | to_on", "03/04 | 06/05", "stop_without_end", id="a stop of a closed dossier still to end"),
    pytest.param("apologies", "dated_on | new_due_on", "06/05 | 08/05", "apologised_after_audit", id="a letter after the audit"),
    pytest.param("apologies", "dated_on | new_due_on", "31/03 | 08/04", "apologised_before_received", id="a letter before the receipt"),
    pytest.param("apologies", "dated_on | new_due_on", "04/04 | 03/04", "new_due_before_apology", id="a new date before the letter"),
]  # fmt: skip


@pytest.mark.parametrize(("record", "columns", "cells", "problem"), EVIDENCE_PROBLEMS)
def test_evidence_that_cannot_be_is_a_problem(record, columns, cells, problem):
    found = records(HEAD + "a | 01/04 | 08/04 | 10/04 | -", **{record: f"dossier_id | {columns}\na | {cells}"})
    assert fates(found[record]) == [("problem", problem)]


def test_evidence_on_the_days_of_receipt_and_audit_is_judged():
    found = records(
        HEAD + "a | 01/04 | 08/04 | - | -", result_papers="dossier_id | number | issued_on\na | 1 | 01/04\na | 1 | 05/05",
        stops="dossier_id | from_on | to_on\na | 01/04 | 05/05\na | 05/05 | -",
        apologies="dossier_id | dated_on | new_due_on\na | 01/04 | 01/04\na | 05/05 | 08/05",
    )  # fmt: skip
    for record in ("result_papers", "stops", "apologies"):
        assert fates(found[record]) == [("judged", None)] * 2, record


def test_an_explanation_given_twice_differently_explains_nothing():
    found = records(
        HEAD + "a | 01/04 | 08/04 | 10/04 | -\nb | 01/04 | 08/04 | 10/04 | -",
        explanations="dossier_id | cause\na | held_by_commune\na | data_synchronisation\nb | held_by_commune\nb | held_by_commune",
    )  # fmt: skip
    assert fates(found["explanations"]) == [
        *[("problem", "repeated_with_difference")] * 2, ("judged", None), ("duplicate", None),
    ]  # fmt: skip
