"""The software's exports, each read alone, with the day on which it was made as far as anything says it."""

import hashlib
import io
import re
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path

from audit.ground import key as keys
from audit.ground.terms import AuditError
from audit.ground.workdays import Calendar
from audit.reading import cells, joined, office, reference, systems
from audit.reading import settings as meanings
from audit.reading.load import EXPORTS, MOST_BYTES, files, other_exports, place, records_of
from audit.reading.office import OfficeFile
from audit.reading.recognise import files_of_records
from audit.reading.settings import Settings
from audit.reading.table import Table

OFFICE = "office.toml"
TOLD_BY = (OFFICE, "heading", "metadata", "name")  # what says the day of an export, the surest first
_MOST_OF_METADATA = 1_000_000  # bytes
_CORE, _CREATED = "docProps/core.xml", re.compile(rb"<dcterms:created[^>]*>\s*([0-9T:.Z+-]{10,35})\s*<")
_DAY = r"(?P<day>\d{1,2})\s*[/.-]\s*(?P<month>\d{1,2})\s*[/.-]\s*(?P<year>20\d\d)"
_IN_WORDS = r"(?P<day>\d{1,2})\s*tháng\s*(?P<month>\d{1,2})\s*năm\s*(?P<year>20\d\d)"
_BACKWARDS = r"(?P<year>20\d\d)-(?P<month>\d{1,2})-(?P<day>\d{1,2})"
_HOUR = r"(?:\d{1,2}\s*[:h]\s*\d{2}(?::\d{2})?)?"
_MADE = rf"\b(?:xuất|trích|in|lập|tạo|exported|created)\b[^\d\n]{{0,40}}{_HOUR}[^\d\n]{{0,20}}"
_HEADINGS = tuple(re.compile(_MADE + day, re.IGNORECASE) for day in (_DAY, _IN_WORDS, _BACKWARDS))
_NAMES = tuple(re.compile(rf"(?<!\d){day}(?!\d)") for day in (
    r"(?P<year>20\d\d)[-_. ]?(?P<month>\d\d)[-_. ]?(?P<day>\d\d)",
    r"(?P<day>\d{1,2})[-_. ](?P<month>\d{1,2})[-_. ](?P<year>20\d\d)", r"(?P<day>\d\d)(?P<month>\d\d)(?P<year>20\d\d)",
))  # fmt: skip


@dataclass(frozen=True)
class Export:
    """An export as read, of one file or of a record's several. `made_on`: None where nothing says the day, or what
    says it lies before a day that the export itself holds. `told_by`: which of TOLD_BY says it, "" for none."""

    name: str
    sha256: str
    table: Table
    made_on: date | None
    told_by: str


@dataclass(frozen=True)
class Kept:
    """Exports that are to be compared, and those that cannot be read, by name, with why.

    `office`: the settings of the folder that they are in, None where there is none; `folder`: that folder.
    """

    exports: tuple[Export, ...]
    not_read: Mapping[str, AuditError]
    office: OfficeFile | None
    folder: Path | None


def kept(folder: str | Path) -> Kept:
    """The exports of an audit's folder: its own and those in its `exports/`; none where it keeps no others."""
    folder = place(folder)
    others = other_exports(folder)
    if not others:
        return Kept((), {}, None, folder)
    contents = files(folder)
    own = _own(contents, folder)
    system = systems.system(next(iter(own)), {})
    strange = {name for name in others if systems.system(Path(name).name, {}) not in (systems.MAIN, system)}
    found = _of(contents, [own, *({name: one} for name, one in others.items() if name not in strange)], folder)
    of_others = {name: AuditError("export_of_another_system", file=name) for name in sorted(strange)}
    return replace(found, not_read={**found.not_read, **of_others})


def key_at(*places: str) -> bytes:
    """The key of the office whose audit's folder the last of the `places` is in; b"" where none is, or it has no key.

    Raises AuditError for that of a sample where the dossiers are not made up, and for one that cannot be read.
    """
    folders = [folder for one in places if one and (folder := _audits_folder(place(one)))]
    if not folders or keys.place(folders[-1]) is None:
        return b""
    found = keys.read(folders[-1])
    if keys.is_published(found) and not office.read(OFFICE, files(folders[-1])[OFFICE]).made_up:
        raise AuditError("published_key", file=keys.NAME)
    return found


def is_audits_folder(path: str | Path) -> bool:
    """Whether a place is an audit's folder that keeps other exports."""
    folder = place(path)
    return folder.is_dir() and bool((folder / OFFICE).is_file() and (folder / EXPORTS).is_dir())


def at(path: str | Path) -> Kept:
    """The exports at a place: a file; a folder of them; or an audit's folder, of which its own one alone.

    Raises AuditError where there is nothing, or what is there cannot be read.
    """
    path = place(path)
    if not path.exists():
        raise AuditError("no_export", file=path.name)
    folder = _audits_folder(path)
    contents = files(folder) if folder else {}
    if path == folder:
        groups = [_own(contents, folder)]
    elif path.is_dir():
        groups = [{name: one} for name, one in files(path).items()]
    else:
        groups = [{path.name: _file(path)}]
    found = _of(contents, groups, folder)
    if found.not_read and not path.is_dir():
        raise next(iter(found.not_read.values()))
    return found


