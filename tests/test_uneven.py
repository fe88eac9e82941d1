"""The fewest dossiers, counted in some tables and not in others, with which every figure of a report comes out."""

from datetime import date

import pytest
from conftest import SAMPLE
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from tables import frame
from test_identities import UNITS, counts, reported

from audit.claims import dossier_kinds
from audit.claims.uneven import TABLES, candidates, smallest
from audit.judging import steps, validate
from audit.reading import load

REPORT_233 = """
    measure                  | written | out_of_written | unit
    received_total           | 314     | -              | dossier
    received_in_person       | 70      | -              | dossier
    received_online          | 219     | -              | dossier
    carried_over             | 25      | -              | dossier
    settled                  | 293     | -              | dossier
    settled_in_time          | 288     | -              | dossier
    settled_in_time          | 98,3%   | -              | percent
    late_in_software         | 05      | -              | dossier
    open_within_time         | 18      | -              | dossier
    withdrawn                | 03      | -              | dossier
    components_digitised     | 302     | -              | dossier
    components_digitised     | 97,42%  | -              | percent
    results_digitised        | 244     | -              | dossier
    results_digitised        | 83,56%  | -              | percent
    online_listed_received   | 218     | -              | dossier
    online_listed_settled    | 218     | 218            | dossier
    online_listed_settled    | 100%    | 218            | percent
    late_closed_by_commune   | 03      | -              | dossier
    late_held_by_upper_level | 02      | -              | dossier
"""


def spoilt(**figures: str) -> str:
    """Report 233 with other figures."""
    lines = REPORT_233.strip().splitlines()
    return "\n".join(
        next((f"{name} | {figure} | - | dossier" for name, figure in figures.items()
              if line.split("|")[0].strip() == name and "%" not in line), line)
        for line in lines
    )  # fmt: skip


def kinds_of(found) -> list[tuple]:
    """Solution, number, channel, state, tables that leave them out."""
    return [
        tuple(row) for row in found[["solution", "dossiers", "channel", "state", "left_out_of"]].itertuples(index=False)
    ]


@pytest.mark.parametrize("claims", [load.office(SAMPLE).claims, reported(REPORT_233)])
def test_one_online_settled_dossier_explains_report_233_and_nothing_else_does(claims):
    found = smallest(claims)
    assert found.attrs["dossiers"] == 1
    assert found.attrs["is_complete"]
    (row,) = found.to_dict("records")
    assert (row["dossiers"], row["channel"], row["state"]) == (1, "online", "settled")
    assert row["counted_in"] == ("total", "by_channel", "by_state", "timeliness")
    assert set(row["left_out_of"]) - {"online_by_level"} == {"online", "components_digitised", "results_digitised"}
    assert row["definitions"] == (
        ("by_state", "withdrawn_apart"), ("online", "received_online"), ("components_digitised", "without_withdrawn"),
        ("results_digitised", "settled"),
    )  # fmt: skip


def test_it_rests_on_the_figures_that_it_names():
    found = smallest(load.office(SAMPLE).claims)
    assert {"A", "A2", "B", "C", "W", "D1", "D1%", "D2%", "O"} <= set(found.attrs["claims"])
    assert found.attrs["is_confirmed"]
    claims = load.office(SAMPLE).claims
    claims.loc[claims["claim"] == "D2", "is_confirmed"] = False
    assert not smallest(claims).attrs["is_confirmed"]


def test_where_every_figure_agrees_there_is_nothing_to_explain():
    found = smallest(counts(received_total=5, received_in_person=2, received_online=3, settled=4, open=1))
    assert (len(found), found.attrs["dossiers"], found.attrs["reason"]) == (0, 0, "consistent")


def test_one_table_alone_explains_nothing():
    assert smallest(counts(received_total=5)).attrs["reason"] == "too_few_tables"
    assert smallest(reported(f"{UNITS}\npayments | 3 | payment")).attrs["reason"] == "too_few_tables"


@pytest.mark.parametrize(
    ("figures", "reason"),
    [
        ({"results_digitised": "3"}, "share_of_no_total"),
        ({"online_listed_received": "217"}, "cannot_be_reconciled"),  # 218 settled of 217, in one table
    ],
)
def test_a_share_that_is_none_and_a_part_above_its_whole_are_no_uneven_dossiers(figures, reason):
    found = smallest(reported(spoilt(**figures)))
    assert found.attrs["reason"] == reason
    assert found.empty
    assert found.attrs["dossiers"] is None


def test_a_share_of_the_wrong_two_numbers_is_no_uneven_dossier():
    text = "measure | written | out_of_written | unit\nreceived_total | 5 | - | dossier\nsettled | 5 | - | dossier\nsettled_in_time | 4 | 5 | dossier\nsettled_in_time | 90% | 5 | percent"
    assert smallest(reported(text)).attrs["reason"] == "share_of_no_total"


