"""What late clicking costs: the index of QĐ 766 by software and by papers, and the portal's own figures."""

from datetime import date
from fractions import Fraction

import openpyxl
import pandas as pd
import pytest
from conftest import SAMPLE, XA_MAU
from folders import folder
from openpyxl.styles import Font
from tables import DAYS, judged, records

from audit.claims import points, portal, progress
from audit.claims.points import Item
from audit.findings import at_once
from audit.ground.terms import Outcome
from audit.page import points as page
from audit.page.tables import tables
from audit.reading import load, portal_lines, sheets
from audit.reading.lines import reference_lines
from audit.reading.received import ANY
from audit.reading.settings import accepted_headings, settings_of
from audit.reading.table import table
from audit.records.registry import RECORDS

RULES = reference_lines("points.csv")
END = DAYS["period_last_on"]
HEAD = "dossier_id | channel | received_at | due_at | closed_at | status\n"
COLUMNS = frozenset({"channel"})


def items(software: str, register: str = "", *, columns=COLUMNS, unread=0, **more) -> dict[str, Item]:
    stops = records(software, register, **more)["stops"]
    found = points.items(judged(software, register, "", **more), stops, RULES, columns=columns, unread=unread, end=END)
    return {one.item: one for one in found}


def counts(of) -> str:
    """Dossiers in time of how many, by software or by papers: a number, or the fewest and the most."""
    part = of.software if isinstance(of, progress.Tally) else of.part
    ends = [(one.at_least, one.at_most) for one in (part.count, part.total)]
    return "/".join(str(least) if least == most else f"{least}…{most}" for least, most in ends)


def by_software(rows: str, **more) -> dict[str, str]:
    """Each dossier by itself, judged together: in time of how many, by software."""
    frame, stops = judged(HEAD + rows, "", "", **more), records(HEAD + rows, **more)["stops"]
    each = {one["dossier_id"][0]: one for one in frame.partition_by("dossier_id")}
    return {code: counts(progress.tally(one, stops, unread=0, end=END)) for code, one in each.items()}


# Worked by hand -------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def real():
    return at_once.result(load.office(SAMPLE))


@pytest.fixture(scope="module")
def awkward():
    return at_once.result(load.office(XA_MAU))


def item(result, number):
    return next(one for one in result.points.items if one.item == number)


def test_report_233_by_item_2_1_is_309_of_314_and_all_314_by_papers(real):
    progress_ = item(real, "2.1")
    software, papers = progress_.software, progress_.papers
    assert (software.count.at_least, software.count.at_most, software.total.at_most) == (309, 309, 314)
    assert (software.least_percent, software.most_percent) == (98.41, 98.41)
    assert (software.points.at_least, software.points.at_most) == (19.68, 19.68)  # 20 * 309/314 = 19,6815
    assert (papers.count.at_least, papers.total.at_least, papers.points.at_least) == (314, 314, 20)
    assert (progress_.between.at_least, progress_.between.at_most) == (0.32, 0.32)  # 20 * 5/314 = 0,3185


def test_false_lateness_costs_twice_where_complaints_leave_satisfaction_below_its_full_points(real):
    satisfaction = item(real, "5.4")
    assert satisfaction.software.is_ceiling
    assert (satisfaction.between.at_least, satisfaction.between.at_most) == (0, 0.11)  # 6/0,9 * 5/314 = 0,1062
    assert (real.points.between.at_least, real.points.between.at_most) == (0.32, 0.42)  # 0,3185 to 0,4246
    assert real.points.of_points == 26


