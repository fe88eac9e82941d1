"""Locks that the system itself holds: they end with the program that holds them, however that ends."""

import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_PAUSE = 0.02


def taken(path: Path) -> int | None:
    """The file at `path`, made where there is none, open and locked; None while somebody else holds it.

    To be given back by `release`. Raises OSError where it cannot be opened.
    """
    lock = os.open(path, os.O_RDONLY | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0), 0o666)
    try:
        if sys.platform == "win32":
            import msvcrt  # noqa: PLC0415  only there

            msvcrt.locking(lock, msvcrt.LK_NBLCK, 1)
        else:
            import fcntl  # noqa: PLC0415  not there

            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        if os.path.samestat(os.fstat(lock), path.stat()):
            return lock
    except OSError:  # held, or taken away
        pass
    os.close(lock)
    return None


def release(lock: int) -> None:
    """Give a lock back, and those who were forked meanwhile with it."""
    if sys.platform != "win32":
        import fcntl  # noqa: PLC0415

        fcntl.flock(lock, fcntl.LOCK_UN)
    os.close(lock)


def awaited(path: Path, seconds: float) -> int:
    """The lock at `path`, once nobody else holds it; raises TimeoutError after so many seconds."""
    until = time.monotonic() + seconds
    while (lock := taken(path)) is None:
        if time.monotonic() > until:
            raise TimeoutError(path.name)
        time.sleep(_PAUSE)
    return lock


@contextmanager
def given_back(lock: int, path: Path) -> Iterator[None]:
    """Give back the lock at `path` at the end, and take its file away."""
    try:
        yield
    finally:
        if sys.platform != "win32":  # there an open file cannot be taken away; it stays, empty
            path.unlink(missing_ok=True)
        release(lock)
