"""What headings, words and units mean in an audit: as the toolkit knows them, and as the folder says."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from audit.ground.terms import AuditError, UnitLevel
from audit.reading import cells as values
from audit.reading import corrections
from audit.reading.cells import Words
from audit.reading.corrections import Correction
from audit.reading.lines import own_lines, reference_lines
from audit.reading.office import OfficeFile
from audit.records.registry import RECORDS


class Meanings(Protocol):
    """What texts of a record mean: words of a column, and which unit stands at which level."""

    @property
    def words(self) -> Mapping[tuple[str, str], str]:
        """Values by column and folded text."""

    @property
    def levels(self) -> Mapping[str, UnitLevel]:
        """Levels by the unit's folded name."""


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


def _levels(file: OfficeFile, words: Words) -> dict[str, UnitLevel]:
    named = {text: UnitLevel(value) for (column, text), value in words.items() if column == "unit_level"}
    for level in (UnitLevel.DESK, UnitLevel.COMMUNE, UnitLevel.UPPER_LEVEL):
        named |= {values.folded(name): level for name in getattr(file.units, level)}
    return named
