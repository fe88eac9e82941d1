"""What is installed by an extra alone: the core does without it, and its lack is said in a sentence that names the extra."""

import ast
import json
import os
import re
import subprocess
import sys
import tomllib
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest
from conftest import ROOT, SAMPLE
from folders import folder

from audit.ground.version import DECIDING, DECIDING_LAKES

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
EXTRAS = PROJECT["optional-dependencies"]
DAYS = ("--as-of", "2025-05-05", "--first-on", "2025-04-01", "--last-on", "2025-04-30")
LAKE = ("lake", "software.csv", "register.csv", *DAYS, "--keeps", "control_slips")
SENTENCES = [  # a library that is not there, what is asked for, the extra that the sentence names
    ("docx", ("claims", "report.docx"), "documents"),
    ("pypdfium2", ("claims", "report.pdf"), "documents"),
    ("docx", ("form-06a", "an-phu/2025-04", "-o", "form.docx"), "documents"),
    ("docxtpl", ("letters", "an-phu/2025-04", "yeu-cau"), "documents"),
    ("PIL", ("run", "pictures/2025-04"), "documents"),
    ("cryptography", ("sign", "--new-key", "thanh-tra.key"), "sign"),
    ("voila", ("form",), "form"),
    ("ipywidgets", ("form",), "form"),
    ("duckdb", LAKE, "lake"),
    ("dask", (*LAKE, "--engine", "dask"), "dask"),
    ("pyspark", (*LAKE, "--engine", "spark"), "spark"),
    ("distributed", ("batch", "an-phu/2025-04", "--scheduler", "tcp://127.0.0.1:1"), "cluster"),
]
OPTIONAL = sorted(
    {library for library, _, _ in SENTENCES} | {"adbc_driver_postgresql", "fsspec", "jupyterlab", "pyarrow"}
)
WITHOUT = """
import sys

class Missing:
    names = set(%r)

    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in self.names:
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)

sys.meta_path.insert(0, Missing)
Missing.find_spec = Missing().find_spec
"""
ASK = """
import json, sys
from typer.testing import CliRunner

def of(name, others):
    return any(name == one or name.startswith(f"{one}.") for one in others)

sys.argv = ["audit"]
answers = []
for library, words in json.loads(sys.stdin.read()):
    sys.meta_path[0].names = {library}
    for name in [name for name in sys.modules if of(name, ("audit", library))]:
        del sys.modules[name]
    from audit.commands.main import app
    answer = CliRunner().invoke(app, words, prog_name="audit")
    answers.append([answer.exit_code, answer.stderr])
print(json.dumps(answers))
"""


def python(arguments: list[str], work: Path, without: list[str], given: str = "") -> subprocess.CompletedProcess:
    """A Python, and all that it starts, for which some libraries are not there."""
    (work / "start").mkdir(exist_ok=True)
    (work / "start" / "sitecustomize.py").write_text(WITHOUT % (without,), encoding="utf-8")
    env = os.environ | {"PYTHONPATH": str(work / "start"), "PYTHONUTF8": "1"}
    return subprocess.run([sys.executable, *arguments], cwd=work, env=env, input=given, capture_output=True, text=True,
                          encoding="utf-8", timeout=250, check=False)  # fmt: skip


@pytest.fixture(scope="module")
def work(tmp_path_factory) -> Path:
    """A place with an audit, one with a photograph, reports, and the two files of a lake."""
    work = tmp_path_factory.mktemp("work")
    folder(work / "an-phu" / "2025-04")
    pictured = folder(work / "pictures" / "2025-04")
    (pictured / "evidence" / "H-1").mkdir(parents=True)
    (pictured / "evidence" / "H-1" / "1.jpg").write_bytes(b"\xff\xd8\xff")
    for name in ("software.csv", "register.csv"):
        lines = (work / "an-phu" / "2025-04" / name).read_text(encoding="utf-8").splitlines()
        commune = ["commune", *["xã An Phú"] * (len(lines) - 1)]
        both = [f"{one},{line}\n" for one, line in zip(commune, lines, strict=True)]
        (work / name).write_text("".join(both), encoding="utf-8")
    for name in ("report.docx", "report.pdf"):
        (work / name).write_bytes(b"no such thing")
    return work


@pytest.fixture(scope="module")
def answers(work) -> list[tuple[int, str]]:
    """The exit code of each line of SENTENCES, and what it said."""
    asked = json.dumps([[library, words] for library, words, _ in SENTENCES])
    done = python(["-c", ASK], work, [], asked)
    assert done.returncode == 0, done.stderr
    return [tuple(one) for one in json.loads(done.stdout)]


