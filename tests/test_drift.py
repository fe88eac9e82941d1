"""Exports of one software compared: each dossier in one group, and each change at its place in the list."""

import io
import json
import shutil
from dataclasses import replace
from datetime import date, datetime

import openpyxl
import pytest
from conftest import ROOT
from hypothesis import given
from hypothesis import strategies as st
from tables import rows as drawn
from typer.testing import CliRunner

from audit.commands.main import app
from audit.drift import compare, drifted, editions, report
from audit.drift.compare import Group
from audit.drift.kinds import ORDINARY, Kind
from audit.drift.seen import Row, Seen
from audit.drift.states import State, When, state, when
from audit.findings import at_once, result
from audit.ground.terms import AuditError
from audit.page import report as audit_report
from audit.reading import exports, load
from audit.running import execute, outputs

TROI_MAU = ROOT / "data" / "troi-mau" / "2025-q3"
COLUMNS = frozenset({"received_at", "due_at", "closed_at", "status", "procedure"})
OLD_ON, NEW_ON, REPORT_ON = date(2025, 10, 5), date(2025, 10, 20), date(2025, 10, 10)


def export(table: str, made_on: date | None, **more) -> Seen:
    """An export drawn as a table: days are dd/mm of 2025, "?" is a cell that cannot be read, "-" an empty one."""
    found = []
    for at, line in enumerate(drawn(table), start=1):
        code = line.pop("dossier_id")
        values = {name: _value(name, text) for name, text in line.items()}
        unread = {name: text for name, text in line.items() if text and text.startswith("?")}
        found.append(Row(None if code == "?" else code, values, unread, row=at))
    return Seen(tuple(found), COLUMNS, made_on, **more)


def _value(name: str, text: str | None) -> object:
    if text is None or text.startswith("?"):
        return None
    return datetime(2025, *map(int, reversed(text.split("/"))), 10) if name.endswith("_at") else text


def found(old: str, new: str, old_on: date | None = OLD_ON, new_on: date | None = NEW_ON, **more):
    return compare.compared(export(old, old_on), export(new, new_on), more.get("reporting_on", REPORT_ON))


def one(old: str, new: str, **days):
    """The only dossier of two exports of which each is one line: due_at | closed_at | status, received on 01/09."""
    head = "dossier_id | received_at | due_at | closed_at | status\na | 01/09 | "
    (entry,) = found(head + old, head + new, **days).entries
    return entry


@pytest.mark.parametrize(("new", "kind", "was"), [
    ("26/09 | - | y | withdrawn", Kind.OTHER, State.UNKNOWN),  # it may have been withdrawn before too
    ("30/10 | - | x | supplements_asked", Kind.DUE_MOVED_AFTER, State.UNKNOWN),
    ("30/10 | - | x | in_process", Kind.LATE_TO_IN_TIME, State.OVERDUE),
])  # fmt: skip
def test_what_an_export_without_statuses_does_not_tell_makes_nobody_late_in_it(new, kind, was):
    head, row = "dossier_id | received_at | due_at | closed_at | procedure", "a | 01/09 | 26/09 | - | x"
    older = replace(export(f"{head}\n{row}", OLD_ON), columns=COLUMNS - {"status"})
    (entry,) = compare.compared(older, export(f"{head} | status\na | 01/09 | {new}", NEW_ON), REPORT_ON).entries
    assert (entry.kind, entry.was) == (kind, was)


