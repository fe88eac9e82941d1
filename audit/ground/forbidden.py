"""What the system does not allow, in words: a full disk, a name that is taken, a file that another program holds."""

import errno
import re
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from audit.ground.terms import AuditError

FULL = frozenset({errno.ENOSPC, getattr(errno, "EDQUOT", errno.ENOSPC)})
_TAKEN = {errno.EISDIR, errno.ENOTDIR, errno.EEXIST, errno.ENOTEMPTY}
_NO_NAME = re.compile(r'[\x00-\x1f<>:"/\\|?*]|[. ]$|^$')
_DEVICE = re.compile(r"(?i)(con|prn|aux|nul|com\d|lpt\d)(\..*)?")
_NAMED = 3  # parts of a path: a commune, its period, a file


def alike(name: str) -> str:
    """What a name and all that some file system takes for the same name have in common."""
    return unicodedata.normalize("NFC", name).casefold()


def holds_no_file(name: str) -> bool:
    """Whether some system cannot have a file of this name, or takes it for something else (a:b is a stream of a)."""
    return bool(_NO_NAME.search(name) or _DEVICE.fullmatch(name))


@contextmanager
def said_of(file: Path) -> Iterator[None]:
    """Whatever the system says against writing `file` as an AuditError: what it is, which file, and what to do."""
    try:
        yield
    except OSError as error:
        raise refused(error, file) from error


def refused(error: OSError, file: Path) -> AuditError:
    """What the system says against writing `file`; the folders of this machine above it are not named."""
    if error.errno in FULL:
        return AuditError("disk_full", file=_shown(file))
    if error.errno in _TAKEN:
        return AuditError("name_taken", file=_shown(_taken(file)))
    return AuditError("cannot_write", file=_shown(_held(file)))


def _shown(file: Path) -> str:
    return "/".join(file.parts[-_NAMED:])


def _taken(file: Path) -> Path:
    """The first name on the way to a file that stands for another thing."""
    return next((one for one in reversed(file.parents) if one.exists() and not one.is_dir()), file)


def _held(target: Path) -> Path:
    """The first file of a folder that another program keeps from being written; the target itself where none does."""
    inside = sorted(target.glob("*")) if target.is_dir() else []
    return next((path for path in inside if path.is_file() and not _may_be_written(path)), target)


def _may_be_written(path: Path) -> bool:
    try:
        with path.open("r+b"):
            return True
    except OSError:
        return False