def test_the_shares_of_the_real_sample_that_no_paper_changes(real):
    rows = pd.read_excel(SAMPLE / "software.xlsx", header=4, dtype=str, engine="calamine")
    rows = rows[rows["Số hồ sơ"].str.contains(r"-\d{6}-", na=False)]
    both = ((rows["Số hóa thành phần hồ sơ"] == "Có") & (rows["Số hóa kết quả"] == "Có")).sum()
    new = rows[pd.to_datetime(rows["Ngày tiếp nhận"].str[:10], format="%d/%m/%Y") >= "2023-08-24"]
    online = (new["Hình thức nộp"] == "Trực tuyến").sum()
    assert (item(real, "4.2").software.count.at_most, item(real, "4.2").software.total.at_most) == (both, 314)
    assert (item(real, "3.3").software.count.at_most, item(real, "3.3").software.total.at_most) == (online, len(new))


def test_the_awkward_samples_progress_by_software_counted_from_its_rows(awkward):
    rows = pd.read_csv(XA_MAU / "software.csv", skiprows=1).drop_duplicates()
    moments = {
        name: pd.to_datetime(rows[name], format="%d/%m/%Y %H:%M", errors="coerce")
        for name in ("Ngày tiếp nhận", "Ngày hẹn trả", "Ngày kết thúc xử lý")
    }
    rows = rows.assign(received=moments["Ngày tiếp nhận"].dt.normalize(), due=moments["Ngày hẹn trả"].dt.normalize(),
                       ended=moments["Ngày kết thúc xử lý"].dt.normalize())  # fmt: skip
    first, last = pd.Timestamp("2025-07-01"), pd.Timestamp("2025-09-30")
    out = rows["Số hồ sơ"].str.contains("250620-6855|251002-5484")  # ended before the period, received after it
    unread = rows["Số hồ sơ"].str.contains("250723-4113|250931-8226")  # two rows that differ; 31/09
    told = rows[~out & ~unread]
    assert len(told) == 103
    end = told["ended"].where(told["ended"] <= last)
    undated = told["Số hồ sơ"].str.contains("250804-5838")  # withdrawn, without a day
    in_time = end.fillna(last) <= told["due"]
    either = told["due"].isna() | undated
    sure = int((in_time & ~either).sum())
    found = item(awkward, "2.1").software
    assert (found.count.at_least, found.count.at_most) == (sure, sure + int(either.sum()) + 2) == (68, 73)
    assert (found.total.at_least, found.total.at_most) == (103, 103 + 2)
    assert first <= told["ended"].min()


def test_the_awkward_samples_progress_by_papers_follows_the_verdicts_worked_by_hand(awkward):
    expected = pd.read_csv(XA_MAU / "expected.csv")
    verdicts = expected["verdict"].value_counts()
    in_time = verdicts["on_time"] + verdicts["late_only_in_software"]
    # by the software alone, papers say nothing of them: withdrawn 250710-3096 and refused 250714-9951 in time; open at
    # the end of September and due no earlier: 250909-1725, 250916-1836, 250917-3207, 250918-4578, 250919-5949, 250930-8725
    sure = in_time + 2 + 6
    found = item(awkward, "2.1").papers
    assert found.count.at_least == sure == 56
    # never in time: late by verdict; withdrawn 250724-8580 after its due date; open past it 250905-7983, 250908-9354
    late = verdicts["late"] + 1 + 2
    assert found.count.at_most == 103 + 2 + 2 - late  # two unread, two in the register alone
    assert (found.total.at_least, found.total.at_most) == (103, 107)


# The rules of item 2.1 --------------------------------------------------------------------------------------------------


def test_a_dossier_is_in_time_by_its_end_as_the_formula_takes_it():
    assert by_software("""\
a | online | 01/04 | 08/04 17:00 | 08/04 16:00 | returned
b | online | 01/04 | 08/04 17:00 | 09/04 | returned
c | online | 01/04 | 08/04 17:00 | 03/04 | withdrawn
d | online | 01/04 | 08/04 17:00 | 09/04 | refused
e | online | 01/04 | 08/04 17:00 | - | withdrawn""") == {
        "a": "1/1", "b": "0/1", "c": "1/1", "d": "0/1", "e": "0…1/1",
    }  # fmt: skip


