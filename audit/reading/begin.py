"""An audit's folder from files as received: what each file is, and what `office.toml` may say, to be confirmed."""

import hashlib
import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pandas as pd

from audit.ground import whole
from audit.ground.terms import AuditError, UnitLevel, text
from audit.ground.written import as_toml
from audit.reading import load
from audit.reading.cells import folded
from audit.reading.received import ANY, UnknownWord, unknown_words, with_names
from audit.reading.recognise import FOLDER
from audit.reading.settings import settings_of
from audit.records.registry import BY_NAME, JUDGED, KEPT

_LEVELS = (  # words of a unit's name, and where it then stands; the first that occurs
    (UnitLevel.COMMUNE, r"(?:ubnd|ủy ban nhân dân) (?:xã|phường|thị trấn|đặc khu)"),
    (UnitLevel.DESK, r"một cửa|hành chính công|tiếp nhận và trả"),
    (UnitLevel.UPPER_LEVEL, r"chi nhánh|đăng ký đất đai|\btỉnh\b|\bhuyện\b|\bsở\b|chi cục|khu vực|thành phố"),
    (UnitLevel.COMMUNE, r"\bubnd\b|ủy ban nhân dân|\bxã\b|\bphường\b|đặc khu|công chức|phòng"),
)
_COMMUNE = re.compile(r"(?:UBND|Ủy ban nhân dân)\s+((?:xã|phường|đặc khu|thị trấn)\s+[^,;()]+)", re.IGNORECASE)
_SPANS = (1, 3, 6, 12)  # months that offices report on
_WITHIN = 0.9  # of the receipts, that a proposed period must hold


@dataclass(frozen=True)
class Found:
    """What the files as received are and say.

    `records`: each record with its files, in their order; `rows` of each. `unused`, `not_opened`: files of which
    nobody knows what they are. `units`: each unit as written, how often, and where it seems to stand. `words`: those
    that nobody listed. The rest is proposed: "" or None where the files do not tell.
    """

    records: Mapping[str, tuple[str, ...]]
    rows: Mapping[str, int]
    unused: Mapping[str, str]
    not_opened: tuple[str, ...]
    units: Mapping[str, tuple[int, UnitLevel]]
    words: tuple[UnknownWord, ...]
    name: str
    first_on: date | None
    last_on: date | None
    as_of: date | None


@dataclass(frozen=True)
class Answers:
    """What a person says: all that goes into `office.toml`; `units`: where each stands; `report`: its number;
    `left_out`: files that are none of the records, with the SHA-256 of each."""

    name: str
    province: str
    first_on: date
    last_on: date
    as_of: date
    kept: Sequence[str]
    units: Mapping[str, UnitLevel] = field(default_factory=dict)
    made_up: bool = False
    report: str = ""
    left_out: Mapping[str, str] = field(default_factory=dict)


def found(contents: Mapping[str, bytes]) -> Found:
    """What the files, by name, are and say. Raises AuditError where none is the export of a software."""
    tables, files = load.records_of(contents, settings_of(contents, ANY), "")
    software = tables["software"].frame
    received = software["received_at"].dropna()
    units: dict[str, int] = {}
    for record in JUDGED:
        for unit, level in record.levels.items():
            frame = tables[record.name].frame
            written = frame.loc[frame[level] == UnitLevel.UNKNOWN, unit]
            for name, count in written.dropna().value_counts().items():
                units[str(name)] = units.get(str(name), 0) + int(count)
    first, last = _period(received)
    days = [frame[column].dropna() for frame, column in (
        (software, "received_at"), (software, "closed_at"), (tables["register"].frame, "returned_on"))]  # fmt: skip
    latest = max((each.max().date() for each in days if len(each)), default=None)
    named = [match[1].strip() for name in units if (match := _COMMUNE.search(name))]
    return Found(
        {name: table.files for name, table in tables.items() if table.files},
        {name: len(table.frame) for name, table in tables.items() if table.files},
        files.unused, tuple(files.not_opened),
        {name: (count, _level(name)) for name, count in sorted(units.items(), key=lambda unit: (-unit[1], unit[0]))},
        unknown_words(tables), max(named, key=named.count) if named else "", first, last,
        latest if latest and last and latest >= last else None,
    )  # fmt: skip


def _level(unit: str) -> UnitLevel:
    return next((level for level, words in _LEVELS if re.search(words, folded(unit))), UnitLevel.UNKNOWN)


