"""From files as received to an audit's folder: recognised by what they hold, proposed, asked, and nothing else written."""

import tomllib
from datetime import date

import pytest
from conftest import XA_MAU
from folders import REGISTER, SOFTWARE, folder
from test_sample import audited
from typer.testing import CliRunner

from audit.commands.main import app
from audit.ground.terms import AuditError, UnitLevel
from audit.reading import begin, load, sheets
from audit.reading.begin import Answers
from audit.reading.received import Told, arranged, files_seen

UNIT = "Số hồ sơ | Ngày tiếp nhận | Ngày hẹn trả | Ngày kết thúc xử lý | Cơ quan/đơn vị"


ANSWERS = Answers("xã Thử", "", date(2025, 4, 1), date(2025, 4, 30), date(2025, 5, 5), ())


def received(path, **files: str):
    folder(path, office__toml="", **({"software__csv": "", "register__csv": ""} | files))
    (path.parent / "office.key").unlink()
    return path


def run(*given: str, typed: str = "") -> tuple[int, str]:
    done = CliRunner().invoke(app, ["new", *map(str, given)], input=typed)
    return done.exit_code, done.output


def answers(tmp_path, text: str = 'kept = ["stops"]'):
    file = tmp_path / "answers.toml"
    file.write_text(text, encoding="utf-8")
    return file


def test_files_of_any_name_go_in_under_their_records_names_and_the_audit_runs(tmp_path):
    files = received(tmp_path / "in", xuat__csv=SOFTWARE, so_theo_doi__csv=REGISTER)
    code, said = run(
        files, tmp_path / "xa" / "q", "--yes", answers(tmp_path, 'name = "xã Thử"\nkept = []\nas_of = 2025-05-05')
    )
    assert code == 0, said
    assert {path.name for path in (tmp_path / "xa" / "q").iterdir()} == {"office.toml", "software.csv", "register.csv"}
    (tmp_path / "xa" / "office.key").write_text("0" * 64, encoding="utf-8")
    found = audited(tmp_path / "xa" / "q")
    assert found.verdicts == {"late_only_in_software": 1, "on_time": 1}
    assert found.is_kept_said


def test_each_file_is_read_once_to_see_what_it_is_and_once_for_what_it_says(tmp_path, monkeypatch):
    files = received(tmp_path / "in", xuat__csv=SOFTWARE, so__csv=REGISTER)
    opened, read = [], sheets.read
    monkeypatch.setattr(sheets, "read", lambda name, *given, **more: opened.append(name) or read(name, *given, **more))
    told = answers(tmp_path, 'name = "xã Thử"\nkept = []\nas_of = 2025-05-05')
    assert run(files, tmp_path / "xa" / "q", "--yes", told)[0] == 0
    assert sorted(name for name in opened if name in ("xuat.csv", "so.csv")) == ["so.csv"] * 2 + ["xuat.csv"] * 2


def test_what_the_files_tell_is_proposed():
    found = begin.found(load.files(XA_MAU))
    assert (found.name, found.first_on, found.last_on) == ("xã Mẫu", date(2025, 7, 1), date(2025, 9, 30))
    assert {name: level for name, (_, level) in found.units.items()} == {
        "Trung tâm Phục vụ hành chính công xã Mẫu": UnitLevel.DESK,
        "UBND xã Mẫu": UnitLevel.COMMUNE, "Phòng Kinh tế xã Mẫu": UnitLevel.COMMUNE,
        "Phòng Văn hóa – Xã hội xã Mẫu": UnitLevel.COMMUNE,
        "Chi nhánh Văn phòng Đăng ký đất đai khu vực I": UnitLevel.UPPER_LEVEL, "Công an tỉnh Mẫu": UnitLevel.UPPER_LEVEL,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("days", "period"),
    [
        (["03/07/2025", "30/07/2025"], ("2025-07-01", "2025-07-31")),
        (["03/07/2025", "30/09/2025"], ("2025-07-01", "2025-09-30")),
        (["03/02/2025", "30/06/2025"], ("2025-01-01", "2025-06-30")),
        (["03/02/2025", "30/11/2025"], ("2025-01-01", "2025-12-31")),
        (["03/11/2024", "05/02/2025"], ("2024-11-01", "2025-02-28")),
    ],
)
def test_the_period_is_the_shortest_that_holds_the_receipts(tmp_path, days, period):
    rows = "\n".join(f"H-{n} | {day} | 31/12/2025 | " for n, day in enumerate(days))
    files = received(tmp_path / "in", a__csv=f"{UNIT.rpartition(' | ')[0]}\n{rows}")
    found = begin.found(load.files(files))
    assert (str(found.first_on), str(found.last_on)) == period