def test_whether_days_or_hours_are_compared_is_not_known_and_both_are_counted():
    assert by_software("a | online | 01/04 | 08/04 17:00 | 08/04 17:30 | returned") == {"a": "0…1/1"}


def test_one_that_has_not_ended_is_in_time_where_the_periods_last_day_is_not_after_its_due_date():
    assert by_software("""\
a | online | 01/04 | 30/04 17:00 | - | in_process
b | online | 01/04 | 29/04 17:00 | - | in_process
c | online | 01/04 | 29/04 17:00 | 02/05 | returned
d | online | 01/04 | 29/04 17:00 | - | financial_obligation
e | online | 01/04 | 29/04 17:00 | - | -""") == {
        "a": "1/1", "b": "0/1", "c": "0/1", "d": "0/1",  # the formula knows no such stop of the clock
        "e": "0…1/1",  # nobody says whether it waits for supplements
    }  # fmt: skip


def test_a_request_for_supplements_that_waits_is_the_end():
    rows = "\n".join(f"{code} | online | 01/04 | 08/04 17:00 | - | supplements_asked" for code in "abcd")
    stops = "dossier_id | from_on | to_on | why\n" + "\n".join(
        f"{code} | {day} | - | supplements" for code, day in (("a", "07/04"), ("b", "08/04"), ("c", "09/04"))
    )
    assert by_software(rows, stops=stops) == {"a": "1/1", "b": "1/1", "c": "0/1", "d": "0…1/1"}


def test_one_asked_for_supplements_more_than_once_is_late():
    rows = "\n".join(f"{code} | online | 01/04 | 08/04 17:00 | 08/04 | returned" for code in "abc")
    stops = "dossier_id | from_on | to_on | why\n" + "\n".join(
        f"{code} | 02/04 | 03/04 | supplements\n{code} | 04/04 | 07/04 | {why}"
        for code, why in (("a", "supplements"), ("b", "-"), ("c", "stopped"))
    )
    assert by_software(rows, stops=stops) == {"a": "0/1", "b": "0…1/1", "c": "1/1"}


def test_without_a_due_date_the_term_of_the_procedure_decides():
    software = (
        "dossier_id | procedure | received_at | due_at | closed_at | status\n"
        "a | Khai tử | 01/04 | - | 03/04 | returned\nb | Khai tử | 01/04 | - | 29/04 | returned"
    )
    procedures = "procedure | term | unit | in_force_from | in_force_to | source\nKhai tử | 3 | workdays | - | - | x"
    found = items(software, procedures=procedures)["2.1"]
    assert counts(found.software) == "1/2"
    assert dict(found.reasons)["by_term"] == 2


def test_a_due_date_that_cannot_be_read_leaves_the_dossier_open_though_its_term_is_known():
    software = (
        "dossier_id | procedure | received_at | due_at | closed_at | status | unread\n"
        "a | Khai tử | 01/04 | - | 03/04 | returned | due_at\nb | Khai tử | 01/04 | - | 29/04 | returned | due_at"
    )
    procedures = "procedure | term | unit | in_force_from | in_force_to | source\nKhai tử | 3 | workdays | - | - | x"
    assert counts(items(software, procedures=procedures)["2.1"].software) == "0…2/2"


def test_papers_prove_undecide_and_convict_and_say_nothing_of_the_rest():
    software = (
        HEAD
        + """\
a | online | 01/04 | 08/04 17:00 | 10/04 | returned
b | online | 01/04 | 08/04 17:00 | 10/04 | returned
c | online | 01/04 | 08/04 17:00 | 10/04 | returned
d | online | 01/04 | 30/04 17:00 | - | in_process"""
    )
    register = "dossier_id | returned_on | signed\na | 08/04 | yes\nb | 10/04 | yes\nc | - | -"
    found = items(software, register)["2.1"]
    assert counts(found.software) == "1/4"
    assert counts(found.papers) == "2…3/4"
    assert found.between == progress.Range(Fraction(20, 4), Fraction(40, 4))


