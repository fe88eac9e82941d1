"""The shape of `result.json`: everything that one audit found, in one object that all outputs are made from."""

import hashlib
import json
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from functools import cached_property
from itertools import starmap
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, TypeVar

from pydantic import BaseModel, ConfigDict, Field, computed_field, model_validator

from audit.ground.terms import (
    Acceptance,
    Apology,
    Cause,
    Edition,
    Fate,
    FollowUp,
    FoundIn,
    Grade,
    NotesState,
    Outcome,
    Population,
    Position,
    SampleState,
    Sought,
    TermUnit,
    UnitLevel,
    Verdict,
)

SCHEMA_VERSION = "1.9"
MOST_IN_BRIEF = 1000  # dossiers that stand in columns and are listed one by one as well


class Part(BaseModel):
    """A part of what was found: no other field than its own, and never changed."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    def __copy__(self):
        """A copy to be changed: without what was worked out from the fields as they were."""
        copied = super().__copy__()
        object.__setattr__(copied, "__dict__", {name: copied.__dict__[name] for name in type(self).model_fields})
        return copied


class Written(Part):
    """Everything that one run found, as it is written beside the page."""

    if TYPE_CHECKING:
        parameters: dict[str, str]

    @property
    def lang(self) -> str:
        """The language of the texts: vi or en."""
        return self.parameters["lang"]

    def as_json(self) -> str:
        """The text of the file: a field a line, and of a list a part a line."""
        return self._text

    @cached_property
    def _text(self) -> str:
        return "{\n" + ",\n".join(map(self._field_as_json, self._names())) + "\n}\n"

    def _names(self) -> tuple[str, ...]:
        return (*type(self).model_fields, *type(self).model_computed_fields)

    def _field_as_json(self, name: str) -> str:
        value = getattr(self, name)
        if isinstance(value, tuple) and value and isinstance(value[0], BaseModel):
            return f'"{name}": [\n' + ",\n".join(one.model_dump_json() for one in value) + "\n]"
        written = self.model_dump_json(include={name})
        return f'"{name}": {written[len(name) + 4 : -1]}'

    def sha256(self) -> str:
        """The hash of the file, which the page shows."""
        return self._hash

    @cached_property
    def _hash(self) -> str:
        return hashlib.sha256(self._text.encode()).hexdigest()


OfPart = TypeVar("OfPart", bound=Part)


class OfficeName(Part):
    """The audited office; `made_up` where its dossiers are invented."""

    commune: str
    district: str
    province: str
    made_up: bool
    report: str = Field(description="number of the report whose figures were checked")


class Period(Part):
    """First and last day of the period, both included."""

    first_on: date
    last_on: date


class Input(Part):
    """A file as read: the SHA-256 of its bytes, and its rows (null for settings).

    In the shareable edition a keyed mark stands in place of the hash, from which a short file could be guessed.
    """

    name: str
    sha256: str
    rows: int | None


class Accounting(Part):
    """What became of the rows of one record: rows = judged + problems + duplicates; `left_out` are no dossiers."""

    rows: int
    judged: int
    problems: int
    duplicates: int
    left_out: int


class Columns(Part):
    """The columns of one record, by our names: found, each with its heading, and optional ones not found.

    `unused`: headings that nothing was read from.
    """

    found: dict[str, str]
    not_found: tuple[str, ...]
    unused: tuple[str, ...]


class FileRead(Part):
    """A file as it was read: rows of dossiers, those of them that could not be read, and rows that are none."""

    file: str
    record: str
    rows: int
    not_readable: int
    left_out: int
    remarks: tuple[str, ...] = Field(description="what is unusual about the file, in words")


class CellsUnread(Part):
    """The cells of a column that could not be read, and why most of them."""

    record: str
    column: str = Field(description="heading")
    cells: int
    problem: str
    reason: str


class UnknownWord(Part):
    """A word that nobody listed, and the line with which the folder can say what it means."""

    record: str
    column: str = Field(description="heading")
    written: str | None = Field(description="null where it may be somebody's name")
    cells: int
    line: str


class WhatWasRead(Part):
    """What was read of each file, and what could not be. `unused`: files that may be of a record and were not read;
    `not_opened`: tables that cannot be opened, and may be of any."""

    files: tuple[FileRead, ...]
    unread: tuple[CellsUnread, ...]
    unknown: tuple[UnknownWord, ...]
    unused: tuple[str, ...]
    not_opened: tuple[str, ...]


class Share(Part):
    """Dossiers of a total; percent 0-100 with two digits, null of nothing."""

    numerator: int
    denominator: int
    percent: float | None


class OnTime(Share):
    """What is shown to be on time, and the range when undecided dossiers are counted against and for the office."""

    at_least: Share
    at_most: Share


class CauseCount(Part):
    """Dossiers of one verdict with one cause."""

    verdict: Verdict
    cause: Cause
    cause_proved: bool
    dossiers: int


class Cell(Part):
    """A cell as written, under the heading of its file, and what was read from it.

    `value`: a day or time stamp in ISO form, or a term of ours; null where nothing was read or it has none.
    """

    column: str
    heading: str
    written: str | None
    value: str | None


class Evidence(Part):
    """A row of a record that a verdict rests on: where it stands and what it says, as the file has it.

    `row` is null in the shareable edition: records stand in the order of their codes, and a row would give one away.
    """

    record: str
    system: str | None = Field(description="the case system that a row stands for; null where there is one")
    file: str
    sheet: str
    row: int | None
    page: str | None
    line: str | None
    fate: Fate
    strength: str | None = Field(description="place on the ladder of evidence, a strongest to g; null: the software")
    corrected: tuple[str, ...] = Field(description="columns that a line of corrections.csv puts right")
    remarks: tuple[str, ...] = Field(description="how its cells were come by, where that is not plain, in words")
    comments: str | None = Field(description="what comments of the spreadsheet say; internal edition")
    cells: tuple[Cell, ...]
    images: tuple[int, ...] = Field(default=(), description="numbers of the images of its page; internal edition")


class DueDate(Part):
    """A due date of a dossier and where it comes from; `verdict` under it alone, where they lead to different ones.

    One that does not stand is shown and decides nothing: an apology's new date, or a term that is not confirmed.
    """

    basis: str
    due_on: date
    stands: bool
    verdict: Verdict | None
    written_on: date | None = Field(description="the day as written, where it was moved")
    moved_by: str | None = Field(description="day_off or stop")


class Stay(Part):
    """A stay of a dossier with a unit, by the control slips; working days of running clock, null where unknown."""

    unit: str
    level: UnitLevel
    held_from: datetime
    held_until: datetime | None
    held_workdays: int | None
    part_due_at: datetime | None
    is_past_part_due: bool
    is_waiting: bool


class DayOff(Part):
    """A day of a dossier's time that is not as the week has it: off, or worked in exchange."""

    day: date
    why: str
    decision: str
    decided_on: date | None
    is_decided_later: bool = Field(description="decided after the dossier was received")
    is_expected: bool = Field(description="no decision has named the day yet")


