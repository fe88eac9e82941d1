"""Each figure counted under every definition in use, and which of them reproduces what was reported."""

from itertools import product
from types import SimpleNamespace

import pandas as pd
import pytest
from polars import col
from tables import DAYS, as_read, judged, record, rows

from audit.claims import check
from audit.claims.measures import BY_NAME, DOSSIER, MEASURES
from audit.claims.recount import Count
from audit.ground.situation import with_held
from audit.ground.terms import Outcome, has

SOFTWARE = """
    dossier_id | received_at | due_at      | closed_at   | status     | channel   | paid_dong
    early      | 01/04       | 08/04 17:00 | 07/04 10:00 | -          | online    | 8000
    on_day     | 01/04       | 08/04 17:00 | 08/04 16:00 | -          | online    | 0
    past_hour  | 01/04       | 08/04 17:00 | 08/04 17:30 | -          | online    | -
    late       | 01/04       | 08/04 17:00 | 10/04 09:00 | -          | in_person | -
    undated    | 01/04       | -           | 10/04 09:00 | -          | in_person | -
    ahead      | 02/04       | 08/05 17:00 | 10/04 09:00 | -          | in_person | -
    carried    | 28/03       | 04/04 17:00 | 03/04 09:00 | -          | online    | -
    withdrawn  | 01/04       | 08/04 17:00 | 02/04 09:00 | withdrawn  | online    | -
    refused    | 01/04       | 08/04 17:00 | -           | refused    | online    | -
    open       | 01/04       | 05/05 17:00 | -           | in_process | online    | -
    overdue    | 01/04       | 10/04 17:00 | -           | in_process | online    | -
    stopped    | 01/04       | 10/04 17:00 | -           | stopped    | -         | -
    later      | 01/04       | 10/04 17:00 | 03/05 09:00 | -          | online    | -
"""
COLUMNS = frozenset({"channel", "paid_dong"})


def counted(software: str, **more) -> dict:
    no_list = record("online_procedures", "")
    found = check.counts(judged(software), no_list, columns=COLUMNS, **({"unread": 0} | DAYS | more))
    return {name: {way: (count.at_least, count.at_most) for way, count in ways.items()} for name, ways in found.items()}


def answers(text: str, found: dict) -> pd.DataFrame:
    drawn = [{"claim": str(number), "out_of_written": None} | row for number, row in enumerate(rows(text))]
    return check.claims(as_read("claims", drawn), found)


def exactly(**counts) -> dict:
    """What was found, each measure as (definition, count) or (definition, at_least, at_most)."""
    return {name: {way[0]: Count(way[1], way[-1]) for way in ways} for name, ways in counts.items()}


def test_every_definition_is_counted_as_worked_out_by_hand():
    found = counted(SOFTWARE)
    expected = {
        "received_total": {"usual": (12, 12), "withdrawn_left_out": (11, 11), "carried_over_left_out": (11, 11),
                           "refused_counted": (13, 13), "some_refused_counted": (12, 13)},
        "received_new": {"usual": (11, 11), "withdrawn_left_out": (10, 10), "carried_over_counted": (12, 12),
                         "refused_counted": (12, 12), "some_refused_counted": (11, 12)},
        "received_online": {"usual": (7, 8), "withdrawn_left_out": (6, 7), "carried_over_counted": (8, 9),
                            "refused_counted": (8, 9), "some_refused_counted": (7, 9)},  # one has no channel
        "carried_over": {"usual": (1, 1), "withdrawn_left_out": (1, 1), "refused_counted": (1, 1),
                         "some_refused_counted": (1, 1)},
        "settled": {"usual": (7, 7), "withdrawn_counted": (8, 8), "refused_counted": (8, 8),
                    "withdrawn_and_refused_counted": (9, 9), "some_refused_counted": (7, 8),
                    "form_06a": (10, 10)},
        "settled_in_time": {
            "by_day": (5, 5), "by_time_stamp": (4, 4), "withdrawn_counted": (6, 7), "refused_counted": (6, 7),
            "withdrawn_and_refused_counted": (7, 8), "some_refused_counted": (5, 7), "no_due_date_counted": (6, 6),
            "open_within_time_counted": (6, 8), "fallen_due": (4, 5), "form_06a": (8, 9),
        },
        "settled_early": {"by_day": (3, 4), "by_time_stamp": (4, 5), "due_day_counted": (5, 6)},
        "settled_on_due_day": {"by_day": (2, 3), "by_time_stamp": (0, 1), "until_its_hour": (1, 2)},
        "late_in_software": {"by_day": (1, 1), "by_time_stamp": (2, 2)},
        "open": {"usual": (4, 4), "stopped_left_out": (3, 3)},
        "open_within_time": {"usual": (1, 2), "stopped_left_out": (1, 1)},
        "open_overdue": {"usual": (2, 3), "stopped_left_out": (2, 2)},
        "settled_and_open": {"usual": (11, 11)},
        "settled_and_within_time": {"usual": (8, 9)},
        "fallen_due": {"usual": (7, 9)},
        "withdrawn": {"usual": (1, 1)},
        "dossiers_with_fee": {"usual": (1, 12), "paid_online": (1, 1)},
        "late_returned_in_time": {"by_day": (0, 1), "by_time_stamp": (0, 2)},
    }  # fmt: skip
    assert {name: found[name] for name in expected} == expected


