"""One audit as a job: the same bytes from a kernel, from a child and from this process; nothing of one job in the next."""

import copy
import ctypes
import os
import subprocess
import sys
import threading
import time
from contextlib import nullcontext
from pathlib import Path

import nbformat
import papermill
import pytest
from conftest import SAMPLE, XA_MAU
from folders import folder
from IPython.core.interactiveshell import InteractiveShell
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook
from papermill.exceptions import PapermillExecutionError

from audit.ground import key
from audit.reading import load
from audit.running import engine, execute, fork, outputs
from audit.running.execute import Job

FILES = {"audit.html", "audit.ipynb", "cases.xlsx", "result.json"}
PLAIN = {"as_of": "", "lang": "vi", "edition": "shareable"}
linux = pytest.mark.skipif(not fork.IS_TO_BE_HAD, reason="children are forked on Linux alone")


def job(path: Path, **parameters: str) -> Job:
    contents, commune_key = load.contents(path)
    return Job(outputs.name(path), PLAIN | parameters, contents, commune_key)


@pytest.fixture(scope="module")
def lanes():
    """One lane, so that one call follows the other from the same warm process."""
    opened = fork.Lanes(1, execute.START)
    yield opened
    opened.close()


@pytest.fixture
def small(tmp_path) -> Path:
    return folder(tmp_path / "xa-thu" / "2025-04")


# The same bytes -------------------------------------------------------------------------------------------------------


@linux
@pytest.mark.parametrize(
    ("path", "parameters"),
    [(SAMPLE, {}), (XA_MAU, {"edition": "internal"}), (XA_MAU, {"lang": "en"})],
    ids=["sample", "xa-mau, internal", "xa-mau, in English"],
)
def test_a_kernel_a_child_and_this_process_make_the_same_bytes(path, parameters, lanes):
    by_kernel = execute.in_kernel(job(path, **parameters), 300)
    by_child = execute.in_child(lanes, job(path, **parameters), 300)
    here = execute.outcome(Job(outputs.name(path), PLAIN | parameters, paths={"folder": str(path)}))
    assert set(by_kernel.files) == FILES
    for name in FILES:
        assert by_child.files[name] == by_kernel.files[name], name
        assert here.files[name] == by_kernel.files[name], name


SHOWN = [  # what cells may show, in whatever way
    "print('một'); print('hai', end=''); print(' ba')",
    "import sys; print('sai', file=sys.stderr); print('đúng'); print('sai nữa', file=sys.stderr)",
    "print('10%\\r50%\\r100%'); print('a\\rb')",
    "import pandas as pd; frame = pd.DataFrame({'mã': ['H-1', 'H-2'], 'ngày': [1, 2]}); frame",
    "print(pd.DataFrame({f'cột {n}': ['x' * 30] for n in range(12)})); print(frame.to_string())",
    "from IPython.display import HTML, SVG, Image, JSON, clear_output, display\ndisplay(HTML('<b>đậm</b>')); 1 + 1",
    "SVG('<svg xmlns=\"http://www.w3.org/2000/svg\"/>')",
    "Image(bytes([137, 80, 78, 71, 13, 10, 26, 10]) + bytes(9), format='png')",
    "JSON({'a': [1, 2.5, None, True]})",
    "handle = display('trước', display_id='x'); print('giữa'); handle.update('sau')",
    "handle.update('sau nữa')",
    "print('đi'); clear_output(); print('ở lại')",
    "print('đi'); clear_output(wait=True); print('cũng ở lại')",
    "1; 2;",
    "_",
    "",
    "import asyncio; await asyncio.sleep(0, 'đợi')",
    "%%capture said\nprint('giấu')",
    "said.stdout, In[1][:5], Out[4] is frame, __name__",
    "type(get_ipython()).__mro__[1].__name__, sys.stdin.read() if False else ''",
]


def ran(sources, engine_name=None, **more):
    notebook = new_notebook(cells=[new_markdown_cell("# x"), *(new_code_cell(source, **more) for source in sources)])
    notebook.metadata.kernelspec = {"name": "python3", "language": "python", "display_name": "Python 3"}
    how = {} if engine_name else {"coalesce_streams": True}
    return papermill.execute_notebook(notebook, None, progress_bar=False, engine_name=engine_name, **how)


def test_whatever_a_cell_shows_is_recorded_as_a_kernel_would():
    by_kernel, here = ran(SHOWN), ran(SHOWN, engine.NAME)
    for one, other in zip(by_kernel.cells, here.cells, strict=True):
        assert other.get("outputs") == one.get("outputs"), one.source
        assert other.get("execution_count") == one.get("execution_count"), one.source
    assert here.metadata.language_info == by_kernel.metadata.language_info
    assert sum(len(cell.get("outputs", ())) for cell in here.cells) > 15