@pytest.mark.parametrize(
    ("total", "definition"),
    [(14, "received"), (11, "without_withdrawn"), (10, "new"), (8, "new_without_withdrawn")],
)
def test_the_definition_is_chosen_that_needs_the_fewest_dossiers(total, definition):
    text = f"""
        measure              | written | out_of_written | unit
        received_total       | 14      | -              | dossier
        received_in_person   | 10      | -              | dossier
        carried_over         | 4       | -              | dossier
        settled              | 9       | -              | dossier
        open                 | 2       | -              | dossier
        withdrawn            | 3       | -              | dossier
        online_listed_received | 1     | -              | dossier
        components_digitised | 7       | {total}        | dossier
    """
    found = smallest(reported(text))  # one dossier stands in the online table alone
    assert found.attrs["dossiers"] == 1
    assert {dict(row["definitions"])["components_digitised"] for row in found.to_dict("records")} == {definition}


@pytest.mark.parametrize(
    ("received", "settled", "definition"), [(14, 12, "withdrawn_within_settled"), (3, 1, "withdrawn_not_received")]
)
def test_withdrawn_are_counted_as_this_report_counts_them(received, settled, definition):
    figures = {"received_total": received, "settled": settled, "open": 2, "withdrawn": 3}
    found = smallest(counts(**figures, received_in_person=received + 1))  # one in person beyond all that were received
    assert found.attrs["dossiers"] == 1
    assert {dict(row["definitions"])["by_state"] for row in found.to_dict("records")} == {definition}


def test_several_ways_of_the_same_size_are_all_named():
    found = smallest(counts(received_total=9, settled=5, settled_in_time=5, late_in_software=1, open=4, withdrawn=0))
    assert found.attrs["dossiers"] == 1
    assert kinds_of(found) == [(1, 1, None, "settled", ("total", "by_state"))]
    found = smallest(reported(spoilt(received_total="316")))
    assert found.attrs["dossiers"] == 3
    assert [row[1:4] for row in kinds_of(found)] == [(1, "online", "settled"), (2, None, None)]


def test_only_what_is_sure_of_all_that_may_be_meant_is_said():
    found = smallest(reported(spoilt(received_in_person="67"))).to_dict("records")
    assert [(row["dossiers"], row["channel"], row["state"], row["counted_in"], row["left_out_of"]) for row in found][1:] == [
        (2, None, None, ("total", "by_state"), ("by_channel",)),
    ]  # fmt: skip


def test_tables_that_add_up_stand_or_fall_together():
    found = smallest(reported(spoilt(late_closed_by_commune="06")))  # 6 + 2 causes of 5 late
    assert (found.attrs["dossiers"], found.attrs["is_complete"], found["solution"].nunique()) == (4, True, 2)
    assert [(row["dossiers"], row["state"], row["counted_in"]) for row in found.to_dict("records")][:2] == [
        (1, "settled", ("total", "by_channel", "by_state", "timeliness")),
        (3, "settled_late", ("causes",)),
    ]


def test_two_differences_may_be_of_one_dossier_or_of_two():
    text = """
        measure                | written | out_of_written | unit
        received_total         | 9       | -              | dossier
        received_in_person     | 4       | -              | dossier
        received_online        | 5       | -              | dossier
        settled                | 9       | -              | dossier
        carried_over           | 0       | -              | dossier
        open                   | 0       | -              | dossier
        withdrawn              | 0       | -              | dossier
        online_listed_received | 4       | -              | dossier
        components_digitised   | 1       | 7              | dossier
        results_digitised      | 1       | 8              | dossier
    """
    found = smallest(reported(text))
    left_out = found.groupby("solution")["left_out_of"].agg(lambda of: {frozenset(tables) for tables in of}).tolist()
    online, components, results = "online", "components_digitised", "results_digitised"
    assert found.attrs["dossiers"] == 2
    assert {frozenset({online, components, results}), frozenset({components})} in left_out
    assert {frozenset({online, components}), frozenset({components, results})} in left_out


def test_what_is_stated_twice_differently_is_a_table_of_its_own():
    found = smallest(reported(f"{UNITS}\nreceived_online | 219 | dossier\nreceived_online | 218 | dossier"))
    assert kinds_of(found) == [(1, 1, "online", None, ("again:received_online",))]


def test_it_is_the_same_each_time():
    claims = reported(spoilt(received_total="316", received_in_person="71"))
    first, second = smallest(claims), smallest(claims)
    assert first.equals(second)


CHANNELS, STATES = dossier_kinds.CHANNELS, dossier_kinds.STATES


