"""The mark of the toolkit: two copies of it that bear one mark make the same bytes of the same files."""

import hashlib
import json
import platform
import re
from contextlib import suppress
from functools import cache
from importlib import metadata
from pathlib import Path

from audit.ground.shipped import shipped
from audit.running.export import AUDIT

DISTRIBUTION = "commune-audit"
_DRAWING = re.compile(r"extra == [\"']documents\b")  # what paints images of papers anew
_PACKAGE = Path(__file__).parents[1]


@cache
def toolkit() -> str:
    """The mark of the toolkit: of its source, notebook and reference data, Python, and the libraries it names."""
    marks = {"python": platform.python_version()}
    for root in (_PACKAGE, shipped("reference/calendar.csv").parent):
        marks |= {path.relative_to(root).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
                  for path in root.rglob("*") if path.is_file() and path.suffix != ".pyc"}  # fmt: skip
    marks[AUDIT.notebook] = hashlib.sha256(shipped(AUDIT.notebook).read_bytes()).hexdigest()
    return hashlib.sha256(json.dumps(marks | _libraries(), sort_keys=True).encode()).hexdigest()


@cache
def calendar() -> str:
    """The SHA-256 of the calendar of days off that terms are counted with."""
    return hashlib.sha256(shipped("reference/calendar.csv").read_bytes()).hexdigest()


def program() -> str:
    """The version of the program; empty where it was not installed."""
    try:
        return metadata.version(DISTRIBUTION)
    except metadata.PackageNotFoundError:
        return ""


def _libraries() -> dict[str, str]:
    """The version of each library that an audit's bytes may rest on; none of those that are not installed."""
    found: dict[str, str] = {}
    with suppress(metadata.PackageNotFoundError):
        for line in metadata.requires(DISTRIBUTION) or ():
            if "extra ==" not in line or _DRAWING.search(line):
                name = re.split(r"[^\w.-]", line)[0]
                with suppress(metadata.PackageNotFoundError):
                    found[name] = metadata.version(name)
    return found
