"""Lines drawn from the register: which are in the software, which are not, of which it cannot be told; and how many at most."""

import html
from fractions import Fraction

import pytest
from folders import folder
from typer.testing import CliRunner

from audit.commands.main import app
from audit.findings import at_once
from audit.ground.terms import AuditError
from audit.reading import load
from audit.sampling import draw, kept, register, report, sampled, sizes
from audit.sampling import plan as plans

HEAD = "TT | Trang | Mã hồ sơ | Tên cá nhân, tổ chức | Nhận hồ sơ | Trả kết quả | Ký nhận"
SOFTWARE = "Số hồ sơ | Chủ hồ sơ | Ngày tiếp nhận | Ngày hẹn trả | Ngày kết thúc xử lý\n" + "\n".join(
    f"H-{number} | Trần Văn Mẫu {number} | 01/04/2025 | 08/04/2025 17:00 | 07/04/2025 08:00" for number in range(40)
)
SEED = "3141592653"


def line(number: int, code: str, day: str = "01/04/2025", name: str = "") -> str:
    return f"{number} | {number // 20 + 1} | {code} | {name} | {day} | 07/04/2025 | Đã ký"


def commune(path, *lines: str, software: str = SOFTWARE, **more: str):
    return load.office(folder(path, software__csv=software, register__csv="\n".join([HEAD, *lines]), **more))


def answers(path, *lines: str, **more: str) -> list[str]:
    """What is said of each line, in the order of the book."""
    office = commune(path, *lines, **more)
    return [one.doubt or one.answer for one in register.lines(office, at_once.result(office)).values()]


@pytest.mark.parametrize(
    ("typed", "answer"),
    [
        (line(1, "H-7"), "in_software"),
        (line(1, "H-7", day="01/01/2025"), "in_software"),
        (line(1, "KHAC-123456"), "not_in_software"),
        (line(1, ""), "no_code"),
        (line(1, "KHAC-123456", day="31/03/2025"), "outside_period"),
        (line(1, "KHAC-123456", day="30/04/2025"), "not_in_software"),
        (line(1, "KHAC-123456", day="01/05/2025"), "outside_period"),
        (line(1, "KHAC-123456", day=""), "no_day"),
        (line(1, "H-7", name="Lê Thị Hoàn Toàn Khác"), "other_name"),
        (line(1, "H-7", name="Trần Văn Mẫu 7"), "in_software"),
    ],
)
def test_a_line_is_in_the_software_by_its_code_and_is_missing_only_where_that_is_sure(tmp_path, typed, answer):
    assert answers(tmp_path / "a", typed, line(2, "H-8")) == [answer, "in_software"]


def test_no_line_is_said_to_be_missing_while_an_export_was_not_read_whole(tmp_path):
    lost = SOFTWARE.replace("H-39 |", " |")
    assert answers(tmp_path / "a", line(1, "KHAC-123456"), software=lost) == ["software_unread"]
    other = SOFTWARE.replace("H-", "HS-")
    assert answers(tmp_path / "b", line(1, "KHAC-123456"), xuat__csv=other) == ["software_unread"]


def test_a_line_whose_code_may_be_another_mistyped_is_not_said_to_be_missing(tmp_path):
    codes = "000.00.99.H99-250401-0001", "000.00.99.H99-250401-0010"
    software = SOFTWARE.replace("H-5 |", f"{codes[0]} |")
    office = commune(tmp_path / "a", line(1, codes[1], name="Trần Văn Mẫu 5"), line(2, "H-8"), software=software)
    result = at_once.result(office)
    assert {one.dossier_id_register for one in result.proposals} == {codes[1]}
    assert [one.doubt for one in register.lines(office, result).values()] == ["like_another", None]


def test_lines_of_sheets_whose_names_differ_in_spaces_alone_are_never_taken_for_one(tmp_path):
    office = commune(tmp_path / "a", line(1, "H-7"), line(2, "H-8"))
    result, table = at_once.result(office), office.tables["register"]
    table.frame["sheet"], table.frame["row"], table.frame["page"], table.frame["line"] = ["So 1", "So  1"], 2, "1", "1"
    with pytest.raises(AuditError, match="dấu cách"):
        register.lines(office, result)


def test_what_the_tally_sheet_found_is_no_line_of_the_book(tmp_path):
    sheet = "Mã hồ sơ | Giấy tờ cần tìm | Kết quả tìm | Ngày ghi trên giấy tờ | Người ký nhận là\nH-9 | Sổ theo dõi | Tìm thấy | 07/04/2025 | Người nộp"
    office = commune(tmp_path / "a", line(1, "H-7"), papers__csv=sheet)
    listed = register.lines(office, at_once.result(office))
    assert [(one.file, one.page, one.line, one.row) for one in listed.values()] == [("register.csv", "1", "1", 2)]


def forty(missing: int = 0, untold: int = 0) -> list[str]:
    codes = [f"KHAC-{number}00000" if number < missing else f"H-{number}" for number in range(40)]
    return [line(at, code if at < 40 - untold else "") for at, code in enumerate(codes)]


