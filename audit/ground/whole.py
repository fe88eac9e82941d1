"""Files and folders written whole: whoever reads meanwhile, and a run that is stopped, finds the old or the new."""

import glob
import os
import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path


def write(file: Path, content: bytes, *, is_private: bool = False) -> None:
    """Write a file, in a folder that is made where there is none; one that `is_private` nobody but its owner reads."""
    file.parent.mkdir(parents=True, exist_ok=True)
    mode = 0o600 if is_private else 0o666
    with open(_fresh(file), "wb", opener=lambda path, flags: os.open(path, flags, mode)) as stream:
        stream.write(content)
    _fresh(file).replace(file)


def fill(target: Path, files: Mapping[str, bytes]) -> None:
    """Put `files`, by name, in place of the folder `target`, all or none."""
    target.parent.mkdir(parents=True, exist_ok=True)
    fresh = Path(tempfile.mkdtemp(prefix=f".{target.name}.new.", dir=target.parent))
    try:
        for name, content in files.items():
            (fresh / name).write_bytes(content)
        replace(target, fresh)
    finally:
        shutil.rmtree(fresh, ignore_errors=True)


def replace(target: Path, fresh: Path) -> None:
    """Put the folder `fresh` where the folder `target` is; stopped in between, the last good one is brought back."""
    old = _old(target)
    fresh.chmod(0o755)
    try:
        if target.exists():
            shutil.rmtree(old, ignore_errors=True)
            target.rename(old)
        fresh.rename(target)
        shutil.rmtree(old, ignore_errors=True)
    finally:
        restore(target)


def restore(target: Path) -> None:
    """Bring back the last good folder where a run was interrupted between taking it away and replacing it."""
    if _old(target).exists() and not target.exists():
        _old(target).rename(target)


def clear(target: Path, *files: Path) -> None:
    """Bring back the last good folder, and take away what else a killed run has left beside it and beside `files`."""
    restore(target)
    for left in [*target.parent.glob(f".{glob.escape(target.name)}.new.*"), _old(target)]:
        shutil.rmtree(left, ignore_errors=True)
    for one in files:
        _fresh(one).unlink(missing_ok=True)


def _fresh(file: Path) -> Path:
    return file.with_name(f".{file.name}.new")


def _old(target: Path) -> Path:
    return target.with_name(f".{target.name}.old")
