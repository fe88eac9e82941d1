"""Reported figures against the records, against each other, and the totals that shares hide."""

from decimal import Decimal

import pandas as pd
import pytest
from tables import as_read, judged, record, rows

from audit.claims import check
from audit.claims.figure import Figure, figure, percent
from audit.claims.measures import BY_NAME, MEASURES
from audit.claims.recount import Count

ALL = frozenset(
    {
        "channel",
        "procedure",
        "online_procedures",
        "is_components_digitised",
        "is_result_digitised",
        "payments",
        "paid_dong",
    }
)


def reported(text: str) -> pd.DataFrame:
    drawn = rows(text)
    for number, row in enumerate(drawn):
        row.setdefault("claim", str(number))
        row.setdefault("out_of_written", None)
    return as_read("claims", drawn)


def answered(text: str, found: dict[str, Count]) -> pd.DataFrame:
    """The claims answered where each measure is counted under its plainest definition alone."""
    plainly = {name: {BY_NAME[name].definitions[0].name: count} for name, count in found.items()}
    return check.claims(reported(text), plainly)


def outcomes(text: str, found: dict[str, Count]) -> list[str]:
    return answered(text, found)["outcome"].tolist()


@pytest.mark.parametrize(
    ("written", "value", "digits"),
    [
        ("05", "5", 0),
        ("98,3%", "98.3", 1),
        ("97,42 %", "97.42", 2),
        ("2.318.000đ", "2318000", 0),
        ("không có", "0", 0),
        ("100%", "100", 0),
    ],
)
def test_a_figure_is_read_as_written_with_its_precision(written, value, digits):
    assert figure(written) == Figure(Decimal(value), digits)


@pytest.mark.parametrize("written", ["233/BC-UBND", "24/8 - 24/9/2023", "độ 5", "khoảng", "hơn 5,5", ""])
def test_what_is_no_figure_is_not_guessed(written):
    assert figure(written) is None


@pytest.mark.parametrize(
    ("written", "least", "most"),
    [
        ("hơn 600", 601, 660), ("trên 4.500", 4501, 4600), ("gần 2.000", 1800, 1999), ("khoảng 300", 270, 330),
        ("dưới 5", 0, 4), ("12 nghìn", 11_500, 12_500), ("4,52 ngàn", 4515, 4525), ("1,3 triệu", 1_250_000, 1_350_000),
        ("hơn 12 nghìn", 12_001, 13_000), ("600", 600, 600),
    ],
)  # fmt: skip
def test_a_rounded_count_is_a_range_and_a_figure_in_thousands_is_as_sure_as_its_last_digit(written, least, most):
    read = figure(written)
    assert (read.least, read.most) == (least, most)
    assert read.is_exact is (least == most)


def test_shares_are_rounded_half_up():
    assert percent(1, 8, 1) == Decimal("12.5")
    assert percent(1, 8, 0) == Decimal(13)
    assert percent(0, 0, 2) is None


@pytest.mark.parametrize(
    ("count", "written", "outcome"),
    [
        (Count(5, 5), "05", "holds"), (Count(5, 5), "6", "does_not_hold"), (Count(3, 5), "5", "not_settled"),
        (Count(3, 5), "3", "not_settled"), (Count(3, 5), "2", "does_not_hold"), (Count(3, None), "9", "not_settled"),
        (Count(3, 5), "6", "does_not_hold"), (Count(5, 5), "năm", "cannot_be_checked"),
    ],
)  # fmt: skip
def test_a_count_holds_only_where_the_records_leave_nothing_open(count, written, outcome):
    assert outcomes(f"measure | written | unit\nsettled | {written} | dossier", {"settled": count}) == [outcome]


@pytest.mark.parametrize(
    ("count", "written", "outcome"),
    [
        (Count(288, 288), "98,3%", "holds"), (Count(288, 288), "98,29%", "holds"), (Count(288, 288), "98,4%", "does_not_hold"),
        (Count(288, 288), "98%", "holds"), (Count(291, 293), "100%", "not_settled"), (Count(291, 293), "99%", "not_settled"),
        (Count(291, 293), "98,3%", "does_not_hold"), (Count(293, 293), "100%", "holds"),
    ],
)  # fmt: skip
def test_a_share_is_as_precise_as_it_was_written(count, written, outcome):
    found = {"settled_in_time": count, "settled": Count(293, 293)}
    assert outcomes(f"measure | written | unit\nsettled_in_time | {written} | percent", found) == [outcome]


def test_a_share_over_nothing_cannot_be_checked():
    found = {"settled_in_time": Count(0, 0), "settled": Count(0, 0)}
    assert outcomes("measure | written | unit\nsettled_in_time | 100% | percent", found) == ["cannot_be_checked"]


