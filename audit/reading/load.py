"""An audit's folder, read into typed frames and a list of problems; files are opened here and nowhere below."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cache, cached_property
from pathlib import Path
from typing import Any

import pandas as pd
from polars import DataFrame

from audit.ground import key as keys
from audit.ground.frames import for_steps
from audit.ground.terms import AuditError, Convention, UnitLevel
from audit.ground.workdays import Calendar, Day
from audit.reading import cells, images, joined, names, notes, portal_lines, reference, rooms, sheets, systems, tally
from audit.reading import claim_lines as reported
from audit.reading import office as office_file
from audit.reading.cells import day
from audit.reading.corrections import Correction
from audit.reading.images import Image
from audit.reading.lines import SAMPLE, SETTINGS, own_lines
from audit.reading.names import may_be_results
from audit.reading.notes import Chain, Entry
from audit.reading.office import OfficeFile
from audit.reading.recognise import FOLDER, Files, files_of_records
from audit.reading.settings import Levels, Settings, accepted_headings, settings_of
from audit.reading.sheets import Sheet
from audit.reading.table import PROBLEM_COLUMNS, SHEET_WITHOUT_HEADINGS, UNPLACED, Table, empty, table
from audit.records import claims, coverage
from audit.records.coverage import Coverage
from audit.records.registry import BY_NAME, JUDGED_RECORDS, RECORDS

MOST_BYTES = 200_000_000  # of one file
_NOTEBOOKS = Path(__file__).parents[2] / "notebooks"
PROPOSED = ".proposed."  # in the name of a file that is to be confirmed
EXPORTS = "exports"  # the folder, in that of an audit, of the software's other exports

pd.set_option("mode.string_storage", "python")  # the same, and quicker on small frames, where pyarrow is installed too


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
    `key`: what the office masks codes with. `unused`: files that look like a record and were not read, with
    the record; `not_opened`: tables of another name that cannot be opened, and may be of any record. `own`: the
    records that have a file of their own, so that more is known of them than what a tally sheet found. `sample`: the
    plan of a sample as it is written, None where there is none. `systems`: the case systems that the folder has exports
    of, those that cannot be opened too; `systems_not_opened`: those of which an export cannot. `images`: the
    photographs and scans in `evidence/`. `chain`: whether the notes end as they did.
    """

    file: OfficeFile
    as_of: date
    tables: Mapping[str, Table]
    inputs: tuple[Input, ...]
    calendar: Calendar
    counting: Mapping[str, DataFrame]
    corrections: tuple[Correction, ...]
    sources: tuple[Mapping[str, str], ...]
    misnamed: pd.DataFrame
    key: bytes
    notes: tuple[Entry, ...]
    unread_notes: pd.DataFrame
    unused: Mapping[str, str] = field(default_factory=dict)
    not_opened: tuple[str, ...] = ()
    own: frozenset[str] = frozenset()
    sample: bytes | None = None
    systems: tuple[str, ...] = ()
    images: tuple[Image, ...] = ()
    chain: Chain = Chain()  # noqa: RUF009  it is frozen
    systems_not_opened: frozenset[str] = frozenset()

    @property
    def software(self) -> pd.DataFrame:
        """A dossier as the case software has it."""
        return self.tables["software"].frame

    @property
    def register(self) -> pd.DataFrame:
        """A line of the paper register."""
        return self.tables["register"].frame

    @cached_property
    def records(self) -> dict[str, DataFrame]:
        """The records that dossiers are judged by, as read: the software, the register, and the evidence."""
        return {record: for_steps(self.tables[record].frame) for record in JUDGED_RECORDS}

    def exports(self, record: str) -> dict[str, str]:
        """The files of a record: name to SHA-256."""
        files = set(self.tables[record].files)
        return {one.name: one.sha256 for one in self.inputs if one.name in files}

    @property
    def conventions(self) -> tuple[Convention, ...]:
        """The conventions of counting a term that are compared."""
        return self.file.due_dates.conventions

    @cached_property
    def coverage(self) -> Coverage:
        """What has been seen of the records that dossiers are judged by."""
        further = {record: self.tables[record] for record in JUDGED_RECORDS if record != "software"}
        rows = {record: len(table.frame) for record, table in further.items()}
        unseen = {record for record, table in further.items() if self.not_opened or not _is_wholly_seen(table)}
        unseen |= further.keys() & set(self.unused.values())
        unseen |= {record for record, count in rows.items() if count and record not in self.own}
        if "papers" in self.unused.values() or not _is_wholly_seen(self.tables["papers"]):
            unseen |= further.keys() & set(tally.RECORDS.values())
        if len(self.systems) > 1 and (self.not_opened or not _is_wholly_seen(self.tables["software"])):
            unseen.add("software")  # a row of another system may say otherwise
        said = self.file.records
        return coverage.seen(said.kept, rows, unseen, said.complete)

    @property
    def is_export_whole(self) -> bool:
        """Whether every row of the software's export has a code, and nothing else in the folder may be of it."""
        is_other = self.not_opened or {"software", FOLDER} & set(self.unused.values())
        return not is_other and _is_wholly_seen(self.tables["software"])

    @cached_property
    def online_procedures(self) -> DataFrame:
        """A procedure offered online."""
        return for_steps(self.tables["online_procedures"].frame)

    @property
    def claims(self) -> pd.DataFrame:
        """One figure that the office reported."""
        return self.tables["claims"].frame

    @property
    def reported(self) -> dict[str, Any]:
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
        """The columns of the software's export that could be read throughout, and so that list of procedures.

        One in which an empty cell counts as nothing is there only where every file and system says the same in it.
        """
        software, procedures = self.tables["software"], self.tables["online_procedures"]
        is_whole = procedures.file and procedures.frame["is_readable"].all()
        there = software.columns - software.unreadable - systems.told_otherwise(software.frame)
        return there | ({"online_procedures"} if is_whole else set())

    @property
    def problems(self) -> pd.DataFrame:
        """One thing that could not be read, in one place."""
        of_files = [
            (record, name, "", None, "", name, "file_unknown" if record == FOLDER else "file_not_used", "")
            for name, record in self.unused.items()
        ]
        of_files += [(FOLDER, name, "", None, "", name, "file_not_opened", "") for name in self.not_opened]
        of_files += [
            (FOLDER, one.name, "", None, "", one.folder, one.problem, "") for one in self.images if one.problem
        ]
        not_used = pd.DataFrame(of_files, columns=PROBLEM_COLUMNS)
        found = [*(table.problems for table in self.tables.values()), self.misnamed, self.unread_notes, not_used]
        return pd.concat(found, ignore_index=True).astype({"row": "Int64"})

    @property
    def left_out(self) -> pd.DataFrame:
        """A row that is no dossier: title, numbering, total, footer, repeated heading."""
        return pd.concat([table.left_out for table in self.tables.values()], ignore_index=True)


