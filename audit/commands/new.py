"""`audit new`: from files as received to an audit's folder, asking what only a person knows."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from audit.commands.asked import told_why_not
from audit.commands.line import say
from audit.ground import terms
from audit.ground.terms import AuditError, UnitLevel
from audit.records.order import NAMES as RECORDS

if TYPE_CHECKING:
    from audit.reading.begin import Answers, Found
    from audit.reading.received import FileSeen, Told

_LEVELS = {"1": UnitLevel.DESK, "2": UnitLevel.COMMUNE, "3": UnitLevel.UPPER_LEVEL, "0": UnitLevel.UNKNOWN}

_YES, _NO = ("c", "có", "co", "y", "yes"), ("k", "không", "khong", "n", "no")


def new(
    ctx: typer.Context,
    received: Annotated[Path, typer.Argument(metavar="received", help="help_received")],
    folder: Annotated[Path, typer.Argument(metavar="folder", help="help_new_folder")],
    yes: Annotated[Path | None, typer.Option("--yes", metavar="file", help="help_yes")] = None,
) -> None:
    """Make an audit's folder of files as received."""
    from audit.reading import begin  # noqa: PLC0415
    from audit.reading import received as files_received  # noqa: PLC0415

    lang = ctx.obj
    with told_why_not(lang), _answers_of_the_kind_asked(yes):
        contents = begin.received_in(received)
        begin.refuse_taken(folder)
        told, seen = _told_by_file(yes, contents) if yes else _told(contents, lang)
        files_received.refuse_lacking(seen)
        files = files_received.arranged(contents, told)
        found = begin.found(files)
        if not yes and found.words:
            files = files_received.arranged(contents, replace(told, words=_told_words(found, lang)))
        for line in _said(found, lang):
            say(line)
        answers = _from_file(yes, found) if yes else _asked(found, lang)
        answers = replace(answers, left_out=files_received.left_out(contents, told))
        begin.make(folder, files, found, answers)
    for old, name in begin.names(found).items():
        say(terms.text("cli.new_file", lang, old=old, name=name))
    say(terms.text("cli.new_done", lang, folder=folder))


@contextmanager
def _answers_of_the_kind_asked(file: Path | None) -> Iterator[None]:
    """Raise AuditError for a file of answers in which an entry is of another kind than is asked for."""
    try:
        yield
    except (AttributeError, TypeError, ValueError) as error:
        if file is None:
            raise
        raise AuditError("answers_file", file=file.name) from error


def _told(contents: "Mapping[str, bytes]", lang: str) -> "tuple[Told, tuple[FileSeen, ...]]":
    """What whoever sits there says of unknown files, of columns under no known heading; and what each file is.

    No file is read again unless something was told.
    """
    from audit.reading import received  # noqa: PLC0415

    seen = received.files_seen(contents, received.Told())
    unknown = [one for one in seen if not one.record]
    names = (*RECORDS, received.OUT)
    records = {}
    for one in unknown:
        options = [
            (name, terms.text(f"record.{name}" if name in RECORDS else "begin.stays_out", lang)) for name in names
        ]
        records[one.name] = _one_of(terms.text("cli.ask_record", lang, file=one.name), options, lang)
    told = received.Told({name: record for name, record in records.items() if record})
    seen = received.files_seen(contents, told) if told.records else seen
    headings = {}
    for one in seen:
        for column in one.lacking if one.record else ():
            options = [(heading, f"{heading} ({'; '.join(under)})") for heading, under in one.spare.items()]
            asked = terms.text("begin.must_have", lang, file=one.name, column=terms.text(f"column.{column}", lang))
            headings[one.name, column] = _one_of(asked, options, lang)
    told = received.Told(told.records, {place: heading for place, heading in headings.items() if heading})
    return told, received.files_seen(contents, told) if told.headings else seen


def _told_words(found: "Found", lang: str) -> dict[tuple[str, str], str]:
    """What the words mean that nobody listed; of those that are passed over nothing is told."""
    from audit.reading import received  # noqa: PLC0415

    said = {}
    for word in found.words:
        column = terms.text(f"column.{word.column}", lang)
        asked = terms.text("begin.word", lang, word=word.written, column=column, count=word.count)
        options = [(value, received.meaning(word.column, value, lang)) for value in word.choices]
        said[word.column, word.written] = _one_of(asked, options, lang)
    return {place: value for place, value in said.items() if value}


def _one_of(question: str, options: "Sequence[tuple[str, str]]", lang: str) -> str:
    """The value chosen by its number; "" for 0, which says that it is not known."""
    say(question)
    for number, (_, label) in enumerate(options, start=1):
        say(f"  {number}  {label}")
    numbers = [str(number) for number in range(len(options) + 1)]
    while (number := typer.prompt(terms.text("cli.ask_number", lang), default="0").strip()) not in numbers:
        continue
    return options[int(number) - 1][0] if number != "0" else ""


