"""Working folders, which hold names while a run needs them: for their owner alone, and swept by whichever run is next.

All of a user's lie in one folder under the system's temporary one. Each is named <process>-<letters>, and the run that
made it holds a lock in it: one whose lock nobody holds is of a run that was killed. What is made beside an output, to
be put in its place at once, is named after the working folder of its run, so that it is known whether that still lives.
"""

import hashlib
import os
import platform
import re
import secrets
import shutil
import stat
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from audit.ground import forbidden, lock
from audit.ground.terms import AuditError

_LOCK, _ALL = ".lock", ".all.lock"
_MOST_SECONDS = 60  # that another run may take to sweep
_DAY = 24 * 60 * 60
_RUN = r"\d+-[0-9a-f]{8}"
_BESIDE = re.compile(rf"\.audit-([0-9a-f]{{6}})-({_RUN})\.new")


@contextmanager
def folder() -> Iterator[Path]:
    """A working folder of this run alone, gone afterwards; what killed runs have left is swept first.

    Raises AuditError where the folder of all of them is somebody else's.
    """
    own = place() / f"{os.getpid()}-{secrets.token_hex(4)}"
    with alone(), forbidden.said_of(own):
        _sweep()
        own.mkdir(mode=0o700)
        held = lock.taken(own / _LOCK)
    try:
        yield own
    finally:
        if held is not None:
            lock.release(held)
        shutil.rmtree(own, ignore_errors=True)


@contextmanager
def alone() -> Iterator[None]:
    """While this lasts no other run of this user sweeps, or puts an output in place; not to be asked for twice."""
    file = place() / _ALL
    with forbidden.said_of(file):
        held = lock.awaited(file, _MOST_SECONDS)
    try:
        yield
    finally:
        lock.release(held)


def place() -> Path:
    """The folder of all working folders of this user, made where there is none.

    Raises AuditError for one that is a link, somebody else's, or open to others.
    """
    user = os.getuid() if hasattr(os, "getuid") else "user"
    every = Path(tempfile.gettempdir()) / f"commune-audit-{user}"
    with forbidden.said_of(every), suppress(FileExistsError):
        every.mkdir(mode=0o700)
    found = every.lstat()
    is_ours = not hasattr(os, "getuid") or (found.st_uid == os.getuid() and not found.st_mode & 0o077)
    if not stat.S_ISDIR(found.st_mode) or not is_ours:
        raise AuditError("scratch_not_ours", folder=every)
    return every


def beside(target: Path, own: Path) -> Path:
    """Where a run whose working folder is `own` makes what is to take the place of `target`: one thing at a time."""
    return target.with_name(f".audit-{_here()}-{own.name}.new")


def sweep(folder: Path) -> None:
    """Take away what killed runs have left in a folder of outputs; never what a run that lives is making.

    What another user or machine has left on a shared disk goes after a day.
    """
    found = [path for path in _listed(folder) if _BESIDE.fullmatch(path.name)]
    if not found:
        return
    with alone():
        for path in filter(_is_left, found):
            remove(path)


def remove(path: Path) -> None:
    """Take away a file, or a folder with all that is in it, if there is one; a link itself, never where it leads."""
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path, ignore_errors=True)
    else:
        with suppress(OSError):
            path.unlink()


def _is_left(path: Path) -> bool:
    where, run = path.name.removesuffix(".new").split("-", 2)[1:]
    return not _lives(place() / run) if where == _here() else _is_old(path)


def _sweep() -> None:
    for own in _listed(place()):
        if re.fullmatch(_RUN, own.name) and not _lives(own):
            remove(own)


def _lives(own: Path) -> bool:
    """Whether the run whose working folder this is holds its lock still."""
    if not (own / _LOCK).exists():
        return False
    held = lock.taken(own / _LOCK)
    if held is None:
        return True
    lock.release(held)
    return False


def _here() -> str:
    """A mark of this machine and user."""
    return hashlib.sha256(f"{platform.node()} {place()}".encode()).hexdigest()[:6]


def _is_old(path: Path) -> bool:
    try:
        return time.time() - path.lstat().st_mtime > _DAY
    except OSError:
        return False


def _listed(folder: Path) -> list[Path]:
    try:
        return sorted(folder.iterdir())
    except OSError:
        return []
