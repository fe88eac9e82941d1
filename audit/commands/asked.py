"""What several commands ask for, and how they tell what came of it."""

import sys
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from audit.commands.line import say
from audit.ground import terms
from audit.ground.terms import AuditError, NotesState

if TYPE_CHECKING:
    from audit.letters.kept import Written
    from audit.running.execute import Workers
    from audit.running.outputs import Audit

CANNOT_BE_AUDITED = 1
MOST_NAMED = 20
OUT = Path("out")
SOON, _EVERY = 2.0, 0.2  # seconds
SELDOM = 50_000, 20, 50  # by default a tenth of a run goes into collecting garbage among what it has just loaded

Folder = Annotated[Path, typer.Argument(metavar="folder", help="help_folder")]
AsOf = Annotated[str, typer.Option(metavar="day", help="help_as_of")]


def hire(
    lang: str, executor: str = "fork", scheduler: str = "", workers: int = 0, seconds: int = 0
) -> AbstractContextManager["Workers"]:
    """Who does the audits of a batch; says so where they are not those that were asked for."""
    from audit.running import cluster, execute  # noqa: PLC0415

    seconds = seconds or execute.SECONDS
    if scheduler:
        return cluster.workers(scheduler, seconds)
    to_be_had = execute.to_be_had(executor)
    if to_be_had != executor:
        say(terms.text("cli.no_fork", lang), err=True)
    return execute.executor(to_be_had, workers, seconds)


def in_batch(
    folders: Sequence[Path | str], out: Path, given: Mapping[str, str], lang: str,
    hired: AbstractContextManager["Workers"], *, title: str = "", has_form: bool = False,
) -> list["Audit"]:  # fmt: skip
    """Audit many folders, saying how far it is, and how it ended."""
    from audit.province import batch  # noqa: PLC0415

    with folders_progress(len(folders), lang) as report_progress:
        done = batch.audits(folders, out, given, hired, title=title, has_form=has_form, report_progress=report_progress)
    failed, kept = sum(audit.error is not None for audit in done), sum(audit.is_kept for audit in done)
    counts = {"done": len(done) - failed, "total": len(done), "failed": failed, "kept": kept}
    tell_cut_notes(done, lang)
    say(terms.text("cli.batch_done", lang, **counts), err=True)
    say(f"{terms.text('cli.done', lang)}: {Path(out).resolve() / batch.INDEX}")
    return done


def tell(done: list["Audit"], lang: str) -> None:
    """Say of each audit where its page is, or why there is none; leave with exit code 1 if any has none."""
    for audit in done:
        if audit.error:
            say(f"{audit.name}: {audit.error.messages[lang]}", err=True)
        if audit.made_key:
            say(terms.text("cli.key_made", lang, file=audit.made_key), err=True)
        say(f"{terms.text('cli.failed' if audit.error else 'cli.done', lang)}: {audit.page}")
    if any(audit.error for audit in done):
        raise typer.Exit(CANNOT_BE_AUDITED)


def tell_cut_notes(done: Sequence["Audit"], lang: str) -> None:
    """Say of which audits the notes were cut or changed at their end."""
    from audit.running import outputs  # noqa: PLC0415

    for audit in done:
        chain = outputs.notes_chain(audit)
        if chain and chain.state not in {NotesState.KEPT, NotesState.NOT_KNOWN}:
            said = terms.text(f"page.notes_chain_{chain.state}", lang, count=chain.length, told=chain.told, hash="")
            say(f"{audit.name}: {said}", err=True)


def tell_what_was_read(audit: "Audit", lang: str) -> None:
    """Say what was read of each file, as the `result.json` beside the page has it."""
    from audit.findings import what_was_read  # noqa: PLC0415
    from audit.running import outputs  # noqa: PLC0415

    for line in what_was_read.lines(outputs.what_was_read(audit), lang):
        say(line, err=True)


@contextmanager
def folders_progress(folders: int, lang: str) -> Iterator["Callable[[Audit], None]"]:
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
def steps_progress(lang: str) -> Iterator["Callable[[int, int], None]"]:
    """What to call as each step of one audit begins, with its number and of how many.

    In a terminal a line says so where the audit takes longer than SOON.
    """
    stream, at = sys.stderr, [0, 0]
    if not stream.isatty():
        yield lambda step, steps: None
        return
    over = threading.Event()

    def show() -> None:
        if over.wait(SOON):
            return
        from rich.console import Console  # noqa: PLC0415  most audits are done before
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn  # noqa: PLC0415

        columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
        # a step's own output is the notebook's: the line goes to the terminal itself
        with Progress(*columns, console=Console(file=stream), transient=True, redirect_stdout=False,
                      redirect_stderr=False) as progress:  # fmt: skip
            task = progress.add_task(terms.text("cli.running", lang), total=None)
            while not over.wait(_EVERY):
                progress.update(task, completed=at[0], total=at[1] or None)

    def told(step: int, steps: int) -> None:
        at[:] = step, steps

    shown = threading.Thread(target=show, daemon=True)
    shown.start()
    try:
        yield told
    finally:
        over.set()
        shown.join()


@contextmanager
def told_why_not(lang: str) -> Iterator[None]:
    """Say why something cannot be audited, and leave with the exit code that stands for it."""
    try:
        yield
    except AuditError as error:
        say(error.messages[lang], err=True)
        raise typer.Exit(CANNOT_BE_AUDITED) from error


def refuse_there(out: Path, *, force: bool) -> None:
    """Raise AuditError for a file that is there already, unless `force`."""
    if out.exists() and not force:
        raise AuditError("papers_there", file=out.name)


def make_key(folder: Path, lang: str) -> None:
    """Make a key for an office that has none, and say where."""
    from audit.ground import key  # noqa: PLC0415

    if file := key.made(folder):
        say(terms.text("cli.key_made", lang, file=file), err=True)


def tell_letters(written: "Written", lang: str, of: str = "") -> None:
    """Say which letters were made from something else before, are no longer made, or stay since somebody changed them.

    `of`: the commune they are of, said before the name of each.
    """
    for name, what in written.older.items():
        said = ", ".join(terms.text(f"cli.letter_of_other_{one}", lang) for one in what)
        say(terms.text("cli.letter_older", lang, file=f"{of}{name}", what=said), err=True)
    for name in written.left_over:
        say(terms.text("cli.letter_no_longer", lang, file=f"{of}{name}"), err=True)
    for name in written.kept:
        say(terms.text("cli.letter_kept", lang, file=f"{of}{name}"), err=True)


def pairs(written: list[str], valid: Callable[[], Mapping[str, str]]) -> dict[str, str]:
    """The parameters `written` as name=value; an AuditError that names the `valid` ones where one is not."""
    values = {}
    for text in written:
        name, mark, value = text.partition("=")
        if not mark:
            raise AuditError("bad_parameter", written=text, valid=", ".join(valid()))
        values[name] = value
    return values
