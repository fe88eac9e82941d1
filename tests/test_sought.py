"""A paper that was looked for and not found although it is kept is seen for its dossier: a grade rises, no verdict changes."""

import pytest
import second_judge
from folders import OFFICE, folder
from second_judge import Setting
from test_sample import audited

from audit.ground.frames import plain
from audit.ground.terms import Grade, Verdict
from audit.judging import sought, steps, validate
from audit.page import report
from audit.reading import load

KEEPS = OFFICE.replace("kept = []", 'kept = ["result_papers"]')
BOTH = OFFICE.replace("kept = []", 'kept = ["result_papers", "postal"]')
REGISTER = "Mã hồ sơ | Nhận hồ sơ | Trả kết quả | Ký nhận\nH-1 | 01/04/2025 | 10/04/2025 | Đã ký\nH-2 | 01/04/2025 | 08/04/2025 | Đã ký"
PAPERS = "Mã hồ sơ | Số văn bản | Ngày ban hành\nH-2 | 12/KQ | 07/04/2025"
HEAD = "Mã hồ sơ | Giấy tờ cần tìm | Kết quả tìm | Ngày ghi trên giấy tờ | Người ký nhận là | Số văn bản | Người đọc | Ngày đọc"
STATED = "H-1 | Văn bản kết quả | Không tìm thấy | | | | Cán bộ A | 02/05/2025"
POSTAL = "Mã hồ sơ | Số vận đơn | Ngày gửi\nH-2 | EB1 | 07/04/2025"


def read(path, *lines: str, office: str = KEEPS, **more: str) -> load.Office:
    sheet = "\n".join([HEAD, *lines]) if lines else ""
    files = {"office__toml": office, "register__csv": REGISTER, "result_papers__csv": PAPERS, "papers__csv": sheet}
    return load.office(folder(path, **(files | more)))


def graded(office: load.Office, code: str = "H-1") -> tuple[str, str | None, str | None]:
    """The verdict, grade and records not seen of a dossier by the steps; the second judge must say the same."""
    records = validate.records(office.records, **office.days)
    found = sought.graded(steps.held_and_judged(office, records)[1], office)
    assert found["dossier_id"].is_unique().all()
    row = next(one for one in found.to_dicts() if one["dossier_id"] == code)
    assert row["grade"] == by_the_second_judge(office, code)
    return row["verdict"], row["grade"], row["not_seen"]


def by_the_second_judge(office: load.Office, code: str) -> str | None:
    covered = office.coverage
    setting = Setting(
        office.as_of, office.file.period.first_on, office.file.period.last_on, office.calendar,
        kept=covered.kept, missing=covered.missing, unseen=covered.unseen, complete=covered.complete,
    )  # fmt: skip
    tables = {name: plain(table.frame) for name, table in office.tables.items()}
    mine = {name: [row for row in rows if row.get("dossier_id") == code] for name, rows in tables.items()}
    return second_judge.judged(mine, setting).grade


def test_a_late_dossier_is_proved_late_once_the_result_was_looked_for_and_not_found(tmp_path):
    assert graded(read(tmp_path / "a")) == (Verdict.LATE, Grade.BY_BOTH_RECORDS, "result_papers")
    assert graded(read(tmp_path / "b", STATED)) == (Verdict.LATE, Grade.PROVED, "")
    found = audited(tmp_path / "b")
    case = next(one for one in found.cases if one.dossier_id == "H-1")
    assert (case.grade, case.not_seen, case.looked_for) == (Grade.PROVED, (), ("result_papers",))
    assert "Đã tìm, không thấy" in report.cases(found).html


@pytest.mark.parametrize(
    "line",
    [
        "H-1 | Văn bản kết quả | Không tìm thấy | | | | | 02/05/2025",  # nobody says who
        "H-1 | Văn bản kết quả | Không tìm thấy | | | | Cán bộ A | ",  # nor when
        "H-1 | Văn bản kết quả | Không tìm thấy | | | | Cán bộ A | 31/04/2025",  # no day of the calendar
        "H-1 | Văn bản kết quả | Không tìm thấy | | | | Cán bộ A | 06/05/2025",  # after the audit's day
        "H-1 | Văn bản kết quả | Không tìm thấy | | | | Cán bộ A | 31/03/2025",  # before the receipt
        "H-1 | Văn bản kết quả | Không tìm thấy | | | | Cán bộ A | 09/04/2025",  # before the closing, when it may not have been filed
        "H-1 | Văn bản kết quả | Không tìm thấy | | | | ? | 02/05/2025",  # nobody
        "H-1 | Văn bản kết quả | Không lưu | | | | Cán bộ A | 02/05/2025",
        "H-1 | Văn bản kết quả | Không thuộc mẫu | | | | Cán bộ A | 02/05/2025",
        "H-1 | Văn bản kết quả | | | | | Cán bộ A | 02/05/2025",  # not looked for yet
        "H-1 | Sổ theo dõi | Không tìm thấy | | | | Cán bộ A | 02/05/2025",  # another paper
        "H-1 | Biên nhận bưu chính | Không tìm thấy | | | | Cán bộ A | 02/05/2025",
        "H-2 | Văn bản kết quả | Không tìm thấy | | | | Cán bộ A | 02/05/2025",  # another dossier
    ],
)
def test_nothing_less_than_a_whole_statement_raises_a_grade(tmp_path, line):
    assert graded(read(tmp_path / "a", line)) == (Verdict.LATE, Grade.BY_BOTH_RECORDS, "result_papers")


