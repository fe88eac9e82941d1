"""One audit as a row of many: its numbers, read from its `result.json` and held against each other."""

import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Protocol

from pydantic import BaseModel, ConfigDict, Field, NonNegativeInt, ValidationError, model_validator

from audit.findings.build import PROGRAM, share
from audit.findings.schema import Accounting, CauseCount, OfficeName, OnTime, Part, Period, UnitTime
from audit.ground.terms import (
    PROVED_ON_TIME,
    SAID_TO_HAVE_LEFT,
    UNDECIDED,
    AuditError,
    Cause,
    Edition,
    Grade,
    Outcome,
    Population,
    UnitLevel,
    Verdict,
)

TIMES = ("stays", "counted", "workdays", "past_part_due", "before_workdays", "processing_workdays", "between_workdays",
         "waiting_workdays")  # of a unit  # fmt: skip
PERCENT = "percent"  # the one number of a Share that does not add up


class Late(Part):
    """Dossiers settled in the period and late in the software: dossiers = proved_in_time + late + undecided."""

    dossiers: int
    proved_in_time: int
    late: int
    undecided: int


class Counts(Part):
    """What was counted in one audit, or in several together: every number but a percentage adds up.

    `accounting`: per record, rows = judged + problems + duplicates.
    """

    dossiers: int = Field(description="all that were judged")
    settled: int
    said_to_have_left: int = Field(
        description="withdrawn or refused in the software, and returned: counted by the records beside the settled"
    )
    grades: dict[Grade, int] = Field(description="dossiers that are late, by how sure that is")
    unread: int = Field(description="dossiers of the software that stand in rows that are problems")
    late_in_software: Late
    on_time: dict[str, OnTime] = Field(description="by definition: sums of numerators and denominators")
    outcomes: dict[Outcome, int] = Field(description="figures of the report, by what the records say of them")
    accounting: dict[str, Accounting]


class OpenRule(Part):
    """Settled dossiers of one audit that one rule leaves undecided."""

    verdict: Verdict
    rule: str
    dossiers: int


class HeldCause(Part):
    """Dossiers of one audit with one cause, by the unit that held them at the end of the due day.

    `unit` and `level` are null where no unbroken control slips show one; `unit` is what the edition says of it.
    """

    level: UnitLevel | None
    unit: str | None
    verdict: Verdict
    cause: Cause
    cause_proved: bool
    dossiers: int


class CommuneRow(Part):
    """One audit: a commune and a period. `name`: <commune>/<period> of its folder; `href`: its page, not encoded."""

    name: str
    href: str
    office: OfficeName
    period: Period
    as_of: date
    edition: Edition
    schema_version: str
    version: str
    rules: str = Field(default="", description="version of the rules that judged it")
    result_sha256: str
    missing: tuple[str, ...] = Field(description="records that are kept and not in the folder: nobody is found late")
    counts: Counts
    undecided: tuple[OpenRule, ...]
    causes: tuple[HeldCause, ...]
    units: tuple[UnitTime, ...]

    @property
    def place(self) -> tuple[str, str, str]:
        """Province, district and commune as written: what makes it the same commune in another period."""
        return self.office.province, self.office.district, self.office.commune


class _Read(BaseModel):
    """A part of a `result.json` of which only these fields are read."""

    model_config = ConfigDict(extra="ignore", frozen=True)


class _Claim(_Read):
    outcome: Outcome


class _Open(_Read):
    verdict: Verdict
    rule: str
    dossiers: NonNegativeInt


class _Stay(_Read):
    unit: str
    level: UnitLevel


class _Case(_Read):
    verdict: Verdict
    cause: Cause | None
    cause_proved: bool
    holder_at_due: str | None
    stays: tuple[_Stay, ...]


class _Kind(_Read):
    verdict: Verdict
    cause: Cause | None
    cause_proved: bool
    holder_at_due: str | None


