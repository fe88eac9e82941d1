"""`office.toml`: whose records these are, of which period, and which units stand where."""

import tomllib
from datetime import date
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from audit.terms import AuditError, Convention

Words = Annotated[str, Field(min_length=1, max_length=200)]


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
    """Records that the office keeps: where the folder lacks one, nobody is found late for want of it."""

    kept: tuple[Literal["control_slips", "result_papers", "stops", "apologies"], ...] = ()


class DueDates(_Part):
    """The conventions of counting a term that are compared."""

    conventions: tuple[Convention, ...] = (Convention.CIVIL_CODE,)


class Report(_Part):
    """The report whose figures are checked."""

    number: str = ""
    dated_on: date | None = None


class OfficeFile(_Part):
    """The whole of `office.toml`; `made_up` says that the dossiers are invented, and the page repeats it."""

    office: Commune
    period: Period
    as_of: date | None = None
    made_up: bool = False
    units: Units = Units()
    records: RecordsKept = RecordsKept()
    due_dates: DueDates = DueDates()
    report: Report = Report()


def read(name: str, content: bytes) -> OfficeFile:
    """`office.toml` as an object; an AuditError names the entry that is wrong and what stands there."""
    try:
        return OfficeFile.model_validate(tomllib.loads(content.decode("utf-8-sig")))
    except UnicodeDecodeError as error:
        raise AuditError("wrong_encoding", file=name, row=content[: error.start].count(b"\n") + 1) from error
    except tomllib.TOMLDecodeError as error:
        raise AuditError("not_toml", file=name, error=error) from error
    except ValidationError as error:
        first = error.errors()[0]
        entry = ".".join(str(part) for part in first["loc"]) or "-"
        written = "–" if isinstance(first["input"], dict) else first["input"]
        raise AuditError("office_entry", file=name, entry=entry, written=written, error=first["msg"]) from error
