"""The made-up commune of awkward cases: each dossier against its answer worked by hand, and what each rests on."""

import csv
from collections import Counter
from functools import cache
from itertools import chain, combinations

import pandas as pd
import pytest
from conftest import XA_MAU
from tables import plain
from test_sample import audited

from audit.ground import frames
from audit.ground.terms import DUE_BY, UNDECIDED, Apology, Cause, DueBasis, Population, Verdict
from audit.judging import flag, propose, steps, validate
from audit.reading import load
from audit.records import coverage
from audit.records.registry import JUDGED_RECORDS

EVIDENCE = ("register", "control_slips", "result_papers", "stops", "apologies")
SUBSETS = list(chain.from_iterable(combinations(EVIDENCE, n) for n in range(1, len(EVIDENCE) + 1)))
ON_TIME = {Verdict.ON_TIME, Verdict.LATE_ONLY_IN_SOFTWARE}


def lines(name: str) -> list[dict[str, str]]:
    with (XA_MAU / name).open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


EXPECTED = {line["dossier_id"]: line for line in lines("expected.csv")}


@cache
def office() -> load.Office:
    return load.office(XA_MAU)


@cache
def without(*removed: str) -> pd.DataFrame:
    """Every dossier judged, as if the folder lacked some files, by its code."""
    read = office()
    given = {name: frame.head(0) if name in removed else frame for name, frame in read.records.items()}
    records = validate.records(given, **read.days)
    counted = {name: len(frame) for name, frame in given.items() if name != "software"}
    seen = coverage.seen(read.file.records.kept, counted, (), read.file.records.complete)
    judged_by = steps.JudgedBy(read.counting, read.conventions, read.days, seen, read.online_procedures)
    _, judged = steps.held_and_judged(judged_by, records)
    return frames.in_pandas(judged).set_index("dossier_id")


def answer(verdict: str) -> str:
    return "late" if verdict == Verdict.LATE else "on time" if verdict in ON_TIME else "undecided"


def test_every_dossier_is_in_the_table_worked_by_hand_and_nothing_else():
    assert set(without().index) == set(EXPECTED)
    assert all(line["why"] for line in EXPECTED.values())


@pytest.mark.parametrize("dossier", EXPECTED)
def test_the_dossier_is_judged_as_worked_by_hand(dossier):
    found, expected = without().loc[dossier], EXPECTED[dossier]
    said = {name: expected[name] or None for name in ("verdict", "grade", "cause", "apology")}
    assert {name: found[name] if isinstance(found[name], str) else None for name in said} == said, expected["why"]
    assert found["cause_proved"] == (expected["cause_proved"] == "yes")
    assert found["has_vanished"] == (expected["vanished"] == "yes")
    dates = [f"{basis}={found[name]:%d/%m/%Y}" for basis, name in DUE_BY.items() if pd.notna(found[name])]
    assert sorted(date for date in dates if not date.startswith(DueBasis.SLIP_LATEST)) == expected["due_dates"].split()


def test_contradictions_and_leads_are_those_worked_by_hand():
    read = office()
    records = validate.records(read.records, **read.days)
    _, judged = steps.held_and_judged(read, records)
    found = {
        "contradictions": flag.contradictions(judged, as_of=read.as_of),
        "leads": flag.leads(judged, records["register"], read.counting["workdays"]),
    }
    for name, frame in found.items():
        kinds: dict[str, set[str]] = {}
        for row in plain(frame):
            kinds.setdefault(row["dossier_id"], set()).add(row["kind"])
        assert {dossier: " ".join(sorted(each)) for dossier, each in kinds.items()} == {
            dossier: line[name] for dossier, line in EXPECTED.items() if line[name]
        }


