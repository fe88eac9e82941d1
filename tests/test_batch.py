"""Many communes: each page whole or the last one, only what has changed done again, and the same bytes however it went."""

import contextlib
import json
import os
import random
import re
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import docx
import openpyxl
import pytest
from conftest import ROOT, SAMPLE
from folders import OFFICE, SOFTWARE, folder
from typer.testing import CliRunner
from workers import answering

from audit.commands.main import app
from audit.ground import key, scratch
from audit.ground.terms import AuditError
from audit.province import batch
from audit.reading import load
from audit.running import execute, fork, made_from, outputs
from audit.running import toolkit as toolkits
from audit.running.execute import Outcome

PARAMETERS = {"as_of": "", "lang": "vi", "edition": "shareable"}
QUICK = "fork" if fork.IS_TO_BE_HAD else "kernel"
FILES = {"audit.html", "audit.ipynb", "cases.xlsx", "manifest.json", "result.json"}
INDEX = {"index.html", "province.json", "communes.xlsx"}


def communes(root: Path, names=("an-phu", "binh-an", "chau-loc")) -> list[Path]:
    """Folders of made-up communes, each with dossiers of its own."""
    made = []
    for number, name in enumerate(names, start=1):
        office = OFFICE.replace("xã Thử", f"xã {name.title()}")
        made.append(
            folder(root / name / "2025-04", office__toml=office, software__csv=SOFTWARE.replace("H-", f"H-{number}"))
        )
    return made


def tree(out: Path) -> dict[str, bytes]:
    """Every file below a folder, hidden ones too."""
    return {path.relative_to(out).as_posix(): path.read_bytes() for path in sorted(out.rglob("*")) if path.is_file()}


def audits(folders, out: Path, workers=None, **parameters: str) -> dict[str, outputs.Audit]:
    """A batch whose audits are done in this process unless there are other `workers`."""
    found = batch.audits(folders, out, PARAMETERS | parameters, workers or answering(), title="Tỉnh Thử")
    return {audit.name: audit for audit in found}


def done_again(found: dict[str, outputs.Audit]) -> set[str]:
    return {name for name, audit in found.items() if not audit.is_kept}


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory) -> tuple[list[Path], Path]:
    """Folders and what became of them; to be copied, not changed."""
    root = tmp_path_factory.mktemp("undisturbed")
    folders = communes(root / "in")
    found = audits(folders, root / "out", execute.executor(QUICK, 2, 120))
    assert not [audit.error for audit in found.values() if audit.error]
    return folders, root / "out"


@pytest.fixture
def done(undisturbed, tmp_path) -> tuple[list[Path], Path]:
    """Copies of both."""
    folders, out = undisturbed
    shutil.copytree(folders[0].parent.parent, tmp_path / "in")
    shutil.copytree(out, tmp_path / "out")
    return [tmp_path / "in" / one.parent.name / one.name for one in folders], tmp_path / "out"


# What comes out -------------------------------------------------------------------------------------------------------


def test_every_commune_has_its_files_and_the_index_leads_to_all(undisturbed):
    folders, out = undisturbed
    for one in folders:
        assert {path.name for path in (out / outputs.name(one)).iterdir()} == FILES
    assert {path.name for path in out.iterdir() if path.is_file()} == INDEX
    index = (out / "index.html").read_text(encoding="utf-8")
    assert {f"./{outputs.name(one)}/audit.html" for one in folders} <= set(re.findall(r'href="([^"#]+)"', index))
    assert "Tỉnh Thử" in index


def test_a_batch_makes_the_same_bytes_as_a_run_of_each(undisturbed, tmp_path):
    folders, out = undisturbed
    for audit in outputs.audits(folders[:2], tmp_path, PARAMETERS):
        for name in FILES:
            assert audit.page.with_name(name).read_bytes() == (out / audit.name / name).read_bytes()


@pytest.mark.parametrize(("executor", "workers"), [(QUICK, 1), ("kernel", 2)])
def test_neither_order_nor_workers_nor_executor_change_a_byte(undisturbed, tmp_path, executor, workers):
    folders, out = undisturbed
    audits(reversed(folders), tmp_path, execute.executor(executor, workers, 120))
    assert tree(tmp_path) == tree(out)


