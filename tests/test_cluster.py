"""A province on a Dask cluster that is running already: a real scheduler and two workers, each a process of its own."""

import contextlib
import os
import socket
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest
from test_batch import audits, communes, done_again, said, tree

from audit.ground import key
from audit.ground.terms import AuditError
from audit.running import cluster, fork
from audit.running import toolkit as toolkits

distributed, cloudpickle = map(pytest.importorskip, ("distributed", "cloudpickle"))


def free_port() -> int:
    with socket.socket() as asked:
        asked.bind(("127.0.0.1", 0))
        return asked.getsockname()[1]


@contextlib.contextmanager
def started(*arguments: object):
    """A process of `dask`."""
    command = [sys.executable, "-m", "dask", *map(str, arguments)]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True)
    try:
        yield process
    finally:
        process.terminate()
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, 9)


@pytest.fixture(scope="module")
def scheduler(tmp_path_factory):
    """The address of a scheduler with two workers."""
    address, scratch = f"tcp://127.0.0.1:{free_port()}", tmp_path_factory.mktemp("dask")
    with contextlib.ExitStack() as stack:
        stack.enter_context(started("scheduler", "--host", address, "--no-dashboard"))
        for number in range(2):
            stack.enter_context(
                started(
                    "worker", address, "--nthreads", 1, "--name", number, "--no-dashboard", "--local-directory", scratch
                )
            )
        with distributed.Client(address, timeout=30, set_as_default=False) as client:
            client.wait_for_workers(2, timeout=60)
        yield address


@pytest.fixture(scope="module")
def done_here(tmp_path_factory) -> tuple[list[Path], Path]:
    root = tmp_path_factory.mktemp("here")
    folders = communes(root / "in")
    audits(folders, root / "out")
    return folders, root / "out"


def test_a_cluster_makes_the_same_bytes(scheduler, done_here, tmp_path):
    folders, out = done_here
    assert not [one.error for one in audits(folders, tmp_path, cluster.workers(scheduler, 120)).values() if one.error]
    assert tree(tmp_path) == tree(out)
    assert done_again(audits(folders, tmp_path)) == set()


def test_folders_on_shared_storage_go_out_as_their_address(scheduler, done_here, tmp_path):
    folders, out = done_here
    jobs, addresses = [], [folder.as_uri() for folder in folders]
    found = audits(addresses, tmp_path, overheard(cluster.workers(scheduler, 120), jobs))
    assert not [one.error for one in found.values() if one.error]
    assert [(job.address, job.contents, job.commune_key) for job in jobs] == [(one, {}, None) for one in addresses]
    assert tree(tmp_path) == tree(out)


@contextlib.contextmanager
def overheard(workers, jobs: list):
    """The same workers; each job that they are given is also put into `jobs`."""
    with workers as hired:
        yield replace(hired, submit=lambda job: jobs.append(job) or hired.submit(job))


def test_a_commune_that_fails_on_a_worker_gets_its_page_and_the_others_go_on(scheduler, tmp_path):
    folders = communes(tmp_path / "in")
    (folders[1] / "software.csv").write_text("x", encoding="utf-8")
    found = audits(folders, tmp_path / "out", cluster.workers(scheduler, 120))
    assert [name for name, one in found.items() if one.error] == ["binh-an/2025-04"]
    assert found["binh-an/2025-04"].page.is_file()


@pytest.mark.skipif(not fork.IS_TO_BE_HAD, reason="a worker forks on Linux alone")
def test_a_job_runs_in_a_child_of_the_worker(scheduler):
    cloudpickle.register_pickle_by_value(sys.modules[__name__])  # no worker has this file
    with distributed.Client(scheduler, set_as_default=False) as client:
        workers = client.run(os.getpid)
        children = client.run(parent_of_a_child)
    assert len(set(workers.values())) == 2
    for worker, number in workers.items():
        assert number in children[worker]


def parent_of_a_child() -> list[int]:
    """The processes that a child on a worker descends from, as seen on the worker."""
    from audit.running import cluster  # noqa: PLC0415

    number, found = cluster._lanes().call(os.getpid, seconds=60), []
    assert number != os.getpid()
    number = cluster._lanes().call(os.getppid, seconds=60)
    while number > 1:
        found.append(number)
        number = int(Path(f"/proc/{number}/stat").read_text().rpartition(")")[2].split()[1])
    return found


