"""The commands: `audit run FOLDER…`, `rollup TABLE`, `claims REPORT`, `days FOLDER DOSSIER`, `notes add`, `schema`."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer

from audit import terms
from audit.command_line import Command, Group, say
from audit.terms import AuditError

app = typer.Typer(cls=Group, help="about", add_completion=False, pretty_exceptions_enable=False)
notes = typer.Typer(cls=Group, help="about_notes")
app.add_typer(notes, name="notes")
CANNOT_BE_AUDITED = 1
MOST_NAMED = 20
OUT = Path("out")

Folder = Annotated[Path, typer.Argument(metavar="folder", help="help_folder")]
AsOf = Annotated[str, typer.Option(metavar="day", help="help_as_of")]


@app.command(cls=Command, help="about_run")
def run(
    ctx: typer.Context,
    folders: Annotated[list[Path], typer.Argument(metavar="folder", help="help_folders")],
    as_of: AsOf = "",
    edition: Annotated[
        str, typer.Option(metavar="|".join(terms.Edition), help="help_edition")
    ] = terms.Edition.SHAREABLE.value,
    out: Annotated[Path, typer.Option(metavar="folder", help="help_out")] = OUT,
    parameter: Annotated[
        list[str] | None, typer.Option("--parameter", "-p", metavar="assignment", help="help_parameter")
    ] = None,
) -> None:
    """Audit each folder."""
    from audit import run as runner  # noqa: PLC0415  not needed for --help

    lang = ctx.obj
    given = {"as_of": as_of, "lang": lang, "edition": edition}
    given |= _pairs(parameter or [], runner.valid_parameters())
    with _progress(len(folders), lang) as report_progress:
        done = runner.audits(folders, out, given, report_progress=report_progress)
    for audit in done:
        if audit.error:
            say(f"{audit.name}: {audit.error.messages[lang]}", err=True)
        if audit.made_key:
            say(terms.text("cli.key_made", lang, file=audit.made_key), err=True)
        say(f"{terms.text('cli.failed' if audit.error else 'cli.done', lang)}: {audit.page}")
    if any(audit.error for audit in done):
        raise typer.Exit(CANNOT_BE_AUDITED)


@app.command(cls=Command, help="about_rollup")
def rollup(
    ctx: typer.Context,
    table: Annotated[Path, typer.Argument(metavar="table", help="help_table")],
    audits: Annotated[Path | None, typer.Option(metavar="folder", help="help_audits")] = None,
    out: Annotated[Path, typer.Option("--out", "-o", metavar="folder", help="help_out")] = Path("out/rollup"),
    first_on: Annotated[str, typer.Option(metavar="day", help="help_first_on")] = "",
    last_on: Annotated[str, typer.Option(metavar="day", help="help_last_on")] = "",
    sheet: Annotated[str, typer.Option(metavar="sheet", help="help_sheet")] = "",
) -> None:
    """Check a table of many communes."""
    from audit import run as runner  # noqa: PLC0415

    lang = ctx.obj
    given = {"first_on": first_on, "last_on": last_on, "sheet": sheet, "lang": lang}
    done = runner.rollup(table, audits or (OUT if OUT.is_dir() else None), out, given)
    if done.error:
        say(f"{done.name}: {done.error.messages[lang]}", err=True)
    say(f"{terms.text('cli.failed' if done.error else 'cli.done', lang)}: {done.page}")
    if done.error:
        raise typer.Exit(CANNOT_BE_AUDITED)


@app.command(cls=Command, help="about_claims")
def claims(
    ctx: typer.Context,
    report: Annotated[Path, typer.Argument(metavar="report", help="help_report")],
    out: Annotated[Path, typer.Option("--out", "-o", metavar="file", help="help_claims_out")] = Path("claims.csv"),
    force: Annotated[bool, typer.Option("--force", help="help_force")] = False,
) -> None:
    """Read a report and propose its figures for a person to confirm."""
    from audit import extract  # noqa: PLC0415
    from audit.load import report_text  # noqa: PLC0415

    lang = ctx.obj
    lines = report_text.lines(report)
    proposed = extract.claims(lines, report_text.phrases())
    report_text.write_claims(proposed, out, force=force)
    if proposed.empty:
        say(terms.text("cli.claims_none", lang, file=report.name))
        return
    counts = {reading: int((proposed["reading"] == reading).sum()) for reading in ("sure", "likely", "unsure")}
    say(terms.text("cli.claims_proposed", lang, file=out, total=len(proposed), **counts))
    over = extract.left_over(lines, proposed)
    if not over.empty:
        named = list(dict.fromkeys(map(str, over["line"])))
        more = " …" if len(named) > MOST_NAMED else ""
        where = terms.text("cli.claims_lines", lang, lines=", ".join(named[:MOST_NAMED]) + more)
        say(terms.text("cli.claims_left_over", lang, count=len(over), where=where))
    say(terms.text("cli.claims_next", lang))


@app.command(cls=Command, help="about_days")
def days(
    ctx: typer.Context,
    folder: Folder,
    dossier: Annotated[str, typer.Argument(metavar="dossier", help="help_dossier")],
    as_of: AsOf = "",
) -> None:
    """Count a dossier's working days, day by day."""
    from audit import load, report  # noqa: PLC0415

    lang = ctx.obj
    try:
        counted = load.term_of(load.office(folder, as_of), dossier)
        say(report.day_by_day(*counted, lang=lang))
    except AuditError as error:
        say(error.messages[lang], err=True)
        raise typer.Exit(CANNOT_BE_AUDITED) from error


@notes.command("add", cls=Command, help="about_notes_add")
def add_notes(
    ctx: typer.Context,
    folder: Folder,
    files: Annotated[list[Path], typer.Argument(metavar="file", help="help_notes_files")],
) -> None:
    """Add the notes that pages saved to those of an audit's folder."""
    from audit import notes as keeper  # noqa: PLC0415

    added = keeper.add(folder, files)
    say(terms.text("cli.notes_added", ctx.obj, added=added.added, known=added.known, total=added.total))


@app.command(cls=Command, help="about_schema")
def schema() -> None:
    """Print the JSON Schema of result.json."""
    from audit.result import schema_text  # noqa: PLC0415

    typer.echo(schema_text(), nl=False)


@contextmanager
def _progress(folders: int, lang: str) -> Iterator[Callable[[str], None]]:
    """What to call as each of several folders begins: a bar moves on; one folder alone has none."""
    if folders == 1:
        yield lambda name: None
        return
    from rich.console import Console  # noqa: PLC0415  not needed for --help
    from rich.progress import Progress  # noqa: PLC0415

    with Progress(console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task(terms.text("cli.running", lang), total=folders)
        yield lambda name: progress.advance(task)


def _pairs(written: list[str], valid: dict[str, str]) -> dict[str, str]:
    found = {}
    for text in written:
        name, mark, value = text.partition("=")
        if not mark:
            raise AuditError("bad_parameter", written=text, valid=", ".join(valid))
        found[name] = value
    return found


def main() -> None:
    """The console script `audit`."""
    for stream in (sys.stdout, sys.stderr):
        if "utf" not in (stream.encoding or "").lower():  # Windows into a file or a pipe: no code page has every letter
            stream.reconfigure(encoding="utf-8")
    app()


if __name__ == "__main__":
    main()