class Case(Part):
    """A dossier that is not plainly on time, or of which the records say two things."""

    dossier_id: str = Field(
        description="in the shareable edition the same as `dossier_code`; the office sees its own code"
    )
    dossier_code: str = Field(description="keyed by the office: the same dossier, the same code in every run")
    fingerprint: str = Field(description="of all that was found of the dossier: a note is on one fingerprint")
    procedure: str | None
    field: str | None
    population: Population
    verdict: Verdict
    rule: str
    grade: Grade | None = Field(description="how sure late is; null where the verdict is another")
    not_seen: tuple[str, ...] = Field(description="records that could still show that it is not late")
    looked_for: tuple[str, ...] = Field(
        description="records that could, whose paper a person looked for and did not find, so that they count as seen"
    )
    reason: str
    sources: tuple[str, ...] = Field(description="ids of `sources`")
    change: str = Field(description="what evidence would change the verdict")
    cause: Cause | None
    cause_rule: str | None
    cause_proved: bool
    cause_reason: str | None
    received_on: date | None
    due_on: date | None
    due_on_register: date | None
    due_dates: tuple[DueDate, ...]
    term: int | None = Field(description="the procedure's term in `term_unit`, where procedures.csv has one")
    term_unit: TermUnit | None
    term_source: str | None
    stopped_workdays: int | None = Field(description="working days on which the clock stood still")
    workdays_to_due: int | None = Field(description="working days after the receipt, the due day included")
    days_off: tuple[DayOff, ...] = Field(description="from the first to the last of its days, both included")
    ready_on: date | None = Field(description="at the desk or with the applicant, by the control slip")
    issued_on: date | None = Field(description="the result's own day")
    paper_strength: str | None
    returned_on: date | None
    closed_on: date | None
    closed_late_workdays: int | None = Field(description="working days after the due day; null if in time or unknown")
    late_workdays: dict[str, int] = Field(
        description="the same of each day after the due day that is known; as_of: the day of the audit, if not closed"
    )
    apology: Apology | None
    apologised_on: date | None
    new_due_on: date | None
    has_vanished: bool = Field(description="in time in the software only by the new date of an apology")
    stays: tuple[Stay, ...]
    holder_at_due: str | None = Field(description="the unit that held it at the end of the due day, by unbroken hops")
    contradictions: tuple[str, ...]
    leads: tuple[str, ...]
    evidence: tuple[Evidence, ...]
    images: tuple[int, ...] = Field(default=(), description="numbers of its images; internal edition")


class Kind(Part):
    """What is found alike of dossiers that stand in columns; the same names as of a Case.

    `is_case`: one that stands in columns because `cases` have no more room; else it is plainly on time.
    """

    is_case: bool
    population: Population
    verdict: Verdict
    rule: str
    grade: Grade | None
    not_seen: tuple[str, ...]
    looked_for: tuple[str, ...]
    reason: str
    sources: tuple[str, ...]
    change: str
    cause: Cause | None
    cause_rule: str | None
    cause_proved: bool
    cause_reason: str | None
    apology: Apology | None
    has_vanished: bool
    holder_at_due: str | None
    contradictions: tuple[str, ...]
    proof: tuple[str, ...] = Field(description="records with a row that can prove something, of a case")
    software_file: str | None = Field(description="in which its rows stand")
    register_file: str | None


class Named(Part):
    """Procedure and field of dossiers."""

    procedure: str | None
    field: str | None