def _is_wholly_seen(table: Table) -> bool:
    """Whether each row has a code that could be read, and each sheet headings that are known."""
    has_codes = bool(table.frame["dossier_id"].notna().all())
    return has_codes and not table.problems["problem"].isin((SHEET_WITHOUT_HEADINGS, UNPLACED)).any()


def office(folder: str | Path, as_of: str = "", *, is_audit: bool = True) -> Office:
    """Everything in an audit's folder; `as_of` is the day of the audit, by default the one in `office.toml`.

    Where it is no audit, the last day of the period will do, no row need be readable, and no key is made.

    Raises AuditError where the records cannot be audited: a file or heading that is missing, a file in
    another encoding, no day of the audit, no row that can be read.
    """
    folder = place(folder)
    if not folder.is_dir():
        raise AuditError("no_folder", folder=folder.name)
    contents = files(folder)
    if "office.toml" not in contents:
        raise AuditError("no_office_file", folder=folder.name)
    file = office_file.read("office.toml", contents["office.toml"])
    settings = settings_of(contents, file)
    tables, found = records_of(contents, settings, folder.name)
    if is_audit:
        _refuse_unreadable(tables["software"])
    known = systems.in_order(found.systems.values())
    not_opened = frozenset(found.systems[name] for name in found.not_opened if name in found.systems)
    systems.refuse_unknown(file.systems, known, not_opened)
    tables["software"] = systems.with_systems(tables["software"], found.systems, file.systems)
    own = frozenset(record for record, read in tables.items() if read.files)
    pictured = images.read(images.files(folder, MOST_BYTES), {name: read.frame for name, read in tables.items()})
    tables = joined.with_serials(joined.with_later_states(tally.with_found(tables)))
    audited_on, calendar = day_of_audit(as_of, file, is_audit=is_audit), reference.calendar()
    tables = joined.with_doubts(tables, audited_on, calendar)
    frame = tables["register"].frame
    frame["names_another"] = names.named_otherwise(tables["software"].frame, frame)
    own_terms = own_lines("procedures.csv", contents)
    entries, unread_notes = notes.read(notes.NAME, contents.get(notes.NAME, b""))
    return Office(
        file, audited_on, tables, _inputs(contents | other_exports(folder), tables, pictured), calendar,
        {name: for_steps(frame) for name, frame in reference.counting(own_terms).items()}, settings.corrections,
        tuple(reference.sources()), reference.misnamed(own_terms, tables["software"].frame["procedure"]),
        _key(folder, file) if is_audit else b"", entries, unread_notes, found.unused,
        tuple(found.not_opened), own, contents.get(SAMPLE), known, pictured,
        notes.chain(contents.get(notes.NAME, b""), contents.get(notes.HEAD)), not_opened,
    )  # fmt: skip