@pytest.mark.parametrize(("old", "new", "kind"), [
    ("26/09 | 30/09 | returned", "26/09 | 25/09 | returned", Kind.LATE_TO_IN_TIME),
    ("26/09 | 30/09 | returned", "26/09 | 26/09 | returned", Kind.LATE_TO_IN_TIME),  # the due day itself is in time
    ("26/09 | - | in_process", "26/09 | 25/09 | returned", Kind.LATE_TO_IN_TIME),  # overdue on the older's day
    ("26/09 | - | in_process", "30/10 | - | in_process", Kind.LATE_TO_IN_TIME),  # its due date moved to come
    ("10/10 | - | in_process", "18/10 | 15/10 | returned", Kind.LATE_TO_IN_TIME),  # late by the older due date
    ("26/09 | 25/09 | returned", "26/09 | 29/09 | returned", Kind.IN_TIME_TO_LATE),
    ("30/10 | - | in_process", "12/10 | - | in_process", Kind.IN_TIME_TO_LATE),
    ("26/09 | - | in_process", "10/10 | - | in_process", Kind.DUE_MOVED_AFTER),
    ("26/09 | 25/09 | returned", "28/09 | 25/09 | returned", Kind.DUE_MOVED_AFTER),
    ("26/09 | - | supplements_asked", "30/10 | - | in_process", Kind.DUE_MOVED_AFTER),  # a clock that stood is not late
    ("26/09 | - | in_process", "26/09 | - | withdrawn", Kind.LATE_LEFT_OUT),
    ("30/10 | - | in_process", "02/11 | - | in_process", Kind.DUE_MOVED),
    ("30/10 | - | in_process", "30/10 | 03/10 | returned", Kind.CLOSED_EARLIER),
    ("26/09 | 25/09 | returned", "26/09 | 24/09 | returned", Kind.CLOSING_CHANGED),
    ("30/10 | - | in_process", "30/10 | 15/10 | returned", Kind.WENT_ON),
    ("10/10 | - | in_process", "10/10 | 15/10 | returned", Kind.WENT_ON),  # late in the ordinary course
    ("26/09 | 25/09 | processed", "26/09 | 25/09 | returned", Kind.OTHER),
])  # fmt: skip
def test_a_change_is_told_by_the_first_kind_that_it_is_of(old, new, kind):
    assert one(old, new).kind == kind


@pytest.mark.parametrize(("old", "new"), [
    ("26/09 | 30/09 | returned", "26/09 | 30/09 | returned"),
    ("- | - | in_process", "- | - | in_process"),
    ("? | - | in_process", "? | - | in_process"),  # it cannot be read, and stands there as it stood
])  # fmt: skip
def test_what_both_exports_say_alike_is_the_same(old, new):
    assert one(old, new).group == Group.SAME


def test_a_dossier_that_is_gone_or_has_come_is_told_by_what_the_one_export_shows():
    head = "dossier_id | received_at | due_at | closed_at | status"
    both = found(f"{head}\na | 01/09 | 26/09 | - | in_process\nb | 01/09 | 30/10 | - | in_process",
                 f"{head}\nc | 01/09 | 30/10 | - | in_process\nd | 06/10 | 30/10 | - | in_process")  # fmt: skip
    assert [(entry.dossier_id, entry.kind) for entry in both.entries] == [
        ("a", Kind.GONE_LATE), ("b", Kind.GONE), ("c", Kind.COME_EARLIER), ("d", Kind.COME)
    ]  # fmt: skip


def test_a_cell_that_cannot_be_read_in_one_export_is_no_change():
    for old, new in (
        ("?31/09 | - | in_process", "26/09 | - | in_process"),
        ("26/09 | - | ?lạ", "26/09 | - | returned"),
    ):
        entry = one(old, new)
        assert (entry.group, entry.kind) == (Group.UNREADABLE, None)
        assert [cell.is_told for cell in entry.differences] == [False]
    entry = one("?31/09 | - | in_process", "26/09 | 25/09 | returned")  # other cells are compared all the same
    assert entry.group == Group.CHANGED
    assert {cell.column for cell in entry.differences if cell.is_told} == {"closed_at", "status"}


def test_one_of_which_the_due_date_cannot_be_read_is_never_said_to_turn_in_time():
    assert one("?31/09 | 30/09 | returned", "26/09 | 25/09 | returned").kind == Kind.CLOSING_CHANGED
    assert one("?31/09 | 30/09 | returned", "26/09 | 25/09 | returned").was == State.UNKNOWN