class Dossier(NamedTuple):
    """A dossier that stands in columns, as one: its days, where its rows stand, and what is found of it by its kind."""

    kind: Kind
    name: Named
    dossier_id: str
    dossier_code: str
    received_on: date | None
    due_on: date | None
    due_on_register: date | None
    due_on_latest: date | None
    ready_on: date | None
    issued_on: date | None
    returned_on: date | None
    closed_on: date | None
    late_workdays: dict[str, int]
    software_row: int | None
    register_row: int | None
    page: str | None
    line: str | None

    @property
    def procedure(self) -> str | None:
        """Its procedure."""
        return self.name.procedure

    @property
    def field(self) -> str | None:
        """Its field."""
        return self.name.field

    @property
    def closed_late_workdays(self) -> int | None:
        """Working days from the due day to the closing; None if in time or unknown."""
        return self.late_workdays.get("closed_on")

    def __getattr__(self, name: str) -> Any:
        """What is found of its kind."""
        if name in Kind.model_fields:
            return getattr(self.kind, name)
        raise AttributeError(name)


class Brief(Part):
    """A dossier that is no case told in full, in brief."""

    dossier_id: str
    dossier_code: str
    procedure: str | None
    field: str | None
    population: Population
    verdict: Verdict
    received_on: date | None
    due_on: date | None
    returned_on: date | None
    closed_on: date | None


class Dossiers(Part):
    """The dossiers that are not in `cases`, in columns of equal length, by their codes.

    A dossier is the values at one place of all columns; `kind` and `name` are places in `kinds` and `names`, from 0.
    Those plainly on time, and, of more cases than a result holds in full, the rest.
    """

    kinds: tuple[Kind, ...]
    names: tuple[Named, ...]
    kind: tuple[int, ...]
    name: tuple[int, ...]
    dossier_id: tuple[str, ...]
    dossier_code: tuple[str, ...]
    received_on: tuple[date | None, ...]
    due_on: tuple[date | None, ...]
    due_on_register: tuple[date | None, ...]
    due_on_latest: tuple[date | None, ...] = Field(description="the last of the due dates that stand, of a case")
    ready_on: tuple[date | None, ...]
    issued_on: tuple[date | None, ...]
    returned_on: tuple[date | None, ...]
    closed_on: tuple[date | None, ...]
    late_workdays: tuple[dict[str, int], ...]
    software_row: tuple[int | None, ...] = Field(description="the row in its file")
    register_row: tuple[int | None, ...]
    page: tuple[str | None, ...] = Field(description="of the register, as it names it")
    line: tuple[str | None, ...]

    @model_validator(mode="after")
    def _is_whole(self):
        columns = [getattr(self, name) for name in ("kind", "name", *Dossier._fields[2:])]
        if len(set(map(len, columns))) > 1:
            raise ValueError("columns of different lengths")
        for places, parts in ((self.kind, self.kinds), (self.name, self.names)):
            if places and not 0 <= min(places) <= max(places) < len(parts):
                raise ValueError("a place beyond the list")
        return self

    @cached_property
    def each(self) -> tuple[Dossier, ...]:
        """The dossiers one by one."""
        of_kinds, of_names = map(self.kinds.__getitem__, self.kind), map(self.names.__getitem__, self.name)
        columns = (getattr(self, name) for name in Dossier._fields[2:])
        return tuple(starmap(Dossier, zip(of_kinds, of_names, *columns, strict=True)))

    @classmethod
    def of(cls, dossiers: Iterable[Dossier]) -> "Dossiers":
        """Dossiers one by one as columns, in their order; equal kinds and names stand once, as they are come upon."""
        rows = tuple(dossiers)
        columns = dict(zip(Dossier._fields, zip(*rows, strict=True), strict=True)) if rows else {}
        kinds, names = (_numbered(columns.get(name, ())) for name in ("kind", "name"))
        rest = {name: columns.get(name, ()) for name in Dossier._fields[2:]}
        return cls(kinds=tuple(kinds[0]), names=tuple(names[0]), kind=kinds[1], name=names[1], **rest)

    def __len__(self) -> int:
        return len(self.dossier_id)


def _numbered(parts: Sequence[OfPart]) -> tuple[list[OfPart], tuple[int, ...]]:
    """Different parts, and for each of `parts` its place among them."""
    distinct: dict[OfPart, int] = {}
    places = {id(part): distinct.setdefault(part, len(distinct)) for part in {id(one): one for one in parts}.values()}
    return list(distinct), tuple(places[id(one)] for one in parts)


class FieldCount(Part):
    """Dossiers of a field (lĩnh vực): dossiers = late_in_software + in_time_in_software + neither.

    `merged`: how many fields stand together, 1 but in the last row of a shareable edition. There every count is 0 or at
    least 5, so that none below can be had by subtraction; or there is but one row.
    """

    field: str = Field(description="empty where none is written, or where several stand together")
    merged: int
    dossiers: int
    late_in_software: int
    in_time_in_software: int
    neither: int


class NotesChain(Part):
    """Whether the notes end as they did when the last was added."""

    length: int = Field(description="lines of notes.jsonl")
    head: str = Field(description="SHA-256 of the last line, the office's own mark of it in the shareable edition")
    told: int | None = Field(description="lines that notes.head says there were; null without one that can be read")
    state: NotesState


class Note(Part):
    """What somebody wrote on a finding: shown beside it, and never changing it.

    `dossier_id` is null where this audit has no such dossier; `is_current`: the finding is still what it was;
    `is_contested`: another note on it takes the other side; `by_office`: an answer of the audited office, saved on the
    page that was made for it.
    """

    note: str
    finding: str = Field(description="the `dossier_code`; empty in the shareable edition where it is not of this audit")
    dossier_id: str | None
    fingerprint: str
    is_current: bool
    is_contested: bool
    verdict_then: Verdict | None
    position: Position
    text: str
    evidence: str
    by: str
    by_office: bool = False
    at: str
    added_at: str