def test_a_figure_of_another_level_is_not_held_against_the_records_of_this_office():
    (answer,) = answers(
        "measure | written | unit | scope\nsettled | 5.000 | dossier | cấp huyện", counted(SOFTWARE)
    ).to_dict("records")
    assert (answer["outcome"], answer["explanation"]) == ("cannot_be_checked", "other_scope")


@pytest.mark.parametrize(
    ("written", "outcome"),
    [("hơn 6", "holds"), ("khoảng 7", "holds"), ("gần 7", "does_not_hold"), ("hơn 7", "holds_otherwise")],
)  # fmt: skip
def test_a_rounded_count_holds_where_what_was_counted_is_within_it(written, outcome):
    (answer,) = answers(
        f"measure | written | unit\nsettled | {written} | dossier",
        exactly(settled=[("usual", 7), ("withdrawn_counted", 8), ("form_06a", 10)]),
    ).to_dict("records")
    assert answer["outcome"] == outcome


def test_by_form_ii_06a_the_waiting_the_withdrawn_and_the_refused_are_settled_in_time():
    (answer,) = answers(
        "measure | written | unit\nsettled | 10 | dossier",
        exactly(settled=[("usual", 7), ("withdrawn_counted", 8), ("form_06a", 10)]),
    ).to_dict("records")
    assert (answer["outcome"], answer["definition"]) == ("holds_otherwise", "form_06a")


def test_what_falls_due_after_the_audit_or_the_period_has_not_fallen_due():
    assert counted(SOFTWARE, period_last_on=DAYS["period_last_on"].replace(day=8))["fallen_due"]["usual"] == (5, 6)
    assert counted(SOFTWARE, as_of=DAYS["period_last_on"].replace(day=8))["fallen_due"]["usual"] == (5, 6)
    assert "fallen_due" not in counted(SOFTWARE, period_first_on=None)
    assert "fallen_due" not in counted(SOFTWARE, period_first_on=None)["settled_in_time"]


def test_unread_rows_widen_every_definition():
    read, unread = counted(SOFTWARE), counted(SOFTWARE, unread=2)
    assert {name: {way: (least, most + 2) for way, (least, most) in ways.items()} for name, ways in read.items()
            if name != "paid_dong"} == {name: ways for name, ways in unread.items() if name != "paid_dong"}  # fmt: skip
    assert {most for _, most in unread["paid_dong"].values()} == {None}


def test_no_dossier_is_counted_for_certain_that_may_not_be_counted():
    statuses = ("returned", "processed", "in_process", "stopped", "withdrawn", "refused", "-")
    days, ends = ("28/03", "01/04"), ("-", "07/04 10:00", "10/04 18:00", "03/05 09:00")
    drawn = product(days, ("-", "08/04 17:00", "10/04 17:00"), ends, statuses, ("-", "online"))
    software = "dossier_id | received_at | due_at | closed_at | status | channel | paid_dong\n" + "\n".join(
        f"{number} | {' | '.join(row)} | {'5' if number % 2 else '-'}" for number, row in enumerate(drawn)
    )
    register = "dossier_id | due_on | returned_on\n" + "\n".join(
        f"{number} | 09/04 | {day}" for number, day in zip(range(0, 500, 3), ("07/04", "12/04", "-") * 60, strict=False)
    )
    found = judged(software, register).with_columns(is_due_in_period=col("due_on_software").is_null())
    occurring = with_held(found, {"held": DOSSIER.of()})["held"].unique().to_list()
    assert len(occurring) > 100
    for dossier in (SimpleNamespace(held=int(held)) for held in occurring):
        for measure in MEASURES:
            for way in (way for way in measure.definitions if way.at_most is not None):
                assert way.at_most.holds(dossier) or not way.when.holds(dossier), (measure.name, way.name)
    assert len(set(found["population"])) == len(
        ["settled", "settled_later", "open", "stopped", "withdrawn", "refused", "only_in_register"]
    )


