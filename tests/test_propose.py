"""Dossiers of one record only: which pairs are proposed, for which reasons, and which never are."""

import unicodedata

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tables import as_read, rows

from audit.judging import propose

CODE = "000.17.53.H48-230824-0012"
PROCEDURE = {"procedure": "Khai sinh"}
PLACE = {"sheet": "", "row": "2"}


def frames(software: list[dict], register: list[dict]) -> list[pd.DataFrame]:
    found = []
    for name, drawn in (("software", software), ("register", register)):
        frame = as_read(name, [dict(row) for row in drawn])
        places = [
            {"row": int(row.get("row") or at), "sheet": row.get("sheet") or ""} for at, row in enumerate(drawn, 2)
        ]
        found.append(frame.assign(**pd.DataFrame(places, columns=["row", "sheet"])))
    return found


def proposed(software: list[dict], register: list[dict]) -> pd.DataFrame:
    return propose.pairs(*frames(software, register))


def reasons(software: str, register: str) -> list[dict]:
    """The reasons of each proposal from two drawn tables."""
    return [dict(found) for found in proposed(rows(software), rows(register))["reasons"]]


def one(software: dict, register: dict) -> dict | None:
    """The reasons for pairing two dossiers, received on the same day unless they say otherwise; None if not proposed."""
    first = {"dossier_id": CODE, "received_at": "24/08 09:00"} | software
    second = {"dossier_id": CODE, "received_on": "24/08"} | register
    found = proposed([first], [second])
    return dict(found["reasons"][0]) if len(found) else None


AN, BINH = {"applicant": "Nguyễn Văn An"}, {"applicant": "Lê Thị Bình"}


def test_a_code_with_two_figures_swapped_and_the_same_name_is_proposed_for_one_edit():
    assert one(AN, AN | {"dossier_id": "000.17.53.H48-230824-0021"}) == {
        "code_distance": 1,
        "same_name": None,
        "same_day": None,
    }


def test_two_swaps_in_a_code_are_two_edits():
    found = one(AN, AN | {"dossier_id": "000.17.53.H48-230842-0021"})
    assert found == {"code_distance": 2, "same_name": None, "same_day": None}


def test_a_near_code_alone_is_no_reason():
    near = {"dossier_id": "000.17.53.H48-230824-0013"}
    assert one({}, near) is None
    assert one(AN, near | BINH) is None
    assert one({}, near | {"received_on": None}) is None


def test_a_name_or_a_day_that_differs_speaks_against_a_near_code():
    near = {"dossier_id": "000.17.53.H48-230824-0013"}
    assert one(AN | PROCEDURE, near | BINH | PROCEDURE) is None
    assert one(AN | PROCEDURE, near | AN | PROCEDURE | {"received_on": "28/08"}) is None


def test_codes_of_one_day_need_more_than_that_day():
    near = {"dossier_id": "000.17.53.H48-230824-0013"}
    assert one(PROCEDURE, near | PROCEDURE) == {"code_distance": 1, "same_day": None, "same_procedure": None}
    assert one({}, {"dossier_id": "000.17.53.H48-230842-0012"}) == {"code_distance": 1, "same_day": None}


def test_two_strangers_are_never_proposed_for_the_procedure_and_the_day():
    far = {"dossier_id": "000.17.53.H48-230824-9876"}
    assert one(AN | PROCEDURE, far | BINH | PROCEDURE) is None
    assert one(PROCEDURE, far | PROCEDURE) is None
    assert one({"applicant": "Trần Thị Lan"} | PROCEDURE, far | {"applicant": "Trần Thị Loan"} | PROCEDURE) is None


@pytest.mark.parametrize(("day", "reason"), [("24/08", {"same_day": None}), ("27/08", {"days_apart": 3}), ("21/08", {"days_apart": 3}), ("28/08", None), (None, None)])  # fmt: skip
def test_one_person_with_one_procedure_is_proposed_within_three_days_whatever_the_codes(day, reason):
    found = one(AN | PROCEDURE, AN | PROCEDURE | {"dossier_id": "17/TP", "received_on": day})
    assert found == (reason and {"same_name": None, **reason, "same_procedure": None})


@pytest.mark.parametrize("written", ["NGUYỄN VĂN AN", "Ông Nguyễn Văn An", "nguyen van an", "An Nguyễn Văn", unicodedata.normalize("NFD", "Nguyễn Văn An"), "Ông/bà: Nguyễn  Văn An"])  # fmt: skip
def test_a_name_is_the_same_in_any_case_order_form_and_with_any_address(written):
    assert propose.name_key(written) == propose.name_key("Nguyễn Văn An")


def test_tone_marks_and_the_crossed_d_make_no_difference_to_a_name():
    assert propose.name_key("Đỗ Thị Hoà") == propose.name_key("do thi hòa")
    assert propose.name_key("Hồ Văn Anh") != propose.name_key("Văn Anh")
    assert propose.name_key("An") == ""


