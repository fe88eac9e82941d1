"""Whole reports against what was found in them by hand, by somebody who had not seen the code."""

import csv
from collections import Counter
from functools import cache
from pathlib import Path

import pytest
from conftest import ROOT, SAMPLE
from folders import folder

from audit.claims import check
from audit.extracting import extract
from audit.reading import load, report_text

REPORTS = ROOT / "tests" / "reports"
SPOTS_233 = {  # number in the list made by hand, to the name of the soft spot
    "1": "stated_twice", "2": "hidden_total", "3": "who_returned", "4": "reality_without_evidence", "5": "no_apology",
    "6": "early_and_on_time", "7": "target_called_met", "8": "share_of_itself", "9": "settled_while_open",
    "10": "interlinked_not_placed", "11": "period_unlike_plan", "12": "total_mixes_periods", "13": "no_payment_rate",
    "14": "mixed_precision", "15": "too_many_a_day", "16": "causes_differ", "17": "no_signatory",
}  # fmt: skip
PLANTED = {
    "average_not_given": "does_not_add_up", "share_not_given_by_counts": "does_not_add_up",
    "carry_over_unlike_previous": "stated_twice", "period_before_plan": "period_unlike_plan",
    "online_tautology": "share_of_itself", "upper_level_said_returned_in_time": "who_returned",
    "share_without_total": "hidden_total", "sum_not_whole": "does_not_add_up", "two_figures_for_one_measure": "stated_twice",
    "missed_target_called_met": "target_called_met",
}  # fmt: skip


def lines(name: str) -> list[dict[str, str]]:
    return list(csv.DictReader((REPORTS / name).open(encoding="utf-8-sig")))


def soft_spots(office: load.Office) -> list[dict]:
    identities = check.identities(office.claims, office.reported["previous"])
    hidden = check.denominators(office.claims, {})
    return check.soft_spots(office.claims, identities, hidden, office.counting["workdays"]).to_dict("records")


@cache
def report_233() -> tuple[list[dict], dict[str, dict]]:
    office = load.office(SAMPLE)
    return soft_spots(office), office.claims.set_index("claim").to_dict("index")


def of_claims(path: Path, name: str) -> list[dict]:
    confirmed = [row | {"is_confirmed": "x"} for row in lines(name)]
    made = folder(path)
    with (made / "claims.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, confirmed[0].keys())
        writer.writeheader()
        writer.writerows(confirmed)
    return soft_spots(load.office(made))


def plain(text: str) -> str:
    return " ".join(text.split()).strip(" .()")


@pytest.mark.parametrize("number", SPOTS_233)
def test_the_soft_spot_of_report_233_is_found_with_section_and_quote(number):
    (expected,) = [line for line in lines("233_soft_spots.csv") if line["number"] == number]
    spots, claims = report_233()
    cited = [claims[name] for spot in spots if spot["soft_spot"] == SPOTS_233[number] for name in spot["claims"]]
    quotes = [plain(claim["quote"]) for claim in cited]
    for fragment in map(plain, expected["quote"].split(" | ")):
        assert any(fragment in quote or quote in fragment for quote in quotes), fragment
    assert all(claim["section"] for claim in cited)


def test_nothing_else_is_called_a_soft_spot_of_report_233():
    spots, _ = report_233()
    assert {spot["soft_spot"] for spot in spots} == set(SPOTS_233.values())
    assert len(spots) == 18  # of the hidden totals there are two
    assert all(spot["is_confirmed"] for spot in spots)


@pytest.mark.parametrize("report", [SAMPLE / "report.txt", REPORTS / "233-transcribed.txt"], ids=["scanned", "typed"])
def test_what_is_read_from_the_report_alone_has_the_same_soft_spots_and_none_is_confirmed(tmp_path, report):
    claims = extract.claims(report_text.lines(report), report_text.phrases())
    report_text.write_claims(claims, tmp_path / "claims.csv")
    made = folder(tmp_path / "a" / "b", claims__csv="")
    (tmp_path / "claims.csv").rename(made / "claims.csv")
    office = load.office(made)
    assert office.claims["is_readable"].all()
    assert office.problems.empty
    assert len(office.claims) == len(claims)
    spots = soft_spots(office)
    assert Counter(spot["soft_spot"] for spot in spots) == Counter(spot["soft_spot"] for spot in report_233()[0])
    assert not any(spot["is_confirmed"] for spot in spots)


def test_ten_planted_errors_are_found_from_the_text_alone_and_no_other(tmp_path):
    claims = extract.claims(report_text.lines(REPORTS / "planted.txt"), report_text.phrases())
    made = folder(tmp_path / "a" / "b")
    report_text.write_claims(claims, made / "claims.csv")
    spots = soft_spots(load.office(made))
    assert Counter(spot["soft_spot"] for spot in spots) == Counter(PLANTED.values())


@pytest.mark.parametrize("name", ["clean.txt", "other_style.txt"])
def test_from_the_text_alone_of_a_report_without_errors_no_soft_spot_is_found(tmp_path, name):
    claims = extract.claims(report_text.lines(REPORTS / name), report_text.phrases())
    made = folder(tmp_path / "a" / "b")
    report_text.write_claims(claims, made / "claims.csv")
    assert soft_spots(load.office(made)) == []


def test_ten_planted_errors_are_all_found_and_no_other(tmp_path):
    spots = of_claims(tmp_path / "a" / "planted", "planted_claims.csv")
    for expected in lines("planted.csv"):
        kind, names = PLANTED[expected["kind"]], set(expected["claims"].split())
        (spot,) = [s for s in spots if s["soft_spot"] == kind and set(s["claims"]) & names]
        assert len(set(spot["claims"]) & names) >= min(2, len(names)), expected["kind"]
    assert len(spots) == len(lines("planted.csv"))


@pytest.mark.parametrize("name", ["clean_claims.csv", "other_style_claims.csv"])
def test_a_report_without_errors_has_no_soft_spot(tmp_path, name):
    assert of_claims(tmp_path / "a" / "clean", name) == []
