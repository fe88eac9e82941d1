"""What headings, words and units mean in an audit: as the toolkit knows them, and as the folder says."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import Protocol

from audit.ground.terms import AuditError, UnitLevel
from audit.reading import cells, corrections
from audit.reading.cells import Words
from audit.reading.corrections import Correction
from audit.reading.days import Window, stated_order
from audit.reading.lines import own_lines, reference_lines
from audit.reading.office import OfficeFile
from audit.reading.table import EMPTY, Reading
from audit.records.registry import JUDGED_RECORDS, RECORDS


@dataclass(frozen=True)
class Levels:
    """Where units stand, by their folded names: `named` for one unit each, else the longest fitting of `patterns`, in
    which * stands for any letters."""

    named: Mapping[str, UnitLevel] = field(default_factory=dict)
    patterns: Mapping[str, UnitLevel] = field(default_factory=dict)

    def level(self, unit: str) -> UnitLevel:
        """Where the unit stands; unknown where nobody listed it, or patterns of one length disagree."""
        name = cells.folded(unit)
        if name in self.named:
            return self.named[name]
        fitting = [
            (len(pattern), level) for pattern, level in self.patterns.items() if fnmatchcase(name, _plain(pattern))
        ]
        longest = {level for length, level in fitting if length == max(fitting)[0]}
        return longest.pop() if len(longest) == 1 else UnitLevel.UNKNOWN


def _plain(pattern: str) -> str:
    """A pattern in which nothing but * is special."""
    return pattern.replace("[", "[[]").replace("?", "[?]")


_ASTERISK = "\x1a"  # in place of an asterisk while a name is folded


class Meanings(Protocol):
    """What texts of a record mean: words of a column, and which unit stands at which level."""

    @property
    def words(self) -> Mapping[tuple[str, str], str]:
        """Values by column and folded text."""

    @property
    def levels(self) -> Levels:
        """Where units stand."""


@dataclass(frozen=True)
class Settings:
    """What the toolkit and the folder say of headings, words and units, read once for all records."""

    headings: list[dict[str, str]]
    own_headings: list[dict[str, str]]
    words: Words
    levels: Levels
    remarks: tuple[str, ...]
    window: Window | None
    day_first: tuple[str, ...]
    month_first: tuple[str, ...]
    time_zones: Mapping[str, str]
    corrections: tuple[Correction, ...]
    systems: Mapping[str, str] = field(default_factory=dict)  # of files that office.toml names

    def reading(self, record: str) -> Reading:
        """How the cells of a record are read."""
        remarks = self.remarks if record in (*JUDGED_RECORDS, "papers") else ()
        order = stated_order(record, self.day_first, self.month_first)
        return Reading(self.words, self.window, order, remarks, self.time_zones.get(record, ""))


def settings_of(contents: Mapping[str, bytes], file: OfficeFile) -> Settings:
    """What the toolkit and a folder's files, by name, say; an AuditError for a column or a value that no record has."""
    words = _words(contents)
    headings, own_headings = reference_lines("headings.csv"), own_lines("headings.csv", contents)
    for line in own_headings:
        if line["record"] not in RECORDS or line["column"] not in RECORDS[line["record"]]:
            raise AuditError("unknown_column", record=line["record"], column=line["column"])
    put_right = corrections.read("corrections.csv", own_lines("corrections.csv", contents), RECORDS)
    remarks = tuple(cells.folded(line["phrase"]) for line in reference_lines("remarks.csv"))
    window = Window(file.period.first_on, file.period.last_on)
    said = (file.reading.day_first, file.reading.month_first, file.reading.time_zone)
    return Settings(headings, own_headings, words, _levels(file, words), remarks, window, *said, put_right, file.files)


def accepted_headings(record: str, settings: Settings, file: str = "") -> dict[str, tuple[str, ...]]:
    """The listed headings; where the folder's own `headings.csv` names a column, only what it says counts.

    A line of it that names a `file` is of that file alone, and stands beside the others.
    """
    accepted: dict[str, tuple[str, ...]] = {column: (column,) for column in RECORDS[record]}
    of_all = [line for line in settings.own_headings if not line.get("file")]
    for lines in (settings.headings, of_all):
        listed: dict[str, list[str]] = {}
        for line in lines:
            if line["record"] == record:
                listed.setdefault(line["column"], []).append(line["heading"])
        accepted |= {column: tuple(texts) for column, texts in listed.items()}
    for line in settings.own_headings:
        if file and line.get("file") == file and line["record"] == record:
            accepted[line["column"]] = (*accepted[line["column"]], line["heading"])
    return accepted


def _words(contents: Mapping[str, bytes]) -> dict[tuple[str, str], str]:
    listed, own = reference_lines("words.csv"), own_lines("words.csv", contents)
    allowed: dict[str, set[str]] = {name: {EMPTY} for columns in RECORDS.values() for name in columns}
    for line in listed:
        allowed.setdefault(line["column"], {EMPTY}).add(line["value"])
    for line in own:
        if line["value"] not in allowed.get(line["column"], set()):
            valid = ", ".join(sorted(allowed.get(line["column"], allowed)))
            raise AuditError("unknown_value", column=line["column"], written=line["value"], valid=valid)
    lines = [*listed, *own]
    return {(line["column"], cells.folded(line["written"])): line["value"] for line in lines}


def _levels(file: OfficeFile, words: Words) -> Levels:
    named = {text: UnitLevel(value) for (column, text), value in words.items() if column == "unit_level"}
    patterns: dict[str, UnitLevel] = {}
    for level in (UnitLevel.DESK, UnitLevel.COMMUNE, UnitLevel.UPPER_LEVEL):
        for name in getattr(file.units, level):
            (patterns if "*" in name else named)[_folded_pattern(name)] = level
    return Levels(named, patterns)


def _folded_pattern(name: str) -> str:
    """A unit's name as it is compared, its asterisks kept, which `folded` takes off both ends."""
    return cells.folded(name.replace("*", _ASTERISK)).replace(_ASTERISK, "*")
