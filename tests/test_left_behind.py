"""Nothing is left behind: a run killed at any moment leaves no name outside its outputs once the next has run."""

import errno
import os
import random
import signal
import stat
import subprocess
import sys
import time
from concurrent.futures import Future
from contextlib import nullcontext
from pathlib import Path

import pytest
from folders import REGISTER, SOFTWARE, folder, with_column
from typer.testing import CliRunner

from audit.commands.main import app
from audit.ground import forbidden, scratch, whole
from audit.ground.terms import AuditError
from audit.province import batch
from audit.running import execute, outputs
from audit.running.execute import Workers

NAME = "Nguyễn Thị Bí Mật"
NAMED = {
    "software__csv": with_column(SOFTWARE, "Chủ hồ sơ", NAME, NAME),
    "register__csv": with_column(REGISTER, "Người nộp", NAME, NAME),
}
IS_LINUX = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="a process is killed as Linux does it")
HOLD = (
    "import time; from pathlib import Path; from audit.ground import scratch\n"
    "with scratch.folder() as own:\n"
    "    (own / 'register.csv').write_text('{name}', encoding='utf-8')\n"
    "    scratch.beside(Path({beside!r}) / 'x.docx', own).write_text('{name}', encoding='utf-8')\n"
    "    print(own, flush=True); time.sleep(60)"
)


@pytest.fixture
def temporary(tmp_path, monkeypatch) -> Path:
    """The system's temporary folder, of this test alone."""
    place = tmp_path / "temporary"
    place.mkdir()
    monkeypatch.setenv("TMPDIR", str(place))
    monkeypatch.setattr("tempfile.tempdir", None)
    return place


def holding(beside: Path) -> tuple[subprocess.Popen, Path]:
    """A run that holds names in its working folder and beside an output, until it is killed."""
    process = subprocess.Popen(
        [sys.executable, "-c", HOLD.format(name=NAME, beside=str(beside))], stdout=subprocess.PIPE, text=True
    )
    return process, Path(process.stdout.readline().strip())


def holders(*places: Path) -> list[Path]:
    """The files that hold the name."""
    files = (path for place in places for path in place.rglob("*") if path.is_file() and not path.is_symlink())
    return sorted(path for path in files if NAME.encode() in path.read_bytes())


# Working folders ------------------------------------------------------------------------------------------------------


@IS_LINUX
def test_the_next_run_sweeps_what_a_killed_one_left_and_never_what_a_living_one_needs(temporary, tmp_path):
    (tmp_path / "out").mkdir()
    killed, left = holding(tmp_path / "out")
    living, needed = holding(tmp_path / "out")
    killed.kill()
    killed.wait()
    assert len(holders(temporary, tmp_path / "out")) == 4
    assert stat.S_IMODE(left.parent.stat().st_mode) == stat.S_IMODE(left.stat().st_mode) == 0o700
    whole.write(tmp_path / "out" / "y.docx", b"")
    held = holders(temporary, tmp_path / "out")
    assert [path.parent for path in held] == [tmp_path / "out", needed]
    assert held[0].name.endswith(f"{needed.name}.new")
    living.kill()
    living.wait()
    whole.write(tmp_path / "out" / "y.docx", b"")
    assert holders(temporary, tmp_path / "out") == []
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["y.docx"]


def test_what_another_machine_may_be_making_on_a_shared_disk_stays_for_a_day(temporary, tmp_path):
    theirs = tmp_path / ".audit-ffffff-7-0badcafe.new"
    theirs.write_text("của máy khác")
    scratch.sweep(tmp_path)
    assert theirs.exists()
    os.utime(theirs, (0, 0))
    scratch.sweep(tmp_path)
    assert not theirs.exists()


@pytest.mark.skipif(not hasattr(os, "getuid"), reason="Windows gives each user a temporary folder")
def test_a_working_folder_that_others_may_open_or_that_leads_elsewhere_is_refused(temporary, tmp_path):
    place = temporary / f"commune-audit-{os.getuid()}"
    place.symlink_to(tmp_path)
    with pytest.raises(AuditError, match="TMPDIR"), scratch.folder():
        pass
    place.unlink()
    place.mkdir()
    place.chmod(0o755)
    with pytest.raises(AuditError, match="TMPDIR"), scratch.folder():
        pass


