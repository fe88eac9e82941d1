"""The catalogue of records: each is listed, said in words, and its want keeps anybody from being found late."""

import re

import pytest
from conftest import ROOT
from tables import ADDED, record, rows, verdicts

from audit.ground import terms
from audit.reading.lines import reference_lines
from audit.records import order
from audit.records.record import Lack
from audit.records.registry import ALL, BY_NAME, EVIDENCE, JUDGED, KEPT

LATE = "dossier_id | received_at | due_at | closed_at | status\na | 01/04 | 08/04 | 10/04 | returned"
RETURNED_LATE = "dossier_id | received_on | returned_on | signed\na | 01/04 | 10/04 | yes"
MAKES_NOBODY_IN_TIME = {"apologies"}  # a new date; said of the record itself as `forbids_late` too


def test_each_file_of_the_room_is_a_record_that_is_listed():
    files = {path.stem for path in (ROOT / "audit" / "records").glob("*.py")}
    assert files - {"__init__", "record", "registry", "order", "coverage"} == set(order.NAMES)
    assert [one.name for one in ALL] == list(order.NAMES)
    assert [one.name for one in JUDGED] == [*order.REQUIRED, *order.EVIDENCE]
    assert [one.name for one in ALL if one.is_required] == list(order.REQUIRED)


@pytest.mark.parametrize("name", BY_NAME)
def test_a_record_names_columns_that_it_has(name):
    one = BY_NAME[name]
    known = {*one.columns, *ADDED.get(name, {}), "is_result"}
    assert {*one.asked, *one.shown, *one.facts, *one.weighty} <= known
    assert {"dossier_id"} <= set(one.asked) or not one.is_judged


@pytest.mark.parametrize("name", [one.name for one in JUDGED])
def test_a_record_is_said_in_words_and_its_columns_have_headings(name):
    one = BY_NAME[name]
    assert all(terms.text(f"record.{name}", lang) for lang in terms.LANGUAGES)
    headings = {line["column"] for line in reference_lines("headings.csv") if line["record"] == name}
    assert {column for column, spec in one.columns.items() if spec.is_required} <= headings
    for column in one.shown:
        assert all(terms.text(f"column.{column}", lang) for lang in terms.LANGUAGES)
    help_of_keeps = terms.text("cli.help_lake_keeps", "vi")
    assert not one.is_kept or re.search(rf"\b{name}\b", help_of_keeps)


@pytest.mark.parametrize("name", [one.name for one in EVIDENCE])
def test_a_record_says_something_and_what_is_unread_of_it(name):
    one = BY_NAME[name]
    assert one.says or name == "stops"  # which move due dates
    assert one.unread or name == "explanations"  # which decide no verdict


def test_whoever_both_records_show_late_is_late_while_nothing_is_wanting():
    assert verdicts(LATE, RETURNED_LATE) == ["late"]


@pytest.mark.parametrize("name", [*(name for name in KEPT if name not in MAKES_NOBODY_IN_TIME), "register"])
def test_nobody_is_late_while_a_kept_record_is_missing(name):
    register = "" if name == "register" else RETURNED_LATE
    slips = "dossier_id | from_unit | to_unit | from_level | to_level | handed_at\na | x | y | commune | desk | 10/04"
    assert verdicts(LATE, register, slips if name != "control_slips" else "", missing=(name,)) == ["not_proved"]


@pytest.mark.parametrize("name", [name for name in KEPT if name not in MAKES_NOBODY_IN_TIME])
def test_nobody_is_late_while_a_row_of_a_kept_record_cannot_be_read(name):
    unread = {name: [{"dossier_id": "a", "is_readable": "no"}]}
    slips = unread.pop("control_slips", "")
    assert verdicts(LATE, RETURNED_LATE, slips, **unread) == ["not_proved"]


@pytest.mark.parametrize("name", [name for name in KEPT if name not in MAKES_NOBODY_IN_TIME])
def test_nobody_is_late_while_a_kept_record_is_not_wholly_seen(name):
    assert verdicts(LATE, RETURNED_LATE, unseen=(name,)) == ["not_proved"]


def test_what_forbids_no_late_verdict_is_said_of_the_record():
    assert {one.name for one in ALL if one.is_kept and not one.forbids_late} == MAKES_NOBODY_IN_TIME
    assert Lack.UNREAD not in BY_NAME["control_slips"].forbids_late  # `can_read_slips`, tested above


def test_a_drawn_table_has_the_columns_of_its_record():
    for one in JUDGED:
        assert set(record(one.name, rows("dossier_id\na")).columns) >= set(one.columns)