class Source(Part):
    """A legal or written source of rules, the days it was in force (both included), and how sure it is.

    `sureness`: c confirmed by a public source, w a secondary source, u not confirmed as law.
    """

    id: str
    topic: str
    text: str
    in_force_from: date | None
    in_force_to: date | None
    sureness: str


class Contradiction(Part):
    """Dossiers of which two records, or two days of one, cannot both be right."""

    kind: str
    dossiers: tuple[str, ...]


class LeadDossier(Part):
    """A dossier of a lead; dossiers of one `group` belong together."""

    dossier_id: str
    group: str


class Lead(Part):
    """A pattern worth a look, never a finding; looked for in `out_of` dossiers or lines."""

    kind: str
    out_of: int
    explanation: str = Field(description="an innocent explanation")
    dossiers: tuple[LeadDossier, ...]


class UnitTime(Part):
    """What a unit held: stays = counted + waiting + not_handed_on + cannot_be_told; `workdays` of those counted.

    By stage, workdays = before_workdays + processing_workdays + between_workdays; waiting_workdays are beside them.
    """

    unit: str
    level: UnitLevel
    dossiers: int
    stays: int
    counted: int
    workdays: int
    past_part_due: int
    waiting: int
    not_handed_on: int
    cannot_be_told: int
    before_workdays: int = Field(description="at the desk, before the dossier went behind it")
    processing_workdays: int = Field(description="behind the desk; signing is told by no slip")
    between_workdays: int = Field(description="back at the desk, before the result was there")
    waiting_workdays: int = Field(description="of the result at the desk, until it was handed over")


class AcceptanceCount(Part):
    """Online filings of a weekday or an hour: filings = over + within + not told, by each way of counting."""

    by: str = Field(description="weekday, or hour")
    value: int | None = Field(description="the weekday, Monday is 1; the hour, null where none is written")
    filings: int
    over_hours: int
    hours_not_told: int
    over_day: int
    day_not_told: int


class AcceptedDossier(Part):
    """An online filing that was accepted late by either way of counting, or of which one cannot be told."""

    dossier_id: str
    applied_at: datetime
    accepted_at: datetime
    minutes_least: int | None = Field(description="working minutes; they differ where a day has no hour")
    minutes_most: int | None
    workdays_after: int | None
    is_over_hours: bool | None
    is_over_day: bool | None


class LateAcceptance(Part):
    """How late online filings were accepted: over 8 working hours, and over one working day. It touches no verdict."""

    is_dated: bool = Field(description="whether the software says when a dossier was filed")
    hours: tuple[str, ...] = Field(description="worked on a working day")
    are_hours_said: bool = Field(description="whether office.toml says so; else they are assumed")
    dossiers: dict[Acceptance, int] = Field(description="they add up to the dossiers of the software that are judged")
    counted: tuple[AcceptanceCount, ...]
    late: tuple[AcceptedDossier, ...] = Field(description="over by either, or not told")


class Paper(Part):
    """A paper that would decide a dossier which is not decided, and where it should lie."""

    dossier_id: str
    procedure: str | None
    where: str = Field(description="page and line of the register, else the day of receipt and the field")
    sought: Sought


class Image(Part):
    """A photograph, scan or other file in `evidence/`, and what it is tied to by the name of its folder.

    `state`: tied, not_tied, not_readable; `problem` and `message` say why it is not the first. `lines`: how many lines
    of the register stand on its page, null where the folder names a dossier.
    """

    number: int
    name: str
    sha256: str
    size: int = Field(description="bytes of the file")
    kind: str = Field(description="by its content: jpeg, png, pdf, heic; empty for anything else")
    state: Literal["tied", "not_tied", "not_readable"]
    problem: str
    message: str
    dossiers: tuple[str, ...]
    lines: int | None
    shown: str | None = Field(description="a JPEG painted anew, without place and device, in base64; null: not shown")
    width: int | None
    height: int | None


class Images(Part):
    """The files in `evidence/`: all = tied + not_tied + not_readable.

    Of `typed` return days on lines of the register, of dossiers read one by one, `with_image` have an image of the
    line's page or of the dossier; `unseen` are the lines of the others. No verdict rests on it.
    """

    files: tuple[Image, ...]
    tied: int
    not_tied: int
    not_readable: int
    typed: int
    with_image: int
    unseen: tuple[Paper, ...]


class Traced(Part):
    """Settled dossiers by the software's closing against paper: same day, earlier, later, or no paper.

    `overturned`: those of which paper proves the other answer.
    """

    closed: str
    dossiers: int
    overturned: int


class Undecided(Part):
    """Settled dossiers that one rule leaves undecided, and by how many points they widen the share's range."""

    verdict: Verdict
    rule: str
    reason: str
    change: str
    dossiers: int
    percent_points: float


class Proposal(Part):
    """A dossier of the software and a line of the register that may be the same; applied only by corrections.csv."""

    dossier_id_software: str
    sheet_software: str
    row_software: int | None
    dossier_id_register: str
    sheet_register: str
    row_register: int | None
    score: float
    reasons: tuple[str, ...]


class Correction(Part):
    """One cell that a person put right; texts that may be personal are not repeated."""

    record: str
    file: str = Field(description="empty where the correction names none")
    sheet: str
    row: int | None
    column: str
    was: str
    now: str
    why: str
    by: str
    on: date


