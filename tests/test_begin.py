"""The form from files to the page: each step opens when the one before is right, and nothing is taken for granted."""

import base64
import io
import json
import re
import tomllib
import zipfile
from datetime import datetime
from pathlib import Path

import pytest
from conftest import ROOT
from folders import OFFICE, REGISTER
from test_new import UNIT, received
from test_sample import audited

from audit.forms import begin
from audit.reading import load
from audit.running import apart
from audit.running.outputs import Audit

WITH_UNIT = f"{UNIT}\nH-1 | 01/04/2025 | 08/04/2025 | 10/04/2025 | UBND xã Thử"


@pytest.fixture
def files(tmp_path) -> Path:
    return received(tmp_path / "in", xuat__csv=WITH_UNIT, so_theo_doi__csv=REGISTER)


class NotMade:
    """In place of the process that makes an audit: pages that were there before."""

    is_stopped = False

    def __init__(self, folder: Path, wanted: list):
        self.pages = [out / "audit.html" for out, _ in wanted]

    def done(self, told) -> list[Audit]:
        told(0, 1, 2, 0.5)
        for page in self.pages:
            page.parent.mkdir(parents=True, exist_ok=True)
            for name in ("audit.html", "cases.xlsx", "result.json"):
                page.with_name(name).write_text("made before", encoding="utf-8")
        return [Audit("xa/q", page) for page in self.pages]


@pytest.fixture
def folder_alone(monkeypatch):
    """The audit's folder is written, and no audit made of it: that takes seconds."""
    monkeypatch.setattr(apart, "start", NotMade)


def read(files: Path) -> begin.Form:
    form = begin.form()
    form.source.value = str(files)
    form.read.click()
    return form


def filled(form: begin.Form, place: Path) -> begin.Form:
    form.place.value, form.as_of.value = str(place), "05/05/2025"
    for widget in form.kept.values():
        widget.value = False
    return form


def made(form: begin.Form) -> begin.Form:
    form.make.click()
    form.making.wait()
    return form


def said(form: begin.Form) -> dict[int, str]:
    return {number: step.said for number, step in form.steps.items() if step.said}


def uploaded(name: str, content: bytes) -> dict:
    return {"name": name, "type": "", "size": len(content), "content": memoryview(content),
            "last_modified": datetime(2025, 1, 1)}  # fmt: skip


def opened(form: begin.Form) -> list[int]:
    return [number for number, step in form.steps.items() if step.box.children]


def test_it_says_what_each_file_is_and_proposes_what_the_files_tell(files):
    form = read(files)
    assert "xuat.csv" in form.told.value
    assert "Sổ giấy" in form.told.value
    assert (form.name.value, form.first_on.value, form.last_on.value) == ("xã Thử", "01/04/2025", "30/04/2025")
    assert {name: widget.value for name, widget in form.units.items()} == {"UBND xã Thử": "commune"}
    assert {widget.value for widget in form.kept.values()} == {None}
    assert begin.facts(form) == "Đã đọc 2 tệp."


def test_the_steps_behind_stay_closed_until_files_are_read(tmp_path):
    form = begin.form()
    form.read.click()
    assert "Chưa có tệp nào" in said(form)[begin.FILES]
    form.source.value = str(tmp_path / "nowhere")
    form.read.click()
    assert "nowhere" in said(form)[begin.FILES]
    assert opened(form) == [begin.FILES]


def test_files_that_are_uploaded_never_name_a_path(tmp_path, files, folder_alone):
    form = begin.form()
    form.upload.value = (uploaded("../../x/xuat.csv", (files / "xuat.csv").read_bytes()),)
    form.read.click()
    made(filled(form, tmp_path / "xa" / "q"))
    assert {path.name for path in (tmp_path / "xa" / "q").iterdir()} == {"software.csv", "office.toml"}


def test_what_is_not_answered_is_named_in_its_step_and_nothing_is_written(tmp_path, files):
    form = read(files)
    form.name.value = ""
    form.make.click()
    assert "Tên đơn vị" in said(form)[begin.OFFICE]
    form.name.value, form.place.value = "xã Thử", str(tmp_path / "xa" / "q")
    form.as_of.value = "05/05/2025"
    form.make.click()
    assert "Tạm dừng thời hạn" in said(form)[begin.KEPT]
    assert [path.name for path in tmp_path.iterdir()] == ["in"]