def test_a_line_of_the_register_alone_may_count_by_papers_and_does_not_in_the_software():
    found = items(HEAD + "a | online | 01/04 | 08/04 17:00 | 07/04 | returned",
                  "dossier_id | returned_on | signed\na | 07/04 | yes\nz | 07/04 | yes")["2.1"]  # fmt: skip
    assert counts(found.software) == "1/1"
    assert counts(found.papers) == "1…2/1…2"
    assert found.papers.part.share == progress.Range(Fraction(1, 2), Fraction(1))


def test_rows_that_cannot_be_read_widen_what_is_counted():
    found = items(HEAD + "a | online | 01/04 | 08/04 17:00 | 07/04 | returned", unread=1)["2.1"].software
    assert counts(found) == "1…2/1…2"
    assert found.part.share == progress.Range(Fraction(1, 2), Fraction(1))


# Other items, and the rules as dated data ------------------------------------------------------------------------------


def test_filed_online_is_at_most_what_was_filed_online_in_the_period():
    software = (
        HEAD
        + """\
a | online | 01/04 | 08/04 17:00 | 07/04 | returned
b | in_person | 01/04 | 08/04 17:00 | 07/04 | returned
c | - | 01/04 | 08/04 17:00 | 07/04 | returned
d | online | 25/03 | 08/04 17:00 | 07/04 | returned"""
    )
    online = items(software)["3.3"].software
    assert counts(online) == "1…2/3"  # d was received before the period; c may be online
    assert online.is_ceiling
    assert items(software, columns=frozenset())["3.3"].software is None


def test_an_item_that_no_record_tells_is_not_counted_and_says_why():
    found = items(HEAD + "a | online | 01/04 | 08/04 17:00 | 07/04 | returned")
    assert {name: one.reasons[0][0] for name, one in found.items() if one.software is None} == {
        "1": "publication", "3.6": "fees", "4.1": "e_results", "4.2": "no_is_components_digitised", "4.3": "reuse",
        "4": "e_copies", "5": "complaints",
    }  # fmt: skip


def test_points_in_line_are_full_from_their_threshold_and_grow_up_to_it():
    digitised = next(rule for rule in RULES if rule["item"] == "4.2")
    shares = [Fraction(0), Fraction(40, 100), Fraction(80, 100), Fraction(1)]
    assert [points.in_line(share, digitised) for share in shares] == [0, 2, 4, 4]


def test_the_groups_of_the_index_add_up_to_a_hundred_points_and_every_formula_is_said_to_be_weak():
    groups = {rule["group"]: int(rule["group_points"]) for rule in RULES}
    assert sum(groups.values()) == 100
    for group, whole in groups.items():
        parts = [int(rule["points"]) for rule in RULES if rule["group"] == group and rule["points"]]
        assert sum(parts) in (0, whole)  # 0: how a group is divided is not known
    assert {rule["sureness"] for rule in RULES} == {"w"}


def test_no_item_is_counted_of_a_period_before_its_formula_was_in_force():
    frame = judged(HEAD + "a | online | 01/04 | 08/04 17:00 | 07/04 | returned", "", "")
    stops = records()["stops"]
    for end, is_any in ((date(2022, 6, 22), False), (date(2022, 6, 23), True)):
        assert bool(points.items(frame, stops, RULES, columns=COLUMNS, unread=0, end=end)) == is_any


# The portal's own figures ----------------------------------------------------------------------------------------------


SETTINGS = settings_of({}, ANY)
HEADINGS = "Chỉ số;Tử số;Mẫu số;Tỷ lệ;Điểm\n"


