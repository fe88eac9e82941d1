"""The form from files to the page: each step opens when the one before is right, and nothing is taken for granted."""

from datetime import datetime
from pathlib import Path

import pytest
from folders import REGISTER
from test_new import UNIT, received

from audit.forms import begin

WITH_UNIT = f"{UNIT}\nH-1 | 01/04/2025 | 08/04/2025 | 10/04/2025 | UBND xã Thử"


@pytest.fixture
def files(tmp_path) -> Path:
    return received(tmp_path / "in", xuat__csv=WITH_UNIT, so_theo_doi__csv=REGISTER)


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
    assert "Chưa có tệp nào" in form.answer.value
    form.source.value = str(tmp_path / "nowhere")
    form.read.click()
    assert "nowhere" in form.answer.value
    assert form.asked.children == ()


def test_files_that_are_uploaded_never_name_a_path(tmp_path, files):
    form = begin.form()
    content = (files / "xuat.csv").read_bytes()
    form.upload.value = ({"name": "../../x/xuat.csv", "type": "", "size": len(content), "content": memoryview(content),
                          "last_modified": datetime(2025, 1, 1)},)  # fmt: skip
    form.read.click()
    filled(form, tmp_path / "xa" / "q").make.click()
    assert {path.name for path in (tmp_path / "xa" / "q").iterdir()} == {"software.csv", "office.toml"}


def test_what_is_not_answered_is_named_and_nothing_is_written(tmp_path, files):
    form = read(files)
    form.name.value = ""
    form.make.click()
    for what in ("Tên đơn vị", "Thư mục hồ sơ", "Tạm dừng thời hạn"):
        assert what in form.answer.value
    assert [path.name for path in tmp_path.iterdir()] == ["in"]


def test_the_audit_is_made_and_its_page_shown_and_a_wrong_step_takes_it_away(tmp_path, files):
    form = filled(read(files), tmp_path / "xa" / "q")
    form.make.click()
    assert "audit.html" in form.answer.value, form.answer.value
    assert "srcdoc=" in form.page.value
    assert (tmp_path / "ket-qua" / "xa" / "q" / "result.json").is_file()
    form.as_of.value = "32/04/2025"
    form.make.click()
    assert form.page.value == ""
    assert "32/04/2025" in form.answer.value


def test_a_folder_within_the_toolkit_is_refused(files):
    form = filled(read(files), begin.Path(begin.__file__).parents[2] / "data" / "xa" / "q")
    form.make.click()
    assert "nằm trong bộ công cụ" in form.answer.value


def test_nothing_from_a_file_becomes_markup(tmp_path):
    name = "<script>alert(1)</script>"
    hostile = WITH_UNIT.replace("UBND xã Thử", f"UBND xã Thử {name}")
    form = read(received(tmp_path / "in", **{"xuat__csv": hostile}))
    assert "<script" not in form.told.value