@pytest.mark.parametrize(
    "source", ["1 / 0", "def f(:", "raise SystemExit(3)", "input('?')", "from audit.ground.terms import AuditError\nraise AuditError('no_day_of_audit')",
               "class A:\n    def _repr_html_(self): raise ValueError('x')\nA()"]
)  # fmt: skip
def test_a_cell_that_stops_stops_the_notebook_as_it_would_in_a_kernel(source, tmp_path):
    told, never = [], tmp_path / "never"
    for name in (None, engine.NAME):
        with pytest.raises(PapermillExecutionError) as stopped:
            ran(["x = 1", source, f"open({str(never)!r}, 'w')"], name)
        assert not never.exists()
        error = stopped.value
        told.append((error.cell_index, error.exec_count, error.ename, error.evalue.partition(" (")[0]))
    if "input" in source:  # a kernel without a person says so in its own way
        assert [one[:2] for one in told] == [(2, 2), (2, 2)]
    else:
        assert told[1] == told[0]


def test_cells_that_may_stop_or_are_to_be_passed_over_are_told_by_their_tags():
    for name in (None, engine.NAME):
        assert ran(["1 / 0"], name, metadata={"tags": ["skip-execution"]}).cells[1].outputs == []


def test_papermills_own_command_takes_the_engine_by_its_name(tmp_path):
    cells = [
        new_code_cell('who = "ai"', metadata={"tags": ["parameters"]}),
        new_code_cell("f'{who}, {type(get_ipython()).__name__}'"),
    ]
    notebook = new_notebook(
        cells=cells, metadata={"kernelspec": {"name": "python3", "language": "python", "display_name": "Python 3"}}
    )
    nbformat.write(notebook, tmp_path / "in.ipynb")
    command = [
        Path(sys.executable).with_name("papermill"),
        "--engine",
        "commune-audit",
        "in.ipynb",
        "out.ipynb",
        "-p",
        "who",
        "xã",
    ]
    subprocess.run(list(map(str, command)), check=True, capture_output=True, cwd=tmp_path)
    done = nbformat.read(tmp_path / "out.ipynb", as_version=4)
    assert done.cells[2].outputs[0].data == {"text/plain": "'xã, KernelLikeZMQShell'"}
    assert {cell.metadata.papermill.status for cell in done.cells} == {"completed"}


# Nothing of one job in the next ---------------------------------------------------------------------------------------

SPOIL = """
import builtins, decimal, gc, locale, os, random, sys, warnings
import pandas, audit.ground.terms
import IPython
pandas.set_option("display.max_rows", 3); pandas.set_option("mode.string_storage", "python")
os.chdir("/"); os.environ["AUDIT_SPOILED"] = "1"; os.umask(0o777); sys.path.insert(0, "/spoiled"); sys.argv[:] = ["spoiled"]
sys.modules["audit.judging.judge"] = None; builtins.print = None; decimal.getcontext().prec = 2; random.seed(1); gc.disable()
audit.ground.terms.LANGUAGES = ("xx",); audit.ground.terms.text = None; sys.setrecursionlimit(9_999); sys.spoiled = [bytes(50_000_000)]
"""
SEEN = """(
    __import__("pandas").get_option("display.max_rows"), __import__("os").getcwd(), __import__("os").environ.get("AUDIT_SPOILED"),
    "/spoiled" in __import__("sys").path, __import__("sys").argv, "audit.judging.judge" in __import__("sys").modules, print is None,
    __import__("decimal").getcontext().prec, __import__("gc").isenabled(), __import__("audit.ground.terms").ground.terms.LANGUAGES,
    __import__("sys").getrecursionlimit(), hasattr(__import__("sys"), "spoiled"), __import__("os").umask(0o22),
    __import__("sys").modules["audit.judging.judge"] is None, __import__("random").getstate()[1][0] == 1)"""
MEMORY = "__import__('resource').getrusage(0).ru_maxrss"


@linux
def test_nothing_that_one_job_does_to_its_process_reaches_the_next(lanes, small):
    before = lanes.call(eval, SEEN, seconds=60)
    first, kilobytes = execute.in_child(lanes, job(small), 60), lanes.call(eval, MEMORY, seconds=60)
    lanes.call(exec, SPOIL, {}, seconds=60)
    assert lanes.call(eval, SEEN, seconds=60) == before
    assert lanes.call(eval, MEMORY, seconds=60) < kilobytes + 20_000
    assert execute.in_child(lanes, job(small), 60) == first
    assert before[2:4] == (None, False)


