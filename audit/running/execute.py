"""One audit as a job: an audit's folder and parameters in, files as bytes or the reason why there are none out.

Nothing is written but into folders that are gone afterwards. The executors differ in how the cells of the notebook are
run and in what keeps one job from another, never in what comes out.
"""

import logging
import os
import re
import time
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from audit.ground import forbidden, key, scratch, terms
from audit.ground.shipped import shipped
from audit.ground.terms import AuditError
from audit.running import export, fork
from audit.running.export import AUDIT, DRIFT, ROLLUP, SAMPLE, VISITS, Kind

if TYPE_CHECKING:
    from nbformat import NotebookNode

START = "from audit.running import warm; warm.serve()"  # a process that children are forked from
SECONDS = 600  # that one job may take
JOBS = 16  # that a child does, one after the other
START_SECONDS = 60  # that a kernel may take to answer
EXECUTORS = ("fork", "kernel")
KINDS = {"audit": AUDIT, "rollup": ROLLUP, "sample": SAMPLE, "visits": VISITS, "drift": DRIFT}


@dataclass(frozen=True)
class Job:
    """A run of a notebook. `name`: <commune>/<period>, as the record names the folder.

    An audit's folder is given by the contents of its files, with the key that its commune has beside it, or by its
    `address` on shared storage; else `paths` names what the notebook's path parameters are. `kind`: a key of KINDS.
    `beside`: the files of the commune's other periods, by "<period>/<name>".
    """

    name: str
    parameters: Mapping[str, str]
    contents: Mapping[str, bytes] = field(default_factory=dict, repr=False)
    commune_key: bytes | None = field(default=None, repr=False)
    address: str = ""
    paths: Mapping[str, str] = field(default_factory=dict)
    kind: str = "audit"
    beside: Mapping[str, bytes] = field(default_factory=dict, repr=False)


@dataclass(frozen=True)
class Outcome:
    """What became of a job: its files, or in each language why there are none. `is_lost`: it may be tried again."""

    files: Mapping[str, bytes] = field(default_factory=dict, repr=False)
    messages: Mapping[str, str] = field(default_factory=dict)
    is_lost: bool = False

    @property
    def error(self) -> AuditError | None:
        """The messages as an error."""
        return told(self.messages) if self.messages else None

    @classmethod
    def failed(cls, error: AuditError, *, is_lost: bool = False) -> "Outcome":
        """That of a job that gave no files."""
        return cls(messages=error.messages, is_lost=is_lost)


@dataclass(frozen=True)
class Workers:
    """What takes jobs: `submit` promises the outcome of one; `count` of them are done at a time.

    `read_addresses`: a job may name a folder by its address.
    """

    submit: Callable[[Job], "Future[Outcome]"]
    count: int
    read_addresses: bool = False


class StoppedError(Exception):
    """A notebook that stopped, as papermill told it: `args` are the name of the error and what it says."""


def outcome(job: Job, cells: Callable[..., "NotebookNode"] | None = None, seconds: int = SECONDS) -> Outcome:
    """Do a job, in this process unless `cells` runs them elsewhere; whatever happens, an Outcome tells it."""
    kind, cells = KINDS[job.kind], cells or here
    try:
        with scratch.folder() as own:
            paths = dict(job.paths) or {kind.paths[0]: str(_laid_out(job, own / "in"))}
            empty = own / "empty"  # Python imports from where it stands, and nothing received may be code
            empty.mkdir()
            executed = cells(notebook(kind), paths | dict(job.parameters), str(empty), seconds)
            shown = {name: Path(path).name if path else "" for name, path in paths.items()}
            shown |= {} if job.kind != "audit" else {kind.paths[0]: job.name}
            shown |= {"previous": Path(job.parameters["previous"]).name} if "previous" in job.parameters else {}
            return Outcome(export.files(kind, executed, dict(job.parameters) | shown))
    except StoppedError as stopped:
        return _why(*stopped.args)
    except AuditError as error:
        return Outcome.failed(error)
    except fork.LostError:
        return Outcome.failed(AuditError("run_lost"), is_lost=True)
    except TimeoutError:
        return Outcome.failed(AuditError("took_too_long", seconds=seconds))
    except OSError as fault:
        return _machine(fault)
    except Exception as fault:  # whatever happens to one commune, the others go on
        return Outcome.failed(AuditError("notebook_failed", error=repr(fault)))


