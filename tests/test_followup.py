"""Recommendations and promises: what this period shows of each, counted with its total, and never whose fault it is."""

import shutil
import unicodedata
from datetime import date

import pytest
from conftest import ROOT

from audit.claims.followup import Of, Shows, Sign, shows
from audit.findings import at_once
from audit.findings.next_period import sign, with_earlier
from audit.findings.result import in_edition
from audit.ground.terms import Cause, Edition, FollowUp, Outcome, Verdict
from audit.reading import load
from audit.reading.lines import reference_lines

Q4 = ROOT / "data" / "xa-mau" / "2025-q4"
LAST = date(2025, 12, 31)
REPEATED, MENDED, NOT_CHECKED = FollowUp.REPEATED, FollowUp.MENDED, FollowUp.CANNOT_BE_CHECKED


def dossiers(table: str) -> list[Of]:
    """A line a dossier: verdict, due day and month of 2025 or "-", then cause ("!" where proved) and unit, if any."""
    found = []
    for line in table.strip().splitlines():
        verdict, due, cause, unit = [*line.split(), "-", "-"][:4]
        found.append(Of(
            Verdict(verdict), None if cause == "-" else Cause(cause.rstrip("!")), cause.endswith("!"),
            None if unit == "-" else unit, None if due == "-" else date(2025, *map(int, reversed(due.split("/")))),
        ))  # fmt: skip
    return found


def shown(table: str, named: str = "late", until: date | None = date(2025, 10, 31), **more) -> Shows:
    given = {"is_until_unread": False, "last_on": LAST, "outcomes": {}, "unread": 0} | more
    return shows(sign(named), until, dossiers=dossiers(table), **given)


def test_one_that_is_so_again_after_the_day_is_repeated_and_told_of_how_many():
    assert shown("late 31/10\nlate 1/11\non_time 2/12") == Shows(REPEATED, "", 1, 0, 2)


def test_none_of_several_and_none_open_is_mended():
    assert shown("late 31/10\non_time 1/11\nlate_only_in_software 2/12") == Shows(MENDED, "", 0, 0, 2)


@pytest.mark.parametrize("doubt", ["not_proved 3/12", "on_time_not_checked 3/12", "on_time -", "only_in_register -"])
def test_one_that_may_be_so_keeps_it_from_being_mended(doubt):
    assert shown(f"on_time 1/11\n{doubt}") == Shows(NOT_CHECKED, "undecided", 0, 1, 2)


def test_a_row_that_cannot_be_read_may_be_one_more():
    assert shown("on_time 1/11", unread=2) == Shows(NOT_CHECKED, "undecided", 0, 2, 3)


def test_a_dossier_due_after_the_period_shows_nothing_yet():
    assert shown("late 31/10\non_time 1/11", last_on=date(2025, 10, 31)).why == "not_yet_due"
    assert shown("on_time 1/11\nopen 15/12", last_on=date(2025, 11, 30)) == Shows(MENDED, "", 0, 0, 1)


@pytest.mark.parametrize(
    ("given", "why"),
    [({"named": ""}, "no_sign"), ({"named": "trễ hẹn!"}, "unknown_sign"), ({"is_until_unread": True, "until": None}, "until_unread"),
     ({"until": LAST}, "not_yet_due"), ({"until": date(2025, 12, 30)}, "none_due"), ({"named": "measure:open_overdue"}, "no_figure")],
)  # fmt: skip
def test_what_cannot_be_checked_says_why(given, why):
    found = shown("late 1/11", **given)
    assert (found.state, found.why) == (NOT_CHECKED, why)


def test_a_cause_that_is_only_claimed_is_open_to_doubt():
    table = "late 1/11 held_by_commune! x\nlate 2/11 held_by_commune"
    assert shown(table, "held_by_commune") == Shows(REPEATED, "", 1, 1, 2)
    assert shown("late 2/11 held_by_commune\non_time 3/11", "held_by_commune") == Shows(
        NOT_CHECKED, "undecided", 0, 1, 2
    )


def test_another_cause_mends_it_only_where_it_is_proved():
    assert shown("late 1/11 held_by_upper_level!\non_time 3/11", "held_by_commune") == Shows(MENDED, "", 0, 0, 2)
    assert shown("late 1/11 held_by_upper_level\non_time 3/11", "held_by_commune") == Shows(
        NOT_CHECKED, "undecided", 0, 1, 2
    )


def test_one_past_due_that_nobody_closed_does_not_show_that_nobody_is_late_any_more():
    assert shown("on_time 1/11\noverdue 2/11") == Shows(NOT_CHECKED, "undecided", 0, 1, 2)
    assert shown("on_time 1/11\noverdue 2/11", "withdrawn") == Shows(MENDED, "", 0, 0, 2)