def test_rows_that_are_not_judged_and_pairs_proposed_are_those_worked_by_hand():
    read = office()
    records = validate.records(read.records, **read.days)
    found = {
        (name, row["row"], row["fate"])
        for name, frame in records.items() for row in plain(frame, "row", "fate") if row["fate"] != "judged"
    }  # fmt: skip
    expected = lines("expected_rows.csv")
    assert found == {(e["record"], int(e["row"]), e["fate"]) for e in expected if e["fate"] != "proposal"}
    _, judged = steps.held_and_judged(read, records)
    proposed = propose.unmatched(records, judged)
    assert [f"{p['dossier_id_register']} -> {p['dossier_id_software']}" for p in proposed.to_dict("records")] == [
        e["what"] for e in expected if e["fate"] == "proposal"
    ]


def test_every_dossier_is_a_case_of_which_the_records_say_two_things_even_one_in_time():
    contradicted = {dossier: line for dossier, line in EXPECTED.items() if line["contradictions"]}
    assert contradicted.keys() <= {case.dossier_id for case in audited(XA_MAU).cases}
    assert any(line["verdict"] == Verdict.ON_TIME and not line["cause"] for line in contradicted.values())


def test_each_verdict_cause_apology_contradiction_and_lead_occurs():
    assert {line["verdict"] for line in EXPECTED.values()} == set(Verdict)
    assert {line["cause"] for line in EXPECTED.values()} - {""} == set(Cause)
    assert {line["apology"] for line in EXPECTED.values()} - {""} == set(Apology)
    for column, kinds in (("contradictions", flag.Contradiction), ("leads", flag.Lead)):
        assert set(" ".join(line[column] for line in EXPECTED.values()).split()) == set(kinds)
    assert set(without()["population"]) == set(Population) - {Population.UNREAD}  # nothing of the sample is so


def test_without_one_file_exactly_the_dossiers_that_rest_on_it_become_undecided():
    for removed in EVIDENCE:
        moved = {
            dossier for dossier, verdict in without(removed)["verdict"].items()
            if answer(EXPECTED[dossier]["verdict"]) != "undecided" and answer(verdict) == "undecided"
        }  # fmt: skip
        assert moved == {dossier for dossier, line in EXPECTED.items() if removed in line["rests_on"].split()}


@pytest.mark.parametrize("removed", SUBSETS, ids="+".join)
def test_less_evidence_convicts_nobody_and_acquits_only_where_the_witness_that_contradicts_is_gone(removed):
    for dossier, verdict in without(*removed)["verdict"].items():
        full, less = answer(EXPECTED[dossier]["verdict"]), answer(verdict)
        if full != "undecided":
            assert less in (full, "undecided"), dossier
        else:
            assert less == "undecided" or (less == "on time" and EXPECTED[dossier]["is_conflict"]), dossier


def test_only_witnesses_that_contradict_each_other_leave_a_dossier_to_the_one_that_is_left():
    decided = {
        dossier
        for removed in SUBSETS
        for dossier, verdict in without(*removed)["verdict"].items()
        if answer(EXPECTED[dossier]["verdict"]) == "undecided" and answer(verdict) != "undecided"
    }
    assert decided <= {dossier for dossier, line in EXPECTED.items() if line["is_conflict"] == "yes"}
    assert {EXPECTED[dossier]["verdict"] for dossier in decided} <= set(UNDECIDED)


def test_the_page_says_where_each_correction_stands_and_what_it_was():
    found = audited(XA_MAU)
    assert [(c.record, c.row, c.was, c.now) for c in found.corrections] == [
        ("register", 79, "000.00.99.H99-250910-1588", "000.00.99.H99-250910-1548")
    ]
    assert found.found_in == Counter(without()["found_in"])
    assert set(found.accounting) >= set(JUDGED_RECORDS)
    assert all(a.rows == a.judged + a.problems + a.duplicates for a in found.accounting.values())


def test_every_file_of_made_up_people_says_so():
    for path in XA_MAU.glob("*.csv"):
        text = path.read_text(encoding="utf-8-sig")
        assert "hư cấu" in text or "minh họa" in text or path.name == "expected_rows.csv", path.name
    assert audited(XA_MAU).office.made_up