def test_the_terminal_asks_proposes_and_takes_nothing_kept_for_granted(tmp_path):
    files = received(tmp_path / "in", xuat__csv=f"{UNIT}\nH-1 | 01/04/2025 | 08/04/2025 | 10/04/2025 | UBND xã Thử")
    typed = "\n".join(["", "tỉnh Thử", "", "", "05/05/2025", "7", "", "có", "", "k", "không", "n", "y"]) + "\n"
    code, said = run(files, tmp_path / "xa" / "q", typed=typed)
    assert code == 0, said
    made = tomllib.loads((tmp_path / "xa" / "q" / "office.toml").read_text(encoding="utf-8"))
    assert made["office"] == {"name": "xã Thử", "province": "tỉnh Thử"}
    assert made["period"] == {"first_on": date(2025, 4, 1), "last_on": date(2025, 4, 30)}
    assert made["units"]["commune"] == ["UBND xã Thử"]
    assert made["records"]["kept"] == ["control_slips", "apologies"]  # an empty answer was asked again


UNKNOWN = "Mã | Ngày tiếp nhận | Trả vào | Ngày kết thúc xử lý | Trạng thái\nH-1 | 01/04/2025 | 08/04/2025 | 10/04/2025 | Xong rồi"


def test_the_terminal_asks_what_a_file_is_what_stands_under_its_headings_and_what_a_word_means(tmp_path):
    files = received(tmp_path / "in", la__csv=UNKNOWN, so__csv=REGISTER)
    typed = "\n".join(["1", "1", "2", "9", "xã Thử", "", "", "", "05/05/2025", *["k"] * 5]) + "\n"
    code, said = run(files, tmp_path / "xa" / "q", typed=typed)
    assert code == 0, said
    assert "2  Trả vào (08/04/2025)" in said
    assert "“Xong rồi” ở cột trạng thái (1 ô)" in said
    office = load.office(tmp_path / "xa" / "q", is_audit=False)
    assert office.software[["dossier_id", "status"]].to_numpy().tolist() == [["H-1", "processed"]]


def test_a_file_of_answers_tells_what_files_headings_and_words_are(tmp_path):
    files = received(tmp_path / "in", la__csv=UNKNOWN, so__csv=REGISTER)
    told = """
name = "xã Thử"
kept = []
as_of = 2025-05-05
[files]
"la.csv" = "software"
[headings."la.csv"]
dossier_id = "Mã"
due_at = "Trả vào"
[words.status]
"Xong rồi" = "processed"
"""
    code, said = run(files, tmp_path / "xa" / "q", "--yes", answers(tmp_path, told))
    assert code == 0, said
    assert load.office(tmp_path / "xa" / "q", is_audit=False).software["status"].tolist() == ["processed"]
    code, said = run(files, tmp_path / "y" / "q", "--yes", answers(tmp_path, told.replace('"Trả vào"', '"Trả lúc"')))
    assert (code, (tmp_path / "y").exists()) == (1, False)
    assert "ngày hẹn trả" in said


def test_what_cannot_be_known_is_asked_for_by_name_and_nothing_is_written(tmp_path):
    files = received(tmp_path / "in", xuat__csv=SOFTWARE)
    code, said = run(files, tmp_path / "xa" / "q", "--yes", answers(tmp_path, "as_of = 2025-05-01"))
    assert code == 1
    assert "thiếu name, kept" in said
    assert not (tmp_path / "xa").exists()
    assert run(files, files, "--yes", answers(tmp_path))[0] == 1  # it is there and not empty
    with pytest.raises(AuditError, match=r"software\.xlsx"):
        begin.found(load.files(received(tmp_path / "none", so__csv=REGISTER)))


