"""Jobs on the machines of a Dask cluster that is running already: each worker has its own warm process and children.

What is needed for it is optional: `commune-audit[cluster]`.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import cache
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any

from audit.ground import key, scratch
from audit.ground.extras import needs
from audit.ground.terms import AuditError
from audit.running import execute, fork
from audit.running.execute import Job, Outcome, Workers
from audit.running.toolkit import toolkit

ANSWER_SECONDS = 10  # that the scheduler may take to answer


@contextmanager
def workers(scheduler: str, seconds: int) -> Iterator[Workers]:
    """The workers of the scheduler at an address such as tcp://10.0.0.5:8786; each takes a job for so long.

    Jobs go out and outcomes come back as bytes; a folder on shared storage goes out as its address. Raises AuditError
    where Dask is not installed, the scheduler does not answer, or a worker has not this very toolkit.
    """
    distributed = _library("distributed")
    try:
        client = distributed.Client(scheduler, timeout=ANSWER_SECONDS, set_as_default=False)
    except (OSError, ValueError) as error:  # a TimeoutError is one
        raise AuditError("no_scheduler", address=scheduler) from error
    with client:
        threads = client.nthreads()
        if not threads:
            raise AuditError("no_workers", address=scheduler)
        _refuse_others(client, threads)
        with client.get_executor(pure=False) as pool:
            yield Workers(lambda job: pool.submit(outcome, job, seconds), sum(threads.values()), read_addresses=True)


def fetched(address: str) -> tuple[dict[str, bytes], bytes | None]:
    """The files of an audit's folder on shared storage that an audit reads, and the key that its commune has beside it.

    Raises AuditError where there is no such folder, or it cannot be read.
    """
    from audit.reading import load, rooms  # noqa: PLC0415  heavy

    fsspec = _library("fsspec")
    commune, period = address.rstrip("/").rsplit("/", 2)[-2:]
    try:
        storage, root = fsspec.core.url_to_fs(address.rstrip("/"))
        files = _listed(storage, root)
        if storage.isdir(kept := f"{root.rstrip('/')}/{load.EXPORTS}"):
            files |= {f"{load.EXPORTS}/{name}": path for name, path in _listed(storage, kept).items()}
        if storage.isdir(kept := f"{root.rstrip('/')}/{rooms.EVIDENCE}"):
            files |= {f"{rooms.EVIDENCE}{path.partition(kept)[2]}": path for path in storage.find(kept)}
        with scratch.folder() as own:
            folder = own / commune / period
            folder.mkdir(parents=True)
            for name in filter(load.may_be_read, files):
                (folder / name).parent.mkdir(parents=True, exist_ok=True)
                (folder / name).write_bytes(storage.cat_file(files[name]))
            beside = f"{root.rstrip('/').rpartition('/')[0]}/{key.NAME}"
            if storage.exists(beside):
                (folder.parent / key.NAME).write_bytes(storage.cat_file(beside))
            return load.contents(folder)
    except (OSError, ValueError, ImportError) as error:
        raise AuditError("no_storage", address=f"{commune}/{period}", error=type(error).__name__) from error


def _listed(storage: Any, folder: str) -> dict[str, str]:
    """The files of a folder on shared storage, by name."""
    return {Path(one["name"]).name: one["name"] for one in storage.ls(folder, detail=True) if one["type"] == "file"}


# On the workers


def outcome(job: Job, seconds: int) -> Outcome:
    """What a child of this worker made of a job."""
    if job.address:
        try:
            contents, commune_key = fetched(job.address)
        except AuditError as error:
            return Outcome.failed(error)
        job = replace(job, contents=contents, commune_key=commune_key, address="")
    if execute.to_be_had("fork") == "fork":
        return execute.in_child(_lanes(), job, seconds)
    return execute.in_kernel(job, seconds)


@cache
def _lanes() -> fork.Lanes:
    """The lanes of this worker, one for each of its threads, for as long as it lives."""
    from distributed import get_worker  # noqa: PLC0415

    return fork.Lanes(get_worker().state.nthreads, execute.START)


def _refuse_others(client, threads: dict[str, int]) -> None:
    """Raise AuditError for workers that have another toolkit, or none."""
    try:
        toolkits = client.run(toolkit, on_error="return")
    except Exception:  # a worker that cannot even read what it is asked
        toolkits = {}
    others = [worker for worker in threads if toolkits.get(worker) != toolkit()]
    if others:
        raise AuditError("other_version", workers=", ".join(sorted(others)))


def _library(name: str) -> ModuleType:
    with needs("cluster"):
        return import_module(name)