class Recounted(Part):
    """A measure counted in the records; `at_most` is null where nothing bounds it."""

    at_least: int
    at_most: int | None


class Tried(Part):
    """A figure counted again by one definition; for shares `out_of` is the greatest total and `of` what it counts."""

    definition: str
    at_least: int | None
    at_most: int | None
    out_of: int | None
    of: str | None
    outcome: Outcome


class Claim(Part):
    """One figure or statement that the office reported, and what the records say of it."""

    claim: str
    measure: str
    written: str
    out_of_written: str | None
    unit: str
    scope: str | None = Field(default=None, description="of whom it is said; null for the office itself")
    section: str | None
    page: str | None
    line: str | None
    quote: str | None
    reading: str | None = Field(description="how sure the reader of the report was: sure, likely, unsure")
    is_confirmed: bool = Field(description="a person has confirmed the reading")
    at_least: int | None
    at_most: int | None
    out_of: int | None
    of: str | None = Field(description="the measure that `out_of` counts")
    definition: str | None = Field(description="the definition that the answer uses")
    tried: tuple[Tried, ...] = Field(description="every definition that offices use, the plainest first")
    outcome: Outcome
    explanation: str


class Identity(Part):
    """Figures that must agree with each other."""

    identity: str
    source: str
    outcome: Outcome
    expected: float | None
    found: float | None
    difference: float | None
    exact: float | None = Field(description="a share or average with two digits more than it need be written with")
    terms: tuple[tuple[str, str], ...] = Field(description="(measure, as written), the whole first")
    claims: tuple[str, ...]
    is_confirmed: bool
    scope: str = Field(default="", description="of whom, empty for the office itself")


class Mend(Part):
    """One figure that, if it were `instead`, would mend identities that fail."""

    claim: str
    measure: str
    written: str
    instead: str
    mended: tuple[str, ...]
    broken: tuple[str, ...]
    is_confirmed: bool


class Denominator(Part):
    """A share printed without its total, and every whole number that can be that total."""

    claim: str
    claims: tuple[str, ...]
    measure: str
    numerator: int
    written: str
    totals: tuple[int, ...]
    stated_as: tuple[tuple[int, str], ...]
    counted_as: tuple[tuple[int, str], ...]
    sums: tuple[tuple[int, tuple[tuple[int, int, str], ...]], ...] = Field(
        description="totals that are sums of figures: (total, ((sign, figure, measure), ...))"
    )
    is_confirmed: bool


class SoftSpot(Part):
    """What the report leaves to be explained in one place, and the lines that it rests on."""

    soft_spot: str
    sentence: str
    claims: tuple[str, ...]
    is_confirmed: bool


class Candidate(Part):
    """Dossiers of the records, of one kind, that a reason could leave out of a table; at most 20 are named.

    A count is null in the shareable edition where it is 1 to 4, and none is named there.
    """

    reason: str
    fitting: int | None
    of_kind: int | None
    dossiers: tuple[str, ...]


class Uneven(Part):
    """Dossiers of one kind, counted in some tables of the report and not in others; null: of any channel or state."""

    solution: int
    dossiers: int
    channel: str | None
    state: str | None
    counted_in: tuple[str, ...]
    left_out_of: tuple[str, ...]
    definitions: tuple[tuple[str, str], ...] = Field(description="(table, how offices define what belongs to it)")
    candidates: tuple[Candidate, ...]


class Smallest(Part):
    """The fewest dossiers that, counted unevenly, explain why the report's figures differ: an explanation, no finding.

    `dossiers`: 0 where every figure agrees, null where none can be told, with the `reason`.
    """

    dossiers: int | None
    reason: str | None
    is_complete: bool = Field(description="whether these are all solutions")
    uneven: tuple[Uneven, ...]
    claims: tuple[str, ...]
    is_confirmed: bool


class Flow(Part):
    """A figure in the picture of a report's totals: where it begins in its table's bar, and how long it is."""

    table: str
    measure: str
    starts_at: int
    dossiers: int
    left_out: int


class Problem(Part):
    """One thing wrong in one place; `row` as the spreadsheet shows it, null for a whole sheet."""

    record: str
    file: str
    sheet: str
    row: int | None
    column: str
    written: str
    problem: str
    message: str


class Duplicate(Part):
    """A row that repeats an earlier one of the same dossier."""

    record: str
    file: str
    sheet: str
    row: int | None
    dossier_id: str


class SystemRows(Part):
    """The rows of a case system: rows = judged + in_another + duplicates + problems; `is_read`: all could be opened.

    `in_another`: of a dossier that is judged, and counted once, by the row of another system.
    """

    system: str
    files: tuple[str, ...]
    rows: int
    judged: int
    in_another: int
    duplicates: int
    problems: int
    is_read: bool


class SystemPair(Part):
    """Two case systems: how many dossiers are in both or in one alone, and in how many they say different things.

    `cannot_be_compared`: a row, a cell or the whole of one cannot be read, which is not to say that it is not there.
    """

    first: str
    second: str
    in_both: int
    only_in_first: int
    only_in_second: int
    cannot_be_compared: int
    received: int
    due: int
    closed: int
    status: int
    procedure: int


class SystemDifference(Part):
    """What two case systems say differently of a dossier: a day, a status; null where one says nothing.

    `what`: received, due, closed, status, procedure, missing (in one of the two) or cannot_be_compared; of a procedure
    neither text is repeated. `rules`: the system that `office.toml` names for it; null: it is in dispute.
    """

    dossier_id: str
    what: str
    first: str
    second: str
    first_says: str | None
    second_says: str | None
    rules: str | None