def test_a_code_that_stands_twice_is_named_and_not_compared_but_a_row_that_wholly_repeats_another_is_counted_once():
    head = "dossier_id | due_at | closed_at"
    both = found(
        f"{head}\na | 26/09 | -\nb | 26/09 | -\nb | 26/09 | -", f"{head}\na | 26/09 | -\na | 28/09 | -\nb | 26/09 | -"
    )
    assert {entry.dossier_id: entry.group for entry in both.entries} == {"a": Group.REPEATED, "b": Group.SAME}
    assert both.repeats == (1, 0)


def test_a_row_without_a_readable_code_may_be_the_dossier_that_is_gone():
    head = "dossier_id | due_at | closed_at"
    both = found(f"{head}\na | 26/09 | -\nb | 26/09 | -\nc | 26/09 | -", f"{head}\na | 26/09 | -\n? | 26/09 | -")
    assert (both.count(Group.GONE), both.gone_at_least) == (2, 1)
    cut = compare.compared(export(f"{head}\na | 26/09 | -", OLD_ON), export(head, NEW_ON, is_whole=False), None)
    assert (cut.count(Group.GONE), cut.gone_at_least) == (1, 0)  # a sheet of the newer cannot be read


def test_a_column_that_one_export_lacks_is_not_compared():
    old, new = (
        export("dossier_id | due_at | status\na | 26/09 | returned", OLD_ON),
        export("dossier_id | due_at\na | 26/09", NEW_ON),
    )
    both = compare.compared(old, Seen(new.rows, COLUMNS - {"status"}, NEW_ON), None)
    assert both.entries[0].group == Group.SAME
    assert both.only_old == {"status"}


@pytest.mark.parametrize(("day", "is_after"), [
    (date(2025, 10, 4), When.AFTER), (date(2025, 10, 5), When.BETWEEN), (date(2025, 10, 19), When.BETWEEN),
    (date(2025, 10, 20), When.NOT_AFTER), (None, When.UNKNOWN),
])  # fmt: skip
def test_a_change_is_after_a_day_only_where_all_the_time_between_the_exports_is(day, is_after):
    assert when(day, OLD_ON, NEW_ON) == is_after


def test_of_exports_whose_day_nobody_says_nothing_is_told_before_or_after():
    entry = one("26/09 | - | in_process", "28/09 | - | in_process", old_on=None, new_on=None)
    assert (entry.kind, entry.was, entry.after_due, entry.after_report) == (
        Kind.DUE_MOVED, State.UNKNOWN, When.UNKNOWN, When.UNKNOWN
    )  # fmt: skip
    assert when(date(2025, 10, 4), OLD_ON, None) == When.AFTER
    assert when(date(2025, 10, 20), None, NEW_ON) == When.NOT_AFTER


def test_a_stopped_withdrawn_or_returned_dossier_without_a_closing_is_not_called_overdue():
    due_on = date(2025, 9, 1)
    assert state(due_on, None, "in_process", OLD_ON) == State.OVERDUE
    assert state(due_on, None, "supplements_asked", OLD_ON) == State.STOPPED
    assert state(due_on, None, "withdrawn", OLD_ON) == State.LEFT_OUT
    assert state(due_on, None, "returned", OLD_ON) == State.UNKNOWN


@pytest.mark.parametrize(("was", "now", "is_same"), [
    (datetime(2025, 9, 26, 8), datetime(2025, 9, 26), True), (datetime(2025, 9, 26, 8), datetime(2025, 9, 26, 9), False),
    (datetime(2025, 9, 26, 17), datetime(2025, 9, 26, 23, 59, 59), True), ("UBND  xã Mẫu", "ubnd xã mẫu", True),
    ("UBND xã Mẫu", "UBND xã Mậu", False), (None, "x", False), (1, 1, True),
])  # fmt: skip
def test_letters_are_compared_folded_and_a_day_without_an_hour_as_a_day(was, now, is_same):
    assert compare.is_same_cell(was, now) == is_same


