"""An audit's folder, read into typed frames and a list of problems; files are opened here and nowhere below."""

import csv
import hashlib
import io
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import cache, cached_property
from pathlib import Path

import pandas as pd

from audit import coverage
from audit import key as keys
from audit.coverage import Coverage
from audit.frames import NativeFrame, for_steps
from audit.load import corrections, names, notes, reference, reported, sheets, values
from audit.load import office as office_file
from audit.load.corrections import Correction
from audit.load.notes import Entry
from audit.load.office import OfficeFile
from audit.load.table import SHEET_WITHOUT_HEADINGS, Column, Table, Words, empty, table
from audit.shipped import shipped
from audit.terms import AuditError, Convention, UnitLevel
from audit.workdays import Calendar, Day, Line

pd.set_option("mode.string_storage", "python")  # the same, and quicker on small frames, where pyarrow is installed too

CLAIM = {
    "claim": Column("text", is_required=True, may_be_empty=False),
    "measure": Column("text", is_required=True, may_be_empty=False),
    "written": Column("text", is_required=True, may_be_empty=False),
    "out_of_written": Column("text"),
    "unit": Column("word", is_required=True, may_be_empty=False),
    "section": Column("text"),
    "page": Column("text"),
    "line": Column("text"),
    "quote": Column("text"),
    "reading": Column("word", is_vital=False),
    "is_confirmed": Column("yes_no", is_vital=False),
}
RECORDS: dict[str, dict[str, Column]] = {
    "software": {
        "dossier_id": Column("dossier_id", is_required=True, may_be_empty=False),
        "procedure": Column("text"),
        "field": Column("text"),
        "channel": Column("word", is_vital=False),
        "received_at": Column("at", is_required=True, may_be_empty=False),
        "due_at": Column("due_at", is_required=True),
        "closed_at": Column("at", is_required=True),
        "returned_at": Column("at", is_vital=False),
        "unit": Column("text"),
        "status": Column("word"),
        "applicant": Column("text", is_personal=True),
        "is_components_digitised": Column("yes_no", is_vital=False),
        "is_result_digitised": Column("yes_no", is_vital=False),
        "payments": Column("number", is_vital=False),
        "paid_dong": Column("number", is_vital=False),
    },
    "register": {
        "dossier_id": Column("dossier_id", is_required=True, may_be_empty=False),
        "line": Column("text"),
        "page": Column("text"),
        "procedure": Column("text"),
        "applicant": Column("text", is_personal=True),
        "unit": Column("text"),
        "received_on": Column("on"),
        "due_on": Column("on"),
        "returned_on": Column("on", is_required=True),
        "signed": Column("signed"),
        "note": Column("text", is_personal=True),
    },
    "control_slips": {
        "dossier_id": Column("dossier_id", is_required=True, may_be_empty=False),
        "from_unit": Column("text", is_required=True, may_be_empty=False),
        "to_unit": Column("text", is_required=True, may_be_empty=False),
        "handed_at": Column("at", is_required=True, may_be_empty=False),
        "due_at": Column("due_at", is_vital=False),
    },
    "result_papers": {
        "dossier_id": Column("dossier_id", is_required=True, may_be_empty=False),
        "number": Column("text"),
        "issued_on": Column("on", is_required=True, may_be_empty=False),
        "paper": Column("word"),
        "title": Column("text", is_personal=True),
        "page": Column("text"),
        "line": Column("text"),
    },
    "stops": {
        "dossier_id": Column("dossier_id", is_required=True, may_be_empty=False),
        "number": Column("text"),
        "from_on": Column("on", is_required=True, may_be_empty=False),
        "to_on": Column("on", is_required=True),
        "why": Column("word", is_vital=False, is_personal=True),
    },
    "apologies": {
        "dossier_id": Column("dossier_id", is_required=True, may_be_empty=False),
        "number": Column("text"),
        "dated_on": Column("on", is_required=True, may_be_empty=False),
        "new_due_on": Column("on", is_required=True, may_be_empty=False),
    },
    "explanations": {
        "dossier_id": Column("dossier_id", is_required=True, may_be_empty=False),
        "cause": Column("word", is_required=True, may_be_empty=False, is_personal=True),
    },
    "online_procedures": {
        "procedure": Column("text", is_required=True, may_be_empty=False),
        "online_level": Column("word", is_required=True, may_be_empty=False),
        "interlinked_group": Column("word"),
    },
    "claims": CLAIM,
    "previous_claims": CLAIM,
}
JUDGED_RECORDS = ("software", "register", "control_slips", "result_papers", "stops", "apologies", "explanations")
REQUIRED_RECORDS = ("software", "register")
SETTINGS = {  # files that the inspector writes, and the headings that each must have
    "headings.csv": ("record", "column", "heading"),
    "words.csv": ("column", "written", "value"),
    "procedures.csv": ("procedure", "term", "unit", "in_force_from", "in_force_to", "source"),
    "corrections.csv": ("record", "sheet", "row", "column", "was", "now", "why", "by", "on"),
}
KEY_COLUMNS = {
    "software": {"procedure": "procedure_key", "applicant": "applicant_key"},
    "register": {"procedure": "procedure_key", "applicant": "applicant_key"},
}
UNIT_COLUMNS = {
    "software": {"unit": "unit_level"},
    "control_slips": {"from_unit": "from_level", "to_unit": "to_level"},
}