class Systems(Part):
    """Several case systems: every dossier counted once, however many have it; what they differ in."""

    dossiers: int
    in_several: int
    in_dispute: int = Field(description="dossiers of which systems differ in what none rules, or one cannot be read")
    unsynchronised: int = Field(description="closed by each due date in one system, after each in another")
    ruling: dict[str, tuple[str, ...]] = Field(description="which system rules what, the first before the next")
    systems: tuple[SystemRows, ...]
    pairs: tuple[SystemPair, ...]
    differences: tuple[SystemDifference, ...]


class LeftOut(Part):
    """A row that is no dossier: title, numbering, total, footer or repeated heading."""

    record: str
    file: str
    sheet: str
    row: int
    why: str
    written: str


class SampleSaid(Part):
    """The sample of those in time in the software and not traced to paper: how far it is, what it says; of all strata.

    A number is null while it is not known: all of them where the plan is of another export or cannot be read, and
    those from `deviations` on while nothing is drawn or the papers of any dossier drawn are still to be looked for.
    """

    state: SampleState
    population: int | None = Field(description="dossiers that the sample speaks of; void ones are none of them")
    drawn: int | None = Field(description="of the population, to be read; void ones are none of them")
    pending: int | None = Field(description="of those drawn, whose papers are still to be looked for")
    deviations: int | None = Field(description="of those drawn, not proved in time by any paper, or not found")
    at_most: int | None = Field(description="deviations in the population, with the confidence")
    confidence_percent: float | None = Field(description="of `at_most` and `most`; the risk of all looks taken off")
    out_of: int | None = Field(description="dossiers of the range by the records, unread ones too")
    late: int | None = Field(description="of out_of, late by the records")
    undecided: int | None = Field(description="of out_of, undecided or unread, and no part of the population")
    hidden: int | None = Field(description="at most so many more: at_most, less those of them that are late")
    most: int | None = Field(description="late + undecided + hidden, with the confidence")


class DriftSaid(Part):
    """How many dossiers the software's exports show otherwise, each compared with the next; leads, never findings.

    `kinds`: changed, gone or come, by what is worth a look; empty in the edition for the audited office.
    """

    exports: int = Field(description="kept, the audited one too")
    compared: int = Field(description="of exports, those whose order is known")
    not_read: int = Field(description="of exports, those that cannot be opened or read")
    steps: int = Field(description="pairs of exports compared")
    dossiers: int = Field(description="of all steps together; kinds are of these")
    unchanged: int = Field(description="of dossiers, the same in both exports of a step")
    uncompared: int = Field(description="of dossiers, with repeated codes, or cells that cannot be read for certain")
    kinds: dict[str, int]

    @property
    def leads(self) -> dict[str, int]:
        """Those of `kinds` that are worth a look, and not the ordinary course of a dossier."""
        return {kind: count for kind, count in self.kinds.items() if kind not in ("went_on", "come")}


class FormRow(Part):
    """A line of form II.06a: a field, rows that could not be read, or the total; columns (3) to (13) of the form.

    `field` is empty where none is written, and in the last two. Of a difference a count is what papers add to what the
    software shows, negative where they take away.
    """

    definition: str = Field(description="form_06a: as offices fill it; usual: withdrawn and refused ones left out")
    basis: str = Field(description="software, papers or difference")
    kind: str = Field(description="field, unread or total")
    field: str
    received: Recounted
    online: Recounted
    in_person: Recounted = Field(description="or by post")
    carried_over: Recounted
    settled: Recounted
    early: Recounted
    on_due_day: Recounted
    late: Recounted
    open: Recounted
    within_time: Recounted
    overdue: Recounted


class Form06a(Part):
    """Form II.06a by each definition, as the software shows, as papers prove, and the difference.

    `is_sum`: every total is the sum of its lines. `carried_over`: (6) of the whole office by the software, against
    `left_open`, (11) of the report of the period before, null where the folder does not have it.
    """

    rows: tuple[FormRow, ...] = Field(description="in a shareable edition and the office's the totals alone")
    is_sum: bool
    carried_over: Recounted
    left_open: int | None = Field(description="null also where the edition does not tell what somebody wrote")
    outcome: Outcome


class PointRange(Part):
    """From `at_least` to `at_most` points of the index, rounded to two digits, both included."""

    at_least: float
    at_most: float


class PointShare(Part):
    """A share of the index: `count` dossiers of `total`, and what share that can be.

    `is_ceiling`: something that no record holds can only lower it: what is certain is `most_percent` alone, and that
    `count` is at most its most.
    """

    count: Recounted
    total: Recounted
    least_percent: float
    most_percent: float
    points: PointRange | None = Field(description="if they grow in line with shares; null where not known")
    is_ceiling: bool


class PointItem(Part):
    """An item of the index of QĐ 766: as the portal counts it (`software`), as papers prove it, the points between.

    `points`: the most that it brings, null where only `group_points`, of its group, are known. `full_from`: the share
    in percent from which it brings all of them. `between`: papers less software, if points grow in line with shares.
    """

    item: str
    name: str
    formula: str
    group_points: float
    points: float | None
    full_from: float | None
    in_force_from: date | None
    in_force_to: date | None
    sureness: str
    source: str
    software: PointShare | None
    papers: PointShare | None
    between: PointRange | None
    reasons: tuple[str, ...] = Field(description="why it cannot be counted, or what is left open, in words")


