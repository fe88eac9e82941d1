"""The commands `audit run`, `batch`, `lake`, `rollup`, `claims`, `days`, `notes add` and `schema`."""

import gc
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from audit import terms
from audit.command_line import Command, Group, say
from audit.terms import AuditError

if TYPE_CHECKING:
    from audit.execute import Workers
    from audit.run import Audit

app = typer.Typer(cls=Group, help="about", add_completion=False, pretty_exceptions_enable=False)
notes = typer.Typer(cls=Group, help="about_notes")
app.add_typer(notes, name="notes")
CANNOT_BE_AUDITED = 1
MOST_NAMED = 20
OUT = Path("out")
SELDOM = 50_000, 20, 50  # by default a tenth of a run goes into collecting garbage among what it has just loaded

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

    gc.set_threshold(*SELDOM)
    lang = ctx.obj
    given = {"as_of": as_of, "lang": lang, "edition": edition} | _pairs(parameter or [], runner.valid_parameters)
    is_one = len(folders) == 1
    _tell(runner.audits(folders, out, given) if is_one else _in_batch(folders, out, given, lang, _hired(lang)), lang)


@app.command(cls=Command, help="about_batch")
def batch(  # noqa: PLR0913, PLR0917  a command's options are its arguments
    ctx: typer.Context,
    folders: Annotated[list[str], typer.Argument(metavar="folder", help="help_batch_folders")],
    as_of: AsOf = "",
    edition: Annotated[str, typer.Option(metavar="|".join(terms.Edition), help="help_edition")] = "",
    out: Annotated[Path | None, typer.Option(metavar="folder", help="help_out")] = None,
    parameter: Annotated[
        list[str] | None, typer.Option("--parameter", "-p", metavar="assignment", help="help_parameter")
    ] = None,
    workers: Annotated[int, typer.Option(metavar="count", min=0, help="help_workers")] = 0,
    executor: Annotated[str, typer.Option(metavar="fork|kernel", help="help_executor")] = "fork",
    seconds: Annotated[int, typer.Option(metavar="count", min=0, help="help_seconds")] = 0,
    scheduler: Annotated[str, typer.Option(metavar="address", help="help_scheduler")] = "",
) -> None:
    """Audit many communes and add them up."""
    from audit import batch as many  # noqa: PLC0415
    from audit import run as runner  # noqa: PLC0415

    lang = ctx.obj
    named = many.province(Path(folders[0])) if folders[0].endswith(".toml") and len(folders) == 1 else None
    said = {"lang": lang, "edition": terms.Edition.SHAREABLE.value} | (dict(named.parameters) if named else {})
    given = {"as_of": "", **said, **{name: text for name, text in (("as_of", as_of), ("edition", edition)) if text}}
    given |= _pairs(parameter or [], runner.valid_parameters)
    hired = _hired(lang, executor, scheduler, workers or (named and named.workers) or 0,
                   seconds or (named and named.seconds) or 0)  # fmt: skip
    out = out or (named and named.out) or OUT
    title = named.title if named else ""
    done = _in_batch(named.folders if named else folders, out, given, lang, hired, title=title)
    _tell([audit for audit in done if audit.error or audit.made_key], lang)


@app.command(cls=Command, help="about_lake")
def lake(  # noqa: PLR0913, PLR0917  a command's options are its arguments
    ctx: typer.Context,
    software: Annotated[str, typer.Argument(metavar="source", help="help_lake_software")],
    register: Annotated[str, typer.Argument(metavar="source", help="help_lake_register")],
    out: Annotated[Path, typer.Option("--out", "-o", metavar="folder", help="help_out")] = Path("out/lake"),
    as_of: Annotated[str, typer.Option(metavar="day", help="help_lake_as_of")] = "",
    first_on: Annotated[str, typer.Option(metavar="day", help="help_lake_period_first")] = "",
    last_on: Annotated[str, typer.Option(metavar="day", help="help_lake_period_last")] = "",
    settings: Annotated[Path | None, typer.Option(metavar="file", help="help_lake_settings")] = None,
    procedures: Annotated[Path | None, typer.Option(metavar="file", help="help_lake_procedures")] = None,
    keeps: Annotated[str, typer.Option(metavar="records", help="help_lake_keeps")] = "",
    control_slips: Annotated[str, typer.Option(metavar="source", help="help_lake_evidence")] = "",
    result_papers: Annotated[str, typer.Option(metavar="source", help="help_lake_evidence")] = "",
    stops: Annotated[str, typer.Option(metavar="source", help="help_lake_evidence")] = "",
    apologies: Annotated[str, typer.Option(metavar="source", help="help_lake_evidence")] = "",
    explanations: Annotated[str, typer.Option(metavar="source", help="help_lake_evidence")] = "",
    software_query: Annotated[str, typer.Option(metavar="query", help="help_lake_query")] = "",
    register_query: Annotated[str, typer.Option(metavar="query", help="help_lake_query")] = "",
    engine: Annotated[str, typer.Option(metavar="duckdb|dask|spark", help="help_lake_engine")] = "duckdb",
    memory: Annotated[str, typer.Option(metavar="amount", help="help_lake_memory")] = "4GB",
    workers: Annotated[int, typer.Option(metavar="count", min=0, help="help_lake_workers")] = 0,
) -> None:
    """Judge a lake of dossiers."""
    from audit import lake as lakes  # noqa: PLC0415

    lang = ctx.obj
    sources = lakes.sources_of(
        software, register, {"software": software_query, "register": register_query}, control_slips=control_slips,
        result_papers=result_papers, stops=stops, apologies=apologies, explanations=explanations,
    )  # fmt: skip
    kept = [name.strip() for name in keeps.split(",") if name.strip()]
    days = {"as_of": as_of, "first_on": first_on, "last_on": last_on}
    given = lakes.settings.read(settings, **days, keeps=kept, procedures=procedures)
    with _rows_progress(lang) as report_progress:
        done = lakes.judge(
            sources, given, out, engine=engine, memory=memory, workers=workers, report_progress=report_progress
        )
    counts = {name: getattr(done, name) for name in ("dossiers", "communes", "undecided", "problems")}
    counts = {name: terms.number(count, lang) for name, count in counts.items()}
    say(terms.text("cli.lake_done", lang, out=done.out, **counts))


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
def schema(
    name: Annotated[str, typer.Argument(metavar="result|province", help="help_schema")] = "result",
) -> None:
    """Print the JSON Schema of result.json or province.json."""
    from audit import result  # noqa: PLC0415
    from audit.result import province  # noqa: PLC0415

    texts = {"result": result.schema_text, "province": province.schema_text}
    if name not in texts:
        raise AuditError("unknown_schema", name=name, valid=", ".join(texts))
    typer.echo(texts[name](), nl=False)