@linux
def test_every_job_has_a_child_of_its_own_and_leaves_no_process_and_no_file(lanes, small, tmp_path, monkeypatch):
    numbers = {lanes.call(os.getpid, seconds=60) for _ in range(3)}
    assert len(numbers) == 3
    left = tmp_path / "left"
    lanes.call(exec, f"import subprocess; open({str(left)!r}, 'w').write(str(subprocess.Popen(['sleep', '600']).pid))", {}, seconds=60)  # fmt: skip
    time.sleep(0.2)
    for number in {*numbers, int(left.read_text())}:
        state = Path(f"/proc/{number}/stat")
        assert not state.exists() or state.read_text().rpartition(")")[2].split()[0] == "Z"
    made = lanes.call(eval, "__import__('tempfile').mkdtemp()", seconds=60)
    assert not Path(made).exists()


@pytest.fixture(scope="module")
def lanes_of_three():
    """One lane, whose children make three calls each."""
    opened = fork.Lanes(1, execute.START, 3)
    yield opened
    opened.close()


@linux
def test_a_child_of_a_few_calls_makes_just_so_many_and_what_one_leaves_the_next_does_not_find(lanes_of_three):
    own = "(__import__('os').getpid(), __import__('tempfile').mkdtemp(), __import__('os').listdir(__import__('tempfile').tempdir))"
    told = [lanes_of_three.call(eval, own, seconds=60) for _ in range(7)]
    numbers = [number for number, _, _ in told]
    assert [numbers.count(number) for number in dict.fromkeys(numbers)] == [3, 3, 1]
    assert [len(left) for _, _, left in told] == [1] * 7  # the folder of its own call


@linux
def test_a_child_that_was_late_lost_or_holds_too_much_makes_no_further_call(lanes_of_three):
    spoilt = {
        fork.LostError: (os._exit, 0), TimeoutError: (time.sleep, 600),
        None: (exec, "import sys; sys.held = b'1' * (1 << 30)", {}),
    }  # fmt: skip
    for error, way in spoilt.items():
        before = lanes_of_three.call(os.getpid, seconds=60)
        with pytest.raises(error) if error else nullcontext():
            lanes_of_three.call(*way, seconds=5)
        assert lanes_of_three.call(os.getpid, seconds=60) != before


@linux
def test_jobs_of_one_child_come_out_as_each_by_itself(lanes_of_three, small):
    sample, of_small = job(SAMPLE), job(small)
    told = [execute.in_child(lanes_of_three, one, 120) for one in (sample, of_small, sample)]
    assert told[0] == told[2] == execute.outcome(sample)
    assert told[1] == execute.outcome(of_small)


def test_this_process_is_afterwards_as_it_was(small):
    shell = InteractiveShell.instance()  # as in a notebook that calls the toolkit
    try:
        before = state()
        assert execute.outcome(job(small)).files
        assert state() == before
        assert InteractiveShell.instance() is shell
    finally:
        InteractiveShell.clear_instance()
        shell.restore_sys_module_state()


def state() -> list[object]:
    hooks = [getattr(sys, name) for name in ("stdin", "stdout", "stderr", "displayhook", "excepthook")]
    return [Path.cwd(), sys.path[:], sys.argv[:], dict(os.environ), sys.modules["__main__"], *hooks]


# Lost, late, stopped --------------------------------------------------------------------------------------------------


@linux
def test_a_call_that_takes_too_long_is_ended_with_all_that_it_started(lanes):
    begun = time.monotonic()
    with pytest.raises(TimeoutError):
        lanes.call(time.sleep, 600, seconds=0.5)
    assert time.monotonic() - begun < 5
    assert lanes.call(len, "còn đây", seconds=60) == 7


@linux
@pytest.mark.parametrize(
    "way", [(os._exit, 0), (os._exit, 3), (exec, "import os; os.kill(os.getpid(), 9)", {}), (ctypes.string_at, 0)]
)
def test_a_child_that_ends_is_lost_and_the_lane_goes_on(lanes, way):
    with pytest.raises(fork.LostError):
        lanes.call(*way, seconds=60)
    assert lanes.call(len, "còn đây", seconds=60) == 7


@linux
def test_a_lane_that_ends_is_replaced(lanes):
    with pytest.raises(fork.LostError):
        lanes.call(exec, "import os; os.kill(os.getppid(), 9)", {}, seconds=60)
    assert lanes.call(len, "còn đây", seconds=60) == 7