def test_a_file_of_which_nobody_knows_what_it_is_is_told_and_its_headings_are_chosen(tmp_path, folder_alone):
    other = WITH_UNIT.replace("Ngày hẹn trả", "Trả vào").replace("Số hồ sơ", "Mã")
    form = read(received(tmp_path / "in", a__csv=other, so__csv=REGISTER))
    assert opened(form) == [begin.FILES, begin.WHAT]
    form.records["a.csv"].value = "software"
    form.read_again.click()
    assert {column for _, column in form.columns} == {"dossier_id", "due_at", "status"}
    assert "a.csv" in said(form)[begin.COLUMNS]
    assert "Trả vào (08/04/2025)" in str(form.columns["a.csv", "due_at"].options)
    form.columns["a.csv", "dossier_id"].value = "Mã"
    form.columns["a.csv", "due_at"].value = "Trả vào"
    form.read_again.click()
    assert said(form) == {}
    made(filled(form, tmp_path / "xa" / "q"))
    (tmp_path / "xa" / "office.key").write_text("0" * 64, encoding="utf-8")
    assert audited(tmp_path / "xa" / "q").verdicts == {"late_only_in_software": 1, "only_in_register": 1}


def test_what_was_said_of_a_files_columns_goes_with_the_record_that_it_was_taken_for(tmp_path, folder_alone):
    form = read(received(tmp_path / "in", a__csv=WITH_UNIT.replace("Ngày hẹn trả", "Trả vào"), so__csv=REGISTER))
    form.records["a.csv"].value = "software"
    form.read_again.click()
    form.columns["a.csv", "due_at"].value = "Trả vào"
    form.records["a.csv"].value = "stops"
    assert form.columns == {}
    form.records["a.csv"].value = "software"
    form.read_again.click()
    assert form.columns["a.csv", "due_at"].value == ""


def test_a_choice_made_after_the_files_were_read_is_read_before_the_audit_is_made(tmp_path, folder_alone):
    other = f"{UNIT} | Trạng thái\nH-1 | 01/04/2025 | 08/04/2025 | | UBND xã Thử | Chờ xem"
    form = filled(read(received(tmp_path / "in", a__csv=other, so__csv=REGISTER)), tmp_path / "xa" / "q")
    form.words["status", "Chờ xem"].value = "stopped"
    made(form)
    assert load.office(tmp_path / "xa" / "q", is_audit=False).software["status"].tolist() == ["stopped"]


def test_a_word_that_nobody_listed_is_told_by_its_meaning(tmp_path, folder_alone):
    other = f"{UNIT} | Trạng thái\nH-1 | 01/04/2025 | 08/04/2025 | | UBND xã Thử | Chờ xem"
    form = read(received(tmp_path / "in", a__csv=other, so__csv=REGISTER))
    word = form.words["status", "Chờ xem"]
    assert ("dừng xử lý", "stopped") in word.options
    word.value = "stopped"
    form.read_again.click()
    made(filled(form, tmp_path / "xa" / "q"))
    assert "status,Chờ xem,stopped" in (tmp_path / "xa" / "q" / "words.csv").read_text(encoding="utf-8-sig")


def test_a_file_that_is_told_to_be_none_stays_out(tmp_path, files, folder_alone):
    (files / "ghi_chu.csv").write_text("Việc,Ai\nHọp,Ví\n", encoding="utf-8")
    form = read(files)
    form.records["ghi_chu.csv"].value = "out"
    form.read_again.click()
    made(filled(form, tmp_path / "xa" / "q"))
    assert {path.name for path in (tmp_path / "xa" / "q").iterdir()} == {"software.csv", "register.csv", "office.toml"}
    assert "ghi_chu.csv" in (tmp_path / "xa" / "q" / "office.toml").read_text(encoding="utf-8")
    assert "out" not in dict(form.records["xuat.csv"].options).values()  # a record cannot stay out