class PortalFigure(Part):
    """A figure of the portal, as typed into `portal.csv`, and what the records, or its other figures, say of it."""

    item: str
    figure: str = Field(description="numerator, denominator, share or points")
    written: str
    outcome: Outcome
    explanation: str


class Points(Part):
    """What late clicking costs: the index of QĐ 766. Every formula is of a description that nobody confirmed.

    `between`: the points between, of all items of which both shares are counted; `of_points`: what those can bring.
    """

    items: tuple[PointItem, ...]
    between: PointRange
    of_points: float
    portal: tuple[PortalFigure, ...]


class DueBy(Part):
    """Something that is due in a check, and by when.

    `after_on`: the day after which the days are counted, itself not counted (Civil Code, 147); null where it has not
    come, or nobody has written it: nothing is then said of when it is due. `by_calendar`, `by_workdays`: the last day,
    counted in days of the calendar and in working days; a last day off moves to the next working day (148). Null also
    where the rule is in working days alone, or the day lies after the calendar. `more_by_…`: the same where the time is
    prolonged.
    """

    step: str
    name: str = Field(description="in the language of the result")
    after: str = Field(description="the entry of [check] in office.toml")
    after_on: date | None
    days: int
    more_days: int | None
    by_calendar: date | None
    by_workdays: date | None
    more_by_calendar: date | None
    more_by_workdays: date | None
    is_expected: bool = Field(description="one of them rests on a day off that no decision has named yet")
    is_event_open: bool = Field(
        description="the law is not known here to count from that day: a person must confirm it"
    )
    law: str
    sureness: str = Field(description="as of a source: c, w or u")


class CheckCalendar(Part):
    """By which day what is due in the check or inspection that the audit serves."""

    kind: str = Field(description="thanh_tra, kiem_tra_bo, kiem_tra_tinh or kiem_tra_xa")
    due: tuple[DueBy, ...] = Field(description="in the order of the steps")


class EarlierPeriod(Part):
    """A period of the commune that is beside the audit's folder, or was named, and what it is used for.

    `use`: previous (the last before this one), earlier, or why it is not compared: not_read, other_commune,
    same_period, later, overlaps, twice (two of the same days), beyond (more periods than are looked at).
    """

    name: str = Field(description="of its folder")
    use: str
    period: Period | None = None
    edition: Edition | None = Field(default=None, description="of its result; internal where it was judged here")
    rules: str = Field(default="", description="version of the rules that judged it")
    schema_version: str = ""
    sha256: str = Field(
        default="", description="of its result.json; of the names and hashes of its files if judged here"
    )
    is_judged_here: bool = Field(default=False, description="judged anew from its records, by the rules of this audit")
    message: str = Field(default="", description="why it is not compared")


class CarriedDossier(Part):
    """A dossier that the last period left open, or that is carried over here, and what the other side shows of it."""

    side: str = Field(description="left_open or carried")
    dossier_id: str
    state: str
    received_on: date | None


class CarriedOver(Part):
    """What the last period left open, and what this one carries over, dossier by dossier; each adds up by its states.

    `missing`, `not_known`: how many are in no row of the other side; at least, where rows are that cannot be read.
    """

    left_open: dict[str, int] = Field(
        description="settled, still_open, left (withdrawn, refused), unreadable, only_in_register, missing"
    )
    carried: dict[str, int] = Field(
        description="open_then, ended_then, unreadable_then, only_in_register_then, between (the two), not_known_then"
    )
    missing: Recounted
    not_known: Recounted
    received_anew: int = Field(
        description="left open, and here received within the period, or without a day that is read"
    )
    receipt_unread: int = Field(description="dossiers of this period without a day of receipt: carried over or not")
    is_sum: bool = Field(description="those left open that the software has are open_then + received_anew")
    dossiers: tuple[CarriedDossier, ...] = Field(description="internal edition")


class TrendPeriod(Part):
    """The shares on time of a period, as ranges; comparable where the rules of this audit judged it."""

    period: Period
    is_this: bool
    rules: str
    is_comparable: bool
    shares: dict[str, OnTime] = Field(description="records and software_by_day")


class FollowedUp(Part):
    """A line of followup.csv and what this period shows: `count` of `total` due after its day, `open` undecided.

    `why`: no_sign, unknown_sign, until_unread, not_yet_due, none_due, undecided, no_figure: it cannot be checked.
    """

    file: str
    row: int | None
    what: str
    who: str
    until_on: date | None
    done: str | None = Field(description="as its file says: yes, partly, no")
    support: str
    sign: str
    state: FollowUp
    why: str
    count: int
    open: int
    total: int


class Answered(Part):
    """An answer of the office on a finding of the last period; `state`: what became of it, where it was left open."""

    dossier_id: str | None
    text: str
    state: str


class NextPeriod(Part):
    """What became of the periods before this one.

    `others`: folders beside that are of other communes. `why_not`: why nothing is said of what was carried over: none,
    not_looked_for, no_dossiers (an older result that does not list them), no_code_alike (another key), or "".
    `days_between`: days after the last period that no audit is of; null where there is none.
    """

    earlier: tuple[EarlierPeriod, ...]
    others: int
    why_not: str
    days_between: int | None
    carried_over: CarriedOver | None
    trend: tuple[TrendPeriod, ...] = Field(description="the earliest first, this period last")
    followup: tuple[FollowedUp, ...]
    answers: tuple[Answered, ...]


