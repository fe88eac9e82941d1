"""Files as received: which record each of them is and what stands under which heading, as a person says where the
toolkit does not know."""

import csv
import hashlib
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from audit.ground.terms import LANGUAGES, AuditError, has, text
from audit.reading import recognise, sheets
from audit.reading.headings import SEARCHED_ROWS, blocks
from audit.reading.lines import SETTINGS, own_lines, reference_lines
from audit.reading.office import Commune, OfficeFile, Period
from audit.reading.settings import accepted_headings, settings_of
from audit.reading.sheets import Sheet
from audit.reading.table import Table
from audit.records.registry import BY_NAME, RECORDS

ANY = OfficeFile(office=Commune(name="–"), period=Period(first_on=date(2000, 1, 1), last_on=date(2099, 12, 31)))
OUT = "out"  # in place of a record: the file is none, and stays out of the audit
_HEADINGS = (*SETTINGS["headings.csv"], "file")
_SAMPLES, _MOST_SHOWN = 3, 40
_UNKNOWN = "unknown_word"


@dataclass(frozen=True)
class Told:
    """What a person says of files as received.

    `records`: which record a file is, or OUT. `headings`: the heading over a column, by file and column. `words`:
    the value that a word means, by column and word.
    """

    records: Mapping[str, str] = field(default_factory=dict)
    headings: Mapping[tuple[str, str], str] = field(default_factory=dict)
    words: Mapping[tuple[str, str], str] = field(default_factory=dict)


@dataclass(frozen=True)
class FileSeen:
    """A file that may be a record.

    `record`: which, "" where nobody knows. `columns`: its columns with the headings over them. `spare`: each other
    heading with what stands under it first. `lacking`: columns under no heading, of those that must be there;
    `wanted`: of those without which less can be concluded.
    """

    name: str
    size: int
    record: str
    columns: Mapping[str, str]
    spare: Mapping[str, tuple[str, ...]]
    lacking: tuple[str, ...]
    wanted: tuple[str, ...]


@dataclass(frozen=True)
class UnknownWord:
    """A word that nobody listed: in which column of ours, how often, and the values that it may mean."""

    record: str
    column: str
    written: str
    count: int
    choices: tuple[str, ...]


def arranged(contents: Mapping[str, bytes], told: Told) -> dict[str, bytes]:
    """The files as told: under the name of the record that each is, without those that are none, and with headings and
    words as further lines of `headings.csv` and `words.csv`."""
    names = _names(contents, told)
    kept = {new: contents[name] for new, name in names.items()}
    records = {one.name: one.record for one in files_seen(contents, Told(told.records))} if told.headings else {}
    headings = [
        {"record": records[name], "column": column, "heading": heading, "file": new}
        for new, name in names.items()
        for (file, column), heading in told.headings.items() if file == name and records.get(name)
    ]  # fmt: skip
    words = [{"column": column, "written": word, "value": value} for (column, word), value in told.words.items()]
    for name, lines, columns in (("headings.csv", headings, _HEADINGS), ("words.csv", words, SETTINGS["words.csv"])):
        if lines:
            kept[name] = _csv([*own_lines(name, contents), *lines], columns)
    return kept


def with_names(headings: bytes, names: Mapping[str, str]) -> bytes:
    """A `headings.csv` whose lines name files by the names that those have now."""
    lines = own_lines("headings.csv", {"headings.csv": headings})
    if not any(line.get("file") for line in lines):
        return headings
    return _csv([line | {"file": names.get(line.get("file", ""), line.get("file", ""))} for line in lines], _HEADINGS)


def _names(contents: Mapping[str, bytes], told: Told) -> dict[str, str]:
    """Each file that does not stay out by the name that it is read under."""
    names: dict[str, str] = {}
    for name in contents:
        record = told.records.get(name, "")
        if record != OUT:
            new = name if not record or recognise.record_named(name) == record else f"{record}-{name}"
            while new in names or (new != name and new in contents):
                new = f"{record}-{new}"
            names[new] = name
    return names


def _csv(lines: Sequence[Mapping[str, str]], headings: Sequence[str]) -> bytes:
    stream = io.StringIO(newline="")
    writer = csv.writer(stream)
    writer.writerow(headings)
    writer.writerows([[line.get(heading, "") for heading in headings] for line in lines])
    return stream.getvalue().encode("utf-8-sig")


def files_seen(contents: Mapping[str, bytes], told: Told) -> tuple[FileSeen, ...]:
    """Each table among the files, but for those that are told to be none.

    Raises AuditError for one that has a record's name, or was told to be a record, and cannot be opened.
    """
    names = _names(contents, told)
    under = arranged(contents, told)
    settings = settings_of(under, ANY)
    files = recognise.files_of_records(under, settings)
    used = {name: (record, read) for record, by_name in files.by_record.items() for name, read in by_name.items()}
    others = {
        name: ("", sheets.read(name, content)) for name, content in under.items()
        if name not in used and name.lower().endswith(sheets.ENDINGS) and name not in (*SETTINGS, *files.not_opened)
    }  # fmt: skip
    return tuple(
        _seen(names[name], len(under[name]), record, read, accepted_headings(record, settings, name) if record else {})
        for name, (record, read) in sorted((used | others).items(), key=lambda one: names[one[0]])
    )