def _file(path: Path) -> bytes:
    if path.stat().st_size > MOST_BYTES:
        raise AuditError("file_too_big", file=path.name, most=MOST_BYTES // 1_000_000)
    return path.read_bytes()


def _audits_folder(path: Path) -> Path | None:
    """The audit's folder that a place is, or is in, directly or in its `exports/`."""
    above = [path, path.parent, path.parent.parent]
    near = [one for one in above if one.is_dir() and (one / OFFICE).is_file()]
    is_inside = near and (near[0] in above[:2] or path.parent.name == EXPORTS)
    return near[0] if is_inside else None


def _own(contents: Mapping[str, bytes], folder: Path) -> dict[str, bytes]:
    """The files of the software's own record of an audit's folder; of several case systems the main one's."""
    file = office.read(OFFICE, contents[OFFICE]) if OFFICE in contents else _no_office()
    found = files_of_records(contents, meanings.settings_of(contents, file))
    if not found.by_record["software"]:
        raise AuditError("missing_file", file="software.xlsx", folder=folder.name)
    own = systems.in_order([found.systems[name] for name in found.by_record["software"]])[0]
    return {name: contents[name] for name in found.by_record["software"] if found.systems[name] == own}


def _of(contents: Mapping[str, bytes], groups: Iterable[Mapping[str, bytes]], folder: Path | None) -> Kept:
    file = office.read(OFFICE, contents[OFFICE]) if OFFICE in contents else None
    settings = _settings(contents, file)
    calendar = reference.calendar()
    exports: list[Export] = []
    not_read: dict[str, AuditError] = {}
    for group in groups:
        name = ", ".join(group)
        try:
            exports.append(_export(name, group, settings, dict(file.exports) if file else {}, calendar))
        except AuditError as error:
            not_read[name] = error
    return Kept(tuple(exports), not_read, file, folder)


def _settings(contents: Mapping[str, bytes], file: OfficeFile | None) -> Settings:
    """What the folder says of headings and words; what it says of one file or one row is not of other exports."""
    found = meanings.settings_of(contents, file or _no_office())
    of_all = [line for line in found.own_headings if not line.get("file") and line["record"] == "software"]
    return replace(found, own_headings=of_all, corrections=(), systems={}, window=found.window if file else None)


def _no_office() -> OfficeFile:
    period = office.Period(first_on=date(2000, 1, 1), last_on=date.max)
    return OfficeFile(office=office.Commune(name="–"), period=period)


def _export(
    name: str, contents: Mapping[str, bytes], settings: Settings, said: Mapping[str, date], calendar: Calendar
) -> Export:  # fmt: skip
    """One export, read as an audit reads it: later states, days that may be exchanged; without corrections."""
    tables, _ = records_of({Path(one).name: content for one, content in contents.items()}, settings, name)
    table = joined.with_doubts(joined.with_later_states(tables), date.max, calendar)["software"]
    days = [_day(Path(one).name, content, table, said) for one, content in contents.items()]
    latest = None if any(day is None for day in days) else max(day for day in days if day)
    marks = [hashlib.sha256(content).hexdigest() for content in contents.values()]
    sha256 = marks[0] if len(marks) == 1 else hashlib.sha256(" ".join(marks).encode()).hexdigest()
    return Export(name, sha256, table, latest and latest[0], latest[1] if latest else "")


def _day(name: str, content: bytes, table: Table, said: Mapping[str, date]) -> tuple[date, str] | None:
    """The day on which a file was made, and what says it: the surest that lies on or after every moment in it."""
    last = _last(name, table)
    told = {OFFICE: said.get(name), "heading": _headed(name, table), "metadata": _created(content), "name": named(name)}
    return next(((day, by) for by in TOLD_BY if (day := told[by]) and (last is None or day >= last)), None)


def _last(name: str, table: Table) -> date | None:
    """The last day on which a dossier of a file was received or closed."""
    rows = table.frame[(table.frame["file"] == name) & table.frame["doubtful"].isna()]
    days = [*rows["received_at"].dropna(), *rows["closed_at"].dropna()]
    return max(days).date() if days else None


def _headed(name: str, table: Table) -> date | None:
    """The day that a title of a file says; None where two are said."""
    titles = table.left_out[(table.left_out["file"] == name)]["written"]
    return _only({day for title in titles for shape in _HEADINGS for day in _days(shape, title)})


def named(name: str) -> date | None:
    """The day in the name of a file; None where there is none, one without a year, or more than one."""
    return _only({day for shape in _NAMES for day in _days(shape, Path(name).stem)})


def _days(shape: re.Pattern, text: str) -> Iterator[date]:
    for match in shape.finditer(text):
        try:
            yield date(int(match["year"]), int(match["month"]), int(match["day"]))
        except ValueError:
            continue


def _only(days: set[date]) -> date | None:
    return days.pop() if len(days) == 1 else None


def _created(content: bytes) -> date | None:
    """The day, in Vietnam, on which an .xlsx says that it was made."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as package:
            if package.getinfo(_CORE).file_size > _MOST_OF_METADATA:
                return None
            found = _CREATED.search(package.read(_CORE))
        moment = datetime.fromisoformat(found[1].decode()) if found else None
    except (zipfile.BadZipFile, KeyError, ValueError, OSError, NotImplementedError, RuntimeError):
        return None
    return moment and (moment.astimezone(cells.VIETNAM) if moment.tzinfo else moment).date()
