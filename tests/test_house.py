"""The rooms of the house: who may ask whom, and that nothing runs back up or in a circle."""

import ast
import re
import subprocess
import sys
from functools import cache
from graphlib import TopologicalSorter
from pathlib import Path

import pytest
from conftest import ROOT

AUDIT = ROOT / "audit"
FLOORS = ("ground", "records extracting", "reading", "judging", "claims lake", "findings", "page notes", "running rollup sampling letters drift",
          "province forms evidence", "commands")  # fmt: skip
MAY = {  # room -> the rooms whose files its own may import
    "ground": "", "extracting": "ground", "records": "ground", "reading": "ground records", "judging": "ground records reading",
    "claims": "ground judging", "lake": "ground records reading judging", "findings": "ground records reading judging claims",
    "page": "ground records findings", "notes": "ground reading", "running": "ground reading findings page",
    "rollup": "ground reading claims findings page", "forms": "ground records extracting reading findings letters notes running sampling", "sampling": "ground reading findings page", "letters": "ground findings page", "drift": "ground records reading findings page", "province": "ground records reading findings page lake letters running",
    "evidence": "ground reading findings running",
    "commands": "ground records extracting reading lake findings page notes running sampling province letters evidence",
}  # fmt: skip
NARROW = {  # file -> the only files outside the ground that it may import
    "running/fork": set(), "reading/cells": {"reading/shapes"}, "records/order": set(), "findings/schema": set(), "page/shell": set(), "running/engine": set(),
}  # fmt: skip
TOUCH_FILES = {"evidence/given", "evidence/kept", "sampling/kept", "sampling/readings_kept", "letters/kept", "ground/key", "ground/whole", "ground/scratch", "ground/forbidden", "ground/lock", "ground/shipped", "ground/terms", "running", "reading", "rollup", "lake", "notes",
               "province", "page/shell"}  # fmt: skip
HEAVY = {"pandas", "polars", "pydantic", "nbformat", "papermill", "jinja2"}


def rooms() -> list[str]:
    return sorted(path.name for path in AUDIT.iterdir() if path.is_dir() and any(path.glob("*.py")))


@cache
def imports() -> dict[str, set[str]]:
    """The files of ours that each file imports, both as room/name."""
    return {name: _imported(tree) for name, tree in _trees().items()}


@cache
def _trees() -> dict[str, ast.Module]:
    paths = (path for path in AUDIT.rglob("*.py") if path.name != "__init__.py" and path.parent != AUDIT)
    return {
        path.relative_to(AUDIT).with_suffix("").as_posix(): ast.parse(path.read_text(encoding="utf-8"))
        for path in paths
    }


def _imported(tree: ast.Module) -> set[str]:
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("audit."):
            _, room, *file = node.module.split(".")
            found |= {f"{room}/{name}" for name in file or [alias.name for alias in node.names]}
    return found


def test_each_room_is_on_a_floor_and_may_ask_lower_ones_alone():
    floor_by_room = {room: floor for floor, names in enumerate(FLOORS) for room in names.split()}
    assert set(floor_by_room) == set(MAY) == set(rooms())
    for room, others in MAY.items():
        assert all(floor_by_room[other] < floor_by_room[room] for other in others.split()), room


def test_each_room_asks_those_that_it_may_and_no_permission_is_unused():
    asked = {room: set() for room in MAY}
    for name, others in imports().items():
        room = name.split("/")[0]
        asked[room] |= {other.split("/")[0] for other in others} - {room}
    assert asked == {room: set(others.split()) for room, others in MAY.items()}


def test_no_file_imports_in_a_circle():
    assert set(TopologicalSorter(imports()).static_order()) >= set(imports())


@pytest.mark.parametrize("name", NARROW)
def test_files_that_must_stay_light_or_alone_ask_only_what_they_name(name):
    assert {other for other in imports()[name] if not other.startswith("ground/")} == NARROW[name]


def test_the_face_of_a_room_is_a_docstring_and_nothing_else():
    for room in rooms():
        tree = ast.parse((AUDIT / room / "__init__.py").read_text(encoding="utf-8"))
        assert len(tree.body) == 1, room
        assert ast.get_docstring(tree), room


def test_only_the_edges_touch_files():
    touching = re.compile(
        r"\bopen\(|read_text|read_bytes|write_text|write_bytes|\.mkdir\(|\b(target|fresh|_old\(target\))\.rename\(|\bos\.rename\(|\.iterdir\("
    )
    for name in imports():
        path = (AUDIT / name).with_suffix(".py")
        assert {name, name.split("/")[0]} & TOUCH_FILES or not touching.search(path.read_text(encoding="utf-8")), name


def test_the_command_line_is_there_before_anything_heavy_is():
    code = f"import sys, audit.commands.main; print(*set({sorted(HEAVY)!r}) & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == []


def test_the_readme_shows_every_room():
    shown = re.findall(r"(?m)^audit/(\w+)/", Path(ROOT / "README.md").read_text(encoding="utf-8"))
    assert sorted(shown) == rooms()


def test_the_types_of_all_rooms_are_right():
    done = subprocess.run([sys.executable, "-m", "mypy"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout
