"""Earlier periods of a commune: their folders beside an audit's, or a named one, and what a `result.json` says."""

import hashlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, NonNegativeInt, ValidationError, model_validator

from audit.ground.terms import AuditError, Edition, Population
from audit.reading import load
from audit.reading.cells import folded
from audit.reading.office import OfficeFile, Period
from audit.reading.office import read as read_office
from audit.reading.table import SHEET_WITHOUT_HEADINGS, UNPLACED

RESULT, OFFICE = "result.json", "office.toml"
NOT_LOOKED_FOR = ("none", "khong", "không")
MOST = 12  # periods that are looked at, three years of quarters; the latest
_OF_ANY_RECORD = ("file_not_opened", "file_unknown")
_NOT_WHOLE = ("file_not_used", SHEET_WITHOUT_HEADINGS, UNPLACED)
_MOST_BESIDE = 400  # folders of which the settings are read


@dataclass(frozen=True)
class Place:
    """Where a period is: a folder of records, or the bytes of a `result.json` where there are no records."""

    name: str
    folder: Path | None
    content: bytes | None


class _Read(BaseModel):
    """A part of a `result.json` of which only these fields are read."""

    model_config = ConfigDict(extra="ignore", frozen=True, from_attributes=True)


class Office(_Read):
    """Whose result it is."""

    commune: str
    province: str
    made_up: bool


class Days(Period):
    """First and last day of the period, both included."""

    model_config = _Read.model_config


class Share(_Read):
    """Dossiers of a total."""

    numerator: NonNegativeInt
    denominator: NonNegativeInt


class Range(_Read):
    """A share with the undecided counted against and for the office."""

    at_least: Share
    at_most: Share

    @model_validator(mode="after")
    def _in_order(self):
        if not self.at_least.numerator <= self.at_most.numerator <= self.at_most.denominator:
            raise ValueError("at_least > at_most")
        if self.at_least.denominator != self.at_most.denominator:
            raise ValueError("two totals")
        return self


class Dossier(_Read):
    """A dossier that was judged; `dossier_id` is masked in a shareable result."""

    dossier_id: str
    dossier_code: str
    population: Population
    received_on: date | None


class _Kind(_Read):
    """What is said of several dossiers in columns."""

    population: Population


class Columns(_Read):
    """Dossiers in columns of equal length, each of one of the `kinds`."""

    kinds: tuple[_Kind, ...]
    kind: tuple[NonNegativeInt, ...]
    dossier_id: tuple[str, ...]
    dossier_code: tuple[str, ...]
    received_on: tuple[date | None, ...]

    @model_validator(mode="after")
    def _is_whole(self):
        columns = (self.kind, self.dossier_id, self.dossier_code, self.received_on)
        if len(set(map(len, columns))) > 1 or max(self.kind, default=-1) >= len(self.kinds):
            raise ValueError("columns that do not fit")
        return self

    @property
    def each(self) -> Iterator[Dossier]:
        """The dossiers one by one."""
        columns = zip(self.dossier_id, self.dossier_code, self.kind, self.received_on, strict=True)
        for dossier_id, code, kind, received_on in columns:
            yield Dossier.model_construct(
                dossier_id=dossier_id, dossier_code=code, population=self.kinds[kind].population,
                received_on=received_on,
            )  # fmt: skip


class Answer(_Read):
    """A note on a finding; `by_office`: an answer of the audited office."""

    dossier_id: str | None
    by_office: bool = False
    text: str


class Problem(_Read):
    """Something that could not be read."""

    record: str
    problem: str


class Previous(_Read):
    """What is read of the result of an earlier period. `in_columns` is null where it did not list every dossier."""

    schema_version: str = Field(pattern=r"^1\.\d{1,4}$")
    edition: Edition
    office: Office
    period: Days
    versions: dict[str, str]
    verdicts: dict[str, NonNegativeInt]
    unread: NonNegativeInt
    on_time: dict[str, Range]
    cases: tuple[Dossier, ...]
    in_columns: Columns | None = None
    notes: tuple[Answer, ...] = ()
    problems: tuple[Problem, ...] = ()

    @property
    def is_export_whole(self) -> bool:
        """Whether all of the software's export was read, and no file that was not may be of it."""
        return not any(
            one.problem in _OF_ANY_RECORD or (one.record == "software" and one.problem in _NOT_WHOLE)
            for one in self.problems
        )

    @property
    def judged(self) -> tuple[Dossier, ...]:
        """The dossiers that are listed."""
        return (*self.cases, *(self.in_columns.each if self.in_columns else ()))

    @property
    def rules(self) -> str:
        """The version of the rules that it was judged by."""
        said = self.versions.get("rules", "")
        return said if re.fullmatch(r"[\d.-]{1,20}", said) else "?"

    @model_validator(mode="after")
    def _adds_up(self):
        codes = [one.dossier_code for one in self.judged]
        if len(set(codes)) < len(codes):
            raise ValueError("a dossier twice")
        if self.in_columns is not None and len(codes) != sum(self.verdicts.values()):
            raise ValueError("dossiers are not those of the verdicts")
        return self