def test_a_printed_total_must_hold_too():
    found = {"online_procedures_used": Count(10, 10), "online_procedures": Count(51, 51)}
    text = "measure | written | out_of_written | unit\nonline_procedures_used | 10 | {} | procedure"
    answers = [answered(text.format(total), found).iloc[0] for total in (51, 52)]
    assert [row["outcome"] for row in answers] == ["holds", "does_not_hold"]
    assert answers[1]["explanation"] == "other_total"


def test_a_share_holds_under_any_total_that_offices_use_and_names_it():
    found = {"components_digitised": Count(9, 9), "received_total": Count(10, 10), "received_new": Count(5, 5),
             "listed_not_withdrawn": Count(5, 5)}  # fmt: skip
    text = "measure | written | out_of_written | unit\ncomponents_digitised | {} | {} | percent"
    answers = [
        answered(text.format(*c), found).iloc[0] for c in (("90%", "-"), ("90%", "10"), ("90%", "12"), ("80%", "-"))
    ]
    assert [row["outcome"] for row in answers] == ["holds", "holds", "does_not_hold", "does_not_hold"]
    assert [(row["out_of"], row["of"]) for row in answers] == [(10, "received_total")] * 4


def test_the_bounds_of_a_share_never_pass_the_whole():
    found = {"late_returned_in_time": Count(2, 3), "late_in_software": Count(2, 3)}
    text = "measure | written | unit\nlate_returned_in_time | {} | percent"
    answers = [answered(text.format(share), found).iloc[0] for share in ("100%", "66,67%", "50%")]
    assert [row["outcome"] for row in answers] == ["not_settled", "not_settled", "does_not_hold"]
    assert (answers[0]["least_percent"], answers[0]["most_percent"]) == (Decimal("66.67"), Decimal("100.00"))


def test_a_share_of_nothing_proved_is_answered():
    found = {"settled_in_time": Count(0, 0), "settled": Count(2, 2)}
    answer = answered("measure | written | unit\nsettled_in_time | 50% | percent", found).iloc[0]
    assert (answer["outcome"], answer["least_percent"]) == ("does_not_hold", Decimal("0.00"))


def test_a_printed_total_that_is_false_or_unclear_is_not_passed_over():
    text = "measure | written | out_of_written | unit\nsettled_in_time | 10 | {} | dossier"
    found = {"settled_in_time": Count(10, 12), "settled": Count(12, 12)}
    assert [outcomes(text.format(total), found)[0] for total in ("12", "400", "300 hồ sơ")] == [
        "not_settled",
        "does_not_hold",
        "cannot_be_checked",
    ]


def counted(software: str, register: str = "") -> dict[str, dict[str, tuple]]:
    found = check.counts(judged(software, register, ""), record("online_procedures", ""), columns=ALL, unread=0)
    return bounds(found)


def bounds(found) -> dict[str, dict[str, tuple]]:
    return {
        name: {definition: (count.at_least, count.at_most) for definition, count in ways.items()}
        for name, ways in found.items()
    }


def test_a_refused_dossier_may_or_may_not_have_been_received():
    software = "dossier_id | received_at | due_at | closed_at | status\na | 31/03 | 08/04 | - | refused\nb | 01/04 | 08/04 | 07/04 | -"
    found = counted(software)
    ways = ("usual", "refused_counted", "some_refused_counted")
    assert {name: [found[name][way] for way in ways] for name in ("received_total", "carried_over", "settled")} == {
        "received_total": [(1, 1), (2, 2), (1, 2)], "carried_over": [(0, 0), (1, 1), (0, 1)],
        "settled": [(1, 1), (2, 2), (1, 2)],
    }  # fmt: skip


def test_without_a_due_date_in_the_software_nothing_is_late_there():
    software = "dossier_id | received_at | due_at | closed_at | unit_level\na | 01/04 | - | 10/04 | commune"
    register = "dossier_id | due_on | returned_on\na | 08/04 | 08/04"
    found = counted(software, register)
    for name in ("late_in_software", "late_returned_in_time", "late_closed_by_commune"):
        assert found[name] == {"by_day": (0, 0), "by_time_stamp": (0, 0)}


def test_a_printed_total_that_nothing_counts_is_not_passed_over():
    text = "measure | written | out_of_written | unit\nwithdrawn | 0 | 999 | dossier"
    assert outcomes(text, {"withdrawn": Count(0, 0)}) == ["cannot_be_checked"]


def test_a_point_is_decimal_in_a_share_and_marks_thousands_in_a_count():
    assert figure("33.333%", is_percent=True) == Figure(Decimal("33.333"), 3)
    assert figure("10,000") == figure("10.000") == Figure(Decimal(10000), 0)


def test_what_no_record_tells_of_is_said_aloud():
    text = "measure | written | unit\nofficers_trained | 05 | person\nsettled_in_time | 100% | target\nreceived_online | 3 | dossier"
    answers = check.claims(reported(text), {})
    assert answers["outcome"].tolist() == ["cannot_be_checked"] * 3
    assert answers["explanation"].tolist() == ["no_record", "target", "no_column"]