def test_a_commune_that_fails_gets_a_page_that_says_why_and_the_others_go_on(done):
    folders, out = done
    (folders[1] / "software.csv").write_bytes(b"\xff\xfe\x81")
    found = audits(folders, out)
    failed = found["binh-an/2025-04"]
    assert "software.csv" in failed.error.messages["vi"]
    assert failed.page == out / "binh-an" / "2025-04.failed.html"
    assert "không nhận ra bảng mã" in failed.page.read_text(encoding="utf-8")
    assert [name for name, audit in found.items() if not audit.error] == ["an-phu/2025-04", "chau-loc/2025-04"]
    assert 'href="./binh-an/2025-04.failed.html"' in (out / "index.html").read_text(encoding="utf-8")
    assert {path.name for path in (out / "binh-an" / "2025-04").iterdir()} == FILES  # the last good ones


def test_what_was_put_right_is_as_if_it_had_never_been_wrong(undisturbed, done):
    folders, out = done
    right = (folders[1] / "software.csv").read_bytes()
    (folders[1] / "software.csv").write_bytes(b"\xff\xfe")
    audits(folders, out)
    (folders[1] / "software.csv").write_bytes(right)
    assert done_again(audits(folders, out)) == set()
    assert tree(out) == tree(undisturbed[1])


def test_a_result_that_does_not_add_up_is_no_part_of_the_sums(done, monkeypatch):
    folders, out = done
    monkeypatch.setattr(made_from, "toolkit", lambda: "another")
    found = batch.audits(folders[:1], out, PARAMETERS, answering(lambda job: Outcome(dict.fromkeys(FILES, b"{}"))))
    assert "result.json" in found[0].error.messages["vi"]


# Only what is missing or has changed ----------------------------------------------------------------------------------


def test_what_has_not_changed_is_left_as_it_is(undisturbed, done):
    folders, out = done
    before = {path: path.stat().st_mtime_ns for path in out.glob("*/*/*")}
    assert done_again(audits(folders, out)) == set()
    assert {path: path.stat().st_mtime_ns for path in out.glob("*/*/*")} == before
    assert tree(out) == tree(undisturbed[1])


def a_row_more(one: Path, out: Path) -> None:
    (one / "register.csv").write_text(
        (one / "register.csv").read_text() + "3,H-9,01/04/2025,08/04/2025,08/04/2025,Đã ký\n"
    )


def another_key(one: Path, out: Path) -> None:
    (one.parent / key.NAME).write_text("1" * 64)


def another_file(one: Path, out: Path) -> None:
    (one / "notes.jsonl").write_text("")


def damaged(one: Path, out: Path) -> None:
    page = out / outputs.name(one) / "audit.html"
    page.write_bytes(page.read_bytes()[:-1])


def one_file_less(one: Path, out: Path) -> None:
    (out / outputs.name(one) / "cases.xlsx").unlink()


def one_file_more(one: Path, out: Path) -> None:
    (out / outputs.name(one) / "other.txt").write_text("x")


def no_mark(one: Path, out: Path) -> None:
    (out / one.parent.name / f".{one.name}.json").unlink()


def half_a_mark(one: Path, out: Path) -> None:
    mark = out / one.parent.name / f".{one.name}.json"
    mark.write_bytes(mark.read_bytes()[:50])


def of_another(one: Path, out: Path) -> None:
    shutil.copy(out / "chau-loc" / ".2025-04.json", out / one.parent.name / f".{one.name}.json")


@pytest.mark.parametrize(
    "change",
    [a_row_more, another_key, another_file, damaged, one_file_less, one_file_more, no_mark, half_a_mark, of_another],
)
def test_only_what_has_changed_is_done_again(done, change):
    folders, out = done
    change(folders[1], out)
    assert done_again(audits(folders, out)) == {"binh-an/2025-04"}
    assert done_again(audits(folders, out)) == set()


def test_another_parameter_or_another_toolkit_does_all_again(done, monkeypatch):
    folders, out = done
    assert len(done_again(audits(folders, out, lang="en"))) == 3
    monkeypatch.setattr(made_from, "toolkit", lambda: "another")
    assert len(done_again(audits(folders, out, lang="en"))) == 3


def test_a_changed_line_of_the_toolkit_or_another_version_of_a_library_is_another_toolkit(tmp_path, monkeypatch):
    shutil.copytree(ROOT / "audit", tmp_path / "audit", ignore=shutil.ignore_patterns("__pycache__"))
    monkeypatch.setattr(toolkits, "_PACKAGE", tmp_path / "audit")
    marks = {toolkits.toolkit.__wrapped__()}
    assert marks == {made_from.toolkit()}
    for name in ("judging/judge.py", "ground/words.toml", "page/template/style.css"):
        with (tmp_path / "audit" / name).open("a", encoding="utf-8") as file:
            file.write("\n")
        marks.add(toolkits.toolkit.__wrapped__())
    monkeypatch.setattr(toolkits.metadata, "version", lambda name: "0")
    marks.add(toolkits.toolkit.__wrapped__())
    assert len(marks) == 5