def test_figures_of_the_report_are_kept_as_confirmed_only_where_they_are_ticked(tmp_path, files, folder_alone):
    form = read(files)
    form.report.value = (uploaded("bc.txt", "Tổng số hồ sơ đã tiếp nhận: 293 hồ sơ. Quá hạn: 5 hồ sơ.".encode()),)
    form.read_report.click()
    ticked = next(widget for widget in form.figures.values() if widget.description.startswith("293"))
    ticked.value, form.number.value = True, "1/BC-UBND"
    made(filled(form, tmp_path / "xa" / "q"))
    kept = load.office(tmp_path / "xa" / "q", is_audit=False).claims
    assert kept.set_index("written")["is_confirmed"].to_dict() == {"293": True, "5": False}
    assert tomllib.loads((tmp_path / "xa" / "q" / "office.toml").read_text("utf-8"))["report"] == {
        "number": "1/BC-UBND"
    }


def letters_are_made_of_it_until_its_files_are_others(form: begin.Form, tmp_path: Path) -> None:
    """From the button "Tạo thư, biểu mẫu" of a form whose audit was just made: an audit takes seconds, so once for all."""
    drafting = form.making.drafting
    drafting.make.click()
    assert "Chưa chọn loại văn bản nào" in drafting.answer.value
    for kind in ("yeu-cau", "form-06a"):
        drafting.kinds[kind].value = True
    drafting.make.click()
    drafting.wait()
    assert "Đã lập 3 tệp dự thảo" in drafting.answer.value
    links = re.findall(r'download="([^"]+)" href="data:([^;]+);base64,([^"]+)"', drafting.answer.value)
    names = ["xa-q-letters.zip", "xa-q-yeu-cau.docx", "xa-q-form-06a.xlsx", "xa-q-form-06a.docx"]
    assert [name for name, *_ in links] == names
    packed = zipfile.ZipFile(io.BytesIO(base64.b64decode(links[0][2])))
    assert packed.namelist() == ["yeu-cau.docx", "form-06a.xlsx", "form-06a.docx"]
    there = tmp_path / "ket-qua" / "letters" / "xa" / "q"
    assert (there / "yeu-cau.docx").read_bytes() == packed.read("yeu-cau.docx") == base64.b64decode(links[1][2])
    register = tmp_path / "xa" / "q" / "register.csv"
    before = register.read_bytes()
    register.write_bytes(before + b"\r\n")
    drafting.make.click()
    drafting.wait()
    assert "tệp trong thư mục đã khác lúc lập trang" in drafting.answer.value
    assert "<a " not in drafting.answer.value
    register.write_bytes(before)


def test_both_editions_are_made_and_a_wrong_step_takes_the_page_away(tmp_path, files):
    form = made(filled(read(files), tmp_path / "xa" / "q"))
    told = form.making.answer.value
    for what in ("xã Thử, 01/04/2025 – 30/04/2025, bản nội bộ", "office.key", "Để chia sẻ", "Giữ trong cơ quan"):
        assert what in told
    assert told.count("<a ") == 6
    assert "srcdoc=" in form.making.page.value
    for edition in ("internal", "shareable"):
        result = (tmp_path / "ket-qua" / edition / "xa" / "q" / "result.json").read_text(encoding="utf-8")
        assert json.loads(result)["edition"] == edition
    letters_are_made_of_it_until_its_files_are_others(form, tmp_path)
    form.as_of.value = "32/04/2025"
    form.make.click()
    assert form.making.page.value == form.making.answer.value == ""
    assert form.making.drafting.whole.children == ()
    assert "32/04/2025" in said(form)[begin.OFFICE]


def test_made_again_it_keeps_what_others_have_put_into_the_folder(tmp_path, files, folder_alone):
    form = made(filled(read(files), tmp_path / "xa" / "q"))
    (tmp_path / "xa" / "q" / "notes.jsonl").write_text("", encoding="utf-8")
    form.records["so_theo_doi.csv"].value = "postal"
    form.records["so_theo_doi.csv"].value = ""
    form.number.value = "2/BC"
    made(form)
    names = {path.name for path in (tmp_path / "xa" / "q").iterdir()}
    assert names == {"software.csv", "register.csv", "office.toml", "notes.jsonl"}
    assert "2/BC" in (tmp_path / "xa" / "q" / "office.toml").read_text(encoding="utf-8")


def test_what_somebody_has_changed_in_the_folder_meanwhile_is_never_written_over(tmp_path, files, folder_alone):
    form = made(filled(read(files), tmp_path / "xa" / "q"))
    office = tmp_path / "xa" / "q" / "office.toml"
    changed = office.read_text(encoding="utf-8") + "# thêm"
    office.write_text(changed, encoding="utf-8")
    made(form)
    assert "office.toml" in said(form)[begin.OFFICE]
    assert office.read_text(encoding="utf-8") == changed