def _seen(
    name: str, size: int, record: str, read: Sequence[Sheet], accepted: Mapping[str, tuple[str, ...]]
) -> FileSeen:
    columns: dict[str, str] = {}
    spare: dict[str, tuple[str, ...]] = {}
    asked = RECORDS.get(record, {})
    required = [column for column, one in asked.items() if one.is_required]
    for sheet in read:
        below: list[list[str]] = []
        texts: tuple[str, ...] = ()
        places: set[int] = set()
        for headings, rows in blocks(sheet, accepted, frozenset(required))[:1]:
            columns = {column: headings.written(column) for column in headings.columns} | columns
            texts, places = headings.texts, {at for one in headings.columns.values() for at in one}
            below = [cells for row, cells in rows if row > headings.rows[-1]]
        if not texts:
            texts, below = _widest(sheet)
        spare |= {one: _under(at, below) for at, one in enumerate(texts) if one and at not in places}
    weighty = BY_NAME[record].weighty if record in BY_NAME else ()
    return FileSeen(
        name, size, record, columns, spare,
        tuple(column for column in required if column not in columns),
        tuple(column for column in weighty if column not in columns),
    )  # fmt: skip


def _widest(sheet: Sheet) -> tuple[tuple[str, ...], list[list[str]]]:
    """The row with most cells of words alone, which headings are likely in, and the rows below it."""
    counts = [sum(bool(cell) and not any(map(str.isdigit, cell)) for cell in cells)
              for _, cells in sheet.rows[:SEARCHED_ROWS]]  # fmt: skip
    if not counts:
        return (), []
    at = counts.index(max(counts))
    return tuple(sheet.rows[at][1]), [cells for _, cells in sheet.rows[at + 1 :]]


def _under(at: int, rows: Sequence[Sequence[str]]) -> tuple[str, ...]:
    """What stands under a heading: the first few that differ, each in short."""
    found: dict[str, None] = {}
    for cells in rows:
        if at < len(cells) and cells[at]:
            found.setdefault(cells[at][:_MOST_SHOWN])
        if len(found) == _SAMPLES:
            break
    return tuple(found)


def unknown_words(tables: Mapping[str, Table]) -> tuple[UnknownWord, ...]:
    """The words of the records' columns that nobody listed, each with what it may mean; none that may name somebody."""
    return tuple(one for table in tables.values() for one in _unknown_words(table))


def _unknown_words(table: Table) -> Iterator[UnknownWord]:
    columns = {heading: name for name, heading in table.headings.items()}
    problems = table.problems[(table.problems["problem"] == _UNKNOWN) & (table.problems["written"] != "")]
    for (heading, written), rows in problems.groupby(["column", "written"], sort=False):
        column = columns.get(str(heading), "")
        if column and RECORDS[table.record][column].kind == "word":
            yield UnknownWord(table.record, column, str(written), len(rows), values(column))


def values(column: str) -> tuple[str, ...]:
    """The values that words of a column may mean."""
    return tuple(dict.fromkeys(line["value"] for line in reference_lines("words.csv") if line["column"] == column))


def meaning(column: str, value: str, lang: str) -> str:
    """A value in words."""
    named = next((key for key in (f"{column}_word.{value}", f"{column}.{value}") if has(key)), "")
    listed = [line["written"] for line in reference_lines("words.csv")
              if (line["column"], line["value"]) == (column, value) and not line["written"].isdigit()]  # fmt: skip
    return text(named, lang) if named else (listed or [value])[0]


def refuse_wrong(contents: Mapping[str, bytes], told: Told) -> None:
    """Raise AuditError for a file that is not there, and for one that would stay out though it is a record."""
    if strange := sorted(set(told.records) - set(contents)):
        raise AuditError("told_of_no_file", file=strange[0])
    out = {name for name, record in told.records.items() if record == OUT}
    for one in files_seen(contents, Told()) if out else ():
        if one.name in out and one.record:
            said = {lang: text(f"record.{one.record}", lang) for lang in LANGUAGES}
            raise AuditError("told_of_record", {"record": said}, file=one.name)


def left_out(contents: Mapping[str, bytes], told: Told) -> dict[str, str]:
    """The files that stay out, with the SHA-256 of each."""
    return {name: hashlib.sha256(contents[name]).hexdigest()
            for name, record in sorted(told.records.items()) if record == OUT}  # fmt: skip


def refuse_lacking(seen: Sequence[FileSeen]) -> None:
    """Raise AuditError for the first file that lacks a column that must be there."""
    for one in seen:
        if one.lacking:
            columns = ", ".join(text(f"column.{name}", "vi") for name in one.lacking)
            in_english = ", ".join(text(f"column.{name}", "en") for name in one.lacking)
            raise AuditError("columns_lacking", {"columns": {"vi": columns, "en": in_english}}, file=one.name)