def read(text: str):
    """The lines of a `portal.csv`, and where what is wrong."""
    sheet = sheets.read("portal.csv", (HEADINGS + text.replace(" | ", ";").replace("|", ";")).encode())
    accepted = {"portal.csv": accepted_headings("portal", SETTINGS)}
    found = portal_lines.read(
        table("portal", {"portal.csv": sheet}, RECORDS["portal"], accepted, SETTINGS.reading("portal"))
    )
    return found.frame, [(one.row, one.column, one.problem) for one in found.problems.itertuples()]


@pytest.fixture(scope="module")
def two():
    """One in time and one late."""
    rows = "a | online | 01/04 | 08/04 17:00 | 07/04 | returned\nb | online | 01/04 | 08/04 17:00 | 10/04 | returned"
    return items(HEAD + rows)


@pytest.mark.parametrize(("line", "outcomes"), [
    ("2.1 | 1 | 2 | 50% | 10", ["count_exact holds", "count_exact holds", "share_exact holds", "in_line_exact holds"]),
    ("2.1 | 2 | 2 | 100% | 21", ["count_exact does_not_hold", "count_exact holds", "share_exact does_not_hold",
                                 "above_most does_not_hold"]),
    ("2.1 | | | | 12", ["not_in_line not_settled"]),
    ("2.1 | 1 | 2 | 51% |", ["count_exact holds", "count_exact holds", "own does_not_hold"]),
    ("2.1 | 0 | 0 | 100% |", ["count_exact does_not_hold", "count_exact does_not_hold", "share_exact does_not_hold"]),
    ("2.1 | 3 | 2 | |", ["more_than_total does_not_hold", "count_exact holds"]),
    ("5.4 | | | 49% | 3", ["share_at_most not_settled", "not_counted cannot_be_checked"]),
    ("5.4 | | | 51% |", ["share_at_most does_not_hold"]),
    ("3.6 | | | 51% | 3", ["not_counted cannot_be_checked", "most_not_known cannot_be_checked"]),
    ("1.3 | 1 | 3 | 33,3% | 3", ["no_formula cannot_be_checked"] * 4),
    ("1.3 | 1 | 3 | 33% | 3", ["no_formula cannot_be_checked"] * 4),  # at its own precision
])  # fmt: skip
def test_a_figure_of_the_portal_is_held_against_the_records_and_against_its_own(two, line, outcomes):
    lines, problems = read(line)
    checked = portal.figures(lines, two.values())
    assert [f"{one.explanation} {one.outcome}" for one in checked] == outcomes
    assert not problems


def test_a_figure_within_what_the_records_leave_open_is_not_settled():
    lines, _ = read("2.1 | 1 | 1 | 100% | 20")
    found = items(HEAD + "a | online | 01/04 | - | 07/04 | returned")
    outcomes = [one.outcome for one in portal.figures(lines, found.values())]
    assert outcomes == [Outcome.NOT_SETTLED, Outcome.HOLDS, Outcome.NOT_SETTLED, Outcome.NOT_SETTLED]


@pytest.mark.parametrize("written", ["2.1", "2,1", " 2.1. Tiến độ", "2.1 – Progress", "Tiến độ giải quyết", "progress"])
def test_an_item_is_known_by_its_number_or_its_name(written):
    lines, problems = read(f"{written} | 1 | 2 | |")
    assert lines["item"].tolist() == ["2.1"]
    assert not problems


def test_a_line_that_is_struck_through_does_not_take_the_place_of_the_one_that_replaces_it(tmp_path):
    book = openpyxl.Workbook()
    for row in (["Chỉ số", "Tử số", "Mẫu số"], ["2.1", 1, 2], ["2.1", 2, 2]):
        book.active.append(row)
    for cell in book.active[2]:
        cell.font = Font(strike=True)
    path = folder(tmp_path / "a")
    book.save(path / "portal.xlsx")
    result = at_once.result(load.office(path))
    assert [(one.row, one.problem) for one in result.problems if one.record == "portal"] == [(2, "struck_out")]
    assert [(one.figure, one.written) for one in result.points.portal] == [("numerator", "2"), ("denominator", "2")]


