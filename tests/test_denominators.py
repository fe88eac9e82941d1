"""Which whole numbers can be the total of a share that is printed without it, and what they would count."""

from decimal import Decimal

import pytest
from conftest import SAMPLE
from hypothesis import given, settings
from hypothesis import strategies as st
from tables import plain
from test_identities import UNITS, reported

from audit.claims import dossier_kinds
from audit.claims.denominators import denominators, totals
from audit.claims.figure import Figure, figure, percent
from audit.claims.recount import Count
from audit.reading import load


@pytest.mark.parametrize(
    ("numerator", "share", "expected"),
    [(288, "98,3", (293,)), (302, "97,42", (310,)), (244, "83,56", (292,))],  # report 233: the only denominators
)
def test_the_hidden_totals_of_report_233_are_found(numerator, share, expected):
    assert totals(numerator, figure(share)) == expected


@given(st.integers(1, 400), st.integers(0, 400), st.integers(0, 2))
def test_the_true_total_is_always_among_those_found(numerator, more, digits):
    share = Figure(percent(numerator, numerator + more, digits), digits)
    if share.value:
        found = totals(numerator, share)
        assert all(share.is_rounding_of(numerator, total) for total in found)
        if len(found) > 200:
            return
        assert numerator + more in found
        assert numerator == found[0] or not share.is_rounding_of(numerator, found[0] - 1)
        assert not share.is_rounding_of(numerator, found[-1] + 1)


def test_a_share_that_thousands_of_totals_give_is_left_out():
    text = f"{UNITS}\npaid_dong | 50.000.000đ | dong\npaid_dong | 45% | percent"
    assert denominators(reported(text), {}).empty


def test_a_hidden_total_is_named_where_the_report_or_the_records_have_it():
    text = f"{UNITS}\nsettled | 293 | dossier\nsettled_in_time | 288 | dossier\nsettled_in_time | 98,3% | percent"
    found = plain(denominators(reported(text), {"listed_settled": Count(293, 293), "settled": Count(290, 293)}))
    assert found[0]["totals"] == (293,)
    assert found[0]["stated_as"] == ((293, "settled"),)
    assert found[0]["counted_as"] == ((293, "listed_settled"),)
    assert found[0]["claims"] == ("2", "1")


@pytest.mark.parametrize(
    "printed", ["288 | - | dossier\nsettled_in_time | 98,3% | 293", "288 | 293 | dossier\nsettled_in_time | 98,3% | -"]
)
def test_a_share_printed_with_its_total_or_that_of_its_count_hides_none(printed):
    text = f"measure | written | out_of_written | unit\nsettled_in_time | {printed} | percent"
    assert denominators(reported(text), {}).empty


def test_a_share_is_of_the_count_in_its_own_quote():
    text = """
        measure         | written | unit    | quote
        settled_in_time | 100     | dossier | một
        settled_in_time | 288     | dossier | hai
        settled_in_time | 98,3%   | percent | hai
    """
    assert denominators(reported(text), {})["numerator"].tolist() == [288]


def sums(claims) -> dict[str, list[str]]:
    """Claim to its sums as a person would write them."""
    return {
        row["claim"]: [
            f"{total} = " + " ".join(f"{'+' if sign > 0 else '-'} {value} {name}" for sign, value, name in terms)
            for total, terms in row["sums"]
        ]
        for row in denominators(claims, {}).to_dict("records")
    }


def test_the_hidden_totals_of_report_233_are_sums_of_its_figures():
    found = denominators(load.office(SAMPLE).claims, {})
    assert sums(load.office(SAMPLE).claims) == {
        "B1%": ["293 = + 293 settled"],
        "D1%": [
            "310 = + 292 hidden:results_digitised + 18 open_within_time",
            "310 = + 314 received_total - 3 withdrawn - 1 remainder",
            "310 = + 293 settled + 18 open_within_time - 1 remainder",
        ],
        "D2%": ["292 = + 293 settled - 1 remainder"],
    }
    assert found["claims"].tolist() == [("B1%", "B1"), ("D1%", "D1"), ("D2%", "D2")]
    assert found["is_confirmed"].all()