def test_two_runs_at_once_may_write_one_file_and_fill_one_folder(temporary, tmp_path):
    target, file = tmp_path / "2025-04", tmp_path / "index.html"
    code = (
        "import sys; from pathlib import Path; from audit.ground import whole\n"
        f"for n in range(60):\n    whole.fill(Path({str(target)!r}), {{'a': b'x', 'b': b'x'}})\n"
        f"    whole.write(Path({str(file)!r}), b'x' * 1000)"
    )
    runs = [subprocess.Popen([sys.executable, "-c", code], stderr=subprocess.PIPE, text=True) for _ in range(2)]
    assert [run.communicate()[1] for run in runs] == ["", ""]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["2025-04", "index.html", "temporary"]


# Killed ---------------------------------------------------------------------------------------------------------------


@IS_LINUX
def test_a_command_killed_at_any_moment_leaves_no_name_outside_its_outputs_once_the_next_has_run(temporary, tmp_path):
    audit, out = folder(tmp_path / "in" / "xa-thu" / "2025-04", **NAMED), tmp_path / "out"
    for name in ("software", "register"):
        (tmp_path / "in" / f"{name}.csv").write_bytes((audit / f"{name}.csv").read_bytes())
    lake = [tmp_path / "in" / "software.csv", tmp_path / "in" / "register.csv"]
    days = ["--as-of", "2025-05-05", "--first-on", "2025-04-01", "--last-on", "2025-04-30"]
    commands = [
        ["run", audit, "-o", out, "--edition", "internal"], ["batch", audit, "-o", tmp_path / "outs", "--workers", "1"],
        ["lake", *lake, *days, "-o", tmp_path / "lake"], ["letters", audit, "all", "-o", tmp_path / "letters"],
        ["bundle", audit, "-o", tmp_path / "goi.zip"],
    ]  # fmt: skip
    chance = random.Random(30)
    for command in commands:
        process = subprocess.Popen(
            [sys.executable, "-m", "audit", *map(str, command)], start_new_session=True, cwd=temporary,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        time.sleep(chance.uniform(0.8, 2.5))
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
    private = temporary / f"commune-audit-{os.getuid()}"
    assert [path for path in holders(temporary) if private not in path.parents] == []
    until = time.monotonic() + 20  # a warm process ends by itself when its caller has gone
    while time.monotonic() < until:
        for place in (out, *out.parent.glob("out*"), *out.glob("*"), tmp_path / "letters"):
            scratch.sweep(place)
        with scratch.folder():
            left = [path.name for path in private.iterdir() if path.name != ".all.lock"]
        if len(left) == 1:
            break
        time.sleep(0.2)
    assert holders(temporary) == []
    assert [path for path in tmp_path.rglob(".audit-*.new") if path.parent != tmp_path] == []


# What cannot be written -----------------------------------------------------------------------------------------------


def test_an_output_that_is_open_elsewhere_fails_its_commune_alone_and_says_which_and_what_to_do(
    temporary, tmp_path, monkeypatch
):
    made = execute.Outcome(dict.fromkeys(outputs.AUDIT.files, b"{}"))
    for name in ("xa-a", "xa-b"):
        assert outputs.put(f"{name}/2025-04", tmp_path / name / "2025-04", made, "vi").error is None
    held = tmp_path / "xa-a" / "2025-04" / "cases.xlsx"
    opened = Path.open

    def opened_by_excel(path, *how, **more):
        if path == held and "r+b" in how:
            raise PermissionError(errno.EACCES, "", str(path))
        return opened(path, *how, **more)

    monkeypatch.setattr(Path, "open", opened_by_excel)
    rename = Path.rename

    def locked(path, goal):
        if path == held.parent:
            raise PermissionError(errno.EACCES, "", str(path))
        return rename(path, goal)

    monkeypatch.setattr(Path, "rename", locked)
    failed = outputs.put("xa-a/2025-04", held.parent, made, "vi")
    assert "Không ghi được tệp xa-a/2025-04/cases.xlsx" in failed.error.messages["vi"]
    assert "đóng tệp đang mở" in failed.error.messages["vi"]
    assert "cases.xlsx" in failed.page.read_text(encoding="utf-8")
    assert held.read_bytes() == b"{}"
    assert outputs.put("xa-b/2025-04", tmp_path / "xa-b" / "2025-04", made, "vi").error is None
    assert sorted(path.name for path in (tmp_path / "xa-a").iterdir()) == ["2025-04", "2025-04.failed.html"]


def done_here(job: execute.Job) -> Future:
    done: Future = Future()
    done.set_result(execute.outcome(job))
    return done


def test_a_name_that_is_a_file_fails_its_commune_alone_in_a_batch(temporary, tmp_path):
    folders = [folder(tmp_path / "in" / name / "2025-04", **NAMED) for name in ("xa-a", "xa-b")]
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "xa-a").write_text("của người khác")
    (tmp_path / "out" / "communes.xlsx").mkdir()
    given = {"as_of": "", "lang": "vi", "edition": "shareable"}
    done = batch.audits(folders, tmp_path / "out", given, nullcontext(Workers(done_here, 1)))
    told = {audit.name: audit.error and audit.error.messages["vi"] for audit in done}
    assert "out/xa-a: tên này đang là của thứ khác" in told["xa-a/2025-04"]
    assert told["xa-b/2025-04"] is None
    assert "out/communes.xlsx: tên này đang là của thứ khác" in told["communes.xlsx"]
    assert (tmp_path / "out" / "xa-b" / "2025-04" / "audit.html").is_file()
    assert "tên này đang là của thứ khác" in (tmp_path / "out" / "index.html").read_text(encoding="utf-8")
    assert (tmp_path / "out" / "xa-a").read_text() == "của người khác"