@pytest.mark.parametrize("at", range(len(SENTENCES)), ids=lambda at: f"{SENTENCES[at][0]} {SENTENCES[at][1][0]}")
def test_what_is_not_installed_is_said_in_a_sentence_that_names_the_extra(at, answers):
    library, _, extra = SENTENCES[at]
    code, beside = answers[at]
    assert code in (1, 2), beside
    assert f"(thiếu {library}" in beside
    assert f'pip install "commune-audit[{extra}]"' in beside
    assert "Traceback" not in beside


def test_the_core_audits_verifies_and_adds_up_without_any_of_them(work):
    said = python(["-m", "audit", "run", str(SAMPLE), "--out", "out"], work, OPTIONAL)
    assert said.returncode == 0, said.stderr
    assert said.stdout.startswith("Xong: ")  # no library says who it is
    page = (work / "out" / "binh-phuoc" / "2023-09" / "audit.html").read_text(encoding="utf-8")
    assert "288/293" in page
    said = python(["-m", "audit", "batch", "an-phu/2025-04", "--out", "out-batch"], work, OPTIONAL)
    assert said.returncode == 0, said.stderr
    said = python(["-m", "audit", "verify", "out/binh-phuoc/2023-09"], work, OPTIONAL)
    assert said.returncode == 0, said.stdout + said.stderr


def test_every_import_of_what_an_extra_brings_says_which():
    brought = {extra: brings(extra) for extra in EXTRAS if extra != "all"}
    base = {name_of(line) for line in PROJECT["dependencies"]}
    optional = set().union(*brought.values()) - base
    distributions = packages_distributions() | {"pyspark": ["pyspark"]}
    said_by_caller = ("lake/", "running/cluster")  # the one import of these rooms' engines stands in `needs`
    for path in sorted((ROOT / "audit").rglob("*.py")):
        name = path.relative_to(ROOT / "audit").with_suffix("").as_posix()
        for module, extra in imports(path):
            of = {one.lower() for one in distributions.get(module, [])} & optional
            if of and not (extra is None and name.startswith(said_by_caller)):
                assert extra is not None, f"{name}: {module}"
                assert of <= brought[extra], f"{name}: {module} in {extra}"


def test_all_gives_every_extra_but_those_of_clusters_and_databases():
    (all_of,) = EXTRAS["all"]
    given = set(re.fullmatch(r"commune-audit\[(.*)\]", all_of)[1].split(","))
    assert set(EXTRAS) - given == {"all", "cluster", "dask", "postgres", "spark"}


def test_every_library_of_the_core_is_named_by_an_answer_or_said_to_decide_none():
    only_run_or_show = {"ipykernel", "ipython", "jinja2", "jupyter-client", "markupsafe", "nbclient", "nbformat", "rich", "traitlets", "typer",
                        "xlsxwriter"}  # fmt: skip
    assert {name_of(line) for line in PROJECT["dependencies"]} == set(DECIDING) | only_run_or_show
    assert set(DECIDING_LAKES) == brings("lake")


def name_of(line: str) -> str:
    return re.split(r"[\[<>=;]", line)[0]


def brings(extra: str) -> set[str]:
    """The distributions that an extra brings, those of extras that it names too."""
    found = set()
    for line in EXTRAS[extra]:
        named = re.fullmatch(r"commune-audit\[(.*)\]", line)
        found |= set().union(*(brings(one) for one in named[1].split(","))) if named else {name_of(line)}
    return found


def imports(path: Path) -> list[tuple[str, str | None]]:
    """Each module of others that a file imports when it runs, with the extra of the `needs` around it."""
    found = []

    def look(node: ast.AST, extra: str | None) -> None:
        if isinstance(node, ast.With):
            calls = [one.context_expr for one in node.items if isinstance(one.context_expr, ast.Call)]
            named = [call.args[0].value for call in calls if getattr(call.func, "id", "") == "needs"
                     and isinstance(call.args[0], ast.Constant)]  # fmt: skip
            extra = named[0] if named else extra
        if isinstance(node, ast.If) and getattr(node.test, "id", "") == "TYPE_CHECKING":
            return
        if isinstance(node, ast.Import):
            found.extend((alias.name.partition(".")[0], extra) for alias in node.names)
        if isinstance(node, ast.ImportFrom) and node.module:
            found.append((node.module.partition(".")[0], extra))
        for child in ast.iter_child_nodes(node):
            look(child, extra)

    look(ast.parse(path.read_text(encoding="utf-8")), None)
    return found
