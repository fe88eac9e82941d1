"""The folder for machines without a network: its starters install from it alone, and say what is missing."""

import argparse
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import ROOT

sys.path.insert(0, str(ROOT / "scripts"))
import offline


@pytest.fixture
def carried(tmp_path, request) -> Path:
    asked = argparse.Namespace(extras=offline.EXTRAS, python=list(request.param[1]))
    offline._start(request.param[0], tmp_path, asked)
    return tmp_path


on_linux = pytest.mark.parametrize("carried", [("linux", offline.PYTHONS)], indirect=True)
on_windows = pytest.mark.parametrize("carried", [("windows", offline.PYTHONS)], indirect=True)
on_both = pytest.mark.parametrize("carried", [("linux", ("3.12",)), ("windows", ("3.12",))], indirect=True)


@on_both
def test_there_are_two_starters_to_click_and_a_word_on_them(carried):
    names = {path.stem for path in carried.iterdir() if path.suffix in (".sh", ".bat", ".desktop")}
    told = (carried / "DOC-TRUOC.txt").read_text(encoding="utf-8")
    assert names == {"1-JupyterLab-bieu-mau", "2-cua-so-lenh"}
    assert all(name in told for name in names)
    assert "từ 3.12 đến 3.12" in told


@on_both
def test_nothing_in_them_is_left_to_be_filled_in_and_nothing_is_fetched(carried):
    for path in (path for path in carried.rglob("*") if path.is_file()):
        text = path.read_text(encoding="utf-8")
        assert "@" not in text.replace("@echo off", ""), path.name
        assert "http" not in text, path.name
        assert "pip" not in text or ("--isolated" in text and "--no-index --find-links wheels" in text), path.name


@on_windows
def test_on_windows_they_have_its_line_ends_and_its_paths(carried):
    for path in carried.rglob("*.bat"):
        content = path.read_bytes()
        assert content.startswith(b"@echo off\r\n")
        assert content.count(b"\n") == content.count(b"\r\n")
        assert b"chcp 65001" in content or path.parent.name == "bo-tro"
    labels = (carried / "bo-tro" / "cai-dat.bat").read_text(encoding="utf-8")
    assert {
        word.split()[1] for word in labels.splitlines() if "goto" in word for word in [word[word.index("goto") :]]
    } == {line[1:] for line in labels.splitlines() if line.startswith(":")}


@on_linux
@pytest.mark.skipif(not shutil.which("sh"), reason="there is no shell")
def test_where_there_is_no_python_of_these_it_is_said(carried):
    done = subprocess.run(["/bin/sh", "bo-tro/cai-dat.sh"], cwd=carried, env={"PATH": str(carried)}, capture_output=True, check=False)  # fmt: skip
    assert done.returncode == 1
    assert "Chưa có Python từ 3.11 đến 3.14" in done.stdout.decode()
    assert not (carried / ".venv").exists()


@on_linux
@pytest.mark.skipif(not shutil.which("sh"), reason="there is no shell")
def test_where_wheels_are_missing_nothing_counts_as_installed(carried):
    (carried / "wheels").mkdir()
    version = "{}.{}".format(*sys.version_info[:2])
    (carried / f"python{version}").symlink_to(sys.executable)
    env = {"PATH": f"{carried}:/usr/bin:/bin"}
    done = subprocess.run(["/bin/sh", "bo-tro/cai-dat.sh"], cwd=carried, env=env, capture_output=True, check=False)
    assert done.returncode == 1
    assert "Cài đặt không xong" in done.stdout.decode()
    assert not list(carried.glob(".venv/da-cai-*"))


def test_every_platform_has_starters_and_every_python_is_one_that_the_project_names():
    assert {(ROOT / "scripts" / "offline" / name).is_dir() for _, _, name in offline.PLATFORMS.values()} == {True}
    text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    assert all(f"Programming Language :: Python :: {version}" in text for version in offline.PYTHONS)
