"""Soft spots of a report: each is found where it is, and not where it is not."""

from datetime import date
from decimal import Decimal

import pandas as pd
import pytest
from tables import as_read, counting, rows

from audit.claims import check
from audit.claims.soft_spots import RULES, soft_spots
from audit.claims.stated import days_in, in_words

PERIOD = "24/8 - 24/9/2023"


def found(text: str, *, confirmed: str = "yes", previous: str = "") -> dict[str, list[dict]]:
    """The soft spots of a report drawn as lines of claims: name to the numbers of each."""
    drawn = rows(text)
    for number, row in enumerate(drawn):
        row.setdefault("claim", f"c{number}")
        row.setdefault("out_of_written", None)
        row.setdefault("quote", f"q{number}")
        row.setdefault("is_confirmed", confirmed)
    claims = as_read("claims", drawn)
    identities = check.identities(claims, as_read("previous_claims", previous))
    listed = soft_spots(claims, identities, check.denominators(claims, {}), counting()["workdays"])
    answers: dict[str, list[dict]] = {}
    for row in listed.to_dict("records"):
        answers.setdefault(row["soft_spot"], []).append(row["values"] | {"claims": row["claims"]})
    return answers


HEAD = "measure | written | unit\n"
LATE = HEAD + "settled | 293 | dossier\nsettled_in_time | 288 | dossier\nlate_in_software | 05 | dossier\n"
NEW = "received_total | 314 | dossier\nreceived_in_person | 70 | dossier\nreceived_online | 219 | dossier\ncarried_over | 25 | dossier\n"


def test_a_report_without_any_of_them_has_none():
    assert found(LATE + NEW) == {}


def test_online_dossiers_stated_as_219_and_as_218_are_one_soft_spot():
    (spot,) = found(LATE + NEW + "online_listed_received | 218 | dossier")["stated_twice"]
    assert spot["difference"] == 1
    assert len(spot["claims"]) == 2


def test_parts_that_are_not_the_whole_are_named_with_the_difference():
    (spot,) = found(LATE.replace("288", "287"))["does_not_add_up"]
    assert (spot["found"], spot["expected"], spot["difference"]) == (293, 292, 1)


def test_the_withdrawals_that_form_06_has_no_column_for_are_no_fault_of_the_report():
    assert found(LATE + NEW + "open_within_time | 18 | dossier\nwithdrawn | 03 | dossier") == {}


def test_a_share_whose_only_total_is_no_printed_figure_hides_it():
    lines = "results_digitised | 244 | dossier\nresults_digitised | 83,56% | percent"
    (spot,) = found(LATE + lines)["hidden_total"]
    assert spot["totals"] == (292,)
    assert "hidden_total" not in found(LATE.replace("293", "292").replace("288", "287") + lines)


def test_a_share_that_no_whole_number_gives_is_named():
    lines = "results_digitised | 3 | dossier\nresults_digitised | 83,56% | percent"
    assert "no_total_gives_it" in found(HEAD + lines)


def test_a_hidden_total_is_not_reported_a_second_time_as_a_wrong_share():
    assert set(found(LATE + "results_digitised | 244 | dossier\nresults_digitised | 83,56% | percent")) == {
        "hidden_total"
    }


UPPER = "late_closed_by_commune | 03 | dossier\nlate_held_by_upper_level | 02 | dossier\n"


@pytest.mark.parametrize("written", ["tất cả", "05"])
def test_all_returned_by_the_commune_and_two_by_the_level_above_cannot_both_be_shown_by_its_register(written):
    (spot,) = found(LATE + UPPER + f"late_returned_in_time | {written} | dossier")["who_returned"]
    assert (spot["late"], spot["upper"]) == (5, 2)


def test_some_returned_in_time_and_two_by_the_level_above_may_both_be():
    assert found(LATE + UPPER + "late_returned_in_time | 03 | dossier") == {}
    none_above = UPPER.replace("02", "00").replace("03", "05")
    assert found(LATE + none_above + "late_returned_in_time | tất cả | dossier") == {}


def test_one_cause_for_all_and_another_for_some_are_two_stories():
    (spot,) = found(LATE + UPPER + "late_because_closing | tất cả | statement")["causes_differ"]
    assert (spot["commune"], spot["upper"]) == (3, 2)
    assert found(LATE + "late_because_closing | tất cả | statement") == {}


REAL = "settled_in_time_in_reality | 100% | percent\nlate_in_reality | không có | dossier\n"