def test_the_mark_beside_an_output_tells_nothing_to_who_has_not_the_key(undisturbed):
    folders, out = undisturbed
    contents, commune_key = load.contents(folders[0])
    kept = (out / "an-phu" / ".2025-04.json").read_text(encoding="utf-8")
    marks = [made_from.MadeFrom.of(contents, secret, PARAMETERS).mark for secret in (commune_key, b"", b"0" * 64)]
    assert [mark in kept for mark in marks] == [True, False, False]
    plain = [made_from.hashlib.sha256(content).hexdigest() for content in contents.values()]
    assert not [mark for mark in plain if mark in kept]


# Stopped at any moment ------------------------------------------------------------------------------------------------


def left_by_the_dead() -> str:
    return scratch.beside(Path("x"), Path("1-0badcafe")).name


def test_what_a_killed_run_has_left_is_cleared(undisturbed, done):
    folders, out = done
    (out / "an-phu" / "2025-04").rename(out / "an-phu" / ".2025-04.old")  # between taking away and replacing
    half = out / "binh-an" / left_by_the_dead()
    half.mkdir()
    (half / "audit.html").write_text("nửa")
    shutil.copytree(out / "chau-loc" / "2025-04", out / "chau-loc" / ".2025-04.old")  # between replacing and clearing
    (out / "chau-loc" / left_by_the_dead()).write_text("nửa")
    (out / left_by_the_dead()).write_text("nửa")
    assert done_again(audits(folders, out)) == set()
    assert tree(out) == tree(undisturbed[1])


@pytest.mark.skipif(not fork.IS_TO_BE_HAD, reason="a process is killed as Linux does it")
def test_a_batch_killed_at_any_moment_leaves_whole_outputs_and_ends_as_if_undisturbed(undisturbed, tmp_path):
    folders, out = undisturbed
    chance, target = random.Random(6), tmp_path / "out"
    command = [sys.executable, "-m", "audit", "batch", *map(str, folders), "--out", str(target), "--workers", "2"]
    for how in (signal.SIGKILL, signal.SIGINT, signal.SIGKILL):
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        moment = time.monotonic() + 60
        while not list(target.glob("*/*")) and time.monotonic() < moment and process.poll() is None:
            time.sleep(0.002)
        time.sleep(chance.uniform(0, 0.3))
        process.send_signal(how)
        process.wait(30)
        for path in target.glob("*/2025-04/*"):
            assert path.read_bytes() == (out / path.relative_to(target)).read_bytes()
    assert subprocess.run(command, check=False, capture_output=True).returncode == 0
    titled = {"index.html", "province.json", "communes.xlsx"}  # the command line names no title
    one, other = tree(target), tree(out)
    assert {name: one[name] for name in one if name not in titled} == {
        name: other[name] for name in other if name not in titled
    }


