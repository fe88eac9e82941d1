"""What audits that were made before have counted, read from their `result.json`."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pandas as pd

from audit.ground.terms import AuditError
from audit.reading.cells import day
from audit.reading.load import Input
from audit.rollup.rollup_table import place

RESULTS = "*/*/result.json"  # <commune>/<period>/result.json
AUDIT = {
    "audit": "str", "commune": "str", "kind": "str", "name": "str", "district": "str", "first_on": "object",
    "last_on": "object", "is_of_period": "bool", "counts": "object",
}  # fmt: skip
UNREADABLE = {"audit": "str", "problem": "str"}


@dataclass(frozen=True)
class Audits:
    """The audits in a folder.

    `frame`: a row per audit: the folder's name, the `commune` as written with its `kind` and `name` as keys, its
    `district`, the first and last day of its period, whether that is the one asked for (any, where none is), and
    `counts`: measure to definition to (at least, at most), the plainest definition first, empty for an audit made
    before they were kept. `unreadable`: an audit a row that cannot be read, and why.
    """

    folder: str
    first_on: date | None
    last_on: date | None
    frame: pd.DataFrame
    unreadable: pd.DataFrame
    inputs: tuple[Input, ...]


def read(folder: str | Path, first_on: str = "", last_on: str = "") -> Audits:
    """Every audit in `folder`, as `audit run` wrote them; none where `folder` is empty text.

    Raises AuditError where there is no such folder, and where one of the days is given without the other.
    """
    if bool(first_on) != bool(last_on):
        raise AuditError("half_period", first=first_on or "–", last=last_on or "–")
    first, last = (day(first_on), day(last_on)) if first_on else (None, None)
    path = Path(folder).resolve()
    if folder and not path.is_dir():
        raise AuditError("no_folder", folder=path.name)
    rows, unreadable, inputs = [], [], []
    for file in sorted(path.glob(RESULTS)) if folder else ():
        name = "/".join(file.parts[-3:-1])
        if any(part.startswith(".") for part in file.parts[-3:-1]):  # a run that is being put in place
            continue
        content = file.read_bytes()
        inputs.append(Input(f"{name}/{file.name}", hashlib.sha256(content).hexdigest(), None))
        try:
            rows.append(_audit(name, json.loads(content), (first, last)))
        except (ValueError, KeyError, TypeError, AttributeError):
            unreadable.append({"audit": name, "problem": "audit_unreadable"})
    frame = pd.DataFrame(rows, columns=list(AUDIT)).astype(AUDIT)
    bad = pd.DataFrame(unreadable, columns=list(UNREADABLE)).astype(UNREADABLE)
    return Audits(path.name if folder else "", first, last, frame, bad, tuple(inputs))


def _audit(audit: str, result: Mapping, period: tuple[date | None, date | None]) -> dict:
    commune, district = result["office"]["commune"], result["office"].get("district", "")
    first, last = (date.fromisoformat(result["period"][name]) for name in ("first_on", "last_on"))
    counts = {
        measure: {name: _bounds(count) for name, count in by_definition.items()}
        for measure, by_definition in result.get("counts", {}).items()
    }
    values = (audit, commune, *place(commune), district, first, last, period in ((first, last), (None, None)), counts)
    return dict(zip(AUDIT, values, strict=True))


def _bounds(count: Mapping) -> tuple[int, int | None]:
    at_least, at_most = count["at_least"], count["at_most"]
    if type(at_least) is not int or not (at_most is None or (type(at_most) is int and at_least <= at_most)):
        raise ValueError(count)
    return at_least, at_most