def test_a_hundred_percent_in_reality_names_no_evidence():
    (spot,) = found(LATE + REAL)["reality_without_evidence"]
    assert (spot["late"], spot["settled"], len(spot["claims"])) == (5, 293, 4)
    assert found(LATE + REAL + "evidence_attached | danh sách kèm theo | statement") == {}


def test_nothing_late_in_the_software_needs_no_other_reality():
    assert found(LATE.replace("05", "0").replace("288", "293") + REAL) == {}


def test_no_apology_stands_or_falls_with_the_paper_proof():
    apology = "no_apology | chưa thực hiện | statement\n"
    (spot,) = found(LATE + apology + "late_in_reality | không có | dossier")["no_apology"]
    assert spot["late"] == 5
    assert found(LATE + apology + "late_returned_in_time | tất cả | dossier")["no_apology"]
    assert found(LATE + apology) == found(LATE + apology + "late_in_reality | 5 | dossier") == {}
    assert found(LATE.replace("05", "0").replace("288", "293") + apology + "late_in_reality | không có | dossier") == {}


def test_some_late_in_reality_is_not_said_to_be_none():
    some = "settled_in_time_in_reality | 99,32% | percent\nlate_in_reality | 2 | dossier\nlate_returned_in_time | 3 | dossier"
    assert found(LATE + some) == {}


def test_a_target_that_is_the_most_there_may_be_is_reached_from_above():
    lines = (
        HEAD + "late_in_software | {} | percent\nlate_in_software | 2% | target\ntargets_met | hoàn thành | statement"
    )
    assert found(lines.format("1,7%")) == {}
    assert "target_called_met" in found(lines.format("2,4%"))


def test_a_target_that_is_a_number_is_compared_with_the_count_and_not_the_share():
    lines = (
        HEAD
        + "received_online | 150 | dossier\nreceived_online | {} | target\nreceived_online | 75% | percent\ntargets_met | đạt | statement"
    )
    assert "target_called_met" not in found(lines.format("150"))
    assert "target_called_met" in found(lines.format("151"))


def test_a_share_whose_total_is_the_sum_of_what_is_printed_hides_nothing():
    assert found(LATE + NEW + "received_online | 75,78% | percent") == {}  # 219 of 70 + 219


def test_a_share_of_a_figure_that_such_shares_are_not_taken_of_names_that_figure():
    (spot,) = found(LATE + NEW + "results_digitised | 250 | dossier\nresults_digitised | 79,62% | percent")[
        "unusual_total"
    ]
    assert spot["stated_as"] == (("received_total", "314"),)


def test_growth_is_no_share_of_a_hidden_total():
    assert found(LATE + NEW + "received_total | 12,14% | percent") == {}


def test_a_real_online_share_beside_the_whole_one_is_enough():
    lines = N_OF_N.format(70, 0) + "\nreceived_online | 75,78% | 289 | percent"
    assert "share_of_itself" not in found(lines)


def test_more_than_was_carried_over_cannot_be_carried_over():
    lines = "components_digitised | 302 | dossier\ncomponents_digitised | 86,29% | percent"  # of 350 = 289 + 61
    assert "total_mixes_periods" not in found(LATE + NEW + lines)


def test_payments_with_a_total_of_their_own_give_a_rate():
    assert found(HEAD.replace("unit", "out_of_written | unit") + "payments | 198 | 240 | payment") == {}


@pytest.mark.parametrize("period", ["01/7/2023 - 30/9/2023", "1/8 - 31/8/2023"])
def test_a_plan_within_a_calendar_month_or_quarter_is_as_usual(period):
    assert found(HEAD + f"period | {period} | day\ncommune_plan | 66/KH-UBND, 10/8/2023 | number") == {}


@pytest.mark.parametrize("written", ["29/2 - 15/1/2024", "30/9/2023 - 01/7/2023"])
def test_a_period_that_cannot_be_is_none(written):
    assert found(HEAD + f"period | {written} | day\ncommune_plan | 66/KH-UBND, 10/8/2023 | number") == {}


def test_a_report_of_another_period_than_the_audit_says_so():
    lines = [line | {"claim": "p", "is_confirmed": "yes"} for line in rows(HEAD + f"period | {PERIOD} | day")]
    claims, workdays = as_read("claims", lines), counting()["workdays"]
    of = check.identities(claims), check.denominators(claims, {})
    answers = [
        soft_spots(claims, *of, workdays, (first, date(2023, 9, 24)))["soft_spot"].tolist()
        for first in (date(2023, 8, 24), date(2023, 8, 1))
    ]
    assert answers == [[], ["other_period"]]


