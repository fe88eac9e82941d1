"""The next period: what was left open is found again dossier by dossier, and nothing that cannot be compared is."""

import json
import shutil
from datetime import date
from pathlib import Path

import pytest
from conftest import ROOT, XA_MAU

from audit.claims.next_period import CARRIED, LEFT_OPEN, Seen, Side, by_kind, carried_over
from audit.claims.recount import Count
from audit.findings import at_once
from audit.findings.edition import in_edition
from audit.findings.next_period import with_earlier
from audit.findings.schema import Result
from audit.ground.terms import AuditError, Edition, FollowUp, Population
from audit.page import next_period as page
from audit.page import ranges
from audit.page.tables import tables
from audit.province import index, sums
from audit.province.change import Change, changes, series
from audit.reading import load, previous

Q4 = ROOT / "data" / "xa-mau" / "2025-q4"
THIRD, FOURTH = (date(2025, 7, 1), date(2025, 9, 30)), (date(2025, 10, 1), date(2025, 12, 31))
FIRST_ON = "2025-10-01"


def seen(table: str) -> tuple[Seen, ...]:
    """A line a dossier: code, population, day and month of receipt in 2025 or "-"."""
    rows = [line.split() for line in table.strip().splitlines()]
    return tuple(
        Seen(code, code, Population(population),
             None if day == "-" else date(2025, *map(int, reversed(day.split("/")))))
        for code, population, day in rows
    )  # fmt: skip


def compared(then: str, here: str, **more):
    last = Side(*THIRD, seen(then), more.get("unread_then", frozenset()), more.get("nameless_then", 0))
    this = Side(*FOURTH, seen(here), more.get("unread_here", frozenset()), more.get("nameless_here", 0))
    return carried_over(last, this)


def states(then: str, here: str, **more) -> tuple[dict[str, str], dict[str, str]]:
    carried = compared(then, here, **more)
    return tuple({one.code: state for one, state in side.items()} for side in (carried.left_open, carried.carried))


def test_each_dossier_left_open_is_settled_open_withdrawn_or_not_here():
    left_open, carried = states(
        "a open 2/9\nb stopped 3/9\nc settled_later 4/9\nd open 5/9\ne settled 6/9",
        "a settled 2/9\nb stopped 3/9\nc refused 4/9\nf open 3/10",
    )
    assert left_open == {"a": "settled", "b": "still_open", "c": "left", "d": "missing"}
    assert carried == {"a": "open_then", "b": "open_then", "c": "open_then"}


def test_a_dossier_carried_over_that_the_last_period_settled_or_does_not_know_is_told():
    _, carried = states("a open 2/9\ne settled 6/9", "a open 2/9\ne open 6/9\nx open 7/9\nnew open 1/10")
    assert carried == {"a": "open_then", "e": "ended_then", "x": "not_known_then"}


def test_a_row_that_cannot_be_judged_is_not_told_as_missing_on_either_side():
    left_open, carried = states("a open 2/9\nb open 3/9", "b open 3/9\nx open 7/9", unread_here=frozenset("a"),
                                unread_then=frozenset("x"))  # fmt: skip
    assert left_open == {"a": "unreadable", "b": "still_open"}
    assert carried == {"b": "open_then", "x": "unreadable_then"}


def test_rows_without_a_code_may_be_any_of_those_that_are_missing():
    found = compared("a open 2/9\nb open 3/9\nc open 3/9", "c open 3/9\nx open 7/9", nameless_here=1, nameless_then=5)
    assert found.missing == Count(1, 2)
    assert found.not_known == Count(0, 1)


def test_a_dossier_received_between_two_periods_that_do_not_meet_is_told_apart():
    here = seen("a open 2/9\nx open 7/10")
    found = carried_over(Side(*THIRD, seen("a open 2/9")), Side(date(2025, 11, 1), date(2025, 12, 31), here))
    assert {one.code: state for one, state in found.carried.items()} == {"a": "open_then", "x": "between"}


def test_paper_alone_is_not_the_software():
    left_open, carried = states("a open 2/9\nb only_in_register 3/9", "a only_in_register 2/9\nb open 3/9")
    assert left_open == {"a": "only_in_register"}
    assert carried == {"b": "only_in_register_then"}