CELLS = {"due_at": st.sampled_from([None, datetime(2025, 9, 26, 17), datetime(2025, 10, 30, 17)]),
         "closed_at": st.sampled_from([None, datetime(2025, 9, 25, 8), datetime(2025, 10, 15, 8)]),
         "received_at": st.sampled_from([datetime(2025, 9, 1, 8), datetime(2025, 10, 8, 8)]),
         "status": st.sampled_from([None, "in_process", "returned", "withdrawn"])}  # fmt: skip
UNREAD = st.dictionaries(st.sampled_from(sorted(CELLS)), st.sampled_from(["?", "31/09"]), max_size=1)
ROWS = st.builds(Row, st.sampled_from([None, "a", "b", "c", "d"]), st.fixed_dictionaries(CELLS), UNREAD, st.booleans())
EXPORTS = st.builds(Seen, st.lists(ROWS, max_size=6).map(tuple), st.just(frozenset(CELLS)),
                    st.sampled_from([None, OLD_ON, NEW_ON]), st.booleans())  # fmt: skip


@given(EXPORTS, EXPORTS)
def test_each_dossier_of_two_exports_ends_in_exactly_one_group(old, new):
    both = compare.compared(old, new, REPORT_ON)
    codes = {row.dossier_id for one in (old, new) for row in one.rows} - {None}
    assert sorted(entry.dossier_id for entry in both.entries) == sorted(codes)
    assert sum(map(both.count, Group)) == len(codes)
    for place, one_ in enumerate((old, new)):
        kept = len(one_.rows) - both.without_code[place] - both.repeats[place]
        assert kept >= both.dossiers[place] == len({row.dossier_id for row in one_.rows} - {None})
    assert all(
        (entry.kind is None) == (entry.group in (Group.SAME, Group.UNREADABLE, Group.REPEATED))
        for entry in both.entries
    )


@given(EXPORTS)
def test_an_export_compared_with_itself_shows_nothing(one_):
    both = compare.compared(one_, one_, REPORT_ON)
    assert {entry.group for entry in both.entries} <= {Group.SAME, Group.REPEATED}
    assert not [entry.kind for entry in both.entries if entry.kind]


@given(EXPORTS, EXPORTS)
def test_exchanging_two_exports_exchanges_gone_and_come(old, new):
    forth, back = compare.compared(old, new, REPORT_ON), compare.compared(new, old, REPORT_ON)
    exchanged = {Group.GONE: Group.COME, Group.COME: Group.GONE}
    expected = {entry.dossier_id: exchanged.get(entry.group, entry.group) for entry in forth.entries}
    assert {entry.dossier_id: entry.group for entry in back.entries} == expected
    assert (forth.gone_at_least, forth.come_at_least) == (back.come_at_least, back.gone_at_least)


# Files: their days, their order, what they say ------------------------------------------------------------------------

HEAD = "Số hồ sơ,Ngày tiếp nhận,Ngày hẹn trả,Ngày kết thúc xử lý\n"
LINE = "{},01/09/2025 08:00,26/09/2025 17:00,{}\n"