@pytest.mark.parametrize(
    "other",
    [
        "H-1 | Văn bản kết quả | | | | | | ",
        "H-1 | Văn bản kết quả | Không tìm thấy | | | | | ",
        "H-1 | Văn bản kết quả | Không lưu | | | | Cán bộ B | 03/05/2025",
    ],
)
def test_a_second_line_on_the_same_paper_that_says_otherwise_takes_the_statement_away(tmp_path, other):
    assert graded(read(tmp_path / "a", STATED, other)) == (Verdict.LATE, Grade.BY_BOTH_RECORDS, "result_papers")


@pytest.mark.parametrize("more", ["Ghi chú", "Trang", "Số thứ tự", "Người đọc lại"])
def test_a_line_that_says_more_than_that_it_was_not_found_raises_no_grade(tmp_path, more):
    sheet = f"{HEAD} | {more}\n{STATED} | Đã tìm thấy sau"
    assert graded(read(tmp_path / "a", papers__csv=sheet))[:2] == (Verdict.LATE, Grade.BY_BOTH_RECORDS)


def test_a_row_of_the_record_under_a_code_of_no_dossier_may_be_the_paper_that_was_not_found(tmp_path):
    office = read(tmp_path / "a", STATED, result_papers__csv=PAPERS + "\nH-1O | 13/KQ | 07/04/2025")
    found = sought.graded(steps.held_and_judged(office, validate.records(office.records, **office.days))[1], office)
    row = next(one for one in found.to_dicts() if one["dossier_id"] == "H-1")
    assert (row["verdict"], row["grade"]) == (Verdict.LATE, Grade.BY_BOTH_RECORDS)


def test_each_record_needs_its_own_statement(tmp_path):
    more = {"office": BOTH, "postal__csv": POSTAL}
    postal = "H-1 | Biên nhận bưu chính | Không tìm thấy | | | | Cán bộ A | 02/05/2025"
    assert graded(read(tmp_path / "a", STATED, **more)) == (Verdict.LATE, Grade.BY_BOTH_RECORDS, "postal")
    assert graded(read(tmp_path / "b", postal, **more)) == (Verdict.LATE, Grade.BY_BOTH_RECORDS, "result_papers")
    assert graded(read(tmp_path / "c", STATED, postal, **more)) == (Verdict.LATE, Grade.PROVED, "")


def test_it_makes_nobody_late_who_is_not_without_it(tmp_path):
    stated = [STATED, STATED.replace("H-1", "H-2")]
    unsigned = REGISTER.replace("10/04/2025 | Đã ký", "10/04/2025 | ")
    cases = ({}, {"result_papers__csv": ""}, {"register__csv": ""}, {"register__csv": unsigned},
             {"result_papers__csv": PAPERS + "\n | 13/KQ | 09/04/2025"})  # fmt: skip
    for number, more in enumerate(cases):
        before = verdicts(read(tmp_path / f"{number}", **more))
        assert verdicts(read(tmp_path / f"{number}s", *stated, **more)) == before, more


def verdicts(office: load.Office) -> dict[str, str]:
    found = sought.graded(steps.held_and_judged(office, validate.records(office.records, **office.days))[1], office)
    return dict(found.select("dossier_id", "verdict").iter_rows())


def test_a_paper_that_stands_in_the_record_all_the_same_decides_and_the_statement_does_nothing(tmp_path):
    there = PAPERS + "\nH-1 | 13/KQ | 07/04/2025"
    assert graded(read(tmp_path / "a", STATED, result_papers__csv=there))[0] == Verdict.LATE_ONLY_IN_SOFTWARE
    late = PAPERS + "\nH-1 | 13/KQ | 09/04/2025"
    slips = KEEPS.replace('["result_papers"]', '["result_papers", "stops"]')
    stops = "Mã hồ sơ | Từ ngày | Đến ngày\nH-2 | 02/04/2025 | 03/04/2025"
    found = graded(read(tmp_path / "b", STATED, result_papers__csv=late, office=slips, stops__csv=stops))
    assert found == (Verdict.LATE, Grade.BY_BOTH_RECORDS, "stops")