@pytest.mark.parametrize(("line", "problem", "is_used"), [
    ("02/01/2025 | 1 | 2 | |", ("Chỉ số", "unknown_portal_item"), False),
    ("tổng hợp | 1 | 2 | |", ("Chỉ số", "unknown_portal_item"), False),
    ("2.1 | | | |", ("Chỉ số", "portal_line_without_figure"), False),
    ("2.1 | | | 0,98 |", ("Tỷ lệ", "share_in_doubt"), False),  # 98 % as a spreadsheet stores it, or less than 1 %
    ("2.1 | 1 | 2 | tốt |", ("Tỷ lệ", "cell_not_a_share"), True),
    ("2.1 | 1 | 2 | 101% |", ("Tỷ lệ", "cell_not_a_share"), True),
    ("2.1 | 1 | 2 | | -1", ("Điểm", "unreadable_portal_points"), True),
    ("2.1 | một | 2 | |", ("Tử số", "unreadable_number"), True),
])  # fmt: skip
def test_what_cannot_be_read_is_listed_and_what_else_the_line_says_is_used(line, problem, is_used):
    lines, problems = read(line)
    assert problems == [(2, *problem)]
    assert lines["is_readable"].tolist() == [is_used]


def test_a_second_line_of_an_item_is_a_problem_and_nothing_is_lost(tmp_path):
    lines = "Chỉ số | Tử số | Mẫu số | Tỷ lệ\n2.1 | 1 | 2 |\n2.1 Tiến độ | 2 | 2 |\n4.2 | | | 0%"
    result = at_once.result(load.office(folder(tmp_path / "a", portal__csv=lines)))
    sums = result.accounting["portal"]
    assert (sums.rows, sums.judged, sums.problems) == (3, 2, 1)
    (problem,) = (one for one in result.problems if one.record == "portal")
    assert (problem.file, problem.row, problem.problem) == ("portal.csv", 3, "repeated_portal_item")
    assert "Chỉ số 2.1 Tiến độ đã có ở dòng trên" in problem.message
    outcomes = [(one.item, one.figure, one.written, one.outcome) for one in result.points.portal]
    assert outcomes[:2] == [("2.1", "numerator", "1", "holds"), ("2.1", "denominator", "2", "holds")]
    assert outcomes[2:] == [("4.2", "share", "0%", "cannot_be_checked")]


# The page and the sheet ------------------------------------------------------------------------------------------------


def test_the_sections_first_line_says_how_sure_the_formulas_are(real):
    first, between, growth = page.said(real)
    assert first.startswith("10 trong 10 công thức")
    assert "chưa ai xác nhận" in first
    assert "0,32 đến 0,42 điểm, trên 26 điểm" in between
    assert "trong 100 điểm" in between
    assert "hai cách đọc" in growth


def test_the_sheet_has_a_row_an_item_with_counts_as_numbers_and_ranges_in_words(real, awkward):
    sheets = {table.name: table for one in (real, awkward) for table in tables(one)}
    sheet = sheets["Kết thúc muộn mất mấy điểm"]  # the awkward sample's, the last
    row = dict(zip(sheet.headings, sheet.rows[1], strict=True))
    assert row["Chỉ số"] == "2.1 Tiến độ giải quyết"
    assert row["Phần mềm: số hồ sơ"] == "68 đến 73"
    assert len(sheet.rows) == len(RULES)
    by_hand = next(table for table in tables(real) if table.name == sheet.name)
    row = dict(zip(by_hand.headings, by_hand.rows[1], strict=True))
    assert (row["Phần mềm: số hồ sơ"], row["Phần mềm: tổng"], row["Phần mềm: tỷ lệ"]) == (309, 314, "98,41%")
    assert row["Giấy tờ: điểm nếu tăng đều"] == "20"