def written(folder, **files: str):
    """A folder with the files; two underscores stand for the dot, one for a hyphen."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in files.items():
        (folder / name.replace("__", ".").replace("_", "-")).write_text(text, encoding="utf-8")
    return folder


@pytest.mark.parametrize(("name", "day"), [
    ("software-2025-10-05.csv", date(2025, 10, 5)), ("xuat 05.10.2025.xlsx", date(2025, 10, 5)),
    ("20251005-0815.csv", date(2025, 10, 5)), ("ds_05102025.xls", date(2025, 10, 5)), ("software-05-10.csv", None),
    ("tu 01.07.2025 den 30.09.2025.csv", None), ("software.csv", None), ("ds-31.09.2025.csv", None),
])  # fmt: skip
def test_the_day_in_a_files_name_is_taken_where_it_is_one_whole_day(name, day):
    assert exports.named(name) == day


@pytest.mark.parametrize("title", ["Ngày xuất dữ liệu: 05/10/2025 08:15", "Thời điểm kết xuất: 08:15 05/10/2025",
                                   "Báo cáo lập ngày 05 tháng 10 năm 2025"])  # fmt: skip
def test_the_day_in_a_title_is_surer_than_that_in_the_name(tmp_path, title):
    folder = written(tmp_path, software_2025_10_09__csv=f"{title}\n{HEAD}{LINE.format('H-1', '')}")
    (found_,) = exports.at(folder / "software-2025-10-09.csv").exports
    assert (found_.made_on, found_.told_by) == (date(2025, 10, 5), "heading")


def test_a_period_in_a_title_and_a_day_before_the_last_closing_are_no_day_of_export(tmp_path):
    text = f"Từ ngày 01/09/2025 đến ngày 30/09/2025\n{HEAD}{LINE.format('H-1', '06/10/2025 08:00')}"
    folder = written(tmp_path, software_2025_10_05__csv=text, software_2025_10_06__csv=text)
    days = [exports.at(folder / f"software-2025-10-0{day}.csv").exports[0].made_on for day in (5, 6)]
    assert days == [None, date(2025, 10, 6)]


def test_the_properties_of_a_workbook_tell_the_day_in_vietnam(tmp_path):
    book = openpyxl.Workbook()
    for line in (HEAD, LINE.format("H-1", "")):
        book.active.append(line.strip().split(","))
    book.properties.created = datetime(2025, 10, 4, 20)  # in UTC
    book.save(tmp_path / "software.xlsx")
    (found_,) = exports.at(tmp_path / "software.xlsx").exports
    assert (found_.made_on, found_.told_by) == (date(2025, 10, 5), "metadata")


def folder_of(tmp_path, **files: str):
    """A copy of the sample's folder with other exports in its `exports/`."""
    folder = tmp_path / "xa" / "2025-q3"
    shutil.copytree(TROI_MAU, folder)
    shutil.copy(TROI_MAU.parent / "office.key", tmp_path / "xa" / "office.key")
    if files:
        shutil.rmtree(folder / "exports")
        written(folder / "exports", **files)
    return folder


def test_an_export_of_unknown_day_is_not_put_in_any_order_and_the_day_is_asked_for(tmp_path):
    one_, other = (HEAD + LINE.format(code, "") for code in ("H-1", "H-2"))
    folder = folder_of(
        tmp_path, software_2025_10_05__csv=one_, software_cu__csv=other, software_a_2025_10_05__csv=other + "\n"
    )
    placed, out = drifted.ordered(exports.kept(folder))
    assert [export_.name for export_ in placed] == ["software.csv"]
    assert {left.name: left.why for left in out} == {
        "exports/software-cu.csv": "no_day", "exports/software-2025-10-05.csv": "same_day", "exports/software-a-2025-10-05.csv": "same_day",
    }  # fmt: skip
    with pytest.raises(AuditError, match=r"software-cu\.csv.*\[exports\]"):
        drifted.drift(str(folder), "", "vi")
    settings = folder / "office.toml"
    settings.write_text(settings.read_text(encoding="utf-8") + '"software-cu.csv" = 2025-09-30\n', encoding="utf-8")
    assert [one.name for one in drifted.ordered(exports.kept(folder))[0]] == ["exports/software-cu.csv", "software.csv"]


