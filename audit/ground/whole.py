"""Files and folders written whole: whoever reads meanwhile, and a run that is stopped, finds the old or the new."""

import errno
import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from audit.ground import forbidden, scratch


def write(file: Path, content: bytes, *, is_private: bool = False) -> None:
    """Write a file, in a folder that is made where there is none; one that `is_private` nobody but its owner reads.

    One that is there keeps its rights. Raises AuditError, which names the file, where it cannot be written.
    """
    mode = 0o600 if is_private else 0o666
    with scratch.folder() as own, forbidden.said_of(file):
        file.parent.mkdir(parents=True, exist_ok=True)
        scratch.sweep(file.parent)
        fresh = scratch.beside(file, own)
        try:
            with open(fresh, "xb", opener=lambda path, flags: os.open(path, flags, mode)) as stream:
                stream.write(content)
                stream.flush()
                os.fsync(stream.fileno())
            if file.is_file() and not is_private:
                shutil.copymode(file, fresh)
            fresh.replace(file)
        finally:
            scratch.remove(fresh)


def fill(target: Path, files: Mapping[str, bytes], *, is_private: bool = False) -> None:
    """Put `files`, by name, in place of the folder `target`, all or none.

    Raises AuditError, which names the file, where one cannot be written.
    """
    with fresh(target, is_private=is_private) as folder:
        for name, content in files.items():
            with forbidden.said_of(target / name):
                (folder / name).write_bytes(content)


@contextmanager
def fresh(target: Path, *, is_private: bool = False) -> Iterator[Path]:
    """A folder that is put in place of `target` where all goes well; it has the rights that its own folder gives.

    Raises AuditError where it cannot be: nothing is changed then.
    """
    with scratch.folder() as own:
        folder = scratch.beside(target, own)
        try:
            with forbidden.said_of(target):
                target.parent.mkdir(parents=True, exist_ok=True)
                clear(target)
                folder.mkdir(mode=0o700 if is_private else 0o777)
            yield folder
            with forbidden.said_of(target):
                _replace(target, folder)
        finally:
            scratch.remove(folder)


@contextmanager
def private_beside(target: Path) -> Iterator[Path]:
    """A working folder beside `target` for its owner alone, for other machines to see; gone afterwards."""
    with scratch.folder() as own:
        folder = scratch.beside(target, own)
        try:
            with forbidden.said_of(target):
                folder.mkdir(mode=0o700)
            yield folder
        finally:
            scratch.remove(folder)


def clear(target: Path) -> None:
    """Bring back the last good folder that a run has taken away and not replaced; sweep what killed runs left beside.

    Raises AuditError where the system does not allow it.
    """
    if _old(target).exists():
        with forbidden.said_of(target), scratch.alone():
            _restore(target)
    scratch.sweep(target.parent)


def _replace(target: Path, folder: Path) -> None:
    """Put `folder` where the folder `target` is; whatever stops it, the last good one is brought back."""
    with scratch.alone():
        if target.exists() and not target.is_dir():
            raise NotADirectoryError(errno.ENOTDIR, "", str(target))
        try:
            if target.exists():
                shutil.copymode(target, folder)
                scratch.remove(_old(target))
                target.rename(_old(target))
            folder.rename(target)
        finally:
            _restore(target)


def _restore(target: Path) -> None:
    """Bring back the last good folder where there is no other; take it away where there is."""
    old = _old(target)
    if old.exists() and not target.exists():
        old.rename(target)
    scratch.remove(old)


def _old(target: Path) -> Path:
    return target.with_name(f".{target.name}.old")
