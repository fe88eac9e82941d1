"""`office.toml`: whose records these are, of which period, and which units stand where."""

import json
import re
import tomllib
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, time
from itertools import pairwise
from typing import TYPE_CHECKING, Annotated, Any, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError, model_validator
from pydantic_core import PydanticCustomError

from audit.ground.terms import AuditError, Convention
from audit.records.registry import JUDGED_RECORDS, KEPT
from audit.records.software import RULED

MOST_LETTERS = 200
MOST_SHOWN = 80
SYSTEM = re.compile(r"[^\W\d_][^\W_]*(?:-[^\W_]+)*")  # the name of a case system: letters first, then - and digits
NEAR = 70  # how like two names must be, of 100, for one to be the other misspelt
WRONG = {  # what pydantic finds wrong with a value, and the key of what is said of it; dates besides
    "string_type": "office_text", "string_too_short": "office_empty", "string_too_long": "office_too_long",
    "tuple_type": "office_list", "model_type": "office_section", "bool_type": "office_true_or_false",
    "bool_parsing": "office_true_or_false", "literal_error": "office_choice", "enum": "office_choice",
    "time_zone": "office_time_zone", "working_hours": "office_working_hours",
    "system_name": "office_system",
}  # fmt: skip
if TYPE_CHECKING:
    KeptRecord = str
    AnyRecord = str
else:
    KeptRecord, AnyRecord = Literal[KEPT], Literal[JUDGED_RECORDS]  # a wrong name is answered with all of them
Words = Annotated[str, Field(min_length=1, max_length=MOST_LETTERS)]


def _time_zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise PydanticCustomError("time_zone", "no time zone") from error
    return name


def _span(written: str) -> tuple[time, time]:
    """First and last moment of hours worked without a break, from "07:30-11:30"."""
    match = re.fullmatch(r"\s*(\d{1,2}):(\d{2})\s*[-–]\s*(\d{1,2}):(\d{2})\s*", written)
    try:
        first, last = (time(int(match[at]), int(match[at + 1])) for at in (1, 3)) if match else (time.max, time.min)
    except ValueError:
        first, last = time.max, time.min
    if last <= first:
        raise PydanticCustomError("working_hours", "no hours")
    return first, last


def _spans(written: tuple[str, ...]) -> tuple[str, ...]:
    spans = [_span(one) for one in written]
    if not spans or any(two[0] < one[1] for one, two in pairwise(spans)):
        raise PydanticCustomError("working_hours", "no hours")
    return written


def _system(name: str) -> str:
    """A system's name as its file bears it, in any case of letters."""
    name = unicodedata.normalize("NFC", name).casefold()
    if not SYSTEM.fullmatch(name):
        raise PydanticCustomError("system_name", "no name of a system")
    return name


SystemName = Annotated[str, AfterValidator(_system)]
TimeZone = Annotated[str, AfterValidator(_time_zone)]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Commune(_Part):
    """The audited office."""

    name: Words
    district: str = ""
    province: str = ""


class Period(_Part):
    """The days reported on, both included."""

    first_on: date
    last_on: date

    @model_validator(mode="after")
    def _in_order(self):
        if self.last_on < self.first_on:
            raise ValueError("last_on < first_on")
        return self


class Units(_Part):
    """Names of units as the records write them, by where they stand; case and spaces do not matter."""

    desk: tuple[Words, ...] = ()
    commune: tuple[Words, ...] = ()
    upper_level: tuple[Words, ...] = ()


class RecordsKept(_Part):
    """Records that the office keeps: where the folder lacks one, nobody is found late for want of it.

    Where `kept` is not there nobody said so, and all are taken as kept. `complete`: those of which a person has checked
    that nothing is missing.
    """

    kept: tuple[KeptRecord, ...] | None = None
    complete: tuple[KeptRecord, ...] = ()


class DueDates(_Part):
    """The conventions of counting a term that are compared."""

    conventions: tuple[Convention, ...] = (Convention.CIVIL_CODE,)


class Reading(_Part):
    """How the records write days: `day_first`, `month_first`: those of which a person knows it. `time_zone`: in which a
    record's times without an offset are, Vietnam's where nothing is said.
    """

    day_first: tuple[AnyRecord, ...] = ()
    month_first: tuple[AnyRecord, ...] = ()
    time_zone: dict[AnyRecord, TimeZone] = {}


class Systems(_Part):
    """Which case system rules where several have a dossier and differ: by the `order` of all, or one for one thing.

    `closed` is the closing and the status that it brings.
    """

    order: tuple[SystemName, ...] = ()
    received: SystemName = ""
    due: SystemName = ""
    closed: SystemName = ""
    procedure: SystemName = ""

    def ruling(self, name: str) -> tuple[str, ...]:
        """The systems that rule something, the first before the next; () where nobody said."""
        return tuple(dict.fromkeys(filter(None, (getattr(self, name), *self.order))))

    @property
    def named(self) -> tuple[str, ...]:
        """Every system that rules anything."""
        return tuple(dict.fromkeys(one for name in RULED for one in self.ruling(name)))