TARGETS = "settled_in_time | 100% | target\nresults_digitised | 100% | target\nsettled_in_time | 98,3% | percent\nresults_digitised | 83,6% | percent\n"


def test_a_target_called_met_names_those_missed_and_those_not_admitted():
    met = "targets_met | cơ bản đạt | statement\n"
    (spot,) = found(LATE + TARGETS + met + "results_digitised | chưa đạt 100% | statement")["target_called_met"]
    assert spot["missed"] == ((("settled_in_time", "98,3%"), "100%"), (("results_digitised", "83,6%"), "100%"))
    assert spot["not_admitted"] == ((("settled_in_time", "98,3%"), "100%"),)
    (spot,) = found(LATE + TARGETS + met + "results_digitised | phấn đấu đạt | statement")["target_called_met"]
    assert len(spot["not_admitted"]) == 2  # an intention is no admission


def test_targets_missed_and_not_called_met_or_met_and_called_so_are_no_soft_spot():
    assert "target_called_met" not in found(LATE + TARGETS)
    reached = LATE + "settled_in_time | {} | target\nsettled_in_time | 98,3% | percent\ntargets_met | đạt | statement"
    assert found(reached.format("98%")) == found(reached.format("98,3%")) == {}


N_OF_N = HEAD.replace("unit", "out_of_written | unit") + (
    "online_listed_received | 219 | - | dossier\nonline_listed_settled | 219 | 219 | dossier\n"
    "online_listed_settled | 100% | 219 | percent\nreceived_in_person | {} | - | dossier\n"
    "received_online | 219 | - | dossier\nopen_within_time | {} | - | dossier"
)


def test_a_hundred_percent_online_of_what_was_filed_online_is_a_share_of_itself():
    (spot,) = found(N_OF_N.format(70, 0))["share_of_itself"]
    assert (spot["online"], spot["new"], spot["percent"]) == (219, 289, Decimal("75.8"))
    assert found(N_OF_N.format(0, 0)) == {}


def test_all_settled_while_some_are_in_process_blurs_received_and_settled():
    (spot,) = found(N_OF_N.format(0, 18))["settled_while_open"]
    assert (spot["settled"], spot["open"]) == (219, 18)


INTERLINKED = HEAD + (
    "interlinked_birth_received | 09 | dossier\ninterlinked_death_received | {} | dossier\n"
    "online_procedures_used_full | {} | procedure\nonline_full_received | 13 | dossier"
)


@pytest.mark.parametrize(("death", "used", "expected"), [("01", "01", True), ("01", "02", False), ("0", "01", False)])
def test_two_interlinked_groups_cannot_both_be_the_one_full_online_procedure(death, used, expected):
    assert ("interlinked_not_placed" in found(INTERLINKED.format(death, used))) is expected


def test_early_in_one_place_and_early_or_on_time_in_another_are_merged():
    lines = "settled_early | trước hạn | statement\nearly_and_on_time | trước và đúng hạn | statement\n"
    assert found(LATE + lines)["early_and_on_time"][0]["count"] == 288
    apart = "settled_early | 200 | dossier\nsettled_on_due_day | 88 | dossier"
    assert "early_and_on_time" not in found(LATE + lines + apart)


def test_a_digitisation_total_above_the_new_dossiers_takes_in_the_carried_over():
    lines = "components_digitised | 302 | dossier\ncomponents_digitised | 97,42% | percent"
    (spot,) = found(LATE + NEW + lines)["total_mixes_periods"]
    assert (spot["total"], spot["new"], spot["least"], spot["carried"]) == (310, 289, 21, 25)
    fewer = NEW.replace("70", "116").replace("25", "0").replace("314", "335")
    assert "total_mixes_periods" not in found(LATE + fewer + lines)


def test_payments_without_the_dossiers_that_have_a_fee_give_no_rate():
    assert found(HEAD + "payments | 189 | payment")["no_payment_rate"][0]["payments"] == 189
    assert found(HEAD + "payments | 189 | payment\ndossiers_with_fee | 200 | dossier") == {}


def test_a_period_of_32_days_that_starts_before_the_plan_of_thirty():
    plans = "district_plan | 168/KH-UBND, 25/8/2023 | number\ncommune_plan | 66/KH-UBND, 31/8/2023 | number\n"
    lines = HEAD + f"period | {PERIOD} | day\ncampaign_days | ba mươi ngày đêm | day\n" + plans
    (spot,) = found(lines)["period_unlike_plan"]
    assert (spot["days"], spot["workdays"], spot["named"]) == (32, 20, 30)  # 1/9 and 4/9/2023 are days off
    assert spot["plans"] == (date(2023, 8, 25), date(2023, 8, 31))