class _Columns(_Read):
    """Dossiers in columns, each of one of the `kinds`."""

    kinds: tuple[_Kind, ...]
    kind: tuple[NonNegativeInt, ...]

    @model_validator(mode="after")
    def _is_whole(self):
        if max(self.kind, default=-1) >= len(self.kinds):
            raise ValueError("a place beyond the list")
        return self


class _Result(_Read):
    """What the index needs of a `result.json`."""

    schema_version: str
    edition: Edition
    office: OfficeName
    period: Period
    as_of: date
    versions: dict[str, str]
    accounting: dict[str, Accounting]
    verdicts: dict[Verdict, NonNegativeInt]
    grades: dict[Grade, NonNegativeInt]
    causes: tuple[CauseCount, ...]
    late_in_software: dict[Verdict, NonNegativeInt]
    in_time_in_software: dict[Verdict, NonNegativeInt]
    populations: dict[Population, NonNegativeInt]
    on_time: dict[str, OnTime]
    unread: NonNegativeInt
    missing: tuple[str, ...]
    undecided: tuple[_Open, ...]
    units: tuple[UnitTime, ...]
    cases: tuple[_Case, ...]
    in_columns: _Columns = _Columns(kinds=(), kind=())
    claims: tuple[_Claim, ...]


def row(name: str, href: str, result: str) -> CommuneRow:
    """The row of one audit, from the text of its `result.json`, of either edition.

    Raises AuditError where a number is not there, or where the numbers do not add up.
    """
    try:
        parsed = _Result.model_validate_json(result, strict=True)
    except ValidationError as error:
        where = ".".join(map(str, error.errors()[0]["loc"])) or error.errors()[0]["type"]
        raise AuditError("result_unreadable", name=name, where=where, count=error.error_count()) from error
    counts, causes = _counts(parsed), _causes(parsed)
    _refuse_what_does_not_add_up(name, parsed, counts, causes)
    return CommuneRow(
        name=name, href=href, office=parsed.office, period=parsed.period, as_of=parsed.as_of, edition=parsed.edition,
        schema_version=parsed.schema_version, version=parsed.versions.get(PROGRAM, ""),
        rules=parsed.versions.get("rules", ""),
        result_sha256=hashlib.sha256(result.encode()).hexdigest(), missing=parsed.missing, counts=counts,
        undecided=tuple(OpenRule(**one.model_dump()) for one in parsed.undecided), causes=causes,
        units=parsed.units,
    )  # fmt: skip


def _counts(result: _Result) -> Counts:
    late = result.late_in_software
    outcomes = Counter(claim.outcome for claim in result.claims)
    return Counts(
        dossiers=sum(result.verdicts.values()), settled=result.populations.get(Population.SETTLED, 0),
        unread=result.unread,
        said_to_have_left=sum(one.dossiers for one in result.undecided if one.rule in SAID_TO_HAVE_LEFT),
        grades={grade: result.grades.get(grade, 0) for grade in Grade},
        late_in_software=Late(
            dossiers=sum(late.values()), proved_in_time=sum(late.get(one, 0) for one in PROVED_ON_TIME),
            late=late.get(Verdict.LATE, 0), undecided=sum(late.get(one, 0) for one in UNDECIDED),
        ),
        on_time=result.on_time, outcomes={one: outcomes[one] for one in Outcome}, accounting=result.accounting,
    )  # fmt: skip


def _causes(result: _Result) -> tuple[HeldCause, ...]:
    """Dossiers by cause and by the unit that held them when they fell due, most first."""
    levels = {stay.unit: stay.level for case in result.cases for stay in case.stays}
    levels |= {unit.unit: unit.level for unit in result.units}
    listed: list[_Case | _Kind] = [*result.cases, *map(result.in_columns.kinds.__getitem__, result.in_columns.kind)]
    counted = Counter((one.holder_at_due, one.verdict, one.cause, one.cause_proved) for one in listed if one.cause)
    causes = [
        HeldCause(level=levels.get(unit, UnitLevel.UNKNOWN) if unit is not None else None, unit=unit, verdict=verdict,
                  cause=cause, cause_proved=proved, dossiers=dossiers)
        for (unit, verdict, cause, proved), dossiers in counted.items()
    ]  # fmt: skip
    return tuple(sorted(causes, key=lambda one: (-one.dossiers, in_order(one), one.unit or "")))