def test_one_left_open_whose_receipt_is_now_within_the_period_is_counted_once_and_said():
    found = compared("a open 2/9\nb open 3/9\nc open 3/9", "a open 1/10\nb open 3/9\nc open -")
    assert by_kind(found.left_open.values(), LEFT_OPEN)["still_open"] == 3
    assert by_kind(found.carried.values(), CARRIED)["open_then"] == 1
    assert (found.received_anew, found.receipt_unread, found.is_sum) == (2, 1, True)


def test_codes_of_another_key_are_not_taken_for_dossiers_that_vanished():
    assert compared("a open 2/9\nb open 3/9", "k open 2/9\nl open 3/9") is None


# Xã Mẫu, worked by hand


@pytest.fixture(scope="module")
def office() -> load.Office:
    return load.office(Q4)


@pytest.fixture(scope="module")
def alone(office) -> Result:
    return at_once.result(office)


@pytest.fixture(scope="module")
def third() -> Result:
    return at_once.result(load.office(XA_MAU))


@pytest.fixture(scope="module")
def found(alone, office) -> Result:
    return with_earlier(alone, office, Q4)


def test_what_the_third_quarter_left_open_is_found_again_as_worked_by_hand(found):
    """Left open by Q3: 12 closed after 30/09, 7 open, 2 stopped = 21. In Q4 11 are closed with a result, 2 withdrawn
    (…0918-4578, …0930-7983), 7 not ended by 31/12 (two of them closed in January), and …0919-5949 is not there.
    """
    carried = found.next_period.carried_over
    assert {name: count for name, count in carried.left_open.items() if count} == {
        "settled": 11, "still_open": 7, "left": 2, "missing": 1,
    }  # fmt: skip
    assert {name: count for name, count in carried.carried.items() if count} == {"open_then": 20, "not_known_then": 1}
    assert carried.is_sum
    odd = {one.dossier_id[-11:]: one.state for one in carried.dossiers if one.state in ("missing", "not_known_then")}
    assert odd == {"250919-5949": "missing", "250926-9911": "not_known_then"}


def test_the_trend_is_as_worked_by_hand(found):
    """Q4, by the records: 23 settled (11 carried over, 1 that Q3 does not know, 11 new); late …0930-8354, …0908-9354,
    …1106-7107; without a line in the register …1013-3103; the other 19 returned in time. By the software six of the 23
    were closed after the due day.
    """
    told = [
        [
            (share.at_least.numerator, share.at_most.numerator, share.at_most.denominator)
            for share in one.shares.values()
        ]
        for one in found.next_period.trend
    ]
    assert told == [[(39, 70, 81), (48, 52, 80)], [(19, 20, 23), (17, 17, 23)]]
    assert all(one.is_comparable for one in found.next_period.trend)


def test_one_recommendation_is_repeated_one_mended_one_cannot_be_checked(found):
    """Due in Q4 after 31/10: 9, of which …1106-7107 is late; after 30/11: 4, none undecided."""
    assert [(one.state, one.why, one.count, one.open, one.total) for one in found.next_period.followup] == [
        (FollowUp.REPEATED, "", 1, 0, 9), (FollowUp.MENDED, "", 0, 0, 4), (FollowUp.CANNOT_BE_CHECKED, "no_sign", 0, 0, 0),
    ]  # fmt: skip


def test_the_period_before_stands_among_the_sources_with_a_hash_that_its_files_give(found):
    (one,) = found.next_period.earlier
    inputs = {one.name: one.sha256 for one in load.office(XA_MAU).inputs}
    assert (one.name, one.use, one.is_judged_here, one.sha256) == ("2025-q3", "previous", True, previous.digest(inputs))
    assert previous.digest(inputs | {"software.csv": "0" * 64}) != one.sha256


def test_the_first_period_sees_nothing_of_a_later_one(third):
    read = load.office(XA_MAU)
    seen_ = with_earlier(third, read, XA_MAU).next_period
    assert (seen_.earlier, seen_.why_not, seen_.carried_over) == ((), "none", None)


# A result.json instead of the records


