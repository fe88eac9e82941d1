"""The plan of a sample in an audit's folder, `sample.toml`: anybody can draw it again from this file alone.

That of lines of the register stands in a file of its own; that of the visits in a province beside its `province.toml`.
"""

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import TypeVar

from pydantic import ValidationError

from audit.findings.schema import Part
from audit.ground import whole
from audit.ground.terms import LANGUAGES, AuditError, DrawnFrom, text
from audit.ground.written import as_toml
from audit.reading import load
from audit.reading.lines import SAMPLE
from audit.sampling import draw, visits
from audit.sampling.plan import Plan, is_sound
from audit.sampling.visits import Province

P = TypeVar("P", bound=Part)
REGISTER = DrawnFrom.REGISTER
NAMES = {DrawnFrom.SOFTWARE: SAMPLE, DrawnFrom.REGISTER: "sample-register.toml"}


def read(folder: str | Path, drawn_from: DrawnFrom = DrawnFrom.SOFTWARE) -> Plan | None:
    """The plan in a folder; None where there is none. Raises AuditError for one that is not as it was written."""
    file = load.place(folder) / NAMES[drawn_from]
    try:
        return parsed(file.read_bytes(), drawn_from) if file.is_file() else None
    except OSError as error:
        raise AuditError("sample_file", file=file.name) from error


def parsed(written: bytes, drawn_from: DrawnFrom = DrawnFrom.SOFTWARE) -> Plan:
    """A plan as it is written in its file. Raises AuditError for one that is not as it was written."""
    name = NAMES[drawn_from]
    plan = _of_toml(Plan, written, name)
    if plan.drawn_from != drawn_from or not is_sound(plan):
        raise AuditError("sample_file", file=name)
    if any(draw.fingerprint(one.codes) != one.fingerprint for one in plan.strata):
        raise AuditError("sample_changed", file=name)
    return plan


def _of_toml(kind: type[P], written: bytes, name: str) -> P:
    """What a file says as a plan of a kind. Raises AuditError, which names it, where it is none."""
    try:
        return kind.model_validate(tomllib.loads(written.decode("utf-8-sig")))
    except (ValueError, ValidationError, RecursionError) as error:
        raise AuditError("sample_file", file=name) from error


def write(plan: Plan, folder: Path) -> Path:
    """Write the plan into a folder, in place of the one that is there."""
    file = Path(folder) / NAMES[plan.drawn_from]
    whole.write(file, _toml(plan).encode("utf-8"), is_private=True)
    return file


def visits_beside(province: Path) -> Path:
    """Where the plan of the visits of a `province.toml` is: beside it."""
    return Path(province).with_name(f"sample-{Path(province).stem}.toml")


def read_visits(file: Path) -> Province | None:
    """The plan of visits in a file, None where there is none. Raises AuditError for one that is not as written."""
    file = Path(file)
    if not file.is_file():
        return None
    try:
        plan = _of_toml(Province, file.read_bytes(), file.name)
    except OSError as error:
        raise AuditError("sample_file", file=file.name) from error
    if not visits.is_sound(plan):
        raise AuditError("sample_file", file=file.name)
    return plan


def visits_of(file: str | Path) -> Province:
    """The plan of visits in a file. Raises AuditError where there is none, too."""
    plan = read_visits(load.place(file))
    if plan is None:
        raise AuditError("no_visits", file=Path(file).name)
    return plan


def write_visits(plan: Province, file: Path) -> None:
    """Write the plan of visits into a file, in place of the one that is there."""
    entries = plan.model_dump(mode="json")
    communes = entries.pop("communes")
    lines = [*_note(), *_entries(entries)]
    for one in communes:
        lines += ["", "[[communes]]", *_entries(one)]
    whole.write(Path(file), ("\n".join(lines) + "\n").encode("utf-8"), is_private=True)


def _note() -> list[str]:
    return [f"# {' '.join(text('sample.file_note', lang).split())}" for lang in LANGUAGES]


def _toml(plan: Plan) -> str:
    entries = plan.model_dump(mode="json")
    strata, exports = entries.pop("strata"), entries.pop("exports")
    lines = [
        *_note(),
        *_entries(entries),
        "",
        "[exports]",
        *_entries({as_toml(name): mark for name, mark in exports.items()}),
    ]
    for one in strata:
        codes = one.pop("codes")
        lines += ["", "[[strata]]", *_entries(one), "codes = [", *(f"  {as_toml(code)}," for code in codes), "]"]
    return "\n".join(lines) + "\n"


def _entries(values: Mapping[str, object]) -> list[str]:
    return [f"{name} = {as_toml(value)}" for name, value in values.items()]