def told(messages: Mapping[str, str]) -> AuditError:
    """An AuditError with the messages of one that was raised elsewhere."""
    error = AuditError("notebook_failed", error="")
    error.messages = dict(messages)
    error.args = ("\n".join(" ".join(error.messages[lang].split()) for lang in terms.LANGUAGES),)
    return error


def notebook(kind: Kind = AUDIT) -> "NotebookNode":
    """The notebook of a kind of page, as shipped; to be read, never changed."""
    return _notebook(kind.notebook)


@cache
def _notebook(name: str) -> "NotebookNode":
    from audit.running.jupyter import nbformat  # noqa: PLC0415  heavy: only when something is run

    return nbformat.read(shipped(name), as_version=4)


def _laid_out(job: Job, target: Path) -> Path:
    """An audit's folder of the job's contents, in the folder `target`."""
    folder = target / job.name
    for name, content in job.beside.items():
        _written(folder.parent / name, content)
    scratch.remove(folder)  # nothing beside may stand in the audit's own folder
    folder.mkdir(parents=True)
    for name, content in job.contents.items():
        _written(folder / name, content)
    if job.commune_key is not None:
        (folder.parent / key.NAME).write_bytes(job.commune_key)
    return folder


def _written(file: Path, content: bytes) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(content)


def _why(name: str, says: str) -> Outcome:
    """The outcome of a job whose notebook stopped on an error of that name: any but ours is a fault of the program."""
    if name == "AuditError":
        return Outcome(messages=dict(zip(terms.LANGUAGES, says.split("\n"), strict=True)))
    full = re.match(r"\[Errno (\d+)\][^']*(?:'(.*)')?", says) if name == "OSError" else None
    if full and int(full[1]) in forbidden.FULL:
        return Outcome.failed(AuditError("disk_full", file=Path(full[2] or "–").name))
    return Outcome.failed(AuditError("notebook_failed", error=f"{name}: {says}"))


def _machine(error: OSError) -> Outcome:
    """The outcome of a job that the machine stopped."""
    if error.errno in forbidden.FULL:
        return Outcome.failed(AuditError("disk_full", file=Path(error.filename or "–").name))
    return Outcome.failed(AuditError("notebook_failed", error=repr(error)))


# How the cells are run


def here(
    notebook: "NotebookNode", parameters: Mapping[str, str], empty: str, seconds: int,
    told: Callable[[int, int], None] | None = None,
) -> "NotebookNode":  # fmt: skip
    """The notebook run in this process, standing in the folder `empty`; nothing here ends it after `seconds`.

    `told` hears of each cell, before it runs, its number and of how many.
    """
    from audit.running.jupyter import IN_PROCESS  # noqa: PLC0415

    return _run(notebook, parameters, cwd=empty, engine_name=IN_PROCESS, told=told)


def _in_kernel(notebook: "NotebookNode", parameters: Mapping[str, str], empty: str, seconds: int) -> "NotebookNode":
    """The notebook run by papermill as it comes, in a kernel of its own that stands in the folder `empty`."""
    from nbclient.exceptions import DeadKernelError  # noqa: PLC0415
    from traitlets.config import Config  # noqa: PLC0415

    end = time.monotonic() + seconds
    sockets = str(Path(empty).with_name("kernel"))  # files, since ports are taken by two at a time now and then
    transport = {} if os.name == "nt" else {"transport": "ipc", "ip": sockets}
    try:
        return _run(
            notebook, parameters, timeout_func=lambda cell: max(1, int(end - time.monotonic())),
            start_timeout=START_SECONDS, config=Config({"KernelManager": transport}), shutdown_kernel="immediate",
            record_timing=False, coalesce_streams=True, resources={"metadata": {"path": empty}},
        )  # fmt: skip
    except DeadKernelError as error:
        raise fork.LostError from error
    except RuntimeError as error:
        if "respond" in str(error) or "died" in str(error):  # nbclient's and jupyter_client's way to say so
            raise fork.LostError from error
        raise