# What is said where there is no such cluster --------------------------------------------------------------------------


def test_the_command_line_takes_the_address_of_a_scheduler(scheduler, tmp_path):
    folder = communes(tmp_path, ("an-phu",))[0]
    code, shown, beside = said("batch", folder, "--out", tmp_path / "out", "--scheduler", scheduler)
    assert (code, beside) == (
        0,
        "1 trong 1 thư mục có bản kiểm tra (trong đó 0 không đổi, giữ nguyên); 0 không kiểm tra được.\n",
    )
    assert shown.startswith("Xong: ")


@pytest.mark.parametrize("address", ["tcp://127.0.0.1:{port}", "nonsense", "http://x:1"])
def test_a_scheduler_that_does_not_answer_is_named(address, tmp_path, monkeypatch):
    monkeypatch.setattr(cluster, "ANSWER_SECONDS", 1)
    address = address.format(port=free_port())
    code, _, beside = said("batch", *communes(tmp_path, ("an-phu",)), "--out", tmp_path / "out", "--scheduler", address)
    assert (code, beside.splitlines()[-1]) == (
        2, f"Không kết nối được với bộ điều phối {address}. Kiểm tra địa chỉ (dạng tcp://máy:cổng) và xem bộ điều phối đã chạy chưa.",
    )  # fmt: skip


def test_a_worker_with_another_toolkit_is_named(scheduler, tmp_path, monkeypatch):
    monkeypatch.setattr(toolkits, "toolkit", lambda: "another")
    with pytest.raises(AuditError, match="cài phiên bản khác") as refused:
        audits(communes(tmp_path, ("an-phu",)), tmp_path / "out", cluster.workers(scheduler, 60))
    assert str(refused.value).count("tcp://127.0.0.1:") == 4  # both, in two languages


def test_a_scheduler_without_workers_is_said_to_have_none(tmp_path):
    address = f"tcp://127.0.0.1:{free_port()}"
    with started("scheduler", "--host", address, "--no-dashboard"):
        end = time.monotonic() + 30
        while time.monotonic() < end:
            with pytest.raises(AuditError) as refused, cluster.workers(address, 60):
                pass
            if "chưa có máy làm việc nào" in str(refused.value):
                return
        pytest.fail(str(refused.value))


@pytest.mark.parametrize(
    ("library", "folder"), [("distributed", "an-phu/2025-04"), ("fsspec", "file:///nowhere/an-phu/2025-04")]
)
def test_what_is_not_installed_is_said_with_how_to_install_it(library, folder, tmp_path, monkeypatch):
    communes(tmp_path, ("an-phu",))
    monkeypatch.setitem(sys.modules, library, None)
    monkeypatch.chdir(tmp_path)
    more = ["--scheduler", "tcp://127.0.0.1:1"] if library == "distributed" else ["--executor", "kernel"]
    code, _, beside = said("batch", folder, "--out", tmp_path / "out", *more)
    assert code == (2 if library == "distributed" else 1)
    assert (
        f'Chưa cài đủ để làm việc này (thiếu {library}). Cài thêm bằng lệnh: python -m pip install "commune-audit[cluster]"'
        in beside
    )


def test_storage_that_cannot_be_read_is_one_communes_failure(tmp_path):
    found = audits([f"{tmp_path.as_uri()}/khong-co/2025-04"], tmp_path / "out")
    assert "Không đọc được khong-co/2025-04: FileNotFoundError" in found["khong-co/2025-04"].error.messages["vi"]


def test_only_what_an_audit_reads_is_fetched(tmp_path):
    folder = communes(tmp_path, ("an-phu",))[0]
    (folder / "bí mật.txt").write_text("x", encoding="utf-8")
    contents, commune_key = cluster.fetched(folder.as_uri())
    assert set(contents) == {"office.toml", "software.csv", "register.csv"}
    assert commune_key == (folder.parent / key.NAME).read_bytes()