@linux
def test_who_waits_for_a_lane_is_told_when_all_are_closed():
    opened, told = fork.Lanes(1, execute.START), []

    def wait():
        try:
            opened.call(time.sleep, 600, seconds=600)
        except fork.LostError:
            told.append("lost")

    threads = [threading.Thread(target=wait) for _ in range(3)]
    for thread in threads:
        thread.start()
    time.sleep(0.3)
    opened.close()
    for thread in threads:
        thread.join(10)
    assert told == ["lost"] * 3


@linux
@pytest.mark.parametrize("seconds", [0.3, 1.5, 20], ids=["at once", "soon", "when it is warm"])
def test_no_file_is_left_when_lanes_are_closed_or_killed(tmp_path, monkeypatch, seconds):
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    opened = fork.Lanes(1, execute.START)
    write = "import os, tempfile; open(tempfile.mkdtemp() + '/hồ sơ', 'w'); os.kill(os.getppid(), 9)"

    def killed():
        with pytest.raises(fork.LostError):
            opened.call(exec, write, {}, seconds=60)

    thread = threading.Thread(target=killed)
    thread.start()
    thread.join(seconds)
    opened.close()
    thread.join()
    assert [path.name for path in tmp_path.rglob("*") if path.is_file()] in ([], [".all.lock"])


class Lost:
    """Lanes in which the first so many children are lost."""

    def __init__(self, times: int):
        self.left, self.asked = times, 0

    def call(self, function, job, *, seconds):
        self.asked += 1
        if self.left:
            self.left -= 1
            raise fork.LostError
        return execute.Outcome({"audit.html": b""})


@pytest.mark.parametrize(("times", "asked", "is_done"), [(0, 1, True), (1, 2, True), (2, 2, False)])
def test_a_job_that_is_lost_is_tried_once_more(times, asked, is_done):
    lost = Lost(times)
    done = execute.in_child(lost, Job("xa/2025", PLAIN), 60)
    assert (lost.asked, bool(done.files)) == (asked, is_done)
    assert is_done or "Chương trình bị dừng đột ngột" in done.messages["vi"]


@pytest.mark.parametrize(
    ("source", "tries", "message"),
    [
        ("import os, pathlib; pathlib.Path(COUNT).open('a').write('x'); os._exit(1)", 2, "Chương trình bị dừng đột ngột"),
        ("import time, pathlib; pathlib.Path(COUNT).open('a').write('x'); time.sleep(600)", 1, "Quá 3 giây mà chưa xong"),
        ("import pathlib; pathlib.Path(COUNT).open('a').write('x'); raise RuntimeError('died')", 1, "lỗi của chương trình: RuntimeError: died"),
    ],
)  # fmt: skip
def test_a_kernel_that_dies_is_tried_once_more_and_one_that_is_late_is_not(
    source, tries, message, tmp_path, small, monkeypatch
):
    spoiled, count = copy.deepcopy(execute.notebook()), tmp_path / "count"
    spoiled.cells[2].source = source.replace("COUNT", repr(str(count)))
    monkeypatch.setattr(execute, "notebook", lambda kind: spoiled)
    done = execute.in_kernel(job(small), 3)
    assert message in done.messages["vi"]
    assert count.read_text() == "x" * tries


def test_where_nothing_is_forked_kernels_do_it(monkeypatch):
    assert execute.to_be_had("kernel") == "kernel"
    monkeypatch.setattr(fork, "IS_TO_BE_HAD", False)
    assert execute.to_be_had("fork") == "kernel"


# Folders as bytes -----------------------------------------------------------------------------------------------------


def test_a_key_in_the_folder_itself_comes_before_that_of_the_commune(small):
    contents, commune_key = load.contents(small)
    assert commune_key == (small.parent / key.NAME).read_bytes()
    assert key.NAME not in contents
    (small / key.NAME).write_text("1" * 64, encoding="utf-8")
    contents, commune_key = load.contents(small)
    assert (contents[key.NAME], commune_key) == (b"1" * 64, None)


def test_only_what_an_audit_reads_is_taken_along(small):
    for name in ("ghi-chú.docx", "pandas.py", "Ảnh.xlsx"):
        (small / name).write_bytes(b"x")
    contents, _ = load.contents(small)
    assert set(contents) == {"office.toml", "software.csv", "register.csv", "Ảnh.xlsx"}  # a table may be a record
    assert all(map(load.may_be_read, load.contents(XA_MAU)[0]))


def test_a_failure_is_told_the_same_from_a_copy(small):
    (small / "software.csv").unlink()
    told = [
        execute.outcome(one).messages
        for one in (job(small), Job(outputs.name(small), PLAIN, paths={"folder": str(small)}))
    ]
    assert told[0] == told[1]
    assert "Thư mục “2025-04” thiếu tệp software.xlsx" in told[0]["vi"]