def _run(notebook: "NotebookNode", parameters: Mapping[str, str], **how: object) -> "NotebookNode":
    from audit.running.jupyter import PapermillExecutionError, papermill  # noqa: PLC0415

    logging.getLogger("papermill").setLevel(logging.ERROR)
    try:
        return papermill.execute_notebook(notebook, None, dict(parameters), progress_bar=False, **how)
    except PapermillExecutionError as error:
        raise StoppedError(error.ename, error.evalue) from error


# Executors: what takes a job and promises its outcome


def to_be_had(name: str) -> str:
    """The executor `name`, or what this machine has instead of it."""
    return "kernel" if name == "fork" and not fork.IS_TO_BE_HAD else name


def executor(name: str, workers: int = 0, seconds: int = SECONDS) -> AbstractContextManager[Workers]:
    """So many workers of the executor `name`, 0 for one a core, each so long on a job; a lost job is tried once more.

    kernel: papermill as it comes, a kernel a job: the reference. fork: a child a job, forked from a process that has
    loaded everything once, where that is to be had. The outcomes are equal. Raises AuditError for a name that is none.
    """
    if name not in EXECUTORS:
        raise AuditError("unknown_executor", name=name, valid=", ".join(EXECUTORS))
    workers = workers or os.cpu_count() or 1
    return _forked(workers, seconds) if to_be_had(name) == "fork" else _kernels(workers, seconds)


@contextmanager
def _kernels(workers: int, seconds: int) -> Iterator[Workers]:
    """Threads, each of which waits for a kernel."""
    with _threads(workers) as pool:
        yield Workers(lambda job: pool.submit(in_kernel, job, seconds), workers)


@contextmanager
def _forked(workers: int, seconds: int) -> Iterator[Workers]:
    """Threads, each of which waits for a child."""
    lanes = fork.Lanes(workers, START, JOBS)
    with _threads(workers) as pool:
        try:
            yield Workers(lambda job: pool.submit(in_child, lanes, job, seconds), workers)
        except BaseException:  # stopped: what is under way is not waited for
            lanes.close()
            raise
    lanes.close()


def in_child(lanes: fork.Lanes, job: Job, seconds: int) -> Outcome:
    """Do a job in a child; where this is lost, once more."""
    done = _in_child(lanes, job, seconds)
    return _in_child(lanes, job, seconds) if done.is_lost else done


def _in_child(lanes: fork.Lanes, job: Job, seconds: int) -> Outcome:
    try:
        return lanes.call(outcome, job, seconds=seconds)
    except fork.LostError:
        return Outcome.failed(AuditError("run_lost"), is_lost=True)
    except TimeoutError:
        return Outcome.failed(AuditError("took_too_long", seconds=seconds))


def in_kernel(job: Job, seconds: int) -> Outcome:
    """Do a job by papermill as it comes; where its kernel is lost, once more."""
    done = outcome(job, _in_kernel, seconds)
    return outcome(job, _in_kernel, seconds) if done.is_lost else done


@contextmanager
def _threads(workers: int) -> Iterator[ThreadPoolExecutor]:
    """A pool of threads whose waiting jobs are dropped where the work is stopped."""
    pool = ThreadPoolExecutor(workers, thread_name_prefix="audit")
    try:
        yield pool
    finally:
        pool.shutdown(cancel_futures=True)
