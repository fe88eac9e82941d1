"""The lines of small files that are no records: what the inspector writes, and what comes with the toolkit."""

from collections.abc import Mapping
from functools import cache

from audit.ground.shipped import shipped
from audit.ground.terms import AuditError
from audit.reading import sheets

SETTINGS = {  # files that the inspector writes, and the headings that each must have
    "headings.csv": ("record", "column", "heading"),
    "words.csv": ("column", "written", "value"),
    "procedures.csv": ("procedure", "term", "unit", "in_force_from", "in_force_to", "source"),
    "corrections.csv": ("record", "sheet", "row", "column", "was", "now", "why", "by", "on"),
}
SAMPLE = "sample.toml"  # the plan of a sample, which the toolkit writes


def own_lines(name: str, contents: Mapping[str, bytes]) -> list[dict[str, str]]:
    """The lines of a folder's own file, by heading; none where `contents` has none of this `name`."""
    return _lines(name, contents[name]) if name in contents else []


def reference_lines(name: str) -> list[dict[str, str]]:
    """The lines of a file of `data/reference`, by heading."""
    return [dict(line) for line in _shipped_lines(name)]


@cache
def _shipped_lines(name: str) -> tuple[dict[str, str], ...]:
    return tuple(_lines(name, shipped(f"reference/{name}").read_bytes()))


def _lines(name: str, content: bytes) -> list[dict[str, str]]:
    first, *rest = [cells for _, cells in sheets.read(name, content)[0].rows] or [[]]
    lines = [dict(zip(first, [*cells, *[""] * len(first)], strict=False)) for cells in rest]
    if missing := [heading for heading in SETTINGS.get(name, ()) if heading not in first]:
        raise AuditError("settings_heading", file=name, headings=", ".join(missing), found=", ".join(first))
    return lines


def shown_headings(record: str) -> dict[str, str]:
    """Column to the heading under which we write it: the first that is listed for the record and in words."""
    found: dict[str, str] = {}
    for line in reference_lines("headings.csv"):
        if line["record"] == record and line["heading"] != line["column"]:
            found.setdefault(line["column"], line["heading"])
    return found