def test_a_full_disk_is_called_a_full_disk_with_the_file_and_the_old_one_stays(temporary, tmp_path, monkeypatch):
    file = tmp_path / "xa-a" / "GIAI-TRINH.docx"
    whole.write(file, b"before")

    def full(_):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(AuditError) as told:
        whole.write(file, b"after")
    assert told.value.messages["vi"].startswith("Ổ đĩa đã đầy, chưa ghi được ")
    assert "xa-a/GIAI-TRINH.docx" in told.value.messages["vi"]
    assert file.read_bytes() == b"before"
    assert [path.name for path in file.parent.iterdir()] == ["GIAI-TRINH.docx"]


@pytest.mark.parametrize(("name", "says"), [
    ("OSError", "[Errno 28] No space left on device: '/tmp/commune-audit-7/7-0/in/register.csv'"),
    ("OSError", "[Errno 28] No space left on device"),
])  # fmt: skip
def test_a_disk_that_fills_up_while_a_notebook_runs_is_no_fault_of_the_program(name, says):
    def full(*_):
        raise execute.StoppedError(name, says)

    messages = execute.outcome(execute.Job("xa-a/2025-04", {}), full).messages
    assert messages["vi"].startswith("Ổ đĩa đã đầy")
    assert "/tmp/" not in messages["vi"]


def test_a_file_on_the_way_to_another_is_named_as_what_stands_there(tmp_path):
    (tmp_path / "xa-a").write_text("")
    told = forbidden.refused(OSError(errno.ENOTDIR, ""), tmp_path / "xa-a" / "2025-04" / "audit.html")
    assert f"{tmp_path.name}/xa-a: " in told.messages["vi"]


# Editions, and rights -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("there", ["manifest.json", "result.json"])
def test_two_editions_never_share_a_folder(temporary, tmp_path, there):
    other, out = folder(tmp_path / "in" / "xa-b" / "2025-04"), tmp_path / "out"
    whole.fill(out / "xa-a" / "2025-04", {there: b'{"edition": "shareable"}'})
    before = sorted(out.rglob("*"))
    for command in ("run", "batch"):
        answer = CliRunner().invoke(app, [command, str(other), "-o", str(out), "--edition", "internal"])
        assert answer.exit_code == 2
        assert "đang có xa-a/2025-04 ở bản “shareable”, còn lần chạy này là bản “internal”" in answer.stderr
    assert sorted(out.rglob("*")) == before


@pytest.mark.skipif(os.name == "nt", reason="Windows has other rights")
def test_outputs_have_the_rights_that_their_folder_gives_and_files_for_one_alone_are_for_one_alone(temporary, tmp_path):
    before = os.umask(0o002)
    try:
        whole.fill(tmp_path / "2025-04", {"audit.html": b""})
        whole.write(tmp_path / "index.html", b"")
        whole.write(tmp_path / "GIAI-TRINH.docx", b"", is_private=True)
    finally:
        os.umask(before)
    modes = {
        path.name: stat.S_IMODE(path.stat().st_mode)
        for path in sorted(tmp_path.rglob("*.*"))
        if temporary not in path.parents
    }
    assert stat.S_IMODE((tmp_path / "2025-04").stat().st_mode) == 0o775
    assert modes == {"GIAI-TRINH.docx": 0o600, "audit.html": 0o664, "index.html": 0o664}
    (tmp_path / "2025-04").chmod(0o770)
    whole.fill(tmp_path / "2025-04", {"audit.html": b""})
    assert stat.S_IMODE((tmp_path / "2025-04").stat().st_mode) == 0o770
