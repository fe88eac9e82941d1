"""Windows and macOS by construction: no fork, no names that these cannot have, and consoles of any code page."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import ROOT
from folders import folder
from test_commands import said

from audit.ground import forbidden
from audit.ground.terms import AuditError
from audit.letters import made
from audit.province import batch

NOT_THERE = """
import os, signal, sys
for name in ("fork", "forkpty", "killpg", "O_NOFOLLOW"):
    delattr(os, name)
for name in ("alarm", "SIGALRM"):
    delattr(signal, name)
"""
ONLY_ON_SOME = re.compile(
    r"os\.(fork|killpg|getuid|geteuid|setsid|getpgid|mkfifo|wait\w*)\b|\bsignal\.(SIGKILL|alarm|SIGALRM|SIGHUP)\b|"
    r"^\s*(import|from) (fcntl|pwd|grp|resource|pty|termios|msvcrt|winreg)\b|[\"'](/tmp|/dev|/proc|/etc|/usr)/",
    re.MULTILINE,
)


@pytest.fixture
def work(tmp_path) -> Path:
    for commune in ("an-phu", "bình hòa"):
        folder(tmp_path / commune / "2025-04")
    return tmp_path


def audit(work: Path, *words: str, **env: str) -> subprocess.CompletedProcess:
    return subprocess.run([sys.executable, "-m", "audit", *words], cwd=work, env=os.environ | env, capture_output=True, timeout=200,
                          check=False)  # fmt: skip


def made_by(out: Path) -> dict[str, bytes]:
    return {path.relative_to(out).as_posix(): path.read_bytes() for path in out.rglob("*") if path.is_file()}


def test_only_the_room_that_runs_audits_asks_for_what_one_system_alone_has():
    found = {}
    for path in sorted((ROOT / "audit").rglob("*.py")):
        name = path.relative_to(ROOT / "audit").as_posix()
        if not name.startswith("running/") and (uses := ONLY_ON_SOME.findall(path.read_text(encoding="utf-8"))):
            found[name] = len(uses)
    assert found == {"ground/lock.py": 3, "ground/scratch.py": 2}


def test_where_nothing_forks_the_same_bytes_come_out(work):
    (work / "start").mkdir()
    (work / "start" / "sitecustomize.py").write_text(NOT_THERE, encoding="utf-8")
    for out, env in (("here", {}), ("there", {"PYTHONPATH": str(work / "start")})):
        done = audit(work, "batch", "bình hòa/2025-04", "--out", out, **env)
        assert done.returncode == 0, done.stderr.decode()
    assert made_by(work / "here") == made_by(work / "there")
    assert "bình hòa/2025-04/audit.html" in made_by(work / "here")


@pytest.mark.parametrize("code_page", ["cp1252", "cp1258"])
def test_a_console_of_any_code_page_is_told_in_whole_words(code_page, work):
    env = {"PYTHONIOENCODING": code_page, "PYTHONUTF8": "0", "PYTHONWARNDEFAULTENCODING": "1"}
    shown = audit(work, "run", "bình hòa/2025-04", "--out", "out", **env)
    assert shown.returncode == 0, shown.stderr
    assert "dòng hồ sơ" in shown.stderr.decode("utf-8")
    assert "bình hòa" in shown.stdout.decode("utf-8")
    assert not re.search(r"audit[\\/][\w\\/]+\.py.*EncodingWarning", shown.stderr.decode("utf-8"))
    wrong = audit(work, "runn", **env)
    assert wrong.returncode == 2
    assert "Không có lệnh “runn”" in wrong.stderr.decode("utf-8")
    assert "Cách dùng: " in audit(work, "--help", **env).stdout.decode("utf-8")


def test_two_communes_whose_names_differ_only_in_case_or_in_how_a_mark_is_stored_would_be_one_on_some_disks(tmp_path):
    for one, other in (("An-Phu", "an-phu"), ("xã Mẫu", "xã Mẫu")):
        folder(tmp_path / "a" / one / "2025-04")
        folder(tmp_path / "b" / other / "2025-04")
        code, _, beside = said(["batch", tmp_path / "a" / one / "2025-04", tmp_path / "b" / other / "2025-04"])
        assert code == 2
        assert "Hai thư mục sẽ ghi vào cùng một chỗ" in beside


@pytest.mark.parametrize("name", ["an:phu", "an?phu", "con", "NUL.txt", "an-phu.", "an-phu ", "", ".."])
def test_a_name_that_some_system_cannot_have_is_no_place_for_an_audit_from_shared_storage(name, tmp_path):
    assert forbidden.holds_no_file(name)
    with pytest.raises(AuditError):
        batch.sources([f"memory://{name}/2025-04"], tmp_path)
    assert not forbidden.holds_no_file("xã Cồn Tàu 2")


def test_letters_on_codes_that_differ_only_in_case_or_hold_a_colon_are_files_that_every_system_can_have():
    names: set[str] = set()
    written = [made._name(code, names) for code in ("H:1", "h:1", "H/1", "h-1.", "con", "ĐK:7")]
    assert len({name.casefold() for name in written}) == len(written)
    assert not [name for name in written if forbidden.holds_no_file(name)]


def test_an_audit_of_codes_that_differ_only_in_case_or_hold_a_colon_is_whole(tmp_path):
    lines = ["Số hồ sơ | Ngày tiếp nhận | Ngày hẹn trả | Ngày kết thúc xử lý"]
    lines += [f"{code} | 01/04/2025 | 08/04/2025 17:00 | 10/04/2025 08:00" for code in ("H:1", "H-1", "K-2")]
    spoilt = folder(tmp_path / "An-Phu" / "2025-04", software__csv="\n".join(lines))
    (spoilt / "evidence" / "h-1").mkdir(parents=True)
    (spoilt / "evidence" / "h-1" / "1.png").write_bytes(b"")
    done = audit(tmp_path, "run", "An-Phu/2025-04", "--out", "out", "--edition", "internal")
    assert done.returncode == 0, done.stderr.decode()
    assert not [path for path in (tmp_path / "out").rglob("*") if forbidden.holds_no_file(path.name)]
    result = (tmp_path / "out" / "An-Phu" / "2025-04" / "result.json").read_text(encoding="utf-8")
    for code in ("H:1", "H-1", "K-2"):
        assert f'"dossier_id":"{code}"' in result