def test_of_a_name_that_is_nearly_the_same_the_likeness_is_told():
    found = one(AN, {"applicant": "nguyen van an", "dossier_id": "000.17.53.H48-230824-0013"})
    assert found["same_name"] is None
    found = one(AN, {"applicant": "Nguyễn Văn Ân", "dossier_id": "000.17.53.H48-230824-0013"})
    assert found["name_similarity"] == 90  # two names, told apart by their marks alone
    found = one(AN, {"applicant": "Nguyễn Văm An", "dossier_id": "000.17.53.H48-230824-0013"})
    assert found["name_similarity"] == 92


def test_a_short_code_is_near_to_none():
    assert one({"dossier_id": "H-1"} | AN, {"dossier_id": "H-2"} | AN) is None


def test_the_best_pair_comes_first_and_nobody_is_in_two():
    found = proposed(
        rows(f"""
            dossier_id                | received_at | applicant
            {CODE}                    | 24/08 09:00 | Nguyễn Văn An
            000.17.53.H48-230825-0014 | 25/08 09:00 | Nguyễn Văn An
        """),
        rows("""
            dossier_id                | received_on | applicant     | page | line
            000.17.53.H48-230825-0013 | 25/08       | Nguyễn Văn An | 3    | 7
            000.17.53.H48-230824-0112 | 24/08       | NGUYEN VAN AN | 2    | 5
        """),
    )
    assert found.to_dict("records")[0] == {
        "dossier_id_software": CODE, "sheet_software": "", "row_software": 2,
        "dossier_id_register": "000.17.53.H48-230824-0112", "sheet_register": "", "row_register": 3, "page": "2", "line": "5",
        "score": 80, "reasons": (("code_distance", 1), ("same_name", None), ("same_day", None)),
    }  # fmt: skip
    assert list(found["row_register"]) == [3, 2]


def test_no_leftovers_no_proposals():
    assert list(proposed([], [])) == propose.COLUMNS
    assert proposed([{"dossier_id": CODE, "received_at": "24/08"}], []).empty


LEFTOVER = st.fixed_dictionaries({
    "dossier_id": st.sampled_from([CODE, *(f"000.17.53.H48-2308{day}-00{serial}" for day in (24, 25, 42) for serial in (12, 13, 21))]),
    "day": st.sampled_from([None, "24/08", "25/08", "29/08"]),
    "applicant": st.sampled_from([None, "Nguyễn Văn An", "NGUYEN VAN AN", "Lê Thị Bình", "Lê Thị Bìmh", "Tám 8"]),
    "procedure": st.sampled_from([None, "Khai sinh", "Khai tử"]),
})  # fmt: skip


def _dated(drawn: list[dict], column: str) -> list[dict]:
    return [{**row, column: row["day"], "row": str(at)} for at, row in enumerate(drawn, start=2)]


@settings(max_examples=40)
@given(st.lists(LEFTOVER, max_size=6), st.lists(LEFTOVER, max_size=6), st.randoms())
def test_the_order_of_the_rows_makes_no_difference_and_each_dossier_is_in_one_pair(software, register, random):
    drawn = [_dated(software, "received_at"), _dated(register, "received_on")]
    found = proposed(*drawn)
    for column in ("dossier_id_software", "dossier_id_register"):
        assert found[column].is_unique
    assert found["score"].is_monotonic_decreasing
    assert found["score"].between(0, 100).all()
    for side in drawn:
        random.shuffle(side)
    pd.testing.assert_frame_equal(proposed(*drawn), found)
    text = found.to_csv().casefold()
    assert not [
        word
        for row in (*software, *register)
        for word in (row["applicant"] or "").casefold().split()
        if word in text and len(word) > 2
    ]


@settings(max_examples=40)
@given(st.lists(LEFTOVER, max_size=6), st.lists(LEFTOVER, max_size=6))
def test_every_proposal_has_two_reasons_besides_each_other_and_never_the_procedure_and_day_alone(software, register):
    for found in proposed(_dated(software, "received_at"), _dated(register, "received_on"))["reasons"]:
        names = {name for name, _ in found}
        assert len(names) >= 2
        assert names & {"code_distance", "same_name"}
        assert names != {"code_distance", "same_procedure"}


def test_a_page_of_the_register_that_holds_a_name_is_not_repeated():
    found = proposed(
        [AN | PROCEDURE | {"dossier_id": CODE, "received_at": "24/08"}],
        [AN | PROCEDURE | {"dossier_id": CODE, "received_on": "24/08", "page": "Trần Mười", "line": "4"}],
    )
    assert pd.isna(found["page"][0])
    assert found["line"][0] == "4"
