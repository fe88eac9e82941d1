"""The documents say what the program does: its options, records and rules, and where to read on."""

import json
import re
import unicodedata
from pathlib import Path

import documents
import pytest
import typer
from conftest import ROOT
from typer.testing import CliRunner

from audit.commands.main import app
from audit.ground import terms
from audit.reading.lines import reference_lines

TEXTS = [
    path.relative_to(ROOT).as_posix()
    for path in (*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md"), ROOT / "data" / "README.md", ROOT / "benchmarks" / "README.md",
                 ROOT / "notebooks" / "start.ipynb")
]  # fmt: skip
GUIDES, NATION = ("docs/guide.vi.md", "docs/guide.en.md"), ("docs/nation.md",)
STANDS_IN = {  # command -> where its options are explained: for one commune in both guides, for many in one place
    "run": GUIDES, "check": GUIDES, "rollup": GUIDES, "claims": GUIDES, "days": GUIDES, "schema": GUIDES, "notes add": GUIDES,
    "start": GUIDES, "form": GUIDES, "new": GUIDES, "papers": GUIDES, "letters": GUIDES, "verify": GUIDES, "sign": GUIDES, "bundle": GUIDES, "form-06a": GUIDES, "check-days": GUIDES, "drift": GUIDES, "sample plan": GUIDES, "sample report": GUIDES, "batch": NATION, "lake": NATION,
}  # fmt: skip
EVERYWHERE = {"--help", "--lang"}  # of each command; said once
OPTION = re.compile(r"(?<![\w-])--?[a-z][a-z-]*")


def text(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def commands() -> dict[str, set[str]]:
    """The options of each command that does something, as its help shows them."""

    def found(command, path):
        if inner := getattr(command, "commands", None):
            return {name: options for part, one in inner.items() for name, options in found(one, [*path, part]).items()}
        return {" ".join(path): options_of(path)}

    return found(typer.main.get_command(app), [])


def options_of(path: list[str]) -> set[str]:
    shown = CliRunner().invoke(app, [*path, "--help"], prog_name="audit").stdout
    first = [re.split(r"\s{2,}", line.strip())[0] for line in shown.splitlines() if re.match(r" {2}-", line)]
    return {option for cell in first for option in OPTION.findall(cell)}


def explained(name: str, command: str) -> set[str]:
    """The options in the first column of the table below the heading of a command."""
    below = text(name).partition(f"\n### `audit {command}`\n")[2]
    rows = re.findall(r"(?m)^\| (`-.*?) \| ", re.split(r"(?m)^#", below)[0])
    return {option for cell in rows for option in OPTION.findall(cell)}


def anchors(path: Path) -> set[str]:
    """The names by which a link may lead to a heading: small letters and hyphens, other signs left out."""
    headings = re.findall(r"(?m)^#+ (.+)$", re.sub(r"(?ms)^```.*?^```", "", path.read_text(encoding="utf-8")))
    return {
        re.sub(r"[^\w\- ]", "", unicodedata.normalize("NFC", heading).lower()).replace(" ", "-") for heading in headings
    }


def test_every_command_has_a_place_where_its_options_are_explained():
    assert set(STANDS_IN) == set(commands())


@pytest.mark.parametrize("command", STANDS_IN)
def test_the_options_that_a_document_explains_are_those_of_the_help(command):
    options = options_of(command.split())
    for name in STANDS_IN[command]:
        assert f"\n### `audit {command}`\n" in text(name), name
        assert explained(name, command) == options - EVERYWHERE, name
        assert options >= EVERYWHERE


@pytest.mark.parametrize("name", GUIDES)
def test_what_holds_for_every_command_is_said_once_in_each_guide(name):
    everywhere = EVERYWHERE | options_of([])
    assert "--version" in everywhere
    assert not [option for option in everywhere if not re.search(rf"`(audit )?{option}\b", text(name))]


@pytest.mark.parametrize("name", TEXTS)
def test_every_link_leads_to_a_file_that_is_there_and_to_a_heading_in_it(name):
    here = ROOT / name
    linked = [link.partition("#") for link in re.findall(r"\]\((?!https?:)([^)\s]+)\)", text(name))]
    for path, _, anchor in linked:
        file = here.parent / path if path else here
        assert file.is_file(), path
        assert not anchor or anchor in anchors(file), f"{path}#{anchor}"


def test_each_guide_leads_to_the_other_and_each_readme_to_its_guide():
    for name, target in (("docs/guide.vi.md", "guide.en.md"), ("docs/guide.en.md", "guide.vi.md"),
                         ("README.md", "docs/guide.en.md"), ("README.md", "docs/guide.vi.md"),
                         ("README.vi.md", "docs/guide.vi.md")):  # fmt: skip
        assert f"]({target})" in text(name), name


@pytest.mark.parametrize("name", [name for name in TEXTS if name != "CHANGELOG.md"])  # which tells of files that were
def test_every_file_of_ours_that_a_text_names_is_there(name):
    named = re.findall(r"`((?:audit|tests|notebooks|benchmarks|docs|data)/[\w/.-]+\.\w+)`", text(name))
    assert not [path for path in named if not (ROOT / path).is_file()]


@pytest.mark.parametrize("name", documents.WRITTEN)
def test_records_and_rules_are_written_down_as_the_program_has_them(name):
    is_same = text(f"docs/{name}") == documents.WRITTEN[name]()
    assert is_same, f"docs/{name} is old. Write it again: {documents.COMMAND}"


def test_what_the_vietnamese_guide_calls_by_name_is_called_so_by_the_program():
    said = [words["vi"].lstrip("# ") for words in terms.keys().values()]
    said += [line["heading"] for line in reference_lines("headings.csv")]
    notebook = json.loads(text("notebooks/audit_commune.ipynb"))
    said += ["".join(cell["source"]).lstrip("# ") for cell in notebook["cells"] if cell["cell_type"] == "markdown"]
    below = text("docs/guide.vi.md").partition("\n## ")[2]
    named = [" ".join(name.split()) for name in re.findall(r"(?<![*\w])\*([^*|`]+)\*(?![*\w])", below)]
    assert len(named) >= 5
    assert not [name for name in named if name not in said]


def test_the_readme_is_read_in_one_sitting():
    assert len(text("README.md").splitlines()) <= 150
