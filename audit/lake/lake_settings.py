"""What a lake is judged by: the day of the audit, the period, units, words, headings and terms, read once."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path

import pandas as pd
from polars import DataFrame

from audit.ground.frames import for_steps, in_pandas
from audit.ground.terms import AuditError, Convention
from audit.judging import recompute
from audit.reading import cells, office
from audit.reading.lines import own_lines
from audit.reading.office import Commune, OfficeFile, Period, RecordsKept
from audit.reading.reference import counting
from audit.reading.settings import Levels, accepted_headings, settings_of
from audit.records.registry import JUDGED_RECORDS, KEPT


@dataclass(frozen=True)
class Settings:
    """What holds for all communes of a lake.

    `file`: as an audit's `office.toml`, the commune's name aside; `beside`: the files that stood beside it, by name.
    `words`, `levels`, `accepted`: what texts mean, which unit is which, which headings stand for which column.
    """

    file: OfficeFile
    as_of: date
    beside: Mapping[str, bytes]
    words: Mapping[tuple[str, str], str]
    levels: Levels
    accepted: Mapping[str, Mapping[str, tuple[str, ...]]]
    counting: Mapping[str, DataFrame]

    @property
    def days(self) -> dict[str, date]:
        """The days that judgements rest on: the audit's, and the period's first and last."""
        period = self.file.period
        return {"as_of": self.as_of, "period_first_on": period.first_on, "period_last_on": period.last_on}

    @property
    def conventions(self) -> tuple[Convention, ...]:
        """The conventions of counting a term that are compared."""
        return self.file.due_dates.conventions

    @cached_property
    def days_off(self) -> pd.DataFrame:
        """A row per day off of the calendar: the `day`, and the working day `moved_on` that comes next."""
        return in_pandas(recompute.next_workdays(self.counting["workdays"], self.counting["ends"]))

    @property
    def termed(self) -> tuple[str, ...]:
        """The keys of procedures with a term that decides, so that a due date is counted from the receipt."""
        terms = self.counting["terms"]
        return tuple(sorted(terms.filter(terms["decides"])["procedure_key"].unique()))


def read(
    file: Path | None, *, as_of: str = "", first_on: str = "", last_on: str = "", keeps: Iterable[str] = (),
    procedures: Path | None = None,
) -> Settings:  # fmt: skip
    """The settings in `file`, written as an `office.toml`, with the files beside it; what else is given comes first.

    Raises AuditError where the day of the audit or the period stands nowhere, or a file is wrong.
    """
    first, last, day = (cells.day(text) if text else None for text in (first_on, last_on, as_of))
    beside = {} if file is None else _beside(file)
    if procedures is not None:
        beside["procedures.csv"] = _content(procedures)
    if file is not None:
        office_file = office.read(file.name, _content(file))
    elif first and last and day:
        office_file = OfficeFile(office=Commune(name="–"), period=_period(first, last), as_of=day)
    else:
        raise AuditError("lake_days")
    stated = office_file.records
    changed = {
        "period": _period(first or office_file.period.first_on, last or office_file.period.last_on),
        "as_of": day or office_file.as_of,
        "records": RecordsKept(kept=_kept(keeps), complete=stated.complete) if keeps else stated,
    }
    return as_said(office_file.model_copy(update=changed), beside)


def as_said(office_file: OfficeFile, beside: Mapping[str, bytes]) -> Settings:
    """The settings of an office's file and the files beside it, by name."""
    if office_file.systems.named or office_file.files:
        raise AuditError("lake_one_system")
    if office_file.as_of is None:
        raise AuditError("no_day_of_audit")
    if office_file.as_of < office_file.period.first_on:
        days = {"as_of": f"{office_file.as_of:%d/%m/%Y}", "first": f"{office_file.period.first_on:%d/%m/%Y}"}
        raise AuditError("audit_before_period", **days)
    said = settings_of(beside, office_file)
    words = dict(said.words)
    words |= {(column, cells.folded(value)): value for (column, _), value in said.words.items()}
    return Settings(
        office_file, office_file.as_of, dict(beside), words, said.levels,
        {record: accepted_headings(record, said) for record in JUDGED_RECORDS},
        {name: for_steps(frame) for name, frame in counting(own_lines("procedures.csv", beside)).items()},
    )  # fmt: skip


def _beside(file: Path) -> dict[str, bytes]:
    names = ("headings.csv", "words.csv", "procedures.csv")
    return {name: (file.parent / name).read_bytes() for name in names if (file.parent / name).is_file()}


def _content(file: Path) -> bytes:
    if not file.is_file():
        raise AuditError("lake_no_file", file=file.name)
    return file.read_bytes()


def _period(first_on: date, last_on: date) -> Period:
    if last_on < first_on:
        raise AuditError("lake_period", first=f"{first_on:%d/%m/%Y}", last=f"{last_on:%d/%m/%Y}")
    return Period(first_on=first_on, last_on=last_on)


def _kept(keeps: Iterable[str]) -> tuple[str, ...]:
    kept = tuple(dict.fromkeys(keeps))
    if wrong := [name for name in kept if name not in KEPT]:
        raise AuditError("lake_keeps", written=wrong[0], valid=", ".join(KEPT))
    return kept