@dataclass(frozen=True)
class Input:
    """A file that was read: its name, the hash of its bytes, and how many rows of dossiers it holds."""

    name: str
    sha256: str
    rows: int | None


@dataclass(frozen=True)
class Office:
    """An audit's folder as read: who and when, one frame a record, what could not be read, what was left out.

    `records`, `online_procedures` and `counting` are frames as steps take them. `counting`: what terms are counted
    with, the `terms` of procedures, the `workdays` and the `ends` of terms.
    `misnamed`: problems of `procedures.csv`, as those of the records; `unread_notes`: those of `notes.jsonl`.
    `key`: what the office masks codes with.
    """

    file: OfficeFile
    as_of: date
    tables: Mapping[str, Table]
    inputs: tuple[Input, ...]
    calendar: Calendar
    counting: Mapping[str, NativeFrame]
    corrections: tuple[Correction, ...]
    sources: tuple[Mapping[str, str], ...]
    misnamed: pd.DataFrame
    key: bytes
    notes: tuple[Entry, ...]
    unread_notes: pd.DataFrame

    @property
    def software(self) -> pd.DataFrame:
        """A dossier as the case software has it."""
        return self.tables["software"].frame

    @property
    def register(self) -> pd.DataFrame:
        """A line of the paper register."""
        return self.tables["register"].frame

    @cached_property
    def records(self) -> dict[str, NativeFrame]:
        """The records that dossiers are judged by, as read: the software, the register, and the evidence."""
        return {record: for_steps(self.tables[record].frame) for record in JUDGED_RECORDS}

    @property
    def conventions(self) -> tuple[Convention, ...]:
        """The conventions of counting a term that are compared."""
        return self.file.due_dates.conventions

    @cached_property
    def coverage(self) -> Coverage:
        """What has been seen of the records that dossiers are judged by."""
        further = {record: self.tables[record] for record in JUDGED_RECORDS if record != "software"}
        rows = {record: len(table.frame) for record, table in further.items()}
        unseen = [record for record, table in further.items() if not _is_wholly_seen(table)]
        said = self.file.records
        return coverage.of(said.kept, rows, unseen, said.complete)

    @cached_property
    def online_procedures(self) -> NativeFrame:
        """A procedure offered online."""
        return for_steps(self.tables["online_procedures"].frame)

    @property
    def claims(self) -> pd.DataFrame:
        """One figure that the office reported."""
        return self.tables["claims"].frame

    @property
    def reported(self) -> dict[str, NativeFrame | frozenset[str]]:
        """What the office reported, of this period and the one before, and what it is counted again with."""
        return {
            "reported": self.claims, "previous": self.tables["previous_claims"].frame,
            "online_procedures": self.online_procedures, "columns": self.columns,
            "workdays": self.counting["workdays"],
        }  # fmt: skip

    @property
    def days(self) -> dict[str, date]:
        """The days that judgements rest on: the audit's, and the period's first and last."""
        period = self.file.period
        return {"as_of": self.as_of, "period_first_on": period.first_on, "period_last_on": period.last_on}

    @property
    def columns(self) -> frozenset[str]:
        """The columns of the software's export that could be read throughout, and so that list of procedures."""
        software, procedures = self.tables["software"], self.tables["online_procedures"]
        is_whole = procedures.file and procedures.frame["is_readable"].all()
        return software.columns - software.unreadable | ({"online_procedures"} if is_whole else set())

    @property
    def problems(self) -> pd.DataFrame:
        """One thing that could not be read, in one place."""
        found = [*(table.problems for table in self.tables.values()), self.misnamed, self.unread_notes]
        return pd.concat(found, ignore_index=True).astype({"row": "Int64"})

    @property
    def left_out(self) -> pd.DataFrame:
        """A row that is no dossier: title, numbering, total, footer, repeated heading."""
        return pd.concat([table.left_out for table in self.tables.values()], ignore_index=True)