def test_two_exports_of_unknown_days_are_compared_as_they_are_named_and_the_page_says_so(tmp_path):
    folder = written(
        tmp_path / "x", a__csv=HEAD + LINE.format("H-1", ""), b__csv=HEAD + LINE.format("H-1", "24/09/2025 08:00")
    )
    whole = drifted.drift(str(folder / "a.csv"), str(folder / "b.csv"), "vi")
    assert whole.kinds == {Kind.OTHER: 1}  # whether it was overdue, nobody can say
    assert report.answer(whole).html.count("không rõ ngày xuất") == 2


def test_two_exports_named_the_wrong_way_round_are_refused(tmp_path):
    kept = TROI_MAU / "exports"
    with pytest.raises(AuditError, match="Đổi thứ tự"):
        drifted.drift(str(kept / "software-2025-10-20.csv"), str(kept / "software-lan-1.csv"), "vi")


@pytest.mark.parametrize(("written_old", "written_new"), [
    ("000.00.99.H99-250901-0001", "000.00.99.h99 - 250901 - 0001"), ("000.00.99.H99-250901-0001", "250901-0001"),
    ("0001", "000.00.99.H99-250901-0001"),
])  # fmt: skip
def test_codes_in_other_forms_are_matched_as_an_audit_matches_them(tmp_path, written_old, written_new):
    files = {"a-2025-10-05.csv": written_old, "b-2025-10-20.csv": written_new}
    for name, code in files.items():
        (tmp_path / name).write_text(HEAD + LINE.format(code, ""), encoding="utf-8")
    whole = drifted.drift(*(str(tmp_path / name) for name in files), "vi")
    assert whole.steps[0].groups[Group.SAME] == 1, whole.steps[0].groups


def test_a_correction_of_the_folder_is_no_change_of_the_software(tmp_path):
    folder = folder_of(tmp_path)
    (folder / "corrections.csv").write_text(
        "record,sheet,row,column,dossier_id,was,now,why,by,on\n"
        "software,,3,closed_at,,28/10/2025 10:00,20/10/2025 10:00,nhầm,A,2025-11-04\n", encoding="utf-8")  # fmt: skip
    rows = (folder / "software.csv").read_text(encoding="utf-8-sig").splitlines()
    at = next(place for place, line in enumerate(rows, start=1) if "28/10/2025" in line)
    text = (folder / "corrections.csv").read_text(encoding="utf-8").replace("software,,3,", f"software,,{at},")
    (folder / "corrections.csv").write_text(text, encoding="utf-8")
    assert load.office(folder).software["corrected"].notna().sum() == 1
    assert drifted.drift(str(folder), "", "vi").steps == drifted.drift(str(TROI_MAU), "", "vi").steps


@pytest.fixture(scope="module")
def whole():
    return drifted.drift(str(TROI_MAU), "", "vi")


def test_the_sample_shows_what_was_put_into_it(whole):
    first, second = whole.steps
    assert [first.groups[group] for group in Group] == [4, 5, 1, 1, 1, 1]
    assert [second.groups[group] for group in Group] == [7, 3, 0, 0, 1, 1]
    assert [(one_.dossier_id[-4:], one_.kind) for one_ in first.listed if one_.kind] == [
        ("0002", Kind.LATE_TO_IN_TIME), ("0001", Kind.LATE_TO_IN_TIME), ("0004", Kind.IN_TIME_TO_LATE), ("0003", Kind.DUE_MOVED_AFTER),
        ("0005", Kind.GONE_LATE), ("0007", Kind.COME_EARLIER), ("0006", Kind.WENT_ON),
    ]  # fmt: skip
    assert second.kinds == {Kind.LATE_TO_IN_TIME: 1, Kind.LATE_LEFT_OUT: 1, Kind.WENT_ON: 1}
    assert [(one_.made_on, one_.told_by) for one_ in whole.exports] == [
        (date(2025, 10, 5), "heading"), (date(2025, 10, 20), "name"), (date(2025, 11, 3), "office.toml"),
    ]  # fmt: skip


