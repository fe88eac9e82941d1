"""The shape of `result.json`: everything that one audit found, in one object that all outputs are made from."""

import hashlib
import json
from datetime import date

from pydantic import BaseModel, ConfigDict, Field

from audit.terms import Cause, Fate, Outcome, Population, Verdict

SCHEMA_VERSION = "1.0"


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class OfficeName(_Part):
    """The audited office; `made_up` where its dossiers are invented."""

    commune: str
    district: str
    province: str
    made_up: bool
    report: str = Field(description="number of the report whose figures were checked")


class Period(_Part):
    """First and last day of the period, both included."""

    first_on: date
    last_on: date


class Input(_Part):
    """A file as read: the SHA-256 of its bytes, and its rows (null for settings)."""

    name: str
    sha256: str
    rows: int | None


class Accounting(_Part):
    """What became of the rows of one record: rows = judged + problems + duplicates; `left_out` are no dossiers."""

    rows: int
    judged: int
    problems: int
    duplicates: int
    left_out: int


class Columns(_Part):
    """The columns of one record: found, optional ones not found (by our names), and headings nothing was read from."""

    found: tuple[str, ...]
    not_found: tuple[str, ...]
    unused: tuple[str, ...]


class Share(_Part):
    """Dossiers of a total; percent 0-100 with two digits, null of nothing."""

    numerator: int
    denominator: int
    percent: float | None


class OnTime(Share):
    """What is shown to be on time, and the range when undecided dossiers are counted against and for the office."""

    at_least: Share
    at_most: Share


class CauseCount(_Part):
    """Dossiers of one verdict with one cause."""

    verdict: Verdict
    cause: Cause
    cause_proved: bool
    dossiers: int


class Cell(_Part):
    """A cell as written, under the heading of its file."""

    column: str
    heading: str
    written: str | None


class Evidence(_Part):
    """A row of a record that a verdict rests on: where it stands and what it says."""

    record: str
    file: str
    sheet: str
    row: int
    page: str | None
    line: str | None
    fate: Fate
    cells: tuple[Cell, ...]


class Case(_Part):
    """A dossier that is not plainly on time."""

    dossier_id: str
    field: str | None
    population: Population
    verdict: Verdict
    rule: str
    reason: str
    source: str
    cause: Cause | None
    cause_proved: bool
    cause_reason: str | None
    received_on: date | None
    due_on: date | None
    due_on_register: date | None
    ready_on: date | None
    returned_on: date | None
    closed_on: date | None
    closed_late_workdays: int | None = Field(description="working days after the due day; null if in time or unknown")
    evidence: tuple[Evidence, ...]


class Claim(_Part):
    """One figure that the office reported, and what the records say of it."""

    claim: str
    measure: str
    written: str
    out_of_written: str | None
    unit: str
    section: str | None
    quote: str | None
    at_least: int | None
    at_most: int | None
    out_of: int | None
    of: str | None = Field(description="the measure that `out_of` counts")
    outcome: Outcome
    explanation: str


class Identity(_Part):
    """Figures that must agree with each other."""

    identity: str
    source: str
    outcome: Outcome
    expected: float | None
    found: float | None
    difference: float | None
    terms: tuple[tuple[str, str], ...] = Field(description="(measure, as written), the whole first")


class Denominator(_Part):
    """A share printed without its total, and every whole number that can be that total."""

    claim: str
    measure: str
    numerator: int
    written: str
    totals: tuple[int, ...]
    stated_as: tuple[tuple[int, str], ...]
    counted_as: tuple[tuple[int, str], ...]


class Problem(_Part):
    """One thing wrong in one place; `row` as the spreadsheet shows it, null for a whole sheet."""

    record: str
    file: str
    sheet: str
    row: int | None
    column: str
    written: str
    problem: str
    message: str


class Duplicate(_Part):
    """A row that repeats an earlier one of the same dossier."""

    record: str
    file: str
    sheet: str
    row: int
    dossier_id: str


class LeftOut(_Part):
    """A row that is no dossier: title, numbering, total, footer or repeated heading."""

    record: str
    file: str
    sheet: str
    row: int
    why: str
    written: str


class Result(_Part):
    """One audit: a commune, a period, and all that was found. Equal inputs and parameters give equal bytes."""

    schema_version: str
    office: OfficeName
    period: Period
    as_of: date
    parameters: dict[str, str]
    versions: dict[str, str]
    inputs: tuple[Input, ...]
    accounting: dict[str, Accounting]
    columns: dict[str, Columns]
    verdicts: dict[Verdict, int]
    causes: tuple[CauseCount, ...]
    late_in_software: dict[Verdict, int] = Field(description="settled and closed late, by verdict")
    in_time_in_software: dict[Verdict, int] = Field(description="settled and closed in time, by verdict")
    populations: dict[Population, int]
    on_time: dict[str, OnTime]
    unread: int = Field(description="dossiers of the software that stand in rows that are problems")
    has_signature_column: bool
    cases: tuple[Case, ...]
    claims: tuple[Claim, ...]
    identities: tuple[Identity, ...]
    denominators: tuple[Denominator, ...]
    problems: tuple[Problem, ...]
    duplicates: tuple[Duplicate, ...]
    left_out: tuple[LeftOut, ...]

    @property
    def lang(self) -> str:
        """The language of the texts: vi or en."""
        return self.parameters["lang"]

    @property
    def dossiers(self) -> int:
        """All dossiers judged."""
        return sum(self.verdicts.values())

    def as_json(self) -> str:
        """The text of `result.json`."""
        return self.model_dump_json(indent=1) + "\n"

    def sha256(self) -> str:
        """The hash of `result.json`, which the page shows."""
        return hashlib.sha256(self.as_json().encode()).hexdigest()


def schema_text() -> str:
    """The published JSON Schema of `result.json`, as text."""
    schema = Result.model_json_schema(mode="serialization")
    schema |= {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": f"result.json {SCHEMA_VERSION}",
    }
    return json.dumps(schema, ensure_ascii=False, indent=1) + "\n"