def test_files_of_another_office_are_asked_of_anew(tmp_path, files, folder_alone):
    form = filled(read(files), tmp_path / "xa" / "q")
    form.report.value = (uploaded("bc.txt", "Tổng số hồ sơ đã tiếp nhận: 293 hồ sơ.".encode()),)
    form.read_report.click()
    made(form)
    other = WITH_UNIT.replace("xã Thử", "xã Khác").replace("/04/", "/07/")
    form.source.value = str(received(tmp_path / "khac", xuat__csv=other))
    form.read.click()
    assert (form.name.value, form.first_on.value, form.place.value) == ("xã Khác", "01/07/2025", "")
    assert {widget.value for widget in form.kept.values()} == {None}
    made(filled(form, tmp_path / "khac-xa" / "q"))
    assert {path.name for path in (tmp_path / "khac-xa" / "q").iterdir()} == {"software.csv", "office.toml"}


def test_figures_that_were_received_are_not_lost_to_a_report_that_is_read(tmp_path, files):
    (files / "claims.csv").write_text("claim,measure,written,unit\nA,settled,999,dossiers\n", encoding="utf-8")
    form = read(files)
    form.report.value = (uploaded("bc.txt", "Tổng số hồ sơ đã tiếp nhận: 293 hồ sơ.".encode()),)
    form.read_report.click()
    assert "đã có trong tệp nhận được" in said(form)[begin.REPORT]
    assert form.figures == {}


@pytest.mark.parametrize("place", ["/etc/passwd/x/q", "~nobody-of-that-name/x/q", f"/tmp/{'a' * 300}/q"])
def test_a_place_that_cannot_be_is_said_in_its_step(files, place, folder_alone):
    form = filled(read(files), Path("/nowhere"))
    form.place.value = place
    form.make.click()
    form.making.wait()
    assert said(form)
    assert form.making.answer.value == ""


def test_a_file_that_no_audit_reads_and_two_ways_at_once_are_refused(files):
    form = begin.form()
    form.upload.value = (uploaded("office.key", b"0"), uploaded("xuat.csv", (files / "xuat.csv").read_bytes()))
    form.read.click()
    assert "office.key" in said(form)[begin.FILES]
    form.upload.value = (uploaded("xuat.csv", (files / "xuat.csv").read_bytes()),)
    form.source.value = str(files)
    form.read.click()
    assert "chỉ dùng một" in said(form)[begin.FILES]
    assert opened(form) == [begin.FILES]


def test_an_audit_that_is_there_already_is_made_again_without_a_question(tmp_path, files, folder_alone):
    made(filled(read(files), tmp_path / "xa" / "q"))
    form = read(tmp_path / "xa" / "q")
    assert opened(form) == [begin.FILES, begin.MAKE]
    assert "srcdoc=" in made(form).making.page.value


def test_what_cannot_be_audited_is_said_and_no_page_is_shown(tmp_path, files):
    (files / "office.toml").write_text(OFFICE, encoding="utf-8")
    (files / "xuat.csv").write_text("", encoding="utf-8")
    form = made(read(files))
    assert "software.xlsx" in form.making.answer.value
    assert form.making.page.value == ""


def test_stopped_it_shows_nothing_and_leaves_nothing_half_made(tmp_path, files):
    form = filled(read(files), tmp_path / "xa" / "q")
    form.make.click()
    form.making.cancel.click()
    form.making.wait()
    assert "Đã dừng" in form.making.answer.value
    assert form.making.page.value == ""
    assert not [path for path in (tmp_path / "ket-qua").rglob("*") if path.is_file()]


def test_a_folder_within_the_toolkit_is_refused(files):
    form = made(filled(read(files), ROOT / "data" / "xa" / "q"))
    assert "nằm trong bộ công cụ" in said(form)[begin.OFFICE]


def test_nothing_from_a_file_becomes_markup(tmp_path):
    name = "<script>alert(1)</script>"
    hostile = WITH_UNIT.replace("UBND xã Thử", f"UBND xã Thử {name}")
    form = read(received(tmp_path / "in", **{"xuat__csv": hostile}))
    assert "<script" not in form.told.value