def _is_wholly_seen(table: Table) -> bool:
    """Whether each row has a code that could be read, and each sheet headings that are known."""
    has_codes = bool(table.frame["dossier_id"].notna().all())
    return has_codes and not (table.problems["problem"] == SHEET_WITHOUT_HEADINGS).any()


def office(folder: str | Path, as_of: str = "") -> Office:
    """Everything in an audit's folder; `as_of` is the day of the audit, by default the one in `office.toml`.

    Raises AuditError where the records cannot be audited: a file or heading that is missing, a file in
    another encoding, no day of the audit, no row that can be read.
    """
    folder = Path(folder).resolve()
    if not folder.is_dir():
        raise AuditError("no_folder", folder=folder.name)
    contents = files(folder)
    if "office.toml" not in contents:
        raise AuditError("no_office_file", folder=folder.name)
    file = office_file.read("office.toml", contents["office.toml"])
    settings = settings_of(contents, file)
    tables = {record: _table(record, folder, contents, settings) for record in RECORDS}
    _refuse_unreadable(tables["software"])
    frame = tables["register"].frame
    frame["names_another"] = names.named_otherwise(tables["software"].frame, frame)
    own_terms = own_lines("procedures.csv", contents)
    entries, unread_notes = notes.read(notes.NAME, contents.get(notes.NAME, b""))
    return Office(
        file, _day_of_audit(as_of, file), tables, _inputs(contents, tables), calendar(),
        {name: for_steps(frame) for name, frame in counting(own_terms).items()}, settings.corrections,
        tuple(_sources()), reference.misnamed(own_terms, tables["software"].frame["procedure"]), _key(folder, file),
        entries, unread_notes,
    )  # fmt: skip


def _key(folder: Path, file: OfficeFile) -> bytes:
    """The office's key; an AuditError for that of a sample where the dossiers are not made up."""
    found = keys.read(folder)
    if keys.is_published(found) and not file.made_up:
        raise AuditError("published_key", file=keys.NAME)
    return found


def term_of(office: Office, dossier: str) -> tuple[date, date, list[Day]]:
    """The day a dossier was received, the last of its due dates in the records, and every day from one to the other.

    Raises AuditError where no record has the dossier with both days. A day is marked where its decision was made after
    the receipt.
    """
    try:
        code = values.dossier_id(dossier)
    except ValueError as error:
        raise AuditError("unknown_dossier", dossier=dossier) from error
    found = [frame[frame["dossier_id"] == code] for frame in (office.software, office.register)]
    received = pd.concat([found[0]["received_at"], found[1]["received_on"]]).dropna()
    due = pd.concat([found[0]["due_at"], found[1]["due_on"]]).dropna()
    if received.empty or due.empty:
        raise AuditError("unknown_dossier", dossier=dossier)
    first, last = received.min().date(), due.max().date()
    return first, last, office.calendar.days(first, last, known_on=first)


@cache
def calendar() -> Calendar:
    """The working calendar that comes with the toolkit."""
    lines = csv.DictReader(io.StringIO(shipped("reference/calendar.csv").read_text(encoding="utf-8")))
    return Calendar.of(
        Line(
            day=date.fromisoformat(line["date"]),
            kind=line["kind"],
            decided_on=date.fromisoformat(line["decided_on"]) if line["decided_on"] else None,
            decision=line["decision"],
        )
        for line in lines
    )


def counting(own_terms: list[dict[str, str]]) -> dict[str, pd.DataFrame]:
    """The frames that terms are counted with; only the folder's own terms are read each time."""
    frames = dict(_shipped_counting())
    if own_terms:
        frames["terms"] = reference.terms(reference_lines("procedures.csv"), own_terms, calendar())
    return {name: frame.copy(deep=False) for name, frame in frames.items()}


@cache
def _shipped_counting() -> dict[str, pd.DataFrame]:
    known = calendar()
    return {
        "terms": reference.terms(reference_lines("procedures.csv"), [], known),
        "workdays": reference.workdays(known),
        "ends": reference.ends(known),
    }


def day(text: str) -> date:
    """A day written as 2023-09-25 or 25/09/2023; an AuditError for anything else."""
    try:
        return values.on(text).date()
    except ValueError as error:
        raise AuditError("not_a_day", written=text) from error


def files(folder: Path) -> dict[str, bytes]:
    """The files of an audit's folder that are read, by name; an AuditError where one record has two."""
    found = [sheets.find(folder, record) for record in RECORDS]
    optional = [folder / name for name in ("office.toml", *SETTINGS, notes.NAME)]
    return {path.name: path.read_bytes() for path in [*optional, *found] if path is not None and path.is_file()}