def place(folder: str | Path) -> Path:
    """Where a folder or file is: quotes and blanks around it left out; one that is not here is looked for from the
    notebooks, so that a notebook's own folder is found from whichever directory it is run.
    """
    path = Path(folder.strip().strip("\"'").strip() if isinstance(folder, str) else folder).expanduser()
    from_notebooks = _NOTEBOOKS / path
    return (from_notebooks if not path.exists() and from_notebooks.exists() else path).resolve()


def records_of(contents: Mapping[str, bytes], settings: Settings, folder: str) -> tuple[dict[str, Table], Files]:
    """Each record as read from the files of a folder, by name; and which file is of which record."""
    found = files_of_records(contents, settings)
    _refuse_doubtful_files(found)
    return {record: _table(record, folder, found.by_record[record], settings) for record in RECORDS}, found


def _key(folder: Path, file: OfficeFile) -> bytes:
    """The office's key; an AuditError for that of a sample where the dossiers are not made up."""
    found = keys.read(folder)
    if keys.is_published(found) and not file.made_up:
        raise AuditError("published_key", file=keys.NAME)
    return found


def term_of(office: Office, dossier: str) -> tuple[date, date, list[Day]]:
    """The day a dossier was received, the last of its due dates in the records, and every day from one to the other.

    The days end with the calendar where the due date lies after it. Raises AuditError where no record has the dossier
    with both days. A day is marked where its decision was made after the receipt.
    """
    try:
        code = cells.dossier_id(dossier)
    except ValueError as error:
        raise AuditError("unknown_dossier", dossier=dossier) from error
    found = [frame[frame["dossier_id"] == code] for frame in (office.software, office.register)]
    received = pd.concat([found[0]["received_at"], found[1]["received_on"]]).dropna()
    due = pd.concat([found[0]["due_at"], found[1]["due_on"]]).dropna()
    if received.empty or due.empty:
        raise AuditError("unknown_dossier", dossier=dossier)
    first, last = received.min().date(), due.max().date()
    return first, last, office.calendar.days(first, min(last, office.calendar.last), known_on=first)