def test_the_page_calls_them_leads_and_blames_nobody(whole):
    page = report.answer(whole).html + report.changes(whole).html
    assert "chưa phải kết luận" in page
    assert "nguyên nhân bình thường" in page
    assert "4 + 5 + 1 + 1 + 1 + 1 = 13" in report.accounting(whole).html
    assert not {"gian lận", "làm giả", "vi phạm"} & set(page.lower().split())
    kinds = [
        page.index(f"{kind}: ")
        for kind in (
            "Quá hạn thành đúng hạn hoặc còn hạn",
            "Đúng hạn hoặc còn hạn thành quá hạn",
            "Ngày hẹn trả đổi sau khi đã qua hạn",
            "Quá hạn ở bản trước, không còn ở bản sau",
        )
    ]
    assert kinds == sorted(kinds)


def test_editions_pass_no_code_no_text_and_the_offices_no_lead(whole):
    key = exports.key_at(str(TROI_MAU))
    shared, office = (editions.in_edition(whole, edition, key) for edition in ("shareable", "office"))
    for passed in (shared, office):
        said = passed.as_json() + "".join(
            piece(passed).html for piece in (report.answer, report.changes, report.accounting, report.exports)
        )
        for text in ("H99-25", "Trần Thị", "hôn nhân", "lan-1", "UBND xã Mẫu Bốn"):
            assert text not in said, text
    assert len({one_.dossier_id for one_ in shared.steps[0].listed}) == 9
    assert all(not step.kinds and not step.listed for step in office.steps)
    assert all(sum(step.groups.values()) == step.dossiers for step in (*shared.steps, *office.steps))
    unkeyed = editions.in_edition(whole, "shareable", b"")
    assert {one_.dossier_id for step in unkeyed.steps for one_ in step.listed} == {""}
    assert {one_.sha256 for one_ in unkeyed.exports} == {""}


def test_the_name_of_an_applicant_is_never_repeated_even_where_it_changed(tmp_path):
    head = HEAD.replace("Số hồ sơ", "Số hồ sơ,Chủ hồ sơ")
    old, new = (head + LINE.format(f"H-1,{name}", "") for name in ("Trần Thị Mẫu", "Lê Văn Mẫu"))
    folder = written(tmp_path, a_2025_10_05__csv=old, b_2025_10_20__csv=new)
    internal = drifted.drift(str(folder / "a-2025-10-05.csv"), str(folder / "b-2025-10-20.csv"), "vi")
    assert [cell.column for cell in internal.steps[0].listed[0].differences] == ["applicant"]
    assert "Mẫu" not in internal.as_json() + report.changes(internal).html


def test_cells_of_the_workbook_are_inert_and_the_page_escaped(tmp_path):
    head = HEAD.replace("Số hồ sơ", "Số hồ sơ,Tên thủ tục hành chính")
    old, new = (head + LINE.format(f"H-1,{text}", "") for text in ("<i>a</i>", "+1 hồ sơ"))
    folder = written(tmp_path, a_2025_10_05__csv=old, b_2025_10_20__csv=new)
    internal = drifted.drift(str(folder / "a-2025-10-05.csv"), str(folder / "b-2025-10-20.csv"), "vi")
    assert "<i>" not in report.changes(internal).html
    sheet = openpyxl.load_workbook(io.BytesIO(report.workbook(internal)))["Thay đổi"]
    (cell,) = [cell for row in sheet.iter_rows() for cell in row if cell.value == "+1 hồ sơ"]
    assert (cell.data_type, cell.quotePrefix) == ("s", True)
    assert report.workbook(internal) == report.workbook(internal)