@dataclass(frozen=True)
class Settings:
    """What the toolkit and the folder say of headings, words and units, read once for all records."""

    headings: list[dict[str, str]]
    own_headings: list[dict[str, str]]
    words: Words
    levels: Mapping[str, UnitLevel]
    corrections: tuple[Correction, ...]


def settings_of(contents: Mapping[str, bytes], file: OfficeFile) -> Settings:
    """What the toolkit and a folder's files, by name, say; an AuditError for a column or a value that no record has."""
    words = _words(contents)
    headings, own_headings = reference_lines("headings.csv"), own_lines("headings.csv", contents)
    for line in own_headings:
        if line["record"] not in RECORDS or line["column"] not in RECORDS[line["record"]]:
            raise AuditError("unknown_column", record=line["record"], column=line["column"])
    put_right = corrections.read("corrections.csv", own_lines("corrections.csv", contents), RECORDS)
    return Settings(headings, own_headings, words, _levels(file, words), put_right)


def _table(record: str, folder: Path, contents: Mapping[str, bytes], settings: Settings) -> Table:
    name = next((name for name in contents if Path(name).stem.lower() == record), None)
    if name is None:
        if record in REQUIRED_RECORDS:
            raise AuditError("missing_file", file=f"{record}.xlsx", folder=folder.name)
        return _empty(record, settings.corrections)
    accepted = accepted_headings(record, settings)
    found = table(
        record, name, sheets.read(name, contents[name]), RECORDS[record], accepted, settings.words, settings.corrections
    )
    for line in settings.own_headings:
        if line["record"] == record and line["column"] not in found.columns:
            raise AuditError("own_heading_not_found", file=name, heading=line["heading"], column=line["column"])
    found = _with_keys(_with_levels(found, settings.levels))
    if RECORDS[record] is CLAIM:
        return reported.read(found)
    return _with_known_units(found) if record == "control_slips" else found


def _empty(record: str, put_right: tuple[Correction, ...]) -> Table:
    """The Table of a record that the folder does not hold; an AuditError where a correction is of it."""
    if any(one.record == record for one in put_right):
        empty(record, RECORDS[record], put_right)
    known = _empty_table(record)
    frames = {name: getattr(known, name).copy(deep=False) for name in ("frame", "problems", "left_out")}
    return replace(known, **frames)


@cache
def _empty_table(record: str) -> Table:
    return _with_keys(_with_levels(empty(record, RECORDS[record]), {}))


def accepted_headings(record: str, settings: Settings) -> dict[str, tuple[str, ...]]:
    """The listed headings; where the folder's own `headings.csv` names a column, only what it says counts."""
    accepted: dict[str, tuple[str, ...]] = {column: (column,) for column in RECORDS[record]}
    for lines in (settings.headings, settings.own_headings):
        listed: dict[str, list[str]] = {}
        for line in lines:
            if line["record"] == record:
                listed.setdefault(line["column"], []).append(line["heading"])
        accepted |= {column: tuple(texts) for column, texts in listed.items()}
    return accepted


def _words(contents: Mapping[str, bytes]) -> dict[tuple[str, str], str]:
    listed, own = reference_lines("words.csv"), own_lines("words.csv", contents)
    allowed: dict[str, set[str]] = {}
    for line in listed:
        allowed.setdefault(line["column"], set()).add(line["value"])
    for line in own:
        if line["value"] not in allowed.get(line["column"], set()):
            valid = ", ".join(sorted(allowed.get(line["column"], allowed)))
            raise AuditError("unknown_value", column=line["column"], written=line["value"], valid=valid)
    lines = [*listed, *own]
    return {(line["column"], values.folded(line["written"])): line["value"] for line in lines}


def reference_lines(name: str) -> list[dict[str, str]]:
    """The lines of a file of `data/reference`, by heading."""
    return [dict(line) for line in _shipped_lines(name)]


def may_be_results(titles: pd.Series) -> pd.Series:
    """For each title of a paper whether it may be a result: no phrase of `titles.csv` stands in it."""
    return names.may_be_results(titles, [line["phrase"] for line in reference_lines("titles.csv")])


@cache
def _shipped_lines(name: str) -> tuple[dict[str, str], ...]:
    return tuple(_lines(name, shipped(f"reference/{name}").read_bytes()))


def _sources() -> list[Mapping[str, str]]:
    """The legal and written sources of rules, the conventions of counting a term among them."""
    conventions = [line | {"topic": "convention", "version": line["convention"], "found_in": line["source"]}
                   for line in reference_lines("conventions.csv")]  # fmt: skip
    return [*reference_lines("sources.csv"), *conventions]