def _hired(
    lang: str, executor: str = "fork", scheduler: str = "", workers: int = 0, seconds: int = 0
) -> AbstractContextManager["Workers"]:
    """Who does the audits of a batch; says so where they are not those that were asked for."""
    from audit import cluster, execute  # noqa: PLC0415

    seconds = seconds or execute.SECONDS
    if scheduler:
        return cluster.workers(scheduler, seconds)
    to_be_had = execute.to_be_had(executor)
    if to_be_had != executor:
        say(terms.text("cli.no_fork", lang), err=True)
    return execute.executor(to_be_had, workers, seconds)


def _in_batch(
    folders: Sequence[Path | str], out: Path, given: Mapping[str, str], lang: str,
    hired: AbstractContextManager["Workers"], *, title: str = "",
) -> list["Audit"]:  # fmt: skip
    """Audit many folders, saying how far it is, and how it ended."""
    from audit import batch as many  # noqa: PLC0415

    with _progress(len(folders), lang) as report_progress:
        done = many.audits(folders, out, given, hired, title=title, report_progress=report_progress)
    failed, kept = sum(audit.error is not None for audit in done), sum(audit.is_kept for audit in done)
    counts = {"done": len(done) - failed, "total": len(done), "failed": failed, "kept": kept}
    say(terms.text("cli.batch_done", lang, **counts), err=True)
    say(f"{terms.text('cli.done', lang)}: {Path(out).resolve() / many.INDEX}")
    return done


def _tell(done: list["Audit"], lang: str) -> None:
    """Say of each audit where its page is, or why there is none; leave with exit code 1 if any has none."""
    for audit in done:
        if audit.error:
            say(f"{audit.name}: {audit.error.messages[lang]}", err=True)
        if audit.made_key:
            say(terms.text("cli.key_made", lang, file=audit.made_key), err=True)
        say(f"{terms.text('cli.failed' if audit.error else 'cli.done', lang)}: {audit.page}")
    if any(audit.error for audit in done):
        raise typer.Exit(CANNOT_BE_AUDITED)


@contextmanager
def _progress(folders: int, lang: str) -> Iterator["Callable[[Audit], None]"]:
    """What to call as each of many folders is done: shows how many are and failed, the rate, and the time left."""
    from rich.console import Console  # noqa: PLC0415  not needed for --help
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn  # noqa: PLC0415

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TextColumn("{task.fields[rate]}"),
               TimeRemainingColumn())  # fmt: skip
    failed = 0
    console = Console(stderr=True)
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as progress:
        task = progress.add_task(terms.text("cli.running", lang), total=folders, rate="")

        def report_progress(audit: "Audit") -> None:
            nonlocal failed
            failed += audit.error is not None
            progress.advance(task)
            rate = terms.number(round((progress.tasks[0].finished_speed or progress.tasks[0].speed or 0) * 60), lang)
            progress.update(task, rate=terms.text("cli.rate", lang, rate=rate, failed=failed))

        yield report_progress


@contextmanager
def _rows_progress(lang: str) -> Iterator[Callable[[int, int], None]]:
    """What to call with how many rows of how many are done: shows the share, the rate and the time left."""
    from rich.console import Console  # noqa: PLC0415
    from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn  # noqa: PLC0415

    columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TextColumn("{task.fields[rate]}"),
               TimeRemainingColumn())  # fmt: skip
    console = Console(stderr=True)
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as progress:
        task = progress.add_task(terms.text("cli.running", lang), total=None, rate="")

        def report_progress(done: int, total: int) -> None:
            progress.update(task, completed=done, total=total)
            rate = terms.number(round(progress.tasks[0].finished_speed or progress.tasks[0].speed or 0), lang)
            progress.update(task, rate=terms.text("cli.lake_rate", lang, rate=rate))

        yield report_progress


def _pairs(written: list[str], valid: Callable[[], Mapping[str, str]]) -> dict[str, str]:
    found = {}
    for text in written:
        name, mark, value = text.partition("=")
        if not mark:
            raise AuditError("bad_parameter", written=text, valid=", ".join(valid()))
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