def test_a_unit_is_named_again_only_where_slips_show_that_it_held_a_late_dossier():
    table = "late 1/11 held_by_commune! phòng\non_time 2/11 - phòng\nlate 3/11 held_by_commune! khác"
    assert shown(table, "unit:Phòng") == Shows(REPEATED, "", 1, 0, 3)
    assert shown("late 1/11\nlate 3/11 held_by_commune! khác", "unit:phòng") == Shows(NOT_CHECKED, "undecided", 0, 1, 2)


def test_figures_of_the_report_are_counted_by_their_answers():
    outcomes = {"open_overdue": [Outcome.DOES_NOT_HOLD, Outcome.HOLDS]}
    assert shown("", "measure:open_overdue", outcomes=outcomes) == Shows(REPEATED, "", 1, 0, 2)
    assert shown("", "measure:open_overdue", outcomes={"open_overdue": [Outcome.HOLDS]}) == Shows(MENDED, "", 0, 0, 1)
    open_ = {"open_overdue": [Outcome.HOLDS, Outcome.NOT_SETTLED]}
    assert shown("", "measure:open_overdue", outcomes=open_) == Shows(NOT_CHECKED, "undecided", 0, 1, 2)


@pytest.mark.parametrize(
    ("written", "named"),
    [("late", Sign("verdict", "late")), ("verdict:late", Sign("verdict", "late")), ("QUÁ HẠN", Sign("verdict", "late")),
     ("held_by_commune", Sign("cause", "held_by_commune")), ("đơn vị: UBND xã Mẫu", Sign("unit", "ubnd xã mẫu")),
     ("chỉ số:open_overdue", Sign("measure", "open_overdue")), ("measure:no such", Sign("", "measure:no such")), (" ", None)],
)  # fmt: skip
def test_a_sign_is_named_by_our_term_or_by_its_words(written, named):
    assert sign(written) == named


def test_a_sign_is_of_the_kind_that_it_names_however_that_is_written():
    assert sign("Verdict : late") == Sign("verdict", Verdict.LATE)
    assert sign("cause:late") == Sign("", "cause:late")  # late is a verdict, and no cause


def test_a_line_with_a_bad_day_or_word_is_named_by_its_row_and_kept(tmp_path):
    folder = tmp_path / "xa-mau" / "2025-q4"
    shutil.copytree(Q4, folder)
    shutil.copy(Q4.parent / "office.key", folder.parent)
    lines = [
        "Kiến nghị,Hạn thực hiện,Đã thực hiện,Dấu hiệu",
        "Ghi ngày trả,31/02/2025,Rồi,late",
        "Trả đúng hẹn,30/11/2025,có lẽ,late",
        ",31/10/2025,,late",
    ]
    (folder / "followup.csv").write_text("\n".join(lines), encoding="utf-8")
    office = load.office(folder)
    result = with_earlier(at_once.result(office), office, folder)
    followed = [(one.row, one.state, one.why) for one in result.next_period.followup]
    assert followed == [(2, NOT_CHECKED, "until_unread"), (3, MENDED, "")]
    told = {(one.row, one.written) for one in result.problems if one.record == "followup"}
    assert told == {(2, "31/02/2025"), (3, "có lẽ"), (4, "")}
    rows = result.accounting["followup"]
    assert (rows.rows, rows.judged, rows.problems) == (3, 2, 1)


def test_a_sign_of_ours_is_told_in_one_spelling_and_in_every_edition(tmp_path):
    folder = tmp_path / "xa-mau" / "2025-q4"
    shutil.copytree(Q4, folder)
    shutil.copy(Q4.parent / "office.key", folder.parent)
    signs = ["chi so : open_overdue", unicodedata.normalize("NFD", "chỉ số:open_overdue"), "Quá hạn", "Nguyễn Văn Mẫu"]
    lines = ["Kiến nghị,Hạn thực hiện,Dấu hiệu", *(f"Trả đúng hẹn,31/10/2025,{one}" for one in signs)]
    (folder / "followup.csv").write_text("\n".join(lines), encoding="utf-8")
    office = load.office(folder)
    result = with_earlier(at_once.result(office), office, folder)
    ours = ["measure:open_overdue", "measure:open_overdue", "verdict:late"]
    assert [one.sign for one in result.next_period.followup] == [*ours, "Nguyễn Văn Mẫu"]
    shared = in_edition(result, Edition.SHAREABLE, office.key).next_period.followup
    assert [one.sign for one in shared] == [*ours, "(không nêu trong bản chia sẻ)"]


def test_every_column_has_vietnamese_headings():
    named = {line["column"] for line in reference_lines("headings.csv") if line["record"] == "followup"}
    assert named == {"what", "who", "until_on", "done", "support", "sign"}