def parsed(name: str, content: bytes) -> Previous:
    """The result of an earlier period; an AuditError where it is none, of another shape, or does not add up."""
    try:
        return Previous.model_validate_json(content, strict=True)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(map(str, first["loc"])) or first["type"]
        raise AuditError("previous_unreadable", file=name, where=where[:80]) from error


def places(folder: str | Path, named: str = "") -> list[Place]:
    """Where earlier periods of an audit's folder may be: beside it, or the one `named`, a folder or a `result.json`.

    Beside it is a folder of the same commune's folder that holds `office.toml`, or a `result.json` alone; links are not
    followed. None where `named` is "none". Raises AuditError where the one named is not there or is neither.
    """
    folder = load.place(folder)
    if folded(named) in NOT_LOOKED_FOR:
        return []
    if named.strip():
        place = _place(load.place(named))
        if place is None:
            raise AuditError("previous_not_there", written=Path(named).name, result=RESULT, office=OFFICE)
        return [place]
    if not folder.is_dir():
        return []
    beside = [one for one in sorted(folder.parent.iterdir()) if one.is_dir() and not one.is_symlink()]
    others = [one for one in beside if one != folder and not one.name.startswith(".")][:_MOST_BESIDE]
    return [place for one in others if (place := _place(one)) is not None]


def _place(path: Path) -> Place | None:
    if path.is_file():
        return Place(path.name, None, _bytes(path))
    if (path / OFFICE).is_file():
        return Place(path.name, path, None)
    return Place(path.name, None, _bytes(path / RESULT)) if (path / RESULT).is_file() else None


def _bytes(path: Path) -> bytes:
    if path.stat().st_size > load.MOST_BYTES:
        raise AuditError("file_too_big", file=path.name, most=load.MOST_BYTES // 1_000_000)
    return path.read_bytes()


def settings(place: Place) -> OfficeFile:
    """The `office.toml` of a folder of records; an AuditError as `office.read` raises it."""
    return read_office(OFFICE, _bytes(Path(place.folder or "") / OFFICE))


def use(names: tuple[str, str], then: tuple[date, date], own: tuple[str, str], here: tuple[date, date]) -> str:
    """What a period is to an audit: "earlier", or why it is none; by commune and province, first and last day."""
    if [*map(folded, names)] != [*map(folded, own)]:
        return "other_commune"
    if then[1] < here[0]:
        return "earlier"
    if then[0] > here[1]:
        return "later"
    return "same_period" if then == here else "overlaps"


def contents(folder: Path, named: str = "") -> dict[str, bytes]:
    """The files that an audit of a folder reads of the periods beside it, or of the one `named`, by "<folder>/<name>".

    Of a folder that is not of an earlier period of its commune that is `office.toml` alone: no record of another's.
    """
    found: dict[str, bytes] = {}
    for place in places(folder, named):
        if place.content is not None:
            found[f"{place.name}/{RESULT}"] = place.content
        elif place.folder is not None and _is_earlier(place, folder):
            files, _ = load.contents(place.folder)
            found |= {f"{place.name}/{name}": content for name, content in files.items()}
        elif place.folder is not None:
            found[f"{place.name}/{OFFICE}"] = _bytes(place.folder / OFFICE)
    return found


def _is_earlier(place: Place, folder: Path) -> bool:
    try:
        then, here = settings(place), settings(Place(folder.name, folder, None))
    except AuditError:
        return False
    named, own = ((one.office.name, one.office.province) for one in (then, here))
    days, these = ((one.period.first_on, one.period.last_on) for one in (then, here))
    return use(named, days, own, these) == "earlier"


def hashed(content: bytes) -> str:
    """The SHA-256 of a file."""
    return hashlib.sha256(content).hexdigest()


def digest(inputs: Mapping[str, str]) -> str:
    """One SHA-256 of the files that a period was judged from, by name and SHA-256 each."""
    lines = "".join(f"{sha256}  {name}\n" for name, sha256 in sorted(inputs.items()))
    return hashlib.sha256(lines.encode()).hexdigest()
