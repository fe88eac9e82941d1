"""`audit new`: from files as received to an audit's folder, asking what only a person knows."""

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from audit.commands.asked import CANNOT_BE_AUDITED
from audit.commands.line import say
from audit.ground import terms
from audit.ground.terms import AuditError, UnitLevel

if TYPE_CHECKING:
    from audit.reading.begin import Answers, Found

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

    lang = ctx.obj
    try:
        contents = begin.received_in(received)
        begin.refuse_taken(folder)
        found = begin.found(contents)
        for line in _said(found, lang):
            say(line)
        answers = _from_file(yes, found) if yes else _asked(found, lang)
        begin.make(folder, contents, found, answers)
    except AuditError as error:
        say(error.messages[lang], err=True)
        raise typer.Exit(CANNOT_BE_AUDITED) from error
    for old, name in begin.names(found).items():
        say(terms.text("cli.new_file", lang, old=old, name=name))
    say(terms.text("cli.new_done", lang, folder=folder))


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