def test_the_audits_page_says_in_one_line_what_its_exports_show_and_names_them_among_its_sources():
    done = execute.outcome(
        execute.Job(
            "troi-mau/2025-q3", {"as_of": "", "lang": "vi", "edition": "internal"}, paths={"folder": str(TROI_MAU)}
        )
    )
    assert not done.messages, done.messages
    found_ = json.loads(done.files["result.json"])
    counts = {
        name: found_["drift"][name] for name in ("exports", "compared", "steps", "dossiers", "unchanged", "uncompared")
    }
    assert counts == {"exports": 3, "compared": 3, "steps": 2, "dossiers": 25, "unchanged": 11, "uncompared": 4}
    assert found_["drift"]["kinds"]["late_to_in_time"] == 3
    assert {"exports/software-2025-10-20.csv", "exports/software-lan-1.csv"} <= {
        one_["name"] for one_ in found_["inputs"]
    }
    page = done.files["audit.html"].decode()
    assert "trong 25 lượt so hồ sơ giữa hai bản liền nhau, 11 giống nhau, 10 khác, 4 không so được" in page
    assert page.count("3 quá hạn thành đúng hạn hoặc còn hạn") == 1


def test_no_verdict_rests_on_other_exports(tmp_path):
    found_ = drifted.with_drift(at_once.result(load.office(TROI_MAU)), str(TROI_MAU))
    alone = folder_of(tmp_path)
    shutil.rmtree(alone / "exports")
    without = drifted.with_drift(at_once.result(load.office(alone)), str(alone))
    assert without.drift is None
    assert audit_report.drift(without) == ""
    assert found_.verdicts == without.verdicts
    assert [one_.fingerprint for one_ in found_.cases] == [one_.fingerprint for one_ in without.cases]
    office = result.in_edition(found_, "office", load.office(TROI_MAU).key)
    assert office.drift.kinds == {}
    names = {one_.name for one_ in result.in_edition(found_, "shareable", load.office(TROI_MAU).key).inputs}
    assert {"exports/….csv", "exports/software-2025-10-20.csv"} <= names
    assert "đáng xem" not in audit_report.drift(office).lower()


def test_an_export_that_cannot_be_read_stops_no_audit_and_is_said(tmp_path):
    folder = folder_of(
        tmp_path,
        software_2025_10_05__csv="không phải bản xuất\n",
        software_2025_10_06__csv=HEAD + LINE.format("H-1", ""),
    )
    found_ = exports.kept(folder)
    assert list(found_.not_read) == ["exports/software-2025-10-05.csv"]
    whole_ = drifted.drift(str(folder), "", "vi")
    assert [(one_.name, one_.why) for one_ in whole_.not_placed] == [("exports/software-2025-10-05.csv", "not_read")]
    told = drifted.with_drift(at_once.result(load.office(folder)), str(folder))
    assert audit_report.drift(told).startswith("Không mở được 1 trong 3 bản xuất của phần mềm; mở lại từng tệp")
    assert "không đọc được" in report.answer(whole_).html


def test_the_command_writes_a_page_a_table_and_data(tmp_path):
    done = CliRunner().invoke(app, ["drift", str(TROI_MAU), "--out", str(tmp_path / "out")])
    assert done.exit_code == 0, done.output
    assert {path.name for path in (tmp_path / "out").iterdir()} == {
        "drift.html",
        "drift.ipynb",
        "drift.json",
        "drift.xlsx",
    }
    assert json.loads((tmp_path / "out" / "drift.json").read_text(encoding="utf-8"))["edition"] == "shareable"
    with pytest.raises(AuditError):
        outputs.drift(TROI_MAU, None, TROI_MAU / "out", {"lang": "vi"})
    assert set(ORDINARY) == {Kind.WENT_ON, Kind.COME}


def test_files_of_other_exports_travel_with_the_folder_to_wherever_it_is_audited(tmp_path):
    contents, key = load.contents(TROI_MAU)
    assert all(map(load.may_be_read, contents))
    job = execute.Job("troi-mau/2025-q3", {"as_of": "", "lang": "vi", "edition": "internal"}, contents, key)
    folder = execute._laid_out(job, tmp_path)
    assert load.contents(folder)[0] == contents
    assert not load.may_be_read("exports/../software.csv")
    assert not load.may_be_read("exports/a/b.csv")