def files(folder: Path) -> dict[str, bytes]:
    """The files of an audit's folder that are read, by name: settings, notes, a sample's plan, every table.

    Raises AuditError for a table that is no ordinary file, or too large.
    """
    chosen = sorted(path for path in folder.iterdir() if is_read(path.name))
    for path in chosen:
        if path.exists() and not path.is_file() and not path.is_dir():
            raise AuditError("no_ordinary_file", file=path.name)
        if path.is_file() and path.stat().st_size > MOST_BYTES:
            raise AuditError("file_too_big", file=path.name, most=MOST_BYTES // 1_000_000)
    return {path.name: path.read_bytes() for path in chosen if path.is_file()}


def other_exports(folder: Path) -> dict[str, bytes]:
    """The software's exports that are kept in `exports/` of an audit's folder, by name: exports/<file>.

    No verdict rests on them. Raises AuditError as `files` does.
    """
    kept = Path(folder) / EXPORTS
    found = files(kept) if kept.is_dir() else {}
    return {f"{EXPORTS}/{name}": content for name, content in found.items() if _is_table(name)}


def is_read(name: str) -> bool:
    """Whether a file of that name is read: settings, notes, a plan, or a table that no other program keeps or left."""
    if name in {"office.toml", *SETTINGS, notes.NAME, notes.HEAD, SAMPLE}:
        return True
    return _is_table(name)


def _is_table(name: str) -> bool:
    is_ours = name not in SETTINGS and PROPOSED not in name.lower() and not name.startswith((".", "~$"))
    return is_ours and name.lower().endswith(sheets.ENDINGS)


def contents(folder: Path) -> tuple[dict[str, bytes], bytes | None]:
    """The files of an audit's folder that an audit reads, by name, and the key that its commune has beside it."""
    found, place = every_file(folder), keys.place(folder)
    if place is None:
        return found, None
    is_own = place.parent == Path(folder).resolve()
    return found | ({keys.NAME: place.read_bytes()} if is_own else {}), None if is_own else place.read_bytes()


def every_file(folder: Path) -> dict[str, bytes]:
    """The files of an audit's folder that an audit reads, by name, with other exports and what is in `evidence/`."""
    return files(folder) | other_exports(folder) | dict(images.files(folder, MOST_BYTES))


def may_be_read(name: str) -> bool:
    """Whether an audit may read a file of that name in an audit's folder."""
    if rooms.is_image(name):
        return True
    folder, _, file = name.rpartition("/")
    if folder:
        return folder == EXPORTS and _is_table(file)
    return is_read(name) or name == keys.NAME


def _table(record: str, folder: str, files: Mapping[str, list[Sheet]], settings: Settings) -> Table:
    if not files:
        if BY_NAME[record].is_required and not BY_NAME[record].is_always_kept:  # an audit may begin before any paper
            raise AuditError("missing_file", file=f"{record}.xlsx", folder=folder)
        return _empty(record, settings.corrections)
    accepted = {file: accepted_headings(record, settings, file) for file in files}
    found = table(record, files, RECORDS[record], accepted, settings.reading(record), settings.corrections)
    for line in settings.own_headings:
        if line["record"] == record and line["column"] not in found.columns:
            raise AuditError("own_heading_not_found", file=found.file, heading=line["heading"], column=line["column"])
    found = _with_keys(_with_levels(found, settings.levels))
    if RECORDS[record] is claims.COLUMNS:
        return reported.read(found)
    if record == "portal":
        return portal_lines.read(found)
    return _with_known_units(found) if BY_NAME[record].needs_known_units else found


def _refuse_doubtful_files(found: Files) -> None:
    """Raise AuditError for a record that must be there and that several files, none of its name, look like, or may be
    in one that cannot be opened."""
    for record in (one for one in RECORDS if BY_NAME[one].is_required and not found.by_record[one]):
        if likely := [name for name, other in found.unused.items() if other == record]:
            raise AuditError("several_files_alike", record=record, files=", ".join(likely))
        if found.not_opened:
            raise next(iter(found.not_opened.values()))


def _empty(record: str, put_right: tuple[Correction, ...]) -> Table:
    """The Table of a record that the folder does not hold; an AuditError where a correction is of it."""
    if any(one.record == record for one in put_right):
        empty(record, RECORDS[record], put_right)
    known = _empty_table(record)
    frames = {name: getattr(known, name).copy(deep=False) for name in ("frame", "problems", "left_out")}
    return replace(known, **frames)


@cache
def _empty_table(record: str) -> Table:
    return _with_keys(_with_levels(empty(record, RECORDS[record]), Levels()))


def _with_levels(read: Table, levels: Levels) -> Table:
    for unit, level in BY_NAME[read.record].levels.items():
        found = [levels.level(text) for text in read.frame[unit].fillna("")]
        read.frame[level] = pd.Series(found, index=read.frame.index, dtype="str")
    return read


def _with_keys(read: Table) -> Table:
    """Frames with keys under which applicants and procedures are equal, the day inside each code, what is no result."""
    frame = read.frame
    for column, key in BY_NAME[read.record].keys.items():
        folded = [cells.folded(name) if isinstance(name, str) else None for name in frame[column]]
        frame[key] = pd.Series(folded, index=frame.index, dtype="str")
    if read.record == "software":
        coded = [cells.coded_on(code) if isinstance(code, str) else None for code in frame["dossier_id"]]
        frame["coded_on"] = pd.Series(coded, index=frame.index, dtype="datetime64[us]")
    elif read.record == "register":
        frame["names_another"] = pd.Series(None, index=frame.index, dtype="str")
    elif read.record == "result_papers":
        frame["is_result"] = may_be_results(frame["title"])
    return read


def _with_known_units(slips: Table) -> Table:
    """A hop of a unit that nobody listed proves nothing; one whose code cannot be read is given to no dossier."""
    frame, found = slips.frame, [slips.problems]
    for unit, level in BY_NAME[slips.record].levels.items():
        unknown = frame[frame["is_readable"] & (frame[level] == UnitLevel.UNKNOWN)]
        where = {"record": slips.record, "column": slips.headings[unit], "problem": "unknown_unit"}
        found.append(unknown[["file", "sheet", "row"]].assign(**where, written=unknown[unit], detail=""))
    is_known = (frame[list(BY_NAME[slips.record].levels.values())] != UnitLevel.UNKNOWN).all(axis=1)
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


def day_of_audit(as_of: str, file: OfficeFile, *, is_audit: bool = True) -> date:
    """The day of the audit, as given or as its settings have it; an AuditError for none, or one before the period."""
    if as_of:
        chosen = day(as_of)
    elif not is_audit and file.as_of is None:
        chosen = file.period.last_on
    elif file.as_of is None:
        raise AuditError("no_day_of_audit")
    else:
        chosen = file.as_of
    if chosen < file.period.first_on:
        raise AuditError("audit_before_period", as_of=f"{chosen:%d/%m/%Y}", first=f"{file.period.first_on:%d/%m/%Y}")
    return chosen


def _inputs(
    contents: Mapping[str, bytes], tables: Mapping[str, Table], pictured: tuple[Image, ...]
) -> tuple[Input, ...]:
    rows = {str(file): count for read in tables.values() for file, count in read.frame["file"].value_counts().items()}
    rows = {name: 0 for read in tables.values() for name in read.files} | rows
    marks = {name: hashlib.sha256(content).hexdigest() for name, content in contents.items()}
    marks |= {one.name: one.sha256 for one in pictured}
    return tuple(Input(name, marks[name], rows.get(name)) for name in sorted(marks))
