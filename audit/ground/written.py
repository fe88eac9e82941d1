"""How files are written: values as TOML has them, cells that no spreadsheet runs, packages without a moment."""

import io
import json
import zipfile
from collections.abc import Callable

FIRST_MOMENT = (1980, 1, 1, 0, 0, 0)  # that a zip file can tell
_RUN = ("=", "+", "-", "@", "\t", "\r")  # what a spreadsheet takes for the beginning of a formula


def as_toml(value: object) -> str:
    """A text, a number or a list of these as TOML writes it: as JSON does, but for one sign that TOML does not take."""
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")


def inert(cell: str) -> str:
    """A cell that no spreadsheet takes for a formula."""
    return f"'{cell}" if cell[:1] in _RUN else cell


def undated(package: bytes, settled: Callable[[str, bytes], bytes] = lambda name, part: part) -> bytes:
    """A .docx or .xlsx with no moment of its making, so that equal contents give equal bytes.

    `settled` gives what becomes of a part, by its name.
    """
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(package)) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            part = settled(name, old.read(name))
            new.writestr(zipfile.ZipInfo(name, FIRST_MOMENT), part, zipfile.ZIP_DEFLATED)
    return target.getvalue()
