"""Laws that hold for all records: less evidence convicts nobody, and a published tracing of records to paper."""

from itertools import chain, combinations

from hypothesis import given, settings
from hypothesis import strategies as st
from tables import judged, plain

from audit.terms import Verdict

CODES = list("abcdef")
DAYS = ("02/04", "08/04", "09/04", "10/04", "16/04", "-")
EVIDENCE = ("register", "control_slips", "result_papers", "stops", "apologies")
SUBSETS = list(chain.from_iterable(combinations(EVIDENCE, n) for n in range(1, len(EVIDENCE) + 1)))
ON_TIME = {Verdict.ON_TIME, Verdict.LATE_ONLY_IN_SOFTWARE}


def rows(**columns) -> st.SearchStrategy:
    cells = {
        name: cell if isinstance(cell, st.SearchStrategy) else st.sampled_from(cell) for name, cell in columns.items()
    }
    return st.lists(st.fixed_dictionaries({"dossier_id": st.sampled_from(CODES), **cells}), max_size=12)


SOFTWARE = st.fixed_dictionaries({
    code: st.fixed_dictionaries({
        "received_at": st.just("01/04"), "due_at": st.sampled_from(["08/04", "09/04", "16/04", "-"]),
        "closed_at": st.sampled_from(["04/04", "08/04", "10/04", "17/04", "-"]), "procedure": st.sampled_from(["x", "y"]),
        "unit_level": st.sampled_from(["commune", "upper_level"]),
    })
    for code in CODES
})  # fmt: skip
DRAWN = st.fixed_dictionaries({
    "register": rows(received_on=["01/04", "-"], due_on=["08/04", "09/04", "-"], returned_on=DAYS, signed=["yes", "yes", "no"]),
    "control_slips": rows(from_unit=["u"], to_unit=["v"], from_level=["commune", "upper_level"],
                          to_level=["desk", "upper_level", "applicant"], handed_at=[day for day in DAYS if day != "-"]),
    "result_papers": rows(number=["1"], issued_on=[day for day in DAYS if day != "-"]),
    "stops": rows(from_on=["02/04", "04/04"], to_on=["04/04", "09/04"]),
    "apologies": rows(dated_on=["02/04", "08/04"], new_due_on=["09/04", "16/04"]),
})  # fmt: skip


def emptied(drawn: list[dict]) -> list[dict]:
    return [{name: None if cell == "-" else cell for name, cell in row.items()} for row in drawn]


def answers(software: dict, evidence: dict[str, list], removed: tuple[str, ...]) -> dict[str, tuple[str, str]]:
    given_ = {name: [] if name in removed else emptied(found) for name, found in evidence.items()}
    found = judged(
        emptied([{"dossier_id": code, **row} for code, row in software.items()]), given_.pop("register"),
        given_.pop("control_slips"), **given_, procedures="procedure | term | unit\nx | 5 | workdays", missing=removed,
    )  # fmt: skip
    return {row["dossier_id"]: (row["verdict"], row["rule"]) for row in plain(found, "dossier_id", "verdict", "rule")}


@settings(max_examples=120, deadline=None)
@given(SOFTWARE, DRAWN, st.sampled_from(SUBSETS))
def test_less_evidence_finds_nobody_late_and_overturns_nothing(software, evidence, removed):
    full, less = answers(software, evidence, ()), answers(software, evidence, removed)
    for dossier, (verdict, rule) in less.items():
        with_all = full[dossier]
        if verdict == Verdict.LATE:
            assert with_all[0] == Verdict.LATE, (rule, with_all)
        if verdict in ON_TIME:
            is_conflict = with_all[1].endswith("papers_disagree") or with_all[0] in (
                Verdict.PAPER_CONTRADICTS_ITSELF, Verdict.DUE_DATE_IN_DISPUTE,
            )  # fmt: skip
            assert with_all[0] in ON_TIME or is_conflict, (rule, with_all)
        if with_all[0] == Verdict.LATE:
            assert verdict not in ON_TIME