def own_lines(name: str, contents: Mapping[str, bytes]) -> list[dict[str, str]]:
    """The lines of a folder's own file, by heading; none where `contents` has none of this `name`."""
    return _lines(name, contents[name]) if name in contents else []


def _lines(name: str, content: bytes) -> list[dict[str, str]]:
    first, *rest = [cells for _, cells in sheets.read(name, content)[0].rows] or [[]]
    lines = [dict(zip(first, [*cells, *[""] * len(first)], strict=False)) for cells in rest]
    if missing := [heading for heading in SETTINGS.get(name, ()) if heading not in first]:
        raise AuditError("settings_heading", file=name, headings=", ".join(missing), found=", ".join(first))
    return lines


def _levels(file: OfficeFile, words: Words) -> dict[str, UnitLevel]:
    named = {text: UnitLevel(value) for (column, text), value in words.items() if column == "unit_level"}
    for level in (UnitLevel.DESK, UnitLevel.COMMUNE, UnitLevel.UPPER_LEVEL):
        named |= {values.folded(name): level for name in getattr(file.units, level)}
    return named


def _with_levels(read: Table, levels: Mapping[str, UnitLevel]) -> Table:
    for unit, level in UNIT_COLUMNS.get(read.record, {}).items():
        found = [levels.get(values.folded(text), UnitLevel.UNKNOWN) for text in read.frame[unit].fillna("")]
        read.frame[level] = pd.Series(found, index=read.frame.index, dtype="str")
    return read


def _with_keys(read: Table) -> Table:
    """Frames with keys under which applicants and procedures are equal, the day inside each code, what is no result."""
    frame = read.frame
    for column, key in KEY_COLUMNS.get(read.record, {}).items():
        folded = [values.folded(name) if isinstance(name, str) else None for name in frame[column]]
        frame[key] = pd.Series(folded, index=frame.index, dtype="str")
    if read.record == "software":
        coded = [values.coded_on(code) if isinstance(code, str) else None for code in frame["dossier_id"]]
        frame["coded_on"] = pd.Series(coded, index=frame.index, dtype="datetime64[us]")
    elif read.record == "register":
        frame["names_another"] = pd.Series(None, index=frame.index, dtype="str")
    elif read.record == "result_papers":
        frame["is_result"] = may_be_results(frame["title"])
    return read


def _with_known_units(slips: Table) -> Table:
    """A hop of a unit that nobody listed proves nothing; one whose code cannot be read is given to no dossier."""
    frame, found = slips.frame, [slips.problems]
    for unit, level in UNIT_COLUMNS["control_slips"].items():
        unknown = frame[frame["is_readable"] & (frame[level] == UnitLevel.UNKNOWN)]
        where = {"record": slips.record, "file": slips.file, "column": slips.headings[unit], "problem": "unknown_unit"}
        written = ["" if values.may_be_personal(text) else text for text in unknown[unit]]
        found.append(unknown[["sheet", "row"]].assign(**where, written=written, detail=""))
    is_known = (frame[list(UNIT_COLUMNS["control_slips"].values())] != UnitLevel.UNKNOWN).all(axis=1)
    frame = frame.assign(is_readable=frame["is_readable"] & is_known)
    problems = pd.concat(found, ignore_index=True)[list(slips.problems)].astype({"row": "Int64"})
    return replace(slips, frame=frame, problems=problems)


def _refuse_unreadable(software: Table) -> None:
    if software.frame.empty:
        raise AuditError("no_rows", file=software.file)
    if not software.frame["is_readable"].any():
        first = software.problems.iloc[0]
        raise AuditError(
            "no_row_readable", file=software.file, rows=len(software.frame), row=first["row"],
            column=first["column"], written=first["written"],
        )  # fmt: skip


def _day_of_audit(as_of: str, file: OfficeFile) -> date:
    if as_of:
        chosen = day(as_of)
    elif file.as_of is None:
        raise AuditError("no_day_of_audit")
    else:
        chosen = file.as_of
    if chosen < file.period.first_on:
        raise AuditError("audit_before_period", as_of=f"{chosen:%d/%m/%Y}", first=f"{file.period.first_on:%d/%m/%Y}")
    return chosen


def _inputs(contents: Mapping[str, bytes], tables: Mapping[str, Table]) -> tuple[Input, ...]:
    rows = {read.file: len(read.frame) for read in tables.values()}
    return tuple(
        Input(name, hashlib.sha256(content).hexdigest(), rows.get(name)) for name, content in sorted(contents.items())
    )