def said_of(path, *lines: str, tolerable: str = "5%") -> register.RegisterSaid:
    office = commune(path, *lines)
    result = at_once.result(office)
    plan = plans.seeded(register.planned(office, result, tolerable=tolerable, risk="5%", expected=0), SEED)
    return register.said(plan, register.lines(office, result))


def test_the_lines_are_drawn_by_the_same_tickets_and_the_bound_is_exact(tmp_path):
    found = said_of(tmp_path / "a", *forty())
    assert (found.population, found.size, found.at_most, found.advice) == (
        40,
        sizes.size(40, Fraction(5, 100), Fraction(5, 100)),
        2,
        "stop",
    )
    codes = [f"register.csv | - | {at // 20 + 1} | {at} | {at + 2}" for at in range(40)]
    assert [one.code for one in found.drawn] == draw.in_order(codes, SEED)[: found.size]
    assert [one.place for one in found.drawn] == list(range(1, found.size + 1))


def test_a_line_of_which_it_cannot_be_told_counts_as_not_there_and_what_is_known_is_never_more_than_the_bound(tmp_path):
    found = said_of(tmp_path / "a", *forty(missing=2, untold=3))
    seen = found.not_in_software + found.cannot_be_told
    assert found.known == {"in_software": 35, "not_in_software": 2, "cannot_be_told": 3}
    assert found.cannot_be_told == sum(one.answer == "cannot_be_told" for one in found.drawn) > 0
    assert found.at_most == sizes.bound(40, found.size, seen, Fraction(5, 100))


def test_lines_known_not_to_be_there_beside_those_drawn_are_never_more_than_what_is_said_at_most(tmp_path):
    drawn = {one.line for one in said_of(tmp_path / "a", *forty(), tolerable="30%").drawn}
    others = [at for at in range(40) if str(at) not in drawn][:20]
    lines = [line(at, f"KHAC-{at}00000" if at in others else f"H-{at}") for at in range(40)]
    found = said_of(tmp_path / "b", *lines, tolerable="30%")
    assert (found.not_in_software, found.known["not_in_software"]) == (0, 20)
    assert found.at_most == 20 > sizes.bound(40, found.size, 0, Fraction(5, 100))


def test_the_plan_is_a_file_of_its_own_and_is_of_one_register(tmp_path):
    def run(*given: str) -> tuple[int, str]:
        done = CliRunner().invoke(app, ["sample", "plan", str(tmp_path / "a"), "--from", *given])
        return done.exit_code, done.output

    commune(tmp_path / "a", *forty())
    code, told = run("register", "--seed", SEED)
    assert (code, "trong 40 dòng sổ" in told) == (0, True)
    assert not (tmp_path / "a" / "sample.toml").exists()
    assert kept.read(tmp_path / "a", kept.REGISTER).drawn_from == "register"
    assert "rút bằng số gieo" in run("register", "--seed", "2718281828")[1]
    commune(tmp_path / "a", *forty(missing=1))
    assert "lập trên sổ khác" in run("register")[1]
    (tmp_path / "a" / "sample-register.toml").unlink()
    assert "không chia lớp" in run("register", "--strata", "field")[1]
    assert run("so")[0] == 1


def test_the_printed_list_shows_where_each_line_stands_and_nothing_of_the_software(tmp_path):
    office = commune(tmp_path / "a", *forty(missing=1))
    result = at_once.result(office)
    plan = plans.seeded(register.planned(office, result, tolerable="5%", risk="5%", expected=0), SEED)
    whole = sampled.whole_sample(None, office, result, plan)
    shown = report.lines_to_find(whole).html
    assert shown.count('class="tick"') == 3 * whole.register_said.size
    assert "H-" not in shown
    assert "không có" not in shown
    assert report.sentence(whole).startswith("Chưa lập mẫu hồ sơ đúng hạn")
    told = html.unescape(report.completeness(whole).html)
    assert "39 dòng có, 1 dòng không có, 0 dòng chưa xác định được" in told
    assert report.register_sentence(whole) in html.unescape(report.answer(whole).html)
    assert report.method(whole).html


def test_a_plan_of_one_kind_is_not_taken_for_the_other_and_an_empty_register_gives_none(tmp_path):
    office = commune(tmp_path / "a", *forty())
    plan = register.planned(office, at_once.result(office), tolerable="5%", risk="5%", expected=0)
    file = kept.write(plan, tmp_path / "a")
    file.rename(tmp_path / "a" / "sample.toml")
    with pytest.raises(AuditError, match="không đọc được"):
        kept.read(tmp_path / "a")
    bare = load.office(folder(tmp_path / "b", software__csv=SOFTWARE, register__csv=""))
    with pytest.raises(AuditError, match="Không có dòng sổ nào"):
        register.planned(bare, at_once.result(bare), tolerable="5%", risk="5%", expected=0)