def _period(received: pd.Series) -> tuple[date | None, date | None]:
    """The shortest month, quarter, half or whole year that holds nine tenths of the receipts; else all their months."""
    if received.empty:
        return None, None
    for months in _SPANS:
        starts = received.map(lambda at, months=months: date(at.year, (at.month - 1) // months * months + 1, 1))
        counts = starts.value_counts()
        if counts.iloc[0] >= _WITHIN * len(received):
            first = counts.index[0]
            return first, _end(first, months)
    first, last = received.min().date().replace(day=1), received.max().date().replace(day=1)
    return first, _end(last, 1)


def _end(first: date, months: int) -> date:
    """The last day of so many months from the first of one."""
    after = first.year * 12 + first.month - 1 + months
    return date(after // 12, after % 12 + 1, 1) - timedelta(1)


def refuse_taken(folder: Path) -> None:
    """Raise AuditError for a place where something is already."""
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise AuditError("new_folder_there", folder=folder.name)


def entries(file: Path) -> Mapping[str, Any]:
    """The answers that a person has written into a TOML file. Raises AuditError for one that cannot be read."""
    try:
        return tomllib.loads(file.read_text(encoding="utf-8-sig"))
    except (OSError, ValueError) as error:
        raise AuditError("answers_file", file=file.name) from error


def unsure(received: Found, lang: str) -> list[str]:
    """What is said of each file of which nobody knows what it is."""
    said = [
        text("begin.unknown", lang, file=name) if record == FOLDER
        else text("begin.unused", lang, file=name, record=text(f"record.{record}", lang))
        for name, record in received.unused.items()
    ]  # fmt: skip
    return said + [text("reading.not_opened", lang, file=name) for name in received.not_opened]


def make(
    folder: Path, contents: Mapping[str, bytes], received: Found, answers: Answers,
    written: Mapping[str, str] | None = None,
) -> dict[str, str]:  # fmt: skip
    """Write the audit's folder: `office.toml`, and every file, those that are read under their records' names.

    Where it was `written` before, what was written then and is no more goes, and whatever else lies there stays.
    Gives the SHA-256 of what is written, by name. Only its owner may look into a new folder. Raises AuditError for a
    period that ends before it begins, and for a file that somebody has changed since it was written.
    """
    if answers.last_on < answers.first_on:
        raise AuditError("new_period", first=f"{answers.first_on:%d/%m/%Y}", last=f"{answers.last_on:%d/%m/%Y}")
    new = names(received)
    files = {new.get(name, name): content for name, content in contents.items()}  # also what nobody knows
    if "headings.csv" in files:
        files["headings.csv"] = with_names(files["headings.csv"], new)
    files |= {"office.toml": office_toml(answers).encode("utf-8")}
    marks = {name: _mark(content) for name, content in files.items()}
    if not written:
        whole.fill(folder, files, is_private=True)
        return marks
    _refuse_changed(folder, written, marks)
    for name, content in files.items():
        whole.write(folder / name, content)
    for name in set(written) - set(files):
        (folder / name).unlink(missing_ok=True)
    return marks


def _refuse_changed(folder: Path, written: Mapping[str, str], marks: Mapping[str, str]) -> None:
    """Raise AuditError where a file that would be written or taken away is not as it was written."""
    for name in sorted(written.keys() | marks.keys()):
        there = _mark((folder / name).read_bytes()) if (folder / name).is_file() else None
        if there not in (None, written.get(name), marks.get(name)):
            raise AuditError("new_changed", file=name)


def _mark(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def is_audit(folder: Path) -> bool:
    """Whether an audit's folder is there already."""
    return (folder / "office.toml").is_file()


def received_in(folder: Path) -> dict[str, bytes]:
    """The files as received in a folder, by name; an `office.toml` there is none of them."""
    if not folder.is_dir():
        raise AuditError("no_folder", folder=folder.name)
    return {name: content for name, content in load.files(folder).items() if name != "office.toml"}


def names(received: Found) -> dict[str, str]:
    """Under which name each file that is read goes into the folder: its record's, numbered where there are several."""
    new: dict[str, str] = {}
    for record, files in received.records.items():
        for number, file in enumerate(files, start=1):
            numbered = f"-{number}" if len(files) > 1 else ""
            new[file] = f"{record}{numbered}{Path(file).suffix.lower()}"
    return new


def office_toml(answers: Answers) -> str:
    """`office.toml` as the answers have it."""

    def listed(level: UnitLevel) -> str:
        return as_toml([name for name, one in answers.units.items() if one == level])

    kept = as_toml([name for name in KEPT if name in answers.kept])
    left_out = [text("begin.left_out", "vi", file=as_toml(name), sha256=mark)
                for name, mark in answers.left_out.items()]  # fmt: skip
    lines = [
        *(f"# {line}" for line in left_out),
        f"as_of = {answers.as_of}", *(["made_up = true"] if answers.made_up else []), "", "[office]",
        f"name = {as_toml(answers.name)}", f"province = {as_toml(answers.province)}", "", "[period]",
        f"first_on = {answers.first_on}", f"last_on = {answers.last_on}", "", "[units]",
        *(f"{level} = {listed(level)}" for level in (UnitLevel.DESK, UnitLevel.COMMUNE, UnitLevel.UPPER_LEVEL)),
        "", "[records]", f"kept = {kept}", "",
        *(["[report]", f"number = {as_toml(answers.report)}", ""] if answers.report else []),
    ]  # fmt: skip
    return "\n".join(lines)


def asked_of_kept() -> tuple[str, ...]:
    """The records of which it must be said whether the office keeps them."""
    return tuple(name for name in KEPT if BY_NAME[name].is_judged)
