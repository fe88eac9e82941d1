"""`audit start`: who installed the toolkit alone finds the notebooks, a model and a sample, and writes over nothing."""

import re
import tomllib
from pathlib import Path

import nbformat
import pytest
from conftest import ROOT
from test_commands import said

from audit.running import laid_out


@pytest.fixture(scope="module")
def laid(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("bắt đầu") / "kiem-tra"
    laid_out.lay_out(folder)
    return folder


def test_each_notebook_finds_the_sample_that_its_first_cell_names(laid):
    for path in sorted((laid / "notebooks").glob("*.ipynb")):
        cells = [cell.source for cell in nbformat.read(path, as_version=4).cells if cell.cell_type == "code"]
        for place in re.findall(r'"(\.\./data/[^"]+)"', cells[0] if cells else ""):
            assert (path.parent / place).exists(), f"{path.name}: {place}"


def test_the_guide_and_the_start_page_lead_to_what_is_laid_out(laid):
    for name in ("docs/guide.vi.md", "docs/guide.en.md", "README.vi.md", "notebooks/start.ipynb"):
        links = re.findall(r"\]\((?!https?:|#)([^)\s#]+)", (laid / name).read_text(encoding="utf-8"))
        assert links
        assert not [link for link in links if not ((laid / name).parent / link).is_file()], name


def test_a_model_of_the_settings_and_a_sample_are_there(laid):
    assert "units" in tomllib.loads((laid / "data" / "office.toml").read_text(encoding="utf-8"))
    assert (laid / "data" / "binh-phuoc" / "2023-09" / "software.xlsx").is_file()
    assert not list(laid.rglob("*.py"))


def test_what_is_there_stays_as_it_is_and_is_counted(tmp_path):
    mine = tmp_path / "data" / "office.toml"
    mine.parent.mkdir()
    mine.write_text("của tôi", encoding="utf-8")
    code, shown, _ = said(["start", tmp_path])
    assert code == 0
    assert "(1 tệp đã có, giữ nguyên)" in shown
    assert f"audit run {tmp_path}/data/binh-phuoc/2023-09" in shown
    assert mine.read_text(encoding="utf-8") == "của tôi"


def test_where_jupyterlab_or_the_form_is_not_installed_the_extra_is_named(tmp_path, monkeypatch):
    monkeypatch.setattr("audit.commands.start.find_spec", lambda name: None)
    _, shown, _ = said(["start", tmp_path])
    assert "commune-audit[lab]" in shown
    assert "commune-audit[form]" in shown


def test_the_wheel_takes_along_all_that_is_laid_out():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    taken = project["tool"]["hatch"]["build"]["targets"]["wheel"]["force-include"]
    began = {source for source, target in taken.items() if target.startswith("audit/start/")}
    assert began == {*laid_out.FILES, *laid_out.FOLDERS} - {"notebooks"}
    assert {taken[source] for source in began} == {f"audit/start/{source}" for source in began}