def beside(tmp_path: Path, **results: bytes | str) -> Path:
    """The folder of Q4 in a commune's folder of its own, with a result.json of other periods beside."""
    folder = tmp_path / "xa-mau" / "2025-q4"
    folder.mkdir(parents=True)
    for name, content in results.items():
        (folder.parent / name).mkdir()
        (folder.parent / name / "result.json").write_bytes(content.encode() if isinstance(content, str) else content)
    return folder


def seen_with(alone: Result, office: load.Office, folder: Path, named: str = ""):
    return with_earlier(alone, office, folder, named).next_period


@pytest.mark.parametrize("edition", Edition)
def test_a_result_of_any_edition_of_the_same_key_finds_the_same_dossiers(
    tmp_path, third, alone, office, found, edition
):
    folder = beside(tmp_path, q3=in_edition(third, edition, office.key).as_json())
    read = seen_with(alone, office, folder)
    of_records, of_result = found.next_period.carried_over, read.carried_over
    assert (of_result.left_open, of_result.carried) == (of_records.left_open, of_records.carried)
    assert read.earlier[0].edition == edition
    assert read.trend == found.next_period.trend


def test_a_result_of_another_key_is_not_compared_dossier_by_dossier_but_its_shares_are_told(
    tmp_path, third, alone, office
):
    masked = json.loads(in_edition(third, Edition.SHAREABLE, office.key).as_json())
    for one in masked["cases"]:
        one["dossier_code"] = one["dossier_code"][::-1]
    masked["in_columns"]["dossier_code"] = [one[::-1] for one in masked["in_columns"]["dossier_code"]]
    folder = beside(tmp_path, q3=json.dumps(masked))
    read = seen_with(alone, office, folder)
    assert (read.carried_over, read.why_not, len(read.trend)) == (None, "no_code_alike", 2)


def changed(third: Result, **entries) -> str:
    return json.dumps(json.loads(third.as_json()) | entries, ensure_ascii=False)


def test_a_result_by_other_rules_is_told_and_not_compared(tmp_path, third, alone, office):
    folder = beside(tmp_path, q3=changed(third, versions={"rules": "2024-01-01"}))
    read = seen_with(alone, office, folder)
    assert [one.is_comparable for one in read.trend] == [False, True]
    assert read.carried_over is not None
    assert any("phiên bản quy tắc khác" in line for line in page.said(read, "vi"))


@pytest.mark.parametrize(
    ("record", "problem"), [("folder", "file_not_opened"), ("software", "file_not_used"), ("software", "sheet_without_headings")]
)  # fmt: skip
def test_what_a_result_did_not_read_of_its_export_may_hold_any_dossier_that_it_does_not_know(
    tmp_path, third, alone, office, record, problem
):
    known, whole = json.loads(third.as_json())["problems"], beside(tmp_path / "whole", q3=changed(third, unread=0))
    assert seen_with(alone, office, whole).carried_over.not_known.at_least == 1
    more = {
        "record": record,
        "file": "x.xlsx",
        "sheet": "",
        "row": None,
        "column": "",
        "written": "",
        "problem": problem,
    }
    folder = beside(tmp_path / "part", q3=changed(third, unread=0, problems=[*known, more | {"message": ""}]))
    read = seen_with(alone, office, folder).carried_over
    assert (read.not_known.at_least, read.not_known.at_most) == (0, 1)


def test_what_stands_in_place_of_a_version_of_rules_is_not_told(tmp_path, third, alone, office):
    folder = beside(tmp_path, q3=changed(third, versions={"rules": "Nguyễn Văn Mẫu, 0912345678"}))
    assert seen_with(alone, office, folder).trend[0].rules == "?"