class Result(Written):
    """One audit: a commune, a period, and all that was found. Equal inputs and parameters give equal bytes."""

    schema_version: str
    edition: Edition
    office: OfficeName
    period: Period
    as_of: date
    parameters: dict[str, str]
    versions: dict[str, str]
    inputs: tuple[Input, ...]
    accounting: dict[str, Accounting]
    columns: dict[str, Columns]
    what_was_read: WhatWasRead
    verdicts: dict[Verdict, int]
    causes: tuple[CauseCount, ...]
    late_in_software: dict[Verdict, int] = Field(description="settled and closed late, by verdict")
    in_time_in_software: dict[Verdict, int] = Field(description="settled and closed in time, by verdict")
    populations: dict[Population, int]
    on_time: dict[str, OnTime]
    unread: int = Field(description="dossiers of the software that stand in rows that are problems")
    has_signature_column: bool
    grades: dict[Grade, int] = Field(description="of the verdict late, by how sure it is")
    kept: tuple[str, ...] = Field(description="records that the office keeps")
    is_kept_said: bool = Field(description="whether office.toml says so; else all are taken as kept")
    complete: tuple[str, ...] = Field(description="records of which a person checked that nothing is missing")
    not_wholly_seen: tuple[str, ...] = Field(description="records with a row without a code, or an unread sheet")
    missing: tuple[str, ...] = Field(description="records that are kept and not in the folder: nobody is found late")
    are_apologies_missing: bool
    found_in: dict[FoundIn, int]
    apologies: dict[Apology, int]
    traced: tuple[Traced, ...]
    undecided: tuple[Undecided, ...] = Field(description="settled and undecided, most first")
    units: tuple[UnitTime, ...]
    late_acceptance: LateAcceptance
    papers: tuple[Paper, ...] = Field(description="to be fetched, as the shelves stand")
    contradictions: tuple[Contradiction, ...]
    leads: tuple[Lead, ...]
    proposals: tuple[Proposal, ...]
    corrections: tuple[Correction, ...]
    sources: tuple[Source, ...]
    cases: tuple[Case, ...]
    in_columns: Dossiers = Field(description="the other dossiers; with `cases` all that were judged")
    fields: tuple[FieldCount, ...]
    form_06a: Form06a
    points: Points
    notes: tuple[Note, ...]
    counts: dict[str, dict[str, Recounted]] = Field(
        description="every measure that the records can count, by definition, the plainest first"
    )
    claims: tuple[Claim, ...]
    soft_spots: tuple[SoftSpot, ...] = Field(description="most serious first")
    identities: tuple[Identity, ...]
    mends: tuple[Mend, ...] = Field(description="best first")
    denominators: tuple[Denominator, ...]
    smallest: Smallest
    flow: tuple[Flow, ...]
    problems: tuple[Problem, ...]
    duplicates: tuple[Duplicate, ...]
    left_out: tuple[LeftOut, ...]
    systems: Systems | None = Field(description="null where the folder has exports of one case system")
    sample: SampleSaid | None = Field(description="null where the folder has no sample.toml")
    check: CheckCalendar | None = Field(
        description="null where office.toml has no [check], and in the shareable edition: it is between the two offices"
    )
    drift: DriftSaid | None = Field(description="null where the folder keeps no other exports")
    notes_chain: NotesChain | None = Field(
        default=None,
        description="null without notes and notes.head, and in the edition for the office",
    )
    next_period: NextPeriod | None = Field(default=None, description="null where earlier periods were not looked for")
    images: Images | None = Field(default=None, description="null where `evidence/` is empty; internal edition")

    @model_validator(mode="before")
    @classmethod
    def _without_what_follows(cls, given: Any) -> Any:
        """`others` follow from the columns, and are not read."""
        return {name: value for name, value in given.items() if name != "others"} if isinstance(given, dict) else given

    @computed_field(  # type: ignore[prop-decorator]  # pydantic's own way
        description=f"those of `in_columns` one by one, in brief; none where they are more than {MOST_IN_BRIEF}"
    )
    @cached_property
    def others(self) -> tuple[Brief, ...]:
        """The dossiers that stand in columns one by one, in brief; none where they are too many."""
        if len(self.in_columns) > MOST_IN_BRIEF:
            return ()
        return tuple(Brief(**{name: getattr(one, name) for name in Brief.model_fields}) for one in self.in_columns.each)

    @property
    def judged(self) -> tuple["Case | Dossier", ...]:
        """Every dossier judged, in full or in columns."""
        return (*self.cases, *self.in_columns.each)

    @cached_property
    def cases_in_columns(self) -> tuple[Dossier, ...]:
        """The cases that stand in columns."""
        return tuple(one for one in self.in_columns.each if one.kind.is_case)

    @property
    def dossiers(self) -> int:
        """How many dossiers are judged."""
        return sum(self.verdicts.values())


def schema_text() -> str:
    """The published JSON Schema of `result.json`, as text."""
    return schema_of(Result, f"result.json {SCHEMA_VERSION}")


def schema_of(model: type[Written], title: str) -> str:
    """The JSON Schema of a file that holds a `model`, as text; `title` names the file and the version of its shape."""
    schema = model.model_json_schema(mode="serialization")
    schema |= {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": title}
    return json.dumps(schema, ensure_ascii=False, indent=1) + "\n"
