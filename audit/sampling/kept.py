"""The plan of a sample in an audit's folder, `sample.toml`: anybody can draw it again from this file alone.

That of lines of the register stands in a file of its own.
"""

import json
import tomllib
from collections.abc import Mapping
from pathlib import Path

from pydantic import ValidationError

from audit.ground import whole
from audit.ground.terms import LANGUAGES, AuditError, DrawnFrom, text
from audit.reading.lines import SAMPLE
from audit.sampling import draw
from audit.sampling.plan import Plan, is_sound

REGISTER = DrawnFrom.REGISTER
NAMES = {DrawnFrom.SOFTWARE: SAMPLE, DrawnFrom.REGISTER: "sample-register.toml"}


def read(folder: Path, drawn_from: DrawnFrom = DrawnFrom.SOFTWARE) -> Plan | None:
    """The plan in a folder; None where there is none. Raises AuditError for one that is not as it was written."""
    file = Path(folder) / NAMES[drawn_from]
    try:
        return parsed(file.read_bytes(), drawn_from) if file.is_file() else None
    except OSError as error:
        raise AuditError("sample_file", file=file.name) from error


def parsed(written: bytes, drawn_from: DrawnFrom = DrawnFrom.SOFTWARE) -> Plan:
    """A plan as it is written in its file. Raises AuditError for one that is not as it was written."""
    name = NAMES[drawn_from]
    try:
        plan = Plan.model_validate(tomllib.loads(written.decode("utf-8-sig")))
    except (ValueError, ValidationError, RecursionError) as error:
        raise AuditError("sample_file", file=name) from error
    if plan.drawn_from != drawn_from or not is_sound(plan):
        raise AuditError("sample_file", file=name)
    if any(draw.fingerprint(one.codes) != one.fingerprint for one in plan.strata):
        raise AuditError("sample_changed", file=name)
    return plan


def write(plan: Plan, folder: Path) -> Path:
    """Write the plan into a folder, in place of the one that is there."""
    file = Path(folder) / NAMES[plan.drawn_from]
    whole.write(file, _toml(plan).encode("utf-8"), is_private=True)
    return file


def _toml(plan: Plan) -> str:
    said = [f"# {' '.join(text('sample.file_note', lang).split())}" for lang in LANGUAGES]
    entries = plan.model_dump(mode="json")
    strata, exports = entries.pop("strata"), entries.pop("exports")
    lines = [
        *said,
        *_entries(entries),
        "",
        "[exports]",
        *_entries({_written(name): mark for name, mark in exports.items()}),
    ]
    for one in strata:
        codes = one.pop("codes")
        lines += ["", "[[strata]]", *_entries(one), "codes = [", *(f"  {_written(code)}," for code in codes), "]"]
    return "\n".join(lines) + "\n"


def _entries(values: Mapping[str, object]) -> list[str]:
    return [f"{name} = {_written(value)}" for name, value in values.items()]


def _written(value: object) -> str:
    """A text or a number as TOML writes it, which is as JSON does but for one sign."""
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