def test_a_period_of_the_campaigns_length_after_its_plan_is_as_planned():
    lines = (
        HEAD
        + "period | 1/9 - 30/9/2023 | day\ncampaign_days | ba mươi ngày đêm | day\ncommune_plan | 66/KH-UBND, 31/8/2023 | number"
    )
    assert found(lines) == {}


def test_too_many_a_day_is_set_against_how_many_a_working_day():
    lines = LATE + NEW + f"period | {PERIOD} | day\nreceived_per_day | quá nhiều | statement"
    (spot,) = found(lines)["too_many_a_day"]
    assert (spot["new"], spot["workdays"], spot["a_day"]) == (289, 20, Decimal("14.5"))  # rounded half up


def test_both_ends_of_the_period_are_counted():
    lines = LATE + NEW + "period | 21/8 - 25/8/2023 | day\nreceived_per_day | quá nhiều | statement"  # Monday to Friday
    assert found(lines)["too_many_a_day"][0]["workdays"] == 5


def test_no_working_days_are_counted_beyond_the_calendar():
    lines = LATE + NEW + "period | 24/8 - 24/9/2019 | day\nreceived_per_day | quá nhiều | statement"
    assert found(lines) == {}


def test_shares_of_one_and_of_two_digits_cannot_be_compared():
    lines = HEAD + "withdrawn | {} | percent\nsettled_in_time | 97,42% | percent\nopen_overdue | 100% | percent"
    assert found(lines.format("98,3%"))["mixed_precision"][0]["shares"] == (
        ("withdrawn", "98,3%"),
        ("settled_in_time", "97,42%"),
    )
    assert found(lines.format("98,31%")) == {}


def test_a_report_that_nobody_signed_is_named():
    assert "no_signatory" in found(HEAD + "signatory | không có | statement")
    assert found(HEAD + "signatory | Chủ tịch | statement") == {}


def test_what_rests_on_a_line_nobody_confirmed_says_so():
    lines = rows(LATE + "no_apology | chưa thực hiện | statement\nlate_in_reality | không có | dossier")
    lines.append({"measure": "evidence_attached", "written": "phụ lục", "unit": "statement"})
    lines = [line | {"claim": str(n), "is_confirmed": "no" if n == 3 else "yes"} for n, line in enumerate(lines)]
    claims = as_read("claims", lines)
    spots = soft_spots(claims, check.identities(claims, as_read("previous_claims")), check.denominators(claims, {}),
                       counting()["workdays"])  # fmt: skip
    assert spots["is_confirmed"].tolist() == [False]


def test_every_soft_spot_has_a_test_here():
    written = "".join(open(__file__, encoding="utf-8"))  # noqa: PTH123, SIM115
    assert [name for name in RULES if f'"{name}"' not in written] == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("24/8 - 24/9/2023", [date(2023, 8, 24), date(2023, 9, 24)]),
        ("từ ngày 15/12/2024 đến ngày 14/6/2025", [date(2024, 12, 15), date(2025, 6, 14)]),
        ("168/KH-UBND, 25/8/2023", [date(2023, 8, 25)]),
        ("31/2/2023", []), ("24/8", []), ("quý III", []),
    ],
)  # fmt: skip
def test_days_are_read_from_a_line_of_the_report(text, expected):
    assert days_in(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [("ba mươi ngày đêm", 30), ("30 ngày đêm", 30), ("mười lăm ngày", 15), ("hai mươi mốt ngày", 21), ("một trăm ngày", None),
     ("một tháng", None), ("3 tháng", None), ("cao điểm", None)],
)  # fmt: skip
def test_the_days_in_the_name_of_a_campaign_are_read_or_not_guessed(text, expected):
    assert in_words(text) == expected


def test_the_frame_is_of_one_shape_even_when_empty():
    empty = as_read("claims", [])
    spots = soft_spots(empty, check.identities(empty, empty), check.denominators(empty, {}), counting()["workdays"])
    assert isinstance(spots, pd.DataFrame)
    assert list(spots) == ["soft_spot", "claims", "values", "is_confirmed"]


def test_a_share_without_total_of_a_measure_that_nobody_listed_stops_nothing():
    assert found(LATE + "xyz | 14 | dossier\nxyz | 4,78% | percent\n") == {}