def test_a_figure_that_only_another_definition_gives_is_not_said_to_hold():
    found = exactly(settled=[("usual", 293), ("withdrawn_counted", 296)])
    text = "measure | written | unit\nsettled | {} | dossier"
    answered = [answers(text.format(written), found).iloc[0] for written in ("293", "296", "295")]
    assert [(row["outcome"], row["definition"], row["at_least"]) for row in answered] == [
        ("holds", "usual", 293), ("holds_otherwise", "withdrawn_counted", 296), ("does_not_hold", "usual", 293),
    ]  # fmt: skip
    assert answered[2]["tried"] == (
        ("usual", 293, 293, None, None, Outcome.DOES_NOT_HOLD),
        ("withdrawn_counted", 296, 296, None, None, Outcome.DOES_NOT_HOLD),
    )
    assert answered[1]["explanation"] == "holds_otherwise"


def test_what_the_usual_definition_leaves_open_no_other_definition_settles():
    found = exactly(settled_in_time=[("by_day", 288, 290), ("no_due_date_counted", 290)])
    answered = answers("measure | written | unit\nsettled_in_time | 290 | dossier", found).iloc[0]
    assert (answered["outcome"], answered["definition"]) == ("not_settled", "by_day")


def test_what_the_usual_definition_refutes_and_another_leaves_open_is_not_settled():
    found = exactly(settled_in_time=[("by_day", 288), ("by_time_stamp", 280, 285)])
    answered = answers("measure | written | unit\nsettled_in_time | 283 | dossier", found).iloc[0]
    assert tuple(answered[["outcome", "explanation", "definition", "at_most"]]) == (
        "not_settled", "not_settled_otherwise", "by_time_stamp", 285,
    )  # fmt: skip


ON_TIME = exactly(  # report 233 as the records have it
    settled_in_time=[("by_day", 288), ("withdrawn_counted", 291), ("open_within_time_counted", 306), ("fallen_due", 282)],
    settled=[("usual", 293), ("withdrawn_counted", 296)],
    settled_and_open=[("usual", 311)],
    settled_and_within_time=[("usual", 311)],
    received_total=[("usual", 314)],
    fallen_due=[("usual", 290)],
)  # fmt: skip


@pytest.mark.parametrize(
    ("written", "outcome", "definition", "of"),
    [
        ("98,3%", "holds", "by_day", "settled"),  # as printed; 291 of 296 would give it too
        ("98,31%", "holds_otherwise", "withdrawn_counted", "settled"),
        ("98,39%", "holds_otherwise", "open_within_time_counted", "settled_and_open"),
        ("97,45%", "holds_otherwise", "open_within_time_counted", "received_total"),
        ("91,72%", "holds_otherwise", "by_day", "received_total"),
        ("97,24%", "holds_otherwise", "fallen_due", "fallen_due"),
        ("99%", "does_not_hold", "by_day", "settled"),
    ],
)
def test_the_rival_shares_of_report_233_are_each_named_by_their_definition(written, outcome, definition, of):
    answered = answers(f"measure | written | unit\nsettled_in_time | {written} | percent", ON_TIME).iloc[0]
    assert tuple(answered[["outcome", "definition", "of"]]) == (outcome, definition, of)


def test_a_printed_total_must_be_that_of_the_definition():
    text = "measure | written | out_of_written | unit\nsettled_in_time | {} | {} | dossier"
    answered = [
        answers(text.format(*each), ON_TIME).iloc[0] for each in (("288", "293"), ("291", "296"), ("291", "293"))
    ]
    assert [row["outcome"] for row in answered] == ["holds", "holds_otherwise", "does_not_hold"]
    assert (answered[1]["definition"], answered[1]["out_of"]) == ("withdrawn_counted", 296)


@pytest.mark.parametrize(
    ("returned", "late", "outcome"),
    [((5, 5), (5, 5), "holds"), ((3, 5), (5, 5), "not_settled"), ((4, 4), (5, 5), "does_not_hold"),
     ((0, 0), (0, 0), "cannot_be_checked"), ((1999, 1999), (2000, 2000), "does_not_hold")],
)  # fmt: skip
def test_all_of_them_means_each_of_the_total_and_no_rounding(returned, late, outcome):
    found = exactly(late_returned_in_time=[("by_day", *returned)], late_in_software=[("by_day", *late)])
    text = "measure | written | unit\nlate_returned_in_time | tất cả | dossier"
    answered = answers(text, found).iloc[0]
    assert (answered["outcome"], answered["at_least"], answered["out_of"]) == (outcome, returned[0], late[1])