class WorkingHours(_Part):
    """The hours of a working day in which filings are accepted, without a break each; assumed where nothing is said."""

    spans: Annotated[tuple[str, ...], AfterValidator(_spans)] = ("07:30-11:30", "13:30-17:30")

    @property
    def times(self) -> list[tuple[time, time]]:
        """The first and the last moment of each."""
        return [_span(written) for written in self.spans]

    @property
    def are_said(self) -> bool:
        """Whether `office.toml` gives them."""
        return "spans" in self.model_fields_set


class Report(_Part):
    """The report whose figures are checked."""

    number: str = ""
    dated_on: date | None = None


class Check(_Part):
    """The check or inspection that the audit serves: its kind, and the days of it that are known, none guessed."""

    kind: Literal["thanh_tra", "kiem_tra_bo", "kiem_tra_tinh", "kiem_tra_xa"]
    decided_on: date | None = None
    announced_on: date | None = None
    ended_on: date | None = None
    reported_on: date | None = None
    draft_ordered_on: date | None = None
    drafted_on: date | None = None
    signed_on: date | None = None
    instructed_on: date | None = None


class OfficeFile(_Part):
    """The whole of `office.toml`; `made_up` says that the dossiers are invented, and the page repeats it.

    `exports`: the day on which the software made an export, by the file's name.
    `files`: the case system that an export of another name is of, by the file's name.
    """

    office: Commune
    period: Period
    as_of: date | None = None
    made_up: bool = False
    units: Units = Units()
    records: RecordsKept = RecordsKept()
    due_dates: DueDates = DueDates()
    reading: Reading = Reading()
    working_hours: WorkingHours = WorkingHours()
    systems: Systems = Systems()
    files: dict[Words, SystemName] = {}
    report: Report = Report()
    check: Check | None = None
    exports: dict[Words, date] = {}


def read(name: str, content: bytes) -> OfficeFile:
    """`office.toml` as an object; an AuditError names the first line or entry that is wrong, and what stands there."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise AuditError("office_encoding", file=name, row=content[: error.start].count(b"\n") + 1) from error
    try:
        entries = tomllib.loads(text)
    except (ValueError, RecursionError) as error:
        row = _row(error, text)
        raise AuditError("not_toml", file=name, row=row, written=_shown(text.split("\n")[row - 1])) from error
    try:
        return OfficeFile.model_validate(entries)
    except ValidationError as error:
        raise _wrong(name, error.errors()) from error


def _row(error: Exception, text: str) -> int:
    """The line where the parser stopped; the last that is not empty where it read to the end."""
    at = re.search(r"at line (\d+)", str(error))
    return int(at[1]) if at else text.rstrip().count("\n") + 1


def _wrong(file: str, errors: Sequence[Mapping]) -> AuditError:
    """What is said of the first error; of a missing entry together with the misspelt one that stands for it."""
    first = errors[0]
    *path, entry = (part for part in first["loc"] if isinstance(part, str))
    place = {"file": file, "entry": _shown(".".join([*path, entry]))}
    written, kind = _shown(first["input"]), first["type"]
    if kind == "missing":
        unknown = [error["loc"][-1] for error in errors if error["type"] == "extra_forbidden"
                   and error["loc"][:-1] == first["loc"][:-1]]  # fmt: skip
        near = _near(entry, unknown)
        return AuditError("office_misspelt", **place, written=near) if near else AuditError("office_missing", **place)
    if kind == "extra_forbidden":
        valid = _names(path)
        near = _near(entry, valid)
        said = {"near": near} if near else {"valid": ", ".join(valid)}
        return AuditError("office_near" if near else "office_unknown", **place, **said)
    if kind == "value_error" and entry == "period":
        days = {name: _shown(first["input"][name]) for name in Period.model_fields}
        return AuditError("office_order", **place, **days)
    if kind.startswith("date_"):
        return AuditError("office_day", **place, written=written)
    choices = ", ".join(re.findall(r"'([^']*)'", first.get("ctx", {}).get("expected", "")))
    return AuditError(WRONG.get(kind, "office_entry"), **place, written=written, valid=choices, most=MOST_LETTERS)


def _names(path: list[str]) -> list[str]:
    """The names of the entries that may stand at a place of the file."""
    model: Any = OfficeFile
    for part in path:
        model = model.model_fields[part].annotation
    return list(model.model_fields)


def _near(name: str, others: Iterable[str]) -> str:
    """The one of `others` that `name` may be misspelt for, or that for it; empty where none is near."""
    from rapidfuzz import process  # noqa: PLC0415  only for a file that is wrong

    found = process.extractOne(name, others, score_cutoff=NEAR)
    return _shown(found[0]) if found else ""


def _shown(value: object) -> str:
    """A value as it stands in the file, in one line of at most 80 letters."""
    if hasattr(value, "isoformat"):  # a day, a time
        text = value.isoformat()
    elif isinstance(value, str):
        text = value
    else:
        text = json.dumps(value, ensure_ascii=False, default=str)
    line = " ".join(text.split())
    return line if len(line) <= MOST_SHOWN else f"{line[: MOST_SHOWN - 1]}…"