def test_the_processes_of_a_batch_end_with_it(undisturbed, tmp_path):
    folders, _ = undisturbed
    command = [sys.executable, "-m", "audit", "batch", *map(str, folders), "--out", str(tmp_path / "out")]
    mark = {"AUDIT_TEST_MARK": str(tmp_path)}
    process = subprocess.Popen(command, env=os.environ | mark, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    wait_for(lambda: len(marked(str(tmp_path))) > 2, 30)
    process.kill()
    process.wait()
    wait_for(lambda: not marked(str(tmp_path)), 20)
    assert not marked(str(tmp_path))


def marked(mark: str) -> list[int]:
    """The processes that have a mark in their environment."""
    found = []
    for place in Path("/proc").glob("[0-9]*/environ"):
        with contextlib.suppress(OSError):
            found += [int(place.parent.name)] if f"AUDIT_TEST_MARK={mark}".encode() in place.read_bytes() else []
    return found


def wait_for(is_so, seconds: float) -> None:
    end = time.monotonic() + seconds
    while not is_so() and time.monotonic() < end:
        time.sleep(0.05)


# The command line -----------------------------------------------------------------------------------------------------

MODEL = """
title = "Tỉnh Thử"
folders = ["*/2025-04"]
out = "kết-quả"
workers = 1
[parameters]
edition = "internal"
"""


def said(*arguments):
    answer = CliRunner().invoke(app, list(map(str, arguments)))
    return answer.exit_code, answer.stdout, answer.stderr


@contextlib.contextmanager
def in_this_process():
    """A command's audits are done in this process; that processes of their own give the same is tried above."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(execute, "executor", lambda *_: answering())
        yield


@pytest.fixture
def quick():
    with in_this_process():
        yield


@pytest.mark.usefixtures("quick")
def test_a_province_is_named_by_a_file(tmp_path):
    communes(tmp_path, ("an-phu", "binh-an"))
    (tmp_path / "binh-an" / "2025-04" / "software.csv").unlink()
    file = tmp_path / "province.toml"
    file.write_text(MODEL, encoding="utf-8")
    code, shown, beside = said("batch", file)
    assert code == 1
    assert f"Xong: {tmp_path / 'kết-quả' / 'index.html'}" in shown
    assert "1 trong 2 thư mục có bản kiểm tra (trong đó 0 không đổi, giữ nguyên); 1 không kiểm tra được." in beside
    assert "binh-an/2025-04: Thư mục “2025-04” thiếu tệp software.xlsx" in beside
    assert "Tỉnh Thử" in (tmp_path / "kết-quả" / "index.html").read_text(encoding="utf-8")
    result = json.loads((tmp_path / "kết-quả" / "an-phu" / "2025-04" / "result.json").read_text(encoding="utf-8"))
    assert result["edition"] == "internal"
    code, _, beside = said("batch", file, "--edition", "shareable", "--out", tmp_path / "khác", "--lang", "en")
    assert (
        "1 of 2 folders have their audit (0 of them unchanged and left as they were); 1 could not be audited." in beside
    )
    result = json.loads((tmp_path / "khác" / "an-phu" / "2025-04" / "result.json").read_text(encoding="utf-8"))
    assert result["edition"] == "shareable"


@pytest.fixture(scope="module")
def drafted(tmp_path_factory):
    """Three communes, the form and two letters each; the letter of one was changed, the second cannot be audited."""
    root = tmp_path_factory.mktemp("drafted")
    one, two, three = communes(root / "in")
    (two / "software.csv").unlink()
    wanted = ("--letters", "yeu-cau", "--letters", "xin-loi", "--form-06a", "--edition", "internal")
    with in_this_process():
        first = said("batch", one, "--out", root / "out", *wanted)
        assert first[0] == 0, first
        letter = root / "out-letters" / "an-phu" / "2025-04" / "yeu-cau.docx"
        letter.write_bytes(letter.read_bytes() + b"x")
        return root, said("batch", one, two, three, "--out", root / "out", *wanted)


def test_letters_and_the_form_of_each_commune_go_into_a_folder_of_its_own_and_not_among_the_pages(drafted):
    root, _ = drafted
    there = {path.name for path in (root / "out-letters" / "chau-loc" / "2025-04").iterdir()}
    assert there == {
        "yeu-cau.docx",
        "so-xin-loi.docx",
        "so-xin-loi.csv",
        "form-06a.xlsx",
        "form-06a.docx",
        "letters.json",
    }
    assert not list((root / "out").rglob("*.docx"))[1:]  # the province's own form alone
    assert "xã Chau-Loc" in word(root / "out-letters" / "chau-loc" / "2025-04" / "yeu-cau.docx")


def test_what_somebody_changed_and_what_cannot_be_audited_fail_alone_and_are_named(drafted):
    root, (code, shown, beside) = drafted
    assert code == 1
    assert "an-phu/2025-04: không lập được văn bản, biểu mẫu. Đã có người sửa văn bản: yeu-cau.docx" in beside
    assert "binh-an/2025-04: Thư mục “2025-04” thiếu tệp software.xlsx" in beside
    assert f"Văn bản, biểu mẫu của 1 trong 2 xã: {root / 'out-letters'}" in shown
    assert not (root / "out-letters" / "binh-an").exists()


def test_the_form_of_the_province_adds_up_its_communes_and_names_the_one_that_is_missing(drafted):
    root, _ = drafted
    lines = word(root / "out" / "form-06a.docx")
    assert "Cộng của 2 trong 3 xã: xã An-Phu (an-phu/2025-04); xã Chau-Loc (chau-loc/2025-04)." in lines
    assert "CHƯA CÓ trong biểu này (không kiểm tra được, hoặc kết quả không có biểu): binh-an/2025-04." in lines
    assert "Đã cộng lại: dòng tổng bằng tổng các dòng trên" in lines
    rows = openpyxl.load_workbook(root / "out" / "form-06a.xlsx").worksheets[0].iter_rows(values_only=True)
    total = next(row for row in rows if row[1] == "Tổng")
    assert total[2:6] == (4, "0 đến 4", "0 đến 4", 0)  # two dossiers each, of a channel that nobody wrote


def test_a_kind_of_letter_that_there_is_not_is_refused_before_anything_is_run(tmp_path):
    code, _, beside = said("batch", *communes(tmp_path / "in"), "--out", tmp_path / "out", "--letters", "thu-tinh")
    assert (code, "Không có loại văn bản “thu-tinh”" in beside, (tmp_path / "out").exists()) == (2, True, False)


def word(file: Path) -> str:
    return "\n".join(one.text for one in docx.Document(file).paragraphs)


@pytest.mark.usefixtures("quick")
def test_a_pattern_that_no_shell_has_resolved_finds_its_folders(tmp_path):
    communes(tmp_path, ("an-phu", "binh-an"))
    code, *_ = said("batch", tmp_path / "*/2025-04", "--out", tmp_path / "out")
    assert code == 0
    assert all((tmp_path / "out" / commune / "2025-04/audit.html").is_file() for commune in ("an-phu", "binh-an"))
    code, _, beside = said("batch", tmp_path / "*/2024-04", "--out", tmp_path / "out")
    assert code == 2
    assert "Không có thư mục “*/2024-04”" in beside


def test_several_folders_of_a_run_are_a_batch(tmp_path):
    folders = communes(tmp_path, ("an-phu", "binh-an"))
    code, shown, _ = said("run", *folders, "--out", tmp_path / "out")
    assert code == 0
    assert shown.count("Xong: ") == 3
    assert {path.name for path in (tmp_path / "out").iterdir()} >= INDEX


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("folders = [", "không đọc được như TOML"),
        ("title = 'x'", "mục “folders” thiếu hoặc viết chưa đúng. Viết như ví dụ: folders = "),
        ("folders = 'x'", "mục “folders” thiếu hoặc viết chưa đúng"),
        ("folders = ['*/2025-04']\nfolder = 'x'", "không có mục “folder”. Các mục: title, folders, out, workers, seconds, parameters"),
        ("folders = ['*/2025-04']\nworkers = 0", "mục “workers” thiếu hoặc viết chưa đúng"),
        ("folders = ['*/2025-04']\nworkers = true", "mục “workers” thiếu hoặc viết chưa đúng"),
        ("folders = ['*/2025-04']\n[parameters]\nas_of = 2025-10-05", "mục “parameters” thiếu hoặc viết chưa đúng"),
        ("folders = ['*/2024-04']", "không có thư mục nào khớp với “*/2024-04”"),
        ("folders = ['']", "không có thư mục nào khớp với “”"),
        ("folders = ['/etc']", "không có thư mục nào khớp với “/etc”"),
    ],
)  # fmt: skip
def test_a_province_that_is_named_wrongly_is_refused(tmp_path, text, reason):
    (tmp_path / "xa" / "2025-04").mkdir(parents=True)
    (tmp_path / "province.toml").write_text(text, encoding="utf-8")
    code, _, beside = said("batch", tmp_path / "province.toml")
    assert code == 2
    assert beside.startswith("province.toml: ")
    assert reason in beside


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--executor", "magic"], "Không có cách chạy “magic”. Chọn một trong: fork, kernel."),
        (["--workers", "-1"], "Giá trị của --workers"),
        (["-p", "communne=x"], "Không có tham số “communne”"),
        ([str(SAMPLE)], "Hai thư mục sẽ ghi vào cùng một chỗ: binh-phuoc/2023-09"),
        (["nowhere/2025"], "Không có thư mục “nowhere/2025”"),
    ],
)
def test_wrong_use_is_refused_before_anything_is_run(arguments, message, monkeypatch):
    monkeypatch.setattr(batch, "_in_any_order", lambda *_: pytest.fail("a folder was begun"))
    code, _, beside = said("batch", SAMPLE, *arguments)
    assert code == 2
    assert message in beside


def test_where_nothing_is_forked_the_slow_way_is_taken_and_said(tmp_path, monkeypatch):
    asked = []
    monkeypatch.setattr(fork, "IS_TO_BE_HAD", False)
    told = answering(lambda job: Outcome.failed(AuditError("run_lost")))
    monkeypatch.setattr(execute, "_kernels", lambda *given: asked.append(given) or told)
    code, _, beside = said(
        "batch", *communes(tmp_path, ("an-phu",)), "--out", tmp_path / "out", "--workers", 3, "--seconds", 7
    )
    assert asked == [(3, 7)]
    assert beside.startswith("Máy này không chạy được cách nhanh (fork)")
    assert code == 1