def printed(dossiers: dict, without: tuple[str, tuple, int] | None = None):
    """The figures of a report on so many dossiers of each kind; `without` some of a kind in one table."""
    figures = {}
    for table, measures in TABLES.items():
        here = dict(dossiers)
        if without and without[0] == table:
            here[without[1]] -= without[2]
        for measure in measures:
            if measure in dossier_kinds.COUNTED:
                figures[measure] = sum(n for kind, n in here.items() if kind in dossier_kinds.COUNTED[measure])
    totals = {
        "components_digitised": sum(dossiers.values()) - (without[2] if without and without[0] == "components_digitised" else 0),
        "results_digitised": figures["settled"],
    }  # fmt: skip
    lines = [f"{name} | {n} | - | dossier" for name, n in figures.items()]
    lines += [f"{name} | {n // 2} | {n} | dossier" for name, n in totals.items()]
    return reported("\n".join(["measure | written | out_of_written | unit", *lines]))


numbers = st.fixed_dictionaries({(c, s): st.integers(0, 4) for c in CHANNELS for s in STATES})


@settings(max_examples=20)
@given(numbers)
def test_tables_of_the_same_dossiers_are_even(dossiers):
    assume(sum(dossiers.values()))
    assert smallest(printed(dossiers)).attrs["dossiers"] == 0


@settings(max_examples=30)
@given(numbers, st.sampled_from(sorted(TABLES)), st.data())
def test_so_many_dossiers_missing_in_one_table_are_explained_by_no_more(dossiers, table, data):
    assume(table not in ("results_digitised", "by_state"))
    belonging = [
        kind
        for measure in TABLES[table]
        for kind in sorted(dossier_kinds.COUNTED.get(measure, dossiers))
        if dossiers[kind]
    ]
    assume(belonging)
    kind = data.draw(st.sampled_from(belonging))
    missing = data.draw(st.integers(1, dossiers[kind]))
    found = smallest(printed(dossiers, (table, kind, missing)))
    assert found.attrs["dossiers"] <= missing
    for _, solution in found.groupby("solution"):
        assert solution["dossiers"].sum() == found.attrs["dossiers"]


def test_the_one_dossier_of_the_sample_whose_procedure_is_not_on_the_list_is_named():
    office = load.office(SAMPLE)
    _, judged = steps.held_and_judged(office, validate.records(office.records, **office.days))
    found = candidates(smallest(office.claims), judged, period_last_on=office.days["period_last_on"])
    assert found["of_kind"].tolist() == [219] * 4
    by_reason = found.set_index("reason")
    assert by_reason.loc["not_on_the_list", "dossier_ids"] == ("000.17.53.H48-230907-0173",)
    assert by_reason["fitting"].to_dict() == {
        "not_on_the_list": 1, "interlinked": 10, "closed_on_last_day": 0, "code_found_twice": 0,
    }  # fmt: skip


COLUMNS = {
    "dossier_id": "text", "channel": "text", "online_level": "text", "interlinked_group": "text", "population": "text",
    "is_carried_over": "yes_no", "is_past_due_at_end": "yes_no", "closed_on": "on", "due_on_software": "on",
}  # fmt: skip
DOSSIERS = [
    ("a", "online", None, None, "settled", False, False, date(2025, 4, 30), date(2025, 4, 30)),
    ("b", "online", "full", "birth", "settled", False, False, date(2025, 4, 29), date(2025, 4, 28)),
    ("c", "online", None, None, "settled", True, False, date(2025, 4, 30), date(2025, 4, 30)),
    ("d", "in_person", None, None, "settled", False, False, date(2025, 4, 30), date(2025, 4, 30)),
    ("e", "online", None, None, "open", False, False, None, date(2025, 5, 30)),
    ("f", None, None, None, "settled", False, False, date(2025, 4, 2), date(2025, 4, 30)),
]


def test_dossiers_that_fit_are_named_by_each_reason():
    dossiers = frame(
        {name: [None if row[n] is None else row[n] for row in DOSSIERS] for n, name in enumerate(COLUMNS)}, COLUMNS
    )  # fmt: skip
    solution = smallest(reported(REPORT_233))
    found = candidates(solution, dossiers, period_last_on=date(2025, 4, 30), repeated=["b", "d"])
    assert {row["reason"]: (row["of_kind"], row["dossier_ids"]) for row in found.to_dict("records")} == {
        "not_on_the_list": (2, ("a",)), "interlinked": (2, ("b",)), "closed_on_last_day": (2, ("a",)),
        "code_found_twice": (2, ("b",)),
    }  # fmt: skip


def test_at_most_twenty_dossiers_are_named():
    many = {name: [row] * 30 for name, row in zip(COLUMNS, DOSSIERS[0], strict=True)} | {
        "dossier_id": [f"{n:02d}" for n in range(30)]
    }
    found = candidates(smallest(reported(REPORT_233)), frame(many, COLUMNS), period_last_on=date(2025, 4, 30))
    row = next(row for row in found.to_dict("records") if row["fitting"] == 30)
    assert (row["fitting"], len(row["dossier_ids"]), row["dossier_ids"][0]) == (30, 20, "00")