def test_a_share_is_not_refuted_while_a_usual_total_cannot_be_counted():
    found = exactly(components_digitised=[("usual", 302)], received_total=[("usual", 314), ("withdrawn_left_out", 310)])
    answered = answers("measure | written | unit\ncomponents_digitised | 97,42% | percent", found).iloc[0]
    assert (answered["outcome"], answered["explanation"]) == ("cannot_be_checked", "no_column")  # of listed procedures
    counted_too = found | exactly(listed_not_withdrawn=[("usual", 310)], received_new=[("usual", 289)])
    answered = answers("measure | written | unit\ncomponents_digitised | 97,42% | percent", counted_too).iloc[0]
    assert (answered["outcome"], answered["out_of"], answered["of"]) == ("holds_otherwise", 310, "listed_not_withdrawn")
    refuted = answers("measure | written | out_of_written | unit\ncomponents_digitised | 300 | 310 | dossier", found)
    assert refuted.iloc[0]["outcome"] == "does_not_hold"  # whatever the total


def test_what_is_no_count_of_a_known_thing_cannot_be_checked_and_says_why():
    text = """
        measure              | written | unit
        unknown              | 5       | dossier
        unknown              | 6       | average
        targets_met          | cơ bản  | statement
        results_digitised    | chưa đạt 100% | statement
        settled              | 2       | average
        settled              | 3       | other
        interlinked_groups   | 02      | dossier
        withdrawn            | 1%      | percent
        online_procedures    | 5%      | percent
    """
    found = exactly(
        settled=[("usual", 2)],
        interlinked_groups=[("usual", 1)],
        withdrawn=[("usual", 1)],
        online_procedures=[("usual", 51)],
    )
    answered = answers(text, found)
    assert set(answered["outcome"]) == {"cannot_be_checked"}
    assert answered["explanation"].tolist() == [
        "unknown_measure", "unknown_measure", "statement", "statement", "no_record", "no_record", "other_unit", "no_column",
        "no_total",
    ]  # fmt: skip


PROCEDURES = """
    procedure | online_level | interlinked_group
    birth     | full         | birth
    other     | full         | birth
    death     | full         | death
    copy      | partial      | -
"""


def test_interlinked_groups_are_those_with_dossiers_of_the_period():
    software = """
        dossier_id | received_at | due_at | procedure | channel   | status
        a          | 01/04       | 08/05  | birth     | in_person | in_process
        b          | 01/04       | 08/05  | other     | online    | in_process
        c          | 01/04       | 08/05  | copy      | online    | in_process
        d          | 28/03       | 08/05  | death     | online    | in_process
        e          | 28/03       | 08/05  | death     | online    | refused
    """
    from audit.judging import match  # noqa: PLC0415

    procedures = record("online_procedures", PROCEDURES)
    unlisted = judged(software).drop("online_level", "interlinked_group")
    found = check.counts(match.with_procedures(unlisted, procedures), procedures, unread=0,
                         columns=frozenset({"procedure", "online_procedures"}))  # fmt: skip
    groups = {way: count.at_least for way, count in found["interlinked_groups"].items()}
    assert groups == {
        "usual": 1, "withdrawn_left_out": 1, "carried_over_counted": 2, "refused_counted": 1, "some_refused_counted": 1,
        "on_the_list": 2,
    }  # fmt: skip
    answered = answers(
        "measure | written | unit\ninterlinked_groups | 02 | group\ninterlinked_groups | 3 | group", found
    )
    assert answered["outcome"].tolist() == ["holds_otherwise", "does_not_hold"]
    assert answered["definition"].tolist()[0] == "carried_over_counted"


def test_every_definition_measure_and_total_has_its_words():
    ways = {way.name for measure in BY_NAME.values() for way in measure.definitions} | {"on_the_list"}
    assert not [way for way in ways if not has(f"definition.{way}")]
    assert not [name for name in BY_NAME if not has(f"measure.{name}")]
    explained = ("holds", "not_settled")
    assert all(has(f"explanation.{name}_otherwise{share}") for name in explained for share in ("", "_percent"))
    assert all(len({way.name for way in measure.definitions}) == len(measure.definitions) for measure in MEASURES)
