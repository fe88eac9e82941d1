"""Which files of an audit's folder are of which record: by their names, and by what they hold."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from audit.ground.terms import AuditError
from audit.reading import sheets, systems
from audit.reading.headings import Accepted, blocks
from audit.reading.lines import SETTINGS
from audit.reading.settings import Settings, accepted_headings
from audit.reading.sheets import Sheet
from audit.records.registry import RECORDS
from audit.records.software import MAIN

FOLDER = "folder"  # in place of a record: nobody knows of which a table is
_BEHIND = re.compile(r"[\s._(-].*|\d.*|")  # what may stand behind a record's name in that of its file


@dataclass(frozen=True)
class Files:
    """The sheets of each record, by record and file.

    `unused`: files that may be of a record and were not read, with the record, or FOLDER where nobody knows;
    `not_opened`: tables of another name that cannot be opened, which may be of any, and exports of a further case
    system, with what is wrong; `systems`: the case system that each export of the software is of, those too.
    """

    by_record: Mapping[str, dict[str, list[Sheet]]]
    unused: Mapping[str, str]
    not_opened: Mapping[str, AuditError]
    systems: Mapping[str, str] = field(default_factory=dict)


def files_of_records(contents: Mapping[str, bytes], settings: Settings) -> Files:
    """The tables among `contents`, by the record that each is of.

    A file is of the record that its name begins with. One with another name is of the record whose headings it has,
    where that record has no file of its own; else it is unused. Raises AuditError for a file with a record's name that
    cannot be opened, but for one of a further case system; and for one that is said to be of a system and is none.
    """
    _refuse_strange(settings.systems, contents)
    of_all = {record: accepted_headings(record, settings) for record in RECORDS}
    named = {line["file"] for line in settings.own_headings if line.get("file")}
    if strange := sorted(named - set(contents)):
        raise AuditError("heading_of_no_file", file=strange[0])
    by_file = {name: {record: accepted_headings(record, settings, name) for record in RECORDS} for name in named}
    by_record: dict[str, dict[str, list[Sheet]]] = {record: {} for record in RECORDS}
    others: dict[str, list[Sheet]] = {}
    not_opened: dict[str, AuditError] = {}
    for name, content in contents.items():
        if not name.lower().endswith(sheets.ENDINGS) or name in SETTINGS:
            continue
        record = MAIN if name in settings.systems else record_named(name)
        if record and (record != MAIN or systems.system(name, settings.systems) == MAIN):
            by_record[record][name] = sheets.read(name, content, headings=_listed(by_file.get(name, of_all), record))
        else:
            try:
                read = sheets.read(name, content, headings=_listed(by_file.get(name, of_all), record))
                (by_record[record] if record else others)[name] = read
            except AuditError as error:  # a file of another name need be no record, nor a table
                not_opened[name] = error
    likely = {name: record for name, read in others.items() if (record := _likely(read, by_file.get(name, of_all)))}
    for name, record in likely.items():
        is_alone = list(likely.values()).count(record) == 1
        if is_alone and not by_record[record]:
            by_record[record][name] = others[name]
    used = {name for files in by_record.values() for name in files}
    unused = {name: record for name, record in likely.items() if name not in used}
    if not by_record["register"]:  # any table that nobody knows may be the one that is not there
        unknown = [name for name, read in others.items() if name not in likely and any(one.rows for one in read)]
        unused |= dict.fromkeys(unknown, FOLDER)
    exports = [*by_record[MAIN], *(name for name in not_opened if name in settings.systems or record_named(name))]
    of_systems = {name: systems.system(name, settings.systems) for name in exports}
    return Files(by_record, unused, not_opened, of_systems)


def _refuse_strange(said: Mapping[str, str], contents: Mapping[str, bytes]) -> None:
    for name in said:
        if name not in contents:
            raise AuditError("system_of_no_file", file=name)
        if record_named(name) not in (None, MAIN) or not name.lower().endswith(sheets.ENDINGS) or name in SETTINGS:
            raise AuditError("system_of_another_record", file=name)


def record_named(name: str) -> str | None:
    """The record that a file's name begins with, the longest; None where it begins with none."""
    stem = Path(name).stem.lower()
    return next((record for record in sorted(RECORDS, key=len, reverse=True)
                 if stem.startswith(record) and _BEHIND.fullmatch(stem[len(record):])), None)  # fmt: skip


def _listed(accepted: Mapping[str, Accepted], record: str | None) -> frozenset[str]:
    """The headings that a file may have."""
    records = [record] if record else list(accepted)
    return frozenset(text for one in records for texts in accepted[one].values() for text in texts)


def _likely(read: list[Sheet], accepted: Mapping[str, Accepted]) -> str | None:
    """The record with most columns in a file that has all the record's required ones; None for none, or for two."""
    counts = {}
    for record, columns in RECORDS.items():
        required = frozenset(name for name, column in columns.items() if column.is_required)
        found = [headings for sheet in read for headings, _ in blocks(sheet, accepted[record], required)]
        counts[record] = max((len(one.columns) for one in found if required <= set(one.columns)), default=0)
    most = max(counts.values())
    best = [record for record, count in counts.items() if count == most and count > 2]  # noqa: PLR2004  a pair is none
    return best[0] if len(best) == 1 else None