def test_figures_that_overlap_add_up_to_no_set():
    text = f"""
        {UNITS}
        received_online      | 300    | dossier
        settled              | 10     | dossier
        components_digitised | 302    | dossier
        components_digitised | 97,42% | percent
    """  # 300 online + 10 settled = 310, but the settled may be online
    assert sums(reported(text)) == {"3": []}


def test_what_is_counted_already_is_not_added_again_and_what_is_not_there_not_taken_away():
    text = f"{UNITS}\nreceived_total | {{}} | dossier\nsettled | {{}} | dossier\nopen | {{}} | dossier\n"
    components = "components_digitised | 302 | dossier\ncomponents_digitised | 97,42% | percent"  # of 310
    results = "results_digitised | 244 | dossier\nresults_digitised | 83,56% | percent"  # of 292
    assert sums(reported(text.format(305, 5, 7) + components)) == {"4": []}
    assert sums(reported(text.format(400, 300, 8) + results)) == {"4": []}


def test_a_total_is_no_set_that_lacks_what_the_share_counts():
    text = f"""
        {UNITS}
        settled_in_time      | 290    | dossier
        late_in_software     | 3      | dossier
        results_digitised    | 242    | dossier
        results_digitised    | 83,45% | percent
    """  # 290 in time; the results of the late are results too
    assert sums(reported(text)) == {"3": []}


def test_a_dossier_more_or_less_is_allowed_only_where_the_total_can_be_no_other_number():
    text = f"{UNITS}\nsettled | 300 | dossier\nresults_digitised | 244 | dossier\nresults_digitised | {{}} | percent"
    assert sums(reported(text.format("81,6%"))) == {"2": ["299 = + 300 settled - 1 remainder"]}
    assert totals(244, figure("82%")) == (296, 297, 298, 299)
    assert sums(reported(text.format("82%"))) == {"2": []}


@settings(max_examples=40)
@given(st.lists(st.integers(1, 60), min_size=5, max_size=5), st.integers(0, 3))
def test_every_sum_comes_to_a_total_that_gives_the_share(n, off):
    in_time, late, still_open, withdrawn, digitised = n
    settled = in_time + late
    total = settled + still_open + off
    share = percent(min(digitised, total), total, 2)
    claims = reported(f"""
        {UNITS}
        received_total       | {settled + still_open + withdrawn} | dossier
        settled              | {settled}    | dossier
        settled_in_time      | {in_time}    | dossier
        late_in_software     | {late}       | dossier
        open_within_time     | {still_open} | dossier
        withdrawn            | {withdrawn}  | dossier
        components_digitised | {min(digitised, total)} | dossier
        components_digitised | {str(share).replace(".", ",")}% | percent
    """)
    for row in denominators(claims, {}).to_dict("records"):
        assert total in row["totals"]
        assert len(row["sums"]) <= 5
        sizes = [len(terms) for _, terms in row["sums"]]
        assert sizes == sorted(sizes)
        for number, terms in row["sums"]:
            assert number in row["totals"]
            assert sum(sign * value for sign, value, _ in terms) == number
        if off == 0 and row["totals"] == (total,):
            assert any(all(name != "remainder" for *_, name in terms) for _, terms in row["sums"])


def test_measures_are_parts_where_their_kinds_are():
    counted = dossier_kinds.COUNTED
    assert counted["settled"] | counted["open"] | counted["withdrawn"] == counted["received_total"]
    assert not counted["settled"] & counted["open"]
    assert counted["received_online"] & counted["settled"]
    assert Decimal(len(counted["received_total"])) == len(dossier_kinds.CHANNELS) * len(dossier_kinds.STATES)
