"""The project keeps its own promises: one list of dependencies, commands of the README, style."""

import re
import subprocess
import sys
import tomllib
from pathlib import Path

import nbformat
import pytest
import yaml
from conftest import ROOT

from audit.ground import terms
from audit.reading import office

sys.path.insert(0, str(ROOT / "scripts"))
import readme

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
NOTEBOOKS = {path.stem: nbformat.read(path, as_version=4) for path in sorted((ROOT / "notebooks").glob("*.ipynb"))}
FACTS = {
    "audit_commune": "288/293",
    "audit_drift": "3 quá hạn thành đúng hạn",
    "audit_rollup": "5 trong 36 ô",
    "audit_sample": "4 trong 4 hồ sơ",
    "audit_visits": "5 trong 7 xã",
    "begin": "0 tệp",
    "review": "26 hồ sơ",
}  # what the one stored output says


def test_conda_users_get_python_and_the_projects_own_list():
    environment = yaml.safe_load((ROOT / "environment.yml").read_text(encoding="utf-8"))
    python, pip, listed = environment["dependencies"]
    assert python.replace(" ", "") == f"python{PROJECT['project']['requires-python']}"
    assert pip == "pip"
    extras = PROJECT["project"]["optional-dependencies"]
    (of_all,) = extras["all"]
    brought = [line for extra in of_all.partition("[")[2].rstrip("]").split(",") for line in extras[extra]]
    named = [*PROJECT["project"]["dependencies"], *dict.fromkeys(brought), *PROJECT["dependency-groups"]["dev"]]
    assert listed["pip"] == ["--editable .", *named]


def test_ci_runs_the_readmes_own_test_command():
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    commands = re.findall(r"^python -m pip install uv && .*$", readme, re.MULTILINE)
    assert [command.rpartition("uv run ")[2] for command in commands] == [
        "audit run data/binh-phuoc/2023-09",
        "--group dev pytest",
    ]
    assert commands[1] in (ROOT / ".ci" / "run").read_text(encoding="utf-8").splitlines()


def test_the_readmes_commands_bring_every_extra_and_no_developers_tools():
    assert PROJECT["tool"]["uv"]["default-groups"] == ["office"]
    assert PROJECT["dependency-groups"]["office"] == ["commune-audit[all]"]


def test_the_model_of_the_settings_can_be_read():
    model = (ROOT / "data" / "office.toml").read_bytes()
    assert not office.read("office.toml", model).made_up


@pytest.mark.parametrize("name", FACTS)
def test_a_notebook_only_calls_and_shows(name):
    cells = NOTEBOOKS[name].cells
    for source in (cell.source for cell in cells if cell.cell_type == "code"):
        assert not re.search(r"^\s*(def|class|for|if) |read_|open\(", source, re.MULTILINE)
    for cell in (cell for cell in cells if cell.cell_type == "markdown"):
        assert cell.source.startswith("#")
        assert cell.source.endswith("?")
        assert not re.search(r"\d", cell.source)
        assert terms.heading(cell.source, "en") != cell.source


@pytest.mark.parametrize("name", FACTS)
def test_a_notebooks_one_output_is_the_printed_facts(name):
    cells = NOTEBOOKS[name].cells
    outputs = {cell.id: cell.outputs for cell in cells if cell.get("outputs")}
    tagged = [cell for cell in cells if "nbval-check-output" in cell.metadata.get("tags", [])]
    assert list(outputs) == [tagged[0].id]
    assert FACTS[name] in outputs[tagged[0].id][0].text
    assert tagged[0].execution_count


def test_every_notebook_is_shipped_and_held_to_these_rules():
    shipped = PROJECT["tool"]["hatch"]["build"]["targets"]["wheel"]["force-include"]
    assert set(NOTEBOOKS) == {"start", *FACTS} == {Path(name).stem for name in shipped if name.startswith("notebooks/")}


def test_the_start_page_says_of_every_notebook_what_it_is_for():
    start = "".join(cell.source for cell in NOTEBOOKS["start"].cells)
    assert set(re.findall(r"\]\((\w+)\.ipynb\)", start)) == set(FACTS)


@pytest.mark.parametrize("command", [["check"], ["format", "--check"]])
def test_the_code_is_in_the_agreed_style(command):
    answer = subprocess.run(
        [sys.executable, "-m", "ruff", *command, "."], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert answer.returncode == 0, answer.stdout


def test_the_command_line_answers_as_a_module_and_as_a_script():
    for command in (
        [sys.executable, "-m", "audit", "--help"],
        [str(Path(sys.executable).with_name("audit")), "--help"],
    ):
        assert "run" in subprocess.run(command, capture_output=True, text=True, check=True).stdout


def test_no_file_names_a_registry_or_a_path_of_a_machine():
    listed = subprocess.run(
        ["git", "ls-files", "-co", "--exclude-standard"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    for name in listed.stdout.splitlines():
        path = ROOT / name
        if path.suffix not in (".docx", ".xlsx", ".xls", ".png") and path.is_file() and name != "tests/test_project.py":
            assert not re.search(
                r"pypi\.org|files\.pythonhosted|/home/\w|/root/|/work/", path.read_text(encoding="utf-8")
            ), name


def test_what_a_package_index_shows_leads_into_the_repository_by_whole_addresses():
    repository = PROJECT["project"]["urls"]["Repository"]
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    shown = readme.absolute(text, repository)
    assert f"]({repository}/blob/main/docs/guide.vi.md)" in shown
    assert f"]({repository}/raw/main/docs/pictures/1-man-hinh-dau.png)" in shown
    assert not re.search(r"\]\((?!https?:|#)", shown)
    assert shown.count("\n") == text.count("\n")


def test_the_pages_picture_stands_on_the_readmes_first_screen():
    lines = (ROOT / "README.md").read_text(encoding="utf-8").splitlines()
    assert any("docs/pictures/1-man-hinh-dau.png" in line for line in lines[:20])


def test_the_address_that_is_not_known_yet_stands_in_one_place():
    listed = subprocess.run(["git", "ls-files", "-z", "-co", "--exclude-standard"], cwd=ROOT, capture_output=True, text=True, check=True)  # fmt: skip
    address = PROJECT["project"]["urls"]["Repository"].encode()
    paths = [ROOT / name for name in listed.stdout.split("\0") if name]
    assert [path.name for path in paths if path.is_file() and address in path.read_bytes()] == ["pyproject.toml"]


def test_who_cites_it_names_its_version_and_licence():
    cited = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
    assert (cited["version"], cited["license"]) == (PROJECT["project"]["version"], PROJECT["project"]["license"])


def test_the_forge_tries_every_python_that_is_named_on_every_system_that_is():
    (named,) = [
        [line.rpartition(" ")[2] for line in PROJECT["project"]["classifiers"] if re.search(r":: 3\.\d+$", line)]
    ]
    workflow = yaml.safe_load((ROOT / ".github" / "workflows" / "tests.yml").read_text(encoding="utf-8"))
    matrix = workflow["jobs"]["core"]["strategy"]["matrix"]
    assert matrix["python"] == named
    assert {name.partition("-")[0] for name in matrix["os"]} == {"ubuntu", "windows", "macos"}
    assert workflow["permissions"] == {"contents": "read"}


def test_the_core_that_is_tried_everywhere_is_files_that_are_there():
    listed = (ROOT / ".ci" / "core").read_text(encoding="utf-8").split()
    assert listed == sorted(listed)
    assert all((ROOT / name).is_file() for name in listed)