def _refuse_what_does_not_add_up(name: str, result: _Result, counts: Counts, causes: Iterable[HeldCause]) -> None:
    """Raise AuditError where a number of a result is not what its other numbers make it."""
    late, records = counts.late_in_software, counts.on_time.get("records")
    wrong = [
        f"accounting.{record}" for record, one in counts.accounting.items()
        if one.rows != one.judged + one.problems + one.duplicates
    ] + [f"on_time.{definition}" for definition, one in counts.on_time.items() if not _is_range(one)]  # fmt: skip
    if late.dossiers != late.proved_in_time + late.late + late.undecided:
        wrong.append("late_in_software")
    if records is None:
        wrong.append("on_time.records")
    else:
        proved = sum(of.get(one, 0) for of in (result.late_in_software, result.in_time_in_software)
                     for one in PROVED_ON_TIME)  # fmt: skip
        range_ = records.at_most.numerator - records.at_least.numerator
        counted = counts.settled + counts.said_to_have_left
        if records.denominator != counted or records.at_least.denominator != counted + counts.unread:
            wrong.append("populations.settled")
        if records.at_least.numerator < proved:
            wrong.append("on_time.records")
        if range_ != sum(one.dossiers for one in result.undecided) + counts.unread:
            wrong.append("undecided")
    if sum(counts.grades.values()) != result.verdicts.get(Verdict.LATE, 0):
        wrong.append("grades")
    if _by_cause(causes) != _by_cause(result.causes):
        wrong.append("causes")
    if min([*numbers(counts).values(), *(getattr(one, name) for one in result.units for name in TIMES)]) < 0:
        wrong.append("< 0")
    if wrong:
        raise AuditError("result_does_not_add_up", name=name, where=", ".join(dict.fromkeys(wrong)))


def _is_range(on_time: OnTime) -> bool:
    """Whether a range is of one total, from its least to its most, and each percentage is that of its numbers."""
    least, most = on_time.at_least, on_time.at_most
    is_ordered = least.numerator <= most.numerator <= most.denominator == least.denominator
    return is_ordered and all(
        one.percent == share(one.numerator, one.denominator).percent for one in (on_time, least, most)
    )


def _by_cause(causes: Iterable[HeldCause | CauseCount]) -> Counter:
    dossiers: Counter = Counter()
    for one in causes:
        dossiers[one.verdict, one.cause, one.cause_proved] += one.dossiers
    return dossiers


def numbers(counts: Counts) -> dict[str, int]:
    """Every number that adds up, by its place."""

    def walk(value: Mapping | int, at: str) -> Iterable[tuple[str, int]]:
        if isinstance(value, Mapping):
            for name, one in value.items():
                if name != PERCENT:
                    yield from walk(one, f"{at}.{name}" if at else name)
        else:
            yield at, value

    return dict(walk(counts.model_dump(), ""))


class _Cause(Protocol):
    """What causes are put in order by, of one audit or of them all."""

    @property
    def level(self) -> UnitLevel | None: ...
    @property
    def verdict(self) -> Verdict: ...
    @property
    def cause(self) -> Cause: ...
    @property
    def cause_proved(self) -> bool: ...


def in_order(cause: _Cause) -> tuple:
    """Causes of as many dossiers: by level, those not told last, verdict and cause."""
    level = list(UnitLevel).index(cause.level) if cause.level else len(UnitLevel)
    return level, list(Verdict).index(cause.verdict), list(Cause).index(cause.cause), not cause.cause_proved