def _told_by_file(file: Path, contents: "Mapping[str, bytes]") -> "tuple[Told, tuple[FileSeen, ...]]":
    """What a file of answers says of files, headings and words, and what each file then is.

    Raises AuditError for a record that is none, a file that is not there, and one that cannot stay out.
    """
    from audit.reading import begin, received  # noqa: PLC0415

    entries = begin.entries(file)
    files = {str(name): str(record) for name, record in entries.get("files", {}).items()}
    if wrong := [record for record in files.values() if record not in (*RECORDS, received.OUT)]:
        raise AuditError("lake_keeps", written=wrong[0], valid=", ".join((*RECORDS, received.OUT)))
    headings, words = (
        {
            (str(one), str(name)): str(value)
            for one, told in entries.get(key, {}).items()
            for name, value in told.items()
        }
        for key in ("headings", "words")
    )
    told = received.Told(files, headings, words)
    received.refuse_wrong(contents, told)
    return told, received.files_seen(contents, told)


def _said(found: "Found", lang: str) -> list[str]:
    """What each file is, and what nobody knows of the others."""
    from audit.reading import begin  # noqa: PLC0415

    said = [
        terms.text("cli.new_record", lang, record=terms.text(f"record.{record}", lang), files=", ".join(files),
                   rows=found.rows[record])
        for record, files in found.records.items()
    ]  # fmt: skip
    return said + begin.unsure(found, lang)


def _asked(found: "Found", lang: str) -> "Answers":
    """The answers of whoever sits at the terminal; what the files tell is proposed, what the office keeps is not."""
    from audit.reading import begin  # noqa: PLC0415

    def ask(key: str, proposed: object, **values: object) -> str:
        default = "" if proposed is None else str(proposed)
        return typer.prompt(terms.text(f"cli.{key}", lang, **values), default=default or None, err=False).strip()

    name = ask("ask_name", found.name)
    province = typer.prompt(terms.text("cli.ask_province", lang), default="", show_default=False).strip()
    first, last, as_of = (_day(ask(key, proposed and f"{proposed:%d/%m/%Y}")) for key, proposed in (
        ("ask_first_on", found.first_on), ("ask_last_on", found.last_on), ("ask_as_of", found.as_of)))  # fmt: skip
    numbers = {level: number for number, level in _LEVELS.items()}
    units = {}
    if found.units:
        say(terms.text("cli.ask_units", lang))
    for unit, (count, level) in found.units.items():
        while (number := ask("ask_unit", numbers[level], unit=unit, count=count)) not in _LEVELS:
            continue  # an answer that is none of these is no consent to the proposal
        units[unit] = _LEVELS[number]
    kept = [
        record for record in begin.asked_of_kept()
        if _yes(terms.text("cli.ask_kept", lang, record=terms.text(f"record.{record}", lang)))
    ]  # fmt: skip
    return begin.Answers(name, province, first, last, as_of, kept, units)


def _yes(question: str) -> bool:
    """Whether the answer is yes; asked again until it is yes or no, since nothing is taken for granted."""
    while (answer := typer.prompt(question).strip().casefold()) not in (*_YES, *_NO):
        continue
    return answer in _YES


def _from_file(file: Path, found: "Found") -> "Answers":
    """The answers in a file; of a unit that it does not name the proposal. Raises AuditError for what it lacks."""
    from audit.reading import begin  # noqa: PLC0415

    entries = begin.entries(file)
    proposed = {"name": found.name, "first_on": found.first_on, "last_on": found.last_on, "as_of": found.as_of}
    said = {name: entries.get(name, proposed[name]) for name in proposed}
    missing = [name for name, value in said.items() if not value] + ([] if "kept" in entries else ["kept"])
    if missing:
        raise AuditError("answers_missing", file=file.name, entries=", ".join(missing))
    if wrong := [name for name in entries["kept"] if name not in begin.asked_of_kept()]:
        raise AuditError("lake_keeps", written=wrong[0], valid=", ".join(begin.asked_of_kept()))
    named = {unit: UnitLevel(level) for level, units in entries.get("units", {}).items() for unit in units}
    units = {unit: named.get(unit, level) for unit, (_, level) in found.units.items()}
    first, last, as_of = (_day(said[name]) for name in ("first_on", "last_on", "as_of"))
    province, made_up = str(entries.get("province", "")), bool(entries.get("made_up", False))
    kept = entries["kept"]
    return begin.Answers(str(said["name"]), province, first, last, as_of, kept, units, made_up=made_up)


def _day(written: str | date) -> date:
    from audit.reading.cells import day  # noqa: PLC0415

    return written if isinstance(written, date) else day(written)