SOFTWARE = """
    dossier_id | received_at | due_at | closed_at | channel   | procedure | status    | is_components_digitised | is_result_digitised | payments | paid_dong
    a          | 01/04       | 08/04  | 07/04     | online    | copy      | -         | yes                     | yes                 | 1        | 2000
    b          | 01/04       | 08/04  | 07/04     | online    | other     | -         | no                      | no                  | -        | -
    c          | 01/04       | 08/04  | 10/04     | in_person | copy      | -         | yes                     | no                  | 1        | 8000
    d          | 31/03       | 08/05  | -         | online    | copy      | -         | yes                     | no                  | -        | -
    e          | 01/04       | 08/04  | 02/04     | online    | extract   | withdrawn | no                      | no                  | -        | -
"""
PROCEDURES = "procedure | online_level\ncopy | partial\nextract | full\nunused | full"


def recounted(unread: int = 0, columns=ALL) -> dict[str, tuple]:
    from audit.judging import match  # noqa: PLC0415

    procedures = record("online_procedures", PROCEDURES)
    listed = judged(SOFTWARE, "", "")
    listed = match.with_procedures(listed.drop("online_level", "interlinked_group"), procedures)
    found = check.counts(listed, procedures, columns=columns, unread=unread)
    return {name: next(iter(ways.values())) for name, ways in bounds(found).items()}


def test_every_measure_is_counted_as_worked_out_by_hand():
    found = recounted()
    expected = {
        "received_total": 5, "received_in_person": 1, "received_online": 3, "carried_over": 1, "settled": 3,
        "settled_in_time": 2, "late_in_software": 1, "open_within_time": 1, "withdrawn": 1, "components_digitised": 3,
        "listed_not_withdrawn": 3, "results_digitised": 1, "listed_settled": 2, "online_procedures": 3,
        "online_procedures_partial": 1, "online_procedures_full": 2, "online_procedures_used": 2,
        "online_procedures_used_partial": 1, "online_procedures_used_full": 1, "online_listed_received": 2,
        "online_listed_settled": 1, "online_partial_received": 1, "online_full_settled": 0, "payments": 2, "paid_dong": 10000,
        "settled_early": 2, "settled_on_due_day": 0, "open": 1, "open_overdue": 0, "received_new": 4, "settled_and_open": 4,
        "interlinked_groups": 0,
    }  # fmt: skip
    assert {name: found[name] for name in expected} == {name: (count, count) for name, count in expected.items()}
    assert found["late_returned_in_time"] == (0, 1)  # no paper seen
    assert found["late_in_reality"] == (0, 3)
    assert found["late_closed_by_commune"] == found["late_held_by_upper_level"] == (0, 1)


def test_unread_rows_leave_every_count_open():
    found = recounted(unread=2)
    assert found["settled"] == (3, 5)
    assert found["payments"] == (2, None)
    assert found["online_procedures"] == (3, 3)  # the list itself was read


def test_a_dossier_whose_channel_is_blank_may_be_of_any_channel():
    blank = SOFTWARE.replace("07/04     | online    | copy ", "07/04     | -         | copy ")
    assert counted(blank)["received_online"]["usual"] == (2, 3)


def test_what_is_open_is_counted_as_it_was_on_the_last_day_of_the_period():
    software = """
        dossier_id | received_at | due_at | closed_at | status
        a          | 01/04       | 08/04  | 03/05     | -
        b          | 01/04       | 02/05  | -         | -
        c          | 01/04       | 30/04  | 03/05     | withdrawn
        d          | 01/04       | -      | -         | -
    """
    found = counted(software)
    assert found["open_within_time"]["usual"] == (2, 3)
    assert found["open_overdue"]["usual"] == (1, 2)
    assert found["withdrawn"]["usual"] == (0, 0)


def test_late_in_reality_looks_at_dossiers_never_closed_and_at_those_only_on_paper():
    software = "dossier_id | received_at | due_at | closed_at\na | 01/04 | 08/04 | -\nb | 01/04 | 08/04 | -\nc | 01/04 | 08/04 | -"
    register = "dossier_id | returned_on\na | 10/04\nb | 07/04\nz | 20/04"
    assert counted(software, register)["late_in_reality"] == {"by_papers": (1, 3)}


def test_a_measure_whose_column_is_missing_is_not_counted():
    found = recounted(columns=frozenset({"channel"}))
    assert "received_online" in found
    assert not {"payments", "online_procedures", "online_listed_received", "components_digitised"} & set(found)


def test_every_total_of_a_measure_is_a_measure():
    of = {of for m in MEASURES for of in (*m.of, *m.other_of, *(of for way in m.definitions for of in way.of))}
    assert of <= set(BY_NAME)