def test_an_older_result_that_lists_no_dossiers_says_that_these_cannot_be_compared(tmp_path, third, alone, office):
    older = json.loads(third.as_json())
    del older["in_columns"]
    folder = beside(tmp_path, q3=json.dumps(older))
    read = seen_with(alone, office, folder)
    assert (read.carried_over, read.why_not, len(read.trend)) == (None, "no_dossiers", 2)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\xff\xfe",
        b"[]",
        b"{}",
        b"[" * 100_000,
        b'{"schema_version": "9.0"}',
        "half",
        "other sum",
        "a share of more",
    ],
)
def test_a_broken_result_is_named_with_what_is_wrong_and_nothing_is_compared(tmp_path, third, alone, office, content):
    text, verdicts = third.as_json(), {"late": 99}
    share = {"numerator": 1, "denominator": 1, "percent": 1.0}
    wrong = {"half": text[: len(text) // 2], "other sum": changed(third, verdicts=verdicts),
             "a share of more": changed(third, on_time={"records": {"at_least": share | {"numerator": 3}, "at_most": share}})}  # fmt: skip
    folder = beside(tmp_path, q3=wrong.get(content, content) if isinstance(content, str) else content)
    read = seen_with(alone, office, folder)
    assert [one.use for one in read.earlier] == ["not_read"]
    assert read.earlier[0].message.startswith("q3/result.json")
    assert (read.carried_over, len(read.trend)) == (None, 1)


def test_a_result_of_another_office_beside_is_counted_and_one_named_is_refused_aloud(tmp_path, third, alone, office):
    other = changed(third, office=json.loads(third.as_json())["office"] | {"commune": "xã Khác"})
    folder = beside(tmp_path, khac=other)
    assert (seen_with(alone, office, folder).earlier, seen_with(alone, office, folder).others) == ((), 1)
    named = seen_with(alone, office, folder, str(folder.parent / "khac"))
    assert [(one.use, one.message) for one in named.earlier] == [("other_commune", "của đơn vị khác")]
    assert named.carried_over is None


@pytest.mark.parametrize(
    ("days", "use"),
    [
        (("2026-01-01", "2026-03-31"), "later"),
        ((FIRST_ON, "2025-12-31"), "same_period"),
        (("2025-09-01", FIRST_ON), "overlaps"),
    ],
)
def test_a_result_of_the_same_or_a_later_period_or_of_days_of_this_one_is_refused(
    tmp_path, third, alone, office, days, use
):
    folder = beside(tmp_path, x=changed(third, period=dict(zip(("first_on", "last_on"), days, strict=True))))
    named = seen_with(alone, office, folder, str(folder.parent / "x" / "result.json"))
    assert [one.use for one in named.earlier] == [use]
    assert named.earlier[0].message
    assert (named.carried_over, len(named.trend)) == (None, 1)


def test_two_results_of_the_same_period_are_both_named_and_neither_is_used(tmp_path, third, alone, office):
    folder = beside(tmp_path, a=third.as_json(), b=third.as_json())
    read = seen_with(alone, office, folder)
    assert [(one.name, one.use) for one in read.earlier] == [("a", "twice"), ("b", "twice")]
    assert read.carried_over is None


def test_a_period_long_before_is_compared_with_the_days_between_said(tmp_path, third, alone, office):
    days = {"first_on": "2025-04-01", "last_on": "2025-06-30"}
    read = seen_with(alone, office, beside(tmp_path, q2=changed(third, period=days)))
    assert read.days_between == 92
    assert any("92 ngày" in line for line in page.said(read, "vi"))


def test_what_is_named_and_not_there_is_said_and_none_looks_for_nothing(tmp_path, alone, office):
    folder = beside(tmp_path)
    assert "khong-co" in seen_with(alone, office, folder, str(tmp_path / "khong-co")).earlier[0].message
    assert seen_with(alone, office, folder, "none").why_not == "not_looked_for"
    with pytest.raises(AuditError, match="khong-co"):
        previous.places(folder, str(tmp_path / "khong-co"))


def test_a_folder_beside_that_cannot_be_audited_is_named_with_why(tmp_path, alone, office):
    folder = beside(tmp_path)
    for name, broken in (("q1", "software.csv"), ("q2", "office.toml")):
        shutil.copytree(XA_MAU, folder.parent / name)
        (folder.parent / name / broken).write_bytes(b"\xff\x00")
    read = seen_with(alone, office, folder)
    assert [(one.name, one.use) for one in read.earlier] == [("q2", "not_read"), ("q1", "not_read")]
    assert all(one.message for one in read.earlier)


def test_a_link_beside_is_not_followed(tmp_path):
    folder = beside(tmp_path)
    (folder.parent / "q3").symlink_to(XA_MAU, target_is_directory=True)
    assert previous.places(folder) == []


# Editions, sheets, the picture


def test_codes_of_either_side_are_in_the_internal_edition_alone(found, office):
    carried = "Chuyển kỳ"
    assert len(found.next_period.carried_over.dossiers) == 42
    for edition in (Edition.SHAREABLE, Edition.OFFICE):
        told = in_edition(found, edition, office.key)
        part = told.next_period
        assert part.carried_over.dossiers == ()
        assert part.carried_over.left_open == found.next_period.carried_over.left_open
        assert {one.name for one in part.earlier} == {""}
        assert part.earlier[0].sha256 not in ("", found.next_period.earlier[0].sha256)
        assert not any(one.who or one.support for one in part.followup)
        assert "Trả kết quả không muộn" not in told.as_json()
        assert carried not in {one.name for one in tables(told)}
    (sheet,) = [one for one in tables(found) if one.name == carried]
    assert (len(sheet.rows), sheet.total) == (42, 42)


def test_the_page_has_each_sum_and_the_picture_says_in_words_what_it_shows(found):
    html = page.next_period(found).html
    assert 'role="img"' in html
    assert "01/07/2025 – 30/09/2025: 39–70/81 (48,15–86,42%)" in html
    assert "01/10/2025 – 31/12/2025: 19–20/23 (82,61–86,96%)" in html
    assert "1/9 hồ sơ đến hạn trong kỳ, sau 31/10/2025" in html


def test_a_range_is_drawn_from_its_least_to_its_most_and_joined_only_to_what_it_may_be_compared_with():
    one, two, three = (
        ranges.Ranged("a", 0, 100, False),
        ranges.Ranged("b", 50, 50, True),
        ranges.Ranged("c", None, None, True),
    )
    drawn = ranges.drawing([one, two, three])
    assert [(bar.y, bar.height) for bar in drawn.bars] == [(8, 134), (75, 2)]
    assert drawn.band.count("M") == 1
    assert ranges.drawing([one, two._replace(is_joined=False)]).band == ""


# Many communes


def test_a_change_is_the_range_of_points_between_any_two_values_of_two_ranges(third, found):
    """Q3 39–70 of 81 (48.15–86.42 %), Q4 19–20 of 23 (82.61–86.96 %): from −3.81 to +38.81 points."""
    rows = [sums.row(name, name, one.as_json()) for name, one in (("q3", third), ("q4", found))]
    assert changes(rows) == {"q4": Change(-3.81, 38.81)}
    assert index.change_text(changes(rows)["q4"], "vi") == "-3,81 đến +38,81"
    assert [row.name for row in series(rows)["q4"]] == ["q3", "q4"]


@pytest.mark.parametrize(
    "other",
    [{"rules": "2024-01-01"}, {"rules": ""}, {"office": {"commune": "xã Khác"}}, {"period": {"last_on": date(2025, 9, 29)}}],
)  # fmt: skip
def test_nothing_is_compared_with_other_rules_another_commune_or_days_that_do_not_meet(third, found, other):
    then, now = (sums.row(name, name, one.as_json()) for name, one in (("q3", third), ("q4", found)))
    update = {name: value if isinstance(value, str) else getattr(then, name).model_copy(update=value)
              for name, value in other.items()}  # fmt: skip
    told = changes([then.model_copy(update=update), now]).get("q4")
    assert told is None or (told.at_least, told.at_most) == (None, None)
    assert index.change_text(told, "vi") == ("không so được" if "rules" in other else "–")


def test_the_index_has_the_change_and_a_small_picture_in_words(third, found):
    rows = [sums.row(name, name, one.as_json()) for name, one in (("q3", third), ("q4", found))]
    province = sums.province(rows, [], title="", parameters={"lang": "vi", "edition": "internal"})
    html = index.page(province)
    assert "-3,81 đến +38,81" in html
    assert "01/07/2025 – 30/09/2025: 48,15–86,42%; 01/10/2025 – 31/12/2025: 82,61–86,96%" in html