def test_a_file_that_nobody_knows_or_can_open_goes_along_so_that_it_still_keeps_anybody_from_being_late(tmp_path):
    late = REGISTER.replace("08/04/2025  | Đã ký\n2", "10/04/2025  | Đã ký\n2")
    files = received(tmp_path / "in", xuat__csv=SOFTWARE, so__csv=late, headings__csv="record | column | heading\n")
    (files / "cut.xlsx").write_bytes(b"no workbook")
    code, said = run(
        files, tmp_path / "xa" / "q", "--yes", answers(tmp_path, 'name = "x"\nkept = []\nas_of = 2025-05-05')
    )
    assert code == 0, said
    assert {"cut.xlsx", "headings.csv"} <= {path.name for path in (tmp_path / "xa" / "q").iterdir()}
    (tmp_path / "xa" / "office.key").write_text("0" * 64, encoding="utf-8")
    assert "late" not in audited(tmp_path / "xa" / "q").verdicts


def test_a_day_of_the_audit_that_the_files_do_not_reach_is_asked_for(tmp_path):
    rows = "H-1 | 01/07/2025 | 08/07/2025 | 08/07/2025\nH-2 | 01/09/2025 | 20/09/2025 | "
    found = begin.found(load.files(received(tmp_path / "in", a__csv=f"{UNIT.rpartition(' | ')[0]}\n{rows}")))
    assert (found.last_on, found.as_of) == (date(2025, 9, 30), None)


def test_a_heading_told_of_one_file_changes_nothing_in_another_of_its_record(tmp_path):
    head = "Số hồ sơ | Ngày tiếp nhận | Ngày hẹn trả | Ngày kết thúc xử lý"
    strange = head.replace("Ngày hẹn trả", "Ngày trả")
    first = f"{strange}\nH-1 | 01/04/2025 | 08/04/2025 | 10/04/2025"
    second = f"{head} | Ngày trả\nH-2 | 01/04/2025 | 08/04/2025 | 10/04/2025 | 20/04/2025"
    files = load.files(received(tmp_path / "in", software_1__csv=first, software_2__csv=second))
    told = Told(headings={("software_1.csv", "due_at"): "Ngày trả"})
    assert [one.lacking for one in files_seen(files, Told())] == [("due_at",), ()]
    begin.make(tmp_path / "xa" / "q", arranged(files, told), begin.found(arranged(files, told)), ANSWERS)
    software = load.office(tmp_path / "xa" / "q", is_audit=False).software
    assert dict(zip(software["dossier_id"], software["due_at"].dt.day, strict=True)) == {"H-1": 8, "H-2": 8}


def test_two_files_of_a_record_are_told_each_its_own_heading(tmp_path):
    head = "Số hồ sơ | Ngày tiếp nhận | {} | Ngày kết thúc xử lý\n{} | 01/04/2025 | 08/04/2025 | 10/04/2025"
    files = load.files(received(tmp_path / "in", software_1__csv=head.format("Hạn A", "H-1"),
                                software_2__csv=head.format("Hạn B", "H-2")))  # fmt: skip
    told = Told(headings={("software_1.csv", "due_at"): "Hạn A", ("software_2.csv", "due_at"): "Hạn B"})
    assert [one.lacking for one in files_seen(files, told)] == [(), ()]
    assert begin.found(arranged(files, told)).rows == {"software": 2}


def test_a_heading_of_a_file_that_is_not_there_is_refused(tmp_path):
    lines = "record | column | heading | file\nsoftware | due_at | Hạn | nowhere.csv"
    with pytest.raises(AuditError, match=r"nowhere\.csv"):
        load.office(folder(tmp_path / "a", headings__csv=lines))


@pytest.mark.parametrize(
    ("entries", "told"),
    [
        ('files = "x"\nkept = []', "answers.toml"), ("kept = 5", "answers.toml"), ('kept = []\n[units]\nnowhere = ["a"]', "answers.toml"),
        ('kept = []\n[files]\n"nowhere.csv" = "register"', "nowhere.csv"), ('kept = []\n[files]\n"so.csv" = "out"', "so.csv"),
        ("kept = []\nfirst_on = 2025-05-01\nlast_on = 2025-04-01", "01/05/2025"),
    ],
)  # fmt: skip
def test_answers_that_cannot_be_are_said_and_nothing_is_written(tmp_path, entries, told):
    files = received(tmp_path / "in", xuat__csv=SOFTWARE, so__csv=REGISTER)
    said = answers(tmp_path, f'name = "xã Thử"\nas_of = 2025-05-05\n{entries}')
    code, shown = run(files, tmp_path / "xa" / "q", "--yes", said)
    assert (code, (tmp_path / "xa").exists()) == (1, False)
    assert told in shown
